"""Real sheets on disk for tests of the command line, made once a run, the same at every run.

sheets/       the practice set 3of5 "Test" as `split` writes it: five sheets, record.pdf, envelope.sk1, recipient.txt
other/        sheet 3 of another set
forged/       sheet 3 of the first set with another share on it
hostile/      what is no sheet at all
NAME.txt      lines as a hand-held scanner types them
"""

from __future__ import annotations

import dataclasses
import functools
import io
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pypdfium2
import qrcode

from splitkit.issue.artefacts import browser_page
from splitkit.issue.make import on_paper, sheet_pdf
from splitkit.issue.rehearsal import forge
from splitkit.plan.document import Plan
from splitkit.quorum.textform import printed_lines, symbol_text
from tests.support import fork_server
from tests.support.builders import PASSWORD, Made, flipped, made
from tests.support.places import TESTS, scratch
from tests.support.processes import HANGS

FINGERPRINT = made().envelope.fingerprint
ESCAPES = "\x1b[2J\x1b]0;owned\x07\u202e\x00"
"""What a hostile code may hold: a screen cleared, a window title, a bell, text turned round."""


def environment(**extra: str) -> dict[str, str]:
    """A plain environment: nothing of the machine that runs the tests changes what a command says."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "TMPDIR", "PYTHONPATH", "XDG_STATE_HOME")
        if name in os.environ
    }
    return kept | {"LANG": "C.UTF-8", "TERM": "xterm", "PYTHONDONTWRITEBYTECODE": "1"} | extra


COMMAND = (sys.executable, "-m", "splitkit")
PUBLIC = {"record.pdf", "envelope.sk1", "recipient.txt", *(["recover.html"] if browser_page() else [])}
"""The files of a public record; recover.html is not in every copy of the sources."""
ALTERED = (sys.executable, str(TESTS / "support" / "commands" / "altered.py"))
"""The command line after code that is run before it."""


def overrule(name: str, reason: str = "a test") -> tuple[str, ...]:
    """The options that overrule one thing."""
    return ("--override", name, "--reason", reason)


@functools.cache
def quick() -> tuple[str, ...]:
    """The command line where preflight has few files to hash."""
    site = scratch("site")
    site.chmod(0o755)
    _write(site / "small.py", b"")
    record = b"small.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n"
    _write(site / "small-1.dist-info" / "RECORD", record)
    return sys.executable, str(TESTS / "support" / "commands" / "few_installed.py"), str(site)


def few_installed() -> str:
    """What `run` is given as *altered* for the same."""
    return f"from tests.support.commands.few_installed import install; install({quick()[-1]!r})"


def run(
    *arguments: str,
    cwd: Path,
    stdin: str | bytes = b"",
    env: dict[str, str] | None = None,
    fresh: bool = False,
    altered: str = "",
    **more,
):
    """Run the command line without any terminal and return what came of it, as text.

    It is forked from a process that has imported it; *fresh*, or whatever else is asked of the process, starts it anew.
    *altered* is code that is run before it, in the process that is forked.
    """
    data = stdin.encode() if isinstance(stdin, str) else stdin
    if not (fresh or more):
        program = {"module": "tests.support.commands.altered"} if altered else {}
        words = [altered, *arguments] if altered else arguments
        with tempfile.TemporaryFile() as source:
            source.write(data)
            source.seek(0)
            done = fork_server.call(words, cwd, env or environment(), source.fileno(), seconds=HANGS, **program)
    else:
        done = subprocess.run(
            [*COMMAND, *arguments],
            check=False,
            cwd=cwd,
            input=None if "stdin_file" in more else data,
            stdin=more.pop("stdin_file", None),
            stdout=more.pop("stdout", subprocess.PIPE),
            stderr=more.pop("stderr", subprocess.PIPE),
            env=env or environment(),
            start_new_session=True,
            timeout=HANGS,
            **more,
        )
    decoded = [stream if stream is None else stream.decode("utf-8") for stream in (done.stdout, done.stderr)]
    return subprocess.CompletedProcess(done.args, done.returncode, *decoded)


@functools.cache
def kit() -> Path:
    """The folder of the kit.  Copy it before writing into it."""
    folder = scratch("kit")
    ours, other = made(), made("2of3", seed=1, label="Other")
    _write_set(folder / "sheets", ours)
    _write(folder / "other" / "sheet-3.pdf", page_pdf(other, "3"))
    _write(folder / "other" / "envelope.sk1", symbol_text(other.envelope.raw).encode())
    _write(folder / "forged" / "sheet-3.pdf", forged_pdf(ours, "3"))
    _write_hostile(folder / "hostile")
    _write_lines(folder, ours)
    return folder


def fresh_kit(at: Path) -> Path:
    """A copy of the kit to work in."""
    return Path(shutil.copytree(kit(), at / "kit"))


def plan_of(of: Made) -> Plan:
    return Plan(policy=of.policy, label=of.envelope.header.label, practice=of.envelope.header.practice)


def page_pdf(of: Made, number: str) -> bytes:
    """One sheet, without setting the others."""
    sheet = next(sheet for sheet in of.sheets if of.policy.number(sheet) == number)
    return sheet_pdf(plan_of(of), of.dealt, sheet)


def forged_pdf(of: Made, number: str) -> bytes:
    """A page that looks like a sheet in every way, with a share on it that was never dealt."""
    sheet = next(sheet for sheet in of.sheets if of.policy.number(sheet) == number)
    shares = {**of.dealt.shares, sheet: forge(of.dealt.shares[sheet])}
    return page_pdf(dataclasses.replace(of, dealt=dataclasses.replace(of.dealt, shares=shares)), number)


def picture(pdf: bytes) -> bytes:
    """The first page as a PNG."""
    image = pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil()
    image.save(out := io.BytesIO(), "PNG")
    return out.getvalue()


def code_picture(text: str | bytes, dots: int = 10) -> bytes:
    """A picture of one QR code, *dots* pixels a module."""
    image = qrcode.make(text, box_size=dots, mask_pattern=2)
    image.save(out := io.BytesIO(), "PNG")
    return out.getvalue()


def damaged_words(of: Made, number: str) -> str:
    """A share with two words swapped."""
    words = list(of.share(number).words)
    words[10], words[11] = words[11], words[10]
    return " ".join(words)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _write_set(folder: Path, of: Made) -> None:
    for name, content in on_paper(plan_of(of), of.dealt, 0).files().items():
        _write(folder / name, content)


def _write_hostile(folder: Path) -> None:
    _write(folder / "empty.png", b"")
    _write(folder / "text.txt", b"my password is hunter2\n")
    _write(folder / "code.png", code_picture("https://example.org/" + ESCAPES, 4))
    _write(folder / "torn.pdf", b"%PDF-1.7\n1 0 obj\n<<")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("a.txt", "a")
    _write(folder / "packed.zip", archive.getvalue())
    _write(folder / "secret.pdf", (TESTS / "hostile" / "encrypted.pdf").read_bytes())
    (folder / "nothing").mkdir()


def _write_lines(folder: Path, ours: Made) -> None:
    symbol = symbol_text(ours.envelope.raw)
    words = {number: " ".join(ours.share(number).words) for number in "12345"}
    forged = forge(ours.share("3")).mnemonic
    real = made(practice=False, label="AWS root", seed=2)
    texts = {
        "one": [words["1"], symbol],
        "two": [words["1"], ours.share("2").digits, symbol],
        "three": [words["1"], ours.share("2").digits, words["5"], *printed_lines(ours.envelope.raw)],
        "forged": [words["1"], words["2"], forged, symbol],
        "forged-too": [words["1"], words["2"], forged, words["4"], symbol],
        "damaged": [words["1"], damaged_words(ours, "2"), symbol],
        "bad-envelope": [words["1"], symbol_text(flipped(ours.envelope.raw, 3))],
        "no-envelope": [words["1"], words["2"], words["3"]],
        "real": [*(" ".join(real.share(number).words) for number in "245"), symbol_text(real.envelope.raw)],
    }
    for name, lines in texts.items():
        _write(folder / f"{name}.txt", ("\n".join(lines) + "\n").encode())
    _write(folder / "secret.txt", (PASSWORD + "\n").encode())
