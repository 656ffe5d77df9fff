"""A guided renewal of a set: why, and what follows; the same sheet again or a new set; and what becomes of the old sheets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Literal, get_args

from splitkit.ceremony.script import REISSUE, WEAKER
from splitkit.ceremony.steps import Seat, Task
from splitkit.cli.guide.proof import new_bag
from splitkit.cli.guide.recovery import open_bag_of
from splitkit.cli.guide.session import Session
from splitkit.cli.guide.sheets import dealt, show_fingerprint, with_dice
from splitkit.cli.ui.custody_ledgers import intent_code
from splitkit.cli.ui.secret_input import make_record, origin_of
from splitkit.cli.ui.talk import sheet_list
from splitkit.custody.exposure import PROCEDURES, RenewalWay, SetCase
from splitkit.custody.incident import IncidentReport
from splitkit.custody.records.holdings import new_codes
from splitkit.custody.renewal import (
    WHY,
    RenewalCase,
    about_sheets,
    compared,
    custodians_changed,
    left_by,
    renewal_case,
    weaker_by,
)
from splitkit.custody.ways.mending import how_long
from splitkit.errors import AttentionError, UsageError
from splitkit.host import clock
from splitkit.issue.artefacts import sheet_page
from splitkit.issue.make import IssuedSet, sheet_pdf
from splitkit.issue.recorded import set_made
from splitkit.ledger import events
from splitkit.ledger.chain import Happening
from splitkit.ledger.fields import LINE
from splitkit.quorum.dealing import DealtSet
from splitkit.quorum.policy import Policy
from splitkit.quorum.release import Released
from splitkit.secret.record import SecretRecord

_WAYS = {
    RenewalWay.REISSUE: "the same sheet is printed once more",
    RenewalWay.REFRESH: "new sheets for the same secret",
    RenewalWay.ROTATE: "a new secret, and new sheets for it",
}
"""What each way does, the strongest last."""


# --- why, and what follows ----------------------------------------------------------------------------------------------


def agree_on_renewal(session: Session) -> None:
    """Why the set is renewed, what follows from it, and which two people agree to which way."""
    dialogue = session.dialogue
    dialogue.say(
        f"Set {session.meant.set_id[:8]}, {session.meant_plan.label or 'without a label'}: {session.meant_plan.policy}."
    )
    cause, sheets, text = dialogue.interview(lambda: _asked_why(session))
    case = _case(session, cause, sheets, text)
    if case.way is None:
        dialogue.say(f"No quorum of this set is left: {PROCEDURES[SetCase.DEAD]}.")
        raise AttentionError(
            "nothing can be renewed without a quorum", "stop here: '!'; if it was a slip, take the step again"
        )
    dialogue.say(f"What follows: {case.way.value}, {_WAYS[case.way]}.")
    way = _chosen_way(session, case)
    again = _again(session, sheets, case) if way is RenewalWay.REISSUE else ()
    reason = _overruled(session, case.way, way)
    approved = session.two(f"Who agrees to {way.value}?")[:2]
    for event in case.events:
        session.record(event)
    if reason:
        session.record(events.CheckOverruled(check=WEAKER, reason=reason, approved=approved))
    session.record(events.RenewalAgreed(
        set=session.meant.set_id, policy=str(session.meant_plan.policy), cause=cause, follows=case.way.value, way=way.value,
        approved=approved, sheets=again or None,
    ))  # fmt: skip


def _asked_why(session: Session) -> tuple[events.RenewalCause, tuple[str, ...], str]:
    """Return why, which sheets it is about, and what happened in words."""
    dialogue = session.dialogue
    chosen = dialogue.choose("Why is it renewed?", WHY)
    cause: events.RenewalCause = next(one for one in get_args(events.RenewalCause) if one == chosen)
    sheets: tuple[str, ...] = ()
    if about_sheets(cause):
        sheets = dialogue.read("Which sheets?  Their numbers:", partial(_numbers, session.meant_plan.policy), _NUMBERS)
    text = dialogue.text("What has happened, in a few words (no account numbers)?", LINE)
    return cause, sheets, text


_NUMBERS = "The numbers on the sheets, such as 2 or B2; several with spaces between."


def _numbers(policy: Policy, typed: str) -> tuple[str, ...]:
    numbers = tuple(dict.fromkeys(typed.upper().replace(",", " ").split()))
    known = {policy.number(sheet) for sheet in policy.sheet_ids()}
    if not numbers or not set(numbers) <= known:
        raise UsageError("the set has no such sheet", "its sheets are " + ", ".join(sorted(known)))
    return numbers


def _case(session: Session, cause: str, sheets: tuple[str, ...], text: str) -> RenewalCase:
    custody = session.meant.custody
    report = IncidentReport(cause, text, session.meant.set_id, sheets)
    code = next(new_codes(custody.register.incident_codes, f"I-{clock.day():%Y%m%d}-"))
    opener = custody.entries[0].by if custody.entries else ""  # whoever might report it
    now = Happening(events.Note(text=text), opener, "", clock.stamp())
    return renewal_case(custody.register, session.meant.known, report, code, now)


def _chosen_way(session: Session, case: RenewalCase) -> RenewalWay:
    """Let people take what follows, or another way: a weaker one as something that is overruled."""
    follows = case.way or RenewalWay.ROTATE
    answers = {"": f"{follows.value}, as it follows"}
    for way in RenewalWay:
        if way is not follows:
            weaker = way.strength < follows.strength
            answers[way.value] = _WAYS[way] + (": WEAKER, and two people overrule it" if weaker else ": stronger")
    if case.case is SetCase.ONE_SHORT:
        session.dialogue.say("One more sheet in wrong hands opens it: decide together whether to rotate.")
    chosen = session.dialogue.choose("How is it renewed?", answers)
    return RenewalWay(chosen) if chosen else follows


def _again(session: Session, sheets: tuple[str, ...], case: RenewalCase) -> tuple[str, ...]:
    """Return which sheets are printed again; one that is lost or may be known never is, nor any by another plan."""
    plan, old = session.plan, session.meant_plan
    if plan.policy != old.policy or plan.public_label != old.label:
        raise AttentionError(
            "this is not the plan that the set was made from", "begin with the plan of the split, or choose another way"
        )
    policy = old.policy
    numbers = sheets or session.dialogue.read(
        "Which sheets are printed again?  Their numbers:", partial(_numbers, policy), _NUMBERS
    )
    if exposed := sorted(case.never_again & set(numbers)):
        raise AttentionError(
            f"{sheet_list(exposed)}: lost, or somebody else may have read it; it is never printed again",
            PROCEDURES[SetCase.LOST],
        )
    left = [sheet for sheet in policy.sheet_ids() if policy.number(sheet) not in numbers]
    if not policy.opens(left):
        raise AttentionError("the other sheets are no quorum, from which these could follow", "make a new set: refresh")
    return numbers


def _overruled(session: Session, follows: RenewalWay, way: RenewalWay) -> str:
    """Return why two people take a weaker way than what follows; nothing where they do not."""
    if way.strength >= follows.strength:
        return ""
    session.dialogue.say(
        f"{way.value} is weaker than {follows.value}, which follows.  Two people overrule it, and say why."
    )
    return session.dialogue.text("Why is it safe to go on?", LINE)


# --- what is made -------------------------------------------------------------------------------------------------------


def derive_again(session: Session) -> None:
    """The pages of the sheets that are printed again: the very shares that were dealt."""
    plan, released, numbers = session.plan, session.released_quorum(), _renewal(session).sheets or ()
    shares = {plan.policy.sheet(number): released.reissue(plan.policy.sheet(number)) for number in numbers}
    same = DealtSet(released.envelope, b"", shares)
    with _intended(session, REISSUE):
        sheets = {number: sheet_page(plan, same, plan.policy.sheet(number)) for number in numbers}
        pages = {number: sheet_pdf(plan, same, plan.policy.sheet(number)) for number in numbers}
        session.memory.live = IssuedSet(plan, same, sheets, pages, b"", 0)
        told = {one.data.sheet for one in session.recorder.ledger.entries if isinstance(one.data, events.SheetReissued)}
        for number in numbers:
            if number not in told:  # or it was begun before an interruption
                session.record(
                    events.SheetReissued(set=session.meant.set_id, sheet=number, reason=WHY[_renewal(session).cause])
                )
    session.dialogue.say(f"{sheet_list(numbers)}: the same share as before.")
    session.end_step("done")


def renew_set(session: Session) -> None:
    """The new set, for the same secret or for a new one; what was sealed to the old one can be opened with it."""
    plan, released, way = session.plan, session.released_quorum(), _renewal(session).way
    old = released.envelope.header
    _agree_to_make(session, old.label, way)
    with _intended(session, way):
        epoch = max(session.meant.custody.next_epoch(old.line.hex()), old.epoch + 1)
        live = dealt(session, plan.facts(clock.today(), epoch, old.line), _secret(session, released))
        session.memory.former = released.sealed_identity(live.dealt.recipient, session.entropy)
        session.memory.live = live
        new = way == RenewalWay.ROTATE.value
        kind: events.SetKind = "rotated" if new else "refreshed"
        origin = origin_of(session.choices.secret) if new else None
        session.record(set_made(live.envelope, plan.policy, kind, session.meant.set_id, origin))
    session.memory.released = None
    session.memory.pages.clear()
    session.memory.lines.clear()
    show_fingerprint(session, live)


def _agree_to_make(session: Session, label: str, way: str) -> None:
    """Let people compare the old set and the new one, and mix in dice."""
    plan, dialogue, old = session.plan, session.dialogue, session.meant_plan.policy
    register = session.meant.custody.register
    rows = compared(old, label, plan.policy, plan.public_label)
    dialogue.rows([*rows, *custodians_changed(register, session.meant.known, plan.keepers)])
    if told := weaker_by(old, label, plan.policy, plan.public_label) + left_by(register, plan.keepers):
        dialogue.say("; ".join(told) + ".")
        if not dialogue.certain("Is that what was agreed?", "the set is made like that"):
            raise AttentionError("this is not what was agreed", "stop here with '!', and begin with the plan that was")
    session.entropy = with_dice(session)
    what = "a new password and its set" if way == RenewalWay.ROTATE.value else "a new set for the same secret"
    dialogue.confirm(f"The machine makes {what} now.  It shows no secret.")


def _secret(session: Session, released: Released) -> SecretRecord:
    """Return the secret of the new set: a new one, or the same with what the plan says beside it."""
    plan = session.plan
    if _renewal(session).way == RenewalWay.ROTATE.value:
        return make_record(plan, session.choices.secret, session.entropy)
    old = released.open()
    beside = {"user": plan.user or old.user, "account": plan.account or old.account, "note": plan.note or old.note}
    return replace(old, **beside)


def _renewal(session: Session) -> events.RenewalAgreed:
    if session.course.renewal is None:
        raise ValueError("nobody has agreed yet how the set is renewed, and no step asks for it then")
    return session.course.renewal


@contextmanager
def _intended(session: Session, act: events.RenewalWord) -> Iterator[None]:
    """Record what is about to be made, and what came of it."""
    code = intent_code(session.recorder.ledger.head)
    ended: Literal["done", "stopped"] = "stopped"
    session.record(events.Intent(intent=code, act=act, purpose=WHY[_renewal(session).cause], set=session.meant.set_id))
    try:
        yield
        ended = "done"
    finally:
        session.record(events.IntentEnded(intent=code, result=ended))


# --- the old sheets -----------------------------------------------------------------------------------------------------


def replace_set(session: Session) -> None:
    """The new set is the one in use from now on."""
    session.record(
        events.SetRefreshed(set=session.set_id, replaces=session.meant.set_id, reason=WHY[_renewal(session).cause])
    )
    session.dialogue.say(f"Set {session.set_id[:8]} is in use from now on, and set {session.meant.set_id[:8]} no more.")


def put_old_away(session: Session) -> None:
    """Shred each old sheet that is here in front of two people, if the set is in use no more; seal the others again."""
    if not session.course.replaced:
        session.dialogue.say("The old set still counts: nothing has taken its place.  Its sheets are sealed again.")
    for seat in session.bearers:
        if _is_wanted(session, seat):
            _put_away(session, seat)
    if session.course.replaced and not _renewal(session).sheets:
        _count_down(session)
    session.end_step("done")


def _is_wanted(session: Session, seat: Seat) -> bool:
    """Whether something is still to be done with an old sheet."""
    opened = seat.number in session.course.meant.open
    may_go = session.course.replaced and seat.number not in _gone(session)
    return opened or (may_go and seat.number in (_renewal(session).sheets or (seat.number,)))


def _gone(session: Session) -> set[str]:
    """Return the old sheets that were shredded here, and those of which the register knows it."""
    entries = [one.data for one in session.recorder.ledger.entries]
    here = {one.sheet for one in entries if isinstance(one, events.SheetDestroyed) and len(one.seen_by) > 1}
    known = session.meant.known
    before = {number for number, one in known.sheets.items() if not one.may_be_used} if known else set[str]()
    return here | before


def _put_away(session: Session, seat: Seat) -> None:
    dialogue, opened = session.dialogue, seat.number in session.course.meant.open
    only = _renewal(session).sheets
    if session.course.replaced and (not only or seat.number in only):
        keeps = "it is sealed again, and still opens the secret" if opened else "it is not here"
        what = f"The old paper of {_bearer(session, seat)}: is it shredded now?"
        if dialogue.yes(what, "two people see it", keeps):
            return _shred(session, seat)
    return _seal(session, seat) if opened else None


def _shred(session: Session, seat: Seat) -> None:
    """Two people see an old sheet shredded; one in a bag is taken out first, unless by now its bag is that of the new paper."""
    if session.course.makes and seat.number not in session.course.meant.open:
        open_bag_of(session, seat)
    bag = session.course.meant.bags.get(seat.number)
    copy = session.meant.known.sheets[seat.number].copies if session.meant.known and not session.course.makes else None
    seen = session.two(f"Who has seen the old sheet {seat.number} shredded?")
    session.record(events.SheetDestroyed(
        set=session.meant.set_id, sheet=seat.number, way="shredded", seen_by=seen, bag=bag, copy=copy or None,
    ))  # fmt: skip


def _bearer(session: Session, seat: Seat) -> str:
    of = " of the old set" if session.course.makes else ""
    return f"{session.called(seat.code)} (sheet {seat.number}{of})"


def _seal(session: Session, seat: Seat) -> None:
    number = seat.number
    while (bag := new_bag(session, _bearer(session, seat))) is None:
        continue
    replaces = session.course.meant.bags.get(number)
    session.recorder.record(
        events.BagSealed(set=session.meant.set_id, sheet=number, bag=bag, person=seat.code, replaces=replaces),
        by=seat.code,
    )


def _count_down(session: Session) -> None:
    """Say whether the old sheets still open anything."""
    policy, gone = session.meant_plan.policy, _gone(session)
    left = [sheet for sheet in policy.sheet_ids() if policy.number(sheet) not in gone]
    before = session.meant.known.sheets.values() if session.meant.known else ()
    known = [policy.sheet(one.number) for one in before if one.exposed]
    numbers = sheet_list([policy.number(sheet) for sheet in left]) if left else ""
    secret = "the old secret" if _renewal(session).way == RenewalWay.ROTATE.value else "the same secret"
    if policy.opens((*left, *known)):
        ends = how_long([policy.number(sheet) for sheet in policy.to_break(left, known)])
        session.dialogue.say(
            f"OLD SHEETS STILL OPEN {secret.upper()}{ends}.  Still to be destroyed: {numbers or 'none'}."
        )
        session.dialogue.say(
            "Each is shredded in front of two people as soon as it comes: splitkit record destroyed.  'splitkit status' counts them down."
        )
    else:
        session.dialogue.say(
            "No quorum of the old sheets is left." + (f"  Still to be destroyed: {numbers}." if left else "")
        )


HANDLERS = {
    Task.AGREE_ON_RENEWAL: agree_on_renewal, Task.DERIVE_AGAIN: derive_again, Task.RENEW_SET: renew_set,
    Task.REPLACE_SET: replace_set, Task.PUT_OLD_AWAY: put_old_away,
}  # fmt: skip
"""What is done at each step of a renewal that no other ceremony has, by its task."""
