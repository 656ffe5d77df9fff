"""Only a quorum opens a set, and an opening proves everything that can be proven."""

from __future__ import annotations

import dataclasses
import time
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.errors import ForgedError, NoQuorumError, UnreadableError
from splitkit.quorum import opening
from splitkit.quorum.opening import MAX_SUBSETS, Budget, prove
from splitkit.quorum.policy import SheetId
from splitkit.quorum.share import Share
from tests.support.builders import altered, committed, key_of, made, released, resealed, seeded_bytes
from tests.support.sampling import examples

law = settings(deadline=None, database=None, max_examples=examples(40))
SET = made("3of5")
GROUPS = made("2 of: Board 2of3, IT 3of5, Audit 1of1")
THREE = made("2 of: A 2of2, B 2of3, C 2of2, D 1of1")


def matches_of(of, numbers, swaps=None):
    """The shares of these sheets, as if each had matched; *swaps* puts others in their place."""
    shares = {number: of.share(number) for number in numbers} | (swaps or {})
    return {SheetId(share.group, share.member): (share,) for share in shares.values()}


@law
@given(st.sets(st.sampled_from("12345")))
def test_a_flat_quorum_is_any_three_sheets_and_nobody_fewer(numbers):
    if len(numbers) >= 3:
        assert released(prove(SET.envelope, matches_of(SET, numbers))).open() == SET.record
    else:
        with pytest.raises(NoQuorumError) as caught:
            prove(SET.envelope, matches_of(SET, numbers))
        assert f"{3 - len(numbers)} more sheet" in caught.value.fact


NUMBERS = [GROUPS.policy.number(sheet) for sheet in GROUPS.sheets]


@law
@given(st.sets(st.sampled_from(NUMBERS)))
def test_a_quorum_of_groups_is_two_complete_groups(numbers):
    here = {letter: sum(number[0] == letter for number in numbers) for letter in "ABC"}
    complete = (here["A"] >= 2) + (here["B"] >= 3) + (here["C"] >= 1)
    if complete >= 2:
        proof = prove(GROUPS.envelope, matches_of(GROUPS, numbers))
        absent = {"A": here["A"] < 2, "B": here["B"] < 3, "C": False}
        assert proof.unproven == {sheet for sheet in GROUPS.sheets if absent["ABC"[sheet.group]]}
        assert proof.proven == set(GROUPS.sheets) - proof.unproven
        assert not proof.unsound | proof.impostors
    else:
        with pytest.raises(NoQuorumError, match="groups are not complete"):
            prove(GROUPS.envelope, matches_of(GROUPS, numbers))


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ([], ["3 more sheets", "1 of group C", "2 of group A"]),
        (["A1"], ["2 more sheets", "1 of group A", "1 of group C"]),
        (["B1", "B2", "C1"], ["1 more sheet", "1 of group"]),
    ],
)
def test_the_shortage_names_the_nearest_groups(numbers, said):
    text = GROUPS.policy.shortage(matches_of(GROUPS, numbers))
    assert all(words in text for words in said)


def test_complete_groups_are_told_by_their_index():
    assert GROUPS.policy.complete_groups(matches_of(GROUPS, ["A1", "B1", "B2", "B5", "C1"])) == (1, 2)


@pytest.mark.parametrize(
    "policy", ["2of2", "2of3", "5of7", "16of16", "2 of: A 1of1, B 1of1", "3 of: A 2of2, B 2of3, C 1of1"]
)
def test_all_sheets_together_prove_the_whole_set(policy):
    of = made(policy)
    matches = {sheet: (share,) for sheet, share in of.dealt.shares.items()}
    proof = prove(of.envelope, matches)
    assert released(proof).open() == of.record
    assert proof.proven == set(of.sheets)
    assert proof.quorum.envelope.fingerprint == of.envelope.fingerprint


WRONG = altered(SET.share("2"), bytes(32))


@pytest.mark.parametrize("others", list(combinations("1345", 3)))
def test_a_share_made_to_match_is_left_out_when_one_more_is_here(others):
    proof = prove(committed(SET, WRONG), matches_of(SET, others, {"2": WRONG}))
    assert released(proof).open() == SET.record
    assert proof.impostors == {WRONG}
    assert proof.unsound == {SheetId(0, 1)}
    assert SheetId(0, 1) not in proof.proven


@pytest.mark.parametrize("others", list(combinations("1345", 2)))
def test_a_share_made_to_match_stops_a_bare_quorum(others):
    with pytest.raises(ForgedError, match="one of these was made to match") as caught:
        prove(committed(SET, WRONG), matches_of(SET, others, {"2": WRONG}))
    assert caught.value.exit_code == 5


def test_a_wrong_commitment_of_an_absent_sheet_is_found():
    proof = prove(committed(SET, WRONG), matches_of(SET, "135"))
    assert proof.unsound == {SheetId(0, 1)}
    assert not proof.impostors
    assert not proof.unproven


def test_the_recipient_hash_ties_the_key_to_the_header():
    """The envelope decrypts, and the key is still not the one that the header commits to."""
    envelope = resealed(SET, recipient_hash=bytes(16))
    assert envelope.decrypt(key_of(SET)) == SET.record.encode()
    with pytest.raises(ForgedError):
        prove(envelope, matches_of(SET, "123"))


def test_an_envelope_under_another_key_does_not_open():
    with pytest.raises(ForgedError):
        prove(resealed(SET, key=bytes(32)), matches_of(SET, "12345"))


def test_what_opens_and_is_no_record_says_so():
    with pytest.raises(UnreadableError, match="not a secret record") as caught:
        prove(resealed(SET, record=b"x" * 64), matches_of(SET, "123"))
    assert caught.value.exit_code == 3


