"""`splitkit ceremony`: guided ceremonies of each kind."""

from dataclasses import replace
from pathlib import Path

import click

from splitkit.ceremony.course import begin
from splitkit.ceremony.script import DRILL, RECOVER, RENEW, REVIEW
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
    read_plan,
)
from splitkit.cli.guide.session import Choices
from splitkit.cli.main import PlainGroup
from splitkit.cli.options import SheetsCommand, packed
from splitkit.cli.ui.hints import worded
from splitkit.cli.ui.ledger_reading import read_one, settings_of, tell_first
from splitkit.cli.ui.overrides import Overruled
from splitkit.cli.ui.talk import safe, say
from splitkit.custody.records.lives import Life
from splitkit.errors import AttentionError, DeviceError
from splitkit.host import clock, files, hardening
from splitkit.host.offline import Guard
from splitkit.paper.geometry import Paper
from splitkit.paper.report import Report


@click.group(name="ceremony", cls=PlainGroup)
def command() -> None:
    """Hold a guided ceremony: make, recover, drill, renew, review.

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

    Example: splitkit ceremony make plan.toml --ledger c1.ledger --ceremony C-0001 --print-to Office --print-to Board
    """
    from splitkit.cli.guide.walkthrough import hold  # noqa: PLC0415

    agreed, hashed = read_plan(plan, practice=practice)
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

    Example: splitkit ceremony recover --ledger r1.ledger --ceremony R-0001 --home custody
    """
    from splitkit.cli.guide.recovery import meant_set  # noqa: PLC0415
    from splitkit.cli.guide.walkthrough import hold  # noqa: PLC0415

    tell_first(given.ledgers)
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
    quorum are read and recorded anyway.

    Example: splitkit ceremony drill --ledger d1.ledger --ceremony D-0001

    Example: splitkit ceremony drill scans --certificate drill.pdf
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

    Example: splitkit ceremony review --ledger v1.ledger --ceremony V-0001 --out review.pdf
    """
    from splitkit.cli.guide.reviewing import meant_register, review_sheet  # noqa: PLC0415
    from splitkit.cli.guide.walkthrough import hold  # noqa: PLC0415

    tell_first(given.ledgers)
    files.check_new_file(Path(given.out))
    meant, plan = meant_register(given.ledgers, practice=given.practice)
    if not _over(given.ledger, REVIEW.kind):
        choices = Choices(given.ledger, given.ceremony, given.continues, Overruled())
        hold(begin(plan, script=REVIEW), choices, guard, meant)
        meant, _ = meant_register(given.ledgers, practice=given.practice)  # as it was when two people agreed
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

    Example: splitkit ceremony renew plan.toml --ledger n1.ledger --ceremony N-0001 --print-to Office --print-to Board
    """
    tell_first(given.ledgers)
    given.check_way()
    if given.scanned:
        from splitkit.cli.renewal import renew_from_scans  # noqa: PLC0415

        return renew_from_scans(plan, given)
    from splitkit.cli.guide.recovery import meant_set  # noqa: PLC0415
    from splitkit.cli.guide.walkthrough import hold  # noqa: PLC0415

    agreed, hashed = read_plan(plan, practice=given.practice)
    meant, old = meant_set(given.ledgers, given.set_id, given.vouched.record, practice=given.practice)
    if agreed.practice != old.practice:
        raise AttentionError("practice and production are mixed up", "plan and set must say the same")
    if meant.known and meant.known.life is not Life.LIVE:
        raise AttentionError(f"{meant.known.name} is {meant.known.life.told}", "only a set that is in use is renewed")
    choices = Choices(
        given.ledger, given.ceremony, given.continues, given.overruled, given.print_to, given.to_files, given.secret,
        given.by_hand,
    )  # fmt: skip
    return hold(begin(agreed, hashed, RENEW), choices, guard, replace(meant, plan=old))
