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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from splitkit.errors import UsageError
from splitkit.paper.documents import Printout
from splitkit.paper.geometry import Paper
from splitkit.paper.report import plain

if TYPE_CHECKING:
    import typst

PDF_STANDARD: Final = "a-2b"
"""PDF/A-2b: made for archives; every font is embedded, and Typst refuses a missing glyph that it would else drop."""

_PAGES = re.compile(rb"<xmpTPg:NPages>([0-9]+)</xmpTPg:NPages>")
"""The number of pages, as the PDF's metadata (never compressed in PDF/A) tell it."""

_IMPORT = re.compile(r'^#import "([a-z-]+\.typ)": \*$', re.MULTILINE)
_INPUT: Final = "sys.inputs.data"
"""Where a template has its data from."""

_LOOSENESS: Final = (1.0, 0.96, 0.92, 0.88, 0.84, 0.8, 0.76, 1.05, 1.1, 1.16, 1.23, 1.3, 1.4, 1.5, 1.6, 1.8, 2.0, None)
"""How far apart things are set, first the usual; the first is taken with which the last page is no short one, and with None any is."""

_BESIDE: Final = 2
"""So many pages are set side by side: each takes a core and 20 MB, and a machine of people who meet in a room has two at the least."""

_PICTOGRAPHS = range(0x1F000, 0x1FC00)
"""Emoji and other pictures: a black-and-white page cannot show them faithfully on every machine."""


def pages_of(document: bytes) -> int:
    """Return how many pages a PDF of this module has."""
    return max(int(found) for found in _PAGES.findall(document))


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

    @property
    def short(self) -> bool:
        """True when the last page would be under half full: the word of the templates for it."""
        return "short page: " in self.reason

    def explained(self, texts: Mapping[str, str]) -> Exception:
        """The error to raise, in words that quote nothing."""
        if self.crowded:
            return UsageError("the texts do not fit on the page", "shorten the names, the titles or the label")
        if self.glyph is None:
            return RuntimeError("a template in printouts/ is broken: render it with the typst program to see why")
        what = next((what for what, text in texts.items() if self.glyph in text), "a text")
        hint = "spell it with other letters, or install a font that has the character"
        return UsageError(f"{what} has a character that no font of this machine has", hint)


class Typesetter:
    """Sets pages of one size of paper; keeps fonts and compiled templates, so make one for each run."""

    def __init__(self, paper: Paper, fonts: dict[bool, typst.Fonts] | None = None) -> None:
        self._paper, self._folder = paper, templates()
        self._fonts = {} if fonts is None else fonts
        """With those of the system, and without; once for all typesetters of a run."""
        self._compilers: dict[bool, typst.Compiler] = {}
        self._sources: dict[str, str] = {}

    def pdfs(self, pages: Sequence[Printout], tick: Callable[[], None]) -> list[bytes]:
        """Several documents, each by itself, in their order; *tick* is called after each.

        Typst leaves the interpreter free while it sets a page, so that another page is set beside it, and the symbols of the next
        are made.

        Raises:
            UsageError: See `pdf`.
        """
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  (for nothing else, and slow to import)

        idle, made = [self, *(Typesetter(self._paper, self._fonts) for _ in range(_BESIDE - 1))], list[bytes]()

        def set_one(page: Printout) -> bytes:
            setter = idle.pop()
            try:
                return setter.pdf(page)
            finally:
                idle.append(setter)

        with ThreadPoolExecutor(_BESIDE) as pool:
            for document in pool.map(set_one, pages):
                made.append(document)
                tick()
        return made

    def pdf(self, page: Printout) -> bytes:
        """Whatever is printed, as a PDF of one or more pages.

        Raises:
            UsageError: a text that people chose cannot be printed, or does not fit.
        """
        texts = page.texts()
        _refuse_unprintable(texts)
        document = self._run(page.template, page.data(self._paper), page.made, texts)
        if page.one_page and pages_of(document) > 1:
            raise RuntimeError("this must be one page: its template in printouts/ is broken")
        return document

    def report(self, report: Printout, tell: Callable[[str], None]) -> bytes:
        """A report, or whatever tells of people, as a PDF; where a font lacks a character, its number stands instead, and people are told."""
        try:
            return self.pdf(report)
        except UsageError as error:
            tell(f"note: {error.fact}: unusual characters are written as their numbers")
            return self.pdf(plain(report))

    def _run(self, template: str, data: dict[str, Any], made: str, texts: Mapping[str, str]) -> bytes:
        """One document; with the system's fonts only when Typst's own lack a character."""
        outcome = self._filled(template, data, made, system_fonts=False)
        if isinstance(outcome, _Refusal) and outcome.glyph is not None:
            again = self._filled(template, data, made, system_fonts=True)
            outcome = again if isinstance(again, bytes) or again.crowded else outcome
        if isinstance(outcome, _Refusal):
            raise outcome.explained(texts)
        return outcome

    def _filled(self, template: str, data: dict[str, Any], made: str, *, system_fonts: bool) -> bytes | _Refusal:
        """One document whose last page is at least half full, if any looseness gives one: nobody signs a page that is almost empty."""
        outcome: bytes | _Refusal = _Refusal("")
        for looseness in _LOOSENESS:
            outcome = self._attempt(template, data | {"looseness": looseness}, made, system_fonts=system_fonts)
            if isinstance(outcome, bytes) or not outcome.short:
                break
        return outcome

    def _attempt(self, template: str, data: dict[str, Any], made: str, *, system_fonts: bool) -> bytes | _Refusal:
        import typst  # noqa: PLC0415  slow to import, and not needed to read paper

        try:
            document = self._compiler(system_fonts=system_fonts).compile(
                input=self._source(template, data),
                format="pdf",
                pdf_standards=[PDF_STANDARD],
                pdf_tags=False,
                timestamp=datetime.fromisoformat(made).replace(tzinfo=UTC),
            )
        except typst.TypstError as error:
            return _Refusal(str(error))
        if not isinstance(document, bytes):
            raise TypeError("Typst gave no single document")
        return document

    def _source(self, template: str, data: dict[str, Any]) -> bytes:
        """A template with what it imports, and with its data, as one text.

        Data that came as an input of the program, as in a run of `typst` by hand, would be part of everything: Typst would then set
        anew for each sheet what is the same on all of them.
        """
        if template not in self._sources:
            self._sources[template] = self._whole(template)
        text = json.dumps(data).replace("\\", "\\\\").replace('"', '\\"')
        return self._sources[template].replace(_INPUT, f'"{text}"').encode()

    def _whole(self, template: str) -> str:
        return _IMPORT.sub(lambda found: self._whole(found[1]), (self._folder / template).read_text("utf-8"))

    def _compiler(self, *, system_fonts: bool) -> typst.Compiler:
        import typst  # noqa: PLC0415  see _attempt

        if system_fonts not in self._fonts:
            self._fonts[system_fonts] = typst.Fonts(include_system_fonts=system_fonts)
        if system_fonts not in self._compilers:
            self._compilers[system_fonts] = typst.Compiler(
                root=str(self._folder), font_paths=self._fonts[system_fonts], ignore_system_fonts=not system_fonts
            )
        return self._compilers[system_fonts]
