"""The response desk in the demonstration: one plant's event in full, and the daily flow of the real curve.

Everything goes through the public actions; everybody is invented. Playing it again changes nothing.
"""

from yinghuo.demo.response.scene import Scene
from yinghuo.demo.response.steps import STEPS

__all__ = ["STEPS", "Scene"]
