"""All ledgers of a custody, as the commands that need them read them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from splitkit.cli.ui.talk import say, warn
from splitkit.custody.holdings import Life, SetRecord
from splitkit.custody.register import Register, build
from splitkit.errors import AttentionError, LedgerError, UsageError
from splitkit.host import clock, files
from splitkit.ledger.chain import Entry
from splitkit.ledger.events import SetMade
from splitkit.ledger.ledger_file import Ledger, open_ledger
from splitkit.ledger.schema import Event
from splitkit.ledger.verification import MAX_FILE_BYTES, Chain, Verification, judge_ledger, read_ledger
from splitkit.quorum.anchor import Anchor, parse_fingerprint


@dataclass(frozen=True)
class Custody:
    """The register of all ledgers, with their entries."""

    register: Register
    entries: Sequence[Entry]

    def anchor(self, set_id: str) -> Anchor:
        """Return the fingerprint of a set that was made."""
        made = (one.data for one in self.entries if isinstance(one.data, SetMade) and one.data.set == set_id)
        return parse_fingerprint(next(made).fingerprint)


def built_from(paths: Sequence[str], *, strict: bool = True) -> Custody:
    """Return the register of all ledgers; unless it is *strict*, entries that contradict are told, and left out.

    Raises:
        LedgerError: If they fail verification.
        AttentionError: If an entry contradicts those before it.
    """
    entries = entries_of(paths)
    built = build(entries)
    if built.findings and not strict:
        for finding in built.findings:
            say(f"contradiction: {finding}")
    elif built.findings:
        raise AttentionError(
            f"the ledgers contradict themselves: {built.findings[0]}",
            "say what is right with a correction of that entry: splitkit ledger correct",
        )
    return Custody(built.register, entries)


def live_set(register: Register, beginning: str | None, *, pending: bool = False, old: bool = False) -> SetRecord:
    """Return the one live set, or the one whose id begins like that.

    Args:
        register: Where it is looked for.
        beginning: Of its id; nothing where only one is live.
        pending: Whether the id may be that of a set that is not yet relied upon.
        old: Whether it may be that of a set that was replaced.

    Raises:
        AttentionError: If there is none.
        UsageError: If there are several.
    """
    more = (*[Life.PENDING] * pending, *[Life.SUPERSEDED, Life.RETIRED] * old)
    lives = (Life.LIVE, *more) if beginning else (Life.LIVE,)
    found = [
        known
        for known in (register.sets.values() if beginning else register.in_earnest)
        if known.life in lives and known.set_id.startswith((beginning or "").lower())
    ]
    if not found:
        raise AttentionError("no live set is in these ledgers", "give every ledger, the one of the split too")
    if len(found) > 1:
        raise UsageError(
            "several sets are live", "say which with --set: " + ", ".join(known.set_id[:8] for known in found)
        )
    return found[0]


def entries_of(paths: Sequence[str]) -> list[Entry]:
    """Return the entries of all ledgers, each of which must continue the one before.

    Raises:
        LedgerError: If they fail verification.
    """
    verification = verified([files.read_file(path, MAX_FILE_BYTES) for path in paths])
    return [entry for chain in verification.files for entry in chain.entries]


def verified(contents: Sequence[bytes], head: tuple[str, ...] | None = None) -> Verification:
    """Return the verdict on all ledgers; with the *head* from paper, also whether they are those.

    Raises:
        LedgerError: If they fail.
    """
    verification = judge_ledger(contents, head)
    if verification.exit_code == LedgerError.exit_code:
        raise LedgerError(
            f"the ledgers fail verification: {verification.fact}", verification.hint or "see 'splitkit ledger verify'"
        )
    return verification


def last_ledger(path: str | None) -> Chain | None:
    """Return the ledger that a new one continues, if there is one; people are warned where it is not closed."""
    previous = read_ledger(files.read_file(path, MAX_FILE_BYTES)) if path else None
    if previous and not previous.closed:
        warn("the ledger that this one continues is not closed")
    return previous


@contextmanager
def going_on(ledgers: Sequence[str]) -> Iterator[Ledger]:
    """Open the last of all ledgers before a conversation, and keep everybody else from it until that is over.

    Raises:
        AttentionError: If it is closed.
        UsageError, LedgerError: See `splitkit.ledger.ledger_file.open_ledger`.
    """
    with open_ledger(Path(ledgers[-1])) as ledger:
        ledger.check_open()
        yield ledger


def append_to(ledgers: Sequence[str], event: Event, by: str, witness: str) -> None:
    """Write one entry into the last of all ledgers.

    Raises:
        UsageError, AttentionError, DeviceError: See `splitkit.ledger.ledger_file.Ledger.append`.
    """
    with open_ledger(Path(ledgers[-1])) as ledger:
        ledger.append(event, by=by, witness=witness, at=clock.stamp())
