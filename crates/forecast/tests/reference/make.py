"""Writes peers.json: shared vectors and what other implementations make of them. `tests/reference.rs` compares.

    python -m venv venv && venv/bin/pip install -r requirements.txt && venv/bin/python make.py

Draws are multiples of 1/8 or powers of two, so that they are the same numbers in f32 and in f64.
"""

import json
from fractions import Fraction
from importlib.metadata import version
from itertools import combinations
from pathlib import Path

import numpy as np
import properscoring
import scores.continuous
import scores.probability
import scores.processing
import scoringrules
import xarray as xr
from model_diagnostics.scoring import SquaredError, decompose
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve

# as in the evaluation of the VIEWS prediction challenge
IGN_EDGES = [0, 0.5, 2.5, 5.5, 10.5, 25.5, 50.5, 100.5, 250.5, 500.5, 1000.5]
RNG = np.random.default_rng(20231101)


def agree(*answers, scale=1.0):
    """The first answer, if all the others are the same; `scale` is that of the terms which they subtract from each other."""
    for other in answers[1:]:
        np.testing.assert_allclose(other, answers[0], rtol=1e-9, atol=1e-12 * scale)
    return float(answers[0])


def exact_crps(draws, outcome, pairs):
    """By the definition, in fractions."""
    x, y = [Fraction(d) for d in draws], Fraction(outcome)
    spread = sum(abs(a - b) for a, b in combinations(x, 2))
    return float(sum(abs(a - y) for a in x) / len(x) - spread / pairs)


def eighths(values):
    return np.round(np.asarray(values) * 8) / 8


def ignorance(draws, outcome):
    if outcome < 0:
        return None  # not defined in the challenge
    edges = [*IGN_EDGES, np.inf]
    count, _ = np.histogram(draws, bins=edges)
    came, _ = np.histogram([outcome], bins=edges)
    share = (count + 1) / (count + 1).sum()
    return float(-np.log2(share[came == 1])[0])


def ensemble(name, draws, outcome, thresholds=(0.0, 0.5, 25.0)):
    draws = np.sort(np.asarray(draws, dtype=float))
    assert (draws.astype(np.float32) == draws).all(), name
    labelled, seen = xr.DataArray(draws, dims="member"), xr.DataArray(outcome)

    m, scale = len(draws), abs(draws - outcome).mean()

    def crps(method):
        return scores.probability.crps_for_ensemble(labelled, seen, "member", method=method)

    case = {
        "name": name,
        "draws": draws.tolist(),
        "outcome": outcome,
        "crps": agree(
            exact_crps(draws, outcome, m * m),
            scoringrules.crps_ensemble(outcome, draws, estimator="qd", backend="numpy"),
            scoringrules.crps_ensemble(outcome, draws, estimator="nrg", backend="numpy"),
            properscoring.crps_ensemble(outcome, draws),
            crps("ecdf"),
            scale=scale,
        ),
        "crps_fair": None
        if m < 2
        else agree(
            exact_crps(draws, outcome, m * (m - 1)),
            scoringrules.crps_ensemble(outcome, draws, estimator="fair", backend="numpy"),
            crps("fair"),
            scale=scale,
        ),
        "threshold_weighted": [
            [
                t,
                agree(
                    scoringrules.twcrps_ensemble(outcome, draws, a=t, estimator="qd", backend="numpy"),
                    scores.probability.tail_tw_crps_for_ensemble(labelled, seen, "member", threshold=t, tail="upper"),
                ),
            ]
            for t in thresholds
        ],
        "quantiles": [[q, float(np.quantile(draws, q))] for q in (0.0, 0.05, 0.1, 1 / 3, 0.5, 0.95, 0.999, 1.0)],
        "ign": ignorance(draws, outcome),
        "pit": [float(np.mean(draws < outcome)), float(np.mean(draws <= outcome))],
        "interval_scores": [],
    }
    for level in (0.5, 0.8, 0.9):
        alpha = 1 - level
        lo, hi = np.quantile(draws, [alpha / 2, 1 - alpha / 2])
        by_scores = scores.continuous.interval_score(xr.DataArray(lo), xr.DataArray(hi), seen, interval_range=level)
        score = agree(scoringrules.interval_score(outcome, lo, hi, alpha, backend="numpy"), by_scores.total)
        case["interval_scores"].append([level, float(lo), float(hi), score])
    return case


