#!/usr/bin/env python3
"""Makes the files of this folder from the originals.

    python3 data/pack.py ORIGINALS [FOLDER]

ORIGINALS holds the originals as SOURCES.md names them, in `raw/`, `structural/` and `tkg/`; FOLDER (this folder where
not given) receives the packed files and SHA256SUMS. Each original is checked against its sha256 first. No value is
changed: files are recompressed or bundled, and the GDELT dyad-years lose columns and years that no reader uses.
Another version of liblzma may give other bytes for the same content; the content is what SOURCES.md describes.
"""

import gzip
import hashlib
import io
import lzma
import sys
import tarfile
from pathlib import Path

XZ = 9 | lzma.PRESET_EXTREME

# Original -> sha256 of the file as it came (for `tkg/`: of its unpacked content, as the origins give it).
ORIGINALS = {
    "raw/icews/icews_daily_20181004_20190325.tar.xz": "2099a262159a15c7c1d9c4dbfc64c46d8ffb60d32c7eb3612301f592413953ef",
    "raw/gdelt/aggregates/gdelt_graph_daily_dyads_20180101_20240223.csv.xz": "30919a6924bcad540c330b07dd516ee084de81fa558135caf645341ff068b1e6",
    "raw/gdelt/aggregates/tgnn_yearly_dyads_1979_2008.tar.xz": "9c04251ae668f7a8adfb04cc80f650418e7f7b21a6bfcbac7d324f223df1cf27",
    "tkg/icews-dyad-year/dyad_year.csv.gz": "9fcb12a49514098a8fac89bbe51afa4b601fd5bf4a0fa55629a06f8fde3e05f2",
    "tkg/icews0515/entity2id.txt.gz": "56c1b737f7eca0dfcb635c60e32843accaaea99765884c6958ec2f10099c71f5",
    "tkg/icews0515/relation2id.txt": "81a0b73b7b2bdbe145e6c9ceabd876ea5113c96ac8715dc1aa4280816f3b4536",
    "tkg/icews0515/train.txt.gz": "21a1ae498bb1dbda7b9f7b862a9f11273cf908c39d86bb34a2d55c28a900a0c5",
    "tkg/icews0515/valid.txt.gz": "61ae7a1ca3a54b810ddd403320d99ace02754d1eeb58d6011925b37d36d4357b",
    "tkg/icews0515/test.txt.gz": "951d1dea0e21c41e7240e76c874051f4bc59513fd6b9d75f3b929db9dbfc5294",
    "tkg/icews18/entity2id.txt.gz": "7d247def04f9e0a70b986da665fce498ef2057779842dd83af1df3df5c5e6d74",
    "tkg/icews18/relation2id.txt": "6099be14a4bb517019146818704858af040843df4caa77b816552223330dcb49",
    "tkg/icews18/train.txt.gz": "019cfba096e15abae04e8d8d6f4dbeda2add15f53826681702f25298a9fbc7bf",
    "tkg/icews18/valid.txt.gz": "aa9966e928768ad3a9fd28c7fe2c078458ec1caa523fc0ddf9d0a38ece349c50",
    "tkg/icews18/test.txt.gz": "a00d46f993557cf78a8823b0c3a7b3b135f40ffa74150ee8f795794e2b536e33",
    "tkg/icews21-zrllm/entity2id.txt.gz": "1abd802d296aeccbdf4893122e1ce7a09ccd74f19dc443d8bcb4abbaad3b3811",
    "tkg/icews21-zrllm/relation2id.txt": "620327e35cbc14d35b09e130d35e453ca3f8402968966e8adda22e075569d767",
    "tkg/icews21-zrllm/train.txt.gz": "8941ddbb7804455406ff7eaf1a2f4b7739e16195ae1617b6d27f47e6c1eaa85b",
    "tkg/icews21-zrllm/valid.txt.gz": "fbad318e27450b33cd654798c35dc904efdffbeb0bf3907d8e7013fef6edc812",
    "tkg/icews21-zrllm/test.txt": "6243bda30dfb0b31be38d9c657f32b8c17f10b1cf8d6d37c2ac85e590f55b28f",
    "structural/alliance_atop_dirdyad.csv.gz": "2ca78f3f674c5748eb92efa21dabea935616fc2e286c7d5d8fa60d0dbfa6e065",
    "structural/alliance_cow_dirdyad.csv.gz": "ba7dfb68511767ed13a251bc527d0c24ced8bdc28cb2d66fe9c6f8b120251d1d",
    "structural/capitals_cow.csv": "8a350460f35b1b7dfa9d0dc4816e1d6becf1c84bbee1c96051865c35d2e0cba3",
    "structural/cinc_cow_nmc.csv": "81f5863d4d50bc3eea30a7ed0c69c6ad5deab0aef3caaf58b5e6f164edbccda8",
    "structural/contiguity_cow.csv": "1fbc6601fdb72823da4d0eb260028abc7a1de02c9b444b86175d699554ee2ae9",
    "structural/factbook_military_expenditure.csv": "dec7cd99bfaa02f0bc3ba08051fdaa970904982b140312dbbd1f93809114301a",
    "structural/factbook_trade_partners.csv": "1e1cf4d1c5c7c1b108fc701435b5f71e33af8b1ef7227badcf91c90ff4103e42",
    "structural/igo_cow_memberships.csv.gz": "7407e73b7dbdc0c6e4c0ba90c2aa455387a517bac29db3acca4e89ce879ebded",
    "structural/mid_cow_dirdyad.csv": "3df32aa4b4f5843da7008fdf51dd7c9d0ae62df6f75105d13af0971664f9da2c",
    "structural/mid_gml_dirdyad.csv.gz": "f4c0000fc2030045dacb942fd47db5f0353d64125be8f7a7f7237965f7c6fd9f",
    "structural/nato_defence_expenditure_2012_2019.csv": "af72f1a6f2effd569735d0675d3c1d2ef9fb87be4b099e18e0e9d5201a65126e",
    "structural/parlgov_cabinets.csv.gz": "fa3356352cb8302f1850fdbe73ec1eadbcc099e57466d4d9fd4a4c82e983bead",
    "structural/ucdp_prio_acd_25_1.csv": "67783f737473648fc6cdab4ff33391f3250ea7280f8206893becc190c7c78fef",
    "structural/un_ideal_points_1946_2025.csv.gz": "60193fc1200007003a153f6f7b0bed83609aead6010cb8bcfdb3e1a86a425338",
    "structural/un_ideal_points_jul2025.csv.gz": "aca417158dc7726b14b9aafe7c4083f046adaab07c8a8935382eca1b19f7ff8c",
    "structural/un_votes_matrix_1946_2024.csv.gz": "725d1d75f36dd3d9c25dddd0268d213ad1ac608afee69b15f3066c858f3165bc",
}

