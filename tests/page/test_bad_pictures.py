"""What people take by mistake, and what somebody made on purpose: each is told, and the page goes on.

Between two signs of life is one step at most, and each step has a bound: nothing here reads a clock.
`python -m tests.support.page.silence` does, and says how long each browser is silent.
"""

from __future__ import annotations

import itertools
import struct
import zlib
from pathlib import Path

import pytest
import qrcode
from PIL import Image

from tests.support.page.browsers import built, driver
from tests.support.page.sheets import SECRET, WORDS, large_picture, picture

MOST_PIXELS = 16_100_000
"""Sixteen million, and a row of rounding."""

TABLE = (("start", None), ("record", WORDS))
OPEN = (("judge", None), ("press", "It is for practice: open it"), ("hold", None))

TRACE = """void (() => {
  window.trace = [];
  const told = (what, pixels) => window.trace.push([what, pixels]);
  const later = window.setTimeout;
  window.setTimeout = (done, wait, ...rest) => later(() => (told(document.querySelector("main").innerText, 0), done()), wait < 100 ? 0 : wait, ...rest); // the driver of WebKit waits by it too
  const decode = window.createImageBitmap;
  window.createImageBitmap = async (...given) => {
    told("work", 0);
    const made = await decode(...given);
    window.trace.at(-1)[1] = made.width * made.height;
    return made;
  };
  const canvas = OffscreenCanvasRenderingContext2D.prototype;
  const draw = canvas.drawImage;
  canvas.drawImage = function (source, ...rest) {
    told("work", source.width * source.height);
    return draw.call(this, source, ...rest);
  };
  const { readBarcodes } = ZXingWASM;
  globalThis.ZXingWASM = { ...ZXingWASM, readBarcodes: (pixels, ...rest) => (told("work", pixels.width * pixels.height), readBarcodes(pixels, ...rest)) };
})()"""
"""Keeps what is done: work, with the pixels that it is about, and each time that the browser gets its turn, with what the screen says then."""

FOUND = ("run", "window.trace")

in_each = pytest.mark.parametrize("drive", ["chromium", *(pytest.param(one, marks=pytest.mark.long) for one in ("firefox", "webkit"))], indirect=True)  # fmt: skip


@pytest.fixture(scope="module")
def drive(request):
    return driver(request.param)


@pytest.fixture(scope="module")
def page():
    return built()


