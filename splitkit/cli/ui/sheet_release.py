"""Releasing a set, for the commands that open one; no other command loads this."""

from collections.abc import Sequence

from splitkit.cli.ui.custody_ledgers import Custody
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.sheet_input import SheetInput, claims
from splitkit.cli.ui.talk import warn
from splitkit.cli.ui.vouching import Vouched, confirm_set
from splitkit.custody.holdings import SetRecord
from splitkit.errors import SupersededError
from splitkit.host.terminal import interactive
from splitkit.quorum.envelope import Envelope
from splitkit.quorum.gathering import Gathering
from splitkit.quorum.judge import Judgement, judge
from splitkit.quorum.release import Released, release


def release_from(sheets: SheetInput, custody: Custody, known: SetRecord, vouched: Vouched, question: str) -> Released:
    """Read sheets of a set that the ledgers know and people vouch for, release it, and let people confirm that it is the one.

    What the ledgers say of the other sets that they know is what counts; an envelope of a set that they do not know is a
    stranger, and only a claim.

    Raises:
        LedgerError: If the envelope is of another line or epoch than the ledgers say.
        SplitkitError: If it is not to be opened.
    """
    sheets.check_named()
    anchor = custody.vouched(known.set_id, vouched)
    gathering = sheets.read()
    judgement = judge(gathering, anchor)
    strangers = [one for one in judgement.newer if one.header.set_id.hex() not in custody.register.sets]
    for one in strangers:
        warn(f"an envelope claims to be of a newer set that the ledgers do not know: {one.header.set_id.hex()}")
    released = release_or_ask(gathering, judgement, practice=known.practice, overruled=False, newer=strangers)
    custody.check_agrees(known, released.envelope)
    confirm_set(released.envelope, question)
    return released


def release_or_ask(
    gathering: Gathering, judgement: Judgement, *, practice: bool, overruled: bool, newer: Sequence[Envelope]
) -> Released:
    """Release a set; where only claims of a *newer* one stop it, people at a terminal are asked once.

    Raises:
        SplitkitError: If it is not to be opened.
    """
    try:
        return release(gathering, judgement, practice=practice, superseded=overruled or not newer)
    except SupersededError:
        if not interactive() or not _confirm_older(newer):
            raise
    return release(gathering, judgement, practice=practice, superseded=True)


def _confirm_older(newer: Sequence[Envelope]) -> bool:
    """Show what claims to be newer, and return whether people open the older set all the same."""
    with Dialogue.open("nothing was done") as dialogue:
        for envelope in newer:
            dialogue.rows([f"An envelope here claims to be of a newer set, {envelope.header.set_id.hex()}:"])
            dialogue.rows(["  " + line for line in claims(envelope)])
        dialogue.say("Anybody can print such a claim: compare it with the signed record, or with the register.")
        return dialogue.certain("Open the older set all the same?")
