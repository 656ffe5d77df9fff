"""Random small registers, and who can go which way in, by trying every group of people: a model without any code of the product."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations

from splitkit.ledger.chain import Happening
from tests.support.custody.custodies import (
    OTHER_SET,
    SET,
    asset,
    changed,
    destroyed,
    event,
    made,
    place,
    read_back,
    sheet,
    stored,
    to_come,
)

SEATS = [f"P{number}" for number in range(1, 8)]
SAFES = [f"s-{number}" for number in range(1, 6)]
WAYS = {
    "aws-root": {
        "sign in": ("password", "mfa"),
        "reset the password": ("mailbox", "mfa"),
        "get in without an MFA device": ("mailbox", "phone"),
    },
    "disk-or-backup-key": {"open the disk or backup": ("password", "other")},
    "domain-registrar": {"sign in": ("password", "mfa"), "reset the password": ("mailbox", "mfa")},
    "entra-emergency": {"sign in": ("password", "mfa")},
    "generic-password": {"sign in": ("password",)},
    "github-owner": {"sign in": ("password", "mfa"), "reset the password": ("mailbox", "mfa")},
    "google-super-admin": {
        "sign in": ("password", "mfa"),
        "have the password reset with a DNS record": ("other", "mfa"),
    },
    "offline-ca": {"use the key": ("password", "other")},
    "okta-super-admin": {"sign in": ("password", "mfa")},
    "security-key-pin": {"use a key": ("password", "mfa")},
    "vault-recovery": {"make a root token": ("password", "other")},
}
"""Of each pack its ways in, and what they need."""
USUAL = "aws-root"
ROLES = {
    "aws-root": {"mail-admin": ("mailbox",), "domain-admin": ("mailbox",), "bill-payer": ("phone",)},
    "disk-or-backup-key": {"reset-admin": ("password",)},
    "domain-registrar": {
        "reset-admin": ("password", "mfa"),
        "mail-admin": ("mailbox",),
        "domain-admin": ("mailbox",),
    },
    "entra-emergency": {"reset-admin": ("password", "mfa")},
    "github-owner": {"mail-admin": ("mailbox",), "domain-admin": ("mailbox",)},
    "google-super-admin": {"reset-admin": ("password", "mfa"), "domain-admin": ("other",)},
    "okta-super-admin": {"reset-admin": ("password", "mfa")},
    "vault-recovery": {"reset-admin": ("password", "other")},
}
"""Of each pack who has something by a role, whoever keeps it."""
THIRD_SET = "3" * 32
POLICIES = {"2of3": [(2, ["1", "2", "3"])], "3of4": [(3, ["1", "2", "3", "4"])], "3of5": [(3, ["1", "2", "3", "4", "5"])],
            "2 of: X 2of3, Y 1of1": [(2, ["A1", "A2", "A3"]), (1, ["B1"])],
            "1 of: X 2of2, Y 2of3": [(2, ["A1", "A2"]), (2, ["B1", "B2", "B3"])]}  # fmt: skip


@dataclass
class Human:
    """What is said of one seat."""

    seat: str
    name: str
    employer: str
    country: str
    superior: str
    deputy: str = ""
    one_word: bool = False
    """Whether one person alone says who the deputy is."""
    left: bool = False
    absent: str = ""
    """Of the incident that they cannot be reached, what became of it."""
    role: str = ""

    @property
    def plain(self) -> str:
        """The name, however it is spelt."""
        return self.name.replace("é", "e")


@dataclass
class Paper:
    """One sheet: where, with whom, and what became of it."""

    number: str
    holder: str
    safe: str
    state: str


@dataclass
class Pile:
    """The sheets of one set."""

    set_id: str
    policy: str
    live: bool
    papers: list[Paper]
    account: str = ""


@dataclass
class Gadget:
    """A device or a mailbox."""

    tag: str
    kind: str
    holder: str
    safe: str
    account: str
    state: str


@dataclass
class World:
    """Everything that a random register says."""

    humans: dict[str, Human]
    safes: dict[str, tuple[str, str]]
    """Of each safe its site and its country."""
    piles: list[Pile]
    gadgets: list[Gadget]
    accounts: dict[str, str] = field(default_factory=dict)
    """Of each account its pack."""
    closed: str = ""
    """Whether there was another account, which was closed 'before' any device came, or 'after' that."""
    away: frozenset[str] = frozenset()
    """Seats of people who are thought away."""
    gone: frozenset[str] = frozenset()
    """Places that are thought gone, with all that lies there."""

    def pack(self, account: str) -> str:
        return self.accounts.get(account, USUAL)

    def one(self, seat: str) -> str:
        """The first seat of whoever has this one: people of one name are one."""
        return next(other.seat for other in self.humans.values() if other.plain == self.humans[seat].plain)

    def seats(self, seat: str) -> list[Human]:
        """All that is said of whoever has a seat."""
        return [human for human in self.humans.values() if self.one(human.seat) == self.one(seat)]

    def can_come(self, seat: str) -> bool:
        """Whether whoever has a seat can bring something today."""
        return not self.humans[seat].left and all(human.absent != "open" for human in self.seats(seat))

    def bringers(self, holder: str, *, might: bool) -> frozenset[str]:
        """Who can bring what somebody keeps: they, and whom two people named to stand in; or who might, by anybody's word and through others."""
        people = {holder}
        for _ in self.humans if might else [holder]:
            people |= {
                human.deputy
                for seat in people
                for human in self.seats(seat)
                if human.deputy and (might or not human.one_word)
            }
        away = {self.one(seat) for seat in self.away}
        return frozenset(self.one(seat) for seat in people if might or self.can_come(seat)) - away

    def bound(self, account: str) -> list[Pile]:
        return [pile for pile in self.piles if pile.account == account]


