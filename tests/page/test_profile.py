"""Whether a browser keeps anything of a recovery: its profile is searched, file by file, once it has ended."""

from __future__ import annotations

import base64
import re
import zlib

import pytest

from tests.support.differential.examples import SHARES
from tests.support.page.browsers import built, drive, how
from tests.support.page.sheets import SECRET, recovery


def forms(text):
    """A text as a browser may write it: plain, UTF-16, in hexadecimal, in base64 at each of three places."""
    raw = text.encode()
    yield raw
    yield text.encode("utf-16-le")
    yield raw.hex().encode()
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw)
        yield encoded[-(-8 * shift // 6) : len(encoded) - 4]


def searched():
    """What must not be found: the secret, words of shares in their order, and digits."""
    shares = [SHARES[sheet] for sheet in "123"]
    texts = [text for text in SECRET if len(text) > 7]
    for share in shares:
        words = share["words"].split()
        texts += [" ".join(words[at : at + 3]) for at in range(3, 31, 3)]
        texts += [share["digits"][at : at + 16] for at in range(16, 132, 16)]
    texts += [text.upper() for text in texts]
    return {form for text in texts for form in forms(text) if len(form) > 7}


def unpacked(raw):
    """The bytes of a file, and what is packed in it, as far as Python unpacks it."""
    yield raw
    for found in re.finditer(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]|mozLz40\0", raw):
        rest = raw[found.start() :]
        try:
            yield lz4(rest[12:]) if found[0].startswith(b"moz") else zlib.decompressobj(47).decompress(rest)
        except (zlib.error, IndexError):
            continue


def lz4(raw):
    """A block of LZ4, as Firefox writes its sessions."""
    out, at = bytearray(), 0
    while at < len(raw):
        token, at = raw[at], at + 1
        count, at = length(raw, at, token >> 4)
        out += raw[at : at + count]
        at += count
        if at >= len(raw):
            break
        back, at = int.from_bytes(raw[at : at + 2], "little"), at + 2
        count, at = length(raw, at, token & 15)
        for _ in range(count + 4):
            out.append(out[-back])
    return bytes(out)


def length(raw, at, count):
    more = 255
    while count >= 15 and more == 255:
        more, at = raw[at], at + 1
        count += more
    return count, at


def found_in(folder):
    """Which files hold something, and how many were looked at."""
    looked, found, sought = 0, [], re.compile(b"|".join(map(re.escape, searched())))
    for path in (one for one in folder.rglob("*") if one.is_file() and not one.is_symlink()):
        looked += 1
        hits = {hit for part in unpacked(path.read_bytes()) for hit in sought.findall(part)}
        found += [(path.relative_to(folder).as_posix(), sorted(hits))] if hits else []
    return looked, found


each = pytest.mark.parametrize("browser", ["chromium", *(pytest.param(one, marks=pytest.mark.long) for one in ("firefox", "webkit"))])  # fmt: skip


@each
def test_nothing_of_a_recovery_is_in_the_profile(browser, tmp_path):
    """Two sheets from photographs, the secret shown; and a third one that stands typed in its boxes when the browser ends."""
    how(browser)
    profile = tmp_path / "profile"
    profile.mkdir()
    typed = [("open", "Type the 33 words"), ("fill", SHARES["2"]["words"].split())]
    begin = recovery(tmp_path)[:2]
    launch = {"profile": str(profile)}
    came = drive(browser, built(), *recovery(tmp_path), launch=launch)
    assert came["screens"][5]["values"] == SECRET
    came = drive(browser, built(), *begin, *typed, launch=launch, ends=True)
    assert came["screens"][-1]["typed"] == SHARES["2"]["words"].split()
    looked, found = found_in(profile)
    assert looked > (0 if browser == "webkit" else 20)  # WebKit's driver has a session that is kept nowhere
    assert found == []


@pytest.mark.parametrize("form", range(6))
def test_what_a_profile_holds_is_found(form, tmp_path):
    for name, text in (("a", SECRET[1]), ("b", " ".join(SHARES["3"]["words"].split()[3:6]).upper())):
        kept = b"before " + list(forms(text))[form] + b" behind"
        (tmp_path / name).write_bytes(kept)
        (tmp_path / f"{name}.z").write_bytes(b"head" + zlib.compress(kept))
    assert sorted(name for name, _ in found_in(tmp_path)[1]) == ["a", "a.z", "b", "b.z"]


def test_a_session_of_firefox_is_unpacked():
    """A block of LZ4 by hand: five letters, the same five again from five back, and a last one."""
    block = b"\x51abcde\x05\x00" + b"\x10f"
    assert list(unpacked(b"mozLz40\0" + (11).to_bytes(4, "little") + block))[1:] == [b"abcdeabcdef"]
