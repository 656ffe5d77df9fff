"""Section 16 of docs/format.md, 'Text rules': its examples are run against every reader of text, and its caps are those of the code."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from splitkit import recover
from splitkit.cli.ui.keystrokes import EnvelopeEntry, ShareEntry
from splitkit.paper.reading import intake
from splitkit.quorum import judge, opening, parsing, scan, textform
from splitkit.quorum.share import Share
from tests.support.differential.examples import EXAMPLES, RULES, SHARES, WORKED, filled, given
from tests.support.differential.two_readers import by_library, by_recover
from tests.support.kit import run
from tests.support.places import ROOT
from tests.support.sampling import sampled

pytestmark = pytest.mark.usefixtures("stretched_once")

each = pytest.mark.parametrize("example", EXAMPLES, ids=[f"{at}-{one['rule']}" for at, one in enumerate(EXAMPLES)])


@each
def test_an_example_in_both_implementations(example):
    for read in (by_library, by_recover):
        outcome = read(given(example))
        assert (read.__name__, outcome.exit) == (read.__name__, example["exit"]), outcome.said
        assert outcome.password == (None if outcome.exit else WORKED["record"]["password"])


BOTH = [one for one in EXAMPLES if one.get("record") == "both"]


@pytest.mark.parametrize("example", sampled(EXAMPLES, 6, always=BOTH, seed="text rules"))
def test_an_example_at_the_command_line(example):
    """Standard input as `-`: the command judges as the library does."""
    one = given(example)
    options = ["--override=no-record", "--reason=a test"] * one.no_record
    options += [] if one.fingerprint is None else [f"--fingerprint={one.fingerprint}"]
    done = run("recover", "-", "--practice", "--reveal", "stdout", *options, stdin=one.body, cwd=ROOT)
    assert done.returncode == example["exit"], done.stderr


def keys(entry, text):
    for key in text.replace("\n", "\r"):
        entry.press(key)
    return entry


NAMES = ("academic", "1 academic", "Ada", "{2")
"""How examples begin that have more above the words of sheet 1: the screen asks for words alone."""

TYPED = [one for one in EXAMPLES if one["rule"] in ("W1", "W2", "W3", "W6") and one["exit"] == 0 and not one["lines"][0].startswith(NAMES) and not any("?" in line or line.startswith("2 acid") or line.endswith(" pay") for line in one["lines"]) and one["lines"][-2:] == ["{3}", "{symbol}"]]  # fmt: skip


@pytest.mark.parametrize("example", TYPED, ids=range(len(TYPED)))
def test_what_is_typed_on_the_screen_may_look_the_same(example):
    """Key by key; where a share is whole, Enter takes it and the next one begins."""
    text = "\n".join(filled(line) for line in example["lines"][:-2] if not line.startswith("#")) + "\n"
    entry, lines = ShareEntry(), []
    for key in text:
        entry.press("\r" if key == "\n" else key)
        if entry.complete and key == "\n":
            lines.append(entry.line())
            entry = ShareEntry()
    found = [parsing.read_line(line) for line in lines]
    mnemonic = SHARES["1"]["words"]
    solved = [guess.share for line in lines for guess in _guesses(line)]
    assert mnemonic in [share.mnemonic for share in (*found, *solved) if isinstance(share, Share)]


def _guesses(line):
    from splitkit.quorum.gathering import gather
    from splitkit.quorum.scan import Line, Scan

    return gather([], [Line("typed", Scan(line))]).guesses()


def test_printed_lines_typed_on_the_screen():
    entry = keys(EnvelopeEntry(), "11\n")
    for line in WORKED["lines"]:
        keys(entry, line[6:].lower().replace(" ", "-"))
    assert keys(entry, "\n" * 2).done
    assert entry.texts() == [line[:6] + line[6:].replace(" ", "") for line in WORKED["lines"]]


def test_every_rule_has_an_example_or_a_file_of_the_kit():
    """What needs another set than the worked example is in the kit; see `tests/testkit`."""
    rules = re.findall(r"^\| ([A-Z]\d+) \|", RULES, re.MULTILINE)
    assert len(rules) == len(set(rules))
    shown = {one["rule"] for one in EXAMPLES}
    assert shown <= set(rules)
    assert set(rules) - shown == {
        "K5",
        "L5",
        "N2",
        "N3",
        "N4",
        "V2",
        "V4",
        "V5",
        "V7",
        "V9",
        "V10",
        "V11",
        "V12",
        "V13",
    }
    exits = [one["exit"] for one in EXAMPLES]
    assert exits.count(0) >= 60
    assert len(exits) - exits.count(0) >= 50


def test_the_caps_of_the_rules_are_those_of_both():
    text = " ".join(RULES.split())
    assert f"At most {intake.MAX_TEXT_BYTES:,} bytes, counted before I1, and {intake.MAX_LINES:,} lines" in text
    assert f"more than {scan.MAX_TEXT:,} characters (code points)" in text
    assert f"the first {parsing.MAX_ILLEGIBLE_LINES} are tried" in text
    assert f"the first {judge.MAX_SHARES} different shares and the first {judge.MAX_ENVELOPES} other envelopes" in text
    assert f"the first {judge.MAX_SHARES} solutions of damaged shares are tried; with one, all" in text
    assert f"At most {opening.MAX_SUBSETS:,} choices are tried" in text
    ours = (intake.MAX_TEXT_BYTES, intake.MAX_LINES, scan.MAX_TEXT, parsing.MAX_ILLEGIBLE_LINES, judge.MAX_SHARES)
    theirs = (recover.MAX_INPUT_BYTES, recover.MAX_LINES, recover.MAX_TEXT, recover.MAX_UNCLEAR, recover.MAX_SHARES)
    assert ours == theirs
    assert (judge.MAX_ENVELOPES, opening.MAX_SUBSETS) == (recover.MAX_ENVELOPES, recover.MAX_SUBSETS)


def test_white_space_and_separators_are_those_of_both():
    line = next(line for line in RULES.splitlines() if line.startswith("| I4 |"))
    named = set()
    for first, last in re.findall(r"U\+([0-9A-F]{4})(?: to U\+([0-9A-F]{4}))?", line):
        named |= set(range(int(first, 16), int(last or first, 16) + 1))
    for code in range(0x3100):
        if chr(code) not in "\r\n,;.:()-":
            spaced = (textform.plain(f"a{chr(code)}b"), recover._plain(f"a{chr(code)}b"))
            assert (spaced == ("a b", "a b")) == (code in named), hex(code)
    [marks] = re.findall(r"\*Separators\* are white space and ((?:`.` ?)+)", RULES)
    assert set(re.findall("`(.)`", marks)) | {" "} == set(textform.SEPARATORS) == set(recover._SEPARATORS)


def test_the_options_are_those_of_recover_py():
    table = RULES.partition("| option | says |")[2].partition("\n\n")[0]
    named = re.findall(r"^\| `(--[a-z-]+)(?: ([A-Z]+))?` \|", table, re.MULTILINE)
    said = subprocess.run(
        [sys.executable, recover.__file__, "--help"], capture_output=True, text=True, check=True
    ).stdout
    assert named == re.findall(r"^  (--[a-z-]+)(?: ([A-Z]+))?", said, re.MULTILINE)
