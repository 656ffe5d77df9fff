"""What people signed is compared before anything is made, opened or proven: a ledger is a file, and files are written anew."""

from __future__ import annotations

import functools
import hashlib
import json
import shutil
from itertools import product

import pytest

from tests.support.custody.practice_set import fingerprints, founded, run
from tests.support.kit import COMMAND, overrule
from tests.support.ledgers import chained, going_on, joined
from tests.support.ledgers import words as words_of
from tests.support.sampling import sampled
from tests.support.terminals import Session

ACTS = {
    "reissue": ("ceremony", "renew", "plan.toml", "--reissue", "--sheet", "2", "--out", "new", "--purpose", "a test"),
    "refresh": ("ceremony", "renew", "plan.toml", "--refresh", "--out", "new", "--purpose", "a test"),
    "rotate": ("ceremony", "renew", "plan.toml", "--rotate", "--out", "new", "--purpose", "a test"),
    "open": (
        "open",
        "--sealed",
        "codes.age",
        "--out",
        "new",
        "--purpose",
        "a test",
        *overrule("unknown-file"),
        *overrule("disk"),
    ),
    "drill": ("ceremony", "drill"),
}


@pytest.fixture
def shop(custody):
    """A set whose ledger was written anew: it names the set of an attacker, whose sheets are brought."""
    theirs = founded("theirs")
    shutil.copytree(theirs / "old", custody.folder / "theirs")
    shutil.copy(custody.folder / "l", custody.folder / "true")
    shutil.copy(theirs / "l", custody.folder / "l")
    (custody.folder / "codes.age").write_bytes(b"age-encryption.org/v1\n")
    custody.words = fingerprints(founded())[0][0]
    return custody


def head(ledger):
    """The words that stand on a signed close-out sheet."""
    return " ".join(words_of(hashlib.sha256(b"splitkit/1 ledger\n" + ledger.read_bytes().splitlines()[-1]).hexdigest()))


def act(shop, name, *signed):
    sheets = shop.lines(1, 2, of="theirs")
    return run(*ACTS[name], "-", "--ledger", "l", *signed, cwd=shop.folder, stdin=sheets)


ANEW = list(product(ACTS, ["fingerprint", "record", "head", "nothing"]))


@pytest.mark.parametrize(
    "case",
    sampled(ANEW, 0, always=[one for at, one in enumerate(ANEW) if one[1] == "fingerprint" or at < 4], ids="-".join),
)
def test_a_ledger_written_anew_is_stopped(shop, case):
    name, how = case
    signed = {
        "fingerprint": ("--fingerprint", shop.words),
        "record": ("--record", "old/envelope.sk1"),
        "head": ("--head", head(shop.folder / "true")),
        "nothing": (),
    }[how]
    before = (shop.folder / "l").read_bytes()
    done = act(shop, name, *signed)
    assert done.returncode == (6 if how == "nothing" else 8), done.stderr
    fact = {"head": "do not hold the head that was signed", "nothing": "nobody can be asked for the fingerprint here"}
    assert fact.get(how, "the words are not those that these ledgers hold for the set") in done.stderr
    assert not (shop.folder / "new").exists()
    assert (shop.folder / "l").read_bytes() == before


@pytest.mark.parametrize("name", list(ACTS))
def test_a_ledger_written_anew_is_stopped_at_a_terminal(shop, name):
    """Whatever is typed from the signed paper, three times: the attacker's set is never shown as the right one."""
    sheets = [shop.sheet(number, "theirs") for number in (1, 2)]
    before = (shop.folder / "l").read_bytes()
    with Session([*COMMAND, *ACTS[name], *sheets, "--ledger", "l"], shop.folder) as session:
        for typed in (shop.words, f"F {shop.words}", f"L {head(shop.folder / 'true')}"):
            session.until_text("Which set is it?")
            session.type(f"{typed}\n")
        assert session.finish() == 8
        shown = "\n".join(session.screen.main)
    assert "as it was signed" not in shown
    assert not (shop.folder / "new").exists()
    assert (shop.folder / "l").read_bytes() == before


def _events(ledger, **changed):
    """What a ledger says, with other fields of the sets in it."""
    said = [json.loads(line) for line in ledger.read_text().splitlines()]
    return [(one["ev"], one["d"] | (changed if one["ev"] == "set.made" else {})) for one in said]