def world(dice: random.Random) -> World:
    """A company of up to seven seats, by lot."""
    seats = dice.sample(SEATS, dice.randint(2, 6))
    humans = {}
    for seat in seats:
        name = dice.choice(["Zoe Extra", "Zoé Extra"]) if dice.random() < 0.2 else f"Human {seat}"
        others = [other for other in seats if other != seat]
        humans[seat] = Human(seat, name, dice.choice(["", "", "Alpha", "Beta"]), dice.choice(["", "", "CH", "DE"]),
                             dice.choice(["", "", dice.choice(others)]))  # fmt: skip
    for human in humans.values():
        if dice.random() < 0.3:
            human.deputy = dice.choice([other for other in seats if other != human.seat])
            human.one_word = dice.random() < 0.3
        human.role = (
            dice.choice(["mail-admin", "reset-admin", "domain-admin", "bill-payer"]) if dice.random() < 0.15 else ""
        )
    for human in humans.values():
        human.left = dice.random() < 0.1
        human.absent = dice.choice(["open", "closed"]) if dice.random() < 0.2 else ""
    leavers = {human.plain for human in humans.values() if human.left}
    for human in humans.values():
        human.left = human.plain in leavers
    for human in humans.values():
        human.deputy = "" if human.deputy and humans[human.deputy].left else human.deputy
    safes = {safe: (f"site {dice.randint(1, 3)}", dice.choice(["", "CH", "DE"])) for safe in SAFES}
    accounts = {tag: dice.choice(list(WAYS)) for tag in dice.choice([[], ["one"], ["one", "two"]])}
    piles = [_pile(dice, SET, seats, accounts)]
    if dice.random() < 0.4:
        piles.append(_pile(dice, THIRD_SET, seats, accounts))
    if dice.random() < 0.3:
        piles[0].live = False
        new = _pile(dice, OTHER_SET, seats, [])
        new.account = piles[0].account
        piles.append(new)
    gadgets = [
        _gadget(dice, f"{kind}-{at}", kind, seats, accounts)
        for kind in ("mfa", "phone", "mailbox", "other")
        for at in range(dice.randint(0, 3))
    ]
    return World(humans, safes, piles, gadgets, accounts, dice.choice(["", "", "before", "after"]))


