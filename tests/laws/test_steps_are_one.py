"""What is known of a step stands on the step: no other module decides by its code."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import splitkit
from splitkit.ceremony.script import STEPS
from splitkit.cli.guide import walkthrough

ROOT = Path(splitkit.__file__).parent
DEFINITION = ROOT / "ceremony" / "script.py"
CODES = {step.code for step in STEPS}
PARTS = {"startswith", "endswith", "split", "partition", "removeprefix"}


def names_a_step(node: ast.AST) -> bool:
    """Whether a node is the code of a step, or the beginning of one that goes on with a sheet or a turn ('53-B2')."""
    if isinstance(node, ast.JoinedStr):
        return bool(node.values) and names_a_step(node.values[0])
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.split("-")[0] in CODES


def reads_a_part(node: ast.AST) -> bool:
    """Whether a node takes a code apart: `step.code[0]`, `step.code.startswith(...)`."""
    part = isinstance(node, ast.Subscript) or (isinstance(node, ast.Attribute) and node.attr in PARTS)
    return part and isinstance(node.value, ast.Attribute) and node.value.attr == "code"


def decides_by_code(source: str) -> list[int]:
    """The lines at which a source names a step by its code, or takes a code apart."""
    return sorted({node.lineno for node in ast.walk(ast.parse(source)) if names_a_step(node) or reads_a_part(node)})


def test_no_module_decides_by_the_code_of_a_step():
    assert DEFINITION.is_file()
    modules = [path for path in sorted(ROOT.rglob("*.py")) if path != DEFINITION]
    found = {str(path.relative_to(ROOT)): decides_by_code(path.read_text(encoding="utf-8")) for path in modules}
    assert {module: lines for module, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "planted",
    [
        'step.code == "41"',
        'step.code < "51"',
        'step.code in ("72", "73")',
        'step.code in "72 73".split() or step.code != "72"',
        'handlers = {"41": make, "51": print_sheet}',
        'handlers["41"](session)',
        'step.code[0] == "5"',
        'step.code[:1] in "78"',
        'step.step.code.startswith("7")',
        'code.startswith("72")',
        'step.code == f"51-{sheet}"',
        'session.record("exception", step="82")',
        'match code:\n    case "41":\n        make()',
        'ALONE = {"14"}',
    ],
)
def test_a_module_that_does_is_seen(planted):
    assert decides_by_code(planted)


@pytest.mark.parametrize(
    "sound",
    ['data["step"] == step.code', "book.code.lower()", "step.step.task is Task.REVEAL", 'ring = f"{x:.1f}" "11 mm"'],
)
def test_a_module_that_does_not_is_left_alone(sound):
    assert not decides_by_code(sound)


def test_each_step_has_one_handler_and_each_handler_a_step():
    handlers = [handler for part in walkthrough.PARTS for handler in part.HANDLERS.values()]
    assert len(set(handlers)) == len(handlers) == len(walkthrough.HANDLERS)
    assert set(walkthrough.HANDLERS) == {step.task for step in STEPS}
