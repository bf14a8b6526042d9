"""What an installation is told: one `shuyuan.toml`, overridden by `SHUYUAN_...` variables, read into frozen values."""

from __future__ import annotations

import ipaddress
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from .diagnostics import Diagnostic, Place, Refused, did_you_mean, has_errors, ordered
from .model import Lang, Text

FILE = "shuyuan.toml"
PREFIX = "SHUYUAN_"

#: Variables with the prefix that are no settings: where the settings file is, and what the test suite reads.
NO_SETTINGS = frozenset({"SHUYUAN_SETTINGS", "SHUYUAN_SHARED", "SHUYUAN_TEST_DSN", "SHUYUAN_DEEP", "SHUYUAN_CHROMIUM"})

#: Secrets that stand in some manual; whoever copies one has none.
PUBLISHED = ("changeme", "change-me", "secret", "password", "default", "example", "shuyuan", "0123456789", "abcdef")


@dataclass(frozen=True, slots=True)
class Database:
    """url: `sqlite:///FILE` or `postgres://...`; pool: most connections at once (PostgreSQL)."""

    url: str
    pool: int


@dataclass(frozen=True, slots=True)
class Server:
    """base_url: how browsers reach the site, "" for whatever they ask; trusted_proxies: networks whose word counts."""

    host: str
    port: int
    workers: int
    base_url: str
    trusted_proxies: tuple[str, ...]

    @property
    def secure(self) -> bool:
        """Whether the site is reached over https."""
        return self.base_url.startswith("https://")


