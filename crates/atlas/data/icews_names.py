#!/usr/bin/env python3
"""Builds icews_names.tsv: names of persons, parties and armed groups that ICEWS always gives one country.

    icews_names.py FOLDER-OR-TAB... > icews_names.tsv

The arguments are raw ICEWS event files (20 columns, tab, header) or folders of them. A name gets a line when
- it is not of the form "Sector (Country)" (the crate reads those by itself) and not itself a name of the atlas,
- at least two rows name it, and every row that names it, as source or as target, has the same country,
- it is not made of general words alone ("Social Democratic Party", "Ministry of Defense"): such names belong to many countries, and
  a few rows would not show it; with 100 rows and more of one country it stays ("Central Intelligence Agency"), a "... Party" never,
- it is not the name of one who held an office of an international organisation in those months (OFFICE below): ICEWS gives them
  their own country, but they speak for the organisation.
The country is ICEWS's own, from its columns Source Country and Target Country; leaders change, nationality does not.
"""
import collections
import pathlib
import re
import sys
import unicodedata

HERE = pathlib.Path(__file__).parent
GENERAL = set("""
a action administration affairs agency agriculture air alliance and armed army arts assembly assistance association authority bank
bar board border broad budget bureau business cabinet cathedral center central centre chamber christian church citizens city civic civil coalition college
command commerce commission commissioner committee communist community congress conservative constitutional coordination corporation corps corruption
council counter country court crime criminal culture customs daily defence defense delegation democracy democratic democrats department deputies
development diplomatic director directorate district doctors duma economic economy education electoral elections election electricity emergency energy environment environmental
executive export external farmers federal federation finance financial fire first force forces foreign forestry forum foundation free freedom front general
governance government governors green greens group guard health herald high homeland house housing human immigration independence independent industry information
inspector institute institution intelligence interior internal international interior investigation investigations islamic islamist jihad joint judicial judiciary justice
labor labour law lawyers league left legislative liberal liberation liberty local magistrate main management maritime market media medical military minister ministers ministry
mission movement municipal muslim nation national nationalist natural naval navy network new news nuclear observer office official oil opposition order organization
parliament parliamentary party patriotic peace people peoples petroleum planning police political popular post power prensa president press prime prison professors progress
progressive prosecutor prosecutors prosperity provincial public qaeda radical radio railway rebel reconciliation red reform regional registrar republic republican research reserve resistance
resources revenue revolution revolutionary right rights rural school science secret secretariat secretary security senate service services social socialist society
solidarity special sports staff standard state station statistics statistical stock strategic student students superior supreme svoboda teachers technical technology telegraph television the times tourism trade
trades transitional transparency transport transportation treasury tribunal tribune truth union united unity university upper urban veterans voice war water
welfare west women womens work workers world young youth south north east western eastern northern southern of for in on la el de
""".split())

OFFICE = """
António Manuel de Oliveira Guterres|Jens Stoltenberg|Jean-Claude Juncker|Donald Tusk|Federica Mogherini|Michel Barnier|Christine Lagarde
Moussa Faki Mahamat|Johannes Hahn|Valdis Dombrovskis|Roberto Azevedo|Neven Mimica|Luis Almagro|Jyrki Katainen|Ban Ki Moon|Ahmed Aboul Gheit
Corina Creţu|Thorbjørn Jagland|Margrethe Vestager|Lamberto Zannier|Patricia Scotland|Nikolay Mladenov|Christos Stylianides|Helen Clark
Michaelle Jean|Ahmed Shaheed|Miguel Ángel Moratinos|Kosovo Force|Violeta Bulc|Pierre Moscovici|Phil Hogan|Carlos Moedas|Julian King
Vera Jourova|Věra Jourová|Günther Oettinger|Karmenu Vella|Miguel Arias Cañete|Miguel Arias Canete|Mariya Gabriel|Dimitris Avramopoulos
Vytenis Andriukaitis|Tibor Navracsics|Andrus Ansip|Marianne Thyssen|Jan Kubis|Jean-Pierre Lacroix|Martin Griffiths|Geir Otto Pedersen
Filippo Grandi|Michelle Bachelet|David Malpass|Thomas Greminger|Curtis Scaparrotti
""".strip().replace("\n", "|").split("|")


def normalise(name):
    text = unicodedata.normalize("NFD", name.replace("_", " ").lower())
    text = "".join(c for c in text if not unicodedata.combining(c)).replace("&", " and ")
    text = re.sub("['\u2018\u2019\u02bb\u02bc`\u00b4]", "", text)
    text = " ".join(re.sub(r"[^\w]|_", " ", text).split())
    return text[4:] if text.startswith("the ") else text


def main(arguments):
    atlas = {}
    for line in (HERE / "names.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        actor, _, name = line.split("\t")
        atlas[normalise(name)] = actor
    files = []
    for argument in map(pathlib.Path, arguments):
        files += sorted(argument.glob("*.tab")) if argument.is_dir() else [argument]
    countries = collections.defaultdict(collections.Counter)
    written = {}
    for path in files:
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            cells = line.split("\t")
            if len(cells) != 20:
                sys.exit(f"{path}: a row of {len(cells)} columns, not 20")
            for name, country in ((cells[2], cells[4]), (cells[8], cells[10])):
                key = normalise(name)
                countries[key][country] += 1
                written.setdefault(key, name)
    office = set(map(normalise, OFFICE))
    print("name\tactor\trows")
    for key, seen in sorted(countries.items(), key=lambda item: written[item[0]]):
        (country, rows), *others = seen.most_common()
        actor = atlas.get(normalise(country))
        if others or rows < 2 or actor is None or key in atlas or key in office or written[key].endswith(")"):
            continue
        general = rows < 100 or "party" in key.split()
        if general and all(word in GENERAL or len(word) == 1 or word.isdigit() for word in key.split()):
            continue
        print(f"{written[key]}\t{actor}\t{rows}")


main(sys.argv[1:])
