"""The benchmarks, each program beside its peers in one run: medians of five, the same two cores, peak memory of the process.

    run.py gdelt FOLDER     GDELT zips, and unzipped files, to a dyad-day table: this program, DuckDB, Polars, bare inflate
    run.py icews FOLDER     ICEWS files to dyad-weeks: straight from the files, and through a lake
    run.py trees FOLDER     ranking trees: ours, and LightGBM with the same objective and settings
    run.py links FOLDER     who comes next, on one set of quadruples shortened and repeated to 5 million events: what more events cost
    run.py views FOLDER     the VIEWS backtest: ours, our conflictology, and conflictology in NumPy
    run.py stress FOLDER    10,000 paths x 36 months x 50 variables drawn, weighed and tilted: ours, and the same model in NumPy

FOLDER is what prepare.py made, the files of the VIEWS challenge, a folder of quadruples (train.txt, valid.txt, test.txt, entity2id.txt, relation2id.txt; ICEWS05-15, say), or for `stress` where the model
is to be written. Needs a release build with examples and the packages of requirements.txt.
"""

import argparse
import gzip
import json
import math
import os
import pathlib
import shutil
import statistics
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
DETENTE = TARGET / "detente"
BAR = "-" * 78


def once(command):
    """Seconds, peak memory in MiB and output of a command."""
    with tempfile.TemporaryFile() as out:
        started = time.perf_counter()
        pid = os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, out.fileno(), 1)])
        _, status, usage = os.wait4(pid, 0)
        seconds = time.perf_counter() - started
        if status != 0:
            raise SystemExit(f"error: {' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
        out.seek(0)
        return seconds, usage.ru_maxrss / 1024, out.read().decode()


def compare(title, runs, times, limit):
    """Runs all commands in turn, `times` times over, so that noise hits all alike; ratios to the first."""
    seen = {name: [] for name in runs}
    for _ in range(times):
        for name, command in runs.items():
            seen[name].append(once([str(c) for c in command]))
    print(f"{title}, {times} runs each\n{BAR}")
    print(f"{'':34}{'median s':>9}{'min':>7}{'max':>7}{'MiB':>7}{'x first':>9}" + (f"{'x limit':>9}" if limit else ""))
    medians = {name: statistics.median(s for s, _, _ in all_) for name, all_ in seen.items()}
    first = next(iter(medians.values()))
    for name, all_ in seen.items():
        seconds = [s for s, _, _ in all_]
        memory = max(m for _, m, _ in all_)
        line = f"{name:34}{medians[name]:9.2f}{min(seconds):7.2f}{max(seconds):7.2f}{memory:7.0f}{medians[name] / first:9.2f}"
        print(line + (f"{medians[name] / medians[limit]:9.2f}" if limit else ""))
    print()
    return {name: all_[-1][2] for name, all_ in seen.items()}


def dyads(folder, ending, by, out, *more):
    files = sorted(folder.glob(ending))
    if not files:
        raise SystemExit(f"error: no {ending} in {folder}; make the files with prepare.py")
    return [DETENTE, "dyads", folder, "--by", by, "--fold", "none", "--quiet", "-o", out, *more]


def totals(path):
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    pair = table.filter(pc.and_(pc.equal(table["source"].cast("string"), "USA"), pc.equal(table["target"].cast("string"), "RUS")))
    return {
        "groups": table.num_rows,
        "n": int(pc.sum(table["n"]).as_py()),
        "goldstein": round(pc.sum(table["goldstein_sum"]).as_py(), 1),
        "USA-RUS": int(pc.sum(pair["n"]).as_py()),
    }


def gdelt(folder, times):
    scratch = pathlib.Path(tempfile.mkdtemp())
    inflate, python = TARGET / "examples" / "inflate", sys.executable
    zips = sorted((folder / "zip").glob("*.zip"))
    runs = {
        "detente, zips": dyads(folder / "zip", "*.zip", "day", scratch / "zip.parquet"),
        "detente, unzipped": dyads(folder / "csv", "*.CSV", "day", scratch / "csv.parquet"),
        "bare inflate of the zips": [inflate, "--threads", "2", *zips],
    }
    for peer in ("duckdb", "polars"):
        runs[f"{peer}, zips (unpacked first)"] = [python, HERE / "peers.py", peer, "zip", folder / "zip"]
        runs[f"{peer}, unzipped"] = [python, HERE / "peers.py", peer, "csv", folder / "csv"]
    size = sum(p.stat().st_size for p in (folder / "csv").iterdir())
    said = compare(f"GDELT to dyad-days: {len(zips)} files, {size / 1e9:.2f} GB unpacked", runs, times, "bare inflate of the zips")
    print("What the tables hold (a group without a country is keyed by what each program knows of it, so groups differ; sums must not):")
    for name in ("zip", "csv"):
        print(f"  detente, {name}: {json.dumps(totals(scratch / f'{name}.parquet'))}")
    for name, text in said.items():
        if name.startswith(("duckdb", "polars")):
            print(f"  {name}: {text.strip()}")
    print("\nLinear in the number of files: a quarter, a half, all of the zips")
    for part in (4, 2, 1):
        some = scratch / f"part{part}"
        some.mkdir()
        for path in zips[: len(zips) // part]:
            (some / path.name).symlink_to(path)
        taken = [once([str(c) for c in dyads(some, "*.zip", "day", scratch / "part.parquet")]) for _ in range(3)]
        seconds = statistics.median(s for s, _, _ in taken)
        print(f"  {len(zips) // part:6} files {seconds:7.2f} s {1e3 * seconds * part / len(zips):7.3f} ms a file {max(m for _, m, _ in taken):6.0f} MiB")
    shutil.rmtree(scratch)


def icews(folder, times):
    scratch = pathlib.Path(tempfile.mkdtemp(dir=folder.parent))
    seconds, memory, ingest = [], [], []
    for _ in range(times):
        seconds_, memory_, _ = once([str(c) for c in dyads(folder, "*.tab", "week", scratch / "weeks.parquet")])
        seconds.append(seconds_)
        memory.append(memory_)
    print(f"ICEWS to dyad-weeks straight from the files: median {statistics.median(seconds):.1f} s of {times}, {max(memory):.0f} MiB")
    print(f"  {json.dumps(totals(scratch / 'weeks.parquet'))}")
    for _ in range(times):
        shutil.rmtree(scratch / "lake", ignore_errors=True)
        lake = ["--lake", str(scratch / "lake"), "--quiet"]
        files = [str(p) for p in sorted(folder.glob("*.tab"))]
        first = once([str(DETENTE), *lake, "ingest", "--dataset", "icews", *files])
        weeks = once([str(DETENTE), *lake, "export", "events", "--by", "week", "--keys", "source,target", "-o", str(scratch / "lake.parquet")])
        ingest.append((first[0], weeks[0], max(first[1], weeks[1])))
    print(
        f"ICEWS to dyad-weeks through a lake: ingest median {statistics.median(i for i, _, _ in ingest):.1f} s, "
        f"table {statistics.median(w for _, w, _ in ingest):.1f} s, {max(m for _, _, m in ingest):.0f} MiB"
    )
    shutil.rmtree(scratch)


def trees(folder, times):
    program = TARGET / "examples" / "rank_trees"
    if not program.is_file():
        raise SystemExit("error: no release build of the example; run: cargo build --release -p detente-forecast --example rank_trees")
    runs = {
        "detente": [program, folder],
        "detente, every row summed": [program, folder, "grain=0"],
        "LightGBM": [sys.executable, HERE / "rank_trees.py", folder],
    }
    said = compare("Ranking trees: 200 of 63 leaves; the whole process with reading, binning and scoring", runs, times, None)
    learnt = {}
    for name, text in said.items():
        print(f"  {name}")
        for line in text.splitlines():
            print(f"    {line}")
            if line.startswith("learn "):
                learnt[name] = float(line.split()[1])
    first = learnt.pop("detente")
    print("Learning alone, last run: " + ", ".join(f"{name} {seconds / first:.2f} times detente's" for name, seconds in learnt.items()))


def links(folder, times):
    quads = set()
    for part in ("train", "valid", "test"):
        opener = gzip.open if not (folder / f"{part}.txt").is_file() else open
        name = folder / (f"{part}.txt" if opener is open else f"{part}.txt.gz")
        with opener(name, "rt") as file:
            quads.update(tuple(map(int, line.split()[:4])) for line in file if line.strip())
    quads = sorted(quads, key=lambda q: (q[3], q))
    days = sorted({q[3] for q in quads})
    step = min(b - a for a, b in zip(days, days[1:]))
    span = days[-1] - days[0] + step
    print(f"{len(quads):,} events; the last 10 days of each stream are ranked, the 10 before them are valid\n{BAR}")
    print(f"{'events':>12}{'learn s':>10}{'us/event':>10}{'rank s':>9}{'ms/question':>13}{'MB':>8}")
    for factor in (0.25, 0.5, 1, 2, math.ceil(5e6 / len(quads))):
        if factor < 1:
            stream = quads[-int(len(quads) * factor):]
        else:
            stream = [(s, r, o, t + span * i) for i in range(factor) for s, r, o, t in quads]
        last = sorted({q[3] for q in stream})[-20:]
        with tempfile.TemporaryDirectory() as scratch:
            scratch = pathlib.Path(scratch)
            for names in (*folder.glob("entity2id.txt*"), *folder.glob("relation2id.txt*")):
                shutil.copy(names, scratch)
            bounds = {"train": (-1, last[0]), "valid": (last[0], last[10]), "test": (last[10], math.inf)}
            for part, (begin, end) in bounds.items():
                with open(scratch / f"{part}.txt", "w") as file:
                    file.writelines(f"{s}\t{r}\t{o}\t{t}\n" for s, r, o, t in stream if begin <= t < end)
            n, command = len(stream), [DETENTE, "backtest", "links", "--part", "test", "--format", "json", "--quiet", "--data", scratch]
            del stream
            ran = [json.loads(once([str(c) for c in command])[2]) for _ in range(times)]
        best = min(ran, key=lambda r: r["seconds"]["learn"])
        learn, rank, asked = best["seconds"]["learn"], best["seconds"]["rank"], best["test"]["questions"]
        print(f"{n:12,}{learn:10.1f}{1e6 * learn / n:10.1f}{rank:9.1f}{1e3 * rank / asked:13.2f}{best['peak_memory_mb']:8}", flush=True)


def views(folder, times):
    ours = [DETENTE, "backtest", "views", "--data", folder, "--seeds", "1", "--format", "json", "--quiet", "--models"]
    runs = {
        "conflictology-12, NumPy": [sys.executable, HERE / "conflictology.py", folder],
        "conflictology-12, detente": [*ours, "conflictology-12"],
        "detente's own forecaster": [*ours, "detente"],
        "detente and every baseline": [*ours, "detente,climatology,persistence,conflictology-3,conflictology-6,conflictology-12,conflictology-24"],
    }
    said = compare("VIEWS: 4 years x 191 countries x 12 leads x 1,000 draws, forecast and scored", runs, times, None)
    print("The same task has the same scores (mean of 2019 to 2021):")
    for name, text in said.items():
        found = json.loads(text)
        if "models" in found:
            print(f"  {name}: forecast and scored in {found['about']['seconds']:.2f} s")
        else:
            print(f"  {name}: {text.strip()}")
        for model, measures in found.get("models", {}).items():
            means = {score: round(measures[score]["mean_2019_2021"], 3) for score in ("crps", "ign", "mis")}
            print(f"    {model} {json.dumps(means)}")


def stress(folder, times):
    program = TARGET / "examples" / "paths"
    if not program.is_file():
        raise SystemExit("error: no release build of the example; run: cargo build --release -p detente-stress --example paths")
    runs = {"detente": [str(program), str(folder)], "NumPy": [sys.executable, str(HERE / "stress.py"), str(folder)]}
    seen = {name: [] for name in runs}
    for _ in range(times):
        for name, command in runs.items():
            _, memory, text = once(command)
            seen[name].append((json.loads(text), memory))
    print(f"10,000 paths x 36 months x 50 variables, {times} runs each in turn: median seconds, without start, learning and writing\n{BAR}")
    print(f"{'':34}{'draw':>9}{'weigh':>9}{'tilt':>9}{'all':>9}{'max':>7}{'MiB':>7}")
    totals = {}
    for name, all_ in seen.items():
        parts = {part: [told["seconds"][part] for told, _ in all_] for part in ("draw", "weigh", "tilt", "draw, weigh and tilt")}
        middle = [statistics.median(seconds) for seconds in parts.values()]
        totals[name] = middle[-1]
        print(f"{name:34}" + "".join(f"{m:9.3f}" for m in middle) + f"{max(parts['draw, weigh and tilt']):7.2f}{max(m for _, m in all_):7.0f}")
    print(f"NumPy takes {totals['NumPy'] / totals['detente']:.2f} times as long")
    print("\nThe same model has the same tail, within what 10,000 paths of different chance differ by:")
    for name, all_ in seen.items():
        print(f"  {name:10} " + json.dumps({key: all_[-1][0][key] for key in ("VaR", "ES", "severity", "sum of tilted means")}))
    bits = {told["bits"] for told, _ in seen["detente"]}
    if hasattr(os, "sched_setaffinity"):
        cores = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {min(cores)})
        alone = json.loads(once(runs["detente"])[2])
        os.sched_setaffinity(0, cores)
        print(f"\nOn one core: {alone['seconds']['draw, weigh and tilt']:.3f} s, " + ("the same bits" if bits == {alone["bits"]} else "OTHER BITS"))
    print("\nLinear: a quarter, a half of paths, of months, of variables, and all by each kind of dependence (medians of five)")
    for line in once([str(program), "linear"])[2].splitlines():
        told = json.loads(line)
        size = told["paths"] * told["months"] * told["variables"]
        seconds = told["seconds"]["draw, weigh and tilt"]
        print(f"  {told['paths']:6} x {told['months']:2} x {told['variables']:2} {seconds:8.3f} s {1e9 * seconds / size:7.1f} ns a value, learnt in {told['seconds']['learn']:.2f} s: {told['dependence']}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["gdelt", "icews", "trees", "links", "views", "stress"])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--times", type=int, default=5)
    args = parser.parse_args()
    if args.what not in ("trees", "stress") and not DETENTE.is_file():
        raise SystemExit("error: no release build; run: cargo build --release && cargo build --release -p detente-sources --examples")
    {"gdelt": gdelt, "icews": icews, "trees": trees, "links": links, "views": views, "stress": stress}[args.what](args.folder, args.times)


if __name__ == "__main__":
    main()
