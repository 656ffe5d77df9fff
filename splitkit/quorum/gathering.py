"""Gathering: everything that was scanned or typed, collected, before anyone judges it.

Shares and envelopes are loose until matched, and they match by commitment alone; where a thing came from is kept only to
say it to people, and for the one rule that needs it (recovery without a record).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from splitkit.quorum.envelope import Envelope
from splitkit.quorum.parsing import Finding, LineCollector, Reason, Rejection, read_code, read_typed
from splitkit.quorum.scan import Line, Page, Scan, SheetSymbol
from splitkit.quorum.share import MAX_UNKNOWN, Share, solve_one_wrong, solve_unknown
from splitkit.quorum.textform import EnvelopeLine
from splitkit.quorum.verdicts import SymbolRead


@dataclass(frozen=True)
class FoundShare:
    """A share and where it was read."""

    share: Share
    origin: Origin = field(repr=False)
    margin: float | None = None
    note: str = ""
    """How it was found, when that was not by reading alone."""
    symbols: tuple[SymbolRead, ...] = ()
    """The symbols of this share that were read; none of a typed one."""

    @property
    def solved(self) -> bool:
        """Whether it does not stand there as it was read, but follows from its checksum."""
        return bool(self.note)


@dataclass(eq=False)
class Origin:
    """One page or one typed line that something was read from.  Compared by identity: two files may have one name."""

    source: str
    typed: bool = False
    problem: str = ""
    file: str = ""
    """The name of the file it was read from, if it was one."""
    envelopes: list[Envelope] = field(default_factory=list)
    envelope_symbols: dict[bytes, SymbolRead] = field(default_factory=dict)
    """By the bytes of the envelope; none of a typed one."""
    shares: list[FoundShare] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)

    def guesses(self) -> Iterator[FoundShare]:
        """Solve the damaged shares here; what comes only fits a checksum, and is nothing until a commitment proves it."""
        for rejection in self.rejections:
            yield from _guesses(rejection.riddle, self)

    def accept(self, guess: FoundShare) -> None:
        """Take a proven *guess* for the share that stands here."""
        self.shares.append(guess)
        self.rejections = [refused for refused in self.rejections if refused.reason is not Reason.DAMAGED_SHARE]


@dataclass
class Gathering:
    """All pages and lines of a run, with the distinct shares and envelopes found there."""

    origins: list[Origin] = field(default_factory=list)
    envelopes: dict[bytes, Envelope] = field(default_factory=dict)
    """By their bytes; a trusted copy may be added by `add_envelope`."""

    def add_envelope(self, envelope: Envelope) -> None:
        """Take *envelope* as one of the run's; the same bytes are one envelope."""
        self.envelopes.setdefault(envelope.raw, envelope)

    def by_fingerprint(self) -> tuple[Envelope, ...]:
        """The envelopes, in the order of their fingerprints."""
        return tuple(sorted(self.envelopes.values(), key=lambda envelope: envelope.fingerprint))

    def found_shares(self) -> list[FoundShare]:
        """All shares, in the order they were read."""
        return [found for origin in self.origins for found in origin.shares]

    def guesses(self) -> Iterator[FoundShare]:
        """All guesses that are not proven yet, solved one after the other as they are asked for."""
        return (guess for origin in self.origins for guess in origin.guesses())


def gather(pages: Iterable[Page], lines: Iterable[Line]) -> Gathering:
    """Collect what was read: all of it, as nobody knows yet what will fit the record; see `splitkit.quorum.judge`."""
    gathering = Gathering()
    for page in pages:
        origin = Origin(page.source, problem=page.problem, file=page.file)
        gathering.origins.append(origin)
        for scan in page.scans:
            _put(gathering, origin, read_code(scan.text), scan)
    _gather_lines(gathering, lines)
    return gathering


def _gather_lines(gathering: Gathering, lines: Iterable[Line]) -> None:
    collector, riddles = LineCollector(), set[tuple[int | None, ...]]()
    for source, finding in read_typed(lines):
        if isinstance(finding, EnvelopeLine):
            collector.add(finding)
            continue
        if isinstance(finding, Rejection) and finding.riddle:
            if finding.riddle in riddles:  # what is damaged in the same way twice counts once
                continue
            riddles.add(finding.riddle)
        origin = Origin(source, typed=True)
        gathering.origins.append(origin)
        _put(gathering, origin, finding)
    for finding in collector.findings():
        origin = Origin("typed envelope lines", typed=True)
        gathering.origins.append(origin)
        _put(gathering, origin, finding)


def _put(gathering: Gathering, origin: Origin, finding: Finding, code: Scan | None = None) -> None:
    """Put what was read where it belongs; *code* is the symbol it was read from, None for what was typed."""
    if isinstance(finding, Rejection):
        if finding not in origin.rejections:
            origin.rejections.append(finding)
    elif isinstance(finding, Envelope):
        gathering.add_envelope(finding)
        if finding not in origin.envelopes:
            origin.envelopes.append(finding)
        if code:
            origin.envelope_symbols[finding.raw] = SymbolRead(SheetSymbol.ENVELOPE, code.margin)
    else:
        _put_share(origin, finding, code)


def _guesses(riddle: tuple[int | None, ...], origin: Origin) -> list[FoundShare]:
    """Solve a damaged share: up to three illegible words, or one wrong word."""
    unknown = [str(at) for at, index in enumerate(riddle, start=1) if index is None]
    if unknown and len(unknown) <= MAX_UNKNOWN:
        share = solve_unknown(riddle)
        note = f"solved and proven: word{'s' if len(unknown) > 1 else ''} {', '.join(unknown)}"
        return [FoundShare(share, origin, note=note)] if share else []
    whole = [index for index in riddle if index is not None]
    found = solve_one_wrong(whole) if not unknown else []
    return [FoundShare(share, origin, note=f"corrected and proven: word {at + 1}") for at, share in found]


def _put_share(origin: Origin, share: Share, code: Scan | None) -> None:
    """The words and the digits of one page are one share when they agree; else they are two."""
    kind = SheetSymbol.DIGITS if code and code.text.isdigit() else SheetSymbol.WORDS
    margin, symbols = (code.margin, (SymbolRead(kind, code.margin),)) if code else (None, ())
    for at, found in enumerate(origin.shares):
        if found.share == share:
            best = max((m for m in (found.margin, margin) if m is not None), default=None)
            origin.shares[at] = FoundShare(share, origin, best, symbols=found.symbols + symbols)
            return
    origin.shares.append(FoundShare(share, origin, margin, symbols=symbols))
