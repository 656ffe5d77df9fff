"""The way from the first screen of the console to its menu, and through what commands ask there."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.support.machine.emulator import Emulator

KEYBOARD = r"or the name:$"
MENU = r"What shall be done\?[\s\S]*one of these words:$"
PROMPT = r"[:?]$"


def to_menu(machine: Emulator) -> str:
    """Choose an American keyboard, and return the menu."""
    machine.until(KEYBOARD)
    machine.answer("1", r"then Enter:$")
    seen = machine.answer("yz@-?/~", r"yes or no:$")
    assert "yz@-?/~" in seen
    return machine.answer("y", MENU)


def through(machine: Emulator, first: str, answers: Mapping[str, str], until: str = MENU, seconds: int = 1_800) -> str:
    """Type *first*, then answer every question by the first of *answers* that it matches; return all that was to be seen."""
    seen = [machine.text()]
    machine.type(first + "\n")
    for _ in range(120):
        last = machine.until(rf"{PROMPT}", seconds)
        while last == seen[-1]:
            last = machine.until(rf"{PROMPT}", seconds)
        seen.append(last)
        if re.search(until, last):
            return "\n".join(seen[1:])
        question = last.splitlines()[-1] if len(last.splitlines()[-1]) > 30 else "\n".join(last.splitlines()[-3:])
        typed = next((typed for pattern, typed in answers.items() if re.search(pattern, question)), "")
        machine.type(typed + "\n")
    raise AssertionError("there is no end to the questions:\n" + seen[-1])
