"""All vectors, read by the script of the built page in each browser; those with a record also without it."""

from __future__ import annotations

import json

import pytest

from tests.support.page.browsers import BROWSERS, built, driver
from tests.support.page.judging import outcome, typed
from tests.support.places import TESTS
from tests.support.sampling import sampled

SETS, RECORDS, REFUSALS, ACCEPTED, SLIP39 = (
    json.loads((TESTS / "vectors" / f"{name}.json").read_text("utf-8"))
    for name in ("sets", "records", "refusals", "accepted", "slip39")
)


def of_sets():
    """Of each set its quorum, as words and as digits, by the symbol and by lines; and what its shares and its envelope say."""
    for vector in SETS:
        quorum = [share for share in vector["shares"] if share["sheet"] in vector["quorum"]]
        for form, envelope in (("words", [vector["symbol"]]), ("digits", vector["lines"])):
            given = {"typed": typed([*(share[form] for share in quorum), *envelope]), "practice": vector["practice"]}
            opened = (0, vector["record"]["password"])
            yield {"ask": "judge", **given, "words": vector["fingerprint"]}, lambda came, of=opened: outcome(came) == of
            yield {"ask": "judge", **given}, lambda came: outcome(came) == (6, None)
        for share in vector["shares"]:
            indices = [int(share["digits"][at : at + 4]) for at in range(0, 132, 4)]
            yield {"ask": "share", "indices": indices}, lambda came, of=share: (came["mnemonic"], came["value"]) == (of["words"], of["value"])  # fmt: skip
        opened = {"ask": "envelope", "envelope": vector["envelope"], "key": vector["quorum_key"]}
        yield opened, lambda came, of=vector: came == of["record_padded"]


def of_texts():
    """What is refused, what is accepted, and the secret records."""
    for case in REFUSALS:
        yield {"ask": "read", "typed": typed(case["lines"])}, lambda came: came["shares"] == came["envelopes"] == []
        yield {"ask": "judge", "typed": typed(case["lines"])}, lambda came: outcome(came)[1] is None and outcome(came)[0] > 0  # fmt: skip
    for case in ACCEPTED["envelope_lines"]:
        yield {"ask": "read", "typed": typed(case["lines"])}, lambda came: [one["id"] for one in came["envelopes"]] == [ACCEPTED["envelope"]]  # fmt: skip
    for case in ACCEPTED["share_lines"]:
        yield {"ask": "read", "typed": typed(case["lines"])}, lambda came: came["shares"] == [ACCEPTED["words"]]
    for case in ACCEPTED["headers"]:
        yield {"ask": "read", "typed": typed(case["lines"])}, lambda came, of=case: came["envelopes"][0]["header"]["ignored"] == of["ignored_keys"]  # fmt: skip
    for case in [*RECORDS["accepted"], *RECORDS["refused"]]:
        yield {"ask": "record", "padded": case["padded"]}, lambda came, of=case: came == of.get("record")


def of_slip39():
    for _, mnemonics, secret, *_ in SLIP39:
        yield {"ask": "slip39", "mnemonics": mnemonics, "passphrase": "TREZOR"}, lambda came, of=secret: (came or "") == of  # fmt: skip


ALL = [*of_sets(), *of_texts(), *of_slip39()]
PARTS = 12
CASES = [(browser, part) for browser in BROWSERS for part in range(PARTS)]


@pytest.mark.parametrize("case", sampled(CASES, 0, always=[(browser, at) for at, browser in enumerate(BROWSERS)], ids="{0[0]} {0[1]}".format))  # fmt: skip
def test_the_vectors_in_its_engine(case):
    """A twelfth of each kind in one go; in the long run all of them in each browser."""
    browser, part = case
    some = ALL[part::PARTS]
    judged = driver(browser)(built(), questions=[question for question, _ in some])["judged"]
    assert len(judged) == len(some)
    assert [question for (question, is_right), came in zip(some, judged, strict=True) if not is_right(came)] == []


def test_none_is_left_out():
    """14 sets, 136 refusals, 26 spellings that are accepted, 33 records and 45 vectors of SLIP-39."""
    kinds = [question["ask"] for question, _ in ALL]
    assert len(SETS) == 14
    assert [kinds.count(kind) for kind in ("read", "record", "slip39", "envelope")] == [136 + 26, 33, 45, 14]
    assert kinds.count("judge") == 4 * 14 + 136
