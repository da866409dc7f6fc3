"""The table of all fields in `docs/hall-file.md`, made from the structs and `fields.py`.

python -m kiosk.hallfile.reference docs/hall-file.md     # brings the page up to date
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo
from msgspec.structs import fields as fields_of

from kiosk.hall.config import Names

from .fields import SECTIONS, Section

BEGIN = "<!-- made by: python -m kiosk.hallfile.reference docs/hall-file.md -->"
END = "<!-- end of what is made -->"


def reference() -> str:
    """Markdown: a heading and a table of fields for each section of the file."""
    return "\n".join(_section(name, section) for name, section in SECTIONS.items())


def updated(page: str) -> str:
    """The page with the reference between its two marks made anew."""
    pattern = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
    return pattern.sub(lambda _: f"{BEGIN}\n\n{reference()}\n{END}", page)


def _section(name: str, section: Section) -> str:
    title = f"[[{name}]]" if section.several else f"[{name}]"
    infos = [f for f in fields_of(section.struct) if f.name in section.fields]
    rows = [
        f"| `{f.name}` | {_type(f.type)} | {_default(f)} | {section.fields[f.name].help} |"
        for f in infos
    ]
    head = f"### `{title}`\n\n{section.help}\n"
    if not rows:
        return head
    columns = "\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n"
    return head + columns + "\n".join(rows) + "\n"


def _type(kind: Any) -> str:
    if kind == Names:
        return "name"
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(f"`{value}`" for value in get_args(kind))
    plain = {str: "text", int: "whole number", float: "number", bool: "true or false"}
    if kind in plain:
        return plain[kind]
    inner = [a for a in get_args(kind) if a not in (type(None), Ellipsis)]
    if get_origin(kind) is tuple:
        return "list"
    if get_origin(kind) is dict:
        return "table"
    return _type(inner[0])


def _default(info: FieldInfo) -> str:
    if info.required:
        return "needed"
    if info.default is msgspec.NODEFAULT or info.default in (None, ()):
        return ""
    return f"`{msgspec.json.encode(info.default).decode()}`"


def main() -> None:
    """Bring the page named on the command line up to date."""
    path = Path(sys.argv[1])
    path.write_text(updated(path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
