"""`splitkit custody incident`: what happened, what is recorded of it, and which procedure follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from splitkit.ceremony.events import EVENTS
from splitkit.ceremony.exposure import alarms
from splitkit.ceremony.fields import SEAT, SHEET, TAG, TEXT, taken
from splitkit.ceremony.incident import CAUSES, Report, advice, after, check_report, written
from splitkit.ceremony.register import new_codes
from splitkit.ceremony.runbooks import find_runbook
from splitkit.cli.desk import Desk
from splitkit.cli.ledgers import built_from, going_on, live_set
from splitkit.cli.main import StrictCommand
from splitkit.cli.talk import result, safe, say
from splitkit.errors import AttentionError, StoppedError, UsageError
from splitkit.host import clock
from splitkit.host.terminal import Terminal, interactive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from splitkit.ceremony.incident import Advice, Written
    from splitkit.ceremony.ledger import Ledger
    from splitkit.ceremony.register import Register

_WAYS = ("shredded", "burnt", "fire", "water", "other")
_KINDS = {"asset": TAG, "place": TAG, "person": SEAT}
_ASKED = {
    "asset": "Which device, phone or mailbox (its tag)?",
    "place": "Which safe or site (its tag)?",
    "person": "Who (the seat)?",
}


@click.command(name="incident", cls=StrictCommand)
@click.argument("ledgers", nargs=-1, required=True, metavar="LEDGER...")
@click.option(
    "--what",
    type=click.Choice(list(CAUSES)),
    metavar="WORD",
    help=f"What happened: {', '.join(CAUSES)}; asked for if not given.",
)
@click.option("--sheet", "sheets", multiple=True, metavar="N", help="Which sheet; may be repeated.")
@click.option("--set", "set_id", metavar="ID", help="The beginning of the set id, where several sets are live.")
@click.option("--asset", metavar="TAG", help="Which device, phone or mailbox.")
@click.option("--place", metavar="TAG", help="Which safe or site.")
@click.option("--person", metavar="SEAT", help="Who leaves, or cannot be reached.")
@click.option("--way", type=click.Choice(_WAYS), help="How a sheet was destroyed.")
@click.option("--text", metavar="TEXT", help="What happened, in a sentence or two, without names of secrets.")
@click.option("--only-say", is_flag=True, help="Say what would follow; record nothing.")
@click.option("--by", default="ADM", metavar="SEAT", help="Who reports it; ADM if not given.")
@click.option("--wit", default="WIT", metavar="SEAT", help="Who has seen it; WIT if not given.")
def incident(ledgers: Sequence[str], only_say: bool, by: str, wit: str, **given: Any) -> None:  # noqa: FBT001
    """Say what happened: a sheet is lost, somebody leaves, a safe burns.

    Records it, and says which procedure follows and why.  What is not given is asked for.  Exits 9 when a set may be
    compromised, is one sheet short of it, or can no longer be opened.
    """
    with going_on(ledgers) as ledger:
        register = built_from(ledgers).register
        report = _reported(register, given, (by, wit))
        stamp = clock.stamp()
        entries = written(register, report, next(new_codes(register.incidents, "I", stamp[:10])))
        now = after(register, entries, by, wit, stamp)
        _show(entries, advice(register, now, report))
        if only_say:
            say("nothing was recorded")
        else:
            _record(ledger, entries, by, wit)
    _warn_of_grave(now)


def _reported(register: Register, given: dict[str, Any], seats: tuple[str, str]) -> Report:
    """Return what was given, with what is missing asked for where somebody is at a terminal."""
    if _complete(given) or not interactive():
        report = _report(register, given, seats)
        check_report(report)
        return report
    with Terminal.open() as terminal:
        desk = Desk(terminal, if_stopped="nothing was recorded")
        given = _asked(desk, given)
        report = _report(register, given, seats)
        desk.say(f"{CAUSES[report.what].words}: {report.text}")
        if not desk.yes("Is this what happened?"):
            raise StoppedError("stopped by the operator", "nothing was recorded: begin again")
    return report


def _complete(given: dict[str, Any]) -> bool:
    if not given["what"] or not given["text"]:
        return False
    about = CAUSES[given["what"]].about
    return bool({"sheets": given["sheets"], "": True}.get(about, given.get(about)))


def _asked(desk: Desk, given: dict[str, Any]) -> dict[str, Any]:
    what = given["what"] or desk.choose("What happened?", {code: cause.words for code, cause in CAUSES.items()})
    about = CAUSES[what].about
    if about == "sheets" and not given["sheets"]:
        given["sheets"] = desk.read("Which sheets, as 2 or A1, B2?", _sheets)
    if about in _ASKED and not given[about]:
        given[about] = desk.read(_ASKED[about], lambda typed: _field(about, typed))
    if what == "destroyed" and not given["way"]:
        given["way"] = desk.choose("How was it destroyed?", dict.fromkeys(_WAYS, ""))
    text = given["text"] or desk.read("What happened, in a sentence or two?", _text)
    return {**given, "what": what, "text": text}


def _sheets(typed: str) -> tuple[str, ...]:
    numbers = tuple(dict.fromkeys(typed.upper().replace(",", " ").split()))
    for number in numbers:
        taken(SHEET, number)
    if not numbers:
        raise UsageError("no sheet was named", "the number stands on the paper")
    return numbers


def _field(about: str, typed: str) -> str:
    return str(taken(_KINDS[about], typed.upper() if about == "person" else typed.lower()))


def _text(typed: str) -> str:
    if not typed:
        raise UsageError("nothing was typed", "say who noticed what, and when")
    return str(taken(TEXT, typed))


def _report(register: Register, given: dict[str, Any], seats: tuple[str, str]) -> Report:
    if not given["what"]:
        raise UsageError("it was not said what happened", "say it with --what: " + ", ".join(CAUSES))
    cause = CAUSES[given["what"]]
    set_id = live_set(register, given["set_id"], pending=True, old=True).set_id if cause.about == "sheets" else ""
    thing = _field(cause.about, given[cause.about]) if given.get(cause.about) and cause.about in _KINDS else ""
    numbers = _sheets(" ".join(given["sheets"])) if given["sheets"] else ()
    seen_by = tuple(dict.fromkeys(seat for seat in seats if seat))
    return Report(given["what"], given["text"] or "", set_id, numbers, thing, given["way"] or "other", seen_by)


def _show(entries: list[Written], found: list[Advice]) -> None:
    for event, data in entries:
        about = f" {data['sheet']}" if "sheet" in data else f" {data.get('asset', data.get('incident', ''))}"
        result(f"{event}{about}: {EVENTS[event].means}")
    for one in found:
        result(f"{one.code}  {find_runbook(one.code).title}")
        result(f"  because {safe(one.why)}")
    if found:
        say(f"read it: splitkit runbook show {found[0].code} --ledger ...; or print it: splitkit runbook print")
    else:
        result("nothing follows: what was lost opens nothing that is in use")


def _record(ledger: Ledger, entries: list[Written], by: str, wit: str) -> None:
    for event, data in entries:
        ledger.append(event, data, by=by, witness=wit, at=clock.stamp())
    if entries:
        say(f"{len(entries)} entr{'y' if len(entries) == 1 else 'ies'} recorded")


def _warn_of_grave(register: Register) -> None:
    """End with exit code 9 while a set that counts is compromised, nearly so, or dead."""
    for alarm in alarms(register):
        raise AttentionError(alarm.fact, "do what the procedure says, now; do not wait for a day")
