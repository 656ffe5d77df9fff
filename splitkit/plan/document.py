"""The plan of a set: who holds a sheet, under which policy.  A TOML file, or the flags of the command line.

Nothing in a plan is secret.  Unknown keys are refused, so that a misspelt one cannot be silently ignored.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from splitkit.errors import UsageError
from splitkit.paper.geometry import Paper
from splitkit.plan.lookalike import skeleton
from splitkit.quorum.dealing import SetFacts
from splitkit.quorum.header import MAX_LABEL_BYTES
from splitkit.quorum.policy import Policy, SheetId, parse_policy

if TYPE_CHECKING:
    from splitkit.quorum.header import Header

MAX_PLAN_BYTES = 65_536
MAX_NAME = 48
_TEXT_KEYS = ("label", "policy", "paper", "profile", "user", "account", "note")
_FLAG_KEYS = ("practice", "anonymous")
_CUSTODIAN_KEYS = {"name", "title", "group", "site"}
_ALL_KEYS = {*_TEXT_KEYS, *_FLAG_KEYS, "length", "custodian"}


@dataclass(frozen=True)
class Custodian:
    """Who keeps a sheet."""

    name: str
    title: str = ""
    site: str = ""
    """Where the sheet will lie: for people who plan, never printed and never in the envelope."""


@dataclass(frozen=True)
class Plan:
    """All that people decide before a set is made."""

    policy: Policy
    label: str = ""
    practice: bool = False
    anonymous: bool = False
    paper: Paper = Paper.A4
    profile: str = "aws-root"
    length: int | None = None
    user: str = ""
    account: str = ""
    note: str = ""
    custodians: tuple[tuple[SheetId, Custodian], ...] = ()

    def __post_init__(self) -> None:
        for text in (self.label, self.user, self.account, self.note):
            check_text(text)
        if len(self.label.encode("utf-8", errors="replace")) > MAX_LABEL_BYTES:
            raise UsageError(f"the label is longer than {MAX_LABEL_BYTES} bytes", "shorten the label")

    @property
    def public_label(self) -> str:
        """The label that goes onto paper and into the header: none where the sheets are anonymous."""
        return "" if self.anonymous else self.label

    def facts(self, day: int, replaces: Header | None = None) -> SetFacts:
        """Return the facts of a set that is made on *day*, counted from 1970-01-01; *replaces* is the header of the set before."""
        facts = SetFacts(self.policy, self.public_label, self.practice, day)
        return replace(facts, epoch=replaces.epoch + 1, supersedes=replaces.set_id) if replaces else facts

    def custodian(self, sheet: SheetId) -> Custodian:
        """Return who keeps *sheet*; an empty name where the plan names nobody."""
        return dict(self.custodians).get(sheet, Custodian(""))


def check_text(text: str) -> None:
    """Refuse text that could mislead on paper or on a terminal (control, bidirectional and invisible characters).

    Raises:
        UsageError: Without quoting the text.
    """
    if not text.isprintable():
        raise UsageError("a text holds a character that cannot be printed", "use plain letters, digits and signs")


def parse_plan(data: bytes) -> Plan:
    """Return the plan that the TOML file *data* holds.

    Raises:
        UsageError: If it is not valid TOML, or says something a plan cannot say.
    """
    if len(data) > MAX_PLAN_BYTES:
        raise UsageError("the plan is larger than 64 KiB", "check that it is the right file")
    try:
        values = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise UsageError("the plan is not UTF-8 text", "save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"the plan is not valid TOML: {_position(error)}", "a key may be given only once") from None
    except RecursionError:
        raise UsageError("the plan is nested too deeply", "check that it is the right file") from None
    return _plan_from(values)


def _position(error: tomllib.TOMLDecodeError) -> str:
    """Only the place of a mistake: the message itself may quote what stands there."""
    return str(error).rpartition("(")[2].rstrip(")") or "somewhere"


def _plan_from(values: dict[str, Any]) -> Plan:
    _check_keys(values, _ALL_KEYS, "the plan")
    for key in _TEXT_KEYS:
        _check_type(values, key, str)
    for key in _FLAG_KEYS:
        _check_type(values, key, bool)
    _check_type(values, "length", int)
    if "policy" not in values:
        raise UsageError("the plan names no policy", 'add a line such as policy = "3of5"')
    policy = parse_policy(values.pop("policy"))
    custodians = _custodians(policy, values.pop("custodian", []))
    if "paper" in values:
        values["paper"] = _paper(values["paper"])
    return Plan(policy=policy, custodians=custodians, **values)


def _paper(name: str) -> Paper:
    try:
        return Paper(name)
    except ValueError:
        raise UsageError("the paper size is neither a4 nor letter", 'write paper = "a4" or paper = "letter"') from None


def _check_keys(values: dict[str, Any], known: set[str], where: str) -> None:
    if not set(values) <= known:
        raise UsageError(f"{where} has a key that splitkit does not know", "known are: " + ", ".join(sorted(known)))


def _check_type(values: dict[str, Any], key: str, kind: type) -> None:
    if key in values and type(values[key]) is not kind:
        names = {str: "text in quotes", bool: "true or false", int: "a whole number"}
        raise UsageError(f"'{key}' in the plan is of the wrong kind", f"write {names[kind]}")


def _custodians(policy: Policy, entries: Any) -> tuple[tuple[SheetId, Custodian], ...]:
    if type(entries) is not list or any(type(entry) is not dict for entry in entries):
        raise UsageError("custodians are not given as tables", "write each one under a line [[custodian]]")
    if not entries:
        return ()
    if len(entries) != policy.sheets:
        raise UsageError(
            f"the plan names {len(entries)} custodians for {policy.sheets} sheets", "each custodian keeps one sheet"
        )
    seats: dict[int, int] = {}
    seated = []
    for entry in entries:
        index = _group_of(policy, entry)
        seats[index] = seats.get(index, 0) + 1
        seated.append((SheetId(index, seats[index] - 1), _custodian(entry)))
    for g, group in enumerate(policy.groups):
        if seats.get(g, 0) != group.members:
            raise UsageError(
                f"group {policy.group_name(g)} has {group.members} sheets and {seats.get(g, 0)} custodians",
                "give each sheet of a group one custodian",
            )
    _check_distinct([custodian.name for _, custodian in seated])
    return tuple(seated)


def _group_of(policy: Policy, entry: dict[str, Any]) -> int:
    _check_keys(entry, _CUSTODIAN_KEYS, "a custodian")
    for key in _CUSTODIAN_KEYS:
        _check_type(entry, key, str)
    if policy.flat:
        if "group" in entry:
            raise UsageError("a custodian names a group, and the policy has none", "leave the group out")
        return 0
    names = {group.name.casefold(): index for index, group in enumerate(policy.groups)}
    index = names.get(str(entry.get("group", "")).strip().casefold())
    if index is None:
        raise UsageError("a custodian names no group of the policy", 'add a line such as group = "Board"')
    return index


def _custodian(entry: dict[str, Any]) -> Custodian:
    name, title, site = (str(entry.get(key, "")).strip() for key in ("name", "title", "site"))
    check_text(name + title + site)
    if not name or max(map(len, (name, title, site))) > MAX_NAME:
        raise UsageError("a custodian has no name, or a name, title or site of more than 48 characters", "shorten it")
    return Custodian(name, title, site)


def _check_distinct(names: list[str]) -> None:
    """One person, one sheet: also when a name is spelt with other spaces, case, or letters that look the same."""
    if len(set(map(skeleton, names))) != len(names):
        raise UsageError("one custodian is named twice", "one person keeps one sheet of a set")


# --- writing a plan -----------------------------------------------------------------------------------------------------


_HEAD = "# The plan of a set of sheets, for splitkit.  Nothing in it is secret; never write the password here."
_OPTIONAL = ("user", "account", "note")


def plan_toml(plan: Plan) -> bytes:
    """Return *plan* as the content of a TOML file."""
    lines = [_HEAD, f"label = {_quoted(plan.label)}", f"policy = {_quoted(str(plan.policy))}"]
    lines += [f"{key} = true" for key in ("practice", "anonymous") if getattr(plan, key)]
    lines += [f"paper = {_quoted(plan.paper.value)}", f"profile = {_quoted(plan.profile)}"]
    lines += [f"length = {plan.length}"] if plan.length is not None else []
    lines += [f"{key} = {_quoted(getattr(plan, key))}" for key in _OPTIONAL if getattr(plan, key)]
    for sheet, custodian in plan.custodians:
        lines += ["", "[[custodian]]", *_seat_lines(plan, sheet, custodian)]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _seat_lines(plan: Plan, sheet: SheetId, custodian: Custodian) -> list[str]:
    values = {"name": custodian.name, "title": custodian.title, "site": custodian.site}
    if not plan.policy.flat:
        values["group"] = plan.policy.group_name(sheet.group)
    return [f"{key} = {_quoted(value)}" for key, value in values.items() if value]


def _quoted(text: str) -> str:
    """Return a basic string of TOML; what a plan holds is printable, so only two characters need care."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
