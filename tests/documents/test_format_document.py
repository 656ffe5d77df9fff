"""docs/format.md says what the code does: its tables, its worked example and its commands."""

from __future__ import annotations

import functools
import hashlib
import json
import re
import shutil
import subprocess

import pytest
from cbor2 import dumps
from shamir_mnemonic.wordlist import WORDLIST

from splitkit import errors, recover
from splitkit.errors import UsageError
from splitkit.host.clock import iso_date
from splitkit.paper import geometry, qr
from splitkit.paper.geometry import Paper
from splitkit.quorum import header
from splitkit.quorum.dealing import SetFacts, check_facts
from splitkit.quorum.envelope import FINGERPRINT_WORDS, MAX_BYTES, NONCE_BYTES, TAG_BYTES
from splitkit.quorum.header import Header
from splitkit.quorum.judge import MAX_ENVELOPES, MAX_SHARES
from splitkit.quorum.opening import MAX_SUBSETS
from splitkit.quorum.policy import MAX_GROUPS, MAX_MEMBERS, MAX_SHEETS, Group, Policy
from splitkit.quorum.recipient import RECIPIENT_PREFIX
from splitkit.quorum.scan import SHARE_WORDS
from splitkit.quorum.share import COMMITMENT_BYTES, KEY_BYTES
from splitkit.quorum.textform import LINE_BYTES, MAX_LINES, encode_base32
from splitkit.secret.record import FIELDS, MIN_BYTES, PADDING_BLOCK_BYTES, SecretRecord
from tests.support import make_vectors
from tests.support.layout import CLEAR_MM, QUIET_MODULES
from tests.support.places import ROOT
from tests.support.processes import HANGS
from tests.support.sampling import sampled

VECTORS = {vector["name"]: vector for vector in json.loads((ROOT / "tests/vectors/sets.json").read_text("ascii"))}
EXAMPLE = VECTORS["example"]


@functools.cache
def document():
    return (ROOT / "docs" / "format.md").read_text("utf-8")


def section(title):
    """The text under a heading, up to the next one of its level or above."""
    level, rest = title.split(" ")[0], document().partition(f"\n{title}\n")[2]
    assert rest, title
    return re.split(rf"\n#{{1,{len(level)}}} ", rest)[0]


