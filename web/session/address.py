"""Who is at the other end of the wire: address, scheme and host, believing only trusted proxies about them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: Most hops of X-Forwarded-For that are looked at; more is somebody playing.
HOPS = 16


@dataclass(frozen=True, slots=True)
class Client:
    """address: of the browser, as text, "" when there is none; secure: reached by https; host: as it was asked for."""

    address: str
    secure: bool
    host: str

    @property
    def origin(self) -> str:
        """Scheme and host as browsers send them in `Origin`."""
        return f"{'https' if self.secure else 'http'}://{self.host}"


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """The networks that are written in the settings. Raises ValueError."""
    return tuple(ipaddress.ip_network(text, strict=False) for text in texts)


def client_of(
    peer: str, scheme: str, headers: Mapping[bytes, bytes], trusted: tuple[Network, ...], base_url: str = ""
) -> Client:
    """The client behind a connection from `peer`.

    headers: lower-case names; with several of one name the last one counts. base_url: when set, it is the host and
    the scheme in every link and check, whatever the request says.
    """
    address, secure = peer, scheme in ("https", "wss")
    if trusted and _is_trusted(peer, trusted):
        address = _forwarded(headers.get(b"x-forwarded-for", b"").decode("latin-1"), trusted) or peer
        stated = headers.get(b"x-forwarded-proto", b"").decode("latin-1").split(",")[-1].strip().lower()
        secure = stated == "https" if stated else secure
    host = headers.get(b"host", b"").decode("latin-1").lower()
    if base_url:
        secure, host = base_url.startswith("https://"), base_url.split("://", 1)[1].lower()
    return Client(_plain(address), secure, host)


def bucket(address: str) -> str:
    """What rate limits count an address as: an IPv6 customer has a whole /64."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.ip_network((int(ip) >> 64 << 64, 64)).network_address)
    return str(ip)


def loopback(host: str) -> bool:
    """Whether a Host header names this machine."""
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    name = name.strip("[]")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _forwarded(chain: str, trusted: tuple[Network, ...]) -> str:
    """The last address of the chain that is not one of ours; "" when the chain is no chain."""
    for text in reversed(chain.split(",")[-HOPS:]):
        hop = _plain(text.strip())
        if not hop:
            return ""
        if not _is_trusted(hop, trusted):
            return hop
    return ""


@lru_cache(4096)
def _is_trusted(address: str, trusted: tuple[Network, ...]) -> bool:
    try:
        ip = ipaddress.ip_address(_plain(address))
    except ValueError:
        return False
    return any(ip.version == network.version and ip in network for network in trusted)


@lru_cache(4096)
def _plain(address: str) -> str:
    """The address without port, brackets and zone; "" for what is no address."""
    text = address.strip("[]") if address.count(":") != 1 else address.split(":", 1)[0]
    text = text.split("]", 1)[0].split("%", 1)[0]
    try:
        ip = ipaddress.ip_address(text)
    except ValueError:
        return ""
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return str(mapped or ip)