def _pile(dice: random.Random, set_id: str, seats: list[str], accounts: Collection[str]) -> Pile:
    policy = dice.choice(list(POLICIES))
    states = ["there"] * 6 + ["taken", "lost", "destroyed"]
    papers = [
        Paper(number, dice.choice(seats), dice.choice(SAFES), dice.choice(states))
        for _, numbers in POLICIES[policy]
        for number in numbers
    ]
    return Pile(set_id, policy, True, papers, dice.choice(["", *accounts, *accounts]))


def _gadget(dice: random.Random, tag: str, kind: str, seats: list[str], accounts: Collection[str]) -> Gadget:
    safe = dice.choice(["", dice.choice(SAFES)])
    return Gadget(
        tag,
        kind,
        dice.choice(seats),
        safe,
        dice.choice(["", *accounts]),
        dice.choice(["works"] * 5 + ["failed", "retired", "dead", "untried"]),
    )


def entries(world: World) -> Iterator[Happening]:
    """What the ledger says of it."""
    for human in world.humans.values():
        said = {name: getattr(human, name) for name in ("employer", "superior", "country") if getattr(human, name)}
        yield event("person.joined", person=human.seat, name=human.name, since="2026-01-01", **said)
        if human.role:
            yield event("role", person=human.seat, role=human.role, reason="it is so")
    for safe, (site, country) in world.safes.items():
        yield place(safe, site, **({"country": country} if country else {}))
    for account, pack in world.accounts.items():
        yield event("account.added", account=account, name=f"Account {account}", pack=pack)
    if world.closed:
        day = {"before": "2026-01-15", "after": "2026-01-17"}[world.closed]
        yield event("account.added", "2026-01-14", account="gone", name="Account gone", pack=USUAL)
        yield event("account.ended", day, account="gone", reason="it was closed", approved=("A", "B"))
    for pile in world.piles:
        yield from _set_entries(pile)
    for one in world.gadgets:
        more = {"place": one.safe} if one.safe else {}
        more |= {"account": one.account} if one.account else {}
        working = {"dead": {"working": False}, "untried": {"working": None}}.get(one.state, {})
        yield asset(one.tag, one.kind, one.holder, **more, **working)
        if one.state == "failed":
            yield event("asset.checked", asset=one.tag, result="fail")
        if one.state == "retired":
            yield event("asset.retired", asset=one.tag, reason="old")
    for human in world.humans.values():
        if human.deputy:
            named = event("deputy", person=human.seat, deputy=human.deputy)
            yield replace(named, witness="") if human.one_word else named
    for human in world.humans.values():
        code = f"I-{human.seat}"
        if human.absent:
            yield event("incident.open", incident=code, cause="nobody answers", kind="absent", person=human.seat)
        if human.absent == "closed":
            yield event("incident.close", incident=code, cause="abroad", outcome="back", approved=("A", "B"))
        if human.left and human is world.seats(human.seat)[-1]:  # nobody leaves under one seat alone
            yield event("person.left", "2026-02-01", person=human.seat, until="2026-02-01", reason="another post")


def _set_entries(pile: Pile) -> Iterator[Happening]:
    later = pile.set_id == OTHER_SET
    numbers = [paper.number for paper in pile.papers]
    count = len(numbers)
    yield changed(to_come(policy=pile.policy) if later else made(pile.policy, pile.set_id), sheets=count)
    yield from read_back(*numbers, set_id=pile.set_id)
    if later:
        yield event("set.refreshed", set=OTHER_SET, replaces=SET, reason="somebody left")
    elif pile.account:
        yield event("line.bound", line=pile.set_id, account=pile.account)
    for paper in pile.papers:
        yield stored(paper.number, paper.holder, paper.safe, set_id=pile.set_id, day="2026-02-01")
        if paper.state == "taken":
            yield sheet("sheet.taken", paper.number, set_id=pile.set_id, person=paper.holder, bag=f"BAG-{paper.number}", safe=paper.safe,
                        purpose="a drill")  # fmt: skip
        if paper.state == "lost":
            yield sheet("sheet.lost", paper.number, set_id=pile.set_id, circumstances="it is gone")
        if paper.state == "destroyed":
            yield destroyed(paper.number, pile.set_id)


