"""The command line: `shuyuan COMMAND`, each command loaded only when it is called."""

from .root import main

__all__ = ["main"]
