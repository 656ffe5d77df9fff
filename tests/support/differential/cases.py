"""Cases: what both programs are given, drawn by lot from a seed, and made smaller when they do not agree."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from splitkit.quorum.envelope import fingerprint_of
from splitkit.quorum.textform import symbol_text
from tests.support.differential.pieces import (
    Dice,
    Piece,
    envelope_piece,
    forged,
    odd,
    padded_line,
    spaced,
    spoiled_piece,
    stray,
    torn,
    true_envelope,
    true_share,
)
from tests.support.differential.sets import Holding, pool

FINGERPRINT, RECORD, NO_RECORD, NEITHER, BOTH = (
    "fingerprint",
    "record",
    "no-record",
    "neither",
    "fingerprint and no-record",
)


@dataclass(frozen=True, kw_only=True)
class Case:
    """An input of both programs."""

    pieces: tuple[Piece, ...]
    ends: tuple[bytes, ...] = (b"\n",)
    """What the lines end in, by turns."""
    last: bool = True
    """Whether the last line ends too."""
    mark: bool = False
    """Whether a byte order mark comes first."""
    vouched: str = FINGERPRINT
    """What stands for the record, one of the names above."""
    words: str = ""
    """What is typed as the fingerprint."""
    mistyped: str = ""
    """How, if not as it is printed."""
    copy: bytes = b""
    """The envelope of the trusted copy."""
    of: str = ""
    """The genuine set that a right record is of."""
    practice: bool = False
    superseded: str | None = None
    identity: bool = False
    field: str = "password"

    @property
    def data(self) -> bytes:
        """What is typed."""
        lines = [line for piece in self.pieces for line in piece.lines]
        ended = [line + self.ends[at % len(self.ends)] for at, line in enumerate(lines)]
        if lines and not self.last:
            ended[-1] = lines[-1]
        return b"\xef\xbb\xbf" * self.mark + b"".join(ended)

    def told(self) -> list[str]:
        """The case in words, without a word of a share or a secret."""
        options = [
            self.vouched
            + (f" of {self.of}" if self.of else " of another")
            + (f" typed with {self.mistyped}" if self.mistyped else "")
        ]
        options += ["practice"] * self.practice + [f"superseded {self.superseded!r}"] * (self.superseded is not None)
        options += ["identity"] * self.identity + [f"field {self.field}"] * (self.field != "password")
        options += [f"lines end in {self.ends!r}"] * (self.ends != (b"\n",)) + ["byte order mark"] * self.mark
        options += ["no last end"] * (not self.last)
        return [", ".join(options), *(piece.what for piece in self.pieces)]


def drawn(place: str) -> Case:
    """The case of a seed and a number."""
    dice = Dice(place)
    dice.rough = dice.choice([0.0, 0.1, 0.2, 1.0])
    held = dice.choice(pool())
    return _optioned(held, _pieces(held, dice), dice)


def _pieces(held: Holding, dice: Dice) -> list[Piece]:
    pieces = [true_share(held, number, dice) for number in _numbers(held, dice)]
    pieces += [true_envelope(held, dice) for _ in range(dice.choice([1, 1, 1, 1, 1, 1, 2, 0]))]
    if dice.random() < 0.25:
        pieces += _of_other_sets(held, dice)
    while dice.random() < 0.3:
        pieces += forged(held, dice)
    while dice.random() < 0.2:
        pieces.append(stray(dice))
    if dice.random() < 0.1:
        pieces.append(dice.choice(pieces or [stray(dice)]))
    pieces = [_worn(piece, dice) for piece in pieces]
    if dice.random() < 0.7:
        dice.shuffle(pieces)
    return _mingled(pieces, dice) if dice.strays(0.3) else pieces


def _mingled(pieces: list[Piece], dice: Dice) -> list[Piece]:
    """With lines of one between those of another, and empty lines and strays anywhere."""
    if dice.random() < 0.5:
        pieces = [line for piece in pieces for line in (torn(piece, dice) if dice.random() < 0.5 else [piece])]
    if dice.random() < 0.3:
        at, to = dice.randrange(len(pieces) + 1), dice.randrange(len(pieces) + 1)
        pieces = [*pieces[:at], *pieces[to:], *pieces[at:to]] if at < to else [*pieces[:to], *reversed(pieces[to:])]
    if len(pieces) > 300:
        return pieces
    often = dice.choice([0.0, 0.1, 0.5])
    return [
        one
        for piece in pieces
        for one in ([Piece("an empty line", (b"",)), piece] if dice.random() < often else [piece])
    ]


def _numbers(held: Holding, dice: Dice) -> list[str]:
    """The sheets that are brought: a quorum as a rule; too few, more, or any."""
    match dice.randrange(10):
        case 0:
            return list(held.smallest[:-1])
        case 1:
            return dice.sample(list(held.shares), dice.randrange(len(held.shares) + 1))
        case 2:
            return list(held.shares)
        case 3 | 4:
            return [*held.smallest, dice.choice(list(held.shares))]
        case _:
            return list(held.smallest)


def _of_other_sets(held: Holding, dice: Dice) -> Iterator[Piece]:
    line = [one for one in pool() if one.envelope.header.line == held.envelope.header.line and one is not held]
    for _ in range(dice.choice([1, 1, 2])):
        other = dice.choice(line if line and dice.random() < 0.7 else pool())
        numbers = other.smallest[: dice.choice([0, 1, 99])]
        yield from (true_share(other, number, dice) for number in numbers)
        if dice.random() < 0.8 or not numbers:
            yield true_envelope(other, dice)


def _worn(piece: Piece, dice: Dice) -> Piece:
    if dice.strays(0.15):
        piece = spaced(piece, dice)
    if dice.strays(0.01) and piece.lines:
        piece = padded_line(piece, dice)
    return spoiled_piece(piece, dice) if dice.strays(0.15) and piece.lines else piece


def _optioned(held: Holding, pieces: list[Piece], dice: Dice) -> Case:
    vouched = dice.choices([FINGERPRINT, RECORD, NO_RECORD, NEITHER, BOTH], [52, 10, 28, 9, 1])[0]
    of, words, copy = held.name, held.fingerprint, held.envelope.raw
    if dice.random() < 0.1:
        what, copy = odd(held, dice)
        of, words, vouched = "", " ".join(fingerprint_of(copy)), FINGERPRINT if vouched == RECORD else vouched
        pieces = [*(piece for piece in pieces if "envelope" not in piece.what), envelope_piece(what, copy, dice)]
    elif dice.random() < 0.06:
        other = dice.choice(pool())
        of, words, copy = other.name, other.fingerprint, other.envelope.raw
    mistyped = ""
    if dice.random() < 0.05:
        mistyped, words = _mistyped(words, dice)
    usual = held.practice if dice.random() < 0.95 else not held.practice
    return Case(
        pieces=tuple(pieces),
        ends=tuple(dice.choices(ENDS, OFTEN, k=dice.choice([1, 1, 3]))) if dice.strays(1) else (b"\n",),
        last=not dice.strays(0.1),
        mark=dice.random() < 0.03,
        vouched=vouched,
        words=words,
        mistyped=mistyped,
        copy=copy,
        of=of,
        practice=usual,
        superseded=dice.choices([None, "a test", "", " "], [70, 28, 1, 1])[0],
        identity=dice.random() < 0.04,
        field=dice.choices(["password", "user", "account", "note"], [85, 5, 5, 5])[0],
    )  # fmt: skip


ENDS = (
    b"\n",
    b"\r\n",
    b"\r",
    b"\x0b",
    b"\x0c",
    b"\x1c",
    b"\x85",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
    b"\n\n",
    b" \n",
    b"\n\r",
    b"\r\r\n",
)
OFTEN = (80, 6, 3, 1, 1, 1, 1, 1, 1, 2, 2, 1, 1)


def _mistyped(words: str, dice: Dice) -> tuple[str, str]:
    """The fingerprint as people type it, rightly and wrongly: how, and the text."""
    row, at = words.split(), dice.randrange(12)
    rows = [" ".join(row[start : start + 4]) for start in (0, 4, 8)]
    ways = {
        "upper case": words.upper(),
        "F before": "F " + words,
        "f before, wide": "f  " + words.replace(" ", "  "),
        "commas": ", ".join(row),
        "four letters": " ".join(word[:4] for word in row),
        "three letters": " ".join(word[:3] for word in row),
        "rows": "\n".join(rows),
        "F before each row": "\n".join("F " + part for part in rows),
        "tabs": "\t".join(row) + "\r\n",
        "no-break spaces": "\u00a0".join(row),
        "unit separators": "\x1f".join(row),
        "vertical tabs": "\x0b".join(row),
        "11 words": " ".join(row[:11]),
        "13 words": " ".join([*row, "zero"]),
        "a question mark": " ".join([*row[:at], "?", *row[at + 1 :]]),
        "a word of no list": " ".join([*row[:at], "xyzzy", *row[at + 1 :]]),
        "another word": " ".join([*row[:at], "zero" if row[at] != "zero" else "acid", *row[at + 1 :]]),
        "numbered with dots": " ".join(f"{number}. {word}" for number, word in enumerate(row, 1)),
        "numbered": " ".join(f"{number} {word}" for number, word in enumerate(row, 1)),
        "L before": "L " + words,
        "empty": "",
        "a space": " ",
        "a full stop": words + ".",
        "F behind": words + " F",
        "33 words": " ".join((row * 3)[:33]),
        "hyphens": "-".join(row),
        "a letter of another script": words.replace("e", "\u0435", 1),
        "a Kelvin sign": words.upper().replace("K", "\u212a"),
    }
    way = dice.choice(list(ways))
    return way, ways[way]


def smaller(case: Case, differs: Callable[[Case], bool]) -> Case:
    """The case with all taken away that is not needed for the programs to differ."""
    changed = True
    while changed:
        changed = False
        for other in _steps(case):
            if differs(other):
                case, changed = other, True
                break
    return case


def _steps(case: Case) -> Iterator[Case]:
    plain = {"ends": (b"\n",), "last": True, "mark": False, "identity": False, "field": "password", "superseded": None}
    for at in range(len(case.pieces)):
        yield dataclasses.replace(case, pieces=(*case.pieces[:at], *case.pieces[at + 1 :]))
    for name, value in plain.items():
        if getattr(case, name) != value:
            yield dataclasses.replace(case, **{name: value})
    if case.vouched == RECORD:
        yield dataclasses.replace(case, vouched=FINGERPRINT)


def with_copy(case: Case) -> bytes:
    """The input with the trusted copy behind it, for a program that takes none."""
    return case.data + b"\n" + symbol_text(case.copy).encode() + b"\n"
