"""Steps of a schema change as statements of one database; pure text, made of engine-made names only."""

# ruff: noqa: S608 - statements are put together from names that `quoted` has checked

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..model.steps import (
    AddColumn,
    CopyColumn,
    CreateIndex,
    CreateTable,
    CreateView,
    DropColumn,
    DropIndex,
    DropTable,
    DropView,
    RenameColumn,
    RenameTable,
    SchemaStep,
)
from ..model.storage import Column, Index, Table
from .protocol import Dialect
from .render import quoted, type_name

#: The column of a child table that names the row it belongs to; the child rows go with that row.
PARENT = "parent"

_DROP = "DROP TABLE "

#: The order in which steps can always be carried out.
_ORDER: tuple[type, ...] = (
    DropView,
    DropIndex,
    RenameTable,
    RenameColumn,
    CreateTable,
    AddColumn,
    CopyColumn,
    DropColumn,
    CreateIndex,
    DropTable,
    CreateView,
)


def arranged(steps: Iterable[SchemaStep]) -> list[SchemaStep]:
    """The steps in an order that works: what stands in the way goes first; otherwise as given."""
    return sorted(steps, key=lambda step: _ORDER.index(type(step)))


def statements(steps: Sequence[SchemaStep], dialect: Dialect) -> list[str]:
    """The statements of steps that need no reading of rows, in order. Raises TypeError for CopyColumn.

    On PostgreSQL the references of new tables follow after all of them, so that tables may refer to each other.
    """
    found: list[str] = []
    later: list[str] = []
    for step in steps:
        if dialect == "postgres" and later and not isinstance(step, CreateTable):
            found += later
            later = []
        if dialect == "postgres" and isinstance(step, DropTable) and found and found[-1].startswith(_DROP):
            found[-1] += f", {quoted(step.table)}"  # together, for they may refer to each other
            continue
        found += _statements(step, dialect)
        if dialect == "postgres" and isinstance(step, CreateTable):
            later += [_add_reference(step.table.name, c) for c in step.table.columns if c.refers]
    return found + later


def _statements(step: SchemaStep, dialect: Dialect) -> list[str]:
    match step:
        case CreateTable(table):
            return [create_table(table, dialect), *(create_index(table.name, i) for i in table.indexes)]
        case DropTable(table):
            return [f"{_DROP}{quoted(table)}"]
        case RenameTable(old, new):
            return _rename_table(old, new, dialect)
        case AddColumn(table, column):
            return _add_column(table, column, dialect)
        case DropColumn(table, column):
            return _drop_column(table, column, dialect)
        case RenameColumn(table, old, new):
            return _rename_column(table, old, new, dialect)
        case CreateIndex(table, index):
            return [create_index(table, index)]
        case DropIndex(_, index):
            return [f"DROP INDEX {quoted(index.name)}"]
        case CreateView():
            return [create_view(step, dialect)]
        case DropView(name):
            return [f"DROP VIEW IF EXISTS {quoted(name)}"]
        case CopyColumn():
            raise TypeError("CopyColumn reads rows: use `change.carry_out`")


def create_table(table: Table, dialect: Dialect) -> str:
    """The table without its indexes; with its references on SQLite only, where they cannot be added later."""
    whole = dialect == "sqlite"
    single = len(table.key) == 1 and table.column(table.key[0]).storage.kind == "bigint"
    lines = []
    for column in table.columns:
        line = _column(column, dialect, references=whole)
        if single and column.name == table.key[0]:
            line = f"{quoted(column.name)} {type_name(column.storage, dialect)} PRIMARY KEY"
        lines.append(line)
    if not single:
        lines.append(f"PRIMARY KEY ({_names(table.key)})")
    # Without a row id the rows of a table with another key lie in the order of that key.
    options = (" STRICT" if single else " STRICT, WITHOUT ROWID") if whole else ""
    inside = ",\n  ".join(lines)
    return f"CREATE TABLE {quoted(table.name)} (\n  {inside}\n){options}"


def create_index(table: str, index: Index) -> str:
    """The index over columns; text is compared by code points on both databases because columns say so."""
    unique = "UNIQUE " if index.unique else ""
    return f"CREATE {unique}INDEX {quoted(index.name)} ON {quoted(table)} ({_names(index.columns)})"


