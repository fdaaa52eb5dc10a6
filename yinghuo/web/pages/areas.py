"""Areas to choose from in a form: those of the user's own area, down to streets."""

from yinghuo.core.areas.models import Area
from yinghuo.core.areas.queries import within
from yinghuo.core.areas.rules import CODE_DIGITS, ancestor_codes
from yinghuo.core.people.models import User

INDENT = "\u3000"  # as wide as a Chinese character


def areas_of(user: User) -> list[tuple[str, str]]:
    """Code and name of every area in the user's own, indented by level, after an empty choice."""
    found = within(Area.objects.defer("outline"), user.area_code, "code").order_by("code")
    own = len(ancestor_codes(user.area_code)) if user.area_code else 0
    known = [area for area in found if len(area.code) <= CODE_DIGITS["street"]]
    named = [(area.code, INDENT * (len(ancestor_codes(area.code)) - own) + area.name) for area in known]
    return [("", "–"), *(named or [(user.area_code, user.area_code)])]
