"""recover.html in a real browser, from a disk: driven as a person does, and the kit judged by its engine."""

from __future__ import annotations

import hashlib
import json

import pytest
from PIL import Image

from splitkit.quorum.textform import symbol_text
from tests.support import make_testkit
from tests.support.builders import made
from tests.support.differential.examples import EXAMPLES, SHARES, WORKED, given
from tests.support.differential.scenarios import KIT
from tests.support.page.browsers import built, driver
from tests.support.page.judging import outcome, question_of
from tests.support.page.sheets import QUORUM, SECRET, WORDS, lines_of, picture
from tests.support.sampling import sampled


@pytest.fixture(scope="module")
def page():
    return built()


in_all = pytest.mark.parametrize("drive", ["chromium", "firefox", "webkit"], indirect=True)
in_each = pytest.mark.parametrize("drive", ["chromium", *(pytest.param(one, marks=pytest.mark.long) for one in ("firefox", "webkit"))], indirect=True)  # fmt: skip


@pytest.fixture(scope="module", params=["chromium", pytest.param("firefox", marks=pytest.mark.long)])
def drive(request):
    """Drives one of the browsers over a page, by what a person does."""
    return driver(request.param)


def quiet(answer, page):
    """No request but the page itself (Firefox does not tell of one from the disk), and no error."""
    assert set(answer["requests"]) <= {page}
    assert answer["errors"] == []


@in_all
def test_a_recovery_from_photographs(drive, page, tmp_path):
    (tmp_path / "photo.heic").write_bytes(b"ftypheic" * 50)
    Image.new("RGB", (600, 400), "gray").save(tmp_path / "blank.png")
    files = [picture(tmp_path / f"{sheet}.jpg", sheet) for sheet in "13"]
    files += [str(tmp_path / "photo.heic"), str(tmp_path / "blank.png")]
    answer = drive(
        page,
        ("start", None),
        ("record", WORDS),
        ("pictures", files),
        ("judge", None),
        ("press", "It is for practice: open it"),
        ("hold", None),
        ("open", "Clear it now"),
    )
    _, _, read, judged, opened, shown, cleared = answer["screens"]
    assert "no picture that a browser opens" in read["text"]
    assert "No code of a sheet has been read" in read["text"]
    assert judged["heading"] == "This is a practice set: it protects nothing."
    for told in ("Example", "2024-10-04", WORKED["fingerprint"]):
        assert told in opened["text"]
    assert not any(secret in opened["text"] for secret in SECRET)
    assert shown["values"] == SECRET
    assert cleared["values"] == []
    quiet(answer, page)


@in_each
def test_a_recovery_by_typing_alone(drive, page):
    """Four letters a word, one word of a sheet illegible, and the printed lines."""
    four = [word[:4] for word in SHARES["1"]["words"].split()]
    answer = drive(
        page,
        ("start", None),
        ("record", [word[:4] for word in WORDS]),
        ("words", [*four[:5], "?", *four[6:]]),
        ("words", [word[:4] for word in SHARES["3"]["words"].split()]),
        ("lines", "\n".join(WORKED["lines"]).lower()),
        ("judge", None),
        ("press", "It is for practice: open it"),
        ("hold", None),
    )
    assert answer["screens"][-1]["values"] == SECRET
    quiet(answer, page)


def test_words_of_a_sheet_are_not_taken_where_the_record_is_asked_for(drive, page):
    answer = drive(page, ("start", None), ("paste", SHARES["1"]["words"]), ("paste", "F " + WORKED["fingerprint"]))
    _, refused, taken = answer["screens"]
    assert "These are secret words of a sheet" in refused["text"]
    assert set(refused["typed"]) == {""}
    assert taken["typed"] == WORDS


def test_a_wrong_word_is_told_before_a_sheet_is_read(drive, page):
    answer = drive(page, ("start", None), ("record", [*WORDS[:4], "xyzzy", *WORDS[5:]]))
    assert "word is not in the list" in answer["screens"][-1]["text"]
    assert answer["screens"][-1]["heading"] == "What does the signed record say?"


def by_key(words, done):
    """Boxes, each left by the Enter key, and the button behind them."""
    return ("keys", [*(key for word in words for key in (word[:4], "Enter"))]), ("reach", done), ("keys", ["Enter"])  # fmt: skip


