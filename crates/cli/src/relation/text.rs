//! A relation on the terminal.

use std::fmt::Write as _;

use detente_atlas::By;
use detente_partnership::world::clock;

use super::Answer;
use super::rows::{Row, Status};
use crate::table::{Table, number};

/// The page: what was asked, the series, the joints, what was left apart.
pub fn page(answer: &Answer) -> String {
    let Answer {
        title,
        about,
        by,
        rows,
        joints,
        separate,
    } = answer;
    let direction = match about.direction {
        "forth" => "what the first did toward the second",
        "back" => "what the second did toward the first",
        _ => "both directions",
    };
    let mut out = format!(
        "{title}: relation by {}, {direction}, as known on {}\n\
         r = ln((C + {prior}) / (K + {prior})), verbal events weighing {} and material {}; lo..hi {:.0} % with the splice\n\n",
        about.by,
        about.as_of,
        about.verbal_weight,
        about.material_weight,
        100.0 * about.interval,
        prior = about.prior,
    );
    out.push_str(&series(*by, rows).render());
    if !joints.is_empty() {
        out.push_str("\nJoints\n");
        for joint in joints {
            let _ = writeln!(out, "  {}", joint.sentence());
        }
    }
    if !separate.is_empty() {
        out.push_str("\nNot joined, in their own unit\n");
        for s in separate {
            let (first, last) = (s.values.first(), s.values.last());
            let span = first.zip(last).map(|(f, l)| format!("{} to {}", f.0, l.0));
            let _ = writeln!(
                out,
                "  {}: {}, {} periods, {} (values with --format json)",
                s.segment,
                s.unit,
                s.values.len(),
                span.unwrap_or_default()
            );
        }
    }
    out
}

/// The series; periods in a row that nobody monitored share a line.
fn series(by: By, rows: &[Row]) -> Table {
    let mut table = Table::new(&[
        "period",
        ">r",
        ">lo",
        ">hi",
        ">n",
        ">goldstein",
        ">share",
        ">monitored",
        ">shift",
        ">sd",
        "source",
    ]);
    let mut i = 0;
    while i < rows.len() {
        let row = &rows[i];
        if row.status == Status::NotMonitored {
            let n = rows[i..]
                .iter()
                .take_while(|r| r.status == Status::NotMonitored)
                .count();
            table.row(unmonitored(by, row.t, rows[i + n - 1].t, n));
            i += n;
            continue;
        }
        table.row(cells(by, row));
        i += 1;
    }
    table
}

fn unmonitored(by: By, first: i32, last: i32, n: usize) -> Vec<String> {
    let period = match n {
        1 => clock::label(by, first),
        _ => format!("{}..{}", clock::label(by, first), clock::label(by, last)),
    };
    let mut cells = vec![period];
    cells.resize(10, String::new());
    cells.push("not monitored".to_owned());
    cells
}

fn cells(by: By, row: &Row) -> Vec<String> {
    let of = |f: fn(&detente_relations::splice::Reading) -> Option<f64>, decimals| {
        number(row.reading.as_ref().and_then(f), decimals)
    };
    let mut period = clock::label(by, row.t);
    if row.status == Status::Other {
        period = format!(" ({period})");
    }
    let segment = row.segment().unwrap_or_default();
    let source = match row.status {
        Status::Series | Status::Other => segment.to_owned(),
        status => format!("{}: {segment}", status.name()),
    };
    vec![
        period,
        of(|r| Some(r.r), 2),
        of(|r| Some(r.lo), 2),
        of(|r| Some(r.hi), 2),
        number(row.n(), 0),
        number(row.goldstein(), 2),
        number(row.share(), 2),
        format!("{} %", number(Some(100.0 * row.monitored), 0)),
        of(|r| r.shift, 2),
        of(|r| Some(r.shift_sd), 2),
        source,
    ]
}
