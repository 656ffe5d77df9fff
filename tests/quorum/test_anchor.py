"""An anchor is all twelve words, and no prompt for public words swallows a share."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shamir_mnemonic.wordlist import WORDLIST

from splitkit.errors import UnreadableError, UsageError
from splitkit.quorum.anchor import Anchor, anchor_of_record, parse_fingerprint
from splitkit.quorum.gathering import gather
from splitkit.quorum.scan import Page, Scan
from splitkit.quorum.share import to_slip
from splitkit.quorum.textform import symbol_text
from tests.support.builders import envelope_code, lines, made, pages, resealed
from tests.support.sampling import examples

law = settings(deadline=None, database=None, max_examples=examples(100))
SET = made("3of5")
WORDS = SET.envelope.fingerprint
SHARE = SET.share("1")


def error_of(text):
    with pytest.raises(UsageError) as caught:
        parse_fingerprint(text)
    return caught.value


@law
@given(st.lists(st.sampled_from(WORDLIST), min_size=12, max_size=12), st.data())
def test_twelve_words_are_taken_however_they_are_typed(words, data):
    typed = [data.draw(st.sampled_from([word, word.upper(), word[:4], f"{word},", f"\n{word}"])) for word in words]
    mark = data.draw(st.sampled_from(["", "F ", "f "]))
    assert parse_fingerprint(mark + " ".join(typed)) == Anchor(tuple(words))


@pytest.mark.parametrize("count", [0, 1, 6, 11, 13, 24, 32])
def test_fewer_or_more_words_are_refused(count):
    assert error_of(" ".join((WORDS * 3)[:count])).fact == f"a fingerprint has 12 words, this has {count}"


@pytest.mark.parametrize("wrong", [(4,), (1, 12), tuple(range(1, 13))])
def test_a_misspelt_word_is_named_by_its_place_and_not_taken_for_a_share(wrong):
    words = [f"{word[:2]}zz" if at in wrong else word for at, word in enumerate(WORDS, 1)]
    error = error_of(" ".join(words))
    assert f"word {', '.join(map(str, wrong))} of the fingerprint" in error.fact
    assert "zz" not in error.fact


@pytest.mark.parametrize(
    "text",
    [
        SHARE.mnemonic,
        SHARE.mnemonic.upper(),
        SHARE.digits,
        " ".join(SHARE.digits[at : at + 11] for at in range(0, 132, 11)),
        "academic " + SHARE.mnemonic.partition(" ")[2],
        "zzzz " + SHARE.mnemonic.partition(" ")[2],
        "9" * 132,
        " ".join(["9" * 11] * 12),
    ],
)
def test_a_share_is_refused_by_name_and_never_quoted(text):
    error = error_of(text)
    assert "words of a share" in error.fact
    assert not any(word in (error.fact + error.hint).split() for word in SHARE.words[4:30])


def test_a_record_with_one_envelope_is_an_anchor():
    record = gather([], lines(symbol_text(SET.envelope.raw)))
    assert anchor_of_record(record) == (SET.anchor, SET.envelope)


@pytest.mark.parametrize(
    ("envelopes", "said"), [([], "no envelopes"), ([SET.envelope, resealed(SET, created_day=2)], "2 envelopes")]
)
def test_a_record_with_none_or_two_is_none(envelopes, said):
    record = gather([], lines(*(symbol_text(envelope.raw) for envelope in envelopes)))
    with pytest.raises(UnreadableError, match=said):
        anchor_of_record(record)


def test_what_is_not_of_a_record_is_refused_with_it():
    """Codes of others may be on a scan; a typed line that is nothing is refused, as nobody knows what was meant."""
    envelope, other = envelope_code(SET.envelope.raw), Scan("https://example.com")
    assert anchor_of_record(gather([Page("r", (envelope, other))], [])) == (SET.anchor, SET.envelope)
    for pages_, typed in (
        ([Page("r", (envelope,)), Page("p", problem="torn")], []),
        ([Page("r", (envelope, Scan("SK1:AAAA")))], []),
        ([Page("r", (envelope,))], ["hello"]),
    ):
        with pytest.raises(UnreadableError, match="could not be read"):
            anchor_of_record(gather(pages_, lines(*typed)))


FOREIGN = dataclasses.replace(to_slip(SHARE), iteration_exponent=1).mnemonic()


@pytest.mark.parametrize("damaged", [" ".join(SHARE.words[::-1]), FOREIGN])
def test_a_sheet_whose_share_is_damaged_is_no_record(damaged):
    with pytest.raises(UsageError, match="cannot vouch for itself"):
        anchor_of_record(gather([], lines(damaged, symbol_text(SET.envelope.raw))))


def test_a_sheet_is_no_record():
    of = made()
    with pytest.raises(UsageError, match="cannot vouch for itself"):
        anchor_of_record(gather(pages(of, "1"), []))


@pytest.mark.parametrize("mark", "LPB")
def test_words_headed_by_another_letter_are_told_for_what_they_are(mark):
    words = " ".join(SET.envelope.fingerprint)
    assert parse_fingerprint(f"f {words}") == parse_fingerprint(words)
    with pytest.raises(UsageError, match=f"words headed {mark} are those of"):
        parse_fingerprint(f"{mark.lower()} {words}")
