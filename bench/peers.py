"""One run of a peer: GDELT 2 files to a dyad-day table. Prints a line of JSON with what the table holds.

    peers.py duckdb|polars zip|csv FOLDER

The zips are unpacked with Python's zipfile first (neither peer reads them), two at a time, into memory-backed files where there are such.
"""

import json
import multiprocessing
import pathlib
import shutil
import sys
import tempfile
import zipfile

THREADS = 2
COLUMNS = (
    "GLOBALEVENTID SQLDATE MonthYear Year FractionDate Actor1Code Actor1Name Actor1CountryCode Actor1KnownGroupCode Actor1EthnicCode "
    "Actor1Religion1Code Actor1Religion2Code Actor1Type1Code Actor1Type2Code Actor1Type3Code Actor2Code Actor2Name Actor2CountryCode "
    "Actor2KnownGroupCode Actor2EthnicCode Actor2Religion1Code Actor2Religion2Code Actor2Type1Code Actor2Type2Code Actor2Type3Code IsRootEvent "
    "EventCode EventBaseCode EventRootCode QuadClass GoldsteinScale NumMentions NumSources NumArticles AvgTone Actor1Geo_Type Actor1Geo_FullName "
    "Actor1Geo_CountryCode Actor1Geo_ADM1Code Actor1Geo_ADM2Code Actor1Geo_Lat Actor1Geo_Long Actor1Geo_FeatureID Actor2Geo_Type Actor2Geo_FullName "
    "Actor2Geo_CountryCode Actor2Geo_ADM1Code Actor2Geo_ADM2Code Actor2Geo_Lat Actor2Geo_Long Actor2Geo_FeatureID ActionGeo_Type ActionGeo_FullName "
    "ActionGeo_CountryCode ActionGeo_ADM1Code ActionGeo_ADM2Code ActionGeo_Lat ActionGeo_Long ActionGeo_FeatureID DATEADDED SOURCEURL"
).split()
NUMBERS = {"SQLDATE": "int", "QuadClass": "int", "GoldsteinScale": "float"}


def unzip(job):
    path, out = job
    with zipfile.ZipFile(path) as archive:
        archive.extract(archive.namelist()[0], out)


def duckdb_table(folder):
    import duckdb

    db = duckdb.connect()
    db.execute(f"SET threads = {THREADS}")
    types = {"int": "INTEGER", "float": "FLOAT"}
    columns = ", ".join(f"'{c}': '{types[NUMBERS[c]] if c in NUMBERS else 'VARCHAR'}'" for c in COLUMNS)
    quads = ", ".join(f"count(*) FILTER (QuadClass = {q}) AS quad_{q}" for q in range(1, 5))
    db.execute(
        f"""CREATE TABLE dyads AS
        SELECT SQLDATE, Actor1CountryCode AS source, Actor2CountryCode AS target, count(*) AS n, {quads},
               sum(GoldsteinScale) AS goldstein_sum, count(GoldsteinScale) AS goldstein_n
        FROM read_csv('{folder}/*.CSV', delim = '\t', header = false, quote = '', escape = '', auto_detect = false, columns = {{{columns}}})
        GROUP BY ALL"""
    )
    pair = "coalesce(source, '') = 'USA' AND coalesce(target, '') = 'RUS'"
    row = db.execute(f"SELECT count(*), sum(n), sum(goldstein_sum), sum(n) FILTER ({pair}) FROM dyads").fetchone()
    return row


def polars_table(folder):
    import polars as pl

    types = {"int": pl.Int32, "float": pl.Float32}
    schema = {c: types[NUMBERS[c]] if c in NUMBERS else pl.String for c in COLUMNS}
    rows = pl.scan_csv(f"{folder}/*.CSV", separator="\t", has_header=False, quote_char=None, schema=schema)
    quads = [(pl.col("QuadClass") == q).sum().alias(f"quad_{q}") for q in range(1, 5)]
    table = (
        rows.group_by("SQLDATE", pl.col("Actor1CountryCode").alias("source"), pl.col("Actor2CountryCode").alias("target"))
        .agg(
            pl.len().alias("n"),
            *quads,
            pl.col("GoldsteinScale").sum().alias("goldstein_sum"),
            pl.col("GoldsteinScale").count().alias("goldstein_n"),
        )
        .collect(engine="streaming")
    )
    pair = table.filter((pl.col("source") == "USA") & (pl.col("target") == "RUS"))
    return table.height, table["n"].sum(), table["goldstein_sum"].sum(), pair["n"].sum()


def main():
    peer, form, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    scratch = None
    if form == "zip":
        memory = pathlib.Path("/dev/shm")
        scratch = tempfile.mkdtemp(dir=memory if memory.is_dir() and shutil.disk_usage(memory).free > 4e9 else None)
        with multiprocessing.Pool(THREADS) as pool:
            pool.map(unzip, [(p, scratch) for p in sorted(folder.glob("*.zip"))], chunksize=16)
        folder = scratch
    try:
        groups, n, goldstein, pair = {"duckdb": duckdb_table, "polars": polars_table}[peer](folder)
    finally:
        if scratch:
            shutil.rmtree(scratch)
    print(json.dumps({"groups": groups, "n": int(n), "goldstein": round(float(goldstein), 1), "USA-RUS": int(pair)}))


if __name__ == "__main__":
    main()
