"""Whose turn it is: drills that exercise every sheet, the one that was longest unread first."""

import datetime as dt

from splitkit.custody.records.holdings import SetRecord, SheetRecord


def next_drill(record: SetRecord) -> list[str]:
    """Return the sheets of the next drill, a smallest quorum of those that are there; empty where there is none.

    Within each group the sheets that were longest unread come first, and of the groups those whose sheets were.  So with T of
    N every sheet is read within ceil(N / T) drills.
    """
    by_group: dict[int, list[SheetRecord]] = {}
    for number, sheet in record.sheets.items():
        if sheet.there:
            by_group.setdefault(record.policy.sheet(number).group, []).append(sheet)
    turns = []
    for index, sheets in by_group.items():
        threshold = record.policy.groups[index].threshold
        first = sorted(sheets, key=_unread_since)[:threshold]
        if len(first) == threshold:
            turns.append(first)
    turns.sort(key=lambda first: _unread_since(first[0]))
    if len(turns) < record.policy.group_threshold:
        return []
    return [sheet.number for first in turns[: record.policy.group_threshold] for sheet in first]


def _unread_since(sheet: SheetRecord) -> dt.date:
    return sheet.proven or dt.date.min
