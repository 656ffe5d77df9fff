"""The policies around a chosen one, so that people see what a sheet more or less would change; and odds as people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from splitkit.errors import UsageError
from splitkit.quorum.policy import MAX_MEMBERS, Group, Policy

MAX_REACH = 3
"""Farther policies would not fit a screen or a picture, and nobody compares them."""

_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,12})?) ?%", re.ASCII)
_FRACTION = re.compile(r"0?\.[0-9]{1,15}|0", re.ASCII)
_CHOSEN = "as chosen"


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
    found = []
    for n in sizes:
        for t in range(max(2, chosen.threshold - reach), min(n, chosen.threshold + reach) + 1):
            near = Policy(1, (Group(t, n),))
            found.append(Neighbour(str(near), near, chosen=near == policy))
    return found


def _grouped(policy: Policy, reach: int) -> list[Neighbour]:
    steps = [step for step in range(-reach, reach + 1) if step]
    of = f"of {len(policy.groups)} groups"
    found = [Neighbour(_CHOSEN, policy, chosen=True)]
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
