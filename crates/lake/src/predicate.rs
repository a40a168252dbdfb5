//! A filter bound to a table: evaluated on a batch, or on the bounds of a row group or file.
//!
//! Both evaluations follow the same algebra. A test is true, false, or (on a missing cell) neither; a filter keeps
//! the rows for which it is true. Text columns are tested once per dictionary entry. NaN counts as a missing cell.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Float32Type, Float64Type, Int8Type, Int32Type, Int64Type,
};
use arrow_array::{Array, ArrayRef, BooleanArray, PrimitiveArray, RecordBatch};
use arrow_buffer::BooleanBuffer;
use arrow_schema::{DataType, Schema};

use crate::column::{Kind, Value, columns_of, nearest};
use crate::error::{LakeError, Result};
use crate::filter::Filter;
use crate::schema::Table;

/// A filter whose columns and values fit one table.
#[derive(Debug, Clone)]
pub(crate) struct Predicate {
    expression: Expression,
    columns: Vec<usize>,
}

#[derive(Debug, Clone)]
enum Expression {
    All,
    Test {
        column: usize,
        name: String,
        test: Test,
    },
    And(Box<Expression>, Box<Expression>),
    Or(Box<Expression>, Box<Expression>),
    Not(Box<Expression>),
}

#[derive(Debug, Clone)]
enum Test {
    Missing,
    Text(Condition<String>),
    Prefix(String),
    Whole(Condition<i64>),
    Number(Condition<f64>),
    Flag(Condition<bool>),
}

#[derive(Debug, Clone)]
enum Condition<T> {
    OneOf(Vec<T>),
    Range(Option<T>, Option<T>),
}

/// What is known of a column over many rows: the bounds of its cells and whether any is missing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bounds {
    /// Smallest and largest cell, or a wider interval; `None` where unknown.
    pub(crate) range: Option<Range>,
    /// Whether a cell may be missing, and whether all are.
    pub(crate) missing: Missing,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Range {
    Text(String, String),
    Whole(i64, i64),
    Number(f64, f64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    Never,
    Perhaps,
    Always,
}

/// Which outcomes a filter can have over many rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Possible {
    pub(crate) yes: bool,
    pub(crate) no: bool,
    pub(crate) neither: bool,
}

impl Possible {
    const ANY: Possible = Possible {
        yes: true,
        no: true,
        neither: true,
    };

    /// Every row is kept, so the filter need not be evaluated.
    pub(crate) fn always(self) -> bool {
        !self.no && !self.neither
    }
}

impl Predicate {
    /// Binds a filter to a table.
    ///
    /// # Errors
    /// A column that the table lacks, or a value that its column cannot hold.
    pub(crate) fn bind(filter: &Filter, table: Table) -> Result<Predicate> {
        let schema = table.schema();
        Ok(Predicate::of(bind(filter, table, &schema)?))
    }

    /// The columns it reads, as positions in the table's schema, ascending.
    pub(crate) fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// Which rows of a batch it keeps. The batch holds at least the columns it reads.
    pub(crate) fn keeps(&self, batch: &RecordBatch) -> BooleanArray {
        BooleanArray::new(truth(&self.expression, batch).yes, None)
    }

    /// What is left to evaluate on rows within some bounds: tests that every one of them passes need not be read.
    pub(crate) fn within(&self, bounds: &dyn Fn(usize) -> Option<Bounds>) -> Predicate {
        Predicate::of(within(&self.expression, bounds))
    }

    fn of(expression: Expression) -> Predicate {
        let mut columns = Vec::new();
        gather(&expression, &mut columns);
        columns.sort_unstable();
        columns.dedup();
        Predicate {
            expression,
            columns,
        }
    }

    /// Which outcomes are possible over rows of which only `bounds(column position)` is known.
    pub(crate) fn possible(&self, bounds: &dyn Fn(usize) -> Option<Bounds>) -> Possible {
        possible(&self.expression, bounds)
    }
}

/// The position of a column in a table.
///
/// # Errors
/// Names the table's columns where it has no such one.
pub(crate) fn position(table: Table, schema: &Schema, column: &str) -> Result<usize> {
    schema.index_of(column).map_err(|_| {
        let valid = columns_of(table);
        let day_like = |c: &str| matches!(c, "day" | "start" | "period");
        let hint = if day_like(column) {
            format!(" (its rows are dated by '{}')", table.day_column())
        } else {
            nearest(column, valid.iter().map(String::as_str))
                .map(|n| format!(", did you mean {n}?"))
                .unwrap_or_default()
        };
        LakeError::NoColumn {
            table: table.name(),
            column: column.to_owned(),
            hint,
            valid: valid.join(", "),
        }
    })
}

