"""What people type, and what forgers add: pieces of an input, each some lines and what it is in words."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable
from dataclasses import dataclass

from splitkit.quorum.share import share_from_slip, to_slip
from splitkit.quorum.slip39 import identifier_of
from splitkit.quorum.textform import encode_base32, printed_lines, symbol_text
from tests.support.builders import altered, resealed, seeded_bytes
from tests.support.differential.sets import Holding, noise, pool, rivals
from tests.support.differential.spoiling import spoiled, spoiled_envelope
from tests.support.make_testkit import foreign, header_with, made_line, sealed, wrong


@dataclass(frozen=True)
class Piece:
    """Lines that belong together, without their ends."""

    what: str
    """A recipe in words; quotes nothing."""
    lines: tuple[bytes, ...]
    genuine: str = ""
    """The name of the set that its undamaged content is of, if it is of a genuine one."""


class Dice(random.Random):
    """A source of choices, and how often a case strays from how people usually write."""

    rough = 1.0

    def strays(self, often: float) -> bool:
        """Whether this once it does, if the roughest case does so *often*."""
        return self.random() < often * self.rough


# How a share is written


def _upper(words: list[str], _: Dice) -> list[str]:
    return [" ".join(words).upper()]


def _lower(words: list[str], _: Dice) -> list[str]:
    return [" ".join(words)]


def _title(words: list[str], _: Dice) -> list[str]:
    return [" ".join(word.title() for word in words)]


def _short(words: list[str], dice: Dice) -> list[str]:
    return [" ".join(word[: max(4, dice.randrange(9))] for word in words)]


def _too_short(words: list[str], dice: Dice) -> list[str]:
    return [" ".join(word[:3] if dice.random() < 0.05 else word for word in words)]


def _each(words: list[str], _: Dice) -> list[str]:
    return words


def _each_numbered(words: list[str], dice: Dice) -> list[str]:
    form = dice.choice(["{} {}", "{}. {}", "{}) {}", "{}: {}", "{:02} {}", "{}.{}", "{}{}", "{}\t{}", "{} - {}"])
    return [form.format(at, word.upper()) for at, word in enumerate(words, 1)]


def _rows(words: list[str], dice: Dice) -> list[str]:
    width = dice.choice([2, 3, 3, 3, 4, 5, 11, 17])
    return [" ".join(words[at : at + width]) for at in range(0, len(words), width)]


def _numbered(words: list[str], dice: Dice) -> list[str]:
    form = dice.choice(
        ["{} {}", "{}. {}", "{}) {}", "{}: {}", "{:02} {}", "{}.{}", "({}) {}", "{}{}", "#{} {}", "{}; {}"]
    )
    return [" ".join(form.format(at, word) for at, word in enumerate(words, 1))]


def _numbered_rows(words: list[str], dice: Dice) -> list[str]:
    width = dice.choice([3, 3, 11])
    cells = [f"{at}{dice.choice(['', '', '.'])} {word.upper()}" for at, word in enumerate(words, 1)]
    return ["  ".join(cells[at : at + width]) for at in range(0, len(cells), width)]


def _columns(words: list[str], _: Dice) -> list[str]:
    """As the sheet prints them: down three columns of eleven."""
    return ["  ".join(f"{at + 1:>2} {words[at].upper():<9}" for at in range(row, len(words), 11)) for row in range(11)]


def _commas(words: list[str], dice: Dice) -> list[str]:
    return [dice.choice([", ", ",", " ,", ",,", "; ", ". ", "/", "-"]).join(words)]


def _shuffled(words: list[str], dice: Dice) -> list[str]:
    """Each with its number, in any order; now and then one number is wrong."""
    numbered = list(enumerate(words, 1))
    dice.shuffle(numbered)
    if dice.random() < 0.3:
        numbered[0] = (dice.choice([0, 1, 33, 34, 99]), numbered[0][1])
    width = dice.choice([1, 3, 33])
    cells = [f"{number} {word}" for number, word in numbered]
    return [" ".join(cells[at : at + width]) for at in range(0, len(cells), width)]


def _across(words: list[str], _: Dice) -> list[str]:
    """The columns of the sheet without their numbers."""
    return [" ".join(words[at] for at in range(row, len(words), 11)) for row in range(11)]


def _wrapped(words: list[str], dice: Dice) -> list[str]:
    """Over lines of any length, with empty lines and remarks between them."""
    rows, at = [], 0
    often = dice.choice([0.0, 0.0, 0.2, 1.0])
    while at < len(words):
        width = dice.choice([1, 1, 2, 3, 5, 8, 13])
        rows.append(" ".join(words[at : at + width]))
        at += width
        if dice.random() < often:
            rows.append(dice.choice(["", "", "  ", "# a remark", ".", "hello", "12"]))
    return rows


def _headed(words: list[str], dice: Dice) -> list[str]:
    """Under a name, or what looks like a word or some of a share; now and then a word is missing or one too many."""
    name = dice.choice(["Ada", "academic", "1 academic", "acid acne", "Ada acid", "academic acid acne", "?", "Sheet 3"])
    words = words[dice.choice([0, 0, 0, 1]) :] + words[: dice.choice([0, 0, 0, 1])]
    return [*[name] * dice.choice([1, 1, 1, 2]), *dice.choice([_each, _rows, _wrapped, _across])(words, dice)]


def _counting(words: list[str], _: Dice) -> list[str]:
    """With a number that is no number of a word."""
    return [" ".join(["100", *words])]


WORDS: tuple[tuple[Callable[[list[str], Dice], list[str]], int], ...] = (
    (_upper, 30), (_lower, 12), (_title, 4), (_short, 6), (_too_short, 2), (_each, 4), (_each_numbered, 4), (_rows, 6), (_numbered, 8),
    (_numbered_rows, 4), (_columns, 2), (_commas, 4), (_counting, 1), (_shuffled, 3), (_across, 3), (_wrapped, 8), (_headed, 6),
)  # fmt: skip


def _digits(digits: str, dice: Dice) -> tuple[str, list[str]]:
    fours = [digits[at : at + 4] for at in range(0, len(digits), 4)]
    match dice.randrange(6) if dice.strays(0.9) else 0:
        case 0 | 1:
            return "digits", [digits]
        case 2:
            return "digits in fours", [" ".join(fours)]
        case 3:
            return "digits with marks between", [dice.choice(["-", ",", ", ", ".", "  "]).join(fours)]
        case 4:
            width = dice.choice([1, 3, 11])
            return f"digits in rows of {width}", [
                " ".join(fours[at : at + width]) for at in range(0, len(fours), width)
            ]
        case _:
            return "digits cut anywhere", [digits[:60], digits[60:]]


def _unclear(words: list[str], dice: Dice) -> tuple[str, list[str]]:
    """Words as somebody reads or types them badly."""
    places = dice.sample(range(len(words)), dice.choice([1, 1, 2, 3, 3, 4, 5, 20]))
    match dice.randrange(8):
        case 0 | 1 | 2:
            mark = dice.choice(["?", "?", "?", "xyzzy", "???", "_", "{}?", "?{}", "{}s", ""])
            return f"{len(places)} words as '{mark}'", [
                mark.format(word[1:]) if at in places else word for at, word in enumerate(words)
            ]
        case 3:
            return "a wrong word", wrong([word.upper() for word in words], places[0]).split()
        case 4:
            return "some wrong words", wrong([word.upper() for word in words], *places).split()
        case 5:
            swapped, at = list(words), places[0]
            swapped[at - 1], swapped[at] = swapped[at], swapped[at - 1]
            return "two words exchanged", swapped
        case 6:
            return "a word left out", [word for at, word in enumerate(words) if at != places[0]]
        case _:
            return "a word twice", [*words[: places[0]], words[places[0]], *words[places[0] :]]


def share_piece(what: str, words: list[str], digits: str, dice: Dice, genuine: str = "") -> Piece:
    """A share in one of its forms; one in four is unclear."""
    if dice.random() < 0.2:
        form, lines = _digits(digits, dice)
        return Piece(f"{what}, {form}", tuple(line.encode() for line in lines), genuine)
    how = ""
    if dice.strays(0.25):
        how, words = _unclear(words, dice)
    write = (
        dice.choices([form for form, _ in WORDS], [weight for _, weight in WORDS])[0] if dice.strays(0.8) else _upper
    )
    lines = write(words, dice)
    return Piece(f"{what}, {how and how + ', '}{write.__name__[1:]}", tuple(line.encode() for line in lines), genuine)


def true_share(held: Holding, number: str, dice: Dice) -> Piece:
    share = held.shares[number]
    return share_piece(f"share {number} of {held.name}", list(share.words), share.digits, dice, held.name)


# How an envelope is written

MISTYPED = str.maketrans("OIB", "018")


def _symbol(raw: bytes, dice: Dice) -> tuple[str, list[str]]:
    text, body = symbol_text(raw), encode_base32(raw)
    fours = [body[at : at + 4] for at in range(0, len(body), 4)]
    match dice.randrange(12) if dice.strays(0.9) else 0:
        case 0 | 1 | 2 | 3 | 4:
            return "symbol", [text]
        case 5:
            return "symbol in lower case", [text.lower()]
        case 6:
            return "symbol with spaces", ["SK1: " + dice.choice([" ", "-", " - ", "\t", "  "]).join(fours)]
        case 7:
            return "symbol with 0, 1 and 8", ["SK1:" + body.translate(MISTYPED)]
        case 8:
            return "symbol over two lines", [text[:90], text[90:]]
        case 9:
            mark = dice.choice(["SK1 :", "S K 1:", "SK-1:", "sk1:", "SK1;", "SK1::", "SKI:", " SK1:", "SK1", "SK2:"])
            return f"symbol behind '{mark}'", [mark + body]
        case 10:
            end = dice.choice(["=", "==", ".", "A", "AAAAAAAA", "9", "?", "B", "a=", "\x00"])
            return f"symbol with {end!r} at its end", [text + end]
        case _:
            letters = list(text)
            letters[dice.randrange(len(letters))] = dice.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567?1890")
            return "symbol with another letter", ["".join(letters)]


def _printed(raw: bytes, dice: Dice) -> tuple[str, list[str]]:
    lines = list(printed_lines(raw))
    match dice.randrange(14) if dice.strays(0.9) else 0:
        case 0 | 1 | 2:
            return "printed lines", lines
        case 3:
            return "printed lines backwards, some twice", [*reversed(lines), *dice.sample(lines, min(2, len(lines)))]
        case 4:
            return "printed lines in lower case", [line.lower() for line in lines]
        case 5:
            return "printed lines without spaces", [line[:6] + line[6:].replace(" ", "") for line in lines]
        case 6:
            between = dice.choice(["-", " - ", "\t", "  ", ".", ",", ":", "/"])
            return f"printed lines with {between!r}", [line[:6] + line[6:].replace(" ", between) for line in lines]
        case 7:
            return "printed lines with 0, 1 and 8", [line[:5] + line[5:].translate(MISTYPED) for line in lines]
        case 8:
            return "printed lines without one", dice.sample(lines, len(lines) - dice.choice([1, 1, 2]))
        case 9:
            form = dice.choice(
                [
                    "{}/{}  {}",
                    "{} / {} {}",
                    "{:>2}/{} {}",
                    "{}/{}: {}",
                    "{}/{}- {}",
                    "{}/{}{}",
                    "{}|{} {}",
                    "{}. {} {}",
                    "{}/{}) {}",
                    "{:03}/{} {}",
                ]
            )
            parts = [(int(line[:2]), int(line[3:5]), line[6:]) for line in lines]
            return f"printed lines as {form}", [form.format(*part) for part in parts]
        case 10:
            at, count = dice.randrange(len(lines)), dice.choice([1, 1, 1, 1, 1, 2])
            letters = list(lines[at])
            for place in dice.sample([p for p, letter in enumerate(letters) if p > 5 and letter != " "], count):
                letters[place] = "?"
            return f"printed lines with {count} '?'", [*lines[:at], "".join(letters), *lines[at + 1 :]]
        case 11:
            at = dice.randrange(len(lines))
            letters = list(lines[at])
            letters[dice.randrange(len(letters))] = dice.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567?1890/ ")
            return "printed lines with another letter", [*lines[:at], "".join(letters), *lines[at + 1 :]]
        case 12:
            size = dice.choice([5, 10, 15, 25, 40])
            rows = [raw[at : at + size] for at in range(0, len(raw), size)]
            return f"lines of {size} bytes", [
                made_line(at, len(rows), row) for at, row in enumerate(rows, 1) if len(rows) < 100
            ]
        case _:
            at = dice.randrange(len(lines))
            return "a printed line over two", [*lines[:at], lines[at][:24], lines[at][24:], *lines[at + 1 :]]


def envelope_piece(what: str, raw: bytes, dice: Dice, genuine: str = "") -> Piece:
    form, lines = (_symbol if dice.random() < 0.6 else _printed)(raw, dice)
    return Piece(f"{what}, {form}", tuple(line.encode() for line in lines), genuine)


def true_envelope(held: Holding, dice: Dice) -> Piece:
    return envelope_piece(f"envelope of {held.name}", held.envelope.raw, dice, held.name)


# What forgers bring


def _forged_share(held: Holding, dice: Dice) -> Piece:
    number = dice.choice(list(held.shares))
    share, kind = held.shares[number], dice.randrange(6)
    match kind:
        case 0:
            share = noise(share, f"{dice.random()}")
        case 1:
            share = altered(share, b"pay the forger, who is a manager", member_threshold=1)
        case 2:
            share = altered(share, index=dice.randrange(16))
        case 3:
            share = altered(noise(share, f"{dice.random()}"), group_threshold=1)
        case 4:
            slip = dataclasses.replace(to_slip(noise(share, f"{dice.random()}")), identifier=dice.randrange(2**15))
            share = share_from_slip(slip)
        case _:
            fields = dice.choice([{"extendable": True}, {"iteration_exponent": 1}, {"iteration_exponent": 15}])
            text = foreign(held.made, number, **fields)
            return share_piece(f"share {number} of {held.name} with {fields}", text.split(), "0" * 132, dice)
    return share_piece(f"forged share {number} of {held.name}, kind {kind}", list(share.words), share.digits, dice)


def _rival(dice: Dice) -> list[Piece]:
    """A forger's set with a genuine set id: its envelope, and shares enough or too few."""
    held = dice.choice(rivals())
    numbers = held.smallest[: dice.choice([0, 1, 99])]
    return [*(_forgers(true_share(held, number, dice)) for number in numbers), _forgers(true_envelope(held, dice))]