def rows(text):
    """The cells of all rows of the tables in *text*, headings and rules left out."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    ruled = {at for at, line in enumerate(lines) if set(line) <= set("|-")}
    return [
        [c.strip() for c in line.strip("|").split("|")] for at, line in enumerate(lines) if not {at, at + 1} & ruled
    ]


# What the tables must say


def symbol_rows():
    share = next(iter(make_vectors.dealt(make_vectors.EXAMPLE)[0].shares.values()))
    layout = Paper.A4.layout
    made = [
        ("words", "33 words, upper case", "alphanumeric", qr.words_symbol(share.mnemonic.upper()), layout.words),
        ("digits", "132 digits", "numeric", qr.digits_symbol(share.digits), layout.digits),
    ]
    for version, room in qr.ENVELOPE_VERSIONS.items():
        text = "SK1:" + "A" * (room - 4)
        symbol = qr.envelope_symbol(text)
        assert symbol.version == version
        largest = max(size for size in range(MAX_BYTES + 1) if 4 + len(encode_base32(bytes(size))) <= room)
        holds = f"`SK1:` and base32, {room} characters: {largest} bytes"
        made.append(("envelope", holds, "alphanumeric", symbol, layout.envelope))
    recipient = qr.recipient_symbol(EXAMPLE["age_recipient"])
    made.append(("recipient", "the recipient, upper case", "alphanumeric", recipient, layout.recipient))
    for name, holds, mode, symbol, place in made:
        sides = [place.size, symbol.size, place.size / symbol.size]
        yield [
            *(name, holds, mode, str(symbol.version), symbol.level, str(symbol.mask)),
            *(str(sides[1]), f"{sides[0]:g}", f"{sides[2]:.3f}"),
        ]


def place_rows():
    for paper, name in ((Paper.A4, "A4"), (Paper.LETTER, "Letter")):
        places = {what: getattr(paper.layout, what) for what in ("words", "digits", "envelope", "recipient")}
        shown = [f"{place.x:g}, {place.y:g}; {place.size:g}" for place in places.values()]
        yield [name, f"{paper.width_mm:g} x {paper.height_mm:g}", *shown]


def frame_rows():
    for paper, name in ((Paper.A4, "A4"), (Paper.LETTER, "Letter")):
        frames = [getattr(paper.layout, what) for what in ("head", "lines", "advice", "strip")]
        yield [name, *(f"{frame.x:g}, {frame.y:g}, {frame.width:g}, {frame.height:g}" for frame in frames)]


LIMITS = {
    "2 of 3": Policy(1, (Group(2, 3),)),
    "3 of 5": Policy(1, (Group(3, 5),)),
    "5 of 8": Policy(1, (Group(5, 8),)),
    "8 of 16": Policy(1, (Group(8, 16),)),
    "2 of: 2 of 3, 3 of 5, 1 of 1": Policy(2, (Group(2, 3), Group(3, 5), Group(1, 1))),
    "2 of: 3 of 8, 3 of 8, 3 of 8": Policy(2, (Group(3, 8),) * 3),
    "2 of: 8 of 16, 8 of 16": Policy(2, (Group(8, 16),) * 2),
}


def envelope_bytes(policy, label, record):
    facts = SetFacts(policy, "x" * label, practice=False, created_day=20_000)
    header = header_of(facts)
    return len(dumps([header, bytes(12), bytes(record + 16)], canonical=True))


def header_of(facts):
    return Header(
        bytes(16),
        facts.practice,
        facts.created_day,
        facts.epoch,
        facts.label,
        bytes(16),
        facts.policy,
        {sheet: bytes(8) for sheet in facts.policy.sheet_ids()},
        facts.first_set,
    ).encode()


def limit_rows():
    for name, policy in LIMITS.items():
        longest = []
        for label in (16, 64):
            fitting = [size for size in range(64, 457, 32) if envelope_bytes(policy, label, size) <= MAX_BYTES]
            longest.append(str(max(fitting)) if fitting else "none")
        yield [name, str(envelope_bytes(policy, 16, 64)), *longest]


# Tables


def test_the_table_of_symbols():
    assert rows(section("### Symbols")) == list(symbol_rows())


def test_the_tables_of_places():
    assert rows(section("### Places")) == [*place_rows(), *frame_rows()]


def test_the_marks_around_a_symbol():
    text = " ".join(section("### Symbols").split())
    assert f"radius {geometry.MARK_RADIUS_MM:g} mm" in text
    assert f"a square {geometry.MARK_DISTANCE_MM:g} mm outside" in text
    assert f"up to {CLEAR_MM:g} mm from the edge" in text
    assert f"quiet zone, which is {QUIET_MODULES} modules wide" in text
    far = 75 + geometry.MARK_DISTANCE_MM
    near = -geometry.MARK_DISTANCE_MM
    centres = {(x, y) for x in (near, 37.5, far) for y in (near, 37.5, far)} - {(37.5, 37.5)}
    assert set(geometry.Square(0, 0, 75).marks()) == centres


def test_the_table_of_limits():
    assert rows(section("### Limits"))[-len(LIMITS) :] == list(limit_rows())


def test_an_envelope_that_fits_is_made_and_one_byte_more_is_refused():
    for policy in LIMITS.values():
        for label in (16, 64):
            for record in range(64, 457, 32):
                facts = SetFacts(policy, "x" * label, practice=False, created_day=20_000)
                if envelope_bytes(policy, label, record) <= MAX_BYTES:
                    check_facts(facts, record)
                else:
                    with pytest.raises(UsageError):
                        check_facts(facts, record)


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS)
def test_the_sum_of_the_parts_is_the_length_of_the_envelope(vector):
    """The computation that section Limits describes in words."""
    record, label = len(vector["record_padded"]) // 2, len(vector["label"].encode())
    size = 53 + label + (label > 23) + 18 * (vector["line"] is not None)
    size += 2 * (vector["created_day"] > 65_535)
    size += (vector["epoch"] > 23) + (vector["epoch"] > 255) + 2 * (vector["epoch"] > 65_535)
    size += sum(8 * members + (4 if members > 2 else 3) for _, members in vector["groups"])
    assert vector["envelope_bytes"] == record + 28 + 6 + size + (size > 255) + (record > 224)
    text = " ".join(section("### Limits").split())
    assert "| header without groups and label | 53; 2 more if the date is after 2149-06-06;" in text
    assert "1, 2 or 4 more if the epoch is above 23, 255 or 65535" in text
    assert "| each group | 8 N + 4; 8 N + 3 for N below 3 |" in text


def test_the_numbers_in_sentences():
    text = " ".join(document().split())
    for sentence in (
        f"An envelope has at most **{MAX_BYTES} bytes**",
        f"there are at most {MAX_LINES} lines",
        f"at most at {MAX_SHARES} shares and {MAX_ENVELOPES} envelopes",
        f"at most {MAX_SUBSETS:,} opens it",
        f"with all four fields spends {len(json.dumps(dict.fromkeys(FIELDS, ''), separators=(',', ':')))} bytes",
        f"a password alone {len(SecretRecord('x').encode().rstrip()) - 1}.",
        f"text .size (0..{header.MAX_LABEL_BYTES})",
        "nested more than eight deep",
        f"| share | one SLIP-39 mnemonic of K: {SHARE_WORDS} words |",
        f"K, {KEY_BYTES} bytes, so a mnemonic has {SHARE_WORDS} words",
        f"2 <= T <= N <= {MAX_MEMBERS}; T = N = 1 is allowed",
        f"1 to {MAX_GROUPS} groups, of which GT are needed",
        f"A set has at most {MAX_SHEETS} sheets",
        f"{SHARE_WORDS} times four decimal digits, the index of each word, 0000 (academic) to {len(WORDLIST) - 1} (zero)",
        f"|| set id || mnemonic)[:{COMMITMENT_BYTES}]",
        'HKDF-SHA256(key = K, salt = set id, info = "splitkit/1 age identity", 32 bytes)',
        "SHAKE256(seed, 96 bytes)",
        "encapsulation key of expanded[:64] (d || z, FIPS 203; 1184 bytes)",
        "X25519 public key of expanded[64:] (RFC 7748; 32 bytes)",
        f'SHA-256("splitkit/1 recipient" || recipient)[:{header.RECIPIENT_HASH_BYTES}]',
        "The recipient has 1216 bytes.",
        f"the prefix `{RECIPIENT_PREFIX}`, so it begins with `{RECIPIENT_PREFIX}1`",
        'HKDF-SHA256(key = K, salt = set id, info = "splitkit/1 envelope", 32 bytes)',
        f"2 => bytes .size {header.SET_ID_BYTES},",
        f"7 => bytes .size {header.RECIPIENT_HASH_BYTES},",
        f"10 => bytes .size {header.SET_ID_BYTES},",
        f"8 => 1..{MAX_GROUPS},",
        f"9 => [1*{MAX_GROUPS} [1..{MAX_MEMBERS}, bytes]],",
        f"members, {COMMITMENT_BYTES} bytes each",
        "* 24..4294967295 => extra",
        "uint32 = 0..4294967295",
        "| 11 to 23 | made by a newer splitkit",
        "keys from 24, which change nothing for old readers",
        "gets a key from 11 to 23",
        "integers of 2^32 or more",
        f"AES-256-GCM(envelope key, nonce of {NONCE_BYTES} bytes, secret record, associated data)",
        f"and then the tag of {TAG_BYTES} bytes",
        f"|| envelope)[:15]` as {FINGERPRINT_WORDS} numbers of ten bits",
        f"a multiple of {PADDING_BLOCK_BYTES} bytes, and at least {MIN_BYTES}",
        f"*Printed lines*: {LINE_BYTES} bytes a line",
        "|| byte number || byte total || bytes of the line))[:4 characters]",
        f"day 20000 ({iso_date(20_000)}), epoch 1",
        f"after {iso_date(65_535)}; 1, 2 or 4 more",
        f"| SLIP-39 identifier | {EXAMPLE['slip39_identifier']} |",
        "`83`, `5858` and the header, `4c` and the nonce, `5870` and what is sealed",
    ):
        assert sentence in text


def test_the_exit_codes_are_those_of_the_programs():
    kinds = (
        errors.UsageError,
        errors.UnreadableError,
        errors.NoQuorumError,
        errors.ForgedError,
        errors.UnsafeMachineError,
    )
    kinds += (errors.AttentionError,)
    assert [row[0] for row in rows(section("## 11. Rules for readers")) if row[0].isdigit()] == [
        "0",
        *(str(kind.exit_code) for kind in kinds),
    ]


def test_every_domain_string_of_the_document_is_in_both_programs():
    named = set(re.findall(r'"(splitkit/1 [a-z ]+)"', document()))
    assert len(named) == 6
    both = [
        "".join(path.read_text("utf-8") for path in (ROOT / "splitkit" / "quorum").glob("*.py")),
        (ROOT / "splitkit" / "recover.py").read_text("utf-8"),
    ]
    for text in both:
        assert set(re.findall(r'b"(splitkit/1 [a-z ]+)"', text)) == named


# The worked example


def test_the_example_shows_every_value():
    """Whatever an implementer may compare on the way, as the vectors have it."""
    bare = re.sub(r"\s", "", section("## 13. Worked example"))
    for name in (
        *("quorum_key", "set_id", "slip39_encrypted_master_secret", "age_seed", "age_identity", "recipient_hash"),
        *("nonce", "envelope_key", "fingerprint_sha256", "ciphertext", "tag", "symbol"),
    ):
        assert EXAMPLE[name] in bare, name
    assert EXAMPLE["slip39_draws"][0] in bare
    assert EXAMPLE["fingerprint"].replace(" ", "") in bare
    for share in EXAMPLE["shares"]:
        for name in ("value", "words", "digits", "commitment"):
            assert share[name].replace(" ", "") in bare
    [shown] = re.findall(r'\{"account".*\}', section("## 13. Worked example"))
    assert shown.encode().ljust(96).hex() == EXAMPLE["record_padded"]
    assert (len(shown), len(EXAMPLE["record_padded"])) == (91, 192)
    assert f"{len(EXAMPLE['age_recipient'])} characters" in document()
    start, end = re.findall(r"`(age1pq1\w+)\.\.\.(\w+)`", document())[0]
    assert EXAMPLE["age_recipient"].startswith(start)
    assert EXAMPLE["age_recipient"].endswith(end)


def test_the_example_takes_the_header_apart():
    block = section("## 13. Worked example").partition("**Header**")[2].partition("```text\n")[2].partition("```")[0]
    assert "".join(line.split()[0] for line in block.splitlines()) == EXAMPLE["header"]
    assert f"**Header**, {len(EXAMPLE['header']) // 2} bytes" in document()
    assert f"**Envelope**, {EXAMPLE['envelope_bytes']} bytes" in document()
    [header, sealed] = re.findall(r"`58([0-9a-f]{2})` and", document())
    assert (int(header, 16), int(sealed, 16)) == (len(EXAMPLE["header"]) // 2, len(EXAMPLE["ciphertext"]) // 2 + 16)
    assert EXAMPLE["envelope"] == "".join(
        ["8358", header, EXAMPLE["header"], "4c", EXAMPLE["nonce"], "58", sealed, EXAMPLE["ciphertext"], EXAMPLE["tag"]]
    )


def test_no_hexadecimal_of_the_document_is_unknown():
    """A slip of the pen in a long number would be found here; sections 14 and 15 are compared in test_ledger.py and test_plan_hash.py."""
    list_hash = hashlib.sha256("".join(word + "\n" for word in WORDLIST).encode()).hexdigest()
    known = " ".join([json.dumps(EXAMPLE), EXAMPLE["header"], list_hash, "7fffffffffffffff"])
    text = document().replace(section("## 14. Ledger"), "").replace(section("## 15. The hash of a plan"), "")
    found = re.findall(r"\b(?:0x)?([0-9a-f]{12,})\b", text)
    assert len(found) > 25
    assert [number for number in found if number not in known] == []


def test_the_printed_line_of_section_9_is_the_second_of_the_example():
    start, end = re.search(r"`(\d\d/\d\d \w{4} \w{4}) \.\.\. (\w{4})`", document()).groups()
    assert (EXAMPLE["lines"][1][:15], EXAMPLE["lines"][1][-4:]) == (start, end)


def test_the_word_list():
    block = section("## Appendix: the word list").partition("```text\n")[2].partition("```")[0]
    lines = [line.split() for line in block.splitlines()]
    assert [line[0] for line in lines] == [f"{at:04d}" for at in range(0, 1024, 16)]
    words = [word for line in lines for word in line[1:]]
    assert words == list(WORDLIST) == list(recover.WORDS)
    assert hashlib.sha256("".join(word + "\n" for word in words).encode()).hexdigest() in document()
    assert len({word[:4] for word in words}) == 1024


# The recipe


def steps():
    """The commands of section 12 in order, each block with what the document says it prints."""
    found = re.findall(r"```bash\n(.*?)```(?:\n```text\n(.*?)```)?", section("## 12. Recovery by hand"), re.DOTALL)
    assert len(found) == 8
    return found


def run(blocks, folder):
    """The output of each block, all in one bash session."""
    missing = [tool for tool in ("bash", "openssl", "base32", "xxd", "awk", "fold") if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    shutil.copy(ROOT / "docs" / "format.md", folder)
    script = "".join(f"{block}\necho; echo '== end of block'\n" for block in blocks)
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", script],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        timeout=HANGS,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [output.strip() for output in done.stdout.split("== end of block\n")[:-1]]


def test_the_recipe_prints_what_the_document_says(tmp_path):
    commands, expected = zip(*steps(), strict=True)
    outputs = run(commands, tmp_path)
    assert outputs == [text.strip() for text in expected]
    assert json.loads(outputs[5].partition("\n")[2]) == EXAMPLE["record"]
    assert outputs[1].split()[1::2] == EXAMPLE["fingerprint"].split()


def recipe_for(vector):
    """The commands of the document with the values of another set in the places of the example's."""
    first, last = (EXAMPLE["shares"][at]["words"] for at in (0, 2))
    quorum = [share["words"] for share in vector["shares"] if share["sheet"] in vector["quorum"]]
    changes = {
        "\n".join(EXAMPLE["lines"]): "\n".join(vector["lines"]),
        EXAMPLE["quorum_key"]: vector["quorum_key"],
        first: quorum[0],
        last: quorum[-1],
    }
    blocks = [block for block, _ in steps()]
    for old, new in changes.items():
        assert sum(block.count(old) for block in blocks) == 1
        blocks = [block.replace(old, new) for block in blocks]
    return blocks, quorum


