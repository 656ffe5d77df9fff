"""Entry point.  `--version` is answered before anything else is imported."""

import sys

from splitkit import __version__


def main() -> None:
    """Run the command line and leave with its exit code."""
    if sys.argv[1:] == ["--version"] and _said(f"splitkit {__version__}\n"):
        return
    from splitkit.cli.main import run  # noqa: PLC0415

    sys.exit(run(sys.argv[1:]))


def _said(text: str) -> bool:
    """Write *text*; where that fails, the command line says so better."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except (OSError, AttributeError):
        return False
    return True


if __name__ == "__main__":
    main()
