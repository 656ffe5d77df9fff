"""Mutated texts and mutated files, for as long as there is time: nothing ends in an error that nobody foresaw.  And the two
programs that recover give the same, exit code and secret, for whatever people or forgers can come by.

Every trial is drawn from a seed and its number, so that a failure names what to try again.  The ordinary tests run a
short time from one seed; `make fuzz` runs twenty minutes from a new one (SPLITKIT_FUZZ_SECONDS, SPLITKIT_FUZZ_SEED), and then
gives 100,000 inputs (SPLITKIT_FUZZ_INPUTS) to both programs, in SPLITKIT_FUZZ_WORKERS processes.  Each difference is printed as
small as it gets; `python -m tests.support.differential SEED NUMBER` shows it again.
"""

from __future__ import annotations

import io
import json
import os
import random
import re
import struct
import subprocess
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count, takewhile
from pathlib import Path

import cbor2
import pytest

from splitkit.errors import SplitkitError, TooNewError, UnreadableError
from splitkit.host.filename import shown
from splitkit.paper.reading.decoder import CLOSE_STEP_S
from splitkit.paper.reading.intake import read_lines
from splitkit.paper.reading.worker import GIVEN_UP, PROBLEMS, TwoLooks, Worker
from splitkit.plan.document import parse_plan
from splitkit.quorum.anchor import parse_fingerprint
from splitkit.quorum.envelope import Envelope, decode_envelope
from splitkit.quorum.gathering import gather
from splitkit.quorum.header import decode_header
from splitkit.quorum.judge import judge
from splitkit.quorum.parsing import LineCollector, Rejection, read_code, read_line
from splitkit.quorum.policy import parse_policy
from splitkit.quorum.release import release
from splitkit.quorum.scan import Line, Page, Scan
from splitkit.quorum.share import Share
from splitkit.quorum.textform import LINE_BYTES, EnvelopeLine, encode_base32, parse_line, printed_lines, symbol_text
from tests.support import sampling
from tests.support.builders import made
from tests.support.differential.spoiling import spoiled, spoiled_envelope, spoiled_text
from tests.support.paper import hostile_files
from tests.support.paper.pictures import blank_pdf, encoded, symbol
from tests.support.places import ROOT

LONG_S = float(os.environ.get("SPLITKIT_FUZZ_SECONDS", "1200"))
LONG_SEED = os.environ.get("SPLITKIT_FUZZ_SEED") or f"{time.time_ns()}"
INPUTS = int(os.environ.get("SPLITKIT_FUZZ_INPUTS", "100000"))
WORKERS = int(os.environ.get("SPLITKIT_FUZZ_WORKERS", "2"))
TEXT_ROUNDS, FILE_ROUNDS = 24, 30
"""The ordinary run, and the least of a long one."""
CLOSELY = 8
"""One file in so many is looked at thoroughly as well, which takes a hundred times as long; in the ordinary run two in all."""
TEXTS, FILES = 0.4, 0.6
"""Shares of the time."""

SET, OTHER = made(), made("2 of: A 2of3, B 1of1", seed=1, label="caf\u00e9")
SLOWEST_TEXT_S = 3.0
"""Some seconds are right: three illegible characters of a line are 32,768 readings, and a text has several lines."""

SLOWEST_FILE_S = 2 * CLOSE_STEP_S + 6
MEGABYTES = 480
"""Of the reader alone; its parent takes 30."""


# --- what is tried ----------------------------------------------------------------------------------------------------

TEXTS_OF_SHEETS = [
    text
    for of in (SET, OTHER)
    for text in (
        *(share.mnemonic.upper() for share in of.dealt.shares.values()),
        *(share.digits for share in of.dealt.shares.values()),
        symbol_text(of.envelope.raw),
        *printed_lines(of.envelope.raw)[:3],
        " ".join(of.envelope.fingerprint),
    )
]
PLAN = b"""label = "Root"
policy = "2 of: A 2of3, B 1of1"
practice = true
paper = "a4"
profile = "words"
length = 12
note = "x"
[[custodian]]
name = "Ada Example"
title = "CEO"
group = "A"
[[custodian]]
name = "Ben Example"
group = "B"
"""


