"""`splitkit ledger` as a program runs it: exit codes, JSON, hostile files; the talk is in tests/transcripts/ledger.txt."""

from __future__ import annotations

import json
import re
import stat

import pytest

from splitkit import verify_ledger
from splitkit.custody.saying.meaning import EXAMPLES
from tests.support.kit import COMMAND, ESCAPES, run
from tests.support.ledgers import EVENTS, OPEN, chained, going_on, hashed, head_of, joined
from tests.support.tampered import BASE, CORPUS, PAPER
from tests.support.terminals import Session

CODES = {name: code for name, (code, _) in verify_ledger.VERDICTS.items()}
CHOSEN = ("nothing", "nothing, no paper", "one byte of entry 3", "entry 4 deleted", "cut after entry 5", "one entry more",
          "another ledger altogether", "the younger ledger that continues it", "zeros at the end", "mended", "empty",
          "made by a newer splitkit", "deeply nested", "entry 1 deleted")  # fmt: skip


def told_by(folder, *arguments, code=0, **more):
    done = run(*arguments, cwd=folder, **more)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def ledger(folder, *arguments, code=0, **more):
    return told_by(folder, "ledger", *arguments, code=code, **more)


def record(folder, *fields, name="a.ledger", code=0, **more):
    """Write an entry into a ledger that is named, as the desk does into its own."""
    return told_by(folder, "record", *fields, "--ledger", name, code=code, **more)


def begun(folder, *more):
    record(folder, "open", "ceremony=C-0001", "kind=split", "first=yes", "--by", "ADM", *more)
    return folder / "a.ledger"


OPEN_B, CLOSE = ("record", "open", "--by", "ADM", "--ledger", "b"), ("record", "close", "--ledger", "a.ledger")


def head_in(text: str) -> str:
    return " ".join(line.removeprefix("L ").strip() for line in text.splitlines() if line.startswith("L "))


@pytest.mark.parametrize("case", [case for case in CORPUS if case.name in CHOSEN], ids=lambda case: case.name)
def test_verify_has_the_exit_code_of_the_verdict(case, tmp_path):
    (tmp_path / "x").write_bytes(case.data)
    head = ["--head", " ".join(case.paper)] if case.paper else []
    done = ledger(tmp_path, "verify", "x", "--json", *head, code=CODES[case.verdict])
    if case.verdict == "unreadable":
        assert done.stdout == ""
        assert done.stderr.startswith("error: this ")
        return
    said = json.loads(done.stdout)
    assert (said["verdict"], said["at"]) == (case.verdict, case.at)
    ledger(tmp_path, "show", "x", code=CODES[case.verdict] if case.verdict in ("altered", "torn") else 0)


def test_what_verify_says_as_json(tmp_path):
    (tmp_path / "x").write_bytes(joined(BASE) + b"{")
    said = json.loads(ledger(tmp_path, "verify", "x", "--json", "--head", " ".join(PAPER), code=9).stdout)
    assert said == {
        "verdict": "torn", "fact": said["fact"], "at": None, "entries": 12, "vouched": 12, "closed": True,
        "head": " ".join(PAPER), "hash": hashed(BASE[-1]), "torn": 1, "findings": [], "notes": [],
    }  # fmt: skip


def test_what_show_says_as_json(tmp_path):
    (tmp_path / "x").write_bytes(joined(BASE))
    said = json.loads(ledger(tmp_path, "show", "x", "--json").stdout)
    assert [(entry["seq"], entry["event"], entry["data"]) for entry in said["log"]] == [
        (number, event, data) for number, (event, data) in enumerate(EVENTS, start=1)
    ]
    assert {entry["by"] for entry in said["log"]} == {"ADM"}
    assert {entry["wit"] for entry in said["log"]} == {"WIT"}
    assert [entry["hash"] for entry in said["log"]] == [hashed(line) for line in BASE]


def test_the_head_that_close_shows_is_the_one_that_verify_asks_for(tmp_path):
    path = begun(tmp_path)
    head = head_in(record(tmp_path, "close", "--by", "ADM").stdout)
    assert len(head.split()) == 12
    assert ledger(tmp_path, "verify", "a.ledger", "--head", "L " + head).stdout.splitlines()[-1].startswith("SOUND: ")
    assert verify_ledger.judge(path.read_bytes(), [word[:4] for word in head.split()])[0] == "sound"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_head_that_was_misread_is_told_for_what_it_is(tmp_path):
    begun(tmp_path)
    words = head_in(record(tmp_path, "close", "--by", "ADM").stdout).split()
    words[11] = "academic" if words[11] != "academic" else "zero"
    done = ledger(tmp_path, "verify", "a.ledger", "--head", " ".join(words), code=8)
    assert "note: 11 of 12 agree; look at word 12" in done.stderr
    other = ledger(tmp_path, "verify", "a.ledger", "--head", " ".join(reversed(words)), code=8)
    assert "agree" not in other.stderr


