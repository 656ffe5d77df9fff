"""Other people's programs: shares of splitkit in three SLIP-39 packages, its recipient in age.

The npm packages come with `npm ci --prefix tests/interop`.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import itertools
import json
import subprocess
import sys

import bip39_slip39.slip39
import pytest
import shamir_mnemonic

from splitkit import recover
from splitkit.issue.artefacts import recipients_file
from splitkit.quorum.slip39 import combine_ems, decrypt_ems
from tests.support.builders import made
from tests.support.node import node
from tests.support.places import TESTS
from tests.support.processes import HANGS

INTEROP = TESTS / "interop"
PROGRAM = TESTS.parent / "splitkit" / "recover.py"
SETS = json.loads((TESTS / "vectors" / "sets.json").read_text("ascii"))

POLICIES = ["2of2", "2of3", "3of5", "5of8", "9of16", "2 of: A 2of3, B 3of5, C 1of1", "3 of: A 1of1, B 1of1, C 1of1"]
"""Beside those of the vectors, which have 16 of 16, two of two groups and one of two groups."""

PER_SET = 6
"""Quorums tried of each set: those at both ends of their order, which together hold every sheet of most sets."""


def quorums_of(one):
    """Some minimal quorums of a set, as lists of shares."""
    policy, everything = one.policy, []
    for groups in itertools.combinations(range(len(policy.groups)), policy.group_threshold):
        sheets = [[s for s in policy.sheet_ids() if s.group == g] for g in groups]
        picks = (itertools.combinations(s, policy.groups[g].threshold) for g, s in zip(groups, sheets, strict=True))
        everything += [[*itertools.chain(*picked)] for picked in itertools.product(*picks)]
    half = PER_SET // 2
    chosen = everything if len(everything) <= PER_SET else everything[:half] + everything[-half:]
    return [[one.dealt.shares[sheet] for sheet in quorum] for quorum in chosen]


@functools.cache
def cases():
    """Pairs: the mnemonics of a quorum, and the quorum key in hexadecimal."""
    found = []
    for vector in SETS:
        words = [share["words"] for share in vector["shares"] if share["sheet"] in vector["quorum"]]
        found.append((words, vector["quorum_key"]))
    for policy in POLICIES:
        one = made(policy, seed=f"interop/{policy}")
        quorums = quorums_of(one)
        key = decrypt_ems(combine_ems(quorums[0])).hex()
        found += [([share.mnemonic for share in quorum], key) for quorum in quorums]
    return found


@functools.cache
def too_few():
    """Quorums without their last share."""
    return [words[:-1] for words, _ in cases() if len(words) > 2]


def test_there_are_flat_sets_groups_and_several_quorums():
    assert len(cases()) > 30
    assert len({key for _, key in cases()}) == len(SETS) + len(POLICIES)


def test_shamir_mnemonic():
    assert [shamir_mnemonic.combine_mnemonics(words).hex() for words, _ in cases()] == [key for _, key in cases()]
    for words in too_few():
        with pytest.raises(shamir_mnemonic.MnemonicError):
            shamir_mnemonic.combine_mnemonics(words)


def test_bip39_slip39():
    combine = bip39_slip39.slip39.master_secret_from_mnemonics
    assert [combine(words).hex() for words, _ in cases()] == [key for _, key in cases()]
    for words in too_few():
        with pytest.raises(Exception, match=r"share|group"):
            combine(words)


def test_slip39_of_npm():
    answers = node("combine.cjs", "slip39", [words for words, _ in cases()])
    assert answers == [key for _, key in cases()]


def test_slip39_of_npm_refuses_too_few_shares():
    assert set(node("combine.cjs", "slip39", too_few())) == {None}


# age


def identity_by_recover(vector):
    """What `recover.py --age-identity` prints, in a process of its own."""
    shares = [share["digits"] for share in vector["shares"] if share["sheet"] in vector["quorum"]]
    run = subprocess.run(
        [sys.executable, "-I", "-S", PROGRAM, "--age-identity", "--practice", "--fingerprint", vector["fingerprint"]],
        input="\n".join([*shares, *vector["lines"]]),
        check=False,
        capture_output=True,
        text=True,
        timeout=HANGS,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_age_opens_with_the_identity_of_the_quorum():
    vector = SETS[0]
    identity = identity_by_recover(vector)
    assert identity == vector["age_identity"]
    answer = node(
        "age.mjs",
        "age-encryption",
        {"recipient": vector["age_recipient"], "identity": identity, "text": "one more secret, with nobody present"},
    )
    assert answer["recipient"] == vector["age_recipient"]
    assert base64.b64decode(answer["text"]) == b"one more secret, with nobody present"


def test_age_refuses_the_identity_of_another_set():
    vector, other = SETS[0], SETS[1]
    request = {"recipient": vector["age_recipient"], "identity": other["age_identity"], "text": "not for them"}
    with pytest.raises(AssertionError, match="no identity"):
        node("age.mjs", "age-encryption", request)


def test_age_takes_recipient_txt_as_it_is():
    """Its comments are comments of a recipients file; its one other line is the recipient."""
    one = made("2of3", seed="recipient.txt")
    lines = recipients_file(one.dealt).decode("ascii").splitlines()
    [recipient] = [line for line in lines if not line.startswith("#")]
    mnemonics = [share.mnemonic for share in list(one.dealt.shares.values())[:2]]
    key, set_id = shamir_mnemonic.combine_mnemonics(mnemonics), one.envelope.header.set_id
    identity = recover.bech32("age-secret-key-pq-", recover.age_seed(key, set_id)).upper()
    request = {"recipient": recipient, "identity": identity, "text": "a letter to the quorum"}
    answer = node("age.mjs", "age-encryption", request)
    assert (answer["recipient"], base64.b64decode(answer["text"])) == (recipient, b"a letter to the quorum")


def test_age_and_recover_py_agree_on_the_identity_of_c2sp():
    """The official file opens, and the recipient that age makes of its identity is the one that recover.py makes."""
    vector = json.loads((TESTS / "vectors" / "age_hybrid.json").read_text("ascii"))
    answer = node("age.mjs", "age-encryption", {"identity": vector["identity"], "file": vector["file"]})
    assert hashlib.sha256(base64.b64decode(answer["file"])).hexdigest() == vector["payload_sha256"]
    charset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    number = 0
    for letter in vector["identity"].lower().rpartition("1")[2][:-6]:
        number = number << 5 | charset.index(letter)
    seed = (number >> 4).to_bytes(32, "big")  # 52 letters hold 260 bits
    assert recover.bech32("age-secret-key-pq-", seed).upper() == vector["identity"]
    assert answer["recipient"] == recover.bech32("age1pq", recover.age_recipient(seed))


def test_the_npm_packages_are_pinned_by_their_contents_and_by_no_address():
    packages = json.loads((INTEROP / "package-lock.json").read_text("utf-8"))["packages"]
    assert {"node_modules/slip39", "node_modules/age-encryption"} <= set(packages)
    for name, package in packages.items():
        assert "resolved" not in package
        assert name == "" or package["integrity"].startswith("sha512-")
