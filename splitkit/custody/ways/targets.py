"""What is protected, one account at a time, with its ways in: by the pack of the account, and by nothing that belongs to another."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count

from splitkit.custody.records.accounts import may_be_for, not_ended
from splitkit.custody.records.devices import AssetRecord
from splitkit.custody.records.holdings import Register, SetRecord
from splitkit.custody.records.lives import Life
from splitkit.custody.ways.access import Item, Some, Way, any_of, every, items
from splitkit.custody.ways.hands import Hands
from splitkit.packs.pack import SHEETS, USUAL, Needed, Pack, find_pack


@dataclass(frozen=True)
class Gap:
    """Something that a way in needs and that is not there, and the command that records it."""

    fact: str
    record: str
    things: tuple[str, ...] = ()
    """What is there, and does not do: devices by their tags, sheets by their numbers."""


@dataclass(frozen=True)
class Target:
    """One account, or a line of sets of which nobody has said what they protect.

    Attributes:
        hands: Who can bring what.
        account: The tag of the account; empty where there is none.
        code: The code of its pack.
        sets: The sets whose secret opens it.
        assets: The devices and mailboxes that count for it, those that are retired among them.
        loose: Those of which nobody has said for which of several accounts they are: they may open it, and count for none.
        notes: What is to be known of how it is judged.
    """

    hands: Hands
    account: str
    code: str
    pack: Pack | None
    sets: Sequence[SetRecord]
    assets: Sequence[AssetRecord]
    loose: Sequence[AssetRecord] = ()
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What people call the account; nothing where there is none."""
        return self.hands.register.accounts[self.account].name if self.account else ""

    @property
    def things(self) -> Mapping[str, Needed]:
        """What its ways in need, by kind."""
        return self.pack.things if self.pack else {}

    def need(self, kind: str, *, might: bool = False) -> Some:
        """Return who can bring a thing of one kind; or who *might*, whatever became of it, with whoever has as good as it by a role."""
        found = self._sheets(might=might) if kind == SHEETS else self._assets(kind, might=might)
        others = self.hands.in_roles(self.things[kind].also, left=True) if might else ()
        return any_of(*found, *(Item("", (one,)) for one in others))

    def _sheets(self, *, might: bool) -> list[Some]:
        sets = [record for record in self.sets if might or record.life is Life.LIVE]
        return [self.hands.quorum(record, left=might) for record in sets]

    def _assets(self, kind: str, *, might: bool) -> list[Item]:
        able = (one for one in self.assets if one.kind == kind and one.works and not one.retired)
        of_kind = self.may_open(kind) if might else able
        return [item for asset in of_kind for item in self.hands.asset(asset, left=might)]

    def may_open(self, kind: str) -> list[AssetRecord]:
        """Return every device or mailbox of a kind that may open it."""
        return [one for one in (*self.assets, *self.loose) if one.kind == kind and one.may_open]

    @cached_property
    def ways(self) -> list[Way]:
        """Every way in."""
        able = {kind: self.need(kind) for kind in self.things}
        might = {kind: self.need(kind, might=True) for kind in self.things}
        return [
            Way(
                one.name,
                one.needs,
                every(*(able[kind] for kind in one.needs)),
                every(*(might[kind] for kind in one.needs)),
            )
            for one in (self.pack.ways if self.pack else ())
        ]

    @cached_property
    def gaps(self) -> Mapping[str, Gap]:
        """What was never recorded, or is there no more, by kind."""
        found = ((kind, self._gap(kind, thing)) for kind, thing in self.things.items())
        return {kind: gap for kind, gap in found if gap}

    def _gap(self, kind: str, thing: Needed) -> Gap | None:
        if kind == SHEETS:
            return self._no_sheets(thing)
        known = [asset for asset in self.assets if asset.kind == kind]
        in_use = [asset for asset in known if not asset.retired]
        if any(asset.works for asset in in_use):
            return None
        why = ", ".join(_not_working(asset) for asset in in_use or known)
        fact = f"no {thing.called} works: {why}" if why else f"no {thing.called} is recorded"
        register, tags = self.hands.register, tuple(one.tag for one in known)
        if untried := [asset.tag for asset in in_use if asset.works is None]:
            return Gap(fact, f"splitkit record checked {untried[0]} RESULT", tags)
        bound = f" account={self.account}" if len(not_ended(register.accounts)) > 1 else ""
        tag = next(tag for at in count(1) if (tag := f"{kind}-{at}") not in register.assets)
        return Gap(fact, thing.record.replace("TAG", tag) + bound, tags)

    def _no_sheets(self, thing: Needed) -> Gap | None:
        live, register = [record for record in self.sets if record.life is Life.LIVE], self.hands.register
        if not live:
            others = self.account and register.live
            fact = f"no {thing.called} is recorded for it" if others else f"no {thing.called} in use is recorded"
            free = list(dict.fromkeys(one.line[:8] for one in register.live if one.line not in register.lines))
            line = free[0] if len(free) == 1 else "LINE"
            bind = f"splitkit record bound line={line} account={self.account}"
            return Gap(fact, bind if others and free else thing.record)
        for record in live:
            unknown = [one for one in record.sheets.values() if one.may_be_used and not one.holder]
            known = [
                record.policy.sheet(one.number) for one in record.sheets.values() if one.may_be_used and one.holder
            ]
            if unknown and not record.policy.opens(known):
                numbers = ", ".join(one.number for one in unknown)
                which = f"sheet{'s' if len(unknown) > 1 else ''} {numbers} of {record.name}"
                bag = "" if unknown[0].bag else " bag=BAG"
                stored = (
                    f'splitkit record stored {unknown[0].number} "PLACE" person="PERSON"{bag} set={record.short_id}'
                )
                return Gap(f"nobody is recorded who keeps {which}", stored, tuple(one.number for one in unknown))
        return None

    def tasks(self, kind: str) -> list[str]:
        """Return what can be done with the help of a kind of thing."""
        return [way.name for way in self.ways if kind in way.kinds]

    def brought(self) -> list[Item]:
        """Return every item by which it may be opened."""
        return list(dict.fromkeys(item for way in self.ways for item in items(way.might) if item.name))


