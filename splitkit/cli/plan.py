"""`splitkit plan`: write a plan, check it before people sign it, and judge its policy."""

from __future__ import annotations

import json
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import click

from splitkit.cli.main import PlainGroup, StrictCommand
from splitkit.cli.plan_new import new
from splitkit.cli.plan_risk import risk
from splitkit.cli.ui.talk import result, say, spelt_rows, warn
from splitkit.errors import UsageError
from splitkit.host import files, hardening
from splitkit.plan.document import MAX_PLAN_BYTES, parse_plan
from splitkit.plan.explained import described, warnings_of
from splitkit.plan.plan_hash import MARK, check_signed, plan_hash
from splitkit.plan.policy_words import rule
from splitkit.plan.risk import sites_needed
from splitkit.plan.size import Size, advice, plan_size
from splitkit.quorum.envelope import MAX_BYTES

if TYPE_CHECKING:
    from splitkit.plan.document import Plan


@click.group(name="plan", cls=PlainGroup)
def command() -> None:
    """Write a plan, check it, and judge its policy.

    A plan says who keeps a sheet and how many are needed.  Nothing in it is secret.  Its hash, 12 words marked P, is what
    the witnesses sign before a set is made.
    """
    hardening.harden()


command.add_command(new)


@command.command(name="check", cls=StrictCommand)
@click.argument("path", metavar="FILE")
@click.option("--signed", metavar="WORDS", help="The 12 words marked P that the witnesses signed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(path: str, signed: str | None, as_json: bool) -> None:  # noqa: FBT001
    """Check a plan and show it in words, with its hash.

    Exits 0 when a set can be made from it, also with warnings; 2 when not; 9 when it is not the plan that was signed.
    """
    plan = parse_plan(files.read_file(path, MAX_PLAN_BYTES))
    size = plan_size(plan)
    if as_json:
        sys.stdout.write(json.dumps(_as_object(plan, size), indent=2, ensure_ascii=True) + "\n")
    else:
        _show(plan, size)
    if size.left < 0:
        raise UsageError(f"the envelope is {-size.left} bytes too long for a sheet", advice(size))
    if signed is not None:
        check_signed(plan, signed)
        say("these are the words that the witnesses signed")


command.add_command(risk)


def _show(plan: Plan, size: Size) -> None:
    for line in described(plan):
        result(textwrap.fill(line, 79, subsequent_indent=" " * 11, break_on_hyphens=False))
    room = f"{size.left} left" if size.left >= 0 else f"{-size.left} TOO MANY"
    result(f"envelope   {size.size} of {MAX_BYTES} bytes, {room}")
    for warning in warnings_of(plan):
        warn(warning)
    hashed = plan_hash(plan)
    result("plan hash (the witnesses sign it; it may be read aloud):")
    for row in spelt_rows(hashed.words, MARK):
        result(row)
    result(f"SHA-256  {hashed.hex}")


def _as_object(plan: Plan, size: Size) -> dict[str, Any]:
    hashed, policy = plan_hash(plan), plan.policy
    return {
        "label": plan.label,
        "practice": plan.practice,
        "anonymous": plan.anonymous,
        "paper": plan.paper.value,
        "profile": plan.profile,
        "policy": str(policy),
        "rule": rule(policy),
        "sheets": policy.sheets,
        "coalition": policy.needed,
        "absences": policy.spare(policy.sheet_ids()),
        "sites_needed": sites_needed(policy),
        "custodians": [
            {"sheet": policy.number(sheet), "name": person.name, "title": person.title, "site": person.site}
            for sheet, person in plan.custodians
        ],
        "envelope": {"bytes": size.size, "most": MAX_BYTES, "left": size.left},
        "shorten": {cut.what: cut.characters for cut in size.cuts},
        "warnings": warnings_of(plan),
        "words": " ".join(hashed.words),
        "hash": hashed.hex,
    }
