//! What would be seen first, and what sets off what: as text and as JSON.

use detente_atlas::Month;
use detente_forecast::bootstrap::Interval;
use detente_partnership::stress::Stressed;
use detente_partnership::stress::cascade::{Cascade, SetsOff, Shown};
use detente_partnership::stress::signs::{Sign, Watch, Watched};
use serde_json::{Value, json};

use crate::error::count;
use crate::table::{Table, number, whole};

/// Signs, links and chains that the text tells of.
const SHOWN: usize = 5;

/// Surprises that one stands for below which it sets nothing off.
const ALONE: f64 = 1.005;

/// As text.
pub fn text(s: &Stressed) -> String {
    let mut out = "\nWhat would be seen first\n\n".to_owned();
    out += "Before months of the relations of side a with all others that begin a fall (worse than nine tenths of a relation's past, or a rupture); read off these sides:\n";
    out += &match &s.signs.relations {
        Ok(watch) => told(s, watch),
        Err(why) => format!("  cannot be said: {why}\n"),
    };
    out += "\nBefore months in which the loss of this partnership itself began to be worse than nine tenths of its past:\n";
    out += &match &s.signs.sides {
        Ok(watch) => told(s, watch),
        Err(why) => format!("  cannot be said: {why}\n"),
    };
    out += "\nWhat sets off what: months in which monthly indicators of a theatre turned for the worse\n\n";
    out += &match &s.cascade {
        Ok(cascade) => of_cascade(cascade),
        Err(why) => format!("  cannot be said: {why}\n"),
    };
    out
}

fn told(s: &Stressed, watch: &Watch) -> String {
    let mut out = format!(
        "  {} in {} months of {}; an alert counts for {} months\n",
        count(watch.onsets, "onset"),
        whole(watch.months as u64),
        count(watch.units, "relation"),
        watch.window
    );
    let shown = watch.signs.iter().filter(|sign| sign.is_shown()).count();
    if shown == 0 {
        out += &format!(
            "  No sign demonstrated: of {} rules none beats {} by more than luck. The nearest to one:\n",
            watch.signs.len(),
            placebo(watch),
        );
    }
    let mut table = Table::new(&[
        "alert next month if",
        ">now",
        "alerts",
        ">lead, months",
        ">hits",
        ">false alarms",
        ">by chance",
        ">p",
    ]);
    for sign in watch.signs.iter().take(shown.clamp(1, SHOWN)) {
        let record = sign.rule.record.as_ref();
        table.row([
            sign.condition(&s.variables),
            number(sign.now.map(|now| sign.as_read(&s.variables, now)), 2),
            match sign.rule.alert {
                // an alert that is no better than luck calls nobody
                _ if !sign.is_shown() => "no sign",
                Some(true) => "YES",
                Some(false) => "no",
                None => "not known",
            }
            .to_owned(),
            record.and_then(|r| r.lead).map_or(String::new(), |lead| {
                format!("{:.0} [{:.0}, {:.0}]", lead.median, lead.lower, lead.upper)
            }),
            record.map_or(String::new(), |r| {
                format!("{} of {}", percent(r.hits.value), r.hits.of)
            }),
            record.map_or(String::new(), |r| percent(r.false_alarms)),
            record.map_or(String::new(), |r| percent(r.placebo_hits)),
            number(record.map(|r| r.adjusted_p), 3),
        ]);
    }
    for line in table.render().lines() {
        out += &format!("  {line}\n");
    }
    if shown > SHOWN {
        out += &format!("  and {} more (--format json has all)\n", shown - SHOWN);
    }
    out
}

fn placebo(watch: &Watch) -> &'static str {
    match watch.units {
        1 => "random dates",
        _ => "the dates of other relations",
    }
}

fn percent(share: f64) -> String {
    format!("{} %", number(Some(100.0 * share), 0))
}

fn interval(i: &Interval) -> String {
    format!("{:+.3} [{:+.3}, {:+.3}]", i.mean, i.lo, i.hi)
}

fn of_cascade(c: &Cascade) -> String {
    let mut out = format!(
        "  Tested on {} from {} on, {} theatres: gain of excitation within theatres {}, of links between them {} nats a month\n  {}{}\n",
        count(c.tested.counts, "count"),
        Month(c.tested.from),
        c.theatres.len(),
        interval(&c.tested.own_over_none),
        interval(&c.tested.all_over_own),
        c.tested.finding,
        match c.shown {
            None => ": what one theatre would do to another cannot be told from these months",
            Some(_) => "",
        }
    );
    if let Some(shown) = &c.shown {
        out += &of_shown(c, shown);
    }
    if !c.left_out.is_empty() {
        let titles: Vec<&str> = c.left_out.iter().map(|l| l.title.as_str()).collect();
        out += &format!("  not counted: {}\n", titles.join("; "));
    }
    out
}

