"""Custody folders as people have them, beside what they take up."""

from __future__ import annotations

import pytest

from tests.support.custody.company import ceremony_of
from tests.support.kit import run

BY = ("--by", "Ada Example")


@pytest.fixture
def home(tmp_path):
    """A custody folder that Ada Example has just made."""
    done = run("init", "custody", "--name", "Example AG", *BY, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    return tmp_path / "custody"


@pytest.fixture
def named(home):
    """The same once it has taken up a ceremony in which everybody was called by name."""
    ceremony_of(home.parent / "c1")
    done = run("record", "--take", "../c1", *BY, cwd=home)
    assert done.returncode == 0, done.stderr
    return home
