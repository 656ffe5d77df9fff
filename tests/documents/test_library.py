"""The program in docs/library.md runs as it stands and prints what it says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import splitkit
from tests.support.kit import environment

TEXT = (Path(splitkit.__file__).parents[1] / "docs" / "library.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    return found


def test_the_program_runs_and_prints_what_the_page_says(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", block("python")], capture_output=True, text=True, cwd=tmp_path, env=environment(), check=False
    )  # fmt: skip
    assert (done.stdout, done.stderr) == (block("text"), "")


@pytest.mark.parametrize("name", splitkit.__all__)
def test_each_public_name_is_there_and_described(name):
    assert getattr(splitkit, name).__doc__
    assert f"`{name}`" in TEXT


def test_another_name_is_not_there():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = splitkit.nothing


def test_the_package_alone_imports_nothing_of_itself():
    code = "import sys, splitkit; print([name for name in sys.modules if name.startswith('splitkit.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
