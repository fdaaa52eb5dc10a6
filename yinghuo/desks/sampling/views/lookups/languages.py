"""Pages that carry their language in the address, so that a cache need not ask who reads them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import register_converter
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override

CODES = {"zh": "zh-hans", "en": "en"}
NAMES = {"zh": "中文", "en": "English"}


class Language:
    """`zh` or `en` in an address."""

    regex = "zh|en"

    def to_python(self, value: str) -> str:
        """The language as it stands."""
        return value

    def to_url(self, value: str) -> str:
        """The language as it stands."""
        return value


register_converter(Language, "lang")


def asked(request: HttpRequest) -> str:
    """The language that the browser asks for, where the address says none."""
    return "en" if get_language_from_request(request).startswith("en") else "zh"


def page(template: str, language: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page for everybody: rendered without the request, so that nothing of who reads can get into it."""
    other = "en" if language == "zh" else "zh"
    frame = {"language": language, "other": other, "other_name": NAMES[other]}
    with override(CODES[language]):
        text = render_to_string(template, frame | context)
    return HttpResponse(text, status=status, headers={"Content-Language": CODES[language]})


def varies(response: HttpResponse) -> HttpResponse:
    """Tells caches that the page follows the browser's language."""
    patch_vary_headers(response, ["Accept-Language"])
    return response
