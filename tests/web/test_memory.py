"""A process that has settled collects its garbage without walking everything that stays for good."""

import subprocess
import sys

import pytest

SERVED = """
import gc, importlib, sys
importlib.import_module(sys.argv[1])
print(gc.get_freeze_count(), sum(gc.get_count()) + len(gc.get_objects()))
"""


@pytest.mark.parametrize("served", ["yinghuo.web.wsgi", "yinghuo.web.lookups.wsgi"])
def test_what_stays_for_good_is_out_of_the_collectors_sight(served: str) -> None:
    said = subprocess.run([sys.executable, "-c", SERVED, served], capture_output=True, text=True, check=True)
    frozen, walked = map(int, said.stdout.split()[-2:])
    assert frozen > 20 * walked
