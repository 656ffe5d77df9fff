"""Questions that several commands ask: who does something, who was alerted to a sign-in, what was learnt, and who sees to it until when."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace

from splitkit.cli.ui.custody_ledgers import LedgerWriter, ask_who
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.custody.due import QUARTER
from splitkit.custody.records.holdings import AssetRecord, Register
from splitkit.host import clock
from splitkit.ledger.events import ActionAgreed, AlertArrived, AssetChecked, Debrief, Outcome
from splitkit.ledger.fields import DATE, LINE, NAME, TEXT, Kind, number

MINUTES = number(0, 9999)
KNEW = "Did they look whether it was announced, and ask whoever announced it?"
"""What is asked of everybody whom an alert has reached."""

TRIED = {
    "mfa": "read the serial number from the device; see that it is whole, and when it ends",
    "phone": "switch it on, let it be called, hear from whoever pays the bill that it goes on; write no number anywhere",
    "mailbox": "send a test message: two of its owners see it",
}
"""What is done in a drill with each kind of asset."""

_NOTHING = "'nothing' is an answer too; else a few words"


def in_a_quarter() -> dt.date:
    """Return the day that is proposed where people name one, such as that of the next drill or review."""
    return clock.day() + dt.timedelta(days=QUARTER)


def ask_writer(dialogue: Dialogue, writer: LedgerWriter) -> LedgerWriter:
    """Return who writes into a ledger, asked for where nobody is named."""
    if writer.by:
        return writer
    return replace(writer, by=ask_who(dialogue, writer.read().built.register)).checked()


def ask_alerts(dialogue: Dialogue, take_seat: Callable[[str], str]) -> Iterator[AlertArrived]:
    """Yield what is recorded of everybody who received an alert; *take_seat* makes a seat, or an id, of what is typed."""
    prompt = "Who has received the alert (name or seat; Enter: nobody else)?"
    means = "The seat of one person who was alerted, or the name in full, also of somebody elsewhere; Enter alone: nobody else."
    while seat := dialogue.read(prompt, lambda typed: typed and take_seat(typed), means):
        minutes = dialogue.value("After how many minutes?", MINUTES)
        validated = dialogue.yes(KNEW)
        yield AlertArrived(receiver=seat, minutes=minutes, validated=validated)


def ask_device(dialogue: Dialogue, register: Register, asset: AssetRecord) -> AssetChecked | None:
    """Return what came of trying a device, a phone or a mailbox; nothing where it is not tried today."""
    serial = f", serial {asset.serial}" if asset.serial else ""
    question = f"{asset.name}, {register.named(asset.holder)}{serial}: {TRIED[asset.kind]}."
    outcome = dialogue.choose(question, {"pass": "", "fail": "", "skip": "not today"})
    if outcome == "skip":
        return None
    expires = remark = None
    if asset.battery or asset.expires:
        until = f"When does it end (Enter: {asset.expires or 'not known'})?"
        expires = dialogue.value(until, DATE, asset.expires or "") or None
    if outcome == "fail":
        remark = dialogue.value("What was wrong with it (Enter: nothing more to say)?", LINE, "") or None
    result: Outcome = "pass" if outcome == "pass" else "fail"
    return AssetChecked(asset=asset.tag, result=result, expires=expires, remark=remark)


def ask_lessons(dialogue: Dialogue, codes: Iterator[str]) -> Iterator[Debrief | ActionAgreed]:
    """Yield what everybody says that a ceremony has taught, then what changes, with a name and a day; *codes* are those that the actions get."""
    told = dialogue.interview(lambda: _debrief(dialogue))
    yield told
    while told.change is not None and dialogue.yes("Is there a change with a name and a day?"):
        text, owner, due = ask_action(dialogue, "What is done?", TEXT)
        yield ActionAgreed(action=next(codes), text=text, owner=owner, due=due)


def _debrief(dialogue: Dialogue) -> Debrief:
    return Debrief(
        went_wrong=dialogue.text("What went wrong ('nothing' is an answer)?", TEXT, _NOTHING),
        surprising=dialogue.text("What was surprising?", TEXT, _NOTHING),
        change=dialogue.value("What should change (Enter: nothing)?", TEXT, "") or None,
    )


def ask_action(dialogue: Dialogue, question: str, kind: Kind) -> tuple[str, str, dt.date]:
    """Return what is done, by whom and until which day."""
    text, owner = dialogue.text(question, kind, _NOTHING), dialogue.text("By whom (a seat or a name)?", NAME, _NOTHING)
    return text, owner, dialogue.value(f"Until which day, as {in_a_quarter()}?", DATE)
