"""Starts the program."""


def main() -> int:
    """Start the program."""
    return 0
