"""`splitkit ceremony`: guided ceremonies of each kind, everything that is printed for one, and where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from splitkit.ceremony.course import Course, begin, begun_by, script_of
from splitkit.ceremony.paperwork import Particulars, check_closed, forms_of, from_ledger, no_plan, paperwork
from splitkit.ceremony.script import DRILL, KINDS, MAKE, RECOVER, RENEW, REVIEW
from splitkit.ceremony.steps import NumberedStep, Script, events_of, expand
from splitkit.cli import options
from splitkit.cli.ceremony_options import (
    BY_HAND,
    CEREMONY,
    CONTINUES,
    LEDGER,
    PRACTICE,
    PRINT_TO,
    SECRET,
    TO_FILES,
    DrillOptions,
    RenewOptions,
    ReviewOptions,
    SheetsOptions,
    need,
)
from splitkit.cli.guide.session import Choices
from splitkit.cli.main import PlainGroup
from splitkit.cli.options import SheetsCommand, option, packed, shared
from splitkit.cli.ui.hints import worded
from splitkit.cli.ui.ledger_reading import read_one, settings_of, tell_first
from splitkit.cli.ui.overrides import Overruled
from splitkit.cli.ui.talk import json_result, progress, result, safe, say
from splitkit.custody.records.holdings import Life
from splitkit.errors import AttentionError, DeviceError, UsageError
from splitkit.host import clock, files, hardening
from splitkit.host.offline import Guard
from splitkit.ledger.fields import CODE, DATE, Kind
from splitkit.ledger.verification import Chain
from splitkit.paper.forms import FORMS
from splitkit.paper.geometry import Paper
from splitkit.paper.report import Report
from splitkit.plan.document import Plan
from splitkit.plan.plan_hash import plan_hash


@click.group(name="ceremony", cls=PlainGroup)
def command() -> None:
    """Hold a guided ceremony, print what it needs, and see where it stands.

    Each kind of ceremony is guided step by step, from the roll call to the closed ledger; the same command goes on after an
    interruption.
    """
    hardening.harden()


@command.command("make")
@options.plan_argument
@LEDGER
@CEREMONY
@CONTINUES
@PRINT_TO
@TO_FILES
@BY_HAND
@SECRET
@options.override_options("disk", "loopback", "printer-1", "spool")
@PRACTICE
@click.pass_obj
@packed(Choices, "choices")
def make(guard: Guard, choices: Choices, plan: str, practice: bool) -> None:
    """Make the set of a plan: sheets printed, read back, sealed and proven.

    It asks, checks, prints and records; '!' at any question opens the menu of the room.  What was interrupted goes on with
    the same command.
    """
    from splitkit.cli.guide.walkthrough import hold  # noqa: PLC0415

    agreed, hashed = _read_plan(plan, practice=practice)
    hold(begin(agreed, hashed), choices, guard)


_ON_PAPER = "; or recover from the paper alone, without any ledger: splitkit recover SCAN"
"""The way to a secret where no ledger can be read or written."""


@command.command("recover")
@click.pass_obj
@packed(SheetsOptions)
def recover(guard: Guard, given: SheetsOptions) -> None:
    """Give the secret back from a quorum of sheets, with everybody in one room.

    It asks who wants it and why, compares what was signed, reads one sheet after the other, says what is missing and who keeps it,
    proves the set before anything is shown, and gives names and days to what the use leaves to do.
    """
    from splitkit.cli.guide.recovery import meant_set  # noqa: PLC0415
    from splitkit.cli.guide.walkthrough import hold  # noqa: PLC0415

    if given.out:
        files.check_new_file(Path(given.out))
    if not (given.out and _over(given.ledger, RECOVER.kind)):
        meant, plan = meant_set(given.ledgers, given.set_id, given.record, practice=given.practice, otherwise=_ON_PAPER)
        choices = Choices(given.ledger, given.ceremony, given.continues, given.overruled)
        try:
            hold(begin(plan, script=RECOVER, set_id=meant.set_id), choices, guard, meant)
        except DeviceError as error:
            raise DeviceError(error.fact, worded(error.hint) + _ON_PAPER) from None
    if given.out:
        from splitkit.ceremony.recovery_sheet import recovery_sheet  # noqa: PLC0415

        sheet = recovery_sheet(read_one(given.ledger), clock.iso_date(clock.today()))
        _write_sheet(sheet, given.out, given.paper or settings_of(given.ledgers).paper, "two people")
    else:
        say("its close-out sheet: the same command once more, with --out FILE")


@command.command("drill", cls=SheetsCommand)
@click.pass_obj
@packed(DrillOptions)
def drill(guard: Guard, given: DrillOptions) -> None:
    """Prove that a quorum still works: each sheet at its safe, live, or from pictures of its sheets.

    At the safes one sheet after the other is read where it is kept, and no secret is ever put together.  Live, a quorum gives the
    secret back in one room, somebody signs in with it, and everybody is asked for the alert who is to get one.

    With SCAN nobody is guided: what was read, and whether the set opens, is recorded, and nothing is shown.  Fewer sheets than a
    quorum are read and recorded all the same.
    """
    tell_first(given.ledgers)
    given.check_way()
    if given.scanned:
        from splitkit.cli.drill import drill_scans  # noqa: PLC0415

        return drill_scans(given)
    from splitkit.cli.guide.recovery import meant_set  # noqa: PLC0415
    from splitkit.cli.guide.walkthrough import hold  # noqa: PLC0415

    meant, plan = meant_set(given.ledgers, given.set_id, given.vouched.record, practice=given.practice, old=False)
    choices = Choices(given.ledger, given.ceremony, given.continues, given.overruled)
    hold(begin(plan, script=DRILL, set_id=meant.set_id), choices, guard, meant)
    return say("once it is taken up, its certificate: splitkit ceremony drill --certificate FILE")


@command.command("review")
@click.pass_obj
@packed(ReviewOptions)
def review(guard: Guard, given: ReviewOptions) -> None:
    """Go through everybody who has a way in, line by line.

    Each line of the register is kept, changed or removed; what nobody has cannot be kept.  A change is an action with a name and a
    day.  Two people whom the register knows agree at the end, and sign the sheet.
    """
    from splitkit.cli.guide.reviewing import meant_register, review_sheet  # noqa: PLC0415
    from splitkit.cli.guide.walkthrough import hold  # noqa: PLC0415

    files.check_new_file(Path(given.out))
    meant, plan = meant_register(given.ledgers, practice=given.practice)
    if not _over(given.ledger, REVIEW.kind):
        choices = Choices(given.ledger, given.ceremony, given.continues, Overruled())
        hold(begin(plan, script=REVIEW), choices, guard, meant)
    sheet = review_sheet(read_one(given.ledger).entries, meant.custody)
    _write_sheet(sheet, given.out, given.paper or settings_of(given.ledgers).paper, "every reviewer")


def _write_sheet(sheet: Report, out: str, paper: Paper, who: str) -> None:
    """Write a sheet that people sign."""
    from splitkit.paper.typeset import Typesetter  # noqa: PLC0415  slow to import

    files.write_new_file(Path(out), Typesetter(paper).report(sheet, say))
    say(f"written to {safe(out)}: print it, and let {who} sign")


def _over(path: str, kind: str) -> bool:
    """Whether a ledger is that of a ceremony of a *kind*, and closed."""
    if not Path(path).exists() or not Path(path).stat().st_size:
        return False
    chain = read_one(path)
    return chain.closed and chain.entries[0].data.fields().get("kind") == kind


@command.command("renew", cls=SheetsCommand)
@options.plan_argument
@click.pass_obj
@packed(RenewOptions)
def renew(guard: Guard, given: RenewOptions, plan: str) -> None:
    """Renew a set: the same sheet again, new sheets, or a new secret.

    It asks why, says what follows as the incident does, has a quorum of the old set vouched for and read, makes, prints, reads back and
    seals what is new, and counts the old sheets down.  PLAN is that of the new set; a sheet is printed again by the plan of its own.

    With SCAN nobody is guided: what is new is written into a folder.  A new set counts only once every sheet of it was read back;
    until then the old one does.
    """
    tell_first(given.ledgers)
    given.check_way()
    if given.scanned:
        from splitkit.cli.renewal import renew_from_scans  # noqa: PLC0415

        return renew_from_scans(plan, given)
    from splitkit.cli.guide.recovery import meant_set  # noqa: PLC0415
    from splitkit.cli.guide.walkthrough import hold  # noqa: PLC0415

    agreed, hashed = _read_plan(plan, practice=given.practice)
    meant, old = meant_set(given.ledgers, given.set_id, given.vouched.record, practice=given.practice)
    if agreed.practice != old.practice:
        raise AttentionError("practice and production are mixed up", "plan and set must say the same")
    if meant.known and meant.known.life is not Life.LIVE:
        raise AttentionError(f"{meant.known.name} is {meant.known.life.value}", "only a set that is in use is renewed")
    choices = Choices(
        given.ledger, given.ceremony, given.continues, given.overruled, given.print_to, given.to_files, given.secret,
        given.by_hand,
    )  # fmt: skip
    return hold(begin(agreed, hashed, RENEW), choices, guard, replace(meant, plan=old))


@command.command("hash")
def show_hash() -> None:
    """Show the hash of this program, to be compared on paper.

    It covers every file of splitkit but its compiled copies.  Preflight judges those, and all libraries; nothing covers Python
    itself and its standard library.
    """
    from splitkit.preflight.installation import program_hash  # noqa: PLC0415

    result(program_hash())


_PLAN = click.argument("plan", required=False, metavar="[PLAN]")

_KIND = click.option(
    "--kind",
    "script",
    type=options.Named({one.name: one for one in KINDS}),
    help="The kind of ceremony; make if not given.",
)


@dataclass(frozen=True, kw_only=True)
class DocumentOptions:
    """What `documents` is told."""

    plan: str | None = shared(_PLAN)
    out: str = option("--out", required=True, metavar="DIR", help="New folder for the documents.")
    script: Script | None = shared(_KIND)
    only: Sequence[str] = option(
        "--only", multiple=True, type=click.Choice(list(FORMS)), help="One document; may be repeated."
    )
    paper: Paper | None = option("--paper", type=options.PaperSize(), help="Paper size; that of the plan if not given.")
    ceremony: str = option("--ceremony", default="", metavar="CODE", help="What the ledger calls it, such as C-0001.")
    date: str = option("--date", default="", metavar="DATE", help="The day of the ceremony, as 2026-11-23.")
    ledger: str | None = option(
        "--ledger", metavar="FILE", help="The closed ledger: fills in its head, the counts, set and bags."
    )
    practice: bool = shared(PRACTICE)


@command.command("documents")
@packed(DocumentOptions)
def documents(given: DocumentOptions) -> None:
    """Write the script, receipts, labels and all other forms as PDF.

    They are: plan (with the announcement), script, by-hand, receipts, labels, register, exception, closeout.  None of them holds
    a secret.  With --ledger, the same plan and ledger give the same bytes; without, the day of printing is in the foot.
    """
    folder = Path(given.out)
    files.check_destination(folder)
    agreed, hashed = _plan_of(given.plan, given.script or MAKE, practice=given.practice)
    agreed = replace(agreed, paper=given.paper or agreed.paper)
    particulars = _particulars(given, agreed, hashed)
    if given.script and particulars.script is not given.script:
        raise UsageError(f"the ledger tells of another kind of ceremony: {particulars.script.name}", "leave out --kind")
    known = forms_of(particulars.script)
    if unknown := [name for name in given.only if name not in known]:
        raise UsageError(f"'{particulars.script.name}' has no such form: {unknown[0]}", f"it has {', '.join(known)}")
    names = [name for name in known if not given.only or name in given.only]
    made = paperwork(agreed, particulars, names, progress(len(names), "documents"))
    files.write_set(folder, made)
    say(f"written to {safe(str(folder))}: " + ", ".join(made))
    if hashed:
        result(f"plan hash {hashed}")


def _plan_of(path: str | None, script: Script, *, practice: bool) -> tuple[Plan, str]:
    """Return the plan, and the hash of what its file says; what is about no set needs none."""
    if path is None and not script.with_sheets:
        return no_plan(practice=practice), ""
    need("plan")
    return _read_plan(path or "", practice=practice)


def _read_plan(path: str, *, practice: bool) -> tuple[Plan, str]:
    """Return the plan, and the hash of what its file says."""
    plan = options.read_plan(path)
    return replace(plan, practice=plan.practice or practice), plan_hash(plan).hex


def _particulars(given: DocumentOptions, plan: Plan, hashed: str) -> Particulars:
    today = clock.iso_date(clock.today())
    if given.ledger is None:
        _check("--ceremony", CODE, given.ceremony)
        _check("--date", DATE, given.date)
        return Particulars(today, hashed, given.ceremony, given.date, script=given.script or MAKE)
    if given.ceremony or given.date:
        raise UsageError("--ledger was given, and what the ledger itself says", "leave out --ceremony and --date")
    reading = read_one(given.ledger)
    found = from_ledger(reading, plan, reading.entries[-1].time[:10], hashed)
    if "closeout" in forms_of(found.script) and (not given.only or "closeout" in given.only):
        check_closed(reading)
    return found


def _check(name: str, kind: Kind, typed: str) -> None:
    if not typed:
        return
    try:
        kind.check(kind.load(kind.read(typed)))
    except UsageError as error:
        raise UsageError(f"{name} {error.fact}", "write it like that, or leave it out") from None


@command.command("steps")
@_PLAN
@_KIND
@options.json_option
def steps(plan: str | None, script: Script | None, as_json: bool) -> None:
    """List the steps of a ceremony.

    For each its code, what is done, and which events it leaves in the ledger.  A review needs no plan.
    """
    script = script or MAKE
    agreed, _ = _plan_of(plan, script, practice=False)
    numbered = expand(agreed, script)
    if as_json:
        json_result({"steps": [_as_object(step) for step in numbered]})
        return
    phase = ""
    for step in numbered:
        if step.step.phase.title != phase:
            phase = step.step.phase.title
            result(phase)
        events = ", ".join(events_of(step.marks))
        result(f"  {step.number:>3} {step.code:<7} {step.step.title:<32} {events}")


def _as_object(step: NumberedStep) -> dict[str, Any]:
    return {
        "number": step.number,
        "code": step.code,
        "phase": step.step.phase.title,
        "title": step.step.title,
        "seat": step.seat.code if step.seat else None,
        "sheet": step.seat.number if step.seat else None,
        "events": events_of(step.marks),
        "secret": step.step.secret,
        "may_skip": step.step.may_skip,
    }


@command.command("status")
@click.argument("plan", nargs=-1, metavar="[PLAN]")
@click.argument("ledger", metavar="LEDGER")
@PRACTICE
@options.json_option
def status(plan: Sequence[str], ledger: str, practice: bool, as_json: bool) -> int:
    """Say where a ceremony of any kind stands, from its ledger.

    PLAN is that of its set, which a review does not have.

    Exits 0 when every entry follows the script, 9 at the first that does not.
    """
    if len(plan) > 1:
        raise UsageError("several plans were named", "name the plan, and behind it the ledger")
    reading = read_one(ledger)
    practice = practice or bool(reading.entries and reading.entries[0].data.fields().get("practice") and not plan)
    agreed, hashed = _plan_of(next(iter(plan), None), script_of(reading.entries), practice=practice)
    course, wrong = _follow(agreed, hashed, reading)
    if as_json:
        json_result(_state(course, wrong))
    else:
        _print_state(course)
    if wrong:
        seq, error = wrong
        raise AttentionError(f"entry {seq} does not follow the script: {error.fact}", error.hint)
    return 0


_Wrong = tuple[int, AttentionError | UsageError] | None


def _follow(plan: Plan, hashed: str, reading: Chain) -> tuple[Course, _Wrong]:
    course = begun_by(reading.entries, plan, hashed)
    for entry in reading.entries:
        try:
            course = course.advance(entry)
        except (AttentionError, UsageError) as error:
            return course, (entry.seq, error)
    return course, None


def _print_state(course: Course) -> None:
    result(f"{course.at} of {len(course.steps)} steps done")
    result("in the room: " + (", ".join(sorted(course.room.present)) or "nobody"))
    result("something secret is open" if course.secret else "nothing secret is open")
    if course.room.paused:
        result("the ceremony pauses")
    step = course.next_step
    if course.must_void:
        result(f"the set must be made void: {course.must_void}")
    elif step is None:
        result("the ceremony is complete")
    else:
        seat = f" ({step.seat.code})" if step.seat else ""
        result(f"next: step {step.code}, {step.step.title}{seat}")
        result("  it records: " + ", ".join(events_of(step.marks[course.within :])))


def _state(course: Course, wrong: _Wrong) -> dict[str, Any]:
    step = course.next_step
    return {
        "done": course.at,
        "steps": len(course.steps),
        "complete": course.done,
        "next": _as_object(step) if step else None,
        "present": sorted(course.room.present),
        "paused": course.room.paused,
        "secret": course.secret,
        "must_void": course.must_void or None,
        "wrong_entry": wrong[0] if wrong else None,
        "wrong": wrong[1].fact if wrong else None,
    }
