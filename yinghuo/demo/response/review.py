"""The scenario of the response desk: the daily flow of the real curve, played through the invented teams."""

from yinghuo.demo.response.scene import Scene
from yinghuo.demo.world import BY
from yinghuo.desks.response.actions.review import play_flow
from yinghuo.desks.response.models import Team
from yinghuo.desks.response.queries.curves import newest
from yinghuo.desks.response.rules.flow import ASSUMED

PROVINCE = "22"


def play(scene: Scene) -> None:
    """One simulation over the whole curve; it needs the teams and the counted curve, and leaves nothing half done."""
    curve = newest(PROVINCE)
    if curve and Team.objects.filter(area_code__startswith=PROVINCE).exists():
        assumed = ASSUMED._replace(infections_an_order=ASSUMED.infections_an_order / scene.scale)
        play_flow(curve, by=BY, at=scene.now, assumed=assumed)
