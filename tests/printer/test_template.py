"""A hall's template lies over the built-in one, and mistakes are named."""

import base64

import pytest

from printer.paper import Kind
from printer.template import Piece, TemplateError, default, default_text, parse


def test_an_empty_template_is_the_built_in_one() -> None:
    assert parse("") == default()
    assert parse(default_text()) == default()


def test_a_hall_says_only_what_differs() -> None:
    own = parse('[sizes]\nnumber = 30\n[ticket]\nheading = { zh = "欢迎" }')
    assert own.sizes.number == 30
    assert own.sizes.hall == default().sizes.hall
    assert own.ticket.heading == {"zh": "欢迎"}
    assert own.ticket.order == default().ticket.order


def test_every_kind_has_a_sheet() -> None:
    for kind in Kind:
        assert default().sheet(kind).order


def test_every_piece_but_space_is_used() -> None:
    used = {piece for kind in Kind for piece in default().sheet(kind).order}
    assert used == set(Piece) - {Piece.SPACE}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[sizes\nnumber = 3", "line 1"),
        ("[sizes]\nnumber = 300", "sizes.number"),
        ('[ticket]\norder = ["hall", "nonsense"]', "ticket.order[1]"),
        ("[sizes]\nnumbr = 3", "numbr"),
        ('[logo]\npng = "***"', "logo.png"),
        (f'[logo]\npng = "{base64.b64encode(b"GIF89a").decode()}"', "logo.png"),
        ("[logo]\npng = 'iVBORw0KGgo='", "logo.png"),
        ('[ticket.heading]\nfr = "non"', "ticket.heading"),
    ],
)
def test_a_mistake_is_named(text: str, says: str) -> None:
    with pytest.raises(TemplateError, match=says.replace("[", r"\[").replace(".", r"\.")):
        parse(text)
