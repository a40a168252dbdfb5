"""LightGBM on the matrices of `rank_trees` (crates/forecast/examples), with the same objective, settings and measures.

    rank_trees.py FOLDER [SETTING=VALUE ...]
"""

import pathlib
import sys
import time

import lightgbm
import numpy as np


def read(folder, part):
    at = {what: np.fromfile(folder / f"{part}.{what}", np.uint32 if what == "starts" else np.float32) for what in ["rows", "starts", "worth", "offset"]}
    at["rows"] = at["rows"].reshape(len(at["worth"]), -1)
    at["starts"] = at["starts"].astype(np.int64)
    return at


class Softmax:
    """Cross-entropy between the softmax of the scores in a group and the worth of its rows."""

    def __init__(self, learn):
        self.starts = learn["starts"][:-1]
        self.group = np.repeat(np.arange(len(self.starts)), np.diff(learn["starts"]))
        total = np.add.reduceat(learn["worth"], self.starts)
        self.target = learn["worth"] / total[self.group]

    def __call__(self, scores, _):
        raised = np.exp(scores - np.maximum.reduceat(scores, self.starts)[self.group])
        p = raised / np.add.reduceat(raised, self.starts)[self.group]
        return p - self.target, np.maximum(p * (1 - p), 1e-12)


def worth_of(test, told):
    reciprocal, n, loss, groups = 0.0, 0, 0.0, 0
    for start, end in zip(test["starts"][:-1], test["starts"][1:]):
        here, came = told[start:end].astype(np.float64), test["worth"][start:end] > 0
        if not came.any():
            continue
        others = here[~came]
        for mine in here[came]:
            reciprocal += 1 / (1 + (others > mine).sum() + (others == mine).sum() / 2)
            n += 1
        loss += np.log(np.exp(here).sum()) - here[came].mean()
        groups += 1
    return f"reciprocal rank {reciprocal / n:.5f} loss {loss / groups:.5f}"


def main():
    folder = pathlib.Path(sys.argv[1])
    asked = dict(setting.split("=") for setting in sys.argv[2:])
    learn = read(folder, "learn")
    print(f"rows {learn['rows'].shape[0]} features {learn['rows'].shape[1]} groups {len(learn['starts']) - 1}")
    settings = {
        "objective": Softmax(learn),
        "num_leaves": int(asked.get("leaves", 63)),
        "learning_rate": float(asked.get("rate", 0.08)),
        "min_sum_hessian_in_leaf": float(asked.get("leaf", 1)),
        "min_data_in_leaf": 1,
        "lambda_l2": float(asked.get("shrink", 1)),
        "feature_fraction": float(asked.get("features", 1)),
        "max_bin": int(asked.get("bins", 128)) - 1,
        "num_threads": int(asked.get("threads", 2)),
        "verbose": -1,
    }
    clock = time.perf_counter()
    data = lightgbm.Dataset(learn["rows"], init_score=learn["offset"].astype(np.float64), params={name: value for name, value in settings.items() if name != "objective"}).construct()
    print(f"bin {time.perf_counter() - clock:.2f} s")
    clock = time.perf_counter()
    trees = lightgbm.train(settings, data, num_boost_round=int(asked.get("trees", 200)))
    print(f"learn {time.perf_counter() - clock:.2f} s")
    test = read(folder, "test")
    clock = time.perf_counter()
    told = trees.predict(test["rows"], raw_score=True, num_threads=1)
    seconds = time.perf_counter() - clock
    print(f"score {1e5 * seconds / len(told):.3f} ms per 100 rows, one core")
    print(f"offset alone: {worth_of(test, test['offset'])}")
    print(f"with trees: {worth_of(test, told + test['offset'])}", flush=True)


if __name__ == "__main__":
    main()
