"""`splitkit drill`: prove that a quorum still works, and record it.  Nothing here can show a secret.

The sheets come first, then what else a drill is about, then what it taught, then the certificate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from splitkit.cli import options
from splitkit.cli.guide.drill_steps import DrillSteps
from splitkit.cli.options import SheetsCommand, option, packed, shared
from splitkit.cli.ui.custody_ledgers import Custody, LedgerWriter, built_from, live_set, readings_of
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.ledger_reading import Reading, read, settings_of
from splitkit.cli.ui.overrides import Overruled
from splitkit.cli.ui.sheet_input import SheetInput, offer_pictures, set_rows
from splitkit.cli.ui.talk import result, safe, say, sheet_list
from splitkit.cli.ui.vouching import Vouched, confirm_set
from splitkit.custody.certificate import Drill
from splitkit.custody.drills import next_drill
from splitkit.custody.persons import bound
from splitkit.custody.records.holdings import Life, Register, SetRecord
from splitkit.custody.withdrawal import withdrawals
from splitkit.errors import AttentionError, ForgedError, NoQuorumError, SplitkitError, UnsafeMachineError
from splitkit.host import clock, files, hardening
from splitkit.host.home import Ledgers
from splitkit.host.terminal import interactive
from splitkit.ledger.chain import Entry, head_words
from splitkit.ledger.events import DrillHeld, ReadingUse
from splitkit.packs.pack import USUAL, find_pack
from splitkit.paper.geometry import Paper
from splitkit.paper.typeset import Typesetter
from splitkit.quorum.judge import Judgement, judge
from splitkit.quorum.verdicts import Status

_NOT_OURS = (Status.OTHER_SET, Status.UNMATCHED)


@dataclass(frozen=True, kw_only=True)
class DrillOptions:
    """What `drill` is told besides the sheets."""

    ledgers: Ledgers = shared(options.ledgers_option())
    set_id: str | None = shared(options.set_option)
    vouched: Vouched = shared(options.vouched_options)
    who: bool = option("--who", is_flag=True, help="Only say whose turn it is.")
    sheets: SheetInput = shared(options.sheets_options)
    bags: bool = option("--bags", is_flag=True, help="Also ask every other custodian for bag and seal.")
    assets: bool = option("--assets", is_flag=True, help="Also try every MFA device, phone and mailbox.")
    overruled: Overruled = shared(options.override_options())
    live: bool = option(
        "--live", is_flag=True, help="Also sign in, and see the alert arrive; with --bags and --assets."
    )
    certificate: str | None = option(
        "--certificate", metavar="FILE", help="New PDF that tells what the drill has proven; alone: of the last drill."
    )
    paper: Paper | None = shared(options.folder_paper_option)
    by: str = shared(options.done_by("holds the drill"))
    wit: str

    @property
    def steps(self) -> bool:
        """Whether anything is asked besides the sheets."""
        return self.bags or self.assets or self.live

    def check(self) -> None:
        """Refuse what could not be done at the end of the drill.

        Raises:
            UnsafeMachineError: If something is asked of people, and nobody is at a terminal.
            UsageError: If the file of the certificate is there already.
        """
        if self.steps and not interactive():
            raise UnsafeMachineError(
                "these steps are asked of people, and nobody is at a terminal", "run it in a terminal"
            )
        if self.certificate:
            files.check_new_file(Path(self.certificate))


@click.command(cls=SheetsCommand, name="drill")
@packed(DrillOptions)
def command(given: DrillOptions) -> None:
    """Prove that a quorum still opens the set, and show nothing of it.

    What people signed says which set it is, and the ledgers must agree.  What was read, and whether the set opens, is recorded.
    Fewer sheets than a quorum are read and recorded all the same: each custodian can look after a sheet alone.
    At a terminal everybody is asked at the end what the drill taught; without that, its ledger cannot be closed.
    """
    hardening.harden()
    built = built_from(given.ledgers, strict=False)
    known = live_set(built.register, given.set_id, pending=True)
    if given.who:
        _say_who(known)
        return
    given.check()
    reads = given.sheets.named or not given.certificate or given.steps
    drilled, problem = _hold(built, known, given) if reads else (True, None)
    if given.certificate and not drilled:
        raise problem or AttentionError(*_NOTHING_TO_CERTIFY)
    if given.certificate:
        try:
            _certify(
                given.ledgers, known.set_id, Path(given.certificate), given.paper or settings_of(given.ledgers).paper
            )
        except SplitkitError as error:
            raise problem or error from None
    if problem is not None:
        raise problem


def _hold(built: Custody, known: SetRecord, given: DrillOptions) -> tuple[bool, SplitkitError | None]:
    """Read the sheets, record them, and go through the steps that were asked for.

    Returns:
        Whether a quorum was tried, and what people must know at the end.
    """
    given.sheets.check_named()
    writer = LedgerWriter(given.ledgers, given.by, given.wit, given.overruled).checked()
    anchor, _ = built.vouched(known.set_id, given.vouched)
    gathering = given.sheets.read()
    judgement = judge(gathering, anchor)
    if judgement.chosen:
        built.check_agrees(known, judgement.chosen.envelope)
        envelope = judgement.chosen.envelope
        confirm_set(envelope.header.set_id.hex(), set_rows(envelope), "Is this the set of the drill?")
    sound = _record_sheets(writer, known, judgement)
    opens = _record_drill(writer, known, judgement, sound)
    problem = _problem(judgement, sound, opens=opens)
    if problem is None:
        _say_result(known, sound, opens=opens)
    else:
        say(f"error: {problem.fact}")  # now too: people may stop before the end
    drilled, failed = opens is not None, ""
    if interactive():
        with Dialogue.open("what was said so far is recorded; the debrief is still to be recorded") as dialogue:
            steps = DrillSteps(dialogue, writer, built.register, known)
            failed = _go_on(steps, sound, given, opens=opens is True)
            if drilled:
                steps.debrief()
        if problem is None:  # the picture of a sheet that is not what was printed may be wanted
            offer_pictures(gathering, practice=known.practice)
    elif drilled:
        say("record how it went: splitkit record debrief went_wrong=... surprising=...")
    failure = _failure(failed, built.register, known) if failed else None
    return drilled, problem or failure


_NOTHING_TO_CERTIFY = (
    "no quorum was put together, so there is no drill to certify",
    "bring a quorum; without sheets, --certificate prints that of the last drill",
)

_ALERTED = "the sign-in was refused, or somebody who is to be alerted was not, or did not know what to do"

_FAILED = {
    "nobody": (
        "no sign-in was held: nobody is recorded who is to get the alerts",
        "record it: splitkit record bound account=NAME; splitkit record receiver.added PERSON",
    ),
    "none": ("no sign-in was held: the set was not opened, or is not in use", "bring a quorum, and begin again"),
}


def _go_on(steps: DrillSteps, sound: list[str], given: DrillOptions, *, opens: bool) -> str:
    """Take the steps besides the sheets; return what a live drill failed of: 'alert', one of `_FAILED`, or nothing."""
    if given.bags or given.live:
        steps.bags(sound)
    if given.assets or given.live:
        steps.assets()
    if not given.live:
        return ""
    if not opens or steps.drilled.life is not Life.LIVE:
        steps.dialogue.say("No sign-in: this set was not opened, or is not in use.")
        return "none"
    if not steps.expected:
        steps.dialogue.say("No sign-in: nobody is recorded who is to get the alerts of its account.")
        return "nobody"
    return "" if steps.sign_in(sound) else "alert"


def _failure(failed: str, register: Register, known: SetRecord) -> AttentionError:
    """Return what a live drill failed of; what is done when an alert comes, or does not, says the pack of the account."""
    if failed != "alert":
        return AttentionError(*_FAILED[failed])
    account = register.accounts.get(register.lines.get(known.line, ""))
    pack = account.known(register.packs) if account else find_pack(USUAL)
    one = (pack.procedure_for("alert") or pack.procedure_for("drill")) if pack else None
    how = f": splitkit packs show {one.code}" if one else ""
    return AttentionError(_ALERTED, f"see to it before the next sign-in{how}")


def _certify(ledgers: Ledgers, set_id: str, path: Path, paper: Paper) -> None:
    """Write the certificate of the last drill from what the ledgers hold by now."""
    custody = built_from(ledgers, strict=False)
    gone = {one.entry.hash for one in withdrawals(custody.entries)[0]}
    entries = _ledger_of_drill(read(ledgers), set_id)
    known = custody.register.sets[set_id]
    drill = Drill(custody.register, known, entries, clock.day(), head_words(entries[-1].hash), gone)
    files.write_new_file(path, Typesetter(paper).report(drill.report(), say))
    say(f"written to {safe(str(path))}: print it, and let two people sign")


def _ledger_of_drill(reading: Reading, set_id: str) -> Sequence[Entry]:
    """Return the ledger that is written to; in a custody folder the one in which the last drill of the set was held."""
    if reading.ordered is None:
        return reading.chains[-1].entries
    placed = list(bound(reading.ordered.placed))
    held = [one.ledger for one in placed if isinstance(one.entry.data, DrillHeld) and one.entry.data.set == set_id]
    return [one.entry for one in placed if one.ledger == (held or [placed[-1].ledger])[-1]]


def _say_who(known: SetRecord) -> None:
    numbers = next_drill(known)
    if not numbers:
        raise AttentionError("no quorum of this set is left", "see 'splitkit status'")
    result(f"set {known.set_id[:8]}.., the next drill:")
    for number in numbers:
        sheet = known.sheets[number]
        result(
            f"  sheet {number:<4} {sheet.holder or '-':<8} bag {sheet.bag or '-'}, last read {sheet.proven or 'never'}"
        )


def _record_sheets(writer: LedgerWriter, known: SetRecord, judgement: Judgement) -> list[str]:
    """Say how every sheet was read, and record it; return those that are sound."""
    for sheet in judgement.sheets:
        say(f"{sheet.name or safe(sheet.source)}: {sheet.status.value}" + (f" ({sheet.note})" if sheet.note else ""))
    use: ReadingUse = "drill" if judgement.chosen and judgement.chosen.has_quorum else "inventory"
    readings = readings_of(known, judgement, "read-back" if known.life is Life.PENDING else use)
    if readings:
        writer.record(*readings)
    return [one.sheet for one in readings if one.result == "sound"]


def _record_drill(writer: LedgerWriter, known: SetRecord, judgement: Judgement, sound: list[str]) -> bool | None:
    """Record whether the set opened; nothing where fewer sheets than a quorum were read.  Return the same."""
    case = judgement.chosen
    if case is None or not case.has_quorum:
        return None
    opens = case.proof is not None and not judgement.unsound()
    rest = [number for number in known.sheets if number not in sound and known.sheets[number].may_be_used]
    data = DrillHeld(
        set=known.set_id,
        sheets=tuple(sorted(sound)),
        way="verify",
        result="pass" if opens else "fail",
        not_proven=tuple(rest),
    )
    writer.record(data)
    return opens


def _problem(judgement: Judgement, sound: list[str], *, opens: bool | None) -> SplitkitError | None:
    """Return what people must know at once, or nothing."""
    if any(sheet.status is Status.FORGED for sheet in judgement.sheets) or opens is False:
        return ForgedError(
            "the set does not open, or a sheet is not what was printed",
            "keep these sheets apart; 'splitkit status' says what follows",
        )
    if any(sheet.status in _NOT_OURS for sheet in judgement.sheets):
        return ForgedError("a sheet of another set was among them", "keep the sets apart, and read the right sheets")
    if not sound:
        return NoQuorumError(
            "no sheet of this set was read", "scan the whole page, flat and in different light, or use --type"
        )
    return None


def _say_result(known: SetRecord, sound: list[str], *, opens: bool | None) -> None:
    if opens is None:
        result(f"{sheet_list(sound)} of set {known.set_id[:8]}: sound; too few for a quorum, which was not tried")
    else:
        result(f"set {known.set_id[:8]} opens with {sheet_list(sound)}; nothing was shown")
