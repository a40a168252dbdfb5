//! How the envelopes and what came are written.

use std::fmt::Write as _;

use detente_stress::share::Share;
use detente_stress::tilt::likelihood;
use serde_json::{Map, Value, json};

use super::super::dyads::load::Dyads;
use super::cases::{Case, FIGURES, Found, Judged, Settings, WAYS};
use super::shocks::{Declared, Shock};
use super::summary::{GROUPS, Line, lines, whole_shocks};
use crate::error::Result;
use crate::table::{Table, number, whole};

pub struct Report<'a> {
    declared: &'a Declared,
    settings: &'a Settings,
    dyads: &'a Dyads,
    pairs: Part<'a>,
    /// Where they were asked for.
    partnerships: Option<Part<'a>>,
}

/// Cases of one kind, with what they come to.
struct Part<'a> {
    found: &'a Found,
    lines: Vec<Line>,
    whole: Share,
}

impl<'a> Part<'a> {
    fn of(found: &'a Found, declared: &Declared, settings: &Settings) -> Result<Self> {
        Ok(Self {
            lines: lines(found, &settings.ks)?,
            whole: whole_shocks(found, declared.shocks.len())?,
            found,
        })
    }

    /// The line of ours for the worst month of the shocks at the first k.
    fn test(&self) -> &Line {
        &self.lines[0]
    }

    /// The shocks by their day.
    fn shocks(&self, declared: &Declared) -> Vec<(usize, &Case)> {
        let of = |c: &'a Case| c.shock.map(|s| (s, c));
        let mut all: Vec<(usize, &Case)> = self.found.cases.iter().filter_map(of).collect();
        all.sort_by_key(|(shock, case)| (declared.shocks[*shock].day, case.name));
        all
    }
}

impl<'a> Report<'a> {
    /// Of pairs, and of partnerships if there are any; each must have a shock that counts.
    pub fn new(
        found: &'a Found,
        partnerships: Option<&'a Found>,
        declared: &'a Declared,
        settings: &'a Settings,
        dyads: &'a Dyads,
    ) -> Result<Self> {
        let part = |found| Part::of(found, declared, settings);
        Ok(Self {
            pairs: part(found)?,
            partnerships: partnerships.map(part).transpose()?,
            declared,
            settings,
            dyads,
        })
    }

    fn met(&self) -> bool {
        let test = self.pairs.test();
        test.inside.value >= self.declared.bar && test.width_ratio <= 1.0
    }

    pub fn text(&self) -> String {
        let (k, months) = (self.settings.ks[0], self.declared.months);
        let mut out = format!(
            "The worst of {months} months from that of the shock on, and its envelope as of the month before: k = {k}, as surprising as what has a chance of {} %\n\n",
            number(Some(100.0 * likelihood(k)), 0)
        );
        self.table(&self.pairs, "pair", &mut out);
        for (figure, name) in FIGURES.iter().enumerate() {
            let _ = writeln!(out, "\n{}", title(name, months));
            out.push_str(&summary(&self.pairs, figure));
        }
        out.push_str(&self.verdict());
        if let Some(part) = &self.partnerships {
            let _ = writeln!(
                out,
                "\nPartnerships: minus the loss of the worst of {months} months, joint paths as in `detente stress`\n"
            );
            self.table(part, "partnership", &mut out);
            out.push('\n');
            out.push_str(&summary(part, 0));
        }
        out
    }

    fn table(&self, part: &Part, name: &str, out: &mut String) {
        let headings = [
            "shock",
            "day",
            name,
            ">past",
            ">came",
            ">envelope",
            ">climatology",
            "",
            ">beyond",
            ">k taken",
        ];
        let mut table = Table::new(&headings);
        for (shock, case) in part.shocks(self.declared) {
            let shock = &self.declared.shocks[shock];
            let name = &part.found.names[case.name];
            if let Some(judged) = &case.figures[0] {
                table.row(row(shock, name, case, judged));
            }
        }
        out.push_str(&table.render());
        if !part.found.not_counted.is_empty() {
            out.push_str("\nNot counted, neither way:\n");
        }
        for not in &part.found.not_counted {
            let id = &self.declared.shocks[not.shock].id;
            let _ = writeln!(out, "  {id} {}: {}", not.name, not.why);
        }
    }

    fn verdict(&self) -> String {
        let (test, whole_shocks) = (self.pairs.test(), &self.pairs.whole);
        let percent = |share: &Share| {
            let [value, lo, hi] =
                [share.value, share.lo, share.hi].map(|x| number(Some(100.0 * x), 1));
            format!("{value} % [{lo}, {hi}]")
        };
        format!(
            "\nDeclared bar: {} % of the cases inside at k = {}, no wider than climatology on average. Found {} and {} times its width: {}.\n\
             Shocks of which every pair is inside: {} of {}.\n\
             Learnt from {} pairs; {} paths of each of three models, seed {}. Shares with 90 % intervals, as if cases did not hang together.\n",
            number(Some(100.0 * self.declared.bar), 0),
            test.k,
            percent(&test.inside),
            number(Some(test.width_ratio), 2),
            if self.met() { "met" } else { "NOT met" },
            percent(whole_shocks),
            whole_shocks.of,
            self.pairs.found.learnt,
            whole(self.settings.paths as u64),
            self.settings.seed,
        )
    }

