"""From untrusted text to checked things: a share, an envelope, or a reason why not.

Codes from paper are taken strictly, as splitkit prints them; typed lines forgive case, spaces, word numbers and missing
word endings.  A rejection never quotes the text.
"""

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from shamir_mnemonic.wordlist import WORD_INDEX_MAP

from splitkit.errors import TooNewError, UnreadableError
from splitkit.quorum.envelope import Envelope, decode_envelope
from splitkit.quorum.mnemonic import indices_of_digits, word_index
from splitkit.quorum.scan import MAX_TEXT, SHARE_DIGITS, SHARE_WORDS, is_recipient
from splitkit.quorum.share import DamagedShareError, NotAShareError, Share, share_from_indices
from splitkit.quorum.textform import EnvelopeLine, has_mark, parse_line, parse_symbol, symbol_as_typed

_CODE_WORDS = re.compile(r"[A-Z]+(?: [A-Z]+)+", re.ASCII)
_TYPED_WORD = re.compile(r"[A-Za-z]+|\?", re.ASCII)
_TYPED_NUMBER = re.compile(r"[0-9]{1,2}[.):]?", re.ASCII)
_FEWEST_WORDS = 10


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


def read_line(text: str) -> Finding | EnvelopeLine:
    """Return what a typed line holds; a hand-held scanner's line is read alike."""
    text = text.strip()
    if len(text) > MAX_TEXT or not text.isascii():
        return _other_line()
    if has_mark(text):
        return _read_symbol(symbol_as_typed(text))
    try:
        line = parse_line(text)
    except UnreadableError as error:
        return Rejection(Reason.BAD_LINE, error.fact)
    if line:
        return line
    joined = "".join(text.split())
    if joined.isdigit():
        return _read_typed_digits(joined)
    return _read_typed_words(text.replace(",", " ").split())


def _read_typed_digits(digits: str) -> Finding:
    if len(digits) != SHARE_DIGITS:
        return Rejection(Reason.BAD_LINE, f"a share has {SHARE_DIGITS} digits, this line has {len(digits)}")
    indices = indices_of_digits(digits)
    return _with_riddle(_read_indices(indices), indices or ())


def _read_typed_words(tokens: Sequence[str]) -> Finding:
    words = [token for token in tokens if not _TYPED_NUMBER.fullmatch(token)]
    if not words or not all(_TYPED_WORD.fullmatch(word) for word in words):
        return _other_line()
    indices = tuple(word_index(word) for word in words)
    unknown = [str(at) for at, index in enumerate(indices, start=1) if index is None]
    if len(unknown) > len(words) // 2:
        return _other_line()
    if len(words) != SHARE_WORDS:
        return Rejection(Reason.BAD_LINE, f"a share has {SHARE_WORDS} words, this line has {len(words)}")
    if unknown:
        plural = "s" if len(unknown) > 1 else ""
        detail = f"word{plural} {', '.join(unknown)} illegible or not in the word list"
        return Rejection(Reason.DAMAGED_SHARE, detail, riddle=indices)
    return _with_riddle(_read_indices([index for index in indices if index is not None]), indices)


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
            detail = f"line {', '.join(twice)} of {total}: these are lines of two envelopes"
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
