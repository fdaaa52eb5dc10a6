"""Django settings; whatever differs between installations is read from the environment (docs/operations.md)."""

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from yinghuo.web.secrets import key

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    host = parts.hostname or parse_qs(parts.query).get("host", [""])[0]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "OPTIONS": {"application_name": "yinghuo", "connect_timeout": 5},
    }


LABEL_FONT = HERE / "static" / "vendor" / "NotoSansSC-Regular.ttf"
LABEL_FOLDER = Path(os.environ.get("YINGHUO_VAR", "var")).resolve() / "labels"

DATABASES = {"default": _database(os.environ.get("DATABASE_URL", "postgresql:///yinghuo"))}

DEBUG = os.environ.get("YINGHUO_DEBUG") == "1"
SECRET_KEY = key("django").hex()
PSEUDONYM_KEY = key("pseudonym")
IDENTITY_KEY = key("identity")
LEDGER_KEY = key("ledger")
QUEUE_KEY = key("queue")
LOOKUP_KEY = key("lookup")
CERTIFICATE_KEY = key("certificate")
ROSTERS_FOLDER = Path(os.environ.get("YINGHUO_VAR", "var")).resolve() / "rosters"
METERING_LAKE = os.environ.get("YINGHUO_LAKE", str(Path(os.environ.get("YINGHUO_VAR", "var")).resolve() / "lake"))
METERING_SPOOL = Path(os.environ.get("YINGHUO_VAR", "var")).resolve() / "spool"
LEDGER_ORIGIN = os.environ.get("YINGHUO_LEDGER_ORIGIN", "yinghuo.example/ledger")
SCENARIO_CLOCK = os.environ.get("YINGHUO_SCENARIO_CLOCK", "")

ALLOWED_HOSTS = os.environ.get("YINGHUO_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("YINGHUO_ORIGINS", "").split(",") if o]
BEHIND_TLS = os.environ.get("YINGHUO_TLS") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "ninja",
    "procrastinate.contrib.django",
    "yinghuo.core.ledger",
    "yinghuo.core.areas",
    "yinghuo.core.bulletins",
    "yinghuo.core.people",
    "yinghuo.core.parties",
    "yinghuo.core.rosters",
    "yinghuo.core.figures",
    "yinghuo.core.work",
    "yinghuo.core.stock",
    "yinghuo.desks.metering",
    "yinghuo.desks.response",
    "yinghuo.desks.sampling",
    "yinghuo.console",
    "yinghuo.web",
]
AUTH_USER_MODEL = "people.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "yinghuo.web.urls"
WSGI_APPLICATION = "yinghuo.web.wsgi.application"
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "yinghuo.web.pace.pace",
    "yinghuo.web.middleware.content_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "yinghuo.web.middleware.without_nul",
    "yinghuo.web.middleware.refusals",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yinghuo.web.context.page",
            ],
        },
    }
]

USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [HERE / "locale"]
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["yinghuo.web.formats"]

SERVER_THREADS = 4  # of each server process

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
TEST_RUNNER = "django.test.runner.DiscoverRunner"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
