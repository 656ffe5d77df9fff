"""The public record of a set in a guided ceremony: printed, compared, signed, and copied to three places.  Nothing here deletes it."""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Literal

from splitkit.ceremony.steps import Task
from splitkit.cli.guide.page_jobs import print_other
from splitkit.cli.guide.session import Session
from splitkit.cli.guide.sheet_reading import RECORD, SheetReading, read_paper
from splitkit.cli.ui.talk import safe
from splitkit.cli.ui.vouching import ask_words, judged, with_what
from splitkit.custody.folder import RECORDS
from splitkit.errors import DeviceError, SplitkitError, UsageError
from splitkit.host import files
from splitkit.host.home import SETTINGS, Ledgers
from splitkit.issue.artefacts import FORMER_FILE, RECORD_FILE
from splitkit.ledger import events
from splitkit.ledger.fields import LINE
from splitkit.ledger.verification import MAX_FILE_BYTES, read_ledger
from splitkit.quorum.anchor import Anchor, parse_fingerprint
from splitkit.quorum.gathering import gather

_PLACES: dict[Literal["custody", "stick-1", "stick-2"], str] = {
    "custody": "The custody folder",
    "stick-1": "The folder of the first stick",
    "stick-2": "The folder of the second stick, which is kept elsewhere",
}
_NONE = "; none: there is no stick, and two people say why"
_NOT_HERE = ", which is not here; that of the custody stick, or . for the folder you are in"
_MAX_BYTES = 4 * 1024 * 1024
"""No file of a public record is nearly as long."""


def print_record(session: Session) -> None:
    """The page, its words, and who signs it."""
    dialogue, live = session.dialogue, session.live
    dialogue.say("The public record holds no secret.  It is kept with the signed papers for as long as the set is.")
    session.irrevocable = "the public record was printed"
    asked = "Has the whole public record come out?"
    if not print_other(session, RECORD_FILE, live.public_record, "the public record", asked):
        return dialogue.say("It is printed again; an odd page is torn up: it holds no secret.")
    _compare(session, live.envelope.fingerprint)
    if session.choices.by_hand:
        dialogue.say(
            "Of a sheet that is written by hand the envelope stands on this record alone: it is read from the paper."
        )
        if read_envelope(session, Anchor(live.envelope.fingerprint)) is None:
            return dialogue.say("It is printed again; the odd page is torn up: it holds no secret.")
    dialogue.say("Two people sign it: what it says is what they saw here.")
    session.record(events.RecordSigned(set=session.set_id, signed_by=session.two("Who has signed it?")[:2]))
    return None


def _compare(session: Session, wanted: tuple[str, ...]) -> None:
    """Let people type the F words from the printed page; a word that is wrong is named, and asked for alone."""

    def take(typed: str) -> Anchor:
        given = parse_fingerprint(typed)
        if given.fingerprint != wanted:
            fact = with_what("these are not the words of this set", judged(given.fingerprint, [wanted], {}))
            raise UsageError(fact, "if the page says so, it is not the record of this set: open the menu with '!'")
        return given

    ask_words(
        "Type the 12 words headed F from the PRINTED record:",
        take,
        "hold the ceremony at a terminal",
        [wanted],
        session.dialogue,
        sys.maxsize,
    )


def read_envelope(session: Session, anchor: Anchor) -> SheetReading | None:
    """Return what was read of the printed public record, once that is the envelope which *anchor* vouches for; nothing if the page is given up."""
    dialogue = session.dialogue
    while True:
        reading = read_paper(session, RECORD, typed=True)
        found = gather(reading.pages, reading.lines)
        if found.found_shares() or [one.fingerprint for one in found.by_fingerprint()] != [anchor.fingerprint]:
            fault = "the envelope of this set was not read on it"
        elif any(page.drawn for page in reading.pages) and not session.destination.drawn:
            fault = "a program drew this picture: scan the printed paper in grey"
        else:
            dialogue.say("Right: the envelope of this set.")
            return reading
        dialogue.say(f"NOT TAKEN: {fault}.")
        if dialogue.certain("Is the page misprinted?  no: it is read once more.", "another page is taken"):
            return None


