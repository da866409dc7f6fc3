"""ESC/POS bytes into commands at any split point."""

from hypothesis import given
from hypothesis import strategies as st

from printer.virtual.lexer import TEXT, Command, Lexer

WHOLE = [
    (b"\x1b@", "ESC @"),
    (b"\x1ba\x01", "ESC a"),
    (b"\x1bJ\x0a", "ESC J"),
    (b"\x1bp\x00\x19\xfa", "ESC p"),
    (b"\x1b$\x00\x01", "ESC $"),
    (b"\x1b*\x21\x02\x00" + b"\x1b" * 6, "ESC *"),
    (b"\x1b*\x00\x02\x00" + b"\x1b" * 2, "ESC *"),
    (b"\x1bD\x08\x10\x00", "ESC D"),
    (b"\x1c&", "FS &"),
    (b"\x1c!\x0c", "FS !"),
    (b"\x1c(A\x02\x00\x30\x00", "FS ( A"),
    (b"\x1d!\x11", "GS !"),
    (b"\x1dV\x00", "GS V"),
    (b"\x1dV\x42\x10", "GS V"),
    (b"\x1dr\x01", "GS r"),
    (b"\x1da\xff", "GS a"),
    (b"\x1dI\x43", "GS I"),
    (b"\x1dv0\x00\x02\x00\x03\x00" + b"\x10\x04\x01\x1b@\x0a", "GS v"),
    (b"\x1d(k\x03\x001C\x05", "GS ( k"),
    (b"\x1d(H\x06\x00000001", "GS ( H"),
    (b"\x1d8L\x02\x00\x00\x0002", "GS 8"),
    (b"\x1dk\x04ABC\x00", "GS k"),
    (b"\x1dk\x49\x02\x1b\x00", "GS k"),
    (b"\x1d*\x01\x01" + b"\x1d" * 8, "GS *"),
    (b"\x10\x04\x01", "DLE EOT"),
    (b"\x10\x05\x02", "DLE ENQ"),
    (b"\x10\x14\x01\x00\x01", "DLE DC4"),
    (b"\n", "LF"),
    (b"\x00\x00\x00", "NUL"),
    ("户口 B012".encode("gbk"), TEXT),
]
STREAMS = st.lists(st.sampled_from(WHOLE), max_size=12)


def joined(commands: list[Command]) -> list[tuple[str, bytes]]:
    """Commands with neighbouring texts and NULs in one, however they were cut."""
    result: list[tuple[str, bytes]] = []
    for command in commands:
        if result and command.name in {TEXT, "NUL"} and result[-1][0] == command.name:
            result[-1] = (command.name, result[-1][1] + command.raw)
        else:
            result.append((command.name, command.raw))
    return result


@given(STREAMS, st.data())
def test_commands_are_found_at_any_split(
    parts: list[tuple[bytes, str]], data: st.DataObject
) -> None:
    stream = b"".join(raw for raw, _ in parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    lexer = Lexer()
    found: list[Command] = []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += lexer.feed(stream[start:end])
    assert lexer.pending == 0
    assert joined(found) == joined([Command(name, b"", raw) for raw, name in parts])


@given(st.binary(max_size=300))
def test_no_byte_is_lost(noise: bytes) -> None:
    lexer = Lexer()
    commands = lexer.feed(noise)
    raw = b"".join(command.raw for command in commands)
    assert noise.startswith(raw)
    assert len(raw) + lexer.pending == len(noise)


def test_a_command_waits_for_its_last_byte() -> None:
    for raw, name in WHOLE:
        if name in {TEXT, "NUL", "LF"}:
            continue
        lexer = Lexer()
        assert lexer.feed(raw[:-1]) == []
        assert [command.name for command in lexer.feed(raw[-1:])] == [name]
