"""The intent stands in the ledger before the first byte is shown, printed or opened, and the outcome after, or people are told."""

from __future__ import annotations

import json
import random
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.support import fork_server
from tests.support.custody.practice_set import fingerprints, founded, run
from tests.support.fork_server import Forked
from tests.support.kit import environment
from tests.support.processes import HANGS
from tests.support.sampling import sampled

NUMBER = "call +49 170 1234567"
"""What may not stand in a ledger."""

CODES = b"recovery codes: 1111-2222\n"
WRITES = {
    "reissue": ("splitkit.host.files", "write_set"),
    "refresh": ("splitkit.host.files", "write_set"),
    "rotate": ("splitkit.host.files", "write_set"),
    "recover": ("splitkit.cli.recover", "reveal_on_stdout"),
    "open": ("splitkit.host.files", "write_whole"),
    "seal": ("splitkit.host.files", "write_whole"),
    "split": ("splitkit.host.files", "write_set"),
}


@pytest.fixture
def shop(custody):
    (custody.folder / "codes.txt").write_bytes(CODES)
    return custody


def seal(shop):
    done = run(*command(shop, "seal")[:-1], "sealed.age", cwd=shop.folder)
    assert done.returncode == 0, done.stderr


def command(shop, act, purpose="a test", sheets=("-",)):
    ledger = ("--ledger", "l")
    renewal = ("ceremony", "renew", "plan.toml", *sheets, "--out", "new", "--purpose", purpose, *ledger, *shop.signed)
    return {
        "reissue": (*renewal, "--reissue", "--sheet", "2"),
        "refresh": (*renewal, "--refresh"),
        "rotate": (*renewal, "--rotate"),
        "recover": (
            "recover",
            *sheets,
            "--practice",
            "--reveal",
            "stdout",
            "--purpose",
            purpose,
            *ledger,
            *shop.signed,
        ),
        "open": (
            "open",
            *sheets,
            "--sealed",
            "sealed.age",
            "--out",
            "new",
            "--purpose",
            purpose,
            *ledger,
            *shop.closed_out,
        ),
        "seal": ("seal", "codes.txt", "--to", "old/recipient.txt", *ledger, *shop.signed, "--out", "new"),
        "split": ("split", "plan.toml", "--purpose", purpose, *ledger, "--out", "new"),
    }[act]


def entries(shop):
    """What is recorded but for the sheets that were read, which comes before the intent."""
    every = [json.loads(line) for line in (shop.folder / "l").read_text().splitlines()]
    return [one for one in every if one["ev"] != "sheet.read"]


def of(shop, event):
    return [one["d"] for one in entries(shop) if one["ev"] == event]


@pytest.mark.parametrize("act", list(WRITES))
def test_the_intent_comes_first_and_the_outcome_with_what_came(shop, act):
    if act == "open":
        seal(shop)
    before = len(entries(shop))
    done = run(*command(shop, act), cwd=shop.folder, stdin=shop.lines(1, 2))
    assert done.returncode == 0, done.stderr
    first, *came, last = entries(shop)[before:]
    assert (first["ev"], first["d"]["act"]) == ("intent", act)
    assert (last["ev"], last["d"]) == ("outcome", {"intent": first["d"]["intent"], "result": "done"})
    event = {"reissue": "sheet.reissued", "recover": "reveal", "open": "file.opened", "seal": "file.sealed"}
    assert [one["ev"] for one in came] == [event.get(act, "set.made")]
    assert {one["wit"] for one in entries(shop)[before:]} == {""}  # nobody said that somebody had seen it
    if act in ("refresh", "rotate", "split"):
        assert first["d"]["makes"] == came[0]["d"]["set"]
    assert run("ledger", "verify", "l", cwd=shop.folder).returncode == 0
    assert "never finished" not in run("status", "l", cwd=shop.folder).stdout


@pytest.mark.parametrize("act", [act for act in WRITES if act != "seal"])
def test_what_the_ledger_would_refuse_is_refused_before_anything_is_there(shop, act):
    """A purpose that may not stand there, and then a ledger that is closed."""
    if act == "open":
        seal(shop)
    before = (shop.folder / "l").read_bytes()
    done = run(*command(shop, act, purpose=NUMBER), cwd=shop.folder, stdin=shop.lines(1, 2))
    assert (done.returncode, "looks like a phone number" in done.stderr) == (2, True), done.stderr
    assert done.stdout == ""
    assert not (shop.folder / "new").exists()
    assert (shop.folder / "l").read_bytes() == before


@pytest.mark.parametrize("act", list(WRITES))
def test_a_closed_ledger_is_told_before_anything_is_there(shop, act):
    if act == "open":
        seal(shop)
    assert run("record", "close", "--ledger", "l", "--by", "SCR", "--wit", "WIT", cwd=shop.folder).returncode == 0
    done = run(*command(shop, act), cwd=shop.folder, stdin=shop.lines(1, 2))
    assert (done.returncode, "this ledger is closed" in done.stderr, done.stdout) == (9, True, ""), done.stderr
    assert not (shop.folder / "new").exists()


