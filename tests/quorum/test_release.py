"""The last gate: nothing is shown that the record, or the narrow rule without one, does not vouch for."""

from __future__ import annotations

import base64
import dataclasses
import traceback

import pytest

from splitkit.errors import AttentionError, ForgedError, NoQuorumError, Remedy, SplitkitError, UnreadableError
from splitkit.quorum.anchor import Anchor, parse_fingerprint
from splitkit.quorum.gathering import gather
from splitkit.quorum.judge import judge
from splitkit.quorum.parsing import read_code, read_line
from splitkit.quorum.policy import SheetId
from splitkit.quorum.release import check_alone, check_reachable, release
from splitkit.quorum.scan import Line, Page, Scan
from splitkit.quorum.textform import parse_line, printed_lines, symbol_text
from splitkit.secret.record import SecretRecord
from tests.support.builders import (
    PASSWORD,
    altered,
    envelope_code,
    flipped,
    key_of,
    lines,
    made,
    page,
    pages,
    resealed,
    share_codes,
    with_set_id,
)

SET = made("3of5", practice=False)
OTHER = made("3of5", practice=False, seed="other")
RAW = SET.envelope.raw


def run(*places, anchor=None, typed=(), practice=False, superseded=False):
    """The record that is released."""
    gathering = gather(places, lines(*typed))
    judgement = judge(gathering, anchor)
    return release(gathering, judgement, practice=practice, superseded=superseded).open()


def stopped(*places, **options):
    with pytest.raises(SplitkitError) as caught:
        run(*places, **options)
    assert caught.value.hint
    return caught.value


# With a record


@pytest.mark.parametrize("numbers", ["123", "345", "2341", "12345", "11223"])
def test_a_quorum_and_the_record_give_the_secret(numbers):
    assert run(*pages(SET, numbers), anchor=SET.anchor) == SET.record


def test_too_few_sheets_give_nothing():
    error = stopped(*pages(SET, "12"), anchor=SET.anchor)
    assert (type(error), error.exit_code) == (NoQuorumError, 4)
    assert "1 more sheet" in error.fact


def test_the_same_sheet_twice_is_still_too_few():
    assert stopped(*pages(SET, "1122"), anchor=SET.anchor).exit_code == 4


def test_another_record_gives_nothing():
    error = stopped(*pages(SET, "12345"), anchor=OTHER.anchor)
    assert (type(error), error.exit_code) == (ForgedError, 5)
    assert "your record" in error.fact


def test_a_record_and_nothing_that_can_be_read_is_unreadable():
    assert stopped(anchor=SET.anchor).exit_code == 3
    assert stopped(Page("p", problem="torn"), anchor=SET.anchor).fact == "a sheet (p): torn"
    assert "no envelope" in stopped(Page("p", share_codes(SET.share("1"))), anchor=SET.anchor).fact


def test_a_forged_sheet_does_not_stop_a_quorum_and_outranks_too_few():
    forged = page(altered(SET.share("1"), bytes(32)), RAW, "forged.png")
    assert run(forged, *pages(SET, "234"), anchor=SET.anchor) == SET.record
    error = stopped(forged, *pages(SET, "23"), anchor=SET.anchor)
    assert error.exit_code == 5
    assert error.fact.startswith("sheet 1 (forged.png)")


def test_a_damaged_sheet_outranks_too_few_and_a_forged_one_outranks_it():
    broken = Page("d.png", (Scan("0" * 132), envelope_code(RAW)))
    forged = page(altered(SET.share("1"), bytes(32)), RAW)
    assert stopped(broken, *pages(SET, "23"), anchor=SET.anchor).exit_code == 3
    assert stopped(broken, forged, *pages(SET, "23"), anchor=SET.anchor).exit_code == 5
    assert run(broken, *pages(SET, "123"), anchor=SET.anchor) == SET.record


def test_two_colluders_get_neither_their_own_secret_nor_the_true_one():
    forged = made("2of5", practice=False, password="forgers' text", entropy=with_set_id(SET.envelope.header.set_id, 7))
    assert stopped(*pages(forged, "12"), *pages(SET, "3"), anchor=SET.anchor).exit_code == 5
    assert stopped(*pages(forged, "12"), *pages(SET, "3")).exit_code == 5
    assert run(*pages(forged, "12"), *pages(SET, "345"), anchor=SET.anchor) == SET.record
    assert stopped(*pages(forged, "12"), *pages(SET, "345")).exit_code == 5


