"""The WSGI application that `yinghuo look-ups` serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinghuo.web.lookups.settings")
behind = get_wsgi_application()

from yinghuo.desks.sampling.lookup_rules import FRESH_S, STALE_S  # noqa: E402 - models need Django started
from yinghuo.web.lookups.remembering import Remembered  # noqa: E402
from yinghuo.web.memory import settle  # noqa: E402

MOST_BYTES = 128 * 1024 * 1024
PATHS = ("/r/", "/api/v1/look-ups/")
application = Remembered(behind, paths=PATHS, fresh_s=FRESH_S, stale_s=STALE_S, most_bytes=MOST_BYTES)
settle()
