"""Random lives of a custody, honest, clumsy and hostile: what the product says of each is judged by a model that shares no code with it."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import Phase, event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.support.custody.lives import DEEDS, Life
from tests.support.custody.truth import POLICIES
from tests.support.sampling import lived

days = st.sampled_from([0, 0, 0, 1, 7, 30, 93, 200])
deeds = st.sampled_from(DEEDS)


class Lives(RuleBasedStateMachine):
    """One rule with many ways, each by dice of its own."""

    policy = ""

    @initialize()
    def it_begins(self):
        self.life = Life(self.policy)
        self.life.begin()

    def teardown(self):
        for what, count in getattr(self, "life", Life(self.policy)).happened.items():
            event(what, "never" if not count else "some days")

    @invariant()
    def what_is_said_is_so(self):
        self.life.check()

    @rule(passed=days, what=deeds, pick=st.integers(0, 2**32))
    def something_happens(self, passed, what, pick):
        self.life.today += dt.timedelta(passed)
        self.life.do(what, random.Random(pick))


FLAT, GROUPS, _ = POLICIES
SOON = {"max_examples": 7, "stateful_step_count": 14, "derandomize": True, "phases": [Phase.generate]}
LONG = {"max_examples": 300, "stateful_step_count": 100, "phases": [Phase.generate]}
"""Nothing is made smaller: what a life comes to hangs on all of it, and its steps are told."""

TestSevenCustodians = lived(Lives, FLAT, **SOON)
TestThreeGroups = lived(Lives, GROUPS, **SOON)


@pytest.mark.long
class TestSevenCustodiansAtLength(lived(Lives, FLAT, **LONG)):
    pass


@pytest.mark.long
class TestThreeGroupsAtLength(lived(Lives, GROUPS, **LONG)):
    pass
