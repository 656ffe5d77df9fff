"""Every command that reads the custody folder, whichever there are: what is in doubt is in its first line and in its exit code.

The commands are those of the command line itself, so a new one is tried by itself; what it must be given is in `VALUES` and `MORE`.
"""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import pytest

from splitkit.cli.main import splitkit
from splitkit.quorum.age import parse_recipient
from splitkit.quorum.recipient import recipient_hash
from tests.support.commands.leaves import leaves
from tests.support.custody.practice_set import PLAN, PracticeCustody, fingerprints, run, seen
from tests.support.kit import environment, overrule
from tests.support.ledgers import HASH, OPEN, chained, going_on, head_of, joined
from tests.support.places import scratch
from tests.support.sampling import sampled

DISK = overrule("disk")
PEOPLE = (("ADM", "administrator", "Ada Example"), ("WIT", "witness", "Max Example"), ("C1", "custodian", "Ben Example"),
          ("C2", "custodian", "Cleo Example"), ("C3", "custodian", "Dora Example"))  # fmt: skip


# --- a folder where nothing is in doubt -------------------------------------------------------------------------------


@functools.cache
def sound() -> Path:
    """A custody folder with a real set of three sheets, which lie beside it; to be read only."""
    top = scratch("sound")
    (top / "plan.toml").write_text(PLAN.replace("practice = true\n", ""))
    (top / "codes").write_text("codes of the token\n")
    split = done(run("split", "plan.toml", "--out", "old", *DISK, cwd=top))
    (set_id,) = re.findall(r"^set ([0-9a-f]{32})", split.stdout, re.MULTILINE)
    words = " ".join(re.findall(r"\w+", " ".join(re.findall(r"^F +(\w.+)$", split.stdout, re.MULTILINE))))
    recipient = recipient_hash(parse_recipient((top / "old" / "recipient.txt").read_text())).hex()
    made = {"set": set_id, "fingerprint": words, "policy": "2of3", "epoch": 1, "recipient": recipient, "practice": False,
            "sheets": 3, "kind": "first", "label": "Root"}  # fmt: skip
    events = [
        ("open", {**OPEN, "practice": False}),
        *(("roll", {"person": seat, "role": role, "name": name}) for seat, role, name in PEOPLE),
        ("plan", {"sha256": HASH, "policy": "2of3", "agreed": ["C1", "C2", "C3"]}),
        ("set.made", made),
        *(("bag.sealed", {"bag": f"BAG-{n}", "set": set_id, "sheet": n, "person": f"C{n}"}) for n in "123"),
        ("close", {"exceptions": 0, "people_out": [], "items_out": []}),
    ]
    (top / "c1").write_bytes(joined(chained(events)))
    done(run("init", "custody", "--name", "Example AG", "--by", "max-example", cwd=top))
    done(run("record", "--take", "../c1", "--by", "max-example", cwd=top / "custody"))
    for number in "123":
        seen(
            desk(top),
            "sheet.read",
            "max-example",
            "",
            set=set_id,
            sheet=number,
            use="read-back",
            source="scan",
            result="sound",
        )
    seen(desk(top), "set.proven", "max-example", "", set=set_id, sheets=["1", "2", "3"], use="read-back")
    done(
        run(
            "seal",
            "../codes",
            "--to",
            "../old/recipient.txt",
            "--out",
            "../codes.age",
            *signed(top),
            "--by",
            "ada-example",
            cwd=top / "custody",
        )
    )
    return top


def done(what):
    assert what.returncode == 0, what.stdout + what.stderr
    return what


def desk(top: Path) -> Path:
    return top / "custody" / "ledgers" / "desk.ledger"


def signed(top: Path) -> tuple[str, str]:
    """The words of the folder as it stands, as if they were on paper."""
    return "--head", " ".join(head_of(desk(top).read_bytes().splitlines()))


# --- every command, and what it must be given -------------------------------------------------------------------------


AT_A_TERMINAL = {"ceremony recover", "ceremony review"}
"""What does nothing elsewhere, and is tried in a room with people."""

READERS = {
    path: command
    for path, command in leaves(splitkit)
    if any(one.name == "home" for one in command.params) and path not in AT_A_TERMINAL
}

