"""How a file is called in a message: safe to print, and never a text that somebody pasted in its place."""

import os
import re
from itertools import chain, count
from pathlib import Path

SHOWN = 60
"""Letters of a name that are shown at most."""

_PLAIN = re.compile(
    r"[\w ./~+-]*(/[\w +-]+|\.(age|ics|ini|jpe?g|json|jsonl|ledger|pdf|png|sk1|svg|toml|txt|x?html|yaml))",
    re.IGNORECASE,
)
"""What is the name of a file and nothing else: a folder before it, or an ending that files have here."""


def shown(name: str) -> str:
    """Return *name* safe to print: what is not printable is escaped, and of a long one the end is kept."""
    safe = "".join(letter if letter.isprintable() else _escaped(letter) for letter in name)
    return safe if len(safe) <= SHOWN else "..." + safe[3 - SHOWN :]


def named(name: object, what: str = "the file") -> str:
    """Return how a message calls *what* people typed the *name* of: with the name, if it is there or can be nothing but a file.

    Anything else may be a password, or the words of a share, that somebody put in its place.
    """
    text = str(name)
    return f"{what} '{shown(text)}'" if _PLAIN.fullmatch(text) or _is_there(text) else f"{what} that was named"


def _is_there(name: str) -> bool:
    try:
        return os.path.lexists(name)
    except ValueError:
        return False


def _escaped(letter: str) -> str:
    code = ord(letter)
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file name that is not UTF-8
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def free_name(usual: str) -> str:
    """Return the usual name of a file or folder, or the next one that is not taken."""
    path = Path(usual)
    others = (str(path.with_stem(f"{path.stem}-{number}")) for number in count(2))
    return next(name for name in chain([usual], others) if not Path(name).exists())
