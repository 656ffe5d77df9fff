"""Every quorum of every flat policy up to 16 sheets, and nothing below a quorum: counted, not sampled.

120 policies (2 <= T <= N <= 16) have 130,918 minimal quorums and 131,038 sets of sheets that are one short.
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

SIZES = [*range(2, 17)]
POLICIES = [(t, n) for n in SIZES for t in range(2, n + 1)]
WHOLE_UP_TO = 10
"""Up to this N every quorum goes through the whole product; above it, so many by lot."""
BY_LOT = 100
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


def by_lot(t: int, n: int):
    """Up to BY_LOT different quorums, the same at every run."""
    if math.comb(n, t) <= BY_LOT:
        return list(quorums(t, n))
    lot, drawn = random.Random(f"{t}of{n}"), {}
    while len(drawn) < BY_LOT:
        drawn[tuple(sorted(lot.sample(range(n), t)))] = None
    return [tuple(SheetId(0, m) for m in members) for members in drawn]


def test_the_size_of_the_sweep():
    assert len(POLICIES) == 120
    assert sum(math.comb(n, t) for t, n in POLICIES) == 130_918
    assert sum(math.comb(n, t - 1) for t, n in POLICIES) == 131_038


@pytest.mark.parametrize("n", reversed(SIZES))
def test_every_quorum_gives_the_key(n):
    """The encrypted master secret is compared; that it decrypts to K is shown once a policy."""
    count = 0
    for t in range(2, n + 1):
        of = dealt(f"{t}of{n}")
        shares = of.dealt.shares
        expected = combine_ems(shares[sheet] for sheet in of.sheets[:t])
        assert decrypt_ems(expected) == key_of(f"{t}of{n}")
        for sheets in quorums(t, n):
            assert combine_ems(shares[sheet] for sheet in sheets) == expected
            count += 1
    assert count == sum(math.comb(n, t) for t in range(2, n + 1)) == 2**n - 1 - n


@pytest.mark.parametrize("n", reversed(SIZES))
def test_one_sheet_short_never_passes_the_gate(n):
    refused = 0
    for t in range(2, n + 1):
        of = dealt(f"{t}of{n}")
        shares = of.dealt.shares
        for sheets in quorums(t - 1, n):
            with pytest.raises(NoQuorumError):
                prove(of.envelope, {sheet: (shares[sheet],) for sheet in sheets})
            with pytest.raises(CombineError):
                combine_ems(shares[sheet] for sheet in sheets)
            refused += 1
    assert refused == sum(math.comb(n, t - 1) for t in range(2, n + 1)) == 2**n - 2


@pytest.mark.parametrize("policy", [p for p in POLICIES if p[1] <= WHOLE_UP_TO], ids=name)
def test_every_quorum_through_the_whole_product(policy):
    t, n = policy
    judged = [recovered(name(policy), sheets) for sheets in quorums(t, n)]
    assert len(judged) == math.comb(n, t)
    assert not any(judgement.unproven() for judgement in judged)


@pytest.mark.parametrize("policy", [p for p in POLICIES if p[1] > WHOLE_UP_TO], ids=name)
def test_quorums_by_lot_through_the_whole_product(policy):
    t, n = policy
    judged = [recovered(name(policy), sheets) for sheets in by_lot(t, n)]
    assert len(judged) == min(BY_LOT, math.comb(n, t))
    assert not any(judgement.unproven() for judgement in judged)


@pytest.mark.long
@pytest.mark.parametrize("policy", [p for p in POLICIES if p[1] > WHOLE_UP_TO], ids=name)
def test_really_every_quorum_through_the_whole_product(policy):
    t, n = policy
    assert sum(1 for sheets in quorums(t, n) if recovered(name(policy), sheets)) == math.comb(n, t)


@pytest.mark.parametrize("policy", [p for p in POLICIES if p[1] <= 7], ids=name)
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
