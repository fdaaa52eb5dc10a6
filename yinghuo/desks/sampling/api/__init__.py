"""The doors of the sampling desk: `router` for devices with a token, `public` for everybody."""

from ninja import Router

from yinghuo.desks.sampling.api.facts import router as facts

router = Router()
router.add_router("", facts)
public = Router()

__all__ = ["public", "router"]
