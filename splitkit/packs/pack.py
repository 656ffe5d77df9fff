"""A pack: what is known of one kind of target, as data; what opens it, in which combinations, and what is done in each case."""

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

from splitkit.errors import Remedy, UsageError
from splitkit.packs.commands import COMMANDS, DEVICE
from splitkit.packs.packfile import LINE, NAME, TEXT, PackTable, read_file
from splitkit.packs.procedures import CASES, FULL, ROLES, Known, Procedure, read_procedures, read_steps

_FILES = {
    "aws-root": "aws_root.toml",
    "disk-or-backup-key": "disk_or_backup_key.toml",
    "domain-registrar": "domain_registrar.toml",
    "entra-emergency": "entra_emergency.toml",
    "generic-password": "generic_password.toml",
    "github-owner": "github_owner.toml",
    "google-super-admin": "google_super_admin.toml",
    "offline-ca": "offline_ca.toml",
    "okta-super-admin": "okta_super_admin.toml",
    "security-key-pin": "security_key_pin.toml",
    "vault-recovery": "vault_recovery.toml",
}
"""Every pack that there is, by its code."""

_MOST = 50
"""Ways, and questions."""

_TAKEN = re.compile("[a-z][0-9]{1,3}|con|prn|aux|nul|com[0-9]|lpt[0-9]")
"""What no pack is called: its code is a name of a file, and stands where the code of a procedure may stand."""

USUAL = "aws-root"
"""The pack that is taken where nobody has said which target it is."""

SHEETS = "password"
"""The kind of thing that a quorum of sheets opens."""

KINDS = (SHEETS, "mfa", "phone", "mailbox", "laptop", "other")
"""What a way in may need: that, or a kind of asset."""

OTHERS = ("mail-admin", "domain-admin", "bill-payer", "reset-admin")
"""Roles by which somebody has a thing whoever keeps it."""

DUTIES = ("administrator", "witness", *OTHERS)
"""Roles that somebody else takes over when whoever has one leaves; whoever keeps a thing hands that over instead."""

ALERT_TEMPLATE = Path(__file__).with_name("aws_root_alert.yaml")
"""The alert on uses of the root user: a CloudFormation template, deployed as it is."""


@dataclass(frozen=True)
class Needed:
    """Something that a way in needs.

    Attributes:
        called: What people call it: 'MFA device'.
        task: What somebody does who has it: 'bring an MFA device'.
        keeper: Who has it, in a procedure: 'Keeper of an MFA device'.
        record: The command that makes one known.
        also: Roles of people who have it as well, whoever keeps it, each with what they do.
    """

    called: str
    task: str
    keeper: str
    record: str
    also: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class WayIn:
    """Things that together open the target.

    Attributes:
        name: What somebody does who has them all: 'sign in'.
        needs: Some of the things of the pack.
        source: Where the provider says so.
    """

    name: str
    needs: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Pack:
    """One kind of target.

    Attributes:
        code: Its short name: 'aws-root'.
        title: What it is.
        looked_up: The day on which somebody last read the sources.
        things: What ways in need, each by its kind; 'password' is what a quorum of sheets opens, any other is a kind of asset.
        ways: All ways in.
        procedures: What is done in each case.
        questions: What nobody has found in the provider's documents, as questions for the provider.
    """

    code: str
    title: str
    looked_up: dt.date
    things: Mapping[str, Needed]
    ways: tuple[WayIn, ...]
    procedures: tuple[Procedure, ...]
    questions: tuple[str, ...] = ()

    def procedure_for(self, case: str) -> Procedure | None:
        """Return what is done in a case; None where the pack has nothing for it."""
        return next((one for one in self.procedures if one.case == case), None)

    @property
    def missing(self) -> tuple[str, ...]:
        """The cases of which every whole pack has a procedure, and this one has none."""
        return tuple(case for case in FULL if not self.procedure_for(case))


@cache
def find_pack(code: str) -> Pack | None:
    """Return the pack of a code; None if there is no such pack."""
    if code not in _FILES:
        return None
    return parse_pack((Path(__file__).parent / _FILES[code]).read_bytes())


def all_packs() -> tuple[Pack, ...]:
    """Return every pack that comes with splitkit."""
    return tuple(pack for code in _FILES if (pack := find_pack(code)))


def find_procedure(code: str, packs: Sequence[Pack] = ()) -> tuple[Pack, Procedure]:
    """Return the procedure of a code, and its pack; small letters count as capitals.

    Args:
        code: Its code.
        packs: Where it is looked for, unless in all that come with splitkit.

    Raises:
        UsageError: If there is none, or several of people's own have it.
    """
    found = [(pack, one) for pack in packs or all_packs() for one in pack.procedures if one.code == code.upper()]
    if not found:
        raise UsageError("there is no such procedure", Remedy.SEE_PROCEDURES)
    if len(found) > 1:  # of people's own: those that come with splitkit have no code twice
        where = ", ".join(pack.code for pack, _ in found)
        raise UsageError(
            f"several packs have a procedure {code.upper()}: {where}", "give those of your own pack other codes"
        )
    return found[0]


