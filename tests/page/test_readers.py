"""The judge of the page on everything that other readers are tried with: the same exit code, the same password.

Without a record the page opens nothing, whatever another reader would do when people say that there is none.
"""

from __future__ import annotations

import hashlib

import pytest

from tests.support.differential.examples import EXAMPLES, WORKED, given
from tests.support.differential.scenarios import KIT
from tests.support.page.judging import judged
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
