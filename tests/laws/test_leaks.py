"""Nothing secret is written anywhere but on the sheets: the main commands run for real, and every byte is searched.

Searched: all files below the work folder, HOME and TMPDIR with their names, standard output and standard error.
Searched for: the password plain, reversed, in hexadecimal and in base64 however it is aligned; five words of a share in a
row in either case; ten digits-words in a row of a share in digits.
The text of the share PDFs is set aside, for that is where shares belong: their names and their metadata are not.
"""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2
import pytest

from splitkit.paper.reading.intake import read_paths
from splitkit.quorum.gathering import gather
from tests.support.builders import PASSWORD, made
from tests.support.kit import COMMAND, FINGERPRINT, environment, fresh_kit, run
from tests.support.terminals import Session

WINDOW = 5
STRACE = shutil.which("strace")


def forms_of_secret(secret: str) -> set[bytes]:
    """The secret as anything might write it: a piece of eight characters of it is enough to be found."""
    forms: set[bytes] = set()
    pieces = {secret, *(secret[at : at + 8] for at in range(0, len(secret) - 7, 4))}
    for piece in pieces | {piece[::-1] for piece in pieces}:
        raw = piece.encode()
        forms |= {raw, raw.hex().encode(), raw.hex().upper().encode(), piece.encode("utf-16-le")}
    for raw in (secret.encode(), secret[::-1].encode()):
        for shift in range(3):  # base64 looks different for each place modulo 3
            text = base64.b64encode(b"\0" * shift + raw)[4 if shift else 0 : -4]
            forms |= {text, text.replace(b"+", b"-").replace(b"/", b"_")}
    return forms


def forms_of_share(words: tuple[str, ...], digits: str) -> set[bytes]:
    """Every five words in a row but the first two, which only name the set, in either case; and the same as digits."""
    runs = [words[at : at + WINDOW] for at in range(2, len(words) - WINDOW + 1)]
    forms = {joined.join(run).encode() for run in runs for joined in (" ", "-", ", ", "\n")}
    forms |= {form.upper() for form in forms} | {form.title() for form in forms}
    return forms | {digits[at : at + 4 * WINDOW].encode() for at in range(8, len(digits) - 4 * WINDOW + 1, 4)}


def found_in(data: bytes, forms: set[bytes]) -> bool:
    """Look for any form; white space counts as one space, so that a line break hides nothing."""
    by_head = defaultdict(list)
    for form in forms:
        by_head[form[:3]].append(form)
    return any(_holds(text, by_head) for text in (data, re.sub(rb"\s+", b" ", data)))


def _holds(text: bytes, by_head: Mapping[bytes, list[bytes]]) -> bool:
    """Look only where three bytes are those that a form begins with: there may be thousands of forms."""
    letters = np.frombuffer(text, np.uint8).astype(np.uint32)
    begun = np.zeros(1 << 24, bool)
    begun[[int.from_bytes(head, "big") for head in by_head]] = True
    places = np.flatnonzero(begun[letters[:-2] << 16 | letters[1:-1] << 8 | letters[2:]]).tolist()
    return any(text.startswith(form, at) for at in places for form in by_head[text[at : at + 3]])


@dataclass
class Place:
    """Where a command may write, and what it must not write there."""

    root: Path
    said: bytes = b""

    def environment(self) -> dict[str, str]:
        for name in ("home", "tmp", "work"):
            (self.root / name).mkdir(exist_ok=True)
        places = {"HOME": str(self.root / "home"), "TMPDIR": str(self.root / "tmp")}
        xdg = {
            f"XDG_{name}_HOME": str(self.root / "home" / name.lower()) for name in ("CACHE", "CONFIG", "DATA", "STATE")
        }
        return environment(**places, **xdg)

    def run(self, *arguments: str, stdin: str | bytes = b"", own_output: bool = True, code: int = 0) -> str:
        done = run(*arguments, cwd=self.root / "work", stdin=stdin, env=self.environment())
        assert done.returncode == code, done.stderr
        self.said += done.stderr.encode() + (done.stdout.encode() if own_output else b"")
        return done.stdout

    def search(self, forms: set[bytes]) -> list[str]:
        """Return every place where a form stands."""
        found = ["standard output or error"] if found_in(self.said, forms) else []
        for path in sorted(self.root.rglob("*")):
            if found_in(str(path.relative_to(self.root)).encode(), forms):
                found.append(f"the name of {path.name}")
            if path.is_file() and found_in(searched_part(path), forms):
                found.append(path.name)
        return found


