//! What would be a surprise: types of event that are common between all pairs and rare in these.

use std::collections::BTreeMap;

use super::Chance;

/// So rare that few would wait for it.
const RARE: f64 = 0.2;
/// By so much rarer than in all pairs.
const RARER: f64 = 4.0;

/// A type of event that is common elsewhere and would be odd here.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Odd {
    /// The type.
    pub relation: u32,
    /// Probability that it comes in any of the pairs, taken as independent of each other: above 0, below 0.2.
    pub probability: f64,
    /// The same if the type came as often in each of the pairs as it does over all pairs.
    pub usual: f64,
}

impl Odd {
    /// How surprising it would be: `-log2` of its probability, from 0.
    pub fn bits(&self) -> f64 {
        -self.probability.log2()
    }
}

/// The types that come often in all pairs and hardly in those of `chances`: first those of which the usual rate would be told worst by
/// ours, by what the type adds to the divergence of the one from the other, `usual log2(usual / probability)`. At most `most` of them.
pub fn odd(chances: &[Chance], most: usize) -> Vec<Odd> {
    let mut none: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
    for c in chances {
        let of = none.entry(c.relation).or_insert((1.0, 1.0));
        of.0 *= 1.0 - c.probability;
        of.1 *= 1.0 - c.base;
    }
    let mut all: Vec<Odd> = none
        .into_iter()
        .map(|(relation, (ours, usual))| Odd {
            relation,
            probability: 1.0 - ours,
            usual: 1.0 - usual,
        })
        .filter(|o| o.probability < RARE && o.usual > RARER * o.probability)
        .collect();
    let worth = |o: &Odd| o.usual * (o.usual / o.probability).log2();
    all.sort_by(|a, b| {
        worth(b)
            .total_cmp(&worth(a))
            .then(a.relation.cmp(&b.relation))
    });
    all.truncate(most);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chance(relation: u32, probability: f64, base: f64) -> Chance {
        Chance {
            subject: 0,
            relation,
            object: 1,
            probability,
            baseline: base,
            climatology: base,
            base,
            terms: Vec::new(),
        }
    }

    #[test]
    fn odd_is_what_is_common_elsewhere() {
        let chances = [
            chance(0, 0.5, 0.9),     // rarer, but not rare
            chance(1, 0.01, 0.2),    // odd
            chance(1, 0.01, 0.2),    // in a second pair
            chance(2, 0.001, 0.002), // rare anywhere
            chance(3, 0.05, 0.3),    // odd, a little less
        ];
        let found = odd(&chances, 5);
        let relations: Vec<u32> = found.iter().map(|o| o.relation).collect();
        assert_eq!(relations, [1, 3]);
        // in either of two pairs: 1 - 0.99^2 and 1 - 0.8^2
        assert!((found[0].probability - 0.0199).abs() < 1e-12);
        assert!((found[0].usual - 0.36).abs() < 1e-12);
        // log2(0.0199) = ln(0.0199) / ln 2 = -3.9170 / 0.6931
        assert!((found[0].bits() - 5.651).abs() < 1e-3);
        assert_eq!(odd(&chances, 1).len(), 1);
    }
}
