"""The source of a program as the laws of the house see it: modules, imports, names, functions, classes."""

from __future__ import annotations

import ast
from functools import cache, cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


FOREIGN = {"ctypes", "_ctypes", "cffi", "mmap"}
"""Modules through which a program calls C, or anything at all."""

BLOCKS = ("body", "orelse", "handlers", "finalbody", "cases")
"""What of a statement holds other statements."""


class Module:
    """One file of the source; *name* is its path below the root: 'cli/main.py'."""

    def __init__(self, root: Path, path: Path) -> None:
        self.name = path.relative_to(root).as_posix()
        self.folder = path.parent.relative_to(root).as_posix().removeprefix(".")
        self.text = path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.name)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    @cached_property
    def statements(self) -> list[ast.AST]:
        """Statements only, however deep: a tenth of all nodes."""
        found = [self.tree]
        for one in found:  # which grows meanwhile
            found += [inner for name in BLOCKS for inner in getattr(one, name, ())]
        return found

    @cached_property
    def imports(self) -> set[str]:
        """Every name that an import brings, wherever it stands, in full: 'os.urandom'."""
        names = set()
        for node in self.statements:
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names |= {f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names}
        return names

    @cached_property
    def aliases(self) -> dict[str, str]:
        """What an import calls otherwise: {'o': 'os'}."""
        found = {}
        for node in self.statements:
            if isinstance(node, ast.Import | ast.ImportFrom):
                before = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
                found |= {alias.asname: before + alias.name for alias in node.names if alias.asname}
        return found

    @cached_property
    def dotted(self) -> set[str]:
        """Dotted names that are used or imported, by their true names: 'os.urandom'."""
        used = {ast.unparse(node) for node in self.nodes if isinstance(node, ast.Attribute)}
        heads = {name: name.partition(".") for name in used}
        return self.imports | {self.aliases.get(head, head) + dot + rest for head, dot, rest in heads.values()}

    @cached_property
    def attributes(self) -> set[str]:
        """Names after a dot, and those that are spelled as a text: record.password, getattr(record, 'password')."""
        names = {node.attr for node in self.nodes if isinstance(node, ast.Attribute)}
        calls = [node for node in self.nodes if isinstance(node, ast.Call)]
        by_text = [call.args for call in calls if ast.unparse(call.func).endswith(("getattr", "attrgetter"))]
        return names | {text for arguments in by_text for text in _texts(arguments)}

    @cached_property
    def named(self) -> set[str]:
        """All names by which something outside can be reached; where C is reached also the texts: libc['fork'], call("fork")."""
        texts = _texts(self.nodes) if self.reaches_c else set()
        return self.attributes | {name.rsplit(".", maxsplit=1)[-1] for name in self.imports} | texts

    @property
    def reaches_c(self) -> bool:
        return bool(self.tops & FOREIGN) or any("host.linux" in name for name in self.imports)

    @cached_property
    def called(self) -> set[str]:
        return {ast.unparse(node.func) for node in self.nodes if isinstance(node, ast.Call)}

    @cached_property
    def tops(self) -> set[str]:
        return {name.split(".")[0] for name in self.imports}

    @cached_property
    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        return [node for node in self.statements if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    @cached_property
    def classes(self) -> list[ast.ClassDef]:
        return [node for node in self.statements if isinstance(node, ast.ClassDef)]

    @property
    def stem(self) -> str:
        return self.name.rsplit("/", maxsplit=1)[-1].removesuffix(".py")


def _texts(nodes: list[ast.AST]) -> set[str]:
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


class Source:
    """All modules of one package whose folder is *root*."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.modules = {m.name: m for m in (Module(root, path) for path in sorted(root.rglob("*.py")))}

    def module_of(self, dotted: str) -> str | None:
        """The module that an imported name stands in or is: 'cli/main.py' of 'splitkit.cli.main.COMMANDS'."""
        parts = dotted.split(".")
        if parts[0] != self.root.name:
            return None
        for end in range(len(parts), 0, -1):
            stem = "/".join(parts[1:end])
            for name in (f"{stem}.py", f"{stem}/__init__.py".lstrip("/")):
                if name in self.modules:
                    return name
        return None

    @cached_property
    def graph(self) -> dict[str, set[str]]:
        """Module to the modules of this source that it imports, those for type checking only included.

        The version is a constant at the top of the package, there before anything else of it is imported.
        """
        return {
            name: {
                to
                for one in module.imports
                if one != "splitkit.__version__" and (to := self.module_of(one)) and to != name
            }
            for name, module in self.modules.items()
        }


@cache
def source_of(root: Path) -> Source:
    """The source below *root*, parsed once a run."""
    return Source(root)


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Groups of nodes from each of which every other can be reached, sorted."""
    reach = {node: _reached(graph, node) for node in graph}
    groups = {tuple(sorted(to for to in reach[node] if node in reach.get(to, ()))) for node in graph}
    return [list(group) for group in sorted(groups) if group]


def _reached(graph: dict[str, set[str]], start: str) -> set[str]:
    seen, left = set(), list(graph[start])
    while left:
        node = left.pop()
        if node not in seen:
            seen.add(node)
            left.extend(graph.get(node, ()))
    return seen