def test_a_complete_group_that_does_not_fit_is_unsound_and_the_set_still_opens():
    """Group A was dealt from another secret: its two shares match their commitments and open nothing."""
    wrong = [altered(THREE.share(number), seeded_bytes(number)(32)) for number in ("A1", "A2")]
    envelope = committed(THREE, *wrong)
    swaps = {"A1": wrong[0], "A2": wrong[1]}
    proof = prove(envelope, matches_of(THREE, ["B1", "B2", "C1", "C2"], swaps))
    assert released(proof).open() == THREE.record
    assert proof.unsound == {SheetId(0, 0), SheetId(0, 1)}
    assert proof.impostors == set(wrong)
    assert proof.proven == {sheet for sheet in THREE.sheets if sheet.group}
    with pytest.raises(ForgedError):
        prove(envelope, matches_of(THREE, ["C1", "C2"], swaps))


def test_a_wrong_one_of_one_is_found_even_when_it_is_absent():
    wrong = altered(GROUPS.share("C1"), bytes(32))
    proof = prove(committed(GROUPS, wrong), matches_of(GROUPS, ["A1", "A2", "B1", "B2", "B3"]))
    assert proof.unsound == {SheetId(2, 0)}


def test_two_shares_of_one_sheet_are_both_tried(monkeypatch):
    """Somebody broke the commitment: here it is cut to one byte, so that a second share is soon found."""
    whole = Share.commitment
    monkeypatch.setattr(Share, "commitment", lambda share, set_id: whole(share, set_id)[:1] + bytes(7))
    of = made("2of3")
    set_id, genuine = of.envelope.header.set_id, of.share("1")
    forgeries = (altered(genuine, seeded_bytes(at)(32)) for at in range(10_000))
    forged = next(share for share in forgeries if share.commitment(set_id) == genuine.commitment(set_id))
    both = {SheetId(0, 0): (forged, genuine), SheetId(0, 1): (of.share("2"),)}
    proof = prove(of.envelope, both)
    assert released(proof).open() == of.record
    assert proof.impostors == {forged}
    assert not proof.unsound


def forged_all(of):
    """Every share forged and committed to: no subset combines."""
    wrong = [altered(share, seeded_bytes(at)(32)) for at, share in enumerate(of.dealt.shares.values())]
    return committed(of, *wrong), {SheetId(share.group, share.member): (share,) for share in wrong}


def test_no_more_than_5000_subsets_are_tried_and_soon():
    envelope, matches = forged_all(made("8of16"))
    budget = Budget()
    started = time.process_time()
    with pytest.raises(ForgedError):
        prove(envelope, matches, budget)
    assert time.process_time() - started < 10
    assert (budget.subsets, MAX_SUBSETS) == (0, 5_000)


def test_a_spent_budget_stops_at_once():
    envelope, matches = forged_all(SET)
    budget = Budget(4)
    for _ in range(3):
        with pytest.raises(ForgedError):
            prove(envelope, matches, budget)
        assert budget.subsets == 0


def test_one_key_is_stretched_once_however_many_subsets_give_it(monkeypatch):
    """A forger's consistent shares under a header with another recipient: 4,368 subsets, one key."""
    stretched = []
    slow = opening.decrypt_ems
    monkeypatch.setattr(opening, "decrypt_ems", lambda ems: stretched.append(1) or slow(ems))
    of = made("5of16")
    matches = {sheet: (share,) for sheet, share in of.dealt.shares.items()}
    with pytest.raises(ForgedError):
        prove(resealed(of, recipient_hash=bytes(16)), matches)
    assert len(stretched) == 1


def test_a_header_with_another_set_id_does_not_open():
    envelope = dataclasses.replace(SET.envelope, header=dataclasses.replace(SET.envelope.header, set_id=bytes(16)))
    with pytest.raises(ForgedError):
        prove(envelope, matches_of(SET, "123"))


@pytest.mark.parametrize(
    "policy", [pytest.param("2of3", marks=pytest.mark.long), "3of5", "2 of: Board 2of3, IT 2of2, Audit 1of1"]
)
def test_every_share_is_issued_again_from_every_quorum(policy):
    of = made(policy, seed="reissue")
    sheets = of.policy.sheet_ids()
    for chosen in subsets_of(sheets):
        matches = {sheet: (of.dealt.shares[sheet],) for sheet in chosen}
        if not of.policy.opens(matches):
            continue
        quorum = released(prove(of.envelope, matches))
        full = set(of.policy.complete_groups(matches)) | {
            g for g, group in enumerate(of.policy.groups) if group.threshold == 1
        }
        for sheet in sheets:
            if sheet.group in full:
                assert quorum.reissue(sheet) == of.dealt.shares[sheet]
            else:
                with pytest.raises(NoQuorumError, match="its own group"):
                    quorum.reissue(sheet)


def subsets_of(sheets):
    return (chosen for size in range(1, len(sheets) + 1) for chosen in combinations(sheets, size))


def test_a_share_whose_commitment_is_wrong_is_not_issued_again():
    """A dealer who lied about one commitment: what follows from the others is not what the envelope says."""
    of = made("2of3", seed="reissue")
    wrong = {**of.envelope.header.commitments, SheetId(0, 2): bytes(8)}
    envelope = resealed(of, commitments=wrong)
    quorum = released(prove(envelope, {SheetId(0, m): (of.dealt.shares[SheetId(0, m)],) for m in (0, 1)}))
    with pytest.raises(ForgedError, match="this set is unsound"):
        quorum.reissue(SheetId(0, 2))
    assert quorum.reissue(SheetId(0, 0)) == of.dealt.shares[SheetId(0, 0)]
