"""The judge never votes: envelopes are trusted by the record, shares by their commitment, and forgeries are named."""

from __future__ import annotations

import time

import pytest
from shamir_mnemonic import Share as SlipShare

from splitkit.quorum.anchor import Anchor
from splitkit.quorum.gathering import gather
from splitkit.quorum.judge import belongs, judge
from splitkit.quorum.opening import MAX_SUBSETS
from splitkit.quorum.policy import SheetId, parse_policy
from splitkit.quorum.recipient import recipient_text
from splitkit.quorum.scan import Page, Scan
from splitkit.quorum.share import share_from_slip
from splitkit.quorum.slip39 import CombineError, split_key
from splitkit.quorum.verdicts import VERDICTS, SheetVerdict, Status
from tests.support.builders import (
    altered,
    envelope_code,
    flipped,
    lines,
    made,
    page,
    pages,
    resealed,
    secret_of,
    seeded_bytes,
    share_codes,
    with_set_id,
)

SET = made("3of5")
OTHER = made("3of5", seed="other")
GROUPS = made("2 of: Board 2of3, IT 3of5, Audit 1of1")
RAW = SET.envelope.raw
SOUND, CLAIMED, FORGED, UNMATCHED, OTHER_SET = (
    Status.SOUND,
    Status.CLAIMED,
    Status.FORGED,
    Status.UNMATCHED,
    Status.OTHER_SET,
)


def judged(*places, anchor=None, typed=()):
    return judge(gather(places, lines(*typed)), anchor)


def statuses(judgement):
    return [sheet.status for sheet in judgement.sheets]


def names(judgement, status):
    return [sheet.name for sheet in judgement.sheets if sheet.status is status]


def slip(of=SET, **fields):
    facts = {
        "identifier": of.share(of.policy.number(of.sheets[0])).identifier,
        "extendable": False,
        "iteration_exponent": 0,
    }
    facts |= {
        "group_index": 0,
        "group_threshold": 1,
        "group_count": 1,
        "index": 0,
        "member_threshold": 1,
        "value": bytes(32),
    }
    return SlipShare(**facts | fields)


# Matching


def test_a_share_belongs_by_commitment_and_by_its_own_header():
    assert all(belongs(share, SET.envelope) for share in SET.dealt.shares.values())
    assert not any(belongs(share, OTHER.envelope) for share in SET.dealt.shares.values())


@pytest.mark.parametrize(
    "fields",
    [{"member_threshold": 1}, {"member_threshold": 2}, {"index": 5}, {"index": 15}, {"group_index": 1}, {"group_count": 2},
     {"group_count": 2, "group_threshold": 2}, {"identifier": 1}, {"value": bytes(32)}],
)  # fmt: skip
def test_a_share_with_another_field_belongs_nowhere(fields):
    forged = altered(SET.share("1"), **fields)
    assert not belongs(forged, SET.envelope)


@pytest.mark.parametrize(
    "fields", [{"member_threshold": 1}, {"group_count": 2}, {"group_count": 2, "group_threshold": 2}]
)
def test_a_commitment_alone_does_not_excuse_another_header(fields):
    """The dealer, or whoever made the envelope, commits to a share that asks for fewer sheets."""
    forged = altered(SET.share("1"), **fields)
    commitments = SET.envelope.header.commitments | {SheetId(0, 0): forged.commitment(SET.envelope.header.set_id)}
    assert not belongs(forged, resealed(SET, commitments=commitments))


@pytest.mark.parametrize(
    "fields", [{"group_threshold": 1}, {"group_threshold": 3}, {"group_count": 4}, {"member_threshold": 1}]
)
def test_in_a_set_of_groups_too(fields):
    forged = altered(GROUPS.share("A1"), **fields)
    commitments = GROUPS.envelope.header.commitments | {SheetId(0, 0): forged.commitment(GROUPS.envelope.header.set_id)}
    assert belongs(GROUPS.share("A1"), GROUPS.envelope)
    assert not belongs(forged, resealed(GROUPS, commitments=commitments))


# Rule 1: damaged and foreign shares


def test_a_damaged_share_is_damaged_and_counts_for_nothing():
    broken = "academic " + SET.share("1").mnemonic.partition(" ")[2]
    judgement = judged(Page("p", (Scan(broken.upper()), envelope_code(RAW))), *pages(SET, "23"))
    assert statuses(judgement) == [Status.DAMAGED, SOUND, SOUND]
    assert not judgement.chosen.has_quorum


