"""What every page stands on: parts and whole pages, words over a redirect, refusals, running again."""

from __future__ import annotations

from typing import Any

import pytest
from shuyuan.engine import Diagnostic, Place, Refused
from shuyuan.engine.model import Sql
from shuyuan.engine.ops.work import Moved
from shuyuan.engine.store import Run
from shuyuan.web.pages.page import Page, get, post
from shuyuan.web.render.values import Toast
from shuyuan.web.session import nested
from starlette.responses import JSONResponse, Response

from tests.school import School
from tests.web.site import BASE, Site, site_of, title_of, toasts_of, words_of

#: What the probe pages do, changed by tests.
RUNS: list[str] = []
MOVES: list[int] = []


async def search(page: Page) -> Response:
    return page.show("search.html", q=page.query.get("q", ""), groups=())


async def numbered(page: Page) -> Response:
    return JSONResponse(page.number("id"))


async def save(page: Page) -> Response:
    form = await page.form()
    RUNS.append(form.text("name"))
    if MOVES and MOVES.pop():
        raise Moved
    if form.text("name") == "bad":
        raise Refused(Diagnostic("ACCESS_012", Place(path="name")))
    if form.text("name") == "again":
        return page.wrong(
            Refused(Diagnostic("ACCESS_041", Place(path="login"), {"login": "a"})), "search.html", q="", groups=()
        )
    return page.done("/probe", Toast("已保存 “张三” <b>", undo="/undo/1"), "second")


async def broken(page: Page) -> Response:
    raise RuntimeError("13800138000")


async def values(page: Page) -> Response:
    form = await page.form()
    return JSONResponse({"values": form.values, "ids": form.ids()})


PROBES = (
    get("/probe", search), post("/probe", save), get("/probe/open", search, public=True), get("/probe/broken", broken),
    post("/probe/values", values), get("/probe/{id:int}", numbered),
)  # fmt: skip


@pytest.fixture
def probed(school_sqlite: School) -> Site:
    RUNS.clear()
    MOVES.clear()
    return site_of(school_sqlite, PROBES)


async def test_a_page_stands_in_its_frame(probed: Site) -> None:
    visitor = await probed.signed_in("admin")
    answer = await visitor.get("/probe?q=chen")
    assert answer.status_code == 200 and "chen" in title_of(answer)
    assert '<nav class="side"' in answer.text and 'href="/r/student?view=students"' in answer.text
    assert 'href="/people"' in answer.text and 'href="/audit"' in answer.text
    student = await (await probed.signed_in("student")).get("/probe")
    assert 'href="/people"' not in student.text and 'href="/definitions"' not in student.text


async def test_words_survive_the_redirect_once(probed: Site) -> None:
    visitor = await probed.signed_in("admin")
    answer = await visitor.post("/probe", {"name": "x"})
    cookie = answer.headers["set-cookie"]
    assert "张三" not in cookie and "HttpOnly" in cookie
    first = await visitor.follow(answer)
    assert toasts_of(first) == ["已保存 “张三” <b>", "second"]
    assert 'action="/undo/1"' in first.text
    assert toasts_of(await visitor.get("/probe")) == []


async def test_words_are_for_the_session_they_were_said_to(probed: Site) -> None:
    one, other = await probed.signed_in("admin"), await probed.signed_in("student")
    await one.post("/probe", {"name": "x"})
    kept = one.client.cookies["sy_flash"]
    for value in (kept, kept[:-4] + "AAAA", "x", "x.y"):
        other.client.cookies.set("sy_flash", value, domain="127.0.0.1")
        assert toasts_of(await other.get("/probe")) == []
    probed.school.clock.move(minutes=2)
    assert toasts_of(await one.get("/probe")) == []


async def test_an_act_of_htmx_is_led_on_by_a_header(probed: Site) -> None:
    visitor = await probed.signed_in("admin")
    answer = await visitor.post("/probe", {"name": "x"}, htmx="main#main")
    assert (answer.status_code, answer.headers["hx-redirect"]) == (200, "/probe")
    assert toasts_of(await visitor.get("/probe")) == ["已保存 “张三” <b>", "second"]


async def test_a_refusal_is_a_page_a_message_or_json(probed: Site) -> None:
    visitor = await probed.signed_in("admin")
    answer = await visitor.post("/probe", {"name": "bad"})
    assert answer.status_code == 403 and '<nav class="side"' in answer.text
    answer = await visitor.post("/probe", {"name": "bad"}, htmx="main#main")
    assert answer.status_code == 403 and 'id="toasts" hx-swap-oob' in answer.text
    answer = await visitor.post("/probe", {"name": "bad"}, headers={"accept": "application/json"})
    assert answer.json()["errors"][0]["code"] == "ACCESS_012"
    answer = await visitor.post("/probe", {"name": "again"})
    assert answer.status_code == 422


