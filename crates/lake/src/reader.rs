//! Which row groups a query must read, and reading one of them.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;
use detente_atlas::Day;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowPredicateFn, ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
    RowFilter,
};
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::statistics::Statistics;

use crate::error::{LakeError, Result, io, part};
use crate::predicate::{Bounds, Missing, Predicate, Range};
use crate::schema::Table;
use crate::store::{Lake, Part};

/// Rows a batch.
pub(crate) const BATCH_ROWS: usize = 16_384;

/// The footers of Parquet files already read. A file of the lake never changes under its name.
#[derive(Debug, Default)]
pub(crate) struct Footers(Mutex<HashMap<PathBuf, ArrowReaderMetadata>>);

impl Footers {
    fn of(&self, path: &Path) -> Result<ArrowReaderMetadata> {
        if let Some(m) = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(path)
        {
            return Ok(m.clone());
        }
        let file = File::open(path).map_err(io("open", path))?;
        let metadata =
            ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(part(path))?;
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(path.to_owned(), metadata.clone());
        Ok(metadata)
    }
}

/// A row group to read.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    path: Arc<PathBuf>,
    metadata: ArrowReaderMetadata,
    row_group: usize,
    /// What must be evaluated of the filter; `None` where the bounds show that it keeps every row.
    filter: Option<Arc<Predicate>>,
}

/// The row groups that may hold rows that the predicate keeps, in the fixed order of the lake.
pub(crate) fn plan(lake: &Lake, table: Table, predicate: &Predicate) -> Result<Vec<Task>> {
    match plan_once(lake, table, predicate) {
        // Another process may just have replaced a file: look at its commit and plan again.
        Err(LakeError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
            lake.refresh()?;
            plan_once(lake, table, predicate)
        }
        planned => planned,
    }
}

fn plan_once(lake: &Lake, table: Table, predicate: &Predicate) -> Result<Vec<Task>> {
    let schema = table.schema();
    let mut tasks = Vec::new();
    for entry in lake.parts_of(table) {
        let of_file = |column: usize| file_bounds(&entry, table, schema.field(column).name());
        if !predicate.possible(&of_file).yes {
            continue;
        }
        let path = Arc::new(lake.dir.join(&entry.path));
        let metadata = lake.footers.of(&path)?;
        if metadata.schema().fields() != schema.fields() {
            return Err(part(&path)(format!(
                "its columns are not those of table {}",
                table.name()
            )));
        }
        for (row_group, group) in metadata.metadata().row_groups().iter().enumerate() {
            let bounds = |column: usize| group_bounds(group, column);
            let possible = predicate.possible(&bounds);
            if possible.yes {
                let path = Arc::clone(&path);
                tasks.push(Task {
                    path,
                    metadata: metadata.clone(),
                    row_group,
                    filter: (!possible.always()).then(|| Arc::new(predicate.within(&bounds))),
                });
            }
        }
    }
    Ok(tasks)
}

/// What the log says of a column over a whole file.
fn file_bounds(entry: &Part, table: Table, column: &str) -> Option<Bounds> {
    let days =
        |pair: Option<(Day, Day)>| pair.map(|(a, b)| Range::Whole(i64::from(a.0), i64::from(b.0)));
    let range = match column {
        "dataset" => Some(Range::Text(entry.dataset.clone(), entry.dataset.clone())),
        "known" => days(entry.known),
        c if c == table.day_column() => days(entry.day),
        _ => return None,
    };
    Some(Bounds {
        range,
        missing: Missing::Never,
    })
}

/// What the statistics of a row group say of a column.
fn group_bounds(group: &RowGroupMetaData, column: usize) -> Option<Bounds> {
    let statistics = group.column(column).statistics()?;
    let missing = match statistics.null_count_opt() {
        Some(0) => Missing::Never,
        Some(n) if n == group.num_rows() as u64 => Missing::Always,
        _ => Missing::Perhaps,
    };
    let range = match statistics {
        Statistics::Int32(s) => s
            .min_opt()
            .zip(s.max_opt())
            .map(|(a, b)| Range::Whole(i64::from(*a), i64::from(*b))),
        Statistics::Int64(s) => s
            .min_opt()
            .zip(s.max_opt())
            .map(|(a, b)| Range::Whole(*a, *b)),
        Statistics::Float(s) => s
            .min_opt()
            .zip(s.max_opt())
            .map(|(a, b)| Range::Number(f64::from(*a), f64::from(*b))),
        Statistics::Double(s) => s
            .min_opt()
            .zip(s.max_opt())
            .map(|(a, b)| Range::Number(*a, *b)),
        Statistics::ByteArray(s) => {
            let text = |b: &parquet::data_type::ByteArray| b.as_utf8().ok().map(str::to_owned);
            let pair = s.min_opt().zip(s.max_opt());
            pair.and_then(|(a, b)| Some(Range::Text(text(a)?, text(b)?)))
        }
        _ => None,
    };
    Some(Bounds { range, missing })
}

impl Task {
    /// Whether no row of the row group has a value in that column (a position in the table's schema).
    pub(crate) fn lacks(&self, column: usize) -> bool {
        let group = self.metadata.metadata().row_group(self.row_group);
        group_bounds(group, column).is_some_and(|b| b.missing == Missing::Always)
    }

    /// Reads the wanted columns (positions in the table's schema) of the rows that the filter keeps.
    pub(crate) fn read(
        &self,
        columns: &[usize],
    ) -> Result<impl Iterator<Item = Result<RecordBatch>> + use<>> {
        let path = Arc::clone(&self.path);
        let file = File::open(&*path).map_err(io("open", &path))?;
        let descriptor = self.metadata.metadata().file_metadata().schema_descr();
        let mut builder =
            ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
                .with_row_groups(vec![self.row_group])
                .with_batch_size(BATCH_ROWS)
                .with_projection(ProjectionMask::roots(descriptor, columns.iter().copied()));
        if let Some(predicate) = &self.filter {
            let mask = ProjectionMask::roots(descriptor, predicate.columns().iter().copied());
            let predicate = Arc::clone(predicate);
            let keeps = ArrowPredicateFn::new(mask, move |batch| Ok(predicate.keeps(&batch)));
            builder = builder.with_row_filter(RowFilter::new(vec![Box::new(keeps)]));
        }
        let reader = builder.build().map_err(part(&path))?;
        Ok(reader.map(move |batch| batch.map_err(part(&path))))
    }
}

/// Threads that a query may use.
pub(crate) fn threads() -> usize {
    std::thread::available_parallelism()
        .map_or(1, std::num::NonZero::get)
        .min(16)
}
