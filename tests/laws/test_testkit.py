"""The kit in `tests/testkit/`: made again to the same bytes, and judged by both implementations alike.

The product is run as a library on the lines of each file, the second implementation as a program in this process; one file of
each exit code goes through a real process of it without site-packages and through a real `splitkit recover` as well, one of each
class in the long run, and all of them through the command.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from splitkit import recover
from splitkit.quorum.textform import symbol_text
from tests.support import make_testkit
from tests.support.builders import altered
from tests.support.differential.scenarios import KIT, Scenario
from tests.support.differential.two_readers import Outcome, by_library, by_recover
from tests.support.kit import run
from tests.support.processes import HANGS
from tests.support.sampling import sampled

pytestmark = pytest.mark.usefixtures("stretched_once")

PROGRAM = Path(recover.__file__)
KNOWN = {"expect", "exit", "comment", "fingerprint", "record", "practice", "superseded", "secret"}


each = pytest.mark.parametrize("scenario", KIT, ids=[scenario.name for scenario in KIT])
FIRST = {scenario.head["expect"]: scenario for scenario in reversed(KIT)}
OF_EACH_EXIT = {scenario.exit: scenario for scenario in reversed(FIRST.values())}
some_processes = sampled([*FIRST.values()], 1, always=OF_EACH_EXIT.values(), ids=lambda scenario: scenario.name)
"""In every run one for each exit code: what is said is asked of every file in this process."""


def as_a_process(scenario: Scenario) -> Outcome:
    """The second implementation, as a stranger would run it: no package of ours or of others is in reach."""
    command = [sys.executable, "-I", "-S", str(PROGRAM), *scenario.options()]
    done = subprocess.run(command, input=scenario.body, capture_output=True, timeout=HANGS, check=False)
    return outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


def outcome(code: int, out: str, said: str) -> Outcome:
    """What the second implementation told with its exit code and its streams."""
    if code:
        assert out == ""
        return Outcome(code, said)
    line = next(line for line in out.splitlines() if line.startswith("password"))
    plain, _, value = line.partition(": ")
    return Outcome(0, said, value if plain == "password" else json.loads(value))


def by_command(scenario: Scenario) -> Outcome:
    done = run("recover", "-", "--reveal", "stdout", *scenario.options(overruled=True), cwd=Path(), stdin=scenario.body)
    assert done.returncode == 0 or done.stdout == ""
    return Outcome(done.returncode, done.stderr, None if done.returncode else done.stdout.removesuffix("\n"))


# The class is said in words, not in a code: what each implementation says of it

NOT_OF_THE_FORMAT = r"the envelope breaks the rules of the format"
SAID = {
    "fingerprint": (r"fingerprint has 12 words|of the fingerprint is not in|words of a share", r"of the fingerprint|fingerprint has 12 words"),
    "share-length": (r"a share has (33 words|132 digits), this line has", r"not a splitkit share: \d+ (words|digits) instead of"),
    "share-word": (r"not in the word list|check of this share fails", r"illegible or not on the list|above 1023"),
    "share-checksum": (r"check of this share fails|illegible", r"do not match their checksum|illegible"),
    "share-not-splitkit": (r"not a splitkit share", r"made by another program|is malformed"),
    "envelope-base32": (NOT_OF_THE_FORMAT, r"is damaged: it is not base32"),
    "envelope-cbor": (NOT_OF_THE_FORMAT, r"ends too early|indefinite length|wrong type|does not belong there|ascending|UTF-8|shortest form|nested|follow its end|three parts|it has no header"),
    "envelope-header": (NOT_OF_THE_FORMAT, r"an envelope is malformed: (its?|the|a set id)\b"),
    "envelope-policy": (NOT_OF_THE_FORMAT, r"an envelope is malformed: (its policy|a threshold|a group|a list)"),
    "envelope-body": (NOT_OF_THE_FORMAT, r"too long|has the wrong length"),
    "envelope-too-new": (r"made by a newer splitkit", r"made by a newer splitkit"),
    "envelope-reserved": (r"reserved", r"reserved"),
    "envelope-line": (r"the check of envelope line", r"was misread|impossible number"),
    "envelope-line-missing": (r"of \d+ is missing", r"lines missing or misread"),
    "envelope-lines-mixed": (r"lines of two envelopes", r"lines of two envelopes"),
    "not-a-line": (r"neither a share nor an envelope", r"not a share or an envelope"),
    "no-envelope": (r"no envelope was read", r"no envelope was given"),
    "too-much": (r"5,000 lines", r"5,000 lines"),
    "secret-record": (r"not a secret record", r"not a secret record"),
    "no-quorum": (r"more sheets? (is|are )", r"are needed|sheets needed"),
    "forged": (r"not what was printed|not a splitkit share|not the one envelope", r"is forged"),
    "unmatched": (r"do not belong together", r"do not belong together"),
    "wrong-record": (r"of your record", r"of your record"),
    "not-open": (r"do not open it", r"do not open|give another key"),
    "made-to-match": (r"made to match", r"made to match|not of one set"),
    "no-record-refused": (r"nothing may lie beside the sheets|only a record can tell", r"nothing may lie beside the sheets|only a record can tell"),
    "unsound": (r"contradicts its own envelope", r"not true to its own sheets"),
    "practice": (r"practice set", r"practice set"),
    "superseded": (r"newer set of this line", r"newer set of this line"),
}  # fmt: skip


def agrees(outcome: Outcome, scenario: Scenario, said: str) -> None:
    """The exit code is that of the file; a success gives the password, a failure names its class and gives nothing."""
    assert outcome.exit == scenario.exit, outcome.said
    if scenario.exit == 0:
        assert hashlib.sha256(outcome.password.encode()).hexdigest() == scenario.head["secret"]
        return
    assert outcome.password is None
    assert re.search(said, outcome.said), outcome.said


def said_by(scenario: Scenario, implementation: int) -> str:
    return SAID[scenario.head["expect"]][implementation] if scenario.exit else ""


@each
def test_splitkit(scenario):
    agrees(by_library(scenario.given()), scenario, said_by(scenario, 0))


@pytest.mark.parametrize("scenario", some_processes)
def test_recover_py(scenario):
    agrees(as_a_process(scenario), scenario, said_by(scenario, 1))


@each
def test_recover_py_in_this_process(scenario, monkeypatch, capfd):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(scenario.body)))
    monkeypatch.setattr(recover.Terminal, "ask", lambda *_: None)  # nobody is at a terminal
    code = recover.main(scenario.options())
    agrees(outcome(code, *capfd.readouterr()), scenario, said_by(scenario, 1))


@pytest.mark.parametrize("scenario", some_processes)
def test_the_command(scenario):
    """One file of each class through the real command; what it says in the end holds no detail of every line."""
    agrees(by_command(scenario), scenario, "error: .+\nhint: .+")


@pytest.mark.long
@each
def test_the_command_on_every_file(scenario):
    agrees(by_command(scenario), scenario, "error: .+\nhint: .+")


def test_the_kit_is_made_again_to_the_same_bytes():
    made_again = make_testkit.kit()
    assert sorted(made_again) == [f"{scenario.name}.txt" for scenario in KIT]
    for name, content in made_again.items():
        assert (make_testkit.FOLDER / name).read_bytes() == content, name


def test_the_kit_is_whole_and_more_must_fail_than_work():
    expected = [scenario.head["expect"] for scenario in KIT]
    assert set(expected) == set(make_testkit.EXITS) == {"success", *SAID}
    assert len(KIT) >= 110
    assert expected.count("success") * 3 <= len(KIT) - expected.count("success")


def test_the_head_of_each_file():
    for scenario in KIT:
        head, name = scenario.head, scenario.name
        assert set(head) <= KNOWN, name
        assert scenario.exit == make_testkit.EXITS[head["expect"]], name
        assert name.startswith(head["expect"]), name
        assert head["comment"], name
        assert ("fingerprint" in head) != (head.get("record") == "no"), name
        assert ("secret" in head) == (head["expect"] == "success"), name
        assert {head.get(flag, "yes") for flag in ("practice", "superseded")} == {"yes"}, name


def test_the_kit_is_described():
    text = (make_testkit.FOLDER / "README.md").read_text(encoding="utf-8")
    for expect, code in make_testkit.EXITS.items():
        assert re.search(rf"\| `{expect}` \| {code} \|", text), expect
    for name in KNOWN:
        assert f"`{name}:" in text, name
    counts = len(KIT), sum(scenario.head["expect"] == "success" for scenario in KIT)
    assert f"{counts[0]} files, {counts[1]} of which must work" in text


# Random piles: both implementations on whatever lands on the table


def pool() -> tuple[list[str], list[str]]:
    """Lines of shares and of envelopes, honest and not."""
    kit, share = make_testkit, make_testkit.FLAT.share
    third = kit.THREE[2].split()
    forged = [altered(share("3"), bytes(32)), altered(share("1"), bytes(32), member_threshold=1)]
    strangers = [kit.words(of, number)[0] for of in (kit.OTHER, kit.PRACTICE, kit.OLD, kit.NEW) for number in "12"]
    unclear = [kit.wrong(third, 3, 9), kit.wrong(third, 3), " ".join(["?", *third[1:]])]
    unclear += [kit.foreign(kit.FLAT, extendable=True), kit.foreign(kit.OTHER, iteration_exponent=1), "academic acid"]
    cheap = kit.forged_set((2, 5))
    shares = kit.words(kit.FLAT, *"12345") * 3 + [share(n).digits for n in "123"] + [f.mnemonic for f in forged]
    sets = [kit.OTHER, kit.PRACTICE, kit.OLD, kit.NEW]
    altered_headers = [kit.header_with(kit.FLAT, _6="Root"), kit.header_with(kit.FLAT, _7=bytes(16))]
    envelopes = [kit.SYMBOL] * 8 + [symbol_text(of.envelope.raw) for of in sets]
    envelopes += [symbol_text(kit.sealed(kit.FLAT, header)) for header in altered_headers]
    envelopes += [cheap[2], "SK1:AAAA", "SK1H:AAAA", "\n".join(kit.LINES), "\n".join(kit.LINES[1:])]
    return shares + strangers + unclear + cheap[:2], envelopes


def random_scenario(seed: int, shares: list[str], envelopes: list[str]) -> Scenario:
    lot = random.Random(seed)
    lines = lot.sample(shares, lot.choice([0, 2, 3, 3, 4, 5, 6])) + lot.sample(
        envelopes, lot.choice([0, 1, 1, 1, 2, 3])
    )
    kit = make_testkit
    honest = lot.choice([None, None, kit.FLAT, kit.OLD, kit.PRACTICE])
    lines += [*kit.words(honest, "1", "2", "3"), symbol_text(honest.envelope.raw)] if honest else []
    lot.shuffle(lines)
    trusted = lot.choice([honest or kit.FLAT] * 5 + [None] * 3 + [kit.OTHER, kit.PRACTICE, kit.OLD])
    head = {"fingerprint": kit.fingerprint(trusted)} if trusted else {}
    head |= {"practice": "yes"} if lot.random() < 0.25 else {}
    head |= {"superseded": "yes"} if lot.random() < 0.2 else {}
    return Scenario(str(seed), head, "\n".join(lines).encode())


@pytest.mark.parametrize("start", sampled(range(0, 1_000, 100), 1, seed="piles"))
def test_both_agree_on_random_piles(start):
    """To the exit code, with a record and without one."""
    lines = pool()
    exits = set()
    for seed in range(start, start + 100):
        scenario = random_scenario(seed, *lines)
        one, other = by_library(scenario.given()), by_recover(scenario.given())
        assert one.password == other.password, scenario
        assert one.exit == other.exit, scenario
        exits.add(one.exit)
    assert exits == {0, 3, 4, 5, 9}
