//! From the file as written to a [`Partnership`] in which every name is resolved.
//!
//! Nothing is guessed and nothing stops at the first fault: what is wrong is collected, and the rest is judged further.

mod assumption;
mod factor;
mod injection;
mod measure;
pub(crate) mod party;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use detente_atlas::{Actor, Day};
use toml::Spanned;
use toml::value::Datetime;

use crate::file::{self, File, Text};
use crate::model::{Domain, Format, Level, Partnership, Party, Rivalry};
use crate::nearest::remedy;
use crate::place::Finding;

/// Ids that stand in the file, sound or not: a reference to an entry that is itself at fault is no second fault.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub groups: BTreeSet<String>,
    pub rivalries: BTreeSet<String>,
    pub factors: BTreeSet<String>,
}

/// What a reference can mean, and what was found wrong so far.
pub(crate) struct Scope<'a> {
    /// Text of the file, to point inside a value.
    text: &'a str,
    written: &'a Written,
    groups: BTreeMap<String, Party>,
    rivalries: BTreeMap<String, Rivalry>,
    found: Vec<Finding>,
}

impl Scope<'_> {
    fn wrong(&mut self, span: Range<usize>, message: impl Into<String>, remedy: impl Into<String>) {
        self.found.push(Finding {
            span,
            message: message.into(),
            remedy: remedy.into(),
        });
    }

    /// Reports every id that occurred before.
    fn unique<'i>(&mut self, what: &str, ids: impl Iterator<Item = &'i Text>) {
        let mut seen = BTreeSet::new();
        for id in ids {
            if !seen.insert(id.get_ref()) {
                self.wrong(
                    id.span(),
                    format!("a second {what} '{}'", id.get_ref()),
                    format!("give each {what} an id of its own"),
                );
            }
        }
    }

    /// Reports a reference to nothing. True where the entry is there, sound or not.
    fn refers(&mut self, what: &str, id: &Text, known: &BTreeSet<String>) -> bool {
        if known.contains(id.get_ref()) {
            return true;
        }
        let names: Vec<&str> = known.iter().map(String::as_str).collect();
        self.wrong(
            id.span(),
            format!("there is no {what} '{}'", id.get_ref()),
            remedy(id.get_ref(), &names),
        );
        false
    }
}

/// The day of a TOML date; the walk over the shape has let nothing else through.
fn day(date: &Spanned<Datetime>) -> Day {
    let d = date
        .get_ref()
        .date
        .as_ref()
        .expect("the shape was checked: a date without a time");
    Day::from_ymd(i32::from(d.year), u32::from(d.month), u32::from(d.day))
        .expect("TOML dates are calendar days")
}

/// Resolves a file. The partnership is `None` where anything is wrong.
pub(crate) fn partnership(
    file: &File,
    text: &str,
    written: &Written,
) -> (Option<Partnership>, Vec<Finding>) {
    let mut scope = Scope {
        text,
        written,
        groups: BTreeMap::new(),
        rivalries: BTreeMap::new(),
        found: Vec::new(),
    };
    groups(file, &mut scope);
    rivalries(file, &mut scope);
    let out = head(file, &mut scope);
    (out.filter(|_| scope.found.is_empty()), scope.found)
}

fn groups(file: &File, scope: &mut Scope<'_>) {
    scope.unique("group", file.group.iter().map(|g| &g.id));
    for group in &file.group {
        let id = group.id.get_ref();
        if Actor::from_id(id).is_some() {
            scope.wrong(
                group.id.span(),
                format!("the group '{id}' has the id of an actor"),
                "give it an id of its own, so that each name means one thing",
            );
        } else if let Some(party) = scope.expression(&group.members, group.title.clone()) {
            scope.groups.insert(
                id.clone(),
                Party {
                    id: id.clone(),
                    ..party
                },
            );
        }
    }
}

fn rivalries(file: &File, scope: &mut Scope<'_>) {
    scope.unique("rivalry", file.rivalry.iter().map(|r| &r.id));
    for rivalry in &file.rivalry {
        let poles = scope.parties(&rivalry.poles);
        let arenas = scope.parties(&rivalry.arenas);
        if rivalry.poles.len() != 2 {
            let place = rivalry
                .poles
                .get(2)
                .or(rivalry.poles.first())
                .unwrap_or(&rivalry.id);
            let poles = match rivalry.poles.len() {
                1 => "one pole".to_owned(),
                n => format!("{n} poles"),
            };
            scope.wrong(
                place.span(),
                format!("the rivalry '{}' has {poles}", rivalry.id.get_ref()),
                "a rivalry needs two poles, as in poles = [\"USA\", \"CHN\"]",
            );
            continue;
        }
        if rivalry.poles[0] == rivalry.poles[1] {
            scope.wrong(
                rivalry.poles[1].span(),
                "both poles are the same",
                "name two rivals",
            );
        }
        if let (Some(poles), Some(arenas)) = (poles, arenas) {
            let poles: [Party; 2] = poles.try_into().expect("there are two poles");
            let id = rivalry.id.get_ref().clone();
            let resolved = Rivalry {
                id: id.clone(),
                title: rivalry.title.clone(),
                poles,
                arenas,
            };
            scope.rivalries.insert(id, resolved);
        }
    }
}

