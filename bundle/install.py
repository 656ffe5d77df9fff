# SPDX-License-Identifier: Apache-2.0
"""Install splitkit from this folder, without any network: python3 -I install.py TARGET.

First every file of the folder is compared with SHA256SUMS; one that was altered, added or is missing stops it.  Then
the wheels that this Python needs are copied, compared once more as they are copied, and installed into TARGET.

This program can speak for the folder only if it is itself unaltered: compare the SHA-256 of SHA256SUMS with the one on
paper before you run it, as START-HERE.txt says.  Exit codes: 0 done, 1 internal error, 2 usage, 3 the folder is not as it
was made, 7 a file or a program failed, 130 stopped.
"""

import sys

OLDEST = (3, 11)
if sys.version_info < OLDEST:  # before anything that an older Python does not understand
    sys.stderr.write("error: this is Python {}.{}, and splitkit needs 3.11 or newer\n".format(*sys.version_info))
    sys.stderr.write("hint: look for a newer one: ls /usr/bin/python3*\n")
    sys.exit(2)
if not sys.flags.isolated:  # or a file that was slipped in beside this one is imported in place of a real module
    sys.stderr.write("error: this must run isolated from the files beside it\nhint: python3 -I install.py TARGET\n")
    sys.exit(2)

import hashlib
import json
import os
import re
import shlex
import shutil
import signal
import stat
import subprocess
import sysconfig
import venv
from pathlib import Path

SUMS = "SHA256SUMS"
MAX_SUMS = 1024 * 1024
MAX_FILE = 512 * 1024 * 1024
MAX_FILES = 1000
MAX_DEPTH = 8
LINE = re.compile(r"([0-9a-f]{64})  ((?:[A-Za-z0-9_+-][A-Za-z0-9._+-]*/)*[A-Za-z0-9_+-][A-Za-z0-9._+-]*)")
AGAIN = "do not install from it; copy it anew, and compare it with your paper first"


class Refused(Exception):
    """Installation stops: one fact, the next step, and the exit code."""

    def __init__(self, code: int, fact: str, hint: str) -> None:
        super().__init__(fact)
        self.code, self.fact, self.hint = code, fact, hint


def opened(path: Path) -> int:
    """Open a regular file, never through a link, and return its descriptor."""
    found = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(found).st_mode) or os.fstat(found).st_size > MAX_FILE:
        os.close(found)
        raise Refused(3, f"{path.name!a} is no ordinary file of a sane size", AGAIN)
    return found


def hashed(path: Path, copy: Path | None = None) -> str:
    """Return the SHA-256 of a file; what is copied is what was hashed, even if the stick answers otherwise next time."""
    digest = hashlib.sha256()
    with os.fdopen(opened(path), "rb") as file, open(copy or os.devnull, "wb") as to:  # noqa: PTH123
        for chunk in iter(lambda: file.read(MAX_SUMS), b""):
            digest.update(chunk)
            to.write(chunk)
    return digest.hexdigest()


def read_sums(folder: Path) -> tuple[dict[str, str], str]:
    """Return the hash of each file that SHA256SUMS names, and the hash of SHA256SUMS itself."""
    with os.fdopen(opened(folder / SUMS), "rb") as file:
        data = file.read(MAX_SUMS + 1)
    lines = data.decode("ascii", "replace").split("\n")
    found = [LINE.fullmatch(line) for line in lines[:-1]]
    names = [line[2] for line in found if line]
    if len(data) > MAX_SUMS or lines[-1] or not all(found) or not 0 < len(names) <= MAX_FILES:
        raise Refused(3, f"{SUMS} was altered: it is no list of hashes", AGAIN)
    if names != sorted(set(names)) or SUMS in names:
        raise Refused(3, f"{SUMS} was altered: it names a file twice, or in another order", AGAIN)
    return {line[2]: line[1] for line in found if line}, hashlib.sha256(data).hexdigest()


