"""How likely a policy loses the password, and how likely it lets the password be stolen.

The model: each sheet, on its own, is lost within a year with a fixed probability, and is seen by somebody who collects
sheets with another; over the years without a review these add up.  At the moment of need each custodian, on their own,
cannot come with a third.  Nothing is simulated: the number of sheets of a group that are there is binomial, and the
groups are counted one by one (a Poisson binomial distribution).  Only positive terms are added, so that small chances
are exact to about 12 digits.
"""

import math
import re
from dataclasses import dataclass, replace

from splitkit.errors import UsageError
from splitkit.quorum.policy import MAX_MEMBERS, Group, Policy

MAX_YEARS = 100


@dataclass(frozen=True)
class Odds:
    """What may happen to one sheet and its custodian: probabilities from 0 to 1.

    Raises:
        UsageError: If one is no probability, or the years are not 1 to 100.
    """

    lost: float = 0.02
    """A sheet is lost or can no longer be read, within a year."""
    seen: float = 0.01
    """A sheet is seen or taken by somebody who collects sheets, within a year."""
    absent: float = 0.1
    """A custodian cannot come at the moment of need."""
    years: int = 5
    """Years in which no lost or seen sheet is noticed and the set is not made anew."""

    def __post_init__(self) -> None:
        if not all(0 <= chance <= 1 for chance in (self.lost, self.seen, self.absent)):
            raise UsageError("a chance is less than never or more than certain", "give it as 2% or 0.02")
        if not 1 <= self.years <= MAX_YEARS:
            raise UsageError(f"the years are not 1 to {MAX_YEARS}", "give the years between two reviews of the sheets")

    @property
    def sheet_lost(self) -> float:
        """A sheet is lost within the years."""
        return _within(self.lost, self.years)

    @property
    def sheet_seen(self) -> float:
        """A sheet is seen within the years."""
        return _within(self.seen, self.years)

    @property
    def sheet_missing(self) -> float:
        """A sheet is lost at the end of the years, or its custodian cannot come."""
        return self.sheet_lost + (1 - self.sheet_lost) * self.absent


@dataclass(frozen=True)
class Risk:
    """What one policy means under some odds."""

    lost: float
    """So many sheets are lost that no quorum is left: the password is gone for ever."""
    unavailable: float
    """No quorum can be brought together at the moment of need: sheets lost, or people who cannot come."""
    stolen: float
    """Somebody has seen a quorum of sheets."""
    coalition: int
    """The smallest number of custodians who can open the set together."""
    absences: int
    """So many sheets may be missing, whichever they are, and a quorum is left."""
    sites: int | None
    """The fewest sites that make the loss of any one of them, and a theft at any one of them, harmless; None: it cannot be."""


def risk_of(policy: Policy, odds: Odds) -> Risk:
    """Return the risks of *policy* under *odds*, exactly."""
    return Risk(
        lost=shortfall(policy, odds.sheet_lost),
        unavailable=shortfall(policy, odds.sheet_missing),
        stolen=quorum_chance(policy, odds.sheet_seen),
        coalition=policy.needed,
        absences=policy.spare(policy.sheet_ids()),
        sites=sites_needed(policy),
    )


def _within(yearly: float, years: int) -> float:
    """Return the probability that what has the probability *yearly* in each year happens at least once."""
    return 1.0 if yearly == 1 else -math.expm1(years * math.log1p(-yearly))


def quorum_chance(policy: Policy, there: float) -> float:
    """Return the probability that the sheets that are there make a quorum, each being there with probability *there*."""
    counts = _open_groups(policy, there, 1 - there)
    return min(1.0, math.fsum(counts[policy.group_threshold :]))


def shortfall(policy: Policy, missing: float) -> float:
    """Return the probability that no quorum is left, each sheet missing with probability *missing*."""
    counts = _open_groups(policy, 1 - missing, missing)
    return min(1.0, math.fsum(counts[: policy.group_threshold]))


def _open_groups(policy: Policy, there: float, missing: float) -> list[float]:
    """Return the probabilities that exactly 0, 1, ... groups have enough sheets."""
    counts = [1.0]
    for group in policy.groups:
        opens, stays_shut = _group(group, there, missing)
        counts = [less * opens + same * stays_shut for less, same in zip([0.0, *counts], [*counts, 0.0], strict=True)]
    return counts


def _group(group: Group, there: float, missing: float) -> tuple[float, float]:
    """Return the probabilities that a group has its threshold, and that it has not; *there* and *missing* add up to 1."""
    n = group.members
    exactly = [math.comb(n, k) * there**k * missing ** (n - k) for k in range(n + 1)]
    return math.fsum(exactly[group.threshold :]), math.fsum(exactly[: group.threshold])


