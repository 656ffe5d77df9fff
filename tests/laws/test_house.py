"""The rules of the house, proven on the source itself: who imports whom, who may touch what, how long things are."""

from __future__ import annotations

import ast
import re
import statistics
from functools import cache
from pathlib import Path

import click
import pytest

import splitkit
from splitkit.cli.main import COMMANDS
from splitkit.cli.main import splitkit as program

ROOT = Path(splitkit.__file__).parent
ARROWS = {
    "cli": {"ceremony"},
    "ceremony": {"issue", "custody", "preflight"},
    "issue": {"plan"},
    "plan": {"ledger", "paper", "packs"},
    "custody": {"ledger", "paper", "packs"},
    "preflight": {"paper"},
    "ledger": {"quorum"},
    "paper": {"quorum"},
    "packs": set(),
    "quorum": {"secret"},
    "secret": set(),
}
"""What a package may import besides itself, `host` and `errors`: these, and what these may import."""

BELOW_ALL = ("host", "errors")
MODULES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py"))
MAX_LINES = 400

RANDOM = {"secrets", "random", "uuid"}
PROCESSES = {"subprocess", "multiprocessing", "pty"}
CLOCKS = {"time", "zoneinfo", "sched"}
NOW = {"now", "today", "utcnow", "localtime", "gmtime", "getmtime", "monotonic"}
NETWORK = {"socket", "http", "urllib", "ssl", "asyncio", "requests", "ftplib", "smtplib", "xmlrpc", "socketserver"}

MAY_DRAW = {
    "secret/entropy.py": "the one source of randomness",
    "quorum/slip39.py": "refuses to go on when the package's own source is no longer secrets.token_bytes; draws nothing",
}
MAY_START_PROCESSES = {
    "paper/reading/worker.py": "the picture reader",
    "paper/reading/camera.py": "the camera's reader",
    "paper/printing/printer.py": "the programs of CUPS",
}
MAY_READ_CLOCK = {
    "host/clock.py": "the one place",
    "paper/reading/decoder.py": "the child's patience with one picture",
}
MAY_NAME_NETWORK = {
    "paper/reading/decoder.py": "the child cannot give up the network without trying whether it is gone"
}
SHORT = {"recover.py"}
"""One file on purpose: the second implementation is read and kept as a whole."""


@cache
def tree(module: str) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"), module)


def package_of(module: str) -> str:
    """'cli' of cli/main.py, 'errors' of errors.py."""
    return module.split("/", maxsplit=1)[0].removesuffix(".py")


def imports(module: str) -> set[str]:
    """Every module named by an import, wherever it stands, in full."""
    names: set[str] = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: a relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and "import_module" in ast.unparse(node.func):
            assert module == "cli/main.py", f"{module}: imports by a name made at run time"
    return names


def tops(module: str) -> set[str]:
    return {name.split(".")[0] for name in imports(module)}


def own(module: str) -> set[str]:
    """The packages of splitkit that a module imports: 'quorum', 'errors', ..."""
    return {name.split(".")[1] for name in imports(module) if name.startswith("splitkit.")} - {"__version__"}


def below(package: str) -> set[str]:
    """A package and all that its arrows lead to."""
    return {package}.union(*(below(lower) for lower in ARROWS[package]))


def names_used(module: str) -> set[str]:
    """Dotted names that are used: 'os.urandom'."""
    return {ast.unparse(node) for node in ast.walk(tree(module)) if isinstance(node, ast.Attribute)}


def functions(module: str) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree(module)) if isinstance(node, ast.FunctionDef)]


def test_the_tests_see_all_modules():
    assert {package_of(module) for module in MODULES} >= {*ARROWS, *BELOW_ALL, "recover"}
    assert len(MODULES) > 40


@pytest.mark.parametrize("module", [module for module in MODULES if package_of(module) in ARROWS])
def test_imports_follow_the_arrows(module):
    allowed = below(package_of(module)) | {*BELOW_ALL} | ({"recover"} if module == "issue/selfcheck.py" else set())
    assert own(module) <= allowed


@pytest.mark.parametrize("module", [module for module in MODULES if package_of(module) == "host"])
def test_the_host_knows_none_of_them(module):
    assert own(module) <= {"host", "errors"}


@pytest.mark.parametrize("module", ["errors.py", "recover.py", "verify_ledger.py", "__init__.py"])
def test_what_stands_alone(module):
    assert own(module) == set()


def test_only_the_self_check_imports_the_second_implementation():
    assert {module for module in MODULES if "recover" in own(module)} == {"issue/selfcheck.py"}


@pytest.mark.parametrize("module", MODULES)
def test_randomness_comes_from_one_place(module):
    drawing = tops(module) & RANDOM or names_used(module) & {"os.urandom", "os.getrandom"}
    assert not drawing or module in MAY_DRAW


def test_the_exception_for_randomness_draws_nothing():
    assert imports("quorum/slip39.py") & {"secrets"}
    calls = {ast.unparse(node.func) for node in ast.walk(tree("quorum/slip39.py")) if isinstance(node, ast.Call)}
    assert not {call for call in calls if call.startswith(("secrets.", "os."))}


