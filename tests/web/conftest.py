"""Before any page is rendered, the Chinese catalogue is compiled, as set-up does."""

from yinghuo.web import catalogue

catalogue.compile_all()
