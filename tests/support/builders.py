"""Sets and scans for tests, the same at every run: the random bytes come from a seed."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from splitkit.quorum.anchor import Anchor
from splitkit.quorum.dealing import DealtSet, SetFacts, deal
from splitkit.quorum.envelope import Envelope, seal
from splitkit.quorum.judge import Case
from splitkit.quorum.opening import Proof
from splitkit.quorum.policy import Policy, SheetId, parse_policy
from splitkit.quorum.release import Grounds, Released
from splitkit.quorum.scan import Line, Page, Scan
from splitkit.quorum.share import Share, share_from_slip, to_slip
from splitkit.quorum.slip39 import combine_ems, decrypt_ems
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
    entropy = facts.pop("entropy", None) or seeded(seed)
    return Made(deal(SetFacts(parse_policy(policy), practice=practice, **facts), record, entropy), record)


def with_set_id(set_id: bytes, seed: object = 0) -> Entropy:
    """An entropy that draws this set id (the only 16 bytes of a deal), and the seed's bytes for all else."""
    draw = seeded_bytes(seed)
    return Entropy(lambda length: set_id if length == len(set_id) else draw(length))


def key_of(of: Made) -> bytes:
    """The quorum key, from the first quorum there is."""
    policy = of.policy
    sheets = [s for s in of.sheets if s.group < policy.group_threshold and s.member < policy.groups[s.group].threshold]
    return decrypt_ems(combine_ems([of.dealt.shares[sheet] for sheet in sheets]))


def released(proof: Proof) -> Released:
    """What the gate makes of a proven set, when it has nothing against it."""
    return Released(proof.quorum, Grounds.RECORD)


def secret_of(case: Case) -> SecretRecord:
    """The secret of a judged set that opens."""
    return released(case.proof).open()


def resealed(of: Made, key: bytes = b"", record: bytes = b"", nonce: bytes = bytes(12), **fields) -> Envelope:
    """The set's envelope as a dishonest dealer could have made it: under the same key, with other fields in its header."""
    header = dataclasses.replace(of.envelope.header, **fields)
    return seal(key or key_of(of), header, record or of.record.encode(), nonce)


def committed(of: Made, *wrong: Share) -> Envelope:
    """The set's envelope as a dealer could have made it who committed to these wrong shares."""
    set_id = of.envelope.header.set_id
    others = {SheetId(share.group, share.member): share.commitment(set_id) for share in wrong}
    return resealed(of, commitments=of.envelope.header.commitments | others)


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


class CountingSource:
    """A seeded source that counts what is drawn, and can change one byte of one draw."""

    def __init__(self, flip=None):
        self.draw = seeded_bytes("source")
        self.lengths = []
        self.flip = flip

    def __call__(self, length):
        data = bytearray(self.draw(length))
        self.lengths.append(length)
        if self.flip and self.flip[0] == len(self.lengths) - 1:
            data[self.flip[1]] ^= 1
        return bytes(data)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may read and write everything, so root plays somebody who may not."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
