"""`splitkit incident`: what happened, what is recorded of it, which procedure follows, and that one step by step."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

import click

from splitkit.cli.guide.procedure_walk import ProcedureWalk
from splitkit.cli.main import StrictCommand
from splitkit.cli.options import done_by, ledgers_option, option, packed, set_option, shared
from splitkit.cli.packs import known_packs, register_in
from splitkit.cli.ui.custody_ledgers import LedgerWriter, built_from, live_set
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.ledger_reading import read
from splitkit.cli.ui.talk import result, safe, say
from splitkit.custody.advice import Advice, advice
from splitkit.custody.exposure import GRAVE, alarms
from splitkit.custody.incident import CAUSES, IncidentReport, check_report, elsewhere, written
from splitkit.custody.records.holdings import Register, SetRecord, new_codes
from splitkit.custody.saying.naming import meant, things
from splitkit.errors import AttentionError, StoppedError, UnsafeMachineError, UsageError
from splitkit.host import clock, hardening
from splitkit.host.home import Ledgers
from splitkit.host.terminal import interactive
from splitkit.ledger.events import Destruction
from splitkit.ledger.fields import ASSET, NAME, SEAT, SHEET, TEXT, taken
from splitkit.ledger.schema import Event
from splitkit.packs.pack import USUAL, Pack, find_pack, find_procedure
from splitkit.packs.procedures import Procedure

_NOW = "do what the procedure says, now; do not wait for a day"
_SHOWN = 12
"""Most tags or seats that a hint names."""

_WAYS = get_args(Destruction)
_KINDS = {"asset": ASSET, "place": NAME, "person": SEAT}
_ASKED = {
    "asset": "Which device, phone or mailbox?",
    "place": "Which place or site?",
    "person": "Who, by name or seat?",
}


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
    person: str | None = option("--person", metavar="SEAT", help="Who leaves, or cannot be reached.")
    way: Destruction | None = option("--way", type=click.Choice(_WAYS), help="How a sheet was destroyed.")
    seen_by: Sequence[str] = option(
        "--seen-by", multiple=True, metavar="SEAT", help="Who has seen it destroyed; may be repeated."
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
        return bool(self.what and self.text and (self.thing or not self.about))


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

    A sheet is lost, somebody leaves, a safe burns: records it, unless somebody leaves, and says which procedure follows and why.  What is not given is asked
    for.  Exits 9 when the secret or a set may be compromised, a set is one sheet short of it, or can no longer be opened.

    With the CODE of a procedure, goes through it step by step; each answer is recorded at once.  A step that stands under a condition
    is asked for first: is it so?  Commands are typed in another window.

    Example: splitkit incident --what lost --sheet 2

    Example: splitkit incident R8
    """
    hardening.harden()
    if code is None and first is None:
        return _report_it(given, ledgers, only_say=only_say, by=by, wit=wit)
    if code is None or only_say or any(vars(given).values()):
        raise UsageError(
            "it was said what happened, and a step or a procedure was named", "report it first, without CODE"
        )
    return _walk(code, first or 1, ledgers, by, wit)


def _walk(code: str, first: int, ledgers: Ledgers, by: str, wit: str) -> None:
    pack, one = find_procedure(code, known_packs(ledgers))
    writer = LedgerWriter(ledgers, by, wit).checked()
    if not interactive():
        raise UnsafeMachineError("a procedure is a conversation, and nobody is at a terminal", "run it in a terminal")
    with Dialogue.open("nothing was done") as dialogue:
        ProcedureWalk(dialogue, writer, pack, register_in(ledgers)).through(one, first)


def _report_it(given: IncidentOptions, ledgers: Ledgers, *, only_say: bool, by: str, wit: str) -> None:
    opener = read(ledgers).entries[0].by if only_say else ""  # whoever might report it
    writer = LedgerWriter(ledgers, opener, "") if only_say else LedgerWriter(ledgers, by, wit).checked()
    report = _reported(built_from(ledgers, strict=False).register, given)
    with writer.held() as held:
        register = held.register
        entries = written(register, report, next(new_codes(register.incident_codes, f"I-{clock.day():%Y%m%d}-")))
        now = held.after(entries)
        recorded = [] if only_say else held.write(entries)
    found = advice(register, now, report, entries, clock.day())
    _show(_packs(register), entries, found)
    for one in elsewhere(register, report.thing) if CAUSES[report.what].about == "place" else ():
        say(f"{one} belongs into this place and was not in it: report it by itself if it is gone")
    _say_recorded(len(recorded))
    _warn(now, found)


def _reported(register: Register, given: IncidentOptions) -> IncidentReport:
    """Return what was given, with what is missing asked for where somebody is at a terminal."""
    if given.complete or not interactive():
        report = _report(register, given)
        check_report(report)
        return report
    with Dialogue.open("nothing was recorded") as dialogue:
        return dialogue.interview(lambda: _confirmed(dialogue, register, given))


