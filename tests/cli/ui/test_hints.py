"""The command line has a sentence for everything that the core says would help."""

from __future__ import annotations

from splitkit.cli.ui.hints import HINTS, worded
from splitkit.errors import Remedy


def test_each_remedy_has_one_sentence():
    assert set(HINTS) == set(Remedy)
    for remedy, hint in HINTS.items():
        assert worded(remedy) == hint
        assert hint
        assert not hint.endswith(".")


def test_a_hint_that_is_a_sentence_stays_as_it_is():
    assert worded("scan it again") == "scan it again"
