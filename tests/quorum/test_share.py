"""A share is taken only when its checksum holds and it has the shape splitkit prints."""

from __future__ import annotations

import hashlib
import time
import traceback

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shamir_mnemonic import Share as SlipShare
from shamir_mnemonic import rs1024
from shamir_mnemonic.wordlist import WORD_INDEX_MAP

from splitkit.quorum.mnemonic import word_index
from splitkit.quorum.share import DamagedShareError, NotAShareError, share_from_indices, share_from_slip, to_slip
from tests.support.builders import altered, made
from tests.support.sampling import examples

law = settings(deadline=None, database=None, max_examples=examples(100))
SET = made("3of5")
SHARE = SET.share("2")


def checksummed(data, customization=b"shamir"):
    """30 word indices with a sound checksum."""
    return [*data, *rs1024.create_checksum(list(data), customization)]


def slips(**fields):
    facts = {"identifier": 1, "extendable": False, "iteration_exponent": 0, "group_index": 0, "group_threshold": 1}
    facts |= {"group_count": 1, "index": 0, "member_threshold": 2, "value": bytes(32)}
    return SlipShare(**facts | fields)


@law
@given(st.integers(0, 32767), st.integers(1, 16), st.data(), st.binary(min_size=32, max_size=32))
def test_every_share_comes_back_from_its_indices(identifier, count, data, value):
    slip = slips(
        identifier=identifier,
        group_count=count,
        group_threshold=data.draw(st.integers(1, count)),
        group_index=data.draw(st.integers(0, 15)),
        index=data.draw(st.integers(0, 15)),
        member_threshold=data.draw(st.integers(1, 16)),
        value=value,
    )
    share = share_from_slip(slip)
    assert share_from_indices(share.indices) == share
    assert to_slip(share) == slip
    assert share.mnemonic == slip.mnemonic()
    assert share.digits == "".join(f"{word_index(word):04d}" for word in share.words)


@law
@given(st.lists(st.tuples(st.integers(0, 32), st.integers(1, 1023)), min_size=1, max_size=3, unique_by=lambda e: e[0]))
def test_up_to_three_changed_words_are_never_taken(errors):
    indices = list(SHARE.indices)
    for at, change in errors:
        indices[at] ^= change
    with pytest.raises((DamagedShareError, NotAShareError)):
        share_from_indices(indices)


def test_one_changed_word_anywhere_is_damage_and_not_a_foreign_share():
    for at in range(33):
        indices = list(SHARE.indices)
        indices[at] ^= 1
        with pytest.raises(DamagedShareError):
            share_from_indices(indices)


def test_two_words_swapped_are_damage():
    for at in range(32):
        indices = list(SHARE.indices)
        indices[at : at + 2] = reversed(indices[at : at + 2])
        if tuple(indices) != SHARE.indices:
            with pytest.raises(DamagedShareError):
                share_from_indices(indices)


@pytest.mark.parametrize("length", [0, 1, 20, 32, 34, 59, 100_000])
def test_another_number_of_words_is_no_splitkit_share(length):
    with pytest.raises(NotAShareError, match=f"has 33 words, this has {length}"):
        share_from_indices((SHARE.indices * 4000)[:length])


@pytest.mark.parametrize("fields", [{"extendable": True}, {"iteration_exponent": 1}, {"iteration_exponent": 15}])
def test_shares_of_other_tools_are_refused_at_once(fields):
    words = slips(**fields).words()
    started = time.process_time()
    with pytest.raises(NotAShareError):
        share_from_indices([WORD_INDEX_MAP[word] for word in words])
    assert time.process_time() - started < 0.1


def test_a_misread_second_word_is_damage_even_when_it_looks_extendable():
    for bit in range(5):
        indices = list(SHARE.indices)
        indices[1] ^= 1 << bit
        with pytest.raises(DamagedShareError):
            share_from_indices(indices)


def test_a_group_threshold_above_the_number_of_groups_is_no_splitkit_share():
    indices = list(slips(group_threshold=1, group_count=1).words())
    data = [WORD_INDEX_MAP[word] for word in indices[:30]]
    data[2] |= 1 << 2  # group threshold 2 of 1
    with pytest.raises(NotAShareError):
        share_from_indices(checksummed(data))


def test_padding_that_is_not_zero_is_no_splitkit_share():
    data = list(SHARE.indices[:30])
    data[4] |= 0b1000000000
    with pytest.raises(NotAShareError):
        share_from_indices(checksummed(data))


@pytest.mark.parametrize(
    "fields",
    [{"index": 16}, {"index": -1}, {"member_threshold": 17}, {"member_threshold": 0}, {"iteration_exponent": 16},
     {"iteration_exponent": 32}, {"identifier": 1 << 15}, {"identifier": -1}, {"group_index": 16}, {"group_count": 17},
     {"group_count": 0}, {"group_threshold": 2}, {"group_threshold": 0}, {"value": bytes(31)}, {"value": bytes(33)}],
)  # fmt: skip
def test_fields_out_of_range_never_spill_into_their_neighbours(fields):
    with pytest.raises(ValueError, match="out of range") as caught:
        share_from_slip(slips(**fields))
    assert caught.value.__cause__ is None


def test_the_commitment_is_eight_bytes_of_the_hash_of_set_id_and_words():
    set_id = bytes(range(16))
    text = b"splitkit/1 share" + set_id + SHARE.mnemonic.encode()
    assert SHARE.commitment(set_id) == hashlib.sha256(text).digest()[:8]
    assert SHARE.mnemonic == SHARE.mnemonic.lower() == " ".join(SHARE.mnemonic.split())


def test_every_field_of_a_share_changes_its_commitment():
    set_id = SET.envelope.header.set_id
    changes = [{"value": bytes(32)}, {"identifier": SHARE.identifier ^ 1}, {"index": 7}, {"member_threshold": 2}]
    changes += [{"group_index": 1}, {"group_count": 2}, {"group_count": 2, "group_threshold": 2}]
    others = [altered(SHARE, **change).commitment(set_id) for change in changes]
    assert len({SHARE.commitment(set_id), SHARE.commitment(bytes(16)), *others}) == len(changes) + 2


@pytest.mark.parametrize(
    "change", [lambda i: i[:32], lambda i: (*i[:32], i[32] ^ 1), lambda i: (i[0], i[1] ^ 1, *i[2:])]
)
def test_neither_a_share_nor_a_refusal_shows_a_word(change):
    with pytest.raises((DamagedShareError, NotAShareError)) as caught:
        share_from_indices(change(SHARE.indices))
    shown = "".join(traceback.format_exception(caught.value)) + caught.value.hint + repr(SHARE) + str(SHARE)
    assert not any(word in shown.split() for word in SHARE.words[4:30])
    assert SHARE.digits[16:24] not in shown
    assert SHARE.value.hex() not in shown
    assert repr(SHARE.value) not in shown
