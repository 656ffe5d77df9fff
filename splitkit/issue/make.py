"""The one way to make a set: deal it, let the second implementation recover it, set its pages.  All in memory.

`split`, the guided ceremony, the demo, `refresh` and `rotate` make their sets here, and write what `splitkit.issue.recorded` returns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from splitkit.issue.artefacts import (
    BROWSER_FILE,
    ENVELOPE_FILE,
    RECIPIENT_FILE,
    RECORD_FILE,
    browser_page,
    envelope_file,
    recipients_file,
    record_page,
    sheet_file,
    sheet_page,
)
from splitkit.issue.selfcheck import check_set
from splitkit.paper.documents import Sheet
from splitkit.paper.typeset import Typesetter
from splitkit.quorum.dealing import DealtSet, SetFacts, deal
from splitkit.quorum.envelope import Envelope
from splitkit.quorum.policy import SheetId
from splitkit.secret.entropy import Entropy
from splitkit.secret.record import SecretRecord

if TYPE_CHECKING:
    from splitkit.plan.document import Plan


@dataclass(frozen=True)
class IssuedSet:
    """A set in memory, with the page of every sheet.  Its repr shows no share."""

    plan: Plan
    dealt: DealtSet = field(repr=False)
    sheets: Mapping[str, Sheet] = field(repr=False)
    """What the page of each sheet says, by the number of the sheet."""
    pages: Mapping[str, bytes] = field(repr=False)
    """The PDF of each sheet, by the number of the sheet."""
    public_record: bytes = field(repr=False)
    """The PDF of the public record, which is no secret."""
    quorums: int
    """From how many quorums the second implementation recovered the secret."""

    @property
    def envelope(self) -> Envelope:
        """The envelope of the set."""
        return self.dealt.envelope

    @property
    def set_id(self) -> str:
        """The set id in hexadecimal."""
        return self.envelope.header.set_id.hex()

    def symbols(self, number: str) -> dict[str, str]:
        """Return the text of each of the three symbols of a sheet, by its name."""
        sheet = self.sheets[number]
        return {"words": " ".join(sheet.words), "digits": sheet.digits, "envelope": sheet.envelope_text}

    def files(self) -> dict[str, bytes]:
        """Return every file of the set by its name."""
        policy = self.plan.policy
        sheets = {sheet_file(policy, sheet): self.pages[policy.number(sheet)] for sheet in policy.sheet_ids()}
        return sheets | self.public_files()

    def public_files(self) -> dict[str, bytes]:
        """Return the files of the public record by their names; none of them is secret."""
        return {
            RECORD_FILE: self.public_record,
            ENVELOPE_FILE: envelope_file(self.envelope),
            RECIPIENT_FILE: recipients_file(self.dealt),
            **({BROWSER_FILE: page} if (page := browser_page()) else {}),
        }


def make(
    plan: Plan, facts: SetFacts, record: SecretRecord, entropy: Entropy, tick: Callable[[], None] = lambda: None
) -> IssuedSet:
    """Deal a set, let the second implementation recover it, and set every page.

    Args:
        plan: What was agreed.
        facts: What the plan says of this set: `plan.facts(day)`.
        record: The secret.
        entropy: The only source of randomness.
        tick: Called after each page.

    Raises:
        UsageError: If the envelope would be too long, or a name holds a character that no installed font can print.
        SelfCheckError: If the two implementations disagree.
    """
    dealt = deal(facts, record, entropy)
    return on_paper(plan, dealt, check_set(dealt, record, entropy), tick)


def on_paper(plan: Plan, dealt: DealtSet, quorums: int, tick: Callable[[], None] = lambda: None) -> IssuedSet:
    """Set every page of a set that was dealt and checked by *quorums* quorums; *tick* is called after each page."""
    sheets = {plan.policy.number(sheet): sheet_page(plan, dealt, sheet) for sheet in plan.policy.sheet_ids()}
    # The record is set beside the first sheet: every other sheet takes half as long once one was set.
    first, *others = sheets.values()
    page, public_record, *pages = Typesetter(plan.paper).pdfs([first, record_page(plan, dealt), *others], tick)
    return IssuedSet(plan, dealt, sheets, dict(zip(sheets, (page, *pages), strict=True)), public_record, quorums)


def sheet_pdf(plan: Plan, dealt: DealtSet, sheet: SheetId) -> bytes:
    """Return the page of one sheet alone; of the shares of *dealt* only its own is needed."""
    return Typesetter(plan.paper).pdf(sheet_page(plan, dealt, sheet))
