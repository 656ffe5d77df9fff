"""What the independent model makes of a whole custody folder: its ledgers line by line, and everybody by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.support.calendar_day import today
from tests.support.custody.truth import Said, Truth, plain


def cases_of(folder: Path) -> dict[str, tuple[str, str]]:
    """Of each set of a folder its life, and what it comes to today; that something contradicts is an error."""
    truth = Truth(said_in(folder), today())
    assert not truth.wrong, truth.wrong
    return {name: (truth.piles[name].life, case) for name, case in truth.cases().items()}


def said_in(folder: Path) -> list[Said]:
    """Every entry of every ledger in the order of time; a seat of a ceremony is whoever was called by that name."""
    told: list[tuple[str, str, Said]] = []
    for path in (folder / "ledgers").iterdir():
        lines = path.read_bytes().splitlines()
        data = [json.loads(line)["d"] for line in lines]
        called = {
            one["person"]: plain(one["name"]).replace(" ", "-") for one in data if one.get("person") and one.get("name")
        }
        for line in lines:
            said = Said.of(SimpleNamespace(line=line))
            told.append((json.loads(line)["t"], path.name, _by_name(said, called)))
    return [said for *_, said in sorted(told, key=lambda one: (one[0], one[1], one[2].seq))]


def _by_name(said: Said, called: Mapping[str, str]) -> Said:
    """With people instead of seats; who is called in a ceremony is introduced by that."""

    def people(value: Any) -> Any:
        return [people(one) for one in value] if isinstance(value, list) else called.get(value, value)

    data = {
        field: value if field in ("name", "set", "sheet", "bag") else people(value)
        for field, value in said.data.items()
    }
    if said.event == "roll" and data.get("name"):
        said, data = replace(said, event="person.joined"), data | {"since": str(said.day)}
    return replace(said, data=data, by=people(said.by), wit=people(said.wit))
