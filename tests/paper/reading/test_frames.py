"""What pages the pictures of a camera make: only what was seen in one single picture is together."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from splitkit.errors import NoQuorumError
from splitkit.paper.reading.camera import MAX_PAGES, Code, Frame, FrameCollector
from splitkit.quorum.envelope import Envelope
from splitkit.quorum.gathering import gather
from splitkit.quorum.judge import judge
from splitkit.quorum.parsing import Rejection
from splitkit.quorum.release import release
from splitkit.quorum.scan import Page, Scan
from splitkit.quorum.share import Share
from tests.support import sampling
from tests.support.builders import altered, envelope_code, made, share_codes

SET = made("2of3")
CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
WORDS = {number: share_codes(SET.share(number))[0] for number in "123"}
DIGITS = {number: share_codes(SET.share(number))[1] for number in "123"}
ENVELOPE = envelope_code(SET.envelope.raw)


def frame(*scans: Scan) -> Frame:
    return Frame(tuple(Code(scan, CORNERS) for scan in scans))


def collected(*frames: tuple[Scan, ...]) -> FrameCollector:
    collector = FrameCollector()
    for scans in frames:
        collector.add(frame(*scans))
    return collector


def texts(collector: FrameCollector) -> list[set[str]]:
    return [{scan.text for scan in page.scans} for page in collector.pages()]


def test_a_share_and_an_envelope_of_two_pictures_never_make_one_page():
    collector = collected((WORDS["1"],), (ENVELOPE,), (DIGITS["1"],), (WORDS["2"],))
    assert texts(collector) == [{WORDS["1"].text, DIGITS["1"].text}, {ENVELOPE.text}, {WORDS["2"].text}]


def test_a_picture_that_shows_more_takes_the_place_of_those_that_showed_a_part():
    collector = collected((WORDS["1"],), (ENVELOPE,), (DIGITS["1"], ENVELOPE))
    assert texts(collector) == [{WORDS["1"].text, DIGITS["1"].text, ENVELOPE.text}]
    assert [page.source for page in collector.pages()] == ["camera picture 1"]


def test_only_news_is_told():
    collector = FrameCollector()
    assert [type(finding) for finding in collector.add(frame(WORDS["1"]))] == [Share]
    assert collector.add(frame(DIGITS["1"])) == []
    assert {type(finding) for finding in collector.add(frame(ENVELOPE, DIGITS["1"], WORDS["1"]))} == {Share, Envelope}
    assert collector.add(frame(ENVELOPE)) == []
    assert collector.add(frame()) == []


def test_the_best_margin_is_kept():
    worse, better = Scan(WORDS["1"].text, 0.1), Scan(WORDS["1"].text, 0.9)
    for order in ((worse, better), (better, worse)):
        (page,) = collected(*((scan,) for scan in order)).pages()
        assert page.scans == (better,)
    (page,) = collected((better,), (worse, ENVELOPE)).pages()
    assert better in page.scans


def test_words_and_digits_that_differ_are_two_shares_of_one_picture():
    (page,) = collected((WORDS["1"], DIGITS["2"])).pages()
    assert len(gather([page], []).found_shares()) == 2


def test_codes_of_the_room_make_no_page_and_no_verdict():
    strange = [Scan(text) for text in ("https://example.org", "4006381333931", "age1pq1" + "q" * 60, "\x1b[2J")]
    collector = FrameCollector()
    assert collector.add(frame(*strange)) == []
    assert collector.pages() == []
    collector.add(frame(strange[0], WORDS["1"], ENVELOPE))
    assert texts(collector) == [{WORDS["1"].text, ENVELOPE.text}]
    assert [sheet.status.value for sheet in judge(gather(collector.pages(), [])).sheets] == ["sound"]


def test_what_claims_to_be_of_splitkit_and_is_not_stays_for_the_judge():
    words = WORDS["1"].text.split()
    swapped = " ".join([*words[:4], words[5], words[4], *words[6:]])
    (finding,) = FrameCollector().add(frame(Scan(swapped)))
    assert isinstance(finding, Rejection)
    (page,) = collected((Scan(swapped),)).pages()
    assert [sheet.status.value for sheet in judge(gather([page], [])).sheets] == ["damaged"]


def test_without_a_record_only_pictures_with_both_count():
    apart = gather(collected((WORDS["1"],), (ENVELOPE,), (WORDS["2"],), (WORDS["3"], ENVELOPE)).pages(), [])
    with pytest.raises(NoQuorumError, match="a page counts only with its share and its envelope"):
        release(apart, judge(apart), practice=True, superseded=False)
    together = gather(collected((WORDS["1"],), (ENVELOPE, WORDS["1"]), (DIGITS["2"], ENVELOPE)).pages(), [])
    released = release(together, judge(together), practice=True, superseded=False)
    assert released.envelope == SET.envelope


def test_a_forger_between_the_frames_is_kept_and_named():
    forged = share_codes(altered(SET.share("2"), value=bytes(32)))[0]
    gathering = gather(collected((WORDS["1"], ENVELOPE), (WORDS["3"],), (forged,)).pages(), [])
    assert "forged" in {sheet.status.value for sheet in judge(gathering, SET.anchor).sheets}


def test_a_flood_of_codes_is_bounded_and_said():
    collector = collected(*((Scan("SK1:" + f"{number:04d}".translate(str.maketrans("0189", "ABCD"))),)
                            for number in range(MAX_PAGES + 50)))  # fmt: skip
    assert collector.full
    assert len(collector.pages()) <= MAX_PAGES
    collector.add(frame(*(Scan(f"SK1:{letter * 8}") for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")))
    assert max(len(page.scans) for page in collector.pages()) <= 26


def things(scans: Iterable[Scan]) -> tuple[set[Share], set[bytes]]:
    found = gather([Page("one", tuple(scans))], [])
    return {share.share for share in found.found_shares()}, set(found.envelopes)


def test_any_order_keeps_exactly_what_was_together():
    dice = random.Random(7)
    pool = [*WORDS.values(), *DIGITS.values(), ENVELOPE]
    for _ in range(15 if sampling.short else 50):
        shown = [tuple(dice.sample(pool, dice.randint(1, 4))) for _ in range(6)]
        pages = collected(*shown).pages()
        seen = [things(scans) for scans in shown]
        for page in pages:
            shares, envelopes = things(page.scans)
            assert any(shares == s and envelopes == e for s, e in seen), "a page that no picture showed"
        for shares, envelopes in seen:
            assert any(shares <= things(p.scans)[0] and envelopes <= things(p.scans)[1] for p in pages)


def test_nothing_shows_a_share():
    collector = collected((WORDS["1"], ENVELOPE))
    shown = repr((collector, frame(WORDS["1"]), collector.pages())) + str(Frame(grey=b"abc"))
    assert WORDS["1"].text.split()[5] not in shown
    assert "abc" not in shown
