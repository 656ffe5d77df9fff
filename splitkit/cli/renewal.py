"""`splitkit reissue`, `refresh`, `rotate`: new paper for an old set, and new sets for an old one.

Each begins with a quorum of the set, judged by the fingerprint that the ledger holds, and shows no secret.  A new set counts
only once every sheet of it was read back; until then the old one does.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from splitkit.cli.split import check_folder, check_guard, make_record, make_set
from splitkit.cli.ui.ledgers import append_to, built_from, live_set
from splitkit.cli.ui.sources import SheetsCommand, camera_option, check_named, read_scans
from splitkit.cli.ui.talk import result, safe, say, spelt_rows
from splitkit.custody.exposure import PROCEDURES, Case
from splitkit.errors import AttentionError, UsageError
from splitkit.host import files, hardening
from splitkit.issue.artefacts import FORMER_FILE, sheet_file
from splitkit.issue.make import set_made, sheet_pdf
from splitkit.ledger.events import Note, SheetReissued
from splitkit.plan.document import MAX_PLAN_BYTES, Plan, parse_plan
from splitkit.plan.plan_hash import check_signed
from splitkit.quorum.anchor import parse_fingerprint
from splitkit.quorum.dealing import DealtSet
from splitkit.quorum.judge import judge
from splitkit.quorum.release import release
from splitkit.secret.entropy import Entropy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from splitkit.custody.holdings import SetRecord
    from splitkit.issue.make import IssuedSet
    from splitkit.ledger.schema import Event
    from splitkit.quorum.policy import SheetId
    from splitkit.quorum.release import Released
    from splitkit.secret.record import SecretRecord


def _options(function: Callable[..., Any]) -> Callable[..., Any]:
    """What all three commands take."""
    decorators = (
        click.argument("plan", metavar="PLAN"),
        click.argument("scans", nargs=-1, metavar="[SCAN...]"),
        click.option("--ledger", "ledgers", multiple=True, required=True, metavar="FILE",
                     help="Every ledger, from the oldest to the newest; the last one is written to."),
        click.option("--set", "set_id", metavar="ID", help="The beginning of the set id, where several sets are live."),
        click.option("--out", required=True, metavar="DIR", help="New folder for what is printed."),
        click.option("--reason", required=True, metavar="TEXT", help="Why; it goes into the ledger."),
        click.option("--signed", metavar="WORDS", help="The 12 words marked P of the plan that was signed."),
        click.option("--allow-disk", is_flag=True, help="Let plain sheets lie on a disk that keeps them."),
        click.option("--type", "typing", is_flag=True, help="Type sheets from the paper, word by word; no camera needed."),
        camera_option,
        click.option("--by", default="ADM", metavar="SEAT", help="Who does it; ADM if not given."),
        click.option("--wit", default="WIT", metavar="SEAT", help="Who has seen it; WIT if not given."),
    )  # fmt: skip
    for decorator in reversed(decorators):
        function = decorator(function)
    return function


@dataclass
class Renewal:
    """What a command works on: the agreed plan, the set as the register has it, and its quorum."""

    plan: Plan
    of: SetRecord
    released: Released
    choices: dict[str, Any]

    def record(self, event: Event) -> None:
        """Write one entry into the last ledger."""
        append_to(self.choices["ledgers"], event, self.choices["by"], self.choices["wit"])


def _begin(plan_file: str, scans: Sequence[str], choices: dict[str, Any]) -> Renewal:
    """Check everything that can be checked without a quorum, then read one.

    Raises:
        SplitkitError: For the first reason to make nothing.
    """
    plan = parse_plan(files.read_file(plan_file, MAX_PLAN_BYTES))
    if choices["signed"] is not None:
        check_signed(plan, choices["signed"])
    check_guard(plan, click.get_current_context().obj)
    check_folder(Path(choices["out"]), plan, allow_disk=choices["allow_disk"])
    built = built_from(choices["ledgers"])
    of = live_set(built.register, choices["set_id"])
    if plan.practice != of.practice:
        raise AttentionError("practice and production are mixed up", "plan and ledger must say the same")
    check_named(scans, typing=choices["typing"], camera=choices["camera"])
    gathering = read_scans(scans, typing=choices["typing"], camera=choices["camera"])
    judgement = judge(gathering, parse_fingerprint(built.fingerprint(of.set_id)))
    return Renewal(plan, of, release(gathering, judgement, practice=of.practice, superseded=False), choices)


# --- reissue ----------------------------------------------------------------------------------------------------------


@click.command(cls=SheetsCommand, name="reissue")
@_options
@click.option("--sheet", required=True, metavar="NUMBER", help="The sheet to print again, such as 2 or B2.")
def reissue(plan: str, scans: Sequence[str], sheet: str, **choices: Any) -> None:
    """Print the same share again, for a sheet that was destroyed or is worn.

    It is the very share that was dealt, from a quorum of the others.  A sheet that is lost, or that somebody else may have read, is
    never printed again: the set is refreshed.
    """
    hardening.harden()
    renewal = _begin(plan, scans, choices)
    number = sheet.upper()
    _check_reissue(renewal, number)
    sheet_id = renewal.of.policy.sheet(number)
    page = _same_page(renewal, sheet_id)
    folder = Path(choices["out"])
    files.write_set(folder, {sheet_file(renewal.plan.policy, sheet_id): page})
    renewal.record(SheetReissued(set=renewal.of.set_id, sheet=number, reason=choices["reason"]))
    result(f"sheet {number} of set {renewal.of.set_id[:8]} is in {safe(str(folder))}: the same share as before")
    say(
        "next: print it, read it back with 'splitkit drill', seal it, delete the folder, and shred what is left of the old paper (record it as sheet.shredded)"
    )


def _check_reissue(renewal: Renewal, number: str) -> None:
    of = renewal.of
    if number not in of.sheets:
        raise UsageError("the set has no sheet of this number", "the numbers are those on the paper")
    if of.sheets[number].exposed:
        raise AttentionError("this sheet is lost, or somebody else may have read it", PROCEDURES[Case.LOST])
    if renewal.plan.policy != of.policy or renewal.plan.public_label != of.label:
        raise AttentionError(
            "this is not the plan that the set was made from",
            "give the plan of the split: policy and label must be the same",
        )


def _same_page(renewal: Renewal, sheet: SheetId) -> bytes:
    dealt = DealtSet(renewal.released.envelope, b"", {sheet: renewal.released.reissue(sheet)})
    return sheet_pdf(renewal.plan, dealt, sheet)


# --- refresh and rotate -----------------------------------------------------------------------------------------------


@click.command(cls=SheetsCommand, name="refresh")
@_options
def refresh(plan: str, scans: Sequence[str], **choices: Any) -> None:
    """Make a new set for the same secret: for a leaver, a lost sheet, another policy.

    The old set counts until every new sheet was read back.  Then its sheets are destroyed: they open the same secret until no
    quorum of them is left.
    """
    hardening.harden()
    renewal = _begin(plan, scans, choices)
    _make(renewal, renewal.released.open(), "refreshed")


@click.command(cls=SheetsCommand, name="rotate")
@_options
@click.option(
    "--secret", type=click.Choice(["generate", "prompt"]), default="generate", help="Where the new password comes from."
)
@click.option("--incident", metavar="CODE", help="The incident that made it necessary, as the ledger calls it.")
def rotate(plan: str, scans: Sequence[str], secret: str, incident: str | None, **choices: Any) -> None:
    """Make a new secret and a new set, after a compromise.

    Nothing is rotated for the calendar's sake.  The old set counts until every new sheet was read back, and is retired after
    somebody has signed in with the new password.
    """
    hardening.harden()
    renewal = _begin(plan, scans, choices)
    if incident is not None:
        renewal.record(Note(text=f"rotation because of incident {incident}"))
    _make(renewal, make_record(renewal.plan, secret, Entropy()), "rotated")


def _make(renewal: Renewal, record: SecretRecord, how: str) -> None:
    """Deal the new set, let the second implementation recover it, write its pages, and record it as not yet relied upon."""
    entropy, folder = Entropy(), Path(renewal.choices["out"])
    issued = make_set(renewal.plan, record, entropy, renewal.released.envelope.header)
    files.write_set(folder, {**issued.files(), FORMER_FILE: _former(renewal, issued, entropy)})
    renewal.record(set_made(issued))
    _report(renewal, issued, folder, how)


def _former(renewal: Renewal, issued: IssuedSet, entropy: Entropy) -> bytes:
    """Return the identity of the old set, sealed to the new one: what was sealed to the old set is not orphaned."""
    return renewal.released.sealed_identity(issued.dealt.recipient, entropy)


def _report(renewal: Renewal, issued: IssuedSet, folder: Path, how: str) -> None:
    new = issued.set_id
    say(f"written to {safe(str(folder))}: {renewal.plan.policy.sheets} sheets and the public record")
    result(f"{'PRACTICE set' if renewal.plan.practice else 'set'} {new}, epoch {issued.envelope.header.epoch}")
    result(f"replaces {renewal.of.set_id}, which counts until every new sheet was read back")
    result("fingerprint (write it into the signed record; it may be read aloud):")
    for row in spelt_rows(issued.envelope.fingerprint):
        result(row)
    say(f"next: print each sheet, read each back with 'splitkit drill --set {new[:8]}', delete the folder")
    say(f"then: splitkit custody add LEDGER... set.{how} set={new} replaces={renewal.of.set_id} reason=...")
    say("then: destroy every old sheet; 'splitkit custody status' counts down until none of them opens anything")
