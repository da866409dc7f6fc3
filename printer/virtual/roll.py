"""The paper of the virtual printer: draws what commands put on it, until a cut.

Characters come in the cells of a usual printer: 12 × 24 dots, hanzi 24 × 24, up to eight times
wider and higher.
"""

from PIL import Image, ImageChops

from printer import qr
from printer.raster import Bed, Cell, cell
from printer.virtual.lexer import TEXT, Command

_CELL = 24
_LINE = 30  # dots of a line feed, the default of ESC 2 at 203 dpi


class Roll:
    """One piece of paper after another, dot by dot."""

    def __init__(self, bed: Bed) -> None:
        self._bed = bed
        self._strips: list[Image.Image] = []
        self._reset()

    def _reset(self) -> None:
        self._align = 0
        self._wide = self._high = 1
        self._hanzi_wide = self._hanzi_high = False
        self._bold = self._reverse = self._chinese = False
        self._spacing = _LINE
        self._lead = b""
        self._own: dict[bytes, Image.Image] = {}  # hanzi that were defined, by code
        self._cells: list[Image.Image] = []
        self._qr_text = ""
        self._qr_module = 3

    def run(self, command: Command) -> Image.Image | None:
        """Execute a command; at a cut return the piece that falls, mode "1"."""
        name, data = command.name, command.data
        if name == TEXT:
            self._text(data)
        elif name == "LF":
            self._feed_line()
        elif name == "ESC *":
            self._columns(data)
        elif name == "FS 2":
            columns = Image.frombytes("1", (_CELL, _CELL), data[2:], "raw", "1;I")
            self._own[data[:2]] = columns.transpose(Image.Transpose.TRANSPOSE).convert("L")
        elif name == "GS v":
            self._raster(data)
        elif name == "GS ( k":
            self._code(data)
        elif name in {"GS V", "ESC i", "ESC m"}:
            self._feed_line(only_pending=True)
            if name == "GS V" and len(data) > 1:
                self._blank(data[1])
            return self._cut()
        else:
            self._set(name, data)
        return None

    def _set(self, name: str, data: bytes) -> None:
        """Modes and feeds: commands of one argument."""
        value = data[0] if data else 0
        match name:
            case "ESC @":
                self._reset()
            case "ESC a":
                self._align = value % 48
            case "ESC E" | "ESC G":
                self._bold = bool(value & 1)
            case "ESC !":
                self._bold = bool(value & 8)
                self._high, self._wide = 1 + bool(value & 16), 1 + bool(value & 32)
            case "GS !":
                self._wide, self._high = (value >> 4 & 7) + 1, (value & 7) + 1
            case "FS !":
                self._hanzi_wide, self._hanzi_high = bool(value & 4), bool(value & 8)
            case "GS B":
                self._reverse = bool(value & 1)
            case "FS &" | "FS .":
                self._chinese = name == "FS &"
            case "ESC 2" | "ESC 3":
                self._spacing = value if name == "ESC 3" else _LINE
            case "ESC d":
                self._feed_line(only_pending=True)
                self._blank(value * self._spacing)
            case "ESC J":
                self._feed_line(only_pending=True)
                self._blank(value)

    def _text(self, data: bytes) -> None:
        data = self._lead + data
        self._lead = b""
        at = 0
        while at < len(data):
            pair = self._chinese and data[at] >= 0x81
            if pair and at + 1 == len(data):
                self._lead = data[at:]
                return
            code = data[at : at + 1 + pair]
            at += len(code)
            if own := self._own.get(code):
                self._put(_emphasised(own) if self._bold else own, hanzi=True)
                continue
            character = code.decode("gbk" if pair else "cp437", "replace")
            width = _CELL if pair else _CELL // 2
            self._put(cell(Cell(character, width, bold=self._bold)), hanzi=pair)

    def _put(self, drawn: Image.Image, *, hanzi: bool) -> None:
        """Add a character's cell to the line; a full line goes on in the next."""
        wide = max(self._wide, 1 + (hanzi and self._hanzi_wide))
        high = max(self._high, 1 + (hanzi and self._hanzi_high))
        size = (drawn.width * wide, drawn.height * high)
        dots = drawn.resize(size, Image.Resampling.NEAREST).point(lambda v: v >= 128 and 255)
        if self._reverse:
            dots = Image.eval(dots, lambda level: 255 - level)
        self._append(dots.convert("1"))

    def _append(self, dots: Image.Image) -> None:
        if sum(part.width for part in self._cells) + dots.width > self._bed.dots:
            self._feed_line()
        self._cells.append(dots)

    def _columns(self, data: bytes) -> None:
        """`ESC *`: a picture in the line, column by column, 24 dots high or 8 high ones."""
        mode, count = data[0], int.from_bytes(data[1:3], "little")
        rows = 24 if mode >= 32 else 8
        if not count:
            return
        columns = Image.frombytes("1", (rows, count), data[3:], "raw", "1;I")
        size = (count * (1 if mode & 1 else 2), _CELL)
        self._append(columns.transpose(Image.Transpose.TRANSPOSE).resize(size))

    def _feed_line(self, *, only_pending: bool = False) -> None:
        if not self._cells:
            if not only_pending:
                self._blank(self._spacing)
            return
        high = max(part.height for part in self._cells)
        line = Image.new("1", (sum(part.width for part in self._cells), high), 1)
        left = 0
        for part in self._cells:
            line.paste(part, (left, high - part.height))
            left += part.width
        self._cells = []
        self._place(line)
        self._blank(max(0, self._spacing - high))

    def _place(self, image: Image.Image) -> None:
        strip = Image.new("1", (self._bed.dots, image.height), 1)
        free = max(0, self._bed.dots - image.width)
        strip.paste(image, ((0, free // 2, free)[self._align % 3], 0))
        self._strips.append(strip)

    def _blank(self, dots: int) -> None:
        if dots:
            self._strips.append(Image.new("1", (self._bed.dots, dots), 1))

    def _raster(self, data: bytes) -> None:
        """`GS v 0`: 1 is a burnt dot; what is wider than the head is lost, as on paper."""
        across = int.from_bytes(data[2:4], "little")
        down = int.from_bytes(data[4:6], "little")
        self._feed_line(only_pending=True)
        if not across or not down:
            return
        picture = Image.frombytes("1", (across * 8, down), data[6:], "raw", "1;I")
        scale = (1 + (data[1] & 1), 1 + (data[1] >> 1 & 1))
        if scale != (1, 1):
            picture = picture.resize((picture.width * scale[0], picture.height * scale[1]))
        self._place(picture)

    def _code(self, data: bytes) -> None:
        """`GS ( k`: functions 67 (module size), 80 (store) and 81 (print) of a QR code."""
        if len(data) < 6:
            return
        function, rest = data[4], data[5:]
        if function == 67:
            self._qr_module = rest[0]
        elif function == 80:
            self._qr_text = rest[1:].decode("utf-8", "replace")
        elif function == 81 and self._qr_text:
            self._feed_line(only_pending=True)
            matrix = qr.modules(self._qr_text)
            size, edge = len(matrix), qr.QUIET
            code = Image.new("1", (size + 2 * edge, size + 2 * edge), 1)
            code.putdata([1] * (code.width * code.height))
            for y, row in enumerate(matrix):
                for x, dark in enumerate(row):
                    code.putpixel((x + edge, y + edge), 0 if dark else 1)
            side = code.width * self._qr_module
            self._place(code.resize((side, side), Image.Resampling.NEAREST))

    def _cut(self) -> Image.Image:
        height = max(1, sum(strip.height for strip in self._strips))
        piece = Image.new("1", (self._bed.dots, height), 1)
        top = 0
        for strip in self._strips:
            piece.paste(strip, (0, top))
            top += strip.height
        self._strips = []
        return piece


def _emphasised(drawn: Image.Image) -> Image.Image:
    """Printed twice, a dot apart: how a printer makes a pattern bold."""
    moved = Image.new("L", drawn.size, 255)
    moved.paste(drawn, (1, 0))
    return ImageChops.darker(drawn, moved)
