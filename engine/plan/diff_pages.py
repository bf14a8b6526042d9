"""What changes about everything but entities: forms, views, workflows, policies, code lists, dashboards, packs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..compile.table import child_name, table_name
from ..diagnostics import Diagnostic, Place
from ..fieldtypes import codelist_of, type_of
from ..model import CodeList, Dashboard, Entity, Form, Item, Model, Policy, Text, View, Workflow
from ..model import Step as FlowStep
from .meant import meant, same
from .pairs import paired
from .steps import Probe, Step

_TITLES = {
    "form": Text("表单", "form"),
    "view": Text("视图", "view"),
    "workflow": Text("流程", "workflow"),
    "policy": Text("权限", "policy"),
    "codelist": Text("代码表", "code list"),
    "dashboard": Text("首页", "dashboard"),
    "pack": Text("定义包", "pack"),
}


@dataclass(frozen=True, slots=True)
class Two:
    """The models before and after; what they say is compared by what it means."""

    before: Model
    after: Model

    def same(self, old: Any, new: Any, name: str) -> bool:
        """Whether an attribute of two definitions means the same."""
        return same(getattr(old, name), getattr(new, name), name, self.left(old), self.right(new))

    def left(self, old: Any) -> tuple[Model, Entity | None]:
        """The live model with the entity `old` is about."""
        return self.before, self.before.entities.get(getattr(old, "of", ""))

    def right(self, new: Any) -> tuple[Model, Entity | None]:
        """The new model with the entity `new` is about."""
        return self.after, self.after.entities.get(getattr(new, "of", ""))


Changes = Callable[[Two, Any, Any], Iterable[Diagnostic]]


def page_steps(before: Model, after: Model) -> Iterator[Step]:
    """The steps, kind by kind."""
    two = Two(before, after)
    yield from _kind("codelist", before.codelists.values(), after.codelists.values(), _codes, two)
    yield from _kind("form", before.forms.values(), after.forms.values(), _form, two)
    yield from _kind("view", before.views.values(), after.views.values(), _view, two)
    yield from _kind("workflow", before.workflows.values(), after.workflows.values(), _flow, two)
    for old, new in paired(before.workflows.values(), after.workflows.values()).both:
        yield from _flow_steps(two, old, new)
    yield from _kind("policy", before.policies.values(), after.policies.values(), _policy, two)
    yield from _kind("dashboard", before.dashboards.values(), after.dashboards.values(), _dashboard, two)
    yield from _packs(before, after)


def _said(code: str, kind: str, one: Any, **args: Any) -> Diagnostic:
    return Diagnostic(code, one.place, {"kind": _TITLES[kind], "title": one.title, "name": one.name, **args})


def _kind(kind: str, before: Iterable[Any], after: Iterable[Any], changes: Changes, two: Two) -> Iterator[Step]:
    pairs = paired(before, after)
    for gone in pairs.removed:
        probes = _touched(kind, gone)
        lost = kind == "workflow"
        said = _said("PLAN_161", kind, gone)
        confirm = gone.name if lost else ""
        yield Step(
            f"{kind}.remove", (kind, gone.name), "destructive" if lost else "safe", said, probes, confirm=confirm
        )
    for added in pairs.added:
        yield Step(f"{kind}.add", (kind, added.name), "safe", _said("PLAN_160", kind, added))
    for old, new in pairs.both:
        if old.name != new.name:
            yield Step(f"{kind}.rename", (kind, new.name), "safe", _said("PLAN_162", kind, new, old=old.name))
        found = tuple(changes(two, old, new)) if old != new else ()
        if found:
            probes = _touched(kind, old)
            yield Step(f"{kind}.change", (kind, new.name), "safe", _said("PLAN_163", kind, new), probes, changes=found)


def _touched(kind: str, one: Any) -> tuple[Probe, ...]:
    if kind == "form":
        return (Probe("drafts", one.of, form=one.id),)
    if kind == "workflow":
        return (Probe("cases", one.of, workflow=one.id),)
    return ()


def _parts(
    place: Place, what: Text, old: Iterable[tuple[Any, str]], new: Iterable[tuple[Any, str]]
) -> Iterator[Diagnostic]:
    """What is new and what is no longer there among parts: what each means, and how it is called."""
    was, now = dict(old), dict(new)
    added, gone = [now[n] for n in now if n not in was], [was[n] for n in was if n not in now]
    if added:
        yield Diagnostic("PLAN_190", place, {"what": what, "names": ", ".join(added)})
    if gone:
        yield Diagnostic("PLAN_191", place, {"what": what, "names": ", ".join(gone)})
    if not added and not gone and list(was) != list(now):
        yield Diagnostic("PLAN_193", place, {"what": what})


def _named(names: Iterable[str]) -> list[tuple[Any, str]]:
    return [(n, n) for n in names]


def _differ(two: Two, old: Any, new: Any, *named: tuple[str, Text]) -> Iterator[Diagnostic]:
    for name, what in named:
        if not two.same(old, new, name):
            yield Diagnostic("PLAN_192", new.place, {"what": what})


def _form(two: Two, old: Form, new: Form) -> Iterator[Diagnostic]:
    left, right = two.left(old), two.right(new)
    before = {meant(i.name, "path", *left): i for i in _form_items(old)}
    after = {meant(i.name, "path", *right): i for i in _form_items(new)}
    names = [[(k, i.name) for k, i in one.items()] for one in (before, after)]
    yield from _parts(new.place, Text("字段", "fields"), *names)
    yield from _differ(
        two, old, new, ("title", Text("标题", "title")), ("help", Text("说明", "help")),
        ("hidden", Text("隐藏字段的值", "values of hidden fields")), ("uses", Text("用途", "what it opens for")),
    )  # fmt: skip
    kept = all(same(before[k], after[k], "", left, right) for k in before.keys() & after.keys())
    shapes = [
        [(s.title, meant(s.when, "", *side), s.help, len(s.lines)) for s in form.sections]
        for form, side in ((old, left), (new, right))
    ]
    if not kept or (shapes[0] != shapes[1] and before.keys() == after.keys()):
        yield Diagnostic("PLAN_192", new.place, {"what": Text("各段与显示方式", "sections and how fields show")})


def _form_items(form: Form) -> list[Item]:
    return [i for s in form.sections for line in s.lines for i in line]


def _view(two: Two, old: View, new: View) -> Iterator[Diagnostic]:
    columns = [
        [(meant(path, "path", *side), ".".join(path)) for path in view.columns]
        for view, side in ((old, two.left(old)), (new, two.right(new)))
    ]
    yield from _parts(new.place, Text("列", "columns"), *columns)
    yield from _differ(
        two, old, new, ("title", Text("标题", "title")), ("where", Text("条件", "condition")),
        ("sort", Text("次序", "order")), ("filters", Text("筛选", "filters")), ("group", Text("分组", "group")),
        ("show", Text("样式", "style")), ("roles", Text("可见的角色", "roles")),
    )  # fmt: skip
    entities = [model.entities[v.of].id for model, v in ((two.before, old), (two.after, new))]
    if entities[0] != entities[1]:
        yield Diagnostic("PLAN_192", new.place, {"what": Text("实体", "entity")})


def _policy(two: Two, old: Policy, new: Policy) -> Iterator[Diagnostic]:
    place = new.place
    yield from _differ(two, old, new, ("role", Text("角色", "role")), ("title", Text("标题", "title")))
    system = [_named(sorted(p.system)) for p in (old, new)]
    yield from _parts(place, Text("对系统的权限", "rights over the product"), *system)
    was = [(line.entity, meant(line, "", two.before, None)) for line in old.lines]
    now = [(line.entity, meant(line, "", two.after, None)) for line in new.lines]
    gone, come = [m for _, m in was], [m for _, m in now]
    changed = [e for e, m in now if m not in gone] + [e for e, m in was if m not in come]
    if changed:
        yield Diagnostic("PLAN_194", place, {"names": ", ".join(dict.fromkeys(changed))})


def _dashboard(two: Two, old: Dashboard, new: Dashboard) -> Iterator[Diagnostic]:
    yield from _differ(
        two, old, new, ("title", Text("标题", "title")), ("roles", Text("角色", "roles")),
        ("cards", Text("卡片", "cards")), ("hints", Text("指引", "hints")),
    )  # fmt: skip


def _codes(two: Two, old: CodeList, new: CodeList) -> Iterator[Diagnostic]:
    place = new.place
    yield from _differ(two, old, new, ("title", Text("标题", "title")), ("source", Text("出处", "source")))
    codes = [_named(c.code for c in one.codes) for one in (old, new)]
    yield from _parts(place, Text("代码", "codes"), *codes)
    was = {c.code: c for c in old.codes}
    changed = [c.code for c in new.codes if c.code in was and was[c.code] != c]
    if changed:
        yield Diagnostic("PLAN_195", place, {"names": ", ".join(changed[:20]), "count": len(changed)})


def lost_codes(before: Model, after: Model) -> Iterator[Step]:
    """Codes that stored values may still hold."""
    for old, new in paired(before.codelists.values(), after.codelists.values()).both:
        kept = {c.code for c in new.codes}
        gone = tuple(c.code for c in old.codes if c.code not in kept)
        if gone:
            probes = tuple(_using(before, old, gone))
            args = {"codes": ", ".join(gone[:20]), "count": len(gone)}
            yield Step(
                "codelist.codes", ("codelist", new.name), "mapping", _said("PLAN_180", "codelist", new, **args), probes
            )


def _using(model: Model, codes: CodeList, gone: tuple[str, ...]) -> Iterator[Probe]:
    for entity in model.entities.values():
        for top in entity.fields:
            for one, table in ((top, table_name(entity)), *((c, child_name(entity, top)) for c in top.rows)):
                column = type_of(one).column(one) if codelist_of(one) == codes.name else None
                if column:
                    yield Probe("values", entity.name, table, (column,), gone)


Sides = tuple[tuple[Model, Entity | None], tuple[Model, Entity | None]]
_STEP_PARTS = (
    "by", "if_nobody", "same_as_before", "sign", "edit", "may", "auto", "join", "when", "due", "after", "end", "tell",
)  # fmt: skip


def _flow(two: Two, old: Workflow, new: Workflow) -> Iterator[Diagnostic]:
    yield from _differ(
        two, old, new, ("title", Text("标题", "title")), ("help", Text("说明", "help")), ("form", Text("表单", "form")),
        ("start", Text("第一步", "first step")), ("one_open_case_per", Text("同时只能一件", "one open case")),
        ("withdraw", Text("撤回", "withdrawal")), ("cancel", Text("终止", "cancelling")),
        ("rules", Text("提交时的检查", "checks at submit")), ("examples", Text("例子", "examples")),
    )  # fmt: skip


def _all(workflow: Workflow) -> list[FlowStep]:
    return [s for top in workflow.steps for s in (top, *top.parallel)]


def _flow_steps(two: Two, old: Workflow, new: Workflow) -> Iterator[Step]:
    """Steps of a workflow; running cases finish under their own version, so they are counted, not changed."""
    if old == new:
        return
    pairs = paired(_all(old), _all(new))
    sides = two.left(old), two.right(new)

    def made(kind: str, code: str, step: FlowStep, at: FlowStep | None, **more: Any) -> Step:
        args = {"step": step.title, "workflow": new.title, **more.pop("args", {})}
        probes = (Probe("cases", old.of, workflow=old.id, step=at.id),) if at else ()
        return Step(kind, ("workflow", new.name, step.name), "safe", Diagnostic(code, step.place, args), probes, **more)

    for gone in pairs.removed:
        yield made("step.remove", "PLAN_171", gone, gone)
    for added in pairs.added:
        yield made("step.add", "PLAN_170", added, None)
    for was, is_ in pairs.both:
        if was.name != is_.name:
            yield made("step.rename", "PLAN_172", is_, was, args={"old": was.name})
        found = tuple(_step_changes(was, is_, sides))
        if found:
            yield made("step.change", "PLAN_173", is_, was, changes=found)


def _step_changes(old: FlowStep, new: FlowStep, sides: Sides) -> Iterator[Diagnostic]:
    keys = [k for k in ("title", *_STEP_PARTS) if not same(getattr(old, k), getattr(new, k), k, *sides)]
    if keys:
        yield Diagnostic("PLAN_192", new.place, {"what": ", ".join(keys)})
    buttons = [[(g.id, g.name) for g in one.go] for one in (old, new)]
    yield from _parts(new.place, Text("按钮", "buttons"), *buttons)
    changed = [b.name for a, b in paired(old.go, new.go).both if not same(a, b, "", *sides)]
    if changed:
        yield Diagnostic("PLAN_192", new.place, {"what": ", ".join(changed)})


def _packs(before: Model, after: Model) -> Iterator[Step]:
    for name, new in after.packs.items():
        old = before.packs.get(name)
        args = {"kind": _TITLES["pack"], "title": new.title, "name": name}
        if old is None:
            yield Step("pack.add", ("pack", name), "safe", Diagnostic("PLAN_160", Place(), args))
        elif old != new:
            args |= {"old": old.version, "new": new.version}
            yield Step("pack.change", ("pack", name), "safe", Diagnostic("PLAN_164", Place(), args))
    for name, old in before.packs.items():
        if name not in after.packs:
            args = {"kind": _TITLES["pack"], "title": old.title, "name": name}
            yield Step("pack.remove", ("pack", name), "safe", Diagnostic("PLAN_161", Place(), args))