def test_a_damaged_copy_beside_a_sound_one_is_a_note():
    words, digits = share_codes(SET.share("1"))
    broken = Scan("ACADEMIC " + words.text.partition(" ")[2])
    (sheet,) = judged(Page("p", (broken, digits, envelope_code(RAW)))).sheets
    assert (sheet.status, sheet.note) == (SOUND, "the check of this share fails")


@pytest.mark.parametrize(
    "fields", [{"iteration_exponent": 15}, {"extendable": True}, {"iteration_exponent": 1}, {"value": bytes(16)}]
)
def test_a_stretched_extendable_or_short_share_of_this_set_is_forged_at_once(fields):
    foreign = Page("forged.png", (Scan(slip(**fields).mnemonic().upper()), envelope_code(RAW)))
    started = time.process_time()
    judgement = judged(foreign, *pages(SET, "234"), anchor=SET.anchor)
    assert time.process_time() - started < 0.1
    assert statuses(judgement) == [FORGED, SOUND, SOUND, SOUND]
    assert judgement.chosen.proof


def test_a_foreign_share_before_anything_is_vouched_for_is_unmatched():
    foreign = Page("p", (Scan(slip(extendable=True).mnemonic().upper()), envelope_code(RAW)))
    assert statuses(judged(foreign)) == [UNMATCHED]


def test_a_foreign_share_alone_is_just_no_splitkit_share():
    foreign = slip(identifier=1, extendable=True).mnemonic()
    (sheet,) = judged(Page("p", (Scan(foreign.upper()),))).sheets
    assert (sheet.status, sheet.note, sheet.name) == (Status.UNREADABLE, "not a splitkit share", "")
    assert statuses(judged(*pages(SET, "123"), typed=[foreign], anchor=SET.anchor))[3] is Status.UNREADABLE


# Rule 2: the record


def test_the_record_anchors_the_one_envelope_it_names():
    judgement = judged(*pages(OTHER, "123"), *pages(SET, "123"), anchor=SET.anchor)
    assert judgement.anchored
    assert judgement.chosen.envelope == SET.envelope
    assert statuses(judgement) == [OTHER_SET] * 3 + [SOUND] * 3


@pytest.mark.parametrize("change", range(12))
def test_one_other_word_anchors_nothing(change):
    words = list(SET.envelope.fingerprint)
    words[change] = "zero" if words[change] != "zero" else "academic"
    judgement = judged(*pages(SET, "123"), anchor=Anchor(tuple(words)))
    assert judgement.anchor_missing
    assert not judgement.chosen
    assert judgement.missing() == judgement.unproven() == judgement.unsound() == ()


def test_a_trusted_copy_of_the_record_stands_in_for_the_envelopes_on_the_sheets():
    gathering = gather([Page(n, share_codes(SET.share(n))) for n in "124"], [])
    assert statuses(judge(gathering)) == [Status.NO_ENVELOPE] * 3
    gathering.add_envelope(SET.envelope)
    judgement = judge(gathering, SET.anchor)
    assert statuses(judgement) == [SOUND] * 3
    assert secret_of(judgement.chosen) == SET.record


def test_a_record_of_a_set_of_which_no_sheet_is_here_is_missing():
    gathering = gather(pages(OTHER, "123"), [])
    gathering.add_envelope(SET.envelope)
    assert judge(gathering, SET.anchor).anchor_missing


def test_forgers_in_the_majority_do_not_outvote_one_honest_sheet():
    """Two forgers, their own envelope under the set's own id, against one custodian and the record."""
    forged = made("2of5", entropy=with_set_id(SET.envelope.header.set_id, seed="forger"))
    judgement = judged(*pages(forged, "23"), *pages(SET, "1"), anchor=SET.anchor)
    assert statuses(judgement) == [FORGED, FORGED, SOUND]
    assert judgement.chosen.envelope == SET.envelope
    assert not judgement.chosen.proof


# Rule 3: forged, or only unmatched


