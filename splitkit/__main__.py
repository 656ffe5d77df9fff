"""Entry point.  `--version` is answered before anything else is imported."""

import os
import sys

from splitkit import __version__

_COMPLETES = "_SPLITKIT_COMPLETE"
"""The variable by which a shell asks how a command line goes on."""


def main() -> None:
    """Run the command line and leave with its exit code."""
    if sys.argv[1:] == ["--version"] and _said(f"splitkit {__version__}\n"):
        return
    if _COMPLETES in os.environ:
        from splitkit.cli.main import complete  # noqa: PLC0415

        sys.exit(complete(_COMPLETES, os.environ[_COMPLETES]))
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
