"""`reissue`, `refresh` and `rotate` on real sheets, ledgers and folders."""

from __future__ import annotations

import json

import pytest

from splitkit.quorum.textform import symbol_text
from tests.support.builders import made
from tests.support.custody.practice_set import PLAN, PracticeCustody, add, fingerprints, fresh, run, seen
from tests.support.sampling import sampled


def test_the_same_share_is_printed_again_to_the_byte(custody):
    custody.add("sheet.destroyed", f"set={custody.set_id}", "sheet=2", "way=fire", "seen_by=ADM,WIT")
    assert custody.status()[custody.set_id]["case"] == "destroyed"
    done = custody.renew("reissue", custody.sheet(1), custody.sheet(3), "--sheet", "2", "--out", "again")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (custody.folder / "again").iterdir()] == ["share-2-of-3.pdf"]
    assert (custody.folder / "again" / "share-2-of-3.pdf").read_bytes() == (
        custody.folder / "old" / "share-2-of-3.pdf"
    ).read_bytes()
    assert custody.status()[custody.set_id]["case"] == "unproven"  # the new paper, which nobody has read yet
    read = run("ceremony", "drill", "again/share-2-of-3.pdf", "--ledger", "l", *custody.signed, cwd=custody.folder)
    assert (read.returncode, custody.status()[custody.set_id]["case"]) == (0, "sound")


@pytest.mark.parametrize(
    "event", [("sheet.lost", "circumstances=a burglary"), ("sheet.exposed", "level=possible", "reason=a photo")]
)
def test_a_sheet_that_is_lost_or_seen_is_never_printed_again(custody, event):
    custody.add(event[0], f"set={custody.set_id}", "sheet=2", *event[1:], code=0)
    done = custody.renew("reissue", "-", "--sheet", "2", "--out", "again", stdin=custody.lines(1, 3))
    assert done.returncode == 9
    assert "hint: refresh: a new set for the same secret" in done.stderr
    assert not (custody.folder / "again").exists()


def entered(custody):
    """What the ledger holds but for the sheets that were read."""
    return [line for line in (custody.folder / "l").read_bytes().splitlines() if b'"ev":"sheet.read"' not in line]


