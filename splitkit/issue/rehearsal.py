"""A rehearsal: real sheets of a practice set, printed, damaged, scanned, forged and judged, on throw-away data."""

import dataclasses

from splitkit.issue.make import IssuedSet, make, sheet_pdf
from splitkit.paper.damage import office_scan, phone_photo, render
from splitkit.plan.document import Custodian, Plan
from splitkit.quorum.policy import SheetId, parse_policy
from splitkit.quorum.share import Share, share_from_slip, to_slip
from splitkit.secret.entropy import Entropy
from splitkit.secret.profiles import find_profile
from splitkit.secret.record import SecretRecord

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
    return Plan(
        policy=policy,
        label="Practice password",
        practice=True,
        administrator="Fay Example",
        witness="Gus Example",
        scribe="Hana Example",
        custodians=seats,
    )


def practice_set(day: int, entropy: Entropy) -> tuple[IssuedSet, SecretRecord]:
    """Make a practice set of a password made up for it; return both."""
    plan = practice_plan()
    record = SecretRecord(find_profile(plan.profile).generate(entropy))
    return make(plan, plan.facts(day), record, entropy), record


def scanned(pdf: bytes, turn: int) -> bytes:
    """Return the page as a JPEG: from an office scanner in even turns, from a phone in odd ones."""
    return (phone_photo if turn % 2 else office_scan)(render(pdf, 0), turn)


def forged_page(issued: IssuedSet, sheet: SheetId) -> bytes:
    """Return a page that looks like *sheet* in every way, but whose share is another one with a sound checksum."""
    shares = {**issued.dealt.shares, sheet: forge(issued.dealt.shares[sheet])}
    return sheet_pdf(issued.plan, dataclasses.replace(issued.dealt, shares=shares), sheet)


def forge(genuine: Share) -> Share:
    """Return a share of the same place and set with another value: what a dishonest custodian could print."""
    slip = to_slip(genuine)
    altered = bytes([genuine.value[0] ^ 1]) + genuine.value[1:]
    return share_from_slip(dataclasses.replace(slip, value=altered))
