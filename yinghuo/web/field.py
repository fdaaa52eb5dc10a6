"""The phone app's folder at /field/: its files with their types, cache headers and content policy."""

import hashlib
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import condition, require_safe

FOLDER = Path(__file__).resolve().parent.parent / "field"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "media-src 'self' mediastream: blob:",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    ]
)
PERMISSIONS = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"


def shell() -> dict[str, str]:
    """The addresses a phone keeps, each with the digest of its file."""
    kept = sorted(one for one in FOLDER.rglob("*") if one.suffix in TYPES and one.name != "sw.js")
    return {f"/field/{one.relative_to(FOLDER).as_posix()}": _digest(one.read_bytes()) for one in kept}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _content(name: str) -> bytes:
    """A file of the app; the service worker is told which files of which version to keep. Http404 for no such file."""
    file = (FOLDER / (name or "index.html")).resolve()
    if not file.is_relative_to(FOLDER) or file.suffix not in TYPES or not file.is_file():
        raise Http404(name)
    content = file.read_bytes()
    if name == "sw.js":
        files = shell()
        version = _digest("".join(files.values()).encode())
        content = content.replace(b"VERSION", version.encode()).replace(b"FILES", " ".join(files).encode())
    return content


def _etag(_request: HttpRequest, name: str = "") -> str:
    return f'"{_digest(_content(name))}"'


@require_safe
@condition(etag_func=_etag)
def serve(_request: HttpRequest, name: str = "") -> HttpResponse:
    """One file of the app; asked for anew each time, answered 304 while it is the same."""
    response = HttpResponse(_content(name), content_type=TYPES[Path(name or "index.html").suffix])
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Permissions-Policy"] = PERMISSIONS
    if name == "sw.js":
        response.headers["Service-Worker-Allowed"] = "/field/"
    return response


addresses: list[URLPattern] = [
    path("", serve, name="field"),
    path("<path:name>", serve, name="field_file"),
]
