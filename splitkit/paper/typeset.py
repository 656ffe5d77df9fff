"""Pages as PDF/A-2b, set by Typst in memory from the templates in `printouts/`.

A page that cannot be right is never made: text that does not fit, a character that no font has, or a second page is an
error.  Typst's own fonts are used; the fonts of the system are loaded only when a name needs them.  The same page gives
the same bytes, wherever it is made, as long as it needs no system font.

The bytes hold a share.  They go to the printer or to the file the people asked for, and nowhere else; errors from here
never quote what is on a page.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from splitkit.errors import UsageError
from splitkit.paper import geometry, qr

if TYPE_CHECKING:
    from collections.abc import Mapping

    import typst

    from splitkit.paper.documents import Picture, PrintTest, Record, Sheet
    from splitkit.paper.forms import Form
    from splitkit.paper.geometry import Paper, Rectangle, Square
    from splitkit.paper.procedure import Procedure
    from splitkit.paper.qr import Symbol
    from splitkit.paper.report import Report

PDF_STANDARD: Final = "a-2b"
"""PDF/A-2b: made for archives; every font is embedded, and Typst refuses a missing glyph that it would else drop."""

_ONE_PAGE = b"<xmpTPg:NPages>1</xmpTPg:NPages>"
"""The number of pages, as the PDF's metadata (never compressed in PDF/A) tell it."""

_PICTOGRAPHS = range(0x1F000, 0x1FC00)
"""Emoji and other pictures: a black-and-white page cannot show them faithfully on every machine."""