@pytest.mark.parametrize("name", sampled([name for name in VECTORS if name != "example"], 5))
def test_the_recipe_opens_every_set_of_the_vectors(name, tmp_path):
    vector = VECTORS[name]
    blocks, quorum = recipe_for(vector)
    outputs = run(blocks, tmp_path)
    assert outputs[0] == str(vector["envelope_bytes"])
    assert outputs[1].split()[1::2] == vector["fingerprint"].split()
    commitments = {share["words"]: share["commitment"] for share in vector["shares"]}
    assert outputs[3].split() == [commitments[quorum[0]], commitments[quorum[-1]]]
    assert all(commitment in vector["header"] for commitment in outputs[3].split())
    assert outputs[5].split("\n")[0] == outputs[6] == vector["envelope_key"]
    assert json.loads(outputs[5].partition("\n")[2]) == vector["record"]
    assert outputs[7].split("\n") == [vector["tag"], "the tag is right"]


def test_the_recipe_finds_a_changed_byte(tmp_path):
    """A wrong fingerprint at once, and a wrong tag in the end; the header is covered as well."""
    raw = bytearray.fromhex(EXAMPLE["envelope"])
    raw[60] ^= 1
    lines = list(make_vectors.printed_lines(bytes(raw)))
    blocks = [block.replace("\n".join(EXAMPLE["lines"]), "\n".join(lines)) for block, _ in steps()]
    outputs = run(blocks, tmp_path)
    assert outputs[1].split()[1::2] != EXAMPLE["fingerprint"].split()
    assert json.loads(outputs[5].partition("\n")[2]) == EXAMPLE["record"]
    assert outputs[7].endswith("THE TAG IS WRONG")


def test_the_document_is_plain_ascii():
    """So that no printer and no old computer loses a character of it."""
    assert document().isascii()
