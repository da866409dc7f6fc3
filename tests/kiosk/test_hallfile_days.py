"""Questions, sessions, holidays and special days of a hall file."""

from __future__ import annotations

import pytest

from kiosk.hallfile import parse_hall
from tests.kiosk.hall_text import SMALL, refused

QUESTIONS = """
[[services.questions]]
id = "minor"
text = { zh = "未满16周岁吗？", en = "Under 16?" }
yes = ["监护人身份证原件"]

[[services.questions]]
id = "moved"
text = "Moved?"
no = ["户口簿"]
"""


def test_questions_stand_under_their_service() -> None:
    with_questions = SMALL.replace("[[windows]]", QUESTIONS + "\n[[windows]]")
    [minor, moved] = parse_hall(with_questions).services[0].questions
    assert minor.text["en"] == "Under 16?"
    assert (minor.yes, moved.no) == (("监护人身份证原件",), ("户口簿",))
    for old, new, where, message in (
        ('id = "moved"', 'id = "minor"', "services.1.questions.2.id", "asked above already"),
        ('yes = ["监护人身份证原件"]', 'yes = [""]', "services.1.questions.1.yes", "not empty"),
        ('text = "Moved?"', "", "services.1.questions.2", "text is missing"),
    ):
        text = with_questions.replace(old, new)
        [mistake] = refused(text)
        assert f": {where}: " in mistake
        assert message in mistake
        line = int(mistake.split(":")[0])
        assert line > with_questions[: with_questions.index("[[services.q")].count("\n")


SESSION = """
[[sessions]]
id = "saturday"
name = "Saturday"
days = ["sat", "2026-10-03"]
hours = ["09:00-12:00"]
windows = ["3"]
staff = ["li"]
"""


def test_a_session_names_days_windows_and_groups_that_there_are() -> None:
    [session] = parse_hall(SMALL + SESSION).sessions
    assert (session.days, session.staff) == (("sat", "2026-10-03"), ("li",))
    for old, new, message in (
        ("sat", "saturday", "sessions.1.days: 'saturday' is no day"),
        ("2026-10-03", "2026-10-33", "sessions.1.days: '2026-10-33' is no date"),
        ("09:00-12:00", "12:00-09:00", "sessions.1.hours: '12:00-09:00' (hours) ends before"),
        ('["3"]', '["33"]', "sessions.1.windows: there is no '33' in [[windows]] (3)"),
        ('["3"]', "[]", "sessions.1.windows: at least one window"),
        ("staff", 'groups = ["Q"]\nstaff', "sessions.1.groups: there is no 'Q'"),
    ):
        [mistake] = refused(SMALL + SESSION.replace(old, new))
        assert message in mistake


def test_public_holidays_are_closed_and_moved_working_days_are_mondays() -> None:
    own = '\n[[days]]\nday = "2026-10-01"\nhours = ["09:00-11:00"]\nname = "Open house"\n'
    text = SMALL.replace('routing = "fair"', 'holidays = "CN"') + own
    hall = parse_hall(text, years=(2026,))
    days = {day.day: day for day in hall.days}
    assert days["2026-10-01"].hours == ("09:00-11:00",)
    assert days["2026-10-02"].hours == ()
    assert days["2026-10-02"].name == {"zh": "国庆节", "en": "National Day"}
    assert days["2026-10-10"].hours == ("08:30-12:00", "13:30-17:30")
    assert days["2026-10-10"].name == {"zh": "调休工作日", "en": "Moved working day"}
    assert not any(day.startswith("2025") for day in days)
    german = parse_hall(SMALL.replace('routing = "fair"', 'holidays = "DE"'), years=(2026,))
    assert {d.day for d in german.days if not d.hours} >= {"2026-05-01", "2026-12-25"}
    assert {d.day[:4] for d in parse_hall(SMALL.replace('"fair"', '"fair"\nholidays = "CN"')).days}


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ('day = "1st of May"', "'1st of May' is no date"),
        ('day = "20260501"', "'20260501' is no date"),
        ('day = "2026-05-01"\nhours = ["9-12"]', "'9-12' (hours) is no span"),
        ('day = "2026-05-01"\n[[days]]\nday = "2026-05-01"', "stands in line"),
    ],
)
def test_wrong_days_are_refused(day: str, message: str) -> None:
    [mistake] = refused(f"{SMALL}\n[[days]]\n{day}\n")
    assert message in mistake
