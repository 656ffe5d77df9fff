"""What people are told while they hold sheets up: what was read, what is still wanted, and never a word of a share."""

from __future__ import annotations

from splitkit.cli.ui.camera_session import ReadingProgress
from splitkit.quorum.gathering import gather
from splitkit.quorum.parsing import read_code
from splitkit.quorum.textform import symbol_text
from tests.support.builders import altered, lines, made

SET = made("3of5")
OTHER = made("2of3", seed=1)
GROUPS = made("2 of: A 2of3, B 1of1")


def test_the_envelope_comes_first_or_last():
    progress = ReadingProgress()
    assert progress.read() == "shares of sheets: none; no envelope"
    assert "the envelope" in progress.wanted()
    assert progress.add([SET.share("4")]) == ["sheet 4: share read"]
    assert "how many shares" in progress.wanted()
    assert progress.add([SET.envelope]) == ["envelope read"]
    assert progress.wanted() == "of the 3 sheets needed 1 is here; 2 more sheets are needed"
    assert progress.add([SET.share("4")]) == []
    assert progress.add([SET.share("2")]) == ["sheet 2 of 5: share read"]
    assert progress.add([SET.share("10"[:1])]) == ["sheet 1 of 5: share read"]
    assert "enough for a quorum" in progress.wanted()
    assert progress.read() == "shares of sheets: 1, 2, 4; envelope read"


def test_seen_together_is_said_once():
    progress = ReadingProgress()
    progress.add([SET.share("1")])
    assert progress.add([SET.envelope, SET.share("1")]) == [
        "envelope read",
        "sheet 1 of 5: seen again, in one picture with its envelope",
    ]
    assert progress.add([SET.envelope, SET.share("1")]) == []
    assert progress.add([SET.share("2"), SET.envelope]) == [
        "sheet 2 of 5: share read, in one picture with its envelope"
    ]


def test_groups_are_counted_by_group():
    progress = ReadingProgress()
    progress.add([GROUPS.envelope])
    assert progress.add([GROUPS.share("B1")]) == ["sheet B1 of 1: share read"]
    assert "2 of group A" in progress.wanted()
    progress.add([GROUPS.share("A3"), GROUPS.share("A1")])
    assert "enough" in progress.wanted()
    assert progress.read() == "shares of sheets: A1, A3, B1; envelope read"


def test_a_forged_share_is_not_counted_whatever_it_asks_for():
    progress = ReadingProgress()
    progress.add([SET.envelope])
    for forged in (altered(SET.share("1"), value=bytes(32)), altered(SET.share("1"), member_threshold=1)):
        assert progress.add([forged]) == ["sheet 1: share read"]
    assert progress.wanted() == "of the 3 sheets needed 0 are here; 3 more sheets are needed"


def test_two_envelopes_are_not_voted_on():
    progress = ReadingProgress()
    progress.add([SET.envelope, OTHER.envelope])
    assert progress.wanted() == "2 different envelopes: only your record can tell which is yours"
    assert progress.read().endswith("2 envelopes")


def test_what_was_read_before_the_camera_counts():
    before = gather([], lines(SET.share("1").digits, SET.share("2").mnemonic, symbol_text(SET.envelope.raw)))
    progress = ReadingProgress.of(before)
    assert progress.read() == "shares of sheets: 1, 2; envelope read"
    assert "1 more sheet is needed" in progress.wanted()


def test_what_is_refused_is_said_without_its_text():
    words = [word.upper() for word in SET.share("1").words]
    words[3], words[4] = words[4], words[3]
    assert ReadingProgress().add([read_code(" ".join(words))]) == ["not taken: the check of this share fails"]


def test_nothing_shows_a_share():
    progress = ReadingProgress()
    said = progress.add([SET.share("1"), SET.envelope])
    shown = " ".join([repr(progress), *said, progress.read(), progress.wanted()]).lower()
    assert not [word for word in SET.share("1").words if f" {word} " in shown]
