"""The secret of a set: generated, typed unseen, or read from standard input; never without a guard that keeps it offline."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.talk import warn
from splitkit.errors import UnsafeMachineError, UsageError
from splitkit.host.offline import ACCEPT, Guard
from splitkit.plan.document import Plan
from splitkit.secret.entropy import Entropy
from splitkit.secret.profiles import check_existing, doubts, find_profile
from splitkit.secret.record import SecretRecord

if TYPE_CHECKING:
    from splitkit.ledger.events import Origin

MAX_SECRET_BYTES = 4_096


def check_guard(plan: Plan, guard: Guard) -> None:
    """Refuse to make a production set without a guard that holds, unless people said that they go on without one.

    Raises:
        UnsafeMachineError: If nothing keeps this program offline.
    """
    if not (plan.practice or guard.held or guard.accepted):
        raise UnsafeMachineError(
            f"nothing keeps this program offline: {guard.problem}",
            f"split on a Linux live system; 'splitkit {ACCEPT} split' goes on anyway",
        )


def make_record(plan: Plan, source: str, entropy: Entropy) -> SecretRecord:
    """Return the secret: generated as the plan wants it, typed unseen ('prompt'), or read from standard input ('stdin').

    Raises:
        UsageError: If a secret that was given does not suit the plan.
        UnsafeMachineError: If there is no terminal to type it at.
    """
    profile = find_profile(plan.profile, plan.length)
    if source == "generate":
        password = profile.generate(entropy)
    else:
        password = _typed() if source == "prompt" else _piped()
        check_existing(plan.profile, password, plan.account, plan.user)
    found = doubts(plan.profile, None if source == "generate" else password)
    for doubt in found:
        warn(doubt)
    if found and source == "prompt":
        _agree()
    return SecretRecord(password, plan.user, plan.account, plan.note)


def origin_of(source: str) -> Origin:
    """Return where a secret comes from, as the ledger says it."""
    return "generated" if source == "generate" else "given"


def _agree() -> None:
    with Dialogue.open("nothing was made") as dialogue:
        if not dialogue.certain("Is it protected as it is?"):
            raise UsageError("the secret was not taken", "nothing was made; have a new one generated, and set it there")


def _typed() -> str:
    with Dialogue.open("nothing was made") as dialogue:
        first = dialogue.hidden("The secret (not shown):", str)
        if first != dialogue.hidden("The same again:", str):
            raise UsageError("the two entries differ", "nothing was made; type it again, slowly")
    return first


def _piped() -> str:
    if sys.stdin.isatty():
        raise UsageError("standard input is the terminal", "use --secret prompt to type the secret unseen")
    data = sys.stdin.buffer.read(MAX_SECRET_BYTES + 1)
    if len(data) > MAX_SECRET_BYTES:
        raise UsageError("the secret is longer than 4096 bytes", "seal a longer secret as a file instead")
    try:
        return data.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise UsageError("the secret is not UTF-8 text", "check what was piped in") from None