def try_code(dice: random.Random) -> None:
    finding = read_code(spoiled_text(dice.choice(TEXTS_OF_SHEETS), dice))
    assert isinstance(finding, Share | Envelope | Rejection)


def try_line(dice: random.Random) -> None:
    finding = read_line(spoiled_text(dice.choice(TEXTS_OF_SHEETS), dice))
    assert isinstance(finding, Share | Envelope | Rejection | EnvelopeLine)


def try_collector(dice: random.Random) -> None:
    """What is put together is lines that were given; one in a million spoiled lines passes its check of 20 bits by chance."""
    collector, given = LineCollector(), set()
    lines = [line for of in (SET, OTHER)[: dice.choice([1, 2])] for line in printed_lines(of.envelope.raw)]
    for line in dice.sample(lines, len(lines) - dice.choice([0, 0, 1, 5])):
        try:
            parsed = parse_line(line if dice.random() < 0.7 else spoiled_text(line, dice))
        except UnreadableError:
            continue
        if parsed:
            collector.add(parsed)
            given.add(parsed)
    for finding in collector.findings():
        assert not isinstance(finding, Envelope) or _lines_of(finding.raw) <= given


def _lines_of(raw: bytes) -> set[EnvelopeLine]:
    pieces = [raw[at : at + LINE_BYTES] for at in range(0, len(raw), LINE_BYTES)]
    return {EnvelopeLine(number, len(pieces), piece) for number, piece in enumerate(pieces, 1)}


def try_envelope(dice: random.Random) -> None:
    raw = spoiled_envelope(dice.choice([SET, OTHER]), dice)
    try:
        envelope = decode_envelope(raw)
    except (TooNewError, UnreadableError):
        return
    assert envelope.raw == raw
    assert cbor2.dumps([envelope.header_bytes, envelope.nonce, envelope.ciphertext], canonical=True) == raw
    assert envelope.header.ignored_keys or envelope.header.encode() == envelope.header_bytes


def try_header(dice: random.Random) -> None:
    try:
        decode_header(spoiled(dice.choice([SET, OTHER]).envelope.header_bytes, dice))
    except (TooNewError, UnreadableError):
        return


def try_people(dice: random.Random) -> None:
    """What people type: the words of a record, a policy, a plan, lines, names of files."""
    with_errors: list[Callable[[], object]] = [
        lambda: parse_fingerprint(spoiled_text(dice.choice(TEXTS_OF_SHEETS), dice)),
        lambda: parse_policy(spoiled_text(dice.choice(["3of5", "2 of: Board 2of3, IT 3of5, Audit 1of1"]), dice)),
        lambda: parse_plan(spoiled(PLAN, dice)),
        lambda: parse_plan(spoiled_text(PLAN.decode(), dice).encode("utf-8", "surrogatepass")),
        lambda: read_lines(io.BytesIO(spoiled("\n".join(TEXTS_OF_SHEETS[:5]).encode(), dice))),
    ]
    try:
        dice.choice(with_errors)()
    except SplitkitError as error:
        assert error.fact
        assert error.hint
    name = spoiled(b"scan-1.png", dice).decode("utf-8", "surrogateescape")
    assert shown(name).isprintable()


def try_judge(dice: random.Random) -> None:
    """Pages and lines, some whole and some spoiled: a verdict for each, and never another secret than the one."""
    pages = [Page(f"page {number}", tuple(_codes(dice))) for number in range(dice.randrange(1, 6))]
    lines = [Line("line", Scan(spoiled_text(dice.choice(TEXTS_OF_SHEETS), dice))) for _ in range(dice.randrange(3))]
    anchor = dice.choice([None, SET.anchor, OTHER.anchor])
    try:
        gathering = gather(pages, lines)
        judgement = judge(gathering, anchor)
        released = release(gathering, judgement, practice=True, superseded=False)
    except SplitkitError as error:
        assert error.fact
        return
    assert released.open() == SET.record