# --- what follows, by trying everything -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lying:
    """Something that opens a part of a way, with who can bring it and where it lies."""

    part: tuple[str, str, int]
    """The kind; of a sheet also the set and the group."""
    people: frozenset[str]
    safe: str


def things_of(world: World, account: str, pile: Pile | None, *, might: bool) -> list[Lying]:
    """Everything that counts for an account; without one, for the line of one set."""

    found = []
    for one in filter(counts, piles_of(world, account, pile)):
        for group, (_, numbers) in enumerate(POLICIES[one.policy]):
            for paper in one.papers:
                if paper.number in numbers and (
                    paper.state != "destroyed" if might else one.live and paper.state in ("there", "taken")
                ):
                    safe = paper.safe if might or paper.state == "there" else ""
                    people = world.bringers(paper.holder, might=might)
                    found.append(Lying(("password", one.set_id, group), people, safe))
    several = len(world.accounts) + (world.closed == "after") > 1  # for which of them it is nobody knows
    loose = set() if several and not might else {""}
    states = {"works", "untried"} if might else {"works"}  # on what nobody has tried nobody counts
    working = [one for one in world.gadgets if one.state in states and one.account in {account, *loose}]
    found += [Lying((one.kind, "", 0), world.bringers(one.holder, might=might), one.safe) for one in working]
    return [one for one in found if one.safe not in world.gone]


def by_role(world: World, account: str) -> list[Lying]:
    """What people have by their roles, and whoever might stand in for them; whoever has as good as the sheets has the kind without a set."""
    roles = ROLES.get(world.pack(account), {})
    return [Lying((kind, "", 0), world.bringers(human.seat, might=True), "")
            for human in world.humans.values() if not human.left for kind in roles.get(human.role, ())]  # fmt: skip


def piles_of(world: World, account: str, pile: Pile | None) -> list[Pile]:
    if account:
        return world.bound(account)
    if pile is None:
        return []
    line = [SET, OTHER_SET] if pile.set_id in (SET, OTHER_SET) else [pile.set_id]
    return [one for one in world.piles if one.set_id in line]


def fills(pile: Pile, groups: Collection[int]) -> bool:
    """Whether sheets are a quorum, each told by its group."""
    full = [[*groups].count(at) >= least for at, (least, _) in enumerate(POLICIES[pile.policy])]
    return sum(full) >= (2 if pile.policy.startswith("2 of:") else 1)


def left_of(pile: Pile) -> list[Paper]:
    """The sheets that somebody may have."""
    return [paper for paper in pile.papers if paper.state != "destroyed"]


def groups_of(pile: Pile, papers: Collection[Paper]) -> list[int]:
    """The group of each sheet."""
    group = {number: at for at, (_, numbers) in enumerate(POLICIES[pile.policy]) for number in numbers}
    return [group[one.number] for one in papers]


def counts(pile: Pile) -> bool:
    """Whether anything is asked of its sheets: nothing of those of a set that was replaced, once they open nothing any more."""
    return pile.live or fills(pile, groups_of(pile, left_of(pile)))


def opens(world: World, needs: tuple[str, ...], things: list[Lying]) -> bool:
    """Whether some things are all that a way needs."""

    def part(kind: str) -> bool:
        if any(one.part == (kind, "", 0) for one in things):
            return True
        return kind == "password" and any(quorum(pile) for pile in world.piles)

    def quorum(pile: Pile) -> bool:
        lying = [one.part[2] for one in things if one.part[:2] == ("password", pile.set_id)]
        return fills(pile, lying)

    return all(part(kind) for kind in needs)


def ties_of(world: World) -> set[tuple[str, str]]:
    """Every person, place and bond of the world."""
    found = {("person", world.one(seat)) for seat in world.humans} | {("place", safe) for safe in world.safes}
    found |= {("site", site) for site, _ in world.safes.values()}
    found |= {("country", country.lower()) for _, country in world.safes.values() if country}
    for human in world.humans.values():
        found |= {("employer", human.employer.lower())} if human.employer else set()
        found |= {("country", human.country.lower())} if human.country else set()
        found |= {("superior", world.one(human.superior))} if human.superior else set()
    return found