def _confirmed(dialogue: Dialogue, register: Register, given: IncidentOptions) -> IncidentReport:
    """Ask for what is missing, and whether all of it is so."""
    report = _report(register, _asked(dialogue, register, given))
    dialogue.say(f"{CAUSES[report.what].words}: {report.text}")
    if not dialogue.yes("Is this what happened?", "it is recorded", "nothing is recorded"):
        raise StoppedError("stopped by the operator", "nothing was recorded: begin again")
    return report


def _asked(dialogue: Dialogue, register: Register, given: IncidentOptions) -> IncidentOptions:
    """Ask for what is missing; what the register does not know is asked for again at once."""
    what = given.what or dialogue.choose("What happened?", {code: cause.words for code, cause in CAUSES.items()})
    given = replace(given, what=what)
    about = given.about
    if about == "sheets" and not given.sheets:
        record = _set(register, given)
        sheets = dialogue.read("Which sheets, as 2 or A1, B2?", lambda typed: _sheets_of(record, typed))
        given = replace(given, sheets=sheets)
    if about in _ASKED and not given.thing:
        thing: Any = dialogue.read(_ASKED[about], lambda typed: _known(register, about, typed))
        given = replace(given, **{about: thing})
    if what == "destroyed" and not given.way:
        way: Any = dialogue.choose("How was it destroyed?", dict.fromkeys(_WAYS, ""))
        seen_by = dialogue.read(
            "Who has seen it destroyed (seats; Enter: nobody)?", lambda typed: _seats(register, typed)
        )
        given = replace(given, way=way, seen_by=seen_by)
    who = "say who noticed what, and when"
    return replace(given, text=given.text or dialogue.text("What happened, in a sentence or two?", TEXT, who))


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
    value, known = _field(register, about, typed), _things(register, about)
    if value not in known:
        raise UsageError("the register does not know it", "it knows " + ", ".join(sorted(known)[:_SHOWN]))
    return value


def _things(register: Register, about: str) -> set[str]:
    places = [one for one in register.places.values() if not one.left]
    return {
        "asset": {one.tag for one in register.assets_in_use},
        "place": {name for one in places for name in (one.tag, one.site)},
        "person": set(register.here),
    }[about]


def _field(register: Register, about: str, typed: str) -> str:
    """Return what was typed as the register spells it, in small letters or in capitals, or what it is the name of."""
    spelt = {one.casefold(): one for one in _things(register, about)}
    if typed.casefold() in spelt:
        return spelt[typed.casefold()]
    named = [one.id for one in meant(things(register, about), typed) if one.id in spelt.values()]
    return named[0] if len(named) == 1 else str(taken(_KINDS[about], typed))


def _seats(register: Register, typed: str) -> tuple[str, ...]:
    return tuple(_field(register, "person", one) for one in typed.replace(",", " ").split())


def _report(register: Register, given: IncidentOptions) -> IncidentReport:
    if not given.what:
        raise UsageError("it was not said what happened", "say it with --what: " + ", ".join(CAUSES))
    set_id = _set(register, given).set_id if given.about == "sheets" else ""
    thing = _field(register, given.about, given.thing) if given.thing and given.about in _KINDS else ""
    numbers = _sheets(" ".join(given.sheets)) if given.sheets else ()
    seen_by = _seats(register, " ".join(given.seen_by))
    return IncidentReport(given.what, given.text or "", set_id, numbers, thing, given.way or "other", seen_by)


def _procedures(packs: Sequence[Pack], follows: Advice) -> list[Procedure]:
    """Return what is done: by the pack of the account that it is about, or by that of every account."""
    about = [pack for pack in packs if follows.pack in ("", pack.code)]
    return [one for pack in about if (one := pack.procedure_for(follows.case))]


def _packs(register: Register) -> list[Pack]:
    """Return the packs of the accounts that are protected; the usual one where nobody has said which they are."""
    free = not register.accounts or any(record.line not in register.lines for record in register.live)
    found = [*(one.known(register.packs) for one in register.accounts.values()), *([find_pack(USUAL)] if free else [])]
    return list({pack.code: pack for pack in found if pack}.values())


def _show(packs: Sequence[Pack], entries: list[Event], found: list[Advice]) -> None:
    for event in entries:
        said = event.fields()
        about = said.get("sheet") or said.get("asset") or said.get("incident") or said.get("place", "")
        result(f"{event.event} {about}: {event.means}")
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


def _say_recorded(count: int) -> None:
    if not count:
        say("nothing was recorded: what is done is recorded when it is done")
        return
    say(f"{count} entr{'y' if count == 1 else 'ies'} recorded")


def _warn(register: Register, found: list[Advice]) -> None:
    """End with exit code 9 while the secret or a set that counts may be compromised, or a set is nearly so, or dead."""
    for alarm in [one for one in alarms(register, clock.day()) if one.case in GRAVE]:
        raise AttentionError(alarm.fact, _NOW)
    if any(one.urgent for one in found):
        raise AttentionError("the secret, or a whole way to the account, may be in other hands", _NOW)
