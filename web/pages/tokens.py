"""Keys for programs: what each may do is chosen, it is shown once, and it can be revoked."""

from __future__ import annotations

from shuyuan.engine import Diagnostic, Entity, Place, Refused, create_token, revoke_token
from starlette.responses import Response

from ..render.account_values import ScopeRow
from ..render.values import Choice
from ..session import Form, status_of
from .days import day_of
from .page import Page, get, post

#: Days a key works when nobody says otherwise, and the longest.
USUAL, LONGEST = 90, 366

#: What the words of the page stand for as scopes.
EVERY = {"read": frozenset({"*:read"}), "all": frozenset({"*"})}

_WRITES = frozenset({"create", "edit", "delete"})


async def new(page: Page) -> Response:
    """The page that asks what the key is for."""
    return _new(page, Form((("days", str(USUAL)), ("every", "read"))))


def _new(page: Page, form: Form, refused: Refused | None = None) -> Response:
    return page.show(
        "token.html",
        status_of(refused) if refused else 200,
        made="",
        until="",
        problems=page.problems(refused) if refused else (),
        title=form.text("title"),
        days=form.text("days"),
        every=form.text("every"),
        scopes=_scopes(page, frozenset(form.many("scope"))),
    )


def _scopes(page: Page, chosen: frozenset[str]) -> tuple[ScopeRow, ...]:
    """A line for each kind of record that the key's owner may do something with."""
    found = []
    for entity in page.version.model.entities.values():
        may = page.work.access.operations(page.actor, entity.name)
        if "see" in may:
            write = _choice(page, entity, "write", chosen) if may & _WRITES else None
            label = page.text(entity.plural) or page.text(entity.title)
            found.append(ScopeRow(label, _choice(page, entity, "read", chosen), write))
    return tuple(found)


def _choice(page: Page, entity: Entity, what: str, chosen: frozenset[str]) -> Choice:
    word = page.t("may_read") if what == "read" else page.t("may_write")
    scope = f"{entity.name}:{what}"
    return Choice(scope, f"{page.text(entity.title)}: {word}", scope in chosen)


async def made(page: Page) -> Response:
    """Make the key and show it, this once."""
    form = await page.form()
    try:
        days = _days(form)
        if not form.text("title"):
            raise Refused(Diagnostic("WEB_008", Place(path="title")))
        scopes = _wanted(form)
        if not scopes:
            raise Refused(Diagnostic("WEB_009", Place(path="every")))
        key = await create_token(page.engine.entrance, page.actor, form.text("title"), scopes, days)
    except Refused as refused:
        return _new(page, form, refused)
    until = day_of(page, key.expires_at)
    return page.show(
        "token.html", made=key.token, until=until, problems=(), title="", days="", every="", scopes=()
    )  # fmt: skip


def _wanted(form: Form) -> frozenset[str]:
    """The scopes that are asked for. Raises Refused(WEB_012) where everything and single kinds of records are."""
    every, single = EVERY.get(form.text("every")), frozenset(form.many("scope"))
    if every and single:
        raise Refused(Diagnostic("WEB_012", Place(path="every")))
    return every or single


def _days(form: Form) -> int:
    days = form.number("days")
    if not 1 <= days <= LONGEST:
        raise Refused(Diagnostic("WEB_010", Place(path="days"), {"most": LONGEST}))
    return days


async def revoked(page: Page) -> Response:
    """The key ends at once."""
    await revoke_token(page.engine.entrance, page.actor, page.number("id"))
    return page.done("/settings#tokens", page.t("token_revoked"))


ROUTES = (
    get("/settings/tokens/new", new),
    post("/settings/tokens", made),
    post("/settings/tokens/{id:int}/revoke", revoked),
)
