"""Write down the groups of some real models, as text under version control.

    python tests/corpus/make_groups.py CORPUS

Writes tests/corpus/golden/groups.txt. Reviewers see in the diff what a change of the
grouping does. Groups built alike that follow each other take one line.
"""

import argparse
from itertools import groupby
from pathlib import Path

from loaders.formats import read_model

FILES = (
    "seed/q15a_masking_lstm.onnx",
    "seed/q19_two_kernel_sizes_concat.onnx",
    "seed/x21_transformer_block_gelu.onnx",
    "seed/x25_siamese_shared.keras",
    "seed/z49_sine_savedmodel",
    "real/microsoft__onnxruntime-extensions/test__data__ppp_vision__FastestDet.onnx",
    "real/snakers4__silero-vad/src__silero_vad__data__silero_vad.onnx",
    "real/snakers4__silero-vad/src__silero_vad__data__silero_vad_openvino_16k.onnx",
)


def outline(path):
    """Yield the lines about one file."""
    grouping = read_model(path).grouping

    def lines(members, depth):
        groups = [grouping.groups[id] for id in members if id in grouping.groups]
        for _, alike in groupby(groups, key=lambda one: one.likeness or one.id):
            first, *rest = alike
            mark = "▾" if first.id in grouping.opened else "▸"
            words = [first.title, f"[{first.kind}]", first.subtitle]
            words += [f"{len(first.members)} members", f"{first.nodes} nodes"]
            words += [f"{first.parameters} parameters", f"{first.multiply_adds} MACs"]
            words += [f"({len(rest)} more alike)"] if rest else []
            yield "  " * depth + mark + " " + " ".join(filter(None, words))
            yield from lines(first.members, depth + 1)

    yield f"{len(grouping.top)} members at the top"
    yield from lines(grouping.top, 0)


def text(corpus):
    """Return what the golden file should say."""
    return "".join(
        "\n".join([f"== {file}", *outline(corpus / file), "", ""]) for file in FILES
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    corpus = parser.parse_args().corpus
    target = Path(__file__).parent / "golden" / "groups.txt"
    target.write_text(text(corpus), encoding="utf-8")


if __name__ == "__main__":
    main()
