"""`--camera`: sheets held up to a camera, with its picture drawn in the terminal."""

import os
import select
from dataclasses import dataclass, field

from splitkit.cli.ui.preview import OTHER, TAKEN, Ink, ink_of, rows_of
from splitkit.cli.ui.reading_progress import ReadingProgress
from splitkit.errors import DeviceError, StoppedError
from splitkit.host.clock import seconds
from splitkit.host.terminal import Terminal
from splitkit.paper.reading import camera as cameras
from splitkit.paper.reading.camera import Frame, FrameCollector, is_splitkit
from splitkit.quorum.gathering import Gathering
from splitkit.quorum.parsing import read_code
from splitkit.quorum.scan import Page

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
