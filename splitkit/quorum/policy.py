"""Policies: who is needed.  T of N, or G of several groups each T of N.

Limits are those of SLIP-39 (16 members a group, 16 groups) and of the paper format (32 sheets a set, never one sheet alone).
"""

import functools
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from splitkit.errors import UsageError

MAX_MEMBERS = 16
MAX_GROUPS = 16
MAX_SHEETS = 32
_NUMBER = "[1-9][0-9]{0,3}"
_T_OF_N = re.compile(rf"({_NUMBER}) ?of ?({_NUMBER})", re.ASCII)
_GROUPS = re.compile(rf"({_NUMBER}) of: ?(.+)", re.ASCII)
_NAMED = re.compile(rf"(.*\S)\s+({_NUMBER}) ?of ?({_NUMBER})")
_MAX_NAME = 24


@dataclass(frozen=True, order=True)
class SheetId:
    """Which sheet of a set: group index and member index, both from 0."""

    group: int
    member: int


@dataclass(frozen=True)
class Group:
    """*threshold* of *members* custodians; the name is for people and is not in the header."""

    threshold: int
    members: int
    name: str = ""

    def __str__(self) -> str:
        return f"{self.threshold}of{self.members}"


@dataclass(frozen=True)
class Policy:
    """*group_threshold* of *groups*; a flat policy is one group of which one is needed.

    Raises:
        UsageError: If the policy breaks a rule of the format.
    """

    group_threshold: int
    groups: tuple[Group, ...]

    def __post_init__(self) -> None:
        _check_groups(self.group_threshold, self.groups)
        for group in self.groups:
            _check_group(group, flat=self.flat)
        if self.needed < 2:
            raise UsageError("this policy lets one sheet alone open the set", "ask for at least two sheets")
        if self.sheets > MAX_SHEETS:
            raise UsageError(f"{self.sheets} sheets are more than {MAX_SHEETS}", "use smaller groups")

    @property
    def flat(self) -> bool:
        """Whether there is only one group."""
        return len(self.groups) == 1

    @property
    def sheets(self) -> int:
        """How many sheets a set has."""
        return sum(group.members for group in self.groups)

    @property
    def needed(self) -> int:
        """The smallest number of sheets that is a quorum."""
        return self.missing(())

    @property
    def needed_at_most(self) -> int:
        """The sheets of the largest quorum that has none too many."""
        return sum(sorted((group.threshold for group in self.groups), reverse=True)[: self.group_threshold])

    def sheet_ids(self) -> tuple[SheetId, ...]:
        """All sheets of the set, group by group."""
        return tuple(SheetId(g, m) for g, group in enumerate(self.groups) for m in range(group.members))

    def number(self, sheet: SheetId) -> str:
        """What people call a sheet: '2', or 'B2' where there are groups."""
        letter = "" if self.flat else group_letter(sheet.group)
        return f"{letter}{sheet.member + 1}"

    def sheet(self, number: str) -> SheetId:
        """Return the sheet that people call *number*.

        Raises:
            ValueError: If the set has none of this number.
        """
        if number not in self._by_number:
            raise ValueError("the set has no sheet of this number")
        return self._by_number[number]

    @functools.cached_property
    def _by_number(self) -> dict[str, SheetId]:
        return {self.number(sheet): sheet for sheet in self.sheet_ids()}

    def opens(self, sheets: Iterable[SheetId]) -> bool:
        """Whether these sheets are a quorum; here and below a sheet named twice counts once."""
        return len(self.complete_groups(sheets)) >= self.group_threshold

    def complete_groups(self, sheets: Iterable[SheetId]) -> tuple[int, ...]:
        """The indices of the groups of which these sheets are a quorum."""
        return tuple(index for index, lacking in enumerate(self._lacking(sheets)) if not lacking)

    def missing(self, sheets: Iterable[SheetId]) -> int:
        """The fewest further sheets with which these are a quorum."""
        return sum(sorted(self._lacking(sheets))[: self.group_threshold])

    def spare(self, sheets: Iterable[SheetId]) -> int:
        """How many of these sheets may be lost, whichever they are, and the others still open the set; -1 when these do not."""
        return len(self.to_break(sheets)) - 1

    def to_break(self, sheets: Iterable[SheetId], known: Iterable[SheetId] = ()) -> tuple[SheetId, ...]:
        """The fewest of these sheets without which the others are no quorum, with those that are *known* whatever becomes of them.

        None where there is no quorum anyway, or where what is known is one.
        """
        fixed = set(known)
        free = sorted(set(sheets) - fixed)
        full = self.complete_groups([*free, *fixed])
        held, excess = _by_group([*free, *fixed]), len(full) - self.group_threshold + 1
        found: list[list[SheetId]] = []
        for index in full:
            ours, over = [one for one in free if one.group == index], held[index] - self.groups[index].threshold + 1
            found += [ours[:over]] if over <= len(ours) else []
        if not 0 < excess <= len(found):
            return ()
        return tuple(sorted(one for some in sorted(found, key=len)[:excess] for one in some))

    def shortage(self, sheets: Iterable[SheetId]) -> str:
        """Say in words how many sheets are still missing for a quorum."""
        here = set(sheets)
        lacking = sorted((count, self.group_name(index)) for index, count in enumerate(self._lacking(here)))
        nearest = [(count, name) for count, name in lacking[: self.group_threshold] if count]
        needed = self.missing(here)
        more = f"{needed} more sheet{' is' if needed == 1 else 's are'} needed"
        if self.flat:
            return f"of the {self.needed} sheets needed {len(here)} {'is' if len(here) == 1 else 'are'} here; {more}"
        where = ", ".join(f"{count} of group {name}" for count, name in nearest)
        return f"the groups are not complete: at least {more} ({where})"

    def _lacking(self, sheets: Iterable[SheetId]) -> list[int]:
        """How many sheets each group lacks for its threshold."""
        held = _by_group(sheets)
        return [max(0, group.threshold - held[index]) for index, group in enumerate(self.groups)]

    def group_name(self, group: int) -> str:
        """What people call a group: its name, or its letter."""
        return self.groups[group].name or group_letter(group)

    def __str__(self) -> str:
        if self.flat:
            return str(self.groups[0])
        named = (f"{self.group_name(index)} {group}" for index, group in enumerate(self.groups))
        return f"{self.group_threshold} of: " + ", ".join(named)


