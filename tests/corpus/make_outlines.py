"""Write down how each real model reads, as text under version control.

    python tests/corpus/make_outlines.py CORPUS

Writes tests/corpus/golden/outlines.txt, one line per file: the kind of view, layers
(one per call), parameters and how many of them are trained; or the first sentence of
the error. Reviewers see in the diff what a change of a reader does to every file.
"""

import argparse
from pathlib import Path

from loaders.formats import read_model
from loaders.ir.errors import InspectorError

FOLDERS = ("real", "seed", "questions", "quant/models")
NOT_MODELS = {".npz", ".npy", ".csv", ".png", ".jpg", ".wav", ".py", ".pb", ".txt"}
OTHER_PARTS = {"variables.index", "variables.data-00000-of-00001", "foo.txt"}


def files(corpus):
    """Yield model files and folders, as paths relative to the corpus."""
    for folder in FOLDERS:
        for path in sorted((corpus / folder).rglob("*")):
            inside_folder = any((up / "saved_model.pb").exists() for up in path.parents)
            if path.is_dir():
                if (path / "saved_model.pb").exists():
                    yield path.relative_to(corpus)
            elif not inside_folder and (
                path.suffix not in NOT_MODELS or path.name.endswith("frozen.pb")
            ):
                yield path.relative_to(corpus)


def outline(path):
    """Return one line about a file."""
    try:
        model = read_model(path)
    except InspectorError as error:
        return f"error: {error.what}"
    weights = list(model.parameters())
    total = sum(weight.count for weight in weights)
    trained = sum(weight.count for weight in weights if weight.trainable)
    layers = sum(1 for _ in model.nodes())
    return f"{model.structure} {layers} layers {total} parameters {trained} trained"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    corpus = parser.parse_args().corpus
    lines = [f"{path}: {outline(corpus / path)}" for path in files(corpus)]
    target = Path(__file__).parent / "golden" / "outlines.txt"
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(len(lines), "files")


if __name__ == "__main__":
    main()