VALUES = {
    "by": "ada-example", "wit": "max-example", "code": "R15", "out": "../made", "path": "../codes", "plan": "../plan.toml", "purpose": "a test",
    "scans": "-", "sealed": "../codes.age", "sheet": "3", "to": "../old/recipient.txt", "what": "register",
}  # fmt: skip
"""What is given for an argument or an option, by its name, wherever a command needs it."""

MORE = {
    "incident": ("--what", "alert", "--text", "the bell rang"),
    "record": ("note", "text=seen"),
    "recover": ("--reveal", "stdout", "--fingerprint", "FINGERPRINT"),
    "ceremony drill": ("--head", "HEAD"),
    "ceremony renew": ("--reissue", "--sheet", "3", "--out", "../made", "--purpose", "a test", *DISK, "--head", "HEAD"),
    "seal": ("--head", "HEAD"),
    "open": (*DISK, "--head", "HEAD"),
    "split": ("--policy", "2of3", "--label", "Other", *DISK),
}
"""What a command needs besides, to do in a sound folder what it is for."""

ENDS = {"incident": 9, "status": 9}
"""How a command ends in a sound folder, where that is not 0: an alert is urgent, devices are missing."""


SPEAKS = {
    path
    for path, command in READERS.items()
    for one in command.params
    if one.name == "by" and "asked for" in (one.help or "")
}
"""The commands that ask who does it where nobody says so."""


def words_of(path: str, top: Path, values: Mapping[str, Any] = VALUES) -> list[str]:
    """The command line: whatever the command asks for, by name."""
    words = path.split()
    for param in READERS[path].params:
        speaks = param.name in ("by", "wit") and path in SPEAKS
        if not param.required and param.name != "scans" and not speaks:
            continue
        assert param.name in values, f"{path}: say in VALUES what {param.name} may be"
        value = values[param.name]
        for one in value if isinstance(value, tuple) else (value,):
            words += [one] if isinstance(param, click.Argument) else [param.opts[0], one]
    known = {"HEAD": signed(sound())[1], "FINGERPRINT": fingerprints(top, "c1")[0][0]}
    return words + [known.get(word, word) for word in MORE.get(path, ())]


@functools.cache
def typed() -> str:
    """Two sheets, as a hand-held scanner types them."""
    return PracticeCustody(sound(), "").lines(1, 2)


def tried(path: str, top: Path, values: Mapping[str, Any] = VALUES, **more: str):
    return run(*words_of(path, top, values), cwd=top / "custody", stdin=typed(), env=environment(**more))


def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound(), tmp_path / "top"))


# --- doubts -----------------------------------------------------------------------------------------------------------


def torn(top: Path) -> None:
    with desk(top).open("ab") as file:
        file.write(b'{"by":"max')


def torn_ceremony(top: Path) -> None:
    with desk(top).with_name("c-0001.ledger").open("ab") as file:
        file.write(b'{"by":"max')


def not_taken_up(top: Path) -> None:
    other = chained([("open", {**OPEN, "ceremony": "C-0002", "practice": False}), ("note", {"text": "a"})])
    desk(top).with_name("c-0002.ledger").write_bytes(joined(other))


def of_a_day_to_come(top: Path) -> None:
    lines = desk(top).read_bytes().splitlines()
    desk(top).write_bytes(
        joined(going_on(lines, "note", {"text": "x"}, by="max-example", wit="", t="2999-01-01T00:00:00Z"))
    )


def failing(top: Path) -> None:
    desk(top).write_bytes(desk(top).read_bytes().replace(b"Example AG", b"Example KG"))


def forked(top: Path) -> None:
    lines = desk(top).read_bytes().splitlines()
    for name in ("desk", "stick"):
        more = going_on(lines, "note", {"text": name}, by="max-example", wit="")
        desk(top).with_name(f"{name}.ledger").write_bytes(joined(more))


def stale(top: Path) -> None:
    before = desk(top).read_bytes()
    done(run("record", "note", "text=today", "--by", "max-example", cwd=top / "custody"))
    desk(top).write_bytes(before)


def missing(top: Path) -> None:
    desk(top).with_name("c-0001.ledger").unlink()


def no_desk(top: Path) -> None:
    desk(top).unlink()


def unreadable(top: Path) -> None:
    desk(top).with_name("x.ledger").mkdir()


ATTENTION = (torn, torn_ceremony, not_taken_up, of_a_day_to_come)
FAILS = (failing, forked, stale, missing, no_desk, unreadable)
CASES = [(path, spoil) for path in READERS for spoil in (*ATTENTION, *FAILS)]
ALWAYS = [(path, torn) for path in READERS]


