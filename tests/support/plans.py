"""Plans for tests: a few by name, and any policy and plan that can be written."""

from __future__ import annotations

from functools import partial

from hypothesis import settings
from hypothesis import strategies as st

from splitkit.errors import UsageError
from splitkit.ledger.lookalike import plain_person
from splitkit.paper.geometry import Paper
from splitkit.plan.document import Custodian, Plan, check_recordable
from splitkit.quorum.policy import Group, Policy, parse_policy
from tests.support.sampling import examples

law = settings(deadline=None, database=None, max_examples=examples(150))


def seated(policy, *people):
    return tuple(zip(policy.sheet_ids(), people, strict=True))


THREE = parse_policy("2of3")
FIVE = parse_policy("2 of: Board 2of2, IT 2of3")
PEOPLE = [Custodian(f"{name} Example") for name in ("Ada", "Ben", "Cleo", "Dan", "Eve")]
PLANS = {
    "bare": Plan(THREE, label="Root"),
    "three": Plan(THREE, label="Root", custodians=seated(THREE, *PEOPLE[:3])),
    "groups": Plan(
        FIVE,
        label="Root",
        user="root@example.com",
        account="123456789012",
        custodians=seated(
            FIVE, Custodian("Ada Example", "Chair", "Zurich"), PEOPLE[1], Custodian("Cl\u00e9o Example", site="Bern"), *PEOPLE[3:]
        ),
        administrator="Fay Example",
        witness="Gus Example",
    ),
}  # fmt: skip

printable = st.characters(codec="utf-8", exclude_categories=("C", "Z"), include_characters=" \"\\'#=[]")


def recordable(text, *, person=False):
    """Whether a ledger would take a text, as the name of a person or as any other: an ordinary one, or none."""
    try:
        check_recordable("this", text, person=person)
    except UsageError:
        return False
    return True


texts = st.text(printable, max_size=16).map(str.strip).filter(recordable)
names = (
    st.text(printable, min_size=2, max_size=16)
    .map(str.strip)
    .filter(plain_person)
    .filter(partial(recordable, person=True))
)


@st.composite
def policies(draw):
    if draw(st.booleans()):
        n = draw(st.integers(2, 6))
        return Policy(1, (Group(draw(st.integers(2, n)), n),))
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    groups = [
        Group(1, 1, f"G{at}") if n == 1 else Group(draw(st.integers(2, n)), n, f"G{at}") for at, n in enumerate(sizes)
    ]
    least = 1 if min(group.threshold for group in groups) > 1 else 2
    return Policy(draw(st.integers(least, len(groups))), tuple(groups))


@st.composite
def any_plan(draw):
    policy = draw(policies())
    people = draw(st.lists(names, min_size=policy.sheets, max_size=policy.sheets, unique_by=plain_person))
    custodians = [Custodian(name, draw(texts), draw(texts)) for name in people]
    return Plan(
        policy=policy,
        label=draw(texts),
        practice=draw(st.booleans()),
        anonymous=draw(st.booleans()),
        paper=draw(st.sampled_from(Paper)),
        profile=draw(st.sampled_from(["aws-root", "generic", "words"])),
        length=draw(st.none() | st.integers(24, 40)),
        user=draw(texts),
        account=draw(texts),
        note=draw(texts),
        custodians=seated(policy, *custodians) if draw(st.booleans()) else (),
    )


@st.composite
def all_policies(draw):
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