fn head(file: &File, scope: &mut Scope<'_>) -> Option<Partnership> {
    let head = &file.partnership;
    let since = day(&head.since);
    let a = scope.side(&head.sides.a, since);
    let b = scope.side(&head.sides.b, since);
    if head.sides.a == head.sides.b {
        scope.wrong(
            head.sides.b.span(),
            "both sides are the same",
            "a partnership has two sides",
        );
    }
    let contrast = scope.parties(&head.contrast);
    for other in &head.contrast {
        if *other == head.sides.b || *other == head.sides.a {
            scope.wrong(
                other.span(),
                format!(
                    "'{}' is a side, not a partner to compare with",
                    other.get_ref()
                ),
                "name other partners of side a",
            );
        }
    }
    scope.unique("partner to compare with", head.contrast.iter());
    let formats = formats(&file.format, scope);
    let level_weights = level_weights(file, scope);
    let events = file
        .event
        .iter()
        .map(|e| (day(&e.date), e.title.clone()))
        .collect();
    let factors = factor::factors(&file.factor, scope);
    let assumptions =
        assumption::assumptions(&file.assumption, since, file.settings.pressing, scope);
    let shocks = injection::shocks(&file.shock, scope);
    let levers = injection::levers(&file.lever, scope);
    Some(Partnership {
        id: head.id.get_ref().clone(),
        title: head.title.clone(),
        since,
        a: a?,
        b: b?,
        contrast: contrast?,
        settings: file.settings.clone(),
        level_weights,
        formats: formats?,
        rivalries: file
            .rivalry
            .iter()
            .filter_map(|r| scope.rivalries.get(r.id.get_ref()).cloned())
            .collect(),
        events,
        factors: factors?,
        assumptions: assumptions?,
        groups: scope.groups.values().cloned().collect(),
        shocks: shocks?,
        levers: levers?,
    })
}

fn level_weights(file: &File, scope: &mut Scope<'_>) -> [f64; 3] {
    let weight = |level: Level| {
        let written = file
            .levels
            .iter()
            .find(|(name, _)| name.get_ref() == level.name());
        written.map_or(1.0, |(_, w)| *w)
    };
    let weights = Level::ALL.map(weight);
    if weights.iter().all(|w| *w == 0.0) {
        let span = file.levels.keys().next().map_or(0..0, Spanned::span);
        scope.wrong(
            span,
            "every level has the weight 0",
            "give at least one of them a weight above 0",
        );
    }
    weights
}

fn formats(written: &[file::Format], scope: &mut Scope<'_>) -> Option<Vec<Format>> {
    scope.unique("format", written.iter().map(|f| &f.id));
    let mut out = Vec::new();
    for format in written {
        let since = day(&format.since);
        let until = format.until.as_ref().map(day);
        if let (Some(span), Some(until)) = (format.until.as_ref().map(Spanned::span), until)
            && until < since
        {
            scope.wrong(
                span,
                format!("the format ends on {until}, before it begins on {since}"),
                "",
            );
        }
        if format.covers.is_empty() {
            scope.wrong(
                format.id.span(),
                format!("the format '{}' covers no domain", format.id.get_ref()),
                "name at least one in 'covers'",
            );
        }
        let known = scope.written;
        for id in &format.factors {
            scope.refers("factor", id, &known.factors);
        }
        let members = scope.parties(&format.members);
        scope.unique("domain", format.covers.iter());
        out.push(members.map(|members| Format {
            id: format.id.get_ref().clone(),
            title: format.title.clone(),
            since,
            until,
            members,
            covers: format.covers.iter().filter_map(domain).collect(),
            factors: format.factors.iter().map(|f| f.get_ref().clone()).collect(),
            made_for: format.made_for.clone(),
        }));
    }
    out.into_iter().collect()
}

fn domain(name: &Text) -> Option<Domain> {
    Domain::ALL.into_iter().find(|d| d.name() == name.get_ref())
}

fn level(name: &Text) -> Option<Level> {
    Level::ALL.into_iter().find(|l| l.name() == name.get_ref())
}
