"""Who is enough, in words: from the need as it is built, and never as a list of all groups of people."""

from collections.abc import Iterator, Sequence

from splitkit.custody.records.holdings import Register
from splitkit.custody.records.lives import Life
from splitkit.custody.ways.access import Bringer, Item, Need, Tie, Way, reachable
from splitkit.custody.ways.targets import Target
from splitkit.ledger.lookalike import plain_name
from splitkit.packs.pack import SHEETS


def enough_of(target: Target, way: Way) -> str:
    """Return who together can go a way: 'any 2 of Ada, Ben, Cleo; and Mia with the MFA device'."""
    return "; and ".join(parts_of(target, way))


def parts_of(target: Target, way: Way) -> list[str]:
    """Return what a way takes, part by part, each with who together can bring it."""
    return [_sheets(target) if kind == SHEETS else _assets(target, kind) for kind in way.kinds]


def _sheets(target: Target) -> str:
    live = (record for record in target.sets if record.life is Life.LIVE)
    needs = (target.hands.quorum(record, left=False) for record in live)
    return "; or ".join(_quorum(target.hands.register, need) for need in needs if reachable(need))


def _quorum(register: Register, need: Need) -> str:
    """Tell a need that can be met: of its parts those that can."""
    if isinstance(need, Item):
        return _people(register, need.bringers)
    parts = [(one, _quorum(register, one)) for one in need.needs if reachable(one)]
    if len(parts) == 1:
        return parts[0][1]
    return _of(
        need.least, [words if isinstance(one, Item) or len(one.needs) == 1 else f"({words})" for one, words in parts]
    )


def _of(least: int, names: Sequence[str]) -> str:
    if least == len(names):
        return " and ".join(names)
    return f"{'any' if least > 1 else 'one'} {least if least > 1 else ''}".strip() + " of " + ", ".join(names)


def _assets(target: Target, kind: str) -> str:
    """Tell who has a thing of a kind: whoever keeps one that works, and whoever can get at it besides."""
    thing, hands = target.things[kind], target.hands
    found = [item for item in target.need(kind).needs if isinstance(item, Item) and item.bringers]
    the = f"the {thing.called}" if len(found) == 1 else thing.called
    named = [_people(hands.register, item.bringers) + f" with {the}" + ("" if len(found) == 1 else f" {item.name}")
             for item in found]  # fmt: skip
    does = {one.person: does for role, does in reversed([*thing.also.items()]) for one in hands.in_roles((role,))}
    named += [f"{tie_named(hands.register, Tie('person', person))}, who {does[person]}" for person in does]
    return " or ".join(named)


def _people(register: Register, people: Sequence[Bringer]) -> str:
    names = [tie_named(register, Tie("person", one.person)) for one in people]
    return names[0] + "".join(f" (or {name})" for name in names[1:])


def tie_named(register: Register, tie: Tie) -> str:
    """Return what people call somebody, a place, or what else many have in common."""
    if tie.kind == "person":
        return _name(register, tie.value)
    if tie.kind == "superior":
        return f"{_name(register, tie.value)} with everybody who does as they say"
    if tie.kind == "place":
        return register.place_named(tie.value)
    name = next((said for said in _said(register, tie.kind) if plain_name(said) == tie.value), tie.value)
    return {"site": f"the site {name}", "employer": f"the people of {name}", "country": f"what is in {name}"}[tie.kind]


def _name(register: Register, seat: str) -> str:
    known = register.people.get(seat)
    return known.name if known and known.name else seat


def _said(register: Register, kind: str) -> Iterator[str]:
    if kind in ("site", "country"):
        yield from (getattr(one, kind) for one in register.places.values())
    if kind in ("employer", "country"):
        yield from (getattr(one, kind) for one in register.people.values())