def searched_part(path: Path) -> bytes:
    """All of a file; of a sheet everything but the text on the page: metadata and what is not compressed."""
    data = path.read_bytes()
    if not data.startswith(b"%PDF"):
        return data
    document = pypdfium2.PdfDocument(data)
    about = repr(document.get_metadata_dict()).encode()
    pages = () if path.name.startswith(("share-", "sheet-")) else document
    public = "\n".join(page.get_textpage().get_text_bounded() for page in pages).encode()
    return data + about + public


def forms_of_sheets(folder: Path) -> set[bytes]:
    """What the shares on real sheets would look like elsewhere; of pictures, those of pages that nobody kept."""
    sheets = map(str, [*folder.glob("share-*.pdf"), *folder.glob("scan-f*.jpg")])
    shares = gather(*read_paths(list(sheets))).found_shares()
    assert shares
    return set().union(*(forms_of_share(found.share.words, found.share.digits) for found in shares))


def test_the_search_finds_what_is_planted(tmp_path):
    share = made().share("1")
    forms = forms_of_secret(PASSWORD) | forms_of_share(share.words, share.digits)
    assert not Place(tmp_path).search(forms)
    middle = share.words[14:19]
    planted = {
        "plain": PASSWORD.encode(),
        "piece": b"..." + PASSWORD[8:18].encode(),
        "reversed": PASSWORD[::-1].encode(),
        "hex": PASSWORD.encode().hex().encode(),
        "HEX": PASSWORD.encode().hex().upper().encode(),
        "utf-16": PASSWORD.encode("utf-16"),
        "base64": base64.b64encode(PASSWORD.encode()),
        "base64-moved": base64.b64encode(b'{"a":"' + PASSWORD.encode() + b'"}'),
        "base64-moved-2": base64.b64encode(b'{"ab":"' + PASSWORD.encode() + b'"}'),
        "base64-url": base64.urlsafe_b64encode(b"xx" + PASSWORD.encode()).rstrip(b"="),
        "words": " ".join(middle).encode(),
        "WORDS": " ".join(middle).upper().encode(),
        "lines": "\n   ".join(middle).encode(),
        "digits": share.digits[40:64].encode(),
    }
    for name, data in planted.items():
        (tmp_path / name).write_bytes(b"\x00before " + data + b" after")
        assert Place(tmp_path).search(forms) == [name]
        (tmp_path / name).unlink()
    (tmp_path / PASSWORD).mkdir()
    assert Place(tmp_path).search(forms) == [f"the name of {PASSWORD}"]
    assert not found_in(" ".join(share.words[:2] + share.words[10:12]).encode(), forms)


def test_the_public_record_is_searched_and_a_sheet_is_not(tmp_path):
    folder = fresh_kit(tmp_path) / "sheets"
    share = made().share("1")
    forms = forms_of_share(share.words, share.digits)
    text = pypdfium2.PdfDocument(folder / "share-1-of-5.pdf")[0].get_textpage().get_text_bounded()
    assert made().share("1").words[20].upper() in text
    shutil.copy(folder / "share-1-of-5.pdf", folder / "record.pdf")
    words_on_page = {word.upper().encode() for word in share.words}
    assert Place(folder).search(words_on_page) == ["record.pdf"]
    assert forms


