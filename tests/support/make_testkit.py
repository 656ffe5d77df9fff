"""Makes `tests/testkit/`: one file, one scenario, for any implementation that recovers.  The same bytes at every run.

Run it as `python -m tests.support.make_testkit.py`; it rewrites the folder and removes what it does not know.  Sets are made by
splitkit from seeds.  What must fail is made by hand around them, and breaks one rule only: an envelope that is refused
for its header is sealed under the right key, is named by the given fingerprint and has enough true shares beside it, so
that an implementation without that rule would show the password.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import cbor2
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from shamir_mnemonic import rs1024
from shamir_mnemonic.wordlist import WORDLIST

from splitkit.quorum.envelope import fingerprint_of
from splitkit.quorum.policy import Group, SheetId
from splitkit.quorum.recipient import recipient_hash, recipient_of
from splitkit.quorum.share import Share, to_slip
from splitkit.quorum.slip39 import combine_ems, decrypt_ems, split_key
from splitkit.quorum.textform import printed_lines, symbol_text
from splitkit.secret.entropy import Entropy, hkdf
from splitkit.secret.record import SecretRecord
from tests.support.builders import Made, altered, committed, flipped, made, seeded_bytes
from tests.support.places import TESTS

FOLDER = TESTS / "testkit"

EXITS = {
    "success": 0,
    "fingerprint": 2,
    "share-length": 3,
    "share-word": 3,
    "share-checksum": 3,
    "share-not-splitkit": 3,
    "envelope-base32": 3,
    "envelope-cbor": 3,
    "envelope-header": 3,
    "envelope-policy": 3,
    "envelope-body": 3,
    "envelope-too-new": 3,
    "envelope-reserved": 3,
    "envelope-line": 3,
    "envelope-line-missing": 3,
    "envelope-lines-mixed": 3,
    "not-a-line": 3,
    "no-envelope": 3,
    "too-much": 3,
    "secret-record": 3,
    "no-quorum": 4,
    "forged": 5,
    "unmatched": 5,
    "wrong-record": 5,
    "not-open": 5,
    "made-to-match": 5,
    "no-record-refused": 5,
    "unsound": 5,
    "practice": 9,
    "superseded": 9,
}
"""The classes, each named after the layer that must fail, with its exit code."""


@dataclass(frozen=True)
class Vector:
    """One file of the kit."""

    name: str
    expect: str
    comment: str
    lines: tuple[bytes, ...]
    fingerprint: str = ""
    practice: bool = False
    superseded: bool = False
    secret: str = ""
    newline: bytes = b"\n"

    def encode(self) -> bytes:
        head = [f"expect: {self.expect}", f"exit: {EXITS[self.expect]}", f"comment: {self.comment}"]
        head.append(f"fingerprint: {self.fingerprint}" if self.fingerprint else "record: no")
        head += ["practice: yes"] * self.practice + ["superseded: yes"] * self.superseded
        if self.expect == "success":
            head.append("secret: " + hashlib.sha256(self.secret.encode()).hexdigest())
        body = b"".join(line + self.newline for line in self.lines)
        return "\n".join([*head, "", ""]).encode("ascii") + body


# The sets

FLAT = made("3of5", "testkit flat", "Kit+Flat=7Staple", practice=False)
OTHER = made("3of5", "testkit other", "Kit+Other=8Staple", practice=False)
PRACTICE = made("3of5", "testkit practice", "Kit+Practice=9Staple", practice=True)
OLD = made("2of3", "testkit old", "Kit+Old=1Staple", practice=False)
LINE = {"practice": False, "first_set": OLD.envelope.header.set_id}
NEW = made("2of3", "testkit new", "Kit+New=2Staple", epoch=2, **LINE)
NEWEST = made("2of3", "testkit newest", "Kit+Newest=2Staple", epoch=3, **LINE)
KEYS: dict[bytes, bytes] = {}
GROUPS = made("2 of: Board 2of3, IT 3of5, Audit 1of1", "testkit groups", "Kit+Groups=3Staple", practice=False)


def key_of(of: Made) -> bytes:
    """K, from the first quorum in the order of the sheets."""
    if of.envelope.raw in KEYS:
        return KEYS[of.envelope.raw]
    subset, groups = [], 0
    for g, group in enumerate(of.policy.groups):
        if groups < of.policy.group_threshold:
            subset += [of.dealt.shares[SheetId(g, m)] for m in range(group.threshold)]
            groups += 1
    return KEYS.setdefault(of.envelope.raw, decrypt_ems(combine_ems(subset)))


def fields_of(of: Made) -> dict[int, Any]:
    return cbor2.loads(of.envelope.header_bytes)


def canonical(value: Any) -> bytes:
    return cbor2.dumps(value, canonical=True)


def header_with(of: Made, **edits: Any) -> bytes:
    """The header with fields replaced: `_6="x"`; None removes a field."""
    fields = fields_of(of)
    for name, value in edits.items():
        fields.pop(int(name[1:]), None)
        if value is not None:
            fields[int(name[1:])] = value
    return canonical(fields)


def body_of(of: Made, header: bytes, record: bytes | None = None) -> bytes:
    """The ciphertext over *header*: right in every way."""
    key = hkdf(key_of(of), of.envelope.header.set_id, b"splitkit/1 envelope", 32)
    plain = of.record.encode() if record is None else record
    return AESGCM(key).encrypt(of.envelope.nonce, plain, b"splitkit/1 envelope" + header)


def sealed(of: Made, header: bytes, record: bytes | None = None) -> bytes:
    return canonical([header, of.envelope.nonce, body_of(of, header, record)])


def padded(text: bytes) -> bytes:
    return text.ljust(max(64, math.ceil(len(text) / 32) * 32))


# Lines


def words(of: Made, *numbers: str) -> list[str]:
    return [of.share(number).mnemonic.upper() for number in numbers]


def fingerprint(of: Made) -> str:
    return " ".join(of.envelope.fingerprint)


def vector(
    name: str, expect: str, comment: str, body: list[str | bytes], of: Made | None = FLAT, **more: Any
) -> Vector:
    lines = tuple(line.encode("utf-8") if isinstance(line, str) else line for line in body)
    if of:
        more = {"fingerprint": fingerprint(of), "secret": of.record.password} | more
    return Vector(name, expect, comment, lines, **more)


def good(name: str, comment: str, body: list[str | bytes], of: Made = FLAT, **more: Any) -> Vector:
    return vector(f"success-{name}", "success", comment, body, of, **more)


def bad(expect: str, name: str, comment: str, body: list[str | bytes], of: Made | None = FLAT, **more: Any) -> Vector:
    return vector(f"{expect}-{name}", expect, comment, body, of, **more)


def with_raw(expect: str, name: str, comment: str, raw: bytes, of: Made = FLAT) -> Vector:
    """A quorum of true shares, and *raw* where the envelope belongs, named by the record."""
    shares = words(of, *map(of.policy.number, of.sheets))
    more = {"fingerprint": " ".join(fingerprint_of(raw)), "practice": of is PRACTICE}
    make = good if expect == "success" else lambda *args, **kw: bad(expect, *args, **kw)
    return make(name, comment, [*shares, symbol_text(raw)], of, **more)


SYMBOL = symbol_text(FLAT.envelope.raw)
LINES = list(printed_lines(FLAT.envelope.raw))
THREE = words(FLAT, "1", "2", "3")
TWO = THREE[:2]


# What must work


def forms_of_a_share() -> Iterator[Vector]:
    shares = [FLAT.share(number) for number in "135"]
    upper = [share.mnemonic.upper() for share in shares]
    numbered = [" ".join(f"{at} {word}" for at, word in enumerate(line.split(), 1)) for line in upper]
    dotted = [" ".join(f"{at}. {word}" for at, word in enumerate(line.split(), 1)) for line in upper]
    short = [" ".join(word[:4] for word in line.split()) for line in upper]
    digits = [share.digits for share in shares]
    fours = [" ".join(d[at : at + 4] for at in range(0, 132, 4)) for d in digits]
    yield good("words-upper", "33 words in upper case, as the symbol holds them", [*upper, SYMBOL])
    yield good("words-lower", "the same in lower case", [*(line.lower() for line in upper), SYMBOL])
    yield good("words-numbered", "each word with its number before it, as printed", [*numbered, SYMBOL])
    yield good("words-numbered-with-dots", "numbers with a full stop", [*dotted, SYMBOL])
    yield good("words-of-four-letters", "four letters of a word are enough", [*short, SYMBOL])
    yield good("words-wide", "more than one space, tabs, spaces at both ends", [*(f"  {line}\t ".replace(" ", "  ") for line in upper), SYMBOL])  # fmt: skip
    yield from shares_on_several_lines(upper)
    yield good("digits", "132 digits", [*digits, SYMBOL])
    yield good("digits-in-fours", "132 digits in groups of four", [*fours, SYMBOL])
    yield good("words-and-digits", "one share as words and again as digits counts once", [upper[0], *digits, SYMBOL])


def shares_on_several_lines(upper: list[str]) -> Iterator[Vector]:
    shares = [line.split() for line in upper]
    rows = lambda words: [" ".join(words[at : at + 3]) for at in range(0, 33, 3)]
    across = lambda words: rows([words[11 * column + row] for row in range(11) for column in range(3)])
    columns = [line for share in shares for at in (0, 11, 22) for line in (*share[at : at + 11], "")]
    yield good("words-one-a-line", "one word a line", [*(word for share in shares for word in share), SYMBOL])
    yield good("words-in-columns", "one word a line, an empty line after every column of the sheet", [*columns, SYMBOL])
    headed = [
        line for name, share in zip(("Ada", "academic", "Safe 2"), shares, strict=True) for line in (name, *rows(share))
    ]
    yield good(
        "words-under-names",
        "a name above the rows of each share, one of them a word of the list, one like a heading",
        [*headed, SYMBOL],
    )
    beside = [*rows(THREE[1].split()[:30]), *(line for share in shares for line in rows(share)), SYMBOL]
    yield good("words-behind-too-few", "the rows of a share that lacks three words, then those of a quorum", beside)
    yield good("words-across", "three words a line, across the columns of the sheet", [*(row for share in shares for row in across(share)), SYMBOL])  # fmt: skip


def unclear_shares() -> Iterator[Vector]:
    """The checksum solves up to three illegible words, or finds one wrong word; the commitment proves the solution."""
    third = THREE[2].split()
    digits = FLAT.share("3").digits
    unclear = {
        "illegible-1": ("one word typed as ?", " ".join([*third[:9], "?", *third[10:]])),
        "illegible-2": ("the first and the last word typed as ?", " ".join(["?", *third[1:-1], "?"])),
        "illegible-3": ("three words typed as ?", " ".join([*third[:9], "?", "?", *third[11:20], "?", *third[21:]])),
        "illegible-checksum": ("the three words of the checksum itself", " ".join([*third[:30], "?", "?", "?"])),
        "illegible-unlisted": ("a word that is not in the list is illegible", " ".join([*third[:9], "XYZZY", *third[10:]])),
        "wrong-word": ("one other word of the list", wrong(third, 9)),
        "wrong-first-word": ("another first word", wrong(third, 0)),
        "wrong-last-word": ("another last word", wrong(third, 32)),
        "wrong-digits": ("one four of the digits changed", f"{digits[:36]}{int(digits[36:40]) ^ 5:04d}{digits[40:]}"),
    }  # fmt: skip
    for name, (comment, line) in unclear.items():
        yield good(name, f"two sound shares, and one with {comment}", [*TWO, line, SYMBOL])
    line = unclear["illegible-3"][1]
    yield good("illegible-no-record", "the same without a record: the opening proves it", [*TWO, line, SYMBOL], fingerprint="")  # fmt: skip
    yield bad("no-quorum", "illegible-twice", "an unclear share that is here already counts once", [THREE[0], THREE[2], line, SYMBOL])  # fmt: skip


def forms_of_an_envelope() -> Iterator[Vector]:
    body = SYMBOL.removeprefix("SK1:")
    fours = " ".join(body[at : at + 4] for at in range(0, len(body), 4))
    mistyped = str.maketrans("OIB", "018")
    tailed = [line[:5] + line[5:].translate(mistyped) for line in LINES]
    yield good("symbol-lower", "the symbol's text in lower case", [*THREE, SYMBOL.lower()])
    yield good("symbol-spaced", "spaces and hyphens in the text do not matter", [*THREE, "SK1: " + fours.replace(" ", " - ")])  # fmt: skip
    yield good("symbol-018", "typed 0, 1 and 8 mean O, I and B", [*THREE, "SK1:" + body.translate(mistyped)])
    yield good("symbol-repeated", "the same envelope from every sheet is one envelope", [w for share in THREE for w in (share, SYMBOL)])  # fmt: skip
    yield good("lines", "the printed lines instead of the symbol", [*THREE, *LINES])
    yield good("lines-first", "the envelope before the shares", [*LINES, *THREE])
    yield good("lines-backwards", "lines and shares in any order", [*reversed(LINES), *reversed(THREE)])
    yield good("lines-lower", "lower case, no spaces between the fours, hyphens", [*THREE, *(line[:6].lower() + line[6:].lower().replace(" ", "-") for line in LINES)])  # fmt: skip
    yield good("lines-018", "typed 0, 1 and 8 in printed lines", [*THREE, *tailed])
    yield good("lines-illegible", "two characters of a line and one of its check typed as ?", [*THREE, *LINES[:3], f"{LINES[3][:6]}?{LINES[3][7:14]}?{LINES[3][15:-1]}?", *LINES[4:]])  # fmt: skip
    yield good("lines-twice", "every line typed twice", [*THREE, *LINES, *LINES])
    yield good("lines-and-symbol", "lines and symbol of one envelope", [*THREE, SYMBOL, *LINES])
    yield good("line-misread-beside-symbol", "a line whose check fails does not matter when the symbol was read", [*THREE, SYMBOL, misread(LINES[4])])  # fmt: skip


def forms_of_input() -> Iterator[Vector]:
    yield good("comments", "lines that start with # and empty lines are ignored", ["# sheet 1", "", THREE[0], "   ", *THREE[1:], "# the envelope", SYMBOL])  # fmt: skip
    yield good("windows", "lines that end in CR LF", [*THREE, SYMBOL], newline=b"\r\n")
    yield good("byte-order-mark", "a byte order mark before the first line", [b"\xef\xbb\xbf" + THREE[0].encode(), *THREE[1:], SYMBOL])  # fmt: skip
    yield good("other-codes", "a web address and other text beside a quorum do not matter", [*THREE, "https://example.com/?a=1", "hello", SYMBOL])  # fmt: skip
    yield good("no-record", "without a record, and one single envelope", [*THREE, SYMBOL], fingerprint="")
    yield good("fingerprint-upper", "the fingerprint typed in upper case", [*THREE, SYMBOL], fingerprint=fingerprint(FLAT).upper())  # fmt: skip
    marked = ", ".join(f"F {' '.join(FLAT.envelope.fingerprint[at : at + 4])}" for at in (0, 4, 8))
    yield good("fingerprint-marks", "the mark F before each of three rows, and commas", [*THREE, SYMBOL], fingerprint=marked)  # fmt: skip
    yield good("fingerprint-four-letters", "four letters of each word of the fingerprint", [*THREE, SYMBOL], fingerprint=" ".join(word[:4] for word in FLAT.envelope.fingerprint))  # fmt: skip


def policies() -> Iterator[Vector]:
    for policy, numbers in (("2of2", "1 2"), ("2of16", "1 16"), ("16of16", " ".join(map(str, range(1, 17))))):
        of = made(policy, f"testkit {policy}", f"Kit+{policy}=Staple", practice=False)
        yield good(policy, f"{policy}, sheets {numbers}", [*words(of, *numbers.split()), symbol_text(of.envelope.raw)], of)  # fmt: skip
    symbol = symbol_text(GROUPS.envelope.raw)
    every = [GROUPS.policy.number(sheet) for sheet in GROUPS.sheets]
    yield good("groups-with-1of1", "2 of 3 groups: one is a single sheet; the third group is not proven", [*words(GROUPS, "A1", "A3", "C1"), symbol], GROUPS)  # fmt: skip
    yield good("groups-two-large", "2 of 3 groups: the single sheet is absent and is still proven", [*words(GROUPS, "A1", "A2", "B2", "B3", "B5"), symbol], GROUPS)  # fmt: skip
    yield good("groups-one-incomplete", "two groups complete, one more sheet of a group that is not", [*words(GROUPS, "B1", "A1", "A3", "C1"), symbol], GROUPS)  # fmt: skip
    yield good("groups-all", "all sheets of all groups", [*words(GROUPS, *every), symbol], GROUPS)
    yield good("more-than-needed", "T+1 sheets", [*words(FLAT, "5", "4", "2", "1"), SYMBOL])
    yield good("all-sheets", "N sheets", [*words(FLAT, *"12345"), SYMBOL])


def beside_a_quorum() -> Iterator[Vector]:
    damaged = " ".join([*THREE[0].split()[:-1], "ZERO"])
    forged = altered(FLAT.share("4"), flipped(FLAT.share("4").value)).mnemonic
    others = symbol_text(OTHER.envelope.raw)
    rival = symbol_text(sealed(FLAT, header_with(FLAT, _6="Root")))
    yield good("damaged-beside", "a share with a wrong check beside a quorum", [*THREE, damaged, SYMBOL])
    yield good("forged-beside", "a forged sheet 4 beside a quorum: named, not used", [*THREE, forged, SYMBOL])
    yield good("forged-before", "the forged share comes first, and is of a sheet that is here too", [altered(FLAT.share("1"), bytes(32)).mnemonic, *THREE, SYMBOL])  # fmt: skip
    yield good(
        "other-set-beside", "a share of another set beside a quorum", [*THREE, *words(OTHER, "4"), SYMBOL, others]
    )
    yield good("other-quorum-beside", "two whole sets: the record says which", [*words(OTHER, "1", "2", "3"), others, *THREE, SYMBOL])  # fmt: skip
    yield good("rival-envelope-beside", "a second envelope with this set's id, sealed under the true key: the record says which", [*THREE, rival, SYMBOL])  # fmt: skip
    yield good("bad-envelope-beside", "a malformed envelope beside the true one", [*THREE, "SK1:AAAAAAAA", SYMBOL])
    yield good("foreign-share-beside", "a share of another SLIP-39 program beside a quorum", [*THREE, foreign(OTHER, iteration_exponent=1), SYMBOL])  # fmt: skip
    yield good(
        "new-set", "the second set of a line, alone", [*words(NEW, "1", "2"), symbol_text(NEW.envelope.raw)], NEW
    )
    old = [*words(OLD, "1", "2"), symbol_text(OLD.envelope.raw)]
    yield good("superseded", "an old set beside a newer one of its line, with a reason", [*old, symbol_text(NEW.envelope.raw)], OLD, superseded=True)  # fmt: skip
    yield good("older-beside", "a sheet of the first set of the line beside its third set", [*words(NEWEST, "1", "2"), symbol_text(NEWEST.envelope.raw), *old], NEWEST)  # fmt: skip
    fork = made("2of3", "testkit fork", "Kit+Fork=2Staple", epoch=3, **LINE)
    yield good("forked-line", "another set of the same line and epoch: told, not refused", [*words(NEWEST, "1", "2"), symbol_text(NEWEST.envelope.raw), symbol_text(fork.envelope.raw)], NEWEST)  # fmt: skip
    claim = header_with(PRACTICE, _5=9, _10=OLD.envelope.header.set_id)
    yield good("practice-claim-beside", "a practice envelope that claims the line and a higher epoch: the mark keeps it apart", [*old, symbol_text(sealed(PRACTICE, claim))], OLD)  # fmt: skip
    yield good("made-up-commitments", "16 shares of no polynomial before the quorum, and an envelope that commits to them", [*made_up_commitments(), *THREE, SYMBOL])  # fmt: skip
    yield good("many-beside", "70 shares of other sets and 40 other envelopes before the quorum", [*seventy(), *forty(), *THREE, SYMBOL])  # fmt: skip
    yield good("practice", "a practice set, asked for", [*words(PRACTICE, *"135"), symbol_text(PRACTICE.envelope.raw)], PRACTICE, practice=True)  # fmt: skip
    commitments = fields_of(FLAT)[9][0][1]
    unsound = header_with(FLAT, _9=[[3, flipped(commitments, 39)]])
    three = [*THREE, symbol_text(sealed(FLAT, unsound))]
    yield good("unsound", "the record's envelope opens, but its commitment of absent sheet 5 is wrong: revealed, called unsound", three, fingerprint=" ".join(fingerprint_of(sealed(FLAT, unsound))))  # fmt: skip


def made_up_commitments() -> list[str]:
    """An 8 of 16 envelope whose commitments fit shares that never combine: 12,870 choices of eight."""
    of = made("8of16", "testkit made up", "Kit+Made=3Up", practice=False)
    shares = [altered(of.share(str(n)), seeded_bytes(f"made up {n}")(32)) for n in range(1, 17)]
    joined = b"".join(share.commitment(of.envelope.header.set_id) for share in shares)
    return [*(share.mnemonic for share in shares), symbol_text(sealed(of, header_with(of, _9=[[8, joined]])))]


def seventy() -> list[str]:
    return [altered(OTHER.share("1"), seeded_bytes(f"share {n}")(32)).mnemonic for n in range(70)]


def forty() -> list[str]:
    return [symbol_text(sealed(OTHER, header_with(OTHER, _4=day))) for day in range(40)]


def headers_that_are_allowed() -> Iterator[Vector]:
    longest = "\u00e9" * 32
    deep: Any = 0
    for _ in range(7):
        deep = [deep]
    yield with_raw("success", "label-empty", "an empty label", sealed(FLAT, header_with(FLAT, _6="")))
    yield with_raw("success", "label-64-bytes", "a label of 64 bytes", sealed(FLAT, header_with(FLAT, _6=longest)))
    yield with_raw("success", "label-control", "a label that a terminal would obey: shown escaped", sealed(FLAT, header_with(FLAT, _6="\x1b[2J\u202e\n")))  # fmt: skip
    yield with_raw("success", "numbers-largest", "date and epoch 2^32 - 1", sealed(FLAT, header_with(FLAT, _4=2**32 - 1, _5=2**32 - 1, _10=bytes(16))))  # fmt: skip
    yield with_raw("success", "later-key-24", "a key from 24 is ignored and shown", sealed(FLAT, header_with(FLAT, _24=b"later", _4294967295=[{}])))  # fmt: skip
    yield with_raw("success", "later-key-nested", "lists nested as deep as is allowed, eight with the header", sealed(FLAT, header_with(FLAT, _24=deep)))  # fmt: skip
    room = 456 - len(sealed(FLAT, header_with(FLAT, _24=b"")))
    filler = next(n for n in range(room, 0, -1) if len(sealed(FLAT, header_with(FLAT, _24=bytes(n)))) <= 456)
    raw = sealed(FLAT, header_with(FLAT, _24=bytes(filler)))
    yield with_raw("success", "envelope-456-bytes", f"the largest envelope, {len(raw)} bytes", raw)


def secrets_that_are_allowed() -> Iterator[Vector]:
    for name, comment, record in (
        ("all-fields", "account, note, password and user", SecretRecord("p", "u", "a", "n")),
        ("one-letter", "a password of one character", SecretRecord("x")),
        ("64-bytes", "a record of exactly 64 bytes has no padding", SecretRecord("x" * 49)),
        ("65-bytes", "a record of 65 bytes is padded to 96", SecretRecord("x" * 50)),
        (
            "unicode",
            "letters beyond ASCII and beyond 16 bits, unescaped",
            SecretRecord("Z\u00fcrich \u96ea \U0001f511"),
        ),
        ("decomposed", "a combining accent stays as it is: no normalisation", SecretRecord("e\u0301")),
        ("quotes", "characters that JSON escapes", SecretRecord('a"b\\c\td')),
        ("spaces", "spaces at both ends belong to the password", SecretRecord(" two words ")),
    ):
        raw = sealed(FLAT, FLAT.envelope.header_bytes, record.encode())
        yield dataclasses.replace(with_raw("success", f"secret-{name}", comment, raw), secret=record.password)


def other_identifiers() -> Iterator[Vector]:
    """A set whose shares do not begin with its set id: commitments alone say what belongs."""
    set_id, key = FLAT.envelope.header.set_id, key_of(FLAT)
    dealt = split_key(key, OTHER.envelope.header.set_id, FLAT.policy, Entropy(seeded_bytes("identifiers")))
    joined = b"".join(share.commitment(set_id) for share in dealt.values())
    raw = sealed(FLAT, header_with(FLAT, _9=[[3, joined]]))
    lines = [*(share.mnemonic for share in list(dealt.values())[:3]), symbol_text(raw)]
    yield good("other-identifier", "all shares carry another identifier than that of the set id", lines, fingerprint=" ".join(fingerprint_of(raw)))  # fmt: skip
    yield good("other-identifier-no-record", "the same without a record: shares are derived again with the identifier of those that were combined", lines, fingerprint="")  # fmt: skip


# What must fail: shares


def misread(line: str) -> str:
    """A printed line with two letters exchanged that differ."""
    at = next(at for at in range(6, len(line) - 1) if line[at] != line[at + 1] and " " not in line[at : at + 2])
    return line[:at] + line[at + 1] + line[at] + line[at + 2 :]


def wrong(share: list[str], *places: int) -> str:
    """The words with those at *places* replaced by their neighbours on the list."""
    changed = list(share)
    for place in places:
        changed[place] = WORDLIST[WORDLIST.index(share[place].lower()) ^ 1].upper()
    return " ".join(changed)


LONGER = ["AMBITION", "DISMISS", "PREPARE", "UNIVERSE"]


def foreign(of: Made, number: str = "3", **fields: Any) -> str:
    """A share with flags that splitkit never sets, and a sound checksum."""
    return dataclasses.replace(to_slip(of.share(number)), **fields).mnemonic()


def spelt(indices: list[int], customization: bytes = b"shamir") -> str:
    """The words of *indices* with a fresh checksum."""
    data = indices[:-3]
    return " ".join(WORDLIST[index] for index in data + list(rs1024.create_checksum(data, customization)))


def indices_of(share) -> list[int]:
    return list(share.indices)


def share_failures() -> Iterator[Vector]:
    third = THREE[2].split()
    digits = FLAT.share("3").digits
    lengths = {
        "32-words": ("the last word is missing", " ".join(third[:-1])),
        "34-words": ("one word too many", " ".join([*third, third[-1]])),
        "20-words": ("a sound SLIP-39 share of 128 bits", "duckling enlarge academic academic agency result length solution fridge kidney coal piece deal husband erode duke ajar critical decision keyboard"),
        "66-words": ("two shares on one line", f"{THREE[2]} {words(FLAT, '4')[0]}"),
        "131-digits": ("a digit is missing", digits[:-1]),
        "133-digits": ("a digit too many", digits + "0"),
    }  # fmt: skip
    for name, (comment, line) in lengths.items():
        yield bad("share-length", name, f"two sound shares, and one where {comment}", [*TWO, line, SYMBOL])
    yield bad("share-length", "on-two-lines", "a share over two lines, and the envelope between them", [*TWO, " ".join(third[:17]), SYMBOL, " ".join(third[17:])])  # fmt: skip
    unknown = {
        "not-in-the-list": ("four words that are not in the list", ["XYZZY"] * 4),
        "three-letters": ("three letters of four longer words", [word[:3] for word in LONGER]),
        "wrong-ending": ("four right letters with a wrong ending, four times", [word[:4] + "QQ" for word in LONGER]),
        "four-illegible": ("four illegible words: one more than the checksum solves", ["?"] * 4),
        "sixteen-illegible": ("sixteen illegible words", ["?"] * 16),
    }
    for name, (comment, put) in unknown.items():
        yield bad("share-word", name, comment, [*TWO, " ".join([*third[:9], *put, *third[9 + len(put) :]]), SYMBOL])
    yield bad("share-word", "1024", "digits that name a word beyond the list", [*TWO, digits[:36] + "1024" + digits[40:], SYMBOL])  # fmt: skip
    yield bad("share-checksum", "two-words", "two other words of the list: one could be solved", [*TWO, wrong(third, 9, 20), SYMBOL])  # fmt: skip
    yield bad("share-checksum", "three-words", "three other words", [*TWO, wrong(third, 0, 9, 32), SYMBOL])
    yield bad("share-checksum", "one-wrong-one-illegible", "one other word, and one illegible: no solution", [*TWO, wrong(["?", *third[1:]], 9), SYMBOL])  # fmt: skip
    yield bad("share-checksum", "one-wrong-three-illegible", "three illegible words have a solution, but the commitment tells that it is a wrong one", [*TWO, wrong(["?", "?", "?", *third[3:]], 9), SYMBOL])  # fmt: skip
    yield bad("share-checksum", "illegible-of-another-set", "an illegible word in a share that no commitment proves", [*TWO, " ".join(["?", *words(OTHER, "3")[0].split()[1:]]), SYMBOL])  # fmt: skip
    yield bad("share-checksum", "two-words-swapped", "two neighbours exchanged", [*TWO, " ".join([*third[:9], third[10], third[9], *third[11:]]), SYMBOL])  # fmt: skip
    yield bad("share-checksum", "digits", "two fours of the digits exchanged", [*TWO, digits[:36] + digits[40:44] + digits[36:40] + digits[44:], SYMBOL])  # fmt: skip
    yield bad("share-checksum", "extendable-customization", "the right words under the checksum of extendable shares", [*TWO, spelt(indices_of(FLAT.share("3")), b"shamir_extendable"), SYMBOL])  # fmt: skip
    yield bad("share-checksum", "zeros", "132 zeros", [*TWO, "0" * 132, SYMBOL])


def foreign_shares() -> Iterator[Vector]:
    """Sound mnemonics that splitkit never makes, of no set that is here; refused before any slow step."""
    yield bad("share-not-splitkit", "extendable", "the extendable flag is set", [*TWO, foreign(OTHER, extendable=True), SYMBOL])  # fmt: skip
    yield bad("share-not-splitkit", "exponent-1", "iteration exponent 1", [*TWO, foreign(OTHER, iteration_exponent=1), SYMBOL])  # fmt: skip
    yield bad("share-not-splitkit", "exponent-15", "iteration exponent 15: a minute of work for who does it", [*TWO, foreign(OTHER, iteration_exponent=15), SYMBOL])  # fmt: skip
    padding = indices_of(OTHER.share("3"))
    padding[4] |= 512
    yield bad("share-not-splitkit", "padding", "a bit of the padding is set", [*TWO, spelt(padding), SYMBOL])
    groups = indices_of(OTHER.share("3"))
    groups[2] |= 1 << 2  # group threshold 2, 3 or more of one group
    yield bad("share-not-splitkit", "more-groups-than-there-are", "asks for more groups than it says there are", [*TWO, spelt(groups), SYMBOL])  # fmt: skip


def committing(of: Made, mnemonic: str) -> str:
    """The symbol of an envelope that commits to *mnemonic* as its third share."""
    [[threshold, commitments]] = fields_of(of)[9]
    digest = hashlib.sha256(b"splitkit/1 share" + of.envelope.header.set_id + mnemonic.encode()).digest()
    joined = commitments[:16] + digest[:8] + commitments[24:]
    return symbol_text(sealed(of, header_with(of, _9=[[threshold, joined]])))


def forged_shares() -> Iterator[Vector]:
    """Two true shares and a forged one, with the record: exit 5, sheet named."""
    third, set_id = FLAT.share("3"), FLAT.envelope.header.set_id
    forgeries = {
        "value": ("another value, sound checksum", altered(third, seeded_bytes("forged")(32)).mnemonic),
        "one-bit": ("one bit of the value", altered(third, flipped(third.value, 31)).mnemonic),
        "threshold-1": ("says that one sheet is enough: other programs give the forger's text", altered(third, b"the forger's text, 32 bytes long", member_threshold=1).mnemonic),
        "threshold-2": ("the true value under a threshold of 2", altered(third, member_threshold=2).mnemonic),
        "number": ("the true value under the number of an absent sheet", altered(third, index=3).mnemonic),
        "number-beyond": ("the number of a sheet that the set does not have", altered(third, index=7).mnemonic),
        "group": ("the true value in a group that the set does not have", altered(third, group_index=1, group_count=2).mnemonic),
        "group-count": ("says that there are two groups", altered(third, group_count=2).mnemonic),
        "extendable": ("the true value with the extendable flag", foreign(FLAT, extendable=True)),
        "exponent": ("the true value with iteration exponent 15", foreign(FLAT, iteration_exponent=15)),
        "padding": ("a bit of the padding is set", spelt([w | 512 * (at == 4) for at, w in enumerate(third.indices)])),
    }  # fmt: skip
    for name, (comment, line) in forgeries.items():
        yield bad("forged", name, comment, [*TWO, line, SYMBOL])
    alone = altered(third, b"the forger's text, 32 bytes long", member_threshold=1).mnemonic
    yield bad("forged", "threshold-1-alone", "the same share alone: it combines in other programs", [alone, SYMBOL])
    pair = consistent_forgery(set_id)
    yield bad("forged", "consistent-set", "three shares of a forger's own deal with this set's identifier, and the true envelope", [*pair, SYMBOL])  # fmt: skip
    yield bad("forged", "two-colluders", "two of them beside one true share", [*pair[:2], THREE[2], SYMBOL])
    damaged = [" ".join(["?"] * 4 + share.split()[4:]) for share in seventy()[:64]]
    one = altered(third, seeded_bytes("forged")(32)).mnemonic
    yield bad("forged", "behind-64-damaged", "64 damaged shares before a forged one: damaged shares count against no limit", [*TWO, *damaged, one, SYMBOL])  # fmt: skip
    yield bad("no-quorum", "forged-65th", "64 shares of another set before a forged one: it is not looked at", [*TWO, *seventy()[:64], one, SYMBOL])  # fmt: skip
    rival = symbol_text(sealed(FLAT, header_with(FLAT, _6="Root")))
    yield bad("forged", "envelope-33rd", "32 other envelopes before a second one with the set id of the record: that counts against no limit", [*TWO, SYMBOL, *forty()[:32], rival])  # fmt: skip
    yield bad("forged", "extendable-committed", "a share with the extendable flag and this set's identifier, to which an envelope of another set commits: of another form it belongs to none", [*TWO, foreign(FLAT, extendable=True), SYMBOL, committing(OTHER, foreign(FLAT, extendable=True))])  # fmt: skip
    yield bad("forged", "envelope", "too few shares, and a second envelope with the set id of the record", [*TWO, rival, SYMBOL])  # fmt: skip


def forged_and_committed_to() -> Iterator[Vector]:
    """The record's own envelope commits to a share whose header is not that of the policy: no match anyway."""
    commitments = fields_of(FLAT)[9][0][1]
    changes = {
        "threshold-1": ("asks for one sheet", {"member_threshold": 1}),
        "threshold-2": ("asks for two sheets", {"member_threshold": 2}),
        "group-count": ("says that there are two groups", {"group_count": 2}),
        "groups": ("asks for two groups of two", {"group_count": 2, "group_threshold": 2}),
    }
    for name, (comment, fields) in changes.items():
        share = altered(FLAT.share("3"), **fields)
        joined = commitments[:16] + share.commitment(FLAT.envelope.header.set_id) + commitments[24:]
        raw = sealed(FLAT, header_with(FLAT, _9=[[3, joined]]))
        lines = [*TWO, share.mnemonic, symbol_text(raw)]
        yield bad("forged", f"committed-{name}", f"the commitment is that of a share that {comment}", lines, fingerprint=" ".join(fingerprint_of(raw)))  # fmt: skip


