"""From untrusted text to checked things: a share, an envelope, or a reason why not.

Codes from paper are taken strictly, as splitkit prints them; what typed lines forgive is the table 'Text rules' of
docs/format.md.  A rejection never quotes the text.
"""

import enum
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, groupby
from types import NoneType
from typing import Any, TypeAlias

from shamir_mnemonic.wordlist import WORD_INDEX_MAP

from splitkit.errors import TooNewError, UnreadableError
from splitkit.quorum.envelope import Envelope, decode_envelope
from splitkit.quorum.mnemonic import indices_of_digits, word_index
from splitkit.quorum.scan import MAX_TEXT, SHARE_DIGITS, SHARE_WORDS, Line, is_recipient
from splitkit.quorum.share import DamagedShareError, NotAShareError, Share, share_from_indices
from splitkit.quorum.textform import (
    ILLEGIBLE,
    SEPARATORS,
    EnvelopeLine,
    has_mark,
    illegible_line,
    parse_line,
    parse_symbol,
    plain,
    symbol_as_typed,
)

_CODE_WORDS = re.compile(r"[A-Z]+(?: [A-Z]+)+", re.ASCII)
_FEWEST_WORDS = 10
_TYPED_DIGITS = re.compile(rf"[0-9{SEPARATORS}]+", re.ASCII)
_TYPED_WORDS = re.compile(rf"[A-Za-z0-9?{SEPARATORS}]+", re.ASCII)
_TOKEN = re.compile(r"[0-9]+|[A-Za-z?]+", re.ASCII)
_MOST_DIGITS = 2
"""Of the number of a word."""

_ROWS, _COLUMNS = 11, 3
"""How the words stand on a sheet, numbered down the columns."""

MAX_ILLEGIBLE_LINES = 64
"""Different typed lines of envelopes with an illegible character that are solved; each may take half a second."""


class Reason(enum.Enum):
    """Why a text is neither a share nor an envelope."""

    DAMAGED_SHARE = "the check of this share fails"
    FOREIGN_SHARE = "not a splitkit share"
    BAD_ENVELOPE = "the envelope breaks the rules of the format"
    TOO_NEW = "made by a newer splitkit"
    BAD_LINE = "a typed line of a sheet does not fit"
    RECIPIENT = "the recipient of a set, from a public record"
    OTHER_CODE = "not a splitkit code"


@dataclass(frozen=True)
class Rejection:
    """A text that was refused; *detail* is for people and quotes nothing."""

    reason: Reason
    detail: str
    identifier: int | None = None
    """For a sound share of another kind: the 15 bits it claims."""
    riddle: tuple[int | None, ...] = field(default=(), repr=False)
    """For a typed share that is damaged: its 33 word indices, None for an illegible one; the checksum may solve it."""


Finding: TypeAlias = Share | Envelope | Rejection


def read_code(text: str) -> Finding:
    """Return what a code on paper holds."""
    if len(text) > MAX_TEXT or not text.isascii():
        return _other()
    if has_mark(text):
        return _read_symbol(text)
    if is_recipient(text):
        return Rejection(Reason.RECIPIENT, Reason.RECIPIENT.value)
    if text.isdigit() and len(text) == SHARE_DIGITS:
        return _read_indices(indices_of_digits(text))
    if _CODE_WORDS.fullmatch(text):
        words = text.lower().split(" ")
        if len(words) >= _FEWEST_WORDS and all(word in WORD_INDEX_MAP for word in words):
            return _read_indices([WORD_INDEX_MAP[word] for word in words])
    return _other()


@dataclass(frozen=True)
class _Word:
    """One typed word: its index in the word list, None where it is illegible or not listed, and its printed number."""

    index: int | None = field(repr=False)
    number: int | None
    marked: bool
    """Whether `?` was typed for it."""


_Words: TypeAlias = tuple[_Word, ...]
_Loose: TypeAlias = tuple[str, _Words | None]
"""The words of a line, and where it stood; None for an empty one."""


def read_line(text: str) -> Finding | EnvelopeLine:
    """Return what a typed line holds by itself; a hand-held scanner's line is read alike."""
    read = _read(plain(text))
    return _share_of([read]) if isinstance(read, tuple) else read


def read_typed(lines: Iterable[Line]) -> Iterator[tuple[str, Finding | EnvelopeLine]]:
    """Return what typed lines hold, each with where it stood.

    The words of a share stand on lines that follow each other, with empty ones between them or not.  Whole lines that are a sound
    share are taken first, so that nothing around them is in their way: a name above it, or another share with a word too few.
    """
    for loose, group in groupby(_read_each(lines), key=lambda one: isinstance(one[1], tuple | NoneType)):
        those = list(group)
        yield from _shares_among(those) if loose else those