@pytest.mark.parametrize("module", MODULES)
def test_processes_are_started_in_one_place(module):
    started = tops(module) & PROCESSES
    started |= {
        name
        for name in names_used(module)
        if re.fullmatch(r"os\.(fork|system|popen|exec\w+|spawn\w+|posix_spawn\w*)", name)
    }
    assert not started or module in MAY_START_PROCESSES


@pytest.mark.parametrize("module", MODULES)
def test_the_clock_is_read_in_one_place(module):
    """Dates may be reckoned with anywhere; what day it is now is asked in one place, and passed on."""
    asked = {node.attr for node in ast.walk(tree(module)) if isinstance(node, ast.Attribute)} & NOW
    asked -= {"today"} if names_used(module) & {"clock.today"} else set()
    assert not tops(module) & CLOCKS | asked or module in MAY_READ_CLOCK


@pytest.mark.parametrize("module", [module for module in MODULES if package_of(module) != "host"])
def test_nobody_names_the_network(module):
    assert not tops(module) & NETWORK or module in MAY_NAME_NETWORK


def test_only_the_reveal_writes_a_password_out():
    outside = {"secret", "recover"}
    """The record itself, and the second implementation, which is a program of its own."""
    reading = {
        module
        for module in MODULES
        if package_of(module) not in outside
        and any(isinstance(node, ast.Attribute) and node.attr == "password" for node in ast.walk(tree(module)))
    }
    assert reading == {"cli/ui/reveal.py"}


@pytest.mark.parametrize("module", MODULES)
def test_no_statement_that_can_be_switched_off_or_hides_an_error(module):
    for node in ast.walk(tree(module)):
        assert not isinstance(node, ast.Assert), f"{module}:{node.lineno}: python -O drops an assert"
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"{module}:{node.lineno}: a bare except"
            assert "BaseException" not in ast.unparse(node.type) or _raises_again(node), f"{module}:{node.lineno}"


def _raises_again(handler: ast.ExceptHandler) -> bool:
    return isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None


@pytest.mark.parametrize("module", MODULES)
def test_nothing_is_evaluated(module):
    called = {ast.unparse(node.func) for node in ast.walk(tree(module)) if isinstance(node, ast.Call)}
    assert not called & {"eval", "exec", "compile", "pickle.loads", "marshal.loads", "__import__"}


@pytest.mark.parametrize("module", MODULES)
def test_modules_are_short(module):
    assert module in SHORT or len((ROOT / module).read_text(encoding="utf-8").splitlines()) <= MAX_LINES


@pytest.mark.parametrize("module", MODULES)
def test_everything_public_says_what_it_is(module):
    assert ast.get_docstring(tree(module)), module
    nodes = [node for node in ast.walk(tree(module)) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    private = [node for node in nodes if isinstance(node, ast.ClassDef) and node.name.startswith("_")]
    inner = {id(node) for outer in [*functions(module), *private] for node in ast.walk(outer) if node is not outer}
    silent = [
        node.name
        for node in nodes
        if not node.name.startswith("_") and id(node) not in inner and not ast.get_docstring(node)
    ]
    assert not silent


def body_length(function: ast.FunctionDef) -> int:
    """Lines of a function without its docstring."""
    whole = function.end_lineno - function.lineno + 1
    first = function.body[0]
    docstring = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    return whole - (first.end_lineno - first.lineno + 1 if docstring else 0)


def test_functions_are_short():
    lengths = [body_length(function) for module in MODULES for function in functions(module)]
    assert statistics.median(lengths) <= 10
    assert statistics.quantiles(lengths, n=20)[-1] <= 30


def test_the_help_says_of_each_command_what_the_command_says():
    context = click.Context(program)
    for name, (_, line) in COMMANDS.items():
        command = program.get_command(context, name)
        assert command is not None
        assert command.name == name
        first = re.split(r"(?<=\.)\s", command.help or "")[0]
        assert line == " ".join(first.split())


def errors_raised() -> list[tuple[str, int, str, str]]:
    """Module, line, fact and hint of every error that people may see, where both are written out."""
    found = []
    for module in MODULES:
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.Call) and re.fullmatch(
                r"[A-Z]\w+Error|_failed|_NotReadError", ast.unparse(node.func)
            ):
                texts = [_text(argument) for argument in node.args[:2]]
                found.append((module, node.lineno, *(texts + [""] * 2)[:2]))
    return found


def _text(node: ast.expr) -> str:
    """The text of a literal, with what is filled in as a dot."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "\u00b7" for part in node.values)
    return ""


def test_errors_are_found():
    assert len(errors_raised()) > 80


@pytest.mark.parametrize(
    "error", [error for error in errors_raised() if error[0] != "recover.py"], ids=lambda e: f"{e[0]}:{e[1]}"
)
def test_errors_are_written_alike(error):
    _, _, fact, hint = error
    for text in (fact, hint):
        assert not text.endswith((".", "!", "\n")), text
        assert not re.match(r"(?!Typst)[A-Z][a-z]", text), f"starts with a capital: {text}"
