"""`--camera`: sheets held up to a camera, with its picture drawn in the terminal."""

from __future__ import annotations

import os
import select
from collections.abc import Sequence
from dataclasses import dataclass, field

from splitkit.cli.ui.preview import OTHER, TAKEN, Ink, ink_of, rows_of
from splitkit.errors import DeviceError, StoppedError
from splitkit.host.clock import seconds
from splitkit.host.terminal import Terminal
from splitkit.paper.reading import camera as cameras
from splitkit.paper.reading.camera import Frame, FrameCollector, is_splitkit
from splitkit.quorum.envelope import Envelope
from splitkit.quorum.gathering import Gathering
from splitkit.quorum.judge import belongs
from splitkit.quorum.parsing import Finding, read_code
from splitkit.quorum.policy import SheetId
from splitkit.quorum.scan import Page
from splitkit.quorum.share import Share

ENTER, STOP, MIRROR = ("\r", "\n"), ("\x1b", "q", "Q"), ("m", "M")
_TITLE = "CAMERA: hold up a sheet; held sideways it fits whole, and nearer is better"
_KEYS = "Enter: done    Esc or q: stop    m: turn the picture round"
_CHOICES = {
    "c": "try the camera again",
    "f": "name pictures or PDFs of the other sheets",
    "t": "type the other sheets from the paper",
    "Enter": "go on with what was read",
    "Esc or q": "stop",
}
_TEXT_ROWS = 6
"""Rows of the screen that are not picture."""

_FEWEST_ROWS = 12
"""Rows of a terminal below which there is no room for a picture."""

_DRAW_S = 0.04
"""Least time between two pictures on the screen."""

_DARK = 30
"""Mean grey, of 255, below which more light is asked for."""


@dataclass(frozen=True)
class Seen:
    """What the camera read, and how people want to go on."""

    pages: tuple[Page, ...]
    choice: str = ""
    """'t' to type the rest, 'f' to name files, nothing to go on."""
    kept: tuple[str, ...] = ()
    """What the camera's process could not give up."""


class _DoneError(Exception):
    """People are content with what was read."""


def scan(number: int, before: Gathering) -> Seen:
    """Read sheets with camera *number* until people say that it is enough; *before* is what was read without it.

    When the camera is lost on the way, what it read is kept and people choose how to go on.

    Raises:
        StoppedError: On Esc, q, Ctrl-C or a signal; the screen is clear by then.
        DeviceError: If there is no camera to begin with.
        UnsafeMachineError: If there is no terminal.
    """
    with Terminal.open() as terminal, terminal.full_screen():
        scanning = _Scanning(terminal, ReadingProgress.of(before), ink_of(os.environ))
        while True:
            try:
                with cameras.started(cameras.device(number), seconds) as camera:
                    scanning.watch(camera)
            except _DoneError:
                return scanning.seen("")
            except DeviceError as lost:
                if not scanning.started:
                    raise
                choice = _ask_how_to_go_on(terminal, lost, scanning.progress)
                if choice != "c":
                    return scanning.seen(choice)