def test_the_share_that_asks_for_one_sheet_opens_nothing_alone():
    """Any SLIP-39 tool would return the forger's text."""
    forged = share_from_slip(slip(value=seeded_bytes(0)(32)))
    judgement = judged(page(forged, RAW))
    assert statuses(judgement) == [UNMATCHED]
    assert not judgement.chosen.has_quorum
    assert statuses(judged(page(forged, RAW), anchor=SET.anchor)) == [FORGED]


@pytest.mark.parametrize("honest", ["2345", "234", "23"])
def test_a_forged_value_is_named_and_left_out(honest):
    forged = altered(SET.share("1"), bytes(32))
    judgement = judged(page(forged, RAW), *pages(SET, honest), anchor=SET.anchor)
    assert names(judgement, FORGED) == ["sheet 1"]
    assert names(judgement, SOUND) == [f"sheet {n}" for n in honest]
    assert bool(judgement.chosen.proof) is (len(honest) >= 3)


def test_a_forged_value_is_named_by_an_opened_envelope_without_any_record():
    forged = altered(SET.share("1"), bytes(32))
    assert statuses(judged(page(forged, RAW), *pages(SET, "234")))[0] is FORGED
    assert statuses(judged(page(forged, RAW), *pages(SET, "23")))[0] is UNMATCHED


def test_two_colluders_with_a_consistent_pair_are_both_named():
    """Their shares combine with one another and with nothing else."""
    pair = split_key(bytes(32), SET.envelope.header.set_id, parse_policy("2of5"), with_set_id(bytes(16)))
    pair = [altered(pair[SheetId(0, m)], member_threshold=3) for m in range(2)]
    judgement = judged(*(page(share, RAW) for share in pair), *pages(SET, "345"), anchor=SET.anchor)
    assert names(judgement, FORGED) == ["sheet 1", "sheet 2"]
    assert secret_of(judgement.chosen) == SET.record


def test_two_colluders_with_an_envelope_of_their_own_are_both_named():
    forged = made("2of5", entropy=with_set_id(SET.envelope.header.set_id, seed="forger"))
    judgement = judged(*pages(forged, "12"), *pages(SET, "345"), anchor=SET.anchor)
    assert statuses(judgement) == [FORGED] * 2 + [SOUND] * 3
    undecided = judged(*pages(forged, "12"), *pages(SET, "345"))
    assert undecided.chosen is None
    assert FORGED not in statuses(undecided)


def test_words_and_digits_of_one_page_that_differ_are_two_shares_and_one_is_forged():
    words, _ = share_codes(SET.share("1"))
    _, digits = share_codes(altered(SET.share("1"), bytes(32)))
    judgement = judged(Page("p", (words, digits, envelope_code(RAW))), anchor=SET.anchor)
    assert statuses(judgement) == [SOUND, FORGED]


@pytest.mark.parametrize("part", ["ciphertext", "nonce", "label"])
def test_an_envelope_altered_on_one_sheet_makes_that_sheet_forged(part):
    raw = {
        "ciphertext": flipped(RAW, len(RAW) - 1),
        "nonce": flipped(RAW, RAW.index(SET.envelope.nonce)),
        "label": RAW.replace(b"Test", b"Tesu"),
    }[part]
    places = [page(SET.share("1"), raw, "altered.png"), *pages(SET, "23")]
    for anchor in (SET.anchor, None):
        judgement = judged(*places, anchor=anchor)
        assert statuses(judgement) == [FORGED, *[SOUND if anchor else CLAIMED] * 2]
        assert secret_of(judgement.chosen) == SET.record
        assert "another one" in judgement.sheets[0].note
    short = judged(*places[:2])
    assert short.chosen is None
    assert FORGED not in statuses(short)


def test_an_altered_envelope_without_a_share_is_forged_too():
    altered_envelope = Page("lone.png", (envelope_code(resealed(SET, created_day=9).raw),))
    judgement = judged(altered_envelope, *pages(SET, "12"), anchor=SET.anchor)
    assert statuses(judgement) == [FORGED, SOUND, SOUND]
    assert statuses(judged(altered_envelope, *pages(SET, "12"))) == [OTHER_SET, OTHER_SET]


def test_a_share_of_this_set_under_the_envelope_of_another_is_said_so():
    swapped = page(SET.share("1"), OTHER.envelope.raw)
    judgement = judged(swapped, *pages(SET, "23"), anchor=SET.anchor)
    assert statuses(judgement) == [FORGED, SOUND, SOUND]
    assert judgement.chosen.proof


