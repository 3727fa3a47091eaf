"""Starts the program, or one of the processes that it consists of."""

import sys


def main() -> int:
    """Do what the command line says and return the exit code.

    0: fine. 1: the file has a problem, or none could be read. 2: wrong usage.
    """
    arguments = sys.argv[1:]
    if arguments[:1] == ["--reader"]:
        # Started, never imported; and a frozen program has no ``python -m``.
        import runpy

        runpy.run_module("app.reader", run_name="__main__")
        return 0
    from app.cli import run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
