"""The sources of the page: what they may use, how long they are, and that the tests reach them."""

from __future__ import annotations

import json
import re

import pytest

from tests.support import sampling
from tests.support.differential.examples import EXAMPLES, WORKED, filled, given
from tests.support.differential.scenarios import KIT
from tests.support.page.coverage import not_run
from tests.support.page.judging import PAGE, ask_all, question_of, typed
from tests.support.places import TESTS

SOURCES = {
    path.relative_to(PAGE).as_posix(): path.read_text("utf-8")
    for path in sorted(PAGE.rglob("*.js"))
    if "node_modules" not in path.parts
}
ARROWS = {"crypto": {"crypto"}, "judge": {"crypto", "judge"}, "": {""}, "app": {"", "judge", "app"}}
"""What a folder may import."""

CORE = [name for name in SOURCES if name.startswith(("crypto/", "judge/"))]
MAX_LINES, MAX_MODULES, MAX_FUNCTION, WIDTH = 600, 20, 45, 220


def code_of(name):
    """A source without its comments, and without the list of words."""
    return re.sub(r"/\*.*?\*/|(?<!:)// [^\n]*|(?<=ROWS = )`[^`]*`", "", SOURCES[name], flags=re.DOTALL)


def imports(name):
    """The modules that one imports, by their names below page/."""
    for to in re.findall(r'^(?:import|export)\b[^;]*?\bfrom "([^"]+)";', SOURCES[name], re.MULTILINE):
        yield (PAGE / name).parent.joinpath(to).resolve().relative_to(PAGE).as_posix()


def test_imports_follow_the_arrows():
    for name in sorted(SOURCES):
        for to in imports(name):
            assert to in SOURCES, (name, to)
            assert to.rpartition("/")[0] in ARROWS[name.rpartition("/")[0]], (name, to)
        assert not re.search(r"\bimport\(|\brequire\(", code_of(name)), name


def test_there_is_no_circle_of_imports():
    left = {name: set(imports(name)) for name in SOURCES}
    while ready := [name for name, needed in left.items() if not needed & set(left)]:
        for name in ready:
            del left[name]
    assert not left


BROWSER = r"\b(document|window|navigator|location|localStorage|indexedDB|fetch|XMLHttpRequest|WebSocket|crypto\.subtle|Date\.now)\b|Math\.random"


@pytest.mark.parametrize("name", CORE)
def test_the_core_knows_no_browser_no_clock_and_no_chance(name):
    code = code_of(name)
    assert not re.findall(BROWSER, code)
    assert not re.findall(r"\bconsole\b|\beval\b|\bFunction\(|\bvar\b|[^=!]==[^=]|!=[^=]", code)


@pytest.mark.parametrize("name", SOURCES)
def test_files_are_short_and_say_what_they_are(name):
    lines = SOURCES[name].splitlines()
    assert len(lines) <= MAX_LINES
    assert lines[0].startswith("/**")
    assert max(map(len, lines)) <= WIDTH
    assert all(
        SOURCES[name].rpartition(f"export {kind}")[0].rstrip().endswith("*/")
        for kind in re.findall(r"export (.*)", SOURCES[name])
    )


def test_the_architecture_has_a_row_for_each_module():
    """Its name, and the first sentence of what stands at its top."""
    text = (PAGE.parent / "docs" / "architecture.md").read_text("utf-8")
    rows = re.findall(r"^\| `page/([^`]+\.js)` \| (.*) \|$", text, re.MULTILINE)
    assert sorted(name for name, _ in rows) == sorted(SOURCES)
    for name, says in rows:
        top = " ".join(re.match(r"/\*\*(.*?)\*/", SOURCES[name], re.DOTALL)[1].replace("\n *", " ").split())
        assert top == says + "." or top.startswith(says + ". "), name


def function_lengths(text):
    """The lines of each function and method that begins on a line of its own."""
    lines = text.splitlines()
    for at, line in enumerate(lines):
        begun = re.match(r"( *)(export )?(static |async |function|get |#?\w+\(.*\) \{$)", line)
        if begun and line.endswith("{") and not re.match(r" *(if|for|while|switch)\b", line):
            end = next(below for below in range(at + 1, len(lines)) if lines[below].startswith(begun[1] + "}"))
            yield end - at + 1


def test_functions_are_short():
    lengths = sorted(length for text in SOURCES.values() for length in function_lengths(text))
    assert len(lengths) > 60
    assert lengths[-1] <= MAX_FUNCTION


def test_folders_are_small():
    folders = [name.rpartition("/")[0] for name in SOURCES]
    assert all(folders.count(folder) <= MAX_MODULES for folder in folders)


def questions():
    """All that the tests of the readers ask, each vector, and what only the page is asked; a short run asks every fourth of what is many."""
    step = 4 if sampling.short else 1
    yield from (question_of(one.given()) for one in KIT[::step])
    yield from (question_of(given(one)) for one in EXAMPLES[::step])
    words, body = WORKED["fingerprint"], typed(filled(line) for line in ["{1}", "{3}", "{symbol}"])
    asked = {"ask": "judge", "typed": body, "practice": True}
    odd = ["L " + words, WORKED["shares"][0]["words"], "zero " * 11, "xyzzy", words.replace("kernel", "zero")]
    yield from ({**asked, "words": one} for one in odd)
    copies = [["{symbol}"], ["{symbol}", "{2}"], ["hello"], ["{4999 line ends}", "", "x"]]
    yield from ({**asked, "copy": typed(map(filled, copy))} for copy in copies)
    symbols = [filled(symbol) for symbol in ("{1}", "{1 digits}", "{symbol}", "SK1H:A", "hello")]
    yield {
        "ask": "slices",
        "words": words,
        "practice": True,
        "pages": [{"name": "1.jpg", "symbols": symbols}],
        "stopAt": 1,
    }
    yield {**asked, "words": words, "superseded": " "}
    for _, mnemonics, *_ in json.loads((TESTS / "vectors/slip39.json").read_text("utf-8"))[::step]:
        yield {"ask": "slip39", "mnemonics": mnemonics, "passphrase": "TREZOR"}


def test_the_tests_reach_the_judge(tmp_path):
    """At least 95 of 100 lines are run to their last character."""
    ask_all(questions(), NODE_V8_COVERAGE=str(tmp_path))
    found = {name: lines for name, lines in not_run(tmp_path, PAGE).items() if name in CORE}
    assert set(found) == set(CORE)
    lines = sum(count for count, _ in found.values())
    missed = [f"{name}:{line}" for name, (_, idle) in found.items() for line in idle]
    print(f"{lines} lines of code, {100 * (1 - len(missed) / lines):.1f} % run\n" + "\n".join(missed))
    assert len(missed) <= 0.05 * lines, "\n".join(missed)