def test_an_unopened_lone_envelope_says_unmatched_of_a_swapped_one():
    gathering = gather([page(SET.share("1"), RAW)], [])
    gathering.origins[0].envelopes[:] = [OTHER.envelope]
    assert statuses(judge(gathering)) == [UNMATCHED]


# Rule 4: twice, more than needed, two sets


def test_the_same_sheet_twice_counts_once_and_says_so():
    judgement = judged(*pages(SET, "1121"), anchor=SET.anchor)
    assert statuses(judgement) == [SOUND, Status.DUPLICATE, SOUND, Status.DUPLICATE]
    assert not judgement.chosen.has_quorum
    assert judgement.chosen.matches == {SheetId(0, m): (SET.share(str(m + 1)),) for m in range(2)}
    assert judgement.missing() == ("3", "4", "5")
    assert judgement.unproven() == ("3", "4", "5")


@pytest.mark.parametrize("numbers", ["123", "1234", "12345", "54321", "135"])
def test_a_quorum_and_more_opens_and_proves_every_sheet(numbers):
    judgement = judged(*pages(SET, numbers))
    assert statuses(judgement) == [SOUND] * len(numbers)
    assert secret_of(judgement.chosen) == SET.record
    assert judgement.unproven() == judgement.unsound() == ()
    assert judgement.chosen.proof.proven == set(SET.sheets)


def test_pages_and_typed_lines_make_one_quorum():
    judgement = judged(*pages(SET, "1"), typed=[SET.share("2").mnemonic, SET.share("5").digits])
    assert secret_of(judgement.chosen) == SET.record


def test_two_sets_are_kept_apart():
    judgement = judged(*pages(SET, "12"), *pages(OTHER, "3"))
    assert judgement.chosen is None
    assert statuses(judgement) == [OTHER_SET] * 3
    assert not any(case.has_quorum for case in judgement.cases)
    opened = judged(*pages(SET, "123"), *pages(OTHER, "12"))
    assert opened.chosen.envelope == SET.envelope
    assert statuses(opened) == [CLAIMED] * 3 + [OTHER_SET] * 2


def test_two_sets_with_the_same_identifier_are_kept_apart():
    twin = made("3of5", entropy=with_set_id(SET.envelope.header.set_id[:2] + bytes(14), seed="twin"))
    assert twin.share("1").identifier == SET.share("1").identifier
    for mix in ("12", "1"):
        judgement = judged(*pages(SET, mix), *pages(twin, "345"[: 3 - len(mix)]))
        assert not any(case.has_quorum for case in judgement.cases)
    both = judged(*pages(SET, "123"), *pages(twin, "345"), anchor=SET.anchor)
    assert secret_of(both.chosen) == SET.record
    assert statuses(both) == [SOUND] * 3 + [OTHER_SET] * 3


def test_a_stranger_of_another_set_is_not_called_forged():
    share = OTHER.share("1")
    assert share.identifier != SET.share("1").identifier
    judgement = judged(Page("p", share_codes(share)), *pages(SET, "123"), anchor=SET.anchor)
    assert statuses(judgement)[0] is OTHER_SET
    beside = judged(page(share, RAW), *pages(SET, "123"), anchor=SET.anchor)
    assert statuses(beside)[0] is FORGED


# Rule 5: opening, see also test_opening


def test_sheets_of_an_absent_group_are_not_proven_and_a_one_of_one_is():
    judgement = judged(*pages(GROUPS, ["A1", "A3", "B1", "B2", "B5"]), anchor=GROUPS.anchor)
    assert judgement.unproven() == ()
    assert judgement.missing() == ("A2", "B3", "B4", "C1")
    judgement = judged(*pages(GROUPS, ["A1", "A3", "C1"]), anchor=GROUPS.anchor)
    assert judgement.unproven() == ("B1", "B2", "B3", "B4", "B5")
    assert secret_of(judgement.chosen) == GROUPS.record
    assert [sheet.name for sheet in judgement.sheets] == ["sheet A1", "sheet A3", "sheet C1"]


