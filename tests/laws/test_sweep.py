"""Every quorum of every flat policy up to 16 sheets, and nothing below a quorum: counted in the long run, by lot in the short one.

120 policies (2 <= T <= N <= 16) have 130,918 minimal quorums and 131,038 sets of sheets that are one short.  The short run tries all of
them up to 9 sheets with the arithmetic, and up to 5 with the whole product; above, every third policy has a few by lot.
"""

from __future__ import annotations

import math
import random
from functools import lru_cache
from itertools import combinations, product

import pytest

from splitkit.errors import NoQuorumError
from splitkit.quorum.gathering import gather
from splitkit.quorum.judge import judge
from splitkit.quorum.opening import prove
from splitkit.quorum.policy import SheetId
from splitkit.quorum.release import Grounds, release
from splitkit.quorum.slip39 import CombineError, combine_ems, decrypt_ems
from tests.support.builders import PASSWORD, Made, made, pages, seeded_bytes
from tests.support.sampling import sampled

pytestmark = pytest.mark.usefixtures("stretched_once")

SIZES = [*range(2, 17)]
POLICIES = [(t, n) for n in SIZES for t in range(2, n + 1)]
COUNTED_UP_TO = 9
"""Up to this N the short run tries every quorum and every set that is one short."""
WHOLE_UP_TO = 5
"""Up to this N every quorum of the short run goes through the whole product; above it, so many by lot."""
WHOLE_AT_LENGTH = 10
BY_LOT, BY_LOT_AT_LENGTH = 2, 100
LONG = pytest.mark.long
GROUPS = [
    "2 of: Board 2of3, IT 3of5, Audit 1of1",
    "1 of: Board 2of3, IT 3of4",
    "3 of: Board 2of2, IT 2of4, Audit 1of1, Law 2of3",
]


def name(value):
    return "{}of{}".format(*value) if isinstance(value, tuple) else None


@lru_cache(maxsize=1)
def dealt(policy: str) -> Made:
    return made(policy, seed=f"sweep {policy}", practice=False)


@lru_cache(maxsize=1)
def scanned(policy: str):
    of = dealt(policy)
    return dict(zip(of.sheets, pages(of, map(of.policy.number, of.sheets)), strict=True))


def key_of(policy: str) -> bytes:
    """K as it was drawn: the first 32 bytes after the two that test the source."""
    source = seeded_bytes(f"sweep {policy}")
    source(32), source(32)
    return source(32)


def recovered(policy: str, sheets) -> Made:
    """Take *sheets* through the whole product, from codes on pages to the record."""
    of = dealt(policy)
    gathering = gather([scanned(policy)[sheet] for sheet in sheets], [])
    judgement = judge(gathering, of.anchor)
    released = release(gathering, judgement, practice=False, superseded=False)
    assert released.open() == of.record
    assert released.open().password == PASSWORD
    assert released.grounds is Grounds.RECORD
    assert not judgement.unsound()
    assert {sheet.status.value for sheet in judgement.sheets} == {"sound"}
    return judgement


def quorums(t: int, n: int):
    return combinations([SheetId(0, m) for m in range(n)], t)


def by_lot(t: int, n: int, most: int):
    """Up to *most* different choices of *t* sheets, the same at every run."""
    if math.comb(n, t) <= most:
        return list(quorums(t, n))
    lot, drawn = random.Random(f"{t}of{n}"), {}
    while len(drawn) < most:
        drawn[tuple(sorted(lot.sample(range(n), t)))] = None
    return [tuple(SheetId(0, m) for m in members) for members in drawn]


def sizes():
    """The largest first; those that the short run only samples are marked long."""
    return [pytest.param(n, marks=LONG if n > COUNTED_UP_TO else ()) for n in reversed(SIZES)]


def test_the_size_of_the_sweep():
    assert len(POLICIES) == 120
    assert sum(math.comb(n, t) for t, n in POLICIES) == 130_918
    assert sum(math.comb(n, t - 1) for t, n in POLICIES) == 131_038


def gives_the_key(t: int, n: int, chosen) -> int:
    """The encrypted master secret is compared; that it decrypts to K is shown once a policy."""
    of = dealt(f"{t}of{n}")
    shares = of.dealt.shares
    expected = combine_ems(shares[sheet] for sheet in of.sheets[:t])
    assert decrypt_ems(expected) == key_of(f"{t}of{n}")
    count = 0
    for sheets in chosen:
        assert combine_ems(shares[sheet] for sheet in sheets) == expected
        count += 1
    return count


def passes_no_gate(t: int, n: int, chosen) -> int:
    of = dealt(f"{t}of{n}")
    shares = of.dealt.shares
    count = 0
    for sheets in chosen:
        with pytest.raises(NoQuorumError):
            prove(of.envelope, {sheet: (shares[sheet],) for sheet in sheets})
        with pytest.raises(CombineError):
            combine_ems(shares[sheet] for sheet in sheets)
        count += 1
    return count


