"""A certificate made on the spot, so that phones in the same network may use their microphone."""

from __future__ import annotations

import datetime
import ipaddress
import os
import socket
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAYS: Final = 90
_RENEW_DAYS: Final = 7


def local_addresses() -> list[str]:
    """IPv4 addresses under which other machines reach this one, the likeliest first."""
    found: list[str] = []
    probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        probe.connect(("192.0.2.1", 9))  # sends nothing; only asks the routing table
        found.append(str(probe.getsockname()[0]))
    except OSError:
        pass  # no network
    finally:
        probe.close()
    try:
        for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET):
            found.append(str(info[4][0]))
    except OSError:
        pass  # a machine that does not know its own name
    unique = dict.fromkeys(found)
    return [a for a in unique if not ipaddress.ip_address(a).is_loopback]


def make_certificate(folder: Path, addresses: list[str]) -> tuple[Path, Path]:
    """Certificate and key for these addresses; the ones of the last start if they still fit."""
    certificate, key = folder / "certificate.pem", folder / "certificate-key.pem"
    wanted = {ipaddress.ip_address(a) for a in [*addresses, "127.0.0.1", "::1"]}
    now = datetime.datetime.now(datetime.UTC)
    if certificate.exists() and key.exists() and _fits(certificate, wanted, now):
        return certificate, key
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Lamplight demo")])
    names: list[x509.GeneralName] = [x509.DNSName("localhost")]
    names += [x509.IPAddress(address) for address in sorted(wanted, key=str)]
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(private, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    _write_private(
        key,
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return certificate, key


def _fits(
    certificate: Path,
    wanted: set[ipaddress.IPv4Address | ipaddress.IPv6Address],
    now: datetime.datetime,
) -> bool:
    try:
        old = x509.load_pem_x509_certificate(certificate.read_bytes())
        names = old.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, x509.ExtensionNotFound):
        return False
    if old.not_valid_after_utc < now + datetime.timedelta(days=_RENEW_DAYS):
        return False
    return wanted <= set(names.get_values_for_type(x509.IPAddress))


def _write_private(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
