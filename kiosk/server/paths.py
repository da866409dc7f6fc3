"""Which route a path belongs to: a tree of segments, walked once per request."""

from __future__ import annotations

import re
from typing import Generic, TypeVar

T = TypeVar("T")

_PARAMETER = re.compile(r"\{(\w+)(:path)?\}(.*)")


class _Node(Generic[T]):
    """What may follow. parameters: by the ending that their segment has, the longest first."""

    __slots__ = ("names", "parameters", "rest", "target", "written")

    def __init__(self) -> None:
        self.written: dict[str, _Node[T]] = {}
        self.parameters: dict[str, _Node[T]] = {}
        self.rest: _Node[T] | None = None
        self.target: T | None = None
        self.names: tuple[str, ...] = ()


class Paths(Generic[T]):
    """Patterns as `/halls/{hall}`, `/voice/{name}.wav`, `/static/{path:path}`, and their targets.

    A segment that is written out goes before a parameter, and is not taken back. A parameter is
    one segment and not empty, and `{name}.wav` goes before `{name}`; `:path` is all of the rest.
    """

    def __init__(self) -> None:
        self._root = _Node[T]()

    def add(self, pattern: str, target: T) -> None:
        """Let a pattern lead to a target."""
        node, names = self._root, []
        for segment in pattern[1:].split("/"):
            parameter = _PARAMETER.fullmatch(segment)
            if parameter is None:
                node = node.written.setdefault(segment, _Node())
                continue
            name, rest, ending = parameter.groups()
            names.append(name)
            if rest:
                node.rest = node.rest or _Node()
                node = node.rest
                continue
            following = node.parameters.setdefault(ending, _Node())
            node.parameters = dict(sorted(node.parameters.items(), key=lambda p: -len(p[0])))
            node = following
        node.target, node.names = target, tuple(names)

    def find(self, path: str) -> tuple[T, dict[str, str]] | None:
        """The target of a path, and its parameters."""
        node = self._root
        values: list[str] = []
        segments = path.split("/")[1:]
        for index, segment in enumerate(segments):
            if segment in node.written:
                node = node.written[segment]
            elif node.rest is not None:
                node = node.rest
                values.append("/".join(segments[index:]))
                break
            else:
                ending = next((e for e in node.parameters if _fits(segment, e)), None)
                if ending is None:
                    return None
                node = node.parameters[ending]
                values.append(segment.removesuffix(ending))
        if node.target is None:
            return None
        return node.target, dict(zip(node.names, values, strict=True))


def _fits(segment: str, ending: str) -> bool:
    return segment.endswith(ending) and segment != ending
