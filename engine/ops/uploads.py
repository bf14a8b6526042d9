"""Files: kept for a day when they are uploaded, for good when a record names them; seen by whoever sees that field."""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from ..compile.record import CompiledRecord
from ..diagnostics import Diagnostic, Place, Refused
from ..fieldtypes.file import size_text
from ..model import FileRef, Slot, Sql, Storage
from ..policy import Verdict
from ..store.files import Files, Gone, TooLarge
from ..store.protocol import Delete, Insert, Query, Store, Taken, Write
from ..store.tables import FILE
from .context import millis
from .held import Held, held
from .once import before, mark
from .record_writes import file_ids
from .sniffing import HEAD, TAIL, media_type, picture_size
from .work import Work

_BIG, _TEXT = Storage("bigint"), Storage("text")

#: Bytes of one file when nobody says otherwise.
MOST = 50_000_000
#: Pixels of a picture: more of them unpack to more memory than a browser or a printer has.
MOST_PIXELS = 100_000_000
#: Files that one account has uploaded and not used yet, and their bytes in all.
MOST_WAITING, MOST_WAITING_BYTES = 200, 1_000_000_000
LONGEST_NAME = 120
#: A file that no record names goes after a day; one that a record has given up, after a month, so that the change can
#: be taken back.
TEMP_MS, GONE_MS = 86_400_000, 30 * 86_400_000

_WAITING = Query(
    Sql(
        "SELECT l.epoch, l.access, count(f.id), coalesce(sum(f.size), 0) FROM sy_live l"
        " LEFT JOIN sy_file f ON f.account = ? AND f.state = 'temp' WHERE l.id = 1 GROUP BY l.epoch, l.access",
        (Slot("account"),),
    ),
    (_BIG, _BIG, _BIG, _BIG),
)
_ONE = Query(
    Sql(
        "SELECT l.epoch, l.access, f.name, f.size, f.media_type, f.sha256, f.account, f.entity, f.record, f.state"
        " FROM sy_live l LEFT JOIN sy_file f ON f.id = ? WHERE l.id = 1",
        (Slot("id"),),
    ),
    (_BIG, _BIG, _TEXT, _BIG, _TEXT, _TEXT, _BIG, _TEXT, _BIG, _TEXT),
)


