"""The steps of a drill besides the sheets: bags in other safes, devices, the sign-in and its alert, the debrief.

Each is asked of the people in the room and written into the ledger at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from splitkit.cli.guide.questions import TRIED, ask_actions, ask_alerts, ask_debrief, ask_device
from splitkit.cli.ui.custody_ledgers import LedgerWriter
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.custody.records.holdings import Register, SetRecord, SheetRecord, new_codes
from splitkit.custody.saying.naming import person_meant
from splitkit.host import clock
from splitkit.ledger import events
from splitkit.ledger.fields import BAG
from splitkit.ledger.schema import Event


@dataclass
class DrillSteps:
    """The steps of one drill."""

    dialogue: Dialogue
    writer: LedgerWriter
    register: Register
    drilled: SetRecord

    @property
    def expected(self) -> Sequence[str]:
        """Who is to get the alerts of the account that the set protects; nobody where that was not recorded."""
        return self.register.alerted_by(self.register.lines.get(self.drilled.line, ""))

    def bags(self, read: list[str]) -> None:
        """Let every custodian whose sheet was not *read* look at the own bag in the own safe."""
        self.dialogue.say()
        self.dialogue.say("BAGS: every other custodian looks at the own bag, and tells its number.")
        for sheet in self.drilled.sheets.values():
            if sheet.may_be_used and sheet.holder and sheet.number not in read:
                self._bag(sheet, *self.dialogue.interview(partial(self._seen, sheet)))

    def _seen(self, sheet: SheetRecord) -> tuple[str, bool]:
        """Return the number of a bag and whether its seal is whole; no number where nobody has looked today."""
        who = self.register.named(sheet.holder)
        where = f" in {self.register.place_named(sheet.safe)}" if sheet.safe else ""
        question = f"Sheet {sheet.number}, {who}{where}: number of the bag (Enter: not today)?"
        bag = self.dialogue.value(question, BAG, "", upper=True)
        if bag and sheet.bag not in ("", bag):
            self.dialogue.say(f"It was sealed into bag {sheet.bag}. A slip? Read the number from the bag once more.")
            bag = self.dialogue.value(question, BAG, "", upper=True)
        return bag, bool(bag) and self.dialogue.yes("Is the seal whole?")

    def _bag(self, sheet: SheetRecord, bag: str, intact: bool) -> None:
        if not bag:
            return
        about = {"set": self.drilled.set_id, "sheet": sheet.number}
        self._record(events.SheetSeen(**about, person=sheet.holder, bag=bag, intact=intact))
        if sheet.bag not in ("", bag) or not intact:
            self.dialogue.say(f"The register has the bag {sheet.bag or '-'}. Somebody may have read this sheet, and is taken to have. "
                          "After the drill: splitkit custody incident")  # fmt: skip

    def assets(self) -> None:
        """Try every MFA device, phone and mailbox."""
        self.dialogue.say()
        self.dialogue.say("DEVICES, PHONES, MAILBOXES")
        for asset in self.register.assets_in_use:
            if asset.kind in TRIED and (
                tried := self.dialogue.interview(partial(ask_device, self.dialogue, self.register, asset))
            ):
                self._record(tried)

    def sign_in(self, read: list[str]) -> bool:
        """Let people sign in, and record who was alerted, and the live drill; return whether all of it worked."""
        self.dialogue.say()
        self.dialogue.say("SIGN-IN: recover the password with 'splitkit recover' and the same sheets, sign in with it from a "
                      "machine that is used for nothing else, look at nothing, sign out.")  # fmt: skip
        accepted = self.dialogue.yes("Was the sign-in accepted?")
        self._record(events.SignIn(password_="unchanged", accepted=accepted, set=self.drilled.set_id))  # noqa: S106  (the name of a kind)
        alerted = set[str]()
        for alert in ask_alerts(self.dialogue, partial(person_meant, self.register)):
            self._record(alert)
            alerted |= {alert.receiver} if alert.validated else set()
        if missing := [self.register.named(one) for one in self.expected if one not in alerted]:
            self.dialogue.say(f"Not alerted, or they did not answer: {', '.join(missing)}.")
        worked = accepted and bool(self.expected) and not missing
        result: events.Outcome = "pass" if worked else "fail"
        self._record(events.DrillHeld(set=self.drilled.set_id, sheets=tuple(sorted(read)), way="live", result=result))
        return worked

    def debrief(self) -> None:
        """Ask what the drill has taught; it cannot be left out."""
        self.dialogue.say()
        self.dialogue.say("DEBRIEF: everybody is asked.")
        self._record(self.dialogue.interview(lambda: ask_debrief(self.dialogue)))
        codes = new_codes(self.register.actions, f"D-{clock.day():%Y%m%d}-")
        for action in ask_actions(self.dialogue, codes):
            self._record(action)

    def _record(self, data: Event) -> None:
        self.writer.record(data)