def test_an_unsound_commitment_is_named():
    commitments = SET.envelope.header.commitments | {SheetId(0, 4): bytes(8)}
    envelope = resealed(SET, commitments=commitments)
    judgement = judged(*(page(SET.share(n), envelope.raw) for n in "1235"), anchor=Anchor(envelope.fingerprint))
    assert secret_of(judgement.chosen) == SET.record
    assert judgement.unsound() == ("5",)
    assert statuses(judgement) == [SOUND, SOUND, SOUND, FORGED]


def test_a_share_made_to_match_is_forged_once_the_set_opens():
    wrong = altered(SET.share("5"), bytes(32))
    commitments = SET.envelope.header.commitments | {SheetId(0, 4): wrong.commitment(SET.envelope.header.set_id)}
    envelope = resealed(SET, commitments=commitments)
    places = [page(share, envelope.raw) for share in (wrong, *map(SET.share, "123"))]
    judgement = judged(*places, anchor=Anchor(envelope.fingerprint))
    assert judgement.sheets[0].status is FORGED
    assert "made to match" in judgement.sheets[0].note
    assert judgement.unsound() == ("5",)
    assert secret_of(judgement.chosen) == SET.record
    stuck = judged(*places[:3], anchor=Anchor(envelope.fingerprint))
    assert stuck.chosen.failure.exit_code == 5
    assert "made to match" in stuck.chosen.failure.fact


def test_all_runs_of_the_judge_together_try_no_more_subsets_than_one(monkeypatch):
    spent = []

    def fail(shares):
        spent.append(1)
        raise CombineError

    monkeypatch.setattr("splitkit.quorum.opening.combine_ems", fail)
    big = made("8of16")
    envelopes = [big.envelope, *(resealed(big, key=bytes(32), created_day=day) for day in (2, 3))]
    places = [page(big.share(str(n)), envelope.raw) for envelope in envelopes for n in range(1, 17)]
    started = time.process_time()
    judgement = judged(*places)
    assert time.process_time() - started < 5
    assert len(spent) == MAX_SUBSETS
    assert all(case.failure for case in judgement.cases)


# What else is on the table


def test_a_lone_envelope_is_a_note_and_no_sheet():
    judgement = judged(
        Page("record.pdf", (envelope_code(RAW), Scan(recipient_text(SET.dealt.recipient)))),
        Page("r2", (envelope_code(RAW),)),
    )
    assert judgement.sheets == ()
    assert [note.partition(":")[0] for note in judgement.notes] == ["r2"]


def test_a_page_of_nothing_but_a_recipient_is_no_sheet():
    assert judged(Page("p", (Scan(recipient_text(SET.dealt.recipient)),))).sheets == ()


def test_a_page_without_any_code_is_unreadable():
    (sheet,) = judged(Page("p")).sheets
    assert (sheet.status, sheet.note) == (Status.UNREADABLE, "no code was found on it")


def test_a_page_with_nothing_but_other_codes_is_called_so():
    """A splitkit code that is not in order, on the same page, is what people must hear of."""
    other, newer = Scan("https://x"), Scan("SK1H:AAAA")
    assert [sheet.status for sheet in judged(Page("p", (other, Scan("WIFI:")))).sheets] == [Status.OTHER_CODE]
    assert [sheet.status for sheet in judged(Page("p", (other, newer))).sheets] == [Status.UNREADABLE]


def test_a_page_with_a_problem_is_unreadable_for_that_reason():
    (sheet,) = judged(Page("p", problem="this PDF is encrypted")).sheets
    assert (sheet.status, sheet.note) == (Status.UNREADABLE, "this PDF is encrypted")


@pytest.mark.parametrize("text", ["SK1:AAAA", "SK1-1/2:AAAA"])
def test_a_refused_envelope_is_counted_and_noted(text):
    judgement = judged(Page("p", (*share_codes(SET.share("1")), Scan(text))))
    assert judgement.bad_envelopes == 1
    assert any("p: " in note for note in judgement.notes)
    assert statuses(judgement) == [Status.NO_ENVELOPE]


def test_an_envelope_of_a_later_set_of_the_line_is_found():
    new = made("3of5", seed="new", first_set=SET.envelope.header.set_id, epoch=2)
    assert judged(*pages(SET, "123"), *pages(new, "1")).newer == (new.envelope,)
    assert judged(*pages(SET, "12"), *pages(new, "123")).newer == ()
    assert judged(*pages(SET, "12"), *pages(new, "1")).newer == ()
    assert judged(*pages(SET, "12"), *pages(new, "1"), anchor=SET.anchor).newer == (new.envelope,)