def test_the_commands_that_read_the_folder_are_found():
    assert {"status", "ledger verify", "record", "recover", "seal"} <= set(READERS)
    assert set(MORE) | set(ENDS) <= set(READERS)


@pytest.mark.parametrize("path", READERS)
def test_in_a_sound_folder_nothing_is_in_doubt_and_people_are_named_by_their_names(path, tmp_path):
    top = copied(tmp_path)
    told = tried(path, top, {**VALUES, "by": "ada example"} if path in SPEAKS else VALUES)
    assert told.returncode == ENDS.get(path, 0), told.stderr
    assert "DOUBT" not in told.stderr
    if path in SPEAKS:
        last = json.loads(desk(top).read_bytes().splitlines()[-1])
        assert (last["by"], last["wit"]) == ("ada-example", "max-example")


@pytest.mark.parametrize("case", sampled(CASES, 4, always=ALWAYS, ids=lambda case: f"{case[0]}-{case[1].__name__}"))
def test_what_is_in_doubt_is_in_the_first_line_and_in_the_exit_code(case, tmp_path):
    (path, spoil), top = case, copied(tmp_path)
    spoil(top)
    told = tried(path, top)
    assert told.stderr.startswith("DOUBT: "), told.stderr
    if told.returncode == 0:
        mended = "DOUBT" not in run("ledger", "verify", cwd=top / "custody").stderr  # by what was written
        assert mended or path == "recover", "in doubt, and 0"
        assert spoil in ATTENTION or (path, spoil) == ("recover", stale)
    else:
        assert told.returncode == (8 if spoil in FAILS else ENDS.get(path, 9)), told.stderr


# --- who does it ------------------------------------------------------------------------------------------------------


def test_the_commands_that_write_are_found():
    assert {"ceremony drill", "ceremony renew", "open", "recover", "seal", "split", "record"} <= SPEAKS


UNKNOWN = {
    "nobody": ({"by": ()}, "it was not said who"),
    "unknown": ({"by": "Nobody Here"}, 'nobody is called "Nobody Here"'),
    "alone": ({"by": "Ada Example", "wit": "ada-example"}, "the witness is the one who did it"),
    "words": ({"by": "academic acid acne acquire acrobat activity actress adapt"}, "error: "),
}
SAID = [(path, who) for path in sorted(SPEAKS) for who in UNKNOWN]


@pytest.mark.parametrize(
    "case", sampled(SAID, 0, always=[one for one in SAID if one[0] == "seal" or one[1] == "unknown"], ids="-".join)
)
def test_nothing_is_done_by_somebody_unknown(case, tmp_path):
    path, (values, fact) = case[0], UNKNOWN[case[1]]
    top = copied(tmp_path)
    before = desk(top).read_bytes()
    told = tried(path, top, VALUES | values)
    assert fact in told.stderr and "acquire" not in told.stderr and told.returncode in (2, 9), told.stderr
    assert (told.stdout, desk(top).read_bytes()) == ("", before)


def test_one_person_under_two_names_chooses_no_branch(tmp_path):
    top = copied(tmp_path)
    forked(top)
    before = desk(top).read_bytes()
    told = run("ledger", "verify", cwd=top / "custody").stderr
    head = re.search("^  ([0-9a-f]{12})", told, re.MULTILINE)[1]
    two = ("--approved", "ada-example", "--approved", "Ada Example")
    told = run("ledger", "verify", "--settle", head, *two, cwd=top / "custody")
    assert (told.returncode, "fewer than two people" in told.stderr) == (2, True), told.stderr
    assert desk(top).read_bytes() == before


# --- settings of somebody hostile -------------------------------------------------------------------------------------


NEVER = "hunter2"
"""What stands in the settings, and in no message."""

SETTINGS = {
    "number": b"name = 1",
    "no_name": b'paper = "a4"',
    "list": b'name = ["hunter2"]',
    "paper": b'name = "x"\npaper = {hunter2 = 1}',
    "table": b"[name]\nhunter2 = 1",
    "date": b"name = 2026-11-23",
    "unknown": b'name = "x"\nhunter2 = "rm -rf"',
    "no_toml": b"hunter2",
    "empty": b"",
    "escape": b'name = "hunter2\\u001b[2J\\u202e\\u0007"',
    "raw_escape": b'name = "hunter2\x1b[2J"',
    "nul": b"\0" * 100,
    "not_utf8": b'name = "hunter2\xff"',
    "deep": b"name = " + b"[" * 5_000,
    "long_number": b"name = " + b"9" * 10_000,
    "huge": b'name = "hunter2' + b"x" * 20_000 + b'"',
    "shares": b'name = "' + b"academic acid acne acquire acrobat activity actress adapt adequate adjust" + b'"',
}


