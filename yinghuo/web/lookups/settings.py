"""Settings of `yinghuo look-ups`: those of the house, with a read-only database, few addresses and few middlewares."""

import os

from yinghuo.web.settings import *  # noqa: F403
from yinghuo.web.settings import DATABASES as HOUSE
from yinghuo.web.settings import TEMPLATES as HOUSE_TEMPLATES
from yinghuo.web.settings import _database

READ_ONLY = "-c default_transaction_read_only=on -c statement_timeout=2000 -c lock_timeout=500"
_REPLICA = os.environ.get("LOOKUPS_DATABASE_URL")
_READ = _database(_REPLICA) if _REPLICA else HOUSE["default"]
_OPTIONS = {"application_name": "yinghuo look-ups", "connect_timeout": 2, "options": READ_ONLY}
DATABASES = {"default": _READ | {"OPTIONS": _OPTIONS}}

ROOT_URLCONF = "yinghuo.web.lookups.urls"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "yinghuo.web.lookups.frame.frame",
]
TEMPLATES = [HOUSE_TEMPLATES[0] | {"OPTIONS": {"context_processors": []}}]
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20