def binary(name, forecasts, came):
    forecasts, came = np.asarray(forecasts, dtype=float), np.asarray(came, dtype=bool)
    y = came.astype(int)
    values, place = np.unique(forecasts, return_inverse=True)
    base = y.mean()

    def in_bins(place):
        groups = [(forecasts[place == k], y[place == k]) for k in np.unique(place)]
        mean = lambda term: sum(len(f) * term(f, o) for f, o in groups) / len(y)
        return {
            "reliability": mean(lambda f, o: (f.mean() - o.mean()) ** 2),
            "resolution": mean(lambda f, o: (o.mean() - base) ** 2),
            "uncertainty": y.var(),
            "within_variance": mean(lambda f, o: f.var()),
            "within_covariance": mean(lambda f, o: 2 * np.cov(f, o, ddof=0)[0, 1]),
        }

    with np.errstate(divide="ignore"):
        log_scores = scoringrules.log_score(y, forecasts, backend="numpy") / np.log(2)
    isotonic = IsotonicRegression().fit_transform(forecasts, y)
    by_scores = scores.processing.isotonic_fit(forecasts, y.astype(float))
    np.testing.assert_allclose(by_scores["regression_values"], [isotonic[place == k][0] for k in range(len(values))])
    case = {
        "name": name,
        "forecasts": forecasts.tolist(),
        "came": came.tolist(),
        "brier": agree(
            scoringrules.brier_score(y, forecasts, backend="numpy").mean(),
            properscoring.brier_score(y, forecasts).mean(),
            scores.probability.brier_score(xr.DataArray(forecasts), xr.DataArray(y)),
        ),
        # no number where what was called impossible came
        "log_scores": [float(s) if np.isfinite(s) else None for s in log_scores],
        "distinct": in_bins(place),
        "binned": [[k, in_bins(np.digitize(forecasts, np.arange(1, k) / k))] for k in (1, 5, 10, 100)],
        "corp": {"recalibrated": isotonic.tolist()},
    }
    if 0 < base < 1:
        parts = decompose(y_obs=y, y_pred=forecasts, scoring_function=SquaredError()).row(0, named=True)
        case["corp"] |= {
            "miscalibration": parts["miscalibration"],
            "discrimination": parts["discrimination"],
            "uncertainty": parts["uncertainty"],
        }
        false_alarm, hit, _ = roc_curve(y, forecasts, drop_intermediate=False)
        precision, recall, _ = precision_recall_curve(y, forecasts)
        case["roc"] = np.column_stack([false_alarm, hit]).tolist()
        # from the highest threshold on, without the point (0, 1) that scikit-learn adds
        case["precision_recall"] = np.column_stack([recall, precision])[:-1][::-1].tolist()
        case["area"] = agree(
            roc_auc_score(y, forecasts),
            scores.probability.roc_auc(xr.DataArray(forecasts), xr.DataArray(y)),
        )
        case["average_precision"] = float(average_precision_score(y, forecasts))
    return case


def normal(mean, sd, outcome):
    score = agree(
        scoringrules.crps_normal(outcome, mean, sd, backend="numpy"),
        properscoring.crps_gaussian(outcome, mean, sd),
    )
    return {"mean": mean, "sd": sd, "outcome": outcome, "crps": score}


def flip_flop(values):
    index = scores.continuous.flip_flop_index(xr.DataArray(values, dims="origin"), "origin")
    return {"forecasts": values, "index": float(index)}


def fatalities(n):
    """Counts as the panels have them: mostly 0, with a tail over three orders of magnitude."""
    counts = RNG.negative_binomial(0.3, 0.3 / (0.3 + np.exp(RNG.normal(2, 1.5, n))))
    return np.where(RNG.uniform(size=n) < 0.5, 0, counts).astype(float)


