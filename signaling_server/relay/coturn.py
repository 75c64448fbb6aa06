"""coturn's configuration: what it relays to, for whom, how much. Pure.

Option names are those of coturn 4.6 (Debian 12), README.turnserver.
"""

from __future__ import annotations

import ipaddress
from typing import Final, TypeAlias

from signaling_server.relay.credentials import Secret
from signaling_server.relay.settings import CoturnSettings

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

DENIED: Final = tuple(
    ipaddress.ip_network(text)
    for text in (
        # IANA special-purpose registry for IPv4, and what cloud machines ask about themselves
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier NAT; 100.100.100.200 tells cloud metadata
        "127.0.0.0/8",
        "168.63.129.16/32",  # a cloud's inner services, on an address that looks public
        "169.254.0.0/16",  # link-local; 169.254.169.254 tells cloud metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        # the same for IPv6, and every way to write an IPv4 address in it
        "::/96",  # unspecified, loopback, IPv4-compatible
        "::ffff:0:0/96",  # IPv4-mapped: coturn would send to 127.0.0.1 (measured)
        "::ffff:0:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)
"""Never relayed to, except for what an operator allows (THREATS A20)."""


def configuration(settings: CoturnSettings, secret: Secret, folder: str) -> str:
    """The text of turnserver.conf; holds the secret, so only the relay may read it.

    Args:
        settings: the operator's.
        secret: shared with the server.
        folder: of the relay's own files, absolute.
    """
    allowed = [ipaddress.ip_network(text) for text in settings.allowed]
    lines = [
        "use-auth-secret",
        f"static-auth-secret={secret.value}",
        f"realm={settings.realm}",
        f"userdb={folder}/users.db",  # stays empty; the system's might hold users
        f"pidfile={folder}/coturn.pid",
        "fingerprint",
        "stale-nonce=600",
        "no-cli",
        "no-software-attribute",
        "no-multicast-peers",
        "no-tcp-relay",  # to peers; clients may come by TCP
        "no-rfc5780",
        "no-stun-backward-compatibility",
        "response-origin-only-with-rfc5780",
        "log-file=stdout",
        "simple-log",
        *(f"listening-ip={address}" for address in settings.listen),
        *(f"relay-ip={address}" for address in settings.listen),
        *([f"external-ip={settings.external}"] if settings.external else []),
        f"listening-port={settings.port}",
        f"min-port={settings.first_port}",
        f"max-port={settings.last_port}",
        *_tls(settings),
        f"user-quota={settings.user_quota}",
        f"total-quota={settings.total_quota}",
        f"max-bps={settings.user_bytes_s}",
        f"bps-capacity={settings.total_bytes_s}",
        *(f"denied-peer-ip={part}" for network in DENIED for part in _ranges(network)),
        *(f"allowed-peer-ip={part}" for network in allowed for part in _ranges(network)),
        *(["allow-loopback-peers"] if any(network.is_loopback for network in allowed) else []),
    ]
    return "".join(f"{line}\n" for line in lines)


def _tls(settings: CoturnSettings) -> list[str]:
    if not settings.certificate:
        return ["no-tls", "no-dtls"]
    return [
        f"tls-listening-port={settings.tls_port}",
        f"cert={settings.certificate}",
        f"pkey={settings.key}",
        "no-dtls",
        "no-tlsv1",
        "no-tlsv1_1",
    ]


def _ranges(network: Network) -> list[str]:
    """The network as coturn reads ranges.

    It takes a range from :: on for "everything below the end", all of IPv4 too, so that nothing
    would be relayed (measured). It also compares IPv6 addresses byte by byte, which is right for
    a network, and makes four ranges, from the first 1 in each of the last four bytes on, cover
    ::/96; the address :: itself it never relays to.
    """
    first, last = network[0], network[-1]
    if first == ipaddress.IPv6Address("::"):
        return [f"{ipaddress.IPv6Address(1 << bits)}-{last}" for bits in (0, 8, 16, 24)]
    return [f"{first}-{last}"]