@dataclass(frozen=True, slots=True)
class Mail:
    """transport: `smtp` sends, `file` writes .eml files to `folder`, `console` prints."""

    transport: Literal["smtp", "file", "console"]
    sender: str
    folder: str
    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str
    password: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """How long a session lasts, what a password needs, how many wrong passwords are let through in 15 minutes."""

    idle_minutes: int
    absolute_hours: int
    password_length: int
    tries: int
    tries_per_address: int
    threads: int
    reset_minutes: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may cost. *_kb, *_mb: thousand / million bytes; rows of one list, export, import."""

    body_kb: int
    upload_mb: int
    rows: int
    export_rows: int
    import_rows: int
    requests_per_minute: int


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an installation is told. secret: key for signatures, "" when the database keeps a generated one."""

    database: Database
    files_folder: str
    server: Server
    mail: Mail
    sign_in: SignIn
    limits: Limits
    timezone: str
    language: Lang
    demo: bool
    log_level: Literal["debug", "info", "warning", "error"]
    secret: str

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the school."""
        return ZoneInfo(self.timezone)


Kind = Literal["text", "integer", "boolean", "texts"]

#: Looks at one value beyond its type; a diagnostic when it cannot be.
Check = Callable[[str, Any, Place], Diagnostic | None]


@dataclass(frozen=True, slots=True)
class Key:
    """One setting: its dotted name, kind, default and what it means."""

    name: str
    kind: Kind
    default: Any
    doc: Text
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()
    check: Check | None = None

    @property
    def variable(self) -> str:
        """The environment variable that overrides it."""
        return PREFIX + self.name.replace(".", "_").upper()


def _database_url(key: str, value: str, place: Place) -> Diagnostic | None:
    parts = _split(value)
    good = parts and (
        (parts.scheme == "sqlite" and len(parts.path) > 1)
        or (parts.scheme in ("postgres", "postgresql") and len(parts.path) > 1)
    )
    shown = f"{parts.scheme}://…" if parts and parts.scheme else "…"  # it may hold a password
    return None if good else Diagnostic("SETTINGS_006", place, {"got": shown})


def _base_url(key: str, value: str, place: Place) -> Diagnostic | None:
    if not value:
        return None
    parts = _split(value)
    why = None
    if not parts or parts.scheme not in ("http", "https") or not parts.hostname:
        why = Text(
            "开头不是 http:// 或 https://，或者没有主机名。", "it does not begin with http:// or https:// and a host."
        )
    elif parts.path or parts.query or parts.fragment or "@" in parts.netloc or value != value.strip():
        why = Text("主机名后面还有别的内容。", "something stands beside the host name.")
    return Diagnostic("SETTINGS_008", place, {"got": value, "why": why}) if why else None


def _split(value: str) -> Any:
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - raises ValueError when it is no number
    except ValueError:
        return None
    return parts


def _timezone(key: str, value: str, place: Place) -> Diagnostic | None:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = near_text(value, available_timezones())
        return Diagnostic("SETTINGS_007", place, {"got": value, "near": near})
    return None


def _networks(key: str, value: tuple[str, ...], place: Place) -> Diagnostic | None:
    for text in value:
        try:
            ipaddress.ip_network(text, strict=False)
        except ValueError:
            return Diagnostic("SETTINGS_009", place, {"got": text})
    return None


def _secret(key: str, value: str, place: Place) -> Diagnostic | None:
    plain = len(value) < 32 or len(set(value)) < 12 or any(p in value.lower() for p in PUBLISHED)
    return Diagnostic("SETTINGS_010", place) if value and plain else None


def _sender(key: str, value: str, place: Place) -> Diagnostic | None:
    address = parseaddr(value)[1]
    good = re.fullmatch(r"[^@\s<>,]+@[^@\s<>,]+", address) and not re.search(r"[\r\n\0]", value)
    return None if good else Diagnostic("SETTINGS_017", place, {"got": value})


def near_text(name: str, known: Iterable[str]) -> Text:
    """ "Did you mean ...?" in both languages; empty when nothing is near."""
    near = did_you_mean(name, known)
    return Text(f"是不是“{near}”？", f'Did you mean "{near}"?') if near else Text()


def _text(name: str, default: str, zh: str, en: str, check: Check | None = None, choices: str = "") -> Key:
    return Key(name, "text", default, Text(zh, en), choices=tuple(choices.split()), check=check)


def _count(name: str, default: int, low: int, high: int, zh: str, en: str) -> Key:
    return Key(name, "integer", default, Text(zh, en), low, high)


KEYS: tuple[Key, ...] = (
    _text("timezone", "Asia/Shanghai", "学校所在时区。", "Time zone of the school.", _timezone),
    _text("language", "zh", "没有选择语言的人看到的语言。", "Language of whoever has not chosen one.", choices="zh en"),
    Key("demo", "boolean", False,
        Text("装入演示学校；密码公开，只能在本机使用。",
             "Load the demo school; its passwords are known, so it serves this machine only.")),
    _text("log_level", "info", "日志详细程度。", "How much is logged.", choices="debug info warning error"),
    _text("secret", "", "签名密钥；留空则自动生成并存入数据库。",
          "Key for signatures; left empty, one is made and kept in the database.", _secret),
    _text("database.url", "sqlite:///shuyuan.sqlite3",
          "数据库地址：sqlite:///文件名 或 postgres://用户:密码@主机/库名。",
          "Where the database is: sqlite:///FILE or postgres://USER:PASSWORD@HOST/NAME.", _database_url),
    _count("database.pool", 10, 1, 200, "每个进程最多使用的 PostgreSQL 连接数。",
           "Most PostgreSQL connections of one process."),
    _text("files.folder", "files", "上传文件的存放目录。", "Folder for uploaded files."),
    _text("server.host", "127.0.0.1", "监听地址；0.0.0.0 表示所有网卡。", "Address to listen at; 0.0.0.0 for all."),
    _count("server.port", 8000, 1, 65535, "监听端口。", "Port to listen at."),
    _count("server.workers", 1, 1, 64, "工作进程数。", "Number of worker processes."),
    _text("server.base_url", "",
          "浏览器访问本站的地址，例如 https://school.example.cn；用于邮件里的链接和来源检查。",
          "How browsers reach the site, such as https://school.example.cn; used for links in mail and to check "
          "where a form came from.", _base_url),
    Key("server.trusted_proxies", "texts", (),
        Text("反向代理的地址或网段；只采信它们报告的客户端地址和 https。",
             "Addresses or networks of reverse proxies; only they are believed about the client's address and https."),
        check=_networks),
    _text("mail.transport", "console", "smtp 发送，file 写成 .eml 文件，console 打印。",
          "smtp sends, file writes .eml files, console prints.", choices="smtp file console"),
    _text("mail.sender", "书院 <shuyuan@localhost>", "发件人。", "Who mail comes from.", _sender),
    _text("mail.folder", "mail", "transport 为 file 时邮件写入的目录。",
          "Folder that mail is written to with transport file."),
    _text("mail.host", "", "邮件服务器。", "Mail server."),
    _count("mail.port", 587, 1, 65535, "邮件服务器端口。", "Port of the mail server."),
    _text("mail.security", "starttls", "加密方式。", "How the connection is encrypted.", choices="starttls tls none"),
    _text("mail.user", "", "邮件服务器账号。", "Account at the mail server."),
    _text("mail.password", "", "邮件服务器密码；建议用环境变量给出。",
          "Password at the mail server; better given by the environment."),
    _count("sign_in.idle_minutes", 120, 5, 1440, "多少分钟没有操作后需要重新登录。",
           "Minutes without a request after which a session ends."),
    _count("sign_in.absolute_hours", 12, 1, 720, "登录后最多多少小时需要重新登录。",
           "Hours after which a session ends in any case."),
    _count("sign_in.password_length", 10, 8, 64, "密码最少几个字符。", "Fewest characters of a password."),
    _count("sign_in.tries", 8, 3, 100, "同一账号在同一地址 15 分钟内允许的错误次数。",
           "Wrong passwords let through in 15 minutes for one account from one address."),
    _count("sign_in.tries_per_address", 300, 10, 100000, "同一地址 15 分钟内允许的错误总数；常用设备不受影响。",
           "Wrong passwords let through in 15 minutes from one address over all accounts; "
           "known devices are not affected."),
    _count("sign_in.threads", 2, 1, 32, "同时核对密码的线程数。", "Threads that check passwords at the same time."),
    _count("sign_in.reset_minutes", 1440, 5, 10080, "重置码的有效分钟数。", "Minutes that a reset code can be used."),
    _count("limits.body_kb", 1000, 16, 20000, "一次请求（不含上传）最多多少千字节。",
           "Largest request without uploads, in thousand bytes."),
    _count("limits.upload_mb", 50, 1, 2000, "一个上传文件最多多少兆字节。",
           "Largest uploaded file, in million bytes."),
    _count("limits.rows", 200, 10, 1000, "一页列表最多多少行。", "Most rows of one page of a list."),
    _count("limits.export_rows", 50000, 100, 1000000, "一次导出最多多少行。", "Most rows of one export."),
    _count("limits.import_rows", 100000, 100, 2000000, "一次导入最多多少行。", "Most rows of one import."),
    _count("limits.requests_per_minute", 600, 30, 100000,
           "一个人（未登录时：一个地址）每分钟最多多少次请求。",
           "Most requests a minute of one person, or of one address while signed out."),
)  # fmt: skip

_BY_NAME: Mapping[str, Key] = {key.name: key for key in KEYS}
_SECTIONS = frozenset(key.name.split(".")[0] for key in KEYS if "." in key.name)


def read(text: str, env: Mapping[str, str], file: str = FILE) -> tuple[Settings | None, tuple[Diagnostic, ...]]:
    """The settings written in the TOML `text` and overridden by `env`, with everything that is wrong or doubtful.

    The settings are None exactly when one of the diagnostics is an error.
    """
    found: list[Diagnostic] = []
    values = {key.name: key.default for key in KEYS}
    places: dict[str, Place] = {}
    for name, raw, place in (*_written(text, file, found), *_overrides(env, found)):
        value, problem = _cast(_BY_NAME[name], raw, place)
        places[name] = place
        if problem:
            found.append(problem)
        else:
            values[name] = value
    found += _together(values, places)
    return (None if has_errors(found) else _built(values)), ordered(found)


def check(text: str, env: Mapping[str, str], file: str = FILE) -> tuple[Diagnostic, ...]:
    """Everything that is wrong or doubtful about the TOML `text` and the variables of `env`."""
    return read(text, env, file)[1]


def load(path: Path | None, env: Mapping[str, str]) -> Settings:
    """The settings of the file at `path` (None: of `SHUYUAN_SETTINGS`, else `shuyuan.toml` here if there is one).

    Raises Refused with every error at once.
    """
    named = path or (Path(env["SHUYUAN_SETTINGS"]) if env.get("SHUYUAN_SETTINGS") else None)
    file = named or Path(FILE)
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        if named:
            raise Refused(Diagnostic("SETTINGS_016", Place(), {"file": str(named)})) from None
        text = ""
    except (UnicodeDecodeError, OSError) as error:
        raise Refused(Diagnostic("SETTINGS_001", Place(str(file)), {"why": str(error)})) from None
    settings, diagnostics = read(text, env, str(file))
    if settings is None:
        raise Refused(diagnostics)
    return settings


@cache
def defaults() -> Settings:
    """The settings of an installation that was told nothing."""
    settings, _ = read("", {})
    if settings is None:
        raise AssertionError("the defaults break their own rules")
    return settings


def _written(text: str, file: str, found: list[Diagnostic]) -> list[tuple[str, Any, Place]]:
    try:
        tree = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        where = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(where[1]), int(where[2])) if where else (text.count("\n") + 1, 0)
        why = re.sub(r" \(at .*\)$", "", str(error)) or "too deeply nested"
        found.append(Diagnostic("SETTINGS_001", Place(file, line, column), {"why": why}))
        return []
    lines = _lines(text)
    given: list[tuple[str, Any, Place]] = []
    for top, value in tree.items():
        pairs = {f"{top}.{k}": v for k, v in value.items()} if isinstance(value, dict) and value else {top: value}
        for name, raw in pairs.items():
            place = Place(file, lines.get(name) or lines.get(top, 0), 0, name)
            if name in _BY_NAME:
                given.append((name, raw, place))
            elif not (name in _SECTIONS and raw == {}):
                found.append(Diagnostic("SETTINGS_002", place, {"key": name, "near": near_text(name, _BY_NAME)}))
    return given


def _lines(text: str) -> dict[str, int]:
    """Dotted name -> line it is written on; good enough to point at, not a TOML parser."""
    lines: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if head := re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line):
            section = head[1].strip("\"'")
            lines.setdefault(section, number)
        elif key := re.match(r"\s*([A-Za-z0-9_.\"' -]+?)\s*=", line):
            name = re.sub(r"[\"' ]", "", key[1])
            lines.setdefault(f"{section}.{name}" if section else name, number)
    return lines


def _overrides(env: Mapping[str, str], found: list[Diagnostic]) -> list[tuple[str, Any, Place]]:
    known = {key.variable: key for key in KEYS}
    given: list[tuple[str, Any, Place]] = []
    for variable in sorted(v for v in env if v.startswith(PREFIX) and v not in NO_SETTINGS):
        place = Place(path=variable)
        if key := known.get(variable):
            given.append((key.name, _from_variable(key, env[variable]), place))
        else:
            found.append(Diagnostic("SETTINGS_013", place, {"key": variable, "near": near_text(variable, known)}))
    return given


def _from_variable(key: Key, text: str) -> Any:
    """The value a variable's text stands for; the text itself when it stands for none, to be refused by its kind."""
    if key.kind == "integer" and re.fullmatch(r"-?[0-9]{1,18}", text.strip()):
        return int(text)
    if key.kind == "boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(text.strip().lower(), text)
    if key.kind == "texts":
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


