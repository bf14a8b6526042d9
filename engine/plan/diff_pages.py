"""What changes about everything but entities: forms, views, workflows, policies, code lists, dashboards, packs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..compile.table import child_name, table_name
from ..diagnostics import Diagnostic, Place
from ..fieldtypes import codelist_of, type_of
from ..model import CodeList, Dashboard, Form, Model, Policy, Text, View, Workflow
from ..model import Step as FlowStep
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

Changes = Callable[[Any, Any], Iterable[Diagnostic]]


def page_steps(before: Model, after: Model) -> Iterator[Step]:
    """The steps, kind by kind."""
    yield from _kind("codelist", before.codelists.values(), after.codelists.values(), _codes, before)
    yield from _kind("form", before.forms.values(), after.forms.values(), _form, before)
    yield from _kind("view", before.views.values(), after.views.values(), _view, before)
    yield from _kind("workflow", before.workflows.values(), after.workflows.values(), _flow, before)
    for old, new in paired(before.workflows.values(), after.workflows.values()).both:
        yield from _flow_steps(old, new)
    yield from _kind("policy", before.policies.values(), after.policies.values(), _policy, before)
    yield from _kind("dashboard", before.dashboards.values(), after.dashboards.values(), _dashboard, before)
    yield from _packs(before, after)


def _said(code: str, kind: str, one: Any, **args: Any) -> Diagnostic:
    return Diagnostic(code, one.place, {"kind": _TITLES[kind], "title": one.title, "name": one.name, **args})


def _kind(kind: str, before: Iterable[Any], after: Iterable[Any], changes: Changes, live: Model) -> Iterator[Step]:
    pairs = paired(before, after)
    for gone in pairs.removed:
        probes = _touched(kind, gone, live)
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
        found = tuple(changes(old, new))
        if found:
            probes = _touched(kind, old, live)
            yield Step(f"{kind}.change", (kind, new.name), "safe", _said("PLAN_163", kind, new), probes, changes=found)


def _touched(kind: str, one: Any, live: Model) -> tuple[Probe, ...]:
    if kind == "form":
        return (Probe("drafts", one.of, form=one.id),)
    if kind == "workflow":
        return (Probe("cases", one.of, workflow=one.id),)
    return ()


def _parts(place: Place, what: Text, old: Iterable[str], new: Iterable[str]) -> Iterator[Diagnostic]:
    """What is new and what is no longer there among named parts."""
    was, now = list(dict.fromkeys(old)), list(dict.fromkeys(new))
    added, gone = [n for n in now if n not in was], [n for n in was if n not in now]
    if added:
        yield Diagnostic("PLAN_190", place, {"what": what, "names": ", ".join(added)})
    if gone:
        yield Diagnostic("PLAN_191", place, {"what": what, "names": ", ".join(gone)})
    if not added and not gone and was != now:
        yield Diagnostic("PLAN_193", place, {"what": what})


def _differ(place: Place, what: Text, old: Any, new: Any) -> Iterator[Diagnostic]:
    if old != new:
        yield Diagnostic("PLAN_192", place, {"what": what})


def _form(old: Form, new: Form) -> Iterator[Diagnostic]:
    items = [[i for s in f.sections for line in s.lines for i in line] for f in (old, new)]
    yield from _parts(new.place, Text("字段", "fields"), *([i.name for i in one] for one in items))
    yield from _differ(new.place, Text("标题与说明", "title and help"), (old.title, old.help), (new.title, new.help))
    yield from _differ(new.place, Text("隐藏字段的值", "values of hidden fields"), old.hidden, new.hidden)
    kept = [{i.name: i for i in one} for one in items]
    same = all(kept[0][n] == kept[1][n] for n in kept[0].keys() & kept[1].keys())
    shape = [[(s.title, s.when, s.help, [len(line) for line in s.lines]) for s in f.sections] for f in (old, new)]
    yield from _differ(
        new.place, Text("各段与显示方式", "sections and how fields show"), (shape[0], True), (shape[1], same)
    )


def _view(old: View, new: View) -> Iterator[Diagnostic]:
    place = new.place
    yield from _parts(place, Text("列", "columns"), map(".".join, old.columns), map(".".join, new.columns))
    for name, what in (
        ("title", Text("标题", "title")), ("where", Text("条件", "condition")), ("sort", Text("次序", "order")),
        ("filters", Text("筛选", "filters")), ("group", Text("分组", "group")), ("show", Text("样式", "style")),
        ("roles", Text("可见的角色", "roles")), ("of", Text("实体", "entity")),
    ):  # fmt: skip
        yield from _differ(place, what, getattr(old, name), getattr(new, name))


def _policy(old: Policy, new: Policy) -> Iterator[Diagnostic]:
    place = new.place
    yield from _differ(place, Text("角色", "role"), (old.role, old.title), (new.role, new.title))
    yield from _parts(place, Text("对系统的权限", "rights over the product"), sorted(old.system), sorted(new.system))
    was, now = ([(line.entity, line) for line in p.lines] for p in (old, new))
    changed = [e for e, line in now if (e, line) not in was] + [e for e, line in was if (e, line) not in now]
    if changed:
        names = ", ".join(dict.fromkeys(changed))
        yield Diagnostic("PLAN_194", place, {"names": names})


def _dashboard(old: Dashboard, new: Dashboard) -> Iterator[Diagnostic]:
    place = new.place
    yield from _differ(place, Text("标题与角色", "title and roles"), (old.title, old.roles), (new.title, new.roles))
    yield from _differ(place, Text("卡片", "cards"), old.cards, new.cards)
    yield from _differ(place, Text("指引", "hints"), old.hints, new.hints)


def _codes(old: CodeList, new: CodeList) -> Iterator[Diagnostic]:
    place = new.place
    yield from _differ(place, Text("标题与出处", "title and source"), (old.title, old.source), (new.title, new.source))
    yield from _parts(place, Text("代码", "codes"), (c.code for c in old.codes), (c.code for c in new.codes))
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


_STEP_PARTS = (
    "by", "if_nobody", "same_as_before", "sign", "edit", "may", "auto", "join", "when", "due", "after", "end", "tell",
)  # fmt: skip


def _flow(old: Workflow, new: Workflow) -> Iterator[Diagnostic]:
    place = new.place
    for name, what in (
        ("title", Text("标题", "title")), ("help", Text("说明", "help")), ("form", Text("表单", "form")),
        ("start", Text("第一步", "first step")), ("one_open_case_per", Text("同时只能一件", "one open case")),
        ("withdraw", Text("撤回", "withdrawal")), ("cancel", Text("终止", "cancelling")),
        ("rules", Text("提交时的检查", "checks at submit")), ("examples", Text("例子", "examples")),
    ):  # fmt: skip
        yield from _differ(place, what, getattr(old, name), getattr(new, name))


def _all(workflow: Workflow) -> list[FlowStep]:
    return [s for top in workflow.steps for s in (top, *top.parallel)]


def _flow_steps(old: Workflow, new: Workflow) -> Iterator[Step]:
    """Steps of a workflow; running cases finish under their own version, so they are counted, not changed."""
    pairs = paired(_all(old), _all(new))

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
        found = tuple(_step_changes(was, is_))
        if found:
            yield made("step.change", "PLAN_173", is_, was, changes=found)


def _step_changes(old: FlowStep, new: FlowStep) -> Iterator[Diagnostic]:
    keys = [k for k in _STEP_PARTS if getattr(old, k) != getattr(new, k)]
    if old.title != new.title:
        keys.insert(0, "title")
    if keys:
        yield Diagnostic("PLAN_192", new.place, {"what": ", ".join(keys)})
    yield from _parts(new.place, Text("按钮", "buttons"), (g.name for g in old.go), (g.name for g in new.go))
    changed = [b.name for a, b in paired(old.go, new.go).both if a != b and a.name == b.name]
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
