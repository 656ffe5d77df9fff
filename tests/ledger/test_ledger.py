"""The ledger: its bytes, its rules of order, and what it says of people and things outside the room."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitkit.errors import AttentionError, LedgerError, Remedy, UsageError
from splitkit.host import clock
from splitkit.ledger import events as list_of_events
from splitkit.ledger.chain import (
    MAX_LINE,
    Happening,
    NotAnEntryError,
    decode_line,
    hash_of,
    head_words,
    new_entry,
)
from splitkit.ledger.events import event_of, told
from splitkit.ledger.ledger_file import closing, new_ledger, open_ledger, opening, outside
from splitkit.ledger.verification import ChainVerdict, judge_ledger, read_ledger
from splitkit.ledger.wording import value_in_words
from splitkit.quorum.anchor import parse_head
from tests.support.ledgers import EVENTS, HASH, OPEN, ZEROS, chained, going_on, hashed, head_of, joined, stamp, words
from tests.support.places import ROOT
from tests.support.tampered import BASE, PAPER


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger"


def written(path, events=EVENTS, at=stamp):
    with new_ledger(path) as ledger:
        for number, (event, data) in enumerate(events, start=1):
            ledger.append(event_of(event, data), by="ADM", witness="WIT", at=at(number))
        return ledger


# Bytes


def test_the_bytes_are_those_of_the_format(path):
    ledger = written(path)
    assert path.read_bytes() == joined(BASE)
    assert ledger.head == hashed(BASE[-1])
    assert ledger.words == PAPER


def test_an_entry_for_other_programs_is_whole(path):
    written(path)
    for line, entry in zip(BASE, read_ledger(path.read_bytes()).entries, strict=True):
        plain = entry.plain()
        assert plain["hash"] == hashed(line)
        on_disk = {"seq": plain["seq"], "t": plain["time"], "ev": plain["event"], "d": plain["data"], "by": plain["by"]}
        assert json.loads(line).items() >= on_disk.items()


def test_a_line_is_shorter_than_the_limit_with_its_end():
    def line(length):
        bare = json.loads(BASE[0]) | {"ev": "of another program", "d": {"x": ""}}
        empty = json.dumps(bare, sort_keys=True, separators=(",", ":"))
        bare["d"]["x"] = "x" * (length - len(empty))
        return json.dumps(bare, sort_keys=True, separators=(",", ":")).encode()

    assert len(decode_line(line(MAX_LINE - 1)).line) == MAX_LINE - 1
    with pytest.raises(NotAnEntryError):
        decode_line(line(MAX_LINE))


def test_only_what_is_long_and_hexadecimal_is_cut():
    assert value_in_words("0123456789abcdef" * 2) == "01234567.."
    for whole in ("0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdeg", "~" * 32, "a bag"):
        assert value_in_words(whole) == whole
    assert [value_in_words(value) for value in (True, False, ["C1", "C2"], [], 7)] == [
        "yes",
        "no",
        "C1, C2",
        "none",
        "7",
    ]


def test_hash_and_words():
    assert hash_of(b"") == hashed(b"")
    assert head_words(HASH) == words(HASH)
    assert head_words("0" * 64) == ("academic",) * 12
    assert head_words("f" * 64) == ("zero",) * 12


def test_the_example_of_the_document():
    text = (ROOT / "docs" / "format.md").read_text("utf-8").partition("## 14. Ledger")[2]
    example = text.partition("**Example.**")[2].partition("```text\n")[2].partition("```")[0].splitlines()
    one, hash_one, two, hash_two, spoken = example
    assert judge_ledger([f"{one}\n{two}\n".encode()], spoken.split()).verdict is ChainVerdict.SOUND
    assert [hash_of(one.encode()), hash_of(two.encode())] == [hash_one, hash_two]


def test_the_limits_of_the_document():
    text = (ROOT / "docs" / "format.md").read_text("utf-8").partition("## 14. Ledger")[2]
    assert f"at most {MAX_LINE:,} bytes" in text
    kinds = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", text.partition("**Kinds of fields.**")[2], re.MULTILINE))
    used = {kind.name: kind.takes for event in list_of_events.EVENTS.values() for _, kind, _ in event.kinds()}
    plain = {name: takes for name, takes in used.items() if not name.startswith(("text", "number", "up to", "one of"))}
    assert plain.items() <= kinds.items()
    for verdict in ChainVerdict:
        assert re.search(rf"^\| {verdict.value} \| .* \| {verdict.exit_code} \|$", text, re.MULTILINE)


@given(st.text(), st.integers(-(10**20), 10**20), st.booleans(), st.lists(st.text(), max_size=3))
def test_an_entry_has_one_spelling_and_one_line(text, number, flag, several):
    data = {"text": text, "number": number, "flag": flag, "list": several}
    try:
        entry = new_entry(Happening(told("note", data), text, text, stamp(1)), 1, ZEROS)
    except UsageError:
        return
    assert entry.line == entry.line.decode("ascii").encode()
    assert not re.search(rb"[^ -~]", entry.line)
    assert decode_line(entry.line).line == entry.line
    assert decode_line(entry.line).data.fields() == entry.data.fields() == data
    assert json.loads(entry.line)["d"] == data


@pytest.mark.parametrize("text", ["\x1b[2J", "a\nb", "\u202egnorw", "\x00", "\x7f", "\x9b", "ä", "\U0001f512"])
def test_what_moves_a_cursor_is_escaped_on_disk(text):
    line = new_entry(Happening(told("note", {"text": text}), "ADM", "", stamp(1)), 1, ZEROS).line
    assert re.fullmatch(rb"[ -~]+", line)


@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_a_line_is_an_entry_or_it_is_not(data):
    try:
        entry = decode_line(data)
    except NotAnEntryError:
        return
    assert entry.line == data


@pytest.mark.parametrize("time", ["now", "2026-11-23T13:00:00+01:00", "2026-11-23T13:00:00", "2026-11-23T13:00:00Z\n"])
def test_a_time_that_is_none_is_a_mistake_of_the_caller(time):
    with pytest.raises(ValueError, match="not the time of an entry"):
        new_entry(Happening(event_of("note", {"text": "x"}), "ADM", "", time), 1, ZEROS)


def test_an_entry_that_is_too_long_says_so(path):
    texts = dict.fromkeys(("expected", "happened", "decision"), "\U0001f512 " * 150 + "x")
    with new_ledger(path) as ledger:
        ledger.append(event_of("open", OPEN), by="ADM", at=stamp(1))
        with pytest.raises(UsageError, match="longer than 4096 bytes"):
            ledger.append(event_of("exception", texts), by="ADM", at=stamp(2))
        assert len(ledger.entries) == 1


def test_the_clock_gives_what_an_entry_takes():
    assert new_entry(Happening(event_of("note", {"text": "x"}), "ADM", "", clock.stamp()), 1, ZEROS)


# Order


def test_it_begins_with_open_and_only_once(path):
    with new_ledger(path) as ledger:
        with pytest.raises(UsageError, match="begins with 'open'"):
            ledger.append(event_of("note", {"text": "x"}), by="ADM", at=stamp(1))
        ledger.append(event_of("open", OPEN), by="ADM", at=stamp(1))
        with pytest.raises(UsageError, match="begins with 'open'"):
            ledger.append(event_of("open", OPEN), by="ADM", at=stamp(1))


def test_nobody_writes_a_torn_entry_by_hand(path):
    written(path, EVENTS[:2])
    with open_ledger(path) as ledger, pytest.raises(UsageError, match="by the program itself"):
        ledger.append(event_of("torn", {"bytes": 0, "sha256": HASH}), by="ADM", at=stamp(3))


def test_after_close_comes_only_reopen(path):
    written(path)
    with open_ledger(path) as ledger:
        with pytest.raises(AttentionError, match="closed") as raised:
            ledger.append(event_of("note", {"text": "x"}), by="ADM", at=stamp(20))
        assert raised.value.exit_code == 9
        ledger.append(event_of("reopen", {"reason": "a bag was forgotten"}), by="ADM", at=stamp(20))
        ledger.append(event_of("note", {"text": "x"}), by="ADM", at=stamp(21))
        with pytest.raises(UsageError, match="not closed"):
            ledger.append(event_of("reopen", {"reason": "x"}), by="ADM", at=stamp(20))


def test_a_closed_ledger_with_a_torn_line_stays_closed_while_it_is_mended(path):
    path.write_bytes(joined(BASE) + b"{")
    with open_ledger(path) as ledger:
        with pytest.raises(AttentionError):
            ledger.append(event_of("note", {"text": "x"}), by="ADM", at=stamp(20))
        ledger.append(event_of("reopen", {"reason": "x"}), by="ADM", at=stamp(20))
    assert [entry.event for entry in read_ledger(path.read_bytes()).entries[-3:]] == ["close", "torn", "reopen"]
    assert not judge_ledger([path.read_bytes()]).findings


def test_a_correction_names_an_entry_that_is_there(path):
    written(path, EVENTS[:3])
    with open_ledger(path) as ledger:
        with pytest.raises(UsageError, match="no entry of that number"):
            ledger.append(event_of("correction", {"seq": 4, "text": "x"}), by="ADM", at=stamp(4))
        ledger.append(event_of("correction", {"seq": 3, "text": "x"}), by="ADM", at=stamp(4))


@pytest.mark.parametrize(("by", "witness"), [("", ""), ("Adm", ""), ("Ada Example", ""), ("ADM", "Wit")])
def test_seats_are_seats(by, witness, path):
    written(path, EVENTS[:1])
    with open_ledger(path) as ledger, pytest.raises(UsageError, match="is not a seat"):
        ledger.append(event_of("note", {"text": "x"}), by=by, witness=witness, at=stamp(2))


def test_what_is_refused_leaves_no_trace(path):
    written(path, EVENTS[:3])
    before = path.read_bytes()
    with open_ledger(path) as ledger:
        for event, data in (("note", {"text": "call +49 170 1234567"}), ("party", {}), ("note", {})):
            with pytest.raises(UsageError):
                ledger.append(event_of(event, data), by="ADM", at=stamp(4))
    assert path.read_bytes() == before


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=30), max_size=8), st.integers(0, 7))
def test_every_prefix_is_a_ledger_and_every_head_names_one_place(tmp_path_factory, texts, cut):
    path = tmp_path_factory.mktemp("law") / "ledger"
    with new_ledger(path) as ledger:
        ledger.append(event_of("open", OPEN), by="ADM", at=stamp(1))
        heads = [ledger.words]
        for text in texts:
            try:
                ledger.append(event_of("note", {"text": text}), by="ADM", at=stamp(1))
            except UsageError:
                continue
            heads.append(ledger.words)
    data = path.read_bytes()
    assert judge_ledger([data], heads[-1]).verdict is ChainVerdict.SOUND
    assert len(set(heads)) == len(heads)
    lines = data.splitlines(keepends=True)
    for number, head in enumerate(heads[:-1], start=1):
        judgement = judge_ledger([data], head)
        assert (judgement.verdict, judgement.vouched) == (ChainVerdict.EXTENDED, number)
        assert judge_ledger([b"".join(lines[:number])], head).verdict is ChainVerdict.SOUND
        assert judge_ledger([b"".join(lines[:number])], heads[-1]).verdict is ChainVerdict.TRUNCATED


def test_the_clock_may_go_wherever_it_likes(path):
    times = ["2026-11-23T13:00:00Z", "1970-01-01T00:00:00Z", "2036-11-23T13:00:00Z", "2026-03-29T01:59:59Z"]
    written(path, EVENTS[:4], at=lambda number: times[number - 1])
    judgement = judge_ledger([path.read_bytes()])
    assert judgement.verdict is ChainVerdict.UNVOUCHED
    assert sum("clock unverified" in note for note in judgement.notes) == 2


# One after the other


def test_the_next_one_continues_the_last(path, tmp_path):
    written(path)
    with new_ledger(tmp_path / "next", read_ledger(path.read_bytes())) as ledger:
        ledger.append(
            opening("C-0002", "drill", practice=False, version="0.1.0", title="First quarter"), by="ADM", at=stamp(1)
        )
    files = [path.read_bytes(), (tmp_path / "next").read_bytes()]
    assert judge_ledger(files).verdict is ChainVerdict.UNVOUCHED
    assert read_ledger(files[1]).entries[0].previous == hashed(BASE[-1])


@pytest.mark.parametrize("data", [joined(BASE[:3] + BASE[4:]), joined(BASE) + b"{"])
def test_one_that_fails_or_is_torn_is_not_continued(data, tmp_path):
    with pytest.raises(LedgerError), new_ledger(tmp_path / "next", read_ledger(data)):
        pass
    assert not (tmp_path / "next").exists()


# Outside the room


def entries_of(*events):
    return read_ledger(joined(chained((EVENTS[0], *events)))).entries


def test_who_and_what_is_outside():
    entries = entries_of(
        ("room.enter", {"person": "C1", "items_in": ["pen"]}),
        ("room.exit", {"person": "C1", "items_out": ["Phone Pouch", "pen", "pen"]}),
        ("room.exit", {"person": "C2", "items_out": []}),
        ("room.return", {"person": "C1", "items_in": ["phone pouch", "pen"]}),
    )
    out = outside(entries)
    assert (out.people, out.items) == (("C2",), ())
    out = outside(entries[:3])
    assert (out.people, out.items) == (("C1",), ("pen", "phone pouch"))


def test_an_exception_moves_people_too():
    fields = {"expected": "x", "happened": "x", "decision": "x"}
    entries = entries_of(
        ("exception", {**fields, "people_out": ["C1", "C2"], "items_out": ["bag"]}),
        ("exception", {**fields, "people_back": ["C2"]}),
        ("exception", fields),
    )
    assert outside(entries).people == ("C1",)
    assert outside(entries).items == ("bag",)


def test_entries_that_break_the_rules_move_nobody():
    assert outside(entries_of(("room.exit", {"person": ["C1"], "items_out": 3}))).people == ()


def test_closing_counts_and_asks_for_those_who_are_out():
    entries = entries_of(
        ("exception", {"expected": "x", "happened": "x", "decision": "x"}),
        ("room.exit", {"person": "C2", "items_out": ["phone"]}),
    )
    with pytest.raises(AttentionError, match="not back: C2") as raised:
        closing(entries)
    assert raised.value.hint is Remedy.WHO_LEFT
    assert closing(entries, left=["C2"], next_due=dt.date(2027, 2, 20)).fields() == {
        "exceptions": 1, "people_out": ["C2"], "items_out": ["phone"], "next": "2027-02-20",
    }  # fmt: skip
    assert closing(entries[:1]).fields() == {"exceptions": 0, "people_out": [], "items_out": []}


def test_closing_asks_what_a_drill_has_taught():
    held = ("drill", {"set": "0" * 32, "sheets": ["1"], "way": "verify", "result": "pass"})
    said = ("debrief", {"went_wrong": "nothing", "surprising": "nothing"})
    for events in ((held,), (said, held), (held, said, held)):
        with pytest.raises(AttentionError, match="nobody has said what it taught"):
            closing(entries_of(*events))
    closing(entries_of(held, said))


# Words from paper


def test_a_head_is_typed_as_it_is_printed():
    assert parse_head("L " + " ".join(PAPER[:4]) + "\nL " + ", ".join(word.upper() for word in PAPER[4:])) == PAPER
    assert parse_head(" ".join(word[:4] for word in PAPER)) == PAPER


@pytest.mark.parametrize(
    ("typed", "fact"),
    [
        ("", "a head has 12 words, this has 0"),
        (" ".join(PAPER[:11]), "a head has 12 words, this has 11"),
        (" ".join([*PAPER[:11], "notaword"]), "word 12 of the head is not in the word list"),
    ],
)
def test_what_is_no_head(typed, fact):
    with pytest.raises(UsageError) as raised:
        parse_head(typed)
    assert raised.value.fact == fact


def test_a_share_is_never_typed_as_a_head():
    from tests.support.builders import made

    with pytest.raises(UsageError, match="words of a share") as raised:
        parse_head(" ".join(made().share("1").words))
    assert raised.value.hint == "type the 12 lower-case words headed L"


def test_the_heads_of_two_ledgers_differ_from_the_first_entry_on():
    other = chained([("open", {**OPEN, "ceremony": "C-0002"}), *EVENTS[1:]])
    assert not {hashed(line) for line in BASE} & {hashed(line) for line in other}
    assert head_of(going_on(BASE, "reopen", {"reason": "x"})) != PAPER
