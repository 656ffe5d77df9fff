"""Shells that complete what is typed: commands, options and the words that an option takes."""

from __future__ import annotations

import os

import pytest

from splitkit.cli.main import splitkit
from tests.support.commands.leaves import leaves
from tests.support.kit import environment, run

SHELLS = ("bash", "zsh", "fish")


def completed(folder, *words: str) -> set[str]:
    asks = {
        "_SPLITKIT_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(("splitkit", *words)),
        "COMP_CWORD": str(len(words)),
    }
    done = run(cwd=folder, env=environment(**asks))
    assert done.returncode == 0, done.stderr
    return {line.partition(",")[2] for line in done.stdout.splitlines()}


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_gets_its_script(shell, tmp_path):
    done = run(cwd=tmp_path, env=environment(_SPLITKIT_COMPLETE=f"{shell}_source"))
    assert done.returncode == 0 and "_SPLITKIT_COMPLETE" in done.stdout and f"{shell}_complete" in done.stdout


def test_commands_options_and_choices_are_completed(tmp_path):
    assert completed(tmp_path, "pa") == {"packs", "papers"}
    assert {"make", "recover", "drill", "renew", "review"} == completed(tmp_path, "ceremony", "")
    assert "--print-to" in completed(tmp_path, "ceremony", "make", "--pr")
    assert completed(tmp_path, "papers", "cal") == {"call-out"}


def test_every_command_is_completed_to_its_end(tmp_path):
    for path in dict(leaves(splitkit)):
        *before, last = path.split()
        assert last in completed(tmp_path, *before, last)


def test_what_completes_writes_nothing_and_runs_nothing(tmp_path):
    completed(tmp_path, "init", "custody", "--name")
    assert not list(os.scandir(tmp_path))
