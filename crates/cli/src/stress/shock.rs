//! Shocks and levers as text and as JSON.

use detente_atlas::{By, Month};
use detente_partnership::Side;
use detente_partnership::stress::library::Measured;
use detente_partnership::stress::{
    Compared, Difference, Effect, Outcome, Pulled, Size, Stressed, Struck, Variable,
};
use serde_json::{Value, json};

use crate::table::{Table, number};

/// Variables whose months are told in the text.
const TOLD_MOVES: usize = 3;
/// Months of them that are told, from the first on.
const TOLD_MONTHS: [usize; 4] = [0, 2, 5, 11];

fn signed(d: &Difference) -> String {
    if d.change.value == 0.0 && d.lo == 0.0 && d.hi == 0.0 {
        return "none".to_owned();
    }
    format!("{:+.3} [{:+.3}, {:+.3}]", d.change.value, d.lo, d.hi)
}

/// What stands for an outcome without figures.
fn silence(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Changes(_) => String::new(),
        Outcome::TouchesNothing => "touches no variable of the partnership".to_owned(),
        Outcome::Unknown(why) => format!("cannot be said: {why}"),
    }
}

fn times(struck: &Struck) -> String {
    let mut sizes: Vec<String> = struck
        .events
        .iter()
        .map(|e| format!("x{}", round(e.times)))
        .collect();
    sizes.dedup();
    sizes.join(", ")
}

/// To two decimals, without those that are 0.
fn round(x: f64) -> f64 {
    (100.0 * x).round() / 100.0
}

fn row(table: &mut Table, first: Vec<String>, outcome: &Outcome) {
    let mut cells = first;
    match outcome {
        Outcome::Changes(e) => {
            cells.push(signed(&e.mean.difference));
            cells.push(signed(&e.shortfall.difference));
        }
        // a reason is long, and stands below the table
        Outcome::Unknown(_) => cells.push("cannot be said".to_owned()),
        other => cells.push(silence(other)),
    }
    table.row(cells);
}

/// The levers as text; empty where the file has none.
pub fn levers(s: &Stressed) -> String {
    if s.levers.is_empty() {
        return String::new();
    }
    let out = "\nWhat the sides can do: change of the loss of the worst month in the year after the day, with 90 % intervals of the draws (statements of the model, not forecasts)\n\n".to_owned();
    let mut table = Table::new(&["lever", "side", ">mean loss", ">ES 95 %"]);
    for pulled in &s.levers {
        let first = vec![pulled.title.clone(), side(pulled.side).to_owned()];
        row(&mut table, first, &pulled.outcome);
    }
    let outcomes = s.levers.iter().map(|p| (&p.title, &p.outcome));
    out + &table.render() + &reasons(outcomes)
}

/// Why nothing can be said, line by line.
fn reasons<'a>(outcomes: impl Iterator<Item = (&'a String, &'a Outcome)>) -> String {
    let unknown = outcomes.filter(|(_, o)| matches!(o, Outcome::Unknown(_)));
    let lines: String = unknown
        .map(|(title, o)| format!("  {title}: {}\n", silence(o)))
        .collect();
    if lines.is_empty() {
        return lines;
    }
    format!("\n{lines}")
}

fn side(side: Side) -> &'static str {
    side.name()
}

/// The library as a table, the most harmful first, with what was measured.
pub fn table(struck: &[Struck]) -> String {
    let mut order: Vec<&Struck> = struck.iter().collect();
    let harm = |s: &Struck| s.harm().unwrap_or(f64::NEG_INFINITY);
    order.sort_by(|a, b| harm(b).total_cmp(&harm(a)));
    let mut out = "\nShocks: change of the loss of the worst month in the year from the shock on, the most harmful first, with 90 % intervals of the draws (statements of the model, not forecasts)\n\n".to_owned();
    let mut table = Table::new(&["shock", ">size", "by", ">mean loss", ">ES 95 %"]);
    for s in &order {
        let first = vec![s.title.clone(), times(s), s.size.name().to_owned()];
        row(&mut table, first, &s.outcome);
    }
    out += &table.render();
    out += &reasons(order.iter().map(|s| (&s.title, &s.outcome)));
    out += "\nHow large they were\n\n";
    for s in &order {
        out += &evidence(s);
    }
    out
}

fn evidence(s: &Struck) -> String {
    let mut out = match &s.size {
        Size::Told | Size::Unmeasured => return String::new(),
        Size::Measured(_) => format!("  {}\n", s.title),
        Size::Assumed { like, why, .. } => {
            format!("  {}: assumed, the size of {like}. {why}\n", s.title)
        }
    };
    for m in s.size.evidence() {
        out += &format!("    {}\n", counted(m));
    }
    out
}

fn counted(m: &Measured) -> String {
    let by = match m.by {
        By::Year => "year",
        _ => "month",
    };
    format!(
        "{}: {} in the {by} {}, {} usual ({} {by}s of {} to {}): x{} by {} ({})",
        m.deed.text(),
        round(m.count),
        m.period,
        round(m.usual),
        m.before.2,
        m.before.0,
        m.before.1,
        round(m.times),
        m.source,
        m.datasets.join(", "),
    )
}