def _forgers(piece: Piece) -> Piece:
    return dataclasses.replace(piece, genuine="")


def _resealed(held: Holding, dice: Dice) -> Piece:
    """The true key, and another header: what a dishonest dealer could print."""
    changes = dice.choice(
        [{"label": "Root"}, {"epoch": 2, "first_set": bytes(16)}, {"epoch": 2**32 - 1, "first_set": bytes(16)}, {"created_day": dice.randrange(2**32)}, {"practice": not held.practice},
         {"epoch": held.envelope.header.epoch + 1, "first_set": held.envelope.header.line}]
    )  # fmt: skip
    if changes.get("first_set") == held.envelope.header.set_id:
        changes["set_id"] = bytes(16)
    raw = resealed(held.made, **changes).raw
    return envelope_piece(f"envelope of {held.name} sealed again with {sorted(changes)}", raw, dice)


def _claim(held: Holding, dice: Dice) -> Piece:
    """Another set that says it is of this line."""
    header = held.envelope.header
    epoch = dice.choice([1, header.epoch, header.epoch + 1, header.epoch + 7, 2**32 - 1])
    first = None if epoch == 1 else header.line
    raw = resealed(held.made, set_id=seeded_bytes(f"claim {epoch}")(16), epoch=epoch, first_set=first).raw
    return envelope_piece(f"envelope of another set that claims epoch {epoch} of the line of {held.name}", raw, dice)