_WANTED: Mapping[Kind, tuple[Text, str]] = {
    "text": (Text("英文双引号里的一段文字", "text in double quotes"), '{name} = "{default}"'),
    "integer": (Text("一个整数", "a whole number"), "{name} = {default}"),
    "boolean": (Text("true 或 false", "true or false"), "{name} = false"),
    "texts": (Text("一列文字", "a list of texts"), '{name} = ["10.0.0.1"]'),
}


def _cast(key: Key, raw: Any, place: Place) -> tuple[Any, Diagnostic | None]:
    value: Any = raw
    if key.kind == "texts" and isinstance(raw, list) and all(isinstance(item, str) for item in raw):
        value = tuple(raw)
    fits = {
        "text": isinstance(raw, str) and "\0" not in str(raw),
        "integer": isinstance(raw, int) and not isinstance(raw, bool),
        "boolean": isinstance(raw, bool),
        "texts": isinstance(value, tuple),
    }[key.kind]
    # The value of a secret or password is never repeated in a message.
    got = "…" if key.name in ("secret", "mail.password", "database.url") else repr(raw)[:60]
    if not fits:
        want, example = _WANTED[key.kind]
        shown = example.format(name=key.name.split(".")[-1], default=key.default)
        return None, Diagnostic("SETTINGS_003", place, {"key": key.name, "want": want, "got": got, "example": shown})
    if key.kind == "integer" and key.high and not key.low <= value <= key.high:
        args = {"key": key.name, "got": value, "low": key.low, "high": key.high, "default": key.default}
        return None, Diagnostic("SETTINGS_004", place, args)
    if key.choices and value not in key.choices:
        args = {"key": key.name, "got": got, "choices": ", ".join(key.choices), "near": near_text(value, key.choices)}
        return None, Diagnostic("SETTINGS_005", place, args)
    problem = key.check(key.name, value, place) if key.check else None
    return value, problem


