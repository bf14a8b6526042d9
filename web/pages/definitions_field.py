"""A new field without YAML: which records, which kind, a title, where it shows; kept as an edit to be published."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from shuyuan.engine import (
    Bench,
    Diagnostic,
    Entity,
    Model,
    NewField,
    Refused,
    Text,
    add_field,
    bench,
    checked,
    field_kinds,
    keep_edits,
    proposed_name,
    stamp,
)
from starlette.responses import Response

from ..render.page_values import Answer
from ..render.values import Button, Choice, Group, Link, Problem
from ..session import Form
from .definitions import HOME, crumbs, source_url
from .page import Page, get, post

FIELD = f"{HOME}/field"
#: What kinds ask for beside a title.
ASKS: Mapping[str, frozenset[str]] = {
    "choice": frozenset({"choices"}),
    "multi_choice": frozenset({"choices"}),
    "link": frozenset({"target"}),
    "code": frozenset({"codelist"}),
    "decimal": frozenset({"scale"}),
    "money": frozenset({"scale"}),
    "percent": frozenset({"scale"}),
}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_CONTROLS = ("zh", "en", "name", "choices", "target", "codelist", "scale", "help", "required")


async def _model(page: Page) -> tuple[Bench, Model]:
    """The definitions with the edits so far; what cannot be read yet has to be mended first."""
    mine = await bench(page.work)
    if mine.clashes:
        raise Refused(Diagnostic("PLAN_009", args={"paths": ", ".join(c.path for c in mine.clashes)}))
    found = await checked(page.work, mine.documents)
    if found.loaded.model is None:
        raise Refused(found.diagnostics)
    return mine, found.loaded.model


def _entity(model: Model, name: str) -> Entity:
    found = model.entities.get(name)
    if found is None:
        raise Refused(Diagnostic("WEB_001"))
    return found


async def which(page: Page) -> Response:
    """To which records."""
    _, model = await _model(page)
    sections: dict[str, list[Link]] = {}
    for entity in model.entities.values():
        link = Link(page.text(entity.title), f"{FIELD}/{entity.name}", entity.icon or "list", soft=entity.name)
        sections.setdefault(page.text(entity.section), []).append(link)
    groups = tuple(Group(label, tuple(links)) for label, links in sections.items())
    return page.show(
        "definitions/kinds.html",
        title=page.t("add_a_field"),
        soft=page.t("field_which"),
        crumbs=crumbs(page),
        groups=groups,
    )


async def kind(page: Page) -> Response:
    """Which kind of field."""
    _, model = await _model(page)
    entity = _entity(model, page.path("entity"))
    groups = tuple(
        Group(page.text(heading), tuple(Link(page.text(t), f"{FIELD}/{entity.name}/{name}") for name, t in kinds))
        for heading, kinds in field_kinds()
    )
    title = page.t("field_to", entity=page.text(entity.title))
    way = (*crumbs(page), Link(page.t("add_a_field"), FIELD))
    return page.show("definitions/kinds.html", title=title, soft=page.t("field_kind"), crumbs=way, groups=groups)


def _kind_title(page: Page, name: str) -> str:
    titles = {kind: title for _, kinds in field_kinds() for kind, title in kinds}
    if name not in titles:
        raise Refused(Diagnostic("WEB_001"))
    return page.text(titles[name])


async def ask(page: Page) -> Response:
    """What the field is called, and where it shows."""
    _, model = await _model(page)
    entity = _entity(model, page.path("entity"))
    return _asked(page, model, entity, None, {})


async def add(page: Page) -> Response:
    """Put the field into the edits."""
    mine, model = await _model(page)
    entity, form = _entity(model, page.path("entity")), await page.form()
    new = _read(model, entity, page.path("kind"), form)
    errors = _wrong(page, entity, new, form)
    if errors:
        return _asked(page, model, entity, form, errors, 422)
    documents = add_field(mine.documents, model, new)
    changed = {p: t for p, t in documents.items() if t != mine.documents.get(p)}
    await keep_edits(page.work, changed, {path: stamp(mine.documents[path]) for path in changed})
    found = await checked(page.work, documents)
    if found.plan is None:
        return page.done(source_url(entity.place.file))
    return page.done(f"{HOME}/plan", page.t("field_added", title=page.text(new.title)))


def _read(model: Model, entity: Entity, kind: str, form: Form) -> NewField:
    title = Text(form.text("zh"), form.text("en"))
    taken = [f.name for f in entity.fields]
    name = form.text("name") or proposed_name(title.zh or title.en, taken)
    scale = form.text("scale")
    forms = {f.name: form.text(f"on-{f.name}") for f in model.forms.values() if f.of == entity.name}
    views = {v.name for v in model.views.values() if v.of == entity.name}
    return NewField(
        entity.name,
        name,
        kind,
        title,
        Text(form.text("help")),
        form.on("required"),
        tuple(line for line in form.text("choices").splitlines() if line.strip()),
        form.text("target"),
        form.text("codelist"),
        int(scale) if scale.isascii() and scale.isdigit() else None,
        {name: int(at) for name, at in forms.items() if at.isascii() and at.isdigit()},
        tuple(v for v in form.many("views") if v in views),
        tuple(form.many("roles")),
    )


def _wrong(page: Page, entity: Entity, new: NewField, form: Form) -> dict[str, str]:
    """What is missing or cannot be, by name of control."""
    t, asks = page.t, ASKS.get(new.kind, frozenset())
    _kind_title(page, new.kind)
    found = {}
    if not new.title:
        found["zh"] = t("field_needs", label=t("field_title_zh"))
    elif entity.field(new.name) is not None:
        found["name"] = t("field_name_taken", name=new.name)
    elif not _NAME.fullmatch(new.name):
        found["name"] = t("field_name_bad")
    if "choices" in asks and not new.choices:
        found["choices"] = t("field_needs", label=t("field_choices"))
    if "target" in asks and not new.target:
        found["target"] = t("field_needs", label=t("field_target"))
    if "codelist" in asks and not new.codelist:
        found["codelist"] = t("field_needs", label=t("field_list"))
    return found


def _asked(
    page: Page, model: Model, entity: Entity, form: Form | None, errors: Mapping[str, str], status: int = 200
) -> Response:
    kind = page.path("kind")
    given = {name: form.raw(name) if form else "" for name in _CONTROLS}
    where = f"{FIELD}/{entity.name}"
    return page.show(
        "definitions/field.html",
        status,
        title=page.t("field_to", entity=page.text(entity.title)),
        soft=_kind_title(page, kind),
        crumbs=(*crumbs(page), Link(page.t("add_a_field"), FIELD)),
        buttons=(Button(page.t("field_other_kind"), where),),
        problems=tuple(Problem(text, field=f"f-{name}") for name, text in errors.items()),
        given=given,
        errors={name: errors.get(name, "") for name in _CONTROLS},
        asks=ASKS.get(kind, frozenset()),
        post=f"{where}/{kind}",
        **_places(page, model, entity, form, given),
        **_readers(page, model, NewField(entity.name, "", kind, Text()), form),
    )


def _places(page: Page, model: Model, entity: Entity, form: Form | None, given: Mapping[str, str]) -> dict[str, Any]:
    """The choices of the form: records to link, code lists, sections of forms, lists."""
    forms = [f for f in model.forms.values() if f.of == entity.name]
    views = [v for v in model.views.values() if v.of == entity.name]
    answers = []
    # Whoever makes, changes or reads a record meets the field; forms for something else only where somebody says so.
    usual = {f.name for f in model.usual_forms(entity.name)}
    for one in forms:
        last = len(one.sections) - 1
        chosen = form.text(f"on-{one.name}") if form else str(last) if one.name in usual else ""
        choices = tuple(
            Choice(str(at), page.text(s.title) or page.t("version_n", n=at + 1), str(at) == chosen)
            for at, s in enumerate(one.sections)
        )
        answers.append(Answer(f"on-{one.name}", page.t("field_on_form", form=page.text(one.title)), choices))
    ticked = set(form.many("views")) if form else {views[0].name} if views else set()
    return {
        "targets": tuple(
            Choice(e.name, page.text(e.title), e.name == given["target"]) for e in model.entities.values()
        ),
        "codelists": tuple(
            Choice(c.name, page.text(c.title), c.name == given["codelist"]) for c in model.codelists.values()
        ),
        "forms": tuple(answers),
        "views": tuple(Choice(v.name, page.text(v.title), v.name in ticked) for v in views),
    }


def _readers(page: Page, model: Model, new: NewField, form: Form | None) -> dict[str, Any]:
    """Who sees the field anyway, and who else may: families and others whose policies name what they see."""
    titles = {p.role: page.text(p.title) for p in reversed(tuple(model.policies.values()))}
    ticked = set(form.many("roles")) if form else set()
    anyway = ("、" if page.lang == "zh" else ", ").join(titles[role] for role in new.seen_by(model))
    return {
        "anyway": page.t("field_seen_anyway", roles=anyway) if anyway else "",
        "roles": tuple(Choice(role, titles[role], role in ticked) for role in new.offered_to(model)),
    }


ROUTES = (
    get(FIELD, which),
    get(f"{FIELD}/{{entity}}", kind),
    get(f"{FIELD}/{{entity}}/{{kind}}", ask),
    post(f"{FIELD}/{{entity}}/{{kind}}", add),
)