def test_sheets_of_two_sets_are_too_few_of_both():
    with pytest.raises(NoQuorumError, match="these are sheets of 2 sets, and none has enough"):
        check_reachable(judge(gather([*pages(SET, "12"), *pages(OTHER, "34")], [])))
    assert stopped(*pages(SET, "12"), *pages(OTHER, "345"), anchor=SET.anchor).exit_code == 4


def test_an_unsound_set_is_revealed_by_its_record_and_by_nothing_else():
    envelope = resealed(SET, commitments=SET.envelope.header.commitments | {SheetId(0, 4): bytes(8)})
    places = [page(SET.share(n), envelope.raw, n) for n in "123"]
    assert run(*places, anchor=Anchor(envelope.fingerprint)) == SET.record
    error = stopped(*places)
    assert (error.exit_code, error.fact) == (5, "this set contradicts its own envelope")


def test_shares_made_to_match_that_do_not_combine_stop_with_5():
    wrong = altered(SET.share("1"), bytes(32))
    commitments = SET.envelope.header.commitments | {SheetId(0, 0): wrong.commitment(SET.envelope.header.set_id)}
    envelope = resealed(SET, commitments=commitments)
    error = stopped(*(page(share, envelope.raw) for share in (wrong, SET.share("2"), SET.share("3"))), anchor=Anchor(envelope.fingerprint))  # fmt: skip
    assert (error.exit_code, "made to match" in error.fact) == (5, True)


def test_what_opens_and_is_not_understood_stops_with_3():
    envelope = resealed(SET, record=b"?" * 64)
    assert (
        stopped(*(page(SET.share(n), envelope.raw) for n in "123"), anchor=Anchor(envelope.fingerprint)).exit_code == 3
    )


# Without a record


def test_a_quorum_of_whole_pages_vouches_for_itself():
    assert run(*pages(SET, "135")) == SET.record
    assert run(*pages(SET, "12345")) == SET.record


def test_a_page_whose_envelope_was_not_read_does_not_count_and_is_not_in_the_way():
    loose = [Page(n, share_codes(SET.share(n))) for n in "123"]
    record = Page("record", (envelope_code(RAW),))
    assert (
        "a page counts only with its share and its envelope: of the 3 sheets needed 0" in stopped(*loose, record).fact
    )
    assert stopped(*loose[:1], *pages(SET, "23"), record).exit_code == 4
    assert stopped(*loose, typed=[symbol_text(RAW)]).exit_code == 4
    assert run(*loose, record, anchor=SET.anchor) == SET.record
    assert run(*loose[:1], *pages(SET, "234"), record) == SET.record


def test_what_lies_beside_is_named_but_not_all_of_it():
    """Three of five things, and how many more; a sheet of several groups by its letter."""
    grouped = made("2 of: A 2of3, B 2of3", practice=False, seed="grouped")
    loose = [Page(n, share_codes(grouped.share(n))) for n in ("A1", "B2", "A3", "B1")]
    error = stopped(*pages(SET, "123"), *loose)
    named = [f"sheet {n} ({n}) and this envelope do not belong together" for n in ("A1", "B2", "A3")]
    assert error.fact.endswith(f"the sheets of one set: {'; '.join(named)}, and 1 more")
    assert stopped(*pages(SET, "123"), loose[0]).fact.endswith("do not belong together")
    assert error.hint is Remedy.FIND_RECORD


def test_what_could_not_be_read_may_be_the_honest_sheet():
    """A picture that was read, and holds codes of others or none, is none."""
    read = [Page("empty"), Page("others", (Scan("https://example.org"), Scan("age1pq1xyz")))]
    assert run(*pages(SET, "123"), *read) == SET.record
    error = stopped(*pages(SET, "123"), *read, Page("p.heic", problem="a HEIC photo"))
    assert (error.exit_code, error.hint) == (5, Remedy.READ_AGAIN)
    assert error.fact.endswith("of one set: it could not be read: a HEIC photo (p.heic)")
    error = stopped(*pages(SET, "123"), typed=[SET.share("4").mnemonic + " !"])
    assert (error.exit_code, error.hint) == (5, Remedy.READ_AGAIN)
    assert run(*pages(SET, "123"), Page("p.heic", problem="a HEIC photo"), anchor=SET.anchor) == SET.record