def _together(values: Mapping[str, Any], places: Mapping[str, Place]) -> list[Diagnostic]:
    """What is wrong with settings that are each right."""
    found: list[Diagnostic] = []
    if values["demo"] and not is_loopback(values["server.host"]):
        found.append(Diagnostic("SETTINGS_011", places.get("demo", Place()), {"host": values["server.host"]}))
    if values["mail.transport"] == "smtp" and not values["mail.host"]:
        place = places.get("mail.transport", Place())
        found.append(Diagnostic("SETTINGS_012", place, {"key": "mail.host"}))
    if values["server.workers"] > 1 and values["database.url"].startswith("sqlite"):
        place = places.get("server.workers", Place())
        found.append(Diagnostic("SETTINGS_014", place, {"got": values["server.workers"]}))
    for key, other, factor in (("sign_in.idle_minutes", "sign_in.absolute_hours", 60),):
        if values[key] > values[other] * factor:
            args = {"key": key, "got": values[key], "other": other, "limit": values[other]}
            found.append(Diagnostic("SETTINGS_015", places.get(key, Place()), args))
    return found


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _built(values: Mapping[str, Any]) -> Settings:
    def section(name: str) -> dict[str, Any]:
        return {k.removeprefix(name + "."): v for k, v in values.items() if k.startswith(name + ".")}

    return Settings(
        database=Database(**section("database")),
        files_folder=values["files.folder"],
        server=Server(**section("server")),
        mail=Mail(**section("mail")),
        sign_in=SignIn(**section("sign_in")),
        limits=Limits(**section("limits")),
        timezone=values["timezone"],
        language=values["language"],
        demo=values["demo"],
        log_level=values["log_level"],
        secret=values["secret"],
    )


