"""What the command line accepts, and the words of its help."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

DESKTOP_VERBS = ("install-desktop", "uninstall-desktop")
PICTURES = (".png", ".svg", ".pdf")

_DESCRIPTION = """\
Opens a neural-network file (Keras, TensorFlow SavedModel, ONNX) and shows what is
really inside it. Nothing in the file is run, and no framework is needed to look.
"""
_EPILOG = """\
without a window:
  layerscope summary FILE [--json]     the layers with shapes and parameter counts
  layerscope graph FILE -o PICTURE     the graph as a .png, .svg or .pdf
  layerscope probe FILE                whether the file opens, as one line of JSON

for your desktop, without root:
  layerscope install-desktop [--h5]    open model files with a double-click
  layerscope uninstall-desktop         take that back

`layerscope VERB --help` says more about each. A file that is called like a verb is
opened with a path: ./summary

exit codes: 0 fine, 1 the file has a problem, 2 wrong usage
"""


def parse(arguments: list[str]) -> "argparse.Namespace":
    """Return what the arguments say; ends the program on --help and wrong usage."""
    import argparse

    first = arguments[0] if arguments else ""
    verb = first if first in _ABOUT else ""
    parser = argparse.ArgumentParser(
        prog=f"layerscope {verb}".strip(),
        description=_ABOUT.get(verb, _DESCRIPTION),
        epilog=None if verb else _EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    if verb:
        _add_verb_arguments(parser, verb)
        return parser.parse_args(arguments[1:])
    _add_window_arguments(parser)
    if "--version" in arguments:
        print(f"layerscope {_version()}")
        sys.exit(0)
    return parser.parse_args(arguments)


_ABOUT = {
    "summary": "Print the layers of a model with their output shapes and parameters.",
    "graph": "Save a picture of the model's graph.",
    "probe": "Open a file and print one line of JSON: whether it opens and what was "
    "noticed. Always exits with 0.",
    "install-desktop": "Let model files open with a double-click: an entry in the menu "
    "of programs, file types for .keras and .onnx, an icon. For this user alone, in "
    "the user's own folders; can be repeated.",
    "uninstall-desktop": "Take back what install-desktop did.",
}


def _add_verb_arguments(parser: "argparse.ArgumentParser", verb: str) -> None:
    if verb in DESKTOP_VERBS:
        if verb == "install-desktop":
            parser.add_argument(
                "--h5",
                action="store_true",
                help="open .h5 and .hdf5 files by default, too; other programs also "
                "use them",
            )
        return
    parser.add_argument("file", type=Path, metavar="FILE", help="a file or folder")
    parser.add_argument(
        "--weights",
        type=Path,
        metavar="FILE",
        help="the weights of a description that comes without (model.json)",
    )
    parser.add_argument(
        "--seconds",
        type=float,
        help="give up after this many seconds (otherwise 9, and 300 for over 200 MB)",
    )
    if verb == "summary":
        parser.add_argument(
            "--json", action="store_true", help="one JSON object for programs"
        )
    if verb == "graph":
        parser.add_argument(
            "-o",
            "--output",
            type=_picture,
            required=True,
            metavar="PICTURE",
            help="where to save it: .png, .svg or .pdf",
        )
        parser.add_argument(
            "--all", action="store_true", help="open all groups, also those in groups"
        )
        parser.add_argument(
            "--horizontal", action="store_true", help="draw it from left to right"
        )
        parser.add_argument("--theme", choices=("light", "dark"), default="light")


def _add_window_arguments(parser: "argparse.ArgumentParser") -> None:
    parser.add_argument(
        "files",
        type=Path,
        nargs="*",
        metavar="FILE",
        help="files or folders to open; a folder of models stands for all in it",
    )
    parser.add_argument(
        "--theme",
        choices=("light", "dark", "system"),
        help="appearance of a new window; otherwise as it was set last",
    )
    parser.add_argument(
        "--new-window",
        action="store_true",
        help="open a window of its own, even if there is one",
    )
    parser.add_argument(
        "--events",
        action="store_true",
        help="print a line of JSON when the window is there, the file opened, drawn",
    )
    parser.add_argument(
        "--quit-after", choices=("drawn",), help="end when the first view is painted"
    )
    parser.add_argument(
        "--screenshot", type=Path, metavar="PICTURE", help="save the first view"
    )
    parser.add_argument("--version", action="store_true", help="print the version")


def _picture(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in PICTURES:
        import argparse

        kinds = ", ".join(PICTURES)
        raise argparse.ArgumentTypeError(f"{text} does not end in one of {kinds}")
    return path


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("layerscope")
    except PackageNotFoundError:
        return "of unknown version (not installed)"
