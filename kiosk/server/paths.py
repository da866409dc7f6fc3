"""Which route a path belongs to: a tree of segments, walked once per request."""

from __future__ import annotations

import re
from typing import Generic, TypeVar

T = TypeVar("T")

_PARAMETER = re.compile(r"\{(\w+)(:path)?\}(.*)")


class _Node(Generic[T]):
    """What may follow. parameter: the ending that its segment must have, and what comes then."""

    __slots__ = ("names", "parameter", "rest", "target", "written")

    def __init__(self) -> None:
        self.written: dict[str, _Node[T]] = {}
        self.parameter: tuple[str, _Node[T]] | None = None
        self.rest: _Node[T] | None = None
        self.target: T | None = None
        self.names: tuple[str, ...] = ()


class Paths(Generic[T]):
    """Patterns as `/halls/{hall}`, `/voice/{name}.wav`, `/static/{path:path}`, and their targets.

    A segment that is written out goes before a parameter, and is not taken back. A parameter is
    one segment and not empty; `:path` is all of the rest. One place has one kind of parameter.
    """

    def __init__(self) -> None:
        self._root = _Node[T]()

    def add(self, pattern: str, target: T) -> None:
        """Let a pattern lead to a target. Raises ValueError where it contradicts another."""
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
            known, following = node.parameter = node.parameter or (ending, _Node())
            if known != ending:
                raise ValueError(f"{pattern}: there is a parameter with the ending {known!r} here")
            node = following
        node.target, node.names = target, tuple(names)

    def find(self, path: str) -> tuple[T, dict[str, str]] | None:
        """The target of a path, and its parameters."""
        node, values = self._root, []
        segments = path.split("/")[1:]
        for index, segment in enumerate(segments):
            following = node.written.get(segment)
            if following is not None:
                node = following
            elif node.parameter is not None:
                ending, node = node.parameter
                if not segment.endswith(ending) or segment == ending:
                    return None
                values.append(segment.removesuffix(ending))
            elif node.rest is not None:
                node = node.rest
                values.append("/".join(segments[index:]))
                break
            else:
                return None
        if node.target is None:
            return None
        return node.target, dict(zip(node.names, values, strict=True))