async def test_what_is_not_there_is_refused_in_words(probed: Site) -> None:
    visitor = await probed.signed_in("admin")
    for path in ("/nothing", "/probe/9999999999999999999999999", "/probe/x/y"):
        answer = await visitor.get(path)
        assert answer.status_code == 404 and words_of(answer), path
    assert (await visitor.get("/api/v1/nothing")).json()["errors"][0]["code"] == "WEB_001"


async def test_nobody_is_led_to_the_sign_in_page(probed: Site) -> None:
    stranger = probed.visitor()
    answer = await stranger.get("/probe?q=1")
    assert answer.status_code == 303 and answer.headers["location"] == "/sign-in?next=/probe%3Fq%3D1"
    assert (await stranger.get("/nothing")).status_code == 303
    assert (await stranger.get("/static/nothing.css")).status_code == 404


async def test_a_request_is_run_again_until_things_hold_still(probed: Site) -> None:
    visitor = await probed.signed_in("admin")
    MOVES[:] = [0, 1, 1, 1]
    assert (await visitor.post("/probe", {"name": "x"})).status_code == 303
    assert RUNS == ["x"] * 4
    MOVES[:] = [1] * 20
    answer = await visitor.post("/probe", {"name": "x"})
    assert answer.status_code == 503 and len(RUNS) == 10


async def test_a_publication_counts_at_the_next_request(probed: Site) -> None:
    visitor = await probed.signed_in("admin")
    await visitor.get("/probe")
    await probed.school.engine.store.apply([Run(Sql("UPDATE sy_live SET epoch = epoch + 1, access = access + 1"))])
    probed.school.clock.move(minutes=1)
    assert (await visitor.get("/probe")).status_code == 200


ROWS = [("rows", ""), ("rows/3/n", "b"), ("rows/0/n", "a"), ("rows/0/id", "7")]
ODD = [("rows/x/n", "1"), ("rows/99999999999/n", "1"), ("rows/0", "1")]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ([("a", "1")], {"a": "1"}),
        ([("a", "")], {"a": ""}),
        ([("sex", ""), ("sex", "male")], {"sex": "male"}),
        ([("tags", ""), ("tags", "a"), ("tags", "b")], {"tags": ["a", "b"]}),
        ([("rows", "")], {"rows": ""}),
        (ROWS, {"rows": [{"n": "a", "id": "7"}, {"n": "b"}]}),
        ([("rows/1/kinds", ""), ("rows/1/kinds", "x"), ("rows/1/kinds", "y")], {"rows": [{"kinds": ["x", "y"]}]}),
        (ODD, dict(ODD)),
    ],
)
def test_names_of_controls_become_the_shape_of_a_record(sent: list[tuple[str, str]], expected: object) -> None:
    assert nested(sent) == expected


async def test_what_belongs_to_the_frame_is_no_value(probed: Site) -> None:
    visitor = await probed.signed_in("admin")
    sent = {"once": "1", "version": "2", "name": "x", "class~text": "y", "~add": "rows", "id": "5"}
    assert (await visitor.post("/probe/values", sent)).json() == {"values": {"name": "x", "id": "5"}, "ids": [5]}


async def test_a_form_that_is_none_is_refused(probed: Site) -> None:
    visitor = await probed.signed_in("admin")
    answer = await visitor.client.post(
        "/probe/values",
        content=b"--x\r\nbroken",
        headers={
            "content-type": "multipart/form-data; boundary=x",
            "x-csrf-token": visitor.csrf,
            "origin": "http://127.0.0.1:8000",
        },
    )
    assert answer.status_code in (200, 400)


async def test_a_fault_tells_its_number_and_nothing_else(probed: Site, caplog: pytest.LogCaptureFixture) -> None:
    visitor = await probed.signed_in("admin")
    answer = await visitor.get("/probe/broken")
    assert answer.status_code == 500 and "13800138000" not in answer.text and "RuntimeError" not in answer.text
    assert answer.headers["x-request-id"] in words_of(answer)
    assert any("13800138000" in (r.exc_text or str(r.exc_info)) for r in caplog.records), "it is in the log"
    answer = await visitor.get("/probe/broken", headers={"accept": "application/json"})
    assert answer.status_code == 500 and answer.json()["errors"][0]["code"] == "WEB_003"


