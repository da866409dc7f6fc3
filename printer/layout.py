"""From a paper's content to blocks, by the hall's template: pure, the same for every printer."""

from collections.abc import Callable, Iterator
from functools import partial

from printer import blocks as b
from printer.paper import Kind, Leg, Paper
from printer.template import Piece, Sheet, Template
from printer.words import say, wait

_GAP = 1.2
_BOX, _TICK = "□", "√"  # to tick what one has packed; what was handed in
_MATERIALS = {Kind.TICKET: ("bring", _BOX), Kind.RECEIPT: ("received", _TICK)}


def lay_out(paper: Paper, template: Template) -> tuple[b.Block, ...]:
    """Return the blocks of a paper from top to bottom.

    Pieces without content take no room, and rules never stand at an end or next to each other.
    """
    sheet = template.sheet(paper.kind)
    laid = (block for piece in sheet.order for block in _piece(piece, paper, sheet, template))
    return tuple(_tidy(laid))


def _tidy(laid: Iterator[b.Block]) -> Iterator[b.Block]:
    pending: b.Rule | None = None
    begun = False
    for block in laid:
        if isinstance(block, b.Rule):
            pending = block
            continue
        if pending is not None and begun:
            yield pending
        pending = None
        begun = True
        yield block


def _piece(piece: Piece, paper: Paper, sheet: Sheet, template: Template) -> Iterator[b.Block]:
    return _PIECES[piece](paper, sheet, template)


def _logo(_paper: Paper, _sheet: Sheet, template: Template) -> Iterator[b.Block]:
    if data := template.logo.data():
        yield b.Picture(data, template.logo.width)
        yield b.Space(_GAP)


def _hall(paper: Paper, sheet: Sheet, template: Template) -> Iterator[b.Block]:
    if paper.hall:
        yield b.Text(paper.hall, template.sizes.hall, bold=True, align="center")
    if heading := sheet.heading.get(paper.language):
        yield b.Text(heading, template.sizes.heading, align="center")


def _title(paper: Paper, _sheet: Sheet, template: Template) -> Iterator[b.Block]:
    if paper.kind is not Kind.TICKET:
        text = say(f"title_{paper.kind}", paper.language)
        yield b.Text(text, template.sizes.title, bold=True, align="center")
    if paper.version:
        edition = f"{say('edition', paper.language)} {paper.version}"
        yield b.Text(edition, template.sizes.notices, align="center")


def _copy(paper: Paper, _sheet: Sheet, template: Template) -> Iterator[b.Block]:
    if paper.copy:
        yield b.Space(_GAP)
        yield b.Banner(say("copy", paper.language, n=paper.copy), template.sizes.copy)


def _number(paper: Paper, _sheet: Sheet, template: Template) -> Iterator[b.Block]:
    if paper.number and not _numbered(paper):
        yield b.Space(_GAP)
        yield b.Headline(paper.number, template.sizes.number)
        yield b.Space(_GAP)


def _numbered(paper: Paper) -> tuple[Leg, ...]:
    """Return the legs if they have numbers of their own, which then stand for the paper's."""
    own = {leg.number for leg in paper.legs if leg.number}
    return paper.legs if len(own) > 1 else ()


def _legs(paper: Paper, _sheet: Sheet, template: Template) -> Iterator[b.Block]:
    sizes = template.sizes
    if numbered := _numbered(paper):
        for leg in numbered:
            yield b.Space(_GAP)
            yield b.Text(leg.number or paper.number, sizes.leg_number, bold=True)
            yield b.Text(leg.service, sizes.legs)
            if leg.place:
                yield b.Text(leg.place, sizes.ahead)
    elif len(paper.legs) == 1:
        yield b.Text(paper.legs[0].service, sizes.legs, bold=True, align="center")
    else:
        yield b.Space(_GAP)
        for position, leg in enumerate(paper.legs, 1):
            service = f"{leg.service} · {leg.place}" if leg.place else leg.service
            yield b.Item(f"{position}.", service, sizes.legs * 0.85, bold=True)


def _priority(paper: Paper, _sheet: Sheet, template: Template) -> Iterator[b.Block]:
    if paper.priority:
        text = f"{say('priority', paper.language)} · {paper.priority}"
        yield b.Text(text, template.sizes.priority, align="center")