def listed(settings: Settings) -> tuple[tuple[Key, Any], ...]:
    """Every setting with its value; what is secret in it is left out."""
    found = []
    for key in KEYS:
        value: Any = settings
        for name in ("files_folder",) if key.name == "files.folder" else key.name.split("."):
            value = getattr(value, name)
        if key.name in ("secret", "mail.password") and value:
            value = "…"
        elif key.name == "database.url":
            value = re.sub(r"(//[^:/@]*):[^@]*@", r"\1:…@", value)
        found.append((key, value))
    return tuple(found)


def reference() -> str:
    """`docs/reference/settings.md`: every setting with its variable, kind, range and default."""
    kinds = {"text": "text", "integer": "whole number", "boolean": "true or false", "texts": "list of texts"}
    out = [
        "# Settings",
        "",
        "An installation reads one file, `shuyuan.toml` in the folder it is started in (or the file named by",
        "`SHUYUAN_SETTINGS`). Every setting has a default, so the file may be missing. A variable of the environment",
        "overrides the file. Everything that is wrong is named at once, with its line, before anything starts.",
        "",
        "```toml",
        'timezone = "Asia/Shanghai"',
        "",
        "[database]",
        'url = "postgres://shuyuan:…@localhost/shuyuan"',
        "",
        "[server]",
        'base_url = "https://school.example.cn"',
        'trusted_proxies = ["127.0.0.1"]',
        "```",
        "",
    ]
    for section in ("", *sorted(_SECTIONS)):
        out += [f"## [{section}]" if section else "## Top of the file", ""]
        out += ["| Setting | Variable | Kind | Default | Meaning |", "|---|---|---|---|---|"]
        for key in KEYS:
            head, _, name = key.name.rpartition(".")
            if head == section:
                kind = ", ".join(f"`{c}`" for c in key.choices) or kinds[key.kind]
                kind += f", {key.low} to {key.high}" if key.high else ""
                default = f"`{str(key.default).lower() if key.kind == 'boolean' else key.default}`"
                default = "empty" if key.default in ("", ()) else default
                out.append(f"| `{name}` | `{key.variable}` | {kind} | {default} | {key.doc.zh} {key.doc.en} |")
        out.append("")
    return "\n".join(out)
