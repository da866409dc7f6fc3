"""Which route a path belongs to: a tree of segments, walked once per request."""

from __future__ import annotations

import re
from typing import Generic, TypeVar

T = TypeVar("T")

_PARAMETER = re.compile(r"\{(\w+)(:path)?\}(.*)")


class Paths(Generic[T]):
    """Patterns as `/halls/{hall}`, `/voice/{name}.wav`, `/static/{path:path}`, and their targets.

    A segment that is written out goes before one with a parameter. A parameter is one segment and
    not empty; `:path` takes the rest of the path, and stands last.
    """

    def __init__(self) -> None:
        self._root = _Node[T]()

    def add(self, pattern: str, target: T) -> None:
        """Let a pattern lead to a target."""
        node, names = self._root, []
        for segment in pattern.strip("/").split("/"):
            parameter = _PARAMETER.fullmatch(segment)
            if parameter is None:
                node = node.written.setdefault(segment, _Node())
                continue
            name, rest, ending = parameter.groups()
            names.append(name)
            branches = node.rests if rest else node.parameters
            node = branches.setdefault(ending, _Node())
        node.target, node.names = target, tuple(names)

    def find(self, path: str) -> tuple[T, dict[str, str]] | None:
        """The target of a path, and its parameters."""
        return self._root.find(path[1:].split("/"), 0, ())


class _Node(Generic[T]):
    """What may follow. parameters, rests: by the ending that a segment must have."""

    __slots__ = ("names", "parameters", "rests", "target", "written")

    def __init__(self) -> None:
        self.written: dict[str, _Node[T]] = {}
        self.parameters: dict[str, _Node[T]] = {}
        self.rests: dict[str, _Node[T]] = {}
        self.target: T | None = None
        self.names: tuple[str, ...] = ()

    def find(
        self, segments: list[str], index: int, values: tuple[str, ...]
    ) -> tuple[T, dict[str, str]] | None:
        if index == len(segments):
            if self.target is None:
                return None
            return self.target, dict(zip(self.names, values, strict=True))
        segment = segments[index]
        node = self.written.get(segment)
        if node is not None and (found := node.find(segments, index + 1, values)):
            return found
        for ending, node in self.parameters.items():
            value = segment.removesuffix(ending)
            if value and segment.endswith(ending):
                found = node.find(segments, index + 1, (*values, value))
                if found:
                    return found
        for node in self.rests.values():
            return node.find(segments, len(segments), (*values, "/".join(segments[index:])))
        return None
