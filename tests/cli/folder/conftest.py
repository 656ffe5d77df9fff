"""Custody folders as people have them, beside what they take up."""

from __future__ import annotations

import pytest

from tests.support.ceremonies import plan_of, whole
from tests.support.custody.company import ceremony_of, opened, written
from tests.support.custody.desk import DAY, ENTRIES
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


@pytest.fixture
def folder(tmp_path):
    """A folder whose desk has recorded what `desk` has, beside the ledger of a ceremony."""
    done = run("init", "custody", "--name", "Example AG", "--by", "max-example", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    written(tmp_path / "custody" / "ledgers" / "desk.ledger", [opened("desk", "DESK", DAY), *ENTRIES])
    written(tmp_path / "c1", whole(plan_of("2of3", practice=False)))
    return tmp_path / "custody"