# Packed file -> (original, as it is | recompressed).
COPIED = {
    "events/icews_daily_20181004_20190325.tar.xz": "raw/icews/icews_daily_20181004_20190325.tar.xz",
    "gpl-3/gdelt_graph_daily_dyads_20180101_20240223.csv.xz": "raw/gdelt/aggregates/gdelt_graph_daily_dyads_20180101_20240223.csv.xz",
    "gpl-3/nato_defence_expenditure_2012_2019.csv": "structural/nato_defence_expenditure_2012_2019.csv",
    "gpl-2/capitals_cow.csv": "structural/capitals_cow.csv",
    "structural/contiguity_cow.csv": "structural/contiguity_cow.csv",
    "structural/factbook_military_expenditure.csv": "structural/factbook_military_expenditure.csv",
    "structural/factbook_trade_partners.csv": "structural/factbook_trade_partners.csv",
}
RECOMPRESSED = {
    "gpl-3/icews_dyad_year_2002_2014.csv.xz": "tkg/icews-dyad-year/dyad_year.csv.gz",
    "structural/alliance_atop_dirdyad.csv.xz": "structural/alliance_atop_dirdyad.csv.gz",
    "structural/alliance_cow_dirdyad.csv.xz": "structural/alliance_cow_dirdyad.csv.gz",
    "structural/cinc_cow_nmc.csv.xz": "structural/cinc_cow_nmc.csv",
    "structural/igo_cow_memberships.csv.xz": "structural/igo_cow_memberships.csv.gz",
    "structural/mid_cow_dirdyad.csv.xz": "structural/mid_cow_dirdyad.csv",
    "structural/mid_gml_dirdyad.csv.xz": "structural/mid_gml_dirdyad.csv.gz",
    "structural/parlgov_cabinets.csv.xz": "structural/parlgov_cabinets.csv.gz",
    "structural/ucdp_prio_acd_25_1.csv.xz": "structural/ucdp_prio_acd_25_1.csv",
    "structural/un_ideal_points_1946_2025.csv.xz": "structural/un_ideal_points_1946_2025.csv.gz",
    "structural/un_ideal_points_jul2025.csv.xz": "structural/un_ideal_points_jul2025.csv.gz",
    "structural/un_votes_matrix_1946_2024.csv.xz": "structural/un_votes_matrix_1946_2024.csv.gz",
}
# The names come first, so that one pass reads a bundle.
QUADRUPLES = {
    "events/icews0515.tar.xz": "tkg/icews0515",
    "events/icews18.tar.xz": "tkg/icews18",
    "events/icews21.tar.xz": "tkg/icews21-zrllm",
}
QUADRUPLE_MEMBERS = ["entity2id.txt", "relation2id.txt", "train.txt", "valid.txt", "test.txt"]

