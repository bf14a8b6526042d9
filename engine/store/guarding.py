"""What both stores have in common: ids from memory, and the refusal to wait for oneself inside a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Current(Generic[T]):
    """The transaction that the running task is in, if any; tasks it starts are in it too."""

    def __init__(self) -> None:
        self._var: ContextVar[T | None] = ContextVar("transaction", default=None)

    def get(self) -> T | None:
        """The open transaction of this task."""
        return self._var.get()

    def refuse(self, what: str) -> None:
        """Raise RuntimeError when this task is inside a transaction, since `what` would wait for it for ever."""
        if self._var.get() is not None:
            raise RuntimeError(f"{what} inside transaction() of the same store: use the connection it gave you")

    @contextmanager
    def set(self, transaction: T) -> Iterator[None]:
        """This task is in the transaction inside the `with` block."""
        token = self._var.set(transaction)
        try:
            yield
        finally:
            self._var.reset(token)


class Failed(RuntimeError):
    """A statement of the transaction was refused and the refusal swallowed, so there is nothing to commit."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(f"the transaction was rolled back: {cause!r}")
        self.cause: Any = cause
