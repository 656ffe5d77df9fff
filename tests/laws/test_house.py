"""The laws of the house, proven on the source itself: who imports whom, who may touch what, how long things are, what they are called.

Each law yields what offends it, as a key and a sentence.  An exemption names a key and its reason, and fails when it is no longer
needed.  Each law is also tried on a small tree that breaks it, beside a sound one: a law that cannot fail proves nothing.
"""

from __future__ import annotations

import ast
import re
import statistics
from collections import defaultdict
from pathlib import Path

import pytest

from splitkit.ledger.events import EVENTS
from tests.support.places import ROOT
from tests.support.source_tree import FOREIGN, Source, circles, source_of

PRINTING = "paper/printing"
READING = "paper/reading"
ARROWS = {
    "cli": {"cli/guide"},
    "cli/console": {"cli/guide", "stick"},
    "cli/guide": {"cli/ui"},
    "cli/ui": {"ceremony", "custody/saying", "custody/overview", READING},
    "ceremony": {"issue", "custody", "preflight"},
    "issue": {"plan", READING},
    "custody/saying": {"custody"},
    "custody/overview": {"custody"},
    "custody": {"custody/ways", "paper"},
    "custody/ways": {"custody/records", "packs"},
    "custody/records": {"ledger", "packs"},
    "plan": {"ledger", "paper", "packs"},
    "preflight": {PRINTING},
    "stick": {"preflight"},
    PRINTING: {"paper"},
    READING: {"paper/rescue"},
    "paper/rescue": {"paper"},
    "ledger": {"quorum"},
    "paper": {"quorum"},
    "packs": set(),
    "quorum": {"secret"},
    "secret": set(),
    "host": set(),
}
"""What a folder may import besides itself, `host` and `errors`: these, and what these may import."""

ALONE = ("errors.py", "recover.py", "verify_ledger.py")
"""Modules that import nothing of the house; the last two are programs of their own."""

MAX_LINES = 600
MAX_MODULES = 20
MAX_FUNCTION = 45
MEDIAN, NINE_IN_TEN = 7, 17

RANDOM = {"secrets", "random", "uuid"}
RANDOM_CALLS = {
    "urandom",
    "getrandom",
    "getentropy",
    "arc4random",
    "arc4random_buf",
    "rand",
    "random_bytes",
    "token_bytes",
}
PROCESSES = {"subprocess", "multiprocessing", "pty"}
PROCESS_CALLS = re.compile(
    r"v?fork|forkpty|fork_exec|clone3?|system|popen|posix_spawnp?|(exec|spawn)(l|le|lp|lpe|v|ve|vp|vpe)|daemon|ProcessPoolExecutor"
)
CLOCKS = {"time", "zoneinfo", "sched"}
NOW = {"now", "utcnow", "today", "localtime", "gmtime", "getmtime", "monotonic", "clock_gettime", "gettimeofday"}
NETWORK = {
    "socket",
    "_socket",
    "http",
    "urllib",
    "ssl",
    "asyncio",
    "requests",
    "ftplib",
    "smtplib",
    "xmlrpc",
    "socketserver",
}
NETWORK_CALLS = {"socket", "socketpair", "connect", "sendto", "sendmsg", "getaddrinfo", "gethostbyname", "accept4"}
EVALUATING = {"eval", "exec", "compile", "pickle.loads", "marshal.loads", "__import__"}
ERRORS = re.compile(r"[A-Z]\w+Error|_failed|_NotReadError")
WITH_PASSWORD = ("secret", "recover.py")
"""The record itself, and the second implementation, which is a program of its own."""

LAWS = {}
EXEMPT: dict[str, dict[str, str]] = {}
SOUND: dict[str, dict[str, str]] = {}
BROKEN: dict[str, list[tuple[dict[str, str], str]]] = {}


def law(*, broken, exempt=None, sound=None):
    """Enter a law: *broken* are trees that offend it, each with the key it must name; *sound* is one that comes near and does not."""

    def enter(function):
        LAWS[function.__name__] = function
        EXEMPT[function.__name__] = exempt or {}
        SOUND[function.__name__] = sound or {}
        BROKEN[function.__name__] = broken
        return function

    return enter


def below(folder: str) -> set[str]:
    """A folder and all that its arrows lead to."""
    return {folder}.union(*(below(lower) for lower in ARROWS[folder]))


