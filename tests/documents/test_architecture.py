"""docs/architecture.md names what is there: every module once, no dead name, every word that verdicts are told in."""

from __future__ import annotations

import ast
import dataclasses
import enum
import functools
import importlib
import re
import types
from pathlib import Path

import pytest

import splitkit
from splitkit.cli.main import COMMANDS
from splitkit.ledger.events import EVENTS

ROOT = Path(splitkit.__file__).parent
TEXT = (ROOT.parent / "docs" / "architecture.md").read_text("utf-8")
PACKAGES = {path.parent.relative_to(ROOT).as_posix().replace("/", ".") for path in ROOT.rglob("__init__.py")} - {"."}
MODULES = {
    path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
    for path in ROOT.rglob("*.py")
    if path.name != "__init__.py"
}
TOPS = {name.partition(".")[0] for name in PACKAGES | MODULES}
GLOSSARY = (ROOT.parent / "docs" / "glossary.md").read_text("utf-8")
CODE = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", TEXT, flags=re.MULTILINE | re.DOTALL))
DOTTED = sorted({name for name in CODE if re.fullmatch(r"[a-z_]\w*(\.\w+)+", name)})


def section(title: str) -> str:
    found = TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    assert found, title
    return found


def rows(text: str) -> list[list[str]]:
    """The cells of all rows of the tables in *text* but their heads."""
    lines = [line for line in text.splitlines() if line.startswith("|") and not set(line) <= set("|-: ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_the_map_names_every_module_once_and_no_other():
    named = [name.strip("`") for name, *_ in rows(section("Map of the modules")) if name.startswith("`")]
    assert sorted(named) == sorted(MODULES)


def test_every_package_has_its_heading():
    assert set(re.findall(r"^### `(\w[\w.]*)`", TEXT, re.MULTILINE)) == PACKAGES


def test_the_arrows_are_those_of_the_law():
    law = ast.parse((ROOT.parent / "tests" / "laws" / "test_house.py").read_text("utf-8"))
    names: dict[str, ast.expr] = {
        ast.unparse(one.targets[0]): one.value for one in law.body if isinstance(one, ast.Assign)
    }
    arrows = {one: eval(ast.unparse(names[one]), {}) for one in ("PRINTING", "READING")}
    law_says = {package: lower for package, lower in eval(ast.unparse(names["ARROWS"]), arrows).items() if lower}
    found = re.findall(r"^([\w/]+) +-> (.+)$", section("The house"), re.MULTILINE)
    assert {left: set(right.split(", ")) for left, right in found} == law_says


@functools.cache
def exists(name: str) -> bool:
    """Whether a dotted name is a module of splitkit, or something that is defined in one, not only imported there."""
    parts = name.split(".")
    at = next((at for at in range(len(parts), 0, -1) if ".".join(parts[:at]) in MODULES | PACKAGES), 0)
    found = importlib.import_module("splitkit." + ".".join(parts[:at])) if at else None
    home = found and found.__name__
    for part in parts[at:]:
        fields = {field.name for field in dataclasses.fields(found)} if dataclasses.is_dataclass(found) else set()
        if part in fields:
            return part == parts[-1]
        found = getattr(found, part, None)
        if isinstance(found, type | types.FunctionType) and found.__module__ != home:
            return False
    return found is not None


def test_a_name_is_one_of_the_code():
    for name in DOTTED:
        if name.partition(".")[0] in TOPS:
            assert exists(name), name
        elif "/" in name or name.rpartition(".")[2] in {"py", "md", "typ", "pdf", "toml", "txt"}:
            assert list(ROOT.parent.glob(f"**/{name}")), name
        else:
            assert name in EVENTS, name


def test_the_names_are_found():
    assert len(DOTTED) > len(MODULES) + 40


def test_a_command_is_one_of_the_commands():
    for name in CODE:
        command = re.match(r"splitkit ([a-z]\S*)", name)
        assert not command or command[1] in COMMANDS, name


def test_a_file_that_is_named_is_there():
    paths = [name for name in CODE if re.fullmatch(r"[\w./-]+/[\w./-]*", name)]
    assert len(paths) > 10
    for path in paths:
        assert (ROOT.parent / path).exists(), path


@pytest.mark.parametrize(
    "module",
    [
        "quorum.verdicts",
        "custody.records.holdings",
        "custody.exposure",
        "ledger.verification",
        "preflight.machine",
    ],
)
def test_every_word_of_a_verdict_stands_in_the_glossary(module):
    found = importlib.import_module(f"splitkit.{module}")
    kinds = [
        kind
        for kind in vars(found).values()
        if isinstance(kind, type) and issubclass(kind, enum.Enum) and kind.__module__ == found.__name__
    ]
    assert kinds
    for word in (str(member.value) for kind in kinds for member in kind):
        assert re.search(rf"\b{re.escape(word)}\b", GLOSSARY), word
