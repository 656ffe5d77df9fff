"""`splitkit ceremony drill SCAN...`: prove that a quorum still works, and record it.  Nothing here can show a secret."""

from collections.abc import Sequence
from pathlib import Path

from splitkit.cli.ceremony_options import DrillOptions
from splitkit.cli.guide.questions import ask_lessons, names_of
from splitkit.cli.ui.custody_ledgers import Custody, LedgerWriter, built_from, live_set, readings_of
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.ledger_reading import Reading, read, settings_of
from splitkit.cli.ui.sheet_input import offer_pictures, set_rows
from splitkit.cli.ui.talk import result, safe, say, sheet_list
from splitkit.cli.ui.vouching import confirm_set
from splitkit.custody.certificate import Drill
from splitkit.custody.drills import next_drill
from splitkit.custody.persons import bound
from splitkit.custody.records.holdings import Register, SetRecord, new_codes
from splitkit.custody.records.lives import Life
from splitkit.custody.register import taken_back
from splitkit.errors import AttentionError, ForgedError, NoQuorumError, Remedy, SplitkitError
from splitkit.host import clock, files
from splitkit.host.home import Ledgers
from splitkit.host.terminal import interactive
from splitkit.ledger.chain import Entry, head_words
from splitkit.ledger.events import DrillHeld, ReadingUse
from splitkit.paper.geometry import Paper
from splitkit.paper.typeset import Typesetter
from splitkit.quorum.judge import Judgement, judge
from splitkit.quorum.verdicts import Status

_NOT_OURS = (Status.OTHER_SET, Status.UNMATCHED)


def drill_scans(given: DrillOptions) -> None:
    """Read the sheets that were named and record what they prove; or only say whose turn it is, or print the last certificate.

    Raises:
        SplitkitError: For what people must know at the end.
    """
    ledgers = given.ledgers
    built = built_from(ledgers)
    known = live_set(built.register, given.set_id, pending=True)
    if given.practice and not known.practice:
        raise AttentionError("this is not a practice set", Remedy.NO_PRACTICE)
    if given.who:
        return _say_who(known)
    if given.certificate:
        files.check_new_file(Path(given.certificate))
    drilled, problem = _hold(built, known, given) if given.sheets.named else (True, None)
    if given.certificate and not drilled:
        raise problem or AttentionError(*_NOTHING_TO_CERTIFY)
    if given.certificate:
        try:
            _certify(ledgers, known.set_id, Path(given.certificate), given.paper or settings_of(ledgers).paper)
        except SplitkitError as error:
            raise problem or error from None
    if problem is not None:
        raise problem
    return None


def _hold(built: Custody, known: SetRecord, given: DrillOptions) -> tuple[bool, SplitkitError | None]:
    """Read the sheets, and record them.

    Returns:
        Whether a quorum was tried, and what people must know at the end.
    """
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
    if opens is not None and known.life is not Life.PENDING:  # it was a read-back: no drill has taught anything
        _debrief(writer, built.register)
    if problem is None:  # the picture of a sheet that is not what was printed may be wanted
        offer_pictures(gathering, practice=known.practice)
    return opens is not None, problem


def _debrief(writer: LedgerWriter, register: Register) -> None:
    """Ask everybody what the drill has taught: without that, its ledger cannot be closed."""
    if not interactive():
        return say("record how it went: splitkit record debrief went_wrong=... surprising=...")
    with Dialogue.open("the drill is recorded; the debrief is still to be recorded") as dialogue:
        dialogue.say()
        dialogue.say("DEBRIEF: everybody is asked.")
        codes = new_codes(register.actions, f"D-{clock.day():%Y%m%d}-")
        for lesson in ask_lessons(dialogue, codes, names_of(register)):
            writer.record(lesson)
    return None


_NOTHING_TO_CERTIFY = (
    "no quorum was put together, so there is no drill to certify",
    "bring a quorum; without sheets, --certificate prints that of the last drill",
)


def _certify(ledgers: Ledgers, set_id: str, path: Path, paper: Paper) -> None:
    """Write the certificate of the last drill from what the ledgers hold by now."""
    custody = built_from(ledgers)
    gone = taken_back(custody.entries, clock.day())
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