def alone_or_first(name: str) -> bool:
    """Whether the rules on doubled names leave a module out: programs of their own, and one file a command."""
    return name in ALONE[1:] or name.endswith("__init__.py") or bool(re.fullmatch(r"cli/\w+\.py", name))


# Who imports whom


@law(
    exempt={
        "issue/selfcheck.py recover.py": "the second implementation judges what the first has made",
    },
    broken=[
        (
            {"quorum/judge.py": "from splitkit.ledger import chain", "ledger/chain.py": ""},
            "quorum/judge.py ledger/chain.py",
        ),
        ({"host/files.py": "def f():\n    import splitkit.secret.x", "secret/x.py": ""}, "host/files.py secret/x.py"),
        ({"recover.py": "from splitkit.errors import A", "errors.py": ""}, "recover.py errors.py"),
        ({"cli/ui/talk.py": "from splitkit.cli.main import C", "cli/main.py": "C = 1"}, "cli/ui/talk.py cli/main.py"),
        (
            {"paper/qr.py": "import splitkit.paper.reading.eye", "paper/reading/eye.py": ""},
            "paper/qr.py paper/reading/eye.py",
        ),
        ({"plan/a.py": "from splitkit import split", "__init__.py": "def split(): pass"}, "plan/a.py __init__.py"),
        ({"attic/old.py": ""}, "attic/old.py a folder without arrows"),
    ],
    sound={
        "cli/a.py": "from splitkit import __version__\nfrom splitkit.secret import x",
        "secret/x.py": "",
        "__init__.py": "",
    },
)
def imports_follow_the_arrows(source):
    for name, module in source.modules.items():
        if module.folder and module.folder not in ARROWS:
            yield f"{name} a folder without arrows", "docs/architecture.md gives each folder its arrows"
            continue
        if name == "__init__.py":
            continue
        allowed = set() if name in ALONE else below(module.folder) | {"host"} if module.folder else {*ARROWS}
        for to in {source.module_of(one) for one in module.imports if one != "splitkit.__version__"} - {None, name}:
            target = source.modules[to]
            if target.folder not in allowed and not (to == "errors.py" and name not in ALONE):
                yield f"{name} {to}", "against the arrows"


@law(
    broken=[
        (
            {"plan/a.py": "import splitkit.plan.b", "plan/b.py": "def f():\n    from splitkit.plan import a"},
            "plan/a.py plan/b.py",
        ),
        (
            {
                "plan/a.py": "import splitkit.plan.b",
                "plan/b.py": "from splitkit.plan.c import C",
                "plan/c.py": "if TYPE_CHECKING:\n    from splitkit.plan.a import A",
            },
            "plan/a.py plan/b.py plan/c.py",
        ),
    ],
    sound={
        "plan/a.py": "import splitkit.plan.b\nimport splitkit.plan.c",
        "plan/b.py": "import splitkit.plan.c",
        "plan/c.py": "",
    },
)
def no_circle_of_imports(source):
    for circle in circles(source.graph):
        yield " ".join(circle), "import each other"


@law(
    exempt={"cli/main.py": "a command is imported when it is asked for, by the closed list of commands"},
    broken=[
        ({"plan/a.py": "from .b import c", "plan/b.py": "c = 1"}, "plan/a.py"),
        ({"plan/a.py": "import importlib\nimportlib.import_module('x')"}, "plan/a.py"),
        ({"plan/a.py": "from importlib import import_module as f\nf('x')"}, "plan/a.py"),
    ],
    sound={"plan/a.py": "import importlib.resources"},
)
def imports_are_written_in_full(source):
    for name, module in source.modules.items():
        if any(one.startswith(".") for one in module.imports) or "importlib.import_module" in module.dotted:
            yield name, "a relative import, or one by a name made at run time"


# Who may touch what


