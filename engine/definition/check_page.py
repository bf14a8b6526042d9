"""Checks of forms, views and dashboards: what they show must exist, once, and be seen by somebody."""

from __future__ import annotations

from ..diagnostics import Place
from ..expr import BOOLEAN
from ..fieldtypes import field_types, type_of
from ..model import Card, Dashboard, Entity, Expr, Field, Form, View
from . import take
from .context import Context, follow
from .node import Node
from .say import hint, listed
from .seen import seen_by
from .sqlable import why_not_sql
from .truth import check_condition

_MORE_WIDGETS = frozenset(
    {"textarea", "radio", "select", "checkbox", "checkboxes", "hidden", "range", "search", "combobox"}
)


def _entity(context: Context, name: str, node: Node, key: str = "of") -> Entity | None:
    found = context.model.entities.get(name)
    if found is None and name:
        written = node.get(key)
        near = hint(name, context.model.entities)
        context.say("DEF_053", written.place if written else node.place, entity=name, hint=near)
    return found


def check_form(context: Context, form: Form) -> None:
    """Fields that exist, each once; conditions; widgets."""
    entity = _entity(context, form.of, context.node("form", form.name))
    if entity is None:
        return
    names = [f.name for f in entity.fields]
    widgets = {t.widget for t in field_types().values()} | _MORE_WIDGETS
    key = ("entity", entity.name)
    shown: dict[str, Place] = {}
    for section in form.sections:
        _condition(context, section.when, key)
        if not section.lines:
            context.say("FORM_006", section.place, section=section.title)
        for item in (i for line in section.lines for i in line):
            if entity.field(item.name) is None:
                near = hint(item.name, names)
                context.say("FORM_001", item.place, field=item.name, entity=entity.name, hint=near)
            elif item.name in shown:
                context.say("FORM_002", item.place, field=item.name, first=str(shown[item.name]))
            shown.setdefault(item.name, item.place)
            _condition(context, item.when, key)
            widget = item.ui.get("widget")
            if widget is not None and widget not in widgets:
                context.say("FORM_005", item.place, widget=str(widget), hint=hint(str(widget), widgets))


def _condition(context: Context, expr: Expr | None, key: tuple[str, str]) -> None:
    typed = context.expression(expr, key, BOOLEAN)
    if typed:
        check_condition(context, typed, expr, key)


def check_forms_of(context: Context) -> None:
    """A required field that no form of its entity lets anybody fill."""
    forms: dict[str, list[Form]] = {}
    for form in context.model.forms.values():
        forms.setdefault(form.of, []).append(form)
    for name, own in forms.items():
        entity = context.model.entities.get(name)
        open_items = {i.name for f in own for s in f.sections for line in s.lines for i in line if not i.readonly}
        for field in entity.fields if entity else ():
            given = field.default is not None or field.value is not None or field.readonly or type_of(field).readonly
            if field.required and not given and field.name not in open_items:
                context.say("FORM_003", own[0].place, field=field.name, entity=name, forms=listed(f.name for f in own))


def check_view(context: Context, view: View) -> None:
    """Columns, order, filters, group and roles that exist; a condition the database can decide."""
    node = context.node("view", view.name)
    entity = _entity(context, view.of, node)
    if entity is None:
        return
    paths = {"columns": False, "sort": True, "filters": False, "group": True}
    for key, sorts in paths.items():
        _paths(context, entity, node, key, sorts)
    _doubled(context, node)
    _where(context, entity, view.where)
    _roles(context, node)
    for path in view.columns:
        _hidden(context, view, entity, path, node)


def _paths(context: Context, entity: Entity, node: Node, key: str, sorts: bool) -> None:
    for found in take.name_nodes(node, key):
        path = take.path_of(found.text.removeprefix("-"))
        if not path:
            continue
        end = follow(context.model, entity, path)
        if end.unknown:
            at = end.entity.name if end.entity else path[path.index(end.unknown) - 1]
            near = hint(end.unknown, end.known)
            code = "VIEW_001" if end.entity else "VIEW_002"
            context.say(code, found.place, key=key, path=found.text, name=end.unknown, entity=at, hint=near)
        elif sorts and end.field is not None and not _sortable(end.field):
            context.say("VIEW_004", found.place, key=key, path=found.text, type=type_of(end.field).title)