def forged_in_groups() -> Iterator[Vector]:
    """A quorum of groups but for one sheet of it, which is forged."""
    symbol, first = symbol_text(GROUPS.envelope.raw), words(GROUPS, "A1")
    second, single = GROUPS.share("A2"), GROUPS.share("C1")
    forgeries = {
        "value": ("another value", [second, altered(single, seeded_bytes("single")(32))]),
        "group-threshold": ("says that one group is enough", [second, altered(single, group_threshold=1)]),
        "group-count": ("says that there are four groups", [second, altered(single, group_count=4)]),
        "other-group": ("the true value under the letter of another group", [second, altered(single, group_index=1)]),
        "threshold": ("says that its group needs one sheet", [altered(second, member_threshold=1), single]),
        "member": ("the true value under another number", [altered(second, index=2), single]),
    }
    for name, (comment, shares) in forgeries.items():
        lines = [*first, *(share.mnemonic for share in shares), symbol]
        yield bad("forged", f"groups-{name}", f"2 of 3 groups: {comment}", lines, GROUPS)


def consistent_forgery(set_id: bytes) -> list[str]:
    dealt = split_key(bytes(range(32)), set_id, FLAT.policy, Entropy(seeded_bytes("forger")))
    return [dealt[SheetId(0, m)].mnemonic for m in range(3)]


