"""Release: the last gate before a secret is shown.

Everything that could be wrong with the sheets is a reason to stop here; what passes has an envelope that the people's
record vouches for, or keeps the narrow rule for recovery without a record.
"""

from __future__ import annotations

import enum
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from splitkit.errors import (
    AttentionError,
    ForgedError,
    NoQuorumError,
    Remedy,
    SplitkitError,
    SupersededError,
    UnreadableError,
)
from splitkit.quorum.envelope import Envelope
from splitkit.quorum.gathering import Gathering
from splitkit.quorum.judge import Case, Judgement, belongs
from splitkit.quorum.opening import Quorum, no_quorum, unlock
from splitkit.quorum.parsing import Reason
from splitkit.quorum.policy import SheetId
from splitkit.quorum.recipient import identity_seed, identity_text
from splitkit.quorum.share import Share
from splitkit.quorum.verdicts import VERDICTS, Status
from splitkit.secret.entropy import Entropy
from splitkit.secret.record import SecretRecord

if TYPE_CHECKING:
    from splitkit.quorum.age import AgeHeader

_NAMED = 3
"""Most things that a message names."""

_STOPPING = (5, 3)
"""Exit codes of sheets that outrank 'too few', the worst first."""


def check_reachable(judgement: Judgement) -> None:
    """Stop early when no envelope has a quorum, before anyone is asked for a record.

    Raises:
        SplitkitError: The worst reason why not.
    """
    if not judgement.cases:
        raise _no_envelope(judgement)
    if not judgement.left_out and not any(case.has_quorum for case in judgement.cases):
        raise _too_few(judgement)


def check_alone(gathering: Gathering, judgement: Judgement) -> None:
    """Stop early where nothing is to be opened without a record, before anyone is asked to insist.

    Raises:
        SplitkitError: The worst reason why not.
    """
    if not _alone(gathering, judgement).has_quorum:
        raise _too_few(judgement)


class Grounds(enum.Enum):
    """Why a set may be opened."""

    RECORD = "its envelope equals the record that people trust"
    SHEETS = "there is no record, and whole sheets of a quorum agree"


@dataclass(frozen=True)
class Released:
    """A set that may be opened, and the only thing that opens one.  Made by `release` alone; holds no secret itself."""

    quorum: Quorum
    grounds: Grounds

    @property
    def envelope(self) -> Envelope:
        """The envelope that opens."""
        return self.quorum.envelope

    def open(self) -> SecretRecord:
        """Return the secret record."""
        return unlock(self.quorum, self.quorum.combine()).record

    def file_key(self, header: AgeHeader) -> bytes:
        """Return the key of a file that was sealed to this set.

        Raises:
            AgeNoMatchError: If the file is not sealed to this set; see also `splitkit.quorum.age.file_key_of`.
        """
        from splitkit.quorum.age import file_key_of  # noqa: PLC0415  most runs open no file

        return file_key_of(header, self._seed())

    def sealed_identity(self, recipient: bytes, entropy: Entropy) -> bytes:
        """Return the identity of this set as an age file for the *recipient* of another: so sealed files are not orphaned."""
        from splitkit.quorum.age import seal  # noqa: PLC0415

        return b"".join(seal(recipient, io.BytesIO(identity_text(self._seed()).encode("ascii") + b"\n"), entropy))

    def _seed(self) -> bytes:
        return identity_seed(unlock(self.quorum, self.quorum.combine()).key, self.envelope.header.set_id)

    def reissue(self, sheet: SheetId) -> Share:
        """Return the share of one *sheet* of this set, the very one that was dealt: for paper that was destroyed or is worn.

        It is never another share: whoever says that a sheet was lost, and has it, would hold two.

        Raises:
            NoQuorumError: If the sheet's own group has no quorum here, from which alone its share follows.
            ForgedError: If what follows is not what the envelope commits to.
        """
        header = self.envelope.header
        derived = self.quorum.rederive(self.quorum.combine())
        if sheet not in derived:
            raise NoQuorumError(
                "the share of this sheet follows only from a quorum of its own group", "bring more sheets of that group"
            )
        share = derived[sheet]
        if share is None or share.commitment(header.set_id) != header.commitments[sheet]:
            raise ForgedError(
                "the share that follows is not the one that was dealt: this set is unsound",
                "rotate the secret; print nothing of this set",
            )
        return share


def release(gathering: Gathering, judgement: Judgement, *, practice: bool, superseded: bool) -> Released:
    """Return the set that may be opened.

    Args:
        gathering: What was read, for the rule without a record.
        judgement: What the judge said of it.
        practice: Whether practice sets are asked for; then they are all that opens.
        superseded: Whether the set is opened beside one that claims to be newer: people mean it, or their ledgers decide.

    Raises:
        SplitkitError: For the first reason to show nothing, the worst first.
    """
    if judgement.anchor_missing:
        raise _foreign(judgement)
    case = (judgement.chosen if judgement.anchor_given else None) or _alone(gathering, judgement)
    if not case.has_quorum:
        raise _too_few(judgement)
    if case.failure:
        raise case.failure
    if not case.proof or (case.proof.unsound and not case.anchored):
        raise ForgedError("this set contradicts its own envelope", Remedy.FIND_RECORD)
    _check_practice(case, practice=practice)
    if judgement.newer and not superseded:
        raise SupersededError(
            "an envelope among these sheets says that it is of a newer set of this line", Remedy.NEWER_SET
        )
    return Released(case.proof.quorum, Grounds.RECORD if case.anchored else Grounds.SHEETS)


