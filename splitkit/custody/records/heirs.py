"""What opens the files that are sealed to a set: that set, and each that follows it, as it was handed the identity of the one before."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from splitkit.custody.records.holdings import Register, SetRecord, Which
from splitkit.custody.records.lives import Life
from splitkit.custody.records.sheet_changes import check_not_void
from splitkit.errors import AttentionError
from splitkit.ledger import events

FILES = "FILES"
"""The kind of incident that opens where nothing in use opens the files of a set any more."""

_LEFT = "open and seal anew what is still needed, before its sheets are destroyed"
_LOST = "no quorum of its sheets is left, and what has no other copy is lost"


def is_dead(record: SetRecord) -> bool:
    """Whether no quorum is left, as far as anybody knows; others may know one anyway."""
    left = (record.policy.sheet(one.number) for one in record.sheets.values() if not one.worthless)
    return not record.policy.opens(left)


def _has_heir(register: Register, record: SetRecord) -> bool:
    """Whether the files of a set are opened by it, or by one that follows it, which is in use or to come."""
    if record.life in (Life.LIVE, Life.PENDING) and not is_dead(record):
        return True
    return any(_has_heir(register, one) for one in register.sets.values() if one.replaces == record.set_id)


def check_opens(register: Register, record: SetRecord) -> None:
    """Refuse to seal a file to a set whose sheets nobody keeps to open it.

    Raises:
        AttentionError: If it is retired, void or dead, or nothing in use follows it.
    """
    check_not_void(record)
    ended = record.life.told if record.life is Life.RETIRED else "dead" if is_dead(record) else ""
    if ended or not _has_heir(register, record):
        why = ended or "replaced, and no set in use was made from it"
        raise AttentionError(
            f"{record.name} is {why}: what is sealed to it may never be opened",
            "seal it to a set that is in use, by the recipient.txt beside its public record",
        )


def sealed_file(register: Register, data: events.FileSealed, _day: dt.date) -> Register:
    """Return the register with a file that was sealed to a set."""
    record = register.sets[data.set]
    check_opens(register, record)
    files = dict.fromkeys([*record.files, data.name or f"SHA-256 {data.sha256[:8]}.."])
    return register.with_set(replace(record, files=tuple(files)))


def with_orphans(before: Register, register: Register) -> Register:
    """Return the register after an entry, with an incident about each set whose files nothing in use opens any more since then."""
    if register.sets is before.sets:
        return register
    for record in [one for one in register.sets.values() if one.files]:
        fate = "" if _has_heir(register, record) else _LOST if is_dead(record) else _LEFT
        about = Which(record.set_id, "")
        is_open = register.incident_about(FILES, about)
        if fate not in ("", record.orphaned) and (is_open or not record.orphaned):  # what two people closed is settled
            count = "a file" if len(record.files) == 1 else f"{len(record.files)} files"
            what = f"has {count} sealed to it that no set in use opens ({', '.join(record.files)}): {fate}"
            register = register.with_incident_about(FILES, about, what)
        register = register.with_set(replace(record, orphaned=fate)) if fate != record.orphaned else register
    return register