def stray_lines() -> Iterator[Vector]:
    for name, comment, line in (
        ("address", "a web address", "https://example.com/sheet"),
        ("bip39", "words of another list", "abandon ability able about above absent absorb abstract absurd abuse access accident"),
        ("cyrillic", "a Cyrillic letter that looks Latin", THREE[2].replace("A", "\u0410", 1)),
        ("bytes", "bytes that are no text", b"\xff\xfe\x00\x01"),
        ("escape", "an escape sequence", b"\x1b[2J\x1b]0;title\x07"),
        ("recipient-of-nobody", "a Bech32 text", "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"),
    ):  # fmt: skip
        yield bad("not-a-line", name, f"two shares, and {comment}", [*TWO, line, SYMBOL])


# What must fail: envelopes


def text_failures() -> Iterator[Vector]:
    body = SYMBOL.removeprefix("SK1:")
    at = body.index("A")
    texts = {
        "character": ("9 is not in the alphabet", f"SK1:{body[:at]}9{body[at + 1 :]}"),
        "padding": ("= is not used", SYMBOL + "="),
        "length": ("a number of characters that base32 never has", SYMBOL[: len(SYMBOL) - (len(body) % 8) + 1]),
        "empty": ("nothing after the mark", "SK1:"),
        "trailing-bits": ("bits beyond the last byte: another spelling of the same bytes", trailing_bits(FLAT)),
    }
    for name, (comment, text) in texts.items():
        yield bad("envelope-base32", name, comment, [*THREE, text])
    yield bad("envelope-reserved", "part", "a part of several symbols: reserved", [*THREE, "SK1-1/2:" + body[:100]])
    yield bad("envelope-reserved", "h", "another form that is reserved", [*THREE, "SK1H:" + body])


