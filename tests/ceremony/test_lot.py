"""The lot: a quorum, each as likely as any other of its kind."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.ceremony.lot import draw_lot
from splitkit.ceremony.steps import seats
from splitkit.errors import AttentionError
from tests.support.builders import seeded
from tests.support.ceremonies import plan_of
from tests.support.plans import all_policies
from tests.support.sampling import examples


@settings(max_examples=examples(200), deadline=None)
@given(all_policies(), st.integers())
def test_those_who_are_drawn_are_a_quorum_and_nobody_is_drawn_for_nothing(policy, seed):
    plan = plan_of(policy)
    sheets = {seat.code: seat.sheet for seat in seats(plan)}
    drawn = draw_lot(plan, list(sheets), seeded(seed))
    held = [sheets[code] for code in drawn]
    assert policy.opens(held)
    assert len(set(drawn)) == len(drawn) <= policy.needed_at_most
    assert not any(policy.opens(held[:at] + held[at + 1 :]) for at in range(len(held)))


def test_everybody_is_drawn_as_often_as_everybody_else():
    plan, entropy = plan_of("2of5"), seeded("lot")
    counted = Counter(code for _ in range(2_000) for code in draw_lot(plan, [f"C{n}" for n in range(1, 6)], entropy))
    assert all(700 < counted[f"C{n}"] < 900 for n in range(1, 6))


def test_those_who_are_out_are_not_drawn_and_too_few_are_no_quorum():
    plan = plan_of("3of5")
    assert sorted(draw_lot(plan, ["C2", "C4", "C5"], seeded(1))) == ["C2", "C4", "C5"]
    with pytest.raises(AttentionError, match="no quorum") as refused:
        draw_lot(plan, ["C2", "C4"], seeded(1))
    assert refused.value.hint
