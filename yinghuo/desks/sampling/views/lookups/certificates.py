"""Certificates of negative results: the page with its QR code, the picture, the keys, and the page that verifies."""

import io
from base64 import urlsafe_b64encode
from pathlib import Path

import segno
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from yinghuo.console.clock import now
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.api.lookups import cacheable
from yinghuo.desks.sampling.queries import asking
from yinghuo.desks.sampling.queries.lookups import standing
from yinghuo.desks.sampling.views.lookups import languages
from yinghuo.desks.sampling.views.lookups.public import gone
from yinghuo.engines import certificates


@require_safe
def certificate(request: HttpRequest, token: str, language: str) -> HttpResponse:
    """The certificate to show: a QR code and what it says."""
    try:
        found = _valid(token)
    except Refused as refused:
        return gone(refused, language)
    if found is None:
        return HttpResponse(status=303, headers={"Location": reverse("answer_in", args=[token, language])})
    link = address(request, found)
    context = {"certificate": found, "token": token, "link": link}
    return cacheable(request, languages.page("sampling/lookup_certificate.html", language, context))


@require_safe
def picture(request: HttpRequest, token: str) -> HttpResponse:
    """The QR code alone, as SVG."""
    try:
        found = _valid(token)
    except Refused as refused:
        raise Http404 from refused
    if found is None:
        raise Http404
    code, out = segno.make_qr(address(request, found), error="m", boost_error=False), io.BytesIO()
    code.save(out, kind="svg", border=4, omitsize=True, xmldecl=False, svgclass=None, lineclass=None, light="#fff")
    return cacheable(request, HttpResponse(out.getvalue(), content_type="image/svg+xml"))


@require_safe
@cache_control(public=True, max_age=300)
def verify(request: HttpRequest, language: str = "") -> HttpResponse:
    """Verifies in the browser alone: what the QR code holds stands behind the #, which no browser sends."""
    spoken = language or languages.asked(request)
    page = languages.page("sampling/lookup_verify.html", spoken, {"keys": _keys()})
    return page if language else languages.varies(page)


@require_safe
@cache_control(public=True, max_age=300)
def worker(request: HttpRequest) -> FileResponse:  # noqa: ARG001 - Django's signature
    """The script that keeps the verifying page on the device; it must lie at the top to reach `/verify`."""
    return FileResponse(Path(str(finders.find("verify-worker.js"))).open("rb"), content_type="text/javascript")


@require_safe
@cache_control(public=True, max_age=3600)
def keys(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django's signature
    """The public keys, as a JSON Web Key Set (RFC 7517, RFC 8037)."""
    response = JsonResponse({"keys": _keys()})
    response["Access-Control-Allow-Origin"] = "*"
    return response


def address(request: HttpRequest, found: certificates.Certificate) -> str:
    """What the QR code holds: the verifying page, and behind the # the signed text."""
    return request.build_absolute_uri(reverse("verify_certificate")) + "#" + signed(found)


def signed(found: certificates.Certificate) -> str:
    """The certificate as text under this installation's key."""
    return certificates.signed(found, settings.CERTIFICATE_KEY)


def _valid(token: str) -> certificates.Certificate | None:
    """The certificate that stands at an address now; None where there is none, or no longer."""
    moment = now()
    found = standing(asking.person_at(token, now=moment)).certificate
    return found if found and found.valid_until > moment else None


def _keys() -> list[dict[str, str]]:
    public = certificates.public_key(settings.CERTIFICATE_KEY)
    kid = certificates.key_id(public).hex()
    return [{"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid, "x": _base64(public)}]


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