def _fact(label: str, value: str, size: float, template: Template) -> b.Fact:
    return b.Fact(label, value, size, template.sizes.label)


def _place(paper: Paper, _sheet: Sheet, template: Template) -> Iterator[b.Block]:
    if paper.place:
        yield _fact(say("place", paper.language), paper.place, template.sizes.place, template)


def _ahead(paper: Paper, _sheet: Sheet, template: Template) -> Iterator[b.Block]:
    if paper.ahead is not None:
        key = {0: "ahead_none", 1: "ahead_person"}.get(paper.ahead, "ahead_people")
        people = say(key, paper.language, n=paper.ahead)
        yield _fact(say("ahead", paper.language), people, template.sizes.ahead, template)


def _wait(paper: Paper, _sheet: Sheet, template: Template) -> Iterator[b.Block]:
    if paper.status:
        yield b.Text(paper.status, template.sizes.ahead, bold=True)
    elif paper.low_s is not None and paper.high_s is not None:
        text = wait(paper.low_s, paper.high_s, paper.language)
        yield _fact(say("wait", paper.language), text, template.sizes.wait, template)


def _when(paper: Paper, _sheet: Sheet, template: Template) -> Iterator[b.Block]:
    if paper.when:
        yield _fact(say("when", paper.language), paper.when, template.sizes.when, template)


def _code(paper: Paper, _sheet: Sheet, template: Template) -> Iterator[b.Block]:
    if paper.code:
        yield _fact(say("code", paper.language), paper.code, template.sizes.code, template)


def _rows(paper: Paper, _sheet: Sheet, template: Template) -> Iterator[b.Block]:
    for row in paper.rows:
        yield _fact(row.label, row.value, template.sizes.rows, template)


def _materials(paper: Paper, _sheet: Sheet, template: Template) -> Iterator[b.Block]:
    if not paper.materials:
        return
    heading, mark = _MATERIALS.get(paper.kind, ("bring_materials", _BOX))
    yield b.Text(say(heading, paper.language), template.sizes.materials, bold=True)
    for material in paper.materials:
        yield b.Item(mark, material, template.sizes.materials)


def _qr(paper: Paper, _sheet: Sheet, template: Template) -> Iterator[b.Block]:
    if paper.qr:
        known = paper.kind is not Kind.CALIBRATION
        caption = say(f"scan_{paper.kind}", paper.language) if known else ""
        yield b.Qr(paper.qr, template.sizes.qr, caption, template.sizes.caption)


def _notices(paper: Paper, sheet: Sheet, template: Template) -> Iterator[b.Block]:
    texts = (*paper.notices, *sheet.notices.get(paper.language, ()))
    if texts:
        yield b.Space(_GAP)
    for text in texts:
        yield b.Text(text, template.sizes.notices)


def _issued(paper: Paper, _sheet: Sheet, template: Template) -> Iterator[b.Block]:
    if paper.issued:
        key = "issued" if paper.kind is Kind.TICKET else "printed"
        yield b.Space(_GAP)
        text = say(key, paper.language, at=paper.issued)
        yield b.Text(text, template.sizes.issued, align="center")


def _fixed(block: b.Block, _paper: Paper, _sheet: Sheet, _template: Template) -> Iterator[b.Block]:
    yield block


_PIECES: dict[Piece, Callable[[Paper, Sheet, Template], Iterator[b.Block]]] = {
    Piece.LOGO: _logo,
    Piece.HALL: _hall,
    Piece.TITLE: _title,
    Piece.COPY: _copy,
    Piece.NUMBER: _number,
    Piece.LEGS: _legs,
    Piece.PRIORITY: _priority,
    Piece.PLACE: _place,
    Piece.AHEAD: _ahead,
    Piece.WAIT: _wait,
    Piece.WHEN: _when,
    Piece.CODE: _code,
    Piece.ROWS: _rows,
    Piece.MATERIALS: _materials,
    Piece.QR: _qr,
    Piece.NOTICES: _notices,
    Piece.ISSUED: _issued,
    Piece.RULE: partial(_fixed, b.Rule()),
    Piece.SPACE: partial(_fixed, b.Space(2.0)),
}
