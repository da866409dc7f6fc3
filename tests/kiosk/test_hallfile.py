from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from kiosk.hall import Hall
from kiosk.hall.config import Appointments, Rules, Voice
from kiosk.hallfile import HallFileError, parse_catalogue, parse_hall, read_hall
from kiosk.hallfile.fields import SECTIONS
from kiosk.hallfile.reference import updated
from kiosk.sample import county_hall
from tests.kiosk.hall_text import SMALL, refused


def changed(old: str, new: str) -> list[str]:
    assert SMALL.count(old) == 1, old
    return refused(SMALL.replace(old, new))


def line_of(text: str) -> int:
    return SMALL[: SMALL.index(text)].count("\n") + 1


def test_a_hall_as_written() -> None:
    hall = parse_hall(SMALL)
    assert hall.hours["mon-fri"] == ["08:30-12:00", "13:30-17:30"]
    assert hall.groups[1].target_minutes == 20
    assert hall.services[0].materials == ("身份证原件", "户口簿")
    assert hall.windows[0].groups == ("B", "A")
    assert hall.rules == Rules(park_minutes=45)
    assert hall.appointments == Appointments(capacity={"A": 2, "B": 2})
    Hall(hall)


def test_the_voice_of_a_hall_and_what_a_zone_has_of_its_own() -> None:
    assert parse_hall(SMALL).voice == Voice()
    text = SMALL.replace('name = "Ground floor"', 'name = "Ground floor"\nvolume = 40')
    hall = parse_hall(
        text + '\n[voice]\nlanguages = ["zh"]\nyao = false\nquiet = ["12:00-13:30"]\n'
    )
    assert hall.voice == Voice(languages=("zh",), yao=False, quiet=("12:00-13:30",))
    assert hall.zones[0].volume == 40


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("volume = 101", "volume: must be from 0 to 100, not 101"),
        ('quiet = ["12:00"]', "quiet: '12:00' is no span of time; write e.g. 12:00-13:30"),
        ('quiet = ["25:00-26:00"]', "quiet: '25:00-26:00' is no span of time"),
        ("repeats = 0", "repeats: must be from 1 to 3, not 0"),
        ('languages = ["fr"]', "languages: Invalid enum value 'fr'"),
        ('phrases = ["birthday"]', "phrases: Invalid enum value 'birthday'"),
        ("loudness = 3", "loudness: unknown key"),
    ],
)
def test_a_wrong_voice_is_refused_by_its_line(line: str, message: str) -> None:
    [mistake] = refused(f"{SMALL}\n[voice]\n{line}\n")
    assert mistake.startswith(f"{SMALL.count(chr(10)) + 3}: voice.{message}")


def test_names_say_something_in_every_language() -> None:
    hall = parse_hall(SMALL)
    assert hall.zones[0].name == {"zh": "Ground floor", "en": "Ground floor"}
    assert hall.groups[0].name == {"zh": "综合", "en": "综合"}
    english = parse_hall(SMALL.replace('routing = "fair"', 'languages = ["en"]'))
    assert english.name == {"en": "County Service Hall"}


GLOSSARY = f"""{SMALL}
[materials]
"户口簿" = {{ en = "Household register" }}
"""


def test_papers_have_names_in_other_languages() -> None:
    """Whether a service asks for them or not; what has no name is called by its text."""
    hall = parse_hall(GLOSSARY + '"结婚证" = { zh = "结婚证书", en = "Marriage certificate" }\n')
    assert hall.materials == {
        "户口簿": {"en": "Household register"},
        "结婚证": {"zh": "结婚证书", "en": "Marriage certificate"},
    }
    assert parse_hall(SMALL).materials == {}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('"结婚证" = "Marriage certificate"', 'say in which language: { en = "…" }'),
        ('"结婚证" = {}', 'say in which language: { en = "…" }'),
        ('"结婚证" = { fr = "Livret" }', "'fr' is no language; there are zh, en"),
        ('"结婚证" = { en = "" }', "must be a text that is not empty"),
        ('"结婚证" = { en = 3 }', "must be a text that is not empty"),
    ],
)
def test_a_wrong_name_of_a_paper_is_refused_by_its_line(line: str, message: str) -> None:
    last = GLOSSARY.count("\n") + 1
    assert refused(f"{GLOSSARY}{line}\n") == [f"{last}: materials.结婚证: {message}"]
    assert refused(f"materials = 3\n{SMALL}") == ["1: materials: write it as a table: [materials]"]


def test_capacity_may_be_set_per_group() -> None:
    hall = parse_hall(SMALL.replace("capacity = 2", "capacity = { B = 4 }"))
    assert hall.appointments is not None
    assert hall.appointments.capacity == {"B": 4}
    assert changed("capacity = 2", "capacity = { X = 4 }") == [
        f"{line_of('capacity')}: appointments.capacity: there is no 'X' in [[groups]] (A, B)"
    ]
    assert "must be from 0 to 10000, not -1" in changed("capacity = 2", "capacity = -1")[0]


