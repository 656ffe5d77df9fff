"""Every small fault that can be put into a module: a comparison the other way, a number off by one, a statement left out.

Annotations, docstrings, the arguments of @dataclass, prose and what is imported for type checking only are left alone: nothing that runs
depends on them.
"""

from __future__ import annotations

import ast
import difflib
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SWAPS = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==",
    ast.In: "not in", ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is",
    ast.And: "or", ast.Or: "and",
    ast.Add: "-", ast.Sub: "+", ast.Mult: "//", ast.FloorDiv: "*", ast.Div: "*", ast.Mod: "//", ast.Pow: "*",
    ast.LShift: ">>", ast.RShift: "<<", ast.BitAnd: "|", ast.BitOr: "&", ast.BitXor: "|",
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """One fault: *new* instead of what lies from *start* to *end* of the *text* of a module."""

    module: str
    text: str
    start: int
    end: int
    new: str

    def applied(self) -> str:
        return self.text[: self.start] + self.new + self.text[self.end :]

    def diff(self) -> str:
        lines = difflib.unified_diff(
            self.text.splitlines(), self.applied().splitlines(), self.module, self.module, lineterm="", n=0
        )
        return "\n".join(line for line in lines if not line.startswith(("---", "+++")))


def faults_of(path: Path, module: str) -> list[Fault]:
    """All faults of a module, in the order of its text."""
    text = path.read_text(encoding="utf-8")
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    lines = text.splitlines(keepends=True)

    def place(line: int, column: int) -> int:
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode())

    found = set()
    for node in _that_runs(ast.parse(text)):
        for first, last, new in _changes(node, text, place):
            fault = Fault(module, text, first, last, new)
            if _compiles(fault.applied()) and fault.applied() != text:
                found.add(fault)
    return sorted(found, key=lambda fault: (fault.start, fault.end, fault.new))


def _compiles(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def _that_runs(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes that do something when the module runs."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "type_params"} or (
            name == "decorator_list" and isinstance(node, ast.ClassDef)
        ):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_idle(child):
                yield from _that_runs(child)


def _is_idle(node: ast.AST) -> bool:
    text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    typing = isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
    names = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    return text or typing or names or isinstance(node, ast.Import | ast.ImportFrom)


def _changes(node: ast.AST, text: str, place) -> Iterator[tuple[int, int, str]]:
    """Where, up to where, and what instead."""
    if not hasattr(node, "lineno"):
        return
    start, end = place(node.lineno, node.col_offset), place(node.end_lineno, node.end_col_offset)

    def source(part: ast.AST) -> str:
        return text[place(part.lineno, part.col_offset) : place(part.end_lineno, part.end_col_offset)]

    def between(left: ast.AST, right: ast.AST, op: ast.AST) -> tuple[int, int, str]:
        """The operator between two operands, and what may stand round it: brackets and line ends."""
        first, last = place(left.end_lineno, left.end_col_offset), place(right.lineno, right.col_offset)
        old = _sign(op)
        at = text.index(old, first, last)
        return at, at + len(old), SWAPS[type(op)]

    match node:
        case ast.Compare(left=left, ops=ops, comparators=right):
            for before, op, after in zip([left, *right], ops, right, strict=False):
                if type(op) in SWAPS:
                    yield between(before, after, op)
        case ast.BoolOp(op=op, values=values):
            for before, after in itertools.pairwise(values):
                yield between(before, after, op)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in SWAPS:
            yield between(left, right, op)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield start, end, f"({source(operand)})"
        case ast.Constant(value=bool() as value):
            yield start, end, str(not value)
        case ast.Constant(value=int() as value):
            yield start, end, str(value + 1)
        case ast.Constant(value=bytes() as value) if value:
            yield start, end, repr(bytes([value[0] ^ 1]) + value[1:])
        case ast.Constant(value=str() as value) if value and " " not in value and text[start] in "'\"r":
            yield start, end, repr(value + "~")
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield start, end, "return None"
        case ast.Raise() | ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Delete():
            yield start, end, "pass"
        case ast.Continue():
            yield start, end, "break"
        case ast.Break():
            yield start, end, "continue"
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            first, last = place(test.lineno, test.col_offset), place(test.end_lineno, test.end_col_offset)
            yield first, last, f"not ({text[first:last]})"
        case ast.comprehension():
            pass


def _sign(op: ast.AST) -> str:
    return {
        ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.In: "in", ast.NotIn: "not in",
        ast.Is: "is", ast.IsNot: "is not", ast.And: "and", ast.Or: "or", ast.Add: "+", ast.Sub: "-", ast.Mult: "*",
        ast.FloorDiv: "//", ast.Div: "/", ast.Mod: "%", ast.Pow: "**", ast.LShift: "<<", ast.RShift: ">>", ast.BitAnd: "&",
        ast.BitOr: "|", ast.BitXor: "^",
    }[type(op)]  # fmt: skip