    pub fn json(&self) -> Value {
        let mut all = self.part(&self.pairs, "pair");
        all["about"] = json!({
            "declared": self.declared.file,
            "k": self.settings.ks,
            "months": self.declared.months,
            "past": self.declared.past,
            "paths": self.settings.paths,
            "seed": self.settings.seed,
            "learnt_from_pairs": self.pairs.found.learnt,
            "interval": 0.9,
        });
        let test = self.pairs.test();
        all["bar"] = json!({
            "share": self.declared.bar,
            "k": test.k,
            "inside": share(&test.inside),
            "width_ratio": test.width_ratio,
            "met": self.met(),
        });
        if let Some(part) = &self.partnerships {
            all["partnerships"] = self.part(part, "partnership");
        }
        all
    }

    fn part(&self, part: &Part, name: &str) -> Value {
        let shocks = part.shocks(self.declared).into_iter().map(|(shock, case)| {
            let shock = &self.declared.shocks[shock];
            let figures: Map<String, Value> = FIGURES
                .iter()
                .zip(&case.figures)
                .map(|(name, judged)| ((*name).to_owned(), json!(judged.as_ref().map(told))))
                .collect();
            json!({
                "id": shock.id,
                "title": shock.title,
                "kind": shock.kind,
                "day": shock.day.to_string(),
                name: part.found.names[case.name],
                "origin": self.dyads.label(case.origin),
                "past": case.past,
                "figures": figures,
            })
        });
        let not_counted = part.found.not_counted.iter().map(|not| {
            json!({
                "id": self.declared.shocks[not.shock].id,
                name: not.name,
                "why": not.why,
            })
        });
        let summary = part.lines.iter().map(|line| {
            json!({
                "figure": FIGURES[line.figure],
                "cases": GROUPS[line.group],
                "k": line.k,
                "way": WAYS[line.way],
                "n": line.inside.of,
                "inside": share(&line.inside),
                "not_below": share(&line.not_below),
                "width": line.width,
                "width_ratio": line.width_ratio,
                "below_by": line.below_by,
                "k_taken": line.takes.is_finite().then_some(line.takes),
            })
        });
        json!({
            "shocks": shocks.collect::<Vec<_>>(),
            "not_counted": not_counted.collect::<Vec<_>>(),
            "summary": summary.collect::<Vec<_>>(),
            "whole_shocks": share(&part.whole),
        })
    }
}

fn row(shock: &Shock, name: &str, case: &Case, judged: &Judged) -> Vec<String> {
    let ends = |way: usize| judged.ways[way].as_ref().map(|w| w.envelopes[0]);
    let shown = |way| {
        ends(way).map_or(String::new(), |e| {
            format!("{} .. {}", number(Some(e.lo), 2), number(Some(e.hi), 2))
        })
    };
    let beyond = ends(0).map(|e| e.beyond(judged.came));
    let takes = judged.ways[0].as_ref().map(|w| w.takes);
    vec![
        shock.id.clone(),
        shock.day.to_string(),
        name.to_owned(),
        case.past.to_string(),
        number(Some(judged.came), 2),
        shown(0),
        shown(1),
        match beyond {
            Some(0.0) => "inside".to_owned(),
            Some(_) => "OUTSIDE".to_owned(),
            None => String::new(),
        },
        number(beyond.filter(|b| *b != 0.0), 2),
        takes.map_or(String::new(), |k| {
            k.map_or(">".to_owned(), |k| number(Some(k), 2))
        }),
    ]
}

fn summary(part: &Part, figure: usize) -> String {
    let headings = [
        "cases",
        ">k",
        "from",
        ">n",
        ">inside",
        "",
        ">not below",
        "",
        ">width",
        ">x clim.",
        ">below by",
        ">k taken",
    ];
    let mut table = Table::new(&headings);
    for line in part.lines.iter().filter(|l| l.figure == figure) {
        table.row([
            GROUPS[line.group].to_owned(),
            number(Some(line.k), 1),
            WAYS[line.way].to_owned(),
            whole(line.inside.of as u64),
            number(Some(line.inside.value), 3),
            interval(&line.inside),
            number(Some(line.not_below.value), 3),
            interval(&line.not_below),
            number(Some(line.width), 2),
            number(Some(line.width_ratio), 2),
            number(line.below_by, 2),
            if line.takes.is_finite() {
                number(Some(line.takes), 2)
            } else {
                ">".to_owned()
            },
        ]);
    }
    table.render()
}

fn title(figure: &str, months: usize) -> String {
    match figure {
        "worst month" => format!("Worst of {months} months"),
        _ => "First month alone".to_owned(),
    }
}

fn interval(share: &Share) -> String {
    format!(
        "[{}, {}]",
        number(Some(share.lo), 3),
        number(Some(share.hi), 3)
    )
}

fn share(share: &Share) -> Value {
    json!({"share": share.value, "lo": share.lo, "hi": share.hi, "of": share.of})
}

fn told(judged: &Judged) -> Value {
    let mut figure = json!({"came": judged.came});
    for (name, way) in WAYS.iter().zip(&judged.ways) {
        let Some(way) = way else { continue };
        let by_k = |of: &dyn Fn(&detente_stress::envelope::Envelope) -> Value| -> Vec<Value> {
            way.envelopes.iter().map(of).collect()
        };
        figure[*name] = json!({
            "envelopes": by_k(&|e| json!([e.lo, e.hi])),
            "inside": by_k(&|e| json!(e.holds(judged.came))),
            "beyond": by_k(&|e| json!(e.beyond(judged.came))),
            "k_taken": way.takes,
        });
    }
    figure
}