def _shares_among(lines: Sequence[_Loose]) -> Iterator[tuple[str, Finding]]:
    """Return the sound shares in lines of words, and what is collected from the lines between them."""
    left, at = list[_Loose](), 0
    while at < len(lines):
        end = _end_of_share(lines, at)
        found = _share_of([words for _, words in lines[at:end] if words]) if end else None
        if isinstance(found, Share):
            yield from _collected(left)
            yield _place(lines[at:end]), found
            left, at = [], end
        else:
            left.append(lines[at])
            at += 1
    yield from _collected(left)


def _end_of_share(lines: Sequence[_Loose], at: int) -> int:
    """Return where the whole lines end that begin here and have as many words as a share; 0 where none do."""
    count = 0
    for end in range(at + 1, len(lines) + 1 if lines[at][1] else 0):
        count += len(lines[end - 1][1] or ())
        if count >= SHARE_WORDS:
            return end if count == SHARE_WORDS else 0
    return 0


def _collected(lines: Iterable[_Loose]) -> Iterator[tuple[str, Finding]]:
    """Put lines together of which no whole ones are a sound share.

    What is collected before an empty line goes on after it, unless with all the words up to the next one it would not come out even.
    """
    collected: list[_Loose] = []
    for empty, group in groupby(lines, key=lambda one: one[1] is None):
        paragraph = [] if empty else list(group)
        words = _count(collected) + _count(paragraph)
        if words > SHARE_WORDS and words % SHARE_WORDS:
            yield from _finished(collected)
            if _is_headed(paragraph):
                yield paragraph.pop(0)[0], _other_line()
        for line in paragraph:
            if _count(collected) + _count([line]) > SHARE_WORDS:
                yield from _finished(collected)
            collected.append(line)
            if _count(collected) >= SHARE_WORDS:
                yield from _finished(collected)
    yield from _finished(collected)


def _is_headed(lines: Sequence[_Loose]) -> bool:
    """Tell whether a few words stand above lines that are a share without them, and are none with them."""
    counts = list(accumulate(_count([line]) for line in lines))
    return counts[0] <= _COLUMNS and counts[-1] - counts[0] == SHARE_WORDS and SHARE_WORDS not in counts


def _read_each(lines: Iterable[Line]) -> Iterator[tuple[str, Any]]:
    """Read each line by itself: an empty one, and a comment, is None."""
    illegible = set[tuple[int, int, str]]()
    for line in lines:
        text = plain(line.scan.text)
        unclear = illegible_line(text)
        if unclear:
            illegible.add(unclear)
        if not text or text.startswith("#"):
            yield line.source, None
        elif unclear and len(illegible) > MAX_ILLEGIBLE_LINES:
            detail = f"more than {MAX_ILLEGIBLE_LINES} lines have illegible characters: this one was not tried"
            yield line.source, Rejection(Reason.BAD_LINE, detail)
        else:
            yield line.source, _read(text)


def _count(lines: Iterable[_Loose]) -> int:
    return sum(len(words or ()) for _, words in lines)


def _finished(collected: list[_Loose]) -> Iterator[tuple[str, Finding]]:
    """Take what was collected for a share, if there is anything."""
    if collected:
        yield _place(collected), _share_of([words for _, words in collected if words])
        collected.clear()


def _place(lines: Sequence[_Loose]) -> str:
    first, last = lines[0][0], lines[-1][0]
    return first if len(lines) == 1 else f"{first} to {last}"


def _read(text: str) -> Finding | EnvelopeLine | _Words:
    """Read a plain line; words are not judged yet, as more of them may follow."""
    if len(text) > MAX_TEXT or not text.isascii():
        return _other_line()
    symbol = symbol_as_typed(text)
    if symbol:
        return _read_symbol(symbol)
    try:
        line = parse_line(text)
    except UnreadableError as error:
        return Rejection(Reason.BAD_LINE, error.fact)
    if line:
        return line
    if _TYPED_DIGITS.fullmatch(text):
        return _read_typed_digits("".join(_TOKEN.findall(text)))
    words = _typed_words(text) if _TYPED_WORDS.fullmatch(text) else ()
    return words if len(words) == 1 or (words and _mostly_listed(words)) else _other_line()


def _typed_words(text: str) -> _Words:
    """Return the words of a line, or none where a number in it has no word behind it."""
    words: list[_Word] = []
    number: int | None = None
    for token in _TOKEN.findall(text):
        if token[0].isdigit():
            if number is not None or len(token) > _MOST_DIGITS:
                return ()
            number = int(token)
        else:
            words.append(_Word(word_index(token), number, not token.strip(ILLEGIBLE)))
            number = None
    return tuple(words) if number is None else ()


def _mostly_listed(words: Sequence[_Word]) -> bool:
    """Tell whether no more words are foreign to the list than are on it; what is marked illegible is neither."""
    listed = sum(word.index is not None for word in words)
    return sum(word.index is None and not word.marked for word in words) <= listed


