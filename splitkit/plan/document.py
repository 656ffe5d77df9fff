"""The plan of a set: who holds a sheet, under which policy.  A TOML file, or the flags of the command line.

Nothing in a plan is secret.  Unknown keys are refused, so that a misspelt one cannot be silently ignored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from splitkit.errors import UsageError
from splitkit.host.toml import parse_toml, toml_text
from splitkit.ledger.fields import PERSON_NAME
from splitkit.ledger.freetext import check_free_text
from splitkit.ledger.lookalike import plain_person
from splitkit.paper.geometry import Paper
from splitkit.quorum.dealing import SetFacts
from splitkit.quorum.header import MAX_LABEL_BYTES
from splitkit.quorum.policy import Policy, SheetId, parse_policy

MAX_PLAN_BYTES = 65_536
MAX_NAME = 48
LEADERS = ("administrator", "witness", "scribe")
"""Who leads a ceremony and keeps no sheet: whom the papers say to call."""
_TEXT_KEYS = ("label", "policy", "paper", "profile", "user", "account", "note", *LEADERS)
_FLAG_KEYS = ("practice", "anonymous")
_KINDS = dict.fromkeys(_TEXT_KEYS, str) | dict.fromkeys(_FLAG_KEYS, bool) | {"length": int, "custodian": list}
_CUSTODIAN_KINDS = dict.fromkeys(("name", "title", "group", "site"), str)


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
    administrator: str = ""
    witness: str = ""
    scribe: str = ""
    custodians: tuple[tuple[SheetId, Custodian], ...] = ()

    def __post_init__(self) -> None:
        for text in (self.label, self.user, self.account, self.note):
            check_text(text)
        if len(self.label.encode("utf-8", errors="replace")) > MAX_LABEL_BYTES:
            raise UsageError(f"the label is longer than {MAX_LABEL_BYTES} bytes", "shorten the label")
        check_recordable("the label", self.label, accounts=True)
        for group in self.policy.groups:
            check_recordable("the name of a group", group.name)
        for _, custodian in self.custodians:
            for what, text in vars(custodian).items():
                check_recordable(f"the {what} of a custodian", text, person=what == "name")
        for role in LEADERS:
            _check_leader(role, getattr(self, role))

    @property
    def leaders(self) -> dict[str, str]:
        """The names of those who lead the ceremony, by their roles; empty where nobody is named yet."""
        return {role: getattr(self, role) for role in LEADERS}

    @property
    def shown_leaders(self) -> dict[str, str]:
        """The same as they are printed: nobody where the sheets are anonymous."""
        return dict.fromkeys(LEADERS, "") if self.anonymous else self.leaders

    @property
    def keepers(self) -> tuple[str, ...]:
        """The names of the custodians, as far as the plan has them."""
        return tuple(one.name for _, one in self.custodians if one.name)

    @property
    def public_label(self) -> str:
        """The label that goes onto paper and into the header: none where the sheets are anonymous."""
        return "" if self.anonymous else self.label

    def facts(self, day: int, epoch: int = 1, first_set: bytes | None = None) -> SetFacts:
        """Return the facts of a set that is made on *day*, counted from 1970-01-01; of a later set also its epoch and its line."""
        return SetFacts(self.policy, self.public_label, self.practice, day, epoch, first_set)

    def custodian(self, sheet: SheetId) -> Custodian:
        """Return who keeps *sheet*; an empty name where the plan names nobody."""
        return dict(self.custodians).get(sheet, Custodian(""))


def _check_leader(role: str, name: str) -> None:
    check_text(name)
    if len(name) > MAX_NAME:
        raise UsageError(f"the name of the {role} has more than {MAX_NAME} characters", "shorten it")
    check_recordable(f"the name of the {role}", name, person=True)


def check_text(text: str) -> None:
    """Refuse text that could mislead on paper or on a terminal (control, bidirectional and invisible characters).

    Raises:
        UsageError: Without quoting the text.
    """
    if not text.isprintable():
        raise UsageError("a text holds a character that cannot be printed", "use plain letters, digits and signs")


def check_recordable(what: str, text: str, *, accounts: bool = False, person: bool = False) -> None:
    """Refuse a text that a ledger would refuse later, in the middle of a ceremony; *what* it is goes into the message.

    In some the number of an account may stand; the name of a *person* is no word that means something else.

    Raises:
        UsageError: Without quoting the text.
    """
    try:
        if text:
            check_free_text(text, MAX_LABEL_BYTES, accounts=accounts)
            if person:
                PERSON_NAME.check(text)
    except UsageError as error:
        raise UsageError(f"{what} {error.fact}", error.hint) from None


def parse_plan(data: bytes) -> Plan:
    """Return the plan that the TOML file *data* holds.

    Raises:
        UsageError: If it is not valid TOML, or says something a plan cannot say.
    """
    if len(data) > MAX_PLAN_BYTES:
        raise UsageError("the plan is larger than 64 KiB", "check that it is the right file")
    return _plan_from(parse_toml(data, "the plan"))


def _plan_from(values: dict[str, Any]) -> Plan:
    _check(values, _KINDS, "the plan")
    if "policy" not in values:
        raise UsageError("the plan names no policy", 'add a line such as policy = "3of5"')
    policy = parse_policy(values.pop("policy"))
    custodians = _custodians(policy, values.pop("custodian", []))
    values |= {role: values[role].strip() for role in LEADERS if role in values}
    named = [one.name for _, one in custodians] + [values[role] for role in LEADERS if values.get(role)]
    # Also when a name is spelt with other spaces, case, or letters that look the same.
    if len(set(map(plain_person, named))) != len(named):
        raise UsageError(
            "one person is named twice", "one person keeps one sheet of a set, or leads the ceremony and keeps none"
        )
    if "paper" in values:
        values["paper"] = _paper(values["paper"])
    return Plan(policy=policy, custodians=custodians, **values)


def _paper(name: str) -> Paper:
    try:
        return Paper(name)
    except ValueError:
        raise UsageError("the paper size is neither a4 nor letter", 'write paper = "a4" or paper = "letter"') from None


def _check(values: dict[str, Any], kinds: Mapping[str, type], where: str) -> None:
    """Refuse a key that *kinds* does not have, and a value of another kind; custodians are judged by themselves."""
    if not values.keys() <= kinds.keys():
        raise UsageError(f"{where} has a key that splitkit does not know", "known are: " + ", ".join(sorted(kinds)))
    names = {str: "text in quotes", bool: "true or false", int: "a whole number"}
    for key, kind in kinds.items():
        if key in values and kind in names and type(values[key]) is not kind:
            raise UsageError(f"'{key}' in the plan is of the wrong kind", f"write {names[kind]}")


def _custodians(policy: Policy, entries: Any) -> tuple[tuple[SheetId, Custodian], ...]:
    if type(entries) is not list or any(type(entry) is not dict for entry in entries):
        raise UsageError("custodians are not given as tables", "write each one under a line [[custodian]]")
    if not entries:
        return ()
    if len(entries) != policy.sheets:
        many = f"the plan names {len(entries)} custodians for {policy.sheets} sheets"
        raise UsageError(many, "each custodian keeps one sheet")
    seats, seated = [0] * len(policy.groups), []
    for entry in entries:
        index = _group_of(policy, entry)
        seated.append((SheetId(index, seats[index]), _custodian(entry)))
        seats[index] += 1
    for g, group in enumerate(policy.groups):
        if seats[g] != group.members:
            many = f"group {policy.group_name(g)} has {group.members} sheets and {seats[g]} custodians"
            raise UsageError(many, "give each sheet of a group one custodian")
    return tuple(seated)


def _group_of(policy: Policy, entry: dict[str, Any]) -> int:
    _check(entry, _CUSTODIAN_KINDS, "a custodian")
    if policy.flat:
        if "group" in entry:
            raise UsageError("a custodian names a group, and the policy has none", "leave the group out")
        return 0
    names = [group.name.casefold() for group in policy.groups]
    named = str(entry.get("group", "")).strip().casefold()
    if named not in names:
        raise UsageError("a custodian names no group of the policy", 'add a line such as group = "Board"')
    return names.index(named)


def _custodian(entry: dict[str, Any]) -> Custodian:
    name, title, site = (str(entry.get(key, "")).strip() for key in ("name", "title", "site"))
    if not name or max(map(len, (name, title, site))) > MAX_NAME:
        raise UsageError("a custodian has no name, or a name, title or site of more than 48 characters", "shorten it")
    return Custodian(name, title, site)


# --- writing a plan -----------------------------------------------------------------------------------------------------


_HEAD = "# The plan of a set of sheets, for splitkit.  Nothing in it is secret; never write the password here."


def plan_toml(plan: Plan) -> bytes:
    """Return *plan* as the content of a TOML file."""
    lines = [_HEAD, f"label = {toml_text(plan.label)}", f"policy = {toml_text(str(plan.policy))}"]
    lines += [f"{key} = true" for key in _FLAG_KEYS if getattr(plan, key)]
    lines += [f"paper = {toml_text(plan.paper.value)}", f"profile = {toml_text(plan.profile)}"]
    lines += [f"length = {plan.length}"] if plan.length is not None else []
    lines += _filled({key: getattr(plan, key) for key in ("user", "account", "note", *LEADERS)})
    for sheet, custodian in plan.custodians:
        group = {} if plan.policy.flat else {"group": plan.policy.group_name(sheet.group)}
        lines += ["", "[[custodian]]", *_filled(vars(custodian) | group)]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _filled(values: Mapping[str, str]) -> list[str]:
    return [f"{key} = {toml_text(value)}" for key, value in values.items() if value]
