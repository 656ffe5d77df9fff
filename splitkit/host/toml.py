"""TOML files that people wrote: read strictly, and refused without a quote."""

import tomllib
from typing import Any

from splitkit.errors import UsageError


def parse_toml(data: bytes, what: str) -> dict[str, Any]:
    """Return what a TOML file says; *what* it is goes into the message, such as 'the plan'.

    Raises:
        UsageError: If it is no TOML, or holds what Python cannot read.
    """
    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise UsageError(f"{what} is not UTF-8 text", "save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{what} is not valid TOML: {_position(error)}", "a key may be given only once") from None
    except RecursionError:
        raise UsageError(f"{what} is nested too deeply", "check that it is the right file") from None
    except ValueError:  # a number of more digits than Python turns into one
        raise UsageError(f"{what} holds a number that is too long", "check that it is the right file") from None


def _position(error: tomllib.TOMLDecodeError) -> str:
    """Only the place of a mistake: the message itself may quote what stands there."""
    return str(error).rpartition("(")[2].rstrip(")") or "somewhere"


def toml_text(text: str) -> str:
    """Return a text as TOML writes it; what splitkit writes there is printable, so only two characters need care."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
