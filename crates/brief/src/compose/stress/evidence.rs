//! What the figures of the worst case rest on.

use super::super::book::slug;
use super::super::outlook;
use super::super::watch;
use crate::{Document, Evidence, EvidenceId};
use detente_atlas::Month;
use detente_partnership::engine::Assessment;
use detente_partnership::model::Side;
use detente_partnership::stress::cascade::{Calmed, Cascade, Link};
use detente_partnership::stress::signs::{Record, Sign, Watch};
use detente_partnership::stress::{Effect, Kind, Reverse, Stressed};

/// Two-sided 90 % of a normal distribution, in standard errors.
pub const NINETY: f64 = 1.645;

/// The loss in the worst twentieth of paths, among the numbers of a lever.
pub const WORST: &str = "worst twentieth";

/// Files the evidence of one worst case.
pub struct Book<'a> {
    doc: &'a mut Document,
    pub x: &'a Stressed,
    /// Months of the paths that lie before the brief.
    past: i32,
    command: String,
    /// The relation and the factors that are drawn.
    from: Vec<EvidenceId>,
    datasets: Vec<String>,
    rows: u64,
    sides: [String; 2],
}

impl<'a> Book<'a> {
    pub fn new(doc: &'a mut Document, a: &Assessment, x: &'a Stressed) -> Self {
        let mut from: Vec<Evidence> = a
            .outlook
            .as_ref()
            .map(|o| outlook::now(doc, o))
            .into_iter()
            .collect();
        let drawn = |id: &str| x.variables.iter().any(|v| v.id == id);
        for factor in a.register.factors().filter(|f| drawn(&f.factor.id)) {
            from.extend(watch::factor(doc, factor));
        }
        let mut datasets: Vec<String> = from.iter().flat_map(|e| e.datasets.clone()).collect();
        datasets.sort();
        datasets.dedup();
        let Stressed { asked, .. } = x;
        Self {
            past: (a.world.as_of.month().0 - x.origin).min(x.months as i32),
            command: format!(
                "detente stress {} --as-of {} --months {} --paths {} --seed {}",
                a.partnership.id, a.world.as_of, x.months, asked.paths, asked.seed
            ),
            rows: from.iter().map(|e| e.rows).sum(),
            sides: [&a.partnership.a, &a.partnership.b].map(|side| side.name.clone()),
            from: from.into_iter().map(|e| e.id).collect(),
            datasets,
            doc,
            x,
        }
    }

    /// Files what rests on the paths.
    pub fn file(&mut self, id: &str, what: String, method: &str, value: f64) -> Evidence {
        let e = Evidence::new(id, what, method)
            .command(self.command.clone())
            .built_from(self.from.iter().cloned())
            .datasets(self.datasets.iter().cloned())
            .rows(self.rows)
            .value(value);
        self.doc.add_evidence(e)
    }

    /// The paths.
    pub fn paths(&mut self) -> Evidence {
        let x = self.x;
        let e = self
            .file(
                "stress-paths",
                "joint paths of the relation and of the factors with enough known months, of each model".to_owned(),
                "joint-paths",
                x.asked.paths as f64,
            )
            .also("months", f64::from(x.months))
            .also("months past", f64::from(self.past))
            .also("variables", x.variables.len() as f64);
        self.doc.add_evidence(e)
    }

    /// A point of the frontier.
    pub fn point(&mut self, n: usize) -> Evidence {
        let point = self.x.frontier[n];
        let model = &self.x.models[point.model];
        let id = format!("stress-k-{}", slug(&point.k.to_string()));
        let what = format!(
            "worst mean loss within a relative entropy of {} nats, by the model {}",
            point.k, model.name
        );
        let half = NINETY * point.error;
        let e = self
            .file(&id, what, "worst-plausible-case", point.severity)
            .interval(point.severity - half, point.severity + half)
            .also("k", point.k)
            .also("once in", 1.0 / point.likelihood)
            .also("mean loss of all paths", model.mean)
            .also("paths that carry it", point.effective);
        self.doc.add_evidence(e)
    }

    /// The point of the frontier that is told as a chain: the last.
    pub fn told(&mut self) -> Evidence {
        self.point(self.x.frontier.len() - 1)
    }

    /// The severities of a model.
    pub fn model(&mut self, n: usize) -> Evidence {
        let model = &self.x.models[n];
        let (id, what) = (
            format!("stress-model-{}", model.name),
            format!(
                "mean loss by the model {}, and its severity along the frontier",
                model.name
            ),
        );
        let mut e = self.file(&id, what, "worst-plausible-case", model.mean);
        for (point, severity) in self.x.frontier.iter().zip(&model.severities) {
            e = e.also(format!("severity at k = {}", point.k), *severity);
        }
        self.doc.add_evidence(e)
    }

    /// What a variable is in the worst case.
    pub fn part(&mut self, v: usize) -> Evidence {
        let (variable, part) = (&self.x.variables[v], self.x.parts[v]);
        let what = match variable.kind {
            Kind::Relation => "what the fall of the relation adds to the severity".to_owned(),
            Kind::Factor(_) => format!("what the factor {} adds to the severity", variable.id),
        };
        let e = self
            .file(
                &format!("stress-part-{}", variable.id),
                what,
                "euler-allocation",
                part.adds,
            )
            .also("weight", variable.weight)
            .also("usual", part.usual)
            .also("worst case", part.worst);
        self.doc.add_evidence(e)
    }