def present(folder: Path, below: str = "") -> list[str]:
    """Return every file and every empty folder; anything else, links above all, is refused."""
    found: list[str] = []
    for entry in sorted(os.scandir(folder / below), key=lambda entry: entry.name):
        name, mode = below + entry.name, entry.stat(follow_symlinks=False).st_mode
        if stat.S_ISDIR(mode):
            found += present(folder, name + "/")
        elif stat.S_ISREG(mode):
            found.append(name)
        else:
            raise Refused(3, f"{name!a} is a link or a device, and the bundle has none", AGAIN)
        if len(found) > 2 * MAX_FILES or name.count("/") > MAX_DEPTH:
            raise Refused(3, "the folder holds many more files and folders than the bundle", AGAIN)
    return found or [below]


def verify(folder: Path) -> tuple[dict[str, str], str]:
    """Compare the whole folder with SHA256SUMS; return the hashes, and that of SHA256SUMS."""
    here = set(present(folder))
    if SUMS not in here:
        raise Refused(3, f"{SUMS} is missing", AGAIN)
    sums, own = read_sums(folder)
    for name in sorted(here - set(sums) - {SUMS}):
        raise Refused(3, f"{name!a} is in the folder and does not belong to the bundle", AGAIN)
    for name in sorted(set(sums) - here):
        raise Refused(3, f"{name!a} is missing", AGAIN)
    say(f"comparing {len(sums)} files with {SUMS} ...")
    for name in sums:
        if hashed(folder / name) != sums[name]:
            raise Refused(3, f"{name!a} was altered or is damaged", AGAIN)
    return sums, own


def text_of(folder: Path, name: str, sums: dict[str, str]) -> str:
    """Return a small file as text, from the very bytes that have the right hash."""
    with os.fdopen(opened(folder / name), "rb") as file:
        data = file.read(MAX_SUMS)
    if hashlib.sha256(data).hexdigest() != sums.get(name):
        raise Refused(3, f"{name!a} was altered between two readings, or is not there", AGAIN)
    return data.decode("ascii")


def say(text: str) -> None:
    """Write a line of talk."""
    sys.stderr.write(text + "\n")


def spelt(digest: str, words: list[str]) -> list[str]:
    """Return the first 120 bits of a hash as 12 words, in three rows marked B."""
    spoken = [words[int(digest[:30], 16) >> at & 1023] for at in range(110, -1, -10)]
    return ["B  " + "  ".join(f"{word:<9}" for word in spoken[at : at + 4]).rstrip() for at in (0, 4, 8)]


def facts(folder: Path, sums: dict[str, str]) -> dict[str, str]:
    """Return what the bundle says of itself; refuse a machine that it is not for."""
    about: dict[str, str] = json.loads(text_of(folder, "bundle.json", sums))
    here = "{}.{}".format(*sys.version_info)
    if here not in about["pythons"].split() or sys.implementation.name != "cpython":
        fact = f"this is {sys.implementation.name} {here}, and the bundle is for cpython {about['pythons']}"
        raise Refused(2, fact, "look for another: ls /usr/bin/python3*; or make a bundle for this one")
    if sysconfig.get_platform() != about["platform"]:
        fact = f"this bundle is for {about['platform']}, and this machine is {sysconfig.get_platform()}"
        raise Refused(2, fact, "make a bundle on such a machine")
    return about


def new_target(text: str, folder: Path) -> Path:
    """Return the folder to install into, which must not exist yet."""
    target = Path(os.path.abspath(text))  # noqa: PTH100
    if not str(target).isprintable():
        raise Refused(2, "the name of the target cannot be printed", "choose another name")
    if target.resolve().is_relative_to(folder.resolve()):
        raise Refused(2, "the target lies inside the bundle", "name a folder of the laptop, such as ~/splitkit")
    if (target / "bin" / "splitkit").exists():
        raise Refused(2, f"splitkit is already in {target}", f"run: {next_command(target)}; or name a new folder")
    if os.path.lexists(target):
        raise Refused(2, f"{target} already exists", "name a new folder; nothing is ever overwritten")
    return target


