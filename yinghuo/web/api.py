"""The JSON doors under /api/v1/: device tokens, problem details, and the ledger for everybody."""

from uuid import UUID

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.security import HttpBearer

from yinghuo.core.doors.documents import TEXT, answering, record
from yinghuo.core.doors.senders import Sender
from yinghuo.core.ledger import proofs
from yinghuo.core.ledger.models import Checkpoint
from yinghuo.core.people.queries import device_by_token
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.api.exchange import router as response_exchange
from yinghuo.desks.response.api.followups import router as follow_ups
from yinghuo.desks.response.api.reports import router as reports
from yinghuo.desks.response.api.visits import router as visits
from yinghuo.desks.sampling.api import public
from yinghuo.desks.sampling.api import router as sampling
from yinghuo.web.clock import now
from yinghuo.web.refusals import problem


class DeviceToken(HttpBearer):
    """An enrolled device, by the token that enrolment showed once."""

    def authenticate(self, request: HttpRequest, token: str) -> Sender | None:  # noqa: ARG002 - ninja's signature
        device = device_by_token(token)
        return Sender(device, now()) if device else None

    def __call__(self, request: HttpRequest) -> Sender:
        """The sender, or Refused("access.token")."""
        sender = super().__call__(request)
        if sender is None:
            raise Refused("access.token")
        return sender


api = NinjaAPI(
    title="Yinghuo 萤火",
    version="1",
    description="Doors for devices, laboratories and witnesses. Errors are RFC 9457 problem details.",
    urls_namespace="api",
    docs_url="/docs",
)
api.add_router("", sampling, auth=DeviceToken())
api.add_router("", public)
api.add_router("", follow_ups, auth=DeviceToken())
api.add_router("", reports, auth=DeviceToken())
api.add_router("", response_exchange, auth=DeviceToken())
api.add_router("", visits, auth=DeviceToken())


@api.exception_handler(Refused)
def on_refused(request: HttpRequest, refused: Refused) -> HttpResponse:  # noqa: ARG001 - ninja's signature
    """A refusal as problem details in the language asked for."""
    return problem(refused)


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def on_database_gone(request: HttpRequest, error: Exception) -> HttpResponse:  # noqa: ARG001 - ninja's signature
    """The database does not answer or has no room: nothing was acknowledged, so the sender keeps it and tries again."""
    connection.close()
    return problem(Refused("server.unavailable"))


@api.exception_handler(ValidationError)
def on_unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:  # noqa: ARG001 - ninja's signature
    """An address or a parameter that is not what the door asks for."""
    said = "; ".join(f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors)
    return problem(Refused("request.unreadable", detail=said))


COUNT = {"type": "integer", "minimum": 0}
HASHES = {"type": "array", "items": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}
PROOF = record(index=COUNT, size=COUNT, leaf=TEXT, hashes=HASHES, checkpoint=TEXT, public_key=TEXT)
GROWTH = record(old_size=COUNT, size=COUNT, hashes=HASHES)


@api.get(
    "/ledger/checkpoint",
    tags=["ledger"],
    summary="The newest signed checkpoint",
    openapi_extra=answering(TEXT, {}, of="text/plain"),
)
def checkpoint(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - ninja's signature
    """A C2SP signed note; keep it, so that nobody can rewrite what came before."""
    newest = Checkpoint.objects.order_by("-size").first()
    return HttpResponse(newest.note if newest else "", content_type="text/plain; charset=utf-8")


@api.get(
    "/ledger/entries/{entry_id}/proof",
    tags=["ledger"],
    summary="Proof that an entry is in the ledger",
    openapi_extra=answering(
        PROOF,
        {
            400: "This is no id of an entry",
            404: "There is no such entry",
            409: "The newest checkpoint is older than the entry",
        },
    ),
)
def proof(request: HttpRequest, entry_id: UUID) -> HttpResponse:  # noqa: ARG001 - ninja's signature
    """The entry's bytes, its index, and the hashes up to the newest checkpoint's root."""
    return JsonResponse(proofs.prove(entry_id).as_json(), json_dumps_params={"ensure_ascii": False})


@api.get(
    "/ledger/growth",
    tags=["ledger"],
    summary="Proof that the ledger only grew",
    openapi_extra=answering(
        GROWTH, {400: "This is no number of entries", 409: "The ledger never had so many signed entries"}
    ),
)
def growth(request: HttpRequest, old_size: int) -> HttpResponse:  # noqa: ARG001 - ninja's signature
    """The hashes that join the tree of `old_size` entries to the newest checkpoint's."""
    size, hashes = proofs.prove_growth(old_size)
    return JsonResponse({"old_size": old_size, "size": size, "hashes": [one.hex() for one in hashes]})