def _sortable(field: Field) -> bool:
    column = type_of(field).column(field)
    return column is not None and column.storage.kind != "json"


def _doubled(context: Context, node: Node) -> None:
    seen: set[str] = set()
    for found in take.name_nodes(node, "columns"):
        if found.text in seen:
            context.say("VIEW_003", found.place, path=found.text)
        seen.add(found.text)


def _where(context: Context, entity: Entity, where: Expr | None) -> None:
    key = ("entity", entity.name)
    typed = context.expression(where, key, BOOLEAN)
    if typed is None or where is None:
        return
    check_condition(context, typed, where, key)
    reason = why_not_sql(context.model, entity, typed, where.place)
    if reason is not None:
        context.messages.append(reason)


def _roles(context: Context, node: Node) -> None:
    if not context.model.policies:
        return
    for found in take.name_nodes(node, "roles"):
        if found.text not in context.roles:
            context.say("DEF_054", found.place, role=found.text, hint=hint(found.text, context.roles))


def _hidden(context: Context, view: View, entity: Entity, path: tuple[str, ...], node: Node) -> None:
    """A column that none of the people who find the view may see."""
    if not context.model.policies or entity.field(path[0]) is None:
        return
    roles = tuple(r for r in view.roles if r in context.roles) if view.roles else tuple(sorted(context.roles))
    if roles and not any(seen_by(context.model, role, entity, path[0]) for role in roles):
        at = next((n for n in take.name_nodes(node, "columns") if n.text == ".".join(path)), node)
        context.say("VIEW_005", at.place, path=".".join(path), view=view.name, roles=listed(roles))


def check_dashboard(context: Context, dashboard: Dashboard) -> None:
    """Cards over what exists; hints that lead somewhere."""
    node = context.node("dashboard", dashboard.name)
    _roles(context, node)
    cards = node.get("cards")
    written = [n for n in cards.items if n.kind == "map"] if cards else []
    for card, at in zip(dashboard.cards, written, strict=True):
        _card(context, card, at)
    hints = node.get("hints")
    for found in hints.items if hints else ():
        _hint(context, found)


def _card(context: Context, card: Card, node: Node) -> None:
    entity = _entity(context, card.of, node)
    if entity is None:
        return
    _where(context, entity, card.where)
    for key in ("columns", "group"):
        _paths(context, entity, node, key, key == "group")
    words = card.measure.split()
    if words != ["count"]:
        field = entity.field(words[1]) if len(words) == 2 and words[0] in ("sum", "mean") else None
        numeric = field is not None and type_of(field).feel == "number"
        if not numeric:
            names = [f.name for f in entity.fields if type_of(f).feel == "number"]
            near = hint(words[-1], names) if words else hint("", ())
            context.say("DASH_001", card.place, measure=card.measure, entity=entity.name, hint=near)
    if card.show == "bar" and not card.group:
        context.say("DASH_002", card.place, title=card.title)
    view = context.model.views.get(card.view)
    if card.view and (view is None or view.of != card.of):
        known = [v.name for v in context.model.views.values() if v.of == card.of]
        context.say("DASH_003", card.place, view=card.view, entity=card.of, hint=hint(card.view, known))


def _hint(context: Context, node: Node) -> None:
    kind, _, name = take.string(node, "to").partition(" ")
    places = {"form": context.model.forms, "view": context.model.views, "workflow": context.model.workflows}
    at = node.get("to") if node.kind == "map" else None
    if at is None or (kind == "page" and name.startswith("/")):
        return
    if kind not in places:
        context.say("DASH_004", at.place, to=at.text, hint=hint("", ()))
    elif name not in places[kind]:
        context.say("DASH_004", at.place, to=at.text, hint=hint(name, places[kind]))
