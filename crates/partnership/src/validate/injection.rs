//! Shocks and levers: the events that they are made of.

use std::ops::Range;

use super::Scope;
use super::party::name_of;
use crate::file::{self, Text};
use crate::injection::{Injection, expression, injection, read_months};
use crate::model::{Lever, Party, Shock, Side};
use crate::place::Finding;

pub(super) fn shocks(written: &[file::Shock], scope: &mut Scope<'_>) -> Option<Vec<Shock>> {
    scope.unique("shock", written.iter().map(|s| &s.id));
    let all: Vec<Option<Shock>> = written
        .iter()
        .map(|s| {
            let months = s.months.as_ref().map(|text| {
                let read = read_months(text.get_ref());
                read.map_err(|fault| scope.fault(text, fault)).ok()
            });
            let mut events = events(&s.id, &s.events, scope)?;
            if let Some(months) = months {
                let months = months?;
                for event in &mut events {
                    event.months = event.months.or(Some(months));
                }
            }
            Some(Shock {
                id: s.id.get_ref().clone(),
                title: s.title.clone(),
                events,
            })
        })
        .collect();
    all.into_iter().collect()
}

pub(super) fn levers(written: &[file::Lever], scope: &mut Scope<'_>) -> Option<Vec<Lever>> {
    scope.unique("lever", written.iter().map(|l| &l.id));
    let all: Vec<Option<Lever>> = written
        .iter()
        .map(|l| {
            let events = events(&l.id, &l.events, scope)?;
            Some(Lever {
                id: l.id.get_ref().clone(),
                title: l.title.clone(),
                side: [Side::A, Side::B, Side::Both]
                    .into_iter()
                    .find(|s| s.name() == l.side.get_ref())?,
                events,
                why: l.why.clone(),
            })
        })
        .collect();
    all.into_iter().collect()
}

fn events(id: &Text, written: &[Text], scope: &mut Scope<'_>) -> Option<Vec<Injection>> {
    if written.is_empty() {
        scope.wrong(
            id.span(),
            format!("'{}' has no events", id.get_ref()),
            "name at least one in 'events', as in \"RUS->GEO material-conflict x5\"",
        );
        return None;
    }
    let all: Vec<Option<Injection>> = written
        .iter()
        .map(|text| {
            let known = |name: &str| -> Result<Party, String> {
                match scope.groups.get(name) {
                    Some(group) => Ok(group.clone()),
                    None => expression(name, name_of(name)),
                }
            };
            match injection(text.get_ref(), &known) {
                Ok(found) => Some(found),
                // what a faulty group lacks is reported where it stands
                Err(fault)
                    if scope
                        .written
                        .groups
                        .contains(&text.get_ref()[fault.span.clone()]) =>
                {
                    None
                }
                Err(fault) => {
                    scope.fault(text, fault);
                    None
                }
            }
        })
        .collect();
    all.into_iter().collect()
}

impl Scope<'_> {
    /// Reports what is wrong inside of a text of the file.
    fn fault(&mut self, text: &Text, fault: Finding) {
        let span = self.part(text, fault.span);
        self.wrong(span, fault.message, fault.remedy);
    }

    /// The place in the file of a part of a text: behind its quote, where it is written as it reads.
    fn part(&self, text: &Text, part: Range<usize>) -> Range<usize> {
        let span = text.span();
        let written = self.text.get(span.clone()).unwrap_or_default();
        match written.find(text.get_ref().as_str()) {
            Some(at) => span.start + at + part.start..span.start + at + part.end,
            None => span,
        }
    }
}
