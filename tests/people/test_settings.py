"""One settings file, overridden by the environment, with every mistake named at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shuyuan.engine.diagnostics import Refused, catalogue, has_errors, words
from shuyuan.engine.settings import FILE, KEYS, check, defaults, load, read, reference

ROOT = Path(__file__).resolve().parents[2]

#: TOML, environment -> codes with line (0: none), in report order.
CASES: list[tuple[str, dict[str, str], list[tuple[str, int]]]] = [
    ("", {}, []),
    ('timezone = "Asia/Shanghai"\n[server]\nport = 80\n', {}, []),
    ("[server\nport = 80", {}, [("SETTINGS_001", 1)]),
    ("a = 1\na = 2", {}, [("SETTINGS_001", 2)]),
    ("[server]\nprot = 80\n", {}, [("SETTINGS_002", 2)]),
    ("[sever]\nport = 80\n", {}, [("SETTINGS_002", 2)]),
    ("[limits]\n\nrows = 1\nbody_kb = 9999999", {}, [("SETTINGS_004", 3), ("SETTINGS_004", 4)]),
    ('[server]\nport = "80"\nhost = 1', {}, [("SETTINGS_003", 2), ("SETTINGS_003", 3)]),
    ("demo = 1", {}, [("SETTINGS_003", 1)]),
    ("[server]\nworkers = true", {}, [("SETTINGS_003", 2)]),
    ('language = "cn"', {}, [("SETTINGS_005", 1)]),
    ('[mail]\ntransport = "smpt"', {}, [("SETTINGS_005", 2)]),
    ('[mail]\ntransport = "smtp"', {}, [("SETTINGS_012", 2)]),
    ('[mail]\ntransport = "smtp"\nhost = "mail"', {}, []),
    ('[mail]\nsender = "nobody"', {}, [("SETTINGS_017", 2)]),
    ('[mail]\nsender = "a@b.cn\\r\\nBcc: c@d.cn"', {}, [("SETTINGS_017", 2)]),
    ('[database]\nurl = "mysql://root:hunter2@x/y"', {}, [("SETTINGS_006", 2)]),
    ('[database]\nurl = "sqlite://"', {}, [("SETTINGS_006", 2)]),
    ('[database]\nurl = "postgres://h:99999999/x"', {}, [("SETTINGS_006", 2)]),
    ('timezone = "Asia/Shanghia"', {}, [("SETTINGS_007", 1)]),
    ('timezone = "../../etc/passwd"', {}, [("SETTINGS_007", 1)]),
    ('[server]\nbase_url = "school.cn"', {}, [("SETTINGS_008", 2)]),
    ('[server]\nbase_url = "https://a.cn/path"', {}, [("SETTINGS_008", 2)]),
    ('[server]\nbase_url = "https://u:p@a.cn"', {}, [("SETTINGS_008", 2)]),
    ('[server]\nbase_url = "javascript:alert(1)"', {}, [("SETTINGS_008", 2)]),
    ('[server]\ntrusted_proxies = ["10.0.0.0/8", "proxy"]', {}, [("SETTINGS_009", 2)]),
    ('[server]\ntrusted_proxies = "10.0.0.1"', {}, [("SETTINGS_003", 2)]),
    ('demo = true\n[server]\nhost = "0.0.0.0"', {}, [("SETTINGS_011", 1)]),
    ('demo = true\n[server]\nhost = "127.0.0.1"', {}, []),
    ("[server]\nworkers = 4", {}, [("SETTINGS_014", 2)]),
    ("[sign_in]\nidle_minutes = 600\nabsolute_hours = 1", {}, [("SETTINGS_015", 2)]),
    ("", {"SHUYUAN_SERVER_PORT": "8080", "SHUYUAN_DATABASE_URL": "postgres://u:p@h/db", "PATH": "x"}, []),
    ("", {"SHUYUAN_SERVER_PORT": "eighty"}, [("SETTINGS_003", 0)]),
    ("", {"SHUYUAN_SERVER_PROT": "80"}, [("SETTINGS_013", 0)]),
    ("", {"SHUYUAN_DEMO": "maybe"}, [("SETTINGS_003", 0)]),
    ("", {"SHUYUAN_SHARED": "/x", "SHUYUAN_DEEP": "1"}, []),
]


@pytest.mark.parametrize(("text", "env", "expected"), CASES)
def test_each_mistake_is_named_with_its_line(text: str, env: dict[str, str], expected: list[tuple[str, int]]) -> None:
    found = check(text, env)
    assert [(d.code, d.place.line) for d in found] == expected
    for diagnostic in found:
        for lang in ("zh", "en"):
            said = words(diagnostic, lang)
            assert "{" not in said.what + said.remedy and said.remedy


def test_a_near_miss_is_recognised() -> None:
    (found,) = check("[server]\nprot = 80\n", {})
    assert 'Did you mean "server.port"?' in words(found, "en").what
    assert "是不是“server.port”？" in words(found, "zh").what


@pytest.mark.parametrize(
    "secret",
    ["changeme", "x" * 40, "secret" * 8, "0123456789abcdef0123456789abcdef", "shuyuan-shuyuan-shuyuan-shuyuan-1", "短"],
)
def test_a_published_or_plain_secret_is_refused(secret: str) -> None:
    assert [d.code for d in check(f'secret = "{secret}"', {})] == ["SETTINGS_010"]


def test_a_random_secret_is_taken_and_passwords_are_not_repeated() -> None:
    settings, found = read('secret = "pK3v9QzL0mWx7TbY2rNc5HsJ8dGf4aUe"', {})
    assert settings and settings.secret and not found
    for text in ("secret = 17", '[database]\nurl = "mysql://root:hunter2@x/y"', "[mail]\npassword = 5"):
        said = " ".join(words(d, lang).what for d in check(text, {}) for lang in ("zh", "en"))
        assert "hunter2" not in said and "17" not in said


def test_a_variable_wins_over_the_file() -> None:
    settings, _ = read(
        '[server]\nport = 1\ntrusted_proxies = ["10.0.0.1"]',
        {
            "SHUYUAN_SERVER_PORT": "9000",
            "SHUYUAN_SERVER_TRUSTED_PROXIES": "127.0.0.1, 10.1.0.0/16",
            "SHUYUAN_DEMO": "1",
        },
    )
    assert settings
    assert (settings.server.port, settings.server.trusted_proxies) == (9000, ("127.0.0.1", "10.1.0.0/16"))
    assert settings.demo and not settings.server.secure and str(settings.zone) == "Asia/Shanghai"


@given(st.text(max_size=200))
def test_any_text_gives_settings_or_reasons(text: str) -> None:
    settings, found = read(text, {})
    assert (settings is None) == has_errors(found)


@given(st.sampled_from([k.variable for k in KEYS]), st.text(max_size=60))
def test_any_value_of_a_variable_gives_settings_or_reasons(variable: str, value: str) -> None:
    settings, found = read("", {variable: value})
    assert (settings is None) == has_errors(found)


def test_a_named_file_must_exist_and_an_unnamed_one_need_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(None, {}) == defaults()
    with pytest.raises(Refused, match="SETTINGS_016"):
        load(tmp_path / "none.toml", {})
    (tmp_path / FILE).write_bytes(b"\xff\xfe")
    with pytest.raises(Refused, match="SETTINGS_001"):
        load(None, {})
    (tmp_path / "mine.toml").write_text('language = "en"', encoding="utf-8")
    assert load(None, {"SHUYUAN_SETTINGS": str(tmp_path / "mine.toml")}).language == "en"


def test_the_reference_page_is_the_table_of_keys() -> None:
    page = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    assert page == reference(), "write reference() of engine.settings to docs/reference/settings.md"
    assert all(f"`{key.variable}`" in page and key.doc.zh and key.doc.en for key in KEYS)


def test_every_message_about_settings_can_happen() -> None:
    seen = {d.code for text, env, _ in CASES for d in check(text, env)} | {"SETTINGS_010", "SETTINGS_016"}
    assert seen == {code for code in catalogue() if code.startswith("SETTINGS_")}
    assert all(re.fullmatch(r"[a-z_.]+", key.name) for key in KEYS)