@in_each
def test_the_keyboard_alone_is_enough(drive, page):
    """Every screen begins at its heading, or in its first field; the tabulator leads on from there, to the secret and till it is cleared."""
    chosen = lambda name: [("reach", name), ("keys", ["Enter"])]
    first, third = (SHARES[sheet]["words"].split() for sheet in "13")
    steps = [*chosen("All of this is done"), *by_key(WORDS, "These are the 12 words")]
    for words in ([*first[:5], "?", *first[6:]], third):
        steps += [*chosen("Type the 33 words"), *by_key(words, "The sheet is complete")]
    steps += [*chosen("Type the printed lines"), ("keys", ["\n".join(WORKED["lines"]).lower()])]
    steps += [
        *chosen("The lines are complete"),
        ("told", "Read one sheet, then the next"),
        *chosen("Check and open"),
        ("told", "Look for the sheets of the real set"),
    ]
    steps += [*chosen("It is for practice: open it"), ("told", "Is this the set that you want?")]
    steps += [("reach", "Hold this button for one second to see the secret"), ("keep", "Enter")]
    steps += [*chosen("Clear it now"), ("told", "Cleared.")]
    answer = drive(page, *steps)
    screens = answer["screens"]
    begins = [at for at, screen in enumerate(screens[1:], 1) if screen["heading"] != screens[at - 1]["heading"]]
    assert len(begins) >= 10
    elsewhere = dict.fromkeys(("What does the signed record say?", "The 33 words of one sheet"), "INPUT")
    elsewhere |= {"The printed lines of the envelope": "TEXTAREA"} | dict.fromkeys(
        ("The secret", "What to do now"), "DIV"
    )
    assert all(screens[at]["focus"] == elsewhere.get(screens[at]["heading"], "H1") for at in begins)
    shown = [screen["values"] for screen in screens if screen["values"]]
    assert shown
    assert all(values == SECRET for values in shown)
    assert screens[-1]["values"] == []
    quiet(answer, page)