@pytest.mark.parametrize(
    ("old", "new", "where", "message"),
    [
        ('id = "main"\n', 'id = "my hall"\n', "hall.id", "is no id"),
        ('"Asia/Shanghai"', '"Asia/Atlantis"', "hall.timezone", "is no time zone"),
        ('"Asia/Shanghai"', '"../etc/passwd"', "hall.timezone", "is no time zone"),
        ('"08:30-12:00"', '"8:30-12"', "hall.hours", "'8:30-12' (mon-fri) is no span"),
        ("sat = []", "saturday = []", "hall.hours", "'saturday' is no day"),
        ("sat = []", "sat = 9", "hall.hours", "must be a list"),
        ('routing = "fair"', 'routing = "unfair"', "hall.routing", "Invalid enum value 'unfair'"),
        ('routing = "fair"', "routng = 1", "hall.routng", "unknown key; there are id, name"),
        ('routing = "fair"', 'languages = ["de"]', "hall.languages", "each language once"),
        ('prefix = "A"', 'prefix = "A1"', "groups.1.prefix", "up to three letters"),
        ('prefix = "A"', 'prefix = ""', "groups.2.prefix", "'' stands in line 14 already"),
        ('name = "Police"', 'name = ""', "groups.2.name", "not empty"),
        ('name = "Police"', 'name = { fr = "x" }', "groups.2.name", "'fr' is no language"),
        ('name = "Police"', f'name = "{"x" * 300}"', "groups.2.name", "300 characters"),
        ('name = "Police"', 'name = "a\\u0007b"', "groups.2.name", "control characters"),
        ("target_minutes = 20", "target_minutes = 0", "groups.2.target_minutes", "from 0.1"),
        ("target_minutes = 20", "target_minutes = nan", "groups.2.target_minutes", "from 0.1"),
        ('group = "B"', 'group = "Q"', "services.1.group", "no 'Q' in [[groups]] (A, B)"),
        ("minutes = 12", 'minutes = "12"', "services.1.minutes", "must be a number, not a text"),
        ("appointments = true", "appointments = 1", "services.1.appointments", "true or false"),
        ('id = "3"', "id = 3", "windows.1.id", 'must be a text in "quotes", not a whole number'),
        ('groups = ["B", "A"]', "groups = []", "windows.1.groups", "at least one group"),
        ('groups = ["B", "A"]', 'groups = ["B", "B"]', "windows.1.groups", "names a group twice"),
        ('id = "senior"', 'id = "normal"', "priorities.1.id", "is a class of every hall"),
        ("slot_minutes = 15", "slot_minutes = 15.5", "appointments.slot_minutes", "whole number"),
        ("tcp://127.0.0.1:9100", "http://printer", "printers.1.url", "write tcp://host:9100"),
        ("tcp://127.0.0.1:9100", "usb://epson", "printers.1.url", "usb://vendor:product"),
        (
            "[[priorities]]",
            '[paper]\ntemplate = "[sizes]\\nnumber = 300"\n[[priorities]]',
            "paper.template",
            "$.sizes.number",
        ),
        ("generic-80mm", "laser", "printers.1.profile", "no profile 'laser'; there are generic"),
        ("park_minutes = 45", "park_hours = 1", "rules.park_hours", "unknown key"),
        ('prefix = "A"', 'prefix = "JF"', "groups.1.prefix", "JF begins payment notices"),
        ('routing = "fair"', 'holidays = "XX"', "hall.holidays", "no calendar of 'XX'"),
        ('routing = "fair"', "measured = { gone = 3 }", "hall.measured", "there is no 'gone'"),
        (
            "minutes = 12",
            'after = ["household-register"]',
            "services.1.after",
            "'household-register' would come after itself",
        ),
        ("minutes = 12", 'after = ["gone"]', "services.1.after", "there is no 'gone'"),
        ("minutes = 12", "questions = 3", "services.1.questions", "a table of its own"),
        (
            "[[windows]]",
            '[[packages]]\nid = "p"\nname = "P"\nservices = ["household-register"]\n[[windows]]',
            "packages.1.services",
            "at least two services",
        ),
    ],
)
def test_each_mistake_is_named_with_its_line(old: str, new: str, where: str, message: str) -> None:
    text = SMALL.replace(old, new, 1)
    key = where.rsplit(".", maxsplit=1)[-1]
    with pytest.raises(HallFileError) as error:
        parse_hall(text)
    mistakes = {m.where: m for m in error.value.mistakes}
    assert set(mistakes) == {where}
    assert message in mistakes[where].message
    assert text.splitlines()[mistakes[where].line - 1].startswith(key)


