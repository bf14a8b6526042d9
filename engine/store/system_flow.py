"""The system tables of the work itself: drafts, views, files, cases, tasks, jobs, proxies, notices, imports, search."""

from __future__ import annotations

from .orm_fields import big, flag, pk, string, tree, whole
from .system import JoinModel, SystemModel


class Draft(SystemModel):
    """What somebody has typed and not sent yet. record: 0 for a new one."""

    id = pk()
    account = big()
    form = string()
    record = big()
    defn = whole()
    content = tree()
    updated_at = big()

    class Meta:
        table = "sy_draft"
        unique_together = (("account", "form", "record"),)


class SavedView(SystemModel):
    """A list as somebody likes to see it."""

    id = pk()
    account = big()
    entity = string()
    title = string()
    query = tree()
    shared = flag()
    position = whole()
    created_at = big()

    class Meta:
        table = "sy_saved_view"
        indexes = (("entity", "account"),)


class File(SystemModel):
    """An uploaded file; its content lies in the file storage under `sha256`. state: temp, kept or gone.

    created_at: since when it is in its state.
    """

    id = pk()
    sha256 = string()
    name = string()
    size = big()
    media_type = string()
    account = big(null=True)
    entity = string()
    record = big(null=True)
    state = string()
    created_at = big()

    class Meta:
        table = "sy_file"
        indexes = (("sha256",), ("record",))


class Case(SystemModel):
    """One run of a workflow. version: optimistic lock; open_key: set while open where one case at a time is allowed.

    status: open, passed, refused, cancelled or withdrawn. subject: "" or what `one_open_case_per` gave.
    state: branches, visits, counters.
    """

    id = pk()
    workflow = string()
    entity = string()
    record = big()
    version = whole()
    defn = whole()
    step = string()
    status = string()
    requester = big(null=True)
    unit = big(null=True)
    subject = string()
    open_key = string(null=True)
    state = tree()
    opened_at = big()
    changed_at = big()
    closed_at = big(null=True)

    class Meta:
        table = "sy_case"
        unique_together = (("open_key",),)
        indexes = (("record",), ("requester", "opened_at"), ("status", "step"))


class Task(SystemModel):
    """What one person has to do in a case. state: open, done, cancelled, moved or waiting; reason: why this person."""

    id = pk()
    case_id = big()
    step = string()
    branch = string()
    visit = whole()
    account = big()
    reason = tree()
    position = whole()
    state = string()
    act = string()
    comment = string()
    due_at = big(null=True)
    created_at = big()
    done_at = big(null=True)
    seen_at = big(null=True)

    class Meta:
        table = "sy_task"
        indexes = (("account", "state", "due_at"), ("case_id",))


class CaseEntry(SystemModel):
    """What happened in a case. labels: titles as they were then."""

    id = pk()
    case_id = big()
    version = whole()
    at = big()
    actor = big(null=True)
    act = string()
    step = string()
    to_step = string()
    labels = tree()
    comment = string()
    detail = tree()

    class Meta:
        table = "sy_case_entry"
        indexes = (("case_id",),)


class Job(SystemModel):
    """Work to be done after a transaction, at least once. key: what makes it the same work ("case:version:effect")."""

    id = pk()
    kind = string()
    key = string()
    payload = tree()
    due_at = big()
    lease_at = big()
    tries = whole()
    done_at = big(null=True)
    dead = flag()
    error = string()
    case_id = big(null=True)
    visit = whole(null=True)

    class Meta:
        table = "sy_job"
        unique_together = (("key",),)
        indexes = (("done_at", "due_at"),)


class Proxy(SystemModel):
    """Somebody who acts in approvals instead of an account between two moments."""

    id = pk()
    account = big()
    proxy = big()
    valid_from = big()
    valid_to = big()
    by = big()
    at = big()

    class Meta:
        table = "sy_proxy"
        indexes = (("account",),)


class Notice(SystemModel):
    """A message to one account. title, text: {zh, en}."""

    id = pk()
    account = big()
    at = big()
    title = tree()
    text = tree()
    link = string()
    read_at = big(null=True)
    case_id = big(null=True)

    class Meta:
        table = "sy_notice"
        indexes = (("account", "read_at", "at"),)


class Batch(SystemModel):
    """An import or a bulk change as a whole."""

    id = pk()
    kind = string()
    entity = string()
    title = string()
    account = big()
    at = big()
    state = string()
    detail = tree()

    class Meta:
        table = "sy_batch"
        indexes = (("account", "at"),)


class BatchRow(SystemModel):
    """One row of a batch. outcome: created, changed, same, refused or skipped."""

    id = pk()
    batch = big()
    number = whole()
    outcome = string()
    record = big(null=True)
    message = tree()
    cells = tree()

    class Meta:
        table = "sy_batch_row"
        indexes = (("batch",),)


class Search(JoinModel):
    """A word by which a record is found, lower case; prefixes are found by a half-open interval."""

    keys = ("entity", "token", "record")
    entity = pk(str)
    token = string()
    record = big()

    class Meta:
        table = "sy_search"
        indexes = (("record",),)


__models__ = [Draft, SavedView, File, Case, Task, CaseEntry, Job, Proxy, Notice, Batch, BatchRow, Search]
