"""Policies of every kind, drawn at random."""

from __future__ import annotations

from hypothesis import strategies as st

from splitkit.errors import UsageError
from splitkit.quorum.policy import Group, Policy


@st.composite
def policies(draw):
    """Every kind of policy, with and without groups."""
    count = draw(st.integers(1, 4))
    groups = []
    for _ in range(count):
        members = draw(st.integers(1 if count > 1 else 2, 16 if count < 3 else 8))
        threshold = 1 if members == 1 else draw(st.integers(2, members))
        groups.append(Group(threshold, members))
    try:
        return Policy(draw(st.integers(1, count)), tuple(groups))
    except UsageError:
        return Policy(1, (Group(2, 3),))
