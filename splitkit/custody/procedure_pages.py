"""Procedures as they are printed: their words, and the people whom the register knows.  Nothing of it is secret."""

from dataclasses import dataclass, replace

from splitkit.custody.records.holdings import Register
from splitkit.custody.records.lives import Life
from splitkit.packs.commands import meanings_of, rehearsed
from splitkit.packs.pack import SHEETS, Pack
from splitkit.packs.packfile import origin
from splitkit.packs.procedures import ROLES, Procedure, ProcedureStep
from splitkit.paper.documents import Printout


@dataclass(frozen=True)
class ProcedurePage(Printout):
    """A procedure for the paper.

    Attributes:
        heading: Its code and its title.
        title: What it is for.
        target: What it is done to.
        when: What calls for it.
        roles: Who keeps each thing that it needs, by names; an empty text is a line to write on.
        sections: Each part with its title.
        at_once: Whether it cannot wait.
        meanings: What is put in for each word in capitals of a command.
        sources: Where the provider says so, and the day on which somebody looked.
        file: The SHA-256 of the pack, where it is one of people's own.
    """

    template = "procedure.typ"
    heading: str
    title: str
    target: str
    when: str
    roles: tuple[tuple[str, str], ...]
    sections: tuple[tuple[str, tuple[ProcedureStep, ...]], ...]
    at_once: bool
    meanings: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    file: str

    def texts(self) -> dict[str, str]:
        """Return the names of the register."""
        return {f"who has the role {role}": who for role, who in self.roles}


def procedure_page(
    pack: Pack, one: Procedure, register: Register | None, made: str, *, file: str = ""
) -> ProcedurePage:
    """Return a procedure for the paper.

    Args:
        pack: Whose procedure it is.
        one: The procedure.
        register: Who keeps what, if that is known.
        made: The day of the document, YYYY-MM-DD.
        file: The SHA-256 of the pack, where it is one of people's own.
    """
    found = f"looked up on {pack.looked_up}: {', '.join(map(origin, one.sources))}"
    sources = (found,) if one.sources else ()
    practice = bool(register and register.practice)
    parts = tuple(
        (title, tuple(step_as_typed(step, practice=practice) for step in steps)) for title, steps in one.parts
    )
    return ProcedurePage(
        one.heading,
        one.title,
        pack.title,
        one.when,
        keepers(pack, one, register),
        parts,
        one.at_once,
        meanings_of(command for _, steps in one.parts for step in steps for command in step.commands),
        sources,
        f"{pack.code}, SHA-256 {file}" if file else "",
        practice=practice,
        made=made,
    )


def step_as_typed(step: ProcedureStep, *, practice: bool) -> ProcedureStep:
    """Return a step with its commands as they are typed in a rehearsal, where it is one."""
    return replace(step, commands=tuple(map(rehearsed, step.commands))) if practice else step


def keepers(pack: Pack, one: Procedure, register: Register | None) -> tuple[tuple[str, str], ...]:
    """Return who keeps each thing that a procedure needs, as far as the register knows."""
    kept = [(pack.things[kind].keeper, _who(register, kind) if register else "") for kind in one.needs]
    steps = [step for _, step in one.numbered]
    if any(_RECEIVER in step.actors for step in steps):
        kept.append((ROLES[_RECEIVER], _acts(pack, register, _RECEIVER) if register else ""))
    return tuple(kept)


_RECEIVER = "receiver"
_CALL_OUT = "To call"
"""Whom somebody calls out who is alone with an alert."""


def acting(pack: Pack, step: ProcedureStep, register: Register | None, leaver: str = "") -> tuple[tuple[str, str], ...]:
    """Return by name who acts in a step, and who is called out in it, as far as the register knows; never whoever leaves, but for what they keep."""
    if not register:
        return ()
    told = {**ROLES, **{kind: thing.keeper for kind, thing in pack.things.items()}}
    found = [
        (told.get(actor, actor.replace("-", " ").capitalize()), _acts(pack, register, actor, leaver))
        for actor in step.actors
    ]
    found += [(_CALL_OUT, _called_out(pack, register))] if _calls_out(step) else []
    return tuple((role, who) for role, who in found if who)


def _calls_out(step: ProcedureStep) -> bool:
    return "call-out card" in step.do


def _called_out(pack: Pack, register: Register) -> str:
    """Whoever can bring something that opens the account."""
    return ", ".join(dict.fromkeys(one for kind in pack.things for one in _keeping(register, kind)))


def _acts(pack: Pack, register: Register, actor: str, leaver: str = "") -> str:
    """Return the people of the register who are what a step calls its *actor*; nothing where it knows none."""
    if actor in pack.things:
        return _who(register, actor)
    if actor == _RECEIVER:
        tags = [tag for tag, one in register.accounts.items() if one.pack == pack.code]
        people = [person for tag in tags for person in register.alerted_by(tag)]
    else:
        people = [seat for seat, one in register.here.items() if actor in one.roles and seat != leaver]
    return ", ".join(_named(register, one) for one in dict.fromkeys(people))


def _who(register: Register, kind: str) -> str:
    return ", ".join(_keeping(register, kind))


def _keeping(register: Register, kind: str) -> list[str]:
    sheets = register.sheets_of(Life.LIVE) if kind == SHEETS else ()
    holders = [asset.holder for asset in register.assets_in_use if asset.kind == kind and asset.works]
    seats = [sheet.holder for _, sheet in sheets if sheet.holder] or holders
    return [_named(register, seat) for seat in dict.fromkeys(seats)]


def _named(register: Register, seat: str) -> str:
    left = register.left_on(seat)
    return f"{register.called(seat)}, LEFT on {left}" if left else register.called(seat)
