"""Entry point.  `--version` is answered before anything else is imported."""

from __future__ import annotations

import sys

from splitkit import __version__


def main() -> None:
    """Run the command line and leave with its exit code."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"splitkit {__version__}\n")
        return
    from splitkit.cli.main import run  # noqa: PLC0415

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
