//! How the envelopes and what came are written.

use std::fmt::Write as _;

use detente_stress::share::Share;
use detente_stress::tilt::likelihood;
use serde_json::{Map, Value, json};

use super::super::dyads::load::Dyads;
use super::cases::{Case, FIGURES, Found, Judged, Settings, WAYS};
use super::shocks::Declared;
use super::summary::{GROUPS, Line, lines, whole_shocks};
use crate::error::Result;
use crate::table::{Table, number, whole};

pub struct Report<'a> {
    found: &'a Found,
    declared: &'a Declared,
    settings: &'a Settings,
    dyads: &'a Dyads,
    lines: Vec<Line>,
    whole: Share,
}

impl<'a> Report<'a> {
    pub fn new(
        found: &'a Found,
        declared: &'a Declared,
        settings: &'a Settings,
        dyads: &'a Dyads,
    ) -> Result<Self> {
        Ok(Self {
            lines: lines(found, &settings.ks)?,
            whole: whole_shocks(found, declared.shocks.len())?,
            found,
            declared,
            settings,
            dyads,
        })
    }

    /// The line of the declared test.
    fn test(&self) -> &Line {
        &self.lines[0]
    }

    fn met(&self) -> bool {
        self.test().inside.value >= self.declared.bar && self.test().width_ratio <= 1.0
    }

    fn shocks(&self) -> impl Iterator<Item = (usize, &Case)> {
        let of = |c: &'a Case| c.shock.map(|s| (s, c));
        let mut all: Vec<(usize, &Case)> = self.found.cases.iter().filter_map(of).collect();
        all.sort_by_key(|(shock, case)| (self.declared.shocks[*shock].day, case.pair));
        all.into_iter()
    }

    fn pair(&self, case: &Case) -> String {
        let (a, b) = &self.found.pairs[case.pair];
        format!("{a}-{b}")
    }

    pub fn text(&self) -> String {
        let mut out = String::new();
        let k = self.settings.ks[0];
        let months = self.declared.months;
        let _ = writeln!(
            out,
            "The worst of {months} months from that of the shock on, and its envelope as of the month before: k = {k}, as surprising as what has a chance of {:.0} %\n",
            100.0 * likelihood(k)
        );
        let headings = [
            "shock",
            "day",
            "pair",
            ">past",
            ">came",
            ">envelope",
            ">climatology",
            "",
            ">beyond",
            ">k taken",
        ];
        let mut table = Table::new(&headings);
        for (shock, case) in self.shocks() {
            let shock = &self.declared.shocks[shock];
            let Some(judged) = &case.figures[0] else {
                continue;
            };
            table.row(self.row(&shock.id, &shock.day.to_string(), case, judged));
        }
        out.push_str(&table.render());
        if !self.found.not_counted.is_empty() {
            out.push_str("\nNot counted, neither way:\n");
        }
        for not in &self.found.not_counted {
            let id = &self.declared.shocks[not.shock].id;
            let _ = writeln!(out, "  {id} {}-{}: {}", not.pair.0, not.pair.1, not.why);
        }
        for (figure, name) in FIGURES.iter().enumerate() {
            let _ = writeln!(out, "\n{}", title(name, months));
            out.push_str(&self.summary(figure));
        }
        out + &self.verdict()
    }

    fn row(&self, id: &str, day: &str, case: &Case, judged: &Judged) -> Vec<String> {
        let ends = |way: usize| {
            let said = judged.ways[way].as_ref()?;
            Some(said.envelopes[0])
        };
        let shown = |way| {
            ends(way).map_or(String::new(), |e| {
                format!("{} .. {}", number(Some(e.lo), 2), number(Some(e.hi), 2))
            })
        };
        let beyond = ends(0).map(|e| e.beyond(judged.came));
        let takes = judged.ways[0].as_ref().map(|w| w.takes);
        vec![
            id.to_owned(),
            day.to_owned(),
            self.pair(case),
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

    fn summary(&self, figure: usize) -> String {
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
        for line in self.lines.iter().filter(|l| l.figure == figure) {
            let [inside, not_below] = [line.inside, line.not_below];
            table.row([
                GROUPS[line.group].to_owned(),
                number(Some(line.k), 1),
                WAYS[line.way].to_owned(),
                whole(line.inside.of as u64),
                number(Some(inside.value), 3),
                interval(&inside),
                number(Some(not_below.value), 3),
                interval(&not_below),
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

    fn verdict(&self) -> String {
        let test = self.test();
        format!(
            "\nDeclared bar: {:.0} % of the cases inside at k = {}, no wider than climatology on average. Found {:.1} % [{:.1}, {:.1}] and {} times its width: {}.\n\
             Shocks of which every pair is inside: {:.1} % [{:.1}, {:.1}] of {}.\n\
             Learnt from {} pairs; {} paths of each of three models, seed {}. Shares with 90 % intervals, as if cases did not hang together.\n",
            100.0 * self.declared.bar,
            test.k,
            100.0 * test.inside.value,
            100.0 * test.inside.lo,
            100.0 * test.inside.hi,
            number(Some(test.width_ratio), 2),
            if self.met() { "met" } else { "NOT met" },
            100.0 * self.whole.value,
            100.0 * self.whole.lo,
            100.0 * self.whole.hi,
            self.whole.of,
            self.found.learnt,
            whole(self.settings.paths as u64),
            self.settings.seed,
        )
    }

    pub fn json(&self) -> Value {
        let shocks: Vec<Value> = self
            .shocks()
            .map(|(shock, case)| {
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
                    "pair": self.pair(case),
                    "origin": self.dyads.label(case.origin),
                    "past": case.past,
                    "figures": figures,
                })
            })
            .collect();
        let not_counted = self.found.not_counted.iter().map(|not| {
            json!({
                "id": self.declared.shocks[not.shock].id,
                "pair": format!("{}-{}", not.pair.0, not.pair.1),
                "why": not.why,
            })
        });
        let summary = self.lines.iter().map(|line| {
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
            "about": {
                "declared": self.declared.file,
                "k": self.settings.ks,
                "months": self.declared.months,
                "past": self.declared.past,
                "paths": self.settings.paths,
                "seed": self.settings.seed,
                "learnt_from_pairs": self.found.learnt,
                "interval": 0.9,
            },
            "shocks": shocks,
            "not_counted": not_counted.collect::<Vec<_>>(),
            "summary": summary.collect::<Vec<_>>(),
            "whole_shocks": share(&self.whole),
            "bar": {
                "share": self.declared.bar,
                "k": self.test().k,
                "inside": share(&self.test().inside),
                "width_ratio": self.test().width_ratio,
                "met": self.met(),
            },
        })
    }
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