fn bind(filter: &Filter, table: Table, schema: &Schema) -> Result<Expression> {
    let both = |a: &Filter, b: &Filter| -> Result<(Box<Expression>, Box<Expression>)> {
        Ok((
            Box::new(bind(a, table, schema)?),
            Box::new(bind(b, table, schema)?),
        ))
    };
    let test = |name: &String, values: &dyn Fn(&Column) -> Result<Test>| -> Result<Expression> {
        let column = position(table, schema, name)?;
        let data_type = schema.field(column).data_type();
        let bound = Column {
            name,
            kind: Kind::of(data_type),
            single: *data_type == DataType::Float32,
        };
        Ok(Expression::Test {
            column,
            name: name.clone(),
            test: values(&bound)?,
        })
    };
    Ok(match filter {
        Filter::All => Expression::All,
        Filter::Eq(c, v) => test(c, &|column| column.one_of(std::slice::from_ref(v)))?,
        Filter::In(c, vs) => test(c, &|column| column.one_of(vs))?,
        Filter::Between(c, from, to) => {
            test(c, &|column| column.range(from.as_ref(), to.as_ref()))?
        }
        Filter::StartsWith(c, p) => test(c, &|column| match column.kind {
            Kind::Text => Ok(Test::Prefix(p.clone())),
            _ => Err(column.misfit(&Value::Text(p.clone()))),
        })?,
        Filter::IsNull(c) => test(c, &|_| Ok(Test::Missing))?,
        Filter::And(a, b) => both(a, b).map(|(a, b)| Expression::And(a, b))?,
        Filter::Or(a, b) => both(a, b).map(|(a, b)| Expression::Or(a, b))?,
        Filter::Not(a) => Expression::Not(Box::new(bind(a, table, schema)?)),
    })
}

struct Column<'a> {
    name: &'a str,
    kind: Kind,
    /// Single precision: values are rounded to it, so that `goldstein = -0.4` means what it says.
    single: bool,
}

impl Column<'_> {
    fn misfit(&self, value: &Value) -> LakeError {
        LakeError::WrongKind {
            column: self.name.to_owned(),
            kind: self.kind.words(),
            value: value.to_string(),
        }
    }

    fn text(&self, v: &Value) -> Result<String> {
        match v {
            Value::Text(t) => Ok(t.clone()),
            _ => Err(self.misfit(v)),
        }
    }

    fn whole(&self, v: &Value) -> Result<i64> {
        match (self.kind, v) {
            (Kind::Day, Value::Day(d)) => Ok(i64::from(d.0)),
            (Kind::Integer, Value::Int(n)) => Ok(*n),
            _ => Err(self.misfit(v)),
        }
    }

    fn number(&self, v: &Value) -> Result<f64> {
        let exact = match v {
            Value::Int(n) => *n as f64,
            Value::Float(x) if x.is_finite() => *x,
            _ => return Err(self.misfit(v)),
        };
        Ok(if self.single {
            f64::from(exact as f32)
        } else {
            exact
        })
    }

    fn flag(&self, v: &Value) -> Result<bool> {
        match v {
            Value::Bool(b) => Ok(*b),
            _ => Err(self.misfit(v)),
        }
    }

    fn one_of(&self, values: &[Value]) -> Result<Test> {
        fn all<T>(values: &[Value], read: impl Fn(&Value) -> Result<T>) -> Result<Condition<T>> {
            values
                .iter()
                .map(read)
                .collect::<Result<Vec<T>>>()
                .map(Condition::OneOf)
        }
        Ok(match self.kind {
            Kind::Text => Test::Text(all(values, |v| self.text(v))?),
            Kind::Day | Kind::Integer => {
                let Condition::OneOf(mut list) = all(values, |v| self.whole(v))? else {
                    unreachable!()
                };
                list.sort_unstable();
                Test::Whole(Condition::OneOf(list))
            }
            Kind::Number => Test::Number(all(values, |v| self.number(v))?),
            Kind::Flag => Test::Flag(all(values, |v| self.flag(v))?),
        })
    }

    fn range(&self, from: Option<&Value>, to: Option<&Value>) -> Result<Test> {
        fn both<T>(
            from: Option<&Value>,
            to: Option<&Value>,
            read: impl Fn(&Value) -> Result<T>,
        ) -> Result<Condition<T>> {
            Ok(Condition::Range(
                from.map(&read).transpose()?,
                to.map(&read).transpose()?,
            ))
        }
        Ok(match self.kind {
            Kind::Text => Test::Text(both(from, to, |v| self.text(v))?),
            Kind::Day | Kind::Integer => Test::Whole(both(from, to, |v| self.whole(v))?),
            Kind::Number => Test::Number(both(from, to, |v| self.number(v))?),
            Kind::Flag => Test::Flag(both(from, to, |v| self.flag(v))?),
        })
    }
}

