"""python -m splitkit.cli.console.start: what a person meets on the first console of the stick, until the machine is switched off."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from splitkit import __version__
from splitkit.cli.console import custody_stick, programs, traces
from splitkit.cli.console.paper_printing import print_paper, prints_one, saved
from splitkit.cli.console.printer_talk import set_up
from splitkit.cli.guide import door
from splitkit.cli.guide.door import Door, Errand
from splitkit.cli.ui.dialogue import BackError, Dialogue
from splitkit.errors import OperatorStopError, SplitkitError, StoppedError, UnsafeMachineError, UsageError
from splitkit.host import hardening
from splitkit.host.home import Ledgers
from splitkit.paper.printing.printer import remove_queues
from splitkit.stick.layouts import LAYOUTS
from splitkit.stick.offers import Need, Offer, begins, need, offers, status, typed_for

_MEMORY: Final = (Path("/dev/shm"), Path("/tmp"), Path("/var/tmp"))  # noqa: S108  (what is emptied)
_CACHES: Final = Path("/proc/sys/vm/drop_caches")
_STAYS = "nothing was done"


def main() -> int:
    """Ask for the keyboard once, then go round the menu for as long as the machine is on."""
    hardening.harden()
    traces.prepare()
    with Dialogue.open(_STAYS) as dialogue:
        console = Console(dialogue)
        while not traces.layout():
            console.kept_going(console.keyboard)
        while True:
            console.kept_going(console.turn)


class Console:
    """The menu of the machine, at its terminal."""

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue
        self._does: Mapping[Offer, Callable[[], None]] = {
            Offer.TRY: lambda: self._run([["preflight"]]),
            Offer.PRINTER: lambda: set_up(dialogue, programs.run_splitkit, self._folder),
            Offer.REHEARSE: lambda: self._lead(door.REHEARSAL),
            Offer.HOLD: lambda: self._run([[]]),
            Offer.RECOVER: lambda: self._lead(door.NEEDED if traces.folder_here() else door.RECOVERY),
            Offer.PAPERS: self._papers,
            Offer.FETCH: lambda: custody_stick.fetch(dialogue),
            Offer.STORE: lambda: custody_stick.store(dialogue),
            Offer.WIPE: self._wipe,
            Offer.KEYBOARD: self.keyboard,
            Offer.CLOCK: self._clock,
            Offer.SHELL: self._command_line,
            Offer.OFF: self._off,
        }

    def kept_going(self, step: Callable[[], None]) -> None:
        """Do one thing; whatever goes wrong is said, and the menu comes again."""
        try:
            step()
        except (BackError, StoppedError, OperatorStopError):
            self._dialogue.say()
        except SplitkitError as error:
            self._dialogue.refuse(error)
        except OSError as error:
            self._dialogue.say(f"error: a file or device failed: {error.strerror or 'unknown'}\nhint: try it again")

    def turn(self) -> None:
        """Show the menu, and do what people choose of it.

        Raises:
            SplitkitError: If it cannot be done.
        """
        now = traces.situation()
        typed = typed_for(offers(now))
        self._dialogue.say()
        self._dialogue.say(f"splitkit {__version__}: the machine of the ceremony.  {status(now)}.")
        offer = typed[self._dialogue.choose("What shall be done?", {word: one.value for word, one in typed.items()})]
        self._check(need(offer, now))
        if begins(offer):
            traces.secret_begun()
        self._does[offer]()

    def _check(self, needed: Need) -> None:
        if needed is Need.RESTART:
            raise UnsafeMachineError(
                "this cannot be done any more since the machine was started",
                "restart it from the stick: choose off, and switch it on again",
            )
        if needed is Need.FOLDER:
            raise UsageError(
                "no custody folder is in this machine", "copy it from its stick, or make one: hold a ceremony"
            )
        if needed is Need.AGREED_LOSS:
            self._dialogue.say("What is in the custody folder here is not yet on its stick, and would be lost.")
            if not self._dialogue.certain("Shall it be lost?", "it is lost"):
                raise BackError

    @property
    def _folder(self) -> Path:
        """Return where commands are run: in the custody folder, where there is one."""
        return traces.FOLDER if traces.folder_here() else traces.DESK

    def _run(self, commands: Sequence[Sequence[str]]) -> None:
        for words in commands:
            if programs.run_splitkit(words, self._folder):
                break

    def _lead(self, errand: Errand) -> None:
        home = self._folder
        ledgers = Ledgers(home=str(home)) if home == traces.FOLDER else Ledgers()
        self._run(Door(self._dialogue, ledgers).led_to(errand))

    def _papers(self) -> None:
        folder, queues = self._folder, traces.situation().queues
        papers = saved(folder)
        if prints_one(self._dialogue, papers, queues):
            print_paper(self._dialogue, folder, papers, queues)
        else:
            self._lead(door.PRINTING)

    # --- the machine

    def keyboard(self) -> None:
        """Ask for the layout of the keyboard, and let people try it.

        Raises:
            StoppedError: If people stop.
        """
        self._dialogue.say(
            "Type a number and press Enter.  The digits are above the letters; on a French keyboard hold Shift."
        )
        name = self._dialogue.pick(
            "Which keyboard is this?", LAYOUTS, _layout, "The language that is printed on the keys, by its number."
        )
        if not programs.run_system("loadkeys", "-q", name):
            raise UsageError("this layout cannot be loaded", "choose another one")
        self._dialogue.read(
            "To try it, type  y z @ - ? /  and look at what stands here; then Enter:",
            lambda typed: typed,
            "The signs that are printed on the keys should appear.",
        )
        if self._dialogue.yes("Was that right?", "the menu comes", "choose again"):
            traces.layout_chosen(name)

    def _clock(self) -> None:
        typed = self._dialogue.read(
            "Day and time, UTC, such as 2026-11-23 13:04 (Enter: go back):",
            _moment,
            "As the clock in the room says, in UTC.",
        )
        if not programs.run_system("date", "-u", "-s", typed):
            raise UsageError("the clock does not take that", "type it as 2026-11-23 13:04")
        programs.run_system("hwclock", "-w", "-u")

    def _command_line(self) -> None:
        self._dialogue.say(
            "After a command line was open, this machine counts as unfit, and no ceremony is held on it until it was restarted."
        )
        if self._dialogue.certain("Is it opened?", "a command line comes; 'exit' leaves it"):
            traces.line_opened()
            programs.open_command_line(self._folder)

    def _wipe(self) -> None:
        if not self._dialogue.certain(
            "Is everything forgotten that was made here: pages, queues, the custody folder?", "all of it is deleted"
        ):
            return
        remove_queues()
        count = sum(_emptied(folder) for folder in (*_MEMORY, traces.DESK))
        programs.run_system("sync")
        _CACHES.write_text("3", encoding="ascii")
        self._dialogue.say(
            f"{count} things were deleted, and the kernel overwrote their memory as it took it back.  To be sure, switch the machine off, and leave it off for a minute."
        )

    def _off(self) -> None:
        programs.run_system("systemctl", "poweroff")
        self._dialogue.say("The machine switches itself off.")
        sys.exit(0)


def _layout(typed: str) -> str:
    named = [name for name, told in LAYOUTS.items() if typed.lower() in (name, told.lower())]
    if not named:
        raise UsageError("that is none of the keyboards", "type the number before it")
    return named[0]


def _moment(typed: str) -> str:
    if not typed:
        raise BackError
    return typed


def _emptied(folder: Path) -> int:
    """Delete all that is in a folder of memory, and return how many things that were."""
    found = list(folder.iterdir()) if folder.is_dir() else []
    for path in found:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(found)


if __name__ == "__main__":
    sys.exit(main())
