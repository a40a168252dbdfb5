"""Makes the files of the benchmarks out of real ones: the same rows again on other days, under other event numbers.

    prepare.py gdelt REAL_FOLDER OUT_FOLDER [--bytes 2e9]     zips and unzipped files of 15 minutes each
    prepare.py icews REAL_TAR    OUT_FOLDER [--copies 52]     one file of all real rows a copy, each 24 weeks later
"""

import argparse
import datetime
import io
import multiprocessing
import pathlib
import tarfile
import zipfile


def real_gdelt(folder):
    """The rows of the real 15-minute files, split into fields."""
    texts = []
    for path in sorted(pathlib.Path(folder).iterdir()):
        if path.name.endswith(".export.CSV"):
            texts.append(path.read_bytes())
        elif path.name.endswith(".export.CSV.zip"):
            with zipfile.ZipFile(path) as archive:
                texts.append(archive.read(archive.namelist()[0]))
    if not texts:
        raise SystemExit(f"error: {folder} holds no *.export.CSV or *.export.CSV.zip; give the folder of the real 15-minute files")
    return [[line.split(b"\t") for line in text.splitlines()] for text in texts]


def gdelt_file(job):
    rows, slot, first_id, out = job
    name = slot.strftime("%Y%m%d%H%M%S") + ".export.CSV"
    added = slot.strftime("%Y%m%d%H%M%S").encode()
    lines = []
    for n, row in enumerate(rows):
        event = datetime.datetime.strptime(row[1].decode(), "%Y%m%d")
        was = datetime.datetime.strptime(row[59].decode()[:8], "%Y%m%d")
        day = (slot - (was - event)).strftime("%Y%m%d").encode()
        fields = [str(first_id + n).encode(), day, day[:6], day[:4], *row[4:59], added, row[60]]
        lines.append(b"\t".join(fields))
    text = b"\n".join(lines) + b"\n"
    (out / "csv" / name).write_bytes(text)
    with zipfile.ZipFile(out / "zip" / (name + ".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return len(text)


def gdelt(real, out, size):
    files = real_gdelt(real)
    for folder in ("csv", "zip"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    mean = sum(sum(len(b"\t".join(r)) + 1 for r in rows) for rows in files) / len(files)
    start = datetime.datetime(2019, 1, 1)
    count = int(size / mean)
    jobs = [
        (files[i % len(files)], start + datetime.timedelta(minutes=15 * i), 800_000_000 + 10_000 * i, out)
        for i in range(count)
    ]
    with multiprocessing.Pool() as pool:
        total = sum(pool.imap_unordered(gdelt_file, jobs, chunksize=16))
    print(f"{count} files, {total} bytes unpacked, in {out}")


def icews_copy(job):
    real, copy, out = job
    shift = datetime.timedelta(days=168 * copy)
    header, lines, number = None, [], 100_000_000 + 1_000_000 * copy
    days = {}
    with tarfile.open(real) as archive:
        for member in archive:
            if not member.isfile():
                continue
            for n, line in enumerate(io.BytesIO(archive.extractfile(member).read())):
                if n == 0:
                    header = line
                    continue
                _, day, rest = line.split(b"\t", 2)
                if day not in days:
                    days[day] = (datetime.date.fromisoformat(day.decode()) + shift).isoformat().encode()
                lines.append(b"%d\t%s\t%s" % (number, days[day], rest))
                number += 1
    path = out / f"events.{copy:03}.tab"
    path.write_bytes(header + b"".join(lines))
    return len(lines), path.stat().st_size


def icews(real, out, copies):
    out.mkdir(parents=True, exist_ok=True)
    with multiprocessing.Pool() as pool:
        made = list(pool.imap_unordered(icews_copy, [(real, c, out) for c in range(copies)]))
    print(f"{copies} files, {sum(r for r, _ in made)} rows, {sum(b for _, b in made)} bytes, in {out}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["gdelt", "icews"])
    parser.add_argument("real", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--bytes", type=float, default=2e9)
    parser.add_argument("--copies", type=int, default=52)
    args = parser.parse_args()
    if args.what == "gdelt":
        gdelt(args.real, args.out, args.bytes)
    else:
        icews(args.real, args.out, args.copies)


if __name__ == "__main__":
    main()
