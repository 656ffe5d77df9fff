"""Of what a step of a procedure still has to be recorded, thing by thing: each sheet, safe and device; and what the register knows of its condition."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from splitkit.custody.records.holdings import Register, SetRecord, SheetRecord, State
from splitkit.custody.records.lives import Life
from splitkit.custody.saying.filled import Concern, key_of
from splitkit.ledger import events
from splitkit.ledger.chain import Entry
from splitkit.packs.commands import CAPITALS
from splitkit.packs.pack import DUTIES, OTHERS, Needed
from splitkit.packs.procedures import ProcedureStep
from splitkit.quorum.policy import SheetId

_KEEPS_QUORUM = "new-set"
"""The step after which a quorum of the new sheets stays in the room, in no bag, for what follows."""


@dataclass(frozen=True)
class WantedThing:
    """One thing of which the record has not got it yet: what people call it, and what stands for it in a command."""

    name: str
    words: Mapping[str, str]

    @property
    def short(self) -> str:
        """The same without the id of a set, which in a remark would look like a secret."""
        return f"sheet {self.words['SHEET']}" if "SHEET" in self.words else next(iter(self.words.values()))


@dataclass(frozen=True)
class Missing:
    """What is wanted, and how much of that may stay as it is."""

    things: tuple[WantedThing, ...]
    may_stay: int = 0

    @property
    def told(self) -> str:
        """All of them in words, and of how many it is enough where that is not all."""
        names = "; ".join(one.name for one in self.things)
        needed = len(self.things) - self.may_stay
        return (
            f"{names}; {needed} of these {len(self.things)} {'is' if needed == 1 else 'are'} enough"
            if self.may_stay
            else names
        )

    @property
    def enough(self) -> bool:
        """Whether nothing more is needed."""
        return len(self.things) <= self.may_stay


@dataclass(frozen=True)
class WalkStanding:
    """Where people stand in a procedure: what it is for, the register, and the entries since they began."""

    case: Concern
    register: Register
    since: Sequence[Entry] = ()

    def missing(self, step: ProcedureStep, command: str) -> Missing | None:
        """Return of what a command of a step still has to be recorded; None where it says one thing, once."""
        row = _EACH.get(key_of(command))
        return row(self, step) if row else None

    def one_by_one(self, step: ProcedureStep, command: str) -> list[str]:
        """Return a command as it is typed for each thing of which it is known what it says; else as it is."""
        missing = self.missing(step, command) if key_of(command) in _SAID_OF_EACH else None
        if missing is None:
            return [command]
        return [
            _with(command, {word: self._called(word, said) for word, said in one.words.items()})
            for one in missing.things
        ]

    def _called(self, word: str, said: str) -> str:
        return shlex.quote(self.register.called(said)) if word == "PERSON" else said

    def roles_told(self) -> str:
        """Return in words which roles whoever leaves has, and who has each of them too; nothing where they have none."""
        register, person = self.register, self.case.person
        told = []
        for role in _roles(self):
            too = [register.called(seat) for seat, one in register.here.items() if seat != person and role in one.roles]
            told.append(f"{role} ({', '.join(too)} too)" if too else f"{role} (nobody else)")
        told += [f"deputy of {register.called(one)}" for one in _stood_in(self)]
        return f"{register.called(person)} is {', '.join(told)}" if told else ""

    # --- which sets

    @property
    def made(self) -> list[SetRecord]:
        """The sets that were made since people began; else those that are to take the place of another."""
        named = [one.data.set for one in self.since if isinstance(one.data, events.SetMade)]
        found = [self.register.sets[one] for one in dict.fromkeys(named) if one in self.register.sets]
        found = [one for one in found if one.life is not Life.VOID]
        return found or [one for one in self.register.in_earnest if one.life is Life.PENDING]

    @property
    def followed(self) -> list[SetRecord]:
        """The sets whose place the made ones take."""
        return [self.register.sets[one] for one in dict.fromkeys(one.replaces for one in self.made) if one]

    @property
    def replaced(self) -> list[SetRecord]:
        """The same; else those that were replaced and are not destroyed yet."""
        old = (Life.SUPERSEDED, Life.RETIRED)
        return self.followed or [one for one in self.register.in_earnest if one.life in old]

    @property
    def brought(self) -> list[SetRecord]:
        """The sets of which a quorum is brought into the room: no set that was made since people began."""
        named = self.register.sets.get(self.case.set_id)
        return self.followed or ([named] if named else [*self.register.live])

    def handed(self) -> list[str]:
        """Return the sheets that went from whoever leaves to somebody else since people began."""
        said = [one.data for one in self.since if isinstance(one.data, events.SheetHanded)]
        return list(dict.fromkeys(one.sheet for one in said if one.from_ == self.case.person))


_SAID_OF_EACH = ("role", "role-ended", "deputy")
"""The commands of which the register knows what they say, but for who does it from now on."""


def _with(command: str, words: Mapping[str, str]) -> str:
    return CAPITALS.sub(lambda found: words.get(found[0], found[0]), command)


def _roles(standing: WalkStanding) -> list[str]:
    """The roles of whoever leaves that somebody else takes over."""
    one = standing.register.people.get(standing.case.person)
    return [role for role in one.roles if role in DUTIES] if one else []


def _stood_in(standing: WalkStanding) -> list[str]:
    person = standing.case.person
    return [seat for seat, one in standing.register.here.items() if person and one.deputy == person != seat]


def _named(standing: WalkStanding, record: SetRecord, sheet: SheetRecord) -> str:
    keeper = f", {standing.register.called(sheet.holder)}" if sheet.holder else ""
    return f"{record.sheet_name(sheet.number)}{keeper}"


def _wanted(standing: WalkStanding, found: Iterable[tuple[SetRecord, SheetRecord]]) -> tuple[WantedThing, ...]:
    return tuple(
        WantedThing(
            _named(standing, record, sheet),
            {"SHEET": sheet.number, "SET": record.short_id, "PERSON": sheet.holder},
        )
        for record, sheet in found
    )


def _sheets(records: Iterable[SetRecord]) -> Iterator[tuple[SetRecord, SheetRecord]]:
    return ((record, sheet) for record in records for sheet in record.sheets.values())


def _unread(standing: WalkStanding, _step: ProcedureStep) -> Missing | None:
    """A new set is read back whole; of one that is there already the sheets that were printed once more."""
    if standing.made:
        unread = [(record, one) for record, one in _sheets(standing.made) if one.may_be_used and not one.proven]
        return Missing(_wanted(standing, unread))
    again = dict[tuple[str, str], bool]()
    for one in standing.since:
        if isinstance(one.data, events.SheetReissued):
            again[one.data.set, one.data.sheet] = True
        elif isinstance(one.data, events.SheetRead) and (one.data.set, one.data.sheet) in again:
            again[one.data.set, one.data.sheet] = one.data.result != "sound"
    sets = standing.register.sets
    if not again:
        return None
    again = {which: unread for which, unread in again.items() if unread}
    return Missing(_wanted(standing, [(sets[one], sets[one].sheets[number]) for one, number in again]))


def _in_room(standing: WalkStanding, step: ProcedureStep) -> list[SetRecord]:
    """The sets whose sheets a step locks away: those that it has made; or all that count, and those whose place they take."""
    makes = {"rotate", "refresh", "reissue"} & set(map(key_of, step.commands))
    live = [one for one in standing.register.live if one not in standing.made]
    return standing.made if makes else [*live, *standing.made, *(one for one in standing.followed if one not in live)]


def _not_away(standing: WalkStanding, step: ProcedureStep, out: Callable[[SheetRecord], bool]) -> Missing | None:
    """The sheets in the room of which it is still so that they are *out*; where a quorum goes on with them, so many may be."""
    records = _in_room(standing, step)
    left = [(record, one) for record, one in _sheets(records) if one.there and one.on_paper and out(one)]
    stays = sum(record.policy.needed_at_most for record in records) if step.name == _KEEPS_QUORUM else 0
    return Missing(_wanted(standing, left), stays) if records else None


def _unsealed(standing: WalkStanding, step: ProcedureStep) -> Missing | None:
    return _not_away(standing, step, lambda one: bool(one.opened or not one.bag))


def _unstored(standing: WalkStanding, step: ProcedureStep) -> Missing | None:
    return _not_away(standing, step, lambda one: bool(one.out or not one.safe))


def _laid_down(standing: WalkStanding, _step: ProcedureStep) -> Missing | None:
    """What whoever leaves has handed over, until it lies in a safe again."""
    if not standing.case.person:
        return None
    handed = standing.handed()
    there = [(record, one) for record, one in _sheets(standing.register.live) if one.number in handed]
    out = [(record, one) for record, one in there if one.out or not one.safe]
    return Missing(
        tuple(WantedThing(_named(standing, record, one), {"SHEET": one.number, "BAG": one.bag}) for record, one in out)
    )


def _kept(standing: WalkStanding, _step: ProcedureStep) -> Missing | None:
    if not standing.case.person:
        return None
    held = [(record, one) for record, one in _sheets(standing.register.live) if one.holder == standing.case.person]
    told = _wanted(standing, [(record, one) for record, one in held if one.there])
    return Missing(tuple(WantedThing(one.name, {**one.words, "PERSON": ""}) for one in told))


def _devices(standing: WalkStanding, step: ProcedureStep) -> Missing | None:
    """Of whoever leaves every device of which the step speaks: those whose keepers act in it."""
    if not standing.case.person:
        return None
    held = [one for one in standing.register.assets_in_use if one.holder == standing.case.person]
    meant = [one for one in held if one.kind in step.actors] or held
    called = standing.register.called(standing.case.person)
    return Missing(tuple(WantedThing(f"{one.name}, {called}", {"TAG": one.tag}) for one in meant))


def _undestroyed(standing: WalkStanding, _step: ProcedureStep) -> Missing | None:
    """Every sheet that two people have not seen destroyed; one that cannot be found is lost, and that is said instead."""
    left = [
        (record, one)
        for record, one in _sheets(standing.replaced)
        if one.may_be_used and one.on_paper and one.state is not State.LOST
    ]
    return Missing(_wanted(standing, left)) if standing.replaced else None


def _lost(_standing: WalkStanding, step: ProcedureStep) -> Missing | None:
    """Where sheets are destroyed, each of them is asked about there."""
    return Missing(()) if any(key_of(one) == "destroyed" for one in step.commands) else None


def _where(standing: WalkStanding, record: SetRecord, sheet: SheetRecord) -> str:
    return f"{standing.register.place_named(sheet.safe)}, {_named(standing, record, sheet)}"


def _for_quorum(
    standing: WalkStanding,
    done: Callable[[SheetRecord], bool],
    wanted: Callable[[SetRecord, SheetRecord, str], WantedThing],
) -> Missing | None:
    """Until a quorum of the set is there from which people make another or of which they speak; where it may be several, they say which."""
    if len(sets := standing.brought) != 1:
        return None
    (record,) = sets
    there = [one for one in record.sheets.values() if one.there and one.safe]
    brought: list[SheetId] = [record.policy.sheet(one.number) for one in there if done(one)]
    left = [one for one in there if not done(one)]
    told = tuple(wanted(record, one, _where(standing, record, one)) for one in left)
    return Missing(told, max(0, len(left) - record.policy.missing(brought)))


def _unopened_bags(standing: WalkStanding, _step: ProcedureStep) -> Missing | None:
    def bag(record: SetRecord, one: SheetRecord, where: str) -> WantedThing:
        return WantedThing(f"{where}, bag {one.bag}", {"SHEET": one.number, "SET": record.short_id})

    return _for_quorum(standing, lambda one: one.opened, bag)


def _unopened_safes(standing: WalkStanding, _step: ProcedureStep) -> Missing | None:
    opened = {one.data.safe for one in standing.since if isinstance(one.data, events.SafeOpened)}
    return _for_quorum(
        standing, lambda one: one.safe in opened, lambda _, one, where: WantedThing(where, {"PLACE": one.safe})
    )


def _has_role(standing: WalkStanding, step: ProcedureStep) -> Missing | None:
    """Of whoever leaves each role that nobody else has by now: of those for which a step is, or of all."""
    person, register = standing.case.person, standing.register
    if not person:
        return None
    others = {role for seat, one in register.here.items() if seat != person for role in one.roles}
    had, about = _roles(standing), {*step.actors} & {*OTHERS}
    if about and not about & {*had}:
        return None  # that they have it the register does not know: people say so
    left = [role for role in had if role not in others and (not about or role in about)]
    return _wanted_roles(standing, left)


def _given_up(standing: WalkStanding, _step: ProcedureStep) -> Missing | None:
    """Every role that whoever hands over and stays still has; those of a leaver end when they leave."""
    return _wanted_roles(standing, _roles(standing) if _stays(standing) else [])


def _wanted_roles(standing: WalkStanding, roles: Iterable[str]) -> Missing:
    called = standing.register.called(standing.case.person)
    return Missing(tuple(WantedThing(f"role {role}, {called}", {"ROLE": role}) for role in roles))


def _stands_in(standing: WalkStanding, _step: ProcedureStep) -> Missing | None:
    """Everybody for whom whoever leaves stands in."""
    if not standing.case.person:
        return None
    called = standing.register.called
    stood = [WantedThing(f"deputy of {called(one)}", {"PERSON": one}) for one in _stood_in(standing)]
    return Missing(tuple(stood))


def _not_alerted(standing: WalkStanding, step: ProcedureStep) -> Missing | None:
    """Everybody who is to get the alert of the account, until each of them has said so; whoever got one says it of themselves."""
    account = standing.register.accounts.get(standing.case.account)
    if account is None or "receiver" in step.actors:
        return None
    said = {one.data.receiver for one in standing.since if isinstance(one.data, events.AlertArrived)}
    left = [one for one in standing.register.alerted_by(account.tag) if one not in said]
    called = standing.register.called
    return Missing(tuple(WantedThing(f"alert to {called(one)}", {"PERSON": one}) for one in left))


def offered_in(step: ProcedureStep | None, register: Register, things: Mapping[str, Needed]) -> Register:
    """Return a register with those devices alone for whose keepers a step is, or of which it speaks, where it has any: no other is offered there."""
    kinds = {kind for kind, one in things.items() if step and (kind in step.actors or one.called in step.do)}
    meant = {tag: one for tag, one in register.assets.items() if one.kind in kinds}
    return replace(register, assets=meant) if meant else register


_EACH: Mapping[str, Callable[[WalkStanding, ProcedureStep], Missing | None]] = MappingProxyType(
    {
        "read-back": _unread,
        "sealed": _unsealed,
        "stored-new": _unstored,
        "stored": _laid_down,
        "handed": _kept,
        "moved": _devices,
        "alert": _not_alerted,
        "role": _has_role,
        "role-ended": _given_up,
        "deputy": _stands_in,
        "destroyed": _undestroyed,
        "lost": _lost,
        "bag-opened": _unopened_bags,
        "safe-opened": _unopened_safes,
    }
)
"""Each command that is typed for every one of several things, and for which of them it still is."""


# --- what the register knows of a condition -----------------------------------------------------------------------------


@dataclass(frozen=True)
class KnownCondition:
    """What the register says of a condition: whether it is so, and why."""

    so: bool
    why: str


def known_condition(standing: WalkStanding, condition: str) -> KnownCondition | None:
    """Return what the register knows of the condition of a step; None where only people can say."""
    if condition in _MADE:
        made = [one.name for one in standing.made]
        are = "are" if made[1:] else "is"
        return KnownCondition(bool(made), f"{', '.join(made) or 'no new set'} {are} in the record")
    if condition.startswith("an incident was opened because"):
        who = standing.case.person
        open_ones = [one for one in standing.register.absent.values() if who in ("", one)]
        return KnownCondition(bool(open_ones), "an incident is open" if open_ones else "no such incident is open")
    if condition.startswith("an incident was opened for"):
        return None if standing.register.open_incidents else KnownCondition(so=False, why="no incident is open")
    if condition == "they leave the company":
        return _leaves(standing)
    return _of_leaver(standing, condition) if standing.case.person else None


def _leaves(standing: WalkStanding) -> KnownCondition | None:
    """Whether it was reported that they leave, or that they hand over and stay."""
    person, register = standing.case.person, standing.register
    known = register.people.get(person)
    called, actions = register.called(person), register.actions.values()
    if any(one.leaver == person for one in actions) or (known and known.until):
        return KnownCondition(so=True, why=f"it was reported that {called} leaves")
    if _stays(standing):
        return KnownCondition(so=False, why=f"it was reported that {called} hands over and stays")
    return None


def _stays(standing: WalkStanding) -> bool:
    """Whether it was reported that whoever this is about hands over, and stays."""
    actions = standing.register.actions.values()
    return any(one.hands_over == standing.case.person and not one.over for one in actions if one.hands_over)


_MADE = ("new sheets were made", "a new set was made here")


def _of_leaver(standing: WalkStanding, condition: str) -> KnownCondition | None:
    person, register = standing.case.person, standing.register
    called = register.called(person)
    if condition in ("they keep a sheet", "the bag is open or missing"):
        kept = [record.sheet_name(one.number) for record, one in _sheets(register.live) if one.holder == person]
        kept += [f"sheet {one}, which was handed over" for one in standing.handed()]
        known = KnownCondition(bool(kept), f"{called} keeps {', '.join(kept) or 'no sheet'}")
        return known if condition == "they keep a sheet" or not kept else None
    if condition == "its seal is broken, or it is not there":
        return None if _had(standing) else KnownCondition(so=False, why=f"{called} keeps no device")
    if condition.startswith("they keep "):
        held = [one for one in register.assets_in_use if one.holder == person]
        if condition == "they keep an MFA device or the phone":
            held = [one for one in held if one.kind in ("mfa", "phone")]
        elif held:
            return None
        return KnownCondition(bool(held), f"{called} keeps {', '.join(one.name for one in held) or 'no device'}")
    if condition.startswith(("they get the alert", "they get the messages")):
        gone = any(isinstance(one.data, events.ReceiverLeft) and one.data.person == person for one in standing.since)
        gets = [one.name for tag, one in register.accounts.items() if person in register.alerted_by(tag)]
        what = f"the alerts of {', '.join(gets)}" if gets else "no alerts any more" if gone else "no alerts"
        more = "speak for the company" in condition and not (gets or gone)
        return None if more else KnownCondition(bool(gets or gone), f"{called} gets {what}")
    return _by_role(standing, condition)


def _by_role(standing: WalkStanding, condition: str) -> KnownCondition | None:
    """What follows from the roles of whoever leaves, and from the mailboxes that they own; that they have no such part nobody can see."""
    person, register = standing.case.person, standing.register
    has = [f"is {role}" for role in _roles(standing) for words in _ROLE_WORDS.get(role, ()) if words in condition]
    if condition.startswith("they own the mailbox"):
        boxes = [one.name for one in register.assets_in_use if one.holder == person and one.kind == "mailbox"]
        has += [f"has {one}" for one in boxes]
    return KnownCondition(so=True, why=f"{register.called(person)} {', '.join(has)}") if has else None


_ROLE_WORDS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "mail-admin": ("run the mail",),
        "domain-admin": ("run the mail or the domain", "run the mail or its domain", "run the DNS"),
        "bill-payer": ("pay the phone bill",),
        "reset-admin": ("super administrator", "another key to the data"),
    }
)
"""How a condition speaks of whoever has a role."""


def _had(standing: WalkStanding) -> bool:
    """Whether whoever leaves keeps a device, or has handed one over since people began."""
    said = [one.data for one in standing.since if isinstance(one.data, events.AssetMoved)]
    return any(one.holder == standing.case.person for one in standing.register.assets_in_use) or bool(said)
