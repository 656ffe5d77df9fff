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
    "Enough sheets were put together and tried, and a sign-in was tried with the password from them. The "
    "password was not changed."
)
_SAID = "As people said; the program saw none of it."

AT_SAFES = (
    "Each sheet was read at its safe, and compared with what was signed. None was put together with another, nothing was shown, and "
    "the password was not changed."
)

VERIFIED = "Enough sheets were put together and tried. Nothing was shown, and the password was not changed."


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
            intro=self._intro(),
            facts=self._facts(
                [(day, one) for day, one in self._told(events.DrillHeld) if one.set == self.record.set_id]
            ),
            tables=tuple(table for table in tables if table.rows),
            made=self.day.isoformat(),
            words=(Words("L", "head of the ledger", self.head),),
            statement="We were present, and it was as this page says.",
            signatures=("Administrator, name", "Witness, name"),
        )

    def _intro(self) -> str:
        ways = {one.way for _, one in self._told(events.DrillHeld)}
        return LIVE if "live" in ways else VERIFIED if "verify" in ways else AT_SAFES

    def _quorum(self, held: events.DrillHeld) -> str:
        """Return what the program saw of a quorum."""
        opened = any(one.set == self.record.set_id for _, one in self._told(events.SetProven))
        if held.way == "safes":
            return (
                "each was read alone, and is what was printed"
                if held.result == "pass"
                else "FAILED: a sheet is not what was printed"
            )
        return "the program saw the set open" if opened or held.result == "pass" else "FAILED: the set does not open"

    def _told(self, kind: type[E]) -> list[tuple[dt.date, E]]:
        """Return what every entry of a kind says, with its day."""
        return [(one.day, one.data) for one in self.entries if isinstance(one.data, kind)]

    def _facts(self, held: Sequence[tuple[dt.date, events.DrillHeld]]) -> tuple[tuple[str, str], ...]:
        drills = [one for _, one in held]
        verified = [one for one in drills if one.way != "live"] or drills
        facts = [
            (
                "Set",
                f"{self.record.title.removeprefix('Set ')}, policy {self.record.policy}, epoch {self.record.epoch}",
            ),
            ("Day", str(held[-1][0])),
            ("Quorum", self._quorum(verified[-1])),
            ("Sheets read" if verified[-1].way == "safes" else "Sheets put together", ", ".join(verified[-1].sheets)),
        ]
        if signed_in := [one for _, one in self._told(events.SignIn) if one.password_ != "old"]:  # noqa: S105
            facts.append(("Sign-in, as people said", "accepted" if signed_in[-1].accepted else "REFUSED"))
        if live := [one for one in drills if one.way == "live"]:
            facts.append(("Live drill", "passed" if live[-1].result == "pass" else "FAILED: see below"))
        return tuple(facts)

    def _sheets(self) -> Table:
        columns = (Column("Sheet", 0.4), Column("Custodian", 1.3), Column("Seen by the program", 1.5), Column("Said by people", 1.6),
                   Column("Last read", 0.7), Column("Mismatch", 1, bold=True))  # fmt: skip
        rows = []
        for sheet in self.record.sheets.values():
            if sheet.may_be_used:
                who = self.register.named(sheet.holder)
                saw, said, wrong = self._part(sheet.number)
                rows.append((sheet.number, who, saw, said, sheet.last_read, wrong))
        return Table("Sheets", "", columns, tuple(rows))

    def _part(self, number: str) -> tuple[str, str, str]:
        """Return what the program saw of one sheet in this drill, what people said of it, and what does not agree."""
        saw, said, wrong = "not read", list[str](), list[str]()
        for _, one in self._told(Event):
            if (getattr(one, "set", None), getattr(one, "sheet", None)) != (self.record.set_id, number):
                continue
            match one:
                case events.SheetRead():
                    saw = f"read: {one.result}" + ("" if one.margin is None else f", {one.margin} % in reserve")
                    wrong += [] if one.result == "sound" else [one.result.upper()]
                case events.SheetSeen() | events.BagOpened():
                    seen = "seen" if isinstance(one, events.SheetSeen) else "opened"
                    said.append(f"bag {one.bag} {seen}, seal " + ("whole" if one.intact else "broken"))
                    wrong += [] if self._expected(one) else ["ANOTHER BAG"]
                    wrong += [] if one.intact else ["SEAL BROKEN"]
                case events.SheetExposed():
                    wrong.append(f"EXPOSED: {one.reason}")
                case events.BagSealed():
                    said.append(f"then bag {one.bag}")
        return saw, "; ".join(said) or "-", "; ".join(dict.fromkeys(wrong)) or "-"

    def _expected(self, one: events.SheetSeen | events.BagOpened) -> bool:
        """Whether a bag is the one that the register has."""
        return one.expected if isinstance(one, events.BagOpened) else not self.register.incident_about("BAG", one)

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
        columns = (
            Column("Receiver", 1.5),
            Column("Minutes", 0.6),
            Column("Knew what to do", 1),
            Column("Mismatch", 1.2, bold=True),
        )
        told = [one for _, one in self._told(events.AlertArrived)]
        rows = [
            (self.register.named(one.receiver), str(one.minutes), "yes" if one.validated else "NO", "-" if one.validated else "DID NOT KNOW WHAT TO DO")
            for one in told
        ]  # fmt: skip
        if self._told(events.SignIn):
            account = self.register.lines.get(self.record.line, "")
            missing = [
                one for one in self.register.alerted_by(account) if one not in {alert.receiver for alert in told}
            ]
            rows += [(self.register.named(one), "-", "NO", "NO ALERT") for one in missing]
            rows = rows or [("nobody", "-", "NO", "NO ALERT")]
        return Table("Alerts that the sign-in caused", _SAID, columns, tuple(rows))

    def _debrief(self) -> Table:
        rows: list[tuple[str, ...]] = []
        for _, one in self._told(events.Debrief):
            rows += [("went wrong", one.went_wrong), ("surprising", one.surprising)]
            rows += [("to change", one.change)] if one.change else []
        rows += [
            (
                f"action {one.action}",
                f"{one.text} ({self.register.called(one.owner) if one.owner else 'nobody'}, until {one.due})",
            )
            for _, one in self._told(events.ActionAgreed)
        ]
        return Table("What it taught", "", (Column("Asked", 0.7), Column("Said", 3)), tuple(rows))