fn gather(expression: &Expression, columns: &mut Vec<usize>) {
    match expression {
        Expression::All => {}
        Expression::Test { column, .. } => columns.push(*column),
        Expression::And(a, b) | Expression::Or(a, b) => {
            gather(a, columns);
            gather(b, columns);
        }
        Expression::Not(a) => gather(a, columns),
    }
}

impl<T: PartialOrd> Condition<T> {
    fn holds<Q: PartialOrd + ?Sized>(&self, cell: &Q) -> bool
    where
        T: std::borrow::Borrow<Q>,
    {
        match self {
            Condition::OneOf(list) => list.iter().any(|v| v.borrow() == cell),
            Condition::Range(from, to) => {
                from.as_ref().is_none_or(|v| v.borrow() <= cell)
                    && to.as_ref().is_none_or(|v| v.borrow() >= cell)
            }
        }
    }

    /// Whether a cell between `low` and `high` can hold, and whether one can fail.
    fn over<Q: PartialOrd + ?Sized>(&self, low: &Q, high: &Q) -> (bool, bool)
    where
        T: std::borrow::Borrow<Q>,
    {
        match self {
            Condition::OneOf(list) => {
                let yes = list.iter().any(|v| v.borrow() >= low && v.borrow() <= high);
                (yes, !(yes && low == high))
            }
            Condition::Range(from, to) => {
                let from_holds = |cell: &Q| from.as_ref().is_none_or(|v| v.borrow() <= cell);
                let to_holds = |cell: &Q| to.as_ref().is_none_or(|v| v.borrow() >= cell);
                (
                    from_holds(high) && to_holds(low),
                    !(from_holds(low) && to_holds(high)),
                )
            }
        }
    }
}

/// The rows for which an expression is true, and those for which it is false.
struct Truth {
    yes: BooleanBuffer,
    no: BooleanBuffer,
}

fn truth(expression: &Expression, batch: &RecordBatch) -> Truth {
    match expression {
        Expression::All => Truth {
            yes: BooleanBuffer::new_set(batch.num_rows()),
            no: BooleanBuffer::new_unset(batch.num_rows()),
        },
        Expression::Test { name, test, .. } => {
            let column = batch
                .column_by_name(name)
                .expect("the batch holds the columns of its filter");
            test_column(test, column)
        }
        Expression::And(a, b) => {
            let (a, b) = (truth(a, batch), truth(b, batch));
            Truth {
                yes: &a.yes & &b.yes,
                no: &a.no | &b.no,
            }
        }
        Expression::Or(a, b) => {
            let (a, b) = (truth(a, batch), truth(b, batch));
            Truth {
                yes: &a.yes | &b.yes,
                no: &a.no & &b.no,
            }
        }
        Expression::Not(a) => {
            let a = truth(a, batch);
            Truth {
                yes: a.no,
                no: a.yes,
            }
        }
    }
}

fn test_column(test: &Test, column: &ArrayRef) -> Truth {
    match test {
        Test::Missing => {
            let missing = match column.logical_nulls() {
                Some(nulls) => !nulls.inner(),
                None => BooleanBuffer::new_unset(column.len()),
            };
            Truth {
                no: !&missing,
                yes: missing,
            }
        }
        Test::Text(condition) => test_text(column, |t| condition.holds(t)),
        Test::Prefix(prefix) => test_text(column, |t| t.starts_with(prefix.as_str())),
        Test::Whole(condition) => match column.data_type() {
            DataType::Date32 => test_cells(column.as_primitive::<Date32Type>(), |v| {
                condition.holds(&i64::from(v))
            }),
            DataType::Int8 => test_cells(column.as_primitive::<Int8Type>(), |v| {
                condition.holds(&i64::from(v))
            }),
            DataType::Int32 => test_cells(column.as_primitive::<Int32Type>(), |v| {
                condition.holds(&i64::from(v))
            }),
            _ => test_cells(column.as_primitive::<Int64Type>(), |v| condition.holds(&v)),
        },
        Test::Number(condition) => match column.data_type() {
            DataType::Float32 => test_numbers(
                column.as_primitive::<Float32Type>(),
                condition,
                f64::from,
                f32::is_nan,
            ),
            _ => test_numbers(
                column.as_primitive::<Float64Type>(),
                condition,
                |v| v,
                f64::is_nan,
            ),
        },
        Test::Flag(condition) => {
            let flags = column.as_boolean();
            let held =
                BooleanBuffer::collect_bool(flags.len(), |i| condition.holds(&flags.value(i)));
            present(held, flags)
        }
    }
}

