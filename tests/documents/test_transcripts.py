"""Plays the scenarios in tests/transcripts in a real terminal and compares every line a person would see.

# comment
$ command line      run in a fresh copy of the kit (see kit.py); `splitkit` is the splitkit under test
text                a line on the screen, from stdout or stderr; <hex>, <word>, <n> and <...> stand for what varies
? prompt            a question, on a line that stays open
> answer            typed, and seen
! answer            typed, and not seen
< line              typed on a line of its own, and seen
| text              a row of the alternate screen
^ key               one key is pressed, a signal sent (SIGTERM), or the window closed (HANGUP)
= 0                 the exit code
...                 any rows
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import signal
import sys
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.builders import PASSWORD
from tests.support.kit import COMMAND, FINGERPRINT, environment, fresh_kit
from tests.support.places import ROOT, TESTS
from tests.support.processes import HANGS
from tests.support.terminals import COLUMNS, LINES, Session

TRANSCRIPTS = sorted((TESTS / "transcripts").glob("*.txt"))
KEYS = {"SPACE": " ", "Ctrl-C": "\x03", "Ctrl-D": "\x04", "Ctrl-Z": "\x1a", "Ctrl-\\": "\x1c", "Enter": "\r"}
PLACEHOLDERS = {"<hex>": "[0-9a-f]{32}", "<word>": "[a-z]{4,8}", "<n>": "[0-9.]+", "<...>": ".*"}


@dataclass
class Scene:
    """One command of a transcript."""

    command: str
    line: int
    steps: list[tuple[str, str]] = field(default_factory=list)


def scenes(text: str) -> list[Scene]:
    found: list[Scene] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#"):
            continue
        if line.startswith("$ "):
            found.append(Scene(line[2:], number))
        elif found and (line.strip() or (found[-1].steps and found[-1].steps[-1][0] != "=")):
            sign = line[:1] if re.match(r"[><!|^=](?: |$)|\? \S", line) else ""
            found[-1].steps.append((sign, line[2:] if sign else line))
    return found


def pattern(row: str) -> str:
    quoted = re.escape(row)
    for mark, expression in PLACEHOLDERS.items():
        quoted = quoted.replace(re.escape(mark), expression)
    return quoted


def same(rows: list[str], expected: list[str]) -> bool:
    """Compare; an expected row of three dots stands for any rows."""
    right = "".join("(?:.*\n)*" if row == "..." else pattern(row) + "\n" for row in expected)
    return re.fullmatch(right, "".join(row + "\n" for row in rows)) is not None


class Player:
    """Plays one scene."""

    def __init__(self, session: Session, scene: Scene, words: dict[str, str]) -> None:
        self.session, self.scene, self.words = session, scene, words
        self.rows: list[str] = []
        self.glass: list[str] = []
        self.code: int | None = None
        self.answered: list[int] = []
        """How many rows had been shown at each answer."""

    def play(self) -> None:
        for sign, text in self.scene.steps:
            {"": self.row, "?": self.row, "|": self.glass.append}.get(sign, lambda _: None)(text)
            if sign in ">!":
                self.answer(text, hidden=sign == "!") if sign else None
            elif sign == "<":
                self.settle()
                self.type(text + "\n")
                self.rows.append(text)
            elif sign == "^":
                self.press(text)
            elif sign == "=":
                self.code = int(text)
        self.end()

    def row(self, text: str) -> None:
        self.rows.append(text)

    def answer(self, text: str, *, hidden: bool) -> None:
        """Type what is answered once the prompt can be seen; it is echoed at the end of the prompt, or nowhere."""
        self.settle()
        typed = self.words.get(text, text)
        self.type(typed + "\n")
        if not hidden:
            self.rows[-1] = f"{self.rows[-1]} {typed}".rstrip()

    def press(self, key: str) -> None:
        self.settle()
        self.glass = []
        if key == "HANGUP":
            self.session.hang_up()
        elif key.startswith("SIG"):
            os.kill(self.session.process.pid, signal.Signals[key])
        else:
            self.type(KEYS.get(key, key))

    def type(self, text: str) -> None:
        self.answered.append(len(self.session.screen.main))
        self.session.type(text)

    def settle(self) -> None:
        """Wait until the screen shows what it must show by now."""
        if not self.session.until(
            lambda screen: same(_closed(screen.main), self.rows) and same(screen.alternate, self.glass)
        ):
            self.fail()

    def end(self) -> None:
        gone = self.session.master < 0
        code = self.session.process.wait(HANGS) if gone else self.session.finish()
        rows = _closed(self.session.screen.main)
        if code != self.code or (not gone and not same(rows, self.rows)):
            self.fail(code)
        assert self.session.screen.glass is None or gone
        long = [row for row in self.rows if len(row) > COLUMNS and "? " + row not in self.questions()]
        if "recover.py" not in self.scene.command:  # which leaves it to the terminal to break a line
            assert not [row for row in long if not any(answer in row for _, answer in self.answers())], long
        if self.scene.command.startswith("splitkit ") and ">" not in self.scene.command.split():
            breaks = [0, *sorted([*self.answered, *self.session.turned]), len(rows)]
            most = max(after - before for before, after in pairwise(breaks))
            assert most <= LINES, f"{most} rows at once: {self.scene.command}"
        assert PASSWORD not in "\n".join(rows), "the secret is on the main screen, where it can be scrolled back to"

    def questions(self) -> list[str]:
        return [f"{sign} {text}" for sign, text in self.scene.steps if sign == "?"]

    def answers(self) -> list[tuple[str, str]]:
        return [(sign, self.words.get(text, text)) for sign, text in self.scene.steps if sign == ">"]

    def fail(self, code: int | None = None) -> None:
        """Show the scene as it was, so that it can be compared, and copied where the change was meant."""
        screen = self.session.screen
        seen = "\n".join([*_closed(screen.main), *(f"| {row}".rstrip() for row in screen.alternate)])
        right = "\n".join([*self.rows, *(f"| {row}".rstrip() for row in self.glass)])
        pytest.fail(
            f"line {self.scene.line}: $ {self.scene.command}\n--- expected, {self.code}\n{right}\n--- seen, {code}\n{seen}",
            pytrace=False,
        )


def _closed(rows: list[str]) -> list[str]:
    """The rows of the main screen, without the empty one that the cursor stands on."""
    return rows[:-1] if rows and not rows[-1] else rows


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=[path.stem for path in TRANSCRIPTS])
def test_transcript(path, tmp_path):
    folder = fresh_kit(tmp_path)
    words = {"FINGERPRINT": " ".join(FINGERPRINT), "SECRET": PASSWORD}
    words["A SHARE"] = (folder / "one.txt").read_text().splitlines()[0]
    words["WRONG WORDS"] = " ".join(reversed(FINGERPRINT))
    words["WORDS HEADED L"] = "L " + words["WRONG WORDS"]
    words["A SLIP"] = " ".join([*FINGERPRINT[:11], "academic"])
    words["50 ROLLS"] = "1234512345 " * 5
    put_on_path(tmp_path / "bin")
    if path.stem == "recover-py":
        shutil.copy(ROOT / "splitkit" / "recover.py", folder)
    played = scenes(path.read_text(encoding="utf-8"))
    assert played
    for scene in played:
        with started(scene.command, folder) as session:
            Player(session, scene, words).play()


def put_on_path(folder: Path) -> None:
    """Write the command `splitkit` for what a shell runs."""
    folder.mkdir()
    command = folder / "splitkit"
    command.write_text(f'#!/bin/sh\nexec {shlex.join(COMMAND)} "$@"\n')
    command.chmod(0o755)
    (folder / "python3").symlink_to(sys.executable)


def started(line: str, folder: Path) -> Session:
    """Run a command line in *folder*: splitkit itself as all tests do, also from or to a file, and all else in a shell."""
    program, *arguments = shlex.split(line)
    if program != "splitkit":
        environ = environment(PATH=f"{folder.parent}/bin:/usr/bin:/bin")
        return Session(["/bin/sh", "-c", "exec " + line], folder, environ)
    with contextlib.ExitStack() as files:
        streams = {}
        if "<" in arguments or ">" in arguments:
            *arguments, sign, name = arguments
            stream, mode = {"<": ("stdin", "rb"), ">": ("stdout", "wb")}[sign]
            streams[stream] = files.enter_context((folder / name).open(mode))
        return Session([*COMMAND, *arguments], folder, **streams)