def sites_needed(policy: Policy) -> int | None:
    """Return the fewest sites over which the sheets can be spread so that no single one matters, or None.

    No site matters when its sheets alone are no quorum, and those of the other sites are one.
    """
    return next((k for k in range(2, policy.sheets + 1) if _spreads(policy, k)), None)


def _spreads(policy: Policy, sites: int) -> bool:
    """Tell whether *sites* are enough.

    At one site at most `GT - 1` groups may lie open (it holds a quorum of the group), and at most `G - GT` may be cut off
    (what lies elsewhere is no quorum of the group).  Each group uses up some of these leaves; as every site has the same
    number of them, only their sums over all sites count, and they can always be dealt out evenly.
    """
    least = {0: 0}  # by how often a group is cut off: how often at least one lies open
    for group in policy.groups:
        ways = _ways(group, sites)
        grown: dict[int, int] = {}
        for cut, laid_open in least.items():
            for more_cut, more_open in ways:
                key, value = cut + more_cut, laid_open + more_open
                grown[key] = min(value, grown.get(key, value))
        least = grown
    cuts, opens = sites * (len(policy.groups) - policy.group_threshold), sites * (policy.group_threshold - 1)
    return any(cut <= cuts and laid_open <= opens for cut, laid_open in least.items())


def _ways(group: Group, sites: int) -> list[tuple[int, int]]:
    """Return in which ways the sheets of a group can lie at *sites*: at how many cut off, at how many open."""
    n, t = group.members, group.threshold
    harmless = min(t - 1, n - t)
    ways = [(1, 1)]  # all sheets at one site
    for times in range(sites + 1):
        if times * (t - 1) + (sites - times) * harmless >= n:
            ways.append((times, 0))
        if times * (n - t) + (sites - times) * harmless >= n:
            ways.append((0, times))
    return ways


# --- neighbouring policies ----------------------------------------------------------------------------------------------


MAX_REACH = 3
"""Farther policies would not fit a screen or a picture, and nobody compares them."""

_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,12})?) ?%", re.ASCII)
_FRACTION = re.compile(r"0?\.[0-9]{1,15}|0", re.ASCII)


@dataclass(frozen=True)
class Neighbour:
    """A policy to compare, and what it is called beside the others."""

    name: str
    policy: Policy
    chosen: bool = False


def neighbours(policy: Policy, reach: int) -> list[Neighbour]:
    """Return *policy* among those around it.

    Flat: every T and N no more than *reach* away.  With groups: another number of needed groups, or another threshold of
    one group, with all else as it is.
    """
    return _flat(policy, reach) if policy.flat else _grouped(policy, reach)


def _flat(policy: Policy, reach: int) -> list[Neighbour]:
    (chosen,) = policy.groups
    sizes = range(max(2, chosen.members - reach), min(MAX_MEMBERS, chosen.members + reach) + 1)
    thresholds = range(max(2, chosen.threshold - reach), chosen.threshold + reach + 1)
    around = [Policy(1, (Group(t, n),)) for n in sizes for t in thresholds if t <= n]
    return [Neighbour(str(near), near, chosen=near == policy) for near in around]


def _grouped(policy: Policy, reach: int) -> list[Neighbour]:
    steps = [step for step in range(-reach, reach + 1) if step]
    of = f"of {len(policy.groups)} groups"
    found = [Neighbour("as chosen", policy, chosen=True)]
    for step in steps:
        found += _made(f"{policy.group_threshold + step} {of}", policy.group_threshold + step, policy.groups)
    for index, group in enumerate(policy.groups):
        for step in steps:
            changed = replace(group, threshold=group.threshold + step)
            groups = (*policy.groups[:index], changed, *policy.groups[index + 1 :])
            found += _made(f"{policy.group_name(index)} {changed}", policy.group_threshold, groups)
    return found


def _made(name: str, needed: int, groups: tuple[Group, ...]) -> list[Neighbour]:
    """Return the policy as a list, empty where the format has no such policy."""
    try:
        return [Neighbour(name, Policy(needed, groups))]
    except UsageError:
        return []


def parse_odds(text: str) -> float:
    """Return the probability that people wrote: '2%', '0.5 %' or '0.02'.

    A number of 1 or more without a percent sign could mean either, and is refused.

    Raises:
        UsageError: Without quoting the text.
    """
    text = text.strip()
    if match := _PERCENT.fullmatch(text):
        return float(match[1]) / 100
    if _FRACTION.fullmatch(text):
        return float(text)
    raise UsageError("a chance is not understood", "write it as 2% or 0.02")
