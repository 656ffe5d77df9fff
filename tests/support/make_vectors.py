"""Makes the vectors in tests/vectors: `python -m tests.support.make_vectors.py`.

The same bytes at every run: all randomness is SHAKE-256 of the name of the set and the number of the draw.  The paper
format is frozen, so a run that changes a file is a mistake, unless it only adds cases.  `age_hybrid.json` and
`slip39.json` come from elsewhere and are not made here.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import cbor2
from shamir_mnemonic import rs1024
from shamir_mnemonic.wordlist import WORD_INDEX_MAP, WORDLIST

from splitkit.paper.qr import Symbol, digits_symbol, envelope_symbol, words_symbol
from splitkit.quorum.dealing import DealtSet, SetFacts, deal
from splitkit.quorum.envelope import MAX_BYTES, Envelope, envelope_key
from splitkit.quorum.policy import Group, Policy
from splitkit.quorum.recipient import bech32, recipient_text
from splitkit.quorum.slip39 import combine_ems, decrypt_ems
from splitkit.quorum.textform import encode_base32, printed_lines, symbol_text
from splitkit.secret.entropy import Entropy, hkdf
from splitkit.secret.record import SecretRecord
from tests.support.places import TESTS

FOLDER = TESTS / "vectors"
CHECK_DRAWS = 2
"""`Entropy` looks at two draws before anything is made of it."""


@dataclass
class Source:
    """The random bytes of one set, and what was drawn."""

    name: str
    drawn: list[bytes] = field(default_factory=list)

    def __call__(self, length: int) -> bytes:
        number = len(self.drawn) + 1
        self.drawn.append(hashlib.shake_256(f"splitkit vectors/{self.name}/{number}".encode()).digest(length))
        return self.drawn[-1]


@dataclass(frozen=True)
class Case:
    """What people decide about a set of the vectors, and a quorum that opens it."""

    name: str
    about: str
    policy: str
    """'3of5', or '2: 2of3 3of5 1of1': how many groups, then each group."""
    record: SecretRecord
    quorum: str
    """Sheet numbers, separated by spaces."""
    label: str = "Example"
    practice: bool = False
    created_day: int = 20_000
    epoch: int = 1
    line: bytes | None = None

    def parsed(self) -> Policy:
        head, _, tail = self.policy.rpartition(": ")
        sizes = [tuple(map(int, size.split("of"))) for size in tail.split()]
        return Policy(int(head or 1), tuple(Group(threshold, members) for threshold, members in sizes))


EXAMPLE = Case(
    "example",
    "the worked example of docs/format.md",
    "2of3",
    SecretRecord("Example+only=not%a^secret", user="root@example.org", account="123456789012"),
    "1 3",
    label="Example",
    practice=True,
)

CASES = (
    EXAMPLE,
    Case("flat-3of5", "what most people make", "3of5", SecretRecord("kX7#mPq-VvW4@rTz=9wG&nJh"), "1 3 5", label="root"),
    Case(
        "flat-2of2", "the smallest policy, all of it needed, an empty label", "2of2", SecretRecord("p"), "1 2", label=""
    ),
    Case(
        "flat-16of16",
        "the largest group",
        "16of16",
        SecretRecord("no one is missing"),
        " ".join(map(str, range(1, 17))),
    ),
    Case(
        "label-utf8",
        "label and record outside ASCII, not normalised: the second e with acute is two characters",
        "2of3",
        SecretRecord("Schl\u00fcssel \u92cd \U0001f511", note="caf\u00e9 cafe\u0301"),
        "2 3",
        label="Tresor Z\u00fcrich \u91d1\u5eab \U0001f512 e\u0301",
    ),
    Case(
        "label-64-bytes",
        "the longest label, in bytes and not in characters; every field of the record",
        "2of9",
        SecretRecord('quote " and \\ backslash', user="u", account="a", note="n"),
        "9 1",
        label="\u00e9" * 32,
    ),
    Case(
        "groups-2of3",
        "two of three groups, one of them a single sheet",
        "2: 2of3 3of5 1of1",
        SecretRecord("Two-groups-agree"),
        "A1 A3 C1",
    ),
    Case(
        "groups-2of2",
        "both groups needed",
        "2: 2of2 2of4",
        SecretRecord("Both-groups-agree"),
        "A1 A2 B2 B4",
    ),
    Case(
        "groups-1of2",
        "either group alone",
        "1: 2of3 4of4",
        SecretRecord("Either-group"),
        "B1 B2 B3 B4",
    ),
    Case(
        "second-of-its-line",
        "the second set of its line",
        "3of5",
        SecretRecord("kX7#mPq-VvW4@rTz=9wG&nJh"),
        "2 4 5",
        epoch=2,
        created_day=20_731,
        line=hashlib.shake_256(b"splitkit vectors/superseded").digest(16),
    ),
    Case(
        "practice",
        "marked as practice; a record that fills its 64 bytes",
        "2of3",
        SecretRecord("x" * 49),
        "1 2",
        practice=True,
    ),
    Case("record-65-bytes", "one byte more than 64, so padded to 96", "2of3", SecretRecord("x" * 50), "1 3"),
    Case(
        "numbers",
        "day and epoch at the upper end",
        "2of3",
        SecretRecord("the end of days"),
        "1 3",
        created_day=0xFFFFFFFF,
        epoch=0xFFFFFFFF,
        line=bytes(15) + b"\x01",
    ),
    Case(
        "maximal",
        "456 bytes: 32 sheets and a label of 39 bytes",
        "2: 8of16 2of16",
        SecretRecord("The largest envelope"),
        "A1 A2 A3 A4 A5 A6 A7 A16 B15 B16",
        label="L" * 39,
    ),
)


def dealt(case: Case) -> tuple[DealtSet, Source]:
    source = Source(case.name)
    facts = SetFacts(case.parsed(), case.label, case.practice, case.created_day, case.epoch, case.line)
    return deal(facts, case.record, Entropy(source)), source


def number_of(policy: Policy, text: str) -> Any:
    return next(sheet for sheet in policy.sheet_ids() if policy.number(sheet) == text)


def set_vector(case: Case) -> dict[str, Any]:
    """Everything about one set, each value that somebody may want to compare on the way."""
    made, source = dealt(case)
    policy, envelope = made.envelope.header.policy, made.envelope
    drawn = source.drawn[CHECK_DRAWS:]
    key, set_id, nonce = drawn[0], drawn[1], drawn[-1]
    ems = combine_ems(made.shares[number_of(policy, number)] for number in case.quorum.split())
    assert (decrypt_ems(ems), envelope.header.set_id, envelope.nonce) == (key, set_id, nonce)
    seed = hkdf(key, set_id, b"splitkit/1 age identity", 32)
    return {
        "name": case.name,
        "about": case.about,
        "group_threshold": policy.group_threshold,
        "groups": [[group.threshold, group.members] for group in policy.groups],
        "label": case.label,
        "practice": case.practice,
        "created_day": case.created_day,
        "epoch": case.epoch,
        "line": case.line.hex() if case.line else None,
        "record": {name: value for name, value in sorted(vars(case.record).items()) if value},
        "record_padded": case.record.encode().hex(),
        "quorum_key": key.hex(),
        "set_id": set_id.hex(),
        "slip39_identifier": ems.identifier,
        "slip39_encrypted_master_secret": ems.ciphertext.hex(),
        "slip39_draws": [draw.hex() for draw in drawn[2:-1]],
        "shares": [
            {
                "sheet": policy.number(sheet),
                "group_index": sheet.group,
                "member_index": sheet.member,
                "value": share.value.hex(),
                "words": share.mnemonic,
                "digits": share.digits,
                "commitment": share.commitment(set_id).hex(),
            }
            for sheet, share in made.shares.items()
        ],
        "quorum": case.quorum.split(),
        "age_seed": seed.hex(),
        "age_identity": bech32("age-secret-key-pq-", seed).upper(),
        "age_recipient": recipient_text(made.recipient),
        "recipient_hash": envelope.header.recipient_hash.hex(),
        "header": envelope.header_bytes.hex(),
        "envelope_key": envelope_key(key, envelope.header).hex(),
        "nonce": nonce.hex(),
        "ciphertext": envelope.ciphertext[:-16].hex(),
        "tag": envelope.ciphertext[-16:].hex(),
        "envelope": envelope.raw.hex(),
        "envelope_bytes": len(envelope.raw),
        "fingerprint_sha256": hashlib.sha256(b"splitkit/1 fingerprint" + envelope.raw).hexdigest(),
        "fingerprint": " ".join(envelope.fingerprint),
        "symbol": symbol_text(envelope.raw),
        "symbol_version": envelope_symbol(symbol_text(envelope.raw)).version,
        "lines": list(printed_lines(envelope.raw)),
    }


# Symbols


def symbol_vectors() -> list[dict[str, Any]]:
    """The three symbols of the first sheet of the worked example, module by module."""
    made, _ = dealt(EXAMPLE)
    share = next(iter(made.shares.values()))
    upper = " ".join(share.words).upper()
    text = symbol_text(made.envelope.raw)
    return [
        _symbol_vector("words", "alphanumeric", upper, words_symbol(upper)),
        _symbol_vector("digits", "numeric", share.digits, digits_symbol(share.digits)),
        _symbol_vector("envelope", "alphanumeric", text, envelope_symbol(text)),
    ]


def _symbol_vector(name: str, mode: str, text: str, symbol: Symbol) -> dict[str, Any]:
    return {
        "name": name,
        "text": text,
        "mode": mode,
        "version": symbol.version,
        "level": symbol.level,
        "mask": symbol.mask,
        "modules": ["".join("#" if dark else "." for dark in row) for row in symbol.modules],
    }


# Records


def record_vectors() -> dict[str, Any]:
    accepted = [
        ("password alone", SecretRecord("p")),
        ("all four fields, in this order", SecretRecord("p", user="u", account="a", note="n")),
        ("quote, backslash and slash", SecretRecord('"\\/')),
        ("control characters", SecretRecord("a\tb\nc\x00d\x1fe\x7ff")),
        ("letters that are not ASCII stand as themselves", SecretRecord("\u00e9\u92cd\U0001f511\u2028")),
        ("nothing is normalised", SecretRecord("e\u0301\u00e9\u212b\u00c5")),
        ("spaces belong to the value", SecretRecord("  p  ")),
        ("64 bytes need no padding", SecretRecord("x" * 49)),
        ("65 bytes become 96", SecretRecord("x" * 50)),
    ]
    sound = '{"password":"p"}'
    refused = [
        ("no password", '{"user":"u"}'),
        ("an empty password", '{"password":""}'),
        ("an empty field", '{"password":"p","user":""}'),
        ("a field nobody knows", '{"password":"p","pin":"1"}'),
        ("a number", '{"password":1}'),
        ("null", '{"password":"p","user":null}'),
        ("a list", '["p"]'),
        ("keys out of order", '{"user":"u","password":"p"}'),
        ("one name twice", '{"password":"p","password":"p"}'),
        ("a space between the parts", '{"password": "p"}'),
        ("an escape that is not needed", '{"password":"\\u0070"}'),
        ("an escaped slash", '{"password":"\\/"}'),
        ("a letter that is not ASCII, escaped", '{"password":"\\u00e9"}'),
        ("a lone surrogate", '{"password":"\\ud800"}'),
        ("text after the object", sound + "x"),
        ("a byte order mark", "\ufeff" + sound),
        ("a space in front", " " + sound),
        ("not JSON", "password=p"),
        ("nothing", ""),
    ]
    pad = lambda text: text.encode().ljust(max(64, -(-len(text.encode()) // 32) * 32))
    cases = [(name, pad(text)) for name, text in refused]
    cases += [
        ("padded with zeros", sound.encode().ljust(64, b"\0")),
        ("padded with a line break", sound.encode().ljust(63) + b"\n"),
        ("padded further than needed", sound.encode().ljust(96)),
        ("not UTF-8", b'{"password":"\xe9"}'.ljust(64)),
        ("a surrogate in UTF-8", b'{"password":"\xed\xa0\x80"}'.ljust(64)),
    ]
    return {
        "accepted": [
            {"name": name, "record": {k: v for k, v in sorted(vars(r).items()) if v}, "padded": r.encode().hex()}
            for name, r in accepted
        ],
        "refused": [{"name": name, "padded": padded.hex()} for name, padded in cases],
    }


# Refusals


NEWER, BAD = "too new", "unreadable"
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@dataclass(frozen=True)
class Parts:
    """A sound envelope, to be spoilt in one place."""

    fields: dict[int, Any]
    nonce: bytes
    sealed: bytes

    @classmethod
    def of(cls, envelope: Envelope) -> Parts:
        return cls(cbor2.loads(envelope.header_bytes), envelope.nonce, envelope.ciphertext)

    def header(self, **edits: Any) -> bytes:
        """The header with other values: key `_7` is 7; None leaves a key out."""
        fields = self.fields | {int(key[1:]): value for key, value in edits.items()}
        return cbor2.dumps({key: value for key, value in fields.items() if value is not None}, canonical=True)

    def around(self, header: bytes) -> bytes:
        """An envelope around header bytes of any kind."""
        return cbor2.dumps([header, self.nonce, self.sealed], canonical=True)


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth - 1):
        value = [value]
    return value


def cbor_refusals(parts: Parts) -> Iterator[tuple[str, str, bytes]]:
    """Spellings that deterministic CBOR, or this part of it, does not have."""
    sound = parts.around(parts.header())
    head, nonce = parts.header(), parts.nonce
    body = sound[sound.index(nonce) - 1 :]
    inner = lambda old, new: parts.around(_replaced(head, bytes.fromhex(old), bytes.fromhex(new)))
    yield "a byte after the end", BAD, sound + b"\0"
    yield "the last byte missing", BAD, sound[:-1]
    yield "nothing but the first byte", BAD, sound[:1]
    yield "array of three in the long form", BAD, b"\x98\x03" + sound[1:]
    yield "array without a length", BAD, b"\x9f" + sound[1:] + b"\xff"
    yield "header length in the long form", BAD, b"\x83\x59\x00" + bytes([len(head)]) + head + body
    yield "nonce in pieces", BAD, _replaced(sound, b"\x4c" + nonce, b"\x5f\x4c" + nonce + b"\xff")
    yield "a false length far beyond the end", BAD, b"\x83\x5a\xff\xff\xff\xff" + head
    yield "a tag in front", BAD, b"\xd9\xd9\xf7" + sound
    yield "header: a byte after its end", BAD, parts.around(head + b"\0")
    yield "header: empty", BAD, parts.around(b"")
    yield "header: an array", BAD, parts.around(cbor2.dumps([1, 2]))
    yield "header: map of nine in the long form", BAD, parts.around(b"\xb8\x09" + head[1:])
    yield "header: map without a length", BAD, parts.around(b"\xbf" + head[1:] + b"\xff")
    yield "header: keys out of order", BAD, parts.around(b"\xa9" + head[3:21] + head[1:3] + head[21:])
    yield "header: one key twice", BAD, parts.around(b"\xaa" + head[1:3] + head[1:])
    yield "header: a key that is text", BAD, parts.around(b"\xaa" + head[1:] + b"\x61a\x00")
    yield "header: a negative key", BAD, parts.around(b"\xaa" + head[1:] + b"\x20\x00")
    yield "header: version in the long form", BAD, inner("0101", "011801")
    yield "header: day in the long form", BAD, inner("04194e20", "041a00004e20")
    yield "header: day of 2^32", BAD, inner("04194e20", "041b0000000100000000")
    yield "header: day of 2^64, as a tagged number", BAD, inner("04194e20", "04c249010000000000000000")
    yield "header: negative epoch", BAD, inner("0501", "0520")
    yield "header: epoch as a float", BAD, inner("0501", "05f93c00")
    yield "header: label null", BAD, inner("066454657374", "06f6")
    yield "header: label undefined", BAD, inner("066454657374", "06f7")
    yield "header: label in pieces", BAD, inner("066454657374", "067f6454657374ff")
    yield "header: label not UTF-8", BAD, inner("066454657374", "0664546573ff")
    yield "header: label with a surrogate", BAD, inner("066454657374", "066454eda080")
    yield "header: set id tagged", BAD, inner("0250", "02c250")
    yield "header: practice as a simple value of two bytes", BAD, inner("03f4", "03f814")
    yield "header: practice as the simple value 16", BAD, inner("03f4", "03f0")
    yield "header: extra key nested nine deep", BAD, parts.around(parts.header(_24=nested(8)))


def _replaced(data: bytes, old: bytes, new: bytes) -> bytes:
    assert data.count(old) == 1, old.hex()
    return data.replace(old, new)


def envelope_refusals(parts: Parts) -> Iterator[tuple[str, str, bytes]]:
    head, nonce, sealed = parts.header(), parts.nonce, parts.sealed
    dumps = lambda *items: cbor2.dumps(list(items), canonical=True)
    yield "a map", BAD, cbor2.dumps({1: head, 2: nonce, 3: sealed}, canonical=True)
    yield "two parts", BAD, dumps(head, nonce)
    yield "four parts", BAD, dumps(head, nonce, sealed, b"")
    yield "the header not wrapped", BAD, dumps(cbor2.loads(head), nonce, sealed)
    yield "the nonce as text", BAD, dumps(head, "nonce of 12 b", sealed)
    yield "a nonce of 11 bytes", BAD, dumps(head, nonce[:11], sealed)
    yield "a nonce of 13 bytes", BAD, dumps(head, nonce + b"\0", sealed)
    yield "no ciphertext", BAD, dumps(head, nonce, b"")
    yield "a record of 32 bytes", BAD, dumps(head, nonce, sealed[:48])
    yield "a record of 65 bytes", BAD, dumps(head, nonce, sealed + b"\0")
    yield "a record of 80 bytes", BAD, dumps(head, nonce, sealed + bytes(16))
    filled = (parts.around(parts.header(_24=bytes(size))) for size in range(MAX_BYTES))
    yield "457 bytes, sound but for that", BAD, next(raw for raw in filled if len(raw) == MAX_BYTES + 1)


def header_refusals(parts: Parts) -> Iterator[tuple[str, str, bytes]]:
    made = lambda **edits: parts.around(parts.header(**edits))
    groups = parts.fields[9]
    threshold, joined = groups[0]
    for key in range(1, 10):
        yield f"key {key} missing", BAD, made(**{f"_{key}": None})
    yield "key 0", BAD, made(_0=0)
    yield "version 0", BAD, made(_1=0)
    yield "version true", BAD, made(_1=True)
    yield "version 2", NEWER, made(_1=2)
    yield "version 2 with other keys", NEWER, parts.around(cbor2.dumps({1: 2, 40: b"?"}, canonical=True))
    yield "key 11", NEWER, made(_11=b"")
    yield "key 23", NEWER, made(_23=1)
    yield "key 11 and a broken key 2", NEWER, made(_2=b"", _11=1)
    yield "set id of 15 bytes", BAD, made(_2=bytes(15))
    yield "set id of 17 bytes", BAD, made(_2=bytes(17))
    yield "set id as text", BAD, made(_2="0123456789abcdef")
    yield "practice 0", BAD, made(_3=0)
    yield "day false", BAD, made(_4=False)
    yield "epoch 0", BAD, made(_5=0)
    yield "epoch true", BAD, made(_5=True)
    yield "label as bytes", BAD, made(_6=b"Test")
    yield "label of 65 bytes", BAD, made(_6="x" * 65)
    yield "label of 33 characters and 66 bytes", BAD, made(_6="\u00e9" * 33)
    yield "recipient hash of 15 bytes", BAD, made(_7=bytes(15))
    yield "recipient hash of 32 bytes", BAD, made(_7=bytes(32))
    yield "group threshold true", BAD, made(_8=True)
    yield "groups as a map", BAD, made(_9={0: groups[0]})
    yield "a group of one part", BAD, made(_9=[[threshold]])
    yield "a group of three parts", BAD, made(_9=[[threshold, joined, 1]])
    yield "a threshold as bytes", BAD, made(_9=[[b"\2", joined]])
    yield "commitments as text", BAD, made(_9=[[threshold, "x" * 40]])
    yield "commitments of 39 bytes", BAD, made(_9=[[threshold, joined[:-1]]])
    yield "line of 15 bytes", BAD, made(_5=2, _10=bytes(15))
    yield "line of 17 bytes", BAD, made(_5=2, _10=bytes(17))
    yield "line empty", BAD, made(_5=2, _10=b"")
    yield "line false", BAD, made(_5=2, _10=False)
    yield "line as text", BAD, made(_5=2, _10="0123456789abcdef")
    yield "a line in epoch 1", BAD, made(_10=bytes(16))
    yield "epoch 2 without a line", BAD, made(_5=2)
    yield "epoch 2 of the line that the set itself begins", BAD, made(_5=2, _10=parts.fields[2])


def policy_refusals(parts: Parts) -> Iterator[tuple[str, str, bytes]]:
    def made(need: int, *sizes: tuple[int, int]) -> bytes:
        groups = [[threshold, bytes(8 * members)] for threshold, members in sizes]
        return parts.around(parts.header(_8=need, _9=groups))

    yield "no groups", BAD, made(1)
    yield "no group needed", BAD, made(0, (2, 3))
    yield "two of one group", BAD, made(2, (2, 3))
    yield "17 groups", BAD, made(2, *[(1, 1)] * 17)
    yield "0 of 3", BAD, made(1, (0, 3))
    yield "4 of 3", BAD, made(1, (4, 3))
    yield "2 of 0", BAD, made(1, (2, 0))
    yield "1 of 3", BAD, made(1, (1, 3))
    yield "1 of 1 alone", BAD, made(1, (1, 1))
    yield "one of two groups, one of them 1 of 1", BAD, made(1, (2, 3), (1, 1))
    yield "2 of 17", BAD, made(1, (2, 17))
    yield "33 sheets", BAD, made(2, (2, 16), (2, 16), (1, 1))
    yield "1 of 2 in one of two groups", BAD, made(2, (2, 3), (1, 2))


def text_refusals(envelope: Envelope) -> Iterator[tuple[str, str, list[str]]]:
    """Symbol texts and printed lines."""
    symbol, lines = symbol_text(envelope.raw), printed_lines(envelope.raw)
    body, total = symbol[4:], len(lines)
    assert len(body) * 5 % 8, "the last character has bits to spare"
    last = BASE32[BASE32.index(body[-1]) ^ 1]
    impossible = next(body + "A" * more for more in range(8) if (len(body) + more) % 8 in (1, 3, 6))
    yield "symbol: bits to spare that are not zero", BAD, [symbol[:-1] + last]
    yield "symbol: padding", BAD, [symbol + "="]
    yield "symbol: a length that base32 does not have", BAD, ["SK1:" + impossible]
    yield "symbol: nothing after its prefix", BAD, ["SK1:"]
    yield "symbol: a character that base32 does not have", BAD, [symbol[:40] + "9" + symbol[41:]]
    yield "symbol: one of several", NEWER, ["SK1-1/2:" + body]
    yield "symbol: one of many", NEWER, ["SK1-10/12:AAAA"]
    yield "symbol: by hash", NEWER, ["SK1H:" + body[:32]]
    yield "symbol: of another version", BAD, ["SK2:" + body]
    yield "lines: one missing", BAD, list(lines[:2] + lines[3:])
    yield "lines: one misread", BAD, [_misread(line) if at == 4 else line for at, line in enumerate(lines)]
    yield (
        "lines: another number",
        BAD,
        [line.replace("03/", "02/") if at == 2 else line for at, line in enumerate(lines)],
    )
    yield "lines: another total", BAD, [line.replace(f"/{total}", f"/{total - 1}") for line in lines[:-1]]
    yield "lines: number 0", BAD, [_line(0, 2, bytes(20)), _line(1, 2, bytes(20)), _line(2, 2, bytes(20))]
    yield "lines: 24 of them", BAD, [_line(number, 24, bytes(20)) for number in range(1, 25)]
    yield "lines: 19 bytes in the middle", BAD, [_line(1, 2, envelope.raw[:19]), _line(2, 2, envelope.raw[19:39])]
    yield "lines: 21 bytes", BAD, [_line(1, 1, envelope.raw[:21])]
    yield "lines: of two envelopes", BAD, [*lines, _line(1, len(lines), bytes(20))]
    yield "lines: sound, but no envelope", BAD, [_line(1, 1, b"not an envelope")]


def _misread(line: str) -> str:
    return line[:10] + ("A" if line[10] != "A" else "B") + line[11:]


def _line(number: int, total: int, data: bytes) -> str:
    check = hashlib.sha256(b"splitkit/1 line" + bytes([number, total]) + data).digest()
    body = encode_base32(data)
    fours = [body[at : at + 4] for at in range(0, len(body), 4)]
    return " ".join([f"{number:02}/{total:02}", *fours, encode_base32(check)[:4]])


def share_refusals(mnemonic: str) -> Iterator[tuple[str, str, list[str]]]:
    indices = [WORD_INDEX_MAP[word] for word in mnemonic.split()]

    def words(change: Callable[[list[int]], None], customization: bytes = b"shamir") -> list[str]:
        """The share with other fields and a sound checksum."""
        body = indices[:-3]
        change(body)
        return [" ".join(WORDLIST[index] for index in body + rs1024.create_checksum(body, customization))]

    def put(at: int, value: int) -> Callable[[list[int]], None]:
        return lambda body: body.__setitem__(at, value)

    swapped = mnemonic.split()
    swapped[7], swapped[8] = swapped[8], swapped[7]
    yield (
        "one word of the list for another",
        BAD,
        [" ".join(["zero" if at == 9 else word for at, word in enumerate(mnemonic.split())])],
    )
    yield "two words swapped", BAD, [" ".join(swapped)]
    yield "a word that is not in the list", BAD, [mnemonic.replace(mnemonic.split()[5], "splitkit", 1)]
    yield "32 words", BAD, [mnemonic.rpartition(" ")[0]]
    yield "34 words", BAD, [mnemonic + " zero"]
    yield "extendable, with a sound checksum", BAD, words(put(1, indices[1] | 16), b"shamir_extendable")
    yield "iteration exponent 1, with a sound checksum", BAD, words(put(1, indices[1] | 1))
    yield "iteration exponent 15, with a sound checksum", BAD, words(put(1, indices[1] | 15))
    yield (
        "more groups needed than there are, with a sound checksum",
        BAD,
        words(put(2, indices[2] & 0b1111000011 | 0b0000010000)),
    )
    yield "padding that is not zero, with a sound checksum", BAD, words(put(4, indices[4] | 512))
    yield "a sound share of 128 bits", BAD, words(lambda body: body.__setitem__(slice(4, 30), [0] * 13))
    digits = "".join(f"{index:04}" for index in indices)
    yield "131 digits", BAD, [digits[:-1]]
    yield "133 digits", BAD, [digits + "0"]
    yield "digits: a number above 1023", BAD, ["1024" + digits[4:]]
    yield "digits: one wrong", BAD, [digits[:-1] + ("0" if digits[-1] != "0" else "1")]


def refusal_vectors() -> list[dict[str, Any]]:
    made, _ = dealt(Case("refusals", "", "3of5", SecretRecord("never shown"), "", label="Test"))
    parts = Parts.of(made.envelope)
    layers = {
        "cbor": cbor_refusals,
        "envelope": envelope_refusals,
        "header": header_refusals,
        "policy": policy_refusals,
    }
    vectors = [
        {"layer": layer, "name": name, "expect": expect, "lines": [symbol_text(raw)]}
        for layer, cases in layers.items()
        for name, expect, raw in cases(parts)
    ]
    share = next(iter(made.shares.values())).mnemonic
    for layer, texts in (("text", text_refusals(made.envelope)), ("share", share_refusals(share))):
        vectors += [{"layer": layer, "name": name, "expect": expect, "lines": lines} for name, expect, lines in texts]
    return vectors


# What is accepted although it is not spelt as printed


def accepted_vectors() -> dict[str, Any]:
    made, _ = dealt(Case("accepted", "", "3of5", SecretRecord("forgiven"), "", label="Test"))
    parts, envelope = Parts.of(made.envelope), made.envelope
    lines, symbol = printed_lines(envelope.raw), symbol_text(envelope.raw)
    mistyped = str.maketrans("OIB", "018")
    bare = lambda line: line[:5] + " " + line[6:].replace(" ", "")
    share = next(iter(made.shares.values()))
    numbered = " ".join(f"{at} {word}" for at, word in enumerate(share.words, 1))
    groups_of_four = " ".join(share.digits[at : at + 4] for at in range(0, 132, 4))
    return {
        "envelope": envelope.raw.hex(),
        "envelope_lines": [
            {"name": "as printed", "lines": list(lines)},
            {"name": "backwards, one of them twice", "lines": [*lines[::-1], lines[0]]},
            {"name": "lower case", "lines": [line.lower() for line in lines]},
            {"name": "no spaces after the number", "lines": [bare(line) for line in lines]},
            {"name": "hyphens for spaces", "lines": [line[:6] + line[6:].replace(" ", "-") for line in lines]},
            {"name": "0, 1 and 8 for O, I and B", "lines": [line[:5] + line[5:].translate(mistyped) for line in lines]},
            {"name": "a colon after the number", "lines": [f"{line[:5]}: {line[6:]}" for line in lines]},
            {"name": "symbol text", "lines": [symbol]},
            {"name": "symbol text, a space before the colon", "lines": [symbol.replace(":", " :")]},
            {"name": "symbol text, typed in fours and lower case", "lines": [_fours(symbol.lower())]},
        ],
        "words": share.mnemonic,
        "share_lines": [
            {"name": "as printed in the symbol", "lines": [share.mnemonic.upper()]},
            {"name": "lower case", "lines": [share.mnemonic]},
            {"name": "four letters of each word", "lines": [" ".join(word[:4] for word in share.words)]},
            {"name": "with the printed numbers", "lines": [numbered]},
            {"name": "with commas", "lines": [", ".join(share.words)]},
            {"name": "one word a line", "lines": list(share.words)},
            {
                "name": "over two lines, an empty one between",
                "lines": [" ".join(share.words[:17]), "", " ".join(share.words[17:])],
            },
            {
                "name": "three a line, across the columns of the sheet",
                "lines": [" ".join(share.words[row::11]) for row in range(11)],
            },
            {"name": "digits", "lines": [share.digits]},
            {"name": "digits in fours, with hyphens", "lines": [groups_of_four.replace(" ", "-")]},
            {"name": "digits in fours", "lines": [groups_of_four]},
        ],
        "headers": [
            {"name": name, "lines": [symbol_text(parts.around(parts.header(**edits)))], "ignored_keys": keys}
            for name, edits, keys in (
                ("key 24", {"_24": 1}, [24]),
                ("keys up to the largest", {"_25": [{7: "x"}, False], "_4294967295": b""}, [25, 4294967295]),
                ("extra key nested eight deep", {"_24": nested(7)}, [24]),
                ("label of 64 bytes", {"_6": "x" * 64}, []),
                ("day 0", {"_4": 0}, []),
            )
        ],
    }


def _fours(symbol: str) -> str:
    return symbol[:4] + " ".join(symbol[at : at + 4] for at in range(4, len(symbol), 4))


def vectors() -> dict[str, bytes]:
    """Every file by its name."""
    made: dict[str, Any] = {
        "sets.json": [set_vector(case) for case in CASES],
        "symbols.json": symbol_vectors(),
        "records.json": record_vectors(),
        "refusals.json": refusal_vectors(),
        "accepted.json": accepted_vectors(),
    }
    return {name: (json.dumps(value, indent=1) + "\n").encode("ascii") for name, value in made.items()}


def main() -> int:
    for name, data in vectors().items():
        (FOLDER / name).write_bytes(data)
        print(f"{name}: {len(data)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