GDELT_YEARS = range(1990, 2009)
GDELT_DROPPED = {"Actor1Geo_Lat", "Actor2Geo_Lat", "Actor1Geo_Long", "Actor2Geo_Long"}


def unpacked(name, data):
    """The content of an original, without .gz."""
    return gzip.decompress(data) if name.endswith(".gz") else data


def original(root, name):
    """The bytes of an original, checked."""
    data = (root / name).read_bytes()
    seen = hashlib.sha256(unpacked(name, data) if name.startswith("tkg/") else data).hexdigest()
    if seen != ORIGINALS[name]:
        sys.exit(f"{root / name}: sha256 is {seen}, not {ORIGINALS[name]}: this is another edition of the file")
    return data


def bundle(members):
    """A .tar.xz that depends on nothing but its members."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), 0o644
            tar.addfile(info, io.BytesIO(data))
    return lzma.compress(raw.getvalue(), preset=XZ)


def quadruples(root, folder):
    members = []
    for member in QUADRUPLE_MEMBERS:
        name = next(n for n in (f"{folder}/{member}", f"{folder}/{member}.gz") if n in ORIGINALS)
        members.append((member, unpacked(name, original(root, name))))
    return bundle(members)


def gdelt_dyad_years(root):
    """The years used, without coordinates and without the second copy of the actor columns; every other byte as it was."""
    members = []
    source = original(root, "raw/gdelt/aggregates/tgnn_yearly_dyads_1979_2008.tar.xz")
    with tarfile.open(fileobj=io.BytesIO(lzma.decompress(source))) as tar:
        for year in GDELT_YEARS:
            name = f"{year}_gdelt.csv"
            lines = tar.extractfile(name).read().decode("ascii").splitlines()
            header = lines[0].split(",")
            keep = [i for i, c in enumerate(header) if c not in GDELT_DROPPED and header.index(c) == i]
            rows = []
            for line in lines:
                cells = line.split(",")
                assert len(cells) == len(header) and '"' not in line, (name, line)
                assert cells[:2] == cells[2:4], (name, line)
                rows.append(",".join(cells[i] for i in keep))
            members.append((name, ("\n".join(rows) + "\n").encode("ascii")))
    return bundle(members)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    root = Path(sys.argv[1])
    to = Path(sys.argv[2]) if len(sys.argv) == 3 else Path(__file__).resolve().parent
    made = []

    def write(name, data):
        path = to / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        made.append((name, hashlib.sha256(data).hexdigest()))
        print(f"{len(data):>12,}  {name}")

    for name, source in COPIED.items():
        write(name, original(root, source))
    for name, source in RECOMPRESSED.items():
        write(name, lzma.compress(unpacked(source, original(root, source)), preset=XZ))
    for name, folder in QUADRUPLES.items():
        write(name, quadruples(root, folder))
    write("dyads/gdelt_dyad_years_1990_2008.tar.xz", gdelt_dyad_years(root))
    sums = "".join(f"{digest}  {name}\n" for name, digest in sorted(made))
    (to / "SHA256SUMS").write_text(sums, encoding="ascii")


if __name__ == "__main__":
    main()