/// Shocks one by one.
pub fn text(struck: &[Struck], s: &Stressed) -> String {
    let mut out = String::new();
    for shock in struck {
        out += &format!("\nShock: {} ({})\n\n", shock.title, shock.size.name());
        for event in &shock.events {
            out += &format!("  {}\n", event.text());
        }
        out += &evidence(shock);
        match &shock.outcome {
            Outcome::Changes(effect) => out += &changes(effect, &s.variables, s),
            other => out += &format!("  {}\n", silence(other)),
        }
    }
    out
}

fn changes(effect: &Effect, variables: &[Variable], s: &Stressed) -> String {
    let mut out = format!(
        "\n  In the {} months from {} on, in the model `{}`, with 90 % intervals of the draws; a statement of the model, not a forecast\n\n",
        effect.months,
        Month(effect.from),
        s.models[s.told].name
    );
    let mut table = Table::new(&["figure", ">without", ">change"]);
    let mut figure = |name: &str, c: &Compared| {
        table.row([
            name.to_owned(),
            number(Some(c.without), 3),
            signed(&c.difference),
        ]);
    };
    figure("mean loss of the worst month", &effect.mean);
    figure("ES 95 % of it", &effect.shortfall);
    for (words, compared) in &effect.failures {
        figure(&format!("chance: {words}"), compared);
    }
    out += &table.render();
    for silent in &effect.silent {
        out += &format!("  {silent}: touches no variable of the partnership\n");
    }
    let unmoved = effect
        .touched
        .iter()
        .filter(|v| effect.moves.iter().all(|m| m.variable != **v));
    for v in unmoved {
        out += &format!(
            "  {}: measured on these events, and does not move\n",
            variables[*v].title
        );
    }
    if effect.moves.is_empty() {
        return out;
    }
    let months: Vec<usize> = TOLD_MONTHS
        .into_iter()
        .filter(|m| *m < effect.months as usize)
        .collect();
    let mut heads = vec!["change of the mean of".to_owned()];
    heads.extend(
        months
            .iter()
            .map(|m| format!(">{}", Month(effect.from + *m as i32))),
    );
    let mut table = Table::new(&heads);
    for moved in effect.moves.iter().take(TOLD_MOVES) {
        let mut cells = vec![variables[moved.variable].title.clone()];
        cells.extend(months.iter().map(|m| signed(&moved.months[*m])));
        table.row(cells);
    }
    out + "\n" + &table.render()
}

fn difference(d: &Difference) -> Value {
    json!({"change": d.change.value, "lo": d.lo, "hi": d.hi})
}

fn compared(c: &Compared) -> Value {
    json!({"without": c.without, "change": c.difference.change.value, "lo": c.difference.lo, "hi": c.difference.hi})
}

fn outcome(o: &Outcome, variables: &[Variable]) -> Value {
    let effect = match o {
        Outcome::Changes(effect) => effect,
        Outcome::TouchesNothing => return json!({"touches": []}),
        Outcome::Unknown(why) => return json!({"touches": null, "cannot_say": why}),
    };
    let id = |v: &usize| variables[*v].id.clone();
    json!({
        "touches": effect.touched.iter().map(id).collect::<Vec<_>>(),
        "untouching_events": effect.silent,
        "from": Month(effect.from).to_string(),
        "months": effect.months,
        "mean_loss": compared(&effect.mean),
        "shortfall_95": compared(&effect.shortfall),
        "failures": effect.failures.iter().map(|(words, c)| {
            let mut value = compared(c);
            value["failure"] = json!(words);
            value
        }).collect::<Vec<_>>(),
        "moves": effect.moves.iter().map(|m| json!({
            "variable": id(&m.variable),
            "months": m.months.iter().map(difference).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}

/// Levers as JSON.
pub fn levers_json(levers: &[Pulled], variables: &[Variable]) -> Value {
    let lever = |p: &Pulled| {
        json!({
            "id": p.id, "title": p.title, "side": side(p.side), "why": p.why,
            "events": p.events,
            "effect": outcome(&p.outcome, variables),
        })
    };
    levers.iter().map(lever).collect()
}

/// Shocks as JSON.
pub fn json(struck: &[Struck], variables: &[Variable]) -> Value {
    let evidence = |m: &Measured| {
        json!({
            "events": m.deed.text(), "times": m.times, "period": m.period, "count": m.count, "usual": m.usual,
            "usual_from": m.before.0, "usual_to": m.before.1, "usual_periods": m.before.2,
            "source": m.source, "datasets": m.datasets,
        })
    };
    let shock = |s: &Struck| {
        let (like, why) = match &s.size {
            Size::Assumed { like, why, .. } => (Some(like), Some(why)),
            _ => (None, None),
        };
        json!({
            "id": (!s.id.is_empty()).then_some(&s.id), "title": s.title,
            "events": s.events.iter().map(|e| e.text()).collect::<Vec<_>>(),
            "size": s.size.name(), "like": like, "why": why,
            "evidence": s.size.evidence().iter().map(evidence).collect::<Vec<_>>(),
            "effect": outcome(&s.outcome, variables),
        })
    };
    struck.iter().map(shock).collect()
}
