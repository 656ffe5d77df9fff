"""recover.html as it is built: one file, the same bytes each time, a policy that fits, and nothing of elsewhere in it."""

from __future__ import annotations

import base64
import hashlib
import html
import importlib.util
import re
import shutil
import subprocess
import sys

import pytest

from tests.support.page.judging import PAGE
from tests.support.processes import HANGS

BUILD = PAGE / "build.py"
PACKAGE = PAGE / "node_modules" / "zxing-wasm"
spec = importlib.util.spec_from_file_location("page_build", BUILD)
build = importlib.util.module_from_spec(spec)
spec.loader.exec_module(build)


@pytest.fixture(params=["typing alone", "with the reader"])
def page(request, tmp_path):
    if request.param == "typing alone":
        return build.made(tmp_path / "none")
    if not PACKAGE.is_dir():
        pytest.skip("npm package zxing-wasm is not installed: npm ci --prefix page")
    return build.made(PACKAGE)


def test_the_same_bytes_each_time(page, tmp_path):
    assert page == build.made(PACKAGE if "wasm-unsafe-eval" in page else tmp_path / "none")
    assert len(page.encode()) <= build.MOST_BYTES


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_command_makes_the_same_anywhere(tmp_path, seed):
    """Another folder, another order of hashes, no environment."""
    command = [sys.executable, "-I", str(BUILD), str(tmp_path / "one.html")]
    done = subprocess.run(command, cwd=tmp_path, env={"PYTHONHASHSEED": seed}, check=False, capture_output=True, text=True, timeout=HANGS)  # fmt: skip
    assert done.returncode == 0, done.stderr
    content = (tmp_path / "one.html").read_bytes()
    assert content.decode() == build.made(PACKAGE)
    assert hashlib.sha256(content).hexdigest() in done.stdout


def parts(page, name):
    return re.findall(rf"<{name}>(.*?)</{name}>", page, re.DOTALL)


def test_the_policy_names_each_script_and_style_by_its_hash(page):
    policy = html.unescape(re.search(r'Policy" content="([^"]*)"', page)[1])
    given = dict(one.split(" ", 1) for one in policy.split("; "))
    for directive, name in (("script-src", "script"), ("style-src", "style")):
        hashes = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in parts(page, name)]
        assert given[directive].replace(" 'wasm-unsafe-eval'", "") == " ".join(f"'sha256-{one}'" for one in hashes)
    assert given["default-src"] == given["form-action"] == given["base-uri"] == given["trusted-types"] == "'none'"
    assert set(given) == {"default-src", "script-src", "style-src", "form-action", "base-uri", "require-trusted-types-for", "trusted-types"}  # fmt: skip


def test_nothing_of_elsewhere_is_in_it(page):
    """No address but those of licences, no attribute that loads or runs, no word that ends a script early."""
    bare = re.sub(r"<pre>.*?</pre>", "", page, flags=re.DOTALL)
    assert re.findall(r"https?://[^\s\"'`)]*", bare) == []
    markup = re.sub(r"<(script|style)>.*?</\1>", "", bare, flags=re.DOTALL)
    assert not re.search(r"\b(src|href|srcset|action|style|on\w+)=", markup)
    for script in parts(page, "script"):
        assert "</script" not in script
        assert "<!--" not in script
    assert "\r" not in page


def test_a_script_parses_and_imports_are_all_set_in(page, tmp_path):
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    for at, script in enumerate(parts(page, "script")):
        path = tmp_path / f"{at}.cjs"
        path.write_text(script)
        done = subprocess.run(["node", "--check", path], check=False, capture_output=True, text=True, timeout=HANGS)
        assert done.returncode == 0, done.stderr
    own = parts(page, "script")[-1]
    assert not re.findall(r"^\s*(import|export)\b", own, re.MULTILINE)
    made = re.findall(r'^modules\["([^"]+)"\] =', own, re.MULTILINE)
    taken = re.findall(r'= modules\["([^"]+)"\];', own)
    assert set(taken) < set(made)
    sources = [path for path in PAGE.rglob("*.js") if "node_modules" not in path.parts]
    assert sorted(made) == sorted(path.relative_to(PAGE).as_posix() for path in sources)


def test_licences_are_inside(page):
    [licences] = parts(page, "pre")
    assert "Apache License" in licences
    for notice in ("Ze-Zheng Wu", "LLVM Exceptions to the Apache 2.0 License"):
        assert (notice in licences) == ("wasm-unsafe-eval" in page)


def test_another_reader_than_the_locked_one_is_refused(tmp_path):
    for name in build.READER:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("another")
    with pytest.raises(build.BuildError, match="is not the one"):
        build.made(tmp_path)


@pytest.mark.parametrize("text", ["export default 1;\n", 'import x from "./y.js";\n', "export { x };\n"])
def test_a_form_that_the_script_does_not_know_is_refused(text):
    with pytest.raises(build.BuildError, match="another form"):
        build.wrapped("judge/x.js", text)
