"""`splitkit split`: make a set.  The secret is never shown: its first showing is a recovery from the printed sheets."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from splitkit.cli import options
from splitkit.cli.main import StrictCommand
from splitkit.cli.options import option, packed, shared
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.overrides import Overruled, check_in_memory
from splitkit.cli.ui.secret_input import check_guard, make_record, origin_of
from splitkit.cli.ui.talk import progress, result, safe, say, spelt_rows, warn
from splitkit.cli.ui.undertaking import undertaken, writer_of
from splitkit.errors import UsageError
from splitkit.host import clock, files, hardening
from splitkit.host.home import Ledgers
from splitkit.issue.artefacts import KEPT, RECORD_FILE
from splitkit.issue.make import IssuedSet, make
from splitkit.ledger.fields import TEXT
from splitkit.paper.geometry import Paper
from splitkit.plan.document import Plan
from splitkit.plan.printers import PRINTER_1
from splitkit.quorum.policy import Policy
from splitkit.secret.entropy import Entropy, parse_rolls
from splitkit.secret.profiles import find_profile
from splitkit.secret.record import SecretRecord

if TYPE_CHECKING:
    from splitkit.cli.ui.custody_ledgers import LedgerWriter
    from splitkit.ledger.events import SetMade
    from splitkit.preflight.machine import Machine

_PLAN_OPTIONS = ("policy", "label", "anonymous", "paper", "profile", "length", "user", "account", "note")


@dataclass(frozen=True, kw_only=True)
class SplitOptions:
    """What `split` is told; without a plan, some of its options make one."""

    plan: str | None = shared(click.argument("plan", required=False, metavar="[PLAN]"))
    policy: Policy | None = option(
        "--policy", type=options.POLICY, metavar="TEXT", help="3of5, or '2 of: Board 2of3, IT 3of5, Audit 1of1'."
    )
    label: str | None = option("--label", metavar="TEXT", help="What the set is for, printed on every sheet.")
    out: str = option("--out", required=True, metavar="DIR", help="New folder for the sheets and the public record.")
    signed: str | None = shared(options.signed_option)
    practice: bool = option("--practice", is_flag=True, help="Mark the set as practice, on paper and inside.")
    anonymous: bool | None = option("--anonymous", is_flag=True, default=None, help="Print no label and no names.")
    paper: Paper | None = option("--paper", type=options.PaperSize(), help="Paper size; a4 if not given.")
    profile: str | None = option(
        "--profile", type=click.Choice(["aws-root", "generic", "words"]), help="What the password must suit."
    )
    length: int | None = option(
        "--length", type=click.IntRange(1, 128), help="Length of the password, in characters or words."
    )
    user: str | None = option("--user", metavar="TEXT", help="User name kept beside the password.")
    account: str | None = option("--account", metavar="TEXT", help="Account kept beside the password.")
    note: str | None = option("--note", metavar="TEXT", help="Note kept beside the password.")
    secret: str = option(
        "--secret", type=click.Choice(["generate", "prompt", "stdin"]), default="generate",
        help="Where the password comes from; generated if not given.",
    )  # fmt: skip
    dice: bool = option("--dice", is_flag=True, help="Mix in dice rolls, asked for at the terminal.")
    print_to: Sequence[str] = option(
        "--print-to", multiple=True, metavar="QUEUE",
        help="Also print every sheet, one by one, to this queue of CUPS; once for each printer, so that none sees a quorum.",
    )  # fmt: skip
    overruled: Overruled = shared(options.override_options("disk", "loopback", "printer-1", "spool"))
    ledgers: Ledgers = shared(options.ledgers_option())
    purpose: str = shared(options.purpose_option(required=False, most=TEXT, default="a first set"))
    by: str = shared(options.done_by())
    wit: str

    def agreed(self) -> Plan:
        """Return the plan of the file, or of the options; --practice may be added to a file, to rehearse it.

        Raises:
            UsageError, AttentionError: If there is none, or another one was signed, or options say what it should say.
        """
        given = {name: value for name in _PLAN_OPTIONS if (value := getattr(self, name)) is not None}
        if self.plan is not None:
            if given:
                raise UsageError("a plan was given, and options that belong in it", "write them into the plan")
            plan = options.read_plan(self.plan, self.signed)
            return dataclasses.replace(plan, practice=plan.practice or self.practice)
        if self.signed is not None:
            raise UsageError("--signed goes with a plan, and none was given", "name the plan that was signed")
        if self.policy is None or self.label is None:
            raise UsageError(
                "neither a plan nor --policy and --label were given", "for example: --policy 3of5 --label Root"
            )
        return Plan(practice=self.practice, **given)


@click.command(cls=StrictCommand, name="split")
@packed(SplitOptions)
def command(given: SplitOptions) -> None:
    """Make a set: one sheet for each custodian, and the public record.

    PLAN is a TOML file; without one, give --policy and --label.  Writes one PDF a share, record.pdf, envelope.sk1 and
    recipient.txt into a new folder, or nothing at all.  Never shows the secret.

    Example: splitkit split plan.toml --out /dev/shm/sheets
    """
    hardening.harden()
    agreed = given.agreed()
    check_guard(agreed, click.get_current_context().obj)
    folder = Path(given.out)
    check_folder(folder, agreed, given.overruled)
    machine = _fit_to_print(given, agreed) if given.print_to else None
    writer = _writer(given, agreed)
    entropy = Entropy(rolls=_rolls() if given.dice else "")
    record = make_record(agreed, given.secret, entropy)
    issued = make_set(agreed, record, entropy)
    planned = [_entry(issued, given.secret)] if given.ledgers else []
    free, makes = partial(files.check_destination, folder), issued.set_id
    with undertaken(writer, "split", given.purpose, planned, ready=free, makes=makes) as undertaking:
        with undertaking.writing(folder, *planned):
            files.write_set(folder, issued.files())
        _report(issued, folder, given.secret)
        if machine:
            _print(given, issued, machine)
    printed = "read every printed sheet" if machine else "print each sheet, read every printed sheet"
    say(f"next: {printed} back with 'splitkit check'; then {KEPT}")
    if not given.ledgers:
        say(f"last, in the custody folder, which does not know of the set yet: splitkit record --take {RECORD_FILE}")


# What is needed only where a printer or a ledger is named is loaded there: that takes as long as all else of a start.


def _fit_to_print(given: SplitOptions, plan: Plan) -> Machine:
    from splitkit.cli.ui.print_jobs import check_printing  # noqa: PLC0415
    from splitkit.ledger.chain import are_two  # noqa: PLC0415

    machine = check_printing(given.print_to, plan, given.overruled)
    if PRINTER_1 in given.overruled.needed() and not are_two(filter(None, (given.by, given.wit))):
        raise UsageError(f"'{PRINTER_1}' takes two people", "name both: --by PERSON --wit PERSON")
    return machine


def _print(given: SplitOptions, issued: IssuedSet, machine: Machine) -> None:
    from splitkit.cli.ui.print_jobs import print_sheets  # noqa: PLC0415

    print_sheets(given.print_to, issued, machine, given.overruled)


def _writer(given: SplitOptions, plan: Plan) -> LedgerWriter | None:
    writer = writer_of(given.ledgers, given.by, given.wit, given.overruled)
    if writer and (ordered := writer.read().ordered):
        from splitkit.cli.ui.ledger_reading import check_same_practice  # noqa: PLC0415

        check_same_practice(plan.practice, ordered)
    return writer


def _entry(issued: IssuedSet, secret: str) -> SetMade:
    from splitkit.issue.recorded import set_made  # noqa: PLC0415

    return set_made(issued.envelope, issued.plan.policy, "first", origin=origin_of(secret))


def check_folder(folder: Path, plan: Plan, overruled: Overruled) -> None:
    """Refuse a folder that is there already, and for real sheets one on a disk, unless that is overruled.

    Raises:
        UsageError: If the folder exists, or cannot be made.
        UnsafeMachineError: If real sheets would lie on a disk that keeps them.
    """
    files.check_destination(folder)
    check_in_memory(folder.parent, "the sheets", "sheets", overruled, practice=plan.practice)
    for group in plan.policy.groups:
        if group.threshold == group.members and group.members > 1:
            warn(f"{group.name or 'the policy'} needs all {group.members} sheets: one lost sheet loses the password")


def _rolls() -> str:
    with Dialogue.open("nothing was made") as dialogue:
        return dialogue.hidden("Dice rolls (at least 50, digits 1 to 6, not shown):", parse_rolls)


def make_set(
    plan: Plan, record: SecretRecord, entropy: Entropy, epoch: int = 1, first_set: bytes | None = None
) -> IssuedSet:
    """Make a set today, and say that the second implementation recovered it; a later set has its epoch and its line."""
    tick = progress(plan.policy.sheets + 1, "pages")
    issued = make(plan, plan.facts(clock.today(), epoch, first_set), record, entropy, tick)
    count = f"{issued.quorums} quorum{'' if issued.quorums == 1 else 's'}"
    say(f"self-check: the second implementation recovered the secret from {count}")
    return issued


def _report(issued: IssuedSet, folder: Path, secret: str) -> None:
    plan = issued.plan
    if secret == "generate":  # noqa: S105  (the name of a source, not a secret)
        profile = find_profile(plan.profile, plan.length)
        say(
            f"password: {profile.length} {profile.unit}, profile {profile.name}, {profile.entropy_bits()} bits; not shown"
        )
    if plan.anonymous:
        say("anonymous: no label and no names are on the paper or in the envelope")
    say(f"written to {safe(str(folder))}: {plan.policy.sheets} sheets and the public record")
    result(f"{'PRACTICE set' if plan.practice else 'set'} {issued.set_id}")
    result(f"policy {plan.policy}")
    result("fingerprint (write it into the signed record; it may be read aloud):")
    result(*spelt_rows(issued.envelope.fingerprint))