@pytest.mark.parametrize(
    ("command", "sheets", "arguments", "code", "fact"),
    [
        ("reissue", "1", ("--sheet", "2"), 4, "1 more sheet is needed"),
        ("reissue", "13", ("--sheet", "9"), 2, "no sheet of this number"),
        ("refresh", "1", (), 4, "1 more sheet is needed"),
        ("refresh", "", (), 2, "no sheet was named"),
        (
            "rotate",
            "13",
            ("--signed", " ".join(["academic"] * 12)),
            9,
            "not the plan that was signed",
        ),
        ("refresh", "13", ("--set", "00"), 9, "no set that is in use"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(custody, command, sheets, arguments, code, fact):
    before = entered(custody)
    done = custody.renew(command, *"-"[: len(sheets)], *arguments, "--out", "new", stdin=custody.lines(*sheets))
    assert (done.returncode, fact in " ".join(done.stderr.split())) == (code, True), done.stderr
    assert not (custody.folder / "new").exists()
    assert entered(custody) == before


def test_another_plan_prints_nothing_again(custody):
    (custody.folder / "plan.toml").write_text(PLAN.replace('label = "Root"', 'label = "Other"'))
    done = custody.renew("reissue", "-", "--sheet", "2", "--out", "again", stdin=custody.lines(1, 3))
    assert (done.returncode, "not the plan that the set was made from" in done.stderr) == (9, True)


@pytest.mark.parametrize("how", ["refresh", "rotate"])
def test_a_new_set_counts_when_it_was_read_back_and_the_old_one_until_it_is_destroyed(custody, how):
    custody.add("sheet.lost", f"set={custody.set_id}", "sheet=3", "circumstances=a burglary")
    done = custody.renew(how, "-", "--out", "new", stdin=custody.lines(1, 2))
    assert done.returncode == 0, done.stderr
    prints, (old, new) = fingerprints(custody.folder)
    assert (custody.status()[old]["life"], custody.status()[new]["life"]) == ("live", "not yet relied upon")
    event = {"refresh": "set.refreshed", "rotate": "set.rotated"}[how]
    replaced = (event, f"set={new}", f"replaces={old}", "reason=a burglary")
    assert "sheet 1 of the new set was not read back" in custody.add(*replaced, code=9)
    drill = ("ceremony", "drill", "-", "--ledger", "l", "--set", new[:8], "--fingerprint", prints[1])
    drilled = run(*drill, cwd=custody.folder, stdin=custody.lines(*"123", of="new"))
    assert drilled.returncode == 0, drilled.stderr
    custody.add(*replaced)
    assert (custody.status()[old]["life"], custody.status()[new]["life"], custody.status()[new]["epoch"]) == (
        "superseded",
        "live",
        2,
    )
    same = custody.password("old", prints[0], 1, 2) == custody.password("new", prints[1], 2, 3)
    assert same is (how == "refresh")
    shown = run("status", "l", cwd=custody.folder).stdout
    assert (
        f"OLD SHEETS STILL OPEN THE {'SAME' if how == 'refresh' else 'OLD'} SECRET until sheets 1 and 2 are destroyed"
        in shown
    )
    for number in "12":
        custody.add("sheet.destroyed", f"set={old}", f"sheet={number}", "way=shredded", "seen_by=ADM,WIT")
    assert "the old set is dead" in run("status", "l", cwd=custody.folder).stdout
    assert run("ledger", "verify", "l", cwd=custody.folder).returncode == 0


def test_a_rotated_set_is_retired_after_a_sign_in(custody):
    rotated = custody.renew("rotate", "-", "--out", "new", "--incident", "I-1", stdin=custody.lines(1, 2))
    assert rotated.returncode == 0, rotated.stderr
    prints, (old, new) = fingerprints(custody.folder)
    drill = ("ceremony", "drill", "-", "--ledger", "l", "--set", new[:8], "--fingerprint", prints[1])
    run(*drill, cwd=custody.folder, stdin=custody.lines(*"123", of="new"))
    custody.add("set.rotated", f"set={new}", f"replaces={old}", "reason=a laptop was stolen")
    assert "nobody has signed in with the new secret yet" in custody.add(
        "set.retired", f"set={old}", "reason=rotated", "approved=ADM,WIT", code=9
    )
    custody.add("signin", "password=new", "accepted=yes")
    custody.add("set.retired", f"set={old}", "reason=rotated", "approved=ADM,WIT")
    assert custody.status()[old]["life"] == "retired"


def test_a_third_set_counts_every_set_of_its_line(custody):
    """The second came to nothing, and its epoch is not given again; its sheets do not stop what a signed ledger knows better."""
    assert custody.renew("refresh", custody.sheet(1), custody.sheet(2), "--out", "new").returncode == 0
    _, (old, new) = fingerprints(custody.folder)
    beside = ("-", "--out", "third")
    sheets = custody.lines(1, 2) + custody.lines(3, of="new")
    pending = custody.renew("refresh", *beside, vouched=custody.closed_out, stdin=sheets)
    assert pending.returncode == 0, pending.stderr
    assert ", epoch 3\n" in pending.stdout
    entries = [json.loads(line) for line in (custody.folder / "l").read_text().splitlines()]
    sets = [entry["d"] for entry in entries if entry["ev"] == "set.made"]
    assert [(one.get("line"), one.get("replaces"), one["epoch"]) for one in sets] == [
        (None, None, 1),
        (old, old, 2),
        (old, old, 3),
    ]
    assert sets[1]["set"] == new


RENEWALS = [("reissue", "--sheet", "3"), ("refresh",), ("rotate",)]


@pytest.mark.parametrize("act", sampled(RENEWALS, 0, always=RENEWALS[1:2], ids=lambda act: act[0]))
def test_a_ledger_that_nobody_vouches_for_silences_no_claim_of_a_newer_set(custody, act):
    """It may have been cut off where the newer set was to come: the words of the set, or of an older head, say nothing of that."""
    older = custody.closed_out
    assert custody.renew("refresh", "-", "--out", "new", stdin=custody.lines(1, 2)).returncode == 0
    sheets = custody.lines(1, 2) + custody.lines(3, of="new")
    before = entered(custody)
    for signed in (custody.signed, older):
        done = custody.renew(*act[:1], "-", *act[1:], "--out", "third", vouched=signed, stdin=sheets)
        assert (done.returncode, "says that it is of a newer set" in done.stderr) == (9, True), done.stderr
        assert not (custody.folder / "third").exists()
        assert entered(custody) == before


@pytest.mark.parametrize("command", sampled(["refresh", "rotate"], 0, always=["rotate"]))
def test_a_contradiction_is_told_and_keeps_nobody_from_a_new_set(custody, command):
    """Whoever must change the password at once does not first look for the right number of a bag."""
    bag = {"set": custody.set_id, "sheet": "3", "person": "C3"}
    seen(custody.folder / "l", "bag.sealed", bag="BAG-1", **bag)
    assert "BAG-1" in run("status", "l", cwd=custody.folder).stderr
    done = custody.renew(command, "-", "--out", "new", stdin=custody.lines(1, 2))
    assert (done.returncode, done.stderr.count("contradiction: ")) == (0, 1), done.stderr
    assert (custody.folder / "new" / "record.pdf").exists()


def test_a_set_whose_making_contradicts_has_its_epoch_for_itself(custody):
    """Nobody knows what it was made from, and it is left out; a second set of its epoch would fork the line."""
    told = {
        "policy": "2of3",
        "practice": True,
        "sheets": 3,
        "label": "Root",
        "recipient": "0" * 32,
        "line": custody.set_id,
    }
    made = {"set": "7" * 32, "epoch": 6, "kind": "refreshed", "fingerprint": " ".join(["academic"] * 12), "replaces": "6" * 32}  # fmt: skip
    seen(custody.folder / "l", "set.made", **made, **told)
    done = custody.renew("rotate", "-", "--out", "new", stdin=custody.lines(1, 2))
    assert (done.returncode, done.stderr.count("contradiction: ")) == (0, 1), done.stderr
    assert ", epoch 7\n" in done.stdout


@pytest.mark.parametrize("command", ["refresh", "rotate"])
def test_a_stranger_that_claims_to_be_newer_stops_it(custody, command):
    stranger = made("2of3", epoch=2, first_set=bytes.fromhex(custody.set_id))
    typed = symbol_text(stranger.envelope.raw).encode()
    done = custody.renew(command, custody.sheet(1), custody.sheet(2), "-", "--out", "new", stdin=typed)
    assert done.returncode == 9
    assert f"a newer set that the ledgers do not know: {stranger.envelope.header.set_id.hex()}" in done.stderr
    assert not (custody.folder / "new").exists()


def test_the_ledger_must_agree_with_the_envelope(tmp_path):
    """Here it says that the first set of a line is the second set of another."""
    folder = fresh(tmp_path)
    first = json.loads((folder / "l").read_text().splitlines()[1])["d"]
    custody = PracticeCustody(folder, first["set"])
    (folder / "l").unlink()
    run("record", "open", "ceremony=C-0001", "kind=split", "practice=yes", "first=yes", "--ledger", "l", "--by", "SCR", "--wit", "WIT",
        cwd=folder)  # fmt: skip
    told = {"policy": "2of3", "practice": True, "sheets": 3, "label": "Root", "fingerprint": first["fingerprint"]}
    line = "7" * 32
    seen(folder / "l", "set.made", set=line, recipient="0" * 32, epoch=1, kind="first", **told)
    seen(
        folder / "l",
        "set.made",
        set=custody.set_id,
        recipient=first["recipient"],
        epoch=2,
        kind="refreshed",
        line=line,
        replaces=line,
        **told,
    )
    read = {"use": "read-back", "source": "scan", "result": "sound"}
    for number in "123":
        seen(folder / "l", "sheet.read", set=custody.set_id, sheet=number, **read)
    add(folder, "set.refreshed", f"set={custody.set_id}", f"replaces={'7' * 32}", "reason=a lie")
    done = custody.renew("refresh", custody.sheet(1), custody.sheet(2), "--out", "new", "--by", "SCR")
    assert (done.returncode, "another line and epoch than its envelope" in done.stderr) == (8, True)
    assert not (folder / "new").exists()


def test_nothing_secret_is_in_the_ledger_or_said(custody):
    done = custody.renew("refresh", "-", "--out", "new", stdin=custody.lines(1, 2))
    prints, _ = fingerprints(custody.folder)
    password = custody.password("new", prints[1], 1, 2).strip()
    assert password not in done.stdout + done.stderr + (custody.folder / "l").read_text()


def test_new_sheets_for_the_same_password_say_what_the_plan_says_beside_it(custody):
    """After the e-mail address was changed the plan has the new one; what it does not say stays as it was."""
    plan = custody.folder / "plan.toml"
    before = custody.password("old", custody.signed[1], 1, 2)
    plan.write_text('user = "new@example.org"\n' + plan.read_text())
    done = custody.renew("refresh", "-", "--out", "new", stdin=custody.lines(1, 3))
    assert done.returncode == 0, done.stderr
    fingerprint = fingerprints(custody.folder)[0][1]
    assert custody.password("new", fingerprint, 2, 3) == before
    shown = run("recover", "-", "--practice", "--reveal", "stdout", "--field", "user", "--fingerprint", fingerprint,
                cwd=custody.folder, stdin=custody.lines(2, 3, of="new"))  # fmt: skip
    assert (shown.returncode, shown.stdout.strip()) == (0, "new@example.org"), shown.stderr