def test_a_claim_hides_behind_no_number_of_other_envelopes():
    new = made("3of5", seed="new", first_set=SET.envelope.header.set_id, epoch=2)
    others = [*too_much(0, 40), Page("new", (envelope_code(new.envelope.raw),))]
    for places in ([*pages(SET, "123"), *others], [*others, *pages(SET, "123")]):
        judgement = judged(*places, anchor=SET.anchor)
        assert (judgement.newer, judgement.left_out) == ((new.envelope,), 9)


def too_much(shares, envelopes):
    noise = [Scan(altered(OTHER.share("1"), bytes([at]) * 32).mnemonic.upper()) for at in range(shares)]
    others = [envelope_code(resealed(OTHER, created_day=day).raw) for day in range(envelopes)]
    return [Page("noise", tuple(noise)), Page("others", tuple(others))]


@pytest.mark.parametrize(("shares", "envelopes", "left_out"), [(64, 32, 0), (65, 32, 1), (64, 33, 1), (70, 40, 14)])
def test_beside_the_anchored_set_64_shares_and_32_envelopes_are_looked_at(shares, envelopes, left_out):
    judgement = judged(*too_much(shares, envelopes), *pages(SET, "123"), anchor=SET.anchor)
    assert judgement.left_out == left_out
    assert judgement.warnings == (
        (f"{left_out} shares or envelopes more than 64 and 32 were left out",) if left_out else ()
    )
    assert statuses(judgement)[-3:] == [Status.SOUND] * 3
    assert len(judgement.sheets) == min(shares, 64) + 3
    assert len(judgement.cases) == min(envelopes, 32) + 1
    assert judgement.chosen.proof


def test_without_a_record_what_was_read_first_is_looked_at():
    judgement = judged(*too_much(70, 40), *pages(SET, "123"))
    assert (judgement.left_out, len(judgement.sheets), len(judgement.cases)) == (6 + 3 + 8 + 1, 64, 32)


def test_beside_the_anchored_set_no_other_is_tried():
    judgement = judged(*pages(OTHER, "123"), *pages(SET, "123"), anchor=SET.anchor)
    other = next(case for case in judgement.cases if not case.anchored)
    assert (other.outcome, other.has_quorum, other.proof, other.failure, other.vouched) == (
        None,
        True,
        None,
        None,
        False,
    )
    assert all(case.outcome is None for case in judged(*pages(OTHER, "123"), anchor=SET.anchor).cases)


def test_a_second_set_of_one_line_and_epoch_is_told():
    fork = made("3of5", seed="fork", epoch=2, first_set=bytes(16))
    chosen = made("3of5", seed="chosen", epoch=2, first_set=bytes(16))
    judgement = judged(*pages(chosen, "123"), *pages(fork, "1"), anchor=chosen.anchor)
    said = f"the line has forked: set {fork.envelope.header.set_id.hex()} claims the same line and epoch"
    assert (judgement.warnings, judgement.newer) == ((said,), ())
    rival = resealed(chosen, label="Root")
    assert judged(*pages(chosen, "123"), Page("r", (envelope_code(rival.raw),)), anchor=chosen.anchor).warnings == ()


LINE = {"seed": "later", "first_set": SET.envelope.header.set_id}


@pytest.mark.parametrize(
    ("chosen", "other", "superseded"),
    [
        (SET, made("3of5", epoch=3, **LINE), True),
        (made("3of5", epoch=2, **LINE), made("2of2", epoch=3, **LINE), True),
        (made("3of5", epoch=3, **LINE), made("2of2", epoch=3, **LINE), False),
        (made("3of5", epoch=3, **LINE), made("2of2", epoch=2, **LINE), False),
        (made("3of5", epoch=3, **LINE), SET, False),
        (SET, made("3of5", epoch=2, practice=False, **LINE), False),
        (SET, made("3of5", epoch=2, seed="later", first_set=bytes(16)), False),
        (
            made("3of5", epoch=2, **LINE),
            made("3of5", epoch=3, seed=2, first_set=made(seed=3).envelope.header.set_id),
            False,
        ),
    ],
)
def test_only_a_higher_epoch_of_the_same_line_supersedes(chosen, other, superseded):
    """Also over several generations; a first set, and practice beside production, are of no other line."""
    judgement = judged(*pages(chosen, "123"), *pages(other, "1"), anchor=chosen.anchor)
    assert judgement.newer == ((other.envelope,) if superseded else ())