@dataclass
class _Scanning:
    """One scanning: what is known, and what the screen shows."""

    terminal: Terminal
    progress: ReadingProgress
    ink: Ink
    collector: FrameCollector = field(default_factory=FrameCollector)
    mirrored: bool = True
    """A camera mostly faces the person who holds the sheet: a mirror is what hands expect."""
    news: str = ""
    started: bool = False
    kept: tuple[str, ...] = ()
    _drawn_at: float = float("-inf")
    _drawn_for: tuple[int, int] = (0, 0)

    def seen(self, choice: str) -> Seen:
        """Return the pages, with the choice that people made."""
        return Seen(tuple(self.collector.pages()), choice, self.kept)

    def watch(self, camera: cameras.Camera) -> None:
        """Read pictures until a key or an error ends it.

        Raises:
            _DoneError: On Enter.
            StoppedError: On Esc, q, Ctrl-C or a signal.
            DeviceError: If there is no camera, or it gives no more pictures.
        """
        self.terminal.draw("CAMERA: starting, a moment ...\n\nEsc or q: stop")
        while not camera.ready():
            self._wait(camera)
        self.kept, self.started = camera.kept, True
        camera.ask(*self._room())
        while True:
            self._wait(camera)
            frame = camera.frame()
            if frame:
                camera.ask(*self._room())  # the child works on the next one while this one is drawn
                self._take(frame)

    def _wait(self, camera: cameras.Camera) -> None:
        keyboard = self.terminal.stream.fileno()
        if keyboard in select.select([keyboard, camera.fileno()], [], [], 0.5)[0]:
            key = self.terminal.key()
            if key in ENTER and self.started:
                raise _DoneError
            if key in STOP:
                raise _stopped()
            self.mirrored ^= key in MIRROR

    def _take(self, frame: Frame) -> None:
        """Keep what is new, and show the picture: at once when there is news, else as often as the eye needs."""
        news = self.progress.add(self.collector.add(frame))
        self.news = "; ".join(news) or self.news
        if news or seconds() - self._drawn_at >= _DRAW_S:
            self._drawn_at = seconds()
            size = _size(self.terminal)
            if size != self._drawn_for:
                self.terminal.draw("")
                self._drawn_for = size
            self.terminal.redraw(self._rows(frame, *size), bell=bool(news))

    def _rows(self, frame: Frame, columns: int, lines: int) -> list[str]:
        """Return the whole screen, the picture in the middle where there is room for one."""
        kinds = [TAKEN if is_splitkit(read_code(code.scan.text)) else OTHER for code in frame.codes]
        words = [
            self.progress.read(),
            self.progress.wanted(),
            self.news,
            _advice(frame, kinds, full=self.collector.full),
            _KEYS,
        ]
        words = [_cut(row, columns - 1) for row in words]
        if lines < _FEWEST_ROWS:
            return words[-lines:]
        boxes = [(kind, code.corners) for kind, code in zip(kinds, frame.codes, strict=True)]
        room = lines - _TEXT_ROWS
        picture = rows_of(frame, boxes, self.ink, mirrored=self.mirrored)[:room]
        indent = " " * max(0, (columns - 1 - frame.width) // 2)
        return [_cut(_TITLE, columns - 1), *(indent + row for row in picture), *[""] * (room - len(picture)), *words]

    def _room(self) -> tuple[int, int]:
        columns, lines = _size(self.terminal)
        return columns - 1, max(1, 2 * (lines - _TEXT_ROWS))


def _advice(frame: Frame, kinds: list[int], *, full: bool) -> str:
    if full:
        return "too many different codes were shown: press Enter"
    if frame.grey and sum(frame.grey) < _DARK * len(frame.grey):
        return "the picture is very dark: use more light"
    if OTHER in kinds:
        return "the picture also shows a code that is not splitkit's" if TAKEN in kinds else "not splitkit's code"
    return ""


def _cut(text: str, columns: int) -> str:
    return text if len(text) <= columns else text[: max(0, columns - 3)] + "..."


def _size(terminal: Terminal) -> tuple[int, int]:
    columns, lines = os.get_terminal_size(terminal.stream.fileno())
    return columns or 80, lines or 24


def _ask_how_to_go_on(terminal: Terminal, lost: DeviceError, progress: ReadingProgress) -> str:
    """Say that the camera is gone and return the choice: 'c', 'f', 't', or nothing to go on with what there is."""
    choices = [f"{key}: {meaning}" for key, meaning in _CHOICES.items()]
    rows = ["THE CAMERA STOPPED", "", lost.fact, "", f"kept: {progress.read()}", progress.wanted(), "", *choices]
    columns, lines = _size(terminal)
    terminal.draw("\n".join(_cut(row, columns - 1) for row in rows[:lines]), bell=True)
    while True:
        key = terminal.key()
        if key in STOP:
            raise _stopped()
        if key in ENTER:
            return ""
        if key and key.lower() in "cft":
            return key.lower()


def _stopped() -> StoppedError:
    return StoppedError(
        "stopped by the operator; the screen has been cleared", "run the command again when you are ready"
    )


# --- what has been read so far, and what is still wanted, in words for people who hold sheets up; nothing secret -----------


@dataclass
class ReadingProgress:
    """The shares and envelopes of a run, each once.  What an envelope says of itself is a claim, here as elsewhere."""

    shares: list[Share] = field(default_factory=list, repr=False)
    envelopes: list[Envelope] = field(default_factory=list, repr=False)
    together: set[Share] = field(default_factory=set, repr=False)
    """Shares that were seen in one picture with an envelope."""

    @classmethod
    def of(cls, gathering: Gathering) -> ReadingProgress:
        """Start with what was read before the camera."""
        shares = dict.fromkeys(found.share for found in gathering.found_shares())
        return cls(list(shares), list(gathering.envelopes.values()))

    def add(self, findings: Sequence[Finding]) -> list[str]:
        """Take what one picture showed; return a sentence for everything that is new."""
        envelopes = [finding for finding in findings if isinstance(finding, Envelope)]
        new = [envelope for envelope in envelopes if envelope not in self.envelopes]
        self.envelopes += new
        said = ["envelope read"] * len(new)
        for finding in findings:
            if isinstance(finding, Share):
                said += self._add_share(finding, with_envelope=bool(envelopes))
            elif not isinstance(finding, Envelope):
                said.append(f"not taken: {finding.detail}")
        return said

    def _add_share(self, share: Share, *, with_envelope: bool) -> list[str]:
        beside = ", in one picture with its envelope" if with_envelope else ""
        known, seen_together = share in self.shares, share in self.together
        if with_envelope:
            self.together.add(share)
        if not known:
            self.shares.append(share)
            return [f"{self._name(share)}: share read{beside}"]
        return [f"{self._name(share)}: seen again{beside}"] if with_envelope and not seen_together else []

    def _name(self, share: Share) -> str:
        """'sheet 2 of 5' once an envelope says so, else 'sheet 2'."""
        owner = next((envelope for envelope in self.envelopes if belongs(share, envelope)), None)
        name = "sheet " + share.number
        if owner is None:
            return name
        group = owner.header.policy.groups[share.group]
        return f"{name} of {group.members}"

    def read(self) -> str:
        """Return what was read, in one line."""
        sheets = ", ".join(sorted({share.number for share in self.shares}, key=_in_order)) or "none"
        envelopes = {0: "no envelope", 1: "envelope read"}.get(len(self.envelopes), f"{len(self.envelopes)} envelopes")
        return f"shares of sheets: {sheets}; {envelopes}"

    def wanted(self) -> str:
        """Return what is still wanted, as far as that is known."""
        if not self.envelopes:
            more = "it tells how many shares" if self.shares else "and shares"
            return f"still wanted: the envelope (middle symbol of any sheet); {more}"
        if len(self.envelopes) > 1:
            return f"{len(self.envelopes)} different envelopes: only your record can tell which is yours"
        (envelope,) = self.envelopes
        policy = envelope.header.policy
        here = [SheetId(share.group, share.member) for share in self.shares if belongs(share, envelope)]
        if policy.opens(here):
            return "enough for a quorum.  More sheets are welcome: they are cross-checks"
        return policy.shortage(here)


def _in_order(number: str) -> tuple[str, int]:
    letter = number.rstrip("0123456789")
    return letter, int(number[len(letter) :])