def test_a_label_that_may_not_stand_in_the_ledger_makes_nothing(shop):
    plan = (shop.folder / "plan.toml").read_text()
    (shop.folder / "plan.toml").write_text(plan.replace('"Root"', '"Root, +49 170 1234567"'))
    done = run(*command(shop, "refresh"), cwd=shop.folder, stdin=shop.lines(1, 2))
    assert (done.returncode, "the label looks like a phone number" in done.stderr) == (2, True), done.stderr
    assert not (shop.folder / "new").exists()
    assert of(shop, "intent") == []


MEANWHILE = """
import sys
from pathlib import Path
from splitkit.cli import main, renewal, sealed, split
from splitkit.host import clock, files
module = sys.modules["{of}"]
done = module.{name}
def meanwhile(*given, **more):
    Path("new").touch()
    return done(*given, **more)
module.{name} = meanwhile
"""


def with_a_file_meanwhile(shop, act, of, name):
    """Run a command while somebody else makes a file at its destination, right before a function of it."""
    return run(*command(shop, act), cwd=shop.folder, stdin=shop.lines(1, 2), altered=MEANWHILE.format(of=of, name=name))


MADE = {"split": "split", "seal": "sealed", "open": "sealed"} | dict.fromkeys(
    ("reissue", "refresh", "rotate"), "renewal"
)
ONE_MADE = sampled(list(MADE), 0, always=["split", "open", "reissue"])
"""One of each module, as *open* does what *seal* does."""


@pytest.mark.parametrize("act", ONE_MADE)
def test_a_destination_that_is_taken_while_people_are_asked_is_no_undertaking(shop, act):
    if act == "open":
        seal(shop)
    before = entries(shop)
    done = with_a_file_meanwhile(shop, act, f"splitkit.cli.{MADE[act]}", "undertaken")
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert entries(shop) == before


@pytest.mark.parametrize("act", ONE_MADE)
def test_what_others_put_at_the_destination_came_of_nothing(shop, act):
    """After the intent, right before the first byte."""
    if act == "open":
        seal(shop)
    before = len(entries(shop))
    done = with_a_file_meanwhile(shop, act, *WRITES[act])
    assert done.returncode == 2, done.stderr
    intent, outcome = entries(shop)[before:]
    assert (intent["ev"], outcome["ev"], outcome["d"]["result"]) == ("intent", "outcome", "nothing")


@pytest.mark.parametrize("act", ["split", "recover", "seal"])
def test_without_a_ledger_people_are_told_that_nothing_is_recorded(shop, act):
    words = command(shop, act)
    at = words.index("--ledger")
    done = run(*words[:at], *words[at + 2 :], cwd=shop.folder, stdin=shop.lines(1, 2))
    assert (done.returncode, "nothing is recorded of this" in done.stderr) == (0, True), done.stderr
    assert of(shop, "intent") == []


def killed_at(shop, act, when):
    """Run a command that is killed right before, or right after, its first byte."""
    (shop.folder / "typed").write_text(shop.lines(1, 2))
    with (shop.folder / "typed").open("rb") as typed:
        words = (*WRITES[act], when, *command(shop, act))
        killed = "tests.support.commands.killed_at"
        return fork_server.call(words, shop.folder, environment(), typed.fileno(), HANGS, module=killed)


CUT_OFF = [(act, when) for act in WRITES for when in ("before", "after")]


@pytest.mark.parametrize("case", sampled(CUT_OFF, 0, always=[*CUT_OFF[::4], *CUT_OFF[3::4]], ids="-".join))
def test_what_was_cut_off_is_named(shop, case):
    """Killed right before, and right after, the first byte: the intent is there, and the status names it."""
    act, when = case
    after = when == "after"
    if act == "open":
        seal(shop)
    done = killed_at(shop, act, when)
    assert done.returncode == -9, done.stderr
    shown = bool(done.stdout) if act == "recover" else (shop.folder / "new").exists()
    assert shown is after
    (intent,) = (one for one in of(shop, "intent") if one["act"] == act)
    status = run("status", "l", cwd=shop.folder)
    assert status.returncode == 9
    assert f"never finished: {act}{'' if act == 'split' else ' of set ' + intent['set'][:8]}" in status.stderr
    assert f"begun, never finished: {act}" in status.stdout


def test_what_came_of_it_is_said_once(shop):
    killed_at(shop, "recover", "after")
    (intent,) = of(shop, "intent")
    told = json.loads(run("status", "l", "--json", cwd=shop.folder).stdout)["begun"]
    assert [(one["code"], one["ended"]) for one in told if not one["ended"]] == [(intent["intent"], False)]
    shop.add("outcome", f"intent={intent['intent']}", "result=stopped")
    assert "never finished" not in run("status", "l", cwd=shop.folder).stdout
    assert "no intent of this code is open" in shop.add("outcome", f"intent={intent['intent']}", "result=done", code=9)


