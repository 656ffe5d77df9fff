"""Who is in the room of a ceremony, and whether it pauses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from splitkit.errors import AttentionError, Remedy
from splitkit.ledger import events
from splitkit.ledger.chain import PROGRAM
from splitkit.ledger.lookalike import plain_person
from splitkit.ledger.schema import Event

MOVES = ("roll", "room.enter", "room.exit", "room.return", "break", "resume", "exception")
"""The events that say who is in the room."""


@dataclass(frozen=True)
class Room:
    """The people in the room, by their seats."""

    present: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    """Everybody who has ever been here."""
    paused: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    """Of each seat the name, as names are compared, with which somebody was called on it: one person under two seats is one."""

    def after(self, data: Event, *, secret: bool) -> Room:
        """Return the room after one of `MOVES`; *secret* tells whether something secret is open.

        An exception is what happened, so it is never refused.

        Raises:
            AttentionError: If somebody would leave, or the ceremony pause, while something secret is open; if somebody
                leaves who is not here, or comes back who has not left.
        """
        match data:
            case events.ScriptException():
                return self._with(data.people_back or (), data.people_out or ())
            case events.BreakBegun():
                return self._break(secret=secret)
            case events.BreakEnded():
                return self._resume(data)
            case events.RoomLeft():
                return self._exit(data.person, secret=secret)
            case events.RoomReturned() if data.person in self.present or data.person not in self.known:
                raise AttentionError(
                    "somebody comes back who has not left", "record a room.enter for who is here first"
                )
            case events.RollCalled() | events.RoomEntered() | events.RoomReturned():
                name = data.name if isinstance(data, events.RollCalled) else None
                names = {**self.names, data.person: plain_person(name)} if name else self.names
                return replace(self._with((data.person,), ()), names=names)
        return self

    def _with(self, coming: Iterable[str], going: Iterable[str]) -> Room:
        present = (self.present - frozenset(going)) | frozenset(coming)
        return replace(self, present=present, known=self.known | frozenset(coming))

    def _exit(self, person: str, *, secret: bool) -> Room:
        if person not in self.present:
            raise AttentionError("somebody leaves who is not in the room", "record first how they came in")
        if secret and not self.paused:
            raise AttentionError(
                "somebody leaves while something secret is open",
                "wait until it is put away; if it happened anyway, record it as an exception",
            )
        return self._with((), (person,))

    def _break(self, *, secret: bool) -> Room:
        if secret:
            raise AttentionError(
                "the ceremony cannot pause while something secret is open",
                "seal what is open and let the machine forget first; or record an exception",
            )
        if self.paused:
            raise AttentionError("the ceremony pauses already", "record how it goes on with 'resume'")
        return replace(self, paused=True)

    def _resume(self, data: events.BreakEnded) -> Room:
        if not self.paused:
            raise AttentionError("the ceremony does not pause", "simply go on with it")
        if not data.bags_agree:
            raise AttentionError(
                "the bags are not those that were there before the break",
                "stop: make the set void, or record an exception that says why it is sound",
            )
        present = frozenset(data.present)
        return replace(self, present=present, known=self.known | present, paused=False)

    def seat_of(self, name: str, *others: str) -> str:
        """Return which seat somebody of a name has, besides some *others*; nothing where it is nobody's."""
        known = sorted(self.known - {*others})
        return next((one for one in known if name and self.names.get(one) == plain_person(name)), "")

    def people(self, seats: Iterable[str]) -> frozenset[str]:
        """Return who is on some seats: their names, or the seats where nobody says a name; whoever alone says none is nobody."""
        return frozenset(self.names[one] for one in seats if one in self.names) if self.names else frozenset(seats)

    def are_two(self, seats: Iterable[str]) -> bool:
        """Whether all who have some seats are here, and two people are among them."""
        seats = frozenset(seats)
        return seats <= self.present and len(self.people(seats)) > 1

    def check_two(self, by: str, witness: str) -> None:
        """Refuse what is secret without two people who are in the room; the program itself counts for none.

        Raises:
            AttentionError: If too few are here, or not both of those who vouch for it.
        """
        if not self.are_two(self.present):
            raise AttentionError(
                "fewer than 2 people are in the room, and something secret is open",
                "everybody leaves until two can be here; an exception records who comes back",
            )
        named = {by, witness} - {"", PROGRAM}
        if not named <= self.present:
            raise AttentionError("somebody vouches for it who is not in the room", "record first how they came in")
        if not named or (by != PROGRAM and not self.are_two(named)):
            raise AttentionError("this is secret, and nobody else has seen it", Remedy.BOTH_HERE)
