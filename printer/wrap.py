"""Breaking a paragraph into lines, for Chinese and Latin text mixed: pure.

The rules are the usual ones of Chinese typesetting (GB/T 15834: no line starts with a closing
mark or ends with an opening one); Latin words are kept whole where they fit.
"""

import re
from collections.abc import Callable

_EVEN_LINES = 4  # a longer paragraph keeps its full lines

_CLOSING = frozenset("，。、；：？！）》」』】〉〕”’…—,.;:?!)]}%·")
_OPENING = frozenset("（《「『【〈〔“‘([{￥$")
# A run of what is not wide is one word; each wide character stands alone. Wide: CJK and its marks.
_TOKEN = re.compile(r"\s+|[^\s⺀-鿿豈-﫿︰-﹏＀-￯\U00020000-\U0003ffff]+|.", re.DOTALL)


def wrap(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Return the lines of `text`, none wider than `width` unless one character is.

    `measure` gives the width of a string in the unit of `width`.
    """
    lines: list[str] = []
    line = ""
    for atom in _atoms(text):
        longer = (line + atom).lstrip()
        if measure(longer.rstrip()) <= width:
            line = longer
            continue
        if line:
            lines.append(line.rstrip())
        *whole, line = _split(atom.lstrip(), width, measure)
        lines.extend(part.strip() for part in whole if part.strip())
        line = line.lstrip()
    if line.rstrip():
        lines.append(line.rstrip())
    return lines


def balanced(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Return as many lines as `wrap`, made even: no last line of one character, no word cut."""
    lines = wrap(text, width, measure)
    if not 1 < len(lines) <= _EVEN_LINES:
        return lines
    widest = max(measure(atom.strip()) for atom in _atoms(text))
    low, high = max(width / 2, min(widest, width)), width
    for _ in range(5):
        middle = (low + high) / 2
        tried = wrap(text, middle, measure)
        if len(tried) == len(lines) and max(map(measure, tried)) <= middle:
            lines, high = tried, middle
        else:
            low = middle
    return lines


def _atoms(text: str) -> list[str]:
    """Return pieces between which a line may break."""
    atoms: list[str] = []
    for token in _TOKEN.findall(text):
        glued = atoms and (token[0] in _CLOSING or atoms[-1][-1] in _OPENING or token.isspace())
        if glued:
            atoms[-1] += token
        else:
            atoms.append(token)
    return atoms


def _split(atom: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Cut a piece that is wider than a line by itself."""
    parts: list[str] = []
    part = ""
    for character in atom:
        if part and measure((part + character).rstrip()) > width:
            parts.append(part)
            part = ""
        part += character
    return [*parts, part]