@law(
    exempt={
        "secret/entropy.py": "the one source of randomness",
        "quorum/slip39.py": "refuses to go on when the package's own source is no longer secrets.token_bytes; draws nothing",
    },
    broken=[
        ({"plan/a.py": "import random"}, "plan/a.py"),
        ({"plan/a.py": "import os as o\no.urandom(4)"}, "plan/a.py"),
        ({"plan/a.py": "from os import getrandom as g"}, "plan/a.py"),
        ({"host/a.py": "def f(libc):\n    libc.getrandom(0, 4, 0)"}, "host/a.py"),
        ({"host/a.py": "def f(libc):\n    getattr(libc, 'arc4random')()"}, "host/a.py"),
        ({"host/a.py": "import ctypes\ndef f(libc):\n    libc['getentropy']()"}, "host/a.py"),
        ({"host/a.py": "from splitkit.host import linux\nlinux.call('getrandom', 0)"}, "host/a.py"),
    ],
    sound={"plan/a.py": "def f(draw):\n    return draw(4)"},
)
def randomness_comes_from_one_place(source):
    for name, module in source.modules.items():
        drawn = module.tops & RANDOM | module.named & RANDOM_CALLS
        if drawn:
            yield name, f"draws: {sorted(drawn)}"


@law(
    broken=[({"quorum/slip39.py": "import secrets\nsecrets.token_bytes(32)"}, "quorum/slip39.py")],
    sound={"quorum/slip39.py": "import secrets\nassert package.RANDOM_BYTES is secrets.token_bytes"},
)
def the_exemption_from_randomness_draws_nothing(source):
    module = source.modules.get("quorum/slip39.py")
    if module and any(call.startswith(("secrets.", "os.")) for call in module.called):
        yield module.name, "calls a source of randomness"


@law(
    exempt={
        "cli/console/programs.py": "the commands of splitkit and a few programs of the system, from the console of the stick",
        "paper/reading/child.py": "what reads pictures",
        "paper/printing/printer.py": "the programs of CUPS",
    },
    broken=[
        ({"plan/a.py": "from subprocess import run"}, "plan/a.py"),
        ({"plan/a.py": "from os import execvp"}, "plan/a.py"),
        ({"plan/a.py": "import os\nos.posix_spawn('a', [], {})"}, "plan/a.py"),
        ({"host/a.py": "def f(libc):\n    libc.fork()"}, "host/a.py"),
        ({"host/a.py": "import ctypes\ndef f(libc):\n    libc['system'](b'ls')"}, "host/a.py"),
        ({"host/a.py": "from splitkit.host.linux import call\ncall('execve', b'ls')"}, "host/a.py"),
    ],
    sound={"plan/a.py": "def f(plan):\n    plan.executed()"},
)
def processes_are_started_in_few_places(source):
    for name, module in source.modules.items():
        started = {one for one in module.named if PROCESS_CALLS.fullmatch(one)}
        if module.tops & PROCESSES or started:
            yield name, f"starts a process: {sorted(module.tops & PROCESSES | started)}"


@law(
    exempt={"host/clock.py": "the one place"},
    broken=[
        ({"plan/a.py": "import time"}, "plan/a.py"),
        ({"plan/a.py": "from datetime import date\ndate.today()"}, "plan/a.py"),
        ({"plan/a.py": "from datetime import datetime\ndatetime.now()"}, "plan/a.py"),
        ({"host/a.py": "def f(libc):\n    libc.clock_gettime(0, None)"}, "host/a.py"),
    ],
    sound={"plan/a.py": "from splitkit.host import clock\nclock.today()", "host/clock.py": ""},
)
def the_clock_is_read_in_one_place(source):
    """Dates may be worked out with anywhere; what day it is now is asked in one place, and passed on."""
    for name, module in source.modules.items():
        asked = module.named & NOW - ({"today"} if "clock.today" in module.dotted else set())
        if module.tops & CLOCKS or asked:
            yield name, f"reads the clock: {sorted(module.tops & CLOCKS | asked)}"


@law(
    exempt={
        "host/offline.py": "tries whether sockets are refused",
        "host/layers.py": "the numbers of the calls it refuses",
        "paper/reading/confine.py": "the child cannot give up the network without trying whether it is gone",
    },
    broken=[
        ({"plan/a.py": "import urllib.request"}, "plan/a.py"),
        ({"host/a.py": "from socket import socket"}, "host/a.py"),
        ({"plan/a.py": "def f(libc):\n    libc.socket(2, 1, 0)"}, "plan/a.py"),
        ({"plan/a.py": "def f(libc):\n    getattr(libc, 'connect')(3, b'', 0)"}, "plan/a.py"),
    ],
    sound={"plan/a.py": "network = 'cut'"},
)
def few_name_the_network(source):
    for name, module in source.modules.items():
        named = module.tops & NETWORK | module.named & NETWORK_CALLS
        if named:
            yield name, f"names the network: {sorted(named)}"


