"""What a paper says of the place."""

from __future__ import annotations

import pytest

from kiosk.server.papers import listed


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["3号窗口"], "3号窗口"),
        (["26号窗口", "27号窗口"], "26、27号窗口"),
        (["1号窗口", "11号窗口", "12号窗口"], "1、11、12号窗口"),
        (["Window 3", "Window 4"], "Window 3, 4"),
        (["Window 1", "Window 11"], "Window 1, 11"),
        (["Cash", "Window 3"], "Cash, Window 3"),
        (["综合窗口", "3号窗口"], "综合、3号窗口"),
    ],
)
def test_windows_are_listed_with_what_they_share_said_once(names: list[str], said: str) -> None:
    assert listed(names) == said
