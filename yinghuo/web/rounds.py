"""The follow-up teams' app at /rounds/: its own files, the modules it shares with the phone app, its service worker."""

import hashlib
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import condition, require_safe

from yinghuo.web import field

FOLDER = Path(__file__).resolve().parent.parent / "rounds"
# Of the phone app: the sealed store, the queue, the doors, clock, words and pieces; nothing of sampling's screens.
SHARED = (
    "clock.js",
    "doors.js",
    "draw.js",
    "feedback.js",
    "field.css",
    "icon.svg",
    "identity.js",
    "outbox.js",
    "session.js",
    "stage.js",
    "store.js",
    "words.js",
)
PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


def shell() -> dict[str, str]:
    """The addresses that a team's phone keeps, each with the digest of its file."""
    own = sorted(one for one in FOLDER.rglob("*") if one.suffix in field.TYPES)
    files = {f"/rounds/{one.relative_to(FOLDER).as_posix()}": one for one in own}
    files |= {f"/field/{name}": field.FOLDER / name for name in SHARED}
    return {address: _digest(one.read_bytes()) for address, one in files.items()}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _worker() -> bytes:
    """The phone app's service worker, with this app's files and names."""
    files = shell()
    version = _digest("".join(files.values()).encode())
    source = (field.FOLDER / "sw.js").read_text(encoding="utf-8")
    own = source.replace('"field-', '"rounds-').replace("/field/index.html", "/rounds/index.html")
    return own.replace("VERSION", version).replace("FILES", " ".join(files)).encode()


def _content(name: str) -> bytes:
    """A file of the app; Http404 for no such file."""
    if name == "sw.js":
        return _worker()
    file = (FOLDER / (name or "index.html")).resolve()
    if not file.is_relative_to(FOLDER) or file.suffix not in field.TYPES or not file.is_file():
        raise Http404(name)
    return file.read_bytes()


def _etag(_request: HttpRequest, name: str = "") -> str:
    return f'"{_digest(_content(name))}"'


@require_safe
@condition(etag_func=_etag)
def serve(_request: HttpRequest, name: str = "") -> HttpResponse:
    """One file of the app; asked for anew each time, answered 304 while it is the same."""
    response = HttpResponse(_content(name), content_type=field.TYPES[Path(name or "index.html").suffix])
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = field.POLICY
    response.headers["Permissions-Policy"] = PERMISSIONS
    if name == "sw.js":
        response.headers["Service-Worker-Allowed"] = "/rounds/"
    return response


addresses: list[URLPattern] = [
    path("", serve, name="rounds_app"),
    path("<path:name>", serve, name="rounds_file"),
]
