"""Search all live objects of a process for something secret.  Run in a process of its own, which is told what to do and to look for.

Standard input: one JSON object, `{"mode": ..., "arguments": [...], "needles": {kind: [form, ...]}}`.  A form is text, bytes in
hexadecimal (`{"hex": ...}`) or a row of numbers; all of it is masked, so that reading it leaves nothing to be found.
The last line of standard output is one JSON object: the exit code, and for each kind that was found the types it was found in.
"""

from __future__ import annotations

import functools
import gc
import hashlib
import io
import json
import sys
import threading
import types
from array import array
from pathlib import Path

MASK = 0x5A
LINES = "lines.txt"
"""Where the lines stand that are read for '-'."""

SHORTEST = 12
"""Characters or bytes of a form: what is shorter would be found by accident."""


def masked(data: bytes) -> bytes:
    return bytes(byte ^ MASK for byte in data)


class Needles:
    """What is looked for.  Its own objects are never taken for a find."""

    def __init__(self, forms: dict[str, list]) -> None:
        self.texts, self.data, self.numbers, self.rows = [], [], [], []
        for kind, several in forms.items():
            for form in several:
                if isinstance(form, list):
                    self.rows.append((kind, tuple(form)))
                elif isinstance(form, str):
                    self.texts.append((kind, form.lower()))
                    self.data.append((kind, form.lower().encode()))
                else:
                    data = bytes.fromhex(form["hex"])
                    self.data.append((kind, data))
                    self.texts += [(kind, data.hex())]
                    self.numbers += [(kind, int.from_bytes(data, order)) for order in ("big", "little")]
                    self.rows.append((kind, tuple(data)))
        assert all(len(form) >= SHORTEST for _, form in self.texts + self.data)

    def own(self) -> set[int]:
        """The ids of everything that the needles are made of, small numbers apart."""
        found, todo = set(), [self.__dict__]
        while todo:
            one = todo.pop()
            found.add(id(one))
            todo += one.values() if isinstance(one, dict) else one if isinstance(one, (list, tuple)) else ()
        return found | {id(self)}

    def kinds_in(self, one: object) -> set[str]:
        """The kinds that *one* is, or has within."""
        if isinstance(one, str):
            text = one.lower() if len(one) >= SHORTEST else ""
            return {kind for kind, form in self.texts if form in text} if text else set()
        if isinstance(one, (bytes, bytearray, memoryview, array)):
            data = bytes(one) if not isinstance(one, memoryview) or one.contiguous else one.tobytes()
            low = data.lower()
            return {kind for kind, form in self.data if form in data or form in low} if len(data) >= SHORTEST else set()
        if isinstance(one, int):
            return {kind for kind, form in self.numbers if form == one} if one.bit_length() > 64 else set()
        if isinstance(one, (list, tuple)) and len(one) >= SHORTEST:
            return self._kinds_in_row(one)
        return self._kinds_of_key(one) if "PrivateKey" in type(one).__name__ else set()

    def _kinds_in_row(self, row) -> set[str]:
        if all(type(item) is int for item in row):
            return {kind for kind, form in self.rows if form == tuple(row)}
        if all(type(item) is str for item in row):
            text = " ".join(row).lower()
            return {kind for kind, form in self.texts if form in text}
        return set()

    def _kinds_of_key(self, key) -> set[str]:
        """Private keys live outside Python: they are asked for their bytes, and one that does not tell counts as found."""
        raw = getattr(key, "private_bytes_raw", None)
        return self.kinds_in(raw()) if raw else {"identity"}


def search(needles: Needles) -> dict[str, list[str]]:
    """Return each kind that is alive, with the types of the objects that hold it."""
    gc.collect()
    own, found, kept = needles.own(), {}, []
    todo = [*gc.get_objects(), *sys._current_frames().values(), sys.modules]
    seen = {id(todo), id(kept), id(found), id(own)} | own
    while todo:
        one = todo.pop()
        if id(one) in seen or (isinstance(one, types.FrameType) and one.f_code is search.__code__):
            continue
        seen.add(id(one))
        kept.append(one)  # so that no other object gets the same id
        for kind in needles.kinds_in(one):
            found.setdefault(kind, set()).add(type(one).__name__)
        todo += gc.get_referents(one)
        if isinstance(one, memoryview):
            todo.append(one.obj)
        elif isinstance(one, types.FrameType):
            todo.append(dict(one.f_locals))
    return {kind: sorted(names) for kind, names in found.items()}