def next_command(target: Path) -> str:
    """Return the command to go on with."""
    return shlex.join([str(target / "bin" / "splitkit"), "demo"])


def install(folder: Path, sums: dict[str, str], about: dict[str, str], target: Path) -> None:
    """Make the environment, and install what this Python needs from copies that were compared."""
    copies = target / "from-bundle"
    copies.mkdir()
    listed = "requirements-{}.{}.txt".format(*sys.version_info)
    take(folder, listed, sums, copies)
    needed = set(re.findall(r"--hash=sha256:([0-9a-f]{64})", (copies / listed).read_text()))
    for name, digest in sums.items():
        if name == about["pip"] or digest in needed or not name.endswith(".whl"):
            take(folder, name, sums, copies)
    venv.EnvBuilder(symlinks=True, with_pip=False).create(target)
    run_pip(target, copies, copies / about["pip"], copies / listed)
    shutil.rmtree(copies / "wheels")


def take(folder: Path, name: str, sums: dict[str, str], copies: Path) -> None:
    """Copy one file, comparing what is written with its hash."""
    copy = copies / name
    copy.parent.mkdir(parents=True, exist_ok=True)
    if hashed(folder / name, copy) != sums[name]:
        raise Refused(3, f"{name!a} was altered between two readings", AGAIN + "; distrust the stick")


def run_pip(target: Path, copies: Path, pip: Path, requirements: Path) -> None:
    """Run the pip of the bundle, which is not installed, with settings of nobody."""
    how = "--isolated install --quiet --no-index --require-hashes --only-binary=:all: --no-cache-dir --no-input"
    where = [f"--find-links={copies / 'wheels'}", f"--requirement={requirements}", "--disable-pip-version-check"]
    settings = {"PATH": os.defpath, "HOME": str(copies), "LC_ALL": "C.UTF-8", "PIP_CONFIG_FILE": os.devnull}
    command = [str(target / "bin" / "python"), "-I", str(pip / "pip"), *how.split(), *where]
    done = subprocess.run(command, env=settings, cwd=copies, check=False)
    if done.returncode:
        hint = "what it said stands above; it needs glibc 2.28, and room for 300 MB"
        raise Refused(7, "pip could not install what was verified", hint)


def run(arguments: list[str]) -> None:
    """Verify, tell, install, and say how to go on."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        hint = "python3 -I install.py ~/splitkit"
        raise Refused(2, "name one folder to install into, which does not exist yet", hint)
    folder = Path(os.path.abspath(__file__)).parent  # noqa: PTH100
    sums, digest = verify(folder)
    words = text_of(folder, "words.txt", sums).split()
    about = facts(folder, sums)
    say(f"splitkit {about['version']}, commit {about['commit']}")
    say(f"every file is as {SUMS} says; its own SHA-256, to compare with your paper:\n   {digest}")
    say("\n".join(spelt(digest, words)))
    target = new_target(arguments[0], folder)
    target.mkdir(parents=True)
    try:
        install(folder, sums, about, target)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    say(f"splitkit is installed in {target}; nothing else was changed.  Go on with:")
    sys.stdout.write(next_command(target) + "\n")


def main() -> int:
    """Run it, and return the exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.umask(os.umask(0o022) | 0o022)  # whatever the shell allows, nobody else may write to what is installed
    try:
        run(sys.argv[1:])
    except Refused as refused:
        say(f"error: {refused.fact}\nhint: {refused.hint}")
        return refused.code
    except OSError as error:
        say(f"error: {ascii(error.filename) if error.filename else 'copying'} failed: {error.strerror}")
        say("hint: nothing was installed; is there room (300 MB), and may you write there?")
        return 7
    except KeyboardInterrupt:
        say("\nerror: stopped; nothing was installed")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