@law(
    exempt={
        "host/linux.py": "the calls that Python has no words for",
        "host/layers.py": "the structure of a filter of system calls",
        "host/offline.py": "the numbers that the kernel writes back",
    },
    broken=[
        ({"plan/a.py": "import ctypes"}, "plan/a.py"),
        ({"plan/a.py": "from ctypes import CDLL"}, "plan/a.py"),
    ],
)
def c_is_called_from_few_places(source):
    for name, module in source.modules.items():
        if module.tops & FOREIGN:
            yield name, "can call anything at all"


@law(
    exempt={
        "host/layers.py syscall": "seccomp has no other entry",
        "host/linux.py computed": "the gate to C: who calls it names the function",
    },
    broken=[
        ({"host/a.py": "import ctypes\nctypes.CDLL(None).syscall(41, 2, 1, 0)"}, "host/a.py syscall"),
        ({"plan/a.py": "from splitkit.host import linux\nlinux.call('syscall', 41)"}, "plan/a.py syscall"),
        ({"plan/a.py": "from splitkit.host import linux as l\ndef f(x):\n    l.call(x, 41)"}, "plan/a.py computed"),
        ({"plan/a.py": "from splitkit.host.linux import call as c\nc('fo' + 'rk')"}, "plan/a.py computed"),
        ({"host/a.py": "import ctypes\ndef f(name):\n    getattr(ctypes.CDLL(None), name)()"}, "host/a.py computed"),
        ({"host/a.py": "import ctypes\ndef f(name):\n    ctypes.CDLL(None)[name]()"}, "host/a.py computed"),
    ],
    sound={"host/a.py": "import ctypes\nctypes.CDLL(None).prctl(4, 0, 0, 0, 0)"},
)
def calls_of_c_are_by_name(source):
    """No call by a number or by a computed name, which the laws above could not see."""
    for name, module in source.modules.items():
        if "syscall" in module.named:
            yield f"{name} syscall", "a call by its number"
        for node in module.nodes if module.reaches_c else ():
            if isinstance(node, ast.Call) and _name_of_function(module, node) is False:
                yield f"{name} computed", f"a call by a computed name: {ast.unparse(node)}"
            if isinstance(node, ast.Subscript) and "CDLL" in ast.unparse(node.value) and _computed(node.slice):
                yield f"{name} computed", "a call by a computed name"


def _name_of_function(module, call: ast.Call) -> bool | None:
    """Whether the function that a call of C names is written out; None of any other call."""
    called = ast.unparse(call.func)
    head, dot, rest = called.partition(".")
    if called == "getattr" and ast.unparse(call.args[0]) != "resource":
        return not _computed(call.args[1])
    if (module.aliases.get(head, head) + dot + rest).endswith("linux.call") or called == "call":
        return not _computed(call.args[0])
    return None


def _computed(node: ast.expr) -> bool:
    return not isinstance(node, ast.Constant)


@law(
    exempt={"cli/ui/reveal.py": "the one place that shows it"},
    broken=[({"plan/a.py": "def f(record):\n    return record.password"}, "plan/a.py")],
    sound={"secret/record.py": "def f(record):\n    return record.password"},
)
def only_the_reveal_writes_a_password_out(source):
    for name, module in source.modules.items():
        if not name.startswith(WITH_PASSWORD) and "password" in module.attributes:
            yield name, "reads the password of a record"


# What no statement does


@law(
    broken=[
        ({"plan/a.py": "assert True"}, "plan/a.py:1"),
        ({"plan/a.py": "try:\n    f()\nexcept:\n    pass"}, "plan/a.py:3"),
        ({"plan/a.py": "try:\n    f()\nexcept (OSError, BaseException):\n    pass"}, "plan/a.py:3"),
    ],
    sound={"plan/a.py": "try:\n    f()\nexcept BaseException:\n    g()\n    raise"},
)
def nothing_can_be_switched_off_or_hides_an_error(source):
    for name, module in source.modules.items():
        for node in module.nodes:
            if isinstance(node, ast.Assert):
                yield f"{name}:{node.lineno}", "python -O drops an assert"
            if isinstance(node, ast.ExceptHandler) and _catches_all(node):
                yield f"{name}:{node.lineno}", "catches everything and does not raise it again"


