//! Numbers as event files write them, read without the cost of the general parser.

/// Powers of ten that a double holds exactly.
const TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// A finite number. Plain digits with a point are read here: a whole number below 2^53 over a power of ten is exact before the one
/// rounding of the division (Clinger 1990). Everything else goes to the general parser.
pub(crate) fn decimal(text: &str) -> Option<f64> {
    plain(text.as_bytes()).or_else(|| text.parse::<f64>().ok().filter(|x| x.is_finite()))
}

#[inline]
fn plain(bytes: &[u8]) -> Option<f64> {
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, bytes),
    };
    // 18 digits: no overflow below.
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let (mut whole, mut point) = (0u64, None);
    for (i, b) in digits.iter().enumerate() {
        let digit = b.wrapping_sub(b'0');
        if digit < 10 {
            whole = whole * 10 + u64::from(digit);
        } else if *b == b'.' && point.is_none() {
            point = Some(i);
        } else {
            return None;
        }
    }
    let behind = point.map_or(0, |at| digits.len() - at - 1);
    if digits == b"." || whole >= 1 << 53 {
        return None;
    }
    let value = whole as f64 / TENS.get(behind)?;
    Some(if negative { -value } else { value })
}

/// A whole number that is not negative, also as `12.0` or `1e+05`, which pandas and R make of it.
pub(crate) fn count(text: &str) -> Option<i32> {
    if let Ok(n) = text.parse::<i32>() {
        return Some(n).filter(|n| *n >= 0);
    }
    let x = decimal(text)?;
    (x.fract() == 0.0 && (0.0..=f64::from(i32::MAX)).contains(&x)).then_some(x as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_numbers_are_those_of_the_standard_parser() {
        for text in [
            "0",
            "-0",
            "1",
            "-4.4",
            "2.8",
            "10.0",
            "-2.56410256410256",
            "5.52631578947368",
            "144.933",
            "-37.7833",
            "0.6369426751592341",
            "9007199254740991",
            "9007199254740993",
            ".5",
            "5.",
            "1e+05",
            "123456789012345678",
            "99999999999999999999",
            "+3",
        ] {
            let standard: f64 = text.parse().unwrap();
            assert_eq!(
                decimal(text).map(f64::to_bits),
                Some(standard.to_bits()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_finite_number_is_none() {
        for text in [
            "", "-", ".", "-.", "1.2.3", "1-2", "#", "nan", "inf", "1e999", "12 ", "0x1",
        ] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    #[test]
    fn counts_are_whole_and_not_negative() {
        assert_eq!(count("18"), Some(18));
        assert_eq!(count("18.0"), Some(18));
        assert_eq!(count("1e+05"), Some(100_000));
        for text in ["", "-1", "1.5", "3000000000", "x"] {
            assert_eq!(count(text), None, "{text}");
        }
    }
}
