"""TOML files that people wrote: read strictly, and refused without a quote."""

import codecs
import re
import tomllib
from typing import Any

from splitkit.errors import UsageError

_MOST_PARTS = 30
_PART = r"""(?:"(?:\\.|[^"\\\n])*"|'[^'\n]*'|(?<![\w-])[\w-]+)"""
_LONG_NAME = re.compile(rf"(?:{_PART}[ \t]*\.[ \t]*){{{_MOST_PARTS}}}")
"""A name of so many parts that Python reads it for minutes."""

_TWICE = ("Cannot ", "Duplicate ")
"""How Python begins what it says of a key, or of a table, that came before."""


def parse_toml(data: bytes, what: str) -> dict[str, Any]:
    """Return what a TOML file says; *what* it is goes into the message, such as 'the plan'.

    Raises:
        UsageError: If it is no TOML, or holds what Python cannot read.
    """
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8")  # Windows puts one there
        if long := _LONG_NAME.search(text):
            line = text.count("\n", 0, long.start()) + 1
            raise UsageError(
                f"{what} (line {line}): a name has more than {_MOST_PARTS} parts", "look at its full stops"
            )
        return tomllib.loads(text)
    except UnicodeDecodeError:
        raise UsageError(f"{what} is not UTF-8 text", "save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        twice = str(error).startswith(_TWICE)
        hint = "a key may be given only once" if twice else "look there for a sign that is missing, or is one too many"
        raise UsageError(f"{what} is not valid TOML: {_position(error, text)}", hint) from None
    except RecursionError:
        raise UsageError(f"{what} is nested too deeply", "check that it is the right file") from None
    except ValueError:  # a number of more digits than Python turns into one
        raise UsageError(f"{what} holds a number that is too long", "check that it is the right file") from None


def _position(error: tomllib.TOMLDecodeError, text: str) -> str:
    """Only the place of a mistake: the message itself may quote what stands there."""
    found = re.search(r"line [0-9]+, column [0-9]+(?=\)$)", str(error))
    return f"at {found[0]}" if found else f"at its end, line {text.rstrip().count(chr(10)) + 1}"


def toml_text(text: str) -> str:
    """Return a text as TOML writes it; what splitkit writes there is printable, so only two characters need care."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
