"""Packs of people's own: read as strictly as those that come with splitkit, and then for what those cannot be mistaken for."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Any

from splitkit.errors import UsageError
from splitkit.ledger.events import EVENTS
from splitkit.ledger.freetext import check_free_text
from splitkit.packs.pack import Pack, find_pack, pack_in
from splitkit.packs.packfile import MOST_BYTES, read_file
from splitkit.packs.procedures import Procedure

_CODE = re.compile("[XYZ][0-9]+")
"""The code of a procedure of people's own, and of no other."""

_COMMENT = re.compile(r"""(?:[^"'#]|"(?:\\.|[^"\\])*"|'[^']*')*+#(.*)""")
"""The comment of a line: what stands in quotes before it is none."""

_ENTRIES = re.compile(r"\bentr(?:y|ies) ((?:'[^']*'(?:, | and | or )?)+)")
"""What a proof calls an entry."""

_PAGES = frozenset({"source", "sources"})


def parse_own(data: bytes, today: dt.date) -> Pack:
    """Return the pack of people's own that a TOML file describes, as it may count on a day.

    Raises:
        UsageError: As `parse_pack`; also if it has the code of a pack that comes with splitkit, or of a procedure of one; if it was looked
            up later than that day; if a proof names an entry that is none; or if any text, or a comment, looks like a password or a share.
    """
    file = read_file(data)
    pack = pack_in(file)
    if ours := find_pack(pack.code):
        if ours == pack:
            return pack
        raise UsageError("a pack that comes with splitkit has the code of this one", "give yours a code of its own")
    if pack.looked_up > today:
        raise UsageError("the pack was looked up on a day that has not come", "write the day of 'looked_up' right")
    for one in pack.procedures:
        if not _CODE.fullmatch(one.code):
            fact = f"procedure {one.code}: its code may be that of a pack that comes with splitkit"
            raise UsageError(fact, "begin codes of your own with X, Y or Z")
        _check_proofs(one, file.lines)
    for text in _texts(file.values):
        _check(text, _line_of(text, file.lines))
    for at, line in enumerate(file.lines, 1):
        if (found := _COMMENT.match(line)) and (comment := found[1].strip(" \t\r#")):
            _check(comment, at)
    return pack


def _check_proofs(one: Procedure, lines: Sequence[str]) -> None:
    for proof in [step.proof for step in one.steps]:
        named = [name for found in _ENTRIES.findall(proof) for name in re.findall("'([^']*)'", found)]
        if not set(named) <= set(EVENTS):
            fact = f"procedure {one.code} (line {_line_of(proof, lines)}): 'proof' names an entry that is none"
            raise UsageError(fact, "an entry is called as docs/format.md has it, such as 'reveal'")


def _line_of(text: str, lines: Sequence[str]) -> int:
    return next((at for at, line in enumerate(lines, 1) if text[:20] in line), 1)


def _texts(value: Any) -> Iterator[str]:
    """Yield every text of a table but the addresses of pages, which have long numbers."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from () if key in _PAGES else _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _check(text: str, line: int) -> None:
    try:
        # In a page of prose stand as many short words as in a share; in a sentence they do not.
        for sentence in re.split(r"[.,;:]\s+", text):
            check_free_text(sentence.strip() or ".", MOST_BYTES, accounts=True)
    except UsageError as error:
        raise UsageError(f"the pack (line {line}): a text {error.fact}", error.hint) from None
