"""Sets the sources of the page together into one file, splitkit/recover.html: `python page/build.py [FILE]`, or `make page`.

The same sources and the same locked reader give the same bytes.  Each module becomes a function that is called once, in the order of
their imports.  The reader is taken from `page/node_modules` (`npm ci --prefix page`) and compared with its hashes; without it the page
is made for typing alone, and says so.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parent
MAIN = "app/main.js"
READER = {
    "dist/iife/reader/index.js": "d33d09ce132a692faffbed0dce656c36cb2573b4b843885a6e036390d1071d95",
    "dist/reader/zxing_reader.wasm": "e8af31edb56d0522f4de74495839385ef019ba8bc90d38e5ecb2f18795d86fb2",
}
"""Of the package zxing-wasm, with their SHA-256."""

ELSEWHERE = "https://fastly.jsdelivr.net/npm/", "about:invalid#"
"""Where the loader would look for its bytes if it were not given them, and what stands there instead."""

MOST_BYTES = 2_000_000
POLICY = (
    "default-src 'none'; script-src {scripts}; style-src {style}; form-action 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export ((?:async )?function\*?|const|class) (\w+)", re.MULTILINE)


class BuildError(Exception):
    """The page cannot be made of these sources."""


def below(name: str, to: str) -> str:
    """The name of an imported module, from the page's folder."""
    return (PAGE / name).parent.joinpath(to).resolve().relative_to(PAGE).as_posix()


def in_order(name: str, done: dict[str, str]) -> dict[str, str]:
    """The sources that a module needs, each after those that it imports, and last its own."""
    text = (PAGE / name).read_text("utf-8")
    for _, to in IMPORT.findall(text):
        if below(name, to) not in done:
            in_order(below(name, to), done)
    done[name] = text
    return done


def wrapped(name: str, text: str) -> str:
    """A module as a function that is called at once and gives what it exports."""

    def taken(found: re.Match[str]) -> str:
        names = ", ".join(one.strip().replace(" as ", ": ") for one in found[1].split(",") if one.strip())
        return f'const {{ {names} }} = modules["{below(name, found[2])}"];\n'

    exported = ", ".join(found[1] for found in EXPORT.findall(text))
    body = EXPORT.sub(r"\1 \2", IMPORT.sub(taken, text))
    if re.search(r"^(import|export)\b", body, re.MULTILINE):
        message = f"{name}: an import or export of another form than this script knows"
        raise BuildError(message)
    return f'modules["{name}"] = (() => {{\n{body}return {{ {exported} }};\n}})();\n'


def script_of_page() -> str:
    """All own modules, as one script."""
    parts = [wrapped(name, text) for name, text in in_order(MAIN, {}).items()]
    return '"use strict";\nconst modules = {};\n' + "".join(parts)


def reader(package: Path) -> list[str]:
    """The scripts of the reader: its loader, and its bytes as text; none where the package is not installed."""
    if not package.is_dir():
        return []
    for name, digest in READER.items():
        if hashlib.sha256((package / name).read_bytes()).hexdigest() != digest:
            message = f"{name} of zxing-wasm is not the one whose hash stands here"
            raise BuildError(message)
    loader, binary = READER
    text = base64.b64encode((package / binary).read_bytes()).decode()
    return [(package / loader).read_text("utf-8").replace(*ELSEWHERE), f'globalThis.READER = "{text}";\n']


def hash_of(text: str) -> str:
    """What a policy calls a script or a style by."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def made(package: Path) -> str:
    """The page, with the reader of a package."""
    scripts = [*reader(package), script_of_page()]
    style = (PAGE / "style.css").read_text("utf-8")
    if bad := [part for part in ("</script", "<!--", "\r") if any(part in one for one in scripts)]:
        message = f"a script holds {bad}, which ends it early or changes on the way"
        raise BuildError(message)
    wasm = ["'wasm-unsafe-eval'"] if len(scripts) > 1 else []
    licences = (PAGE.parent / "LICENSE").read_text("utf-8")
    if wasm:
        mine = (PAGE / "reader-licences.txt").read_text("utf-8")
        licences = f"{mine}\n{(package / 'LICENSE').read_text('utf-8')}\n\n{licences}"
    filled = {
        "policy": POLICY.format(scripts=" ".join([*map(hash_of, scripts), *wasm]), style=hash_of(style)),
        "style": style,
        "licences": html.escape(licences),
        "scripts": "\n".join(f"<script>{one}</script>" for one in scripts),
    }
    template = (PAGE / "recover.html").read_text("utf-8")
    return re.sub(r"\{(\w+)\}", lambda found: filled[found[1]], template)


def main(arguments: list[str]) -> int:
    """Make the page and say what it is."""
    target = Path(*arguments) if arguments else PAGE.parent / "splitkit" / "recover.html"
    package = PAGE / "node_modules" / "zxing-wasm"
    content = made(package).encode()
    if len(content) > MOST_BYTES:
        message = f"the page has {len(content)} bytes, and may have {MOST_BYTES}"
        raise BuildError(message)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    print(f"{target}: {len(content)} bytes, {'with' if package.is_dir() else 'without'} the reader of pictures")
    print(f"SHA-256 {hashlib.sha256(content).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
