"""One table of hostile files: what each must come to on the command line, how soon, and in how much memory.

Time is processor time of the command and its reader together, because a busy machine is no reason to fail; memory is
the largest that the command and its readers ever had, added up.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import fork_server
from tests.support.kit import FINGERPRINT, environment, overrule
from tests.support.paper import hostile_files as made
from tests.support.paper.hostile_files import (
    CATALOG,
    ENVELOPE,
    SET,
    WORDS,
    chunk,
    code,
    drawn,
    pdf,
    png,
    symbols,
    zeros,
)
from tests.support.paper.pictures import blank_pdf, blank_png, encoded, symbol
from tests.support.processes import HANGS
from tests.support.sampling import sampled

SOON = 80.0
"""The processor time that is allowed, in that which this machine takes to add up a million squares: a slow one is no finding."""
TRIES = 3
"""A busy machine costs processor time too, so the least of several tries is what counts."""
MEGABYTES = 512
MEASURED = "tests.support.commands.measured_command"


@dataclass(frozen=True)
class Case:
    name: str
    make: Callable[[], bytes] | Callable[[Path], None]
    """Returns the content of the file, or puts something at the path itself."""
    words: str | tuple[str, ...]
    """What must be said, or one of several things."""
    code: int = 3
    place: bool = False
    path: str = "x.png"
    long: bool = False
    """Slow: not the one that stands for its answer in the ordinary tests."""
    large: bool = False
    """Needs nearly all the address space a reader may have, of which a forked one has less left."""


NOTHING = "no code was found on it"
OTHER = "not a splitkit code; it was not opened"
NO_KIND = "not a PNG, JPEG or PDF"
BROKEN = "damaged: it cannot be opened"
TORN = "truncated: the end of the file is missing"
LARGE = "larger than 64 megapixels"
GIANT = "the page is too large"
SLOW = "the reader took too long"
STOPPED = "the reader stopped while reading it"
RULES = "the envelope breaks the rules of the format"
NEWER = "made by a newer splitkit"
RESERVED = "this code has a form that is reserved for a newer splitkit"
IRREGULAR = "not a regular file"


def bomb(name: bytes, lead: bytes) -> Callable[[], bytes]:
    return lambda: blank_png(64, 64, extra=chunk(name, lead + zeros(200_000_000)))


PNGS = [
    Case("two billion by two billion", lambda: png(made.ihdr(2**31 - 1, 2**31 - 1), chunk(b"IDAT", zeros(9))), LARGE),
    Case("two billion by one", lambda: png(made.ihdr(2**31 - 1, 1), chunk(b"IDAT", zeros(9))), LARGE),
    Case("one by one", lambda: blank_png(1, 1), NOTHING),
    Case("none by none", lambda: png(made.ihdr(0, 0), chunk(b"IDAT", zeros(9))), BROKEN),
    Case("60 million by one", lambda: made.filled_png(60_000_000, 1, 1), GIANT),
    Case("one by 10 million", lambda: made.filled_png(1, 10_000_000, 1), GIANT),
    Case("one by 20,000", lambda: made.filled_png(1, 20_000, 1), NOTHING),
    Case("13000 by 13000 in 20 kB", lambda: blank_png(13_000, 13_000), LARGE),
    Case("one row over 64 megapixels", lambda: blank_png(8_000, 8_001), LARGE),
    Case("64 megapixels of grey", lambda: made.filled_png(8_000, 8_000), NOTHING),
    Case(
        "64 megapixels of transparent colour",
        lambda: made.filled_png(8_000, 8_000, 8, 6),
        (NOTHING, SLOW),
        long=True,
        large=True,
    ),
    Case(
        "64 megapixels of 16-bit colour",
        lambda: made.filled_png(8_000, 8_000, 16, 6),
        (NOTHING, SLOW),
        long=True,
        large=True,
    ),
    Case("64 megapixels interlaced", lambda: made.filled_png(8_000, 8_000, 8, 0, 1), NOTHING, long=True),
    Case("64 megapixels of palette", lambda: made.filled_png(8_000, 8_000, 8, 3), NOTHING),
    Case("an animation of 100,000 frames", lambda: made.frames(100_000), NOTHING),
    Case("a wrong check sum", made.png_with_bad_crc, BROKEN),
    Case("data before the header", made.png_in_wrong_order, BROKEN),
    Case("a palette that is not there", made.png_without_palette, NOTHING),
    Case("colours beyond the palette", made.png_out_of_its_palette, NOTHING),
    Case("a chunk of 2 GB in 50 bytes", made.png_with_lying_length, TORN),
    Case("a chunk of less than nothing", made.png_with_negative_length, TORN),
    Case("a million empty chunks", made.png_of_empty_chunks, NOTHING),
    Case("500 packed comments", made.png_of_texts, BROKEN),
    Case("a comment of 200 MB packed", bomb(b"zTXt", b"k\0\0"), BROKEN),
    Case("an international comment of 200 MB packed", bomb(b"iTXt", b"k\0\1\0\0\0"), BROKEN),
    Case("a profile of 200 MB packed", bomb(b"iCCP", b"k\0\0"), BROKEN),
    Case("Exif data that leads in circles, PNG", lambda: made.png_with_exif(made.RECURSIVE), NOTHING),
    Case("a page of 85,000 finder patterns", lambda: made.finder_png(7_900), SLOW),
    Case("a page of 5,000 finder patterns", lambda: made.finder_png(2_000), NOTHING, long=True),
    Case("a page of finder stripes", lambda: encoded(made.stripes(2_000)), NOTHING),
    Case("16 megapixels of noise", lambda: encoded(made.noise(4_000)), NOTHING, long=True),
    *(
        Case(f"pixels of kind {mode}", lambda mode=mode: made.deep_png(mode), OTHER)
        for mode in ("I;16", "P", "LA", "RGBA")
    ),
]

JPEGS = [
    Case("65500 by 65500 in 10 kB", lambda: made.resized_jpeg(65_500, 65_500), LARGE),
    Case("8000 by 8000 in 10 kB", lambda: made.resized_jpeg(8_000, 8_000), NOTHING, long=True),
    Case("8000 by 8000 in four colours", lambda: made.resized_jpeg(8_000, 8_000, "CMYK"), NOTHING, large=True),
    Case("no size at all", lambda: made.resized_jpeg(0, 0), BROKEN),
    Case("a thousand scans", lambda: made.many_scans(1_000, 1_000), NOTHING),
    Case("arithmetic coding", lambda: made.altered_jpeg(1, 0xC9), NOTHING),
    Case("twelve bits", lambda: made.altered_jpeg(4, 12), BROKEN),
    Case("lossless", lambda: made.altered_jpeg(1, 0xC3), BROKEN),
    Case("200 components", lambda: made.altered_jpeg(9, 200), BROKEN),
    Case("four colours", lambda: made.small_jpeg("CMYK"), OTHER),
    Case("cut in half", lambda: made.small_jpeg()[:5_000], TORN),
    Case("Exif orientation 0", lambda: made.jpeg_with_exif(made.ORIENTATION_0), OTHER),
    Case("Exif orientation 9", lambda: made.jpeg_with_exif(made.ORIENTATION_9), OTHER),
    Case("Exif orientation in letters", lambda: made.jpeg_with_exif(made.ORIENTATION_TEXT), OTHER),
    Case("Exif data that leads in circles", lambda: made.jpeg_with_exif(made.RECURSIVE), OTHER),
    Case("Exif data of 4 GB", lambda: made.jpeg_with_exif(made.HUGE_COUNT), OTHER),
    Case("Exif data of rubbish", lambda: made.jpeg_with_exif(b"II*\0\xff\xff\xff\xff"), OTHER),
    Case("3,500 pictures that are one", made.mpo_that_loops, OTHER),
    Case("58 MB of comments", made.jpeg_of_comments, OTHER),
    Case("36 MB of profile", made.jpeg_of_profiles, OTHER),
    Case("30 MB behind the end", lambda: made.jpeg_with_a_tail(bytes(30_000_000)), OTHER),
]

PDFS = [
    Case("a header and no more", lambda: b"%PDF-1.7\n%%EOF", BROKEN),
    Case("a user's password", lambda: made.encrypted_pdf("word"), "encrypted PDF: it asks for a password"),
    Case("an owner's password", lambda: made.encrypted_pdf(""), NOTHING),
    Case("a page of 200,000 points", lambda: made.sized("0 0 200000 200000"), GIANT),
    Case("a page of the largest size", lambda: made.sized("0 0 14400 14400"), NOTHING),
    Case("a page of no size", lambda: made.sized("0 0 0 0"), NOTHING),
    Case("a page turned inside out", lambda: made.sized("595 842 0 0"), NOTHING),
    Case("a page of no number", lambda: made.sized("nan nan inf -inf"), NOTHING),
    Case("a page of 10^38 points", lambda: made.sized("0 0 1e38 1e38"), NOTHING),
    Case("a page a thousandth of a point high", lambda: made.sized("0 0 14400 0.001"), NOTHING),
    Case("a unit of a thousand points", lambda: drawn("", size="0 0 14000 14000", entries="/UserUnit 1000"), NOTHING),
    Case("65 pages", lambda: blank_pdf(pages=65), "more than 64 pages"),
    Case("20,000 pages", lambda: blank_pdf(pages=20_000), "more than 64 pages"),
    Case("pages that lead in circles", made.pages_that_loop, BROKEN),
    Case("a billion pages that are one", lambda: made.kids_that_lie(10**9), NOTHING),
    Case("fewer pages than none", lambda: made.kids_that_lie(-5), NOTHING),
    Case("a tree of 20,000 branches", lambda: made.deep_page_tree(20_000), BROKEN),
    Case("200,000 lists in each other", lambda: made.deep_objects(200_000), NOTHING),
    Case("no pages", lambda: pdf(CATALOG, "<< /Type /Pages /Count 0 /Kids [] >>"), BROKEN),
    Case("200 MB of spaces in 200 kB", made.bomb_content, STOPPED),
    Case("zeros packed three times", made.bomb_of_bombs, STOPPED),
    Case("an object stream of 600 MB", made.objects_in_a_bomb, STOPPED),
    Case("a picture of 30000 by 30000", lambda: made.picture_bomb(30_000, "/DeviceRGB"), NOTHING),
    Case("a fax of 30000 by 30000", lambda: made.picture_bomb(30_000, bits=1), NOTHING, long=True),
    Case("a picture drawn 500 times", lambda: made.picture_bomb(4_000, use="500 0 0 500 0 0 cm " + "/I Do " * 500), SLOW, long=True),
    Case("JBIG2 of 60000 by 60000", lambda: made.picture_of("JBIG2Decode", made.jbig2(60_000, 60_000), 60_000), NOTHING),
    Case("JPEG 2000 of 30000 by 30000", lambda: made.picture_of("JPXDecode", made.jpx(30_000, 30_000), 30_000), NOTHING),
    Case("a fax of zeros", lambda: made.picture_of("CCITTFaxDecode", bytes(100_000), 60_000), NOTHING),
    Case("20,000 transparent groups", lambda: made.groups(20_000), SLOW, long=True),
    Case("groups of groups of groups", lambda: made.nested_groups(40), STOPPED),
    Case("a form that draws itself", made.form_in_itself, STOPPED),
    Case("a tile of a thousandth of a point", lambda: made.patterns("0.001"), SLOW),
    Case("a tile of no size", lambda: made.patterns("0"), NOTHING),
    Case("colours that a program computes", lambda: made.shading(1), SLOW, long=True),
    Case("20,000 lines that cross", lambda: made.many_paths(20_000), NOTHING, long=True),
    Case("clips in clips", lambda: made.clips(5_000), STOPPED),
    Case("five million saved states", lambda: made.saves(5_000_000), STOPPED),
    Case("fonts that are not there", lambda: made.text_of_absent_fonts(2_000), NOTHING),
    Case("a font written in itself", made.font_in_itself, NOTHING),
    Case("scripts, launches, forms and files", made.actions, NOTHING),
    Case("5,000 notes over the page", lambda: made.annotations(5_000), NOTHING),
    Case("a table of 8 million objects", lambda: made.xref_that_claims(8_000_000), NOTHING),
    Case("a packed table of 40 million objects", lambda: made.xref_stream_that_claims(40_000_000), BROKEN),
    Case("a table before itself", made.xref_that_loops, NOTHING),
]  # fmt: skip

OTHER_KINDS = [
    Case("a PDF that is a GIF", lambda: made.pdf_after(b"GIF89a" + bytes(300)), NOTHING),
    Case("a PDF that begins too late", lambda: made.pdf_after(bytes(1_100)), NO_KIND),
    Case("a PNG that is a PDF", made.png_and_pdf, OTHER),
    Case("a JPEG that is an archive", lambda: made.jpeg_with_a_tail(made.zipped()), OTHER),
    Case("a GIF", lambda: encoded(symbol("GIF", mm=20), "GIF"), NO_KIND),
    Case("an EPS", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n{} loop\n", NO_KIND),
    Case("an SVG", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><image href='http://127.0.0.1/'/></svg>", NO_KIND),
    Case("a HEIC", lambda: b"\0\0\0\x18ftypheic" + bytes(99), "a HEIC or AVIF photo: save it as JPEG or PNG first"),
    Case("a FITS", lambda: b"SIMPLE  =                    T".ljust(2_880) + bytes(2_880), NO_KIND),
    Case("a packed FITS", lambda: b"\x1f\x8b\x08" + zeros(1 << 20), NO_KIND),
]  # fmt: skip

PLACES = [
    Case("a pipe", made.fifo, IRREGULAR, place=True),
    Case("a socket", made.unix_socket, IRREGULAR, place=True),
    Case("an endless device", made.link_to("/dev/zero"), IRREGULAR, place=True),
    Case("memory of the process", made.link_to("/proc/self/mem"), "it cannot be opened", place=True),
    Case("a folder", made.folder, "the folder is empty", place=True),
    Case("a folder that holds itself and the root", made.folder_in_itself, IRREGULAR, place=True),
    Case("a link to itself", made.loop_of_links, "the file or folder 'x.png' does not exist", 2, place=True),
    Case("a link to nowhere", made.link_to("nowhere"), "the file or folder 'x.png' does not exist", 2, place=True),
    Case("a terabyte of nothing", made.sparse, "larger than 64 MiB", place=True),
    Case("a name that turns round", lambda: b"x", r"a\u202egnp.exe", path="a\u202egnp.exe"),
    Case("a name that clears the screen", lambda: b"x", r"a\x1b[2J\x0ab", path="a\x1b[2J\nb"),
    Case("a name that is no text", lambda: b"x", r"a\xff\xfe.png", path="a\udcff\udcfe.png"),
]  # fmt: skip

CODES = [
    Case("a web address", lambda: code("https://example.org/?token=1"), OTHER),
    Case("a wireless network", lambda: code("WIFI:T:WPA;S:net;P:secret;;"), OTHER),
    Case("escapes, a bell and a zero", lambda: code("\x1b[2J\x1b]0;owned\x07\0\u202etxt"), OTHER),
    Case("4,296 letters", lambda: code("A" * 4_296), OTHER),
    Case("7,089 digits", lambda: code("1" * 7_089), NOTHING),
    Case("kanji", lambda: code("\u70b9\u8317" * 9), OTHER),
    Case("bytes that are no text", lambda: code(b"\xff\xfe\0\x80" * 9), OTHER),
    Case("half of two symbols", made.half_of_two_symbols, OTHER),
    Case("a length that lies", made.code_that_lies, NOTHING),
    Case("an unknown character set", made.code_of_unknown_eci, RULES),
    Case("200 codes", lambda: made.many_codes(200), OTHER),
    *(Case(f"a {kind}", lambda kind=kind: code("12345", kind), NOTHING) for kind in ("Aztec", "PDF417", "DataMatrix", "MicroQRCode", "RMQRCode")),
    Case("an envelope in small letters", lambda: code(ENVELOPE.lower()), RULES),
    Case("half an envelope of a later form", lambda: code("SK1-1/2:AAAA"), RESERVED),
    Case("another later form", lambda: code("SK1H:AAAA"), RESERVED),
    Case("a form that only looks like it", lambda: code("SK12:AAAA"), OTHER),
    Case("another spelling of an envelope", made.misspelt, RULES),
    Case("padding", lambda: code(ENVELOPE + "="), RULES),
    Case("no envelope at all", lambda: code("SK1:"), RULES),
    Case("a zero in the envelope", lambda: code(ENVELOPE[:9] + "\0" + ENVELOPE[9:]), RULES),
    Case("lists in lists", lambda: made.envelope_of(b"\x81" * 400), RULES),
    Case("a list of 2^64", lambda: made.envelope_of(b"\x9b" + b"\xff" * 8), RULES),
    Case("bytes of 2^64", lambda: made.envelope_of(b"\x5b" + b"\xff" * 8), RULES),
    Case("a list without end", lambda: made.envelope_of(b"\x9f" + b"\x40" * 400), RULES),
    Case("a map of itself", lambda: made.envelope_of(b"\xd8\x1c\x81\xd8\x1d\0"), RULES),
    Case("a bignum", lambda: made.envelope_of(b"\x83\xc2\x58\xff" + b"\xff" * 255), RULES),
    Case("version 2", lambda: made.envelope_of(made.header_with(_1=2)), NEWER),
    Case("a key of a later version", lambda: made.envelope_of(made.header_with(_11=1)), NEWER),
    Case("a header with one sheet enough", lambda: made.envelope_of(made.header_with(_9=[[1, bytes(40)]])), RULES),
    Case("one word less", lambda: symbols(" ".join(WORDS.split()[:-1]), ENVELOPE), "not a splitkit share", 5),
    Case("one word more", lambda: symbols(WORDS + " ACID", ENVELOPE), "not a splitkit share", 5),
    Case("letters that only look right", lambda: symbols(WORDS.replace("A", "\u0410")), OTHER),
    Case("two words swapped", lambda: symbols(" ".join([*WORDS.split()[:9], *WORDS.split()[:8:-1]])), "the check of this share fails"),
    Case("an extendable share", lambda: symbols(made.spelt(extendable=True), ENVELOPE), "not a splitkit share", 5),
    Case("a share that takes a minute", lambda: symbols(made.spelt(iteration_exponent=15), ENVELOPE), "not a splitkit share", 5),
    Case("a share that is enough alone", lambda: symbols(made.one_of_one(), ENVELOPE), "do not belong together", 5),
    Case("two shares on one page", lambda: symbols(WORDS, SET.share("2").mnemonic.upper(), ENVELOPE), "2 are here", 0),
]  # fmt: skip

CASES = [*PNGS, *JPEGS, *PDFS, *OTHER_KINDS, *PLACES, *CODES]


def first_of_each_answer(cases: list[Case]) -> list[Case]:
    """One case for each answer that is owed."""
    return list({(case.words, case.code, case.place): case for case in reversed(cases) if not case.long}.values())


ALL = sampled(CASES, 3, seed="hostile files", always=first_of_each_answer(CASES), ids=lambda case: case.name)


def a_million_squares() -> float:
    """Processor seconds of adding them up."""
    begun = time.process_time()
    sum(number * number for number in range(1_000_000))
    return time.process_time() - begun


def measured(*arguments: str, cwd: Path, afresh: bool = False) -> tuple[subprocess.CompletedProcess[str], float, float]:
    """Run the command line; return what came of it, the processor time and the megabytes it took."""
    account = cwd / "spent"
    for _ in range(TRIES):
        with Path(os.devnull).open() as nothing:
            env = environment(SPENT=str(account), **({fork_server.AFRESH: "yes"} if afresh else {}))
            done = fork_server.call(arguments, cwd, env, nothing.fileno(), HANGS, module=MEASURED)
        seconds, megabytes = map(float, account.read_text().split())
        if (effort := seconds / a_million_squares()) <= SOON:
            break
    text = subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())
    return text, effort, megabytes


def put(case: Case, folder: Path) -> str:
    """Make the file of *case* and return its name."""
    path = folder / case.path
    if case.place:
        case.make(path)
    else:
        path.write_bytes(case.make())
    return case.path


@pytest.mark.parametrize("case", ALL)
def test_a_hostile_file_is_answered_soon_and_in_little_memory(case: Case, tmp_path: Path) -> None:
    done, effort, megabytes = measured("check", put(case, tmp_path), cwd=tmp_path, afresh=case.large)
    said = done.stdout + done.stderr

    assert done.returncode == case.code, said
    owed = (case.words,) if isinstance(case.words, str) else case.words
    assert any(words in " ".join(said.split()) for words in owed), said
    assert "internal error" not in said
    assert all(letter.isprintable() or letter == "\n" for letter in said)
    assert effort <= SOON
    assert megabytes <= MEGABYTES


RECOVERED = {
    "64 megapixels of grey": 3,
    "a user's password": 3,
    "a form that draws itself": 3,
    "a link to itself": 2,
    "a web address": 3,
    "lists in lists": 3,
    "a share that is enough alone": 5,
    "two shares on one page": 4,
}


RECOVERED_SOON = {"a user's password", "a link to itself", "a share that is enough alone", "two shares on one page"}


@pytest.mark.parametrize(
    ("name", "owed"),
    [pytest.param(*one, marks=() if one[0] in RECOVERED_SOON else pytest.mark.long) for one in RECOVERED.items()],
)
def test_nothing_is_recovered_from_a_hostile_file(name: str, owed: int, tmp_path: Path) -> None:
    (case,) = (case for case in CASES if case.name == name)
    file = put(case, tmp_path)
    for vouching in (overrule("no-record"), ["--fingerprint", " ".join(FINGERPRINT)]):
        done, effort, _ = measured("recover", file, "--practice", "--reveal", "stdout", *vouching, cwd=tmp_path)
        assert done.returncode == owed, done.stderr
        assert done.stdout == ""
        assert done.stderr.count("error: ") == 1
        assert done.stderr.count("\nhint: ") >= 1
        assert effort <= SOON


def test_a_file_that_grows_while_it_is_read(tmp_path: Path) -> None:
    """What is there when it is opened is read, up to the limit, and somebody who goes on writing holds nobody up."""
    path, over = tmp_path / "x.png", threading.Event()
    path.write_bytes(blank_png(64, 64))

    def grow() -> None:
        with path.open("ab", buffering=0) as file:
            while not over.is_set() and file.tell() < 200_000_000:
                file.write(bytes(100_000))

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        done, effort, megabytes = measured("check", "x.png", cwd=tmp_path)
    finally:
        over.set()
        writer.join()

    assert done.returncode == 3
    assert NOTHING in done.stdout or "larger than 64 MiB" in done.stdout
    assert effort <= SOON
    assert megabytes <= MEGABYTES


def test_the_names_are_unlike_each_other_and_the_bombs_are_small() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 100
    assert len(zlib.compress(zeros(200_000_000))) < 1_000
