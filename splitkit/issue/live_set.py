"""The set as the machine holds it between making it and forgetting it: the pages, and what stands on each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from splitkit.issue.artefacts import RECORD_FILE, artefacts, sheet_file
from splitkit.issue.selfcheck import check_set
from splitkit.quorum.dealing import SetFacts, deal
from splitkit.quorum.textform import printed_lines, symbol_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from splitkit.plan.document import Plan
    from splitkit.quorum.dealing import DealtSet
    from splitkit.quorum.envelope import Envelope
    from splitkit.secret.entropy import Entropy
    from splitkit.secret.record import SecretRecord


@dataclass(frozen=True)
class Printing:
    """What is printed on one sheet, as far as it is read back."""

    number: str
    words: tuple[str, ...] = field(repr=False)
    """The share as its 33 words, in capital letters."""
    digits: str = field(repr=False)
    envelope: str = field(repr=False)
    """The text of the envelope's symbol."""
    lines: tuple[str, ...] = field(repr=False)
    """The envelope as it is printed, line by line."""

    def symbols(self) -> dict[str, str]:
        """Return the text of each of the three symbols by its name."""
        return {"words": " ".join(self.words), "digits": self.digits, "envelope": self.envelope}


@dataclass(frozen=True)
class LiveSet:
    """A set in memory, with the page of every sheet.  Its repr shows nothing of it."""

    envelope: Envelope
    recipient_hash: str
    pages: Mapping[str, bytes] = field(repr=False)
    """The PDF of each sheet, by the number of the sheet."""
    printings: Mapping[str, Printing] = field(repr=False)
    public_record: bytes = field(repr=False)
    """The PDF of the public record, which is no secret."""

    @property
    def set_id(self) -> str:
        """The set id in hexadecimal."""
        return self.envelope.header.set_id.hex()


def make_live(
    plan: Plan, record: SecretRecord, entropy: Entropy, day: int, tick: Callable[[], None] = lambda: None
) -> tuple[LiveSet, int]:
    """Deal a set, let the second implementation recover it, and set every page, all in memory.

    Args:
        plan: What was agreed.
        record: The secret.
        entropy: The only source of randomness.
        day: The day of the set, counted from 1970-01-01.
        tick: Called after each page.

    Returns:
        The set, and from how many quorums the second implementation recovered the secret.

    Raises:
        UsageError: If the envelope would be too long, or a name cannot be printed.
        SelfCheckError: If the two implementations disagree.
    """
    dealt = deal(SetFacts(plan.policy, plan.public_label, plan.practice, day), record, entropy)
    quorums = check_set(dealt, record, entropy)
    return _live(plan, dealt, artefacts(plan, dealt, tick)), quorums


def _live(plan: Plan, dealt: DealtSet, files: Mapping[str, bytes]) -> LiveSet:
    sheets = {plan.policy.number(sheet): sheet for sheet in plan.policy.sheet_ids()}
    envelope, lines = symbol_text(dealt.envelope.raw), tuple(printed_lines(dealt.envelope.raw))
    printings = {
        number: Printing(
            number,
            tuple(word.upper() for word in dealt.shares[sheet].words),
            dealt.shares[sheet].digits,
            envelope,
            lines,
        )
        for number, sheet in sheets.items()
    }
    return LiveSet(
        envelope=dealt.envelope,
        recipient_hash=dealt.envelope.header.recipient_hash.hex(),
        pages={number: files[sheet_file(plan.policy, sheet)] for number, sheet in sheets.items()},
        printings=printings,
        public_record=files[RECORD_FILE],
    )
