"""Read-back: is the printed page the very page that was made?

Four things are asked, and each must be right: what the three symbols say, four of the printed words, one printed line of
the envelope, and the size.  Of what a hand-held scanner types nobody knows where it comes from: then more is asked.  It is another
part of the sheet each time.  Nothing is forgiven: a page that cannot be proven is a spoilt page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from splitkit.errors import UsageError
from splitkit.paper.documents import Sheet
from splitkit.paper.geometry import Paper
from splitkit.quorum.anchor import Anchor
from splitkit.quorum.gathering import gather
from splitkit.quorum.judge import judge
from splitkit.quorum.mnemonic import word_index
from splitkit.quorum.scan import Page
from splitkit.quorum.verdicts import SheetVerdict, Status
from splitkit.secret.entropy import Entropy

if TYPE_CHECKING:
    from splitkit.issue.make import IssuedSet
    from splitkit.ledger.events import ReadingResult

ASKED_WORDS, ASKED_LINES = 4, 1
IF_TYPED = 2
"""How many times as much is asked where what was read was typed, or came from what types."""
SIZE_TOLERANCE = 0.02
"""A symbol may be that much larger or smaller than it was made; a queue that scales takes 3 % and more."""

_MILLIMETRES = re.compile(r"[0-9]{1,3}([.][0-9]{1,2})?")


@dataclass(frozen=True)
class ReadBack:
    """The verdict on one page."""

    result: ReadingResult
    """What the page is, as the ledger says it."""
    fact: str
    """What was found, in words."""
    margin: int | None = None
    """The least unused error correction of its symbols, in percent."""


@dataclass(frozen=True)
class Challenge:
    """What the custodian types from the paper."""

    words: tuple[int, ...]
    """Places of the words that are asked for, from 1."""
    lines: tuple[int, ...]
    """Numbers of the lines of the envelope, from 1."""
    sheet: Sheet = field(repr=False)

    def words_of(self, typed: str) -> dict[int, str]:
        """Return the words that were typed, each by its place.

        Raises:
            UsageError: If they are more or fewer than were asked for.
        """
        words = typed.split()
        if len(words) != len(self.words):
            raise UsageError(f"{len(self.words)} words are asked for", "type them all, with spaces between")
        return dict(zip(self.words, words, strict=True))

    def word_fault(self, place: int, typed: str) -> str:
        """Return nothing if *typed* is the word at *place*, or its first four letters at least; else what is wrong.

        Raises:
            UsageError: If it is no word of any sheet: a slip of the finger.
        """
        letters = typed.strip()
        if word_index(letters) is None:
            raise UsageError("this is not a word of a sheet", "look at the paper; four letters of the word are enough")
        same = self.sheet.words[place - 1].startswith(letters.upper())
        return "" if same else f"word {place} as typed is not what was made"

    def line_fault(self, line: int, typed: str) -> str:
        """Return nothing if *typed* is that line, with or without its number, in any case and spacing; else what is wrong.

        Raises:
            UsageError: If it is no line of any envelope: a slip of the finger.
        """
        number, _, rest = self.sheet.envelope_lines[line - 1].partition(" ")
        bare = _bare(typed)
        if bare in (_bare(rest), _bare(number + rest)):
            return ""
        if abs(len(bare) - len(_bare(rest))) > len(_bare(number)):
            raise UsageError("this is too short or too long for a line", "type the whole line, group by group")
        return f"envelope line {line} as typed is not what was made"


def _bare(text: str) -> str:
    return re.sub(r"[\s-]", "", text.upper()).translate(str.maketrans("018", "OIB"))


def challenge(sheet: Sheet, entropy: Entropy, before: Sequence[Challenge] = (), *, typed: bool = False) -> Challenge:
    """Draw places of words and lines, each equally likely among those that were not asked *before*, as long as there are enough.

    *typed* tells whether what was read of the sheet was typed, or came from what types.
    """
    times = IF_TYPED if typed else 1
    words, lines = ([number for one in before for number in numbers(one)] for numbers in (_words, _lines))
    return Challenge(
        _drawn(len(sheet.words), ASKED_WORDS * times, words, entropy),
        _drawn(len(sheet.envelope_lines), ASKED_LINES * times, lines, entropy),
        sheet,
    )


def _words(asked: Challenge) -> tuple[int, ...]:
    return asked.words


def _lines(asked: Challenge) -> tuple[int, ...]:
    return asked.lines


def _drawn(last: int, count: int, before: Sequence[int], entropy: Entropy) -> tuple[int, ...]:
    """Draw so many of the numbers from 1 to *last*; of those that came *before* only the ones that came long ago."""
    numbers = [number for number in range(1, last + 1) if number not in before[-(last - count) or last :]]
    return tuple(sorted(numbers.pop(entropy.below(len(numbers))) for _ in range(count)))


def judge_page(live: IssuedSet, number: str, pages: Sequence[Page], *, drawn: bool = False) -> ReadBack:
    """Judge what was read of one printed sheet, which should be that of *number*.

    Args:
        live: The set as it was made.
        number: The sheet that was printed.
        pages: What was read: one picture, or what a camera was shown of one sheet.
        drawn: Whether a page that a program drew is taken for paper, as a rehearsal without a printer must.
    """
    expected = live.symbols(number)
    texts = {scan.text for page in pages for scan in page.scans}
    judgement = judge(gather(pages, []), Anchor(live.envelope.fingerprint))
    if strange := _strange(number, judgement.sheets):
        return strange
    if not drawn and any(page.drawn for page in pages):  # no paper was read, and so none that is not the right one
        return ReadBack(
            "damaged",
            "a program drew this picture, or it is in pure black and white: scan the printed paper in grey",
        )
    missing = [name for name, text in expected.items() if text not in texts]
    if len(missing) == len(expected):
        return ReadBack("damaged", _problem(pages) or "nothing of a sheet was read on it")
    if missing:
        return ReadBack("damaged", f"not every symbol was read; missing: {', '.join(missing)}")
    margins = [scan.margin for page in pages for scan in page.scans if scan.margin is not None]
    return ReadBack("sound", "all three codes are those that were made", _percent(margins))


_STRANGE: Mapping[Status, ReadingResult] = {
    Status.FORGED: "forged",
    Status.OTHER_SET: "foreign",
    Status.UNMATCHED: "foreign",
}


def _strange(number: str, sheets: Sequence[SheetVerdict]) -> ReadBack | None:
    """Return the verdict on a picture that shows something else than the sheet in hand, or shows more than it."""
    for sheet in sheets:
        if sheet.status in _STRANGE:
            return ReadBack(
                _STRANGE[sheet.status], f"a sheet that is not of this set, or not as it was made: {sheet.status.value}"
            )
        seen = sheet.code or number
        if seen != number:
            return ReadBack("foreign", f"this is sheet {seen}, and sheet {number} was printed")
    return None


def _problem(pages: Sequence[Page]) -> str:
    return next((page.problem for page in pages if page.problem), "")


def _percent(margins: Sequence[float]) -> int | None:
    return int(100 * min(margins)) if margins else None


def nominal_mm(paper: Paper) -> float:
    """Return the width of the code SHARE, big, of a sheet, in millimetres."""
    return paper.layout.words.size


def size_fault(typed: str, paper: Paper) -> str:
    """Return nothing if the typed width of the code SHARE, big, in millimetres, is right within 2 %; else what is wrong.

    Raises:
        UsageError: If it is no such width: less than half of it, or more than twice.
    """
    right, number = nominal_mm(paper), typed.strip().replace(",", ".")
    measured = float(number) if _MILLIMETRES.fullmatch(number) else 0.0
    if not right / 2 <= measured <= right * 2:
        raise UsageError(
            f"this is not the width of a symbol of {right:g} mm",
            "measure from edge to edge of the black, and type 74.5 or such",
        )
    if abs(measured - right) <= SIZE_TOLERANCE * right:
        return ""
    return f"the code SHARE, big, measures {measured:g} mm and should measure {right:g} mm: off by more than 2 %"