@dataclass(slots=True)
class _Seen:
    """The ends of what passes by."""

    head: bytearray = field(default_factory=bytearray)
    tail: bytes = b""

    async def of(self, content: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        """The same content, its ends noted."""
        async for piece in content:
            if len(self.head) < HEAD:
                self.head += piece[: HEAD - len(self.head)]
            self.tail = (self.tail + piece[-TAIL:])[-TAIL:]
            yield piece


async def upload(
    work: Work, name: str, content: AsyncIterable[bytes], *, most: int = MOST, token: str = "", digest: str = ""
) -> FileRef:
    """Keep a file until a record names it, for a day at most. most: bytes.

    Raises Refused: TOO_LARGE (WRITE_020, 021), TOO_MANY (WRITE_022); Moved and Stale.
    """
    if (found := await before(work, token, "file", digest)) is not None:
        return FileRef(found["id"], found["name"], found["size"], found["media_type"])
    await _demand_room(work)
    seen = _Seen()
    called = safe_name(name)
    try:
        stored = await work.files.put(seen.of(content), most)
    except TooLarge:
        args = {"name": called, "max": size_text(most)}
        raise Refused(Diagnostic("WRITE_020", Place(path="file"), args)) from None
    head = bytes(seen.head)
    kind = media_type(called, head, seen.tail)
    size = picture_size(head) if kind.startswith("image/") else None
    if size is not None and size[0] * size[1] > MOST_PIXELS:
        raise Refused(
            Diagnostic("WRITE_021", Place(path="file"), {"name": called, "width": size[0], "height": size[1]})
        )
    (number,) = await work.store.new_ids(1)
    made = FileRef(number, called, stored.size, kind)
    row = {"id": number, "sha256": stored.sha256, "name": called, "size": stored.size, "media_type": kind}
    row |= {"account": work.actor.id, "entity": "", "record": None, "state": "temp", "created_at": work.now.ms}
    writes: list[Write] = [Insert(FILE, row)]
    if token:
        answer = {"id": number, "name": called, "size": stored.size, "media_type": kind}
        writes.append(mark(work, token, "file", digest, answer))
    try:
        await work.apply(writes)
    except Taken:  # the same was sent twice at the same moment
        if (found := await before(work, token, "file", digest)) is None:
            raise
        return FileRef(found["id"], found["name"], found["size"], found["media_type"])
    return made


async def _demand_room(work: Work) -> None:
    ((epoch, access, count, size),) = await work.store.rows(_WAITING, {"account": work.actor.id})
    work.demand(epoch, access)
    if count >= MOST_WAITING or size >= MOST_WAITING_BYTES:
        raise Refused(Diagnostic("WRITE_022", Place(path="file"), {"count": count}))


def safe_name(name: str) -> str:
    """The name of a file as it may be shown and saved: no folders, no control or direction characters, not too long."""
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = "".join(c for c in plain if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*').strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 10:
        return plain[:LONGEST_NAME] or "file"
    return (stem.strip(" .")[: LONGEST_NAME - len(ending) - 1] or "file") + "." + ending


async def download(work: Work, file: int) -> tuple[FileRef, AsyncIterator[bytes]]:
    """A file and its content, for whoever sees in full the field of the record that holds it.

    One that no record has yet is seen by who uploaded it. Raises Refused: MISSING (WRITE_023) for one that is not
    there or not to be seen, FORBIDDEN (WRITE_024) where the field is shown masked; Moved and Stale.
    """
    ((epoch, access, *found),) = await work.store.rows(_ONE, {"id": file})
    work.demand(epoch, access)
    name, size, kind, sha256, account, entity, record, state = found
    if name is None or not await _may_see(work, file, account, entity, record, state):
        raise Refused(Diagnostic("WRITE_023"))
    if await work.files.size(sha256) is None:
        raise Refused(Diagnostic("WRITE_023"))
    return FileRef(file, name, size, kind), _content(work.files, sha256)


async def _content(files: Files, sha256: str) -> AsyncIterator[bytes]:
    try:
        async for piece in files.read(sha256):
            yield piece
    except Gone:  # swept in this very moment
        return


async def _may_see(work: Work, file: int, account: int | None, entity: str, record: int | None, state: str) -> bool:
    if state == "temp":
        return account == work.actor.id or work.actor.id == 0
    spec = work.version.by_id(entity)
    if state != "kept" or spec is None or record is None or work.product(spec.name, "see").nothing:
        return False
    found = await held(work, spec, record, "see")
    if found is None or not found.seen:
        return False
    shown = set(_shown(work.version.record(spec.name), found, file))
    if shown == {"mask"}:
        raise Refused(Diagnostic("WRITE_024"))
    return "show" in shown


def _shown(compiled: CompiledRecord, found: Held, file: int) -> Iterator[Verdict]:
    """How each field that holds the file is shown."""
    for name, one in compiled.fields.items():
        value = found.record.values.get(name)
        whole = found.verdicts.get(one.spec.id, "show")
        if one.kind.shape == "file" and file in file_ids(value):
            yield whole
        for column in one.order:
            if column.kind.shape == "file" and any(file in file_ids(row.get(column.name)) for row in value or ()):
                yield found.verdicts.get(column.spec.id, "show") if whole == "show" else whole


_OLD = Query(
    Sql(
        "SELECT id, sha256 FROM sy_file WHERE (state = 'temp' AND created_at < ?)"
        " OR (state = 'gone' AND created_at < ?) ORDER BY id LIMIT 500",
        (Slot("temp"), Slot("gone")),
    ),
    (_BIG, _TEXT),
)
_STILL = Query(Sql("SELECT 1 FROM sy_file WHERE sha256 = ? LIMIT 1", (Slot("sha256"),)), (_BIG,))
#: Seconds that content stays after it was last put: somebody may just be writing down that it is theirs.
GRACE = 3600


async def sweep_files(store: Store, files: Files, now: datetime) -> int:
    """Forget files that nobody uses any more, and their content; how many went. Once an hour is enough."""
    at = millis(now)
    gone = 0
    while rows := await store.rows(_OLD, {"temp": at - TEMP_MS, "gone": at - GONE_MS}):
        await store.apply([Delete(FILE, {"id": number}) for number, _ in rows])
        for sha256 in dict.fromkeys(row[1] for row in rows):
            kept = await files.kept_at(sha256)
            if kept is not None and kept < now.timestamp() - GRACE and not await store.rows(_STILL, {"sha256": sha256}):
                await files.delete(sha256)
        gone += len(rows)
    return gone