def main():
    thousand = fatalities(1000)
    tied = [0, 0, 0, 1, 1, 2, 5, 5, 26, 101]
    ensembles = [
        ensemble("one draw, right", [3], 3.0),
        ensemble("one draw, below", [3], 12.5),
        ensemble("one draw, above", [30], 12.5),
        ensemble("two draws", [1, 4], 2.5),
        ensemble("all equal, right", [7] * 12, 7.0),
        ensemble("all equal, wrong", [7] * 12, 300.0),
        ensemble("all zero, 0 came", [0] * 20, 0.0),
        ensemble("all zero, 1 came", [0] * 20, 1.0),
        ensemble("all zero, 2000 came", [0] * 20, 2000.0),
        *[ensemble(f"ties, {y} came", tied, y) for y in (0.0, 0.5, 1.0, 2.5, 5.0, 26.0, 100.5, 101.0, 5000.0)],
        ensemble("huge and apart", [0, 2.0**20, 2.0**60, 2.0**100], 2.0**59, thresholds=(0.0, 2.0**58)),
        ensemble("huge and close", [2.0**23 + k for k in range(9)], 2.0**23 + 4.25),
        ensemble("huge outcome", tied, 1e15),
        ensemble("tiny", [2.0**-40, 2.0**-39, 2.0**-30], 2.0**-35, thresholds=(0.0, 2.0**-36)),
        ensemble("below zero", [-8, -3.5, -1, 0, 2], -2.25, thresholds=(-3.0, 0.0, 25.0)),
        *[ensemble(f"a thousand, {y} came", thousand, y) for y in (0.0, 3.0, 40.0, 1200.0)],
        ensemble("a hundred with fractions", eighths(RNG.lognormal(2, 1.5, 100)), 11.375),
    ]

    hundredths = RNG.integers(0, 101, 400) / 100
    sharp = RNG.beta(0.4, 0.6, 300)
    binaries = [
        binary("sure and right", [0, 0, 1, 1], [0, 0, 1, 1]),
        binary("sure and wrong", [0, 1, 1, 0], [1, 0, 1, 0]),
        binary("one value", [0.3] * 10, [1, 0, 0, 1, 0, 0, 0, 0, 1, 0]),
        binary("one cell", [0.7], [1]),
        binary("nothing came", [0.1, 0.2, 0.2, 0.0], [0, 0, 0, 0]),
        binary("upside down", [0.1, 0.4, 0.6, 0.9], [1, 1, 0, 0]),
        binary("hundredths with many ties", hundredths, RNG.uniform(size=400) < hundredths**2),
        binary("distinct", sharp, RNG.uniform(size=300) < 0.2 + 0.6 * sharp),
        binary("rare", RNG.integers(0, 9, 500) / 64, RNG.uniform(size=500) < 0.02),
    ]
    out = {
        "peers": {
            name: version(name)
            for name in ("model-diagnostics", "numpy", "properscoring", "scikit-learn", "scores", "scoringrules")
        },
        "ensembles": ensembles,
        "binary": binaries,
        "normal": [normal(m, s, y) for m, s, y in [(0, 1, 0), (0, 1, 2.5), (3, 0.25, -4), (-100, 30, -80), (1e6, 2, 1e6 + 1)]],
        "flip_flop": [
            flip_flop(v)
            for v in ([50.0, 20.0, 40.0, 80.0], [1.0, 2.0, 3.0], [0.25, 0.75, 0.25, 0.75, 0.25], [5.0, 5.0, 5.0])
        ],
    }
    path = Path(__file__).with_name("peers.json")
    lists = [k for k in out if k != "peers"]
    body = ",\n".join(
        [f'"peers": {json.dumps(out["peers"])}']
        + [f'"{k}": [\n' + ",\n".join(json.dumps(v, allow_nan=False) for v in out[k]) + "\n]" for k in lists]
    )
    path.write_text("{\n" + body + "\n}\n")


if __name__ == "__main__":
    main()