def test_all_mistakes_are_named_at_once() -> None:
    text = SMALL.replace('group = "B"', 'group = "Q"').replace('id = "3"', "id = 3")
    text = text.replace('zone = "1F"\ngroups', 'zone = "9F"\ngroups') + "\n[garden]\nroses = 3\n"
    assert [message.split(":")[1].strip() for message in refused(text)] == [
        "services.1.group",
        "windows.1.id",
        "windows.1.zone",
        "garden",
    ]


def test_what_is_missing_is_named_at_its_table() -> None:
    assert changed('zone = "1F"\ngroups = ["B", "A"]', 'groups = ["B", "A"]') == [
        f"{line_of('[[windows]]')}: windows.1: zone is missing"
    ]
    assert refused("") == [
        "1: hall: a hall file needs a table [hall]",
    ]
    assert refused("[hall]\n")[0] == "1: hall: id is missing"


def test_tables_of_the_wrong_shape() -> None:
    assert refused("hall = 3")[0] == "1: hall: a hall file needs a table [hall]"
    assert changed("[[zones]]", "[zones]")[0].endswith("as a table of its own: [[zones]]")
    assert changed("[rules]", "[[rules]]")[0].endswith("write it as a table: [rules]")


def test_wrong_syntax_is_named_with_its_line() -> None:
    assert changed("minutes = 12", "minutes = 12 12") == [
        f"{line_of('minutes = 12')}: : Expected newline or end of document after a statement"
    ]
    assert refused('[hall\nid = "x"')[0].startswith("1:")
    assert refused('a = """never closed')[0] == "1: : Unterminated string"


def test_lines_are_right_whatever_stands_before() -> None:
    text = """\
# [[windows]] in a comment
[hall] # id = 3
"id" = "main" ; name = 3
"""
    assert refused(text)[0].startswith("3:")
    text = '''\
title = """
[hall]
id = 1
"""
matrix = [
  "]", # ]
  'hall = 3',
  { a = "}" },
]
hall.id = "main"
hall.name = "x"
hall."timezone" = "Nowhere"

[hall.hours]
mon = ["1"]
'''
    assert refused(text) == [
        "1: title: unknown table; there are " + ", ".join(SECTIONS),
        "5: matrix: unknown table; there are " + ", ".join(SECTIONS),
        "12: hall.timezone: 'Nowhere' is no time zone; write e.g. Asia/Shanghai",
        "14: hall.hours: '1' (mon) is no span of time: write 08:30-12:00",
    ]


def test_a_file_with_windows_line_ends_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "hall.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert read_hall(path) == parse_hall(SMALL)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "hall.toml"
    path.write_bytes(b"[hall]\nname = '\xff'")
    with pytest.raises(HallFileError, match=r"hall.toml: line 2: this is not UTF-8 text"):
        read_hall(path)
    path.write_bytes(b"#" * (4 * 1024 * 1024 + 1))
    with pytest.raises(HallFileError, match="larger"):
        read_hall(path)


def test_the_page_about_the_file_says_what_the_code_reads() -> None:
    page = Path("docs/hall-file.md").read_text("utf-8")
    assert updated(page) == page, "run: python -m kiosk.hallfile.reference docs/hall-file.md"
    example = page.split("```toml\n")[1].split("```")[0]
    Hall(parse_hall(example))


def test_every_field_of_the_model_stands_in_the_table() -> None:
    for name, section in SECTIONS.items():
        fields = {f.name for f in structs.fields(section.struct)}
        tables = set(SECTIONS) if name == "hall" else set()
        assert fields - tables == set(section.fields), name


JUNK = ["3", '"x"', "[]", "{}", "[[1]]", "true", "1979-05-27", "inf", '[{ a = "b" }]', '""']


@given(st.lists(st.tuples(st.integers(0, 80), st.sampled_from([*JUNK, ""])), max_size=4))
def test_whatever_stands_there_the_file_is_read_or_refused_by_line(
    edits: list[tuple[int, str]],
) -> None:
    lines = SMALL.splitlines()
    for number, junk in edits:
        key, _, value = lines[number % len(lines)].partition(" = ")
        lines[number % len(lines)] = f"{key} = {junk}" if value and junk else ""
    try:
        Hall(parse_hall("\n".join(lines)))
    except HallFileError as error:
        for mistake in error.mistakes:
            assert 1 <= mistake.line <= len(lines)
            assert mistake.message


# ── the sample ───────────────────────────────────────────────────────────────────────────────


