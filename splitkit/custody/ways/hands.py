"""Who can bring what, as the register has it: people under all their seats and spellings, their deputies, and where things lie."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from splitkit.custody.records.accounts import PersonRecord
from splitkit.custody.records.devices import AssetRecord
from splitkit.custody.records.holdings import Register, SetRecord, SheetRecord
from splitkit.custody.ways.access import Bringer, Item, Some, Tie
from splitkit.ledger.lookalike import plain_name, plain_person


class Hands:
    """Who can bring what; without some people and what lies in some places, where one asks what would be then.

    Attributes:
        register: What is known.
        gone: The ties of those that are thought to be gone.
    """

    def __init__(self, register: Register, people: Collection[str] = (), places: Collection[str] = ()) -> None:
        """Take a register, the people who are thought away, and the places (or sites) that are thought gone."""
        self.register = register
        self.gone = frozenset(
            [Tie("person", self.person(seat)) for seat in people]
            + [Tie("place", tag) for tag in register.places_in(places)]
        )

    @cached_property
    def _same(self) -> dict[str, list[PersonRecord]]:
        """Everybody's records: who has one name, however it is spelt, is one person, under the first of their seats."""
        seats, found = dict[str, str](), dict[str, list[PersonRecord]]()
        for one in self.register.people.values():
            seat = seats.setdefault(plain_person(one.name) or one.seat, one.seat)
            found.setdefault(seat, []).append(one)
        return found

    @cached_property
    def _persons(self) -> dict[str, str]:
        return {one.seat: seat for seat, records in self._same.items() for one in records}

    def person(self, seat: str) -> str:
        """Return who has a seat, as the first seat of that person."""
        return self._persons.get(seat, seat)

    @cached_property
    def _here(self) -> set[str]:
        """The seats of people who have not left, and can be reached: whoever cannot under one seat cannot under another."""
        absent = {self.person(seat) for seat in self.register.absent.values()}
        return {seat for seat in self.register.here if self.person(seat) not in absent}

    @cached_property
    def _superiors(self) -> dict[str, set[str]]:
        """Of each person those who are directly above."""
        return {
            seat: {self.person(one.superior) for one in records if one.superior} for seat, records in self._same.items()
        }

    @cached_property
    def _ties(self) -> dict[str, frozenset[Tie]]:
        heads = set().union(*self._superiors.values())
        return {person: self._ties_of(person, heads) for person in {*self._same, *heads}}

    def _ties_of(self, person: str, heads: Collection[str]) -> frozenset[Tie]:
        found = {Tie("person", person)} | ({Tie("superior", person)} if person in heads else set())
        for one in self._same.get(person, ()):
            found |= {Tie("employer", plain_name(one.employer))} if one.employer else set()
            found |= {Tie("country", plain_name(one.country))} if one.country else set()
        todo = [person]
        while todo:
            above = {one for one in self._superiors.get(todo.pop(), ()) if Tie("superior", one) not in found}
            found |= {Tie("superior", one) for one in above}
            todo += above
        return frozenset(found)

    def bringers(self, keeper: str, *, left: bool) -> tuple[Bringer, ...]:
        """Return who can bring what somebody keeps: they, and whoever stands in, as two people say.

        Only if asked for those who have *left*, or may be of use else: whom one person alone names, and whoever stands in for a deputy.
        """
        seats = self._with_deputies([keeper] if keeper else [], left=left)
        return self._found(seat for seat in seats if left or seat not in self.register.people or seat in self._here)

    def _with_deputies(self, having: Sequence[str], *, left: bool) -> list[str]:
        """Return who has something, and whoever stands in for them, by their seats; *left* as for `bringers`."""
        seats = todo = [*having]
        while todo:
            todo = [one for seat in todo for one in self._deputies(seat, alone=left) if one not in seats]
            seats, todo = [*seats, *todo], todo if left else []
        return seats

    def _deputies(self, seat: str, *, alone: bool) -> Iterator[str]:
        """Yield whoever stands in for somebody, under whatever seats; whom one person *alone* names only if asked for."""
        for one in self._same.get(self.person(seat), ()):
            if one.deputy and (alone or not one.deputy_by):
                yield one.deputy

    def in_roles(self, roles: Collection[str], *, left: bool = False) -> tuple[Bringer, ...]:
        """Return who has one of some roles, also those who cannot be reached: they have what they have.

        Those of whom one person alone said that they *left* only if asked for: they may have it still, and so may whoever stands in.
        """
        having = [
            seat
            for seat, one in self.register.people.items()
            if {*one.roles} & {*roles} and not (one.left_before_two if left else one.until)
        ]
        return self._found(self._with_deputies(having, left=True) if left else having)

    def _found(self, seats: Iterable[str]) -> tuple[Bringer, ...]:
        people = dict.fromkeys(self.person(seat) for seat in seats if seat)
        found = (Bringer(one, self._ties.get(one, frozenset({Tie("person", one)}))) for one in people)
        return tuple(one for one in found if Tie("person", one.person) not in self.gone)

    def _where(self, tag: str) -> frozenset[Tie]:
        if not tag:
            return frozenset()
        place = self.register.places[tag]
        found = {Tie("place", tag), Tie("site", plain_name(place.site))}
        return frozenset(found | ({Tie("country", plain_name(place.country))} if place.country else set()))

    def _items(self, name: str, keepers: Sequence[str], places: Sequence[str], *, left: bool) -> Iterator[Item]:
        """Yield a thing as an item, unless it lies in a place that is thought gone, or nobody can have it.

        Args:
            name: What it is called.
            keepers: Who keeps it, and who may still.
            places: Where it lies, and where it may still.
            left: Whether it counts if it may be there, with those who have left; else if it is, whatever one person says.
        """
        options = [
            Item(name, self.bringers(keeper, left=left), self._where(place), place)
            for keeper in keepers
            for place in places
        ]
        there = [one for one in options if not one.where & self.gone and (one.bringers or one.where)]
        if there and (left or len(there) == len(options)):
            yield replace(there[0], others=tuple(there[1:]))

    def sheet(self, record: SetRecord, sheet: SheetRecord, *, left: bool) -> Iterator[Item]:
        """Yield a sheet as an item; one that is out of its safe, or lost, lies nowhere for sure, and may *left* lie where it lay."""
        places = sheet.may_lie if left else [sheet.lies, *sorted(sheet.still_in.still - {sheet.lies})]
        yield from self._items(record.sheet_name(sheet.number), sheet.keepers, places, left=left)

    def asset(self, asset: AssetRecord, *, left: bool) -> Iterator[Item]:
        """Yield a device or a mailbox as an item."""
        yield from self._items(asset.tag, asset.keepers, [asset.place, *sorted(asset.still_in.still)], left=left)

    def quorum(self, record: SetRecord, *, left: bool) -> Some:
        """Return the need for a quorum of a set: of the sheets that are there, or of all that anybody may have."""
        groups = []
        for index, group in enumerate(record.policy.groups):
            sheets = [one for one in record.sheets.values() if record.policy.sheet(one.number).group == index]
            kept = [one for one in sheets if (one.may_be_used if left else not one.worthless)]
            groups.append(
                Some(group.threshold, tuple(item for one in kept for item in self.sheet(record, one, left=left)))
            )
        return Some(record.policy.group_threshold, tuple(groups))
