"""The sets that both programs are given: every shape of policy, lines of several generations, keys of later versions; and forgers' own.

They are made once in a process, the same at every run.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from splitkit.errors import UsageError
from splitkit.quorum.envelope import Envelope, decode_envelope, seal
from splitkit.quorum.recipient import identity_seed, identity_text, recipient_hash, recipient_of
from splitkit.quorum.share import Share
from splitkit.quorum.slip39 import split_key
from splitkit.secret.record import SecretRecord
from tests.support.builders import Made, altered, committed, made, resealed, seeded, seeded_bytes
from tests.support.make_testkit import header_with, key_of, sealed

LIE = "the-forger's-own-password"


@dataclass(frozen=True)
class Holding:
    """A set with what is asked of it again and again."""

    name: str
    shares: Mapping[str, Share]
    """By the number of the sheet."""
    smallest: tuple[str, ...]
    """The numbers of its smallest quorum."""
    envelope: Envelope
    record: SecretRecord
    identity: str
    made: Made

    @property
    def fingerprint(self) -> str:
        return " ".join(self.envelope.fingerprint)

    @property
    def practice(self) -> bool:
        return self.envelope.header.practice


def _held(name: str, of: Made, envelope: Envelope | None = None) -> Holding:
    policy, envelope = of.policy, envelope or of.envelope
    numbers = {policy.number(sheet): sheet for sheet in of.sheets}
    groups = sorted(range(len(policy.groups)), key=lambda g: policy.groups[g].threshold)[: policy.group_threshold]
    smallest = [n for n, sheet in numbers.items() if sheet.group in groups and sheet.member < policy.groups[sheet.group].threshold]  # fmt: skip
    seed = identity_seed(key_of(of), envelope.header.set_id)
    shares = {number: of.dealt.shares[sheet] for number, sheet in numbers.items()}
    return Holding(name, shares, tuple(smallest), envelope, of.record, identity_text(seed), of)


POLICIES = (
    "2of2",
    "2of3",
    "3of5",
    "5of8",
    "4of4",
    "2of16",
    "8of16",
    "16of16",
    "2 of: A 2of3, B 1of1",
    "2 of: Board 2of3, IT 3of5, Audit 1of1",
    "2 of: A 1of1, B 1of1, C 1of1",
    "1 of: A 2of3, B 2of2",
    "3 of: A 2of2, B 2of4, C 1of1",
    "1 of: A 3of4, B 2of9, C 5of6",
    "16 of: A 1of1, B 1of1, C 1of1, D 1of1, E 1of1, F 1of1, G 1of1, H 1of1, I 1of1, J 1of1, K 1of1, L 1of1, M 1of1, N 1of1, O 1of1, P 1of1",
)
LABELS = ("Test", "", "caf\u00e9", "\u202egpj.exe", "AWS root, production \u2014 Z\u00fcrich", "\x1b[2J")
PASSWORDS = (
    "Correct+Horse=Battery_%d",
    " spaced %d ",
    'quote " and \\ %d',
    "p\u00e4ssw\u00f6rd-%d \u20ac",
    "line\nbreak %d",
)


@functools.cache
def pool() -> tuple[Holding, ...]:
    """Genuine sets: each policy as production and half of them as practice, a line of four, a fork of it, and odd headers."""
    held = [
        _held(f"{policy.split(':')[0]} {number}{' practice' * practice}", _made(policy, number, practice=practice))
        for number, policy in enumerate(POLICIES)
        for practice in ((False, True) if number % 3 == 0 else (False,))
    ]
    return (*held, *_line(), *_odd())


def _made(policy: str, number: int, *, practice: bool) -> Made:
    of = made(
        policy, f"differential {number} {practice}", PASSWORDS[number % 5] % number, practice, label=LABELS[number % 6]
    )
    if number % 4 != 1 or len(of.envelope.raw) > 300:
        return of
    record = SecretRecord(of.record.password, user="root@example.org", account="123456789012", note="the safe")
    try:
        envelope = resealed(of, record=record.encode())
    except UsageError:  # it does not fit
        return of
    return Made(dataclasses.replace(of.dealt, envelope=envelope), record)


def _line() -> list[Holding]:
    first = made("2of3", "differential line", "Line+1", practice=False)
    later = {"practice": False, "first_set": first.envelope.header.set_id}
    rest = [made("2of3", f"differential line {epoch}{fork}", f"Line+{epoch}{fork}", epoch=epoch, **later) for epoch, fork in ((2, ""), (3, ""), (2, "fork"), (9, "gap"))]  # fmt: skip
    return [_held(f"line {of.record.password}", of) for of in (first, *rest)]


def _odd() -> list[Holding]:
    of = made("3of5", "differential later", "Later=Keys", practice=False)
    keys = decode_envelope(sealed(of, header_with(of, _24=True, _1000={1: [b"x", "y"]}, _4294967295=0)))
    commitments = of.envelope.header.commitments
    wrong = dataclasses.replace(of.envelope.header, commitments=commitments | {of.sheets[4]: bytes(8)})
    unsound = seal(key_of(of), wrong, of.record.encode(), of.envelope.nonce)
    return [_held("keys of later versions", of, keys), _held("unsound", of, unsound), *_made_to_match()]


MADE_TO_MATCH = (("3of5", "2", "134"), ("8of16", "12", "3456789"), ("2 of: A 2of3, B 3of5", ("A1", "B5"), ("A2", "A3", "B1", "B2", "B3")))  # fmt: skip


def _made_to_match() -> Iterator[Holding]:
    """Sets whose envelope commits to shares that spoil every quorum they are in; the others open it."""
    for policy, bad, good in MADE_TO_MATCH:
        of = made(policy, "differential match", "Made=To=Match", practice=False)
        wrong = {number: noise(of.share(number), f"match {number}") for number in bad}
        held = _held(f"{policy.split(':')[0]} made to match", of, committed(of, *wrong.values()))
        smallest = (*good, "10") if policy == "8of16" else tuple(good)
        yield dataclasses.replace(held, shares={**held.shares, **wrong}, smallest=smallest)


@functools.cache
def rivals() -> tuple[Holding, ...]:
    """Whole sets of forgers, each with the set id of a genuine one: own policy, own shares, own secret."""
    found = []
    for number, target in enumerate(pool()[::3]):
        key = seeded_bytes(f"rival {number}")(32)
        of = target.made if number % 2 else made("2of3", f"rival {number}", practice=target.practice)
        set_id = target.envelope.header.set_id
        dealt = split_key(key, set_id, of.policy, seeded(number))
        facts = dataclasses.replace(
            target.envelope.header,
            policy=of.policy,
            commitments={sheet: share.commitment(set_id) for sheet, share in dealt.items()},
            recipient_hash=recipient_hash(recipient_of(key, set_id)),
            ignored_keys=(),
        )
        record = SecretRecord(f"{LIE} {number}")
        envelope = seal(key, facts, record.encode(), bytes(12))
        forged = Made(dataclasses.replace(of.dealt, envelope=envelope, shares=dealt), record)
        found.append(_held(f"rival of {target.name}", forged))
    return tuple(found)


def noise(share: Share, seed: str) -> Share:
    """A share with a sound checksum and any content."""
    return altered(share, seeded_bytes(seed)(32))
