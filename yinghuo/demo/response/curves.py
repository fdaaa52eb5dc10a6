"""The scenario of the response desk: the curve of the real published figures is counted."""

from yinghuo.core.bulletins.models import Bulletin
from yinghuo.demo.response.scene import Scene
from yinghuo.demo.world import BY
from yinghuo.desks.response.actions.curves import count_curve

PROVINCE = "22"


def play(scene: Scene) -> None:
    """One run over all that was published; the same figures again are the same run."""
    if Bulletin.objects.exists():
        count_curve(PROVINCE, by=BY, at=scene.now)
