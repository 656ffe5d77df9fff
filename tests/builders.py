"""Sets and scans for tests, the same at every run: the random bytes come from a seed."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from splitkit.quorum.anchor import Anchor
from splitkit.quorum.dealing import DealtSet, SetFacts, deal
from splitkit.quorum.policy import Policy, SheetId, parse_policy
from splitkit.quorum.scan import Line, Page, Scan
from splitkit.quorum.share import Share, share_from_slip, to_slip
from splitkit.quorum.textform import symbol_text
from splitkit.secret.entropy import Entropy
from splitkit.secret.record import SecretRecord

PASSWORD = "Correct+Horse=Battery_Staple"
DAY = 20_000


def seeded_bytes(seed: object) -> Callable[[int], bytes]:
    """A source of bytes that depends on *seed* only."""
    counter = 0

    def draw(length: int) -> bytes:
        nonlocal counter
        counter += 1
        return hashlib.shake_256(f"{seed}/{counter}".encode()).digest(length)

    return draw


def seeded(seed: object = 0) -> Entropy:
    return Entropy(seeded_bytes(seed))


@dataclass(frozen=True)
class Made:
    """A dealt set with what tests ask of it."""

    dealt: DealtSet
    record: SecretRecord

    @property
    def envelope(self):
        return self.dealt.envelope

    @property
    def policy(self) -> Policy:
        return self.dealt.envelope.header.policy

    @property
    def anchor(self) -> Anchor:
        return Anchor(self.dealt.envelope.fingerprint)

    @property
    def sheets(self) -> tuple[SheetId, ...]:
        return self.policy.sheet_ids()

    def share(self, number: str) -> Share:
        """The share of sheet '2' or 'B2'."""
        return next(self.dealt.shares[sheet] for sheet in self.sheets if self.policy.number(sheet) == number)


def made(policy: str = "3of5", seed: object = 0, password: str = PASSWORD, practice: bool = True, **facts) -> Made:
    record = SecretRecord(password)
    facts = {"label": "Test", "created_day": DAY} | facts
    return Made(deal(SetFacts(parse_policy(policy), practice=practice, **facts), record, seeded(seed)), record)


def share_codes(share: Share) -> tuple[Scan, ...]:
    """The two codes of a share on a sheet."""
    return Scan(" ".join(share.words).upper(), 0.5), Scan(share.digits, 0.75)


def envelope_code(raw: bytes) -> Scan:
    return Scan(symbol_text(raw), 0.5)


def page(share: Share, raw: bytes, source: str = "") -> Page:
    """A sheet as a good reader sees it."""
    return Page(source or f"sheet {share.group}.{share.member}", (*share_codes(share), envelope_code(raw)))


def pages(of: Made, numbers: Iterable[str]) -> list[Page]:
    return [page(of.share(number), of.envelope.raw, f"scan-{number}.png") for number in numbers]


def lines(*texts: str) -> list[Line]:
    return [Line(f"line {at}", Scan(text)) for at, text in enumerate(texts, 1)]


def altered(share: Share, value: bytes | None = None, **fields) -> Share:
    """A share with other content and a sound checksum: a forgery.  Fields are those of the SLIP-39 share."""
    slip = dataclasses.replace(to_slip(share), **({"value": value} if value is not None else {}), **fields)
    return share_from_slip(slip)


def flipped(data: bytes, at: int = 0) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
