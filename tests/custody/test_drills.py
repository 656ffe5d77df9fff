"""Drills: every sheet in its turn, the set proven, and nothing shown."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import replace

import pytest
from hypothesis import given, settings

from splitkit.custody.drills import next_drill
from splitkit.custody.records.holdings import SetRecord, SheetRecord
from tests.support.builders import made as dealt
from tests.support.custody.company import written
from tests.support.custody.custodies import SET, changed, destroyed, held, introduced, made, register_of, stored
from tests.support.custody.drilled import OURS, SET_ID
from tests.support.custody.practice_set import run
from tests.support.kit import forged_pdf, page_pdf, picture
from tests.support.ledgers import FINGERPRINT
from tests.support.plans import all_policies
from tests.support.sampling import examples


@settings(max_examples=examples(150), deadline=None)
@given(all_policies())
def test_every_drill_is_a_quorum_and_every_sheet_has_its_turn(policy):
    sheets = {number: SheetRecord(number) for number in map(policy.number, policy.sheet_ids())}
    of, ids = (
        SetRecord(SET, policy, sheets=sheets, made=dt.date(2026, 1, 1)),
        {policy.number(sheet): sheet for sheet in policy.sheet_ids()},
    )
    rounds = 0
    while any(not sheet.proven for sheet in of.sheets.values()):
        drawn = next_drill(of)
        assert policy.opens([ids[number] for number in drawn])
        assert not any(policy.opens([ids[n] for n in drawn if n != number]) for number in drawn)
        rounds += 1
        day = dt.date(2026, 1, 1) + dt.timedelta(days=rounds)
        of = replace(
            of,
            sheets={
                number: replace(sheet, read=day, reading="sound") if number in drawn else sheet
                for number, sheet in of.sheets.items()
            },
        )
    if policy.flat:
        assert rounds == -(-policy.sheets // policy.needed)
    assert rounds <= sum(-(-group.members // group.threshold) for group in policy.groups)


def test_a_set_without_a_quorum_has_no_drill():
    assert next_drill(register_of(*held(), destroyed("1"), destroyed("2"), destroyed("3")).sets[SET]) == []
    assert next_drill(register_of(*held(), destroyed("1"), destroyed("2")).sets[SET]) == ["3", "4", "5"]


@pytest.fixture(scope="module")
def founded(tmp_path_factory):
    """A ledger of the set, and scans of its sheets."""
    folder = tmp_path_factory.mktemp("founded")
    split = changed(made("3of5", SET_ID, day="2026-11-23"), fingerprint=" ".join(OURS.envelope.fingerprint))
    stores = [stored(str(number), set_id=SET_ID, day="2026-11-23") for number in range(1, 6)]
    written(folder / "c1", introduced(split, *stores, day="2026-11-23"))
    for number in "12345":
        (folder / f"scan-{number}.png").write_bytes(picture(page_pdf(OURS, number)))
    foreign = dealt("3of5", seed="another", practice=False)
    (folder / "foreign.png").write_bytes(picture(page_pdf(foreign, "1")))
    return folder


@pytest.fixture
def custody(founded, tmp_path):
    return shutil.copytree(founded, tmp_path, dirs_exist_ok=True)


SIGNED = " ".join(OURS.envelope.fingerprint)


def drill(folder, *arguments):
    return run("ceremony", "drill", "--ledger", "c1", "--fingerprint", SIGNED, *arguments, cwd=folder)


def last(folder):
    return json.loads((folder / "c1").read_text().splitlines()[-1])


def test_a_drill_is_held_and_recorded_and_the_next_has_other_sheets(custody):
    who = drill(custody, "--who")
    assert [line.split()[1] for line in who.stdout.splitlines()[1:]] == ["1", "2", "3"]
    done = drill(custody, "scan-1.png", "scan-2.png", "scan-3.png")
    assert done.returncode == 0, done.stderr
    assert "opens with sheets 1, 2, 3; nothing was shown" in done.stdout
    assert last(custody)["d"] == {
        "set": SET_ID,
        "sheets": ["1", "2", "3"],
        "way": "verify",
        "result": "pass",
        "not_proven": ["4", "5"],
    }
    assert [line.split()[1] for line in drill(custody, "--who").stdout.splitlines()[1:]] == ["4", "5", "1"]
    assert run("ledger", "verify", "c1", cwd=custody).returncode == 0
    unread = run("status", "c1", cwd=custody)
    assert (unread.returncode, f"set {SET_ID[:8]}: unproven" in unread.stdout) == (9, True)
    again = drill(custody, "scan-4.png", "scan-5.png", "scan-1.png")
    assert again.returncode == 0 and "unproven" not in run("status", "c1", cwd=custody).stdout
    everything = again.stdout + again.stderr + done.stdout + done.stderr + (custody / "c1").read_text()
    assert OURS.record.password not in everything
    assert not any(
        OURS.share(number).mnemonic.split()[9] + " " + OURS.share(number).mnemonic.split()[10] in everything.lower()
        for number in "123"
    )


def test_one_sheet_is_looked_after_alone(custody):
    done = drill(custody, "scan-4.png")
    assert done.returncode == 0, done.stderr
    assert "sheet 4 of set" in done.stdout
    assert (last(custody)["ev"], last(custody)["d"]["use"], last(custody)["d"]["result"]) == (
        "sheet.read",
        "inventory",
        "sound",
    )


def test_a_foreign_sheet_is_no_part_of_a_drill(custody):
    done = drill(custody, "scan-1.png", "scan-2.png", "foreign.png")
    assert done.returncode == 5
    assert "drill" not in [json.loads(line)["ev"] for line in (custody / "c1").read_text().splitlines()]


def test_forged_sheets_at_a_drill_are_never_sound(custody):
    """Also where the true sheets are read beside them: what was forged is an incident until two people close it."""
    for number in "123":
        (custody / f"forged-{number}.png").write_bytes(picture(forged_pdf(OURS, number)))
    assert drill(custody, *(f"scan-{number}.png" for number in "12345")).returncode == 0
    assert "sound: nothing to do" in run("status", "c1", cwd=custody).stdout
    assert drill(custody, *(f"forged-{number}.png" for number in "123")).returncode == 5
    status = run("status", "c1", cwd=custody)
    assert (status.returncode, "doubtful" in status.stdout) == (9, True)
    assert f"incident FORGED-{SET_ID[:8].upper()}-1-1 is open" in status.stdout
    assert drill(custody, "scan-1.png", "forged-1.png", "scan-2.png", "scan-3.png").returncode == 5
    status = run("status", "c1", cwd=custody)
    assert (status.returncode, "is not what was printed" in " ".join(status.stdout.split())) == (9, True)
    assert "sound: nothing to do" in status.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "fact"),
    [
        ((), 2, "it says nothing where people are guided"),
        (("--set", "00", "scan-1.png"), 9, "no set that is in use"),
        (("nothing.png",), 2, "does not exist"),
        (("c1",), 4, "no sheet of this set was read"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_recorded(custody, arguments, code, fact):
    before = (custody / "c1").read_bytes()
    done = drill(custody, *arguments)
    assert (done.returncode, fact in done.stderr) == (code, True), done.stderr
    assert (custody / "c1").read_bytes() == before


def test_a_ledger_with_another_fingerprint_opens_nothing(custody):
    (custody / "c1").unlink()
    split = made("3of5", SET_ID)
    assert split.data.fingerprint == FINGERPRINT
    written(custody / "c1", introduced(split))
    done = drill(custody, "scan-1.png", "scan-2.png", "scan-3.png")
    assert (done.returncode, "not those that these ledgers hold" in done.stderr) == (8, True)
    assert "opens with" not in done.stdout
