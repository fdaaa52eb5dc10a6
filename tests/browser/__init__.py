"""Stories told in a real browser against a running installation with the demonstration in it."""

import pytest

STORY = [pytest.mark.browser, pytest.mark.xdist_group("browser")]  # one group: one installation serves all stories
