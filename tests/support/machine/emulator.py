"""A whole machine in QEMU: started from an image as a stick, typed on by its keyboard, read from its screen.

On a BIOS the screen is text, read from the memory of the graphics card; under UEFI it is a picture, whose letters are compared with
those of the card's own font.  Nothing in the image knows of this.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Self

from PIL import Image

COLUMNS, ROWS = 80, 25
FIRMWARE = Path("/usr/share/OVMF/OVMF_CODE_4M.ms.fd")
KEYS_OF_OWNER = Path("/usr/share/OVMF/OVMF_VARS_4M.ms.fd")
"""Variables of the firmware with the keys that a shop-bought laptop has, and Secure Boot on."""

_ROM = Path("/usr/share/seabios/vgabios-stdvga.bin")
_WIDTH, _HEIGHT = 8, 16
_A = bytes.fromhex("000010386cc6c6fec6c6c6c600000000")
_KERNELS_OWN = {
    "0": "0000386cc6c6d6d6c6c66c3800000000",
    "M": "0000c6eefefed6c6c6c6c6c600000000",
    "T": "00007e7e5a1818181818183c00000000",
    "V": "0000c6c6c6c6c6c6c66c381000000000",
    "W": "0000c6c6c6c6d6d6d6feee6c00000000",
    "X": "0000c6c66c7c38387c6cc6c600000000",
    "Y": "0000666666663c181818183c00000000",
    "Z": "0000fec6860c183060c2c6fe00000000",
    "`": "0030180c000000000000000000000000",
    "f": "00001c36323078303030307800000000",
    "m": "0000000000ecfed6d6d6d6c600000000",
    "v": "0000000000c6c6c6c6c66c3800000000",
    "w": "0000000000c6c6d6d6d6fe6c00000000",
    "x": "0000000000c66c3838386cc600000000",
    "|": "00001818181818181818181800000000",
    "~": "0076dc00000000000000000000000000",
}
_SECONDS = 1_800
_STEP = 4
"""Seconds between two looks at the screen: what looks takes time from the machine."""

_STARVED = "IO-APIC + timer doesn't work"
"""What a kernel says that was given no time by an emulator on a busy machine."""

_PROMPT = b"(qemu) "
_NAMED = {
    " ": "spc",
    "\n": "ret",
    "/": "slash",
    ".": "dot",
    ",": "comma",
    "-": "minus",
    "=": "equal",
    ";": "semicolon",
    "'": "apostrophe",
    "<": "shift-comma",
    "?": "shift-slash",
    "!": "shift-1",
    ":": "shift-semicolon",
    "_": "shift-minus",
    ">": "shift-dot",
    "@": "shift-2",
    '"': "shift-apostrophe",
    "~": "shift-grave_accent",
    "|": "shift-backslash",
    "*": "shift-8",
    "&": "shift-7",
    "$": "shift-4",
    "(": "shift-9",
    ")": "shift-0",
}


def missing() -> str:
    """What is not here of what these tests need, or nothing."""
    needed = {"qemu-system-x86": Path(shutil.which("qemu-system-x86_64") or "/none"), "ovmf": FIRMWARE, "seabios": _ROM}
    return ", ".join(name for name, path in needed.items() if not path.exists())


class Emulator:
    """A machine with an image plugged in as a stick, until the block ends."""

    def __init__(
        self, image: Path, folder: Path, *, uefi: bool = False, memory: str = "2G", extra=(), kernel=()
    ) -> None:
        """Prepare it; *extra* are words of QEMU's command line, *kernel* those that start a kernel without any loader."""
        self._socket = folder / "monitor"
        self._folder = folder
        self._uefi = uefi
        command = [
            "qemu-system-x86_64",
            "-M",
            "q35,smm=on" if uefi else "q35",
            "-accel",
            "tcg,thread=multi",
            "-cpu",
            "max",
            "-smp",
            "2",
            "-m",
            memory,
        ]
        command += [
            "-display",
            "none",
            "-vga",
            "std",
            "-nic",
            "none",
            "-monitor",
            f"unix:{self._socket},server=on,wait=off",
        ]
        command += ["-device", "qemu-xhci,id=usb", "-device", "usb-kbd,bus=usb.0"]
        if kernel:
            command += list(kernel)
        else:
            command += ["-drive", f"if=none,id=boot,format=raw,readonly=on,file={image}", "-boot", "strict=on"]
            command += ["-device", "usb-storage,bus=usb.0,drive=boot,id=stick,bootindex=0"]
        if uefi:
            variables = folder / "variables"
            shutil.copyfile(KEYS_OF_OWNER, variables)
            command += ["-global", "driver=cfi.pflash01,property=secure,value=on"]
            command += ["-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={FIRMWARE}"]
            command += ["-drive", f"if=pflash,format=raw,unit=1,file={variables}"]
        self._command = [*command, *extra]
        self._letters: dict[bytes, str] = {}

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)
        self._monitor = socket.socket(socket.AF_UNIX)
        for _ in range(100):
            try:
                self._monitor.connect(str(self._socket))
                break
            except OSError:
                time.sleep(0.1)
        self._monitor.settimeout(60)
        self._answer()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._monitor.close()

    @property
    def on(self) -> bool:
        """Whether the machine has not been switched off."""
        return self._process.poll() is None

    def wait_off(self, seconds: int = 600) -> None:
        """Wait until the machine has switched itself off."""
        self._process.wait(seconds)

    def tell(self, command: str) -> str:
        """Give QEMU a command, and return what it says."""
        self._monitor.sendall(command.encode() + b"\n")
        return self._answer()

    def _answer(self) -> str:
        said = b""
        while not said.endswith(_PROMPT):
            piece = self._monitor.recv(65_536)
            assert piece, "the machine has gone"
            said += piece
        return said.decode("utf-8", errors="replace")

    def type(self, text: str) -> None:
        """Press the keys for a text, on an American keyboard."""
        for letter in text:
            key = _NAMED.get(letter) or (f"shift-{letter.lower()}" if letter.isupper() else letter)
            self.tell(f"sendkey {key} 1")
            time.sleep(0.12)

    def text(self) -> str:
        """What stands on the screen."""
        return self._from_picture() if self._uefi else self._from_card()

    def until(self, pattern: str, seconds: int = _SECONDS) -> str:
        """Wait until the screen matches, and return it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if re.search(pattern, seen := self.text()):
                return seen
            if _STARVED in seen:
                self.tell("system_reset")
            time.sleep(_STEP)
        raise AssertionError(f"{pattern!r} never came:\n{self.text()}")

    def answer(self, typed: str, pattern: str, seconds: int = _SECONDS) -> str:
        """Type an answer and Enter, and wait until the screen matches."""
        self.type(typed + "\n")
        return self.until(pattern, seconds)

    def picture(self, to: Path) -> Path:
        """Save the screen as a picture."""
        raw = self._folder / "screen.ppm"
        self.tell(f"screendump {raw}")
        time.sleep(0.5)
        with Image.open(raw) as screen:
            screen.save(to)
        return to

    def lines_lit(self) -> int:
        """How many lines of letters stand on a screen that is a picture, in whatever font."""
        with Image.open(self.picture(self._folder / "screen.png")) as screen:
            grey = screen.convert("L")
        lit = [grey.crop((0, top, grey.width, top + 1)).getextrema()[1] > 64 for top in range(grey.height)]
        gaps = [top for top in range(3, grey.height) if lit[top] and not any(lit[top - 3 : top])]
        return len(gaps)

    def in_kernel(self) -> bool:
        """Whether a processor is in the kernel of Linux: its addresses are those of no firmware and no loader."""
        return bool(re.search(r"RIP=ffff", self.tell("info registers -a")))

    def _from_card(self) -> str:
        """The text screen of a graphics card, which scrolls by moving where its memory begins to be shown."""
        begin = 2 * (self._register(12) << 8 | self._register(13))
        cells = b""
        for at, size in (
            (begin, min(2 * COLUMNS * ROWS, 0x8000 - begin)),
            (0, max(0, begin + 2 * COLUMNS * ROWS - 0x8000)),
        ):
            if size > 0:
                told = self.tell(f"xp /{size}bx {0xB8000 + at}")
                cells += bytes(int(one, 16) for one in re.findall(r"0x([0-9a-f]{2})\b", told.partition("\n")[2]))
        letters = cells[::2].decode("cp437")
        return "\n".join(letters[at : at + COLUMNS].rstrip() for at in range(0, len(letters), COLUMNS)).rstrip()

    def _register(self, number: int) -> int:
        self.tell(f"o /b 0x3d4 {number}")
        found = re.search(r"= (0x[0-9a-f]+)", self.tell("i /b 0x3d5"))
        return int(found[1], 16) if found else 0

    def _from_picture(self) -> str:
        with Image.open(self.picture(self._folder / "screen.png")) as screen:
            grey = screen.convert("L").point(lambda value: 255 * (value > 64)).convert("1")
        rows = []
        for top in range(0, grey.height - _HEIGHT + 1, _HEIGHT):
            cells = (
                grey.crop((left, top, left + _WIDTH, top + _HEIGHT)).tobytes() for left in range(0, grey.width, _WIDTH)
            )
            rows.append("".join(self._letter(cell) for cell in cells).rstrip())
        return "\n".join(rows).rstrip()

    def _letter(self, cell: bytes) -> str:
        """The letter that a cell of the screen shows, in the font of the kernel: that of the card but for a few letters."""
        if not self._letters:
            rom = _ROM.read_bytes()
            begin = rom.index(_A) - ord("A") * _HEIGHT
            self._letters = {rom[begin + n * _HEIGHT : begin + (n + 1) * _HEIGHT]: chr(n) for n in range(126, 31, -1)}
            self._letters |= {bytes.fromhex(dots): letter for letter, dots in _KERNELS_OWN.items()}
        return self._letters.get(cell, " ")
