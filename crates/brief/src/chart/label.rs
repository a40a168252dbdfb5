//! Where labels go: how wide a text is, where it wraps, and how the labels of events keep clear of each other.

/// The width of a text in pixels, from the widths of Helvetica in classes, a little on the safe side.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    let em: f64 = text
        .chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | '.' | ',' | ';' | ':' | '|' | '!' | '\'' => 0.26,
            ' ' | 'f' | 't' | 'r' | 'I' | '(' | ')' | '[' | ']' | '-' | '/' | '\u{202f}'
            | '\u{a0}' => 0.34,
            'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.88,
            c if c.is_uppercase() => 0.71,
            _ => 0.56,
        })
        .sum();
    em * size * 1.04
}

/// The lines of a text that is to be at most `room` pixels wide. A word is never cut.
pub(crate) fn wrap(text: &str, size: f64, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        match lines.last_mut() {
            Some(line) if width(line, size) + width(word, size) + 0.34 * size <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The text, cut with an ellipsis where it is wider than `room` pixels.
pub(crate) fn fit(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        let longer = format!("{out}{c}\u{2026}");
        if width(&longer, size) > room {
            break;
        }
        out.push(c);
    }
    out.trim_end().to_owned() + "\u{2026}"
}

/// A label that has found its place: in a lane above the plot (0 is the lowest), from `left` to `right`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Placed {
    pub lane: usize,
    pub left: f64,
    pub right: f64,
    /// The text ends at the mark instead of beginning there.
    pub ends: bool,
}

/// Puts labels beside their marks at `xs` (in order), each in the lowest lane where it meets no other label and no leader of a label above.
pub(crate) fn lanes(xs: &[f64], widths: &[f64], right_edge: f64) -> Vec<Placed> {
    const CLEAR: f64 = 6.0;
    let mut placed: Vec<Option<Placed>> = vec![None; xs.len()];
    // From right to left: a label that runs to the right then meets only what already stands.
    for i in (0..xs.len()).rev() {
        let ends = xs[i] + 4.0 + widths[i] > right_edge;
        let (left, right) = if ends {
            (xs[i] - 4.0 - widths[i], xs[i])
        } else {
            (xs[i], xs[i] + 4.0 + widths[i])
        };
        let meets = |lane: usize| {
            placed.iter().zip(xs).any(|(other, x)| {
                other.is_some_and(|o| {
                    let same = o.lane == lane && left < o.right + CLEAR && o.left < right + CLEAR;
                    let over_leader = o.lane > lane && left - CLEAR < *x && *x < right + CLEAR;
                    let through =
                        o.lane < lane && o.left - CLEAR < xs[i] && xs[i] < o.right + CLEAR;
                    same || over_leader || (through && !(xs[i] - *x).abs().lt(&0.01))
                })
            })
        };
        let top = placed
            .iter()
            .flatten()
            .map(|p| p.lane + 1)
            .max()
            .unwrap_or(0);
        let lane = (0..=top).find(|lane| !meets(*lane)).unwrap_or(top);
        placed[i] = Some(Placed {
            lane,
            left,
            right,
            ends,
        });
    }
    placed.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_wrap_and_fit_their_room() {
        let lines = wrap("relation index, higher is more cooperative", 12.0, 120.0);
        assert!(
            lines.len() > 1 && lines.iter().all(|l| width(l, 12.0) <= 120.0),
            "{lines:?}"
        );
        let cut = fit("a long name that has no room", 12.0, 60.0);
        assert!(cut.ends_with('\u{2026}') && width(&cut, 12.0) <= 60.0);
        assert_eq!(fit("short", 12.0, 60.0), "short");
    }

    #[test]
    fn labels_of_a_lane_keep_clear_of_each_other() {
        let xs: Vec<f64> = [3.0, 20.0, 25.0, 26.0, 180.0, 295.0, 299.0].to_vec();
        let widths = vec![80.0; xs.len()];
        let placed = lanes(&xs, &widths, 300.0);
        assert_eq!(placed.len(), xs.len());
        for (i, a) in placed.iter().enumerate() {
            assert!(a.right <= 300.0);
            for b in &placed[i + 1..] {
                assert!(
                    a.lane != b.lane || a.right <= b.left || b.right <= a.left,
                    "{a:?} {b:?}"
                );
            }
        }
    }
}
