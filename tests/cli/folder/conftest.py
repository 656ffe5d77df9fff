"""Custody folders as people have them, beside what they take up."""

from __future__ import annotations

import pytest

from tests.support.ceremonies import plan_of, whole
from tests.support.custody.company import ceremony_of, opened, written
from tests.support.custody.desk import DAY, ENTRIES
from tests.support.kit import run
from tests.support.places import copied

BY = ("--by", "Ada Example")


def begun(at):
    done = run("init", "custody", "--name", "Example AG", *BY, cwd=at)
    assert done.returncode == 0, done.stderr


def taken(at):
    begun(at)
    ceremony_of(at / "c1")
    done = run("record", "--take", "../c1", *BY, cwd=at / "custody")
    assert done.returncode == 0, done.stderr


@pytest.fixture
def home(tmp_path):
    """A custody folder that Ada Example has just made."""
    return copied(begun, tmp_path) / "custody"


@pytest.fixture
def named(tmp_path):
    """The same once it has taken up a ceremony in which everybody was called by name."""
    return copied(taken, tmp_path) / "custody"


def recorded(at):
    done = run("init", "custody", "--name", "Example AG", "--by", "max-example", cwd=at)
    assert done.returncode == 0, done.stderr
    written(at / "custody" / "ledgers" / "desk.ledger", [opened("desk", "DESK", DAY), *ENTRIES])
    written(at / "c1", whole(plan_of("2of3", practice=False)))


@pytest.fixture
def folder(tmp_path):
    """A folder whose desk has recorded what `desk` has, beside the ledger of a ceremony."""
    return copied(recorded, tmp_path) / "custody"