def people_with(world: World, tie: tuple[str, str]) -> set[str]:
    """Everybody who has a bond."""
    kind, value = tie
    if kind == "person":
        return {value}
    if kind == "superior":
        under = {value}
        for _ in world.humans:
            under |= {
                world.one(human.seat)
                for human in world.humans.values()
                if human.superior and world.one(human.superior) in under
            }
        return under
    return {world.one(human.seat) for human in world.humans.values() if getattr(human, kind, "").lower() == value}


def safes_with(world: World, tie: tuple[str, str]) -> set[str]:
    """Every safe that has it."""
    kind, value = tie
    return {safe for safe, (site, country) in world.safes.items()
            if value == {"place": safe, "site": site, "country": country.lower()}.get(kind)}  # fmt: skip


def verdicts(
    world: World, way: str, account: str, pile: Pile | None
) -> tuple[bool, set[tuple[str, str]], set[tuple[str, str]]]:
    """Whether a way is open, what alone is enough for it, and what nobody can do without, by trying all groups of people."""
    needs = WAYS[world.pack(account)][way]
    able, might = (things_of(world, account, pile, might=might) for might in (False, True))
    might += by_role(world, account)
    everybody = sorted({world.one(seat) for seat in world.humans})
    groups = [set(chosen) for size in range(len(everybody) + 1) for chosen in combinations(everybody, size)]
    open_to = [group for group in groups if opens(world, needs, [one for one in able if one.people & group])]
    enough, needed = set(), set()
    for tie in ties_of(world):
        people, safes = people_with(world, tie), safes_with(world, tie)
        if opens(world, needs, [one for one in might if one.people & people or one.safe in safes]):
            enough.add(tie)
        rest = [one for one in able if one.safe not in safes]
        without = [group for group in groups if not group & people]
        if open_to and not any(opens(world, needs, [one for one in rest if one.people & group]) for group in without):
            needed.add(tie)
    return bool(open_to), enough, needed


def side_by_side(world: World) -> set[tuple[str, str]]:
    """What one hand or one safe must not have, or not twice: a rule, and of whom or of which place it is told."""
    piles = list(filter(counts, world.piles))
    kept = [paper.holder for pile in piles for paper in left_of(pile)]
    kept += [one.holder for one in world.gadgets if one.state != "retired"]
    found = {("LEFT-1", world.humans[seat].name) for seat in kept if world.humans[seat].left}
    for pile in piles:
        papers = left_of(pile)
        hands = [world.one(paper.holder) for paper in papers]
        found |= {("SHEET-1", world.humans[hand].name) for hand in hands if hands.count(hand) > 1}
        safes = [paper.safe for paper in papers]
        found |= {("SAFE-1", safe) for safe in safes if safes.count(safe) > 1}
        for seat in world.humans:
            able = [one for one in papers if world.one(seat) in world.bringers(one.holder, might=True)]
            if fills(pile, groups_of(pile, able)):
                found.add(("SHEET-2", world.humans[world.one(seat)].name))
    return found


def apart(world: World, account: str, pile: Pile | None) -> set[tuple[str, str]]:
    """The same of what must be apart for one account: the device and the sheets in one hand, and what lies in one safe."""
    things = [one for one in things_of(world, account, pile, might=True) if one.people]
    kinds = {kind: [one for one in things if one.part[0] == kind] for kind in ("password", "mfa", "phone")}
    hands = {kind: set().union(*(one.people for one in of)) for kind, of in kinds.items()}
    safes = {kind: {one.safe for one in of if one.safe} for kind, of in kinds.items()}
    both = safes["password"] & (safes["mfa"] | safes["phone"]) | safes["mfa"] & safes["phone"]
    return {("SEP-1", world.humans[one].name) for one in hands["password"] & hands["mfa"]} | {
        ("SEP-2", safe) for safe in both
    }
