"""The doors of the sampling desk: `router` for devices with a token, `public` for everybody."""

from ninja import Router

from yinghuo.desks.sampling.api import custody, fhir, lookups, phones
from yinghuo.desks.sampling.api.facts import router as facts

router = Router()
router.add_router("", facts)
router.add_router("", phones.router)
router.add_router("", lookups.router)
router.add_router("", custody.router)
router.add_router("", fhir.router)
public = Router()
public.add_router("", phones.public)
public.add_router("", lookups.public)
public.add_router("", fhir.public)

__all__ = ["public", "router"]
