"""The anchor: what the people's own record says about the envelope.

An envelope is trusted when all 12 words of its fingerprint equal those of the signed record, or when it equals a trusted
copy.  Nothing less: fewer words can be ground out by a forger.
"""

import re
from dataclasses import dataclass

from splitkit.errors import UnreadableError, UsageError
from splitkit.quorum.envelope import FINGERPRINT_WORDS, Envelope
from splitkit.quorum.gathering import Gathering
from splitkit.quorum.mnemonic import word_index, words_of
from splitkit.quorum.parsing import Reason, Rejection, read_line
from splitkit.quorum.share import Share
from splitkit.quorum.textform import SEPARATORS, plain

STANDS_ON = {
    "F": "the signed record of a set",
    "L": "the close-out sheet of a ledger",
    "P": "a signed plan",
    "B": "the paper that names the bundle of splitkit",
}
"""Where the 12 words stand that a letter heads."""


@dataclass(frozen=True)
class Anchor:
    """The fingerprint that the people trust."""

    fingerprint: tuple[str, ...]


def parse_fingerprint(text: str) -> Anchor:
    """Return the anchor that typed words give: 12 words in either case; separators and the mark F do not matter.

    Raises:
        UsageError: If they are not 12 words of the list.  A share is refused by name; nothing is quoted.
    """
    return Anchor(parse_public_words(text, "F", "fingerprint"))


def parse_head(text: str) -> tuple[str, ...]:
    """Return the 12 words of the head of a ledger that was typed from paper, where L stands before them.

    Raises:
        UsageError: If they are not 12 words of the list; nothing is quoted.
    """
    return parse_public_words(text, "L", "head")


def parse_public_words(text: str, mark: str, what: str) -> tuple[str, ...]:
    """Return 12 words that may be read aloud, from typed text; *mark* heads them on paper, *what* names them.

    Raises:
        UsageError: If they are not 12 words of the list, or headed by another letter.  A share is refused by name; nothing is
            quoted.
    """
    words = typed_words(text)
    if words and (other := words[0].upper()) in STANDS_ON.keys() - {mark}:
        raise UsageError(
            f"words headed {other} are those of {STANDS_ON[other]}",
            f"type the words headed {mark}, from {STANDS_ON[mark]}",
        )
    words = [word for word in words if word.upper() != mark]
    if _is_share(text):
        raise UsageError(
            "these are the words of a share, which are never typed here",
            f"type the 12 lower-case words headed {mark}",
        )
    if len(words) != FINGERPRINT_WORDS:
        raise UsageError(f"a {what} has {FINGERPRINT_WORDS} words, this has {len(words)}", "type all 12 words")
    indices = [word_index(word) for word in words]
    unknown = [str(at) for at, index in enumerate(indices, start=1) if index is None]
    if unknown:
        raise UsageError(
            f"word {', '.join(unknown)} of the {what} is not in the word list",
            "compare it with the signed record",
        )
    return words_of([index for index in indices if index is not None])


def typed_words(text: str) -> list[str]:
    """Return what stands between the separators of a typed text."""
    return [word for word in re.split(f"[{SEPARATORS}]+", plain(text)) if word]


def _is_share(text: str) -> bool:
    """Tell whether *text* is a share, or as long as one and damaged; a misspelt fingerprint is neither."""
    finding = read_line(text)
    return isinstance(finding, Share) or (isinstance(finding, Rejection) and finding.reason is Reason.DAMAGED_SHARE)


def anchor_of_record(record: Gathering) -> tuple[Anchor, Envelope]:
    """Return the anchor that a trusted copy of the public record gives, and its envelope.

    Raises:
        UsageError: If it is a sheet: a sheet cannot vouch for itself.
        UnreadableError: If it does not hold exactly one envelope, or anything that could not be read.
    """
    refused = [(origin, rejection.reason) for origin in record.origins for rejection in origin.rejections]
    if record.found_shares() or any(reason in (Reason.DAMAGED_SHARE, Reason.FOREIGN_SHARE) for _, reason in refused):
        raise UsageError(
            "what was given as the record is a sheet, and a sheet cannot vouch for itself",
            "give the signed public record: record.pdf, envelope.sk1, or a scan of it",
        )
    envelopes = record.by_fingerprint()
    if len(envelopes) != 1:
        raise UnreadableError(
            f"the record holds {len(envelopes) or 'no'} envelopes that can be read, not exactly one",
            "name the public record of this set: record.pdf, envelope.sk1, or a scan of it",
        )
    codes_of_others = (Reason.RECIPIENT, Reason.OTHER_CODE)
    if any(origin.problem for origin in record.origins) or any(
        origin.typed or reason not in codes_of_others for origin, reason in refused
    ):
        raise UnreadableError(
            "the record holds something that could not be read, or does not belong there",
            "name the public record alone: record.pdf, envelope.sk1, or a scan of it",
        )
    return Anchor(envelopes[0].fingerprint), envelopes[0]