def _check_practice(case: Case, *, practice: bool) -> None:
    if case.envelope.header.practice and not practice:
        raise AttentionError("this is a practice set: it protects nothing", Remedy.PRACTICE)
    if practice and not case.envelope.header.practice:
        raise AttentionError("this is not a practice set", Remedy.NO_PRACTICE)


def _foreign(judgement: Judgement) -> SplitkitError:
    if not judgement.cases:
        return _no_envelope(judgement)
    return ForgedError(
        "none of these sheets belongs to the set of your record",
        "check that record and sheets are of the same set; do not trust these sheets until they agree",
    )


def _no_envelope(judgement: Judgement) -> SplitkitError:
    return _gravest(judgement) or UnreadableError("no envelope was read", Remedy.WHOLE_SHEET)


def _too_few(judgement: Judgement) -> SplitkitError:
    """Say what is missing for the set that is nearest to its quorum, unless something graver is wrong."""
    grave = _gravest(judgement)
    if grave:
        return grave
    sets = [case for case in judgement.cases if case.matches]
    if len(sets) > 1 and not judgement.chosen:
        return NoQuorumError(f"these are sheets of {len(sets)} sets, and none has enough", Remedy.FIND_RECORD)
    case = judgement.chosen or (sets or list(judgement.cases))[0]
    return no_quorum(case.envelope.header.policy, case.matches)


def _gravest(judgement: Judgement) -> SplitkitError | None:
    """The first sheet that is forged or does not belong, else the first that could not be read."""
    for code in _STOPPING:
        for sheet in judgement.sheets:
            verdict = VERDICTS[sheet.status]
            if verdict.exit_code == code and sheet.status is not Status.OTHER_SET:
                fact = f"{sheet.name or 'a sheet'} ({sheet.source}): {sheet.note or verdict.meaning}"
                return (ForgedError if code == 5 else UnreadableError)(fact, judgement.advice(sheet))
    return None


def _alone(gathering: Gathering, judgement: Judgement) -> Case:
    """Return the one set that lies there with nothing beside it: all that may be opened without a record.

    Nobody votes: T-1 forgers write their own policy into their envelope, and are a quorum by its word.  So any share that is
    not of the one envelope, any second envelope, and whatever could not be read stops it: that may be the honest sheet.  A page
    counts only where its envelope was read too; what was typed counts as it is.

    Raises:
        ForgedError: If anything else lies there; it is named.
        NoQuorumError: If there are enough sheets, and too few of them count.
        UnreadableError: If there is no envelope.
    """
    if not judgement.cases:
        raise _no_envelope(judgement)
    if len(judgement.cases) > 1:
        raise ForgedError(
            f"{len(judgement.cases)} different envelopes lie here, and only a record can tell which is right: "
            f"{'; '.join(_where(gathering, case.envelope) for case in judgement.cases[:_NAMED])}",
            Remedy.FIND_RECORD,
        )
    case = judgement.cases[0]
    strange = list(dict.fromkeys(_strange(gathering, case)))
    beside = [*strange, *dict.fromkeys(_unread(gathering))]
    if beside:
        more = f", and {len(beside) - _NAMED} more" if len(beside) > _NAMED else ""
        raise ForgedError(
            f"without a record nothing may lie beside the sheets of one set: {'; '.join(beside[:_NAMED])}{more}",
            Remedy.FIND_RECORD if strange else Remedy.READ_AGAIN,
        )
    policy, whole = case.envelope.header.policy, _whole(gathering, case)
    if case.has_quorum and not policy.opens(whole):
        raise NoQuorumError(
            f"without a record a page counts only with its share and its envelope: {policy.shortage(whole)}",
            Remedy.WHOLE_PAGE,
        )
    return case


def _strange(gathering: Gathering, case: Case) -> Iterator[str]:
    """Name every share that is not of the set of *case*."""
    for origin in gathering.origins:
        for found in origin.shares:
            if not belongs(found.share, case.envelope):
                yield f"sheet {found.share.number} ({origin.source}) and this envelope do not belong together"


def _unread(gathering: Gathering) -> Iterator[str]:
    """Name every file, page and typed line that could not be read; a picture may hold codes of others."""
    for origin in gathering.origins:
        if origin.problem:
            yield f"it could not be read: {origin.problem} ({origin.source})"
        for rejection in origin.rejections:
            if origin.typed or rejection.reason not in (Reason.OTHER_CODE, Reason.RECIPIENT):
                yield f"{rejection.detail} ({origin.source})"


def _where(gathering: Gathering, envelope: Envelope) -> str:
    return next((origin.source for origin in gathering.origins if envelope in origin.envelopes), "the record")


def _whole(gathering: Gathering, case: Case) -> set[SheetId]:
    """The sheets whose share was typed, or read from a page together with the envelope."""
    return {
        SheetId(found.share.group, found.share.member)
        for found in gathering.found_shares()
        if belongs(found.share, case.envelope) and (found.origin.typed or found.origin.envelopes)
    }
