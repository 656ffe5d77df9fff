"""The lot: custodians are drawn until their sheets are a quorum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from splitkit.ceremony.steps import seats
from splitkit.errors import AttentionError
from splitkit.quorum.policy import SheetId

if TYPE_CHECKING:
    from splitkit.ceremony.steps import Seat
    from splitkit.ledger import events
    from splitkit.plan.document import Plan
    from splitkit.secret.entropy import Entropy


def draw_lot(plan: Plan, among: Sequence[str], entropy: Entropy) -> tuple[str, ...]:
    """Return seats drawn by lot among those who are here, in the order of the draw, until their sheets are a quorum.

    Every order is equally likely.  A sheet that is of no use beside those drawn before it (its group is full, or enough groups
    have begun and its own has not) is passed over.

    Raises:
        AttentionError: If not enough custodians are here.
    """
    sheets = {seat.code: seat.sheet for seat in seats(plan)}
    hat, drawn = list(among), list[str]()
    while hat and not plan.policy.opens([sheets[code] for code in drawn]):
        code = hat.pop(entropy.below(len(hat)))
        if _useful(plan, [sheets[other] for other in drawn], sheets[code], [sheets[other] for other in hat]):
            drawn.append(code)
    if not plan.policy.opens([sheets[code] for code in drawn]) or len(drawn) > plan.policy.needed_at_most:
        raise AttentionError("the custodians who are here are no quorum", "wait for those who are out of the room")
    return tuple(drawn)


def _useful(plan: Plan, drawn: Sequence[SheetId], sheet: SheetId, left: Sequence[SheetId]) -> bool:
    """Whether a sheet brings the draw nearer to a quorum."""
    group = plan.policy.groups[sheet.group]
    held = [other.group for other in drawn]
    if held.count(sheet.group) == group.threshold:
        return False
    begun = set(held)
    reachable = held.count(sheet.group) + 1 + sum(other.group == sheet.group for other in left) >= group.threshold
    return sheet.group in begun or (len(begun) < plan.policy.group_threshold and reachable)


def check_lot(plan: Plan, data: events.LotDrawn, drawn: list[Seat]) -> None:
    """Refuse a lot that drew no quorum, or somebody twice or who was not in it.

    Raises:
        AttentionError: If it did.
    """
    codes = data.drawn
    if len(drawn) != len(codes) or len(set(codes)) != len(codes) or not set(codes) <= set(data.among):
        raise AttentionError("somebody was drawn who keeps no sheet, or was drawn twice", "draw among the custodians")
    if not plan.policy.opens([seat.sheet for seat in drawn]) or len(drawn) > plan.policy.needed_at_most:
        raise AttentionError("those who were drawn are no quorum of the policy", "draw again, until they are")