def judged(files, fingerprint):
    from splitkit.paper.reading.intake import read_paths
    from splitkit.quorum.anchor import parse_fingerprint
    from splitkit.quorum.gathering import gather
    from splitkit.quorum.judge import judge

    gathering = gather(*read_paths(files, stdin=io.BytesIO(Path(LINES).read_bytes()) if "-" in files else None))
    return gathering, judge(gathering, parse_fingerprint(fingerprint) if fingerprint else None)


def after_command(arguments, needles):
    from splitkit.cli.main import run

    return {"code": run(arguments), "found": search(needles)}


def after_judge(arguments, needles):
    gathering, judgement = judged(arguments[1:], arguments[0])
    found = search(needles)
    return {
        "code": len(gathering.found_shares()),
        "found": found,
        "opens": [bool(case.proof) for case in judgement.cases],
    }


def after_release(arguments, needles):
    from splitkit.quorum.release import release

    gathering, judgement = judged(arguments[1:], arguments[0])
    released = release(gathering, judgement, practice=False, superseded=False)
    before, record = search(needles), released.open()
    return {"code": len(record.password), "before": before, "found": search(needles)}


# What is planted, to prove the search


class Slotted:
    __slots__ = ("held",)

    def __init__(self, held):
        self.held = held


class Attribute:
    def __init__(self, held):
        self.held = held


def closure(held):
    return lambda: held


def suspended(held):
    yield
    print(held)


def generator(held):
    begun = suspended(held)
    next(begun)
    return begun


@functools.lru_cache
def length(held):
    return len(held)


def cached(held):
    length(held)
    return length


def context_of_an_error(held):
    """An error whose context has gone through a frame that held it."""
    try:
        try:
            [][len(held)]
        except IndexError:
            raise ValueError("something else") from None
    except ValueError as error:
        return error


def thread_local(held):
    local = threading.local()
    local.held = held
    return local


def key_pair(held):
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.from_private_bytes(held)


PLACES = {
    "itself": lambda held: held, "slot": Slotted, "attribute": Attribute, "closure": closure, "generator": generator,
    "cache": cached, "context of an error": context_of_an_error, "thread local": thread_local, "key pair": key_pair,
    "key of a dictionary": lambda held: {held: 1}, "value": lambda held: {1: (held,)}, "set": lambda held: {held},
    "nested": lambda held: [[[held]]], "partial": lambda held: functools.partial(print, held),
    "class": lambda held: type("Class", (), {"held": held}), "iterator": lambda held: iter([held]),
    "default": lambda held: eval("lambda held=held: 0", {"held": held}).__defaults__, "view": memoryview,
    "array": lambda held: array("B", held), "mutable": bytearray, "row of numbers": tuple, "number": lambda held: int.from_bytes(held, "big"),
    "little number": lambda held: int.from_bytes(held, "little"), "hexadecimal": lambda held: held.hex().upper(),
    "inside": lambda held: b"before " + held + b" after", "inside text": lambda held: f"before {held.hex()} after",
}  # fmt: skip


def planted(arguments, needles):
    """Hide a form of its own in each place; each is made here from nothing that is kept."""
    hidden = [hide(hashlib.sha256(name.encode()).digest()) for name, hide in PLACES.items()]
    return {"code": len(hidden), "found": search(needles)}


MODES = {"command": after_command, "judge": after_judge, "release": after_release, "planted": planted}


def main() -> None:
    task = json.loads(masked(sys.stdin.buffer.read()))
    needles = Needles(task.pop("needles"))
    result = MODES[task["mode"]](task["arguments"], needles)
    sys.stdout.write("\n" + json.dumps(result) + "\n")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main()
