//! The worst plausible case as text and as JSON.

use detente_atlas::{Day, Month};
use detente_partnership::Partnership;
use detente_partnership::stress::{
    Breach, CANNOT_SAY, Kind, Point, Reverse, Stressed, TOLD, Variable,
};
use serde_json::{Value, json};

use super::early;
use crate::table::{Table, number, whole};

/// Enough paths and a standard error.
fn sure(point: &Point) -> bool {
    point.error.is_finite()
}

fn finite(x: f64) -> Value {
    if x.is_finite() { json!(x) } else { Value::Null }
}

/// As text.
pub fn text(s: &Stressed, p: &Partnership, as_of: Day) -> String {
    let origin = Month(s.origin);
    let mut out = format!(
        "The worst plausible case of {}\nas of {as_of}; paths of {} months from {origin}, the last month with a reading of the relation; {} paths of each of {} models\n\n",
        p.title,
        s.months,
        whole(s.asked.paths as u64),
        s.models.len()
    );
    let silent = as_of.month().0 - s.origin;
    if silent > 1 {
        out += &format!(
            "No month since is monitored: {silent} months of the paths lie before the day of this test, and what happened in them is not known to it.\n\n"
        );
    }
    out += "How bad: mean loss of the worst model within k\n\n";
    let mut table = Table::new(&[
        ">k",
        ">as likely as 1 in",
        ">severity",
        ">+/-",
        "model",
        ">paths that carry it",
    ]);
    for point in &s.frontier {
        table.row([
            number(Some(point.k), 2),
            number(Some(1.0 / point.likelihood), 1),
            number(Some(point.severity), 3),
            number(sure(point).then_some(1.645 * point.error), 3),
            s.models[point.model].name.to_owned(),
            whole(point.effective as u64),
        ]);
    }
    out += &table.render();
    out += "\nWhat each model says\n\n";
    let mut table = Table::new(&[
        "model",
        ">mean loss",
        ">VaR 90 %",
        ">ES 90 %",
        ">VaR 95 %",
        ">ES 95 %",
        ">VaR 99 %",
        ">ES 99 %",
    ]);
    for model in &s.models {
        let mut cells = vec![model.name.to_owned(), number(Some(model.mean), 3)];
        for tail in &model.tails {
            cells.push(number(Some(tail.value_at_risk.value), 3));
            cells.push(number(Some(tail.shortfall.value), 3));
        }
        table.row(cells);
    }
    out += &table.render();
    out += &format!(
        "\nWhat makes it bad, at k = {TOLD} in the model `{}`: what each adds to the severity, and its mean in the last month\n\n",
        s.models[s.told].name
    );
    let mut table = Table::new(&["variable", ">weight", ">adds", ">usual", ">worst case"]);
    for v in s.worst_first() {
        let (variable, part) = (&s.variables[v], s.parts[v]);
        table.row([
            variable.title.clone(),
            number(Some(variable.weight), 3),
            number(Some(part.adds), 3),
            number(Some(part.usual), 2),
            number(Some(part.worst), 2),
        ]);
    }
    out += &table.render();
    out += "\nBy which chain: of the paths that bad the one nearest to the worst case; a variable is told when it is first a standard deviation or more to the worse of its usual course\n\n";
    let month = |after: usize| Month(s.origin + after as i32);
    for step in &s.chain.steps {
        let variable = &s.variables[step.variable];
        out += &format!(
            "  {}  {} {} {:.2}, where {:.2} is usual ({:+.1} sd)\n",
            month(step.month),
            variable.title,
            moves(variable),
            step.value,
            step.usual,
            step.departure
        );
    }
    if let Some(worst) = s.chain.month {
        out += &format!(
            "  {}  the worst month: loss {:.3}\n",
            month(worst),
            s.chain.loss
        );
    }
    out += "\nWhat it takes to fail\n\n";
    let mut table = Table::new(&["failure", ">chance", ">k to be even", ">k to be sure"]);
    for breach in &s.breaches {
        table.row([
            breach.failure.clone(),
            chance(breach),
            takes(&breach.even),
            takes(&breach.sure),
        ]);
    }
    out += &table.render();
    out += &early::text(s);
    if !s.left_out.is_empty() {
        out += "\nNot in the paths (unmonitored is not quiet)\n\n";
        for left_out in &s.left_out {
            out += &format!("  {}: {}\n", left_out.title, left_out.why);
        }
    }
    out += "\nWhat this can not say\n\n";
    for cannot in CANNOT_SAY {
        out += &format!("  {cannot}\n");
    }
    out
}

