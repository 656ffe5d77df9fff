"""How the sheets of a set are dealt out among printers, so that what one printer has seen never opens the set.

A printer, and whoever has its memory, may know every sheet that it printed.  Of a group it may print fewer sheets than the
group needs; of all but one of the groups that are needed together it may print every sheet.  A sheet that is written by hand is
seen by no printer.
"""

from collections.abc import Collection, Mapping, Sequence

from splitkit.errors import UsageError
from splitkit.quorum.policy import Policy, SheetId

PRINTER_1 = "printer-1"
"""The name by which two people overrule that no printer may come to know a quorum."""


def printers_needed(policy: Policy, by_hand: Collection[SheetId] = ()) -> int:
    """Return the fewest printers of which none can open the set, if some sheets are written *by_hand*; one at least."""
    return next(count for count in range(1, policy.sheets + 1) if _may_be_dealt(policy, count, by_hand))


def _may_be_dealt(policy: Policy, printers: int, by_hand: Collection[SheetId]) -> bool:
    """Whether every group fits: each printer may have a whole quorum of all but one of the groups that are needed."""
    return len(_whole(policy, printers, by_hand)) <= printers * (policy.group_threshold - 1)


def _whole(policy: Policy, printers: int, by_hand: Collection[SheetId]) -> list[int]:
    """Return the groups of which some printer must have a quorum, however their sheets are dealt out."""
    printed = [sheet.group for sheet in policy.sheet_ids() if sheet not in by_hand]
    groups = enumerate(policy.groups)
    return [index for index, group in groups if printed.count(index) > printers * (group.threshold - 1)]


def dealt_out(policy: Policy, printers: int, by_hand: Collection[SheetId] = ()) -> list[tuple[SheetId, ...]]:
    """Return the sheets of each of so many printers, all but those that are written *by_hand*: those of none are a quorum.

    A group comes whole from one printer where it must, and else in turn from all.

    Raises:
        UsageError: If so few printers cannot do it.
    """
    needed = printers_needed(policy, by_hand)
    if printers < needed:
        raise UsageError(
            f"of {printers} printers one could open the set alone", f"use {needed} at least, each a machine of its own"
        )
    whole = {index: turn % printers for turn, index in enumerate(_whole(policy, printers, by_hand))}
    piles: list[list[SheetId]] = [[] for _ in range(printers)]
    for index in range(len(policy.groups)):
        printed = [sheet for sheet in policy.sheet_ids() if sheet.group == index and sheet not in by_hand]
        for turn, sheet in enumerate(printed):
            piles[whole.get(index, turn % printers)].append(sheet)
    return [tuple(pile) for pile in piles]


def printer_of(
    policy: Policy, printers: Sequence[str], known_to: Mapping[str, Collection[str]], number: str,
    by_hand: Collection[SheetId] = (),
) -> str:  # fmt: skip
    """Return the printer for a sheet, when each has seen the sheets of these numbers: one that does not open the set with it.

    The sheets are dealt out; where one of these printers has seen other sheets than it was dealt, another takes its place.
    Where there are too few printers, all take turns, and one of them may come to know a quorum.
    """
    sheet = policy.sheet(number)
    enough = len(printers) >= printers_needed(policy, by_hand)
    piles = dealt_out(policy, len(printers), by_hand) if enough else []
    turn = policy.sheet_ids().index(sheet) % len(printers)
    own = next((printer for printer, pile in zip(printers, piles, strict=False) if sheet in pile), printers[turn])
    safe = (
        printer
        for printer in (own, *printers)
        if not policy.opens([*map(policy.sheet, known_to.get(printer, ())), sheet])
    )
    return next(safe, own)
