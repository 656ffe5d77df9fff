"""Who can reach a secret: only what was released opens, and whatever only proves cannot even reach the code that does."""

from __future__ import annotations

import ast
from functools import cache

import pytest

from tests.support.places import ROOT
from tests.support.source_tree import BLOCKS, Module, source_of

RELEASE, OPENING = "splitkit.quorum.release", "splitkit.quorum.opening"
ONLY_PROVE = ["cli.check", "cli.drill", "ceremony.readback", "quorum.judge"]
"""`custody` and `ledger` may not import any of it: see the arrows."""


@cache
def modules() -> dict[str, Module]:
    """All of the product, by name."""
    found = source_of(ROOT / "splitkit").modules.items()
    return {f"splitkit.{name.removesuffix('.py')}".replace("/", "."): module for name, module in found}


def _for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def running(module: Module) -> list[ast.AST]:
    """All statements of what can run."""
    found: list[ast.AST] = [module.tree]
    for one in found:  # which grows meanwhile
        inner = [inner for name in BLOCKS for inner in getattr(one, name, ())]
        found += [inner for inner in inner if not _for_types_only(inner)]
    return found


@cache
def imported(module: str) -> set[str]:
    """The names that a module imports when it runs, within its functions too."""
    found = set()
    for node in running(modules()[module]):
        if isinstance(node, ast.ImportFrom):
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def reached(module: str) -> set[str]:
    """All modules of the product that can be imported because *module* was."""
    found, todo = set(), [module]
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += imported(one) & modules().keys()
    return found


@pytest.mark.parametrize("module", ONLY_PROVE)
def test_what_only_proves_cannot_reach_what_opens(module):
    assert RELEASE not in reached("splitkit." + module)
    assert "splitkit.cli.ui.reveal" not in reached("splitkit." + module)


def test_the_way_to_what_opens_is_found_where_there_is_one():
    assert RELEASE in reached("splitkit.cli.recover") & reached("splitkit.cli.guide.proof") & reached(
        "splitkit.cli.sealed"
    )


def test_only_the_release_opens():
    assert [module for module in modules() if f"{OPENING}.unlock" in imported(module)] == [RELEASE]


def calls(called: str) -> set[str]:
    """The modules that call something of this name."""
    return {
        name
        for name, module in holding(called).items()
        for node in module.nodes
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == called
    } - {"splitkit.recover"}


def holding(word: str) -> dict[str, Module]:
    """The modules in whose text *word* stands."""
    return {name: module for name, module in modules().items() if word in module.text}


def test_each_key_to_a_secret_is_used_in_one_place():
    assert calls("Released") == {RELEASE}
    assert calls("unlock") == {RELEASE, OPENING}
    assert calls("decrypt_ems") == {OPENING}
    decoding = holding("decode").items()
    assert {name for name, module in decoding if "SecretRecord.decode" in ast.unparse(module.tree)} == {OPENING}