    /// A step of the chain.
    pub fn step(&mut self, n: usize) -> Evidence {
        let step = &self.x.chain.steps[n];
        let variable = &self.x.variables[step.variable];
        let e = self
            .file(
                &format!("stress-step-{}", variable.id),
                format!("{} on the path nearest to the worst case", variable.id),
                "mode-path",
                step.value,
            )
            .also("usual", step.usual)
            .also("departure", step.departure);
        self.doc.add_evidence(e)
    }

    /// What a lever changes.
    pub fn lever(&mut self, n: usize, effect: &Effect) -> Evidence {
        let lever = &self.x.levers[n];
        let what = format!(
            "paired paths with and without {} in the {} months from {} on, by the model {}",
            lever.events.join("; "),
            effect.months,
            Month(effect.from),
            self.x.models[self.x.told].name
        );
        let id = format!("stress-lever-{}", lever.id);
        let mean = effect.mean.difference.change.value;
        let e = self
            .file(&id, what, "paired-differences", mean)
            .interval(effect.mean.difference.lo, effect.mean.difference.hi)
            .also("mean loss without", effect.mean.without)
            .also(WORST, effect.shortfall.difference.change.value)
            .also(format!("{WORST}, low"), effect.shortfall.difference.lo)
            .also(format!("{WORST}, high"), effect.shortfall.difference.hi)
            .also(format!("{WORST}, without"), effect.shortfall.without);
        self.doc.add_evidence(e)
    }

    /// The record of signs of one kind of onset.
    pub fn watch(&mut self, id: &str, of: &str, watch: &Watch) -> Evidence {
        let shown = watch.signs.iter().filter(|sign| sign.is_shown()).count();
        let e = self
            .file(
                &format!("stress-signs-{id}"),
                format!(
                    "rules of alert before {of}, each as it could have been followed at the time, against dates drawn by chance"
                ),
                "signs",
                shown as f64,
            )
            .also("rules shown", shown as f64)
            .also("rules", watch.signs.len() as f64)
            .also("onsets", watch.onsets as f64)
            .also("months", watch.months as f64)
            .also("relations", watch.units as f64)
            .also("months that an alert counts for", watch.window as f64);
        self.doc.add_evidence(e)
    }

    /// A rule of alert with its record.
    pub fn sign(&mut self, id: &str, n: usize, sign: &Sign, record: &Record) -> Evidence {
        let what = format!("rule of alert: {}", sign.condition(&self.x.variables));
        let mut e = self
            .file(
                &format!("stress-sign-{id}-{}", n + 1),
                what,
                "signs",
                record.hits.value,
            )
            .interval(record.hits.lo, record.hits.hi)
            .also("false alarms", record.false_alarms)
            .also("hits by chance", record.placebo_hits)
            .also("p, for all that was looked at", record.adjusted_p);
        if let Some(lead) = record.lead {
            e = e.also("months ahead", lead.median);
        }
        self.doc.add_evidence(e)
    }

    /// The test of what sets off what.
    pub fn tested(&mut self, c: &Cascade) -> Evidence {
        let (own, all) = (&c.tested.own_over_none, &c.tested.all_over_own);
        let e = self
            .file(
                "stress-cascade",
                "gain of excitation of theatres over a constant rate of surprises, on months held out".to_owned(),
                "hawkes",
                own.mean,
            )
            .also("within", own.mean)
            .also("within, low", own.lo)
            .also("within, high", own.hi)
            .also("between", all.mean)
            .also("between, low", all.lo)
            .also("between, high", all.hi)
            .also("held-out counts", c.tested.counts as f64);
        self.doc.add_evidence(e)
    }

    /// A link between theatres.
    pub fn link(&mut self, c: &Cascade, link: &Link, in_all: f64) -> Evidence {
        let id = |theatre: usize| c.theatres[theatre].id.as_str();
        let (from, to) = (id(link.from), id(link.to));
        let mut e = self
            .file(
                &format!("stress-link-{from}-{to}"),
                format!("surprises of {to} that one of {from} brings on"),
                "hawkes",
                link.ratio,
            )
            .also("in all", in_all);
        if let Some((lo, hi)) = link.interval {
            e = e.interval(lo, hi);
        }
        self.doc.add_evidence(e)
    }

    /// The loss with links calmed.
    pub fn calmed(&mut self, set: &Calmed, loss: f64) -> Evidence {
        let what = "expected monthly loss with these links calmed".to_owned();
        let e = self
            .file("stress-calmed", what, "calming", set.loss)
            .also("as fitted", loss)
            .also("of the loss as fitted", set.loss / loss);
        self.doc.add_evidence(e)
    }

    /// Who can pull a lever.
    pub fn whose(&self, side: Side) -> String {
        let [a, b] = &self.sides;
        match side {
            Side::A => a.clone(),
            Side::B => b.clone(),
            Side::Both => "both".to_owned(),
        }
    }

    /// What it takes to fail.
    pub fn breach(&mut self, n: usize) -> Evidence {
        let b = &self.x.breaches[n];
        let mut e = self
            .file(
                &format!("stress-failure-{}", n + 1),
                match b.model {
                    Some(model) => format!(
                        "share of paths on which {}, by the model {}",
                        b.failure, self.x.models[model].name
                    ),
                    None => format!("chance of {}", b.failure),
                },
                "reverse-stress",
                b.chance.share,
            )
            .interval(b.chance.lo, b.chance.hi);
        for (name, reverse) in [("even", &b.even), ("sure", &b.sure)] {
            e = match *reverse {
                Reverse::Takes { k, .. } => e.also(format!("k to be {name}"), k),
                Reverse::NotReached { above, .. } => {
                    e.also(format!("k to be {name}, at least"), above)
                }
            };
        }
        self.doc.add_evidence(e)
    }
}