def test_an_altered_ledger_shows_no_head_that_somebody_could_copy(tmp_path):
    (tmp_path / "x").write_bytes(joined([*BASE[:3], *BASE[4:]]))
    said = ledger(tmp_path, "verify", "x", code=8).stdout
    assert "ALTERED: entry 4 is missing" in said
    assert head_in(said) == ""


def test_a_rule_broken_is_named_and_exits_9(tmp_path):
    lines = going_on(BASE[:-1], "note", {"text": "call +49 170 1234567"})
    (tmp_path / "x").write_bytes(joined(lines))
    said = ledger(tmp_path, "verify", "x", "--head", " ".join(head_of(lines)), code=9).stdout
    assert "RULE BROKEN: entry 12: 'text' of 'note' looks like a phone number" in said
    assert "SOUND: " in said


def test_escapes_of_a_foreign_ledger_reach_no_terminal(tmp_path):
    hostile = [("open", {**OPEN, "ceremony": ESCAPES, "title": ESCAPES, "kind": [ESCAPES]}),
               ("note", {"text": ESCAPES}), (ESCAPES, {ESCAPES: ESCAPES, "deep": [[ESCAPES]], "n": None}),
               ("note", {"text": "\ud800 half a pair"}), ("correction", {"seq": [1], "text": "x"}),
               ("room.exit", {"person": {"a": 1}, "items_out": "all"}), ("note", {"text": "x" * 3000})]  # fmt: skip
    (tmp_path / "x").write_bytes(joined(chained(hostile, by=ESCAPES, wit="A" * 60)))
    for command in ("show", "verify"):
        with Session([*COMMAND, "ledger", command, "x"], tmp_path) as session:  # it asserts that all is printable
            assert session.finish() == 9
            assert len([row for row in session.screen.main if "owned" in row]) >= 1
    json.loads(ledger(tmp_path, "show", "x", "--json", code=9).stdout)
    assert b"\x1b" not in (tmp_path / "x").read_bytes()


def test_rows_of_the_table_fit_80_columns_wherever_they_go(tmp_path):
    (tmp_path / "x").write_bytes(joined([*BASE[:-1]]))
    out = ledger(tmp_path, "show", "x").stdout
    table = out.partition("\n\n")[0].splitlines()
    assert max(map(len, table)) <= 80
    assert len([row for row in table if row[:3].strip().isdigit()]) == 11


@pytest.mark.parametrize(("deep", "code"), [(5, 9), (200, 8)])
def test_deeply_nested_data_is_shown_or_refused_and_not_stumbled_over(tmp_path, deep, code):
    nested: object = "x"
    for _ in range(deep):
        nested = [nested]
    (tmp_path / "x").write_bytes(joined(chained([EVENTS[0], ("note", {"text": nested})])))
    ledger(tmp_path, "show", "x", code=code)


def test_a_torn_line_is_mended_by_the_next_note(tmp_path):
    path = begun(tmp_path)
    with path.open("ab") as file:
        file.write(b'{"by":"AD')
    ledger(tmp_path, "verify", "a.ledger", code=9)
    said = record(tmp_path, "note", "text=the power was cut", "--by", "ADM")
    assert said.stderr.splitlines() == [
        "DOUBT: a.ledger: the last line is torn: 9 bytes of an entry that was never finished",
        "note: entry 2 records a line that an earlier run left unfinished", "entry 3 recorded: something worth knowing; the power was cut",
    ]  # fmt: skip
    assert "note: entry 2 records a torn line before it" in ledger(tmp_path, "verify", "a.ledger").stdout


def test_a_clock_that_went_back_is_said_and_stops_nobody(tmp_path):
    (tmp_path / "x").write_bytes(joined(chained(EVENTS[:2], t="2999-01-01T00:00:00Z")))
    said = record(tmp_path, "note", "text=the clock was wrong", "--by", "WIT", name="x", code=9).stderr
    assert said.startswith("DOUBT: open: entry 1 of 2999-01-01 is dated later than today")
    assert "warning: clock unverified: it shows an earlier time than the entry before\n" in said
    assert "entry 3 recorded" in said
    assert "note: entry 3: clock unverified" in ledger(tmp_path, "verify", "x", code=9).stdout


