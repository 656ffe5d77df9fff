"""Compiled copies: does what Python keeps in `__pycache__` do what its source says?

Python runs a copy and never looks into the source as long as its head fits: the time and the size of the source, or nothing
at all.  So the copy is read as Python reads it, the source is compiled, and the two are compared.  Neither is run.

Source: PEP 3147 (where they lie and what they are called), PEP 552 (their head).
"""

import marshal
import re
import sys
import warnings
from collections.abc import Collection
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType

COPIES = "__pycache__"
_HEAD = 16
_NAME = re.compile(rf"(.+)\.{re.escape(sys.implementation.cache_tag or '')}(?:\.opt-([12]))?\.pyc")
_UNCOMPARED = ("co_flags", "co_stacksize", "co_qualname", "co_varnames", "co_cellvars", "co_freevars")
"""What may differ between two pieces of code that Python calls equal."""


def is_foreign(path: Path, recorded: Collection[str]) -> bool:
    """Tell whether a file in a folder of copies is no copy that this Python has made of a recorded source."""
    name = _NAME.fullmatch(path.name)
    return name is None or path.is_symlink() or str(_source(path, name)) not in recorded


def is_of_its_source(path: Path) -> bool:
    """Tell whether a copy does what its source says; one that cannot be read, or is of another Python, does not."""
    name = _NAME.fullmatch(path.name)
    if name is None:
        return False
    try:
        data, source = path.read_bytes(), _source(path, name)
        if data[:4] != MAGIC_NUMBER:
            return False
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            wanted = compile(source.read_bytes(), str(source), "exec", dont_inherit=True, optimize=int(name[2] or 0))
        return _equal(marshal.loads(data[_HEAD:]), wanted)  # noqa: S302  (read, and never run)
    except (OSError, ValueError, EOFError, TypeError, SyntaxError, RecursionError):
        return False


def _source(path: Path, name: re.Match[str]) -> Path:
    return path.parents[1] / f"{name[1]}.py"


def _equal(one: object, other: object) -> bool:
    """Compare two pieces of code; where they come from is not compared, since an installation may have been moved."""
    if not isinstance(one, CodeType) or not isinstance(other, CodeType):
        return not isinstance(one, CodeType) and not isinstance(other, CodeType)
    return (
        one == other
        and all(getattr(one, name) == getattr(other, name) for name in _UNCOMPARED)
        and all(map(_equal, one.co_consts, other.co_consts))
    )