def create_view(step: CreateView, dialect: Dialect) -> str:
    """Columns under their current names; scaled integers are divided for the reader on SQLite."""
    chosen = ", ".join(f"{_shown(column, dialect)} AS {quoted(name)}" for name, column in step.columns)
    # Whoever reads the view needs rights on the table itself: row level security holds behind views too.
    options = " WITH (security_invoker = true)" if dialect == "postgres" else ""
    return f"CREATE VIEW {quoted(step.name)}{options} AS SELECT {chosen} FROM {quoted(step.table)}"


def reference_name(table: str, column: str) -> str:
    """The name of a foreign key on PostgreSQL; `postgres_errors` reads the column back out of it."""
    return f"{table}_{column}_fkey"


def _names(names: Iterable[str]) -> str:
    return ", ".join(map(quoted, names))


def _shown(column: Column, dialect: Dialect) -> str:
    name = quoted(column.name)
    if dialect == "sqlite" and column.storage.kind == "decimal" and column.storage.scale:
        return f"{name} / {10**column.storage.scale}.0"
    return name


def _collation(column: Column, dialect: Dialect) -> str:
    return ' COLLATE "C"' if dialect == "postgres" and column.storage.kind == "text" else ""


def _column(column: Column, dialect: Dialect, *, references: bool) -> str:
    text = f"{quoted(column.name)} {type_name(column.storage, dialect)}{_collation(column, dialect)}"
    if not column.nullable:
        text += " NOT NULL"
    return text + (reference(column) if references and column.refers else "")


def reference(column: Column) -> str:
    """The clause by which a link refers to a row; that row stays while it does, except above rows of a child table.

    NO ACTION and not RESTRICT: both databases then check at the end of a statement, so that rows which refer to each
    other can go together.
    """
    fate = "CASCADE" if column.name == PARENT else "NO ACTION"
    return f' REFERENCES {quoted(column.refers)} ("id") ON DELETE {fate}'


def _add_reference(table: str, column: Column) -> str:
    name = quoted(reference_name(table, column.name))
    return f"ALTER TABLE {quoted(table)} ADD CONSTRAINT {name} FOREIGN KEY ({quoted(column.name)}){reference(column)}"


def _add_column(table: str, column: Column, dialect: Dialect) -> list[str]:
    text = f"ALTER TABLE {quoted(table)} ADD COLUMN {_column(column, dialect, references=dialect == 'sqlite')}"
    if dialect == "sqlite" or not column.refers:
        return [text]
    return [text, _add_reference(table, column)]


def _rename_table(old: str, new: str, dialect: Dialect) -> list[str]:
    text = f"ALTER TABLE {quoted(old)} RENAME TO {quoted(new)}"
    return [text, _rename_constraints(new, f"{old}_", f"{new}_")] if dialect == "postgres" else [text]


def _rename_column(table: str, old: str, new: str, dialect: Dialect) -> list[str]:
    text = f"ALTER TABLE {quoted(table)} RENAME COLUMN {quoted(old)} TO {quoted(new)}"
    constraints = _rename_constraints(table, f"{table}_{old}_", f"{table}_{new}_")
    return [text, constraints] if dialect == "postgres" else [text]


def _rename_constraints(table: str, old: str, new: str) -> str:
    """PostgreSQL keeps the names of keys and references when what they are named after changes; make them follow."""
    quoted(old), quoted(new)
    return f"""DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT conname FROM pg_constraint
    WHERE conrelid = '{quoted(table)}'::regclass AND starts_with(conname, '{old}') LOOP
    EXECUTE format('ALTER TABLE {quoted(table)} RENAME CONSTRAINT %I TO %I',
      found.conname, '{new}' || substr(found.conname, {len(old) + 1}));
  END LOOP; END $$"""


def _drop_column(table: str, column: Column, dialect: Dialect) -> list[str]:
    text = f"ALTER TABLE {quoted(table)} DROP COLUMN {quoted(column.name)}"
    if dialect == "postgres" or not column.refers:
        return [text]
    # SQLite refuses to drop a column that refers to another table. Its manual allows taking the clause out of the
    # stored text (lang_altertable.html, "Making Other Kinds Of Table Schema Changes"), which touches no row.
    clause = _column(column, dialect, references=True)
    bare = _column(column, dialect, references=False)
    return [
        "PRAGMA writable_schema = ON",
        f"UPDATE sqlite_schema SET sql = replace(sql, '{clause}', '{bare}') WHERE type = 'table' AND name = '{table}'",
        "PRAGMA writable_schema = RESET",
        text,
    ]
