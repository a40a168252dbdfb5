"""The peer of `detente backtest views`: conflictology-12 in NumPy on the same files, 1,000 draws, the scores of the challenge.

    conflictology.py FOLDER

Ensembles of all countries and leads of a year are one array; CRPS by sorted draws, IGN by bin, MIS by quantiles: no Python loop over cells.
"""

import json
import lzma
import pathlib
import sys
import time

import numpy as np
import pyarrow.csv as csv
import pyarrow.parquet as pq

EDGES = np.array([0, 0.5, 2.5, 5.5, 10.5, 25.5, 50.5, 100.5, 250.5, 500.5, 1000.5, np.inf])
DRAWS, YEARS = 1000, (2018, 2019, 2020, 2021)


def history(folder):
    with lzma.open(folder / "views_outreach_ged_cm.csv.xz") as file:
        table = csv.read_csv(file)
    country, month = (table[name].to_numpy() for name in ("country_id", "month_id"))
    values = np.full((country.max() + 1, month.max() + 1), np.nan)
    values[country, month] = table["ucdp_ged_sb_best_sum"].to_numpy()
    # what came, as the challenge counted it, is also the past of the years after
    for year in YEARS:
        country, month, came = actuals(folder, year)
        values[country, month] = came
    return values


def actuals(folder, year):
    table = pq.read_table(folder / f"cm_actuals_{year}.parquet")
    return tuple(table[name].to_numpy() for name in ("country_id", "month_id", "ged_sb"))


def scores(draws, came):
    draws = np.sort(draws, axis=1)
    m = draws.shape[1]
    i = np.arange(1, m + 1)
    crps = np.abs(draws - came[:, None]).mean(1) - (draws * (2 * i - m - 1)).sum(1) / m**2
    drawn, bin_ = np.digitize(draws, EDGES) - 1, np.digitize(came, EDGES) - 1
    ign = -np.log2(((drawn == bin_[:, None]).sum(1) + 1) / (m + len(EDGES) - 1))
    lo, hi = np.quantile(draws, [0.05, 0.95], axis=1)
    mis = (hi - lo) + 20 * np.maximum(lo - came, 0) + 20 * np.maximum(came - hi, 0)
    return crps.mean(), ign.mean(), mis.mean()


def main(folder):
    started = time.perf_counter()
    past, random, found = history(folder), np.random.default_rng(1), {}
    loaded = time.perf_counter()
    for year in YEARS:
        country, month, came = actuals(folder, year)
        origin = (year - 1 - 1980) * 12 + 10
        window = past[country, origin - 11 : origin + 1]
        picked = random.integers(0, 12, (len(country), DRAWS))
        found[year] = scores(np.take_along_axis(window, picked, axis=1), came.astype(float))
    ended = time.perf_counter()
    mean = {name: round(float(np.mean([found[y][k] for y in YEARS[1:]])), 3) for k, name in enumerate(("crps", "ign", "mis"))}
    print(json.dumps({"mean_2019_2021": mean, "seconds": {"load": round(loaded - started, 2), "forecast and score": round(ended - loaded, 2)}}))


main(pathlib.Path(sys.argv[1]))
