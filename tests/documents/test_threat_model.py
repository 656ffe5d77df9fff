"""Every claim of docs/threat-model.md names code that exists and tests that exist."""

from __future__ import annotations

import importlib
import re

import pytest

from tests.support.places import ROOT

ROWS = [row for row in (ROOT / "docs" / "threat-model.md").read_text().splitlines() if re.match(r"\| C\d+ \|", row)]


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("| ").split(" | ")]


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_claims_are_numbered_without_a_gap():
    assert [cells(row)[0] for row in ROWS] == [f"C{number}" for number in range(1, len(ROWS) + 1)]
    assert len(ROWS) >= 15


@pytest.mark.parametrize("row", ROWS, ids=lambda row: cells(row)[0])
def test_a_claim_names_the_code_that_enforces_it(row):
    code = names(cells(row)[2])
    assert code
    for name in code:
        module, _, attribute = name.rpartition(".")
        if module == "bundle":  # the installer is a program on its own, and imports of it end it
            assert (ROOT / module / f"{attribute}.py").is_file(), name
            continue
        own = (
            module.startswith(("bundle.", "release.")) or name == "printouts"
        )  # folders of their own, beside the package
        found = importlib.import_module((module or attribute) if own else f"splitkit.{module or attribute}")
        assert not module or hasattr(found, attribute), name


@pytest.mark.parametrize("row", ROWS, ids=lambda row: cells(row)[0])
def test_a_claim_names_tests_that_exist(row):
    tests = names(cells(row)[3])
    assert tests
    for name in tests:
        file, _, function = name.partition("::")
        assert re.search(rf"^def {function}\(", (ROOT / "tests" / file).read_text(), re.MULTILINE), name


def test_every_assumption_that_is_named_is_stated():
    text = (ROOT / "docs" / "threat-model.md").read_text()
    stated = set(re.findall(r"^\* \*\*(A\d+)\*\*", text, re.MULTILINE))
    assert set(re.findall(r"\b(A\d+)\b", text)) - {"A4"} <= stated
    assert "not wiped" in text