fn of_shown(c: &Cascade, shown: &Shown) -> String {
    let title = |theatre: usize| c.theatres[theatre].title.as_str();
    let mut out = String::new();
    let mut links: Vec<_> = shown.links.iter().collect();
    links.sort_by(|a, b| b.ratio.total_cmp(&a.ratio));
    for link in links.into_iter().take(SHOWN) {
        let sure = link
            .interval
            .map_or(String::new(), |(lo, hi)| format!(" [{lo:.2}, {hi:.2}]"));
        out += &format!(
            "  a surprise in {} brings on {:.2}{sure} in {}\n",
            title(link.from),
            link.ratio,
            if link.from == link.to {
                "the same"
            } else {
                title(link.to)
            }
        );
    }
    let alone = |s: &SetsOff| s.amplification < ALONE && s.reach.is_none();
    for (theatre, sets_off) in shown.sets_off.iter().enumerate() {
        if alone(sets_off) {
            continue;
        }
        let reach = sets_off.reach.map_or(String::new(), |reach| {
            format!(
                "; in full distress it reaches {} of the others' weight",
                percent(reach)
            )
        });
        out += &format!(
            "  one in {} stands for {:.2} in all{reach}\n",
            title(theatre),
            sets_off.amplification
        );
    }
    for chain in shown.chains.iter().take(SHOWN) {
        let streams: Vec<&str> = chain.streams.iter().map(|s| title(*s)).collect();
        out += &format!(
            "  {}: at least {}\n",
            streams.join(" -> "),
            percent(chain.probability)
        );
    }
    for step in shown.calmed.iter().skip(1) {
        let links: Vec<String> = step
            .links
            .iter()
            .map(|(from, to)| match from == to {
                true => format!("{} by itself", title(*from)),
                false => format!("{} -> {}", title(*from), title(*to)),
            })
            .collect();
        out += &format!(
            "  calming {} lowers the expected loss from {:.3} to {:.3} a month\n",
            links.join(", "),
            shown.calmed[0].loss,
            step.loss
        );
    }
    out
}

/// As JSON: `signs` and `cascade`.
pub fn json(s: &Stressed) -> (Value, Value) {
    let watch = |watch: &Result<Watch, String>| match watch {
        Err(why) => json!({ "why_not": why }),
        Ok(w) => json!({
            "relations": w.units, "months": w.months, "onsets": w.onsets, "window": w.window,
            "rules": w.signs.iter().map(|sign| rule(s, sign)).collect::<Vec<_>>(),
        }),
    };
    let signs = json!({ "relations": watch(&s.signs.relations), "sides": watch(&s.signs.sides) });
    let cascade = match &s.cascade {
        Err(why) => json!({ "why_not": why }),
        Ok(c) => cascade(c),
    };
    (signs, cascade)
}

fn rule(s: &Stressed, sign: &Sign) -> Value {
    let rule = &sign.rule;
    json!({
        "variable": s.variables[sign.variable].id,
        "watched": match sign.watched {
            Watched::Level => "level", Watched::Change => "change", Watched::Spread => "spread", Watched::BadMonths => "bad_months",
        },
        "rule": sign.condition(&s.variables), "quantile": rule.level,
        "threshold": rule.threshold.map(|v| sign.as_read(&s.variables, v)),
        "now": sign.now.map(|v| sign.as_read(&s.variables, v)), "alert": rule.alert, "shown": sign.is_shown(),
        "record": rule.record.as_ref().map(|r| json!({
            "hit_rate": r.hits.value, "hit_rate_lo": r.hits.lo, "hit_rate_hi": r.hits.hi, "onsets": r.hits.of,
            "lead": r.lead.map(|l| json!({ "lower": l.lower, "median": l.median, "upper": l.upper })),
            "false_alarm_rate": r.false_alarms,
            "false_alarm_interval": r.false_alarms_interval.map(|i| [i.lo, i.hi]), "quiet_months": r.quiet,
            "placebo_hit_rate": r.placebo_hits, "p": r.p, "adjusted_p": r.adjusted_p,
        })),
    })
}

fn cascade(c: &Cascade) -> Value {
    let id = |theatre: usize| c.theatres[theatre].id.as_str();
    let gain = |i: &Interval| json!({ "mean": i.mean, "lo": i.lo, "hi": i.hi });
    json!({
        "theatres": c.theatres.iter().map(|t| json!({
            "id": t.id, "title": t.title, "indicators": t.indicators, "months": t.months, "surprises": t.surprises, "weight": t.weight,
        })).collect::<Vec<_>>(),
        "left_out": c.left_out.iter().map(|l| json!({ "id": l.id, "title": l.title, "why": l.why })).collect::<Vec<_>>(),
        "held_out": {
            "from": Month(c.tested.from).to_string(), "counts": c.tested.counts, "finding": c.tested.finding.to_string(),
            "own_over_none": gain(&c.tested.own_over_none), "all_over_own": gain(&c.tested.all_over_own),
        },
        "shown": c.shown.as_ref().map(|shown| json!({
            "radius": shown.radius,
            "links": shown.links.iter().map(|l| json!({
                "from": id(l.from), "to": id(l.to), "ratio": l.ratio, "error": l.error, "interval": l.interval,
            })).collect::<Vec<_>>(),
            "sets_off": shown.sets_off.iter().enumerate().map(|(t, off)| json!({
                "theatre": id(t), "amplification": off.amplification, "reach": off.reach,
            })).collect::<Vec<_>>(),
            "chains": shown.chains.iter().map(|chain| json!({
                "theatres": chain.streams.iter().map(|t| id(*t)).collect::<Vec<_>>(), "probability": chain.probability,
            })).collect::<Vec<_>>(),
            "calmed": shown.calmed.iter().map(|step| json!({
                "links": step.links.iter().map(|(from, to)| [id(*from), id(*to)]).collect::<Vec<_>>(),
                "expected_loss": step.loss, "exact": step.exact,
            })).collect::<Vec<_>>(),
            "enough_for_a_tenth": shown.enough,
        })),
    })
}
