"""What opens one kind of target, and in which combinations: data that comes with splitkit, read strictly."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from splitkit.errors import UsageError
from splitkit.host.toml import parse_toml

_FILES = {"aws-root": "aws_root.toml"}
"""Every pack that there is, by its code."""

USUAL = "aws-root"
"""The pack that is taken where nobody has said which target it is."""

ALERT_TEMPLATE = Path(__file__).with_name("aws_root_alert.yaml")
"""The alert on uses of the root user: a CloudFormation template, deployed as it is."""


@dataclass(frozen=True)
class Needed:
    """Something that a way in needs.

    Attributes:
        called: What people call it: 'MFA device'.
        task: What somebody does who has it: 'bring an MFA device'.
        record: The command that makes one known.
        also: Roles of people who have it as well, whoever keeps it, each with what they do.
    """

    called: str
    task: str
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
    """

    code: str
    title: str
    looked_up: dt.date
    things: Mapping[str, Needed]
    ways: tuple[WayIn, ...]


@cache
def find_pack(code: str) -> Pack | None:
    """Return the pack of a code; None if there is no such pack."""
    if code not in _FILES:
        return None
    return parse_pack((Path(__file__).parent / _FILES[code]).read_bytes())


def parse_pack(data: bytes) -> Pack:
    """Return the pack that a TOML file describes.

    Raises:
        UsageError: If a key is missing, unknown or of another kind, or a way needs what the pack does not have.
    """
    values = _table(parse_toml(data, "the pack"), code=str, title=str, looked_up=dt.date, thing=dict, way=list)
    things = {kind: _needed(one) for kind, one in values["thing"].items()}
    ways = tuple(map(_way, values["way"]))
    if not ways or len({way.name for way in ways}) < len(ways):
        raise UsageError("the pack has no way in, or two of one name", "give each way a name of its own")
    if {kind for way in ways for kind in way.needs} != things.keys():
        raise UsageError("what the ways need is not what the pack describes", "describe each thing that a way needs")
    return Pack(values["code"], values["title"], values["looked_up"], MappingProxyType(things), ways)


def _needed(value: Any) -> Needed:
    given = _table(value, called=str, task=str, record=str, also=MappingProxyType)
    also = dict(zip(_texts([*given["also"]]), _texts([*given["also"].values()]), strict=True))
    return Needed(given["called"], given["task"], given["record"], MappingProxyType(also))


def _way(value: Any) -> WayIn:
    given = _table(value, name=str, needs=list, source=str)
    needs = _texts(given["needs"])
    if not needs or len(set(needs)) < len(needs):
        raise UsageError("a way in needs nothing, or one thing twice", "name each thing once")
    return WayIn(given["name"], needs, given["source"])


def _table(value: Any, **kinds: type) -> dict[str, Any]:
    """Return a table with just these keys; one that is a mapping that nobody changes may be left out, and is a table else."""
    if type(value) is not dict or not value.keys() <= kinds.keys():
        raise UsageError("the pack has a key that splitkit does not know", "known are: " + ", ".join(kinds))
    given = {name: value.get(name, {} if kind is MappingProxyType else None) for name, kind in kinds.items()}
    for name, kind in kinds.items():
        if type(given[name]) is not (dict if kind is MappingProxyType else kind) or given[name] == "":
            raise UsageError(f"'{name}' is missing in the pack, or is of another kind", "compare it with aws_root.toml")
    return given


def _texts(values: list[Any]) -> tuple[str, ...]:
    if any(type(one) is not str or not one.isprintable() for one in values):
        raise UsageError("a list of the pack holds something that is no word", "write words in quotes")
    return tuple(values)
