"""The search among more shares than are needed, where one that matches was made to: bounded, in slices, and to be stopped."""

from __future__ import annotations

import functools
import hashlib
from itertools import pairwise

from splitkit.quorum.envelope import fingerprint_of
from splitkit.quorum.textform import symbol_text
from tests.support import make_testkit
from tests.support.builders import altered
from tests.support.differential.two_readers import Given, by_recover
from tests.support.page.judging import ask, judged, typed

SUBSETS = 5_000


@functools.cache
def made_to_match(number):
    """The lines of all sheets of 8 of 16, of which one gives another secret and has its commitment, and the 12 words."""
    big = make_testkit.made("8of16", "page search", "Kit+Search=9Staple", practice=False)
    set_id = big.envelope.header.set_id
    words = [big.share(str(at)).mnemonic for at in range(1, 17)]
    words[number - 1] = altered(big.share(str(number)), hashlib.sha256(b"forged").digest()).mnemonic
    digests = [hashlib.sha256(b"splitkit/1 share" + set_id + one.encode()).digest()[:8] for one in words]
    raw = make_testkit.sealed(big, make_testkit.header_with(big, _9=[[8, b"".join(digests)]]))
    return [*words, symbol_text(raw)], " ".join(fingerprint_of(raw))


def given(number):
    lines, words = made_to_match(number)
    return Given("\n".join(lines).encode(), words)


def test_where_the_forged_share_is_left_soon_the_rest_opens():
    """Shares are tried in the order in which they were read: the last ones are exchanged first."""
    lines, words = made_to_match(16)
    answer = ask(ask="judge", typed=typed(lines), words=words)
    assert (answer["judgement"]["verdict"], answer["judgement"]["wrong"]) == ("opened", ["16"])
    assert answer["judgement"]["unsound"] is True
    assert judged(given(16)) == (0, by_recover(given(16)).password)


def test_the_search_ends_after_as_many_as_the_format_says():
    lines, words = made_to_match(1)
    answer = ask(ask="slices", typed=typed(lines), words=words)
    assert answer["judgement"]["verdict"] == "made-to-match"
    assert by_recover(given(1)).exit == answer["judgement"]["exit"]
    done = [step["done"] for step in answer["steps"]]
    assert done[-1] <= SUBSETS
    assert SUBSETS - done[-1] < 16
    assert all(later - earlier <= 16 for earlier, later in pairwise(done))


def test_the_search_can_be_stopped():
    lines, words = made_to_match(1)
    stopped = ask(ask="slices", typed=typed(lines), words=words, stopAt=100)
    assert stopped["judgement"] is None
    assert len(stopped["steps"]) == 100


def test_thousands_of_damaged_shares_are_solved_in_slices():
    """Each once, however many envelopes are there, with a sign of life after at most 64."""
    [share, *_] = made_to_match(16)[0]
    digits = [f"{number:04d}" * 2 + "0" * 124 for number in range(1000)]
    answer = ask(ask="slices", typed=typed([share, *digits, *made_to_match(16)[0][-1:], *made_to_match(1)[0][-1:]]))
    solving = [step["done"] for step in answer["steps"] if step["doing"] == "solving"]
    assert solving == list(range(1, 1 + len(digits), 64))
