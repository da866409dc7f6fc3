"""ESC/POS bytes as text that people read: offset, bytes, command, meaning."""

from collections.abc import Iterator

from printer.virtual.lexer import TEXT, Command, Lexer

_MEANING = {
    "ESC @": "initialise",
    "ESC a": "align 0 left, 1 centre, 2 right",
    "ESC E": "bold",
    "ESC d": "feed lines",
    "ESC J": "feed dots",
    "ESC 2": "default line spacing",
    "ESC 3": "line spacing",
    "FS &": "Chinese mode on",
    "FS .": "Chinese mode off",
    "FS !": "hanzi size: 04 wide, 08 high",
    "GS !": "size: high digit width - 1, low digit height - 1",
    "GS B": "white on black",
    "GS V": "cut: 00 full, 01 partial",
    "GS r": "status in turn",
    "GS a": "automatic status",
    "GS I": "name of the printer",
    "GS ( H": "process ID, returned when printed",
    "DLE EOT": "real-time status",
    "LF": "print the line",
    "NUL": "nothing",
}
_SHOWN = 16


def listing(data: bytes) -> Iterator[str]:
    """Return one line per command; long data is cut short and its length told."""
    lexer = Lexer()
    offset = 0
    for command in lexer.feed(data):
        raw = command.raw[:_SHOWN].hex(" ").upper()
        more = "…" if len(command.raw) > _SHOWN else ""
        yield f"{offset:06x}  {raw + more:<49}{command.name:<9}{_meaning(command)}".rstrip()
        offset += len(command.raw)
    if lexer.pending:
        yield f"{offset:06x}  {lexer.pending} bytes of a command that is not complete"


def _meaning(command: Command) -> str:
    data = command.data
    if command.name == TEXT:
        return repr(command.raw.decode("gb18030", "replace"))
    if command.name == "ESC *":
        return f"picture in the line, {int.from_bytes(data[1:3], 'little')} × 24 dots"
    if command.name == "FS 2":
        return f"hanzi {data[:2].hex(' ').upper()} is this pattern of 24 × 24 dots"
    if command.name == "GS v":
        across, down = (int.from_bytes(data[at : at + 2], "little") for at in (2, 4))
        return f"picture, {across * 8} × {down} dots"
    if command.name == "GS ( k":
        return _code(data)
    return _MEANING.get(command.name, "")


def _code(data: bytes) -> str:
    match data[4]:
        case 65:
            return f"QR code: model {data[5] - 48}"
        case 67:
            return f"QR code: {data[5]} dots per module"
        case 69:
            return f"QR code: level {'LMQH'[data[5] - 48]}"
        case 80:
            return f"QR code: store {data[6:].decode('utf-8', 'replace')!r}"
        case 81:
            return "QR code: print"
        case _:
            return "QR code"