def _not_working(asset: AssetRecord) -> str:
    """Return why nobody counts on a device."""
    if asset.retired:
        return f"{asset.tag} is retired"
    return f"nobody has tried {asset.tag}" if asset.works is None else f"{asset.tag} has failed"


def targets(register: Register, away: Collection[str] = (), gone: Collection[str] = ()) -> list[Target]:
    """Return everything that is protected, each with its own sets, and with what belongs to no other account.

    Args:
        register: What is known.
        away: People who are thought not to be there.
        gone: Places, or sites, that are thought to be gone with all that lies there.
    """
    hands = Hands(register, away, gone)
    sets, assets = register.at_stake, register.assets.values()
    found = []
    used = {register.lines.get(one.line) for one in register.live}
    for account in [one for one in register.accounts.values() if not one.ended or one.tag in used]:
        tag = account.tag
        own = [record for record in sets if register.lines.get(record.line) == tag]
        bound = [asset for asset in assets if asset.account == tag]
        common = [asset for asset in assets if not asset.account]
        sure = [one for one in common if may_be_for(register.accounts, one.added) == [account]]
        loose = [one for one in common if one not in sure]
        mine = [*bound, *sure]
        found.append(Target(hands, tag, account.pack, account.known(register.packs), own, mine, loose))
    lines = dict.fromkeys(one.line for one in sets if one.life is Life.LIVE and one.line not in register.lines)
    free = [asset for asset in assets if not asset.account]
    for line in lines if register.accounts or lines else [""]:
        unbound = [record for record in sets if record.line == line]
        found.append(
            Target(hands, "", USUAL, find_pack(USUAL), unbound, free, notes=tuple(_without_account(register, unbound)))
        )
    return found


def _without_account(register: Register, sets: Sequence[SetRecord]) -> Iterator[str]:
    what = f"{sets[0].name} is recorded for no account" if sets and register.accounts else "no account is recorded"
    line = f" line={sets[0].line[:8]}" if sets else ""
    bind = f"splitkit record bound{line} account=" + ("ACCOUNT" if register.accounts else "NAME")
    add = "" if register.accounts else f"splitkit record account NAME pack={USUAL}; then "
    yield f"{what}, and the ways in are those of the pack {USUAL}: {add}{bind}"