def _read_typed_digits(digits: str) -> Finding:
    if len(digits) != SHARE_DIGITS:
        return Rejection(Reason.BAD_LINE, f"a share has {SHARE_DIGITS} digits, this line has {len(digits)}")
    indices = indices_of_digits(digits)
    return _with_riddle(_read_indices(indices), indices or ())


def _share_of(lines: Sequence[_Words]) -> Finding:
    """Return the share that the words of one line or of several are."""
    words = [word for line in lines for word in line]
    if not _mostly_listed(words):
        return _other_line()
    if len(words) != SHARE_WORDS:
        these = "this line has" if len(lines) == 1 else "these lines have"
        return Rejection(Reason.BAD_LINE, f"a share has {SHARE_WORDS} words, {these} {len(words)}")
    by_number = {word.number: word for word in words}
    numbered = set(by_number) == set(range(1, SHARE_WORDS + 1))
    if numbered:
        words = [by_number[number] for number in range(1, SHARE_WORDS + 1)]
    indices = tuple(word.index for word in words)
    unknown = [str(at) for at, index in enumerate(indices, start=1) if index is None]
    if unknown:
        plural = "s" if len(unknown) > 1 else ""
        detail = f"word{plural} {', '.join(unknown)} illegible or not in the word list"
        return Rejection(Reason.DAMAGED_SHARE, detail, riddle=indices)
    whole = [index for index in indices if index is not None]
    found = _read_indices(whole)
    if not numbered and not isinstance(found, Share) and [len(line) for line in lines] == [_COLUMNS] * _ROWS:
        across = _read_indices([whole[_COLUMNS * row + column] for column in range(_COLUMNS) for row in range(_ROWS)])
        if isinstance(across, Share):
            return across
    return _with_riddle(found, indices)


def _with_riddle(finding: Finding, indices: tuple[int | None, ...]) -> Finding:
    """A typed share whose check fails may have one wrong word, which the checksum can find."""
    if isinstance(finding, Rejection) and finding.reason is Reason.DAMAGED_SHARE:
        return replace(finding, riddle=indices)
    return finding


def _read_symbol(text: str) -> Finding:
    try:
        raw = parse_symbol(text)
        return _other() if raw is None else decode_envelope(raw)
    except TooNewError as error:
        return Rejection(Reason.TOO_NEW, error.fact)
    except UnreadableError:
        return Rejection(Reason.BAD_ENVELOPE, Reason.BAD_ENVELOPE.value)


def _read_indices(indices: Sequence[int] | None) -> Finding:
    if indices is None:
        return Rejection(Reason.DAMAGED_SHARE, Reason.DAMAGED_SHARE.value)
    try:
        return share_from_indices(indices)
    except DamagedShareError:
        return Rejection(Reason.DAMAGED_SHARE, Reason.DAMAGED_SHARE.value)
    except NotAShareError:
        claimed = (indices[0] << 5 | indices[1] >> 5) if len(indices) == SHARE_WORDS else None
        return Rejection(Reason.FOREIGN_SHARE, Reason.FOREIGN_SHARE.value, claimed)


def _other_line() -> Rejection:
    return Rejection(Reason.OTHER_CODE, "it is neither a share nor an envelope")


def _other() -> Rejection:
    return Rejection(Reason.OTHER_CODE, Reason.OTHER_CODE.value)


@dataclass
class LineCollector:
    """Puts typed envelope lines together, in any order."""

    lines: dict[tuple[int, int], EnvelopeLine] = field(default_factory=dict)
    """By total and number."""
    conflicts: set[tuple[int, int]] = field(default_factory=set)

    def add(self, line: EnvelopeLine) -> None:
        """Take one sound line; the same line twice is fine."""
        at = (line.total, line.number)
        if self.lines.setdefault(at, line) != line:
            self.conflicts.add(at)

    def findings(self) -> list[Finding]:
        """Return the envelopes that are complete, and what is wrong with the others."""
        return [self._assemble(total) for total in sorted({total for total, _ in self.lines})]

    def _assemble(self, total: int) -> Finding:
        twice = [str(number) for number in range(1, total + 1) if (total, number) in self.conflicts]
        if twice:
            detail = (
                f"line {', '.join(twice)} of {total}: these are lines of two envelopes; type those of one sheet alone"
            )
            return Rejection(Reason.BAD_LINE, detail)
        missing = [str(number) for number in range(1, total + 1) if (total, number) not in self.lines]
        if missing:
            return Rejection(Reason.BAD_LINE, f"envelope line {', '.join(missing)} of {total} is missing")
        try:
            return decode_envelope(b"".join(self.lines[total, number].data for number in range(1, total + 1)))
        except TooNewError as error:
            return Rejection(Reason.TOO_NEW, error.fact)
        except UnreadableError:
            return Rejection(Reason.BAD_ENVELOPE, Reason.BAD_ENVELOPE.value)
