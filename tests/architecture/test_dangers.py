"""What no module may do, because the files we open are written by strangers."""

import ast

import pytest

from tests.architecture.source import calls, imports, modules

MODULES = modules()
IMPORTED = {path: imports(tree) for path, tree in MODULES.items()}
CALLED = {path: calls(tree) for path, tree in MODULES.items()}


def users_of(*names: str) -> set[str]:
    return {path for path, found in IMPORTED.items() if found & set(names)}


def callers_of(*names: str) -> set[str]:
    return {path for path, found in CALLED.items() if found & set(names)}


def test_the_whole_product_is_looked_at():
    assert len(MODULES) > 150
    assert users_of("msgspec")
    assert callers_of("KINDS.add")


@pytest.mark.parametrize(
    "name",
    [
        "pickle",
        "cPickle",
        "cloudpickle",
        "dill",
        "joblib",
        "marshal",
        "shelve",
        "yaml",
        "multiprocessing",
        "http",
        "urllib3",
        "requests",
    ],
)
def test_nothing_reads_pickles_or_reaches_for_the_network(name):
    assert users_of(name) == set()


@pytest.mark.parametrize("name", ["eval", "exec", "compile", "__import__", "os.system"])
def test_no_text_is_run_as_code(name):
    assert callers_of(name) == set()


def test_sockets_are_those_of_one_user_on_one_machine():
    # A second start hands its files to the window that is there.
    users = {
        "app/desktop/instance.py",
        "app/desktop/handover.py",
        "app/desktop/reception.py",
    }
    assert users_of("socket") == users
    families = {
        node.attr
        for path in users
        for node in ast.walk(MODULES[path])
        if isinstance(node, ast.Attribute) and node.attr.startswith(("AF_", "PF_"))
    }
    assert families == {"AF_UNIX"}
    assert "_socket" not in set().union(*IMPORTED.values())


def test_modules_are_imported_by_name_in_three_places_and_never_by_a_files_word():
    # What lies in our own folders, the one binary module of onnx, our own process.
    assert callers_of("import_module", "importlib.import_module") == {
        "loaders/registry.py",
        "loaders/formats/_onnx_shapes.py",
    }
    assert callers_of("runpy.run_module") == {"app/__main__.py"}


def test_processes_are_started_in_two_places():
    # Our own parts, and the desktop's programs that read anew what was installed.
    assert users_of("subprocess") == {"app/engine/child.py", "app/desktop/tools.py"}
    # ONNX's inference runs in a fork of the reader, which can be killed.
    assert callers_of("os.fork") == {"loaders/formats/_onnx_shapes.py"}


def test_the_users_files_are_never_mapped():
    # Touching a mapped page of a file that somebody shortens kills the process.
    assert users_of("mmap") == set()
    assert callers_of("np.memmap", "np.load", "np.fromfile") == set()


def test_every_label_of_the_window_is_made_plain():
    assert callers_of("QLabel") == {"viewers/plain_label.py"}


def test_no_error_is_swallowed_in_silence():
    silent = [
        f"{path}:{handler.lineno}"
        for path, tree in MODULES.items()
        for handler in ast.walk(tree)
        if isinstance(handler, ast.ExceptHandler)
        and (handler.type is None or ast.unparse(handler.type) == "Exception")
        and all(isinstance(line, ast.Pass) for line in handler.body)
    ]
    assert silent == []
