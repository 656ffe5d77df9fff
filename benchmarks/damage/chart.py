"""The read rate by scenario as a picture: SVG, written as text."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from benchmarks.damage.registry import SCENARIOS
from benchmarks.damage.report import TITLES, envelope_read, scenario_names, share_read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.damage.report import Record

COLOURS = {
    "zxing": "#8db7e8",
    "zxing-retries": "#1f5fae",
    "zbar": "#f2b880",
    "zbar-retries": "#d2691e",
    "wechat": "#4c9f70",
    "splitkit": "#111111",
}
"""Told apart by lightness too, for print and for the colour-blind."""

LEFT, PANEL, GAP, ROW, TOP = 300, 330, 50, 24, 92
_WIDTH = LEFT + 2 * PANEL + GAP + 30


def chart(records: Sequence[Record], readers: Sequence[str]) -> str:
    """One row for each scenario; a dot for each reader at the share of pictures it read; share left, envelope right."""
    names = scenario_names(records)
    height = TOP + ROW * (len(names) + len(_families(names))) + 30
    body = [*_legend(readers), *_axes(height)]
    y = TOP
    for family, members in _families(names).items():
        body.append(_text(12, y + 14, family, weight="bold"))
        y += ROW
        for name in members:
            group = [record for record in records if record["scenario"] == name]
            body += _row(y, name, group, readers)
            y += ROW
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}">'
    )
    style = "<style>text{font:12px sans-serif;fill:#222}</style>"
    back = f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>'
    return "\n".join([head, style, back, *body, "</svg>"]) + "\n"


def _families(names: Sequence[str]) -> dict[str, list[str]]:
    families: dict[str, list[str]] = {}
    for name in names:
        families.setdefault(SCENARIOS[name].family, []).append(name)
    return families


def _legend(readers: Sequence[str]) -> list[str]:
    parts = [_text(12, 22, "Pictures read, in per cent, over five severities", weight="bold", size=15)]
    x = 12.0
    for reader in readers:
        parts.append(_dot(x + 6, 44, reader))
        parts.append(_text(x + 16, 48, TITLES[reader]))
        x += 34 + 6.6 * len(TITLES[reader])
    return parts


def _axes(height: int) -> list[str]:
    parts = []
    for start, title in ((LEFT, "share (either symbol)"), (LEFT + PANEL + GAP, "envelope")):
        parts.append(_text(start, TOP - 22, title, weight="bold"))
        for per_cent in range(0, 101, 20):
            x = start + PANEL * per_cent / 100
            parts.append(f'<path d="M{x:.1f} {TOP}V{height - 24}" stroke="#ddd"/>')
            parts.append(_text(x, TOP - 6, str(per_cent), anchor="middle"))
    return parts


def _row(y: int, name: str, group: Sequence[Record], readers: Sequence[str]) -> list[str]:
    parts = [_text(LEFT - 14, y + 14, name if len(name) < 46 else name[:44] + "…", anchor="end")]
    tests: tuple[tuple[int, Callable[[Record, str], bool]], ...] = (
        (LEFT, share_read),
        (LEFT + PANEL + GAP, envelope_read),
    )
    for start, test in tests:
        parts.append(f'<path d="M{start} {y + 10}h{PANEL}" stroke="#eee"/>')
        rates = [sum(test(record, reader) for record in group) / len(group) for reader in readers]
        for number, (reader, rate) in enumerate(zip(readers, rates, strict=True)):
            lower = sum(1 for other in rates[:number] if other == rate)  # equal rates side by side, all visible
            parts.append(_dot(start + PANEL * rate, y + 10 + 3.6 * lower - 6, reader))
    return parts


def _dot(x: float, y: float, reader: str) -> str:
    shape = f'fill="{COLOURS[reader]}" stroke="#fff" stroke-width="0.6"'
    if reader.endswith("-retries"):
        return f'<rect x="{x - 3.4:.1f}" y="{y - 3.4:.1f}" width="6.8" height="6.8" {shape}/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.6" {shape}/>'


def _text(x: float, y: float, text: str, *, weight: str = "normal", anchor: str = "start", size: int = 12) -> str:
    style = f'style="font-weight:{weight};font-size:{size}px" text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(text)}</text>'
