"""`splitkit incident`: what happened, what is recorded of it, which procedure follows, and that one step by step."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

import click

from splitkit.cli.guide.procedure_walk import ProcedureWalk
from splitkit.cli.guide.questions import ask_day, ask_people
from splitkit.cli.main import StrictCommand
from splitkit.cli.options import DAY, done_by, ledgers_option, option, packed, set_option, shared
from splitkit.cli.packs import known_packs, register_in
from splitkit.cli.ui.custody_ledgers import LedgerWriter, built_from, live_set
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.ledger_reading import read
from splitkit.cli.ui.talk import result, safe, say
from splitkit.custody.advice import Advice, advice, procedure_in
from splitkit.custody.exposure import GRAVE, alarms
from splitkit.custody.incident import CAUSES, IncidentReport, check_report, elsewhere, written
from splitkit.custody.records.holdings import Register, SetRecord, new_codes
from splitkit.custody.saying.filled import Concern
from splitkit.custody.saying.naming import meant, person_called, person_meant, things
from splitkit.errors import StillToDoError, StoppedError, UnsafeMachineError, UsageError
from splitkit.host import clock, hardening
from splitkit.host.home import Ledgers
from splitkit.host.terminal import interactive
from splitkit.ledger.events import Destruction, IncidentOpened
from splitkit.ledger.fields import ASSET, NAME, SEAT, SHEET, TEXT, taken
from splitkit.ledger.schema import Event
from splitkit.packs.pack import USUAL, Pack, find_pack, find_procedure
from splitkit.packs.procedures import Procedure

_NOW = "do what the procedure says, now; do not wait for a day"
_WAYS = get_args(Destruction)
_KINDS = {"asset": ASSET, "place": NAME, "person": SEAT}
_ASKED = {
    "asset": "Which device, phone or mailbox?",
    "place": "Which place or site?",
    "person": "Who?",
}


_ON_A_DAY = {"leaver": "On which day do they leave?", "handover": "By which day is all of it handed over?"}
"""What happens on a day that people know, and how that is asked for."""


@dataclass(frozen=True, kw_only=True)
class IncidentOptions:
    """What is said of the incident, as far as it is said."""

    what: str | None = option(
        "--what", type=click.Choice(list(CAUSES)), metavar="WORD",
        help=f"What happened: {', '.join(CAUSES)}; asked for if not given.",
    )  # fmt: skip
    sheets: Sequence[str] = option(
        "--sheet", "sheets", multiple=True, metavar="N", help="Which sheet; may be repeated."
    )
    set_id: str | None = shared(set_option)
    asset: str | None = option("--asset", metavar="TAG", help="Which device, phone or mailbox.")
    place: str | None = option("--place", metavar="TAG", help="Which place, by its tag, or a site with all its places.")
    person: str | None = option("--person", metavar="SEAT", help="Who leaves, hands over, or cannot be reached.")
    way: Destruction | None = option("--way", type=click.Choice(_WAYS), help="How a sheet was destroyed.")
    seen_by: Sequence[str] = option(
        "--seen-by", multiple=True, metavar="SEAT", help="Who has seen it destroyed; may be repeated."
    )
    day: dt.date | None = option(
        "--day",
        type=DAY,
        metavar="DATE",
        help="On which day somebody leaves or has handed over; asked for if not given.",
    )
    text: str | None = option(
        "--text", metavar="TEXT", help="What happened, in a sentence or two, without names of secrets."
    )

    @property
    def about(self) -> str:
        """The kind of thing that it happened to: 'sheets', 'asset', 'place', 'person', or nothing."""
        return CAUSES[self.what].about if self.what else ""

    @property
    def thing(self) -> Any:
        """What it happened to."""
        return getattr(self, self.about) if self.about else None

    @property
    def complete(self) -> bool:
        """Whether nothing need be asked."""
        return bool(
            self.what and self.text and (self.thing or not self.about) and (self.day or self.what not in _ON_A_DAY)
        )

    def case(self, register: Register) -> Concern:
        """What a procedure is gone through for, as far as it is said.

        Raises:
            UsageError, AttentionError: If the register knows nothing of it.
        """
        if said := [one for one in ("what", "place", "way", "text", "day", "seen_by") if getattr(self, one)]:
            raise UsageError(
                f"it was said what happened ({said[0]}), and a procedure was named", "report it first, without CODE"
            )
        person = person_meant(register, self.person) if self.person else ""
        asset = _field(register, "asset", self.asset) if self.asset else ""
        sheets = _sheets(" ".join(self.sheets)) if self.sheets else ()
        set_id = _set(register, self).set_id if sheets else ""
        return Concern(person, sheets, set_id, (asset,) if asset else ()).of(register)


@click.command(name="incident", cls=StrictCommand)
@click.argument("code", required=False, metavar="[CODE]")
@packed(IncidentOptions)
@click.option("--only-say", is_flag=True, help="Say what would follow; record nothing.")
@click.option("--from", "first", type=click.IntRange(1), metavar="STEP", help="Go on with this step of the procedure.")
@ledgers_option()
@done_by("reports it, or leads through the procedure")
def command(
    code: str | None, given: IncidentOptions, only_say: bool, first: int | None, ledgers: Ledgers, by: str, wit: str
) -> None:
    """Say what happened, and go through the procedure that follows.

    A sheet is lost, somebody leaves, a safe burns: records it, says which procedure follows and why, and goes through it if you
    want to.  What is not given is asked for.  Exits 9 when the secret or a set may be compromised, a set is one sheet short of it, or
    can no longer be opened.

    With the CODE of a procedure, says what that is, asks, and goes through it step by step; each answer is recorded at once, and
    what a step is to record is recorded there.  --sheet, --asset and --person say what it is about.  Whatever else is typed in another window is shown with a $.

    Example: splitkit incident --what lost --sheet 2

    Example: splitkit incident R8
    """
    hardening.harden()
    if code in CAUSES and first is None and given.what in (None, code):
        code, given = None, replace(given, what=code)  # what happened is no code of a procedure
    if code is None and first is None:
        return _report_it(given, ledgers, only_say=only_say, by=by, wit=wit)
    if code is None or only_say:
        raise UsageError(
            "a step was named without its procedure" if code is None else "--only-say is for what happened",
            "name the procedure: splitkit incident --from STEP CODE"
            if code is None
            else "leave it out, or leave CODE out",
        )
    return _walk(code, first, given, ledgers, by, wit)


def _walk(code: str, first: int | None, given: IncidentOptions, ledgers: Ledgers, by: str, wit: str) -> None:
    pack, one = find_procedure(code, known_packs(ledgers))
    writer = LedgerWriter(ledgers, by, wit).checked()
    if not interactive():
        raise UnsafeMachineError("a procedure is a conversation, and nobody is at a terminal", "run it in a terminal")
    register = register_in(ledgers)
    case = given.case(register or Register())
    with Dialogue.open("nothing was recorded") as dialogue:
        walk = ProcedureWalk(dialogue, writer, pack, register, case)
        if steps := walk.begun(one, first):
            walk.through(one, steps)


def _report_it(given: IncidentOptions, ledgers: Ledgers, *, only_say: bool, by: str, wit: str) -> None:
    opener, since = (read(ledgers).entries[0].by if only_say else ""), clock.stamp()  # whoever might report it
    writer = LedgerWriter(ledgers, opener, "") if only_say else LedgerWriter(ledgers, by, wit).checked()
    report = _reported(built_from(ledgers).register, given, only_say=only_say)
    with writer.held() as held:
        register = held.register
        code = next(new_codes(register.incident_codes, f"I-{clock.day():%Y%m%d}-"))
        entries = written(register, report, code, clock.day())
        now = held.after(entries)
        recorded = [] if only_say else held.write(entries)
    found = advice(register, now, report, entries, clock.day())
    _show(_packs(register), entries, found)
    for one in elsewhere(register, report.thing) if CAUSES[report.what].about == "place" else ():
        say(f"{one} belongs in this place and was not in it: report it by itself if it is gone")
    _say_recorded(len(recorded), only_say=only_say)
    opened = code if any(isinstance(one, IncidentOpened) for one in entries) else ""
    if not only_say and interactive():
        _offer(writer, now, found, _case_of(report, register, opened), since)
        now = built_from(ledgers).register
    _warn(now, [] if opened and opened not in now.open_incidents else found)


def _case_of(report: IncidentReport, before: Register, incident: str) -> Concern:
    """Return what was said at the start, for the procedure that follows; what somebody keeps who leaves is known only *before*."""
    about = CAUSES[report.what].about
    person, assets = (report.thing if about == "person" else ""), ((report.thing,) if about == "asset" else ())
    return replace(Concern(person, report.sheets, report.set_id, assets).of(before), incident=incident)


def _offer(writer: LedgerWriter, now: Register, found: Sequence[Advice], case: Concern, since: str) -> None:
    """Go through the first procedure that follows, if people want to; it knows what they have said."""
    chosen = [(pack, one) for pack in _packs(now) for one in _procedures([pack], found[0])][:1] if found else []
    for pack, one in chosen:
        with Dialogue.open(f"go on with: splitkit incident {one.code}") as dialogue:
            walk = ProcedureWalk(dialogue, writer, pack, now, case, since)
            if dialogue.yes(
                f"Go through {one.code} now ({one.title})?",
                "its first step comes",
                f"later: splitkit incident {one.code}",
            ):
                walk.begin(one)
                walk.through(one)


def _reported(register: Register, given: IncidentOptions, *, only_say: bool = False) -> IncidentReport:
    """Return what was given, with what is missing asked for where somebody is at a terminal."""
    if given.complete or not interactive():
        report = _report(register, given)
        check_report(report)
        if report.what in _ON_A_DAY and not (report.day or only_say):
            raise UsageError("it was not said on which day", "name it with --day")
        return report
    with Dialogue.open("nothing was recorded") as dialogue:
        return dialogue.interview(lambda: _confirmed(dialogue, register, given))


def _confirmed(dialogue: Dialogue, register: Register, given: IncidentOptions) -> IncidentReport:
    """Ask for what is missing, and whether all of it is so."""
    report = _report(register, _asked(dialogue, register, given))
    dialogue.say(_in_words(register, report))
    if not dialogue.yes("Is this what happened?", "it is recorded", "nothing is recorded"):
        raise StoppedError("stopped by the operator", "nothing was recorded: begin again")
    return report


def _in_words(register: Register, report: IncidentReport) -> str:
    """Return a report as it is shown before it is recorded: what it is about by name, and what is recorded."""
    name, day = register.called(report.thing), report.day or clock.day()
    if report.what == "handover":
        return f"{name} hands over to a successor by {day}, and stays: {report.text}"
    if report.what != "leaver":
        return f"{CAUSES[report.what].words}: {report.text}"
    then = (
        "left on {}, and is recorded as gone"
        if day < clock.day()
        else "leaves on {}, and is recorded as gone once all is handed over"
    )
    return f"{name} {then.format(day)}: {report.text}"


def _asked(dialogue: Dialogue, register: Register, given: IncidentOptions) -> IncidentOptions:
    """Ask for what is missing; what the register does not know is asked for again at once."""
    causes = {code: cause.words for code, cause in CAUSES.items()}
    what = given.what or dialogue.pick(
        "What happened?", causes, _cause, "A number, or one of these: " + ", ".join(causes)
    )
    given = replace(given, what=what)
    about = given.about
    if about == "sheets" and not given.sheets:
        record = _set(register, given)
        kept = [f"\n  {one}: {register.called(sheet.holder)}" for one, sheet in record.sheets.items()]
        question = f"Which sheets?{''.join(kept)}\n  one or more of these, with commas:"
        sheets = dialogue.read(question, lambda typed: _sheets_of(record, typed))
        given = replace(given, sheets=sheets)
    if about in _ASKED and not given.thing:
        thing: Any = dialogue.pick(
            _ASKED[about], _offered(register, about), lambda typed: _known(register, about, typed)
        )
        given = replace(given, **{about: thing})
    if what == "destroyed" and not given.way:
        way: Any = dialogue.choose("How was it destroyed?", dict.fromkeys(_WAYS, ""))
        seen_by = ask_people(dialogue, register, "Who has seen it destroyed", 0, empty="nobody").split(",")
        given = replace(given, way=way, seen_by=tuple(filter(None, seen_by)))
    if what in _ON_A_DAY and not given.day:
        given = replace(given, day=ask_day(dialogue, _ON_A_DAY[what], clock.day()))
    who = "say who noticed what, and when"
    return replace(given, text=given.text or dialogue.text("What happened, in a sentence or two?", TEXT, who))


def _cause(typed: str) -> str:
    if typed.lower() not in CAUSES:
        raise UsageError("that is not one of the answers", "type its number")
    return typed.lower()


def _set(register: Register, given: IncidentOptions) -> SetRecord:
    return live_set(register, given.set_id, pending=True, old=True)


def _sheets(typed: str) -> tuple[str, ...]:
    numbers = tuple(dict.fromkeys(typed.upper().replace(",", " ").split()))
    for number in numbers:
        taken(SHEET, number)
    if not numbers:
        raise UsageError("no sheet was named", "the number stands on the paper")
    return numbers


def _sheets_of(record: SetRecord, typed: str) -> tuple[str, ...]:
    numbers = _sheets(typed)
    if not set(numbers) <= set(record.sheets):
        raise UsageError("the set has no sheet of this number", "its sheets are " + ", ".join(record.sheets))
    return numbers


def _known(register: Register, about: str, typed: str) -> str:
    """Return a tag, a site or a seat that the register knows."""
    unknown = UsageError("the register does not know it", "type its number, or its name as it stands here")
    try:
        value = _field(register, about, typed)
    except UsageError:
        raise unknown from None
    if value not in _offered(register, about):
        raise unknown
    return value


def _offered(register: Register, about: str) -> dict[str, str]:
    """Return what it may have happened to, by its id, as people call it."""
    if about == "person":
        return {one: person_called(register, one) for one in register.here}
    if about == "asset":
        return {one.tag: f"{one.name}, {register.called(one.holder)}" for one in register.assets_in_use}
    places = [one for one in register.places.values() if not one.left]
    return {one.tag: one.name for one in places} | {one.site: f"{one.site}, with all its places" for one in places}


def _field(register: Register, about: str, typed: str) -> str:
    """Return what was typed as the register spells it, in small letters or in capitals, or what it is the name of."""
    spelt = {one.casefold(): one for one in _offered(register, about)}
    if typed.casefold() in spelt:
        return spelt[typed.casefold()]
    named = [one.id for one in meant(things(register, about), typed) if one.id in spelt.values()]
    return named[0] if len(named) == 1 else str(taken(_KINDS[about], typed))


def _seats(register: Register, typed: str) -> tuple[str, ...]:
    several = (
        typed.split(",") if "," in typed or typed in (one.name for one in register.people.values()) else typed.split()
    )
    return tuple(_field(register, "person", one.strip()) for one in several if one.strip())


def _report(register: Register, given: IncidentOptions) -> IncidentReport:
    if not given.what:
        raise UsageError("it was not said what happened", "say it with --what: " + ", ".join(CAUSES))
    set_id = _set(register, given).set_id if given.about == "sheets" else ""
    thing = _field(register, given.about, given.thing) if given.thing and given.about in _KINDS else ""
    numbers = _sheets(" ".join(given.sheets)) if given.sheets else ()
    seen_by = _seats(register, ",".join(given.seen_by))
    return IncidentReport(
        given.what, given.text or "", set_id, numbers, thing, given.way or "other", seen_by, given.day
    )


def _procedures(packs: Sequence[Pack], follows: Advice) -> list[Procedure]:
    """Return what is done: by the pack of the account that it is about, or by that of every account."""
    about = [pack for pack in packs if follows.pack in ("", pack.code)]
    return [one for pack in about if (one := procedure_in(pack, follows.case))]


def _packs(register: Register) -> list[Pack]:
    """Return the packs of the accounts that are protected; the usual one where nobody has said which they are."""
    free = not register.accounts or any(record.line not in register.lines for record in register.live)
    found = [*(one.known(register.packs) for one in register.accounts.values()), *([find_pack(USUAL)] if free else [])]
    return list({pack.code: pack for pack in found if pack}.values())


def _show(packs: Sequence[Pack], entries: list[Event], found: list[Advice]) -> None:
    for event in entries:
        said = event.fields()
        about = next(
            (said[name] for name in ("sheet", "asset", "incident", "place", "person", "action") if said.get(name)), ""
        )
        result(f"{event.event} {about}: {safe(said.get('text') or event.means)}")
    codes = list[str]()
    for one in found:
        procedures = _procedures(packs, one)
        codes += [procedure.code for procedure in procedures]
        headings = [procedure.heading for procedure in procedures]
        result(*(headings or ["no pack has a procedure for this: ask the provider what to do"]))
        result(f"  because {safe(one.why)}")
    if codes:
        say(
            f"read it: splitkit packs show {codes[0]}; go through it: splitkit incident {codes[0]}; or print it: splitkit papers procedures"
        )
    elif not found:
        result("nothing follows: it opens nothing that is in use")


def _say_recorded(count: int, *, only_say: bool) -> None:
    if only_say:
        say("nothing was recorded: it was only asked what would follow")
        return
    say(f"{count} entr{'y' if count == 1 else 'ies'} recorded")


def _warn(register: Register, found: list[Advice]) -> None:
    """End with exit code 9 while the secret or a set that counts may be compromised, or a set is nearly so, or dead."""
    for alarm in [one for one in alarms(register, clock.day()) if one.case in GRAVE]:
        raise StillToDoError(alarm.fact, _NOW)
    if any(one.urgent for one in found):
        raise StillToDoError("the secret, or a whole way to the account, may be in other hands", _NOW)
