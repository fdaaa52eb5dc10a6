"""The doors for phones: enrolment by a one-time code, the sites, and the manifest of a site."""

from base64 import b64encode
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from yinghuo.console.clock import now
from yinghuo.core.doors.documents import MOMENT, REVOKED, TEXT, UUID_TEXT, WHOLE, answering, record, several
from yinghuo.core.doors.senders import sender_of
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions import phones
from yinghuo.desks.sampling.models import Site
from yinghuo.desks.sampling.queries.open_sites import open_site, open_sites

router, public = Router(tags=["phones"]), Router(tags=["phones"])


class Shown(msgspec.Struct, forbid_unknown_fields=True):
    """What a phone sends to be enrolled: the code of its QR, and what it calls itself."""

    code: str
    label: str = ""


decoder = msgspec.json.Decoder(Shown)


SHOWN = {"required": ["code"], "type": "object", "properties": {"code": TEXT, "label": TEXT}}
ENROLLED = record(
    device=UUID_TEXT, kind=TEXT, name=TEXT, area=TEXT, token=TEXT, key=TEXT | {"format": "byte"}, server_time=MOMENT
)
SITE = record(id=WHOLE, name_zh=TEXT, name_en=TEXT, campaign=UUID_TEXT, campaign_zh=TEXT, campaign_en=TEXT)
GROUP = record(key=TEXT, name=TEXT, members=several(record(person=UUID_TEXT, name=TEXT)))
MANIFEST = record(
    issued_at=MOMENT,
    valid_until=MOMENT,
    server_time=MOMENT,
    device=UUID_TEXT,
    site={"type": "object"},
    campaign={"type": "object"},
    ranges=several(record(first=TEXT, last=TEXT)),
    groups=several(GROUP),
    left_out=WHOLE,
    signature=TEXT,
    public_key=TEXT,
)


@public.post(
    "/phone/enrol",
    summary="Enrol a phone",
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": SHOWN}}}}
    | answering(
        ENROLLED,
        {
            400: "The body is not such an object",
            404: "No such code",
            409: "The code was used, or its time is over",
            429: "Too many wrong codes; try again later",
        },
    ),
)
def enrol(request: HttpRequest) -> HttpResponse:
    """Turns the one-time code of the console into a device; its token and the key of its queue are given this once."""
    try:
        shown = decoder.decode(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused("request.unreadable", detail=str(error)) from error
    moment = now()
    enrolled = phones.enrol_phone(shown.code, label=shown.label, address=address_of(request), now=moment)
    device = enrolled.device
    answer = {"device": str(device.id), "kind": device.kind, "name": device.name, "area": device.area_code}
    answer |= {"token": enrolled.token, "key": b64encode(enrolled.key).decode(), "server_time": moment.isoformat()}
    return JsonResponse(answer, headers={"Cache-Control": "no-store"}, json_dumps_params={"ensure_ascii": False})


@router.get(
    "/phone/sites",
    summary="Sites open to this device",
    openapi_extra=answering(record(sites=several(SITE)), {401: REVOKED, 403: "This kind of device has no site"}),
)
def sites(request: HttpRequest) -> HttpResponse:
    """Sites of the device's area whose campaign has not ended, its own first; at most 500."""
    sender = sender_of(request, kinds=("phone", "courier"))
    shown = [_shown(site) for site in open_sites(sender.device, now=sender.now)]
    return JsonResponse({"sites": shown}, json_dumps_params={"ensure_ascii": False})


@router.get(
    "/phone/manifest",
    summary="Sign in at a site",
    openapi_extra=answering(
        MANIFEST,
        {
            400: "This is no number of a site",
            401: REVOKED,
            403: "This kind of device has no site",
            404: "There is no such site open to this device",
        },
    ),
)
def manifest(request: HttpRequest, site: int) -> HttpResponse:
    """The site, its tube codes and its groups under masked names, signed; 304 for a phone that has it already."""
    sender = sender_of(request, kinds=("phone",))
    found = open_site(sender.device, site, now=sender.now) if 0 <= site < 2**63 else None
    if found is None:
        raise Refused("site.unknown", site=site)
    held = request.headers.get("If-None-Match", "").removeprefix("W/").strip('"')
    given = phones.give_manifest(found, sender.device, held=held, now=sender.now)
    headers = {"ETag": f'"{given.tag}"', "Cache-Control": "private, no-cache"}
    return HttpResponse(given.body, status=200 if given.body else 304, content_type="application/json", headers=headers)


def _shown(site: Site) -> dict[str, Any]:
    campaign = site.campaign
    return {
        "id": site.pk,
        "name_zh": site.name_zh,
        "name_en": site.name_en,
        "campaign": str(campaign.id),
        "campaign_zh": campaign.name_zh,
        "campaign_en": campaign.name_en,
    }


def address_of(request: HttpRequest) -> str:
    """Where a request comes from; behind our own proxy, what that proxy says."""
    through = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_TLS else ""
    return through.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))
