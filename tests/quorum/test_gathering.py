"""What was read is collected, bounded, and kept where it was found."""

from __future__ import annotations

from itertools import combinations

import pytest

from splitkit.quorum import parsing
from splitkit.quorum.gathering import gather
from splitkit.quorum.parsing import Reason
from splitkit.quorum.scan import Line, Page, Scan
from splitkit.quorum.textform import printed_lines, symbol_text
from tests.support.builders import altered, envelope_code, lines, made, page, pages, resealed, share_codes

SET = made("3of5")
RAW = SET.envelope.raw


def test_a_whole_page_is_one_share_and_one_envelope():
    gathering = gather(pages(SET, "2"), [])
    (origin,) = gathering.origins
    assert [found.share for found in origin.shares] == [SET.share("2")]
    assert origin.envelopes == [SET.envelope]
    assert not origin.rejections
    assert not origin.typed


@pytest.mark.parametrize(("margins", "best"), [((0.5, 0.75), 0.75), ((0.9, 0.1), 0.9), ((None, 0.2), 0.2), ((0.2, None), 0.2), ((None, None), None)])  # fmt: skip
def test_words_and_digits_of_one_page_are_one_share_with_the_better_margin(margins, best):
    share = SET.share("1")
    scans = (Scan(share.mnemonic.upper(), margins[0]), Scan(share.digits, margins[1]))
    (found,) = gather([Page("p", scans)], []).found_shares()
    assert (found.share, found.margin) == (share, best)


def test_words_and_digits_that_differ_are_two_shares():
    words, _ = share_codes(SET.share("1"))
    _, digits = share_codes(altered(SET.share("1"), bytes(32)))
    assert len(gather([Page("p", (words, digits))], []).found_shares()) == 2


def test_the_same_sheet_twice_is_kept_as_two_places():
    gathering = gather([*pages(SET, "1"), *pages(SET, "1")], [])
    assert len(gathering.origins) == len(gathering.found_shares()) == 2
    assert list(gathering.envelopes) == [RAW]
    assert [o.source for o in gathering.origins if SET.envelope in o.envelopes] == ["scan-1.png", "scan-1.png"]


def test_the_same_envelope_or_refusal_twice_on_a_page_is_one():
    scans = (envelope_code(RAW), envelope_code(RAW), Scan("x"), Scan("y"))
    (origin,) = gather([Page("p", scans)], []).origins
    assert origin.envelopes == [SET.envelope]
    assert [rejection.reason for rejection in origin.rejections] == [Reason.OTHER_CODE]


def test_a_page_that_could_not_be_read_keeps_its_problem():
    (origin,) = gather([Page("p", problem="encrypted")], []).origins
    assert origin.problem == "encrypted"


def test_typed_lines_give_shares_and_the_envelope():
    gathering = gather([], lines(SET.share("1").mnemonic, *reversed(printed_lines(RAW)), SET.share("2").digits))
    assert [found.share for found in gathering.found_shares()] == [SET.share("1"), SET.share("2")]
    assert gathering.by_fingerprint() == (SET.envelope,)
    assert all(origin.typed for origin in gathering.origins)
    assert [o.source for o in gathering.origins if SET.envelope in o.envelopes] == ["typed envelope lines"]


def test_words_typed_row_by_row_are_read_down_the_columns():
    """As they stand on a sheet without their numbers, eleven rows of three; on one line they are no share."""
    words = SET.share("2").words
    rows = [" ".join(words[row::11]) for row in range(11)]
    assert [found.share for found in gather([], lines(*rows)).found_shares()] == [SET.share("2")]
    assert gather([], lines(" ".join(rows))).found_shares() == []


def test_empty_lines_and_remarks_are_passed_over():
    assert gather([], lines("", "   ", "# sheet 2", "  #")).origins == []


def test_a_typed_line_that_is_nothing_is_a_place_with_a_refusal():
    (origin,) = gather([], [Line("line 9", Scan("zero"))]).origins
    assert (origin.source, origin.rejections[0].reason) == ("line 9", Reason.BAD_LINE)


