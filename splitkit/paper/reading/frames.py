"""Pictures of a camera, and the pages they make.

A page is one single picture.  Of hundreds of pictures only those are kept that show more together than every other, so
that a page which carries an envelope and a share is always one on which both were seen at the same moment: never a
share from here and an envelope from there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from splitkit.quorum.envelope import Envelope
from splitkit.quorum.parsing import Finding, Reason, Rejection, read_code
from splitkit.quorum.scan import Page, Scan
from splitkit.quorum.share import Share

MAX_PAGES = 128
"""Most pages of one scanning; an honest set has 32 sheets."""

MAX_TEXTS = 16
"""Most texts kept of one page; a sheet has three."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Code:
    """One code in a picture, with its corners in parts of the picture's width and height, clockwise."""

    scan: Scan
    corners: tuple[Point, ...]


@dataclass(frozen=True)
class Frame:
    """One picture: the codes in it, and a small grey copy, row by row, one byte a point."""

    codes: tuple[Code, ...] = ()
    width: int = 0
    height: int = 0
    grey: bytes = field(default=b"", repr=False)


def is_splitkit(finding: Finding) -> bool:
    """Tell whether a code is of any interest: the other codes of a room are passed over."""
    return not (isinstance(finding, Rejection) and finding.reason in (Reason.OTHER_CODE, Reason.RECIPIENT))


@dataclass
class _Shown:
    """The texts that one picture showed together, each with its best margin."""

    number: int
    margins: dict[str, float | None] = field(repr=False)

    def improve(self, margins: Iterable[tuple[str, float | None]]) -> None:
        for text, margin in margins:
            if text in self.margins or len(self.margins) < MAX_TEXTS:
                known = [value for value in (self.margins.get(text), margin) if value is not None]
                self.margins[text] = max(known, default=None)


@dataclass
class FrameCollector:
    """Keeps the pictures that are pages."""

    shown: dict[frozenset[str], _Shown] = field(default_factory=dict, repr=False)
    """By what was seen together: words and digits of one share are the same thing seen."""
    seen: int = 0
    full: bool = False

    def add(self, frame: Frame) -> list[Finding]:
        """Take one picture; return what it showed if nothing before showed as much, else nothing."""
        findings = {code.scan: read_code(code.scan.text) for code in frame.codes}
        ours = {scan: finding for scan, finding in findings.items() if is_splitkit(finding)}
        together = frozenset(_name(scan, finding) for scan, finding in ours.items())
        if not together:
            return []
        margins = [(scan.text, scan.margin) for scan in ours]
        for known, page in self.shown.items():
            if together <= known:
                page.improve(margins)
                return []
        if not self._make_room(together, margins):
            return []
        return list({_name(scan, finding): finding for scan, finding in ours.items()}.values())

    def pages(self) -> list[Page]:
        """The pages, in the order in which they were first seen."""
        ordered = sorted(self.shown.values(), key=lambda page: page.number)
        return [
            Page(f"camera picture {page.number}", tuple(Scan(*entry) for entry in page.margins.items()))
            for page in ordered
        ]

    def findings(self) -> list[Finding]:
        """Everything seen so far, each thing once."""
        texts = {text for page in self.shown.values() for text in page.margins}
        found = {text: read_code(text) for text in sorted(texts)}
        return list({_name(Scan(text), finding): finding for text, finding in found.items()}.values())

    def _make_room(self, together: frozenset[str], margins: list[tuple[str, float | None]]) -> bool:
        """Take a new page; pages that show only a part of it go, and leave it their margins."""
        parts = [known for known in self.shown if known < together]
        if len(self.shown) - len(parts) >= MAX_PAGES:
            self.full = True
            return False
        self.seen += 1
        page = _Shown(min([self.shown[part].number for part in parts], default=self.seen), {})
        page.improve(margins)
        for part in parts:
            page.improve(self.shown.pop(part).margins.items())
        self.shown[together] = page
        return True


def _name(scan: Scan, finding: Finding) -> str:
    """One name for one thing, however it was written."""
    if isinstance(finding, Share):
        return "share " + finding.mnemonic
    if isinstance(finding, Envelope):
        return "envelope " + finding.raw.hex()
    return "text " + scan.text
