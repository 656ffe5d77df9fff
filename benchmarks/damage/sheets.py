"""The sheets of the bench: practice sets whose random bytes come from a fixed text, so they protect nothing.

Eight plans give A4 and Letter, with and without names, and envelopes in every version of symbol that the format has.
Tuning and held-out seeds have sets of their own.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2

from splitkit.issue.make import sheet_pdf
from splitkit.paper import qr
from splitkit.paper.geometry import Paper, Square
from splitkit.plan.document import Custodian, Plan
from splitkit.quorum.dealing import SetFacts, deal
from splitkit.quorum.policy import parse_policy
from splitkit.quorum.textform import symbol_text
from splitkit.secret.entropy import Entropy
from splitkit.secret.record import SecretRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from splitkit.quorum.policy import SheetId

DAY = 20_000
SYMBOLS = ("words", "digits", "envelope")
SHARE_SYMBOLS = ("words", "digits")
MM_PER_INCH = 25.4

_LONG = "Practice: the longest label that a sheet of splitkit can carry.."
_PLANS = (
    ("3of5", "Practice password", "a4", "short"),
    ("2of3", "", "letter", "short"),
    ("2 of: Board 2of3, Technology 3of5, Audit 1of1", _LONG, "a4", "long"),
    ("8of16", _LONG, "letter", "long"),
    ("3of5", "", "a4", "short"),
    ("5of9", "Practice domain administrator", "letter", "short"),
    ("2 of: North 4of8, South 4of8", "Practice vault", "letter", "long"),
    ("2 of: North 8of16, South 8of16", "", "a4", "short"),
)
"""Policy, label (an empty one: no names on the page), paper, length of the password."""

PLANS = len(_PLANS)
_PASSWORDS = {"short": "Specimen+Practice-Only", "long": "Specimen+Practice-Only" * 3}


@dataclass(frozen=True)
class PlacedSymbol:
    """A symbol, its text and its place on the page."""

    name: str
    text: str = field(repr=False)
    modules: NDArray[np.bool_] = field(repr=False)
    version: int
    level: str
    place: Square
    """In millimetres from the top left corner of the page, without the quiet zone."""

    @property
    def size(self) -> int:
        """Modules along one side."""
        return len(self.modules)

    @property
    def module_mm(self) -> float:
        """Width of a module in millimetres."""
        return self.place.size / self.size


@dataclass(frozen=True)
class BenchSheet:
    """One page, drawn and known."""

    name: str
    paper: Paper
    pdf: bytes = field(repr=False)
    symbols: dict[str, PlacedSymbol]

    @property
    def texts(self) -> dict[str, str]:
        """The text of each symbol."""
        return {name: symbol.text for name, symbol in self.symbols.items()}

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the paper in millimetres."""
        return self.paper.width_mm, self.paper.height_mm


def bench_sheet(plan: int, edition: int) -> BenchSheet:
    """The sheet of one of the PLANS plans; each edition is another set of the same plan."""
    return _sheet(plan % PLANS, edition, 0)


def companion(plan: int, edition: int) -> BenchSheet:
    """Another sheet of the same set."""
    return _sheet(plan % PLANS, edition, 1)


@lru_cache(maxsize=64)
def _sheet(plan_number: int, edition: int, turn: int) -> BenchSheet:
    policy, label, paper_name, password = _PLANS[plan_number]
    plan = _plan(policy, label, Paper(paper_name))
    facts = SetFacts(plan.policy, plan.public_label, practice=True, created_day=DAY)
    seed = f"{edition}/{plan_number}"
    dealt = deal(facts, SecretRecord(_PASSWORDS[password], user="root@example.com"), Entropy(_seeded(seed)))
    ids = plan.policy.sheet_ids()
    sheet = ids[(plan_number * 3 + edition + turn) % len(ids)]
    paper, pdf = plan.paper, sheet_pdf(plan, dealt, sheet)
    share = dealt.shares[sheet]
    texts = {
        "words": " ".join(share.words).upper(),
        "digits": share.digits,
        "envelope": symbol_text(dealt.envelope.raw),
    }
    return BenchSheet(f"{edition}/{plan_number}/{turn}", paper, pdf, _placed(paper, texts))


def _plan(policy_text: str, label: str, paper: Paper) -> Plan:
    policy = parse_policy(policy_text)
    if not label:
        return Plan(policy, practice=True, anonymous=True, paper=paper)
    people = tuple(_person(sheet) for sheet in policy.sheet_ids())
    return Plan(policy, label, practice=True, paper=paper, custodians=people)


def _person(sheet: SheetId) -> tuple[SheetId, Custodian]:
    return sheet, Custodian(f"Example Person {sheet.group + 1}-{sheet.member + 1}", "Head of examples")


def _placed(paper: Paper, texts: dict[str, str]) -> dict[str, PlacedSymbol]:
    made = {
        "words": qr.words_symbol(texts["words"]),
        "digits": qr.digits_symbol(texts["digits"]),
        "envelope": qr.envelope_symbol(texts["envelope"]),
    }
    return {
        name: PlacedSymbol(
            name, texts[name], np.array(symbol.modules), symbol.version, symbol.level, getattr(paper.layout, name)
        )
        for name, symbol in made.items()
    }


def _seeded(seed: str) -> Callable[[int], bytes]:
    """A source of bytes that depends on *seed* only.  Never for anything but a bench."""
    counter = 0

    def draw(length: int) -> bytes:
        nonlocal counter
        counter += 1
        return hashlib.shake_256(f"damage bench/{seed}/{counter}".encode()).digest(length)

    return draw


def draw(sheet: BenchSheet, dpi: int) -> NDArray[np.uint8]:
    """The page in grey, drawn at *dpi* dots per inch."""
    return _drawn(sheet.name, sheet.pdf, dpi)


@lru_cache(maxsize=24)
def _drawn(_name: str, pdf: bytes, dpi: int) -> NDArray[np.uint8]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        picture = document[0].render(scale=dpi / 72, grayscale=True).to_numpy()
        return picture.reshape(picture.shape[:2]).copy()
    finally:
        document.close()
