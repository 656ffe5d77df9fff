"""What lies about and is worth a sheet: named, and deleted when people say so.  Never a record."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.talk import safe, say, warn
from splitkit.errors import DeviceError, StoppedError
from splitkit.host.leftovers import remove_leftover
from splitkit.host.terminal import Terminal, interactive
from splitkit.quorum.gathering import Gathering

_DISK = "A disk may still hold what was deleted from it: destroy it, if it is one."


def offer_leftovers(found: Sequence[Path]) -> None:
    """Name what runs that were killed have left behind, and delete it when people say so; no command fails of it."""
    for path in found:
        warn(f"a run that was ended has left this behind, and it may hold sheets: {safe(str(path))}")
        if not interactive():
            say("hint: look into it, and delete it; at a terminal splitkit offers to")
        elif _agreed("Is it deleted?"):
            try:
                remove_leftover(path)
            except DeviceError as error:
                warn(f"{error.fact}; delete it yourself")
            else:
                say(f"deleted.  {_DISK}")


def offer_pictures(gathering: Gathering, record: str | None = None, *, practice: bool) -> None:
    """Name the files that gave a share, each of which is worth a sheet, and delete them when people say so.

    A file that is the record, or that holds an envelope on a page without a share, is kept: it may be all that vouches for the
    set.  Pictures of a practice set may stay.  What the command came to does not depend on it: to stop here is a no.
    """
    if practice or not interactive():
        return
    with_share = {origin.file for origin in gathering.origins if origin.file and origin.shares}
    kept = {origin.file for origin in gathering.origins if origin.envelopes and not origin.shares}
    kept |= {name for name in with_share if record is not None and _is_same(name, record)}
    names = sorted(with_share - kept)
    if not names:
        return
    say("These files gave a share; whoever has one of them has that sheet:", *(f"  {safe(name)}" for name in names))
    agreed = False
    with contextlib.suppress(StoppedError):
        agreed = _agreed("Are they deleted?")
    if not agreed:
        say("hint: delete them before anybody else comes to this computer")
        return
    for name in names:
        _delete(name)
    say(_DISK)


def _agreed(question: str) -> bool:
    with Terminal.open() as terminal:
        return Dialogue(terminal, if_stopped="run the command again when you are ready").yes(question)


def _is_same(one: str, other: str) -> bool:
    with contextlib.suppress(OSError):
        return Path(one).samefile(other)
    return False


def _delete(name: str) -> None:
    try:
        Path(name).unlink()
    except OSError as error:
        warn(f"this one could not be deleted ({error.strerror}): {safe(name)}")
