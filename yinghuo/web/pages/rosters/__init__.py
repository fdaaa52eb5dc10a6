"""Pages of rosters: files taken in, people of the rosters with their groups, likely duplicates decided."""

from django.urls import URLPattern, path

from yinghuo.web.pages.rosters import duplicates, intake, intakes, people

addresses: list[URLPattern] = [
    path("rosters", intakes.rosters, name="rosters"),
    path("rosters/new", intakes.new_roster, name="new_roster"),
    path("rosters/people", people.roster_people, name="roster_people"),
    path("rosters/people/names", people.roster_names, name="roster_names"),
    path("rosters/groups", people.roster_groups, name="roster_groups"),
    path("rosters/duplicates", duplicates.duplicates, name="duplicates"),
    path("rosters/duplicates/<uuid:likely_id>", duplicates.duplicate, name="duplicate"),
    path("rosters/merges/<uuid:standing_id>/undo", duplicates.undo_merge, name="undo_merge"),
    path("rosters/<uuid:intake_id>", intake.roster, name="roster"),
    path("rosters/<uuid:intake_id>/problems", intake.roster_problems, name="roster_problems"),
    path("rosters/<uuid:intake_id>/<slug:step>", intake.roster_step, name="roster_step"),
]