def _made_up(held: Holding, dice: Dice) -> list[Piece]:
    """An envelope with commitments of shares that never combine, and those shares."""
    shares = {sheet: noise(share, f"{held.name} {sheet}") for sheet, share in held.made.dealt.shares.items()}
    set_id = held.envelope.header.set_id if dice.random() < 0.5 else bytes(16)
    commitments = {sheet: share.commitment(set_id) for sheet, share in shares.items()}
    raw = resealed(held.made, set_id=set_id, commitments=commitments).raw
    some = dice.sample(sorted(shares), min(len(shares), dice.choice([1, 2, 6])))
    what = f"made-up commitments for {held.name}"
    pieces = [
        share_piece(f"share {sheet} of {what}", list(shares[sheet].words), shares[sheet].digits, dice) for sheet in some
    ]
    return [*pieces, envelope_piece(what, raw, dice)]


def _broken(held: Holding, dice: Dice) -> Piece:
    return envelope_piece(
        f"envelope of {held.name} with spoiled bytes", spoiled_envelope(held.made, dice) or b"\x83", dice
    )


def _crowd(held: Holding, dice: Dice) -> Piece:
    """More than is looked at."""
    count = dice.choice([40, 63, 64, 65, 70])
    if dice.random() < 0.5:
        made_up = [noise(next(iter(held.shares.values())), f"crowd {n}").digits for n in range(count)]
        return Piece(f"{count} shares of noise like {held.name}", tuple(text.encode() for text in made_up))
    raws = [resealed(held.made, created_day=day).raw for day in range(count // 2)]
    return Piece(f"{count // 2} envelopes like {held.name}", tuple(symbol_text(raw).encode() for raw in raws))


def forged(held: Holding, dice: Dice) -> list[Piece]:
    """Something of a forger who is after one set."""
    match dice.choices(range(8), [30, 15, 12, 10, 6, 8, 3, 2])[0]:
        case 0:
            return [_forged_share(held, dice)]
        case 1:
            return _rival(dice)
        case 2:
            return [_resealed(held, dice)]
        case 3:
            return [_claim(held, dice)]
        case 4 if len(held.shares) < 9:
            return _made_up(held, dice)
        case 5:
            return [_broken(held, dice)]
        case 6:
            return [_crowd(held, dice)]
        case _:
            return [_twin(held, dice)]


def _twin(held: Holding, dice: Dice) -> Piece:
    """A share of another set that begins with the same words."""
    other = dice.choice(pool())
    slip = dataclasses.replace(to_slip(next(iter(other.shares.values()))), identifier=identifier_of(held.envelope.header.set_id))  # fmt: skip
    share = share_from_slip(slip)
    return share_piece(f"share of {other.name} that begins like {held.name}", list(share.words), share.digits, dice)


# What is of nobody

STRAY = (
    "", "   ", "# a remark", "#", " # 1 2 3", "https://example.com/?set=1", "hello", "12 monkeys", "age1pq1" + "q" * 60, "sheet 3", "?", "? ? ?", "0000", "1", "33",
    "F", "L", "academic", "ACADEMIC ACID ACNE", "zero " * 33, "? " * 33, "0 " * 132, "0" * 131, "0" * 133, "9999" * 33, "1/2", "01/02", "01/02 AAAA", "00/00 AAAA AAAA", "1/1 AAAA AAAA",
    "24/24 AAAA AAAA", "99/99 AAAA AAAA", "02/01 AAAA AAAA", "SK1", "SK1:", "SK1: ", "SK1:A", "SK1:AA", "SK1H:AAAA", "SK1-1/2:AAAA", "SK1-1/2", "sk1h:aaaa", "SK1 H:AAAA", "SK1 - 1 / 2 : AAAA", "SK2:AAAA",
    "SK1:\u00c4", "\u0661\u0662\u0663\u0664", "\uff33\uff2b\uff11:AAAA", "\ufeff", "\u00a0", "\u2003# x", "\u017fK1:AAAA", "\u212a", "gr\u00fc\u00df", "\x00", "\x1b[2J", "\x7f", "P practice", "F " + "academic " * 12,
)  # fmt: skip


LONG = (4_200, 4_295, 4_296, 4_297)
"""Characters of a line around its limit."""


def _much(dice: Dice) -> Piece:
    """Lines, characters and bytes around their limits."""
    match dice.randrange(4):
        case 0:
            count = dice.choice([4_000, 4_980, 4_990, 4_999, 5_000, 5_001])
            return Piece(f"{count} empty lines", (b"",) * count)
        case 1:
            count = dice.choice([990_000, 999_990, 1_000_000])
            return Piece(f"a remark of {count} bytes", (b"#" + b"x" * count,))
        case 2:
            size, letter = dice.choice(LONG), dice.choice(["x", "\u00e9", "\U0001f600", "?", "1", "A ", " "])
            return Piece(f"{size} times {letter!r}", ((letter * size).encode(),))
        case _:
            held = dice.choice(pool())
            lines = printed_lines(held.envelope.raw)
            count = dice.choice([60, 64, 65, 70])
            unclear = [
                f"{lines[n % len(lines)][: 6 + n % 31]}?{lines[n % len(lines)][7 + n % 31 :]}" for n in range(count)
            ]
            return Piece(f"{count} printed lines with '?' of {held.name}", tuple(line.encode() for line in unclear))


def stray(dice: Dice) -> Piece:
    """A line of nobody, often told by every program in its own way."""
    held = dice.choice(pool())
    match dice.randrange(8):
        case 4 if dice.random() < 0.1:
            return _much(dice)
        case 0:
            return Piece(f"fingerprint of {held.name}", (held.fingerprint.encode(),))
        case 1:
            rows = [" ".join(held.envelope.fingerprint[at : at + 4]) for at in (0, 4, 8)]
            return Piece(f"fingerprint of {held.name} in rows", tuple(f"F {row}".encode() for row in rows))
        case 2:
            return Piece("random bytes", (dice.randbytes(dice.choice([1, 3, 40, 300])),))
        case 3:
            share = next(iter(held.shares.values()))
            count = dice.choice([1, 5, 11, 20, 32, 34, 66])
            return Piece(f"{count} words of {held.name}", (" ".join((share.words * 2)[:count]).encode(),))
        case _:
            text = dice.choice(STRAY)
            return Piece(f"stray {STRAY.index(text)}", (text.encode("utf-8", "surrogatepass"),))


# Bytes and white space

SPACES = (" ", "\t", "  ", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x1f", "\x85", "\u00a0", "\u1680", "\u2003", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\u200b", "\ufeff", "\r", "\x00")  # fmt: skip
STRANGE = (b"\x00", b"\x80", b"\x85", b"\xa0", b"\xff", b"\xc2\xa0", b"\xe2\x80\xa8", b"\x1b", b"\x7f", b"?", b"#", b",", b"-", b"/", b":", b".", b"0", b"9", b"_", b"+", b"'", b"\xc5\xbf", b"\xd9\xa1", b"\xef\xbc\x91", b"\xf0\x9d\x9f\x8e", b"\xb2", b"\xc2\xb2")  # fmt: skip


def spaced(piece: Piece, dice: Dice) -> Piece:
    """Other white space between, before and behind; of every kind."""
    kind = dice.choice(SPACES)
    one = kind.encode() if dice.random() < 0.9 else kind.encode("latin-1", "replace")

    def change(line: bytes) -> bytes:
        match dice.randrange(4):
            case 0:
                return one + line
            case 1:
                return line + one
            case 2:
                return line.replace(b" ", one)
            case _:
                parts = line.split(b" ")
                at = dice.randrange(len(parts))
                return b" ".join(parts[:at]) + one + b" ".join(parts[at:])

    return dataclasses.replace(piece, what=f"{piece.what}, white space {kind!r}", lines=tuple(map(change, piece.lines)))


def spoiled_piece(piece: Piece, dice: Dice) -> Piece:
    """One byte or some, at any place."""
    lines = list(piece.lines)
    at = dice.randrange(len(lines))
    match dice.randrange(4):
        case 0:
            lines[at] = spoiled(lines[at], dice)
            return dataclasses.replace(piece, what=f"{piece.what}, line {at + 1} spoiled", lines=tuple(lines))
        case 1:
            place = dice.randrange(len(lines[at]) + 1)
            lines[at] = lines[at][:place] + lines[at][place + 1 :]
            how = f"without byte {place}"
        case kind:
            place, strange = dice.randrange(len(lines[at]) + 1), dice.choice(STRANGE)
            lines[at] = lines[at][:place] + strange + lines[at][place + (kind == 2) :]
            how = f"{strange!r} at {place}"
    return dataclasses.replace(piece, what=f"{piece.what}, line {at + 1} {how}", lines=tuple(lines))


def padded_line(piece: Piece, dice: Dice) -> Piece:
    """A line that is made as long as a line may be, or longer."""
    lines = list(piece.lines)
    at, size, space = dice.randrange(len(lines)), dice.choice(LONG), dice.choice([b" ", b"\t", b".", b"-"])
    lines[at] = lines[at].ljust(size, space) + dice.choice([b"", b"x", b"\xc3\xa9"])
    return dataclasses.replace(piece, what=f"{piece.what}, line {at + 1} made long with {space!r}", lines=tuple(lines))


def torn(piece: Piece, dice: Dice) -> list[Piece]:
    """Each line alone, so that others may come between; or two lines made one."""
    if dice.random() < 0.2 and len(piece.lines) > 1:
        at = dice.randrange(len(piece.lines) - 1)
        joined = (*piece.lines[:at], piece.lines[at] + b" " + piece.lines[at + 1], *piece.lines[at + 2 :])
        return [dataclasses.replace(piece, what=f"{piece.what}, lines {at + 1} and {at + 2} on one", lines=joined)]
    return [
        dataclasses.replace(piece, what=f"{piece.what}, line {at}", lines=(line,))
        for at, line in enumerate(piece.lines, 1)
    ]


# Headers and records that a reader may have to refuse, sealed under the right key

HEADERS = (
    {"_1": 2}, {"_1": 0}, {"_1": None}, {"_11": 1}, {"_23": b""}, {"_24": 1}, {"_0": 1}, {"_5": 0}, {"_5": 2}, {"_10": bytes(16)}, {"_5": 2, "_10": bytes(15)}, {"_5": 2, "_10": bytes(16)},
    {"_6": "x" * 65}, {"_6": b"x"}, {"_3": 1}, {"_4": -1}, {"_4": 2**32}, {"_7": bytes(16)}, {"_7": bytes(15)}, {"_8": 0}, {"_8": 2}, {"_8": True}, {"_25": [[[[[[[[1]]]]]]]]}, {"_25": [[[[[[1]]]]]]}, {"_25": None}, {"_25": 1.5}, {"_25": "\u00e9"},
)  # fmt: skip
RECORDS = (
    b'{"password":"x"}', b'{"password":""}', b'{"password": "x"}', b'{"user":"u","password":"x"}', b'{"password":"x","user":"u"}', b'{"password":1}', b'{"user":"u"}', b'["x"]', b"x", b'{"password":"x","pin":"1"}',
    b'{"password":"\\u0041"}', b'{"password":"\\u001f\\n"}', b'{"password":"\xc3\xa9"}', b'{"password":"\xff"}', b'{"password":"\\ud800"}', b'{"password":"x","password":"x"}', b'{"password":"x"}\n', b'{"note":"","password":"x"}', b'{"password":"\x7f"}', b'{"password":"\xe2\x80\xa8"}',
)  # fmt: skip


def odd(held: Holding, dice: Dice) -> tuple[str, bytes]:
    """An envelope under the true key, which its own fingerprint anchors: what it is, and its bytes."""
    if dice.random() < 0.6:
        edits = dice.choice(HEADERS)
        return f"envelope of {held.name} with the header {HEADERS.index(edits)}", sealed(
            held.made, header_with(held.made, **edits)
        )
    record = dice.choice(RECORDS)
    size = dice.choice([64, 64, 64, 64, 96, 63, 65, len(record)])
    plain = record.ljust(size, dice.choice([b" ", b" ", b" ", b"\x00", b"\n"]))
    return f"envelope of {held.name} with the record {RECORDS.index(record)} in {size}", sealed(
        held.made, header_with(held.made), plain
    )
