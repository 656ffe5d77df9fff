"""What is on a page: plain data, made elsewhere, set by `splitkit.paper.typeset`.

A page holds each text as it is printed.  Its template in printouts/ gets every field under its own name, hyphens for
underscores, and what `data` adds to them.
"""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any

from splitkit import __version__
from splitkit.host.columns import capital
from splitkit.paper import geometry, qr
from splitkit.paper.geometry import Paper, Square
from splitkit.paper.qr import Symbol


@dataclass(frozen=True, kw_only=True)
class Printout(ABC):
    """Anything that is printed.

    Attributes:
        made: The date it bears, YYYY-MM-DD, UTC: of the document, and on the pages of a set that of the set.
        program: What made it: 'splitkit 0.1.0'.
        practice: Whether it is marked as worth nothing.
        one_page: Whether a second page would be an error.
    """

    made: str
    program: str = f"splitkit {__version__}"
    practice: bool = False
    one_page = False

    @property
    @abstractmethod
    def template(self) -> str:
        """The name of its file in printouts/."""

    @abstractmethod
    def texts(self) -> dict[str, str]:
        """Return the texts that people chose, by what they are: those that may not be printable."""

    def data(self, paper: Paper) -> dict[str, Any]:
        """Return everything for the template, in plain lists and dictionaries; lengths in millimetres.

        One of them is the *heading*, which the page and the file are called by.
        """
        return {"width": paper.width_mm, "height": paper.height_mm, **_plain(self)}


