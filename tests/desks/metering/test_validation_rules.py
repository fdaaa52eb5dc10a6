"""Rules as dated rows: which holds when and for whom, replacing one, and what a day is judged by."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.desks.metering.validation_world import DAY, NOW, MeterWorld, curve, point, usual_load
from tests.web.pages_world import page, read, signed_in, statuses, text, user_of
from yinghuo.core.ledger.models import Entry
from yinghuo.core.people.models import Role
from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.actions.rules import Replacement, replace_rule
from yinghuo.desks.metering.actions.validation import digest, lay_down_standard
from yinghuo.desks.metering.jobs.validating import validate
from yinghuo.desks.metering.models import Found, ValidationRule
from yinghuo.desks.metering.queries.rules import in_force, places_of
from yinghuo.desks.metering.validation_rules import ESTIMATION, STANDARD
from yinghuo.engines.meters.quantities import BY_NAME
from yinghuo.engines.meters.vee import CHECKS

pytestmark = pytest.mark.django_db
POWER = BY_NAME["power_kw"].number
PAPER = "Order 7 of the metering centre (invented)"


@pytest.fixture
def spike() -> ValidationRule:
    lay_down_standard()
    return ValidationRule.objects.get(name="spike")


def lenient(rule: ValidationRule, **more: object) -> Replacement:
    usual = {"valid_from": DAY, "parameters": rule.parameters | {"factor": "9"}, "effect": "reject", "source": PAPER}
    return Replacement(**(usual | more))


def test_every_check_has_a_standard_rule_with_a_source_in_both_languages() -> None:
    assert {one.name for one in STANDARD} == {*CHECKS, ESTIMATION}
    assert all(len(one.source) == 2 and all(one.source) for one in STANDARD)


def test_laying_the_standard_down_again_adds_no_row(spike: ValidationRule) -> None:
    lay_down_standard()
    assert ValidationRule.objects.count() == len(STANDARD)


def test_a_rule_of_the_own_class_goes_before_one_for_all(spike: ValidationRule) -> None:
    rows = places_of(in_force(DAY), ["hospital", "industrial", "hospital"])["zero_run"]
    assert {row.customer_class: places.tolist() for row, places in rows} == {"hospital": [0, 2], "": [1]}


def test_no_rule_holds_before_the_first(spike: ValidationRule) -> None:
    assert in_force(date(2019, 12, 31)) == []


def test_a_replaced_rule_ends_the_day_before_and_stays(spike: ValidationRule) -> None:
    made = replace_rule(spike, lenient(spike), by="user:1", at=NOW)
    spike.refresh_from_db()
    assert (spike.valid_to, made.valid_from, made.valid_to) == (DAY - timedelta(days=1), DAY, None)
    holding = {day: [one.id for one in in_force(day) if one.name == "spike"] for day in (DAY - timedelta(days=1), DAY)}
    assert list(holding.values()) == [[spike.id], [made.id]]
    assert Entry.objects.filter(kind="rule.changed", subject=f"rule:{made.id}").count() == 1


def test_replacing_a_rule_by_the_same_again_changes_nothing(spike: ValidationRule) -> None:
    first = replace_rule(spike, lenient(spike), by="user:1", at=NOW)
    assert replace_rule(spike, lenient(spike), by="user:1", at=NOW).id == first.id
    assert Entry.objects.filter(kind="rule.changed").count() == 1


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"source": " "}, "rule.no_source"),
        ({"parameters": {"factor": "9"}}, "rule.parameters"),
        ({"valid_from": date(2019, 1, 1)}, "rule.later_row"),
    ],
)
def test_a_replacement_that_cannot_be_is_refused(spike: ValidationRule, more: dict, code: str) -> None:
    with pytest.raises(Refused) as refused:
        replace_rule(spike, lenient(spike, **more), by="user:1", at=NOW)
    assert (refused.value.code, ValidationRule.objects.filter(name="spike").count()) == (code, 1)


def test_a_day_is_judged_by_the_rule_that_holds_on_it(spike: ValidationRule, tmp_path: Path) -> None:
    world = MeterWorld(tmp_path / "lake")
    day = [
        one._replace(value=Decimal(8)) if (one.quantity, one.at) == (POWER, point(DAY, 9)) else one
        for one in curve(world.meter(), DAY, usual_load)
    ]
    world.keep(day)
    first = validate(world.lake, DAY, now=NOW)
    assert Found.objects.filter(rule="spike").count() == 1
    replace_rule(spike, lenient(spike), by="user:1", at=NOW)
    second = validate(world.lake, DAY, now=NOW + timedelta(hours=1))
    assert second.gone == 1
    assert first.rules_sha256 != second.rules_sha256 == digest(in_force(DAY))


def test_an_engineer_replaces_a_rule_on_its_page(spike: ValidationRule) -> None:
    client = signed_in(user_of(Role.METERING))
    typed = {"valid_from": "2022-06-01", "factor": "2.5", "at_least": "0.05", "effect": "doubt", "source": PAPER}
    answer = client.post(page("replace_validation_rule", spike.id), typed, follow=True)
    assert "The rule is replaced." in text(answer)
    made = ValidationRule.objects.get(name="spike", valid_to=None)
    assert (made.parameters["factor"], made.effect, made.parameters["quantities"]) == ("2.5", "doubt", ["power_kw"])
    assert PAPER in read(client, page("validation_rules"))


def test_what_was_typed_stays_when_the_day_is_too_early(spike: ValidationRule) -> None:
    typed = {"valid_from": "2019-01-01", "factor": "2.5", "at_least": "0.05", "effect": "doubt", "source": PAPER}
    answer = signed_in(user_of(Role.METERING)).post(page("replace_validation_rule", spike.id), typed)
    assert (answer.status_code, PAPER in answer.content.decode()) == (422, True)
    assert "begins on 2020-01-01" in text(answer)


def test_an_auditor_replaces_no_rule(spike: ValidationRule) -> None:
    assert statuses(page("replace_validation_rule", spike.id), Role.AUDITOR, Role.METERING) == [403, 200]
