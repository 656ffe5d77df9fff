"""Every override leaves its reason in the ledger, before anything is done, or the screen says that no ledger holds it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from splitkit.cli.main import COMMANDS, splitkit
from splitkit.cli.options import _OVERRIDES
from splitkit.ledger.events import REFUSALS
from splitkit.ledger.freetext import check_free_text
from splitkit.preflight.checks import CHECKS
from splitkit.quorum.textform import symbol_text
from tests.support.builders import PASSWORD, made
from tests.support.custody.practice_set import run, seen
from tests.support.kit import overrule
from tests.support.ledgers import OPEN, chained, joined
from tests.support.places import ROOT

OLD = made("2of3", "overruled old")
NEW = made("2of3", "overruled new", "A-newer+password", epoch=2, first_set=OLD.envelope.header.set_id)
ABOUT_OLD = {
    "set": OLD.envelope.header.set_id.hex(), "fingerprint": " ".join(OLD.envelope.fingerprint), "policy": "2of3", "epoch": 1,
    "recipient": "0" * 32, "practice": True, "sheets": 3, "kind": "first",
}  # fmt: skip
QUORUM = [OLD.share("1").mnemonic, OLD.share("2").digits, symbol_text(OLD.envelope.raw)]
CLAIM = [*QUORUM, symbol_text(NEW.envelope.raw)]
RECORD = ("--fingerprint", " ".join(OLD.envelope.fingerprint))
RECOVER = ("recover", "-", "--practice", "--reveal", "stdout")
WHY = "the safe is flooded"


def ledger_of(folder: Path) -> list[tuple]:
    """What stands in the ledger of a folder since it was opened: events, and what was overruled why."""
    entries = [json.loads(line) for line in (folder / "l").read_text().splitlines()]
    return [
        (one["ev"], one["d"]["check"], one["d"]["reason"]) if one["ev"] == "override" else one["ev"] for one in entries
    ]


@pytest.fixture
def desk(custody):
    folder = custody.folder
    (folder / "seed").write_text("otpauth://totp/x?secret=AAAA\n")
    (folder / "stranger.txt").write_text("who knows\n")
    to = ("--to", "old/recipient.txt")
    assert run("seal", "stranger.txt", *to, "--out", "stranger.age", *custody.signed, cwd=folder).returncode == 0
    return custody


def act(desk, name):
    """A command that is refused without the override *name*, its input, and the exit code of the refusal."""
    real = ("split", "--policy", "2of3", "--label", "Root", "--out", "made")
    if name in {"no-record", "superseded"}:
        seen(desk.folder / "l", "set.made", **ABOUT_OLD)
    unknown = ("open", "-", "--sealed", "stranger.age", "--out", "opened", "--purpose", "a test", *desk.signed)
    return {
        "disk": (real, "", 6),
        "mfa-seed": (("seal", "seed", "--to", "old/recipient.txt", "--out", "seed.age", *desk.signed), "", 9),
        "unknown-file": (unknown, desk.lines(1, 2), 9),
        "no-record": (RECOVER, "\n".join(QUORUM), 6),
        "superseded": ((*RECOVER, *RECORD), "\n".join(CLAIM), 9),
    }[name]


ACTS = ["disk", "mfa-seed", "unknown-file", "no-record", "superseded"]


@pytest.mark.parametrize("name", ACTS)
def test_what_is_overruled_stands_in_the_ledger_before_it_is_done(desk, name):
    arguments, stdin, refusal = act(desk, name)
    before = (desk.folder / "l").read_bytes()
    if name == "disk" and Path("/dev/shm") in desk.folder.parents:
        pytest.skip("the tests themselves run in memory")
    refused = run(*arguments, "--ledger", "l", cwd=desk.folder, stdin=stdin)
    assert refused.returncode == refusal, refused.stderr
    assert f"--override {name} --reason TEXT" in refused.stderr
    assert set(ledger_of(desk.folder)[len(before.splitlines()) :]) <= {"sheet.read"}
    done = run(*arguments, "--ledger", "l", *overrule(name, WHY), cwd=desk.folder, stdin=stdin)
    assert done.returncode == 0, done.stderr
    assert f"overruled, because: {WHY}" in done.stderr
    assert "no ledger holds" not in done.stderr
    written = [one for one in ledger_of(desk.folder)[len(before.splitlines()) :] if one != "sheet.read"]
    assert written[:2] == [("override", name, WHY), "intent"]
    assert written[-1] == "outcome"
    assert run("ledger", "verify", "l", cwd=desk.folder).returncode == 0


@pytest.mark.parametrize("name", ["mfa-seed", "no-record", "superseded"])
def test_without_a_ledger_the_screen_says_that_none_holds_it(desk, name):
    arguments, stdin, _ = act(desk, name)
    done = run(*arguments, *overrule(name, WHY), cwd=desk.folder, stdin=stdin)
    assert done.returncode == 0, done.stderr
    assert f"no ledger holds why '{name}' was overruled: write it down" in done.stderr


@pytest.mark.parametrize("name", ["no-record", "superseded", "unrecorded"])
def test_an_override_that_nothing_needs_is_a_note_and_no_refusal(tmp_path, name):
    """A record that is given counts, whatever else is said: what vouches is never left aside."""
    (tmp_path / "l").write_bytes(joined(chained([("open", OPEN), ("set.made", ABOUT_OLD)])))
    given = (*RECORD, *overrule(name), "--ledger", "l")
    done = run(*RECOVER, *given, cwd=tmp_path, stdin="\n".join(QUORUM))
    assert (done.returncode, done.stdout) == (0, PASSWORD + "\n"), done.stderr
    assert f"note: nothing had to be overruled by '{name}'" in done.stderr
    assert "equal to your record" in done.stderr
    assert [one for one in ledger_of(tmp_path) if one != "sheet.read"] == [
        "open",
        "set.made",
        "intent",
        "reveal",
        "outcome",
    ]


def test_a_refusal_by_another_rule_is_not_overruled_with_it(desk):
    done = run(*RECOVER, *overrule("no-record"), *overrule("unrecorded"), cwd=desk.folder, stdin="\n".join(CLAIM))
    assert (done.returncode, done.stdout) == (5, "")


def offers() -> dict[str, set[str]]:
    """Which commands offer each override."""
    found: dict[str, set[str]] = {"no-guard": {"every command"}}
    for name in COMMANDS:
        command = splitkit.get_command(None, name)
        for part in (command, *getattr(command, "commands", {}).values()):
            for choice in (
                choice for param in part.params if param.name == "override" for choice in param.type.choices
            ):
                found.setdefault(choice, set()).add(name)
    return found


def test_every_name_is_one_of_the_closed_list_and_none_is_that_of_a_check():
    assert offers().keys() == set(REFUSALS) == {*_OVERRIDES, "no-guard"}
    assert not {check.name.replace(" ", "-") for check in CHECKS} & set(REFUSALS)


def test_the_guide_lists_them_with_their_commands():
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| .* \| (.*) \|$", (ROOT / "docs" / "guide.md").read_text(), re.MULTILINE)
    told = {name: set(of.replace("`", "").split(", ")) for name, of in rows if name in REFUSALS}
    assert told == offers()


def test_no_command_overrules_by_a_flag_of_its_own():
    for name in COMMANDS:
        for param in splitkit.get_command(None, name).params:
            words = " ".join(param.opts)
            assert not any(word in words for word in ("--allow", "--accept", "--force", "--no-record", "--superseded"))


NUMBERS = ["device 1234567890", "call 0170 1234567", "172839405611"]


@pytest.mark.parametrize("option", ["--purpose", "--reason"])
@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_in_a_text_is_told_with_what_to_write(tmp_path, number, option):
    more = ("--override", "superseded") if option == "--reason" else ()
    done = run(*RECOVER, *RECORD, *more, option, number, cwd=tmp_path, stdin="\n".join(QUORUM))
    assert (done.returncode, "such as 'password lost, ticket INC-204815'" in done.stderr) == (2, True), done.stderr
    assert number not in done.stderr
    done = run(
        *RECOVER, *RECORD, *more, option, "password lost, ticket INC-204815", cwd=tmp_path, stdin="\n".join(QUORUM)
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("text", ["INC-204815", "ticket CHG-00204815", "REQ-2048151: lost", "INC0012345"])
def test_the_number_of_a_ticket_may_stand_in_a_text(text):
    check_free_text(text, 400)