def test_people_insist_only_where_something_may_be_opened():
    def reach(*places):
        gathering = gather(places, [])
        return check_alone(gathering, judge(gathering))

    assert reach(*pages(SET, "123")) is None
    for places, kind in (
        ([], UnreadableError),
        (pages(SET, "12"), NoQuorumError),
        ([*pages(SET, "123"), *pages(OTHER, "1")], ForgedError),
        ([Page(n, share_codes(SET.share(n))) for n in "12"] + pages(SET, "3"), NoQuorumError),
    ):
        with pytest.raises(kind):
            reach(*places)


def test_too_much_of_others_is_no_reason_not_to_ask_for_the_record():
    """Who knows what the record will make of it."""
    noise = [Page("n", (Scan(altered(OTHER.share("1"), bytes([at]) * 32).mnemonic.upper()),)) for at in range(70)]
    assert check_reachable(judge(gather([*noise, *pages(SET, "123")], []))) is None


@pytest.mark.parametrize("second", [OTHER.envelope.raw, flipped(RAW, len(RAW) - 1)])
def test_two_envelopes_are_one_too_many(second):
    assert stopped(*pages(SET, "123"), Page("x", (envelope_code(second),))).exit_code == 5
    assert stopped(page(SET.share("1"), second), *pages(SET, "234")).exit_code == 5


def test_a_page_with_two_envelopes_vouches_for_neither():
    two = Page("two", (*share_codes(SET.share("1")), envelope_code(RAW), envelope_code(OTHER.envelope.raw)))
    assert stopped(two, *pages(SET, "23")).exit_code == 5


def test_typed_lines_need_one_single_envelope():
    shares = [SET.share("1").mnemonic, SET.share("2").digits, SET.share("4").mnemonic]
    assert run(typed=[*shares, symbol_text(RAW)]) == SET.record
    assert run(typed=[*shares, *printed_lines(RAW)]) == SET.record
    assert stopped(typed=[*shares, *printed_lines(RAW), symbol_text(OTHER.envelope.raw)]).exit_code == 5
    assert stopped(typed=shares).exit_code == 3


def test_pages_and_lines_may_make_the_quorum_together():
    assert run(*pages(SET, "12"), typed=[SET.share("3").mnemonic]) == SET.record


def test_without_a_record_too_few_is_too_few_and_nothing_is_unreadable():
    assert stopped(*pages(SET, "12")).exit_code == 4
    assert stopped().exit_code == 3
    assert stopped(Page("record", (envelope_code(RAW),))).exit_code == 4


# Early word, before anyone is asked for a record


def test_what_can_never_open_is_said_before_the_record_is_asked_for():
    def reach(*places):
        return check_reachable(judge(gather(places, [])))

    reach(*pages(SET, "123"))
    for places, kind in (
        ([], UnreadableError),
        ([Page("p", problem="torn")], UnreadableError),
        (pages(SET, "12"), NoQuorumError),
        ([*pages(SET, "12"), *pages(OTHER, "12")], NoQuorumError),
        ([page(altered(SET.share("1"), bytes(32)), RAW)], ForgedError),
    ):
        with pytest.raises(kind):
            reach(*places)


# Practice and superseded sets


PRACTICE = made("3of5", practice=True)


@pytest.mark.parametrize("recorded", [True, False])
def test_practice_opens_practice_sets_and_nothing_else(recorded):
    def with_anchor(of):
        return of.anchor if recorded else None

    assert run(*pages(PRACTICE, "123"), practice=True, anchor=with_anchor(PRACTICE)) == PRACTICE.record
    refused = stopped(*pages(PRACTICE, "123"), anchor=with_anchor(PRACTICE))
    assert (type(refused), refused.exit_code) == (AttentionError, 9)
    assert stopped(*pages(SET, "123"), practice=True, anchor=with_anchor(SET)).exit_code == 9


NEW = made("3of5", practice=False, seed="new", first_set=SET.envelope.header.set_id, epoch=2)


def test_a_superseded_set_needs_a_reason():
    assert stopped(*pages(SET, "123"), *pages(NEW, "1"), anchor=SET.anchor).exit_code == 9
    assert run(*pages(SET, "123"), *pages(NEW, "1"), anchor=SET.anchor, superseded=True) == SET.record
    assert run(*pages(SET, "1"), *pages(NEW, "123"), anchor=NEW.anchor) == NEW.record


