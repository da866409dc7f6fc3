import pytest
from PIL import ImageFont

from display.panels.picture import Font
from printer.fonts import faces


@pytest.fixture(scope="session")
def font() -> Font:
    face = faces(bold=False)[0]
    return ImageFont.truetype(face.path, 16, index=face.index)
