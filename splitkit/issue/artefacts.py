"""The files of a set: their names, and what stands on the page of each share and on the public record."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from splitkit.host.clock import iso_date
from splitkit.paper.documents import Leaders, Record, Sheet, SheetLine
from splitkit.plan.policy_words import needed, position, rule
from splitkit.quorum.dealing import DealtSet
from splitkit.quorum.envelope import Envelope
from splitkit.quorum.policy import Policy, SheetId, group_letter
from splitkit.quorum.recipient import recipient_text
from splitkit.quorum.textform import printed_lines, symbol_text

if TYPE_CHECKING:
    from splitkit.plan.document import Plan

ENVELOPE_FILE = "envelope.sk1"
RECORD_FILE = "record.pdf"
RECIPIENT_FILE = "recipient.txt"
BROWSER_FILE = "recover.html"
KEPT = (
    "delete the pages of the sheets alone, share-*.pdf; all else is the public record: copy it into a new folder for this set "
    "under 'records' of the custody folder, and to two sticks, and never delete it"
)
"""What people do with a folder in which a set was made, once every sheet was read back."""
FORMER_FILE = "former-identity.age"
"""What opens the files that were sealed to the set before; it is kept with the new public record."""


def envelope_file(envelope: Envelope) -> bytes:
    """Return the envelope as the text of its symbol."""
    return (symbol_text(envelope.raw) + "\n").encode("ascii")


def recipients_file(dealt: DealtSet) -> bytes:
    """Return an age recipients file: files encrypted to it open only with a quorum of this set."""
    words = " ".join(dealt.envelope.fingerprint)
    comment = f"# splitkit set {dealt.envelope.header.set_id.hex()}\n# fingerprint: {words}\n"
    return (comment + recipient_text(dealt.recipient) + "\n").encode("ascii")


def sheet_file(policy: Policy, sheet: SheetId) -> str:
    """Return the file name of a sheet: share-2-of-5.pdf, or share-board-1-of-3.pdf."""
    group = policy.groups[sheet.group]
    middle = "" if policy.flat else _slug(policy, sheet.group) + "-"
    return f"share-{middle}{sheet.member + 1}-of-{group.members}.pdf"


def _slug(policy: Policy, index: int) -> str:
    """A group name fit for a file name; the group letter where names leave nothing, or the same, in ASCII."""
    slugs = [_ascii(group.name) for group in policy.groups]
    return slugs[index] if slugs[index] and slugs.count(slugs[index]) == 1 else f"group-{group_letter(index).lower()}"


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def sheet_page(plan: Plan, dealt: DealtSet, sheet: SheetId) -> Sheet:
    """Return what the page of one custodian says."""
    header, share, custodian = dealt.envelope.header, dealt.shares[sheet], plan.custodian(sheet)
    return Sheet(
        set_id=header.set_id.hex(),
        number=plan.policy.number(sheet),
        position=position(plan.policy, sheet),
        rule=rule(plan.policy),
        needed=needed(plan.policy),
        words=tuple(word.upper() for word in share.words),
        digits=share.digits,
        envelope_text=symbol_text(dealt.envelope.raw),
        envelope_lines=printed_lines(dealt.envelope.raw),
        fingerprint=dealt.envelope.fingerprint,
        label=header.label,
        made=iso_date(header.created_day),
        epoch=header.epoch,
        custodian=custodian.name,
        title=custodian.title,
        leaders=Leaders(**plan.shown_leaders),
        practice=header.practice,
        anonymous=plan.anonymous,
        recover_sha256=recover_sha256(),
    )


def record_page(plan: Plan, dealt: DealtSet) -> Record:
    """Return what the public record says."""
    header = dealt.envelope.header
    return Record(
        set_id=header.set_id.hex(),
        label=header.label,
        made=iso_date(header.created_day),
        epoch=header.epoch,
        policy=needed(plan.policy),
        rule=rule(plan.policy),
        envelope_text=symbol_text(dealt.envelope.raw),
        envelope_lines=printed_lines(dealt.envelope.raw),
        fingerprint=dealt.envelope.fingerprint,
        recipient=recipient_text(dealt.recipient),
        recipient_hash=header.recipient_hash.hex(),
        sheets=tuple(_sheet_line(plan, sheet) for sheet in plan.policy.sheet_ids()),
        practice=header.practice,
        anonymous=plan.anonymous,
        recover_sha256=recover_sha256(),
        browser_sha256=hashlib.sha256(page).hexdigest() if (page := browser_page()) else "",
        line=header.first_set.hex() if header.first_set else "",
        leaders=Leaders(**plan.shown_leaders),
    )


def _sheet_line(plan: Plan, sheet: SheetId) -> SheetLine:
    custodian = plan.custodian(sheet)
    return SheetLine(plan.policy.number(sheet), position(plan.policy, sheet), custodian.name, custodian.title)


def recover_sha256() -> str:
    """Return the SHA-256 of the second implementation, which is kept beside the sheets."""
    return hashlib.sha256((Path(__file__).parents[1] / "recover.py").read_bytes()).hexdigest()


def browser_page() -> bytes:
    """Return recover.html, which any browser opens; nothing where this copy of splitkit came without it."""
    page = Path(__file__).parents[1] / BROWSER_FILE
    return page.read_bytes() if page.is_file() else b""