def _codes(dice: random.Random) -> Iterator[Scan]:
    of = dice.choice([SET, SET, OTHER])
    share = dice.choice(list(of.dealt.shares.values()))
    raw = of.envelope.raw if dice.random() < 0.8 else spoiled_envelope(of, dice)
    for text in (share.mnemonic.upper(), share.digits, "SK1:" + encode_base32(raw)):
        if dice.random() < 0.85:
            yield Scan(text if dice.random() < 0.8 else spoiled_text(text, dice), dice.choice([None, 0.0, 0.5, 1.0]))


TEXT_TRIALS = (try_code, try_line, try_collector, try_envelope, try_header, try_people, try_judge)


# --- files ------------------------------------------------------------------------------------------------------------

PAYLOAD = "FUZZ ME 123"


def _seeds() -> list[tuple[bytes, bytes]]:
    page = symbol(PAYLOAD, mm=20)
    exif = page.getexif()
    exif[0x0112] = 6
    rgb = page.convert("RGB")
    pdf_content = "q 300 0 0 300 100 100 cm /I Do Q BT /F 9 Tf (x) Tj ET /S sh /P scn 0 0 9 9 re f"
    resources = "/XObject << /I 5 0 R >> /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> /Shading << /S << /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 9 9] /Function << /FunctionType 2 /Domain [0 1] /N 1 >> >> >>"
    points = page.resize((100, 100)).tobytes()
    picture = hostile_files.stream(
        "/Subtype /Image /Width 100 /Height 100 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode",
        zlib.compress(points),
    )
    return [
        ("PNG", encoded(page)),
        ("PNG", encoded(page, exif=exif, dpi=(300, 300))),
        ("PNG", encoded(rgb.quantize(4), transparency=0)),
        ("PNG", encoded(page.convert("RGBA"))),
        ("PNG", encoded(page, save_all=True, append_images=[page.rotate(90)], duration=9)),
        ("PNG", hostile_files.filled_png(64, 64, 16, 2, 1)),
        ("JPEG", encoded(page, "JPEG", exif=exif, comment=b"c")),
        ("JPEG", encoded(rgb, "JPEG", progressive=True, icc_profile=bytes(99))),
        ("JPEG", encoded(rgb.convert("CMYK"), "JPEG")),
        ("JPEG", encoded(rgb, "MPO", save_all=True, append_images=[rgb])),
        ("PDF", encoded(page, "PDF", resolution=150, save_all=True, append_images=[page])),
        ("PDF", hostile_files.drawn(pdf_content, resources, picture)),
        ("PDF", hostile_files.nested_groups(4)),
        ("PDF", hostile_files.patterns("9")),
        ("PDF", blank_pdf(catalog=hostile_files.ACTIONS)),
    ]  # fmt: skip


def spoiled_file(kind: str, data: bytes, dice: random.Random) -> bytes:
    if kind == "PNG" and dice.random() < 0.7:
        return spoiled_png(data, dice)
    if kind == "PDF" and dice.random() < 0.7:
        return spoiled_pdf(data, dice)
    return spoiled(data, dice)


