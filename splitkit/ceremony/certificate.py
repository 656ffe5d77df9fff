"""The drill certificate: what a drill has proven, told by the entries of its ledger alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from splitkit import __version__
from splitkit.ceremony.review import named
from splitkit.errors import AttentionError
from splitkit.paper.report import Column, Report, Table, Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from splitkit.ceremony.chain import Entry
    from splitkit.ceremony.holdings import SetRecord
    from splitkit.ceremony.register import Register


@dataclass(frozen=True)
class Drill:
    """A drill as a ledger tells it."""

    register: Register
    """After the drill."""
    of: SetRecord
    entries: Sequence[Entry]
    """Those of the ledger in which it was held."""
    day: str
    """The day of the certificate, YYYY-MM-DD."""
    head: tuple[str, ...]
    """The L words of that ledger."""

    def report(self) -> Report:
        """Return the certificate.

        Raises:
            AttentionError: If no drill of this set was held in this ledger, or none that people spoke about afterwards.
        """
        held = self._named("drill", set=self.of.set_id)
        if not held:
            raise AttentionError(
                "no drill of this set is in the last ledger", "hold one: splitkit drill SCAN... --ledger FILE"
            )
        if not any(one.seq > held[-1].seq for one in self._named("debrief")):
            raise AttentionError("nobody has said what the drill taught", "record it: splitkit ledger add FILE debrief")
        return Report(
            title="Drill certificate",
            mark="DRILL CERTIFICATE \N{EN DASH} NOTHING HERE IS SECRET",
            practice=self.register.practice or self.of.practice,
            intro="A quorum of sheets was put together and tried. Nothing was shown, and the password was not changed.",
            facts=self._facts(held),
            tables=tuple(
                table for table in (self._sheets(), self._assets(), self._alerts(), self._debrief()) if table.rows
            ),
            made=self.day,
            program=f"splitkit {__version__}",
            words=(Words("L", "head of the ledger", self.head),),
            statement="We were present, and it was as this page says.",
            signatures=("Administrator", "Witness"),
        )

    def _named(self, event: str, **data: str) -> list[Entry]:
        return [
            one for one in self.entries
            if one.event == event and all(one.data.get(name) == value for name, value in data.items())
        ]  # fmt: skip

    def _facts(self, held: Sequence[Entry]) -> tuple[tuple[str, str], ...]:
        tried = list(dict.fromkeys(number for one in held for number in one.data["sheets"]))
        passed = all(one.data["result"] == "pass" for one in held)
        label = f", {self.of.label}" if self.of.label else ""
        facts = [
            ("Set", f"{self.of.set_id[:8]}{label}, policy {self.of.policy}, epoch {self.of.epoch}"),
            ("Day", held[-1].time[:10]),
            ("Result", "the set opens" if passed else "FAILED"),
            ("Sheets put together", ", ".join(tried)),
        ]
        if signed_in := self._named("signin"):
            accepted = "accepted" if signed_in[-1].data["accepted"] else "REFUSED"
            facts.append(("Sign-in", f"{accepted}; alerts that arrived: {signed_in[-1].data.get('alerts', 0)}"))
        return tuple(facts)

    def _sheets(self) -> Table:
        columns = (
            Column("Sheet", 0.4),
            Column("Custodian", 1.4),
            Column("In this drill", 1.6),
            Column("Last read"),
            Column("Days ago", 0.7),
        )
        rows = []
        for sheet in self.of.sheets.values():
            if sheet.may_be_used:
                ago = str(_days(sheet.proven, self.day)) if sheet.proven else "-"
                who = named(self.register, sheet.holder) if sheet.holder else "-"
                rows.append((sheet.number, who, self._part(sheet.number), sheet.proven or "never", ago))
        return Table("Sheets", "", columns, tuple(rows))

    def _part(self, number: str) -> str:
        """Return what happened to one sheet in this drill."""
        about = {"set": self.of.set_id, "sheet": number}
        if read := self._named("sheet.read", **about):
            margin = read[-1].data.get("margin")
            return f"read: {read[-1].data['result']}" + ("" if margin is None else f", {margin} % in reserve")
        if seen := self._named("sheet.seen", **about):
            return "bag seen, seal whole" if seen[-1].data["intact"] else "bag seen, SEAL BROKEN"
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
        for one in self._named("asset.checked"):
            asset = self.register.assets[one.data["asset"]]
            rows.append((f"{asset.kind} {asset.tag}", named(self.register, asset.holder), one.data["result"],
                         one.data.get("expires", asset.expires) or "-", one.data.get("remark", "-")))  # fmt: skip
        return Table("Devices, phones, mailboxes", "", columns, tuple(rows))

    def _alerts(self) -> Table:
        columns = (Column("Receiver", 1.5), Column("Minutes", 0.6), Column("Knew what to do", 1))
        rows = [
            (
                named(self.register, one.data["receiver"]),
                str(one.data["minutes"]),
                "yes" if one.data["validated"] else "NO",
            )
            for one in self._named("alert")
        ]
        return Table("Alerts that the sign-in caused", "", columns, tuple(rows))

    def _debrief(self) -> Table:
        rows: list[tuple[str, ...]] = []
        for one in self._named("debrief"):
            rows += [("went wrong", one.data["went_wrong"]), ("surprising", one.data["surprising"])]
            rows += [("to change", one.data["change"])] if "change" in one.data else []
        rows += [
            (
                f"action {one.data['action']}",
                f"{one.data['text']} ({one.data.get('owner', 'nobody')}, until {one.data['due']})",
            )
            for one in self._named("action")
        ]
        return Table("What it taught", "", (Column("Asked", 0.7), Column("Said", 3)), tuple(rows))


def _days(since: str, until: str) -> int:
    return (dt.date.fromisoformat(until) - dt.date.fromisoformat(since)).days