# --- killed at any moment ---------------------------------------------------------------------------------------------

ACTS = ("reissue", "refresh", "rotate", "recover", "open")


@pytest.fixture
def killable(shop):
    shop.password_of_old = shop.password("old", fingerprints(founded())[0][0], 1, 2).strip()
    return shop


def cut_off(shop, act, moment):
    """Run a command up to the call of a function that has this number, 0: to its end."""
    counted = environment(CUT_OFF=str(moment), COUNTED=str(shop.folder / "counted"))
    (shop.folder / "typed").write_text(shop.lines(1, 2))
    with (shop.folder / "typed").open("rb") as typed, (shop.folder / "out").open("w+b") as out:
        streams = [typed.fileno(), out.fileno(), out.fileno()]
        Forked(command(shop, act), shop.folder, counted, streams, module="tests.support.commands.cut_off").wait(HANGS)


def moments(shop, act, times):
    """Moments by lot: half of them in all of the run, half between the intent and the outcome."""
    cut_off(shop, act, 0)
    *_, intent, outcome, end = map(int, (shop.folder / "counted").read_text().split())
    lot = random.Random(f"{act} {times}")
    return [lot.randint(intent, outcome) if number % 2 else lot.randint(1, end) for number in range(times)]


def killed_at_random(shop, act, times):
    """Kill a command at moments by lot, and look each time whether anything came out that no intent announces."""
    if act == "open":
        seal(shop)
    ledger, known = (shop.folder / "l").read_bytes(), of(shop, "intent")
    names = {path.name for path in shop.folder.iterdir()} | {"typed", "out", "counted"}
    landed = Counter()
    for moment in moments(shop, act, times):
        (shop.folder / "l").write_bytes(ledger)
        came = [path for path in shop.folder.iterdir() if path.name not in names]
        subprocess.run(["rm", "-rf", *came], check=True)
        cut_off(shop, act, moment)
        landed[check_announced(shop, act, known, names)] += 1
    return landed


def check_announced(shop, act, known, names):
    """Return whether it ended before the intent, between intent and outcome, or after."""
    intents = [one for one in of(shop, "intent") if one not in known]
    ended = [one for one in intents if one["intent"] in {over["intent"] for over in of(shop, "outcome")}]
    came = [path.name for path in shop.folder.iterdir() if path.name not in names]
    shown = shop.password_of_old in (shop.folder / "out").read_text()
    assert intents or not (came or shown), f"{act}: {came} or the secret came out, and no intent was there before"
    status = run("status", "l", cwd=shop.folder)
    named = [f"never finished: {act}" in status.stderr, f"1  begun, never finished: {act}" in status.stdout]
    assert named == [bool(intents and not ended)] * 2, status.stdout + status.stderr
    return "before" if not intents else "after" if ended else "between"


@pytest.mark.parametrize("act", sampled(ACTS, 0, always=["recover", "open"]))
def test_killed_at_random_moments(killable, act):
    assert killed_at_random(killable, act, 2).total() == 2


@pytest.mark.long
@pytest.mark.parametrize("act", ACTS)
def test_killed_at_random_moments_many_times(killable, act):
    landed = killed_at_random(killable, act, 80)
    print(f"{act}: {dict(landed)}")
    assert min(landed["before"], landed["between"]) > 10


@pytest.mark.parametrize("act", sampled(["refresh", "rotate"], 0, always=["rotate"]))
def test_the_next_set_has_not_the_epoch_of_one_that_may_be_on_paper(shop, act):
    """Killed when the sheets were there, and no set was recorded."""
    killed_at(shop, act, "after")
    (begun,) = of(shop, "intent")
    assert (begun["epoch"], begun["line"], (shop.folder / "new").exists()) == (2, begun["set"], True)
    (shop.folder / "new").rename(shop.folder / "taken home")
    done = run(*command(shop, act), cwd=shop.folder, stdin=shop.lines(1, 2))
    assert (done.returncode, "epoch 3" in done.stdout) == (0, True), done.stderr
    assert [one["epoch"] for one in (*of(shop, "set.made"), *of(shop, "intent"))] == [1, 3, 2, 3]


def test_a_torn_intent_is_no_intent(shop):
    """Half an entry at the end of the file: the next entry says so, and the chain holds."""
    with Path(shop.folder / "l").open("ab") as file:
        file.write(b'{"by":"ADM","d":{"act":"recov')
    done = run(*command(shop, "recover"), cwd=shop.folder, stdin=shop.lines(1, 2))
    assert done.returncode == 0, done.stderr
    assert [one for one in (shop.folder / "l").read_bytes().splitlines() if b'"ev":"torn"' in one]
    assert run("ledger", "verify", "l", cwd=shop.folder).returncode == 0