def test_old_and_new_sheets_are_never_mixed_into_a_quorum():
    for old, new in (("12", "3"), ("1", "23")):
        for anchor in (SET.anchor, NEW.anchor, None):
            code = stopped(*pages(SET, old), *pages(NEW, new), anchor=anchor, superseded=True).exit_code
            assert code == (4 if anchor else 5)


def test_both_sets_complete_without_a_record_show_neither():
    assert stopped(*pages(SET, "123"), *pages(NEW, "123")).exit_code == 5


def test_a_judgement_without_a_choice_releases_nothing():
    gathering = gather([*pages(SET, "12"), *pages(OTHER, "12")], [])
    with pytest.raises(ForgedError, match="2 different envelopes lie here"):
        release(gathering, judge(gathering), practice=False, superseded=False)


# Nothing secret in any representation


SECRET = made("3of5", practice=False, password="zq7Kx-secret-Wv3", seed="leak")


def secrets_of(of):
    """All that must never be shown, in the spellings in which it could be."""
    key = key_of(of)
    for share in of.dealt.shares.values():
        yield from (" ".join(share.words[at : at + 2]) for at in range(4, 30))
        yield share.digits[16:120]
        yield share.digits[20:28]
        yield from spellings(share.value)
    yield from spellings(key)
    yield of.record.password
    yield from spellings(of.record.password.encode())


def spellings(data):
    yield from (
        data.hex(),
        data.hex().upper(),
        repr(data)[2:-1],
        base64.b64encode(data).decode()[:20],
        str(list(data))[1:-1],
    )


def everything():
    """One of each object that a run makes."""
    sheets = pages(SECRET, "123")
    typed = lines(SECRET.share("4").mnemonic, SECRET.share("5").digits, "academic " * 33)
    gathering = gather(sheets, typed)
    judgement = judge(gathering, SECRET.anchor)
    released, case = release(gathering, judgement, practice=False, superseded=False), judgement.chosen
    share = SECRET.share("1")
    yield from (
        SECRET.dealt,
        SECRET.record,
        share,
        SECRET.anchor,
        sheets,
        typed,
        gathering,
        gathering.origins,
        judgement,
    )
    yield from (
        case,
        case.proof,
        released,
        released.open(),
        gathering.found_shares(),
        judgement.sheets,
        judgement.notes,
    )
    yield from (
        Scan(share.mnemonic),
        Line("x", Scan(share.digits)),
        read_code(share.digits),
        read_line(share.mnemonic[:-1]),
    )
    yield from (
        dataclasses.replace(share, member=3),
        parse_line(printed_lines(RAW)[0]),
        SecretRecord("x", note=PASSWORD),
    )


def test_no_representation_of_anything_shows_a_share_or_a_secret():
    shown = "".join(f"{thing!r}{thing}" for thing in everything())
    assert len(shown) > 1000
    assert not [secret for secret in secrets_of(SECRET) if secret in shown]
    assert PASSWORD not in shown


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: stop(*pages(SECRET, "12"), anchor=SECRET.anchor),
        lambda: stop(*pages(SECRET, "123"), anchor=SET.anchor),
        lambda: stop(
            *(page(SECRET.share(n), resealed(SECRET, record=SECRET.record.password.encode() * 4).raw) for n in "123")
        ),
        lambda: stop(*(page(SECRET.share(n), resealed(SECRET, key=bytes(32)).raw) for n in "12345")),
        lambda: parse_fingerprint(SECRET.share("1").mnemonic),
        lambda: parse_fingerprint(SECRET.share("1").digits),
        lambda: dataclasses.replace(SECRET.record, note="\ud800").encode(),
        lambda: SecretRecord.decode(SECRET.record.encode()[:-1]),
        lambda: made("3of5", password=SECRET.record.password * 40),
    ],
)
def test_no_error_and_no_traceback_shows_a_share_or_a_secret(attempt):
    with pytest.raises(SplitkitError) as caught:
        attempt()
    error = caught.value
    shown = "".join(traceback.format_exception(error)) + error.fact + str(error.hint) + repr(error)
    assert not [secret for secret in secrets_of(SECRET) if secret in shown]


def stop(*places, anchor=None):
    run(*places, anchor=anchor)
