"""What each role may do, as its policies work out: a line for each kind of record, a cell for each operation."""

from __future__ import annotations

from collections.abc import Iterable

from shuyuan.engine import OPERATIONS, Diagnostic, Field, Refused, RoleLine, role_sheet, roles_of
from starlette.responses import Response

from ..render.page_values import RoleRow
from ..render.values import Button, Link, Pill
from .page import Page, get
from .people_shown import tabs

#: Fields named in one line; more are counted.
NAMED = 8


async def show(page: Page) -> Response:
    """The roles, and what the chosen one may do."""
    titles, t = roles_of(page.work), page.t
    chosen = page.query.get("role", "") or next(iter(titles), "")
    if chosen not in titles:
        raise Refused(Diagnostic("WEB_001"))
    sheet = role_sheet(page.work, chosen)
    rights = {
        "definitions": t("right_definitions"),
        "users": t("right_users"),
        "audit": t("right_audit"),
        "jobs": t("right_jobs"),
    }
    return page.show(
        "users/roles.html",
        tabs=tabs(page, "roles"),
        roles=tuple(
            Link(page.text(title) or role, f"/people/roles?role={role}", current=role == chosen)
            for role, title in titles.items()
        ),
        title=page.text(sheet.title) or chosen,
        soft=t("role_help"),
        system=tuple(Pill(rights[right], "info") for right in rights if right in sheet.system),
        reasons=tuple(page.text(reason) for reason in sheet.reasons),
        operations=(
            t("may_read"),
            t("op_create"),
            t("op_edit"),
            t("op_delete"),
            t("op_export"),
            t("reveal"),
            t("import"),
        ),
        rows=tuple(_row(page, line) for line in sheet.lines),
        buttons=(Button(t("who_holds_it"), f"/people?role={chosen}", icon="people"),),
    )


def _row(page: Page, line: RoleLine) -> RoleRow:
    t = page.t
    pills = {
        "all": Pill(t("extent_all"), "ok"),
        "unit": Pill(t("extent_unit"), "info"),
        "some": Pill(t("extent_some"), "warn"),
        "none": Pill("—"),
    }
    lines = []
    if line.masked:
        lines.append(t("fields_masked", fields=_named(page, line.masked)))
    if line.hidden:
        lines.append(t("fields_hidden", fields=_named(page, line.hidden)))
    closed = [field for field in line.entity.fields if field not in line.writes] if line.writes else []
    if closed and len(closed) < len(line.writes):
        lines.append(t("fields_closed", fields=_named(page, closed)))
    elif line.writes:
        lines.append(t("fields_written", fields=_named(page, line.writes)))
    label = page.text(line.entity.plural) or page.text(line.entity.title)
    return RoleRow(label, tuple(pills[line.extents[operation]] for operation in OPERATIONS), tuple(lines))


def _named(page: Page, fields: Iterable[Field]) -> str:
    titles = [page.text(field.title) for field in fields]
    between = "、" if page.lang == "zh" else ", "
    more = page.t("fields_more", n=len(titles) - NAMED) if len(titles) > NAMED else ""
    return between.join(titles[:NAMED]) + more


ROUTES = (get("/people/roles", show),)
