"""Which route a path belongs to."""

from __future__ import annotations

import pytest

from kiosk.server.paths import Paths


def paths(*patterns: str) -> Paths[str]:
    tree: Paths[str] = Paths()
    for pattern in patterns:
        tree.add(pattern, pattern)
    return tree


TREE = paths(
    "/",
    "/kiosk",
    "/halls",
    "/halls/{hall}",
    "/halls/{hall}/tickets/{ticket}/finish",
    "/halls/{hall}/tickets/today",
    "/voice/{name}.wav",
    "/day/{name}",
    "/day/{name}.ics",
    "/static/{hash}/{path:path}",
)


@pytest.mark.parametrize(
    ("path", "pattern", "parameters"),
    [
        ("/", "/", {}),
        ("/kiosk", "/kiosk", {}),
        ("/halls/main", "/halls/{hall}", {"hall": "main"}),
        ("/halls/halls", "/halls/{hall}", {"hall": "halls"}),
        (
            "/halls/a b/tickets/T1/finish",
            "/halls/{hall}/tickets/{ticket}/finish",
            {"hall": "a b", "ticket": "T1"},
        ),
        ("/halls/main/tickets/today", "/halls/{hall}/tickets/today", {"hall": "main"}),
        ("/voice/a.b.wav", "/voice/{name}.wav", {"name": "a.b"}),
        ("/day/monday", "/day/{name}", {"name": "monday"}),
        ("/day/monday.ics", "/day/{name}.ics", {"name": "monday"}),
        ("/day/.ics", "/day/{name}", {"name": ".ics"}),
        ("/static/00/js/app.js", "/static/{hash}/{path:path}", {"hash": "00", "path": "js/app.js"}),
    ],
)
def test_a_path_leads_to_its_pattern(path: str, pattern: str, parameters: dict[str, str]) -> None:
    assert TREE.find(path) == (pattern, parameters)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "//",
        "/kiosk/",
        "/halls/",
        "/halls/main/",
        "/halls/main/tickets",
        "/halls/main/tickets//finish",
        "/halls/main/tickets/T1/start",
        "/voice/.wav",
        "/voice/a.mp3",
        "/static/00",
        "/elsewhere",
        "halls",
    ],
)
def test_other_paths_lead_nowhere(path: str) -> None:
    assert TREE.find(path) is None
