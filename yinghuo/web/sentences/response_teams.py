"""Sentences of refusals: the response desk, teams and dispatch."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

STATUSES: dict[str, int] = {"team.unknown": 404, "wave.unknown": 404, "teams.": 400, "team.skills": 400}
SENTENCES: dict[str, Promise] = {
    "team.delay": lazy("A delay is between 1 and %(most)s minutes. Nothing was changed."),
    "team.no_place": lazy("Nobody knows where this order is. No team was sent; give its event a place first."),
    "team.no_skill": lazy("Team %(team)s has not the skills for this order. No team was sent; choose another."),
    "team.not_ready": lazy("Team %(team)s is under way already, or off duty. No team was sent; choose another."),
    "team.not_sent": lazy("This team is not under way to this order any more. Nothing was changed."),
    "team.off_shift": lazy("At %(at)s team %(team)s is off shift. No team was sent; choose another."),
    "team.out_of_reach": lazy("It is too far for team %(team)s. No team was sent; choose another."),
    "team.skills": lazy(
        "Team %(team)s needs a known skill, and no skill more people than it has. Nothing was changed."
    ),
    "team.steps_open": lazy(
        "Steps of this track are still open. The team stays with it; settle the steps, which finishes the order."
    ),
    "team.under_way": lazy("Team %(team)s is under way. Nothing was changed; call it back first."),
    "team.unknown": lazy("There is no such team. Nothing was changed."),
    "teams.columns": lazy("The head of the file lacks: %(needed)s. Nothing was loaded; add the columns."),
    "teams.too_long": lazy("The file is longer than %(most)s rows. Nothing was loaded; cut it into parts."),
    "teams.unreadable": lazy("This is neither a CSV file in UTF-8 or GB18030 nor a workbook. Nothing was loaded."),
    "wave.nothing": lazy("No such order is open, or no team can go. There is nothing to plan."),
    "wave.stale": lazy("An order was taken or a team was sent since the plan. Nobody was sent; plan the wave anew."),
    "wave.unknown": lazy("There is no such plan of a wave. Nothing was changed."),
}
