"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from yinghuo.web.memory import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinghuo.web.settings")
application = get_wsgi_application()
settle()
