"""The judge of the page on everything that other readers are tried with: the same exit code, the same password.

Without a record the page opens nothing, whatever another reader would do when people say that there is none.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import subprocess
import sys

import pytest

from tests.support.differential.examples import EXAMPLES, WORKED, given
from tests.support.differential.scenarios import KIT
from tests.support.page.judging import ask_all, judged, outcome, question_of, typed
from tests.support.places import ROOT, TESTS
from tests.support.sampling import sampled


@pytest.mark.parametrize("scenario", sampled(KIT, len(KIT) // 3, ids=lambda scenario: scenario.name))
def test_a_file_of_the_kit(scenario):
    code, password = judged(scenario.given())
    if scenario.given().fingerprint is None:
        assert (code != 0, password) == (True, None)
        return
    assert code == scenario.exit
    assert (password and hashlib.sha256(password.encode()).hexdigest()) == scenario.head.get("secret")


NAMES = {id(one): f"{at}-{one['rule']}" for at, one in enumerate(EXAMPLES)}


@pytest.mark.parametrize("example", sampled(EXAMPLES, len(EXAMPLES) // 3, ids=lambda one: NAMES[id(one)]))
def test_an_example_of_the_text_rules(example):
    code, password = judged(given(example))
    if given(example).fingerprint is None:
        assert (code != 0, password) == (True, None)
        return
    assert code == example["exit"]
    assert password == (None if code else WORKED["record"]["password"])


def unrecorded():
    """All that anything here is tried with, without its record: of vectors their own texts, of sets the whole and the quorum."""
    load = lambda name: json.loads((TESTS / "vectors" / f"{name}.json").read_text("utf-8"))
    for vector in load("sets"):
        quorum = [share for share in vector["shares"] if share["sheet"] in vector["quorum"]]
        for shares in (quorum, vector["shares"]):
            for form, envelope in (("words", [vector["symbol"]]), ("digits", vector["lines"])):
                lines = [*(share[form] for share in shares), *envelope]
                yield {"ask": "judge", "typed": typed(lines), "practice": vector["practice"]}
        pages = [{"name": str(at), "symbols": [share["words"].upper(), vector["symbol"]]} for at, share in enumerate(quorum)]  # fmt: skip
        yield {"ask": "judge", "pages": pages, "practice": vector["practice"]}
    accepted = load("accepted")
    spelled = [one for name in ("envelope_lines", "share_lines", "headers") for one in accepted[name]]
    yield from ({"ask": "judge", "typed": typed(one["lines"])} for one in [*load("refusals"), *spelled])
    for of in [*(scenario.given() for scenario in KIT), *map(given, EXAMPLES)]:
        for practice in (False, True):
            bare = dataclasses.replace(of, fingerprint=None, practice=practice, superseded=True)
            yield question_of(bare)


UNRECORDED = list(unrecorded())
PARTS = 8


@pytest.mark.parametrize("part", sampled(range(PARTS), 1, seed="record", ids=str))
def test_without_a_record_nothing_ever_opens(part):
    """Neither of the kit, nor of the text rules, nor of the vectors, whatever else people say."""
    came = [outcome(answer) for answer in ask_all(UNRECORDED[part::PARTS])]
    assert len(UNRECORDED) > 1_000
    assert [code for code, _ in came if not code] == []
    assert [password for _, password in came if password is not None] == []


# --- against recover.py, on inputs that a lot makes of genuine, worn, forged and stray pieces ----------------------------

LONG = 10_000
PART = 100


def differences(count, workers):
    """What several processes find; each draws every so many-th case."""
    command = [sys.executable, "-m", "tests.support.page.differing", "page"]
    each = [[*command, str(one), str(len(range(one, count, workers))), str(workers)] for one in range(workers)]
    running = [subprocess.Popen(one, cwd=ROOT, stdout=subprocess.PIPE, text=True) for one in each]
    came = [json.loads(process.communicate()[0].splitlines()[-1]) for process in running]
    assert sum(one["count"] for one in came) == count
    return came


@pytest.mark.parametrize("count", [PART, pytest.param(LONG, marks=pytest.mark.long)])
def test_the_same_code_and_the_same_secret(count):
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    came = differences(count, 1 if count == PART else 2)
    assert [one["found"] for one in came] == [[] for _ in came]
    codes = {code for one in came for code in one["codes"]}
    assert codes >= {"0", "2", "3", "4", "5", "9"}
    verdicts = {verdict for one in came for verdict in one["verdicts"]}
    assert verdicts >= {"opened", "record-needed", "wrong-record", "forged", "not-together", "too-few", "superseded"}
