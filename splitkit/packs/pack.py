"""A pack: what is known of one kind of target, as data; what opens it, in which combinations, and what is done in each case."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

from splitkit.errors import Remedy, UsageError
from splitkit.packs.procedures import ROLES, Known, Procedure, read_procedures, read_steps
from splitkit.packs.reading import LINE, TEXT, Table, read_file

_FILES = {
    "aws-root": "aws_root.toml",
    "entra-emergency": "entra_emergency.toml",
    "generic-password": "generic_password.toml",
    "github-owner": "github_owner.toml",
    "google-super-admin": "google_super_admin.toml",
    "offline-ca": "offline_ca.toml",
}
"""Every pack that there is, by its code."""

USUAL = "aws-root"
"""The pack that is taken where nobody has said which target it is."""

SHEETS = "password"
"""The kind of thing that a quorum of sheets opens."""

KINDS = (SHEETS, "mfa", "phone", "mailbox", "laptop", "other")
"""What a way in may need: that, or a kind of asset."""


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
        ask: What nobody has found in the provider's documents, as questions for the provider.
    """

    code: str
    title: str
    looked_up: dt.date
    things: Mapping[str, Needed]
    ways: tuple[WayIn, ...]
    procedures: tuple[Procedure, ...]
    ask: tuple[str, ...] = ()

    def procedure_for(self, case: str) -> Procedure | None:
        """Return what is done in a case; None where the pack has nothing for it."""
        return next((one for one in self.procedures if one.case == case), None)


@cache
def find_pack(code: str) -> Pack | None:
    """Return the pack of a code; None if there is no such pack."""
    if code not in _FILES:
        return None
    return parse_pack((Path(__file__).parent / _FILES[code]).read_bytes())


def all_packs() -> tuple[Pack, ...]:
    """Return every pack that comes with splitkit."""
    return tuple(pack for code in _FILES if (pack := find_pack(code)))


def find_procedure(code: str) -> tuple[Pack, Procedure]:
    """Return the procedure of a code, and its pack; small letters count as capitals.

    Raises:
        UsageError: If there is none.
    """
    for pack in all_packs():
        for one in pack.procedures:
            if one.code == code.upper():
                return pack, one
    raise UsageError("there is no such procedure", Remedy.SEE_PROCEDURES)


def parse_pack(data: bytes) -> Pack:
    """Return the pack that a TOML file describes.

    Raises:
        UsageError: If a key is missing, unknown or of another kind; if a way or a procedure names what the pack does not have; or
            a text is none that may stand on paper.
    """
    file = read_file(data)
    file.only("code", "title", "looked_up", "ask", "thing", "way", "step", "procedure")
    things = {kind: _needed(kind, one) for kind, one in file.named("thing", "thing").items()}
    ways = tuple(_way(one, things) for one in file.tables("way", "way"))
    if SHEETS not in things:
        raise file.refused(f"it has no thing '{SHEETS}'", "that is what a quorum of sheets opens")
    if not ways or len({way.name for way in ways}) < len(ways):
        raise file.refused("it has no way in, or two of one name", "give each way a name of its own")
    if unused := things.keys() - {kind for way in ways for kind in way.needs}:
        raise file.refused(f"no way in needs '{min(unused)}'", "describe what ways need, and nothing else")
    if any(set(one.needs) < set(other.needs) for one in ways for other in ways):
        raise file.refused("a way in needs all that another needs, and more", "say the smallest ways alone")
    known = Known({**ROLES, **{kind: one.keeper for kind, one in things.items()}, **_others(things)}, tuple(things))
    common = read_steps(read_file((Path(__file__).parent / "common.toml").read_bytes()), known)
    procedures = read_procedures(file, replace(known, steps={**common, **read_steps(file, known)}))
    code, title, day = file.tag("code"), file.text("title", LINE), file.day("looked_up")
    return Pack(code, title, day, MappingProxyType(things), ways, procedures, file.texts("ask", TEXT, optional=True))


def _others(things: Mapping[str, Needed]) -> dict[str, str]:
    """Who has a thing besides whoever keeps it, by their roles."""
    return {role: f"Whoever {does}" for thing in things.values() for role, does in thing.also.items()}


def _needed(kind: str, table: Table) -> Needed:
    table.only("called", "task", "keeper", "also")
    if kind not in KINDS:
        raise table.refused("it is of no kind that splitkit knows", "there are: " + ", ".join(KINDS))
    also = Table(f"{table.where}, also", table.values.get("also", {}), table.lines, table.header)
    if type(also.values) is not dict:
        raise table.refused("'also' is no table", 'write it as { mail-admin = "runs the mail" }')
    whose = {role: also.text(role, LINE) for role in also.values}
    record = (
        "splitkit record --take LEDGER" if kind == SHEETS else f'splitkit record asset {kind}-1 {kind} "Mia Example"'
    )
    called, task, keeper = (table.text(name, LINE) for name in ("called", "task", "keeper"))
    return Needed(called, task, keeper, record, MappingProxyType(whose))


def _way(table: Table, things: Mapping[str, Needed]) -> WayIn:
    table.only("name", "needs", "source")
    return WayIn(table.text("name", LINE), table.texts("needs", of=things), table.source("source"))
