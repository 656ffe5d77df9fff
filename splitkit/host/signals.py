"""Signals of the system, taken by ours for as long as a block lasts, and given back whatever happens in it."""

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def taken_by(handler: Callable[[int, FrameType | None], None], numbers: Iterable[int]) -> Iterator[None]:
    """Let *handler* take the signals of these *numbers* until the block ends; then whoever took them before does."""
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)


@contextmanager
def held_back(numbers: Iterable[int]) -> Iterator[None]:
    """Let no signal of these *numbers* interrupt the block: what comes in the meantime is delivered after it.

    Blocking the signals would not do: any other thread, such as those of the typesetter, would still take them.
    """
    missed: list[int] = []
    try:
        with taken_by(lambda late, _frame: missed.append(late), numbers):
            yield
    finally:
        if missed:
            signal.raise_signal(missed[0])
