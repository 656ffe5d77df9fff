"""The vectors: splitkit, recover.py and a third computation made here from other packages agree on every value."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass

import bip39_slip39.slip39
import cbor2
import pytest
import shamir_mnemonic
import zxingcpp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from PIL import Image

from splitkit import recover
from splitkit.errors import SplitkitError
from splitkit.quorum.anchor import Anchor
from splitkit.quorum.gathering import gather
from splitkit.quorum.judge import judge
from splitkit.quorum.parsing import Reason
from splitkit.quorum.release import release
from splitkit.quorum.scan import Line, Scan
from splitkit.secret.record import SecretRecord
from tests.support import make_vectors
from tests.support.places import ROOT, TESTS
from tests.support.processes import HANGS

FOLDER = TESTS / "vectors"
PROGRAM = ROOT / "splitkit" / "recover.py"


def load(name):
    return json.loads((FOLDER / name).read_text("ascii"))


SETS = load("sets.json")
RECORDS = load("records.json")
REFUSALS = load("refusals.json")
ACCEPTED = load("accepted.json")
WORDS = shamir_mnemonic.wordlist.WORDLIST
each_set = pytest.mark.parametrize("vector", SETS, ids=[vector["name"] for vector in SETS])


def named(cases):
    return pytest.mark.parametrize(
        "case", cases, ids=[" - ".join(filter(None, (case.get("layer"), case["name"]))) for case in cases]
    )


def lines_of(*texts):
    return [Line(f"line {at}", Scan(text)) for at, text in enumerate(texts, 1)]


def reading(texts):
    return gather([], lines_of(*texts))


def test_the_files_are_what_make_vectors_makes():
    made = make_vectors.vectors()
    assert {name for name in made if (FOLDER / name).read_bytes() != made[name]} == set()


def test_every_kind_of_set_is_here():
    kinds = {(len(vector["groups"]) > 1, vector["practice"], vector["line"] is not None) for vector in SETS}
    assert kinds >= {(False, False, False), (True, False, False), (False, True, False), (False, False, True)}
    assert max(vector["envelope_bytes"] for vector in SETS) == 456
    assert {len(vector["label"].encode()) for vector in SETS} >= {0, 64}
    assert {vector["symbol_version"] for vector in SETS} == {11, 13, 15, 17}
    assert {bytes.fromhex(vector["header"])[0] for vector in SETS} == {0xA9, 0xAA}


# The third computation: no code of splitkit


@dataclass(frozen=True)
class Third:
    """A set once more, from its quorum key, its shares' words and what people decided."""

    vector: dict

    @property
    def key(self):
        return bytes.fromhex(self.vector["quorum_key"])

    @property
    def set_id(self):
        return bytes.fromhex(self.vector["set_id"])

    def derived(self, info):
        return HKDF(hashes.SHA256(), 32, self.set_id, info).derive(self.key)

    def commitment(self, words):
        return hashlib.sha256(b"splitkit/1 share" + self.set_id + words.encode()).digest()[:8]

    def recipient(self):
        expanded = hashlib.shake_256(self.derived(b"splitkit/1 age identity")).digest(96)
        kem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64]).public_key()
        return (
            kem.public_bytes_raw() + X25519PrivateKey.from_private_bytes(expanded[64:]).public_key().public_bytes_raw()
        )

    def header(self):
        vector = self.vector
        groups = []
        for at, (threshold, members) in enumerate(vector["groups"]):
            shares = sorted((s for s in vector["shares"] if s["group_index"] == at), key=lambda s: s["member_index"])
            assert len(shares) == members
            groups.append([threshold, b"".join(self.commitment(share["words"]) for share in shares)])
        fields = {
            1: 1,
            2: self.set_id,
            3: vector["practice"],
            4: vector["created_day"],
            5: vector["epoch"],
            6: vector["label"],
            7: hashlib.sha256(b"splitkit/1 recipient" + self.recipient()).digest()[:16],
            8: vector["group_threshold"],
            9: groups,
        }
        if vector["line"]:
            fields[10] = bytes.fromhex(vector["line"])
        return cbor2.dumps(fields, canonical=True)

    def record(self):
        text = json.dumps(self.vector["record"], ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        return text + b" " * (max(64, (len(text) + 31) // 32 * 32) - len(text))

    def sealed(self):
        nonce, associated = bytes.fromhex(self.vector["nonce"]), b"splitkit/1 envelope" + self.header()
        return AESGCM(self.derived(b"splitkit/1 envelope")).encrypt(nonce, self.record(), associated)

    def envelope(self):
        return cbor2.dumps([self.header(), bytes.fromhex(self.vector["nonce"]), self.sealed()], canonical=True)


def b32(data):
    return base64.b32encode(data).decode().rstrip("=")


def printed(raw):
    rows = [raw[at : at + 20] for at in range(0, len(raw), 20)]
    for number, row in enumerate(rows, 1):
        check = hashlib.sha256(b"splitkit/1 line" + bytes([number, len(rows)]) + row).digest()
        body = b32(row)
        fours = " ".join(body[at : at + 4] for at in range(0, len(body), 4))
        yield f"{number:02d}/{len(rows):02d} {fours} {b32(check)[:4]}"


def words_of_bits(number, count):
    return [
        WORDS[int(bits, 2)] for bits in (f"{number:0{10 * count}b}"[at : at + 10] for at in range(0, 10 * count, 10))
    ]


@each_set
def test_the_third_computation(vector):
    third = Third(vector)
    assert vector["age_seed"] == third.derived(b"splitkit/1 age identity").hex()
    assert vector["envelope_key"] == third.derived(b"splitkit/1 envelope").hex()
    assert vector["header"] == third.header().hex()
    assert vector["record_padded"] == third.record().hex()
    assert vector["ciphertext"] + vector["tag"] == third.sealed().hex()
    raw = third.envelope()
    assert vector["envelope"] == raw.hex()
    assert vector["envelope_bytes"] == len(raw)
    assert vector["symbol"] == "SK1:" + b32(raw)
    assert vector["lines"] == list(printed(raw))
    digest = hashlib.sha256(b"splitkit/1 fingerprint" + raw)
    assert vector["fingerprint_sha256"] == digest.hexdigest()
    assert vector["fingerprint"].split() == words_of_bits(int(digest.hexdigest()[:30], 16), 12)
    assert vector["recipient_hash"] == hashlib.sha256(b"splitkit/1 recipient" + third.recipient()).hexdigest()[:32]
    assert vector["age_recipient"] == recover.bech32("age1pq", third.recipient())


@each_set
def test_the_shares_by_two_other_implementations(vector):
    identifier = vector["slip39_identifier"]
    assert identifier == int(vector["set_id"][:4], 16) >> 1
    quorum = [share["words"] for share in vector["shares"] if share["sheet"] in vector["quorum"]]
    assert shamir_mnemonic.combine_mnemonics(quorum, b"").hex() == vector["quorum_key"]
    assert bip39_slip39.slip39.master_secret_from_mnemonics(quorum).hex() == vector["quorum_key"]
    encrypted = bip39_slip39.slip39.encrypted_master_secret_from_mnemonics(quorum)
    assert encrypted.value.hex() == vector["slip39_encrypted_master_secret"]
    letters = "ABCDEFGHIJKLMNOP" if len(vector["groups"]) > 1 else [""] * 16
    for share in vector["shares"]:
        theirs = bip39_slip39.slip39.share_from_mnemonic(share["words"])
        group, member = share["group_index"], share["member_index"]
        assert (theirs.identifier, theirs.extendable, theirs.iteration_exponent) == (identifier, False, 0)
        assert (theirs.group_index, theirs.member_index) == (group, member)
        assert (theirs.group_threshold, theirs.group_count) == (vector["group_threshold"], len(vector["groups"]))
        assert theirs.member_threshold == vector["groups"][group][0]
        assert theirs.value.hex() == share["value"]
        assert share["digits"] == "".join(f"{WORDS.index(word):04d}" for word in share["words"].split())
        assert share["sheet"] == f"{letters[group]}{member + 1}"
        assert share["commitment"] == Third(vector).commitment(share["words"]).hex()


@each_set
def test_the_shares_can_be_split_again_from_the_draws(vector):
    """Another implementation that draws the same bytes in the same order makes the same shares."""
    draws = iter([bytes.fromhex(draw) for draw in vector["slip39_draws"]])
    shares = bip39_slip39.slip39.mnemonics_from_encrypted_master_secret(
        bip39_slip39.slip39.EncryptedMasterSecret(
            vector["slip39_identifier"],
            False,
            0,
            bytes.fromhex(vector["slip39_encrypted_master_secret"]),
        ),
        [tuple(group) for group in vector["groups"]],
        vector["group_threshold"],
        lambda length: next(draws),
    )
    assert [words for group in shares for words in group] == [share["words"] for share in vector["shares"]]
    assert next(draws, None) is None


# splitkit and recover.py


def quorum_lines(vector, form):
    return [share[form] for share in vector["shares"] if share["sheet"] in vector["quorum"]]


@each_set
@pytest.mark.parametrize(("form", "envelope"), [("words", "symbol"), ("digits", "lines")])
def test_both_implementations_open_the_set(vector, form, envelope):
    texts = quorum_lines(vector, form) + ([vector["symbol"]] if envelope == "symbol" else vector["lines"])
    gathering = reading(texts)
    judgement = judge(gathering, Anchor(tuple(vector["fingerprint"].split())))
    released = release(gathering, judgement, practice=vector["practice"], superseded=False)
    assert released.open() == SecretRecord(**vector["record"])
    assert not judgement.chosen.proof.unsound
    header = released.envelope.header
    assert (header.label, header.created_day, header.epoch) == (vector["label"], vector["created_day"], vector["epoch"])
    assert header.first_set == (bytes.fromhex(vector["line"]) if vector["line"] else None)

    result = recover.recover_text(texts, vector["fingerprint"], practice=vector["practice"])
    assert dict(result.record) == vector["record"]
    assert (result.wrong, result.age_identity) == ((), vector["age_identity"])
    assert sorted(result.used) == sorted(vector["quorum"])


@each_set
def test_one_share_less_opens_nothing(vector):
    texts = [*quorum_lines(vector, "words")[1:], vector["symbol"]]
    gathering = reading(texts)
    judgement = judge(gathering, Anchor(tuple(vector["fingerprint"].split())))
    with pytest.raises(SplitkitError) as ours:
        release(gathering, judgement, practice=vector["practice"], superseded=False)
    with pytest.raises(recover.Refusal) as theirs:
        recover.recover_text(texts, vector["fingerprint"], practice=vector["practice"])
    assert (ours.value.exit_code, theirs.value.code) == (4, 4)


def test_one_bit_of_any_byte_of_an_envelope_changes_its_fingerprint():
    raw = bytes.fromhex(SETS[0]["envelope"])
    seen = {recover.fingerprint_words(raw)}
    for at in range(len(raw)):
        seen.add(recover.fingerprint_words(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]))
    assert len(seen) == len(raw) + 1


# Records


def sealed_for_recover(padded):
    """The padded record in the envelope of the first set."""
    vector = SETS[0]
    envelope = recover.decode_envelope(bytes.fromhex(vector["envelope"]))
    associated = b"splitkit/1 envelope" + envelope.header
    sealed = AESGCM(bytes.fromhex(vector["envelope_key"])).encrypt(envelope.nonce, padded, associated)
    return recover.replace(envelope, sealed=sealed), bytes.fromhex(vector["quorum_key"])


@named(RECORDS["accepted"])
def test_records(case):
    padded = bytes.fromhex(case["padded"])
    assert json.loads(padded) == case["record"]
    assert SecretRecord(**case["record"]).encode() == padded
    assert SecretRecord.decode(padded) == SecretRecord(**case["record"])
    assert dict(recover.unseal(*sealed_for_recover(padded))) == case["record"]


@named(RECORDS["refused"])
def test_records_that_are_refused(case):
    padded = bytes.fromhex(case["padded"])
    with pytest.raises(SplitkitError) as ours:
        SecretRecord.decode(padded)
    with pytest.raises(recover.Refusal) as theirs:
        recover.unseal(*sealed_for_recover(padded))
    assert (ours.value.exit_code, theirs.value.code) == (3, 3)


# Refusals


@named(REFUSALS)
def test_refusals(case):
    gathering, pile = reading(case["lines"]), recover.gather(case["lines"])
    assert not gathering.envelopes
    assert not gathering.found_shares()
    assert (pile.envelopes, pile.shares) == ({}, {})
    reasons = {rejection.reason for origin in gathering.origins for rejection in origin.rejections}
    assert pile.problems
    assert {problem.code for problem in pile.problems} == {3}
    newer = case["expect"] == "too new"
    assert (Reason.TOO_NEW in reasons) == newer
    assert newer == any("newer" in problem.fact or "later" in problem.fact for problem in pile.problems)


def test_every_refused_line_is_alone_to_blame():
    """What the refusals were made from is accepted, so each is refused for its one fault."""
    made, _ = make_vectors.dealt(
        make_vectors.Case("refusals", "", "3of5", SecretRecord("never shown"), "", label="Test")
    )
    parts = make_vectors.Parts.of(made.envelope)
    assert parts.around(parts.header()) == made.envelope.raw
    share = next(iter(made.shares.values()))
    gathering = reading([share.mnemonic, *make_vectors.printed_lines(made.envelope.raw)])
    assert [found.share for found in gathering.found_shares()] == [share]
    assert list(gathering.envelopes) == [made.envelope.raw]
    assert {case["layer"] for case in REFUSALS} == {"cbor", "envelope", "header", "policy", "text", "share"}


@named(ACCEPTED["envelope_lines"])
def test_spellings_of_an_envelope(case):
    raw = bytes.fromhex(ACCEPTED["envelope"])
    assert list(reading(case["lines"]).envelopes) == [raw]
    pile = recover.gather(case["lines"])
    assert (list(pile.envelopes), pile.problems) == ([raw], [])


@named(ACCEPTED["share_lines"])
def test_spellings_of_a_share(case):
    assert [found.share.mnemonic for found in reading(case["lines"]).found_shares()] == [ACCEPTED["words"]]
    pile = recover.gather(case["lines"])
    assert (list(pile.shares), pile.problems) == ([ACCEPTED["words"]], [])


@named(ACCEPTED["headers"])
def test_headers_at_the_limits(case):
    [envelope] = reading(case["lines"]).envelopes.values()
    [theirs] = recover.gather(case["lines"]).envelopes.values()
    assert list(envelope.header.ignored_keys) == list(theirs.unknown_keys) == case["ignored_keys"]


# Symbols


@named(load("symbols.json"))
def test_symbols_by_another_reader(case):
    side = len(case["modules"])
    picture = Image.new("L", (side + 8, side + 8), 255)
    for y, row in enumerate(case["modules"]):
        for x, module in enumerate(row):
            picture.putpixel((x + 4, y + 4), 0 if module == "#" else 255)
    big = picture.resize((4 * (side + 8), 4 * (side + 8)), Image.Resampling.NEAREST)
    [found] = zxingcpp.read_barcodes(big, formats=zxingcpp.BarcodeFormat.QRCode)
    assert found.text == case["text"]
    assert side == 17 + 4 * case["version"]
    read = {"Version": str(case["version"]), "ECLevel": case["level"], "DataMask": case["mask"]}
    assert {name: found.extra[name] for name in read} == read


# Real processes


@pytest.mark.parametrize("form", ["words", "digits"])
@pytest.mark.parametrize("name", ["example", "groups-2of3"])
def test_recover_py_alone(name, form):
    """From the words, or the digits, and the printed lines, in a Python without any package."""
    vector = next(vector for vector in SETS if vector["name"] == name)
    options = ["--fingerprint", vector["fingerprint"], *(["--practice"] if vector["practice"] else [])]
    run = subprocess.run(
        [sys.executable, "-I", "-S", PROGRAM, *options],
        check=False,
        input="\n".join([*vector["lines"], *quorum_lines(vector, form)]),
        capture_output=True,
        text=True,
        timeout=HANGS,
    )
    assert (run.returncode, run.stderr.count("error")) == (0, 0), run.stderr
    assert f"password: {vector['record']['password']}\n" in run.stdout