def _their_set(shop):
    """Entries by which the set of the attacker replaces ours: made, read back, relied upon."""
    made = next(data for event, data in _events(shop.folder / "theirs-l") if event == "set.made")
    read = {"set": made["set"], "use": "read-back", "source": "scan", "result": "sound"}
    follows = {"epoch": 2, "line": shop.set_id, "replaces": shop.set_id, "kind": "rotated"}
    return [
        ("set.made", made | follows),
        *(("sheet.read", read | {"sheet": number}) for number in "123"),
        ("set.rotated", {"set": made["set"], "replaces": shop.set_id, "reason": "a lie"}),
    ]


def _their_fingerprint(shop):
    made = next(data for event, data in _events(shop.folder / "theirs-l") if event == "set.made")
    return {name: made[name] for name in ("fingerprint", "recipient")}


REWRITTEN = {
    "our id and their fingerprint": lambda shop: joined(chained(_events(shop.folder / "true", **_their_fingerprint(shop)))),
    "their set in the place of ours": lambda shop: joined(chained([*_events(shop.folder / "true"), *_their_set(shop)])),
    "their set behind what was signed": lambda shop: joined(
        functools.reduce(lambda lines, one: going_on(lines, *one), _their_set(shop), (shop.folder / "true").read_bytes().splitlines())
    ),
    "another policy": lambda shop: joined(chained(_events(shop.folder / "true", policy="3of3"))),
    "another label": lambda shop: joined(chained(_events(shop.folder / "true", label="Other"))),
    "no practice": lambda shop: joined(chained(_events(shop.folder / "true", practice=False))),
    "another line": lambda shop: joined(chained(_events(shop.folder / "true", epoch=2, line="7" * 32))),
}  # fmt: skip
"""How else an attacker writes the ledger: the words that were signed are those of our set, or of our ledger."""


@pytest.mark.parametrize(
    "case",
    sampled(
        list(product(REWRITTEN, ACTS, ["fingerprint", "record", "head"])),
        4,
        always=[("their set behind what was signed", name, "head") for name in ACTS],
        ids="-".join,
    ),
)
def test_whatever_an_attacker_writes_into_a_ledger_it_is_stopped(shop, case):
    """Whichever sheets are brought; before anything is shown, printed, opened or recorded."""
    how, name, signed = case
    shutil.copy(shop.folder / "l", shop.folder / "theirs-l")
    (shop.folder / "l").write_bytes(REWRITTEN[how](shop))
    before = (shop.folder / "l").read_bytes()
    given = {
        "fingerprint": ("--fingerprint", shop.words),
        "record": ("--record", "old/envelope.sk1"),
        "head": ("--head", head(shop.folder / "true")),
    }[signed]
    for of in ("theirs", "old"):
        done = run(*ACTS[name], "-", "--ledger", "l", *given, cwd=shop.folder, stdin=shop.lines(1, 2, of=of))
        assert done.returncode in {2, 5, 8, 9}, (of, done.stderr)
        assert not (shop.folder / "new").exists()
        assert (shop.folder / "l").read_bytes() == before


def test_the_head_of_a_close_out_sheet_vouches_for_what_came_before_it(custody):
    signed = ("--head", head(custody.folder / "l"))
    custody.add("note", "text=later")
    done = custody.renew("reissue", "-", "--sheet", "2", "--out", "again", vouched=signed, stdin=custody.lines(1, 3))
    assert done.returncode == 0, done.stderr
    first = hashlib.sha256(b"splitkit/1 ledger\n" + (custody.folder / "l").read_bytes().splitlines()[0]).hexdigest()
    older = ("--head", " ".join(words_of(first)))
    done = custody.renew("reissue", "-", "--sheet", "2", "--out", "more", vouched=older, stdin=custody.lines(1, 3))
    assert (done.returncode, "older than the set" in done.stderr) == (8, True)


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [("policy", "3of3", "policy"), ("label", "Other", "label"), ("practice", False, "practice mark")],
)
def test_what_the_ledger_says_of_a_set_is_compared_with_its_envelope(custody, field, value, what):
    """The fingerprint is right, and the rest was changed: the chain holds, since all of it was written anew."""
    said = [json.loads(line) for line in (custody.folder / "l").read_text().splitlines()]
    for one in said:
        if one["ev"] == "set.made":
            one["d"][field] = value
    (custody.folder / "l").write_bytes(joined(chained([(one["ev"], one["d"]) for one in said])))
    done = run(
        "ceremony", "drill", "-", "--ledger", "l", *custody.signed, cwd=custody.folder, stdin=custody.lines(1, 3)
    )
    assert done.returncode == 8, done.stderr
    assert f"another {what} than its envelope" in done.stderr


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda words: [words[1], words[0], *words[2:]], "10 of 12 agree; look at word 1, 2"),
        (lambda words: [*words[:11], "academic"], "11 of 12 agree; look at word 12"),
    ],
)
def test_a_slip_of_the_pen_is_told_for_what_it_is(custody, change, says):
    words = " ".join(change(custody.signed[1].split()))
    done = run(
        "ceremony", "drill", "-", "--ledger", "l", "--fingerprint", words, cwd=custody.folder, stdin=custody.lines(1)
    )
    assert (done.returncode, says in done.stderr) == (8, True), done.stderr


