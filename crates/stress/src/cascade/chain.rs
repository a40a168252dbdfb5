//! Along which chain an event in one stream most probably brings on one in another.

use super::dense;
use crate::Error;
use detente_forecast::excite::Branching;
use serde::{Deserialize, Serialize};

/// A chain of links.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chain {
    /// The streams, from the first to the last.
    pub streams: Vec<usize>,
    /// For each link the probability that one event brings on at least one directly in the next stream; one fewer than there are streams.
    pub links: Vec<f64>,
    /// The product of the links: a lower bound of the probability that the chain is gone through, since more than one event may take each step.
    pub probability: f64,
}

/// The chain from one stream to another with the largest product of probabilities, a link's being `1 - exp(-a)`, that of at least one among Poisson offspring
/// of mean a. By Dijkstra (1959, Numerische Mathematik 1: 269-271) on `-ln` of them. `None` where no chain leads from one to the other; from a
/// stream to itself it is that stream alone, with probability 1.
///
/// # Errors
/// A stream that is not there; ratios as in [`super::Families::of`], but any spectral radius will do.
pub fn most_probable_chain(
    branching: &Branching,
    from: usize,
    to: usize,
) -> Result<Option<Chain>, Error> {
    let matrix = dense(branching)?;
    let n = matrix.len();
    for stream in [from, to] {
        Error::in_range("a stream", stream as f64, "one of the matrix", stream < n)?;
    }
    let link = |from: usize, to: usize| -(-matrix[to][from]).exp_m1();
    let mut best = vec![0.0f64; n];
    let mut before = vec![None; n];
    let mut done = vec![false; n];
    best[from] = 1.0;
    loop {
        let open = (0..n).filter(|&i| !done[i] && best[i] > 0.0);
        let Some(at) = open.rev().max_by(|&a, &b| best[a].total_cmp(&best[b])) else {
            return Ok(None);
        };
        if at == to {
            break;
        }
        done[at] = true;
        for next in 0..n {
            let through = best[at] * link(at, next);
            if !done[next] && through > best[next] {
                best[next] = through;
                before[next] = Some(at);
            }
        }
    }
    let mut streams = vec![to];
    while let Some(earlier) = before[streams[streams.len() - 1]] {
        streams.push(earlier);
    }
    streams.reverse();
    let links = streams.windows(2).map(|pair| link(pair[0], pair[1]));
    Ok(Some(Chain {
        links: links.collect(),
        probability: best[to],
        streams,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detour_of_likely_steps_beats_an_unlikely_one() {
        // 0 -> 3 directly with 1 - e^-0.2 = .181; over 1 with (1 - e^-1) (1 - e^-0.6) = .632 * .451 = .285; over 2 less
        let rows = vec![
            vec![(3, 2.0)],
            vec![(0, 1.0)],
            vec![(0, 1.0), (1, 0.01)],
            vec![(0, 0.2), (1, 0.6), (2, 0.5)],
        ];
        let branching = Branching { rows };
        let chain = most_probable_chain(&branching, 0, 3).unwrap().unwrap();
        assert_eq!(chain.streams, [0, 1, 3]);
        let want = [1.0 - (-1.0f64).exp(), 1.0 - (-0.6f64).exp()];
        for (got, want) in chain.links.iter().zip(want) {
            assert!((got - want).abs() < 1e-12);
        }
        assert!((chain.probability - want[0] * want[1]).abs() < 1e-12);
        // the link from 1 to 2 is worse than the direct one, though it is seen later
        let direct = most_probable_chain(&branching, 0, 2).unwrap().unwrap();
        assert_eq!(direct.streams, [0, 2]);
        // nothing leads into 1 but 0
        let back = most_probable_chain(&branching, 2, 1).unwrap().unwrap();
        assert_eq!(back.streams, [2, 3, 0, 1]);
        let own = most_probable_chain(&branching, 2, 2).unwrap().unwrap();
        assert_eq!((own.streams, own.probability), (vec![2], 1.0));
    }

    #[test]
    fn no_way_is_none_and_no_stream_an_error() {
        let branching = Branching {
            rows: vec![vec![], vec![(0, 0.5)], vec![]],
        };
        assert_eq!(most_probable_chain(&branching, 1, 0).unwrap(), None);
        assert_eq!(most_probable_chain(&branching, 0, 2).unwrap(), None);
        assert!(most_probable_chain(&branching, 0, 3).is_err());
    }
}
