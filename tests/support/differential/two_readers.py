"""What the product and the second implementation make of the same bytes of input."""

from __future__ import annotations

import io
from dataclasses import dataclass

from splitkit import recover
from splitkit.errors import SplitkitError
from splitkit.paper.reading.intake import read_lines
from splitkit.quorum.anchor import parse_fingerprint
from splitkit.quorum.gathering import gather
from splitkit.quorum.judge import judge
from splitkit.quorum.release import release


@dataclass(frozen=True)
class Outcome:
    """What an implementation made of its input."""

    exit: int
    said: str
    password: str | None = None


@dataclass(frozen=True)
class Given:
    """What both are given: the input, and the options; without words the sheets alone vouch, said or not."""

    body: bytes
    fingerprint: str | None = None
    practice: bool = False
    superseded: bool = False
    no_record: bool = False


def by_library(given: Given) -> Outcome:
    """What `splitkit recover - ` does between its input and its output."""
    details: list[str] = []
    try:
        anchor = parse_fingerprint(given.fingerprint) if given.fingerprint is not None else None
        gathering = gather([], read_lines(io.BytesIO(given.body)))
        details += [rejection.detail for origin in gathering.origins for rejection in origin.rejections]
        judgement = judge(gathering, anchor)
        released = release(gathering, judgement, practice=given.practice, superseded=given.superseded)
    except SplitkitError as error:
        return Outcome(error.exit_code, "\n".join([error.fact, *details]))
    return Outcome(0, "\n".join(details), released.open().password)


def by_recover(given: Given) -> Outcome:
    """The second implementation without its terminal."""
    try:
        result = recover.recover_text(
            recover.read_lines(given.body),
            given.fingerprint,
            no_record=given.no_record or given.fingerprint is None,
            practice=given.practice,
            superseded="a test" if given.superseded else None,
        )
    except recover.Refusal as refusal:
        return Outcome(refusal.code, refusal.fact)
    return Outcome(0, "", result.record["password"])
