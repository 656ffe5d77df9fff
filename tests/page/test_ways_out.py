"""What can leave the page: each known way tried from within it, and all that a machine sends in a recovery."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from tests.support.page import ways
from tests.support.page.browsers import built
from tests.support.page.sheets import SECRET, recovery

LONG = pytest.mark.long
each = pytest.mark.parametrize("browser", ["chromium", pytest.param("firefox", marks=LONG), pytest.param("webkit", marks=LONG)])  # fmt: skip
WRITE = "python -m tests.support.page.ways writes the table anew"


@each
def test_the_table_of_the_document_is_what_is_heard(browser):
    """Of what is stopped nothing is heard; where nothing is stopped, that is said."""
    ways.how(browser)
    said = ways.written()[browser]
    assert sorted(said) == sorted(ways.names(browser)), WRITE
    heard = ways.heard(browser, built())
    silent = {ways.STOPPED, ways.NOTHING}
    rest = [name for name in said if name != ways.BY_NAME]
    assert {name: heard.get(name) for name in rest} == {name: None if said[name] in silent else said[name] for name in rest}, WRITE  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("browser", ways.BROWSERS)
def test_what_is_stopped_is_heard_without_the_policy(browser):
    """The ways are real ones."""
    ways.how(browser)
    said = ways.written()[browser]
    heard = ways.heard(browser, ways.without_policy())
    assert set(heard) == {name for name in said if said[name] != ways.NOTHING} - {ways.BY_NAME}, WRITE


@pytest.fixture
def own_machine():
    """Whether a network of its own can be made here."""
    for program in ("unshare", "ip", "mount"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    tried = subprocess.run([*ways.ALONE, "ip", "link", "add", "near", "type", "veth"], capture_output=True, check=False)
    if tried.returncode:
        pytest.skip("unshare is not allowed to make a network here")


MAKERS = r"name (?:[\w-]+\.)*(?:google\.com|googleapis\.com|mozilla\.com|mozilla\.org|mozilla\.net)"
"""What a browser asks for itself, whatever it shows."""


@each
def test_a_recovery_sends_no_packet(browser, own_machine, tmp_path):
    """On the only network of a machine; what does send is seen there."""
    asking = {"page": built(), "sinks": {"location": "http://elsewhere.example/"}}
    came, sent = ways.captured(browser, {"page": built(), "steps": recovery(tmp_path)}, asking)
    assert came["answer"]["screens"][5]["values"] == SECRET
    assert [one for one in came["packets"] if not re.fullmatch(MAKERS, one)] == []
    assert "name elsewhere.example" in sent["packets"]


@pytest.mark.long
@pytest.mark.parametrize("browser", ways.BROWSERS)
def test_whether_a_name_is_asked_for(browser, own_machine):
    assert ways.asks(browser, built()) == (ways.written()[browser][ways.BY_NAME] == "asks")
