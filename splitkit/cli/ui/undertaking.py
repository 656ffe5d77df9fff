"""Undertakings: an intent stands in the ledger before the first byte of what is done, and its outcome after.

Without a ledger there is nothing to write.  So what reads and writes ledgers, which takes longer to load than all else of a command,
is loaded here, where there is one, and in no command of which that is the only use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from splitkit.cli.ui.talk import say
from splitkit.errors import DeviceError, SplitkitError

if TYPE_CHECKING:
    from splitkit.cli.ui.custody_ledgers import LedgerWriter
    from splitkit.cli.ui.overrides import Overruled
    from splitkit.host.home import Ledgers
    from splitkit.ledger.schema import Event


def writer_of(
    ledgers: Ledgers, by: str, witness: str, overruled: Overruled, *, recovers: bool = False
) -> LedgerWriter | None:
    """Return who writes into the last of the ledgers, after all that could refuse an entry was read; None where there are none.

    Raises:
        UsageError, AttentionError, LedgerError: See `splitkit.cli.ui.custody_ledgers.LedgerWriter.checked`.
    """
    if not ledgers:
        return None
    from splitkit.cli.ui.custody_ledgers import LedgerWriter  # noqa: PLC0415  (only where there are ledgers)

    return LedgerWriter(ledgers, by, witness, overruled, recovers=recovers).checked()


@dataclass
class Undertaking:
    """What goes on between an intent and its outcome."""

    came: list[Event] = field(default_factory=list)
    """What has come of it so far: written together with the outcome."""

    @contextmanager
    def writing(self, path: Path, *events: Event) -> Iterator[None]:
        """Count *events* as happened once this run has written *path*, whatever stops it then; what others put there is none of it."""
        before, refused = _identity(path), False
        try:
            yield
        except DeviceError:
            raise
        except SplitkitError:  # before it had its name: only a disk still fails after that
            refused = True
            raise
        finally:
            if not refused and _identity(path) not in (None, before):
                self.came += events


def _identity(path: Path) -> tuple[int, int] | None:
    with suppress(OSError):
        status = path.stat(follow_symlinks=False)
        return status.st_dev, status.st_ino
    return None


@contextmanager
def undertaken(
    writer: LedgerWriter | None,
    act: str,
    purpose: str,
    planned: Sequence[Event],
    *,
    ready: Callable[[], None] = lambda: None,
    without: Callable[[SplitkitError], None] | None = None,
    **about: Any,
) -> Iterator[Undertaking]:
    """Write an intent, let it be carried out, and write what came of it.

    Args:
        writer: Who writes into the ledger; without a ledger people are told that nothing is recorded.
        act: What is about to be done.
        purpose: What for.
        planned: What will be written if all goes well, to be tried first.
        ready: Refuses what may have changed while people were asked, such as a destination that is taken by now.
        without: Returns where people go on without the intent that a ledger refuses, and raises where they do not.  Then an outcome
            that cannot be written is only told as well: what was to be done is done.
        about: What the intent says besides: which set, what it makes.

    Raises:
        SplitkitError: If the ledger would not take the intent or what is planned, or it is not *ready*: then nothing was done.
    """
    ready()
    undertaking, result = Undertaking(), "stopped"
    if writer is None or not writer.ledgers:
        say("no ledger was named: nothing is recorded of this")
        yield undertaking
        return
    from splitkit.cli.ui.custody_ledgers import announced, end  # noqa: PLC0415  (only where there are ledgers)

    code = announced(writer, planned, without, act=act, purpose=purpose, **about)
    try:
        yield undertaking
        result = "done"
    finally:
        if result == "stopped" and not undertaking.came:
            result = "nothing"
        if code:
            end(writer, code, result, undertaking.came, lenient=bool(without) or result != "done")
