//! Work that falls into pieces, done on all cores.

use std::panic::resume_unwind;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// What `work` makes of each piece `0..pieces`, in their order whatever core was first.
///
/// ```
/// assert_eq!(detente_forecast::on_all_cores(4, |i| i * i), [0, 1, 4, 9]);
/// ```
pub fn on_all_cores<T: Send>(pieces: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let take = || {
        let mut made = Vec::new();
        loop {
            let piece = next.fetch_add(1, Ordering::Relaxed);
            if piece >= pieces {
                return made;
            }
            made.push((piece, work(piece)));
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut made: Vec<(usize, T)> = thread::scope(|scope| {
        let running: Vec<_> = (0..threads.min(pieces))
            .map(|_| scope.spawn(take))
            .collect();
        let ended = running.into_iter().map(|thread| thread.join());
        ended
            .flat_map(|made| made.unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    });
    made.sort_unstable_by_key(|(piece, _)| *piece);
    made.into_iter().map(|(_, done)| done).collect()
}

/// What `work` makes of each item, in their order, for work that takes its item, such as a part of a slice to write to.
///
/// ```
/// let mut numbers = [0; 6];
/// let parts = numbers.chunks_mut(2).enumerate().collect();
/// detente_forecast::each_on_all_cores(parts, |(i, part)| part.fill(i));
/// assert_eq!(numbers, [0, 0, 1, 1, 2, 2]);
/// ```
pub fn each_on_all_cores<I: Send, T: Send>(items: Vec<I>, work: impl Fn(I) -> T + Sync) -> Vec<T> {
    if items.len() < 2 {
        return items.into_iter().map(work).collect();
    }
    let items: Vec<_> = items.into_iter().map(|i| Mutex::new(Some(i))).collect();
    on_all_cores(items.len(), |i| {
        let item = items[i].lock().expect("nobody panics while taking");
        let item = { item }.take().expect("each is taken once");
        work(item)
    })
}