def test_split_and_check_and_recover_leave_nothing(tmp_path):
    place = Place(tmp_path)
    place.run("split", "--policy", "2of3", "--label", "Test", "--practice", "--secret", "stdin", "--profile", "generic",
              "--user", "root", "--note", "a note", "--out", "given", stdin=PASSWORD)  # fmt: skip
    place.run("split", "--policy", "2of3", "--label", "Test", "--practice", "--out", "generated")
    forms = forms_of_secret(PASSWORD)
    for name in ("given", "generated"):
        sheets, record = [f"{name}/share-{n}-of-3.pdf" for n in (1, 3)], f"{name}/envelope.sk1"
        place.run("check", *sheets, "--record", record, *(["--json"] if name == "given" else []))
        recover = ("recover", *sheets, "--record", record, "--practice", "--reveal", "stdout")
        secret = place.run(*recover, own_output=False).rstrip("\n")
        assert len(secret) >= 24
        forms |= forms_of_secret(secret) | forms_of_sheets(tmp_path / "work" / name)
    given = ("--record", "given/envelope.sk1", "--reveal", "stdout")
    place.run("recover", "given/share-1-of-3.pdf", *given, "--practice", code=4)
    place.run("recover", "given/share-1-of-3.pdf", "given/share-3-of-3.pdf", *given, code=9)
    place.run("check", "given", "generated", code=5)
    assert place.search(forms) == []


def test_runs_that_fail_leave_nothing(tmp_path):
    place = Place(tmp_path)
    place.environment()
    kit = fresh_kit(tmp_path / "work")
    lines = {name: (kit / f"{name}.txt").read_bytes() for name in ("one", "forged", "damaged", "three")}
    for path in kit.glob("*.txt"):
        path.unlink()
    words = " ".join(FINGERPRINT)
    place.run("check", "-", stdin=lines["damaged"], code=3)
    place.run("check", "-", "--json", "--fingerprint", words, stdin=lines["forged"], code=5)
    place.run("recover", "-", "--practice", "--reveal", "stdout", "--fingerprint", words, stdin=lines["one"], code=4)
    place.run("recover", "-", "--reveal", "stdout", "--fingerprint", words, stdin=lines["three"], code=9)
    share = lines["one"].split(b"\n")[0].decode()
    place.run("recover", "-", "--practice", "--reveal", "stdout", "--fingerprint", share, stdin=lines["three"], code=2)
    place.run("check", share, code=2)
    place.run("split", "--policy", share, "--label", "x", "--out", "x", code=2)
    place.run(
        "split",
        "--policy",
        "2of3",
        "--label",
        "x",
        "--practice",
        "--out",
        "no/x",
        "--secret",
        "stdin",
        stdin=PASSWORD,
        code=2,
    )
    place.run("split", "--policy", "2of3", "--label", "x", "--practice", "--out", "x", "--secret", "stdin", "--account", PASSWORD, stdin=PASSWORD, code=2)  # fmt: skip
    shutil.rmtree(kit)
    of = made()
    forms = forms_of_secret(PASSWORD)
    for sheet in of.dealt.shares.values():
        forms |= forms_of_share(sheet.words, sheet.digits)
    assert place.search(forms) == []


