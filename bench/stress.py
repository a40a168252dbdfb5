"""The peer of the example `paths` of the crate `stress`: the same model in NumPy, from the numbers that the example wrote.

    stress.py FOLDER [PATHS MONTHS]

Innovations are made anew from the past, the Gaussian copula, the autoregressions and the excitation are drawn month by month for all paths at once; loss of the
worst month, its tail at 95 % with the allocation, and the worst plausible case with its tilted means follow. No Python loop over paths or variables.
"""

import json
import pathlib
import statistics
import sys
import time

import numpy as np

STEPS, K, LEVEL = 1024, 1.0, 0.95


def read(folder):
    model = {path.name: np.fromfile(path, "<f8") for path in folder.iterdir()}
    n = len(model["phi"])
    for name in ("correlation", "excitation"):
        model[name] = model[name].reshape(n, n)
    model["past"] = model["past"].reshape(n, -1)
    return model


def tables(model):
    past, phi, mean = model["past"], model["phi"][:, None], model["mean"][:, None]
    left = past[:, 1:] - mean - phi * (past[:, :-1] - mean)
    left -= left.mean(1, keepdims=True)
    scale = left.std(1, ddof=2)
    assert np.allclose(scale, model["scale"]), "the surprises are not those that were learnt"
    surprises = left / scale[:, None]
    innovations = surprises.copy()
    innovations[:, 1:] -= model["excitation"] @ surprises[:, :-1]
    n = innovations.shape[1]
    deviates = np.array([statistics.NormalDist().inv_cdf((i + 0.5) / n) for i in range(n)])
    grid = np.linspace(-deviates[-1], deviates[-1], STEPS + 1)
    return grid, np.stack([np.interp(grid, deviates, np.sort(row)) for row in innovations]).astype(np.float32)


def draw(model, grid, table, paths, months, random):
    n = len(model["phi"])
    one = lambda name: model[name].astype(np.float32)
    phi, scale, mean = one("phi"), one("scale"), one("mean")
    factor = np.linalg.cholesky(model["correlation"]).T.astype(np.float32).copy()
    rows, columns = np.nonzero(model["excitation"])
    size = model["excitation"][rows, columns].astype(np.float32)
    mean = mean + (random.standard_normal((paths, n), np.float32) @ factor) * one("mean_error")
    value = np.tile(one("value"), (paths, 1))
    surprise = np.tile(one("surprise"), (paths, 1))
    made = np.empty((months, paths, n), np.float32)
    end, per_unit = np.float32(grid[-1]), np.float32(STEPS / (2 * grid[-1]))
    flat, offset = table.ravel(), (np.arange(n) * (STEPS + 1)).astype(np.int32)
    for month in range(months):
        place = (np.clip(random.standard_normal((paths, n), np.float32) @ factor, -end, end) + end) * per_unit
        below = np.minimum(place.astype(np.int32), STEPS - 1)
        place -= below
        below += offset
        low = flat[below]
        below += 1
        after = flat[below]
        after -= low
        after *= place
        after += low
        for i, j, a in zip(rows, columns, size):
            after[:, i] += a * surprise[:, j]
        surprise = after
        value = mean + phi * (value - mean) + scale * surprise
        made[month] = value
    return made


def weigh(made):
    n = made.shape[2]
    losses = (made.reshape(-1, n) @ np.full(n, 1 / n, np.float32)).reshape(made.shape[:2])
    month = losses.argmax(0)
    worst = losses.max(0).astype(np.float64)
    tail = round(len(worst) * (1 - LEVEL))
    order = np.argpartition(worst, -tail - 1)
    var, beyond = worst[order[-tail - 1]], order[-tail:]
    parts = made[month[beyond], beyond].astype(np.float64).mean(0) / n
    return worst, var, worst[beyond].mean(), parts


def tilt(made, losses):
    below = (losses - losses.max()) / losses.std()
    low, high = 0.0, 64.0
    while high - low > 1e-13 * high:
        theta = (low + high) / 2
        weights = np.exp(theta * below)
        weights /= weights.sum()
        entropy = theta * (weights @ below) - np.log(np.exp(theta * below).mean())
        low, high = (theta, high) if entropy < K else (low, theta)
    even = weights.astype(np.float32)
    means = np.stack([even @ month for month in made])
    squares = np.stack([even @ (month * month) for month in made])
    deviations = np.sqrt(np.maximum(squares - means**2, 0))
    return weights @ losses, means, deviations


def main(folder, paths=10_000, months=36):
    model, random = read(folder), np.random.default_rng(1994)
    grid, table = tables(model)
    started = time.perf_counter()
    made = draw(model, grid, table, paths, months, random)
    drawn = time.perf_counter()
    losses, var, es, parts = weigh(made)
    weighed = time.perf_counter()
    severity, means, _ = tilt(made, losses)
    ended = time.perf_counter()
    seconds = {"draw": drawn - started, "weigh": weighed - drawn, "tilt": ended - weighed, "draw, weigh and tilt": ended - started}
    print(
        json.dumps(
            {
                "seconds": {name: round(s, 3) for name, s in seconds.items()},
                "VaR": round(float(var), 4),
                "ES": round(float(es), 4),
                "allocation less ES": float(abs(parts.sum() - es)),
                "severity": round(float(severity), 4),
                "sum of tilted means": round(float(means.sum()), 3),
            }
        )
    )


main(pathlib.Path(sys.argv[1]), *map(int, sys.argv[2:]))
