"""The built web pages, read once at the start, and the headers that keep them closed."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import FastAPI, HTTPException, Request, Response

from signaling_server.api.guard import services_of
from signaling_server.api.state import Services

INDEX: Final = "live.html"
_NOT_BUILT: Final = "The web pages are not built yet: npm run build in signaling_server/web\n"
_INLINE_SCRIPT: Final = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_HASHED: Final = re.compile(r"[.-][0-9A-Za-z_-]{8,}\.\w+$")  # names that change with the content

_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".map": "application/json",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One file as it is sent."""

    data: bytes
    media_type: str
    cache: str


@dataclass(frozen=True, slots=True)
class Pages:
    """All files by their path below the pages' folder; `scripts` are CSP hashes."""

    files: dict[str, Page]
    scripts: tuple[str, ...]


def add_routes(app: FastAPI) -> None:
    """Add these routes; they come last, since one of them takes any path."""
    app.get("/", include_in_schema=False)(index)
    app.get("/{path:path}", include_in_schema=False)(page)


async def index(request: Request) -> Response:
    """The live page."""
    pages = read_pages(services_of(request).pages)
    if INDEX not in pages.files:
        return Response(_NOT_BUILT, 503, media_type="text/plain")
    return _response(pages.files[INDEX])


async def page(request: Request, path: str) -> Response:
    """A file of the pages. The path only picks from what was read; it never opens anything."""
    found = read_pages(services_of(request).pages).files.get(path)
    if found is None:
        raise HTTPException(404, "gone")
    return _response(found)


def headers_for(services: Services, path: str, host: str) -> dict[str, str]:
    """Headers of every answer: our own origin only, nothing guessed, nothing leaked."""
    scripts = " ".join(("'self'", *read_pages(services.pages).scripts))
    headers = {
        "Content-Security-Policy": "; ".join(
            (
                "default-src 'none'",
                f"script-src {scripts}",
                "style-src 'self'",
                "img-src 'self' data: blob:",
                "font-src 'self'",
                "media-src 'self' blob:",
                "worker-src 'self'",
                "manifest-src 'self'",
                f"connect-src 'self' {services.origins.socket_sources(host)}",
                "base-uri 'none'",
                "form-action 'self'",
                "frame-ancestors 'none'",
            )
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if path.startswith("/api/"):
        headers["Cache-Control"] = "no-store"
    return headers


@cache
def read_pages(folder: Path) -> Pages:
    """Read the folder; once, because pages change only with a new installation."""
    files: dict[str, Page] = {}
    scripts: set[str] = set()
    for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if not file.is_file() or file.is_symlink():
            continue
        name, data = file.relative_to(folder).as_posix(), file.read_bytes()
        kind = _TYPES.get(file.suffix) or mimetypes.guess_type(name)[0]
        is_lasting = _HASHED.search(name) is not None and file.suffix != ".html"
        cache_for = "public, max-age=31536000, immutable" if is_lasting else "no-cache"
        files[name] = Page(data, kind or "application/octet-stream", cache_for)
        if file.suffix == ".html":
            scripts |= {_hash(script) for script in _INLINE_SCRIPT.findall(data) if script}
    return Pages(files, tuple(sorted(scripts)))


def _hash(script: bytes) -> str:
    # a bundle for old browsers brings small inline scripts; they are known by their content
    return f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"


def _response(page: Page) -> Response:
    return Response(page.data, media_type=page.media_type, headers={"Cache-Control": page.cache})