def spoiled_png(data: bytes, dice: random.Random) -> bytes:
    """Chunks changed, doubled, left out and moved, their check sums right: what gets past the first door."""
    chunks, at = [], 8
    while at < len(data):
        size = int.from_bytes(data[at : at + 4])
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + size]))
        at += size + 12
    for _ in range(dice.choice([1, 1, 3])):
        at = dice.randrange(len(chunks))
        name, body = chunks[at]
        match dice.randrange(5):
            case 0:
                chunks[at] = (name, spoiled(body, dice))
            case 1:
                chunks.insert(dice.randrange(len(chunks)), chunks[at])
            case 2 if len(chunks) > 1:
                del chunks[at]
            case 3:
                chunks[at] = (dice.choice([b"tRNS", b"PLTE", b"iCCP", b"eXIf", b"acTL", b"fcTL", b"fdAT", b"IDAT", b"zTXt"]), body)  # fmt: skip
            case 4 if name == b"IDAT":
                chunks[at] = (name, zlib.compress(spoiled(_unpacked(body), dice)))
    return hostile_files.SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


def _unpacked(body: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(body, 1_000_000)
    except zlib.error:
        return body


PDF_WORDS = (b"-1", b"0", b"1e38", b"2147483648", b"99999999999999999999", b"null", b"[", b"]", b"<<", b">>", b"(", b"1 0 R", b"3 0 R", b"5 0 R", b"/FlateDecode", b"/JBIG2Decode", b"/JPXDecode", b"/DCTDecode", b"/Pages", b"/Kids", b"nan", b"q", b"Do", b"sh")  # fmt: skip


def spoiled_pdf(data: bytes, dice: random.Random) -> bytes:
    """Numbers and names replaced by others that mean something there."""
    places = list(re.finditer(rb"-?\d+(?:\.\d+)?|/[A-Za-z0-9]+", data))
    for place in sorted(dice.sample(places, min(len(places), dice.choice([1, 2, 5]))), key=lambda m: -m.start()):
        other = dice.choice([*PDF_WORDS, dice.choice(places)[0]])
        data = data[: place.start()] + other + data[place.end() :]
    return data


@dataclass
class Account:
    """What a run came to."""

    trials: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    worst: dict[str, tuple[float, str]] = field(default_factory=dict)
    peak_mb: float = 0.0
    peak_at: str = ""

    def add(self, name: str, number: str, seconds: float) -> None:
        self.trials[name] += 1
        self.worst[name] = max(self.worst.get(name, (0.0, "")), (seconds, number))

    def told(self) -> str:
        lines = [f"{self.trials[name]:>9} {name}, the slowest {worst[0]:.3f} s ({worst[1]})" for name, worst in sorted(self.worst.items())]  # fmt: skip
        lines += [f"{times:>9} times: {answer or 'read'}" for answer, times in self.answers.most_common()]
        return "\n".join([*lines, f"reader's memory at most {self.peak_mb:.0f} MB ({self.peak_at})"])


def rounds(least: int, seconds: float) -> Iterator[int]:
    """Numbers from 0: *least* of them whatever the clock says, and more until *seconds* are over."""
    end = time.monotonic() + seconds
    return takewhile(lambda number: number < least or time.monotonic() < end, count())


def fuzz_texts(seed: str, seconds: float, account: Account) -> None:
    for number in rounds(TEXT_ROUNDS, seconds):
        for trial in TEXT_TRIALS:
            place = f"{seed}/{number}/{trial.__name__}"
            begun = time.process_time()
            try:
                trial(random.Random(place))
            except Exception as error:
                error.add_note(f"try again: {place}")
                raise
            account.add(trial.__name__, place, time.process_time() - begun)


def fuzz_files(seed: str, seconds: float, account: Account) -> None:
    """Give spoiled files to the real reader; it may refuse, stop or be slow, and never says what is not there."""
    seeds, worker = _seeds(), TwoLooks(30)
    try:
        for number in rounds(FILE_ROUNDS, seconds):
            dice = random.Random(f"{seed}/{number}")
            if dice.random() < 0.2:
                kind, data, expected = "PNG", _odd_code(dice), None
            else:
                kind, plain = dice.choice(seeds)
                data, expected = spoiled_file(kind, plain, dice), {PAYLOAD}
            before = _used(worker)
            answers = (
                worker.read(kind, data)
                if number % (2 * CLOSELY if sampling.short else CLOSELY) == 0
                else worker._quick.read(kind, data)
            )
            account.add(kind, f"{seed}/{number}", max(0.0, _used(worker) - before))
            _check(answers, expected, f"{seed}/{number}", account)
            _weigh(worker, f"{seed}/{number}", account)
    finally:
        worker.close()


def _odd_code(dice: random.Random) -> bytes:
    """A sound symbol of bits that no encoder would write."""
    segments = "".join(dice.choice(["0100", "0010", "0001", "1000", "0111", "0011", "0101", "1001"]) + "".join(dice.choice("01") for _ in range(dice.randrange(60))) for _ in range(4))  # fmt: skip
    return hostile_files.code_of_bits(segments, version=dice.randrange(2, 7))


def _check(answers: list, expected: set[str] | None, place: str, account: Account) -> None:
    assert answers, place
    for scans, problem in answers:
        account.answers[problem] += 1
        assert problem in {*PROBLEMS.values(), *GIVEN_UP}, place
        for scan in scans:
            assert expected is None or scan.text in expected, place
            read_code(scan.text)


def _used(looks: TwoLooks) -> float:
    """Seconds of processor time of both children so far."""
    return sum(_used_by(worker) for worker in (looks._quick, looks._thorough))


def _used_by(worker: Worker) -> float:
    if worker._child is None:
        return 0.0
    fields = Path(f"/proc/{worker._child.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _weigh(looks: TwoLooks, place: str, account: Account) -> None:
    for worker in (looks._quick, looks._thorough):
        if worker._child is not None:
            status = Path(f"/proc/{worker._child.pid}/status").read_text()
            peak = int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024
            if peak > account.peak_mb:
                account.peak_mb, account.peak_at = peak, place


def run(seed: str, seconds: float) -> None:
    account = Account()
    fuzz_texts(seed, seconds * TEXTS, account)
    fuzz_files(seed, seconds * FILES, account)
    print(f"\nseed {seed}, {seconds:.0f} s\n{account.told()}")  # before it is judged
    for name, (worst, place) in account.worst.items():
        assert worst <= (SLOWEST_FILE_S if name.isupper() else SLOWEST_TEXT_S), place
    assert account.peak_mb <= MEGABYTES, account.peak_at
    assert min(account.trials.values()) > 5


def test_spoiled_texts_and_files_for_a_moment() -> None:
    run("1", 0)


@pytest.mark.long
def test_spoiled_texts_and_files_for_long() -> None:
    run(LONG_SEED, LONG_S)


# --- both programs ------------------------------------------------------------------------------------------------------


def found(seed: str, inputs: int, workers: int) -> list[dict]:
    """Let *workers* processes share the inputs, say what came of them, and return where the programs differ."""
    command = [sys.executable, "-m", "tests.support.differential", seed]
    each = [
        [*command, f"{worker}", f"{len(range(worker, inputs, workers))}", f"{workers}"] for worker in range(workers)
    ]
    running = [subprocess.Popen(one, cwd=ROOT, stdout=subprocess.PIPE, text=True) for one in each]
    came = [json.loads(process.communicate()[0].splitlines()[-1]) for process in running]
    codes: Counter[str] = sum((Counter(one["codes"]) for one in came), Counter())
    differences = [difference for one in came for difference in one["found"]]
    print(
        f"\nseed {seed}: {sum(one['count'] for one in came)} inputs for both programs in {max(one['seconds'] for one in came):.0f} s,"
        f" {len(differences)} differences; exit codes {dict(codes.most_common())}; the slowest {max(one['slowest'] for one in came)}"
    )
    for difference in differences:
        print(json.dumps(difference, indent=1))
    return differences


def test_both_programs_agree_for_a_moment() -> None:
    assert not found("5", 60, 1)


@pytest.mark.long
def test_both_programs_agree_for_long() -> None:
    assert not found(LONG_SEED, INPUTS, WORKERS)
