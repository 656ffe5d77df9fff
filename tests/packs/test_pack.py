"""Packs: the ways into a target are data, read strictly, and those of AWS are what AWS says."""

from __future__ import annotations

from pathlib import Path

import pytest

from splitkit.custody.overview.criteria import CRITERIA
from splitkit.errors import UsageError
from splitkit.packs import pack as packs
from splitkit.packs.pack import USUAL, find_pack, parse_pack
from tests.support.places import ROOT

DATA = (ROOT / "splitkit" / "packs" / "aws_root.toml").read_text("utf-8")


def test_the_ways_into_the_root_user_of_aws():
    pack = find_pack("aws-root")
    assert [(way.name, way.needs) for way in pack.ways] == [
        ("sign in", ("password", "mfa")),
        ("reset the password", ("mailbox", "mfa")),
        ("get in without an MFA device", ("mailbox", "phone")),
    ]
    assert pack.things["mailbox"].also == {
        "mail-admin": "runs the mail",
        "domain-admin": "runs the names of its domain",
    }
    assert pack.things["phone"].also == {"bill-payer": "pays the phone bill"}
    assert all(way.source.startswith("docs.aws.amazon.com/") for way in pack.ways)
    assert pack.looked_up.year >= 2026


def test_every_file_of_a_pack_is_known_by_its_code():
    files = {path.name for path in Path(packs.__file__).parent.glob("*.toml")}
    assert files == {*packs._FILES.values(), *CRITERIA.values(), "common.toml"}
    assert {find_pack(code).code for code in packs._FILES} == set(packs._FILES)
    assert USUAL in packs._FILES
    assert find_pack("no-such-pack") is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('code = "aws-root"', 'code = "aws-root"\nother = 1'),
        ('code = "aws-root"', ""),
        ('code = "aws-root"', "code = 7"),
        ('code = "aws-root"', 'code = ""'),
        ("looked_up = 2026-11-27", 'looked_up = "2026-11-27"'),
        ("looked_up = 2026-11-27", "looked_up = 2026-11-27T10:00:00"),
        ('called = "phone"', ""),
        ('called = "phone"', 'called = "phone"\nserial = "x"'),
        ('also = { bill-payer = "pays the phone bill" }', 'also = "bill-payer"'),
        ('also = { bill-payer = "pays the phone bill" }', 'also = ["bill-payer"]'),
        ('also = { bill-payer = "pays the phone bill" }', "also = { bill-payer = 1 }"),
        ('needs = ["mailbox", "phone"]', 'needs = ["mailbox", "pigeon"]'),
        ('needs = ["mailbox", "phone"]', "needs = []"),
        ('needs = ["mailbox", "phone"]', 'needs = ["phone", "phone"]'),
        ('needs = ["mailbox", "phone"]', 'needs = [["phone"]]'),
        ('needs = ["mailbox", "phone"]', 'needs = ["mailbox", "mfa"]'),
        ('name = "reset the password"', 'name = "sign in"'),
        ('name = "reset the password"', 'name = "reset"\nwith = 1'),
        ("[[way]]", "[way]"),
        (DATA, ""),
        (DATA, "\xff"),
    ],
)
def test_what_is_no_pack_is_refused(old, new):
    assert old in DATA
    with pytest.raises(UsageError) as refused:
        parse_pack(DATA.replace(old, new).encode("latin-1"))
    assert refused.value.hint


def test_the_data_is_a_pack():
    assert parse_pack(DATA.encode()) == find_pack("aws-root")
