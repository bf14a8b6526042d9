"""The front door: everything the pages, the API, the command line and plugins may use of the engine."""

from .compile.face import Face, FaceOption, face_of, faces
from .diagnostics import Diagnostic, Kind, Place, Refused, entry_of, is_error, kind_of, words
from .engine import Engine, open_engine
from .model import (
    LANGS,
    SYSTEM,
    Actor,
    Entity,
    Field,
    FileRef,
    Item,
    Lang,
    Model,
    Operation,
    Record,
    Ref,
    Section,
    Text,
    View,
)
from .ops.actors import Stale, demand_fresh
from .ops.context import moment
from .ops.credentials import change_password, use_reset
from .ops.entrance import Entrance, open_entrance
from .ops.live import Version
from .ops.lobby import Lobby, lobby
from .ops.planning import Proposed, propose
from .ops.publish import Published, install, publish
from .ops.secret import unveiled, veiled
from .ops.sessions import Held, Opened, Sessions, sign_out, sign_out_everywhere
from .ops.sign_in import Attempt, Challenge, Proven, Provider, SignedIn, sign_in
from .ops.versions import Past, Took, VersionRow, past, propose_rollback, rollback, versions
from .ops.work import Moved, Work
from .settings import Settings

__all__ = [
    "LANGS",
    "SYSTEM",
    "Actor",
    "Attempt",
    "Challenge",
    "Diagnostic",
    "Engine",
    "Entity",
    "Entrance",
    "Face",
    "FaceOption",
    "Field",
    "FileRef",
    "Held",
    "Item",
    "Kind",
    "Lang",
    "Lobby",
    "Model",
    "Moved",
    "Opened",
    "Operation",
    "Past",
    "Place",
    "Proposed",
    "Proven",
    "Provider",
    "Published",
    "Record",
    "Ref",
    "Refused",
    "Section",
    "Sessions",
    "Settings",
    "SignedIn",
    "Stale",
    "Text",
    "Took",
    "Version",
    "VersionRow",
    "View",
    "Work",
    "change_password",
    "demand_fresh",
    "entry_of",
    "face_of",
    "faces",
    "install",
    "is_error",
    "kind_of",
    "lobby",
    "moment",
    "open_engine",
    "open_entrance",
    "past",
    "propose",
    "propose_rollback",
    "publish",
    "rollback",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "unveiled",
    "use_reset",
    "veiled",
    "versions",
    "words",
]
