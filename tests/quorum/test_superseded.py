"""Old and new sheets together: only one set by itself ever opens, and an old one only for a reason."""

from __future__ import annotations

from itertools import chain, combinations

import pytest

from splitkit.errors import AttentionError, NoQuorumError, SplitkitError
from splitkit.quorum.anchor import Anchor
from splitkit.quorum.dealing import SetFacts, deal
from splitkit.quorum.gathering import gather
from splitkit.quorum.judge import judge
from splitkit.quorum.release import release
from splitkit.secret.record import SecretRecord
from tests.support.builders import made, pages, seeded
from tests.support.sampling import sampled

pytestmark = pytest.mark.usefixtures("stretched_once")

OLD = made("3of5", seed="old", practice=False)


def replacing(policy, old=OLD, password=None):
    """A set that replaces another: for the same secret, or for a new one."""
    record = old.record if password is None else SecretRecord(password)
    facts = SetFacts(policy, "Root", practice=False, created_day=20_100, epoch=2, first_set=old.envelope.header.set_id)
    return type(old)(deal(facts, record, seeded("new")), record)


def subsets(numbers):
    return list(chain.from_iterable(combinations(numbers, size) for size in range(len(numbers) + 1)))


NEW = replacing(OLD.policy)


@pytest.mark.parametrize(
    "old", sampled(subsets("12345"), 1, always=[(), ("1", "2"), tuple("123"), tuple("12345")], ids="".join)
)
def test_old_and_new_in_every_proportion(old):
    """1,024 mixtures in the long run: the old set opens exactly with three of its own sheets, the new one exactly with three of its own."""
    for new in subsets("12345"):
        gathering = gather([*pages(OLD, old), *pages(NEW, new)], [])
        cases = {case.envelope.header.epoch: case for case in judge(gathering).cases}
        assert (1 in cases, 2 in cases) == (bool(old), bool(new))
        assert (bool(old) and cases[1].proof is not None) == (len(old) >= 3), (old, new)
        assert (bool(new) and cases[2].proof is not None) == (len(new) >= 3), (old, new)


@pytest.mark.parametrize("new", [(), ("1",), ("1", "2"), ("1", "2", "3")], ids=len)
@pytest.mark.parametrize("old", [("1", "2"), ("1", "2", "3")], ids=len)
def test_an_old_quorum_is_refused_beside_a_newer_sheet_unless_a_reason_is_given(old, new):
    gathering = gather([*pages(OLD, old), *pages(NEW, new)], [])
    judgement = judge(gathering, Anchor(OLD.envelope.fingerprint))
    if len(old) < 3:
        with pytest.raises((NoQuorumError, AttentionError)):
            release(gathering, judgement, practice=False, superseded=True)
    elif not new:
        assert release(gathering, judgement, practice=False, superseded=False).open() == OLD.record
    else:
        with pytest.raises(AttentionError) as refused:
            release(gathering, judgement, practice=False, superseded=False)
        assert refused.value.exit_code == 9
        assert release(gathering, judgement, practice=False, superseded=True).open() == OLD.record


def test_sheets_one_short_of_either_set_never_open():
    for old in combinations("12345", 2):
        for new in combinations("12345", 2):
            gathering = gather([*pages(OLD, old), *pages(NEW, new)], [])
            for anchor in (None, Anchor(OLD.envelope.fingerprint), Anchor(NEW.envelope.fingerprint)):
                with pytest.raises(SplitkitError):
                    release(gathering, judge(gathering, anchor), practice=False, superseded=True)


def test_a_new_set_shares_no_word_of_a_share_and_no_key_with_the_old():
    assert OLD.envelope.header.recipient_hash != NEW.envelope.header.recipient_hash
    assert not {OLD.share(n).value for n in "12345"} & {NEW.share(n).value for n in "12345"}
    assert NEW.envelope.header.line == OLD.envelope.header.set_id
