"""`splitkit ceremony renew SCAN...`: new paper for an old set, and new sets for an old one.

It begins with what people signed and a quorum of that set, and shows no secret.  A new set counts
only once every sheet of it was read back; until then the old one does.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import click

from splitkit.ceremony.script import REISSUE
from splitkit.cli import options
from splitkit.cli.ceremony_options import RenewOptions
from splitkit.cli.split import check_folder, make_set
from splitkit.cli.ui.custody_ledgers import Custody, LedgerWriter, built_from, live_set
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.secret_input import check_guard, make_record, origin_of
from splitkit.cli.ui.sheet_release import release_from
from splitkit.cli.ui.talk import result, safe, say, spelt_rows, warn
from splitkit.cli.ui.undertaking import undertaken
from splitkit.custody.exposure import PROCEDURES, SetCase
from splitkit.custody.records.holdings import Register, SetRecord
from splitkit.custody.renewal import compared, custodians_changed, left_by, weaker_by
from splitkit.errors import AttentionError, StoppedError, UsageError
from splitkit.host import files
from splitkit.host.terminal import interactive
from splitkit.issue.artefacts import FORMER_FILE, KEPT, sheet_file
from splitkit.issue.make import IssuedSet, sheet_pdf
from splitkit.issue.recorded import set_made
from splitkit.ledger.events import Note, SetKind, SheetReissued
from splitkit.ledger.schema import Event
from splitkit.plan.document import Plan
from splitkit.quorum.dealing import DealtSet
from splitkit.quorum.header import Header
from splitkit.quorum.release import Released
from splitkit.secret.entropy import Entropy
from splitkit.secret.record import SecretRecord


@dataclass
class Renewal:
    """What a command works on: the agreed plan, the set as the register has it, and its quorum."""

    plan: Plan
    custody: Custody
    old: SetRecord
    released: Released
    given: RenewOptions
    writer: LedgerWriter

    @contextmanager
    def writing(self, act: str, planned: Sequence[Event], **about: Any) -> Iterator[None]:
        """Write the intent, let files be written into the new folder, and write what came of it."""
        given, folder = self.given, Path(self.given.out)
        free, about = partial(files.check_destination, folder), {"set": self.old.set_id, **about}
        with (
            undertaken(self.writer, act, given.purpose, planned, ready=free, **about) as undertaking,
            undertaking.writing(folder, *planned),
        ):
            yield


def renew_from_scans(path: str, given: RenewOptions) -> None:
    """Read a quorum of the old set, and write what is new into a folder; *path* is that of the plan."""
    renewal = _begin(path, given)
    if given.way == REISSUE:
        return _reissue(renewal, (given.sheet or "").upper())
    notes = [Note(text=f"rotation because of incident {given.incident}")] if given.incident is not None else []
    return _make(renewal, _secret(renewal), "refresh" if given.way == "refresh" else "rotate", notes)


def _begin(path: str, given: RenewOptions) -> Renewal:
    """Check everything that can be checked without a quorum, then read one.

    Raises:
        SplitkitError: For the first reason to make nothing.
    """
    plan = options.read_plan(path, given.signed)
    plan = replace(plan, practice=plan.practice or given.practice)
    check_guard(plan, click.get_current_context().obj)
    check_folder(Path(given.out), plan, given.overruled)
    writer = LedgerWriter(given.ledgers, given.by, given.wit, given.overruled).checked()
    built = built_from(given.ledgers)
    old = live_set(built.register, given.set_id)
    if plan.practice != old.practice:
        raise AttentionError("practice and production are mixed up", "plan and ledger must say the same")
    given.sheets.check_named()
    anchor, built = built.vouched(old.set_id, given.vouched)
    question = "Is this the set that is renewed?"
    released = release_from(given.sheets, built, old, anchor, question, writer)
    return Renewal(plan, built, old, released, given, writer)


# --- reissue ----------------------------------------------------------------------------------------------------------


def _reissue(renewal: Renewal, number: str) -> None:
    """Write the page of the very share that was dealt, from a quorum of the others."""
    _check_reissue(renewal, number)
    sheet_id = renewal.old.policy.sheet(number)
    dealt = DealtSet(renewal.released.envelope, b"", {sheet_id: renewal.released.reissue(sheet_id)})
    page = sheet_pdf(renewal.plan, dealt, sheet_id)
    folder = Path(renewal.given.out)
    reissued = SheetReissued(set=renewal.old.set_id, sheet=number, reason=renewal.given.purpose)
    with renewal.writing(REISSUE, [reissued], sheet=number):
        files.write_set(folder, {sheet_file(renewal.plan.policy, sheet_id): page})
    result(f"sheet {number} of set {renewal.old.set_id[:8]} is in {safe(str(folder))}: the same share as before")
    say(
        "next: print it, read it back with 'splitkit ceremony drill', seal it, delete the folder; "
        "two people see the old paper destroyed, as 'splitkit status' says"
    )


def _check_reissue(renewal: Renewal, number: str) -> None:
    old = renewal.old
    if number not in old.sheets:
        raise UsageError("the set has no sheet of this number", "the numbers are those on the paper")
    if old.sheets[number].exposed:
        raise AttentionError("this sheet is lost, or somebody else may have read it", PROCEDURES[SetCase.LOST])
    if renewal.plan.policy != old.policy or renewal.plan.public_label != old.label:
        raise AttentionError(
            "this is not the plan that the set was made from",
            "give the plan of the split: policy and label must be the same",
        )


# --- refresh and rotate -----------------------------------------------------------------------------------------------


def _secret(renewal: Renewal) -> SecretRecord:
    """Return the secret of the new set: a new one, or the same with what the plan says beside it."""
    plan = renewal.plan
    if renewal.given.way == "rotate":
        return make_record(plan, renewal.given.secret, Entropy())
    old = renewal.released.open()
    beside = {"user": plan.user or old.user, "account": plan.account or old.account, "note": plan.note or old.note}
    return replace(old, **beside)


def _make(
    renewal: Renewal, record: SecretRecord, act: Literal["refresh", "rotate"], notes: Sequence[Event] = ()
) -> None:
    """Deal the new set, let the second implementation recover it, write its pages, and record it as not yet relied upon."""
    _compare(renewal.released.envelope.header, renewal.plan, renewal.custody.register, renewal.old)
    entropy, folder, line = Entropy(), Path(renewal.given.out), renewal.released.envelope.header.line
    epoch = renewal.custody.next_epoch(line.hex())
    issued = make_set(renewal.plan, record, entropy, epoch, line)
    # the identity of the old set, sealed to the new one: what was sealed to the old set is not orphaned
    former = renewal.released.sealed_identity(issued.dealt.recipient, entropy)
    about = {"makes": issued.set_id, "line": line.hex(), "epoch": epoch}
    kind: SetKind = "refreshed" if act == "refresh" else "rotated"
    origin = origin_of(renewal.given.secret) if act == "rotate" else None
    made = set_made(issued.envelope, issued.plan.policy, kind, renewal.old.set_id, origin)
    with renewal.writing(act, [*notes, made], **about):
        files.write_set(folder, {**issued.files(), FORMER_FILE: former})
    _report(renewal, issued, folder, kind)


def _compare(old: Header, plan: Plan, register: Register, known: SetRecord | None) -> None:
    """Show the set that was signed and the one that is to replace it side by side; what gets weaker, or who has left, takes a 'yes'.

    Raises:
        StoppedError: If people at a terminal do not want it.
    """
    rows = compared(old.policy, old.label, plan.policy, plan.public_label)
    people = custodians_changed(register, known, plan.keepers)
    say(*map(safe, [*rows, *people]))
    told = weaker_by(old.policy, old.label, plan.policy, plan.public_label) + left_by(register, plan.keepers)
    told += ["other people than today are to keep the sheets"] if people else []
    for text in map(safe, told):
        warn(text)
    if told and interactive():
        with Dialogue.open("nothing was made") as dialogue:
            if not dialogue.certain("Is that what was agreed?"):
                raise StoppedError(
                    "this is not what was agreed",
                    "nothing was made: give the plan that was agreed, or write one with those who are to keep the sheets: splitkit plan new FILE",
                )


def _report(renewal: Renewal, issued: IssuedSet, folder: Path, how: str) -> None:
    new = issued.set_id
    say(f"written to {safe(str(folder))}: {renewal.plan.policy.sheets} sheets and the public record")
    result(f"{'PRACTICE set' if renewal.plan.practice else 'set'} {new}, epoch {issued.envelope.header.epoch}")
    result(f"replaces {renewal.old.set_id}, which counts until every new sheet has been read back")
    result("fingerprint (write it into the signed record; it may be read aloud):")
    result(*spelt_rows(issued.envelope.fingerprint))
    rehearsed = " --practice" if renewal.plan.practice else ""
    drill = f"splitkit ceremony drill SCAN...{rehearsed} --set {new[:8]}"
    say(f"next: print each sheet, read all of them back with '{drill}'; then {KEPT}")
    say(
        f"{FORMER_FILE} is no secret either: only a quorum of the new set opens it, and with it what was sealed to the old one"
    )
    accepted = ", and once the new secret is set where it is used" if how == "rotated" else ""
    say(f'then{accepted}: splitkit record {how} {new[:8]} {renewal.old.set_id[:8]} "REASON"')
    say("then: destroy every old sheet; 'splitkit status' counts down until none of them opens anything")
