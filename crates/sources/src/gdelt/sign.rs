//! How GDELT's files are told.

use super::columns::is_header;
use crate::recognise::Head;

/// Events of GDELT 2.
pub(crate) fn sign_2(head: &Head) -> Option<&'static str> {
    if headed(head) == Some(true) {
        return Some("by its header, it holds GDELT 2 events");
    }
    bare(head, &[61], &[(0, None), (1, Some(8)), (59, Some(14))])
        .then_some("by its 61 columns, it holds GDELT 2 events")
}

/// Events of GDELT 1.
pub(crate) fn sign_1(head: &Head) -> Option<&'static str> {
    if headed(head) == Some(false) {
        return Some("by its header, it holds GDELT 1 events");
    }
    bare(head, &[57, 58], &[(0, None), (1, Some(8)), (56, Some(8))])
        .then_some("by its 57 or 58 columns, it holds GDELT 1 events")
}

/// Mentions of GDELT 2.
pub(crate) fn sign_mentions(head: &Head) -> Option<&'static str> {
    let header = head.commas(0);
    let has = |name: &str| header.iter().any(|h| h.eq_ignore_ascii_case(name));
    if has("GLOBALEVENTID") && has("MentionTimeDate") && has("MentionIdentifier") {
        return Some("by its header, it holds GDELT 2 mentions");
    }
    bare(head, &[16], &[(0, None), (1, Some(14)), (2, Some(14))])
        .then_some("by its 16 columns and two times, it holds GDELT 2 mentions")
}

fn headed(head: &Head) -> Option<bool> {
    is_header(&head.commas(0)).or_else(|| is_header(&head.tabs(0)))
}

/// Whether the first line has as many columns, and digits where they belong (so many, or any number of them).
fn bare(head: &Head, widths: &[usize], digits: &[(usize, Option<usize>)]) -> bool {
    let cells = head.tabs(0);
    widths.contains(&cells.len())
        && digits.iter().all(|(at, length)| {
            let cell = cells.get(*at).copied().unwrap_or("");
            !cell.is_empty()
                && cell.bytes().all(|b| b.is_ascii_digit())
                && length.is_none_or(|n| cell.len() == n)
        })
}
