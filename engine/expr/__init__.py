"""FEEL (DMN 1.5): from text to a checked, typed tree, and from the tree to Python and SQL."""

from . import conditions
from .builtin import Builtin, Param, Signature, signature
from .check import check
from .edit import canonical, renamed
from .emit import compile_python
from .explain import Explained, explain
from .functions import ALIASES, FUNCTIONS
from .needs import Needs, needs
from .scope import Checked, Scope, Typed
from .sql import compile_sql, sql_scale
from .sql_base import Columns, ColumnSql, RowsSql
from .temporal import DateTime, DaysTime, FarDate, Time, YearsMonths
from .types import (
    ACTOR,
    ANY,
    BOOLEAN,
    CONTEXT,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    FUNCTION,
    LIST,
    NULL,
    NUMBER,
    RANGE,
    STRING,
    TIME,
    YEARS_MONTHS,
    Entities,
    Type,
    context_of,
    fits,
    link,
    list_of,
    range_of,
    spelled,
)
from .values import Function, Range, from_python, to_python

__all__ = [
    "ACTOR",
    "ALIASES",
    "ANY",
    "BOOLEAN",
    "CONTEXT",
    "DATE",
    "DATE_TIME",
    "DAYS_TIME",
    "FUNCTION",
    "FUNCTIONS",
    "LIST",
    "NULL",
    "NUMBER",
    "RANGE",
    "STRING",
    "TIME",
    "YEARS_MONTHS",
    "Builtin",
    "Checked",
    "ColumnSql",
    "Columns",
    "DateTime",
    "DaysTime",
    "Entities",
    "Explained",
    "FarDate",
    "Function",
    "Needs",
    "Param",
    "Range",
    "RowsSql",
    "Scope",
    "Signature",
    "Time",
    "Type",
    "Typed",
    "YearsMonths",
    "canonical",
    "check",
    "compile_python",
    "compile_sql",
    "conditions",
    "context_of",
    "explain",
    "fits",
    "from_python",
    "link",
    "list_of",
    "needs",
    "range_of",
    "renamed",
    "signature",
    "spelled",
    "sql_scale",
    "to_python",
]
