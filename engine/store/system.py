"""The system tables that say what is live, who may sign in, and what was done; `system_flow` has those of the work."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn, cast

from tortoise.models import Model, ModelMeta

from .orm_fields import big, flag, pk, string, tree, whole


class _Quick(ModelMeta):
    """Keeps Tortoise from reading the source of each model for comments, which would double the time to start."""

    def __new__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> _Quick:
        return cast(_Quick, super().__new__(cls, name, bases, {"_no_comments": True, **attrs}))


class SystemModel(Model, metaclass=_Quick):
    """A system table.

    `keys` names the primary key where it has several columns. Tortoise knows keys of one column only, so a row of such
    a table is never saved or deleted through its object: use `filter(...).update()` and `.delete()`.
    """

    keys: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True


class JoinModel(SystemModel):
    """A system table whose primary key has several columns."""

    async def delete(self, using_db: Any = None) -> NoReturn:
        """Refused: would delete every row with the same first column."""
        raise TypeError(f"{type(self).__name__} has a key of several columns: use filter(...).delete()")

    class Meta:
        abstract = True


class Live(SystemModel):
    """The one row (id 1) that says what is live.

    version: number of the live version, 0 before the first; epoch: +1 at every publication or rollback; access: +1 when
    any access fact changes (grant, unit tree, account off, session revoked, holder of a derived role).
    """

    id = pk()
    version = whole()
    epoch = big()
    access = big()

    class Meta:
        table = "sy_live"


class Version(SystemModel):
    """A published version of the definitions; never changed. documents: path -> text."""

    number = pk()
    hash = string()
    parent = string()
    documents = tree()
    identity = tree()
    steps = tree()
    note = string()
    by = big(null=True)
    at = big()

    class Meta:
        table = "sy_version"


class Counter(SystemModel):
    """The last id given out; workers take a thousand at a time."""

    name = pk(str)
    value = big()

    class Meta:
        table = "sy_counter"


class Serial(SystemModel):
    """The last serial number given out under a key, without gaps: taken inside the transaction of the record."""

    key = pk(str)
    value = big()

    class Meta:
        table = "sy_serial"


class Unit(SystemModel):
    """A unit; its id is that of the record that is the unit."""

    id = pk()
    entity = string()
    parent = big(null=True)
    label = string()

    class Meta:
        table = "sy_unit"


class UnitTree(JoinModel):
    """Every unit with every unit above it and itself (depth 0)."""

    keys = ("ancestor", "descendant")
    ancestor = pk()
    descendant = big()
    depth = whole()

    class Meta:
        table = "sy_unit_tree"
        indexes = (("descendant",),)


class Account(SystemModel):
    """Who may sign in. login: unique, lower case."""

    id = pk()
    login = string()
    name = string()
    password_hash = string()
    email = string()
    lang = string()
    theme = string()
    shortcuts = flag()
    active = flag()
    must_change = flag()
    created_at = big()
    changed_at = big()

    class Meta:
        table = "sy_account"
        unique_together = (("login",),)


class AccountRecord(JoinModel):
    """The records that are the person behind an account, the main one first."""

    keys = ("account", "record")
    account = pk()
    record = big()
    position = whole()

    class Meta:
        table = "sy_account_record"
        indexes = (("record",),)


class Grant(SystemModel):
    """A role held by an account, in one unit or (null) everywhere."""

    id = pk()
    account = big()
    role = string()
    unit = big(null=True)
    valid_from = big(null=True)
    valid_to = big(null=True)
    by = big(null=True)
    at = big()

    class Meta:
        table = "sy_grant"
        indexes = (("account",), ("role", "unit"))


class Session(SystemModel):
    """A sign-in that lasts; the cookie itself is nowhere, only its hash."""

    key_hash = pk(str)
    account = big()
    csrf = string()
    created_at = big()
    seen_at = big()
    expires_at = big()
    address = string()
    agent = string()

    class Meta:
        table = "sy_session"
        indexes = (("account",),)


class Token(SystemModel):
    """A key for programs; only its hash is kept."""

    id = pk()
    hash = string()
    account = big()
    title = string()
    scopes = tree()
    created_at = big()
    expires_at = big(null=True)
    used_at = big(null=True)
    revoked_at = big(null=True)

    class Meta:
        table = "sy_token"
        unique_together = (("hash",),)


class Throttle(SystemModel):
    """How often something was tried in the window that began at `window_at`."""

    key = pk(str)
    window_at = big()
    count = whole()

    class Meta:
        table = "sy_throttle"


class History(SystemModel):
    """What changed in a record. changes: field id -> [old, new]; origin: "", "import:ID", "bulk:ID" or "case:ID"."""

    id = pk()
    entity = string()
    record = big()
    version = whole()
    defn = whole()
    actor = big(null=True)
    at = big()
    op = string()
    changes = tree()
    origin = string()

    class Meta:
        table = "sy_history"
        indexes = (("record", "version"), ("origin",))


class Audit(SystemModel):
    """Who did what when; rows are only ever added. Personal data stands here as ids only."""

    id = pk()
    at = big()
    actor = big(null=True)
    op = string()
    entity = string()
    record = big(null=True)
    detail = tree()
    address = string()

    class Meta:
        table = "sy_audit"
        indexes = (("at",), ("record",), ("actor",))


class Once(SystemModel):
    """A submission that was carried out, with its answer: sending it again gives that answer and does nothing."""

    token = pk(str)
    actor = big(null=True)
    at = big()
    answer = tree()

    class Meta:
        table = "sy_once"


class Setting(SystemModel):
    """A setting that is changed in the application."""

    key = pk(str)
    value = tree()

    class Meta:
        table = "sy_setting"


__models__ = [
    Live, Version, Counter, Serial, Unit, UnitTree, Account, AccountRecord, Grant, Session, Token, Throttle, History,
    Audit, Once, Setting,
]  # fmt: skip
