"""Tables of what was read, in Markdown.

The share counts as read when either of its two symbols was; a picture of the family 'promise' is in no total.
"""

from __future__ import annotations

import json
import statistics
from typing import TYPE_CHECKING, Any

from benchmarks.damage.registry import FAMILIES, SCENARIOS, SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

Record = dict[str, Any]

TITLES = {
    "zxing": "zxing-cpp",
    "zxing-retries": "zxing-cpp + 6 retries",
    "zbar": "zbar",
    "zbar-retries": "zbar + 6 retries",
    "wechat": "OpenCV WeChat",
    "splitkit": "splitkit",
    "page": "recover.html",
}


def load(path: Path) -> dict[tuple[str, int, int], Record]:
    """Every picture's results by scenario, severity and seed.

    A later line adds its readers to an earlier one of the same picture, and replaces it when the picture has changed.
    """
    records: dict[tuple[str, int, int], Record] = {}
    if not path.exists():
        return records
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        key = record["scenario"], record["severity"], record["seed"]
        before = records.get(key)
        if before and before["sha256"] == record["sha256"]:
            record["readers"] = before["readers"] | record["readers"]
        records[key] = record
    return records


def share_read(record: Record, reader: str) -> bool:
    """Whether *reader* read either symbol of the share."""
    return bool({"words", "digits"} & set(record["readers"][reader]["read"]))


def words_read(record: Record, reader: str) -> bool:
    """Whether *reader* read the symbol of the words."""
    return "words" in record["readers"][reader]["read"]


def envelope_read(record: Record, reader: str) -> bool:
    """Whether *reader* read the envelope."""
    return "envelope" in record["readers"][reader]["read"]


def share_possible(record: Record, bound: str) -> bool:
    """Whether a symbol of the share is within the *bound*: 'within_bound' or 'resolved'."""
    return record[bound]["words"] or record[bound]["digits"]


def report(records: Sequence[Record], readers: Sequence[str]) -> str:
    """All tables."""
    counted = [record for record in records if record["family"] != "promise"]
    promised = [record for record in records if record["family"] == "promise"]
    parts = [
        _overview(counted, readers),
        _left_unread(counted, readers),
        _rescued(counted, readers),
        _grouped("severity", counted, readers, SEVERITIES),
        _grouped("family", counted, readers, list(dict.fromkeys(record["family"] for record in counted))),
        _grouped("scenario", counted, readers, scenario_names(counted)),
        _grouped("scenario", promised, readers, scenario_names(promised)),
        _wrong(records, readers),
    ]
    return "\n\n".join(part for part in parts if part)


def scenario_names(records: Iterable[Record]) -> list[str]:
    """The scenarios of *records*, family by family."""
    present = {record["scenario"] for record in records}
    return [name for family in FAMILIES for name, it in SCENARIOS.items() if it.family == family and name in present]


def _overview(records: Sequence[Record], readers: Sequence[str]) -> str:
    if not records:
        return ""
    rows = [_overview_row(records, reader) for reader in readers]
    head = "reader | share | words symbol alone | envelope | share and envelope | median s | worst s | wrong payloads"
    return f"Of {len(records)} pictures:\n\n" + _table(head, rows)


def _overview_row(records: Sequence[Record], reader: str) -> list[str]:
    times = [record["readers"][reader]["seconds"] for record in records]
    return [
        TITLES[reader],
        _percent(records, lambda record: share_read(record, reader)),
        _percent(records, lambda record: words_read(record, reader)),
        _percent(records, lambda record: envelope_read(record, reader)),
        _percent(records, lambda record: share_read(record, reader) and envelope_read(record, reader)),
        f"{statistics.median(times):.2f}",
        f"{max(times):.1f}",
        str(sum(len(record["readers"][reader]["wrong"]) for record in records)),
    ]


def _left_unread(records: Sequence[Record], readers: Sequence[str]) -> str:
    """How many pictures each reader leaves unread that could be read, by what is hidden and by what is resolved."""
    if not records:
        return ""
    rows = []
    for reader in readers:
        share = [record for record in records if not share_read(record, reader)]
        envelope = [record for record in records if not envelope_read(record, reader)]
        rows.append(
            [
                TITLES[reader],
                str(len(share)),
                str(sum(share_possible(record, "within_bound") for record in share)),
                str(sum(share_possible(record, "resolved") for record in share)),
                str(len(envelope)),
                str(sum(record["within_bound"]["envelope"] for record in envelope)),
                str(sum(record["resolved"]["envelope"] for record in envelope)),
            ]
        )
    head = (
        "reader | share unread | of these within the erasure bound | and resolved | envelope unread | "
        "of these within the erasure bound | and resolved"
    )
    return "Left unread:\n\n" + _table(head, rows)


def _rescued(records: Sequence[Record], readers: Sequence[str]) -> str:
    """Of what another reader leaves unread although it is within the erasure bound, how much splitkit reads."""
    others = [reader for reader in readers if reader != "splitkit"]
    if not records or others == list(readers):
        return ""
    rows = []
    for reader in others:
        share = [
            record for record in records if not share_read(record, reader) and share_possible(record, "within_bound")
        ]
        envelope = [
            record for record in records if not envelope_read(record, reader) and record["within_bound"]["envelope"]
        ]
        rows.append([TITLES[reader], *_part(share, share_read), *_part(envelope, envelope_read)])
    head = "left unread by | shares | splitkit reads | % | envelopes | splitkit reads | %"
    return "Left unread although within the erasure bound:\n\n" + _table(head, rows)


def _part(records: Sequence[Record], was_read: Callable[[Record, str], bool]) -> tuple[str, str, str]:
    """How many there are, how many of them splitkit reads, and how many that is of a hundred."""
    good = sum(was_read(record, "splitkit") for record in records)
    return str(len(records)), str(good), f"{100 * good / len(records):.0f}" if records else "-"


def _grouped(key: str, records: Sequence[Record], readers: Sequence[str], values: Sequence[Any]) -> str:
    """Read rates of share / envelope for each value of *key*."""
    rows = []
    for value in values:
        group = [record for record in records if record[key] == value]
        if group:
            rows.append([str(value), str(len(group)), *(_pair(group, reader) for reader in readers)])
    if not rows:
        return ""
    head = f"{key} | pictures | " + " | ".join(TITLES[reader] for reader in readers)
    return f"Share / envelope read, by {key}, in per cent:\n\n" + _table(head, rows)


def _pair(group: Sequence[Record], reader: str) -> str:
    share = _percent(group, lambda record: share_read(record, reader))
    return f"{share} / {_percent(group, lambda record: envelope_read(record, reader))}"


def _wrong(records: Sequence[Record], readers: Sequence[str]) -> str:
    lines = [
        f"- {TITLES[reader]}: {record['scenario']}, severity {record['severity']}, seed {record['seed']}: `{text!r}`"
        for reader in readers
        for record in records
        for text in record["readers"][reader]["wrong"]
    ]
    return "Wrong payloads:\n\n" + "\n".join(lines) if lines else "No wrong payloads."


def _percent(records: Sequence[Record], test: Callable[[Record], bool]) -> str:
    return f"{100 * sum(test(record) for record in records) / len(records):.0f}"


def _table(head: str, rows: Sequence[Sequence[str]]) -> str:
    columns = head.split(" | ")
    lines = [f"| {head} |", "|" + "|".join(["---", *["---:"] * (len(columns) - 1)]) + "|"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])
