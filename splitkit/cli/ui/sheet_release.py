"""Releasing a set, for the commands that open one; no other command loads this."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.overrides import Overruled
from splitkit.cli.ui.sheet_input import SheetInput, claims, set_rows
from splitkit.cli.ui.talk import warn
from splitkit.cli.ui.vouching import confirm_set
from splitkit.custody.records.lives import Life
from splitkit.errors import Remedy, SupersededError
from splitkit.host.terminal import interactive
from splitkit.quorum.anchor import Anchor
from splitkit.quorum.envelope import Envelope
from splitkit.quorum.gathering import Gathering
from splitkit.quorum.judge import Judgement, judge
from splitkit.quorum.release import Released, release

if TYPE_CHECKING:
    from splitkit.cli.ui.custody_ledgers import Custody, LedgerWriter
    from splitkit.custody.records.holdings import SetRecord

SENTENCE = "nothing vouches for this"
"""What has to be typed before a recovery without a record."""

_SHOWN = 8
"""So many claims are shown, of what may be hundreds."""


def release_from(
    sheets: SheetInput, custody: Custody, known: SetRecord, anchor: Anchor, question: str, writer: LedgerWriter
) -> Released:
    """Read sheets of a set that the ledgers know and people vouch for, record them, release it, and let people confirm that it is the one.

    An envelope that claims to be of a newer set is asked about, unless entries that people vouch for say what became of that set.

    Raises:
        LedgerError: If the envelope is of another line or epoch than the ledgers say.
        SplitkitError: If it is not to be opened.
    """
    from splitkit.cli.ui.custody_ledgers import record_read  # noqa: PLC0415  (only where there are ledgers)

    gathering = sheets.read()
    judgement = judge(gathering, anchor)
    if judgement.chosen:
        custody.check_agrees(known, judgement.chosen.envelope)
    record_read(writer, known, judgement)
    meant = known.life is not Life.LIVE  # an old one was named by its id, so it is the one that is meant
    released = release_in_line(gathering, judgement, custody, writer.overruled, practice=known.practice, meant=meant)
    custody.check_agrees(known, released.envelope)
    confirm_set(released.envelope.header.set_id.hex(), set_rows(released.envelope), question)
    return released


def release_in_line(
    gathering: Gathering,
    judgement: Judgement,
    custody: Custody | None,
    overruled: Overruled,
    *,
    practice: bool,
    meant: bool = False,
) -> Released:
    """Release a set unless a newer one of its line stops it: one that the ledgers say is in use, or one that is claimed.

    Where only a claim stops it, people at a terminal are asked once.  Where the older set is *meant*, nothing does.

    Raises:
        SplitkitError: If it is not to be opened.
    """
    newer = _claims(judgement, custody)
    try:
        released = release(gathering, judgement, practice=practice, superseded=meant or not newer)
    except SupersededError as error:
        if not overruled.allows("superseded", error.fact, lambda: interactive() and _confirm_older(newer)):
            raise
        released = release(gathering, judgement, practice=practice, superseded=True)
    header = released.envelope.header
    in_use = custody.register.newer_in_use(header.line.hex(), header.epoch) if custody else None
    if in_use and not meant:
        fact = f"the ledgers say that a newer set of this line is in use: {in_use.name}"
        if "superseded" not in overruled or not overruled.allows(
            "superseded", fact
        ):  # a yes was to a claim, not to this
            raise SupersededError(fact, Remedy.NEWER_SET)
    return released


def confirm_no_record(dialogue: Dialogue) -> bool:
    """Return whether people go on without a record, knowing that nothing but the sheets vouches for what they hold."""
    return dialogue.certain(f"Type '{SENTENCE}' to go on, or no:", "what the sheets hold is shown", SENTENCE)


def _claims(judgement: Judgement, custody: Custody | None) -> Sequence[Envelope]:
    """What claims to be newer and is to be asked about; a stranger to the ledgers is named."""
    if not custody:
        return judgement.newer
    strangers = [one for one in judgement.newer if one.header.set_id.hex() not in custody.register.sets]
    for one in strangers[:_SHOWN]:
        warn(f"an envelope claims to be of a newer set that the ledgers do not know: {one.header.set_id.hex()}")
    return custody.claims(judgement.newer)


def _confirm_older(newer: Sequence[Envelope]) -> bool:
    """Show what claims to be newer, and return whether people open the older set anyway."""
    with Dialogue.open("nothing was done") as dialogue:
        for envelope in newer[:_SHOWN]:
            dialogue.rows([f"An envelope here claims to be of a newer set, {envelope.header.set_id.hex()}:"])
            dialogue.rows(["  " + line for line in claims(envelope)])
        if len(newer) > _SHOWN:
            dialogue.say(f"{len(newer) - _SHOWN} more envelopes claim to be of newer sets.")
        dialogue.say("Anybody can print such a claim: compare it with the signed record, or with the register.")
        return dialogue.certain("Open the older set anyway?")
