//! Rows of a table, streamed in the lake's fixed order while other cores read ahead.

use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};

use arrow_array::RecordBatch;
use arrow_schema::{Schema, SchemaRef};

use crate::error::Result;
use crate::predicate::{Predicate, position};
use crate::query::Scan;
use crate::reader::{Task, plan, threads};
use crate::rows::{Piece, Rows};
use crate::store::Lake;

/// Batches that a worker may be ahead of the caller.
const AHEAD: usize = 2;

pub(crate) fn run(lake: &Lake, scan: &Scan) -> Result<Rows> {
    let schema = scan.table.schema();
    let predicate = Predicate::bind(&scan.filter, scan.table)?;
    let wanted: Vec<usize> = if scan.columns.is_empty() {
        (0..schema.fields().len()).collect()
    } else {
        scan.columns
            .iter()
            .map(|c| position(scan.table, &schema, c))
            .collect::<Result<_>>()?
    };
    let out: SchemaRef = Arc::new(Schema::new(
        wanted
            .iter()
            .map(|i| schema.field(*i).clone())
            .collect::<Vec<_>>(),
    ));
    if scan.limit == Some(0) {
        return Ok(Rows::ready(out, Vec::new()));
    }
    let tasks: Arc<[Task]> = plan(lake, scan.table, &predicate)?.into();
    let workers = if scan.limit.is_some_and(|n| n < 10_000) {
        1
    } else {
        threads()
    }
    .min(tasks.len());
    let mut receivers = Vec::with_capacity(workers);
    for worker in 0..workers {
        let (sender, receiver) = sync_channel(AHEAD);
        receivers.push(receiver);
        let (tasks, out) = (Arc::clone(&tasks), SchemaRef::clone(&out));
        let wanted = wanted.clone();
        std::thread::spawn(move || {
            for task in tasks.iter().skip(worker).step_by(workers) {
                if send(task, &wanted, &out, &sender).is_err() {
                    // The caller needs no more rows.
                    return;
                }
            }
        });
    }
    let count = tasks.len();
    Ok(Rows::streamed(out, receivers, count, scan.limit))
}

struct NoReceiver;

fn send(
    task: &Task,
    wanted: &[usize],
    out: &SchemaRef,
    sender: &SyncSender<Piece>,
) -> Result<(), NoReceiver> {
    let put = |piece| sender.send(piece).map_err(|_| NoReceiver);
    // The file gives the columns in its own order; a column may be wanted twice.
    let mut read = wanted.to_vec();
    read.sort_unstable();
    read.dedup();
    let order: Vec<usize> = wanted
        .iter()
        .map(|w| read.binary_search(w).expect("every wanted column is read"))
        .collect();
    let batches = match task.read(&read) {
        Ok(batches) => batches,
        Err(e) => return put(Piece::Failed(e)),
    };
    for batch in batches {
        match batch {
            Ok(batch) if batch.num_rows() == 0 => {}
            Ok(batch) => {
                let columns = order.iter().map(|i| Arc::clone(batch.column(*i))).collect();
                let batch = RecordBatch::try_new(SchemaRef::clone(out), columns)
                    .expect("the file's columns were checked when its row groups were planned");
                put(Piece::Batch(batch))?;
            }
            Err(e) => return put(Piece::Failed(e)),
        }
    }
    put(Piece::End)
}