class Typesetter:
    """Sets pages of one size of paper; keeps fonts and compiled templates, so make one for each run."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._press = _Press(templates())

    def sheet(self, sheet: Sheet) -> bytes:
        """One sheet as a PDF of exactly one page.

        Raises:
            UsageError: a name, title or label cannot be printed, or does not fit.
        """
        texts = _texts_of_sheet(sheet)
        _refuse_unprintable(texts)
        page = self._press.run("sheet.typ", self._sheet_data(sheet), sheet.created, texts)
        if _ONE_PAGE not in page:
            raise RuntimeError("a sheet must be one page: the template in printouts/ is broken")
        return page

    def record(self, record: Record) -> bytes:
        """The public record of a set as a PDF of one or more pages.

        Raises:
            UsageError: a name, title or label cannot be printed, or does not fit.
        """
        texts = _texts_of_record(record)
        _refuse_unprintable(texts)
        return self._press.run("record.typ", self._record_data(record), record.created, texts)

    def picture(self, picture: Picture) -> bytes:
        """A drawing and the sentences below it as a PDF.

        Raises:
            UsageError: a name in it cannot be printed.
        """
        texts = {"the name of a group": " ".join([picture.svg, *picture.lines])}
        data = {
            "width": self._paper.width_mm,
            "height": self._paper.height_mm,
            "heading": picture.heading,
            "svg": picture.svg,
            "lines": list(picture.lines),
            "created": picture.created,
            "program": picture.program,
        }
        return self._press.run("chart.typ", data, picture.created, texts)

    def print_test(self, test: PrintTest) -> bytes:
        """The page that shows what a printer does to a page, as a PDF of exactly one page."""
        page = self._press.run("print-test.typ", self._print_test_data(test), test.created, {"the queue": test.queue})
        if _ONE_PAGE not in page:
            raise RuntimeError("the test page must be one page: the template in printouts/ is broken")
        return page

    def _print_test_data(self, test: PrintTest) -> dict[str, Any]:
        return {
            "heading": "splitkit print test",
            "practice": True,
            "width": self._paper.width_mm,
            "height": self._paper.height_mm,
            "mark": geometry.MARK_RADIUS_MM,
            "paper": self._paper.value,
            "queue": test.queue,
            "created": test.created,
            "program": test.program,
            "symbol": _placed(qr.trial_symbol(), self._paper.layout.envelope),
            "rulers": [
                {"x": line.x, "y": line.y, "dx": line.dx, "dy": line.dy} for line in geometry.rulers(self._paper)
            ],
            "edge": geometry.EDGE_MM,
        }

    def form(self, form: Form) -> bytes:
        """A form of a ceremony as a PDF of one or more pages.

        Raises:
            UsageError: a name, title or label cannot be printed, or does not fit.
        """
        texts = form.texts()
        _refuse_unprintable(texts)
        size = {"width": self._paper.width_mm, "height": self._paper.height_mm}
        return self._press.run(form.template, form.data() | size, form.face.made, texts)

    def procedure(self, procedure: Procedure) -> bytes:
        """A procedure as a PDF of one or more pages.

        Raises:
            UsageError: a name of the register cannot be printed.
        """
        texts = {f"who has the role {role}": who for role, who in procedure.roles}
        _refuse_unprintable(texts)
        size = {"width": self._paper.width_mm, "height": self._paper.height_mm}
        return self._press.run("runbook.typ", procedure.data() | size, procedure.made, texts)

    def report(self, report: Report) -> bytes:
        """A report as a PDF of one or more pages.

        Raises:
            UsageError: a text of the register cannot be printed.
        """
        texts = report.texts()
        _refuse_unprintable(texts)
        size = {"width": self._paper.width_mm, "height": self._paper.height_mm}
        return self._press.run("report.typ", report.data() | size, report.made, texts)

    def _sheet_data(self, sheet: Sheet) -> dict[str, Any]:
        layout = self._paper.layout
        return self._common(sheet) | {
            "heading": f"splitkit sheet {sheet.number}",
            "position": _capital(sheet.position),
            "number": sheet.number,
            "needed": sheet.needed,
            "words": [word.upper() for word in sheet.words],
            "custodian": "" if sheet.anonymous else sheet.custodian,
            "title": "" if sheet.anonymous else sheet.title,
            "symbols": {
                "words": _placed(qr.words_symbol(sheet.words), layout.words),
                "digits": _placed(qr.digits_symbol(sheet.digits), layout.digits),
                "envelope": _placed(_envelope(sheet.envelope_text), layout.envelope),
            },
        }

    def _record_data(self, record: Record) -> dict[str, Any]:
        layout = self._paper.layout
        return self._common(record) | {
            "heading": "splitkit public record",
            "policy": record.policy,
            "recipient-lines": re.findall(".{1,120}", record.recipient),
            "recipient-hash": record.recipient_hash,
            "supersedes": record.supersedes,
            "sheets": [
                {"number": line.number, "position": _capital(line.position)}
                | {"custodian": "", "title": ""}
                | ({} if record.anonymous else {"custodian": line.custodian, "title": line.title})
                for line in record.sheets
            ],
            "symbols": {
                "envelope": _placed(_envelope(record.envelope_text), layout.envelope),
                "recipient": _placed(qr.recipient_symbol(record.recipient), layout.recipient),
            },
        }

    def _common(self, page: Sheet | Record) -> dict[str, Any]:
        """What every page of a set shows, and the geometry of the paper."""
        layout = self._paper.layout
        frames = {"head": layout.head, "lines": layout.lines, "advice": layout.advice, "strip": layout.strip}
        return {
            "width": self._paper.width_mm,
            "height": self._paper.height_mm,
            "mark": geometry.MARK_RADIUS_MM,
            "frames": {name: _frame(frame) for name, frame in frames.items()},
            "set-id": page.set_id_hex,
            "label": "" if page.anonymous else page.label,
            "created": page.created,
            "epoch": page.epoch,
            "rule": page.rule,
            "lines": list(page.envelope_lines),
            "fingerprint": [word.lower() for word in page.fingerprint],
            "recover": page.recover_sha256,
            "program": page.program,
            "practice": page.practice,
            "anonymous": page.anonymous,
        }


@lru_cache(maxsize=1)
def _envelope(text: str) -> Symbol:
    """The symbol of an envelope, which is the same on all pages of a set; it is the largest, and public."""
    return qr.envelope_symbol(qr.ENVELOPE_PREFIX + text)


def _capital(text: str) -> str:
    """The text as the beginning of a line."""
    return text[:1].upper() + text[1:]


def _frame(frame: Rectangle) -> dict[str, float]:
    return {"x": frame.x, "y": frame.y, "width": frame.width, "height": frame.height}


def _placed(symbol: Symbol, place: Square) -> dict[str, Any]:
    """A symbol as an SVG image in units of a module, with its place and marks in millimetres."""
    box = f'viewBox="0 0 {symbol.size} {symbol.size}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {box}><path d="{symbol.path()}"/></svg>'
    return {"svg": svg, "x": place.x, "y": place.y, "size": place.size, "marks": place.marks()}


def _texts_of_sheet(sheet: Sheet) -> dict[str, str]:
    """The texts of a sheet that people chose and that will be printed, by what they are."""
    texts = {"the name of the sheet": sheet.position, "the sentence of the policy": f"{sheet.rule} {sheet.needed}"}
    if not sheet.anonymous:
        texts |= {
            "the label": sheet.label,
            "the custodian's name": sheet.custodian,
            "the custodian's title": sheet.title,
        }
    return texts


def _texts_of_record(record: Record) -> dict[str, str]:
    """The same for a public record."""
    texts = {"the sentence of the policy": f"{record.rule} {record.policy}"}
    if not record.anonymous:
        texts["the label"] = record.label
    for line in record.sheets:
        texts[f"the name of sheet {line.number}"] = line.position
        if not record.anonymous:
            texts[f"the name of the custodian of sheet {line.number}"] = line.custodian
            texts[f"the title of the custodian of sheet {line.number}"] = line.title
    return texts


def _refuse_unprintable(texts: Mapping[str, str]) -> None:
    """Control characters, marks that turn the direction of writing, and pictures are not for paper."""
    for what, text in texts.items():
        if not text.isprintable():
            raise UsageError(f"{what} has an invisible character", "type it again, without pasting it from elsewhere")
        if any(ord(character) in _PICTOGRAPHS for character in text):
            raise UsageError(f"{what} has an emoji or another picture", "use letters and digits only")


def templates() -> Path:
    """Return the folder of the templates: inside the installed package, or beside it in the source tree."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "printouts"
    return installed if installed.is_dir() else package.parent / "printouts"


