"""The drill certificate: what a drill has proven, told by the entries of its ledger alone."""

import datetime as dt
import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from splitkit.custody.records.holdings import Register, SetRecord
from splitkit.errors import AttentionError, Remedy
from splitkit.ledger import events
from splitkit.ledger.chain import Entry
from splitkit.ledger.schema import Event
from splitkit.paper.report import Column, Report, Table, Words

E = TypeVar("E", bound=Event)

LIVE = (
    "A quorum of sheets was put together and tried, and a sign-in was tried with the password from them. The "
    "password was not changed."
)
_SAID = "As people said; the program saw none of it."

VERIFIED = "A quorum of sheets was put together and tried. Nothing was shown, and the password was not changed."


@dataclass(frozen=True)
class Drill:
    """A drill as a ledger tells it."""

    register: Register
    """After the drill."""
    record: SetRecord
    ledger: Sequence[Entry]
    """The entries of the ledger in which it was held."""
    day: dt.date
    """The day of the certificate."""
    head: tuple[str, ...]
    """The L words of that ledger."""
    withdrawn: Collection[str] = ()
    """The hashes of entries that two people took back: nothing of them is told."""

    @cached_property
    def entries(self) -> list[Entry]:
        """Those of the last drill of the set: from the debrief before it to its own, with the actions that follow.

        Raises:
            AttentionError: If no drill of this set was held in this ledger, or none that people spoke about afterwards.
        """
        tried = [
            one.seq
            for one in self.ledger
            if isinstance(one.data, events.DrillHeld) and one.data.set == self.record.set_id
        ]
        if not tried:
            raise AttentionError("no drill of this set is in the last ledger", Remedy.DRILL)
        debriefs = [one.seq for one in self.ledger if one.event == "debrief" and one.hash not in self.withdrawn]
        if not debriefs or debriefs[-1] < tried[-1]:
            raise AttentionError("nobody has said what the drill taught", Remedy.DEBRIEF)
        begin = max((seq for seq in debriefs if seq < tried[-1]), default=0)
        end = min(seq for seq in debriefs if seq > tried[-1])
        actions = itertools.takewhile(lambda one: one.event == "action", self.ledger[end:])
        earlier = {one.seq for one in itertools.takewhile(lambda one: one.event == "action", self.ledger[begin:])}
        told = [*(one for one in self.ledger[begin:end] if one.seq not in earlier), *actions]
        return [one for one in told if one.hash not in self.withdrawn]

    def report(self) -> Report:
        """Return the certificate.

        Raises:
            AttentionError: See `entries`.
        """
        tables = (self._sheets(), self._assets(), self._alerts(), self._debrief())
        return Report(
            heading="Drill certificate",
            mark="DRILL CERTIFICATE \N{EN DASH} NOTHING HERE IS SECRET",
            practice=self.register.practice or self.record.practice,
            intro=LIVE if any(one.way == "live" for _, one in self._told(events.DrillHeld)) else VERIFIED,
            facts=self._facts(
                [(day, one) for day, one in self._told(events.DrillHeld) if one.set == self.record.set_id]
            ),
            tables=tuple(table for table in tables if table.rows),
            made=self.day.isoformat(),
            words=(Words("L", "head of the ledger", self.head),),
            statement="We were present, and it was as this page says.",
            signatures=("Administrator", "Witness"),
        )

    def _told(self, kind: type[E]) -> list[tuple[dt.date, E]]:
        """Return what every entry of a kind says, with its day."""
        return [(one.day, one.data) for one in self.entries if isinstance(one.data, kind)]

    def _facts(self, held: Sequence[tuple[dt.date, events.DrillHeld]]) -> tuple[tuple[str, str], ...]:
        drills = [one for _, one in held]
        verified = [one for one in drills if one.way == "verify"] or drills
        facts = [
            (
                "Set",
                f"{self.record.title.removeprefix('Set ')}, policy {self.record.policy}, epoch {self.record.epoch}",
            ),
            ("Day", str(held[-1][0])),
            (
                "Quorum",
                "the program saw the set open" if verified[-1].result == "pass" else "FAILED: the set does not open",
            ),
            ("Sheets put together", ", ".join(verified[-1].sheets)),
        ]
        if signed_in := [one for _, one in self._told(events.SignIn) if one.password_ == "unchanged"]:  # noqa: S105
            facts.append(("Sign-in, as people said", "accepted" if signed_in[-1].accepted else "REFUSED"))
        if live := [one for one in drills if one.way == "live"]:
            facts.append(("Live drill", "passed" if live[-1].result == "pass" else "FAILED: see below"))
        return tuple(facts)

    def _sheets(self) -> Table:
        columns = (Column("Sheet", 0.4), Column("Custodian", 1.4), Column("In this drill", 1.6), Column("Last read"),
                   Column("Days ago", 0.7))  # fmt: skip
        rows = []
        for sheet in self.record.sheets.values():
            if sheet.may_be_used:
                ago = str((self.day - sheet.proven).days) if sheet.proven else "-"
                who = self.register.named(sheet.holder)
                rows.append((sheet.number, who, self._part(sheet.number), sheet.last_read, ago))
        return Table("Sheets", "", columns, tuple(rows))

    def _part(self, number: str) -> str:
        """Return what happened to one sheet in this drill."""
        about = (self.record.set_id, number)
        if read := [one for _, one in self._told(events.SheetRead) if (one.set, one.sheet) == about]:
            margin = read[-1].margin
            return f"read by the program: {read[-1].result}" + ("" if margin is None else f", {margin} % in reserve")
        if seen := [one for _, one in self._told(events.SheetSeen) if (one.set, one.sheet) == about]:
            if self.register.incident_about("BAG", seen[-1]):
                return "said: bag seen, ANOTHER BAG"
            return "said: bag seen, " + ("seal whole" if seen[-1].intact else "SEAL BROKEN")
        return "not exercised"

    def _assets(self) -> Table:
        columns = (
            Column("What", 1.2),
            Column("Kept by", 1.4),
            Column("Result", 0.6),
            Column("Ends"),
            Column("Remark", 2),
        )
        rows = []
        for _, one in self._told(events.AssetChecked):
            asset = self.register.assets.get(one.asset)
            name, holder = (asset.name, asset.holder) if asset else (f"{one.asset}, NEVER ADDED", "")
            ends = one.expires or (asset and asset.expires)
            rows.append((name, self.register.named(holder), one.result, str(ends or "-"), one.remark or "-"))
        return Table("Devices, phones, mailboxes", _SAID, columns, tuple(rows))

    def _alerts(self) -> Table:
        columns = (Column("Receiver", 1.5), Column("Minutes", 0.6), Column("Knew what to do", 1))
        rows = [
            (self.register.named(one.receiver), str(one.minutes), "yes" if one.validated else "NO")
            for _, one in self._told(events.AlertArrived)
        ]
        if self._told(events.SignIn) and not rows:
            rows = [("nobody", "-", "NO")]
        return Table("Alerts that the sign-in caused", _SAID, columns, tuple(rows))

    def _debrief(self) -> Table:
        rows: list[tuple[str, ...]] = []
        for _, one in self._told(events.Debrief):
            rows += [("went wrong", one.went_wrong), ("surprising", one.surprising)]
            rows += [("to change", one.change)] if one.change else []
        rows += [
            (f"action {one.action}", f"{one.text} ({one.owner or 'nobody'}, until {one.due})")
            for _, one in self._told(events.ActionAgreed)
        ]
        return Table("What it taught", "", (Column("Asked", 0.7), Column("Said", 3)), tuple(rows))
