"""A QR code as a picture that any browser draws sharply."""

from __future__ import annotations

from printer.qr import modules

QUIET = 4
"""White modules around the code (ISO/IEC 18004, 5.3.8)."""


def qr_svg(text: str) -> str:
    """The QR code of a text, error correction M, as an SVG document."""
    matrix = modules(text)
    side = len(matrix) + 2 * QUIET
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z"
        for y, row in enumerate(matrix)
        for x, dark in enumerate(row)
        if dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" '
        f'shape-rendering="crispEdges"><rect width="{side}" height="{side}" fill="#fff"/>'
        f'<path d="{path}" fill="#000"/></svg>'
    )