@pytest.mark.parametrize("n", sizes())
def test_every_quorum_gives_the_key(n):
    count = sum(gives_the_key(t, n, quorums(t, n)) for t in range(2, n + 1))
    assert count == sum(math.comb(n, t) for t in range(2, n + 1)) == 2**n - 1 - n


@pytest.mark.parametrize("n", sizes())
def test_one_sheet_short_never_passes_the_gate(n):
    refused = sum(passes_no_gate(t, n, quorums(t - 1, n)) for t in range(2, n + 1))
    assert refused == sum(math.comb(n, t - 1) for t in range(2, n + 1)) == 2**n - 2


@pytest.mark.parametrize("n", sampled(range(COUNTED_UP_TO + 1, 17), 2, ids=str))
def test_some_of_every_larger_policy(n):
    for t in range(2, n + 1):
        assert gives_the_key(t, n, by_lot(t, n, BY_LOT))
        assert passes_no_gate(t, n, by_lot(t - 1, n, BY_LOT))


def whole(policy, chosen) -> int:
    """How many choices of sheets went through the whole product."""
    judged = [recovered(name(policy), sheets) for sheets in chosen]
    assert not any(judgement.unproven() for judgement in judged)
    return len(judged)


def policies(most: int):
    """Those of up to *most* sheets; those the short run only samples are marked long."""
    return [
        pytest.param((t, n), id=name((t, n)), marks=LONG if n > WHOLE_UP_TO else ()) for t, n in POLICIES if n <= most
    ]


@pytest.mark.parametrize("policy", policies(WHOLE_AT_LENGTH))
def test_every_quorum_through_the_whole_product(policy):
    t, n = policy
    assert whole(policy, quorums(t, n)) == math.comb(n, t)


@pytest.mark.parametrize("policy", sampled([p for p in POLICIES if p[1] > WHOLE_UP_TO], 35, ids=name))
def test_quorums_by_lot_through_the_whole_product(policy):
    assert whole(policy, by_lot(*policy, BY_LOT))


@pytest.mark.long
@pytest.mark.parametrize("policy", [p for p in POLICIES if p[1] > WHOLE_AT_LENGTH], ids=name)
def test_many_quorums_by_lot_through_the_whole_product(policy):
    t, n = policy
    assert whole(policy, by_lot(t, n, BY_LOT_AT_LENGTH)) == min(BY_LOT_AT_LENGTH, math.comb(n, t))


@pytest.mark.long
@pytest.mark.parametrize("policy", [p for p in POLICIES if p[1] > WHOLE_AT_LENGTH], ids=name)
def test_really_every_quorum_through_the_whole_product(policy):
    t, n = policy
    assert sum(1 for sheets in quorums(t, n) if recovered(name(policy), sheets)) == math.comb(n, t)


@pytest.mark.parametrize("policy", policies(7))
def test_one_sheet_short_through_the_whole_product(policy):
    t, n = policy
    for sheets in quorums(t - 1, n):
        with pytest.raises(NoQuorumError):
            recovered(name(policy), sheets)


def group_quorums(of: Made):
    """Every choice of GT groups with T sheets of each; the other groups are absent."""
    groups = of.policy.groups
    for chosen in combinations(range(len(groups)), of.policy.group_threshold):
        members = (combinations(range(groups[g].members), groups[g].threshold) for g in chosen)
        for picked in product(*members):
            yield [SheetId(g, m) for g, ms in zip(chosen, picked, strict=True) for m in ms]


@pytest.mark.parametrize("policy", GROUPS)
def test_every_quorum_of_groups_with_the_others_absent(policy):
    of = dealt(policy)
    for sheets in group_quorums(of):
        present = {sheet.group for sheet in sheets}
        absent = [
            of.policy.number(sheet)
            for sheet in of.sheets
            if sheet.group not in present and of.policy.groups[sheet.group].members > 1
        ]
        assert recovered(policy, sheets).unproven() == tuple(absent)


@pytest.mark.parametrize("policy", GROUPS)
def test_groups_one_sheet_short_never_pass(policy):
    of = dealt(policy)
    for sheets in group_quorums(of):
        for missing in sheets:
            fewer = [sheet for sheet in sheets if sheet != missing]
            with pytest.raises(NoQuorumError):
                prove(of.envelope, {sheet: (of.dealt.shares[sheet],) for sheet in fewer})


@pytest.mark.parametrize("policy", GROUPS)
def test_all_sheets_but_those_of_one_group(policy):
    """Every group once complete but for one sheet too few, all other sheets present."""
    of = dealt(policy)
    for g, group in enumerate(of.policy.groups):
        sheets = [s for s in of.sheets if s.group != g or s.member < group.threshold - 1]
        if len(of.policy.groups) - 1 >= of.policy.group_threshold:
            recovered(policy, sheets)
            continue
        with pytest.raises(NoQuorumError):
            recovered(policy, sheets)