@pytest.mark.parametrize("end", [b"\r\n", b" \n", b" ", b"\t"])
def test_white_space_after_an_entry_is_no_torn_line_for_any_command(tmp_path, end):
    path = begun(tmp_path)
    path.write_bytes(path.read_bytes() + going_on(path.read_bytes().splitlines(), "note", {"text": "x"})[-1] + end)
    before = path.read_bytes()
    assert "ALTERED: entry 2 is not written as splitkit writes it" in ledger(tmp_path, "verify", path, code=8).stdout
    record(tmp_path, "note", "text=x", "--by", "ADM", code=8)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "fact"),
    [
        (b"", "this file is empty: it holds no entry"),
        (b" \n\n", "this file is empty: it holds no entry"),
        (b'{"by":"ADM","d":{', "the first entry of this ledger was never finished: it holds no entry"),
        (b"what is no ledger\n", "this is not a ledger: it holds no entry"),
    ],
)
def test_a_ledger_without_an_entry_is_told_as_that(tmp_path, content, fact):
    path = tmp_path / "a.ledger"
    path.write_bytes(content)
    for command in (
        ("record", "close", "next=2027-02-20", "--by", "ADM", "--ledger", path),
        ("record", "open", "ceremony=C-2", "kind=split", f"continues={path}", "--ledger", "b", "--by", "ADM"),
        ("ledger", "show", path),
    ):
        told = told_by(tmp_path, *command, code=3).stderr
        assert f"error: {fact}" in told and ("nothing was recorded in it" in told) == ("not a ledger" not in fact)
    assert not (tmp_path / "b").exists() and path.read_bytes() == content


def test_a_ledger_that_fails_is_not_added_to(tmp_path):
    (tmp_path / "x").write_bytes(joined([*BASE[:3], *BASE[4:]]))
    assert "fail verification" in record(tmp_path, "close", "--by", "ADM", name="x", code=8).stderr
    assert "fail verification" in record(tmp_path, "note", "text=a", "--by", "ADM", name="x", code=8).stderr


def test_an_exception_has_all_that_the_script_asks_for(tmp_path):
    path = begun(tmp_path, "--wit", "WIT")
    record(tmp_path, "roll", "person=C2", "role=custodian", "--by", "ADM")
    record(
        tmp_path, "exception", "expected=a", "happened=b", "decision=c", "step=A7", "time=14:06", "approved=ADM,WIT",
        "people_out=C2", "left=14:05", "items_out=umbrella,a phone", "people_back=C2", "returned=14:12",
        "items_in=a phone", "--by", "WIT", "--wit", "ADM",
    )  # fmt: skip
    assert json.loads(path.read_bytes().splitlines()[-1])["d"] == {
        "expected": "a", "happened": "b", "decision": "c", "step": "A7", "time": "14:06", "approved": ["ADM", "WIT"],
        "people_out": ["C2"], "left": "14:05", "items_out": ["umbrella", "a phone"], "people_back": ["C2"],
        "returned": "14:12", "items_in": ["a phone"],
    }  # fmt: skip
    close = record(tmp_path, "close", "--by", "ADM")
    assert json.loads(path.read_bytes().splitlines()[-1])["d"] == {
        "exceptions": 1, "people_out": [], "items_out": ["umbrella"],
    }  # fmt: skip
    assert head_in(close.stdout)