def _plain(value: Any) -> Any:
    """Return data classes as dictionaries whose keys are spelt as Typst spells them."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {one.name.replace("_", "-"): _plain(getattr(value, one.name)) for one in fields(value)}
    return value


@dataclass(frozen=True)
class Leaders:
    """Who leads the ceremony and keeps no sheet, by name: whom people call; an empty name is written by hand."""

    administrator: str = ""
    witness: str = ""
    scribe: str = ""

    def texts(self) -> dict[str, str]:
        """Return the names, by what they are."""
        return {f"the name of the {role}": name for role, name in vars(self).items()}


@dataclass(frozen=True, kw_only=True)
class SetPage(Printout):
    """What the sheets of a set and its public record both say.

    Attributes:
        set_id: 32 hexadecimal digits.
        label: What the set is for.
        epoch: Which of the sets of its line it is.
        rule: One plain sentence that says which sheets together give the password back.
        envelope_text: The envelope as its symbol says it.
        envelope_lines: The same as printed lines, each with its own check.
        fingerprint: The 12 words that name the envelope, in lower case.
        anonymous: Print no label and no names.
        recover_sha256: SHA-256 of recover.py in hexadecimal.
    """

    set_id: str
    label: str
    epoch: int
    rule: str
    envelope_text: str
    envelope_lines: tuple[str, ...]
    fingerprint: tuple[str, ...]
    anonymous: bool
    recover_sha256: str

    def data(self, paper: Paper) -> dict[str, Any]:
        """Return everything for the template, with the frames of text and the symbol of the envelope."""
        layout = paper.layout
        frames = {name: _plain(getattr(layout, name)) for name in ("head", "lines", "advice", "strip")}
        symbols = {"envelope": _placed(_envelope(self.envelope_text), layout.envelope)}
        own = {"label": "" if self.anonymous else self.label, "frames": frames, "symbols": symbols}
        return super().data(paper) | own | {"mark": geometry.MARK_RADIUS_MM}


@dataclass(frozen=True, kw_only=True)
class Sheet(SetPage):
    """The page of one custodian: one share and the envelope of its set.

    Attributes:
        number: Short and unique within the set: '2', or 'B2' when there are several groups.
        position: The same in words: 'sheet 2 of 5', or 'Board, sheet 1 of 3'.
        needed: How many are needed, in words: 'any 3 of 5'.
        words: The share: 33 words in upper case.
        digits: The share again: 132 digits, four for each word.
        custodian: Whose sheet it is.
        title: What the custodian is in the company.
        leaders: Whom the custodian calls.
    """

    template = "sheet.typ"
    one_page = True
    number: str
    position: str
    needed: str
    words: tuple[str, ...] = field(repr=False)
    digits: str = field(repr=False)
    custodian: str
    title: str
    leaders: Leaders = Leaders()

    def texts(self) -> dict[str, str]:
        """Return the texts that people chose and that will be printed."""
        texts = {"the name of the sheet": self.position, "the sentence of the policy": f"{self.rule} {self.needed}"}
        if self.anonymous:
            return texts
        names = {"the custodian's name": self.custodian, "the custodian's title": self.title}
        return texts | {"the label": self.label} | names | self.leaders.texts()

    def data(self, paper: Paper) -> dict[str, Any]:
        """Return everything for the template, with all three symbols."""
        everything, layout = super().data(paper), paper.layout
        everything["symbols"] |= {
            "words": _placed(qr.words_symbol(" ".join(self.words)), layout.words),
            "digits": _placed(qr.digits_symbol(self.digits), layout.digits),
        }
        names = {"custodian": "", "title": "", "leaders": _plain(Leaders())} if self.anonymous else {}
        return everything | {"heading": f"splitkit sheet {self.number}", "position": capital(self.position)} | names


@dataclass(frozen=True)
class SheetLine:
    """One line of the list of sheets in a public record: what each sheet says of itself."""

    number: str
    position: str
    custodian: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Record(SetPage):
    """The public record of a set: everything that vouches for it, and nothing that opens it.

    Attributes:
        policy: The policy in its short form: '3 of 5'.
        recipient: The age recipient of the quorum: 'age1pq1...'.
        recipient_hash: Its 16-byte hash, in hexadecimal.
        sheets: Every sheet of the set.
        browser_sha256: SHA-256 of recover.html in hexadecimal; empty where this copy of splitkit came without it.
        line: Of a later set, the id of the first set of its line, in hexadecimal; empty for a first set.
        leaders: Who signs besides those who keep a sheet.
    """

    template = "record.typ"
    policy: str
    recipient: str
    recipient_hash: str
    sheets: tuple[SheetLine, ...]
    browser_sha256: str
    line: str = ""
    leaders: Leaders = Leaders()

    def texts(self) -> dict[str, str]:
        """Return the texts that people chose and that will be printed."""
        texts = {"the sentence of the policy": f"{self.rule} {self.policy}"}
        if not self.anonymous:
            texts |= {"the label": self.label, **self.leaders.texts()}
        for line in self.sheets:
            texts[f"the name of sheet {line.number}"] = line.position
            if not self.anonymous:
                texts[f"the name of the custodian of sheet {line.number}"] = line.custodian
                texts[f"the title of the custodian of sheet {line.number}"] = line.title
        return texts

    def data(self, paper: Paper) -> dict[str, Any]:
        """Return everything for the template, with the recipient in lines and as a symbol."""
        everything = super().data(paper)
        everything["symbols"]["recipient"] = _placed(qr.recipient_symbol(self.recipient), paper.layout.recipient)
        names = {"custodian": "", "title": ""} if self.anonymous else {}
        sheets = [_plain(line) | {"position": capital(line.position)} | names for line in self.sheets]
        lines = re.findall(".{1,120}", self.recipient)
        hidden = {"leaders": _plain(Leaders())} if self.anonymous else {}
        return everything | {"heading": "splitkit public record", "sheets": sheets, "recipient-lines": lines} | hidden


@dataclass(frozen=True)
class ChartPage(Printout):
    """A drawing for people who decide about a policy, with sentences below it; nothing on it is secret."""

    template = "chart.typ"
    heading: str
    svg: str
    lines: tuple[str, ...]

    def texts(self) -> dict[str, str]:
        """Return what may hold the names of groups."""
        return {"the name of a group": " ".join([*self.svg.split(), *self.lines])}


@dataclass(frozen=True)
class PrintTest(Printout):
    """The page that shows what the printer of a *queue* does to a page; it belongs to no set."""

    template = "print-test.typ"
    one_page = True
    queue: str

    def texts(self) -> dict[str, str]:
        """Return the name of the queue."""
        return {"the queue": self.queue}

    def data(self, paper: Paper) -> dict[str, Any]:
        """Return everything for the template, with the finest symbol of a sheet and the lines to measure."""
        return super().data(paper) | {
            "heading": "splitkit print test",
            "practice": True,
            "mark": geometry.MARK_RADIUS_MM,
            "paper": paper.value,
            "symbol": _placed(qr.trial_symbol(), paper.layout.envelope),
            "rulers": _plain(geometry.rulers(paper)),
            "edge": geometry.EDGE_MM,
        }


@lru_cache(maxsize=1)
def _envelope(text: str) -> Symbol:
    """The symbol of an envelope, which is the same on all pages of a set; it is the largest, and public."""
    return qr.envelope_symbol(text)


def _placed(symbol: Symbol, square: Square) -> dict[str, Any]:
    """A symbol as an SVG image in units of a module, with its place and marks."""
    box = f'viewBox="0 0 {symbol.size} {symbol.size}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {box}><path d="{symbol.path()}"/></svg>'
    return {"svg": svg, "marks": square.marks(), **_plain(square)}
