"""Two verifiers on one corpus of tampered ledgers: the same verdict, the same entry, and words that tell the cases apart."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitkit import verify_ledger
from splitkit.errors import TooNewError, UnreadableError, UsageError
from splitkit.host.files import read_file
from splitkit.ledger.verification import MAX_FILE_BYTES, ChainVerdict, judge_ledger, read_ledger
from tests.support.ledgers import EVENTS, OPEN, chained, going_on, hashed, head_of, joined, line, stamp, torn_line
from tests.support.tampered import BASE, CORPUS, LAST, PAPER, Tampered, changed, refielded

SECOND = Path(verify_ledger.__file__)
BY_NAME = {case.name: case for case in CORPUS}


def first(data: bytes, paper) -> tuple[str, int | None]:
    try:
        judgement = judge_ledger([data], paper)
    except UnreadableError:
        return "unreadable", None
    return judgement.verdict.value, judgement.at


def second(data: bytes, paper) -> tuple[str, int | None]:
    verdict, at, _ = verify_ledger.judge(data, [word[:4] for word in paper or ()])
    return verdict, at if verdict in ("altered", "extended", "truncated") else None


OF_A_FILE = [verdict for verdict in ChainVerdict if verdict is not ChainVerdict.DOUBTFUL]
"""The verdicts on one ledger; on a whole folder there is one more."""


def test_the_corpus_is_large_and_every_case_has_a_name():
    assert len(CORPUS) >= 120
    assert len(BY_NAME) + 5 >= len(CORPUS)
    assert {case.verdict for case in CORPUS} == {*(verdict.value for verdict in OF_A_FILE), "unreadable"}
    assert set(verify_ledger.VERDICTS) == {case.verdict for case in CORPUS}


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name)
def test_the_verdict(case: Tampered):
    assert first(case.data, case.paper) == (case.verdict, case.at)


LARGE = "100,001 lines, with paper"


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=case.name, marks=pytest.mark.long if case.name == LARGE else ()) for case in CORPUS],
)
def test_the_second_verifier_says_the_same(case: Tampered):
    assert second(case.data, case.paper) == (case.verdict, case.at)


def test_both_have_the_same_exit_codes():
    assert {name: code for name, (code, _) in verify_ledger.VERDICTS.items() if name != "unreadable"} == {
        verdict.value: verdict.exit_code for verdict in OF_A_FILE
    }
    assert verify_ledger.VERDICTS["unreadable"][0] == UnreadableError.exit_code


@pytest.mark.parametrize("name", ["nothing", "nothing, no paper", "one byte of entry 3", "cut after entry 5",
                                  "one entry more", "zeros at the end", "another ledger altogether", "empty"])  # fmt: skip
def test_the_second_verifier_runs_alone(name, tmp_path):
    case = BY_NAME[name]
    (tmp_path / "ledger").write_bytes(case.data)
    head = ["--head", " ".join(case.paper)] if case.paper else []
    done = alone(tmp_path, "ledger", *head)
    assert done.stdout.startswith(case.verdict + ": ")
    assert done.returncode == verify_ledger.VERDICTS[case.verdict][0]
    assert done.stderr == ""


def alone(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", str(SECOND), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", [(), ("a", "b"), ("a", "--head"), ("a", "--head", "word"), ("a", "--had", " ".join(PAPER)),
                                       ("a", "--head", " ".join(PAPER[:11]) + " wrongest"), ("absent",), (".",)])  # fmt: skip
def test_the_second_verifier_explains_how_it_is_used(arguments, tmp_path):
    done = alone(tmp_path, *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith(("usage: ", "error: "))
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert verify_ledger.main([str(tmp_path / arguments[0]), *arguments[1:]] if arguments else []) == 2


def test_the_second_verifier_takes_words_as_they_are_typed(tmp_path, capsys):
    (tmp_path / "ledger").write_bytes(joined(BASE))
    shown = "L " + ", ".join(PAPER[:4]) + "\nL " + " ".join(word.upper() for word in PAPER[4:])
    assert verify_ledger.main([str(tmp_path / "ledger"), "--head", shown]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "head: " + " ".join(word[:4] for word in PAPER)


@pytest.mark.parametrize("time", ["2026-02-30T13:00:00Z", "2026-13-01T13:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T13:60:00Z",
                                  "2026-11-23T13:00:60Z", "0000-11-23T13:00:00Z", "9999-99-99T99:99:99Z"])  # fmt: skip
def test_a_time_that_is_none_of_the_calendar_is_no_entry(time):
    data = joined(going_on(BASE[:3], "note", {"text": "x"}, t=time))
    assert first(data, None) == second(data, None) == ("altered", 4)


def test_a_file_that_is_too_large_is_refused_by_both(tmp_path):
    (tmp_path / "ledger").write_bytes(joined(BASE) + b"x" * (MAX_FILE_BYTES - len(joined(BASE)) + 1))
    assert verify_ledger.main([str(tmp_path / "ledger")]) == UsageError.exit_code
    with pytest.raises(UsageError, match="larger than"):
        read_file(str(tmp_path / "ledger"), MAX_FILE_BYTES)


@pytest.mark.parametrize("judged", [first, second])
def test_lines_that_claim_to_repair_something_cost_what_other_lines_cost(judged, monkeypatch):
    """Each of 300 entries has a torn entry far behind it, which names the right number of bytes and the wrong hash."""
    lines = [*BASE[:1]]
    for _ in range(300):
        lines = going_on(lines, "note", {"text": "x"})
    claims = []
    for number in range(1, 300):
        length = len(b"\n".join([*lines[number:], *claims]))
        claims.append(line(number + 1, hashed(lines[number - 1]), "torn", {"bytes": length, "sha256": "0" * 64}))
    hashes = []
    monkeypatch.setattr(
        hashlib, "sha256", lambda data=b"", sha256=hashlib.sha256: hashes.append(len(data)) or sha256(data)
    )
    data = joined([*lines, *claims])
    assert judged(data, None)[0] == "altered"
    assert sum(hashes) < 3 * len(data)


def test_the_second_verifier_is_short_and_stands_alone():
    text = SECOND.read_text(encoding="ascii")
    assert len(text.splitlines()) < 110
    assert "splitkit" not in [
        line.split()[1].split(".")[0] for line in text.splitlines() if line.startswith(("import", "from"))
    ]


EXPECTED_WORDS = {
    "one byte of entry 3": "entry 3 was altered after it was written",
    "one byte of entry 11": "entry 11 or entry 12 was altered: they do not fit together",
    "entry 4 deleted": "entry 4 is missing",
    "two entries deleted": "entries 5 to 6 are missing",
    "entry 1 deleted": "entry 1 is missing",
    "entry 4 twice": "entry 4 stands there twice",
    "entries 4 and 5 swapped": "entry 4 is not in its place: entry 5 stands before it",
    "an entry inserted": "after entry 5 stands one that says it is entry 5: it was inserted or moved",
    "a float": "entry 6 is not written as splitkit writes it",
    "entry 1 is not open": "entry 1 does not begin a ledger: what stood before it is missing",
    "an entry deleted, the rest renumbered": "entry 5 was altered after it was written",
    "cut after entry 5": "entries at its end are missing",
    "one entry more": "the words on paper are those of entry 12; what follows was added after they were written",
    "the younger ledger that continues it": "this is a later ledger",
    "another ledger altogether": "this is not the ledger of the paper",
    "torn after 50 bytes": "the last line is torn: 50 bytes of an entry that was never finished",
    "cut, no paper": "nothing vouches for the end",
    "nothing": "the end equals the words on paper",
}


@pytest.mark.parametrize("name", EXPECTED_WORDS)
def test_the_words_tell_the_cases_apart(name):
    case = BY_NAME[name]
    assert EXPECTED_WORDS[name] in judge_ledger([case.data], case.paper).fact


def test_an_altered_link_is_blamed_on_the_entry_that_has_it():
    judgement = judge_ledger([joined(refielded(6, prev="f" * 64))])
    assert judgement.fact == "entry 6 was altered after it was written"


def test_a_ledger_that_fails_says_what_to_do():
    for case in CORPUS:
        if case.verdict not in ("sound", "unreadable"):
            assert judge_ledger([case.data], case.paper).hint, case.name


@pytest.mark.parametrize("again", [1, 2, 5])
def test_a_ledger_begins_once_wherever_it_does_so_again(again):
    events = [("open", OPEN), *[("note", {"text": "on time"})] * 5]
    events.insert(again, ("open", OPEN))
    judgement = judge_ledger([joined(chained(events))])
    assert judgement.findings == (f"entry {again + 1}: a ledger begins once",)


@pytest.mark.parametrize(
    "case", [case for case in CORPUS if case.name.startswith("rule: ")], ids=lambda case: case.name
)
def test_a_broken_rule_is_found_in_a_chain_that_holds(case):
    judgement = judge_ledger([case.data], case.paper)
    assert len(judgement.findings) >= 1
    assert judgement.exit_code == 9
    assert "12" in judgement.findings[-1] or "13" in judgement.findings[-1] or "11" in judgement.findings[-1]


def test_what_keeps_the_rules_has_no_findings():
    assert judge_ledger([joined(BASE)], PAPER).findings == ()
    assert judge_ledger([joined(BASE)], PAPER).notes == ()
    assert judge_ledger([joined(BASE)], PAPER).exit_code == 0


def test_a_newer_ledger_is_told_from_no_ledger():
    newer = joined(chained([("open", {**OPEN, "format": 2}), *EVENTS[1:]]))
    with pytest.raises(TooNewError):
        read_ledger(newer)


def test_sixteen_million_empty_lines_are_refused_at_once():
    with pytest.raises(UnreadableError, match="too many lines"):
        read_ledger(joined(BASE) + b"\n" * 16_000_000)


@pytest.mark.parametrize("version", [0, -1, "2", True, None, [2]])
def test_a_strange_version_is_a_finding(version):
    lines = chained([("open", {**OPEN, "format": version}), *EVENTS[1:]])
    judgement = judge_ledger([joined(lines)], head_of(lines))
    assert judgement.verdict is ChainVerdict.SOUND
    assert judgement.findings
    assert second(joined(lines), head_of(lines)) == ("sound", None)


def test_the_clock_that_goes_backwards_is_noted_and_nothing_more():
    lines = chained(EVENTS[:3])
    lines = going_on(lines, "note", {"text": "the battery of the clock is flat"}, t="1970-01-01T00:00:07Z")
    lines = going_on(lines, "note", {"text": "set again"}, t="2036-11-23T13:00:00Z")
    judgement = judge_ledger([joined(lines)], head_of(lines))
    assert judgement.verdict is ChainVerdict.SOUND
    assert [note for note in judgement.notes if "clock" in note] == [
        "entry 4: clock unverified: its time is before that of the entry before"
    ]
    assert judgement.exit_code == 0


def test_a_mended_line_is_noted():
    lines, fragment = BASE[:6], BASE[6][:40]
    mended = [*lines, torn_line(lines, fragment)]
    data = joined([*lines, fragment, mended[-1]])
    assert "entry 7 records a torn line before it" in judge_ledger([data], head_of(mended)).notes
    assert read_ledger(data).repaired == (7,)


def test_a_torn_line_does_not_open_a_closed_ledger():
    data = joined([*BASE, b"{", torn_line(BASE, b"{")])
    assert read_ledger(data).closed
    assert not judge_ledger([data]).findings


def test_several_files_continue_each_other():
    younger = chained([("open", {**OPEN, "ceremony": "C-0002"}), *EVENTS[1:]], previous=hashed(BASE[-1]))
    files = [joined(BASE), joined(younger)]
    assert judge_ledger(files, head_of(younger)).verdict is ChainVerdict.SOUND
    assert judge_ledger(files, PAPER).verdict is ChainVerdict.EXTENDED
    assert "of an earlier file" in judge_ledger(files, PAPER).fact
    assert judge_ledger(files).verdict is ChainVerdict.UNVOUCHED
    wrong = judge_ledger(files[::-1], PAPER)
    assert (wrong.verdict, wrong.fact) == (ChainVerdict.OTHER, "file 2 does not continue file 1")
    broken = judge_ledger([joined(changed(3, b"ADM", b"ADN")), joined(younger)])
    assert (broken.verdict, broken.at) == (ChainVerdict.ALTERED, 4)
    assert broken.fact.startswith("file 1: entry 3 ")
    torn = judge_ledger([joined(BASE) + b"{", joined(younger)], head_of(younger))
    assert torn.verdict is ChainVerdict.TORN
    assert torn.fact.startswith("file 1: the last line is torn")


def test_the_clock_is_compared_across_files():
    younger = chained([("open", OPEN)], previous=hashed(BASE[-1]), t=stamp(0))
    notes = judge_ledger([joined(BASE), joined(younger)]).notes
    assert "file 2: entry 1: clock unverified: its time is before that of the entry before" in notes


def test_how_much_the_paper_vouches_for():
    assert judge_ledger([joined(BASE)], PAPER).vouched == LAST
    assert judge_ledger([joined(BASE)], head_of(BASE[:6])).vouched == 6
    assert judge_ledger([joined(BASE)]).vouched == 0


@given(st.data())
def test_both_agree_on_whatever_is_done_to_a_ledger(data):
    lines = [*BASE]
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(lines) - 1)) if lines else 0
        deed = data.draw(st.sampled_from(["drop", "repeat", "swap", "byte", "cut", "mend"]))
        if not lines:
            break
        if deed == "drop":
            del lines[at]
        elif deed == "repeat":
            lines.insert(at, lines[data.draw(st.integers(0, len(lines) - 1))])
        elif deed == "swap":
            lines[at], lines[-1] = lines[-1], lines[at]
        elif deed == "mend":
            fragment = data.draw(st.sampled_from([b"", b"{", lines[at], lines[at][:20], b"x\ny"]))
            lines[at:] = [*lines[:at][-1:], fragment] if not at else [fragment, torn_line(lines[:at], fragment)]
        elif lines[at]:
            place = data.draw(st.integers(0, len(lines[at]) - 1))
            new = bytes([data.draw(st.sampled_from([*b'{}[]":,0aZ\\ \n\r\t', 0, 255]))]) if deed == "byte" else b""
            lines[at] = lines[at][:place] + new + lines[at][place + 1 :]
    written = joined(lines)
    written = written[: len(written) - data.draw(st.sampled_from([0, 0, 0, 1, 5, 300]))]
    paper = data.draw(st.sampled_from([None, PAPER, head_of(BASE[:5])]))
    assert first(written, paper) == second(written, paper)


@given(st.binary(max_size=200), st.booleans())
def test_both_agree_on_any_bytes(data, after):
    written = joined(BASE[:3]) + data if after else data
    assert first(written, None) == second(written, None)


@given(st.integers(0, len(joined(BASE)) - 1), st.integers(1, 255))
def test_no_changed_byte_is_sound_on_paper(place, change):
    written = bytearray(joined(BASE))
    written[place] ^= change
    assert first(bytes(written), PAPER)[0] not in ("sound", "unvouched")
    assert second(bytes(written), PAPER)[0] not in ("sound", "unvouched")
