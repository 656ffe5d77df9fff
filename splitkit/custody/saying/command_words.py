"""The words of a command that records, each with the field that it fills: so that an answer is checked by its kind, and never as free text."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from splitkit.custody.saying.meaning import event_meant
from splitkit.custody.saying.question import FIELD
from splitkit.custody.saying.supplied import added, spoken
from splitkit.ledger.fields import SEAT, Kind
from splitkit.ledger.schema import Event

WITNESSED = "witness"
"""What stands for the name of a field where a word says who has seen it."""


@dataclass(frozen=True)
class CommandWord:
    """One word: its *text*, the field that it fills, and the kind of that; the event has neither."""

    text: str
    name: str = ""
    kind: Kind | None = None
    named: bool = False
    """Whether the name of the field stands before it."""
    new: bool = False
    """Whether it names what the entry adds."""
    event: type[Event] | None = None
    """Of which event it fills a field."""

    needed: bool = False
    """Whether people say it in any case: the register knows nothing of it."""

    @property
    def optional(self) -> bool:
        """Whether it may be left out."""
        return self.named and not self.needed


def words_of(command: str) -> Iterator[CommandWord]:
    """Yield the words of a command that records what people say, from its event on."""
    first, *typed = shlex.split(command)[2:]
    event = event_meant(first)
    kinds = {name: kind for name, kind, _ in event.kinds()}
    told = {found[1] for one in typed if (found := FIELD.fullmatch(one))}
    needed = [*spoken(event)]
    plain = [name for name in needed if name not in told]
    yield CommandWord(first)
    while typed:
        word = typed.pop(0)
        if word.startswith("-"):  # the only option of them
            yield CommandWord(typed.pop(0), WITNESSED, SEAT)
        elif found := FIELD.fullmatch(word):
            yield CommandWord(
                found[2],
                found[1],
                kinds[found[1]],
                named=True,
                new=found[1] == added(event),
                event=event,
                needed=found[1] in needed,
            )
        else:
            name = plain.pop(0) if len(plain) > 1 else plain[0]
            yield CommandWord(word, name, kinds[name], new=name == added(event), event=event)
