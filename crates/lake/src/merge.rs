//! Parts summed by several workers and merged in a fixed order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::error::{LakeError, Result};
use crate::fold::Seen;
use crate::groups::Groups;
use crate::reader::threads;
use crate::sums::{Part, Summing};

/// How far a worker may be ahead of the merge. It bounds the parts that wait while a long one is being read.
const AHEAD: usize = 64;
/// Parts that may wait to be merged before their workers help merging.
const WAITING: usize = 4;

/// Sums `n` parts with as many workers as there are cores, and merges them in their order.
///
/// # Errors
/// That of the first part that failed.
pub(crate) fn merged(
    summing: &Summing,
    n: usize,
    sum: impl Fn(usize, &mut Part) -> Result<()> + Sync,
) -> Result<Groups> {
    let next = AtomicUsize::new(0);
    let merger = Merger::new(summing);
    std::thread::scope(|scope| {
        for _ in 0..threads().min(n) {
            scope.spawn(|| {
                let _last_words = LastWords(&merger);
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    if i >= n || !merger.turn(i) {
                        break;
                    }
                    let mut part = merger.spare();
                    match sum(i, &mut part) {
                        Ok(()) => merger.put(i, part),
                        Err(e) => merger.fail(i, e),
                    }
                }
            });
        }
    });
    merger.finish()
}

/// Lets the other workers go where one panics, so that its panic is told instead of waited for.
struct LastWords<'m, 's>(&'m Merger<'s>);

impl Drop for LastWords<'_, '_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.fail(usize::MAX, LakeError::Worker);
        }
    }
}

struct Merger<'s> {
    summing: &'s Summing,
    waiting: Mutex<BTreeMap<usize, Part>>,
    total: Mutex<Total>,
    progress: Mutex<Progress>,
    moved: Condvar,
    /// Parts that have been merged, whose memory the next ones use.
    spare: Mutex<Vec<Part>>,
}

/// What has been merged.
struct Total {
    next: usize,
    groups: Groups,
    seen: Seen,
}

#[derive(Default)]
struct Progress {
    merged: usize,
    errors: BTreeMap<usize, LakeError>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'s> Merger<'s> {
    fn new(summing: &'s Summing) -> Merger<'s> {
        Merger {
            summing,
            waiting: Mutex::default(),
            total: Mutex::new(Total {
                next: 0,
                groups: summing.groups(),
                seen: Seen::new(),
            }),
            progress: Mutex::default(),
            moved: Condvar::new(),
            spare: Mutex::default(),
        }
    }

    /// Waits until part `i` is not too far ahead; `false` where another part has failed.
    fn turn(&self, i: usize) -> bool {
        let far = |p: &mut Progress| p.errors.is_empty() && i >= p.merged + AHEAD;
        let progress = self
            .moved
            .wait_while(lock(&self.progress), far)
            .unwrap_or_else(PoisonError::into_inner);
        progress.errors.is_empty()
    }

    fn spare(&self) -> Part {
        let spare = lock(&self.spare).pop();
        spare.unwrap_or_else(|| self.summing.part())
    }

    fn fail(&self, i: usize, error: LakeError) {
        lock(&self.progress).errors.insert(i, error);
        self.moved.notify_all();
    }

    fn put(&self, i: usize, part: Part) {
        let mut waiting = lock(&self.waiting);
        waiting.insert(i, part);
        let many = waiting.len() > WAITING;
        drop(waiting);
        // One worker merges while the others read on; where merging falls behind, they wait for it.
        let total = if many {
            Some(lock(&self.total))
        } else {
            self.total.try_lock().ok()
        };
        if let Some(mut total) = total {
            self.merge_ready(&mut total);
        }
    }

    fn merge_ready(&self, total: &mut Total) {
        loop {
            let Some(mut part) = lock(&self.waiting).remove(&total.next) else {
                return;
            };
            part.decide(&mut total.seen);
            total.groups.merge(&part.groups, self.summing.folds());
            total.next += 1;
            part.clear();
            lock(&self.spare).push(part);
            lock(&self.progress).merged = total.next;
            self.moved.notify_all();
        }
    }

    fn finish(self) -> Result<Groups> {
        // A part put while another worker was about to leave the merge is still waiting.
        self.merge_ready(&mut lock(&self.total));
        let progress = self
            .progress
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let total = self
            .total
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        match progress.errors.into_values().next() {
            Some(e) => Err(e),
            None => Ok(total.groups),
        }
    }
}
