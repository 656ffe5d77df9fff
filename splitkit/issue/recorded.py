"""What a ledger says of a set that was made; whoever keeps no ledger does without, and does not load the list of events."""

from __future__ import annotations

from splitkit.ledger.events import Origin, SetKind, SetMade
from splitkit.quorum.envelope import Envelope
from splitkit.quorum.policy import Policy


def set_made(
    envelope: Envelope,
    policy: Policy,
    kind: SetKind | None = None,
    replaces: str | None = None,
    origin: Origin | None = None,
) -> SetMade:
    """Return what the ledger says of a set.

    Args:
        envelope: Of the set.
        policy: As it was agreed, with the names of its groups; the header has none.
        kind: What it is made as; none where only its public record tells of it.
        replaces: The id of the set whose quorum it was made from.
        origin: Where a new secret comes from.
    """
    header = envelope.header
    return SetMade(
        set=header.set_id.hex(),
        fingerprint=" ".join(envelope.fingerprint),
        policy=str(policy),
        epoch=header.epoch,
        recipient=header.recipient_hash.hex(),
        practice=header.practice,
        sheets=policy.sheets,
        kind=kind,
        label=header.label or None,
        line=header.first_set.hex() if header.first_set else None,
        replaces=replaces,
        origin=origin,
    )
