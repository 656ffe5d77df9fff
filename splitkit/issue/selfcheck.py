"""The self-check: every new set is recovered by the second implementation before a sheet is written.

This is the only module that imports `splitkit.recover`; nothing that makes or opens a set relies on it.
"""

from collections.abc import Callable, Iterator
from itertools import combinations, islice, product
from typing import TypeVar

from splitkit import recover
from splitkit.errors import SelfCheckError
from splitkit.quorum.dealing import DealtSet
from splitkit.quorum.policy import Policy, SheetId
from splitkit.quorum.textform import printed_lines, symbol_text
from splitkit.secret.entropy import Entropy
from splitkit.secret.record import SecretRecord

MAX_QUORUMS = 50
"""A set with more minimal quorums than this is checked with 50 of them, each sheet in at least one."""

Quorum = tuple["SheetId", ...]
T = TypeVar("T")


def check_set(dealt: DealtSet, record: SecretRecord, entropy: Entropy, tick: Callable[[], None] = lambda: None) -> int:
    """Recover *record* from *dealt* by the second implementation, for many quorums; return for how many.

    Raises:
        SelfCheckError: If it disagrees anywhere.  Nothing has been written then.
    """
    quorums = chosen_quorums(dealt.envelope.header.policy, entropy)
    for turn, quorum in enumerate(quorums):
        _check_quorum(dealt, record, quorum, turn)
        tick()
    return len(quorums)


def _check_quorum(dealt: DealtSet, record: SecretRecord, quorum: Quorum, turn: int) -> None:
    """Take turns between words and digits, symbol text and printed lines, so that all forms are proven."""
    shares = [dealt.shares[sheet] for sheet in quorum]
    lines = [share.digits if (at + turn) % 2 else share.mnemonic for at, share in enumerate(shares)]
    raw = dealt.envelope.raw
    lines += printed_lines(raw) if turn % 2 else [symbol_text(raw)]
    try:
        result = recover.recover_text(
            lines, " ".join(dealt.envelope.fingerprint), practice=dealt.envelope.header.practice
        )
    except Exception:  # noqa: BLE001  (whatever stops the second implementation is a disagreement)
        raise _disagreement() from None
    filled = {name: value for name, value in vars(record).items() if value}
    if dict(result.record) != filled or result.wrong:
        raise _disagreement()


def _disagreement() -> SelfCheckError:
    return SelfCheckError(
        "the second implementation does not recover what was split; nothing was written",
        "do not use this machine for a ceremony: run it again elsewhere and report what happened",
    )


def chosen_quorums(policy: Policy, entropy: Entropy) -> tuple[Quorum, ...]:
    """Return all minimal quorums, or 50 of them that leave out no sheet: first in turn, then by lot."""
    everything = tuple(islice(_all_quorums(policy), MAX_QUORUMS + 1))
    if len(everything) <= MAX_QUORUMS:
        return everything
    chosen = dict.fromkeys(_in_turn(policy))
    while len(chosen) < MAX_QUORUMS:
        chosen.setdefault(_by_lot(policy, entropy))
    return tuple(chosen)


def _all_quorums(policy: Policy) -> Iterator[Quorum]:
    by_group = [[sheet for sheet in policy.sheet_ids() if sheet.group == g] for g in range(len(policy.groups))]
    for groups in combinations(range(len(policy.groups)), policy.group_threshold):
        for picked in product(*(combinations(by_group[g], policy.groups[g].threshold) for g in groups)):
            yield tuple(sheet for members in picked for sheet in members)


def _in_turn(policy: Policy) -> Iterator[Quorum]:
    """At most 32 quorums that together hold every sheet: each starts one member, and one group, later."""
    sheets = policy.sheet_ids()
    for start in sheets:
        groups = [(start.group + step) % len(policy.groups) for step in range(policy.group_threshold)]
        yield tuple(
            sorted(
                (
                    sheet
                    for sheet in sheets
                    if sheet.group in groups
                    and (sheet.member - start.member) % policy.groups[sheet.group].members
                    < policy.groups[sheet.group].threshold
                ),
                key=lambda sheet: (sheet.group, sheet.member),
            )
        )


def _by_lot(policy: Policy, entropy: Entropy) -> Quorum:
    groups = sorted(_draw(list(range(len(policy.groups))), policy.group_threshold, entropy))
    drawn = []
    for g in groups:
        members = [sheet for sheet in policy.sheet_ids() if sheet.group == g]
        drawn += sorted(_draw(members, policy.groups[g].threshold, entropy), key=lambda sheet: sheet.member)
    return tuple(drawn)


def _draw(items: list[T], count: int, entropy: Entropy) -> list[T]:
    """Return *count* different *items* by lot."""
    rest = list(items)
    return [rest.pop(entropy.below(len(rest))) for _ in range(count)]