fn test_cells<T: ArrowPrimitiveType>(
    cells: &PrimitiveArray<T>,
    holds: impl Fn(T::Native) -> bool,
) -> Truth {
    let values = cells.values();
    present(
        BooleanBuffer::collect_bool(values.len(), |i| holds(values[i])),
        cells,
    )
}

fn test_numbers<T: ArrowPrimitiveType>(
    cells: &PrimitiveArray<T>,
    condition: &Condition<f64>,
    widen: impl Fn(T::Native) -> f64,
    is_nan: impl Fn(T::Native) -> bool,
) -> Truth {
    let tested = test_cells(cells, |v| condition.holds(&widen(v)));
    let values = cells.values();
    let number = BooleanBuffer::collect_bool(values.len(), |i| !is_nan(values[i]));
    Truth {
        yes: &tested.yes & &number,
        no: &tested.no & &number,
    }
}

fn test_text(column: &ArrayRef, holds: impl Fn(&str) -> bool) -> Truth {
    let Some(dictionary) = column.as_dictionary_opt::<Int32Type>() else {
        let texts = column.as_string::<i32>();
        return present(
            BooleanBuffer::collect_bool(texts.len(), |i| holds(texts.value(i))),
            texts,
        );
    };
    let entries = dictionary.values().as_string::<i32>();
    let held: Vec<bool> = entries.iter().map(|t| t.is_some_and(&holds)).collect();
    let keys = dictionary.keys().values();
    // The key of a missing cell is arbitrary.
    let at = |i: usize| held.get(keys[i] as usize).copied().unwrap_or(false);
    present(BooleanBuffer::collect_bool(keys.len(), at), dictionary)
}

/// True where the test held, false where it did not, neither where the cell is missing.
fn present(held: BooleanBuffer, cells: &dyn Array) -> Truth {
    match cells.logical_nulls() {
        Some(nulls) => Truth {
            no: &!&held & nulls.inner(),
            yes: &held & nulls.inner(),
        },
        None => Truth {
            no: !&held,
            yes: held,
        },
    }
}

fn within(expression: &Expression, bounds: &dyn Fn(usize) -> Option<Bounds>) -> Expression {
    if possible(expression, bounds).always() {
        return Expression::All;
    }
    match expression {
        Expression::And(a, b) => match (within(a, bounds), within(b, bounds)) {
            (Expression::All, other) | (other, Expression::All) => other,
            (a, b) => Expression::And(Box::new(a), Box::new(b)),
        },
        other => other.clone(),
    }
}

fn possible(expression: &Expression, bounds: &dyn Fn(usize) -> Option<Bounds>) -> Possible {
    let pair = |a: &Expression, b: &Expression| (possible(a, bounds), possible(b, bounds));
    match expression {
        Expression::All => Possible {
            yes: true,
            no: false,
            neither: false,
        },
        Expression::Test { column, test, .. } => {
            bounds(*column).map_or(Possible::ANY, |b| over(test, &b))
        }
        Expression::And(a, b) => {
            let (a, b) = pair(a, b);
            Possible {
                yes: a.yes && b.yes,
                no: a.no || b.no,
                neither: a.neither || b.neither,
            }
        }
        Expression::Or(a, b) => {
            let (a, b) = pair(a, b);
            Possible {
                yes: a.yes || b.yes,
                no: a.no && b.no,
                neither: a.neither || b.neither,
            }
        }
        Expression::Not(a) => {
            let a = possible(a, bounds);
            Possible {
                yes: a.no,
                no: a.yes,
                neither: a.neither,
            }
        }
    }
}

fn over(test: &Test, bounds: &Bounds) -> Possible {
    if let Test::Missing = test {
        return Possible {
            yes: bounds.missing != Missing::Never,
            no: bounds.missing != Missing::Always,
            neither: false,
        };
    }
    if bounds.missing == Missing::Always {
        return Possible {
            yes: false,
            no: false,
            neither: true,
        };
    }
    let neither = bounds.missing != Missing::Never;
    let of = |(yes, no), neither| Possible { yes, no, neither };
    match (test, &bounds.range) {
        (Test::Text(c), Some(Range::Text(low, high))) => {
            of(c.over(low.as_str(), high.as_str()), neither)
        }
        (Test::Prefix(p), Some(Range::Text(low, high))) => {
            let (below, above) = (low.starts_with(p.as_str()), high.starts_with(p.as_str()));
            let yes = high.as_str() >= p.as_str() && (below || low.as_str() <= p.as_str());
            of((yes, !(below && above)), neither)
        }
        (Test::Whole(c), Some(Range::Whole(low, high))) => of(c.over(low, high), neither),
        // A NaN among the cells is outside the bounds and is neither true nor false.
        (Test::Number(c), Some(Range::Number(low, high))) => of(c.over(low, high), true),
        _ => Possible {
            neither: true,
            ..Possible::ANY
        },
    }
}
