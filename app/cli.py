"""The command line: a window by default, and verbs that need none.

A reader process is started before the arguments are even parsed: it takes longer to
come up than anything that happens here meanwhile. Only asking for a window that is
there already comes before it.
"""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.arguments import DESKTOP_VERBS, parse
from app.engine.client import (
    ReaderClient,
    wait_for_layout,
    wait_for_model,
    wait_for_picture,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from app.desktop.instance import Claim
    from loaders.ir.errors import InspectorError
    from loaders.ir.graph import Model
    from loaders.ir.layout import Arrangement

    Verb = Callable[["argparse.Namespace", ReaderClient], int]

FINE, PROBLEM = 0, 1

QUICK_BYTES = 200 << 20
QUICK_SECONDS = 9.0
"""How long reading a file of up to 200 MB may take without a window."""
SLOW_SECONDS = 300.0
READABLE_SCALE = 0.4


def run(arguments: list[str]) -> int:
    """Do what the arguments say and return the exit code."""
    if any(word in ("-h", "--help", "--version") for word in arguments):
        parse(arguments)
    verb = arguments[0] if arguments else ""
    try:
        if verb in DESKTOP_VERBS:
            status = _desktop(verb, parse(arguments))
        elif verb in _VERBS:
            status = _run_verb(verb, arguments)
        else:
            return _window(arguments)
        sys.stdout.flush()  # here, where a reader that has left can be told
        return status
    except BrokenPipeError:
        # Whoever read our output has enough of it; Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return FINE
    except KeyboardInterrupt:
        return 130


def _run_verb(verb: str, arguments: list[str]) -> int:
    client = ReaderClient()
    try:
        return _VERBS[verb](parse(arguments), client)
    finally:
        client.close()


def _desktop(verb: str, options: "argparse.Namespace") -> int:
    from app.desktop.verbs import install_desktop, uninstall_desktop
    from loaders.ir.errors import InspectorError

    try:
        if verb == "install-desktop":
            print(install_desktop(h5=options.h5))
        else:
            print(uninstall_desktop())
    except InspectorError as error:
        return _complain(error)
    return FINE


def _window(arguments: list[str]) -> int:
    from app.desktop.instance import Claim, Outcome, enter
    from app.model_files import model_files

    # Words without an option are files and need no parser: a start that hands them
    # over is to be done in a tenth of a second, and starts no reader in vain.
    is_plain = not any(word.startswith("-") for word in arguments)
    entered: Claim | Outcome = Outcome.ALONE
    if is_plain and _has_display():
        entered = enter(model_files(map(Path, arguments)))
        if entered is Outcome.HANDED_OVER:
            return FINE
    client = ReaderClient() if arguments else None
    try:
        options = parse(arguments)
        options.files = model_files(options.files)
        if not _has_display():
            return _complain_of_no_display()
        if not is_plain and not _wants_its_own(options):
            entered = enter(options.files)
        if entered is Outcome.HANDED_OVER:
            return FINE
        claim = entered if isinstance(entered, Claim) else None
        return _run_window(options, client if options.files else None, claim)
    finally:
        if client is not None:
            client.close()


def _wants_its_own(options: "argparse.Namespace") -> bool:
    """Whether whoever started us follows what happens in a window of its own."""
    wanted = (options.new_window, options.events, options.quit_after)
    return any(wanted) or options.screenshot is not None


def _run_window(
    options: "argparse.Namespace",
    client: ReaderClient | None,
    claim: "Claim | None",
) -> int:
    files = tuple(options.files)
    if client is not None:
        client.open(files[0])
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

    return run_window(wanted, client, claim)


def _complain_of_no_display() -> int:
    print(
        "There is no display to open a window on. Use “layerscope summary FILE” or "
        "“layerscope graph FILE -o graph.png”, or set DISPLAY.",
        file=sys.stderr,
    )
    return PROBLEM


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


def _arrangement(
    options: "argparse.Namespace", model: "Model", first: "Arrangement"
) -> "Arrangement":
    """Return what the picture shall show, starting from the first view."""
    from msgspec.structs import replace

    opened = sorted(model.grouping.groups) if options.all else first.opened
    return replace(first, opened=tuple(opened), horizontal=options.horizontal)


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
        wanted = _arrangement(options, model, layout.arrangement)
        if wanted != layout.arrangement:
            layout = wait_for_layout(client, wanted)
        theme = DARK if options.theme == "dark" else LIGHT
        saved = save_picture(model, layout, options.output, theme)
    except InspectorError as error:
        return _complain(error)
    finally:
        application.shutdown()
    if options.output.suffix.lower() == ".png" and saved.scale < READABLE_SCALE:
        print(
            f"The graph is too large for a PNG with words ({len(layout.boxes):,} "
            "boxes): it shows plain boxes. A .svg or .pdf has the words, too.",
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