def test_words_of_another_kind_are_told_for_what_they_are(custody):
    given = ("--fingerprint", head(custody.folder / "l"))
    done = run("ceremony", "drill", "-", "--ledger", "l", *given, cwd=custody.folder, stdin=custody.lines(1))
    assert (
        done.returncode,
        "these are the words of a close-out sheet of these ledgers, which L heads" in done.stderr,
    ) == (2, True), done.stderr


def test_two_ways_to_vouch_are_one_too_many(custody):
    given = (*custody.signed, "--record", "old/envelope.sk1")
    done = run("ceremony", "drill", "-", "--ledger", "l", *given, cwd=custody.folder, stdin=custody.lines(1))
    assert (done.returncode, "say the same in three ways" in done.stderr) == (2, True)


def terminal(custody, *arguments):
    return Session([*COMMAND, *arguments, "--ledger", "l"], custody.folder)


@pytest.mark.parametrize("yes", ["yes", "no"])
def test_people_see_the_set_and_what_gets_weaker_before_a_new_one_is_made(custody, yes):
    """Old and new side by side; nothing is made when people say no."""
    plan = (custody.folder / "plan.toml").read_text().replace("2of3", "3of3").replace('"Root"', '"Other"')
    (custody.folder / "plan.toml").write_text(plan)
    sheets = [custody.sheet(1), custody.sheet(2)]
    words = " ".join(custody.signed[1].split())
    with terminal(
        custody, "ceremony", "renew", "plan.toml", "--refresh", *sheets, "--out", "new", "--purpose", "a test"
    ) as session:
        session.until_text("Which set is it?")
        session.type(f"{words}\n")
        session.until_text("Is this the set that is renewed?")
        assert not (custody.folder / "new").exists()
        session.type("yes\n")
        session.until_text("Is that what was agreed?")
        shown = "\n".join(session.screen.main)
        session.type(f"{yes}\n")
        assert session.finish() == (0 if yes == "yes" else 130)
    assert "policy   2of3" in shown
    assert "epoch 1" in shown
    assert all(word in shown for word in words.split())
    for row in ("label        Root", "policy       2of3", "opens with   2 sheets", "may be lost  any 1 of 3"):
        assert row in shown
    assert "weaker: only 0 may be lost, and no longer 1" in " ".join(shown.split())
    assert "the label is another one" in shown
    assert (custody.folder / "new").exists() is (yes == "yes")


def test_fewer_sheets_that_open_it_are_weaker(custody):
    plan = (custody.folder / "plan.toml").read_text()
    (custody.folder / "plan.toml").write_text(plan.replace("2of3", "3of3"))
    wide = custody.renew("refresh", "-", "--out", "new", stdin=custody.lines(1, 2))
    assert "weaker: only 0 may be lost" in wide.stderr
    assert "open it, and no longer" not in wide.stderr


def test_ledgers_of_another_set_are_told(custody):
    custody.renew("refresh", "-", "--out", "new", stdin=custody.lines(1, 2))
    prints, (old, new) = fingerprints(custody.folder)
    given = ("--set", old[:8], "--fingerprint", prints[1])
    done = run("ceremony", "drill", "-", "--ledger", "l", *given, cwd=custody.folder, stdin=custody.lines(1))
    assert (done.returncode, f"these are the words of set {new[:8]} of these ledgers" in done.stderr) == (2, True), (
        done.stderr
    )