@pytest.mark.parametrize(
    ("arguments", "fact"),
    [
        (("ledger", "verify"), "no custody folder is here"),
        (("ledger", "verify", "a.ledger", "--head", "a b c"), "a head has 12 words, this has 3"),
        (("record", "--list", "party"), "there is no such event"),
        ((*CLOSE,), "it was not said who says so"),
        ((*CLOSE, "--by", "Adm"), "'by' is not a seat"),
        ((*CLOSE, "--by", "ADM", "--by", "WIT"), "an option was given twice"),
        ((*CLOSE[:-1], "absent", "--by", "ADM"), "does not exist"),
        ((*CLOSE, "next=soon", "--by", "ADM"), "'next' of 'close' is not a date"),
        ((*CLOSE, "end=soon", "--by", "ADM"), "the words do not fit"),
        ((*OPEN_B, "ceremony=C-1", "kind=party", "first=yes"), "kind: this is not one of"),
        ((*OPEN_B, "ceremony=C 1", "kind=drill", "first=yes"), "'ceremony' of 'open' is not"),
        ((*OPEN_B, "kind=drill", "first=yes"), "ceremony= is missing"),
        ((*OPEN_B, "ceremony=C-1", "kind=drill"), "which ledger this one continues"),
        ((*OPEN_B, "ceremony=C-1", "kind=drill", "first=yes", "continues=a.ledger"), "said twice"),
        ((*OPEN_B, "ceremony=C-1", "kind=drill", "kind=split", "first=yes"), "the words do not fit"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_explained(arguments, fact, tmp_path):
    begun(tmp_path)
    said = told_by(tmp_path, *arguments, code=2).stderr
    assert fact in said.splitlines()[0]
    assert said.splitlines()[1].startswith("hint: ")


@pytest.mark.parametrize(
    ("fields", "fact"),
    [
        (("note", "text=a", "text=b"), "a field was given twice"),
        (("torn", "bytes=0", "sha256=" + "0" * 64), "nobody can say it"),
        (("party",), "there is no such event"),
        (("correction", "seq=2", "text=x"), "there is no entry of that number"),
    ],
)
def test_what_cannot_be_recorded_is_explained(fields, fact, tmp_path):
    begun(tmp_path)
    said = record(tmp_path, *fields, "--by", "ADM", code=2).stderr
    assert fact in said.splitlines()[0]
    assert said.splitlines()[1].startswith("hint: ")


def test_a_share_on_the_command_line_is_not_quoted(tmp_path):
    from tests.support.builders import made

    begun(tmp_path)
    share = " ".join(made().share("1").words)
    refused = [ledger(tmp_path, "verify", "a.ledger", "--head", share, code=2)]
    refused += [record(tmp_path, *fields, "--by", "ADM", code=2) for fields in ((share,), ("note", "text=" + share))]
    for done in refused:
        assert share[:30] not in done.stdout + done.stderr
    assert share.split()[5].encode() not in (tmp_path / "a.ledger").read_bytes()


@pytest.mark.parametrize("before", [(), ("practice=yes",)], ids=["real", "rehearsal"])
def test_a_rehearsal_continues_nothing_real_nor_the_other_way_round(tmp_path, before):
    first = ("record", "open", "ceremony=C-0001", "kind=drill", "first=yes", "--by", "ADM", "--ledger", "a.ledger")
    told_by(tmp_path, *first, *before)
    then = (
        "record",
        "open",
        "ceremony=C-0002",
        "kind=drill",
        "continues=a.ledger",
        "--by",
        "ADM",
        "--ledger",
        "b.ledger",
    )
    mixed = told_by(tmp_path, *then, *(() if before else ("practice=yes",)), code=9)
    assert "of a rehearsal" in mixed.stderr
    assert not (tmp_path / "b.ledger").exists()
    told_by(tmp_path, *then, *before)


def test_the_next_ledger_continues_and_an_open_one_is_warned_of(tmp_path):
    begun(tmp_path)
    said = record(
        tmp_path, "open", "ceremony=C-0002", "kind=drill", "continues=a.ledger", "--by", "ADM", name="b.ledger"
    ).stderr
    assert said.startswith("warning: the ledger that this one continues is not closed\n")
    head = head_in(ledger(tmp_path, "verify", "a.ledger").stdout)
    assert head_in(said) == head
    told = json.loads(ledger(tmp_path, "verify", "b.ledger", "--head", head, "--json", code=8).stdout)
    assert told["verdict"] == "other"
    assert "a later ledger" in told["fact"]


def test_a_full_disk_exits_7_and_leaves_what_was_there(tmp_path):
    path = begun(tmp_path)
    before = path.read_bytes()
    import resource

    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 50, resource.RLIM_INFINITY))
    said = record(tmp_path, "note", "text=a note", "--by", "ADM", code=7, preexec_fn=limit).stderr
    assert "nothing was recorded" in said
    assert path.read_bytes() == before


def test_the_list_of_events_is_whole(tmp_path):
    from splitkit.ledger.events import EVENTS as LISTED

    out = told_by(tmp_path, "record", "--list").stdout
    said, own = out.split("\n\n")
    assert {*EXAMPLES} | {*re.findall(r"[a-z]+(?:\.[a-z]+)*", own.partition(": ")[2])} == {*LISTED}
    assert all(example in said for example in EXAMPLES.values())
    assert all(len(row) <= 80 for row in out.splitlines() if row not in EXAMPLES.values())
    for name in LISTED:
        assert told_by(tmp_path, "record", "--list", name).stdout.startswith(name)
