"""Where the pages of a guided ceremony go: to queues of CUPS, or one at a time into a folder where there is no printer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from string import ascii_uppercase

from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.print_jobs import print_one
from splitkit.cli.ui.talk import safe, say
from splitkit.errors import DeviceError
from splitkit.host import files
from splitkit.paper.geometry import Paper
from splitkit.paper.printing.printer import find_queue
from splitkit.preflight.machine import Machine
from splitkit.preflight.spool import look, told


@dataclass
class Destination(ABC):
    """Where pages come out."""

    printers: tuple[str, ...]
    """The names of the printers."""
    drawn: bool = field(default=False, kw_only=True)
    """Whether a page is read back from the file itself, because a rehearsal may do without a printer."""

    def check_ready(self, printer: str) -> None:  # noqa: B027  (a folder always is)
        """Refuse a printer that could not print now.

        Raises:
            SplitkitError: If it could not; nothing was sent to it.
        """

    @abstractmethod
    def put(self, dialogue: Dialogue, printer: str, name: str, page: bytes) -> str:
        """Bring out one page; *name* is for a file.  Return what must be recorded besides, or nothing.

        Raises:
            DeviceError: If the page did not come out, or only a part of it.
        """

    def settle(self, dialogue: Dialogue, printer: str) -> str:  # noqa: ARG002  (who prints a file sees to it)
        """Look whether anything of the last page is left behind; return what stays there anyway."""
        return ""

    def withdraw(self) -> None:  # noqa: B027  (a printer has nothing to take back)
        """Take back whatever is still lying in a place of ours."""


@dataclass
class Queues(Destination):
    """Queues of CUPS, each that of one printer."""

    paper: Paper
    machine: Machine
    _before: frozenset[str] = field(default_factory=frozenset)

    def check_ready(self, printer: str) -> None:
        """Look whether its queue takes a page."""
        find_queue(printer)

    def put(self, dialogue: Dialogue, printer: str, name: str, page: bytes) -> str:  # noqa: ARG002  (a queue is told no name)
        """Print one page, and say what CUPS still holds of it."""
        self._before = look(self.machine)[0]
        printed = print_one(page, find_queue(printer), self.paper, self.machine)
        dialogue.say(f"job {printed.job} has left the queue; {told(printed, printer)}")
        return told(printed, printer) if printed.unseen else ""

    def settle(self, dialogue: Dialogue, printer: str) -> str:
        """Look into the spool until it holds nothing new, or people give up."""
        while left := sorted(look(self.machine)[0] - self._before):
            dialogue.say(
                f"CUPS still holds {len(left)} file(s) of this job.  On another console: cancel -a -x {printer}"
            )
            stays = "it stays there, as an exception"
            if dialogue.certain("Is it left there anyway?  no: look again.", stays):
                return f"CUPS still holds {len(left)} file(s) of a page"
        return ""


@dataclass
class Folder(Destination):
    """A folder in memory that holds one page at a time; people bring it to a printer that splitkit cannot reach.

    In a rehearsal without a printer its files stand for the paper, and all of them stay.
    """

    folder: Path
    _written: list[Path] = field(default_factory=list)

    def put(self, dialogue: Dialogue, printer: str, name: str, page: bytes) -> str:
        """Write one page; the one before is removed first, or a copy of the same page that was spoilt."""
        self.withdraw()
        path = self.folder / name
        if self.drawn:
            path.unlink(missing_ok=True)
            files.write_new_file(path, page)
            dialogue.say(f"written to {safe(str(path))}: this file stands for the paper until the rehearsal is over")
            return ""
        files.write_new_file(path, page)
        self._written.append(path)
        at = f" on printer {printer}" if len(self.printers) > 1 else ""
        dialogue.say(f"written to {safe(str(path))}: print it{at} at 100 %, one copy, from this folder only")
        return ""

    def withdraw(self) -> None:
        """Remove the page that lies in the folder."""
        while self._written:
            with suppress(FileNotFoundError):
                self._written[-1].unlink()
                say(f"deleted: {safe(str(self._written[-1]))}; no page stays in this folder")
            self._written.pop()


@dataclass
class Nowhere(Destination):
    """Where nothing is printed."""

    def put(self, dialogue: Dialogue, printer: str, name: str, page: bytes) -> str:  # noqa: ARG002  (there is no place for it)
        """Refuse a page."""
        raise DeviceError("this ceremony prints nothing", "fill in a printed form by hand")


def open_folder(path: str, printers: int, *, drawn: bool = False, goes_on: bool = False) -> Folder:
    """Return a folder for pages, made if need be, with nothing in it; people call so many printers A, B and so on.

    Pages that stand for the paper of a rehearsal, as *drawn* says, still lie there when it *goes_on*.

    Raises:
        DeviceError: If it cannot be made, or other files lie in it.
    """
    folder = Path(path)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        held = any(folder.iterdir())
    except OSError as error:
        raise DeviceError(
            f"the folder for pages cannot be made: {error.strerror}", "name a folder such as /dev/shm/pages"
        ) from None
    if held and not (drawn and goes_on):
        raise DeviceError(
            "the folder for pages is not empty",
            "a page may lie there since an interrupted run: shred it, then empty the folder",
        )
    return Folder(tuple(ascii_uppercase[:printers]), folder, drawn=drawn)