def test_the_county_hall() -> None:
    hall = county_hall()
    counts = (len(hall.departments), len(hall.services), len(hall.groups), len(hall.windows))
    assert counts == (43, 99, 13, 24)
    assert len(hall.zones) == len(hall.printers) == 2
    assert {s.group for s in hall.services} == {g.id for g in hall.groups}
    served = {group for window in hall.windows for group in window.groups}
    assert served == {g.id for g in hall.groups}
    zones = {g.id: g.zone for g in hall.groups}
    for window in hall.windows:
        assert {zones[g] for g in window.groups} == {window.zone}, window.id
    assert any(len(window.groups) >= 4 for window in hall.windows)
    kinds = {s.kind for s in hall.services}
    assert kinds == {"approval", "convenience", "consultation", "payment"}
    assert sum(s.appointments for s in hall.services) > 10
    assert len(hall.packages) == 3
    assert all((hall.sessions, hall.facilities, hall.outcomes, hall.pauses, hall.days))
    assert all(len(set(s.name.values())) == 2 for s in hall.services)
    Hall(hall)


def test_every_paper_of_the_county_hall_has_an_english_name() -> None:
    hall = county_hall()
    papers = {paper for s in hall.services for paper in s.materials}
    for question in (q for s in hall.services for q in s.questions):
        papers.update(question.yes, question.no)
    assert papers - hall.materials.keys() == set()
    assert all(names["en"].isascii() or "×" in names["en"] for names in hall.materials.values())
    assert len({names["en"] for names in hall.materials.values()}) == len(hall.materials)


# ── the catalogue ────────────────────────────────────────────────────────────────────────────

HEADER = (
    "department_zh,department_en,item_zh,item_en,kind,typical_minutes,materials_zh,"
    "promised_days,fee_yuan,counter_group\n"
)
ROW = (
    "公安局,County Police,居民身份证换领,Renew identity card (lost),approval,10,"
    "身份证;照片,,20,B-公安\n"
)


def test_a_row_becomes_a_service() -> None:
    catalogue = parse_catalogue(HEADER + ROW)
    service = catalogue.services[0]
    assert (service.id, service.group, service.department) == ("renew-identity-card", "B", "police")
    assert (service.minutes, service.promised_days, service.fee_yuan) == (10.0, None, 20.0)
    assert service.materials == ("身份证", "照片")


def test_a_hall_file_may_name_groups_of_the_catalogue_and_describe_them_itself() -> None:
    catalogue = parse_catalogue(HEADER + ROW + ROW.replace("Renew", "Replace").replace("B-", "P-"))
    text = SMALL.replace('groups = ["B", "A"]', 'groups = ["B", "P"]')
    hall = parse_hall(text, catalogue=catalogue)
    assert [g.id for g in hall.groups] == ["A", "B", "P"]
    assert hall.groups[1].name["en"] == "Police"
    assert hall.groups[2].zone == "1F"
    assert [s.id for s in hall.services] == [
        "household-register",
        "renew-identity-card",
        "replace-identity-card",
    ]
    assert hall.appointments is not None
    assert set(hall.appointments.capacity) == {"A", "B", "P"}


def test_a_hall_file_may_say_more_about_a_service_of_the_catalogue() -> None:
    catalogue = parse_catalogue(HEADER + ROW)
    more = '[[services]]\nid = "renew-identity-card"\nappointments = true\n\n[[windows]]'
    service = parse_hall(SMALL.replace("[[windows]]", more), catalogue=catalogue).services[1]
    assert (service.appointments, service.minutes, service.name["zh"]) == (
        True,
        10.0,
        "居民身份证换领",
    )


def test_two_groups_never_share_a_prefix() -> None:
    catalogue = parse_catalogue(HEADER + ROW.replace("B-", "C-"))
    with pytest.raises(HallFileError, match="would begin like those of A"):
        parse_hall(SMALL.replace('prefix = "A"', 'prefix = "C"'), catalogue=catalogue)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("approval", "wish", "line 2: kind: must be approval or convenience"),
        (",10,", ",soon,", "line 2: typical_minutes: must be a number, not 'soon'"),
        (",10,", ",-3,", "line 2: typical_minutes: must be from 0.1"),
        (",20,", ",-1,", "line 2: fee_yuan: must be from 0"),
        ("B-公安", "公安", "line 2: counter_group: write it as"),
        ("居民身份证换领", "", "line 2: item_zh: must be a text"),
        (",B-公安", "", "line 2: has not 10 columns"),
        (",B-公安", ",B-公安,extra", "line 2: has not 10 columns"),
        (ROW, ROW + ROW, "line 3: item_en: stands in line 2 already"),
        (ROW, ROW + ROW.replace("Renew", "New").replace("B-公安", "B-税务"), "line 3: counter_gr"),
        (ROW, "", "line 1: there is no service"),
        ("item_zh,", "", "line 1: columns are missing: .'item_zh'"),
        ("居民身份证换领", '"居民"身份证', "line 2: "),
    ],
)
def test_mistakes_in_a_catalogue(old: str, new: str, message: str) -> None:
    with pytest.raises(HallFileError, match=message):
        parse_catalogue((HEADER + ROW).replace(old, new, 1))