def copy_record(session: Session) -> None:
    """The files, in the custody folder and on two sticks."""
    live, done = session.live, {one.to for one in _copied(session)}
    former = {FORMER_FILE: session.memory.former} if session.memory.former else {}
    public = live.public_files() | former
    session.dialogue.say("Its files: " + ", ".join(public) + ".")
    usual = str(session.meant.folder or folder_here(practice=session.plan.practice) or "")
    for to, called in _PLACES.items():
        if to in done:
            continue
        default = usual if to == "custody" else ""
        enter = f" (Enter: {safe(default)})" if default else _NOT_HERE * (to == "custody")
        none = "" if to == "custody" else "; or none"
        path = session.dialogue.read(f"{called}{enter}{none}:", partial(_written, session, public, default, none),
                                     f"A folder that is there: splitkit makes one of this set in it{_NONE * bool(none)}.")  # fmt: skip
        if path is None:
            if _without(session, called):
                return
            raise UsageError("this copy was not made", "put a stick in; or type 'none', and let two people say why")
        session.record(events.RecordCopied(set=session.set_id, to=to))
        session.copied.append(path)
        session.dialogue.say(f"copied, and read back: {safe(str(path))}")


def folder_here(*, practice: bool) -> Path | None:
    """Return the custody folder that every other command would find here, if it is for such sets."""
    with suppress(SplitkitError):
        ledgers = Ledgers()
        if ledgers.folder:
            first = read_ledger(files.read_file(str(ledgers.last), MAX_FILE_BYTES)).entries[0].data
            if isinstance(first, events.LedgerOpened) and first.practice is practice:
                return ledgers.folder
    return None


def _without(session: Session, called: str) -> bool:
    """Whether two people go on without a copy, and say why: the page that was signed is there, and can be copied later."""
    session.dialogue.say(
        "Without it nothing but this folder and the signed page vouches for the set.  Copy the files as soon as there is a stick."
    )
    if not session.dialogue.certain("Do two people go on without it?", "it is an exception, with a reason"):
        return False
    session.record(events.ScriptException(
        expected="the public record is copied to three places", happened=session.dialogue.text("Why is there no stick?", LINE),
        decision=f"it goes on without: {called[:1].lower()}{called[1:]}", step=session.step.code, approved=session.two("Who decides it?"),
    ))  # fmt: skip
    session.end_step("skipped")
    return True


def _copied(session: Session) -> list[events.RecordCopied]:
    entries = [one.data for one in session.recorder.ledger.entries]
    return [one for one in entries if isinstance(one, events.RecordCopied) and one.set == session.set_id]


def _written(session: Session, public: dict[str, bytes], default: str, none: str, typed: str) -> Path | None:
    """Return the folder in which the files lie, once they were written there and read back; None where there may be *none* and is none.

    Raises:
        UsageError: If it is no folder, is one that has a copy, or cannot hold one.
    """
    if none and typed.casefold() == "none":
        return None
    if not (typed or default):
        raise UsageError("no folder was named", "type the name of one that is there; . is the folder you are in")
    place = Path(typed or default)
    if not files.is_folder(place):
        raise UsageError(
            "there is no such folder", "put the stick in, and type the folder that it shows as; . is the one you are in"
        )
    if files.standing_at(place / SETTINGS):
        place /= RECORDS
    target = place / f"set-{session.set_id[:8]}"
    if target.resolve() in [one.resolve() for one in session.copied]:
        raise UsageError("a copy lies there already", "the copies are kept apart: use another stick")
    try:
        if not files.standing_at(target):
            files.write_set(target, public)
        same = all(files.read_file(str(target / name), _MAX_BYTES) == content for name, content in public.items())
    except DeviceError as error:
        raise UsageError(error.fact, "look at the stick, or take another one; nothing is lost") from None
    if not same:
        raise UsageError("another copy of that name lies there", "see what it is, and take another folder")
    return target


HANDLERS = {Task.PRINT_RECORD: print_record, Task.COPY_RECORD: copy_record}
"""What is done at each step of this part, by its task."""
