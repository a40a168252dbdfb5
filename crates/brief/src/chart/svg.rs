//! A few shapes of SVG, written as text. Colours and strokes are classes of the style sheet.

use std::fmt::{self, Write};

/// A number with at most two decimals, without trailing zeros.
#[derive(Clone, Copy)]
pub(crate) struct N(pub f64);

impl fmt::Display for N {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rounded = (self.0 * 100.0).round() / 100.0;
        // Never "-0".
        write!(f, "{}", if rounded == 0.0 { 0.0 } else { rounded })
    }
}

/// Text safe inside elements and attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // XML 1.0 has no other control characters.
            c if c.is_control() && !matches!(c, '\n' | '\t') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Where a text is held.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A drawing under way.
#[derive(Default)]
pub(crate) struct Svg(String);

impl Svg {
    pub fn raw(&mut self, text: &str) {
        self.0.push_str(text);
    }
    pub fn line(&mut self, x1: f64, y1: f64, x2: f64, y2: f64, class: &str) {
        // Writing to a String cannot fail.
        let _ = write!(
            self.0,
            "<line class=\"{class}\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>",
            N(x1),
            N(y1),
            N(x2),
            N(y2)
        );
    }
    /// A box; one that would be narrower than half a pixel is drawn that wide.
    pub fn rect(&mut self, x: f64, y: f64, w: f64, h: f64, class: &str, title: &str) {
        let title = if title.is_empty() {
            String::new()
        } else {
            format!("<title>{}</title>", escape(title))
        };
        let _ = write!(
            self.0,
            "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\">{title}</rect>",
            N(x),
            N(y),
            N(w.max(0.5)),
            N(h)
        );
    }
    /// A box filled with a pattern.
    pub fn hatched(&mut self, x: f64, y: f64, w: f64, h: f64, pattern: &str, title: &str) {
        let _ = write!(
            self.0,
            "<rect fill=\"url(#{pattern})\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"><title>{}</title></rect>",
            N(x),
            N(y),
            N(w.max(0.5)),
            N(h),
            escape(title)
        );
    }
    /// The pattern of slanted lines that stands for "no data".
    pub fn hatch(&mut self, name: &str, class: &str) {
        let _ = write!(
            self.0,
            "<defs><pattern id=\"{name}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><line class=\"{class}\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\"/></pattern></defs>"
        );
    }
    pub fn text(&mut self, x: f64, y: f64, anchor: Anchor, class: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let _ = write!(
            self.0,
            "<text class=\"{class}\" x=\"{}\" y=\"{}\"{anchor}>{}</text>",
            N(x),
            N(y),
            escape(text)
        );
    }
    pub fn path(&mut self, d: &str, class: &str) {
        let _ = write!(self.0, "<path class=\"{class}\" d=\"{d}\"/>");
    }
    /// A marker: circle, square, triangle or diamond, by turns.
    pub fn marker(&mut self, shape: usize, x: f64, y: f64, r: f64, class: &str) {
        match shape % 4 {
            0 => {
                let _ = write!(
                    self.0,
                    "<circle class=\"{class}\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>",
                    N(x),
                    N(y),
                    N(r)
                );
            }
            1 => {
                let a = r * 0.9;
                self.rect(x - a, y - a, 2.0 * a, 2.0 * a, class, "");
            }
            2 => self.path(
                &polygon(&[
                    (x, y - 1.2 * r),
                    (x + 1.1 * r, y + 0.8 * r),
                    (x - 1.1 * r, y + 0.8 * r),
                ]),
                class,
            ),
            _ => self.path(
                &polygon(&[
                    (x, y - 1.3 * r),
                    (x + 1.3 * r, y),
                    (x, y + 1.3 * r),
                    (x - 1.3 * r, y),
                ]),
                class,
            ),
        }
    }
    pub fn open(&mut self, title: &str) {
        let _ = write!(self.0, "<g><title>{}</title>", escape(title));
    }
    pub fn close(&mut self) {
        self.0.push_str("</g>");
    }
    pub fn finish(self) -> String {
        self.0
    }
}

/// The path through the points.
pub(crate) fn polyline(points: &[(f64, f64)]) -> String {
    let mut d = String::new();
    for (i, (x, y)) in points.iter().enumerate() {
        let _ = write!(d, "{}{} {}", if i == 0 { "M" } else { "L" }, N(*x), N(*y));
    }
    d
}

/// The closed path through the points.
pub(crate) fn polygon(points: &[(f64, f64)]) -> String {
    polyline(points) + "Z"
}