async def test_somebody_who_goes_away_is_no_fault(probed: Site, caplog: pytest.LogCaptureFixture) -> None:
    visitor = await probed.signed_in("admin")
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.client.cookies.items())
    sent: list[object] = []
    messages = iter(
        [
            {"type": "http.request", "body": f"csrf={visitor.csrf}&".encode(), "more_body": True},
            {"type": "http.disconnect"},
        ]
    )

    async def receive() -> object:
        return next(messages, {"type": "http.disconnect"})

    async def send(message: object) -> None:
        sent.append(message)

    headers = {
        "host": "127.0.0.1:8000",
        "cookie": cookies,
        "origin": "http://127.0.0.1:8000",
        "x-csrf-token": visitor.csrf,
        "content-type": "application/x-www-form-urlencoded",
    }
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/probe/values", "query_string": b"", "headers": pairs}
    await probed.app({**scope, "scheme": "http", "client": ("127.0.0.1", 5), "http_version": "1.1"}, receive, send)
    assert [r for r in caplog.records if r.name == "shuyuan.failures"] == [] and sent == []


async def test_an_address_that_takes_other_requests_says_so(probed: Site) -> None:
    visitor = await probed.signed_in("admin")
    assert (await visitor.post("/probe/open")).status_code == 405


async def test_the_site_says_that_it_is_well(probed: Site) -> None:
    stranger = probed.visitor()
    assert (await stranger.get("/healthz")).json() == {"status": "ok"}
    assert "Disallow: /api/" in (await stranger.get("/robots.txt")).text
    icon = (await stranger.get("/favicon.ico")).headers["location"]
    assert (await stranger.get(icon)).headers["content-type"] == "image/svg+xml"


def parts(*fields: tuple[str, str], end: str = "--b--\r\n") -> bytes:
    """A form as browsers send it with files."""
    said = "".join(f'--b\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields)
    return (said + end).encode()


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({}, 200),
        ({"end": ""}, 400),
        ({"end": "--b\r\n"}, 400),
        ({"end": "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"}, 400),
        ({"end": "--b\r\n\x01: \r\n"}, 400),
        ({"fields": [("a", "x")] * 12_001}, 400),
        ({"fields": [("a", "x" * 2_000_001)]}, 413),
        ({"charset": "undefined"}, 400),
    ],
)
async def test_a_form_that_did_not_come_whole_is_refused_in_words(
    probed: Site, more: dict[str, Any], status: int
) -> None:
    visitor = await probed.signed_in("registrar.east")
    fields, charset = more.get("fields", [("name", "x")]), more.get("charset", "utf-8")
    body = parts(("csrf", visitor.csrf), *fields, end=more.get("end", "--b--\r\n"))
    headers = {"origin": BASE, "content-type": f"multipart/form-data; boundary=b; charset={charset}"}
    answer = await visitor.client.post("/probe/values", content=body, headers=headers)
    assert answer.status_code == status
    assert status == 200 or title_of(answer)


@pytest.mark.parametrize(("name", "value"), [("name", "a\0b"), ("a\0", "b"), ("once", "\0"), ("~comment", "x\0")])
@pytest.mark.parametrize("whole", [True, False])
async def test_a_form_with_nul_is_refused_in_words(probed: Site, name: str, value: str, whole: bool) -> None:
    visitor = await probed.signed_in("registrar.east")
    headers = {"origin": BASE, "content-type": "multipart/form-data; boundary=b"}
    if whole:
        body = parts(("csrf", visitor.csrf), (name, value))
        answer = await visitor.client.post("/probe/values", content=body, headers=headers)
    else:
        answer = await visitor.post("/probe/values", {name: value})
    assert answer.status_code == 422 and "空字符" in title_of(answer)


async def test_a_file_with_nul_in_its_name_and_bent_letters_are_refused(probed: Site) -> None:
    visitor = await probed.signed_in("registrar.east")
    start = parts(("csrf", visitor.csrf), end="").decode()
    file = '--b\r\nContent-Disposition: form-data; name="f"; filename="a\0b"\r\n\r\nx\r\n--b--\r\n'
    for content, charset in ((start + file, "utf-8"), (start + "x", "utf-7")):
        bent = content if charset == "utf-8" else start + parts(("name", "+2AA-")).decode()
        headers = {"origin": BASE, "content-type": f"multipart/form-data; boundary=b; charset={charset}"}
        answer = await visitor.client.post("/probe/values", content=bent.encode(), headers=headers)
        assert answer.status_code in (400, 422) and title_of(answer)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/static/css/shuyuan.css", 405),
        ("DELETE", "/static/x", 405),
        ("OPTIONS", "/static/x", 405),
        ("GET", "/static/", 404),
        ("GET", "/static/none.css", 404),
        ("GET", "/static/a%0Ab", 404),
        ("GET", "/static/%00%0D%0A%7F", 404),
        ("GET", "/static/%5B%FF//[", 404),
        ("POST", "/static/a%0Ab", 404),
    ],
)
async def test_no_address_of_a_file_makes_the_site_fail(probed: Site, method: str, path: str, status: int) -> None:
    answer = await probed.visitor().client.request(method, path)
    assert answer.status_code == status