@dataclass(frozen=True)
class _Refusal:
    """Why Typst made no page: its own sentence, which can quote the page and so is never shown."""

    reason: str = field(repr=False)

    @property
    def glyph(self) -> str | None:
        """The text that no font has, or None when something else is wrong."""
        found = re.search(r"the text `\"(.*)\"` could not be displayed", self.reason, re.DOTALL)
        return found.group(1) if found else None

    @property
    def crowded(self) -> bool:
        """True when a text did not fit at its smallest size: the word of the templates for it."""
        return "no room: " in self.reason

    def explained(self, texts: Mapping[str, str]) -> Exception:
        """The error to raise, in words that quote nothing."""
        if self.crowded:
            return UsageError("the texts do not fit on the page", "shorten the names, the titles or the label")
        if self.glyph is None:
            return RuntimeError("a template in printouts/ is broken: render it with the typst program to see why")
        what = next((what for what, text in texts.items() if self.glyph in text), "a text")
        hint = "spell it with other letters, or install a font that has the character"
        return UsageError(f"{what} has a character that no font of this machine has", hint)


class _Press:
    """The Typst compilers of one run, by template and by fonts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._compilers: dict[tuple[str, bool], typst.Compiler] = {}

    def run(self, template: str, data: dict[str, Any], created: str, texts: Mapping[str, str]) -> bytes:
        """One document; with the system's fonts only when Typst's own lack a character."""
        outcome = self._attempt(template, data, created, system_fonts=False)
        if isinstance(outcome, _Refusal) and outcome.glyph is not None:
            again = self._attempt(template, data, created, system_fonts=True)
            outcome = again if isinstance(again, bytes) or again.crowded else outcome
        if isinstance(outcome, _Refusal):
            raise outcome.explained(texts)
        return outcome

    def _attempt(self, template: str, data: dict[str, Any], created: str, *, system_fonts: bool) -> bytes | _Refusal:
        import typst  # noqa: PLC0415  slow to import, and not needed to read paper

        compiler = self._compiler(template, system_fonts=system_fonts)
        try:
            document = compiler.compile(
                input=str(self._folder / template),
                format="pdf",
                pdf_standards=[PDF_STANDARD],
                pdf_tags=False,
                sys_inputs={"data": json.dumps(data)},
                timestamp=datetime.fromisoformat(created).replace(tzinfo=UTC),
            )
        except typst.TypstError as error:
            return _Refusal(str(error))
        if not isinstance(document, bytes):
            raise TypeError("Typst gave no single document")
        return document

    def _compiler(self, template: str, *, system_fonts: bool) -> typst.Compiler:
        import typst  # noqa: PLC0415  see _attempt

        key = (template, system_fonts)
        if key not in self._compilers:
            fonts = typst.Fonts(include_system_fonts=system_fonts)
            self._compilers[key] = typst.Compiler(
                str(self._folder / template),
                root=str(self._folder),
                font_paths=fonts,
                ignore_system_fonts=not system_fonts,
            )
        return self._compilers[key]
