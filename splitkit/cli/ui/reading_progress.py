"""What has been read so far, and what is still wanted, in words for people who hold sheets up; nothing secret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from splitkit.quorum.envelope import Envelope
from splitkit.quorum.gathering import Gathering
from splitkit.quorum.judge import belongs
from splitkit.quorum.parsing import Finding
from splitkit.quorum.policy import SheetId
from splitkit.quorum.share import Share


@dataclass
class ReadingProgress:
    """The shares and envelopes of a run, each once.  What an envelope says of itself is a claim, here as elsewhere."""

    shares: list[Share] = field(default_factory=list, repr=False)
    envelopes: list[Envelope] = field(default_factory=list, repr=False)
    together: set[Share] = field(default_factory=set, repr=False)
    """Shares that were seen in one picture with an envelope."""

    @classmethod
    def of(cls, gathering: Gathering) -> ReadingProgress:
        """Start with what was read before the camera."""
        shares = dict.fromkeys(found.share for found in gathering.found_shares())
        return cls(list(shares), list(gathering.envelopes.values()))

    def add(self, findings: Sequence[Finding]) -> list[str]:
        """Take what one picture showed; return a sentence for everything that is new."""
        envelopes = [finding for finding in findings if isinstance(finding, Envelope)]
        new = [envelope for envelope in envelopes if envelope not in self.envelopes]
        self.envelopes += new
        said = ["envelope read"] * len(new)
        for finding in findings:
            if isinstance(finding, Share):
                said += self._add_share(finding, with_envelope=bool(envelopes))
            elif not isinstance(finding, Envelope):
                said.append(f"not taken: {finding.detail}")
        return said

    def _add_share(self, share: Share, *, with_envelope: bool) -> list[str]:
        beside = ", in one picture with its envelope" if with_envelope else ""
        known, seen_together = share in self.shares, share in self.together
        if with_envelope:
            self.together.add(share)
        if not known:
            self.shares.append(share)
            return [f"{self._name(share)}: share read{beside}"]
        return [f"{self._name(share)}: seen again{beside}"] if with_envelope and not seen_together else []

    def _name(self, share: Share) -> str:
        """'sheet 2 of 5' once an envelope says so, else 'sheet 2'."""
        owner = next((envelope for envelope in self.envelopes if belongs(share, envelope)), None)
        name = "sheet " + share.number
        if owner is None:
            return name
        group = owner.header.policy.groups[share.group]
        return f"{name} of {group.members}"

    def read(self) -> str:
        """Return what was read, in one line."""
        sheets = ", ".join(sorted({share.number for share in self.shares}, key=_in_order)) or "none"
        envelopes = {0: "no envelope", 1: "envelope read"}.get(len(self.envelopes), f"{len(self.envelopes)} envelopes")
        return f"shares of sheets: {sheets}; {envelopes}"

    def wanted(self) -> str:
        """Return what is still wanted, as far as that is known."""
        if not self.envelopes:
            more = "it tells how many shares" if self.shares else "and shares"
            return f"still wanted: the envelope (middle symbol of any sheet); {more}"
        if len(self.envelopes) > 1:
            return f"{len(self.envelopes)} different envelopes: only your record can tell which is yours"
        (envelope,) = self.envelopes
        policy = envelope.header.policy
        here = [SheetId(share.group, share.member) for share in self.shares if belongs(share, envelope)]
        if policy.opens(here):
            return "enough for a quorum.  More sheets are welcome: they are cross-checks"
        return policy.shortage(here)


def _in_order(number: str) -> tuple[str, int]:
    letter = number.rstrip("0123456789")
    return letter, int(number[len(letter) :])
