"""The Chinese catalogue: complete, and telling when it is not."""

from pathlib import Path

import polib

from yinghuo.web import catalogue

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def test_every_message_of_the_house_has_its_chinese() -> None:
    assert catalogue.missing() == []


def test_no_chinese_is_fuzzy_unused_contradictory_or_without_its_placeholders() -> None:
    assert catalogue.faults() == []


def test_every_fragment_is_sorted_by_message() -> None:
    for path, po in catalogue.fragments():
        messages = [entry.msgid for entry in po]
        assert messages == sorted(messages, key=lambda text: (text.casefold(), text)), path.name


def test_a_message_without_chinese_is_named_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "desk.py").write_text('title = _("Tube")\n')
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text('{% translate "Box" %}{{ "Site"|default:_("Street") }}')
    folder = _folder(tmp_path, 'msgid "Box"\nmsgstr "箱"\n')
    assert catalogue.missing(tmp_path, folder) == ["'Tube': desk.py", "'Street': templates/page.html"]


def test_an_entry_that_nobody_uses_or_that_loses_its_number_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "desk.py").write_text('_("%(count)s stuck")\n')
    folder = _folder(tmp_path, 'msgid "%(count)s stuck"\nmsgstr "积压"\n\n#, fuzzy\nmsgid "Old"\nmsgstr "旧"\n')
    assert catalogue.faults(tmp_path, folder) == [
        "django.po: '%(count)s stuck': placeholders differ",
        "django.po: 'Old': fuzzy",
        "django.po: 'Old': unused",
    ]


def test_two_fragments_may_not_translate_one_message_differently(tmp_path: Path) -> None:
    (tmp_path / "desk.py").write_text('_("Tube")\n')
    folder = _folder(tmp_path, 'msgid "Tube"\nmsgstr "采样管"\n')
    (folder / "django-other.po").write_text(HEAD + 'msgid "Tube"\nmsgstr "试管"\n', "utf-8")
    assert catalogue.faults(tmp_path, folder) == ["django.po: 'Tube': translated twice, differently"]


def test_all_fragments_become_one_compiled_catalogue(tmp_path: Path) -> None:
    folder = _folder(tmp_path, 'msgid "Tube"\nmsgstr "采样管"\n')
    (folder / "django-other.po").write_text(HEAD + 'msgctxt "work"\nmsgid "open"\nmsgstr "待办"\n', "utf-8")
    compiled = {
        (entry.msgctxt, entry.msgid): entry.msgstr for entry in polib.mofile(str(catalogue.compile_all(folder)))
    }
    assert compiled == {(None, "Tube"): "采样管", ("work", "open"): "待办"}


def _folder(place: Path, entries: str) -> Path:
    folder = place / "chinese"
    folder.mkdir()
    (folder / "django.po").write_text(HEAD + entries, "utf-8")
    return folder
