"""Orders pass through two pairs of eyes, and a doubt is settled with a reason."""

from tests.browser import STORY
from tests.browser.installation import Installation
from tests.browser.visitor import Visitor, Visitors

pytestmark = STORY

OPEN_ORDER = "SELECT id FROM work_order WHERE state = 'open' AND kind = 'sampling.recollect' ORDER BY id LIMIT 1"
OPEN_ISSUE = "SELECT id FROM work_issue WHERE code = 'tube.over_capacity' AND settled_at IS NULL"
ORDER = "SELECT state, done_by, verified_by FROM work_order WHERE id = %s"
ISSUE = "SELECT settlement, reason FROM work_issue WHERE id = %s"


def test_an_order_is_done_by_one_user_and_checked_by_another(visitors: Visitors, installation: Installation) -> None:
    (order,) = installation.row(OPEN_ORDER)
    doer, checker = visitors.of("manager"), visitors.of("admin")
    doer.visit("/orders")
    doer.page.locator(f"a[href='/orders/{order}']").click()
    _step(doer, "Take", "The order is yours.")
    _step(doer, "Done", "Reported done. A colleague checks it.")
    assert doer.page.get_by_role("button", name="Checked: close").count() == 0
    assert "A colleague who did not do it" in doer.page.locator("main").inner_text()
    checker.visit(f"/orders/{order}")
    _step(checker, "Checked: close", "Checked and closed.")
    state, done_by, verified_by = installation.row(ORDER, order)
    assert state == "closed"
    assert "" not in (done_by, verified_by)
    assert done_by != verified_by
    assert not [*doer.troubles, *checker.troubles]


def test_an_issue_is_settled_with_a_reason_and_never_without(visitors: Visitors, installation: Installation) -> None:
    (issue,) = installation.row(OPEN_ISSUE)
    visitor = visitors.of("manager")
    visitor.visit("/issues")
    waiting = _waiting(visitor)
    visitor.page.locator(f"a[href='/issues/{issue}']").click()
    visitor.page.get_by_label("confirmed").check()
    visitor.page.fill("[name=reason]", "   ")
    visitor.page.locator("form:has([name=reason]) button").click()
    visitor.page.locator("[role=alert]").wait_for()
    assert "Reason: This field is required." in visitor.page.locator("[role=alert]").inner_text()
    assert visitor.page.get_by_label("confirmed").is_checked(), "what was chosen is lost"
    assert installation.row(ISSUE, issue) == ("", "")
    visitor.page.fill("[name=reason]", "Asked the team: eleven were swabbed.")
    visitor.page.locator("form:has([name=reason]) button").click()
    visitor.page.get_by_text("Settled. The fact itself stays as it was recorded.").wait_for()
    assert installation.row(ISSUE, issue) == ("confirmed", "Asked the team: eleven were swabbed.")
    assert _waiting(visitor) == waiting - 1


def test_the_number_beside_the_desk_is_the_number_of_issues_listed(visitors: Visitors) -> None:
    visitor = visitors.of("admin")
    visitor.visit("/issues")
    assert visitor.page.locator("#table-issues tbody tr").count() == _waiting(visitor)
    assert visitor.title == f"{_waiting(visitor)} facts are in doubt"


def _step(visitor: Visitor, words: str, said: str) -> None:
    visitor.click(words)
    visitor.page.get_by_text(said, exact=True).wait_for()


def _waiting(visitor: Visitor) -> int:
    return int(visitor.page.locator("nav.desks a[href='/issues'] .count").inner_text().split()[0])