def png_that_says(wide, high):
    """A picture of a few bytes that says it is very large."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")  # fmt: skip


def no_sheets(folder):
    """Files that hold no sheet: their names, in order of what is told of them."""
    qrcode.make("https://example.org/?x=<b>").save(folder / "of another.png")
    Image.new("L", (900, 700), 128).save(folder / "grey.png")
    whole = Path(picture(folder / "whole.jpg", "1")).read_bytes()
    made = {
        "cut short.jpg": whole[: len(whole) // 8],
        "photo.heic": b"\0\0\0\x18ftypheic" * 40,
        "text.pdf": b"%PDF-1.7\nstream\nno photograph\nendstream",
        "broken.pdf": b"%PDF-1.7\nstream\n\xff\xd8\xff\xe0 and no more",
        "empty.jpg": b"",
        "start.jpg": b"\xff\xd8",
        "endless.jpg": b"\xff\xd8" + b"\xff" * 5000,
        "lengths.jpg": b"\xff\xd8" + b"\xff\xe1\x00\x00" * 5000,
        "huge.png": png_that_says(60_000, 60_000),
        "no size.png": png_that_says(0, 0),
        "<img src=x onerror=alert(1)>.jpg": b"none",
        "\u202egpj.exe\u2028 \u200bx.jpg": b"none",
        "n" * 240 + ".jpg": b"none",
        "--flag 'quoted\".jpg": b"none",
    }
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return ["of another.png", "grey.png", *made]


def steps_are_short(trace):
    """No two pieces of work without a turn between them, no piece beyond its bound, and a new sign at each turn."""
    work = [what == "work" for what, _ in trace]
    assert not any(a and b for a, b in itertools.pairwise(work))
    assert max((pixels for what, pixels in trace if what == "work"), default=0) <= MOST_PIXELS
    signs = [what for what, _ in trace if "Step " in what]
    assert signs
    assert not any(a == b for a, b in itertools.pairwise(signs))


@in_each
def test_what_is_no_sheet_is_told_and_gone_on_from(drive, page, tmp_path):
    names = no_sheets(tmp_path)
    (tmp_path / "sheets").mkdir()
    good = [picture(tmp_path / "sheets" / f"{sheet}.jpg", sheet) for sheet in "13"]
    files = [good[0], *(str(tmp_path / name) for name in names), good[1]]
    markup = ("run", "document.querySelectorAll('main :is(img, b)').length")
    answer = drive(page, *TABLE, ("run", TRACE), ("pictures", files), FOUND, markup, *OPEN)
    tiles = answer["screens"][3]["text"]
    told = [tiles.count("no picture that a browser opens"), tiles.count("No code of a sheet has been read")]
    assert told in ([len(names) - 2, 2], [len(names) - 3, 3]), "a browser may open the beginning of a picture"
    assert tiles.count("3 codes read") == 2
    assert tiles.count("codes read") == 2, "a code of others is none"
    assert "<img src=x onerror=alert(1)>.jpg" in tiles
    assert "\\u{202E}gpj.exe\\u{2028} \\u{200B}x.jpg" in tiles
    assert answer["ran"][2] == 0
    steps_are_short(answer["ran"][1])
    assert answer["screens"][-1]["values"] == SECRET


@in_each
@pytest.mark.parametrize("megapixels", [50, 108])
def test_a_large_picture_is_read_in_short_steps(drive, page, tmp_path, megapixels):
    files = [large_picture(tmp_path / f"{sheet}.jpg", sheet, megapixels) for sheet in "1"]
    files.append(picture(tmp_path / "3.jpg", "3"))
    answer = drive(page, *TABLE, ("run", TRACE), ("pictures", files), FOUND, *OPEN)
    steps_are_short(answer["ran"][-1])
    assert answer["screens"][3]["text"].count("3 codes read") == 2
    assert answer["screens"][-1]["values"] == SECRET


@in_each
def test_a_stop_is_heard_within_a_picture(drive, page, tmp_path):
    """At any step, also before the last; what was read till then stays, and what was not looked at is counted."""
    files = [picture(tmp_path / f"{sheet}.jpg", sheet) for sheet in "123"]
    for step in (1, 2, 3, 4):
        stop = f"""void new MutationObserver(() => {{
          if (document.querySelector("main [aria-hidden]")?.textContent.split(" of ")[0] !== "Step {step}") return;
          [...document.querySelectorAll("button")].find((one) => one.textContent === "Stop").click();
        }}).observe(document.querySelector("main"), {{ childList: true, subtree: true }})"""
        answer = drive(page, *TABLE, ("run", TRACE), ("run", stop), ("upload", files), ("told", "was stopped"), FOUND)
        assert len([what for what, _ in answer["ran"][-1] if what == "work"]) == max(0, step - 2), answer["ran"][-1]
        assert "Reading was stopped here; 2 more files not looked at" in answer["screens"][-1]["text"]
        assert "3.jpg" not in answer["screens"][-1]["text"]


@in_each
def test_nothing_is_put_onto_a_table_that_was_left(drive, page, tmp_path):
    leave = """void (() => {
      const decode = window.createImageBitmap;
      window.createImageBitmap = (...given) => {
        window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
        return decode(...given);
      };
    })()"""
    turns = ("run", "new Promise((done) => setTimeout(done, 500))")
    files = [picture(tmp_path / "1.jpg", "1")]
    answer = drive(page, *TABLE, ("run", leave), ("upload", files), turns, *TABLE)
    assert answer["screens"][-2]["heading"] == "What does the signed record say?"
    assert "Nothing has been read yet." in answer["screens"][-1]["text"]


@in_each
def test_a_second_file_of_one_name_is_told_of(drive, page, tmp_path):
    """Telephones call every picture the same."""
    for name in ("good", "bad"):
        (tmp_path / name).mkdir()
    good = picture(tmp_path / "good" / "image.jpg", "1")
    bad = tmp_path / "bad" / "image.jpg"
    Image.new("L", (640, 480), 128).save(bad)
    answer = drive(page, *TABLE, ("pictures", [good]), ("upload", [str(bad)]), ("told", "Of another file of this name"))
    assert "3 codes read from it." in answer["screens"][-1]["text"]
    assert "Of another file of this name: no code of a sheet has been read" in answer["screens"][-1]["text"]


@in_each
def test_pages_that_are_too_many_are_told(drive, page, tmp_path):
    """Of a PDF 32 are looked at."""
    blank = [Image.new("RGB", (64, 64), (at, 128, 128)) for at in range(34)]
    blank[0].save(tmp_path / "long.pdf", save_all=True, append_images=blank[1:])
    answer = drive(page, *TABLE, ("pictures", [str(tmp_path / "long.pdf")]))
    assert "2 photographs further on in it were not looked at" in answer["screens"][-1]["text"]


@in_each
def test_two_hundred_files(drive, page, tmp_path):
    """As somebody who marks the whole folder; two sheets are among them."""
    files = [picture(tmp_path / f"{sheet}.jpg", sheet) for sheet in "13"]
    for number in range(198):
        path = tmp_path / f"IMG_{number}.png"
        Image.new("L", (64, 48), number).save(path)
        files.insert(number // 2, str(path))
    answer = drive(page, *TABLE, ("run", TRACE), ("pictures", files), FOUND, *OPEN)
    steps_are_short(answer["ran"][-1])
    assert answer["screens"][3]["text"].count("No code of a sheet has been read") == 198
    assert answer["screens"][-1]["values"] == SECRET
