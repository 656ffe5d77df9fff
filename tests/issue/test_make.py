"""Making a set: what is in memory is what was agreed, and what the ledger says of it is what its envelope says."""

from __future__ import annotations

import pytest

from splitkit.errors import SelfCheckError
from splitkit.issue import make as making
from splitkit.issue.make import make, sheet_pdf
from splitkit.issue.recorded import set_made
from splitkit.paper import encoder, qr
from splitkit.plan.document import Plan
from splitkit.quorum.policy import parse_policy
from splitkit.secret.record import SecretRecord
from tests.support.builders import DAY, PASSWORD, seeded

RECORD = SecretRecord(PASSWORD)
GROUPS = Plan(parse_policy("2 of: Board 2of3, Audit 1of1"), label="Root", practice=True)


@pytest.fixture(scope="module")
def issued():
    return make(GROUPS, GROUPS.facts(DAY), RECORD, seeded("made"))


def test_every_sheet_has_its_page_under_its_number(issued):
    assert list(issued.pages) == list(issued.sheets) == ["A1", "A2", "A3", "B1"]
    for sheet in GROUPS.policy.sheet_ids():
        assert issued.pages[GROUPS.policy.number(sheet)] == sheet_pdf(GROUPS, issued.dealt, sheet)
        assert issued.symbols(GROUPS.policy.number(sheet))["digits"] == issued.dealt.shares[sheet].digits


def test_the_entry_says_what_the_envelope_says(issued):
    header, entry = issued.envelope.header, set_made(issued.envelope, issued.plan.policy, "first").fields()
    assert entry == {
        "set": header.set_id.hex(), "fingerprint": " ".join(issued.envelope.fingerprint), "policy": "2 of: Board 2of3, Audit 1of1",
        "epoch": 1, "recipient": header.recipient_hash.hex(), "practice": True, "sheets": 4, "kind": "first", "label": "Root",
    }  # fmt: skip


def test_a_later_set_says_its_epoch_and_its_line(issued):
    plan = Plan(parse_policy("2of2"), practice=True)
    later = make(plan, plan.facts(DAY, 3, issued.envelope.header.line), RECORD, seeded(1))
    assert (later.envelope.header.epoch, later.envelope.header.line) == (3, issued.envelope.header.set_id)
    entry = set_made(later.envelope, later.plan.policy, "refreshed", "5" * 32).fields()
    assert (entry["epoch"], entry["line"], entry["replaces"], "label" in entry) == (3, issued.set_id, "5" * 32, False)


def test_an_anonymous_set_has_no_label_in_its_entry():
    plan = Plan(parse_policy("2of2"), label="Root", practice=True, anonymous=True)
    assert "label" not in set_made(make(plan, plan.facts(DAY), RECORD, seeded(2)).envelope, plan.policy).fields()


def test_nothing_is_made_when_the_second_implementation_disagrees(monkeypatch):
    def disagree(*_):
        raise SelfCheckError("another secret", "do not go on")

    monkeypatch.setattr(making, "check_set", disagree)
    pages = []
    with pytest.raises(SelfCheckError):
        make(GROUPS, GROUPS.facts(DAY), RECORD, seeded(3), lambda: pages.append(1))
    assert pages == []


def test_a_symbol_that_is_the_same_on_all_sheets_is_encoded_for_the_set(monkeypatch):
    """Words and digits of each sheet, the recipient, and the envelope: by each of two pages that are begun together at the most."""
    asked = []
    monkeypatch.setattr(qr, "encoded", lambda *a: asked.append(a[1]) or encoder.encoded(*a))
    qr.envelope_symbol.cache_clear()
    plan = Plan(parse_policy("3of5"))
    make(plan, plan.facts(DAY), RECORD, seeded(4))
    assert [asked.count(version) for version in (12, 6, qr.RECIPIENT_VERSION)] == [5, 5, 1]
    assert len(asked) - 11 in (1, 2)
