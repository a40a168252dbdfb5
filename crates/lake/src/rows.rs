//! The rows that a query returns, batch by batch.

use std::sync::mpsc::Receiver;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use crate::error::{LakeError, Result};

/// The rows of a query: an iterator of record batches in a fixed order. Dropping it stops the query.
#[derive(Debug)]
pub struct Rows {
    schema: SchemaRef,
    feed: Feed,
    left: usize,
}

/// What a worker sends of one row group.
#[derive(Debug)]
pub(crate) enum Piece {
    Batch(RecordBatch),
    /// The row group ends here.
    End,
    Failed(LakeError),
}

#[derive(Debug)]
enum Feed {
    Ready(std::vec::IntoIter<RecordBatch>),
    /// Row group `i` comes from worker `i % workers`, so taking turns keeps the order.
    Workers {
        receivers: Vec<Receiver<Piece>>,
        task: usize,
        tasks: usize,
    },
}

impl Rows {
    pub(crate) fn ready(schema: SchemaRef, batches: Vec<RecordBatch>) -> Rows {
        Rows {
            schema,
            feed: Feed::Ready(batches.into_iter()),
            left: usize::MAX,
        }
    }

    pub(crate) fn streamed(
        schema: SchemaRef,
        receivers: Vec<Receiver<Piece>>,
        tasks: usize,
        limit: Option<usize>,
    ) -> Rows {
        let left = limit.unwrap_or(usize::MAX);
        Rows {
            schema,
            feed: Feed::Workers {
                receivers,
                task: 0,
                tasks,
            },
            left,
        }
    }

    /// The columns.
    pub fn schema(&self) -> SchemaRef {
        SchemaRef::clone(&self.schema)
    }

    /// All batches at once.
    ///
    /// # Errors
    /// The first error met.
    pub fn collect_batches(self) -> Result<Vec<RecordBatch>> {
        self.collect()
    }

    fn next_piece(&mut self) -> Option<Result<RecordBatch>> {
        match &mut self.feed {
            Feed::Ready(batches) => batches.next().map(Ok),
            Feed::Workers {
                receivers,
                task,
                tasks,
            } => loop {
                if task == tasks {
                    return None;
                }
                let worker = *task % receivers.len();
                match receivers[worker].recv() {
                    Ok(Piece::Batch(batch)) => return Some(Ok(batch)),
                    Ok(Piece::End) => *task += 1,
                    Ok(Piece::Failed(e)) => return Some(Err(e)),
                    // The worker went without saying how it ended.
                    Err(_) => return Some(Err(LakeError::Worker)),
                }
            },
        }
    }
}

impl Iterator for Rows {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Result<RecordBatch>> {
        if self.left == 0 {
            return None;
        }
        match self.next_piece()? {
            Ok(batch) => {
                let batch = if batch.num_rows() > self.left {
                    batch.slice(0, self.left)
                } else {
                    batch
                };
                self.left -= batch.num_rows();
                Some(Ok(batch))
            }
            Err(e) => {
                self.left = 0;
                Some(Err(e))
            }
        }
    }
}
