"""Makes the typeface of the viewer: a subset of a font, with tabular figures, as a C++ array.

Usage: embed_font.py FONT SYMBOL OUTPUT.cpp
Digits are replaced by their tabular forms (OpenType 'tnum'), because the viewer's text renderer
knows no OpenType features. Kept: Latin-1, Latin Extended-A, the Greek and signs that units and help need.
"""

import io
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

SIGNS = "\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u2190\u2191\u2192\u2193\u2212\u2248\u2260\u2264\u2265\u2318\u2713\u26a0"
GREEK = "\u0394\u03a9\u03b1\u03b2\u03bc\u03c3"


def wanted_characters():
    return [*range(0x20, 0x7F), *range(0xA0, 0x180), *map(ord, GREEK + SIGNS), 0xFFFD]


def use_tabular_digits(font):
    """Points the digits of every character map at their 'tnum' glyphs."""
    if "GSUB" not in font:
        return
    table = font["GSUB"].table
    lookups = {
        index
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag == "tnum"
        for index in record.Feature.LookupListIndex
    }
    replaced = {}
    for index in lookups:
        for part in table.LookupList.Lookup[index].SubTable:
            replaced.update(getattr(getattr(part, "ExtSubTable", part), "mapping", {}))
    for part in font["cmap"].tables:
        for digit in range(ord("0"), ord("9") + 1):
            name = part.cmap.get(digit)
            if name in replaced:
                part.cmap[digit] = replaced[name]


def subset_bytes(path):
    font = TTFont(path)
    use_tabular_digits(font)
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.name_IDs = [1, 2]
    options.notdef_outline = True
    worker = subset.Subsetter(options)
    worker.populate(unicodes=wanted_characters())
    worker.subset(font)
    for table in ("GSUB", "GPOS", "GDEF"):
        if table in font:
            del font[table]
    stored = io.BytesIO()
    font.save(stored)
    return stored.getvalue()


def main():
    path, symbol, output = sys.argv[1:]
    data = subset_bytes(path)
    lines = [",".join(map(str, data[i : i + 32])) for i in range(0, len(data), 32)]
    with open(output, "w", encoding="ascii") as out:
        out.write("// Made by tools/cmake/embed_font.py; do not edit.\n")
        out.write(f"extern const unsigned char {symbol}[];\nextern const unsigned int {symbol}_size;\n")
        out.write(f"const unsigned char {symbol}[] = {{\n" + ",\n".join(lines) + "};\n")
        out.write(f"const unsigned int {symbol}_size = {len(data)};\n")


main()
