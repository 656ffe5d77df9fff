"""`splitkit ceremony`: the steps of a split ceremony, everything that is printed for it, and where it stands."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from splitkit.ceremony.course import begin
from splitkit.ceremony.fields import CODE, DATE
from splitkit.ceremony.occasion import Occasion, check_closed, from_ledger
from splitkit.ceremony.paperwork import FORMS, paperwork
from splitkit.ceremony.plan import MAX_PLAN_BYTES, Plan, parse_plan
from splitkit.ceremony.plan_hash import plan_hash
from splitkit.ceremony.script import expand
from splitkit.ceremony.verdict import MAX_FILE_BYTES, Reading, read_ledger
from splitkit.cli.main import PlainGroup, StrictCommand
from splitkit.cli.talk import progress, result, safe, say
from splitkit.errors import AttentionError, LedgerError, UsageError
from splitkit.host import clock, files, hardening

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from splitkit.ceremony.course import Course
    from splitkit.ceremony.script import NumberedStep

_PRACTICE = click.option("--practice", is_flag=True, help="A rehearsal of this plan.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group(name="ceremony", cls=PlainGroup)
def command() -> None:
    """Print what a split ceremony needs, and see where it stands.

    The ceremony itself is run by hand, along the printed script; what happens goes into a ledger.
    """
    hardening.harden()


def _subcommand(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    return command.command(name=name, cls=StrictCommand)


@_subcommand("documents")
@click.argument("plan", metavar="PLAN")
@click.option("--out", required=True, metavar="DIR", help="New folder for the documents.")
@click.option("--only", multiple=True, type=click.Choice(list(FORMS)), help="One document; may be repeated.")
@click.option("--paper", type=click.Choice(["a4", "letter"]), help="Paper size; that of the plan if not given.")
@click.option("--ceremony", default="", metavar="CODE", help="What the ledger calls it, such as C-0001.")
@click.option("--date", default="", metavar="DATE", help="The day of the ceremony, as 2026-11-23.")
@click.option("--ledger", metavar="FILE", help="The closed ledger: fills in its head, the counts, set and bags.")
@_PRACTICE
def documents(
    plan: str,
    out: str,
    only: Sequence[str],
    paper: str | None,
    ceremony: str,
    date: str,
    ledger: str | None,
    practice: bool,  # noqa: FBT001
) -> None:
    """Write the script, receipts, labels and all other forms as PDF.

    They are: plan (with the announcement), script, receipts, labels, register, exception, closeout.  None of them holds
    a secret.  With --ledger, the same plan and ledger give the same bytes; without, the day of printing is in the foot.
    """
    folder = Path(out)
    files.check_destination(folder)
    agreed, hashed = _read_plan(plan, practice=practice)
    agreed = dataclasses.replace(agreed, paper=paper or agreed.paper)
    occasion = _occasion(agreed, hashed, ceremony, date, ledger, only)
    names = [name for name in FORMS if name in only] if only else list(FORMS)
    made = paperwork(agreed, occasion, names, progress(len(names), "documents"))
    files.write_set(folder, made)
    say(f"written to {safe(str(folder))}: " + ", ".join(made))
    result(f"plan hash {hashed}")


def _read_plan(path: str, *, practice: bool) -> tuple[Plan, str]:
    """Return the plan, and the hash of what its file says."""
    plan = parse_plan(files.read_file(path, MAX_PLAN_BYTES))
    return dataclasses.replace(plan, practice=plan.practice or practice), plan_hash(plan).hex


def _occasion(plan: Plan, hashed: str, ceremony: str, date: str, ledger: str | None, only: Sequence[str]) -> Occasion:
    today = clock.iso_date(clock.today())
    if ledger is None:
        _check("--ceremony", CODE.check, ceremony)
        _check("--date", DATE.check, date)
        return Occasion(today, hashed, ceremony, date)
    if ceremony or date:
        raise UsageError("--ledger was given, and what the ledger itself says", "leave out --ceremony and --date")
    reading = _read_ledger(ledger)
    if not only or "closeout" in only:
        check_closed(reading)
    return from_ledger(reading, plan, reading.entries[-1].time[:10], hashed)


def _check(option: str, check: Callable[[str], None], value: str) -> None:
    if not value:
        return
    try:
        check(value)
    except UsageError as error:
        raise UsageError(f"{option} {error.fact}", "write it like that, or leave it out") from None


def _read_ledger(path: str) -> Reading:
    reading = read_ledger(files.read_file(path, MAX_FILE_BYTES))
    if reading.broken or not reading.entries:
        raise LedgerError("this ledger fails verification", "see 'splitkit ledger verify'")
    return reading


@_subcommand("steps")
@click.argument("plan", metavar="PLAN")
@_JSON
def steps(plan: str, as_json: bool) -> None:  # noqa: FBT001
    """List the steps of the ceremony of a plan.

    For each its code, what is done, and which events it leaves in the ledger.
    """
    agreed, _ = _read_plan(plan, practice=False)
    numbered = expand(agreed)
    if as_json:
        _print_json({"steps": [_as_object(step) for step in numbered]})
        return
    phase = ""
    for step in numbered:
        if step.step.phase != phase:
            phase = step.step.phase
            result(phase)
        events = ", ".join(dict.fromkeys(mark.event for mark in step.marks))
        result(f"  {step.number:>3} {step.code:<7} {step.step.title:<32} {events}")


def _as_object(step: NumberedStep) -> dict[str, Any]:
    return {
        "number": step.number,
        "code": step.code,
        "phase": step.step.phase,
        "title": step.step.title,
        "seat": step.seat.code if step.seat else None,
        "sheet": step.seat.number if step.seat else None,
        "events": list(dict.fromkeys(mark.event for mark in step.marks)),
        "secret": step.step.secret,
        "may_skip": step.step.may_skip,
    }


@_subcommand("status")
@click.argument("plan", metavar="PLAN")
@click.argument("ledger", metavar="LEDGER")
@_PRACTICE
@_JSON
def status(plan: str, ledger: str, practice: bool, as_json: bool) -> int:  # noqa: FBT001
    """Say where a ceremony stands, from its ledger.

    Exits 0 when every entry follows the script, 9 at the first that does not.
    """
    agreed, hashed = _read_plan(plan, practice=practice)
    course, wrong = _follow(agreed, hashed, _read_ledger(ledger))
    if as_json:
        _print_json(_state(course, wrong))
    else:
        _print_state(course)
    if wrong:
        seq, error = wrong
        raise AttentionError(f"entry {seq} does not follow the script: {error.fact}", error.hint)
    return 0


_Wrong = tuple[int, AttentionError | UsageError] | None


def _follow(plan: Plan, hashed: str, reading: Reading) -> tuple[Course, _Wrong]:
    course = begin(plan, hashed)
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
        result("  it records: " + ", ".join(dict.fromkeys(mark.event for mark in step.marks[course.within :])))


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


def _print_json(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=True) + "\n")