def test_the_verdict_tells_the_best_margin():
    (sheet,) = judged(*pages(SET, "1")).sheets
    assert (sheet.source, sheet.number, sheet.group, sheet.margin) == ("scan-1.png", 1, None, 0.75)


def test_nothing_at_all_gives_nothing():
    judgement = judged()
    assert (judgement.cases, judgement.chosen, judgement.sheets, judgement.notes) == ((), None, (), ())
    assert not judgement.anchor_missing


# Illegible words


def typed_with(share, changes):
    words = list(share.words)
    for at, word in changes.items():
        words[at] = word
    return " ".join(words)


@pytest.mark.parametrize("changes", [{4: "?"}, {0: "?", 20: "?", 32: "?"}, {7: "zero"}])
def test_a_solved_share_counts_when_a_vouched_commitment_proves_it(changes):
    typed = typed_with(SET.share("1"), changes)
    judgement = judged(*pages(SET, "23"), typed=[typed], anchor=SET.anchor)
    assert statuses(judgement) == [SOUND] * 3
    assert "proven" in judgement.sheets[2].note
    assert secret_of(judgement.chosen) == SET.record
    opened = judged(*pages(SET, "23"), typed=[typed])
    assert secret_of(opened.chosen) == SET.record


def test_a_solved_share_is_nothing_while_nothing_vouches_for_it():
    judgement = judged(*pages(SET, "2"), typed=[typed_with(SET.share("1"), {4: "?"})])
    assert statuses(judgement) == [SOUND, Status.DAMAGED]
    assert not judgement.chosen.has_quorum


def test_a_solved_share_of_no_set_stays_damaged():
    forged = altered(SET.share("1"), bytes(32))
    judgement = judged(*pages(SET, "23"), typed=[typed_with(forged, {4: "?"})], anchor=SET.anchor)
    assert statuses(judgement)[2] is Status.DAMAGED


def test_four_illegible_words_are_not_solved():
    typed = typed_with(SET.share("1"), dict.fromkeys((1, 5, 9, 13), "?"))
    judgement = judged(*pages(SET, "23"), typed=[typed], anchor=SET.anchor)
    assert statuses(judgement)[2] is Status.DAMAGED


def test_the_judge_is_not_swayed_by_the_order_of_the_pages():
    forged = altered(SET.share("1"), bytes(32))
    places = [page(forged, RAW, "a"), *pages(SET, "2345"), *pages(OTHER, "1")]
    forwards, backwards = judged(*places, anchor=SET.anchor), judged(*reversed(places), anchor=SET.anchor)
    by_source = lambda judgement: {sheet.source: sheet.status for sheet in judgement.sheets}
    assert by_source(forwards) == by_source(backwards)


# What a verdict says


def test_every_status_has_a_verdict():
    assert set(VERDICTS) == set(Status)


@pytest.mark.parametrize("status", Status)
def test_whatever_owes_an_exit_code_says_what_to_do(status):
    verdict = VERDICTS[status]
    assert verdict.exit_code in {0, 3, 5}
    assert verdict.meaning
    assert verdict.advice or not verdict.exit_code


def test_only_contradictions_are_forgeries():
    fives = {status for status, verdict in VERDICTS.items() if verdict.exit_code == 5}
    assert fives == {Status.UNMATCHED, Status.FORGED, Status.OTHER_SET}


@pytest.mark.parametrize(("number", "group", "name"), [(2, None, "sheet 2"), (2, "B", "sheet B2"), (None, None, "")])
def test_a_sheet_has_the_name_that_people_use(number, group, name):
    assert SheetVerdict("scan", Status.SOUND, number, group).name == name


@pytest.mark.parametrize(("margin", "percent"), [(None, None), (0.0, 0), (0.199, 19), (1.0, 100)])
def test_the_margin_of_a_sheet_is_told_in_whole_percent(margin, percent):
    assert SheetVerdict("scan", Status.SOUND, margin=margin).margin_percent == percent