def trailing_bits(of: Made) -> str:
    text = symbol_text(of.envelope.raw)
    assert len(of.envelope.raw) % 5, "this set's envelope has no bits to spare"
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return text[:-1] + alphabet[alphabet.index(text[-1]) + 1]


def line_failures() -> Iterator[Vector]:
    raw, total = FLAT.envelope.raw, len(LINES)
    others = list(printed_lines(OTHER.envelope.raw))
    yield bad("envelope-line", "misread", "two letters of a line exchanged", [*THREE, *LINES[:3], misread(LINES[3]), *LINES[4:]])  # fmt: skip
    yield bad("envelope-line", "renumbered", "line 2 under the number of line 4", [*THREE, *LINES[:3], "04" + LINES[1][2:], *LINES[4:]])  # fmt: skip
    yield bad("envelope-line", "number-0", "line 0", [*THREE, made_line(0, total, raw[:20]), *LINES[1:]])
    yield bad("envelope-line", "beyond", "a number beyond the total", [*THREE, *LINES[:-1], made_line(total + 1, total, raw[-20:])])  # fmt: skip
    yield bad("envelope-line", "total-24", "24 lines are more than an envelope has", [*THREE, *(made_line(n, 24, bytes(20)) for n in range(1, 25))])  # fmt: skip
    yield bad("envelope-line", "short", "a line of 19 bytes that is not the last", [*THREE, made_line(1, total, raw[:19]), *LINES[1:]])  # fmt: skip
    yield bad("envelope-line", "long", "a line of 21 bytes", [*THREE, made_line(1, total, raw[:21]), *LINES[1:]])
    yield bad("envelope-line", "no-check", "the four check characters are missing", [*THREE, LINES[0][:-5], *LINES[1:]])
    yield bad("envelope-line", "check-illegible", "a check that was typed as ????", [*THREE, LINES[0][:-4] + "????", *LINES[1:]])  # fmt: skip
    yield bad("envelope-line", "four-illegible", "four illegible characters", [*THREE, f"{LINES[0][:6]}??{LINES[0][8:-2]}??", *LINES[1:]])  # fmt: skip
    unclear = [f"{others[0][:-1]}?".replace(others[0][6:8], f"{a}{b}") for a in "ABCDEFGH" for b in "ABCDEFGH"]
    yield bad("envelope-line", "64-illegible", "64 different lines with an illegible character before the right one, which has one too", [*THREE, *unclear, LINES[0][:-1] + "?", *LINES[1:]])  # fmt: skip
    yield bad("envelope-line-missing", "one", "line 5 is missing", [*THREE, *LINES[:4], *LINES[5:]])
    yield bad("envelope-line-missing", "last", "the last line is missing", [*THREE, *LINES[:-1]])
    yield bad("envelope-line-missing", "all-but-one", "one line only", [*THREE, LINES[6]])
    yield bad("envelope-line-missing", "of-two-envelopes", "half of the lines of each of two envelopes, of different lengths", [*THREE, *LINES[::2], *printed_lines(GROUPS.envelope.raw)[::2]])  # fmt: skip
    yield bad("envelope-lines-mixed", "one-line", "one line of another envelope of the same length as well", [*THREE, *LINES, others[4]])  # fmt: skip
    yield bad("envelope-lines-mixed", "all-lines", "all lines of two envelopes", [*THREE, *LINES, *others])


