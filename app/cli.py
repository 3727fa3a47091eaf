"""The command line: a window by default, and verbs that need none.

A reader process is started before the arguments are even parsed: it takes longer to
come up than anything that happens here meanwhile.
"""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.engine.client import ReaderClient, wait_for_model, wait_for_picture

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from loaders.ir.errors import InspectorError

    Verb = Callable[["argparse.Namespace", ReaderClient], int]

FINE, PROBLEM, USAGE = 0, 1, 2

QUICK_BYTES = 200 << 20
QUICK_SECONDS = 9.0
"""How long reading a file of up to 200 MB may take without a window."""
SLOW_SECONDS = 300.0
READABLE_SCALE = 0.4
PICTURES = (".png", ".svg", ".pdf")


def run(arguments: list[str]) -> int:
    """Do what the arguments say and return the exit code."""
    if not arguments:
        return _window(arguments, None)
    if any(word in ("-h", "--help", "--version") for word in arguments):
        _parse(arguments)
    client = ReaderClient()
    try:
        verb = _VERBS.get(arguments[0])
        if verb is None:
            return _window(arguments, client)
        status = verb(_parse(arguments), client)
        sys.stdout.flush()  # here, where a reader that has left can be told
        return status
    except BrokenPipeError:
        # Whoever read our output has enough of it; Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return FINE
    except KeyboardInterrupt:
        return 130
    finally:
        client.close()


def _window(arguments: list[str], client: ReaderClient | None) -> int:
    options = _parse(arguments)
    if not _has_display():
        print(
            "There is no display to open a window on. Use “layerscope summary FILE” or "
            "“layerscope graph FILE -o graph.png”, or set DISPLAY.",
            file=sys.stderr,
        )
        return PROBLEM
    files = tuple(options.files)
    if client is not None:
        if files:
            client.open(files[0])
        else:
            client.close()
    from app.events import WindowOptions

    wanted = WindowOptions(
        files=files,
        events=options.events,
        quit_after=options.quit_after or "",
        screenshot=options.screenshot,
        theme=options.theme,
    )
    # Qt takes longest; the reader is at work meanwhile.
    from app.window import run_window

    return run_window(wanted, client if files else None)


def _has_display() -> bool:
    """Whether a window can open; Qt would end the process with its own words."""
    if sys.platform in ("win32", "darwin"):
        return True
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(os.environ.get(name) for name in names)


def _summary(options: "argparse.Namespace", client: ReaderClient) -> int:
    from app.summary import as_json, as_text
    from loaders.ir.errors import InspectorError

    client.open(options.file, options.weights, picture=False, seconds=_seconds(options))
    try:
        model = wait_for_model(client)
    except InspectorError as error:
        return _complain(error)
    if options.json:
        import json

        print(json.dumps(as_json(model)))
    else:
        import shutil

        sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
        width = shutil.get_terminal_size((100, 24)).columns
        print(as_text(model, width))
    return FINE


def _probe(options: "argparse.Namespace", client: ReaderClient) -> int:
    import json

    from app.summary import outcome_of
    from loaders.ir.errors import InspectorError

    client.open(options.file, options.weights, picture=False, seconds=_seconds(options))
    try:
        outcome, messages = outcome_of(wait_for_model(client))
    except InspectorError as error:
        outcome, messages = "clear-error", [str(error)]
    print(json.dumps({"outcome": outcome, "messages": messages}))
    return FINE


def _graph(options: "argparse.Namespace", client: ReaderClient) -> int:
    from loaders.ir.errors import InspectorError

    client.open(options.file, options.weights, seconds=_seconds(options))
    # A picture needs no screen, and must come out the same on every one.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    from viewers.drawing.style import DARK, LIGHT
    from viewers.graph_picture import save_picture

    application = QApplication([])
    try:
        model, layout = wait_for_picture(client)
        theme = DARK if options.theme == "dark" else LIGHT
        saved = save_picture(model, layout, options.output, theme)
    except InspectorError as error:
        return _complain(error)
    finally:
        application.shutdown()
    if options.output.suffix.lower() == ".png" and saved.scale < READABLE_SCALE:
        print(
            f"The graph is too large for a PNG with words ({len(layout.boxes):,} "
            "layers): it shows plain boxes. A .svg or .pdf has the words, too.",
            file=sys.stderr,
        )
    print(options.output)
    return FINE


_VERBS: "dict[str, Verb]" = {"summary": _summary, "graph": _graph, "probe": _probe}


def _seconds(options: "argparse.Namespace") -> float:
    from app.engine.sandbox import disk_bytes

    if options.seconds is not None:
        return float(options.seconds)
    files = filter(None, (options.file, options.weights))
    return QUICK_SECONDS if sum(map(disk_bytes, files)) <= QUICK_BYTES else SLOW_SECONDS


def _complain(error: "InspectorError") -> int:
    sys.stderr.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    print(error, file=sys.stderr)
    return PROBLEM


# arguments

_DESCRIPTION = """\
Opens a neural-network file (Keras, TensorFlow SavedModel, ONNX) and shows what is
really inside it. Nothing in the file is run, and no framework is needed to look.
"""
_EPILOG = """\
without a window:
  layerscope summary FILE [--json]     the layers with shapes and parameter counts
  layerscope graph FILE -o PICTURE     the graph as a .png, .svg or .pdf
  layerscope probe FILE                whether the file opens, as one line of JSON

`layerscope VERB --help` says more about each. A file that is called like a verb is
opened with a path: ./summary

exit codes: 0 fine, 1 the file has a problem, 2 wrong usage
"""


def _parse(arguments: list[str]) -> "argparse.Namespace":
    """Return what the arguments say; ends the program on --help and wrong usage."""
    import argparse

    verb = arguments[0] if arguments and arguments[0] in _VERBS else ""
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
        sys.exit(FINE)
    return parser.parse_args(arguments)


_ABOUT = {
    "summary": "Print the layers of a model with their output shapes and parameters.",
    "graph": "Save a picture of the model's graph.",
    "probe": "Open a file and print one line of JSON: whether it opens and what was "
    "noticed. Always exits with 0.",
}


def _add_verb_arguments(parser: "argparse.ArgumentParser", verb: str) -> None:
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
        parser.add_argument("--theme", choices=("light", "dark"), default="light")


def _add_window_arguments(parser: "argparse.ArgumentParser") -> None:
    parser.add_argument(
        "files", type=Path, nargs="*", metavar="FILE", help="files or folders to open"
    )
    parser.add_argument(
        "--theme",
        choices=("light", "dark", "system"),
        help="appearance of the window; otherwise as it was set last",
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
