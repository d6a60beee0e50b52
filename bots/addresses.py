"""Network addresses: where a stranger's link may lead us, and where it may not."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from core.errors import ConfigurationError

STRANGER_PORTS = frozenset({80, 443})
DEFAULT_PORTS = {"http": 80, "https": 443}

NAT64 = IPv6Network("64:ff9b::/96")
"""Prefix under which an IPv4 address travels through IPv6. Source: RFC 6052."""
NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")
"""The same for networks of one's own, hence never public. Source: RFC 8215."""

Origin = tuple[str, str, int]
"""Scheme, host and port: what a configured base vouches for."""


class HostRefused(Exception):
    """The link leads where a stranger may not send us."""


def origin(url: str) -> Origin:
    """Return scheme, host and port of a URL; raises `HostRefused` where its port is none."""
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), _port(parts)


def require_base(setting: str, url: str, example: str) -> str:
    """Return a configured base without a slash at its end.

    Args:
        setting: Its name, for whoever has set it.
        url: As it is set; the operator vouches for its host.
        example: What would be right.

    Raises:
        ConfigurationError: It is none. The message does not repeat it.
    """
    parts = urlsplit(url)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or parts.query or parts.fragment:
        raise ConfigurationError(f"{setting} must be a URL such as {example}.")
    return url.rstrip("/")


def refuse_stranger(url: str) -> None:
    """Refuse a URL of unknown make before its name is even looked up.

    Raises:
        HostRefused: It is not http or https on 80 or 443, carries credentials, or spells a private address.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in DEFAULT_PORTS:
        raise HostRefused("only http and https are followed")
    if _port(parts) not in STRANGER_PORTS:
        raise HostRefused("only ports 80 and 443 are followed")
    # A client reads foreign dots and digits (`127。0。0。1`) as an address; a provider writes a name in ASCII.
    if not host or not host.isascii() or parts.username is not None:
        raise HostRefused("the link names no plain host")
    if (":" in host or host.replace(".", "").isdigit()) and not is_public(host):
        raise HostRefused("the link leads to a private address")


def is_public(address: str) -> bool:
    """Say whether an address belongs to the open internet.

    Private, loopback, link-local (with the clouds' metadata service), shared, multicast and reserved
    ranges do not, nor does an IPv6 address that wraps one of them.

    Args:
        address: An IPv4 or IPv6 address in text; a name is never public.
    """
    try:
        ip = ip_address(address.strip("[]"))
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        if ip.scope_id or ip.is_site_local or ip in NAT64_LOCAL:
            return False
        wrapped = _wrapped(ip)
        if wrapped is not None:
            return _is_open(wrapped)
    return _is_open(ip)


def _is_open(ip: IPv4Address | IPv6Address) -> bool:
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _wrapped(ip: IPv6Address) -> IPv4Address | None:
    if ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


def _port(parts: SplitResult) -> int:
    try:
        return parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError:
        raise HostRefused("the link's port is no port") from None