def rewritten(content: bytes, top: Path) -> None:
    (top / "custody" / "splitkit.toml").write_bytes(content)


def endless(top: Path) -> None:
    os.truncate(top / "custody" / "splitkit.toml", 1 << 40)


def linked(top: Path) -> None:
    path = top / "custody" / "splitkit.toml"
    path.rename(top / "elsewhere.toml")
    path.symlink_to(top / "elsewhere.toml")


def of_others(top: Path) -> None:
    (top / "custody" / "splitkit.toml").chmod(0o666)


def of_another_user(top: Path) -> None:
    os.chown(top / "custody" / "splitkit.toml", 12_345, -1)


HOSTILE = {name: functools.partial(rewritten, content) for name, content in SETTINGS.items()}
HOSTILE |= {one.__name__: one for one in (endless, linked, of_others)}
if not os.geteuid():  # only root gives a file to somebody else
    HOSTILE["of_another_user"] = of_another_user
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]")


@pytest.mark.parametrize(
    "case",
    sampled(
        [(path, name) for path in READERS for name in HOSTILE],
        4,
        always=[*((path, "not_utf8") for path in READERS), *(("status", name) for name in HOSTILE)],
        ids="-".join,
    ),
)
def test_settings_of_somebody_hostile_are_refused_in_words(case, tmp_path):
    (path, name), top = case, copied(tmp_path)
    HOSTILE[name](top)
    before = {one: one.read_bytes() for one in (top / "custody" / "ledgers").iterdir()}
    told = tried(path, top)
    assert told.returncode == (6 if name in ("linked", "of_others", "of_another_user") else 2), told.stderr
    assert re.search(r"^error: .*\nhint: .*\n\Z", told.stderr, re.MULTILINE), told.stderr
    assert told.stdout == "" or path == "packs show"  # a procedure is shown at night, whatever the folder says
    assert NEVER not in told.stderr and "academic" not in told.stderr and not CONTROL.search(told.stderr)
    assert {one: one.read_bytes() for one in (top / "custody" / "ledgers").iterdir()} == before
    assert not (top / "made").exists()


@pytest.mark.parametrize(
    "spoil",
    sampled(
        [*ATTENTION, *FAILS], 0, always=[torn, failing, forked, no_desk, unreadable], ids=lambda spoil: spoil.__name__
    ),
)
def test_no_ledger_prevents_a_recovery_that_paper_vouches_for(spoil, tmp_path):
    """Where it takes nothing two people overrule that; an older copy of the folder, or a torn one, takes the entries of a recovery."""
    top = copied(tmp_path)
    secret = done(tried("recover", top)).stdout
    spoil(top)
    told = tried("recover", top)
    if spoil in FAILS and spoil is not stale:
        assert (told.returncode, told.stdout) == (8, "")
        assert "--override unrecorded" in told.stderr
        arguments = [*words_of("recover", top), *overrule("unrecorded")]
        told = run(*arguments, cwd=top / "custody", stdin=typed())
        assert "NOTHING IS RECORDED" in told.stderr
    else:
        recorded = [json.loads(line)["ev"] for line in desk(top).read_bytes().splitlines() if line.endswith(b"}")]
        assert recorded[-3:] == ["intent", "reveal", "outcome"]
    assert (told.returncode, told.stdout) == (0, secret), told.stderr
    assert told.stderr.startswith("DOUBT: ")


@pytest.mark.parametrize("name", ["not_utf8", "linked"])
def test_no_settings_prevent_a_recovery_that_paper_vouches_for(name, tmp_path):
    top = copied(tmp_path)
    HOSTILE[name](top)
    arguments = [*words_of("recover", top), *overrule("unrecorded")]
    told = run(*arguments, cwd=top / "custody", stdin=typed())
    assert (told.returncode, bool(told.stdout.strip())) == (0, True), told.stderr
    assert "NOTHING IS RECORDED" in told.stderr
