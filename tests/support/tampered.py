"""The corpus of tampered ledgers: what was done, the bytes, the words on paper, the verdict and the entry it names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from tests.support.ledgers import EVENTS, OPEN, SET, chained, going_on, hashed, head_of, joined, line, spelt, torn_line


class Tampered(NamedTuple):
    name: str
    data: bytes
    paper: tuple[str, ...] | None
    verdict: str
    at: int | None = None


BASE = chained()
PAPER = head_of(BASE)
LAST = len(BASE)


def changed(number: int, old: bytes, new: bytes, lines=BASE) -> list[bytes]:
    """The lines with one replacement in entry *number*, counted from 1."""
    assert old in lines[number - 1]
    return [*lines[: number - 1], lines[number - 1].replace(old, new, 1), *lines[number:]]


def refielded(number: int, **fields) -> list[bytes]:
    whole = json.loads(BASE[number - 1])
    return [*BASE[: number - 1], spelt({**whole, **fields}), *BASE[number:]]


def one_byte() -> Iterator[Tampered]:
    """T1: one byte changed in each entry; entry k no longer is the one that entry k+1 was written after."""
    for number in range(1, LAST):
        flipped = refielded(number, by="ADN")
        yield Tampered(f"one byte of entry {number}", joined(flipped), None, "altered", number + 1)
    yield Tampered("one byte of the last entry, no paper", joined(refielded(LAST, by="ADN")), None, "unvouched")
    yield Tampered("one byte of the last entry", joined(refielded(LAST, by="ADN")), PAPER, "other")


def lines_moved() -> Iterator[Tampered]:
    """T2: deleted, reordered, duplicated, inserted."""
    for number in range(1, LAST):
        yield Tampered(f"entry {number} deleted", joined(BASE[: number - 1] + BASE[number:]), None, "altered", number)
    for number in range(1, LAST):
        twice = [*BASE[:number], *BASE[number - 1 :]]
        yield Tampered(f"entry {number} twice", joined(twice), PAPER, "altered", number + 1)
    for number in (1, 4, LAST - 1):
        swapped = [*BASE[: number - 1], BASE[number], BASE[number - 1], *BASE[number + 1 :]]
        yield Tampered(f"entries {number} and {number + 1} swapped", joined(swapped), None, "altered", number)
    stranger = line(5, hashed(BASE[3]), "note", {"text": "inserted"})
    yield Tampered("an entry inserted", joined([*BASE[:4], stranger, *BASE[4:]]), None, "altered", 6)
    yield Tampered("the last entry twice", joined([*BASE, BASE[-1]]), PAPER, "altered", LAST + 1)
    yield Tampered("two entries deleted", joined(BASE[:4] + BASE[6:]), None, "altered", 5)
    renumbered = [spelt({**json.loads(entry), "seq": at}) for at, entry in enumerate(BASE[:4] + BASE[5:], start=1)]
    yield Tampered("an entry deleted, the rest renumbered", joined(renumbered), None, "altered", 5)
    yield Tampered("backwards", joined(BASE[::-1]), None, "altered", 1)


def fields() -> Iterator[Tampered]:
    """One field of the frame of an entry."""
    for name, value in (
        ("prev", "f" * 64), ("prev", hashed(BASE[5])), ("prev", hashed(BASE[4]).upper()), ("prev", "0" * 63),
        ("prev", None), ("seq", 6.0), ("seq", True), ("seq", "6"), ("seq", 0), ("seq", -6), ("seq", 10**30),
        ("t", "2026-11-23 13:00:06"), ("t", "2026-11-23T13:00:06+00:00"), ("t", ""), ("by", None), ("by", 1),
        ("d", None), ("d", []), ("d", "x"), ("ev", None), ("ev", 1), ("wit", None), ("extra", 1), ("saw", None), ("saw", 1), ("saw", "true"),
    ):  # fmt: skip
        yield Tampered(
            f"{name} of entry 6 is {value!r}"[:40], joined(refielded(6, **{name: value})), None, "altered", 6
        )
    yield Tampered("seq of entry 1 is true", joined(refielded(1, seq=True)), None, "altered", 1)
    yield Tampered("entry 1 is not open", joined(refielded(1, ev="note")), None, "altered", 1)
    without = {key: value for key, value in json.loads(BASE[5]).items() if key != "wit"}
    yield Tampered("wit of entry 6 missing", joined([*BASE[:5], spelt(without), *BASE[6:]]), None, "altered", 6)
    before = [spelt({key: value for key, value in json.loads(entry).items() if key != "saw"}) for entry in BASE]
    yield Tampered("saw of entry 6 missing", joined([*BASE[:5], before[5], *BASE[6:]]), None, "altered", 6)
    yield Tampered("no entry has saw", joined(before), None, "unreadable")
    yield Tampered("only the first entry has no saw", joined([before[0], *BASE[1:]]), None, "altered", 1)
    yield Tampered("saw of entry 6 turned round", joined(refielded(6, saw=False)), PAPER, "altered", 7)


def spellings() -> Iterator[Tampered]:
    """The same entry in another spelling."""
    whole = json.loads(BASE[5])
    unsorted = json.dumps(dict(reversed(whole.items())), separators=(",", ":")).encode()
    for name, spelling in (
        ("a space", BASE[5].replace(b'":', b'": ', 1)),
        ("keys in another order", unsorted),
        ("an escape too many", BASE[5].replace(b"ADM", b"\\u0041DM", 1)),
        ("a name twice", BASE[5].replace(b'{"by":"ADM"', b'{"by":"ADM","by":"ADM"', 1)),
        ("a float", BASE[5].replace(b'"copy":1', b'"copy":1.0', 1)),
        ("an exponent", BASE[5].replace(b'"copy":1', b'"copy":1e0', 1)),
        ("NaN", BASE[5].replace(b'"copy":1', b'"copy":NaN', 1)),
        ("a leading zero", BASE[5].replace(b'"seq":6', b'"seq":06', 1)),
        ("minus zero", BASE[5].replace(b'"copy":1', b'"copy":-0', 1)),
        ("a CR before the LF", BASE[5] + b"\r"),
        ("a space at the end", BASE[5] + b" }"),
        ("no JSON at all", b"{}}"),
        ("an empty object", b"{}"),
        ("a list", b"[{}]}"),
        ("nested nine deep", BASE[5].replace(b'"copy":1', b'"copy":[[[[[[[]]]]]]]', 1)),
        (
            "nested as deep as a reader may give up",
            BASE[5].replace(b'"copy":1', b'"copy":' + b"[" * 978 + b"]" * 978, 1),
        ),
        ("nested nine deep, in turn", BASE[5].replace(b'"copy":1', b'"copy":[{"a":[{"a":[{"a":[]}]}]}]', 1)),
        ("deeply nested", b'{"d":' * 600 + b"}" * 600),
        ("brackets without end", b"[" * 3000 + b"}"),
        ("not ASCII", BASE[5].replace(b"ADM", "ÄDM".encode(), 1)),
        ("a NUL byte", BASE[5].replace(b"ADM", b"A\0M", 1)),
        ("too long", BASE[5].replace(b"ADM", b"A" * 4096, 1)),
    ):
        yield Tampered(name, joined([*BASE[:5], spelling, *BASE[6:]]), PAPER, "altered", 6)
    yield Tampered("an empty line inside", joined([*BASE[:5], b"", *BASE[5:]]), None, "altered", 6)
    yield Tampered("two entries in one line", joined([*BASE[:5], BASE[5] + BASE[6], *BASE[7:]]), None, "altered", 6)
    yield Tampered("a byte order mark", b"\xef\xbb\xbf" + joined(BASE), None, "altered", 1)


def written_anew() -> Iterator[Tampered]:
    """T4: a whole ledger that holds together, and is not the one of the paper."""
    for number in (2, 7, LAST):
        events = [
            (event, {**data, "time": "23:59"} if at == number else data)
            for at, (event, data) in enumerate(EVENTS, start=1)
        ]
        yield Tampered(f"entry {number} changed, all hashed anew", joined(chained(events)), PAPER, "other")
        yield Tampered(f"entry {number} changed, hashed anew, no paper", joined(chained(events)), None, "unvouched")
    younger = chained([("open", {**OPEN, "ceremony": "C-0002"}), *EVENTS[1:]], previous=hashed(BASE[-1]))
    yield Tampered("the younger ledger that continues it", joined(younger), PAPER, "other")
    yield Tampered("the younger one, not yet closed", joined(younger[:5]), PAPER, "other")
    another = chained([("open", {**OPEN, "ceremony": "C-0099"}), *EVENTS[1:]])
    yield Tampered("another ledger altogether", joined(another), PAPER, "other")
    yield Tampered("another ledger, not closed", joined(another[:-1]), PAPER, "truncated", LAST)
    yield Tampered("the older ledger, with the younger paper", joined(BASE), head_of(younger), "other")
    yield Tampered("its own paper", joined(younger), head_of(younger), "sound")


def cut_and_longer() -> Iterator[Tampered]:
    for number in range(1, LAST):
        yield Tampered(f"cut after entry {number}", joined(BASE[:number]), PAPER, "truncated", number + 1)
    yield Tampered("cut, no paper", joined(BASE[:5]), None, "unvouched")
    longer = going_on(BASE, "reopen", {"reason": "a bag was forgotten"})
    yield Tampered("one entry more", joined(longer), PAPER, "extended", LAST + 1)
    yield Tampered("two entries more", joined(going_on(longer, "note", {"text": "x"})), PAPER, "extended", LAST + 1)
    yield Tampered("the paper of an earlier phase", joined(BASE), head_of(BASE[:6]), "extended", 7)
    closed_again = going_on(BASE[:5], "close", {"exceptions": 0, "people_out": [], "items_out": []})
    yield Tampered("cut and closed again", joined(closed_again), PAPER, "other")


def torn() -> Iterator[Tampered]:
    """T5: an append that was cut off, and what goes on after it."""
    whole = joined(BASE)
    for left in (1, 2, 50, len(BASE[-1]), len(BASE[-1]) + 1 - 1):
        cut = whole[: len(whole) - len(BASE[-1]) - 1 + left]
        yield Tampered(f"torn after {left} bytes", cut, None, "torn")
        yield Tampered(f"torn after {left} bytes, paper of before", cut, head_of(BASE[:-1]), "torn")
        yield Tampered(f"torn after {left} bytes, paper of the end", cut, PAPER, "truncated", LAST)
    yield Tampered("zeros at the end", whole + bytes(512), PAPER, "torn")
    yield Tampered("an LF at the end", whole + b"\n", PAPER, "torn")
    head, fragment = BASE[:6], BASE[6][:40]
    yield Tampered("a fragment with an LF", joined([*head, fragment]), None, "torn")
    yield Tampered("torn while it was mended", joined([*head, fragment]) + torn_line(head, fragment)[:30], None, "torn")
    mended = [*head, fragment, torn_line(head, fragment)]
    rest = going_on([*head, mended[-1]], "note", {"text": "goes on"})[-1]
    yield Tampered("mended", joined([*mended, rest]), words_of(rest), "sound")
    yield Tampered("mended, no paper", joined(mended), None, "unvouched")
    for name, buried in (
        ("an entry", BASE[6]),
        ("several entries", b"\n".join(BASE[6:9])),
        ("an entry with a space behind it", BASE[6] + b" "),
        ("an entry behind a fragment", fragment + b"\n" + BASE[6]),
    ):
        yield Tampered(
            f"{name} passed off as torn", joined([*head, buried, torn_line(head, buried)]), None, "altered", 7
        )
    for name, other in (("changed", BASE[6][:39] + b"X"), ("longer", BASE[6][:41]), ("gone", None), ("empty", b"")):
        lines = [*head, *([other] if other is not None else []), mended[-1], rest]
        verdict, at = ("sound", None) if name == "gone" else ("altered", 7)
        yield Tampered(f"mended, the fragment {name}", joined(lines), words_of(rest), verdict, at)
    yield Tampered("mended, the torn entry gone", joined([*head, fragment, rest]), None, "altered", 7)
    late = [*BASE, torn_line(BASE[:6], fragment)]
    yield Tampered("a torn entry of long ago at the end", joined(late), None, "altered", 7)
    two = fragment + b"\n" + torn_line(head, fragment)[:30]
    twice = [*head, two, torn_line(head, two)]
    yield Tampered("torn twice and mended", joined(twice), words_of(twice[-1]), "sound")
    wrong = json.loads(torn_line(head, fragment))
    wrong["seq"] = 9
    yield Tampered("mended with the wrong number", joined([*head, fragment, spelt(wrong)]), None, "altered", 7)
    yield Tampered("after the torn entry comes one too early", joined([*mended, BASE[7]]), None, "altered", 8)


def words_of(entry: bytes) -> tuple[str, ...]:
    return head_of([entry])


def no_ledgers() -> Iterator[Tampered]:
    for name, data in (
        ("empty", b""), ("an LF", b"\n"), ("text", b"my notes\nof the day\n"), ("zeros", bytes(4096)),
        ("another JSON", b'{"a":1}\n'), ("a PDF", b"%PDF-1.7\n\xff\xfe\n"), ("with CR", joined(BASE).replace(b"\n", b"\r\n")),
        ("100,001 lines", joined(BASE) + b"\n" * (100_001 - LAST)), ("its first line, unfinished", BASE[0]), ("half of its first line", BASE[0][:50]),
        ("made by a newer splitkit", joined(chained([("open", {**OPEN, "format": 2}), *EVENTS[1:]]))),
    ):  # fmt: skip
        yield Tampered(name, data, None, "unreadable")
        yield Tampered(f"{name}, with paper", data, PAPER, "unreadable")


def rules_broken() -> Iterator[Tampered]:
    """The chain holds, and what it says is not in the list of events: findings, not a verdict of their own."""
    for name, event, data in (
        ("an unknown event", "party", {"guests": 3}),
        ("an unknown field", "note", {"text": "x", "mood": "good"}),
        ("a phone number", "note", {"text": "call +49 170 1234567"}),
        ("escapes in a text", "note", {"text": "\x1b[2Jgone\n\u202edrow"}),
        ("half of a surrogate pair", "note", {"text": "\ud800"}),
        ("a correction of the future", "correction", {"seq": 99, "text": "x"}),
        ("a correction of a list", "correction", {"seq": [1], "text": "x"}),
        ("a second open", "open", OPEN),
        ("a bad sheet", "sheet.printed", {"set": SET, "sheet": "17", "copy": 1}),
        ("a flag that is a number", "tally", {"printed": 1, "sealed": 1, "shredded": 0, "agrees": 1}),
        ("an exit of nobody", "room.exit", {"person": ["C1"], "items_out": "all"}),
    ):
        lines = going_on(BASE[:-1], event, data)
        yield Tampered(f"rule: {name}", joined(lines), head_of(lines), "sound")
    for name, data in (
        ("rule: nested eight deep", b"[[[[[[]]]]]]"),
        ("brackets in a text", b'"[[[[[[[[[[\\"{{{{{{{{{{"'),
    ):
        entry = going_on(BASE[:-1], "note", {"text": "x"})[-1].replace(b'"x"', data)
        yield Tampered(name, joined([*BASE[:-1], entry]), head_of([entry]), "sound")
    after = going_on(BASE, "note", {"text": "after the close"})
    yield Tampered("rule: a note after the close", joined(after), head_of(after), "sound")
    seat = chained([*EVENTS[:-1]], by="nobody at all")
    yield Tampered("rule: a seat that is none", joined(seat), head_of(seat), "sound")


CORPUS = [
    Tampered("nothing", joined(BASE), PAPER, "sound"),
    Tampered("nothing, no paper", joined(BASE), None, "unvouched"),
    *one_byte(),
    *lines_moved(),
    *fields(),
    *spellings(),
    *written_anew(),
    *cut_and_longer(),
    *torn(),
    *no_ledgers(),
    *rules_broken(),
]
