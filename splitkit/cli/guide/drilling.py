"""A guided drill: at the safes, one sheet after the other and never a secret; or live, with the sign-in, alert by alert."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from splitkit.ceremony.steps import Seat, Task, seats
from splitkit.cli.guide.proof import new_bag, result_of, told_of
from splitkit.cli.guide.questions import KNEW, MINUTES, TRIED, ask_device
from splitkit.cli.guide.recovery import (
    IS_SOUND,
    WHAT_NEXT,
    call,
    chosen_seat,
    judged_of,
    named,
    open_bag_of,
    shortage,
    told_bag,
    vouch_again,
)
from splitkit.cli.guide.session import Session
from splitkit.cli.guide.sheet_reading import read_paper
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.talk import sheet_list
from splitkit.custody.drills import next_drill
from splitkit.custody.records.devices import AssetRecord
from splitkit.custody.records.holdings import SheetRecord
from splitkit.custody.records.lives import Life
from splitkit.errors import AttentionError, LedgerError
from splitkit.ledger import events
from splitkit.packs.pack import USUAL, find_pack
from splitkit.quorum.judge import Judgement
from splitkit.quorum.verdicts import Status

PURPOSE = "a drill"
"""What a secret is asked for, and a safe opened."""


# --- which drill it is --------------------------------------------------------------------------------------------------


def choose_drill(session: Session) -> None:
    """At the safes or live; where only one makes sense, it is that one."""
    dialogue, known = session.dialogue, session.meant.known
    if why_not := _why_not_live(session):
        dialogue.say(f"It is held at the safes: {why_not}.")
        return session.end_step("skipped")
    if known:
        proven, live = known.proven or "never", known.live_drill or "never"
        dialogue.say(f"A quorum was last proven: {proven}.  The last live drill: {live}.")
    answers = {"safes": "each sheet is read where it is kept; no secret is put together",
               "live": "a quorum comes here, and somebody signs in with the secret"}  # fmt: skip
    if dialogue.choose("Which drill is it?", answers) == "safes":
        return session.end_step("skipped")
    asked_by = session.two("Who asks for the secret, for a drill?")[:2]
    return session.record(events.SecretRequested(task=PURPOSE, requested_by=asked_by))


def _expected(session: Session) -> Sequence[str]:
    """Return who is to get the alerts of the account that the set protects, as far as that is recorded."""
    register, known = session.meant.custody.register, session.meant.known
    return register.alerted_by(register.lines.get(known.line, "")) if known else ()


def _why_not_live(session: Session) -> str:
    """Return why no live drill would count; nothing where one does."""
    known = session.meant.known
    if known and known.life is not Life.LIVE:
        return "this set is not in use"
    if not _expected(session):
        return "nobody is recorded who gets the alerts of its account (splitkit record receiver)"
    return ""


# --- live: alert by alert -----------------------------------------------------------------------------------------------


def count_alerts(session: Session) -> None:
    """Ask for the alert of everybody who is to get one, and say whether the drill has passed."""
    things, dialogue, register = session.course.things, session.dialogue, session.meant.custody.register
    if things.accepted:
        for person in _expected(session):
            if person not in {one.receiver for one in _alerts(session)} and (
                alert := dialogue.interview(partial(_asked_alert, session, person))
            ):
                session.record(alert)
    else:
        dialogue.say("No sign-in was accepted.")
    answered = {one.receiver for one in _alerts(session) if one.validated}
    missing = [register.named(one) for one in _expected(session) if one not in answered]
    if things.accepted and missing:
        dialogue.say(f"Not alerted, or they did not know what to do: {', '.join(missing)}.")
    passed = things.accepted and not missing
    result: events.Outcome = "pass" if passed else "fail"
    proven = tuple(sorted(things.proven))
    session.record(events.DrillHeld(set=session.set_id, sheets=proven, way="live", result=result))
    if passed:
        dialogue.say(
            "THE LIVE DRILL HAS PASSED: the quorum opens the set, the sign-in was accepted, and everybody was alerted."
        )
    else:
        dialogue.say(
            "THE LIVE DRILL HAS FAILED.  Only another live drill makes up for it; see to what was missing first"
            f"{_what_is_done(session)}."
        )


def _what_is_done(session: Session) -> str:
    """Return the procedure of the pack of the account for an alert, or for a drill where it has none."""
    register, known = session.meant.custody.register, session.meant.known
    account = register.accounts.get(register.lines.get(known.line, "")) if known else None
    pack = account.known(register.packs) if account else find_pack(USUAL)
    one = (pack.procedure_for("alert") or pack.procedure_for("drill")) if pack else None
    return f": splitkit packs show {one.code}" if one else ""


def _alerts(session: Session) -> Iterator[events.AlertArrived]:
    """Yield the alerts that came after the last sign-in."""
    entries = session.recorder.ledger.entries
    last = max((at for at, one in enumerate(entries) if isinstance(one.data, events.SignIn)), default=0)
    return (one.data for one in entries[last:] if isinstance(one.data, events.AlertArrived))


def _asked_alert(session: Session, person: str) -> events.AlertArrived | None:
    dialogue, name = session.dialogue, session.meant.custody.register.named(person)
    question = f"{name}: after how many minutes did the alert come (Enter: it did not)?"
    minutes = dialogue.value(question, MINUTES, "")
    if minutes == "":
        return None
    validated = dialogue.yes(KNEW)
    return events.AlertArrived(receiver=person, minutes=minutes, validated=validated)


# --- at the safes -------------------------------------------------------------------------------------------------------


def visit_safes(session: Session) -> None:
    """Take what comes next of one sheet: its safe and bag, its reading, its new bag, its safe again."""
    vouch_again(session)
    for seat in seats(session.plan):
        match _last(session, seat):
            case "bag.opened":
                return _read(session, seat)
            case "sheet.read":
                return _seal(session, seat)
            case "bag.sealed" if _safe(session, seat):
                return _lock(session, seat)
    return _visit_next(session)


_STAGES = ("bag.opened", "sheet.read", "bag.sealed", "sheet.stored")


def _last(session: Session, seat: Seat) -> str:
    """Return what was last recorded of a sheet in this ceremony."""
    happened = (one for one in reversed(session.recorder.ledger.entries) if one.event in _STAGES)
    return next((one.event for one in happened if one.data.fields()["sheet"] == seat.number), "")


def _sheet(session: Session, seat: Seat) -> SheetRecord | None:
    known = session.meant.known
    return known.sheets.get(seat.number) if known else None


def _safe(session: Session, seat: Seat) -> str:
    """Return the safe in which a sheet is kept, as far as that is recorded."""
    sheet = _sheet(session, seat)
    return sheet.safe if sheet else ""


def _place(session: Session, seat: Seat) -> str:
    safe = _safe(session, seat)
    return session.meant.custody.register.place_named(safe) if safe else "the safe"


def _visit_next(session: Session) -> None:
    waiting = _waiting(session)
    if not waiting:
        return _end(session)
    dialogue, read = session.dialogue, sorted(session.course.things.read)
    dialogue.say()
    lacks = shortage(session, read)
    dialogue.say(
        f"Read and sound so far: {sheet_list(read) if read else 'nothing'}"
        + (f"; {lacks}." if lacks else "; that is a quorum.")
    )
    rows = [f"  {seat.number}: {named(session, seat)}" for seat in waiting]
    question = "\n".join(["At which safe is the next sheet read?", *rows, "  done: no other sheet is read today",
                          f"  Enter: sheet {waiting[0].number}; or the number:"])  # fmt: skip
    chosen = dialogue.read(question, partial(chosen_seat, waiting, ("done",)), "Whose sheet is read next; or 'done'.")
    if chosen == "done":
        return _end(session)
    seat = next(one for one in waiting if one.code == chosen)
    if not _open_safe(session, seat):
        return None
    open_bag_of(session, seat)
    return _read(session, seat) if not _last(session, seat) else None


def _waiting(session: Session) -> list[Seat]:
    """Return the sheets that were not read yet, those first that were longest unread."""
    known = session.meant.known
    first = next_drill(known) if known else []
    unread = [seat for seat in seats(session.plan) if not _last(session, seat)]
    there = [seat for seat in unread if not (sheet := _sheet(session, seat)) or sheet.may_be_used]
    return sorted(
        there, key=lambda seat: (first.index(seat.number) if seat.number in first else len(first), seat.number)
    )


def _open_safe(session: Session, seat: Seat) -> bool:
    """Let whoever keeps a sheet open its safe, or somebody else; return whether anybody does."""
    place = _place(session, seat)
    if seat.code not in session.course.room.present:
        answers = {"": f"is at {place}, and opens it", "other": "somebody else opens it", "no": "nobody opens it today"}
        choice = session.dialogue.choose(f"{named(session, seat)}:", answers)
        if choice == "no":
            return False
        _call_opener(session, seat, other=choice == "other")
    if safe := _safe(session, seat):
        session.record(events.SafeOpened(safe=safe, people=_both(session, seat), purpose=PURPOSE))
    return True


def _call_opener(session: Session, seat: Seat, *, other: bool) -> None:
    """Call whoever opens a safe; somebody else than who keeps the sheet does not keep it for that."""
    name = "" if other else seat.name
    name = name or session.asked_name("Who opens it, by name?")
    if other:
        session.record(session.roll(seat.code, "observer", name))
    else:
        call(session, seat, name)


def _keeper(session: Session, seat: Seat) -> str:
    """Return who keeps a sheet, whoever opens its safe today."""
    sheet = _sheet(session, seat)
    return (sheet.holder if sheet else "") or seat.code


def _both(session: Session, seat: Seat) -> tuple[str, ...]:
    """Return who opens a safe, and who sees it."""
    return tuple(dict.fromkeys(one for one in (seat.code, session.recorder.vouching()[1]) if one))


def _read(session: Session, seat: Seat) -> None:
    """Read one sheet; nothing of it is kept, and no two sheets are ever in the machine together."""
    while True:
        reading = read_paper(session, f"sheet {seat.number}", typed=True)
        judgement = judged_of(session, reading.pages, reading.lines)[1]
        _check_agrees(session, judgement)
        found = [one for one in judgement.sheets if one.number]
        if found and all(one.status is Status.NO_ENVELOPE for one in found):
            session.dialogue.say(
                "A share was read, but no envelope: read the whole page, or type the lines of the envelope too.  Of a sheet written by hand: go on with --record FILE."
            )
            continue
        if any(one.code != seat.number for one in found):
            session.memory.typed.forget_shares()
        sound = bool(found) and all(one.code == seat.number and one.status in IS_SOUND for one in found)
        result = "sound" if sound else result_of([(one.code, one.status) for one in found])
        margin = next((one.margin_percent for one in found if sound), None)
        session.recorder.record(
            events.SheetRead(set=session.set_id, sheet=seat.number, use="drill", source=reading.source, result=result, margin=margin,
                             person=seat.code), by=seat.code,
        )  # fmt: skip
        if sound:
            session.memory.typed.forget_shares()
            return session.dialogue.say(f"Sheet {seat.number} is sound.")
        session.dialogue.say(f"NOT SOUND: {'; '.join(told_of(judgement.sheets)) or 'nothing of a sheet was read'}.")
        session.dialogue.say(WHAT_NEXT[result])
        if not session.dialogue.yes("Is it read again, another way?"):
            session.memory.typed.forget_shares()
            return None


def _check_agrees(session: Session, judgement: Judgement) -> None:
    """Refuse an envelope that is vouched for and of which the ledgers say something else."""
    known = session.meant.known
    if known and judgement.chosen and judgement.anchored:
        try:
            session.meant.custody.check_agrees(known, judgement.chosen.envelope)
        except LedgerError as error:
            raise AttentionError(error.fact, error.hint) from None


def _seal(session: Session, seat: Seat) -> None:
    if (bag := new_bag(session, session.called(seat.code))) is None:
        return
    old = session.course.things.bags.get(seat.number)
    session.recorder.record(
        events.BagSealed(set=session.set_id, sheet=seat.number, bag=bag, person=_keeper(session, seat), replaces=old),
        by=seat.code,
    )
    session.dialogue.say("Write the new number on both copies of the receipt; cut the old bag through and keep it.")


def _lock(session: Session, seat: Seat) -> None:
    bag, safe = session.course.things.bags[seat.number], _safe(session, seat)
    session.dialogue.confirm(f"Bag {bag} lies in {_place(session, seat)} again, and it is locked.")
    session.record(events.SafeClosed(safe=safe, people=_both(session, seat)))
    session.recorder.record(
        events.SheetStored(set=session.set_id, sheet=seat.number, person=_keeper(session, seat), bag=bag, safe=safe),
        by=seat.code,
    )


def _end(session: Session) -> None:
    """Say what the sheets that were read prove together."""
    dialogue, read = session.dialogue, sorted(session.course.things.read)
    entries = [one.data for one in session.recorder.ledger.entries]
    forged = sorted({one.sheet for one in entries if isinstance(one, events.SheetRead) and one.result == "forged"})
    lacks = shortage(session, read)
    held = any(isinstance(one, events.DrillHeld) for one in entries)
    if (forged or not lacks) and not held:
        rest = tuple(seat.number for seat in seats(session.plan) if seat.number not in read)
        result: events.Outcome = "fail" if forged else "pass"
        session.record(
            events.DrillHeld(set=session.set_id, sheets=tuple(read), way="safes", result=result, not_proven=rest)
        )
    if forged:
        dialogue.say(
            f"THE DRILL HAS FAILED: {sheet_list(forged)} is not what was printed.  'splitkit status' says what follows."
        )
    elif lacks:
        dialogue.say(f"What was read is recorded; it is no drill of the set: {lacks}.")
    else:
        dialogue.say(f"THE DRILL HAS PASSED: {sheet_list(read)} are what was printed, and are a quorum.")
    session.end_step("done")


# --- what else is kept --------------------------------------------------------------------------------------------------


def try_devices(session: Session) -> None:
    """Look at the bags of the other sheets, and try everything else that opens the account and is at hand."""
    dialogue, register = session.dialogue, session.meant.custody.register
    _look_at_bags(session)
    tried = {one.data.asset for one in session.recorder.ledger.entries if isinstance(one.data, events.AssetChecked)}
    left = [asset for asset in register.assets_in_use if asset.kind in TRIED and asset.tag not in tried]
    if not left and not tried:
        dialogue.say("No device, phone or mailbox is recorded.")
    if left and (tried or dialogue.yes(f"{_recorded(left)}  Is any of them tried today?")):
        for asset in left:
            if checked := dialogue.interview(partial(ask_device, dialogue, register, asset)):
                session.record(checked)
    session.end_step("done")


def _recorded(left: Sequence[AssetRecord]) -> str:
    what = f"{left[0].name} is" if not left[1:] else f"{len(left)} devices, phones and mailboxes are"
    return f"{what} recorded."


def _look_at_bags(session: Session) -> None:
    """Let every custodian whose sheet was not taken out look at its bag, in its safe."""
    dialogue = session.dialogue
    looked = {one.data.sheet for one in session.recorder.ledger.entries if isinstance(one.data, events.SheetSeen)}
    there = [(seat, _sheet(session, seat)) for seat in seats(session.plan) if not _last(session, seat)]
    left = [(seat, one) for seat, one in there if one and one.may_be_used and one.holder and seat.number not in looked]
    if not left or not (
        looked
        or dialogue.yes(f"{sheet_list([seat.number for seat, _ in left])} not taken out.  Is a bag looked at today?")
    ):
        return
    for seat, sheet in left:
        question = f"{named(session, seat)}: number of the bag (Enter: not today)?"
        bag, intact = dialogue.interview(partial(_seen, dialogue, question, sheet.bag))
        if not bag:
            continue
        about = {"set": session.meant.set_id, "sheet": seat.number}
        session.record(events.SheetSeen(**about, person=sheet.holder, bag=bag, intact=intact))
        if not intact or sheet.bag not in ("", bag):
            dialogue.say("Somebody may have read this sheet, and is taken to have.  After the drill: splitkit incident")


def _seen(dialogue: Dialogue, question: str, was: str) -> tuple[str, bool]:
    """Return the number of a bag and whether its seal is whole; no number where nobody has looked today."""
    bag = told_bag(dialogue, question, was)
    return bag, bool(bag) and dialogue.yes("Is the seal whole?")


HANDLERS = {
    Task.CHOOSE_DRILL: choose_drill, Task.COUNT_ALERTS: count_alerts, Task.VISIT_SAFES: visit_safes, Task.TRY_DEVICES: try_devices,
}  # fmt: skip
"""What is done at each step of a drill that no other ceremony has, by its task."""
