"""A plan in words that a manager understands, and what they should think about before they sign it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from splitkit.ledger.lookalike import mixed_scripts, plain_name
from splitkit.plan.policy_words import may_be_missing, position, rule
from splitkit.plan.printers import dealt_out, printers_needed
from splitkit.plan.size import plan_size
from splitkit.quorum.envelope import MAX_BYTES
from splitkit.quorum.policy import Policy, SheetId
from splitkit.secret.profiles import doubts, find_profile

if TYPE_CHECKING:
    from splitkit.plan.document import Plan

_ROW = "{:<10} {}"


def described(plan: Plan) -> list[str]:
    """Return what the plan says, in lines for a screen.

    Raises:
        UsageError: If the profile does not exist, or cannot have that length.
    """
    lines = [_ROW.format("for", plan.label or "(no label)")]
    lines += [_ROW.format("PRACTICE", "the set will protect nothing")] if plan.practice else []
    lines += [_ROW.format("anonymous", "no label and no names on the sheets")] if plan.anonymous else []
    lines += [_ROW.format("policy", rule(plan.policy)), _ROW.format("", strength(plan.policy))]
    lines.append(_ROW.format("password", _password(plan)))
    lines.append(_ROW.format("printers", _printers(plan.policy)))
    lines.append(_ROW.format("paper", plan.paper.value.capitalize()))
    leaders = ", ".join(f"{name} ({role})" for role, name in plan.leaders.items() if name)
    lines += [_ROW.format("led by", leaders)] if leaders else []
    people = [_ROW.format("", custodian_line(plan, sheet)) for sheet, _ in plan.custodians]
    return lines + (["custodians", *people] if people else [_ROW.format("custodians", "not named")])


def strength(policy: Policy) -> str:
    """Return in a sentence how many can open a set together, and how many sheets may be missing."""
    missing = may_be_missing(policy.spare(policy.sheet_ids())).capitalize()
    return f"{policy.needed} people together can open it. {missing}."


def _printers(policy: Policy) -> str:
    """Return how many printers it takes that none of them, with what its memory keeps, opens the set."""
    needed = printers_needed(policy)
    piles = "; ".join(" ".join(map(policy.number, pile)) for pile in dealt_out(policy, needed))
    return f"One alone prints a quorum, and may keep it in its memory. {needed} do not: {piles}. A sheet written by hand comes to none"


def custodian_line(plan: Plan, sheet: SheetId) -> str:
    """Return who keeps a sheet, and where."""
    custodian = plan.custodian(sheet)
    who = ", ".join(text for text in (custodian.name, custodian.title) if text)
    return f"{position(plan.policy, sheet)}: {who}" + (f" [{custodian.site}]" if custodian.site else "")


def _password(plan: Plan) -> str:
    profile = find_profile(plan.profile, plan.length)
    beside = [name for name in ("user", "account", "note") if getattr(plan, name)]
    kept = f"; beside it: {', '.join(beside)}" if beside else ""
    return f"{profile.length} {profile.unit}, profile {profile.name}, {profile.entropy_bits():.0f} bits{kept}"


def warnings_of(plan: Plan) -> list[str]:
    """Return what is allowed and should be thought about, each in a sentence."""
    return [*_of_policy(plan.policy), *_of_sites(plan), *_of_texts(plan), *_of_size(plan), *doubts(plan.profile)]


def _of_policy(policy: Policy) -> Iterator[str]:
    if policy.spare(policy.sheet_ids()) == 0:
        yield "no sheet may be missing: one lost sheet loses the password"
    for index, group in enumerate(policy.groups):
        if not policy.flat and group.threshold == group.members > 1:
            yield f"{policy.group_name(index)} needs all of its {group.members} sheets: one lost sheet loses the group"


def _of_sites(plan: Plan) -> Iterator[str]:
    """Judge each site that is named; a sheet without one is taken to lie alone."""
    places: dict[str, tuple[str, list[SheetId]]] = {}
    for sheet, custodian in plan.custodians:
        if custodian.site:
            places.setdefault(plain_name(custodian.site), (custodian.site, []))[1].append(sheet)
    homeless = sum(not custodian.site for _, custodian in plan.custodians)
    if places and homeless:
        yield f"the site of {homeless} of {plan.policy.sheets} sheets is not named: each is taken to lie at a site of its own"
    for name, here in places.values():
        yield from _of_site(plan.policy, name, here)


def _of_site(policy: Policy, name: str, here: list[SheetId]) -> Iterator[str]:
    if len(here) == policy.sheets:
        yield f"all sheets lie at one site ({name}): one fire loses the password, one break-in takes it"
        return
    if policy.opens(here):
        yield f"the sheets at {name} are a quorum: one break-in there takes the password"
    if not policy.opens(set(policy.sheet_ids()) - set(here)):
        yield f"without the sheets at {name} there is no quorum: one fire there loses the password"


def _of_texts(plan: Plan) -> Iterator[str]:
    texts = {"the label": plan.label}
    texts |= {f"the name of group {group.name}": group.name for group in plan.policy.groups}
    for sheet, custodian in plan.custodians:
        texts[f"the name on sheet {plan.policy.number(sheet)}"] = custodian.name
        texts[f"the title on sheet {plan.policy.number(sheet)}"] = custodian.title
    for what, text in texts.items():
        if scripts := mixed_scripts(text):
            yield f"{what} mixes {' and '.join(scripts)} letters, which can look the same: type it again"
    if not plan.label:
        yield "the plan has no label: nobody will know what the sheets are for"


def _of_size(plan: Plan) -> Iterator[str]:
    size = plan_size(plan)
    if size.size <= MAX_BYTES < size.refreshed:
        yield (
            f"a later set that replaces this one will be {size.refreshed - MAX_BYTES} bytes too long: "
            "shorten the note or the label now"
        )
