"""The phone warns and never blocks; what went wrong is put right by further facts."""

from playwright.sync_api import expect

from tests.browser import STORY
from tests.browser.field.phone import Field, Phone

pytestmark = STORY


def test_the_same_person_twice_is_asked_about_and_may_be_recorded(enrolled: Phone, field: Field) -> None:
    who = enrolled.fill("JL0000001001", 2)
    enrolled.scan(who[0])
    expect(enrolled.page.locator(".question")).to_contain_text("JL0000001001")
    enrolled.choose("Do not record again")
    enrolled.shows(2)
    enrolled.scan(who[0])
    enrolled.choose("Record anyway")
    enrolled.shows(3)
    enrolled.unsent(0)
    assert field.count("swab", "tube = 'JL0000001001' AND person = %s", who[0]) == 2


def test_the_next_person_may_come_while_the_question_stands(enrolled: Phone) -> None:
    who = enrolled.fill("JL0000001002", 2)
    enrolled.scan(who[0], "5b3f1a10-0000-4000-8000-000000000001")
    enrolled.shows(3)


def test_a_tube_that_is_full_says_so_and_takes_an_eleventh_with_a_warning(enrolled: Phone, field: Field) -> None:
    enrolled.fill("JL0000001003", 10)
    enrolled.says("Full")
    expect(enrolled.page.locator(".below .big")).to_have_text("Seal · 10")
    enrolled.scan("5b3f1a10-0000-4000-8000-000000000002")
    enrolled.shows(11)
    expect(enrolled.page.locator(".above p.warn").last).to_contain_text("Over 10 a tube")
    enrolled.unsent(0)
    assert field.count("swab", "tube = 'JL0000001003'") == 11


def test_a_strange_code_waits_for_an_answer_and_swallows_nobody(enrolled: Phone) -> None:
    enrolled.scan("ZZ0000000001")
    question = enrolled.page.locator(".question")
    expect(question).to_contain_text("not among the codes issued")
    enrolled.scan("5b3f1a10-0000-4000-8000-000000000003")
    expect(question).to_be_visible()
    enrolled.unsent(0)
    enrolled.choose("Use it anyway")
    enrolled.shows_open("ZZ0000000001")


def test_a_new_tube_over_an_unsealed_one_seals_it_when_it_is_scanned_again(enrolled: Phone, field: Field) -> None:
    enrolled.fill("JL0000001004", 3)
    enrolled.scan("JL0000001005")
    expect(enrolled.page.locator(".question")).to_contain_text("JL0000001004")
    enrolled.scan("5b3f1a10-0000-4000-8000-000000000004")
    expect(enrolled.page.locator(".question")).to_be_visible()
    enrolled.scan("JL0000001005")
    enrolled.shows_open("JL0000001005")
    enrolled.unsent(0)
    assert field.count("swab", "tube = 'JL0000001004'") == 3
    assert field.count("sealed", "tube = 'JL0000001004' AND count = 3") == 1


def test_undo_moves_and_voids_are_facts_of_their_own(enrolled: Phone, field: Field) -> None:
    who = enrolled.fill("JL0000001006", 3)
    enrolled.choose("Undo")
    enrolled.shows(2)
    enrolled.scan(who[2])
    enrolled.shows(3)
    enrolled.choose("In this tube")
    enrolled.page.locator(".chip").first.click()
    enrolled.choose("Move 1 to another tube")
    enrolled.scan("JL0000001007")
    enrolled.shows(2)
    enrolled.choose("In this tube")
    enrolled.choose("Void this tube")
    expect(enrolled.page.locator("p.warn")).to_contain_text("2 people must be swabbed again")
    enrolled.page.fill("input", "fell on the floor")
    enrolled.choose("Broken")
    enrolled.says("JL0000001006 voided")
    enrolled.scan("JL0000001008", who[1])
    enrolled.shows(1)
    enrolled.unsent(0)
    assert field.count("swab", "tube = 'JL0000001006'") == 4
    undone, moved = "what = 'undone'", "what = 'moved' AND to_tube = 'JL0000001007'"
    assert field.count("corrected", f"tube = 'JL0000001006' AND {undone}") == 1
    swab = "swab = (SELECT id FROM sampling_swab WHERE tube = 'JL0000001006' AND person = %s)"
    assert field.count("corrected", f"tube = 'JL0000001006' AND {moved} AND {swab}", who[0]) == 1
    assert field.count("voided", "tube = 'JL0000001006' AND reason = 'broken' AND note = 'fell on the floor'") == 1


def test_who_was_moved_twice_is_corrected_in_the_tube_of_the_swab(enrolled: Phone, field: Field) -> None:
    enrolled.fill("JL0000001010", 1)
    for target in ("JL0000001011", "JL0000001012"):
        enrolled.choose("In this tube")
        enrolled.page.locator(".chip").first.click()
        enrolled.choose("Move 1 to another tube")
        enrolled.scan(target)
        enrolled.is_on("tube")
        enrolled.scan(target)
        enrolled.shows_open(target)
        enrolled.shows(1)
    enrolled.unsent(0)
    assert field.count("corrected", "tube = 'JL0000001010' AND what = 'moved'") == 2
