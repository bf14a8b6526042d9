"""A plan as a page shows it: each step in words with what it touches, samples, and what has to be typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from shuyuan.engine import Diagnostic, FileDiff, PlanStep, Probe, Proposed, words

from .page_values import SourceLine, Step, TextDiff
from .values import Link, Pill, Stat, Tone
from .words import Lang

Say = Callable[..., str]

_TONES: Mapping[str, Tone] = {"safe": "ok", "mapping": "warn", "backfill": "info", "destructive": "bad"}
_CLASSES = ("safe", "backfill", "mapping", "destructive")
#: Steps shown on a page; nobody reads more, and the first publication has hundreds.
MOST_STEPS = 300


def class_pill(risk: str, t: Say) -> Pill:
    """The class of a step as a short word."""
    label = {
        "safe": t("class_safe"),
        "mapping": t("class_mapping"),
        "backfill": t("class_backfill"),
        "destructive": t("class_destructive"),
    }[risk]
    return Pill(label, _TONES[risk])


def steps_of(
    proposed: Proposed, t: Say, lang: Lang, typed: Mapping[str, str] | None = None, asks: bool = True
) -> tuple[Step, ...]:
    """The steps, those that take something away first.

    typed: what was typed to confirm, None when nothing was sent; asks: something can be confirmed.
    """
    if proposed.plan is None:
        return ()
    order = sorted(enumerate(proposed.plan.steps), key=lambda pair: -_CLASSES.index(pair[1].risk))
    found = tuple(_step(proposed, step, str(n + 1), t, lang, typed) for n, step in order[:MOST_STEPS])
    return found if asks else tuple(replace(step, typed="", error="") for step in found)


def _step(proposed: Proposed, step: PlanStep, number: str, t: Say, lang: Lang, typed: Mapping[str, str] | None) -> Step:
    said = words(step.said, lang)
    missing = words(Diagnostic("PLAN_003", args={"name": step.confirm}), lang).what
    given = (typed or {}).get(number, "").strip()
    samples = [
        Link(one.label, f"/r/{probe.entity}/{one.id}")
        for probe in step.probes
        for one in proposed.samples.get(probe, ())
        if probe.entity
    ]
    return Step(
        id=number,
        text=said.what,
        pill=class_pill(step.risk, t),
        touches=tuple(touch for probe in step.probes if (touch := _touch(proposed, probe, t))),
        samples=tuple(dict.fromkeys(samples)),
        typed=step.confirm,
        given=given,
        error=missing if typed is not None and step.confirm and given != step.confirm else "",
        remedy=said.remedy,
        lines=tuple(words(change, lang).what for change in step.changes),
    )


def _touch(proposed: Proposed, probe: Probe, t: Say) -> str:
    count = proposed.counts.get(probe)
    if count is None:
        return t("n_unknown")
    n = t("or_more", n=f"{count:,}") if probe in proposed.atleast else f"{count:,}"
    return {
        "records": t("n_records", n=n),
        "filled": t("n_filled", n=n),
        "empty": t("n_empty", n=n),
        "unconvertible": t("n_unfit", n=n),
        "duplicates": t("n_doubled", n=n),
        "values": t("n_holding", n=n),
        "breaking": t("n_breaking", n=n),
        "drafts": t("n_drafts", n=n),
        "cases": t("n_cases", n=n),
        "saved_views": t("n_views", n=n),
        "tokens": t("n_tokens", n=n),
    }[probe.kind]


def stats_of(proposed: Proposed, t: Say) -> tuple[Stat, ...]:
    """How many steps there are of each class."""
    if proposed.plan is None or not proposed.plan.steps:
        return ()
    steps = proposed.plan.steps
    each = [(risk, sum(s.risk == risk for s in steps)) for risk in reversed(_CLASSES)]
    found = [Stat(t("stat_steps"), f"{len(steps):,}")]
    found += [Stat(class_pill(risk, t).label, f"{n:,}") for risk, n in each if n]
    return tuple(found)


def text_diffs(
    files: tuple[FileDiff, ...], t: Say, href: Callable[[FileDiff], str] = lambda _: ""
) -> tuple[TextDiff, ...]:
    """Documents that differ, with their lines."""
    fates: Mapping[str, tuple[str, Tone]] = {
        "added": (t("fate_added"), "ok"),
        "removed": (t("fate_removed"), "bad"),
        "changed": (t("fate_changed"), "info"),
    }
    return tuple(TextDiff(f.path, Pill(*fates[f.fate]), diff_lines(f.runs), href(f)) for f in files)


def diff_lines(runs: Any) -> tuple[SourceLine, ...]:
    """Runs of lines one under another, with a gap between them."""
    found: list[SourceLine] = []
    for run in runs:
        if found:
            found.append(SourceLine(0, "⋯"))
        for line in run:
            tone: Any = "" if line.old and line.new else "new" if line.new else "old"
            found.append(SourceLine(line.new or line.old, line.text, tone))
    return tuple(found)
