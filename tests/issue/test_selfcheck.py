"""Before a sheet is written, the second implementation recovers the set from many quorums."""

from __future__ import annotations

import dataclasses
import traceback
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit import recover
from splitkit.errors import SelfCheckError
from splitkit.issue.selfcheck import MAX_QUORUMS, check_set, chosen_quorums
from splitkit.quorum.envelope import decode_envelope
from splitkit.quorum.policy import SheetId, parse_policy
from splitkit.secret.record import SecretRecord
from tests.support.builders import altered, flipped, made, resealed, seeded
from tests.support.sampling import examples

law = settings(deadline=None, database=None, max_examples=examples(15))
POLICIES = ["2of2", "2of3", "3of5", "5of9", "8of16", "15of16", "16of16", "2 of: A 2of3, B 3of5, C 1of1", "1 of: A 2of2, B 2of2",
            "2 of: A 2of16, B 16of16", "4 of: A 2of6, B 3of6, C 1of1, D 2of7, E 4of8"]  # fmt: skip


def is_minimal(policy, quorum):
    here = {g: sum(sheet.group == g for sheet in quorum) for g in {sheet.group for sheet in quorum}}
    return len(here) == policy.group_threshold and all(policy.groups[g].threshold == n for g, n in here.items())


@pytest.mark.parametrize("text", POLICIES)
def test_the_chosen_quorums_are_minimal_different_and_leave_out_no_sheet(text):
    policy = parse_policy(text)
    quorums = chosen_quorums(policy, seeded())
    assert all(is_minimal(policy, quorum) and len(set(quorum)) == len(quorum) for quorum in quorums)
    assert len({frozenset(quorum) for quorum in quorums}) == len(quorums) <= MAX_QUORUMS
    assert {sheet for quorum in quorums for sheet in quorum} == set(policy.sheet_ids())


def test_no_sheet_is_left_to_the_lot():
    """Here the lot never falls on the last three sheets."""
    policy, entropy = parse_policy("2of16"), seeded()
    fair = entropy.below
    entropy.below = lambda bound: fair(min(bound, 12))
    assert {sheet for quorum in chosen_quorums(policy, entropy) for sheet in quorum} == set(policy.sheet_ids())


@pytest.mark.parametrize(("text", "count"), [("2of2", 1), ("3of5", 10), ("2of10", 45), ("2of11", 50), ("8of16", 50), ("2 of: A 2of3, B 3of5, C 1of1", 43)])  # fmt: skip
def test_all_quorums_are_chosen_or_fifty(text, count):
    assert len(chosen_quorums(parse_policy(text), seeded())) == count


def test_a_small_set_is_checked_with_every_quorum():
    quorums = {frozenset(sheet.member for sheet in quorum) for quorum in chosen_quorums(parse_policy("3of5"), seeded())}
    assert quorums == set(map(frozenset, combinations(range(5), 3)))


def test_the_lot_is_drawn_from_the_entropy():
    policy = parse_policy("8of16")
    assert chosen_quorums(policy, seeded(1)) == chosen_quorums(policy, seeded(1)) != chosen_quorums(policy, seeded(2))


@pytest.mark.parametrize("text", ["2of2", "3of5", "2 of: A 2of2, B 2of3, C 1of1"])
@pytest.mark.parametrize("practice", [True, False])
def test_a_sound_set_passes_and_every_quorum_is_counted(text, practice):
    of, ticks = made(text, practice=practice), []
    assert check_set(of.dealt, of.record, seeded(), lambda: ticks.append(1)) == len(ticks)
    assert len(ticks) == len(chosen_quorums(of.policy, seeded()))


@law
@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20), st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20))  # fmt: skip
def test_any_record_passes_with_all_its_fields(password, note):
    of = made("2of2", password=password)
    record = SecretRecord(password, note=note, user=note)
    dealt = dataclasses.replace(of.dealt, envelope=resealed(of, record=record.encode()))
    assert check_set(dealt, record, seeded()) == 1


def broken_sets():
    of = made("3of5")
    header = of.envelope.header
    yield (
        "one share",
        dataclasses.replace(of.dealt, shares=of.dealt.shares | {SheetId(0, 4): altered(of.share("5"), bytes(32))}),
    )
    yield "two shares swapped", dataclasses.replace(of.dealt, shares=of.dealt.shares | {SheetId(0, 4): of.share("1")})
    wrong = header.commitments | {SheetId(0, 3): bytes(8)}
    yield "a commitment", dataclasses.replace(of.dealt, envelope=resealed(of, commitments=wrong))
    yield "the recipient", dataclasses.replace(of.dealt, envelope=resealed(of, recipient_hash=bytes(16)))
    yield "the key", dataclasses.replace(of.dealt, envelope=resealed(of, key=bytes(32)))
    yield "the record", dataclasses.replace(of.dealt, envelope=resealed(of, record=SecretRecord("other").encode()))
    yield (
        "one more field",
        dataclasses.replace(of.dealt, envelope=resealed(of, record=SecretRecord(of.record.password, "u").encode())),
    )
    yield "no record", dataclasses.replace(of.dealt, envelope=resealed(of, record=b"{}".ljust(64)))
    raw = of.envelope.raw
    yield "the tag", dataclasses.replace(of.dealt, envelope=decode_envelope(flipped(raw, len(raw) - 1)))


@pytest.mark.parametrize(
    ("what", "dealt"), list(broken_sets()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_set_with_one_thing_wrong_is_stopped(what, dealt):
    with pytest.raises(SelfCheckError, match="nothing was written") as caught:
        check_set(dealt, made("3of5").record, seeded())
    assert caught.value.exit_code == 10
    shown = "".join(traceback.format_exception(caught.value))
    assert not any(share.digits[16:40] in shown or share.mnemonic[40:80] in shown for share in dealt.shares.values())


def test_all_forms_in_which_a_sheet_can_be_typed_are_used(monkeypatch):
    seen, real = [], recover.recover_text

    def listening(lines, *args, **kwargs):
        seen.append(tuple(lines))
        return real(lines, *args, **kwargs)

    monkeypatch.setattr(recover, "recover_text", listening)
    of = made("3of5")
    check_set(of.dealt, of.record, seeded())
    shares = {line for lines in seen for line in lines[:3]}
    assert shares == {text for share in of.dealt.shares.values() for text in (share.mnemonic, share.digits)}
    assert {lines[3].startswith("SK1:") for lines in seen} == {True, False}


@pytest.mark.parametrize("change", [{"record": {"password": "x"}}, {"wrong": ("5",)}])
def test_another_secret_or_a_doubt_of_the_second_implementation_is_a_disagreement(monkeypatch, change):
    of, real = made("2of3"), recover.recover_text
    monkeypatch.setattr(recover, "recover_text", lambda *a, **k: dataclasses.replace(real(*a, **k), **change))
    with pytest.raises(SelfCheckError):
        check_set(of.dealt, of.record, seeded())
