"""Every question of the program: where each stands in the source, and people who try every wrong answer before the right one."""

from __future__ import annotations

import ast
import functools
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from splitkit.cli.ui import dialogue as dialogues
from splitkit.errors import OperatorStopError, StoppedError
from tests.support.places import ROOT
from tests.support.source_tree import source_of

HOME = "splitkit/cli/ui/dialogue.py"
GRAVE_KINDS = ("certain", "insist")
CONFIRMING = ("confirm", "fault")
CLOSED = (*GRAVE_KINDS, *CONFIRMING, "yes", "choose")
OPEN = ("read", "pick", "value", "text", "expect")
KINDS = (*CLOSED, *OPEN, "hidden")
MOST = 6_000
"""More is said in no ceremony."""

NONSENSE, END = "perhaps", "\x04"
HARMLESS = {"note", "preflight", "preflight.done", "hash", "written"}
"""What may follow when people decline: what was seen, and that nothing was overruled."""


@functools.cache
def places() -> dict[str, tuple[str, int, int, str]]:
    """Every question in the source: file, first and last line, kind."""
    found = {}
    for module in source_of(ROOT / "splitkit").modules.values():
        name = f"splitkit/{module.name}"
        for node in module.nodes if name != HOME else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in KINDS:
                of = node.func.value
                called = of.id if isinstance(of, ast.Name) else of.attr if isinstance(of, ast.Attribute) else ""
                if called in ("dialogue", "_dialogue"):
                    key = f"{name}:{node.lineno} {node.func.attr}"
                    found[key] = (name, node.lineno, node.end_lineno or node.lineno, node.func.attr)
    return found


def asked_here(known: Mapping[str, tuple[str, int, int, str]]) -> str:
    """The question that is being asked: the first place outside the dialogue that waits for it."""
    frame, kind = sys._getframe(1), ""
    while frame:
        file = frame.f_code.co_filename
        if file.endswith(HOME):
            kind = frame.f_code.co_name if frame.f_code.co_name in KINDS else kind
        elif "/splitkit/" in file and "/tests/" not in file.rsplit("/splitkit/", 1)[1]:
            name = "splitkit/" + file.rsplit("/splitkit/", 1)[1]
            here = [key for key, (of, first, last, what) in known.items()
                    if of == name and first <= frame.f_lineno <= last and what == kind]  # fmt: skip
            assert here, f"{name}:{frame.f_lineno} asks in no way that is known ({kind})"
            return max(here, key=lambda key: known[key][1])
        frame = frame.f_back
    raise AssertionError("a question that nobody asks")


@dataclass
class Crowd:
    """A terminal whose people try, at each question they meet for the first time, everything that is no answer to it."""

    rules: list[tuple[str, list[str | Callable[[str], str]]]]
    """By a pattern of the prompt: the answers, one after the other; the last one stays."""
    known: Mapping[str, tuple[str, int, int, str]] = field(default_factory=places)
    effects: list[str] = field(default_factory=list)
    """What was recorded, printed, deleted, shown or overruled so far."""
    todo: dict[str, list[str]] = field(default_factory=dict)
    tried: list[tuple[str, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    trying: bool = False
    """Whether the last answer was one of those that are tried."""
    outside: str = ""
    """The last question that was not one of the menu of the room."""
    _last: tuple[str, str, int] | None = None

    def say(self, text: str) -> None:
        self.said.append(text)

    def fileno(self) -> int:
        raise AssertionError("nothing here has a screen")

    def judge(self) -> None:
        """Nothing happened since the last wrong answer that it must not cause."""
        if self._last is None:
            return
        place, typed, before = self._last
        self._last = None
        happened = self.effects[before:]
        if place.split()[-1] in GRAVE_KINDS and typed == "no":
            happened = [one for one in happened if one not in HARMLESS]
        assert not happened, f"{typed!r} at {place} led to {happened}"

    def ask(self, prompt: str) -> str:
        self.judge()
        place = asked_here(self.known)
        self.said.append(prompt)
        if not _in_menu():
            self.outside = prompt
        assert len(self.said) < MOST, f"they go round in circles: {self.said[-12:]}"
        follows = prompt.startswith("What is wrong")
        left = self.todo.setdefault(place, self.wrong(place, prompt))
        self.trying = bool(left) and not follows
        if self.trying:
            typed = left.pop(0)
            self.tried.append((place, typed))
            if typed != "no" or place.split()[-1] != "yes":
                self._last = (place, typed, len(self.effects))
            if typed == END:
                raise OperatorStopError("the typing was ended", "")
            return typed
        return self.right(prompt)

    ask_hidden = ask

    def wrong(self, place: str, prompt: str) -> list[str]:
        """What is tried at a question before it is answered."""
        kind, last = place.rsplit(maxsplit=1)[-1], prompt.rstrip().rsplit("\n", 1)[-1]
        tries = [END, "?", "<"]
        if kind in CLOSED:
            tries += [NONSENSE, "%"]
        if kind in GRAVE_KINDS:
            tries += ["y", "", "no"]
        if kind in CONFIRMING:
            tries += ["no"]
        if kind == "yes" or (kind == "choose" and "Enter" not in last):
            tries += [""]
        if kind == "choose" and " no" not in f" {last}" and "yes" not in last:
            tries += ["no"]
        if kind in OPEN and "yes or no" not in last and "number of an answer" not in last:
            tries += ["no", "yes", "N", "y"]
        if kind == "text":
            tries += [""]
        if kind == "expect":
            tries += ["", NONSENSE]
        return tries

    def right(self, prompt: str) -> str:
        for pattern, answers in self.rules:
            if re.search(pattern, " ".join(prompt.split())):
                answer = answers.pop(0) if len(answers) > 1 else answers[0]
                return answer if isinstance(answer, str) else answer(prompt)
        raise AssertionError(f"nobody knows what to say to: {prompt}")

    def happened(self, *names: str) -> None:
        self.effects += names


def _in_menu() -> bool:
    """Whether the menu of the room asks, itself or by what it does."""
    frame = sys._getframe(1)
    while frame and not (
        frame.f_code.co_filename.endswith("guide/menu.py") and frame.f_code.co_name in ("_do", "_chosen")
    ):
        frame = frame.f_back
    return frame is not None


@contextmanager
def terminal_of(crowd: Crowd, patch) -> Iterator[None]:
    """Let *crowd* sit at the terminal of everything that runs; where there is no menu, Ctrl-D stops, and then they go on."""
    modules = [module for name, module in sys.modules.items() if name.startswith("splitkit.")]
    for module in modules:
        if hasattr(module, "interactive"):
            patch.setattr(module, "interactive", lambda: True)

    @contextmanager
    def opened(_cls=None):
        yield crowd

    patch.setattr(dialogues.Terminal, "open", opened)
    line = dialogues.Dialogue._line

    def patient(self, prompt, ask):
        try:
            return line(self, prompt, ask)
        except StoppedError:
            crowd.judge()
            return line(self, prompt, ask)

    patch.setattr(dialogues.Dialogue, "_line", patient)
    yield
    crowd.judge()