fn moves(variable: &Variable) -> &'static str {
    match variable.kind {
        Kind::Relation => "down to",
        Kind::Factor(_) => "up to",
    }
}

fn chance(breach: &Breach) -> String {
    let c = &breach.chance;
    if c.share == 0.0 {
        return format!("below {:.2} %", 100.0 * c.hi);
    }
    if !c.lo.is_finite() {
        return format!("{:.1} %", 100.0 * c.share);
    }
    format!(
        "{:.1} % [{:.1}, {:.1}]",
        100.0 * c.share,
        100.0 * c.lo,
        100.0 * c.hi
    )
}

fn takes(reverse: &Reverse) -> String {
    match reverse {
        Reverse::Takes { k, .. } => format!("{k:.2}"),
        Reverse::NotReached { above, .. } => format!("more than {above:.2}"),
    }
}

fn reverse(reverse: &Reverse) -> Value {
    match *reverse {
        Reverse::Takes { k, lo, hi } => json!({"k": k, "lo": finite(lo), "hi": finite(hi)}),
        Reverse::NotReached { paths, above } => {
            json!({"k": null, "more_than": above, "paths": paths})
        }
    }
}

/// As JSON.
pub fn json(s: &Stressed, p: &Partnership, as_of: Day) -> Value {
    let month = |after: usize| Month(s.origin + after as i32).to_string();
    let model = |place: usize| s.models[place].name.as_str();
    let (signs, cascade) = early::json(s);
    json!({
        "about": {
            "partnership": p.id, "as_of": as_of.to_string(), "origin": Month(s.origin).to_string(), "months": s.months,
            "paths": s.asked.paths, "seed": s.asked.seed,
            "loss": "worst month of the path: stress_relation x fall of the relation + stress_factors x rise of the weighted standings of the factors, each in sd of its past",
        },
        "variables": s.variables.iter().map(|v| json!({
            "id": v.id, "title": v.title,
            "level": match v.kind { Kind::Relation => None, Kind::Factor(level) => Some(level.name()) },
            "weight": v.weight, "from": v.from, "exposure": v.exposure, "months_known": v.known,
        })).collect::<Vec<_>>(),
        "left_out": s.left_out.iter().map(|l| json!({"id": l.id, "title": l.title, "why": l.why})).collect::<Vec<_>>(),
        "models": s.models.iter().map(|m| json!({
            "name": m.name, "mean": m.mean,
            "tails": m.tails.iter().map(|t| json!({
                "level": t.level,
                "value_at_risk": t.value_at_risk.value, "value_at_risk_error": finite(t.value_at_risk.error),
                "shortfall": t.shortfall.value, "shortfall_error": finite(t.shortfall.error),
            })).collect::<Vec<_>>(),
            "severities": m.severities,
        })).collect::<Vec<_>>(),
        "frontier": s.frontier.iter().map(|f| json!({
            "k": f.k, "likelihood": f.likelihood, "severity": f.severity, "error": finite(f.error), "model": model(f.model),
            "effective_paths": f.effective, "enough_paths": sure(f),
        })).collect::<Vec<_>>(),
        "worst_case": {
            "k": TOLD, "model": model(s.told), "loss": s.chain.loss, "worst_month": s.chain.month.map(month),
            "chain": s.chain.steps.iter().map(|step| json!({
                "month": month(step.month), "variable": s.variables[step.variable].id, "value": step.value,
                "usual": step.usual, "departure_sd": step.departure,
            })).collect::<Vec<_>>(),
            "parts": s.variables.iter().zip(&s.parts).map(|(v, part)| json!({
                "variable": v.id, "adds": part.adds, "usual_at_end": finite(part.usual), "worst_at_end": finite(part.worst),
            })).collect::<Vec<_>>(),
        },
        "reverse": s.breaches.iter().map(|b| json!({
            "failure": b.failure, "chance": b.chance.share, "lo": finite(b.chance.lo), "hi": finite(b.chance.hi), "model": b.model.map_or("outlook", model),
            "k_even": reverse(&b.even), "k_sure": reverse(&b.sure),
        })).collect::<Vec<_>>(),
        "signs": signs,
        "cascade": cascade,
        "cannot_say": CANNOT_SAY,
    })
}
