"""Files and pictures: one, or several where `many` is set."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from ..diagnostics import Diagnostic, Place
from ..model import Field, FileRef, Model, Storage, Text
from .base import NOTHING, Caster, FieldType, Given, Key, Made, column_of, problem
from .clean import clip, got
from .keys import all_of, between, remark
from .link import LAST_ID, id_of
from .text import starred

_DEFAULT_SIZE = 20 * 1024**2
_MOST = 50
_SIZE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,2})?)\s*(B|KB|MB|GB|K|M|G)?", re.IGNORECASE)
_POWERS = {"": 0, "B": 0, "K": 1, "KB": 1, "M": 2, "MB": 2, "G": 3, "GB": 3}
_PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif")

#: Short words a definition may write under `accept`, and the media types they stand for.
KINDS: dict[str, tuple[str, ...]] = {
    "picture": _PICTURES,
    "pdf": ("application/pdf",),
    "word": ("application/msword", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "excel": (
        "application/vnd.ms-excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "text/csv",
    ),
    "slides": (
        "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    "text": ("text/plain", "text/csv", "text/markdown"),
    "audio": ("audio/mpeg", "audio/mp4", "audio/wav", "audio/x-wav", "audio/ogg", "audio/aac"),
    "video": ("video/mp4", "video/quicktime", "video/webm"),
    "archive": ("application/zip", "application/x-7z-compressed", "application/x-rar-compressed", "application/gzip"),
}


def bytes_of(written: Any) -> int | None:
    """The number of bytes of 500, "500 KB" or "20MB"; None when it is none."""
    found = _SIZE.fullmatch(str(written).strip())
    return round(float(found[1]) * 1024 ** _POWERS[(found[2] or "").upper()]) if found else None


def size_text(count: int) -> str:
    """Bytes as people read them: 812 B, 1.5 MB."""
    size = float(count)
    for unit in ("B", "KB", "MB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 10 else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GB"


def accepted(spec: Field) -> tuple[str, ...]:
    """The media types a field takes, () for all. `image/*` stands for every picture."""
    written = spec.options.get("accept") or (("picture",) if spec.type == "image" else ())
    words = (written,) if isinstance(written, str) else tuple(str(w) for w in written)
    return tuple(dict.fromkeys(t for w in words for t in KINDS.get(w, (w,))))


def _fits(media_type: str, types: tuple[str, ...]) -> bool:
    return not types or any(media_type == t or (t.endswith("/*") and media_type.startswith(t[:-1])) for t in types)


def many(spec: Field) -> bool:
    """Whether the field holds several files."""
    return bool(spec.options.get("many"))


def file_limit(spec: Field) -> int:
    """The greatest size of one file in bytes."""
    return bytes_of(spec.options.get("maxSize", _DEFAULT_SIZE)) or _DEFAULT_SIZE


def _one(spec: Field) -> Callable[[Any, Place, Given], Made]:
    title, types, most = spec.title, accepted(spec), file_limit(spec)
    words = ", ".join(dict.fromkeys(t.split("/")[-1] for t in types))

    def one(raw: Any, place: Place, given: Given) -> Made:
        number = raw.id if isinstance(raw, FileRef) else id_of(raw)
        if number is None:
            return problem("REC_068", place, field=title, got=got(raw))
        if not number:
            return NOTHING
        file = given.files.get(number)
        if file is None:
            return problem("REC_037", place, field=title)
        if file.size > most:
            sizes = {"size": size_text(file.size), "max": size_text(most)}
            return problem("REC_038", place, field=title, name=clip(file.name), **sizes)
        if not _fits(file.media_type, types):
            return problem("REC_039", place, field=title, name=clip(file.name), accept=words)
        return file, ()

    return one


def _caster(spec: Field, model: Model) -> Caster:
    one = _one(spec)
    if not many(spec):
        return one
    title, most = spec.title, int(spec.options.get("maxItems", _MOST))

    def several(raw: Any, place: Place, given: Given) -> Made:
        if raw is None or raw == "":
            return NOTHING
        parts = list(raw) if isinstance(raw, list | tuple) else [raw]
        if len(parts) > most:
            return problem("REC_040", place, field=title, max=most, count=len(parts))
        made = [one(part, place, given) for part in parts]
        wrong = tuple(d for _, found in made for d in found)
        files = tuple(dict.fromkeys(value for value, _ in made if value is not None))
        return (None, wrong) if wrong else (files or None, ())

    return several


def _json(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_json(v) for v in value]
    return {"id": value.id, "name": value.name, "size": value.size, "media_type": value.media_type}


def _value(stored: Any) -> Any:
    if isinstance(stored, list | tuple):
        return tuple(_value(v) for v in stored)
    return FileRef(stored["id"], stored["name"], stored["size"], stored["media_type"])


def _schema(spec: Field, model: Model) -> dict[str, Any]:
    number = {"type": "integer", "minimum": 1, "maximum": LAST_ID}
    shown = {
        "type": "object",
        "properties": {
            "id": number,
            "name": {"type": "string"},
            "size": {"type": "integer"},
            "media_type": {"type": "string"},
        },
        "required": ["id"],
        "additionalProperties": False,
    }
    one = {"anyOf": [number, shown]}
    if not many(spec):
        return one
    return {"type": "array", "items": one, "maxItems": int(spec.options.get("maxItems", _MOST))}


def _show(spec: Field, model: Model, lang: str) -> Callable[[Any], str]:
    joined = "、" if lang == "zh" else ", "

    def show(value: Any) -> str:
        return joined.join(f.name for f in value) if isinstance(value, tuple) else value.name if value else ""

    return show


def _sample(spec: Field, model: Model, rng: Random) -> Any:
    types = accepted(spec) or ("application/pdf",)
    one = FileRef(rng.randint(1, 10**6), "证明.pdf", rng.randint(1, min(file_limit(spec), 10**6)), types[0])
    return (one,) if many(spec) else one


def _typed(spec: Field, model: Model) -> Callable[[Any], Any]:
    return lambda value: [str(f.id) for f in value] if isinstance(value, tuple) else str(value.id)


def _readable_size(spec: Field) -> tuple[Diagnostic, ...]:
    written = spec.options.get("maxSize")
    if written is None or bytes_of(written):
        return ()
    doc = Text("写成 20 MB 或字节数。", "Write 20 MB or a number of bytes.")
    return (remark("REC_109", spec, "maxSize", key="maxSize", typed=clip(written), doc=doc),)


def _known_kinds(spec: Field) -> tuple[Diagnostic, ...]:
    wrong = [t for t in accepted(spec) if "/" not in t]
    doc = Text(
        f"写媒体类型（application/pdf、image/*）或：{'、'.join(KINDS)}。",
        f"Write media types (application/pdf, image/*) or: {', '.join(KINDS)}.",
    )
    return tuple(remark("REC_109", spec, "accept", key="accept", typed=clip(t), doc=doc) for t in wrong)


FILE = FieldType(
    name="file",
    title=Text("附件", "File"),
    help=Text("一个文件；many 为若干个。默认最大 20 MB。", "One file, several with many; at most 20 MB by default."),
    feel="file",
    feel_for=lambda spec: "list<file>" if many(spec) else "file",
    keys=(
        Key("accept", "names", Text("可以上传的类型。", "The kinds that can be uploaded.")),
        Key("maxSize", "text", Text("单个文件的最大大小，例如 20 MB。", "Greatest size of one file, such as 20 MB.")),
        Key("many", "boolean", Text("可以有若干个文件。", "Several files.")),
        Key(
            "maxItems",
            "integer",
            Text(f"最多几个文件，默认 {_MOST}。", f"Greatest number of files; {_MOST} by default."),
        ),
    ),
    shape="file",
    column=lambda spec: column_of(spec, Storage("json")),
    caster=_caster,
    schema=_schema,
    to_json=_json,
    from_json=_value,
    to_stored=_json,
    from_stored=_value,
    show=_show,
    typed=_typed,
    sample=_sample,
    mask=starred,
    widget="file",
    cell="file",
    check=all_of(_readable_size, _known_kinds, between("maxItems", 1, 1_000)),
    operators=("empty",),
    convert_from=("image",),
)

IMAGE = replace(
    FILE,
    name="image",
    title=Text("图片", "Picture"),
    help=Text("JPEG、PNG、WebP 或 GIF 图片。", "A JPEG, PNG, WebP or GIF picture."),
    widget="image",
    cell="image",
    convert_from=("file",),
)

TYPES = (FILE, IMAGE)
