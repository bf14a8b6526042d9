"""Mail: composing a notice for one reader, and the ways it can leave: a mail server, files, the console."""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import aiosmtplib

from ..settings import Mail
from .context import moment
from .notices import Reader

_SECONDS = 30


class Transport(Protocol):
    """A way for a mail to leave."""

    async def send(self, message: EmailMessage) -> None:
        """Hand the mail over. Raises OSError or aiosmtplib.SMTPException; it may then be sent again."""
        ...


class Smtp:
    """Over a mail server."""

    def __init__(self, settings: Mail) -> None:
        self._settings = settings

    async def send(self, message: EmailMessage) -> None:
        """One connection for each mail; they are few."""
        found = self._settings
        await aiosmtplib.send(
            message,
            hostname=found.host,
            port=found.port,
            username=found.user or None,
            password=found.password or None,
            use_tls=found.security == "tls",
            start_tls=found.security == "starttls",
            tls_context=ssl.create_default_context() if found.security != "none" else None,
            timeout=_SECONDS,
        )


class Files:
    """As .eml files in a folder, for schools without a mail server and for looking at."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    async def send(self, message: EmailMessage) -> None:
        """Written beside and moved, so that nobody reads half a mail."""
        await asyncio.to_thread(self._write, bytes(message), str(message["X-Shuyuan-Key"] or "mail"))

    def _write(self, content: bytes, key: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        name = "".join(c if c.isalnum() else "-" for c in key)[:120]
        beside = self._folder / f".{name}.part"
        beside.write_bytes(content)
        beside.replace(self._folder / f"{name}.eml")


class Console:
    """Printed, for development."""

    async def send(self, message: EmailMessage) -> None:
        """To standard error."""
        sys.stderr.write(f"\n{message['To']}\n{message['Subject']}\n{message.get_content()}\n")


def transport_of(settings: Mail) -> Transport:
    """The transport the settings name."""
    if settings.transport == "smtp":
        return Smtp(settings)
    return Files(settings.folder) if settings.transport == "file" else Console()


def composed(
    reader: Reader, payload: Mapping[str, Any], *, key: str, sender: str, base_url: str, at: int
) -> EmailMessage:
    """The mail for one reader in their language. payload: title and text ({zh, en}) and link.

    The message id follows from the key, so a mail that goes out twice can be told as one.
    """
    lang = "en" if reader.lang == "en" else "zh"
    title, text = _in(payload["title"], lang), _in(payload["text"], lang)
    link = f"{base_url.rstrip('/')}{payload.get('link', '')}" if base_url and payload.get("link") else ""
    greeting, to_page, footer = _FRAME[lang]
    lines = [greeting.format(name=reader.name), "", text]
    if link:
        lines += ["", to_page, link]
    message = EmailMessage()
    message["From"] = sender
    message["To"] = _line(reader.email)
    message["Subject"] = _line(title)
    message["Date"] = format_datetime(moment(at))
    message["Message-ID"] = f"<{sha256(key.encode()).hexdigest()[:32]}@shuyuan.invalid>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Shuyuan-Key"] = _line(key)
    message.set_content("\n".join([*lines, "", footer, ""]))
    return message


_FRAME: Mapping[str, tuple[str, str, str]] = {
    "zh": ("{name}，您好：", "查看和办理：", "这封邮件由系统发出，无需回复。"),
    "en": ("Hello {name},", "To read and act:", "This mail was sent by the system; there is no need to reply."),
}


def _in(found: Mapping[str, str], lang: str) -> str:
    return found.get(lang) or found.get("zh") or found.get("en") or ""


def _line(text: str) -> str:
    """On one line: whatever a name or title holds, it cannot begin another header."""
    return " ".join(text.split())
