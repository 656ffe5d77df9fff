"""What a check gets and what it gives: a machine whose files can be read with a cap, and findings.

Every file is read under a root folder, so that each check can be tried on a prepared tree.  Nothing here writes, waits for
a device or sends a packet.  What cannot be read is said to be so: a check never guesses.
"""

import datetime as dt
import errno
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from itertools import islice
from pathlib import Path

from splitkit.host.files import TooLargeError, read_regular
from splitkit.host.offline import Guard
from splitkit.host.process import Process

MAX_BYTES = 1024 * 1024
MAX_NAMES = 4_096
_ABSENT = {errno.ENOENT, errno.ENOTDIR}


class Severity(Enum):
    """How grave what a check found is, the least first."""

    INFO = "INFO"
    """As it should be, or something that people should only know."""

    UNKNOWN = "UNKNOWN"
    """Nobody can tell."""

    WARN = "WARN"
    """People have to accept it."""

    FAIL = "FAIL"
    """The machine is unfit."""


@dataclass(frozen=True)
class Finding:
    """One thing that was found.

    Attributes:
        verdict: What it comes to.
        fact: What was found.
        advice: What to do about it.
        check: The name of the check.
        live: Whether it is looked at again and again while a secret is live.
        blocks: Whether an UNKNOWN of this check counts as a FAIL.
        accepted: For a WARN: what people typed; None where nobody was asked.
    """

    severity: Severity
    fact: str
    advice: str = ""
    check: str = ""
    live: bool = False
    blocks: bool = False
    accepted: bool | None = None

    @property
    def unfit(self) -> bool:
        """Whether the machine is not fit because of this."""
        return (
            self.severity is Severity.FAIL
            or (self.severity is Severity.UNKNOWN and self.blocks)
            or self.accepted is False
        )


class CannotTellError(Exception):
    """Something cannot be read; the argument says what, in words."""


info, unknown, warn, fail = (partial(Finding, severity) for severity in Severity)
"""Each makes a finding of that severity: the fact, and what to do about it."""

Findings = Iterator[Finding]


@dataclass(frozen=True)
class Machine:
    """A machine as it can be looked at, now or in a prepared tree."""

    root: Path = Path("/")
    process: Process = field(default_factory=Process)
    guard: Guard | None = None
    """What keeps this process offline, and the tables of the network that were opened before."""

    moment: dt.datetime | None = None
    """What this machine takes for now, in UTC."""

    random_problem: str = ""
    """What is wrong with the random source, in words."""

    last_record: dt.date | None = None
    """The day of the last signed record, from paper."""

    platform: str = "linux"
    queues: Mapping[str, str] = field(default_factory=dict)
    """What CUPS says of its queues: where each leads."""

    def text(self, path: str, most: int = MAX_BYTES) -> str | None:
        """Return a small file as text, or None where there is none.

        Raises:
            CannotTellError: If it is there and cannot be read, is no file, or holds more than *most* bytes.
        """
        data = self.octets(path, most)
        return None if data is None else data.decode("utf-8", errors="replace")

    def octets(self, path: str, most: int = MAX_BYTES) -> bytes | None:
        """Return a small file as it is; like `text`."""
        try:
            return read_regular(self.root / path, most)
        except TooLargeError:
            raise CannotTellError(f"/{shown(path, 60)} is larger than it can be") from None
        except OSError as error:
            if error.errno in _ABSENT:
                return None
            raise CannotTellError(f"/{shown(path, 60)} cannot be read ({error.strerror})") from None

    def line(self, path: str) -> str | None:
        """Return the first line of a small file without the spaces round it, or None where there is no file."""
        text = self.text(path, 4_096)
        return None if text is None else text.partition("\n")[0].strip()

    def kernel_words(self) -> list[str]:
        """Return the words that the kernel was started with."""
        return (self.text("proc/cmdline") or "").split()

    def required(self, path: str) -> str:
        """Return a small file that every Linux has.

        Raises:
            CannotTellError: If it is not there either.
        """
        text = self.text(path)
        if text is None:
            raise CannotTellError(f"/{path} is not there")
        return text

    def names(self, path: str) -> list[str] | None:
        """Return what is in a folder, sorted, or None where there is no folder.

        Raises:
            CannotTellError: If it cannot be listed, or holds more than 4,096 things.
        """
        try:
            with os.scandir(self.root / path) as entries:
                found = [entry.name for entry in islice(entries, MAX_NAMES + 1)]
        except OSError as error:
            if error.errno in _ABSENT:
                return None
            raise CannotTellError(f"/{shown(path, 60)} cannot be listed ({error.strerror})") from None
        if len(found) > MAX_NAMES:
            raise CannotTellError(f"/{shown(path, 60)} holds more than it can")
        return sorted(found)

    def exists(self, path: str) -> bool:
        """Tell whether there is anything under that name."""
        return os.path.lexists(self.root / path)

    def target(self, path: str) -> str:
        """Return where a link points to, or an empty text."""
        try:
            return str((self.root / path).readlink())
        except OSError:
            return ""


def read_table(machine: Machine, name: str) -> list[str]:
    """Return a table of the network as text: as process 1 has it, and as it was open before the guard was shut.

    Raises:
        CannotTellError: If there is neither.
    """
    found, reason = [], f"/proc/1/net/{name} is not there"
    try:
        text = machine.text(f"proc/1/net/{name}")
        found += [] if text is None else [text]
    except CannotTellError as error:
        reason = str(error)
    descriptor = machine.guard.outside.get(name) if machine.guard else None
    if descriptor is not None:
        found.append(_reread(descriptor))
    if not found:
        raise CannotTellError(reason)
    return found


def _reread(descriptor: int) -> str:
    data, piece = b"", b"-"
    while piece and len(data) <= MAX_BYTES:
        piece = os.pread(descriptor, 65_536, len(data))
        data += piece
    return data.decode("utf-8", errors="replace")


def shown(text: str, most: int = 40) -> str:
    """Return a name that came from a machine so that it can be printed: nothing in it moves a cursor, and it is short."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in text[: most + 1])
    return plain if len(plain) <= most else plain[: most - 3] + "..."


def listed(names: list[str], most: int = 4) -> str:
    """Return 'a, b', or 'a, b, c, d and 7 more'."""
    head = ", ".join(shown(name) for name in names[:most])
    return head + (f" and {len(names) - most} more" if len(names) > most else "")
