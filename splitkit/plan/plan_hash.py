"""The hash of a plan: what witnesses sign before a set is made, so that nobody can change the plan afterwards.

It covers what the plan says, not how its file is written: see docs/format.md, "The hash of a plan".
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from splitkit.errors import AttentionError
from splitkit.quorum.anchor import parse_public_words
from splitkit.quorum.mnemonic import public_words
from splitkit.secret.profiles import find_profile

if TYPE_CHECKING:
    from splitkit.plan.document import Plan

DOMAIN = b"splitkit/1 plan\n"
MARK = "P"
"""What heads the words on paper and on the screen."""


@dataclass(frozen=True)
class PlanHash:
    """The hash of a plan."""

    digest: bytes

    @property
    def words(self) -> tuple[str, ...]:
        """Its first 120 bits as 12 words; they may be read aloud."""
        return public_words(self.digest)

    @property
    def hex(self) -> str:
        """All of it, 64 hexadecimal digits."""
        return self.digest.hex()


def plan_hash(plan: Plan) -> PlanHash:
    """Return the hash of *plan*.

    Raises:
        UsageError: If the profile does not exist, or cannot have that length.
    """
    return PlanHash(hashlib.sha256(DOMAIN + canonical(plan)).digest())


def canonical(plan: Plan) -> bytes:
    """Return all that *plan* says in its one spelling: JSON, sorted keys, no spaces, ASCII; what was left out filled in."""
    policy = plan.policy
    same = ("account", "anonymous", "label", "note", "practice", "profile", "user")
    fields = {
        **{name: getattr(plan, name) for name in same},
        **plan.leaders,
        "custodians": [
            [policy.number(sheet), person.name, person.title, person.site] for sheet, person in plan.custodians
        ],
        "groups": [[group.name, group.threshold, group.members] for group in policy.groups],
        "length": find_profile(plan.profile, plan.length).length,
        "needed": policy.group_threshold,
        "paper": plan.paper.value,
    }
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def check_signed(plan: Plan, text: str) -> None:
    """Compare *plan* with the words that the witnesses signed, as they were typed.

    Raises:
        UsageError: If they are not 12 words of the list; nothing is quoted.
        AttentionError: If they are those of another plan.
    """
    if parse_public_words(text, MARK, "plan hash") != plan_hash(plan).words:
        hint = "stop: find out what was changed, or let the witnesses sign this plan again"
        raise AttentionError("this is not the plan that was signed", hint)
