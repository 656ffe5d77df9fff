"""Overrides: what people overrule on the command line, each by its name and with a reason.

An override counts only where a refusal needs it.  Then its reason is said, and stands in the ledger before anything is done; where no
ledger takes it, people are told so.  One that nothing needed is only noted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.hints import worded
from splitkit.cli.ui.talk import safe, say, warn
from splitkit.errors import UnsafeMachineError, UsageError
from splitkit.host import files
from splitkit.host.terminal import interactive
from splitkit.ledger.fields import TEXT, Kind, taken
from splitkit.ledger.schema import Event

_PLAINLY = "in plain words, such as 'password lost, ticket INC-204815'"
_HERE = "splitkit.overruled"
"""Where the context of a run keeps its overrides."""


@dataclass(frozen=True)
class Overruled:
    """What people overrule, by name, each with its reason."""

    override: Sequence[str] = ()
    reason: Sequence[str] = ()
    _needed: dict[str, str] = field(default_factory=dict)
    """What a refusal needed, and why it is overruled."""
    _recorded: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if len(self.override) != len(self.reason) or len(set(self.override)) != len(self.override):
            raise UsageError("each --override takes one --reason, and is given once", "say for each in a few words why")
        for reason in self.reason:
            if not reason.strip():
                raise UsageError("an override has no reason", "say in a few words why: --reason TEXT")

    def __contains__(self, name: str) -> bool:
        return name in self.override

    def allows(self, name: str, fact: str, judge: Callable[[], bool] | None = None) -> bool:
        """Return whether people overrule a refusal, whose *fact* and their reason are said then, once.

        Args:
            name: Of the override.
            fact: What is refused without it.
            judge: Asks people who did not overrule it on the command line; their yes is a reason too.
        """
        if name in self._needed:
            return True
        if name in self:
            self._needed[name] = self.reason[self.override.index(name)]
        elif judge and judge():
            self._needed[name] = "people at the terminal typed yes"
        else:
            return False
        warn(f"{fact}; overruled, because: {safe(self._needed[name])}")
        return True

    def entries(self, *approved: str) -> list[Event]:
        """Return what a ledger is still to hold of what was needed, and who *approved* it; see `recorded`."""
        from splitkit.ledger.events import CheckOverruled  # noqa: PLC0415  (most commands need no events)

        seats = tuple(dict.fromkeys(filter(None, approved)))
        return [CheckOverruled(check=name, reason=self._needed[name], approved=seats) for name in self.needed()]

    def recorded(self) -> None:
        """Count what was needed so far as recorded: a ledger holds it."""
        self._recorded.update(self._needed)

    def needed(self) -> list[str]:
        """Return the names of what was needed, and is in no ledger yet."""
        return [name for name in self._needed if name not in self._recorded]

    def tell(self, *, ended_well: bool) -> None:
        """Say which reason no ledger holds, and, where all went well, what nothing needed."""
        for name in self.needed():
            say(f"no ledger holds why '{name}' was overruled: write it down")
        for name in self.override:
            if ended_well and name not in self._needed:
                say(f"note: nothing had to be overruled by '{name}'")


def begin(meta: dict[str, Any], override: Sequence[str], reason: Sequence[str]) -> Overruled:
    """Return the overrides of the whole run, kept in the *meta* of its context, with those that a command adds.

    Raises:
        UsageError: If one has no reason, or is given twice.
    """
    whole = meta.get(_HERE, Overruled())
    more = replace(whole, override=(*whole.override, *override), reason=(*whole.reason, *reason))
    meta[_HERE] = replace(more, reason=(*whole.reason, *(fit(TEXT, "reason", text) for text in reason)))
    return meta[_HERE]  # type: ignore[no-any-return]


def fit(kind: Kind, what: str, text: str) -> str:
    """Return a *text* that a ledger takes; one that it does not take is asked for again at a terminal.

    Raises:
        UsageError: If nobody can be asked; it says how to write it.
    """
    try:
        return str(taken(kind, text))
    except UsageError as error:
        plain = UsageError(f"the {what}: {error.fact}", f"{worded(error.hint)}; {_PLAINLY}")
    if not interactive():
        raise plain
    with Dialogue.open("nothing was done") as dialogue:
        dialogue.refuse(plain)
        return dialogue.text(f"The {what}, in other words:", kind)


@contextmanager
def told(meta: Mapping[str, Any]) -> Iterator[None]:
    """Tell at the end of a run, whatever its end is, what became of its overrides."""
    ended_well = False
    try:
        yield
        ended_well = True
    finally:
        if _HERE in meta:
            meta[_HERE].tell(ended_well=ended_well)


def check_in_memory(place: Path, what: str, name: str, overruled: Overruled, *, practice: bool) -> None:
    """Refuse to let anything real lie on a disk that keeps it, unless that is overruled.

    Args:
        place: Where it would lie: a folder, or a file that is there.
        what: What would lie there, such as 'the sheets'.
        name: How it could be called in a place in memory.
        overruled: What people overrule.
        practice: Whether it is worth nothing: then it may lie anywhere.

    Raises:
        UnsafeMachineError: If it would.
    """
    fact = f"{what} may not lie on a disk, which keeps what was written to it"
    if not practice and not files.in_memory(place) and not overruled.allows("disk", fact):
        raise UnsafeMachineError(
            fact, f"name a place in memory such as /dev/shm/{name}, or {way('disk')} if this disk will be destroyed"
        )


def way(name: str) -> str:
    """Return how people overrule something on the command line."""
    return f"--override {name} --reason TEXT"
