"""A rehearsal: real sheets of a practice set, printed, damaged, scanned, forged and judged, on throw-away data."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from splitkit.issue.artefacts import artefacts, sheet_file, sheet_page
from splitkit.issue.selfcheck import check_set
from splitkit.paper.damage import office_scan, phone_photo, render
from splitkit.paper.geometry import Paper
from splitkit.paper.typeset import Typesetter
from splitkit.plan.document import Custodian, Plan
from splitkit.quorum.dealing import DealtSet, SetFacts, deal
from splitkit.quorum.policy import SheetId, parse_policy
from splitkit.quorum.share import Share, share_from_slip, to_slip
from splitkit.secret.profiles import find_profile
from splitkit.secret.record import SecretRecord

if TYPE_CHECKING:
    from splitkit.secret.entropy import Entropy

CUSTODIANS = (
    Custodian("Ada Example", "Chief executive"),
    Custodian("Ben Example", "Chief financial officer"),
    Custodian("Cleo Example", "General counsel"),
    Custodian("Dan Example", "Head of security"),
    Custodian("Eve Example", "Head of operations"),
)


def practice_plan() -> Plan:
    """Return the plan of the rehearsal: 3 of 5, practice, with obvious example people."""
    policy = parse_policy("3of5")
    seats = tuple(zip(policy.sheet_ids(), CUSTODIANS, strict=True))
    return Plan(policy=policy, label="Practice password", practice=True, custodians=seats)


@dataclass(frozen=True)
class Rehearsal:
    """A practice set with its pages."""

    plan: Plan
    dealt: DealtSet = field(repr=False)
    record: SecretRecord = field(repr=False)
    files: dict[str, bytes] = field(repr=False)
    quorums_checked: int

    def page(self, sheet: SheetId) -> bytes:
        """Return the PDF of one sheet."""
        return self.files[sheet_file(self.plan.policy, sheet)]


def make_practice_set(plan: Plan, day: int, entropy: Entropy) -> Rehearsal:
    """Deal a practice set, check it by the second implementation and set its pages."""
    record = SecretRecord(find_profile(plan.profile).generate(entropy))
    dealt = deal(SetFacts(plan.policy, plan.public_label, practice=True, created_day=day), record, entropy)
    checked = check_set(dealt, record, entropy)
    return Rehearsal(plan, dealt, record, artefacts(plan, dealt), checked)


def scanned(pdf: bytes, turn: int) -> bytes:
    """Return the page as a JPEG: from an office scanner in even turns, from a phone in odd ones."""
    return (phone_photo if turn % 2 else office_scan)(render(pdf, 0), turn)


def forged_page(rehearsal: Rehearsal, sheet: SheetId) -> bytes:
    """Return a page that looks like *sheet* in every way, but whose share is another one with a sound checksum."""
    genuine = rehearsal.dealt.shares[sheet]
    forged = dataclasses.replace(rehearsal.dealt, shares={**rehearsal.dealt.shares, sheet: forge(genuine)})
    return Typesetter(Paper.parse(rehearsal.plan.paper)).sheet(sheet_page(rehearsal.plan, forged, sheet))


def forge(genuine: Share) -> Share:
    """Return a share of the same place and set with another value: what a dishonest custodian could print."""
    slip = to_slip(genuine)
    altered = bytes([genuine.value[0] ^ 1]) + genuine.value[1:]
    return share_from_slip(dataclasses.replace(slip, value=altered))