def _catches_all(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    raised_again = isinstance(last, ast.Raise) and last.exc is None
    return handler.type is None or ("BaseException" in ast.unparse(handler.type) and not raised_again)


@law(
    broken=[({"plan/a.py": f"{call}(x)"}, "plan/a.py") for call in sorted(EVALUATING)],
    sound={"plan/a.py": "re.compile(x)"},
    exempt={"preflight/compiled.py": "what Python keeps compiled is compared with its source, and neither is run"},
)
def nothing_is_evaluated(source):
    for name, module in source.modules.items():
        if module.called & EVALUATING or any(f"{one}" in module.imports for one in ("pickle.loads", "marshal.loads")):
            yield name, f"{sorted(module.called & EVALUATING)}"


# How long things are


@law(
    exempt={"recover.py": "one file on purpose: the second implementation is read and kept as a whole"},
    broken=[({"plan/a.py": "x = 1\n" * (MAX_LINES + 1)}, "plan/a.py")],
    sound={"plan/a.py": "x = 1\n" * MAX_LINES},
)
def files_are_short(source):
    for name, module in source.modules.items():
        if (lines := len(module.text.splitlines())) > MAX_LINES:
            yield name, f"{lines} lines"


@law(
    broken=[({f"plan/a{n}.py": "" for n in range(MAX_MODULES + 1)}, "plan")],
    sound={f"plan/a{n}.py": "" for n in range(MAX_MODULES)},
)
def folders_are_small(source):
    folders = defaultdict(int)
    for module in source.modules.values():
        folders[module.folder] += 1
    yield from ((folder, f"{count} modules") for folder, count in folders.items() if count > MAX_MODULES)


def _function(lines: int, name: str = "f") -> str:
    return f"def {name}():\n    '''Says what it is.'''\n" + "    g()\n" * (lines - 1)


@law(
    broken=[
        ({"plan/a.py": _function(MAX_FUNCTION + 1)}, "plan/a.py f"),
        (
            {
                "plan/a.py": f"class A:\n    async {_function(MAX_FUNCTION + 1)}".replace(
                    "\n    g", "\n        g"
                ).replace("\n    '", "\n        '")
            },
            "plan/a.py f",
        ),
        ({"plan/a.py": _function(MEDIAN + 1)}, "the median"),
        ({"plan/a.py": "\n".join([_function(3)] * 8 + [_function(NINE_IN_TEN + 3)] * 2)}, "nine in ten"),
    ],
    sound={"plan/a.py": "\n".join([_function(MEDIAN)] * 19 + [_function(MAX_FUNCTION)])},
)
def functions_are_short(source):
    lengths = {(name, one): body_length(one) for name, module in source.modules.items() for one in module.functions}
    yield from ((f"{name} {one.name}", f"{n} lines") for (name, one), n in lengths.items() if n > MAX_FUNCTION)
    if lengths and (median := statistics.median(lengths.values())) > MEDIAN:
        yield "the median", f"{median} lines"
    if len(lengths) > 1 and (most := statistics.quantiles(lengths.values(), n=10)[-1]) > NINE_IN_TEN:
        yield "nine in ten", f"{most} lines"


def body_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    first = function.body[0]
    docstring = first.end_lineno - first.lineno + 1 if ast.get_docstring(function) is not None else 0
    return function.end_lineno - function.lineno + 1 - docstring


# What things are called


@law(
    broken=[
        ({"plan/a.py": "class Line: pass", "quorum/b.py": "class Line: pass"}, "Line"),
        ({"plan/a.py": "class A:\n    class Line: pass\ndef f():\n    class Line: pass"}, "Line"),
    ],
    sound={"plan/a.py": "class Line: pass", "recover.py": "class Line: pass", "cli/plan.py": "class Line: pass"},
)
def no_class_name_twice(source):
    places = defaultdict(list)
    for name, module in source.modules.items():
        if not alone_or_first(name):
            for one in module.classes:
                places[one.name].append(f"{name}:{one.lineno}")
    yield from ((name, ", ".join(where)) for name, where in places.items() if len(where) > 1)


@law(
    broken=[
        ({"plan/field.py": "", "quorum/field.py": ""}, "field"),
        ({"plan/quorum.py": "", "quorum/policy.py": ""}, "quorum"),
    ],
    sound={"cli/plan.py": "", "plan/a.py": "", "cli/recover.py": "", "recover.py": "", "cli/a.py": ""},
)
def no_module_name_twice(source):
    places = defaultdict(list)
    for name, module in source.modules.items():
        if not alone_or_first(name):
            places[module.stem].append(name)
    for folder in {module.folder for module in source.modules.values()} - {""}:
        places[folder.rsplit("/", maxsplit=1)[-1]].append(folder)
    yield from ((name, ", ".join(where)) for name, where in places.items() if len(where) > 1)


@law(
    broken=[
        ({"plan/a.py": "x = 1"}, "plan/a.py"),
        ({"plan/a.py": "'''Says.'''\ndef f(): pass"}, "plan/a.py f"),
        ({"plan/a.py": "'''Says.'''\nclass A:\n    '''Says.'''\n    def f(self): pass"}, "plan/a.py f"),
    ],
    sound={
        "plan/a.py": "'''Says.'''\ndef _f():\n    def g(): pass\nclass _A:\n    def f(self): pass",
        "ledger/events.py": "'''Says.'''\nclass Note(Event, event='note', means='something worth knowing'): pass",
    },
)
def everything_public_says_what_it_is(source):
    for name, module in source.modules.items():
        if not ast.get_docstring(module.tree) and module.text:
            yield name, "says nothing"
        private = [node for node in module.classes if node.name.startswith("_")]
        inner = {id(node) for outer in [*module.functions, *private] for node in ast.walk(outer) if node is not outer}
        for node in [*module.functions, *module.classes]:
            says = ast.get_docstring(node) or any(one.arg == "means" for one in getattr(node, "keywords", ()))
            if not node.name.startswith("_") and id(node) not in inner and not says:
                yield f"{name} {node.name}", "says nothing"


@law(
    broken=[
        ({"plan/a.py": "raise InputError('there is no plan.', 'write one')"}, "plan/a.py:1"),
        ({"plan/a.py": "raise InputError('there is no plan', f'Write {one}')"}, "plan/a.py:1"),
    ],
    sound={"plan/a.py": "raise InputError(f'Typst says {no}', 'write one')", "recover.py": "raise InputError('So.')"},
)
def errors_are_written_alike(source):
    """Each fact and hint that is written out is a clause: no capital, no full stop."""
    for name, module in source.modules.items():
        for node in module.nodes if name != "recover.py" else ():
            if isinstance(node, ast.Call) and ERRORS.fullmatch(ast.unparse(node.func)):
                for text in map(_text, node.args[:2]):
                    if text.endswith((".", "!", "\n")) or re.match(r"(?!Typst)[A-Z][a-z]", text):
                        yield f"{name}:{node.lineno}", text


SPOKEN = re.compile(
    r"(?<![\w-])--[a-z]{2,}|\bsplitkit (audit|ceremony|check|custody|demo|drill|incident|ledger|open|plan|preflight|print|recover"
    r"|refresh|reissue|rotate|packs|seal|split)\b|'(check|custody|demo|drill|ledger|recover|refresh|reissue|rotate|split)\b"
)


@law(
    exempt={
        "__main__.py": "the entry point answers --version itself",
        "ceremony/script.py": "the script of a ceremony is printed, and names what is typed",
        "host/offline.py": "the name of the option, which the finding of preflight quotes too",
        "packs/commands.py": "a procedure is printed, and names what is typed",
        "paper/documents.py": "the heading of a page",
        "paper/printing/printer.py": "the options of the programs of CUPS",
        "plan/risk_report.py": "the table of the command, with the options that change it",
        "preflight/surroundings.py": "how to start the very program that prints the finding",
    },
    broken=[
        ({"plan/a.py": "raise InputError('there is none', 'name it with --out')"}, "plan/a.py"),
        ({"ledger/a.py": "HINT = f\"see 'splitkit ledger show' for {one}\""}, "ledger/a.py"),
        ({"custody/a.py": "HINT = \"make it with 'refresh'\""}, "custody/a.py"),
    ],
    sound={
        "plan/a.py": '"""As `splitkit plan check --json` does."""\nraise InputError(\'made by a newer splitkit\', Remedy.NEW_FOLDER)',
        "cli/a.py": "HINT = 'name it with --out'",
        "recover.py": "HINT = 'give --record'",
    },
)
def the_core_speaks_no_command_line(source):
    """A text outside of cli/ names no command and no option: another program has neither."""
    for name, module in source.modules.items():
        if not name.startswith("cli/") and name not in ALONE[1:]:
            described = {
                id(node.value) for node in module.nodes if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            }  # fmt: skip
            for node in module.nodes:
                if isinstance(node, ast.Constant) and id(node) not in described and SPOKEN.search(str(node.value)):
                    yield name, node.value


@law(
    broken=[
        ({"custody/a.py": "KEPT = {'sheet.stored', 'asset.cheked'}"}, "custody/a.py"),
        ({"custody/a.py": "if entry.event == 'sheet.reads': pass"}, "custody/a.py"),
    ],
    sound={
        "custody/a.py": "found = entry.event.startswith('sheet.') or entry.event == 'sheet.read' or name == 'sheet.typ'"
    },
)
def an_event_that_is_named_is_on_the_list(source):
    """A name that no entry has is found by nobody: what was to be looked at is not, in silence."""
    families = {name.partition(".")[0] for name in EVENTS if "." in name}
    for name, module in source.modules.items():
        for node in module.nodes:
            text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            family, _, rest = text.partition(".")
            if family in families and rest not in {"", "typ"} and " " not in rest and text not in EVENTS:
                yield name, text


def _text(node: ast.expr) -> str:
    """The text of a literal, with what is filled in as a dot in the middle."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "\u00b7" for part in node.values)
    return ""


# The laws, applied


def house() -> Source:
    return source_of(ROOT / "splitkit")


def test_the_laws_see_the_whole_house():
    folders = {module.folder for module in house().modules.values()}
    assert folders - {""} == set(ARROWS)
    assert len(house().modules) > 100
    errors = [
        n
        for m in house().modules.values()
        for n in m.nodes
        if isinstance(n, ast.Call) and ERRORS.fullmatch(ast.unparse(n.func))
    ]
    assert len(errors) > 80


@pytest.mark.parametrize("name", LAWS)
def test_the_house_keeps_its_law(name):
    found = dict(LAWS[name](house()))
    offences = [f"{key}: {what}" for key, what in sorted(found.items()) if key not in EXEMPT[name]]
    assert not offences, "\n".join([name, *offences])
    stale = sorted(set(EXEMPT[name]) - set(found))
    assert not stale, f"{name}: exemptions that nothing needs any more, to be deleted: {stale}"


def planted(root: Path, files: dict[str, str]) -> Source:
    for name, text in files.items():
        path = root / "splitkit" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Source(root / "splitkit")


@pytest.mark.parametrize("name", LAWS)
def test_each_law_can_fail(name, tmp_path):
    for number, (files, key) in enumerate(BROKEN[name]):
        assert key in dict(LAWS[name](planted(tmp_path / str(number), files))), files
    assert list(LAWS[name](planted(tmp_path / "sound", SOUND[name]))) == []


# The tests themselves


def test_no_test_imports_a_test():
    """What two tests need stands in tests/support or in a conftest."""
    found = [
        f"{name}: {one}"
        for name, module in source_of(ROOT / "tests").modules.items()
        if re.search(r"^\s*(from|import) [^\n(]*(\([^)]*)?\btest_", module.text, re.MULTILINE)
        for one in module.imports
        if re.search(r"\btest_\w+", one) and one.startswith("tests.")
    ]
    assert not found, "\n".join(found)


def wall_clock(source):
    """Asserts on the wall clock: a busy machine is no fault.  What is measured is processor time, or work that is counted."""
    for name, module in source.modules.items():
        named = "test_" in name and re.search(r"monotonic|time\.time|perf_counter", module.text)
        for node in module.nodes if named else ():
            asserted = isinstance(node, ast.Assert) and re.search(r"monotonic\(|\btime\.time\(", ast.unparse(node))
            if asserted or (isinstance(node, ast.Attribute) and node.attr == "perf_counter"):
                yield f"{name}:{node.lineno}", ast.unparse(node)


def test_nothing_is_asserted_about_the_wall_clock(tmp_path):
    assert not list(wall_clock(source_of(ROOT / "tests")))
    for text in ("assert time.monotonic() - start < 1", "took = time.perf_counter() - start"):
        assert list(wall_clock(planted(tmp_path, {"test_a.py": text})))


def test_folders_of_tests_are_small():
    assert not list(folders_are_small(source_of(ROOT / "tests")))
