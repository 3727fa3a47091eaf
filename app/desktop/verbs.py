"""What the verbs that make this a program of the desktop do and say."""

import sys
import sysconfig
from pathlib import Path

from app.desktop.entry import HDF
from app.desktop.install import Places, Report, install, uninstall
from loaders.ir.errors import InspectorError

_HDF_IS_A_CHOICE = (
    ".keras and .onnx files open with Layerscope. For .h5 and .hdf5 files it is a",
    "choice under “Open with”; “layerscope install-desktop --h5” makes it the first.",
)


def install_desktop(*, h5: bool) -> str:
    """Register this program for this user and return what was done, for people.

    Raises:
        InspectorError: it cannot be.
    """
    return installed(register(h5=h5), this_program())


def register(*, h5: bool) -> Report:
    """Register this program for this user.

    Raises:
        InspectorError: it cannot be.
    """
    _check_system()
    return install(this_program(), Places.of(), h5=h5)


def uninstall_desktop() -> str:
    """Take back what ``install_desktop`` did and return what that was, for people.

    Raises:
        InspectorError: it cannot be.
    """
    _check_system()
    return uninstalled(uninstall(Places.of()))


def _check_system() -> None:
    if sys.platform in ("win32", "darwin"):
        raise InspectorError(
            "Layerscope cannot register itself on this system yet.",
            "It can with the desktops of Linux and its kin.",
            "Choose it once under “Open with” of a model file.",
        )


def this_program() -> Path:
    """Return the absolute path that starts this program, links not followed.

    A link in the user's folder of programs stays true when what it leads to moves.

    Raises:
        InspectorError: it is not installed as a program.
    """
    started = Path(sys.argv[0])
    scripts = Path(sysconfig.get_path("scripts"))
    for path in (started, scripts / "layerscope"):
        if path.stem == "layerscope" and path.is_file():
            return path.absolute()
    raise InspectorError(
        "Layerscope is not installed as a program that a desktop could start.",
        f"There is no {scripts / 'layerscope'}.",
        "Install it, for example with “pipx install .”, and try again.",
    )


def installed(report: Report, program: Path) -> str:
    """Return what installing did, for people."""
    lines = ["Model files now open with a double-click."]
    if not report.written:
        lines = ["Everything is in place already; nothing was changed."]
    lines += ["", f"  starts        {program}"]
    lines += _listed(report.written)
    if HDF in report.opens:
        lines += ["", ".keras, .onnx, .h5 and .hdf5 files open with Layerscope."]
    else:
        lines += ["", *_HDF_IS_A_CHOICE]
    lines += ["“layerscope uninstall-desktop” takes this back."]
    return "\n".join(lines + _problems(report))


def uninstalled(report: Report) -> str:
    """Return what uninstalling did, for people."""
    if not report.written:
        return "Nothing was installed for this user's desktop; nothing was changed."
    lines = ["Layerscope is no longer a program of this user's desktop. Removed:", ""]
    return "\n".join([*lines, *_listed(report.written), *_problems(report)])


def _listed(paths: list[Path]) -> list[str]:
    icons = [path for path in paths if "icons" in path.parts]
    others = [f"  {_kind(path):13} {path}" for path in paths if path not in icons]
    if icons:
        theme = icons[0].parents[2]
        others.append(f"  {'icons':13} {len(icons)} in {theme}")
    return others


def _kind(path: Path) -> str:
    match path.suffix:
        case ".desktop":
            return "menu entry"
        case ".xml":
            return "file types"
        case _:
            return "defaults"


def _problems(report: Report) -> list[str]:
    if not report.problems:
        return []
    return ["", "Not done:", *(f"  {problem}" for problem in report.problems)]
