"""The models that verdicts of custody are compared with share no code with what they judge: its entry points, and nothing of its arithmetic."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

MODELS = Path(__file__).parents[1] / "support" / "custody"
JUDGED = {
    "simulation.py": {"due", "SetCase", "alarms", "countdown", "standing", "fewest_to_destroy", "Register", "build"},
    "life_events.py": {"SetCase", "next_drill"},
    "truth.py": set(),
    "lives.py": {"build", "due", "SetCase", "alarms", "standing", "matters", "Danger", "Rules"},
}
"""What each model asks of `splitkit.custody`: questions whose answers it judges, and the names of the answers."""


def imported(model: str) -> set[tuple[str, str]]:
    tree = ast.parse((MODELS / model).read_text(encoding="utf-8"))
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {(node.module or "", one.name) for node in froms for one in node.names}


@pytest.mark.parametrize("model", JUDGED)
def test_a_model_asks_custody_only_what_it_judges(model):
    assert {name for module, name in imported(model) if module.startswith("splitkit.custody")} == JUDGED[model]


def test_what_judges_knows_nothing_of_the_product():
    assert not {module for module, _ in imported("truth.py") if module.startswith("splitkit")}


@pytest.mark.parametrize("model", JUDGED)
def test_a_model_counts_quorums_and_days_by_itself(model):
    modules = {module for module, _ in imported(model)}
    assert not modules & {"splitkit.quorum.policy", "splitkit.plan.risk", "splitkit.host.clock"}
