"""What this process knows of itself: how Python was started, which variables stand round it, where it is installed."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from splitkit.host import linux


@dataclass(frozen=True)
class Process:
    """Facts about one process."""

    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Its variables.  Their values may be private: they are looked at, and never shown."""

    user: int = 0
    isolated: bool = True
    interactive: bool = False
    """Python would go on with a prompt after the program."""

    traced: bool = False
    """A debugger or a profiler written in Python watches."""

    dumpable: bool = False
    core_limit: int = 0
    temporary: str = "/tmp"  # noqa: S108  (where others put things; judged, not used)
    package: Path = Path()
    """The folder of splitkit itself."""

    sites: tuple[Path, ...] = ()
    """Folders on the path of Python in which packages are installed."""

    others: tuple[Path, ...] = ()
    """What else is on the path of Python, besides its standard library: the folder of the script, or what was added."""

    standard: tuple[Path, ...] = ()
    """Folders of the standard library."""

    here: Path | None = None
    """The current folder; none when it is gone."""

    base: Path = Path()
    """The folder that holds all of this installation."""


def look() -> Process:
    """Return what the process at hand is like."""
    library = Path(os.__file__).resolve().parent
    standard = {library, library / "lib-dynload"}
    # What this user may not look into, Python cannot import from either.
    on_path = {Path(name).resolve() for name in sys.path if os.path.exists(name)} - standard  # noqa: PTH110
    sites = {path for path in on_path if path.name in ("site-packages", "dist-packages")}
    dumpable, core_limit = _kernel_facts()
    return Process(
        environ=dict(os.environ),
        user=os.geteuid(),
        isolated=bool(sys.flags.isolated),
        interactive=bool(sys.flags.interactive or sys.flags.inspect),
        traced=sys.gettrace() is not None or sys.getprofile() is not None,
        dumpable=dumpable,
        core_limit=core_limit,
        temporary=_temporary(),
        package=Path(__file__).parents[1],
        sites=tuple(sorted(sites)),
        others=tuple(sorted(on_path - sites)),
        standard=tuple(sorted(standard)),
        here=current_folder(),
        base=Path(sys.prefix),
    )


def current_folder() -> Path | None:
    """Return the current folder; None where it was deleted, or is closed to us."""
    try:
        return Path.cwd()
    except OSError:
        return None


def _temporary() -> str:
    """Return the folder for temporary files; the library that knows it would write into it to find out."""
    named = (os.environ.get(name, "") for name in ("TMPDIR", "TEMP", "TMP"))
    return next((folder for folder in named if Path(folder).is_absolute() and Path(folder).is_dir()), "/tmp")  # noqa: S108


def _kernel_facts() -> tuple[bool, int]:
    """Return whether others may look into this process, and its limit for core dumps in bytes (-1: none)."""
    import resource  # noqa: PLC0415  (not on every system)

    core_limit = resource.getrlimit(resource.RLIMIT_CORE)[0]
    return sys.platform != "linux" or linux.prctl(linux.PR_GET_DUMPABLE) != 0, core_limit