OPENED = (
    ("start", None),
    ("record", WORDS),
    ("lines", QUORUM),
    ("judge", None),
    ("press", "It is for practice: open it"),
)
LEAVE = ("run", "window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
WAIT = ("run", "new Promise((done) => setTimeout(done, 1300))")


@in_each
def test_nothing_stays_on_a_page_that_is_left(drive, page):
    """A browser may keep it as it was: words that were typed, and a secret."""
    share = SHARES["1"]["words"].split()
    open_words = (
        "run",
        "[...document.querySelectorAll('button')].find((one) => one.textContent.includes('33')).click()",
    )
    typed = (
        "run",
        f"document.querySelectorAll('.boxes input').forEach((one, at) => (one.value = {json.dumps(share)}[at]))",
    )
    answer = drive(
        page,
        ("start", None),
        ("record", WORDS),
        ("lines", QUORUM),
        open_words,
        typed,
        LEAVE,
        ("start", None),
        ("record", WORDS),
    )
    assert answer["screens"][4]["typed"] == share
    assert (answer["screens"][5]["heading"], answer["screens"][5]["typed"]) == ("Before you start", [])
    assert set(answer["screens"][6]["typed"]) == {""}
    assert "Nothing has been read yet." in answer["screens"][7]["text"]
    answer = drive(page, *OPENED, ("hold", None), LEAVE)
    assert (answer["screens"][-2]["values"], answer["screens"][-1]["values"]) == (SECRET, [])
    assert answer["screens"][-1]["heading"] == "Before you start"


def test_a_page_that_is_left_while_the_button_is_held_shows_nothing(drive, page):
    down = ("run", "document.querySelector('.hold').dispatchEvent(new PointerEvent('pointerdown'))")
    answer = drive(page, *OPENED, down, LEAVE, WAIT)
    assert answer["screens"][-1]["values"] == []
    quiet(answer, page)


def test_a_computer_that_slept_shows_it_no_longer(drive, page):
    """By the clock two minutes are over, however few ticks there were."""
    slept = ("run", "(() => { const now = Date.now; Date.now = () => now() + 121_000; })()")
    answer = drive(page, *OPENED, ("hold", None), slept, WAIT)
    assert answer["screens"][-1]["values"] == []
    assert "Cleared." in answer["screens"][-1]["text"]


def test_the_focus_stays_with_the_secret_and_on_no_button(drive, page):
    answer = drive(page, *OPENED, ("hold", None))
    assert answer["screens"][-1]["focus"] == "DIV"


def test_what_is_not_seen_in_a_secret_is_spelled_out_at_once(drive, page):
    of = made("2of2", "page", "Pass\u202eword ", practice=False)
    lines = lines_of(of)
    spelled = ("run", "document.querySelector('details').open && document.querySelector('.spelled').innerText")
    answer = drive(
        page,
        ("start", None),
        ("record", list(of.envelope.fingerprint)),
        ("lines", lines),
        ("judge", None),
        ("hold", None),
        spelled,
    )
    assert answer["screens"][-1]["values"] == [of.record.password]
    assert "sign \\u{202E}" in answer["ran"][0]
    assert drive(page, *OPENED, ("hold", None), spelled)["ran"] == [False]


def test_a_space_in_a_secret_is_seen(drive, page):
    """Other than the gaps between groups of four."""
    of = made("2of2", "page", "four plus  it", practice=False)
    lines = lines_of(of)
    marks = ("run", "[...document.querySelectorAll('.value b')].map((one) => one.textContent + one.offsetWidth)")
    begin = ("start", None), ("record", list(of.envelope.fingerprint)), ("lines", lines), ("judge", None)
    answer = drive(page, *begin, ("hold", None), marks)
    assert answer["screens"][-1]["values"] == [of.record.password]
    assert "Each open box is a space, and part of it." in answer["screens"][-1]["text"]
    assert len(answer["ran"][0]) == 3
    assert all(int(mark) > 4 for mark in answer["ran"][0])
    assert "open box" not in drive(page, *OPENED, ("hold", None))["screens"][-1]["text"]


def test_nothing_of_others_is_markup(drive, page, tmp_path):
    """The label of an envelope, and the name of a file."""
    label = "<img src=x onerror=alert(1)><b>x</b>"
    of = made("2of2", "page", "Markup+1", practice=False, label=label)
    lines = lines_of(of)
    name = "<i onclick=x>&amp;\u202e.png"
    Image.new("RGB", (60, 40), "gray").save(tmp_path / name)
    count = ("run", "document.querySelectorAll('main :is(img, b, i)').length")
    answer = drive(
        page,
        ("start", None),
        ("record", list(of.envelope.fingerprint)),
        ("pictures", [str(tmp_path / name)]),
        count,
        ("lines", lines),
        ("judge", None),
        count,
    )
    assert "<i onclick=x>&amp;\\u{202E}.png" in answer["screens"][2]["text"]
    assert label in answer["screens"][-1]["text"]
    assert answer["ran"] == [0, 0]


def test_every_field_asks_to_be_kept_by_nobody(drive, page):
    asked = {
        "autocomplete": "off",
        "autocorrect": "off",
        "autocapitalize": "none",
        "spellcheck": "false",
        "translate": "no",
        "writingsuggestions": "false",
    }
    fields = (
        "run",
        f"[...document.querySelectorAll('input:not([type=file]), textarea')].map((one) => {json.dumps(list(asked))}.map((name) => one.getAttribute(name)))",
    )
    opened = lambda text: (
        "run",
        f"[...document.querySelectorAll('button')].find((one) => one.textContent === '{text}').click()",
    )
    answer = drive(
        page,
        ("start", None),
        fields,
        ("record", WORDS),
        opened("Type the 33 words"),
        fields,
        opened("Keep what is typed, and go back"),
        opened("Type the printed lines"),
        fields,
    )
    found = [one for one in answer["ran"] if one]
    assert [len(one) for one in found] == [12, 33, 1]
    assert all(field == list(asked.values()) for one in found for field in one)


def test_a_sheet_is_pasted_whole_or_not_at_all(drive, page):
    """Also into another box than the first; what is too much is told, and not taken."""
    share = SHARES["1"]["words"]
    opened = ("run", "[...document.querySelectorAll('button')].find((one) => one.textContent.includes('33')).click()")
    data = f"{{ clipboardData: {{ getData: () => '{share}' }} }}"
    paste = f"Object.assign(new Event('paste', {{ cancelable: true }}), {data})"
    last = ("run", f"void document.querySelectorAll('.boxes input')[7].dispatchEvent({paste})")
    answer = drive(page, ("start", None), ("record", WORDS), opened, ("paste", share + " acid"), last)
    assert set(answer["screens"][-2]["typed"]) == {""}
    assert "more than the 33 words" in answer["screens"][-2]["text"]
    assert answer["screens"][-1]["typed"] == share.split()


def test_a_camera_that_is_allowed_too_late_stays_off(drive, page):
    late = (
        "run",
        """navigator.mediaDevices.getUserMedia = () => new Promise((done) => (window.allow = () => {
      window.canvas = document.createElement('canvas');
      window.canvas.getContext('2d');
      window.stream = window.canvas.captureStream();
      done(window.stream);
    }))""",
    )
    press = lambda text: (
        "run",
        f"[...document.querySelectorAll('button')].find((one) => one.textContent === '{text}').click()",
    )
    state = ("run", "new Promise((done) => { window.allow(); setTimeout(() => done(window.stream.active), 300); })")
    answer = drive(page, ("start", None), ("record", WORDS), late, press("Camera"), press("Back"), state)
    assert answer["ran"][-1] is False
    on = ("run", "new Promise((done) => { window.allow(); setTimeout(() => done(window.stream.active), 300); })")
    off = ("run", "new Promise((done) => setTimeout(() => done(window.stream.active), 300))")
    answer = drive(page, ("start", None), ("record", WORDS), late, press("Camera"), on, LEAVE, off)
    assert (answer["ran"][-3], answer["ran"][-1]) == (True, False)


def test_every_page_of_a_scan_is_read(drive, page, tmp_path):
    """A scanner puts the sheets into one PDF."""
    first, *rest = [Image.open(picture(tmp_path / f"{sheet}.jpg", sheet)) for sheet in "13"]
    first.save(tmp_path / "scan.pdf", save_all=True, append_images=rest)
    answer = drive(
        page, ("start", None), ("record", WORDS), ("pictures", [str(tmp_path / "scan.pdf")]), ("judge", None)
    )
    assert answer["screens"][-1]["heading"] == "This is a practice set: it protects nothing."


def test_a_reason_that_was_left_out_is_asked_for_again(drive, page):
    old, new = make_testkit.OLD, make_testkit.NEW
    lines = "\n".join(
        [old.share("1").digits, old.share("2").digits, *(symbol_text(of.envelope.raw) for of in (old, new))]
    )
    why = ("run", "document.querySelector('input').value = 'a test'")
    press = ("press", "The older set is meant: go on")
    answer = drive(
        page,
        ("start", None),
        ("record", list(old.envelope.fingerprint)),
        ("lines", lines),
        ("judge", None),
        press,
        why,
        press,
        ("hold", None),
    )
    assert answer["screens"][-4]["heading"] == "No reason has been given for opening an older set."
    assert answer["screens"][-1]["values"] == [old.record.password]


def test_what_was_said_of_one_set_is_not_said_of_another(drive, page):
    """Here a reason that was left empty, and then the words of the newer set."""
    old, new = make_testkit.OLD, make_testkit.NEW
    shares = [of.share(sheet).digits for of in (old, new) for sheet in "12"]
    lines = "\n".join([*shares, *(symbol_text(of.envelope.raw) for of in (old, new))])
    words = lambda of: ("record", list(of.envelope.fingerprint))
    begin = ("start", None), words(old), ("lines", lines), ("judge", None), ("press", "The older set is meant: go on")
    answer = drive(page, *begin, ("open", "Back to the words of the record"), words(new), ("judge", None))
    assert answer["screens"][4]["heading"] == "No reason has been given for opening an older set."
    assert answer["screens"][-1]["heading"].startswith("These are the sheets of the signed record.")


def test_a_fault_of_the_page_is_told_and_quotes_nothing(drive, page):
    answer = drive(
        page,
        ("start", None),
        ("record", WORDS),
        ("run", "void setTimeout(() => Promise.reject(new Error('academic acid')), 0)"),
        WAIT,
    )
    assert answer["screens"][-1]["heading"] == "The page has failed"
    assert "academic" not in answer["screens"][-1]["text"]


def test_a_file_that_is_dropped_anywhere_does_not_take_the_place_of_the_page(drive, page):
    dropped = ("run", "window.dispatchEvent(new DragEvent('drop', { cancelable: true }))")
    assert drive(page, ("start", None), dropped)["ran"] == [False]


PARTS = 12
WITH_RECORD = [one for one in KIT if one.given().fingerprint is not None]
WITHOUT = [one.given() for one in KIT if one.given().fingerprint is None]
"""What the page, unlike the programs, refuses whatever it is."""


@in_all
@pytest.mark.parametrize("part", sampled(range(PARTS), 1, seed="kit"))
def test_the_kit_and_the_examples_in_its_engine(drive, page, part):
    """Everything that is given as text, judged by the script of the built page: every so many-th thing of each kind."""
    scenarios, unrecorded = WITH_RECORD[part::PARTS], WITHOUT[part::PARTS]
    examples = [one for one in EXAMPLES if given(one).fingerprint is not None][part::PARTS]
    questions = [question_of(one) for one in [*(s.given() for s in scenarios), *map(given, examples), *unrecorded]]
    judged = map(outcome, drive(page, questions=questions)["judged"])
    for scenario in scenarios:
        code, password = next(judged)
        digest = password and hashlib.sha256(password.encode()).hexdigest()
        assert (code, digest) == (scenario.exit, scenario.head.get("secret")), scenario.name
    for example in examples:
        password = None if example["exit"] else WORKED["record"]["password"]
        assert next(judged) == (example["exit"], password), example
    assert all(code and password is None for code, password in judged)
