"""Markup in every text of a record and of a definition is text on every page: over HTTP, and in a real browser."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from markupsafe import escape
from shuyuan.engine import install
from shuyuan.engine.definition import shipped

from tests.web.live import Live
from tests.web.records.browsing import ids, submit
from tests.web.site import Site

#: Each sets a mark when it runs, so that a browser tells.
PAYLOADS = (
    "<script>window.pwned=1</script>",
    '"><img src=x onerror="window.pwned=1">',
    "'><svg onload=window.pwned=1>",
    "</textarea><script>window.pwned=1</script>",
    "</title><script>window.pwned=1</script>",
    "javascript:window.pwned=1",
    '" autofocus onfocus="window.pwned=1',
    "<iframe srcdoc='<script>parent.pwned=1</script>'>",
    '<a href="javascript:window.pwned=1">x</a>',
    "{{constructor.constructor('window.pwned=1')()}}",
    '<div hx-get="/x" hx-on:load="window.pwned=1">',
    "<style>*{display:none}</style>",
)
FIELDS = ("former_name", "previous_school", "address", "health_note", "remark", "dorm")


class Scan(HTMLParser):
    """What of a page would run."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in ("iframe", "object", "embed", "style") or (tag == "script" and "src" not in values):
            self.found.append(tag)
        for name, value in values.items():
            runs = name in ("href", "src", "action", "formaction") and value.strip().lower().startswith("javascript:")
            if name.startswith(("on", "hx-on")) or name == "style" or runs:
                self.found.append(f"{tag} {name}={value[:40]}")


async def written(site: Site, payload: str) -> int:
    """A student with the payload in every text there is."""
    visitor = await site.signed_in("registrar.east")
    number = ids(await visitor.get("/r/student?view=students&boarding=boarder"))[0]
    changes = {f: payload[:60] if f in ("former_name", "dorm") else payload for f in FIELDS}
    changes |= {"name": payload[:60], "guardians/0/name": payload[:60]}
    answer = await submit(
        visitor, f"/r/student/{number}/edit", **{k: v[:40] if k == "dorm" else v for k, v in changes.items()}
    )
    assert answer.status_code == 303, answer.text[:300]
    return number


def addresses(number: int, payload: str) -> tuple[str, ...]:
    """Every page of a record, and pages whose address holds the payload."""
    said = quote(payload)
    return (
        f"/r/student/{number}",
        f"/r/student/{number}/edit",
        f"/r/student/{number}/history",
        f"/r/student/{number}/reveal?field=resident_id",
        "/r/student?view=students&fields=name,former_name,dorm,remark,address&group=dorm",
        f"/r/student?q={said}",
        f"/r/student?previous_school.contains={said}",
        f"/r/student?{said}=1",
        f"/r/student/new?former_name={said}&remark={said}",
        f"/r/student/options?field={said}&q={said}&id={said}",
        f"/r/student/options?field=class&q={said}&id={said}",
        f"/r/student/views?former_name={said}",
        f"/why?entity={said}&operation={said}",
    )


@pytest.mark.parametrize("payload", PAYLOADS)
async def test_nothing_that_was_typed_is_markup_on_any_page(site: Site, payload: str) -> None:
    number = await written(site, payload)
    visitor = await site.signed_in("registrar.east")
    for path in addresses(number, payload):
        answer = await visitor.get(path)
        assert answer.status_code < 500, path
        assert Scan(answer.text).found == [], path
    refused = await submit(visitor, f"/r/student/{number}/edit", email=payload, phone=payload, resident_id=payload)
    assert refused.status_code == 422 and Scan(refused.text).found == []


@pytest.mark.parametrize("payload", PAYLOADS[:4])
async def test_nothing_in_a_definition_is_markup_on_any_page(site: Site, payload: str) -> None:
    documents, _ = shipped("school")
    quoted = payload.replace('"', '\\"')
    changed = {}
    for path, text in documents.items():
        for title in ("姓名", "班级", "基本信息", "在读", "在读学生", "健康提示", "监护人", "走读", "修改学生信息"):
            text = text.replace(f"zh: {title},", f'zh: "{quoted}",')
        changed[path] = text
    assert changed != documents
    engine = site.school.engine
    await install(engine.work(), changed)
    await engine.refresh()
    visitor = await site.signed_in("registrar.east")
    number = (await site.school.ids("student"))[0]
    for path in (*addresses(number, "x")[:6], "/r/student/new", "/r/student/export", "/"):
        answer = await visitor.get(path)
        assert answer.status_code < 500 and Scan(answer.text).found == [], path
    assert escape(payload) in (await visitor.get("/r/student?view=students")).text


@pytest.mark.browser
async def test_nothing_runs_in_a_browser(live: Live) -> None:
    site = Site(live.school, None)
    site.app = __import__("shuyuan.web.app", fromlist=["create_app"]).create_app(live.school.engine)
    number = await written(site, PAYLOADS[1])
    look = await live.look("registrar.east")
    for path in addresses(number, PAYLOADS[1])[:9]:
        await look.go(path)
        assert await look.page.evaluate("window.pwned") is None, path
    await look.go("/r/student/new")
    await look.page.locator("#f-class").click()
    await look.page.keyboard.press("ArrowDown")
    await look.page.locator("#f-class-o [role=option]").first.wait_for()
    assert await look.page.evaluate("window.pwned") is None
    assert [c for c in look.complaints if "Content Security" in c] == []