def _by_group(sheets: Iterable[SheetId]) -> Counter[int]:
    return Counter(sheet.group for sheet in set(sheets))


def group_letter(index: int) -> str:
    """The letter of a group, A to P, for its index from 0."""
    return chr(ord("A") + index)


def _check_groups(group_threshold: int, groups: tuple[Group, ...]) -> None:
    if not 1 <= len(groups) <= MAX_GROUPS:
        raise UsageError(f"a policy has 1 to {MAX_GROUPS} groups", "use fewer groups")
    if not 1 <= group_threshold <= len(groups):
        raise UsageError(
            f"{group_threshold} of {len(groups)} groups cannot be asked for",
            "ask for at least one group and at most all of them",
        )


def _check_group(group: Group, *, flat: bool) -> None:
    if group.members > MAX_MEMBERS:
        raise UsageError(
            f"{group.members} sheets in one group do not exist: SLIP-39 numbers at most {MAX_MEMBERS}",
            "use at most 16, or several groups",
        )
    if group.threshold > group.members:
        raise UsageError(f"{group} asks for more sheets than there are", "lower the first number")
    if group.threshold < 2 and (flat or (group.threshold, group.members) != (1, 1)):
        raise UsageError(
            f"{group} would let one sheet open its group",
            "ask for at least 2; 1of1 is allowed as one of several groups",
        )


def parse_policy(text: str) -> Policy:
    """Return the policy that *text* says: '3of5', or '2 of: Board 2of3, IT 3of5, Audit 1of1'.

    Raises:
        UsageError: If it says something else, or breaks a rule of the format.
    """
    text = text.strip()
    if match := _T_OF_N.fullmatch(text):
        return Policy(1, (Group(int(match[1]), int(match[2])),))
    if match := _GROUPS.fullmatch(text):
        groups = tuple(_parse_group(entry) for entry in match[2].split(","))
        if len({group.name.casefold() for group in groups}) != len(groups):
            raise UsageError("two groups of the policy have the same name", "give each group a name of its own")
        return Policy(int(match[1]), groups)
    raise UsageError("the policy is not understood", "write it as 3of5, or as '2 of: Board 2of3, IT 3of5, Audit 1of1'")


def _parse_group(text: str) -> Group:
    match = _NAMED.fullmatch(text.strip())
    if not match:
        raise UsageError("a group of the policy is not understood", "write each group as a name and T of N: Board 2of3")
    name = match[1].strip()
    if not name.isprintable() or len(name) > _MAX_NAME:
        raise UsageError("a group name is not printable or longer than 24 characters", "use a short plain name")
    return Group(int(match[2]), int(match[3]), name)