def test_a_reveal_on_the_screen_leaves_nothing_in_files(tmp_path):
    place = Place(tmp_path)
    env = place.environment()
    kit = fresh_kit(tmp_path / "work")
    (kit / "secret.txt").unlink()
    shutil.rmtree(kit / "hostile")
    command = [*COMMAND, "recover", "sheets", "--record", "sheets/envelope.sk1", "--practice"]
    with Session(command, kit, env) as session:
        session.until_text("SECRET")
        session.type("x")
        assert session.finish() == 0
        place.said = "\n".join(session.screen.main).encode()
    assert place.search(forms_of_secret(PASSWORD)) == []


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Where a demo kept its folder, and what it asked of the network, if strace is there to tell."""
    place, log = Place(tmp_path_factory.mktemp("demo")), tmp_path_factory.mktemp("log") / "network"
    traced = [STRACE, "-f", "-qq", "-e", "trace=network", "-o", str(log)] if STRACE else []
    env = place.environment()
    done = subprocess.run(
        [*traced, *COMMAND, "demo", "--out", "kept"], cwd=place.root / "work", env=env, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    place.said = done.stdout + done.stderr
    return place, log


def test_the_demo_leaves_only_its_folder(demo):
    place, _ = demo
    kept = place.root / "work" / "kept"
    assert place.search(forms_of_sheets(kept)) == []
    assert {path.suffix for path in kept.iterdir()} - {".html"} == {".pdf", ".jpg", ".sk1", ".txt"}
    assert all(kept in path.parents for path in place.root.rglob("*") if path.is_file())


@pytest.mark.skipif(not STRACE, reason="needs strace")
def test_a_whole_demo_asks_for_the_network_only_to_be_refused(demo):
    _, log = demo
    calls = [line for line in log.read_text().splitlines() if "AF_INET" in line]
    assert len({line.split()[0] for line in calls}) == 1, "another process than the first named the network"
    made = [line for line in calls if re.search(r" socket\(AF_INET6?, .*= \d+$", line)]
    rest = [line for line in calls if line not in made]
    assert len(made) == 4, "each made once, in the namespace, to be tried out"
    assert len(rest) == 8
    for line in rest:
        assert re.search(r"= -1 (ENETUNREACH|EADDRNOTAVAIL|EACCES) ", line), line
        assert " socket(" in line or re.search(r'"(127\.0\.0\.1|192\.0\.2\.1|::1|2001:db8::1)"', line), line


@pytest.mark.long
def test_the_demo_without_a_folder_leaves_no_file(tmp_path):
    Place(tmp_path).run("demo")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


# --- what is opened for writing --------------------------------------------------------------------------------------

OPENED = re.compile(r'\b(?:openat?|creat)\((?:AT_FDCWD|\d+)?(?:<[^>]*>)?,? ?"((?:[^"\\]|\\.)*)", ([A-Z_|]+)')
WRITES = {"O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND"}
CHANGES = re.compile(r"\b(mkdir(?:at)?|rename(?:at2?)?|link(?:at)?|symlink(?:at)?|mknod(?:at)?|truncate)\(")
DEVICES = ("/dev/null", "/dev/tty")


def traced(arguments: list[str], cwd: Path, env: dict[str, str], log: Path, stdin: bytes = b"") -> list[str]:
    """Run a command, its children too, under strace; return the lines of every call that names a file."""
    done = subprocess.run(
        [STRACE, "-f", "--seccomp-bpf", "-y", "-qq", "-s", "4096", "-e", "trace=%file", "-o", str(log), *COMMAND, *arguments],
        cwd=cwd, env=env, input=stdin, capture_output=True, check=False,
    )  # fmt: skip
    if b"ptrace" in done.stderr:
        pytest.skip("strace may not trace here")
    assert done.returncode == 0, done.stderr
    return [
        line for line in log.read_text(errors="replace").splitlines() if "ENOENT" not in line and "EACCES" not in line
    ]


def written(calls: list[str], cwd: Path) -> set[str]:
    """The paths that were opened so that they could be written."""
    paths = set()
    for line in calls:
        for name, flags in OPENED.findall(line):
            if set(flags.split("|")) & WRITES:
                folder = re.search(r"\d+<([^>]*)>, \"", line)
                paths.add(str(Path(folder[1] if folder else cwd, name)))
    return paths


@pytest.mark.skipif(not STRACE, reason="strace is not installed")
def test_only_the_destination_is_opened_for_writing(tmp_path):
    place = Place(tmp_path)
    env, work = place.environment(), tmp_path / "work"
    split = ["split", "--policy", "2of2", "--label", "x", "--practice", "--out", "made"]
    paths = written(traced(split, work, env, tmp_path / "log-split"), work) - set(DEVICES)
    inside = {path for path in paths if path.startswith(f"{work}/.made.splitkit-part/")}
    assert paths == inside
    assert {Path(path).name for path in inside} == {path.name for path in (work / "made").iterdir()}
    recover = ["recover", "made", "--record", "made/envelope.sk1", "--practice", "--reveal", "stdout"]
    for command in (["check", "made", "--json"], recover):
        calls = traced(command, work, env, tmp_path / f"log-{command[0]}")
        assert written(calls, work) - set(DEVICES) == set()
        assert not [line for line in calls if CHANGES.search(line)]
