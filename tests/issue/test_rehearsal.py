"""The rehearsal: real practice sheets, scanned as people scan them, forged as a dishonest custodian would."""

from __future__ import annotations

import pytest

from splitkit.issue.rehearsal import forge, forged_page, practice_set, scanned
from splitkit.paper.reading.intake import read_paths
from splitkit.quorum.gathering import gather
from splitkit.quorum.judge import belongs, judge
from splitkit.quorum.share import to_slip
from splitkit.quorum.verdicts import Status
from tests.support.builders import DAY, made, pages, secret_of, seeded


@pytest.fixture(scope="module")
def both():
    return practice_set(DAY, seeded("rehearsal"))


@pytest.fixture(scope="module")
def rehearsal(both):
    return both[0]


@pytest.fixture(scope="module")
def record(both):
    return both[1]


def read(tmp_path, *contents: bytes):
    paths = []
    for at, content in enumerate(contents):
        path = tmp_path / f"{at}.{'pdf' if content.startswith(b'%PDF') else 'jpg'}"
        path.write_bytes(content)
        paths.append(str(path))
    return gather(*read_paths(paths))


def test_it_is_practice_and_says_so(rehearsal):
    assert rehearsal.dealt.envelope.header.practice
    assert rehearsal.plan.practice
    assert rehearsal.quorums == 10
    assert "Example" in rehearsal.plan.custodian(rehearsal.plan.policy.sheet_ids()[0]).name


def test_its_repr_shows_nothing(rehearsal, record):
    shown = repr(rehearsal)
    assert record.password not in shown
    assert not [share for share in rehearsal.dealt.shares.values() if share.words[8] in shown]


def test_two_rehearsals_share_nothing(rehearsal, record):
    other, password = practice_set(DAY, seeded("another"))
    assert password != record
    assert other.set_id != rehearsal.set_id


@pytest.mark.parametrize("turn", [0, 1])
def test_a_scanned_page_is_read(rehearsal, turn, tmp_path):
    sheet = rehearsal.plan.policy.sheet_ids()[turn]
    picture = scanned(rehearsal.pages[str(turn + 1)], turn)
    assert picture.startswith(b"\xff\xd8\xff")
    gathering = read(tmp_path, picture)
    assert [found.share for found in gathering.found_shares()] == [rehearsal.dealt.shares[sheet]]
    assert gathering.by_fingerprint() == (rehearsal.dealt.envelope,)


def test_a_forged_share_passes_every_check_but_the_commitment():
    of = made()
    genuine = of.share("3")
    forged = forge(genuine)
    assert forged != genuine
    assert forged.value != genuine.value
    assert to_slip(forged).index == to_slip(genuine).index
    assert (forged.group, forged.member, forged.threshold, forged.identifier) == (0, 2, 3, genuine.identifier)
    assert belongs(genuine, of.envelope)
    assert not belongs(forged, of.envelope)


def test_a_forged_page_is_named_beside_genuine_ones(rehearsal, record, tmp_path):
    sheets = rehearsal.plan.policy.sheet_ids()
    page = forged_page(rehearsal, sheets[2])
    assert page != rehearsal.pages["3"]
    gathering = read(tmp_path, page, rehearsal.pages["1"], rehearsal.pages["2"], rehearsal.pages["4"])
    judgement = judge(gathering)
    assert [sheet.status for sheet in judgement.sheets] == [Status.FORGED, *[Status.CLAIMED] * 3]
    assert secret_of(judgement.chosen) == record


def test_pages_of_the_builders_are_like_real_ones(rehearsal, tmp_path):
    """What the fast tests call a page is what a reader gives for a real one."""
    of = made()
    gathering = gather(pages(of, "12"), [])
    real = read(tmp_path, rehearsal.pages["1"])
    for origin in (*gathering.origins, *real.origins):
        assert len(origin.shares) == 1
        assert len(origin.envelopes) == 1
        assert not origin.problem