def parse_pack(data: bytes) -> Pack:
    """Return the pack that a TOML file describes.

    Raises:
        UsageError: If a key is missing, unknown or of another kind; if a way or a procedure names what the pack does not have; or
            a text is none that may stand on paper.
    """
    return pack_in(read_file(data))


def pack_in(file: PackTable) -> Pack:
    """Return the pack that a file holds; see `parse_pack`."""
    file.only("code", "title", "looked_up", "ask", "thing", "way", "step", "procedure")
    code, title, day = file.tag("code"), file.text("title", LINE), file.day("looked_up")
    if _TAKEN.fullmatch(code):
        raise file.refused(
            "'code' is the code of a procedure, or a name that Windows keeps", "take another one", "code"
        )
    things, ways = _things(file), _ways(file)
    actors = {**ROLES, **{kind: one.keeper for kind, one in things.items()}, **_others(things)}
    common = read_steps(read_file((Path(__file__).parent / "common.toml").read_bytes()), Known(actors))
    lost = (f"{what}-{kind}" for kind in things if kind != SHEETS for what in ("lost", "changed"))
    procedures = read_procedures(file, Known(actors, tuple(things), (*CASES, *lost), common))
    return Pack(code, title, day, MappingProxyType(things), ways, procedures, _questions(file))


def _questions(file: PackTable) -> tuple[str, ...]:
    found = file.texts("ask", TEXT, optional=True, told=True)
    if len(found) > _MOST:
        raise file.refused(f"it has {len(found)} questions, and {_MOST} are the most", "ask what matters", "ask")
    if not all("?" in one for one in found):
        raise file.refused("'ask' holds something that is not a question", "end each with '?'", "ask")
    return found


def _others(things: Mapping[str, Needed]) -> dict[str, str]:
    """Who has a thing besides whoever keeps it, by their roles."""
    return {role: f"Whoever {does}" for thing in things.values() for role, does in thing.also.items()}


def _things(file: PackTable) -> dict[str, Needed]:
    things: dict[str, Needed] = {}
    tables = file.named("thing", "thing")
    if SHEETS not in tables:
        raise file.refused(f"it has no thing '{SHEETS}'", f"[thing.{SHEETS}] is what a quorum of sheets opens")
    for kind, table in tables.items():
        if kind not in KINDS:
            raise table.refused("it is of no kind that splitkit knows", "there are: " + ", ".join(KINDS))
        things[kind] = thing = _needed(kind, table)
        others = [one for of, one in things.items() if of != kind]
        if thing.called.casefold() in [one.called.casefold() for one in others]:
            raise table.refused("another thing is called so", "call each otherwise", "called")
        if thing.keeper.casefold() in [one.casefold() for one in (*ROLES.values(), *(one.keeper for one in others))]:
            raise table.refused("somebody else is called like its keeper", "say whose keeper it is", "keeper")
        for other in things.values():
            if wrong := [role for role, does in things[kind].also.items() if other.also.get(role, does) != does]:
                raise table.refused(
                    f"'{wrong[0]}' does something else at another thing", "say of each role one thing", "also"
                )
    return things


def _needed(kind: str, table: PackTable) -> Needed:
    table.only("called", "task", "keeper", "also")
    also = table.table("also")
    also.only(*OTHERS)
    return Needed(
        table.text("called", NAME),
        table.text("task", LINE),
        table.text("keeper", NAME),
        COMMANDS["take"] if kind == SHEETS else DEVICE.format(kind),
        MappingProxyType({role: also.text(role, NAME) for role in also.values}),
    )


def _ways(file: PackTable) -> tuple[WayIn, ...]:
    tables, kinds = file.tables("way", "way"), file.named("thing", "thing")
    if not tables:
        raise file.refused("it has no way in", "write [[way]] above each")
    if len(tables) > _MOST:
        raise file.refused(f"it has {len(tables)} ways in, and {_MOST} are the most", "say the smallest ways alone")
    ways = [_way(one, kinds) for one in tables]
    for at, (way, table) in enumerate(zip(ways, tables, strict=True)):
        if way.name.casefold() in [other.name.casefold() for other in ways[:at]]:
            raise table.refused("another way has this name", "give each way a name of its own", "name")
        if any(set(other.needs) < set(way.needs) for other in ways):
            raise table.refused("it needs all that another way needs, and more", "say the smallest ways alone", "needs")
    for kind, thing in kinds.items():
        if not any(kind in way.needs for way in ways):
            raise thing.refused("no way in needs it", "describe what ways need, and nothing else")
    return tuple(ways)


def _way(table: PackTable, kinds: Collection[str]) -> WayIn:
    table.only("name", "needs", "source")
    return WayIn(table.text("name", LINE), table.texts("needs", of=kinds), table.source("source"))