def made_line(number: int, total: int, data: bytes) -> str:
    digest = hashlib.sha256(b"splitkit/1 line" + bytes([number, total]) + data).digest()
    body, check = (base64.b32encode(part).decode().rstrip("=") for part in (data, digest))
    return f"{number:02d}/{total:02d} {body} {check[:4]}"


def cbor_failures() -> Iterator[Vector]:
    """Another encoding of what would be right, or a type that does not belong."""
    raw, header = FLAT.envelope.raw, FLAT.envelope.header_bytes
    heads = {
        "header-trailing": ("a byte after the header", header + b"\x00"),
        "header-long-integer": ("the version as two bytes", header[:2] + b"\x18\x01" + header[3:]),
        "header-long-key": ("a key as two bytes", header[:1] + b"\x18\x01" + header[2:]),
        "header-indefinite": ("a map of indefinite length", b"\xbf" + header[1:] + b"\xff"),
        "header-unsorted": ("epoch before date", swapped(header, canonical(4), canonical(5), canonical(6))),
        "header-duplicate": ("one key twice", b"\xaa" + header[1:3] + header[1:]),
        "header-text-key": ("a key that is text", b"\xaa" + header[1:] + b"\x61x\x00"),
        "header-negative-key": ("a negative key", b"\xaa" + header[1:] + b"\x20\x00"),
        "header-label-utf8": ("a label that is not UTF-8", header.replace(b"\x64Test", b"\x64\xff\xfe\xfd\xfc")),
        "header-label-surrogate": ("a label with a lone surrogate", header.replace(b"\x64Test", b"\x63\xed\xa0\x80")),
        "header-float": ("a number with a point", later(header, b"\xf9\x3c\x00")),
        "header-null": ("null", later(header, b"\xf6")),
        "header-undefined": ("undefined", later(header, b"\xf7")),
        "header-negative": ("a negative number", later(header, b"\x20")),
        "header-tag": ("a tagged value", later(header, b"\xc1\x00")),
        "header-2-32": ("the integer 2^32", later(header, b"\x1b" + (2**32).to_bytes(8, "big"))),
        "header-bignum": ("a small number as a big one", later(header, b"\xc2\x41\x01")),
        "header-simple": ("false in two bytes", later(header, b"\xf8\x14")),
        "header-nested": ("lists nested too deeply, nine with the header", later(header, b"\x81" * 8 + b"\x00")),
        "header-chunks": ("a byte string in chunks", later(header, b"\x5f\x41x\xff")),
        "header-promise": ("a list that promises more than there is", later(header, b"\x9a\xff\xff\xff\xff")),
        "header-list": ("a list instead of a map", canonical([1, 2, 3])),
        "header-empty": ("no bytes at all", b""),
    }
    for name, (comment, changed) in heads.items():
        assert changed != header
        yield with_raw("envelope-cbor", name, f"header: {comment}", sealed(FLAT, changed))
    body = [header, FLAT.envelope.nonce, FLAT.envelope.ciphertext]
    wholes = {
        "trailing": ("a byte after the envelope", raw + b"\x00"),
        "long-array": ("the array's length in two bytes", b"\x98\x03" + raw[1:]),
        "indefinite": ("an array of indefinite length", b"\x9f" + raw[1:] + b"\xff"),
        "long-string": ("the header's length in three bytes", raw[:1] + b"\x59\x00" + raw[2:]),
        "tagged": ("the mark of CBOR itself before it", b"\xd9\xd9\xf7" + raw),
        "truncated": ("the last byte is missing", raw[:-1]),
        "half": ("the first half", raw[: len(raw) // 2]),
        "map": ("a map instead of an array", canonical(dict(enumerate(body)))),
        "two-parts": ("two parts", canonical(body[:2])),
        "four-parts": ("four parts", canonical([*body, b""])),
        "header-as-map": ("the header as a map, not as bytes", canonical([cbor2.loads(header), *body[1:]])),
    }
    for name, (comment, changed) in wholes.items():
        yield with_raw("envelope-cbor", name, comment, changed)


def later(header: bytes, value: bytes) -> bytes:
    """The header with one more entry: key 24, which is ignored, and *value* in raw CBOR."""
    return bytes([header[0] + 1]) + header[1:] + b"\x18\x18" + value


def swapped(header: bytes, *keys: bytes) -> bytes:
    """The header with two neighbouring small entries exchanged."""
    first, second = (keys[at] + canonical(fields_of(FLAT)[cbor2.loads(keys[at])]) for at in (0, 1))
    assert first + second in header
    return header.replace(first + second, second + first)


def header_failures() -> Iterator[Vector]:
    for key in range(2, 10):
        yield with_raw("envelope-header", f"no-{key}", f"key {key} is missing", sealed(FLAT, header_with(FLAT, **{f"_{key}": None})))  # fmt: skip
    wrong = {2: "x" * 16, 3: 0, 4: b"1", 5: True, 6: b"Test", 7: "x" * 16, 8: True, 9: {}, 10: 16}
    for key, value in wrong.items():
        edits = {f"_{key}": value} | ({"_5": 2} if key == 10 else {})
        yield with_raw("envelope-header", f"type-{key}", f"key {key} has another type", sealed(FLAT, header_with(FLAT, **edits)))  # fmt: skip
    rules = {
        "no-version": ("the version is missing", {"_1": None}),
        "version-0": ("version 0", {"_1": 0}),
        "version-true": ("a version that is true", {"_1": True}),
        "key-0": ("key 0", {"_0": 0}),
        "recipient-15": ("a recipient hash of 15 bytes", {"_7": bytes(15)}),
        "line-15": ("the line has 15 bytes", {"_5": 2, "_10": bytes(15)}),
        "line-17": ("the line has 17 bytes", {"_5": 2, "_10": bytes(17)}),
        "line-in-epoch-1": ("a line in epoch 1, which is a first set", {"_10": OLD.envelope.header.set_id}),
        "line-missing": ("epoch 2 and no line", {"_5": 2}),
        "line-of-itself": (
            "epoch 2 of the line that the set itself begins",
            {"_5": 2, "_10": FLAT.envelope.header.set_id},
        ),
        "epoch-0": ("epoch 0", {"_5": 0}),
        "label-65": ("a label of 65 bytes", {"_6": "x" * 65}),
        "label-65-of-33": ("a label of 33 letters and 65 bytes", {"_6": "\u00e9" * 32 + "x"}),
    }
    for name, (comment, edits) in rules.items():
        yield with_raw("envelope-header", name, comment, sealed(FLAT, header_with(FLAT, **edits)))
    too_new = {
        "version-2": ("version 2", {"_1": 2}),
        "key-11": ("key 11", {"_11": 0}),
        "key-23": ("key 23", {"_23": "x"}),
        "version-9-other-keys": ("version 9 with other keys", {"_1": 9, "_2": None, "_9": 7}),
    }
    for name, (comment, edits) in too_new.items():
        yield with_raw("envelope-too-new", name, comment, sealed(FLAT, header_with(FLAT, **edits)))


def policy_failures() -> Iterator[Vector]:
    three = fields_of(FLAT)[9][0][1]
    rules = {
        "threshold-0": ("0 of 5", {"_9": [[0, three]]}),
        "threshold-1": ("1 of 5", {"_9": [[1, three]]}),
        "threshold-6": ("6 of 5", {"_9": [[6, three]]}),
        "1of1": ("1 of 1 alone", {"_9": [[1, three[:8]]]}),
        "no-members": ("a group without members", {"_9": [[3, three], [0, b""]]}),
        "17-members": ("17 in one group", {"_9": [[3, three + bytes(96)]]}),
        "33-sheets": ("33 sheets", {"_9": [[3, three], [2, bytes(128)], [2, bytes(96)]]}),
        "1of2-group": ("1 of 2 as one of two groups", {"_8": 2, "_9": [[1, three[:16]], [2, three[16:]]]}),
        "half-a-commitment": ("a commitment of 4 bytes", {"_9": [[3, three[:-4]]]}),
        "no-groups": ("no groups", {"_9": []}),
        "groups-0": ("0 groups are needed", {"_8": 0}),
        "groups-2-of-1": ("2 groups are needed of 1", {"_8": 2}),
        "17-groups": ("17 groups", {"_9": [[3, three], *([1, bytes(8)] for _ in range(16))], "_8": 2}),
        "group-of-three-parts": ("a group with a third part", {"_9": [[3, three, 0]]}),
        "group-as-text": ("a threshold that is text", {"_9": [["3", three]]}),
    }
    for name, (comment, edits) in rules.items():
        yield with_raw("envelope-policy", name, comment, sealed(FLAT, header_with(FLAT, **edits)))
    yield one_person_alone()


def one_person_alone() -> Vector:
    """A set that any SLIP-39 program makes and that splitkit must not open: one group of a single sheet is enough."""
    policy = SimpleNamespace(group_threshold=1, groups=(Group(1, 1), Group(2, 3)))
    draw = seeded_bytes("testkit alone")
    key, set_id = draw(32), draw(16)
    shares = split_key(key, set_id, policy, Entropy(draw))
    joined = [b"".join(s.commitment(set_id) for at, s in shares.items() if at.group == g) for g in (0, 1)]
    header = canonical(
        fields_of(FLAT)
        | {2: set_id, 7: recipient_hash(recipient_of(key, set_id)), 8: 1, 9: [[1, joined[0]], [2, joined[1]]]}
    )
    cipher = AESGCM(hkdf(key, set_id, b"splitkit/1 envelope", 32))
    record = FLAT.record.encode()
    raw = canonical([header, bytes(12), cipher.encrypt(bytes(12), record, b"splitkit/1 envelope" + header)])
    lines = [shares[SheetId(0, 0)].mnemonic, symbol_text(raw)]
    return bad("envelope-policy", "one-person", "1 of 2 groups, one of them a single sheet", lines, fingerprint=" ".join(fingerprint_of(raw)))  # fmt: skip


def body_failures() -> Iterator[Vector]:
    header, nonce = FLAT.envelope.header_bytes, FLAT.envelope.nonce
    key = AESGCM(hkdf(key_of(FLAT), FLAT.envelope.header.set_id, b"splitkit/1 envelope", 32))
    short = FLAT.record.encode().rstrip()
    for size in (11, 13):
        body = key.encrypt(nonce.ljust(size)[:size], FLAT.record.encode(), b"splitkit/1 envelope" + header)
        yield with_raw("envelope-body", f"nonce-{size}", f"a nonce of {size} bytes", canonical([header, nonce.ljust(size)[:size], body]))  # fmt: skip
    for name, record in (("32", short.ljust(32)), ("63", short.ljust(63)), ("65", short.ljust(65))):
        yield with_raw("envelope-body", f"record-{name}", f"a padded record of {name} bytes", sealed(FLAT, header, record))  # fmt: skip
    yield with_raw("envelope-body", "no-ciphertext", "a tag and nothing else", sealed(FLAT, header, b""))
    big = header_with(FLAT, _24=bytes(256))
    assert len(sealed(FLAT, big)) > 456
    yield with_raw("envelope-body", "457-bytes", "an envelope longer than its symbol holds", exactly(457))


def exactly(size: int) -> bytes:
    """An envelope of *size* bytes."""
    return next(raw for n in range(300) if len(raw := sealed(FLAT, header_with(FLAT, _24=bytes(n)))) == size)


def record_failures() -> Iterator[Vector]:
    password = FLAT.record.password
    records = {
        "not-json": ("no JSON", password.encode()),
        "array": ("a list", json.dumps([password]).encode()),
        "no-password": ("no password", b'{"user":"x"}'),
        "number": ("a password that is a number", b'{"password":12345678}'),
        "null": ("a note that is null", b'{"note":null,"password":"x"}'),
        "unknown-name": ("a name that is not known", b'{"password":"x","pin":"y"}'),
        "twice": ("one name twice", b'{"password":"x","password":"y"}'),
        "unsorted": ("names not in order", b'{"user":"y","password":"x"}'),
        "spaces": ("spaces between", b'{"password": "x"}'),
        "escaped": ("an escape that is not needed", b'{"password":"\\u0041"}'),
        "surrogate": ("a lone surrogate", b'{"password":"\\ud800"}'),
        "latin-1": ("not UTF-8", b'{"password":"\xe9"}'),
        "padding-newline": ("padded with something else", b'{"password":"x"}'.ljust(64, b"\n")),
        "padding-nul": ("padded with zero bytes", b'{"password":"x"}'.ljust(64, b"\x00")),
        "byte-order-mark": ("a byte order mark", b'\xef\xbb\xbf{"password":"x"}'),
        "two-objects": ("two objects", b'{"password":"x"}{"password":"y"}'),
        "nested": ("an object in the object", b'{"note":{},"password":"x"}'),
        "leading-space": ("a space before", b' {"password":"x"}'),
        "empty": ("spaces only", b""),
        "empty-password": ("an empty password", b'{"password":""}'),
        "empty-note": ("a note that is empty: it is left out", b'{"note":"","password":"x"}'),
    }
    for name, (comment, record) in records.items():
        raw = sealed(FLAT, FLAT.envelope.header_bytes, padded(record))
        yield with_raw("secret-record", name, f"the envelope opens, and holds {comment}", raw)
    longer = FLAT.record.encode() + b" " * 32
    forged = altered(FLAT.share("4"), flipped(FLAT.share("4").value)).mnemonic
    raw = sealed(FLAT, FLAT.envelope.header_bytes, padded(records["null"][1]))
    yield bad("secret-record", "forged-beside", "no secret record inside, and a forged sheet beside the quorum: what opens is said", [*THREE, forged, symbol_text(raw)], fingerprint=" ".join(fingerprint_of(raw)))  # fmt: skip
    raw = sealed(PRACTICE, PRACTICE.envelope.header_bytes, padded(records["null"][1]))
    yield bad("secret-record", "practice", "a practice set without a secret record inside, not asked for: what it holds is said first", [*words(PRACTICE, *"123"), symbol_text(raw)], PRACTICE, fingerprint=" ".join(fingerprint_of(raw)))  # fmt: skip
    yield with_raw("secret-record", "padding-too-long", "the envelope opens, and is padded by one block too many", sealed(FLAT, FLAT.envelope.header_bytes, longer))  # fmt: skip


# What must fail: the gathering


def too_few() -> Iterator[Vector]:
    symbol = symbol_text(GROUPS.envelope.raw)
    large = made("16of16", "testkit 16of16", "Kit+16of16=Staple", practice=False)
    fifteen = words(large, *map(str, range(1, 16)))
    yield bad("no-quorum", "two-of-three", "T-1 sheets", [*TWO, SYMBOL])
    yield bad("no-quorum", "one-twice", "a sheet read twice counts once", [*TWO, TWO[0], SYMBOL])
    yield bad("no-quorum", "words-and-digits", "a share as words and as digits counts once", [*TWO, FLAT.share("2").digits, SYMBOL])  # fmt: skip
    yield bad("no-quorum", "no-shares", "the envelope alone", [SYMBOL])
    yield bad("no-quorum", "fifteen-of-sixteen", "15 of 16", [*fifteen, symbol_text(large.envelope.raw)], large)
    yield bad("no-quorum", "no-record", "T-1 sheets, without a record", [*TWO, SYMBOL], fingerprint="")
    yield bad("no-quorum", "other-set", "T-1 sheets and one of another set", [*TWO, *words(OTHER, "3"), SYMBOL, symbol_text(OTHER.envelope.raw)])  # fmt: skip
    yield bad("no-quorum", "other-set-without-envelope", "T-1 sheets and a share of a set whose envelope is not here", [*TWO, *words(OTHER, "3"), SYMBOL])  # fmt: skip
    yield bad("no-quorum", "identifier", "the true value of sheet 3 under the identifier of no set that is here", [*TWO, altered(FLAT.share("3"), identifier=1).mnemonic, SYMBOL])  # fmt: skip
    theirs = split_key(bytes(range(32)), FLAT.envelope.header.set_id, OTHER.policy, Entropy(seeded_bytes("forger")))
    joined = b"".join(share.commitment(OTHER.envelope.header.set_id) for share in theirs.values())
    collides = symbol_text(sealed(OTHER, header_with(OTHER, _9=[[3, joined]])))
    yield bad("no-quorum", "identifier-collides", "a share that belongs to the envelope of another set, and has the identifier of this one by chance", [*TWO, theirs[SheetId(0, 2)].mnemonic, SYMBOL, collides])  # fmt: skip
    yield bad("no-quorum", "old-and-new", "one sheet of the old set and one of the new", [*words(OLD, "1"), *words(NEW, "2"), symbol_text(NEW.envelope.raw)], NEW)  # fmt: skip
    yield bad("no-quorum", "one-group", "one complete group of two", [*words(GROUPS, "B1", "B2", "B3", "B4", "B5"), symbol], GROUPS)  # fmt: skip
    yield bad("no-quorum", "groups-one-short", "each large group one sheet short", [*words(GROUPS, "A1", "B1", "B2", "C1"), symbol], GROUPS)  # fmt: skip
    yield bad("no-envelope", "shares-only", "a quorum of shares and no envelope", THREE)
    yield bad("no-envelope", "no-record", "the same without a record", THREE, fingerprint="")
    yield bad("no-envelope", "nothing", "no line at all", [])
    yield bad("too-much", "lines", "5,001 lines", [*THREE, SYMBOL, *[""] * 4997])


def the_record() -> Iterator[Vector]:
    mine = fingerprint(FLAT).split()
    last = WORDLIST[WORDLIST.index(mine[11]) ^ 1]
    yield bad("wrong-record", "other-set", "the fingerprint of another set", [*THREE, SYMBOL], fingerprint=fingerprint(OTHER))  # fmt: skip
    yield bad("wrong-record", "last-word", "only the last word differs: all twelve count", [*THREE, SYMBOL], fingerprint=" ".join([*mine[:11], last]))  # fmt: skip
    yield bad("wrong-record", "two-words-swapped", "two words exchanged", [*THREE, SYMBOL], fingerprint=" ".join([mine[1], mine[0], *mine[2:]]))  # fmt: skip
    rival = sealed(FLAT, header_with(FLAT, _6="Root"), SecretRecord("the forger's own").encode())
    yield bad("wrong-record", "same-key", "a forger who knows K sealed another secret: every share fits", [*THREE, symbol_text(rival)])  # fmt: skip
    whole = forged_set()
    yield bad("wrong-record", "whole-set", "a whole forged set with this set's id", whole)
    yield bad("fingerprint", "11-words", "a fingerprint of eleven words", [*THREE, SYMBOL], fingerprint=" ".join(mine[:11]))  # fmt: skip
    yield bad("fingerprint", "13-words", "a fingerprint of thirteen words", [*THREE, SYMBOL], fingerprint=" ".join([*mine, mine[0]]))  # fmt: skip
    yield bad("fingerprint", "unknown-word", "a word that is not in the list", [*THREE, SYMBOL], fingerprint=" ".join([*mine[:11], "xyzzy"]))  # fmt: skip
    yield bad("fingerprint", "share", "the words of a share where the fingerprint belongs", [*THREE, SYMBOL], fingerprint=THREE[0])  # fmt: skip


def forged_set(policy: tuple[int, int] = (3, 5)) -> list[str]:
    """All of a forger's own, under the true set id."""
    set_id, key = FLAT.envelope.header.set_id, seeded_bytes("forged set")(32)
    shares = split_key(key, set_id, SimpleNamespace(group_threshold=1, groups=(Group(*policy),)), Entropy(seeded_bytes("forged set")))  # fmt: skip
    joined = b"".join(share.commitment(set_id) for share in shares.values())
    header = header_with(FLAT, _7=recipient_hash(recipient_of(key, set_id)), _9=[[policy[0], joined]])
    cipher = AESGCM(hkdf(key, set_id, b"splitkit/1 envelope", 32))
    body = cipher.encrypt(bytes(12), SecretRecord("the forger's own").encode(), b"splitkit/1 envelope" + header)
    return [
        *(s.mnemonic for s in list(shares.values())[: policy[0]]),
        symbol_text(canonical([header, bytes(12), body])),
    ]


def without_a_record() -> Iterator[Vector]:
    rival = symbol_text(sealed(FLAT, header_with(FLAT, _6="Root")))
    others = symbol_text(OTHER.envelope.raw)
    forged = altered(FLAT.share("3"), flipped(FLAT.share("3").value)).mnemonic
    lone = altered(FLAT.share("3"), bytes(32), member_threshold=1).mnemonic
    yield bad("no-record-refused", "two-sets", "a quorum, and the envelope of another set", [*THREE, SYMBOL, others], fingerprint="")  # fmt: skip
    yield bad("no-record-refused", "rival", "a quorum, and a second envelope of this set under the same key", [*THREE, SYMBOL, rival], fingerprint="")  # fmt: skip
    yield bad("no-record-refused", "fewer-needed", "two forgers with a set of their own that asks for two, and a true sheet", [*forged_set((2, 5)), THREE[2], SYMBOL], fingerprint="")  # fmt: skip
    unclear = wrong(THREE[2].split(), 9, 20)
    beside: dict[str, tuple[str, list[str | bytes]]] = {
        "damaged-share": ("a share whose check fails", [unclear]),
        "illegible-share": ("a share with four illegible words", [" ".join(["?"] * 4 + THREE[0].split()[4:])]),
        "short-share": ("a share without its last word", [" ".join(THREE[2].split()[:-1])]),
        "foreign-share": ("a share of another program", [foreign(OTHER, iteration_exponent=1)]),
        "other-share": ("a share of another set", words(OTHER, "1")),
        "damaged-line": ("a printed line of the envelope whose check fails", [misread(LINES[3])]),
        "loose-line": ("one line of another envelope", [printed_lines(GROUPS.envelope.raw)[2]]),
        "damaged-envelope": ("an envelope that is misspelt", ["SK1:AAAAAAAA"]),
        "newer-envelope": ("an envelope of a newer splitkit", [symbol_text(sealed(FLAT, header_with(FLAT, _11=0)))]),
        "reserved": ("a form of symbol that is reserved", ["SK1H:AAAA"]),
        "many": ("70 shares of another set", list(seventy())),
        "quoted-share": ("a share in quotes", [f'"{THREE[0]}"']),
        "share-with-a-mark": ("a share with a mark behind it", [f"{THREE[0]} !"]),
        "share-with-an-umlaut": ("a share with a letter that is not ASCII", [THREE[0].replace("A", "Ä", 1)]),
        "share-with-slashes": ("a share with slashes between its words", [THREE[0].replace(" ", " / ")]),
        "garbled-share": (
            "a share with 20 words that are no words",
            [" ".join([*THREE[0].split()[:13], *["xx"] * 20])],
        ),
        "digits-with-letters": ("the digits of a share with O for 0", [FLAT.share("1").digits.replace("0", "O")]),
        "misspelt-mark": ("an envelope that begins with SKI", [others.replace("SK1", "SKI")]),
        "lines-without-numbers": ("printed lines without their numbers", [line.split(" ", 1)[1] for line in LINES]),
        "other-text": ("a web address", ["https://example.com/"]),
    }
    for name, (comment, lines) in beside.items():
        yield bad("no-record-refused", name, f"a quorum, and {comment}", [*THREE, SYMBOL, *lines], fingerprint="")
    yield bad("unmatched", "value", "two true shares and one with another value: nobody can say which is forged", [*TWO, forged, SYMBOL], fingerprint="")  # fmt: skip
    yield bad("unmatched", "threshold-1", "two true shares and one that says it is enough", [*TWO, lone, SYMBOL], fingerprint="")  # fmt: skip
    unsound = header_with(FLAT, _9=[[3, flipped(fields_of(FLAT)[9][0][1], 39)]])
    yield bad("unsound", "no-record", "the envelope opens, a commitment of an absent sheet is wrong, and no record vouches", [*THREE, symbol_text(sealed(FLAT, unsound))], fingerprint="")  # fmt: skip


def unsound_groups() -> Iterator[Vector]:
    """Two groups open the set; what contradicts them stands in the third."""
    three = made("2 of: Board 2of2, IT 2of2, Audit 2of3", "testkit thirds", "Kit+Thirds=3Staple", practice=False)
    set_id = three.envelope.header.set_id
    dealt = split_key(bytes(32), set_id, three.policy, Entropy(seeded_bytes("stranger")))
    strangers = [dealt[SheetId(2, member)] for member in range(3)]
    joined = b"".join(share.commitment(set_id) for share in strangers)
    two = words(GROUPS, "A1", "A2", "B1", "B2", "B3")
    cases = {
        "third-group": ("three groups are complete, and the commitment of an absent sheet of the third is wrong", three, flipped(fields_of(three)[9][2][1], 23), words(three, "A1", "A2", "B1", "B2", "C1", "C2")),
        "absent-single": ("two groups, and the commitment of the absent single sheet is wrong", GROUPS, flipped(fields_of(GROUPS)[9][2][1]), two),
        "third-secret": ("three groups are complete, and the third is true to itself and gives another secret", three, joined, [*words(three, "A1", "A2", "B1", "B2"), *(share.mnemonic for share in strangers[:2])]),
    }  # fmt: skip
    for name, (comment, of, third, lines) in cases.items():
        *groups, (threshold, _) = fields_of(of)[9]
        raw = sealed(of, header_with(of, _9=[*groups, [threshold, third]]))
        yield bad("unsound", name, f"no record: {comment}", [*lines, symbol_text(raw)], of, fingerprint="")


def opening() -> Iterator[Vector]:
    header, nonce, body = FLAT.envelope.header_bytes, FLAT.envelope.nonce, FLAT.envelope.ciphertext
    relabelled = header_with(FLAT, _6="Root")
    recipient = header_with(FLAT, _7=bytes(16))
    wholes = {
        "ciphertext": ("one bit of the ciphertext", [header, nonce, flipped(body, 3)]),
        "tag": ("one bit of the tag", [header, nonce, flipped(body, len(body) - 1)]),
        "nonce": ("one bit of the nonce", [header, flipped(nonce, 11), body]),
        "label": ("another label over the same ciphertext", [relabelled, nonce, body]),
        "recipient": ("another recipient hash, sealed anew: the key is not the one committed to", [recipient, nonce, body_of(FLAT, recipient)]),
        "without-associated-data": ("sealed without its header", [header, nonce, unbound()]),
    }  # fmt: skip
    for name, (comment, parts) in wholes.items():
        yield with_raw("not-open", name, f"the record names an envelope with {comment}", canonical(parts))
    practice = [PRACTICE.envelope.header_bytes, PRACTICE.envelope.nonce, flipped(PRACTICE.envelope.ciphertext, 3)]
    raw = canonical(practice)
    yield bad("not-open", "practice", "a practice set that does not open, not asked for: that it does not open is said first", [*words(PRACTICE, *"123"), symbol_text(raw)], PRACTICE, fingerprint=" ".join(fingerprint_of(raw)))  # fmt: skip
    yield from made_to_match()


def unbound() -> bytes:
    key = hkdf(key_of(FLAT), FLAT.envelope.header.set_id, b"splitkit/1 envelope", 32)
    return AESGCM(key).encrypt(FLAT.envelope.nonce, FLAT.record.encode(), b"splitkit/1 envelope")


def made_to_match() -> Iterator[Vector]:
    """An envelope that commits to a forged share: it matches, and does not combine."""
    set_id, commitments = FLAT.envelope.header.set_id, fields_of(FLAT)[9][0][1]
    forged = altered(FLAT.share("3"), seeded_bytes("match")(32))
    joined = commitments[:16] + forged.commitment(set_id) + commitments[24:]
    raw = sealed(FLAT, header_with(FLAT, _9=[[3, joined]]))
    words_of_it = " ".join(fingerprint_of(raw))
    yield bad("made-to-match", "T", "three shares match, one was made to: they do not combine", [*TWO, forged.mnemonic, symbol_text(raw)], fingerprint=words_of_it)  # fmt: skip
    yield bad("made-to-match", "no-record", "the same without a record", [*TWO, forged.mnemonic, symbol_text(raw)], fingerprint="")  # fmt: skip
    moved = altered(FLAT.share("3"), identifier=1)
    joined = commitments[:16] + moved.commitment(set_id) + commitments[24:]
    other = sealed(FLAT, header_with(FLAT, _9=[[3, joined]]))
    yield bad("made-to-match", "identifiers", "three shares match, and one has another identifier: they do not combine", [*TWO, moved.mnemonic, symbol_text(other)], fingerprint=" ".join(fingerprint_of(other)))  # fmt: skip
    yield good("made-to-match-T+1", "four match, one was made to: another choice of three opens; unsound", [*TWO, forged.mnemonic, *words(FLAT, "4"), symbol_text(raw)], fingerprint=words_of_it)  # fmt: skip
    yield from read_before_the_good_ones()


def read_before_the_good_ones() -> Iterator[Vector]:
    """More shares than are needed, and what was made to match is read first: the order of trying decides (N4)."""
    large = lambda policy: made(policy, "testkit large", "Kit+Large=4Staple", practice=False)
    one, groups, six = large("8of16"), large("2 of: A 8of16, B 8of16"), large("10of16")
    yield good("made-to-match-first", "8 of 16, all are here, and the first was made to match: the others open it; unsound", *spoiled_first(one, ["1"]))  # fmt: skip
    yield good("made-to-match-groups", "two groups of 8 of 16, all are here, and the first of each was made to match: the others open it; unsound", *spoiled_first(groups, ["A1", "B1"]))  # fmt: skip
    lines, *more = spoiled_first(six, list("123456"))
    unclear = [" ".join([*line.split()[:20], "?", *line.split()[21:]]) for line in lines[:6]]
    yield good("made-to-match-solved", "10 of 16, and the first six were made to match and have an illegible word: solved ones are tried last; unsound", [*unclear, *lines[6:]], *more)  # fmt: skip
    yield bad("made-to-match", "beyond", "the same, legible: more than 5,000 choices come before that of the good ones", lines, *more)  # fmt: skip
    few = large("2of4")
    moved = [altered(few.share(number), identifier=1) for number in "12"]
    yield good("made-to-match-same-values", "two shares with another identifier and the same values come first: they give another key, and the next two open it; unsound", *beside(few, moved))  # fmt: skip


def spoiled_first(of: Made, numbers: list[str]) -> tuple[list[str], Made]:
    return beside(of, [altered(of.share(number), seeded_bytes(f"match {number}")(32)) for number in numbers])


def beside(of: Made, wrong: list[Share]) -> tuple[list[str], Made]:
    """The shares that were made to match, then all others, and the envelope that commits to them: the lines, and the set."""
    theirs = {SheetId(share.group, share.member) for share in wrong}
    envelope = committed(of, *wrong)
    rest = [share for sheet, share in of.dealt.shares.items() if sheet not in theirs]
    lines = [*(share.mnemonic for share in (*wrong, *rest)), symbol_text(envelope.raw)]
    return lines, Made(dataclasses.replace(of.dealt, envelope=envelope), of.record)


def needs_attention() -> Iterator[Vector]:
    practice = [*words(PRACTICE, *"123"), symbol_text(PRACTICE.envelope.raw)]
    old = [*words(OLD, "1", "2"), symbol_text(OLD.envelope.raw)]
    yield bad("practice", "not-asked-for", "a practice set, not asked for", practice, PRACTICE)
    yield bad("practice", "no-record", "the same without a record", practice, PRACTICE, fingerprint="")
    yield bad("practice", "not-one", "--practice with a production set", [*THREE, SYMBOL], practice=True)
    yield bad("practice", "others-beside", "a practice set, not asked for, and a forged sheet and a damaged one beside its quorum: 9 anyway", [*practice, altered(PRACTICE.share("4"), bytes(32)).mnemonic, wrong(practice[0].split(), 3, 9)], PRACTICE)  # fmt: skip
    yield bad("superseded", "successor-here", "an envelope here is of a newer set of the line", [*old, symbol_text(NEW.envelope.raw)], OLD)  # fmt: skip
    yield bad("superseded", "both-quorums", "quorums of both sets, and the record of the old one", [*old, *words(NEW, "1", "2"), symbol_text(NEW.envelope.raw)], OLD)  # fmt: skip
    yield bad("superseded", "two-generations", "a sheet of the third set of the line beside its first", [*old, *words(NEWEST, "1"), symbol_text(NEWEST.envelope.raw)], OLD)  # fmt: skip
    yield bad("superseded", "newer-33rd", "32 other envelopes before one that claims to be newer", [*old, *forty()[:32], symbol_text(NEW.envelope.raw)], OLD)  # fmt: skip
    yield bad("superseded", "made-up-epoch", "anybody can print a claim, and it stops anyway", [*old, symbol_text(sealed(FLAT, header_with(FLAT, _5=2**32 - 1, _10=OLD.envelope.header.set_id)))], OLD)  # fmt: skip
    yield bad("no-quorum", "superseded", "too few sheets, beside a newer set: too few is said first", [old[0], old[2], symbol_text(NEW.envelope.raw)], OLD)  # fmt: skip
    yield bad("no-quorum", "practice", "too few sheets of a practice set, not asked for: too few is said first", [*practice[:2], practice[3]], PRACTICE)  # fmt: skip


SECTIONS = (
    forms_of_a_share,
    unclear_shares,
    forms_of_an_envelope,
    forms_of_input,
    policies,
    beside_a_quorum,
    headers_that_are_allowed,
    secrets_that_are_allowed,
    other_identifiers,
    share_failures,
    foreign_shares,
    forged_shares,
    forged_and_committed_to,
    forged_in_groups,
    stray_lines,
    text_failures,
    line_failures,
    cbor_failures,
    header_failures,
    policy_failures,
    body_failures,
    record_failures,
    too_few,
    the_record,
    without_a_record,
    unsound_groups,
    opening,
    needs_attention,
)


def kit() -> dict[str, bytes]:
    """Every file of the kit by its name."""
    files: dict[str, bytes] = {}
    for section in SECTIONS:
        for made_here in section():
            name = f"{made_here.name}.txt"
            if name in files:
                raise ValueError(f"two vectors are called {name}")
            files[name] = made_here.encode()
    return files


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    files = kit()
    for old in FOLDER.glob("*.txt"):
        if old.name not in files:
            old.unlink()
    for name, content in files.items():
        (FOLDER / name).write_bytes(content)
    print(f"{len(files)} files in {FOLDER}")


if __name__ == "__main__":
    main()
