"""A plan as a TOML file that `parse_plan` reads back as the same plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from splitkit.plan.document import Custodian, Plan
    from splitkit.quorum.policy import SheetId

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
        lines += ["", "[[custodian]]", *_custodian(plan, sheet, custodian)]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _custodian(plan: Plan, sheet: SheetId, custodian: Custodian) -> list[str]:
    values = {"name": custodian.name, "title": custodian.title, "site": custodian.site}
    if not plan.policy.flat:
        values["group"] = plan.policy.group_name(sheet.group)
    return [f"{key} = {_quoted(value)}" for key, value in values.items() if value]


def _quoted(text: str) -> str:
    """Return a basic string of TOML; what a plan holds is printable, so only two characters need care."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
