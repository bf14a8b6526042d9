"""What is served under /static, and that it is what it says it is."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest
from shuyuan.web.render.assets import FOLDER, asset, assets, serve
from starlette.applications import Starlette
from starlette.routing import Route

CSS = (FOLDER / "css/shuyuan.css").read_text(encoding="utf-8")
JS = (FOLDER / "js/shuyuan.js").read_text(encoding="utf-8")
RULES = re.sub(r"/\*.*?\*/", "", CSS, flags=re.S)


def client() -> httpx.AsyncClient:
    app = Starlette(routes=[Route("/static/{path:path}", serve)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://school.test")


def test_what_others_wrote_is_byte_for_byte_what_they_published() -> None:
    listed = dict(reversed(line.split()) for line in (FOLDER / "vendor/SHA256SUMS").read_text().splitlines())
    found = {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in (FOLDER / "vendor").glob("*.js")}
    assert found == listed


def test_everything_others_wrote_comes_with_its_licence() -> None:
    named = {f.name.split("-")[0] for f in (FOLDER / "vendor").glob("*.js")}
    assert named == {f.stem for f in (FOLDER / "vendor").glob("*.LICENSE")}


async def test_an_asset_is_kept_for_ever_at_an_address_that_names_its_content() -> None:
    address = asset("css/shuyuan.css")
    async with client() as visit:
        answer = await visit.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-encoding"] == "gzip" and answer.text == CSS
        plain = await visit.get(address, headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers and plain.text == CSS
        assert hashlib.sha256(plain.content).hexdigest()[:10] in address


@pytest.mark.parametrize(
    "path", ["/static/css/shuyuan.css", "/static/../env.py", "/static/vendor/SHA256SUMS", "/static/"]
)
async def test_no_other_address_is_answered(path: str) -> None:
    async with client() as visit:
        assert (await visit.get(path)).status_code == 404


def test_asking_for_an_asset_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        asset("css/other.css")


def test_every_icon_is_drawn_once_and_the_sprite_itself_shows_the_logo() -> None:
    root = ElementTree.parse(FOLDER / "icons.svg").getroot()
    names = [s.get("id") for s in root.iter("{http://www.w3.org/2000/svg}symbol")]
    assert len(names) == len(set(names)) >= 40
    assert root[-1].get("href") == "#logo"


# --- what old browsers know: Chrome 94 and Safari 15.4, the floor of the web views in use ----------------------------


@pytest.mark.parametrize(
    "newer",
    [
        r"@layer", r":has\(", r"light-dark\(", r"color-mix\(", r"@container", r"\d(dvh|svh|lvh|dvw)\b", r"@scope",
        r"@media[^{]*[<>]", r"text-wrap:", r"\bsubgrid\b", r"@property", r"oklch\(", r"^\s*&", r"field-sizing",
        r"@import", r"url\(http",
    ],
)  # fmt: skip
def test_the_style_sheet_does_without(newer: str) -> None:
    assert not re.search(newer, RULES, re.M)


@pytest.mark.parametrize(
    "newer",
    [
        r"structuredClone", r"\.findLast", r"\.requestSubmit", r"\.toSorted", r"\binert\b", r"popover", r"\.groupBy",
        r"Array\.fromAsync", r"\beval\(", r"new Function", r"innerHTML\s*=", r"document\.write", r"\.style\b",
        r"localStorage", r"sessionStorage",
    ],
)  # fmt: skip
def test_the_script_does_without(newer: str) -> None:
    assert not re.search(newer, JS)


def test_style_and_script_stay_small() -> None:
    packed = {path: len(a.packed) for path, a in assets().items()}
    assert packed["css/shuyuan.css"] <= 10 * 1024
    assert packed["js/shuyuan.js"] <= 8 * 1024
    assert packed["icons.svg"] <= 4 * 1024
    assert all(len(gzip.decompress(a.packed)) == len(a.body) for a in assets().values())


# --- colours ---------------------------------------------------------------------------------------------------------


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})\b", block))


def themes() -> list[tuple[str, dict[str, str]]]:
    light, media, chosen = (
        re.search(pattern, RULES, re.S | re.M)
        for pattern in (
            r"^:root \{(.*?)\}",
            r"not\(\[data-theme=light\]\) \{(.*?)\}",
            r":root\[data-theme=dark\] \{(.*?)\}",
        )
    )
    assert light and media and chosen
    assert tokens(media[1]) == tokens(chosen[1]), "dark by choice and dark by the machine are the same"
    return [("light", tokens(light[1])), ("dark", tokens(light[1]) | tokens(chosen[1]))]


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


GROUNDS = ("ground", "card", "sunk", "tint")
TEXT = [(ink, ground) for ink in ("ink", "soft-ink", "accent") for ground in GROUNDS] + [
    ("on-accent", "accent"), ("on-accent", "accent-deep"), ("on-bar", "bar"), ("card", "bad"),
    *((tone, f"{tone}-bg") for tone in ("ok", "info", "warn", "bad", "muted")),
    *(("ink", f"{tone}-bg") for tone in ("ok", "info", "warn", "bad", "muted")),
    ("bad", "card"), ("bad", "ground"),
]  # fmt: skip
EDGES = [
    ("edge", "card"),
    ("edge", "ground"),
    ("focus", "card"),
    ("focus", "ground"),
    ("accent", "card"),
    ("bad", "card"),
]


@pytest.mark.parametrize(("theme", "colours"), themes())
def test_text_and_edges_stand_out_from_their_ground(theme: str, colours: dict[str, str]) -> None:
    faint = {
        f"{a} on {b}": round(contrast(colours[a], colours[b]), 2)
        for a, b in TEXT
        if contrast(colours[a], colours[b]) < 4.5
    }
    faint |= {
        f"{a} by {b}": round(contrast(colours[a], colours[b]), 2)
        for a, b in EDGES
        if contrast(colours[a], colours[b]) < 3
    }
    assert faint == {}


def test_every_colour_variable_that_is_used_is_set() -> None:
    used = set(re.findall(r"var\(--([a-z-]+)", RULES))
    assert used <= set(re.findall(r"--([a-z-]+):", RULES))


def test_every_class_in_the_style_sheet_is_worn_somewhere() -> None:
    known = {c for selector in re.findall(r"([^{}]+)\{", RULES) for c in re.findall(r"\.([a-z][a-z-]*)", selector)}
    web = Path(FOLDER).parent
    places = [*(web / "templates").rglob("*.html"), *(web / "render").glob("*.py"), *(web / "pages").glob("*.py")]
    sources = [p.read_text(encoding="utf-8") for p in places] + [JS]
    worn = set(re.findall(r"[a-z][a-z-]*", " ".join(sources)))
    assert known - worn - {"htmx-request"} == set()