def test_missing_envelope_lines_are_a_refusal_of_their_own():
    (origin,) = gather([], lines(*printed_lines(RAW)[1:])).origins
    assert "line 1 of" in origin.rejections[0].detail


def test_pages_and_lines_are_gathered_together():
    gathering = gather(pages(SET, "1"), lines(SET.share("2").mnemonic, symbol_text(RAW)))
    assert len(gathering.found_shares()) == 2
    assert list(gathering.envelopes) == [RAW]


def test_two_files_of_one_name_are_two_places():
    first, second = gather([page(SET.share("1"), RAW, "same"), page(SET.share("1"), RAW, "same")], []).origins
    assert first != second
    assert len({first, second}) == 2


def many_shares(count):
    return [altered(SET.share("1"), bytes([at]) * 32) for at in range(count)]


def test_all_that_was_read_is_gathered_and_the_same_counts_once():
    """Nobody knows yet what will fit the record: the judge leaves out what is too much."""
    scans = [Scan(share.mnemonic.upper()) for share in many_shares(99)]
    codes = [envelope_code(resealed(SET, created_day=day).raw) for day in range(1, 50)]
    gathering = gather([Page("p", (*scans, *scans, *codes, *codes))], [])
    assert (len(gathering.found_shares()), len(gathering.envelopes)) == (99, 49)


def test_a_trusted_copy_may_be_added_and_is_the_same_envelope():
    gathering = gather(pages(SET, "1"), [])
    gathering.add_envelope(SET.envelope)
    assert gathering.by_fingerprint() == (SET.envelope,)
    other = resealed(SET, created_day=2)
    gathering.add_envelope(other)
    assert set(gathering.envelopes) == {RAW, other.raw}


def test_envelopes_are_sorted_by_fingerprint_whatever_the_order():
    codes = [envelope_code(resealed(SET, created_day=day).raw) for day in range(1, 9)]
    forwards = gather([Page("p", tuple(codes))], []).by_fingerprint()
    assert forwards == gather([Page("p", tuple(reversed(codes)))], []).by_fingerprint()
    assert list(forwards) == sorted(forwards, key=lambda envelope: envelope.fingerprint)


def test_a_damaged_share_is_no_share_and_is_solved_when_asked_for():
    """Each line has one illegible word, and so one solution that fits the checksum."""
    shares = many_shares(7)
    gathering = gather([], lines(*(" ".join((*share.words[:5], "?", *share.words[6:])) for share in shares)))
    assert gathering.found_shares() == []
    assert [guess.share for guess in gathering.guesses()] == shares


def test_a_few_words_above_the_lines_of_an_illegible_share_are_no_part_of_it():
    words = [*SET.share("1").words[:5], "?", *SET.share("1").words[6:]]
    rows = [" ".join(words[at : at + 4]) for at in range(0, len(words), 4)]
    found = gather([], lines("academic acid", *rows))
    assert [guess.share for guess in found.guesses()] == [SET.share("1")]


def test_illegible_lines_are_solved_up_to_a_number_and_then_refused(monkeypatch):
    """Each takes up to half a second of guessing: a thousand of them would be a way to stop a recovery."""
    monkeypatch.setattr(parsing, "MAX_ILLEGIBLE_LINES", most := 5)
    line = printed_lines(SET.envelope.raw)[0]
    places = [at for at in range(6, len(line)) if line[at] != " "]
    spoilt = [f"{line[:a]}?{line[a + 1 : b]}?{line[b + 1 :]}" for a, b in combinations(places, 2)]
    texts = [spoilt[0]] * 2 * most + spoilt[: most + 3]
    found = gather([], lines(*texts, SET.share("1").mnemonic))
    refused = [refusal.detail for origin in found.origins for refusal in origin.rejections]
    assert sum("was not tried" in detail for detail in refused) == 3
    assert len(found.found_shares()) == 1, "what is legible is read anyway"
