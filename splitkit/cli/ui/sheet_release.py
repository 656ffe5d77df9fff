"""Releasing a set that the ledgers know, for the commands that open one; no other command loads this."""

from splitkit.cli.ui.custody_ledgers import Custody
from splitkit.cli.ui.sheet_input import SheetInput
from splitkit.custody.holdings import SetRecord
from splitkit.errors import LedgerError
from splitkit.quorum.judge import judge
from splitkit.quorum.release import Released, release


def release_from(sheets: SheetInput, custody: Custody, known: SetRecord) -> Released:
    """Read sheets of a set that the ledgers know, and release it.

    Raises:
        SplitkitError: If it is not to be opened.
    """
    gathering = sheets.read()
    judgement = judge(gathering, custody.anchor(known.set_id))
    released = release(gathering, judgement, practice=known.practice, superseded=False)
    header = released.envelope.header
    if (header.line.hex(), header.epoch) != (known.line, known.epoch):
        raise LedgerError(
            "the ledger gives this set another line or epoch than its envelope", "trust the signed record"
        )
    return released
