"""The Chinese catalogue: finds what lacks a translation, sorts, and compiles the fragments into one django.mo.

    python -m yinghuo.web.catalogue check | compile | sort

Source strings are English. Fragments are all `*.po` in one folder; each part of the house may have its own.
"""

import ast
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(__file__).resolve().parent / "locale" / "zh_Hans" / "LC_MESSAGES"
ALIASES = {"_": "gettext", "lazy": "gettext"}
MESSAGE_AT = {"gettext": 0, "ngettext": 0, "pgettext": 1, "npgettext": 1}  # which argument is the message
LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL = re.compile(rf"(?<!\w)(n?p?gettext|_)\(((?:\s*{LITERAL}\s*,?)+)")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")

Message = tuple[str, str]  # context, or "", and English text


def used(root: Path = ROOT) -> dict[Message, list[str]]:
    """Every message in the templates and in the Python files under `root`, with the files that use it."""
    found: dict[Message, set[str]] = defaultdict(set)
    for path in sorted(root.rglob("*.py")):
        for message in in_python(path.read_text("utf-8")):
            found[message].add(str(path.relative_to(root)))
    for path in sorted(root.rglob("templates/**/*.html")):
        for message in in_template(path.read_text("utf-8")):
            found[message].add(str(path.relative_to(root)))
    return {message: sorted(files) for message, files in found.items()}


def in_python(source: str) -> Iterator[Message]:
    """Messages of a Python file: constant arguments of gettext and its kin, also under `_` and `lazy`.

    >>> list(in_python('_("Tube"); pgettext_lazy("work", "open"); _(word)'))
    [('', 'Tube'), ('work', 'open')]
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            constants = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
            yield from _message(node.func.id, constants)


def in_template(source: str) -> Iterator[Message]:
    """Messages of a template.

    >>> list(in_template('{% translate "open" context "work" %}'))
    [('work', 'open')]
    >>> list(in_template('{% blocktranslate %}{{ span }} left{% endblocktranslate %}'))
    [('', '%(span)s left')]
    """
    for name, arguments in CALL.findall(templatize(source)):
        constants = ast.literal_eval(f"[{arguments}]")
        yield from _message(name, constants)


def fragments(folder: Path = FOLDER) -> list[tuple[Path, polib.POFile]]:
    """The fragments of the catalogue, by name."""
    return [(path, polib.pofile(str(path), encoding="utf-8")) for path in sorted(folder.glob("*.po"))]


def missing(root: Path = ROOT, folder: Path = FOLDER) -> list[str]:
    """Messages without Chinese, each with the files that use it."""
    known = {_key(entry) for _path, po in fragments(folder) for entry in po if entry.translated()}
    return [f"{_shown(message)}: {', '.join(files)}" for message, files in used(root).items() if message not in known]


def faults(root: Path = ROOT, folder: Path = FOLDER) -> list[str]:
    """Entries that are fuzzy, unused, twice there with different Chinese, or lose a placeholder."""
    seen: dict[Message, str] = {}
    needed, found = used(root), []
    for path, po in fragments(folder):
        for entry in po:
            message, text = _key(entry), _chinese(entry)
            checks = {
                "fuzzy": entry.fuzzy,
                "unused": message not in needed,
                "translated twice, differently": seen.setdefault(message, text) != text,
                "placeholders differ": set(PLACEHOLDER.findall(entry.msgid)) != set(PLACEHOLDER.findall(text)),
            }
            found += [f"{path.name}: {_shown(message)}: {fault}" for fault, present in checks.items() if present]
    return found


def sort(folder: Path = FOLDER) -> None:
    """Sorts every fragment by message and writes it in one form, so that two people's lines seldom meet."""
    for path, po in fragments(folder):
        po.wrapwidth = 0
        entries = sorted(po, key=lambda entry: (entry.msgid.casefold(), entry.msgid, entry.msgctxt or ""))
        del po[:]
        po.extend(entries)
        po.save(str(path))


def compile_all(folder: Path = FOLDER) -> Path:
    """Merges all fragments into `django.mo` and returns its path; the first Chinese of a message counts."""
    merged, seen = polib.POFile(), set()
    merged.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": "nplurals=1; plural=0;"}
    for _path, po in fragments(folder):
        fresh = [entry for entry in po if _key(entry) not in seen and not entry.fuzzy]
        seen |= {_key(entry) for entry in fresh}
        merged.extend(fresh)
    target = folder / "django.mo"
    draft = target.with_suffix(f".{os.getpid()}")
    merged.save_as_mofile(str(draft))
    return draft.replace(target)  # whole or not at all, for whoever reads meanwhile


def _message(function: str, constants: Sequence[object]) -> Iterator[Message]:
    name = ALIASES.get(function, function).removesuffix("_lazy").removesuffix("_noop")
    at = MESSAGE_AT.get(name)
    if at is None or len(constants) <= at or not isinstance(constants[at], str):
        return
    yield (str(constants[0]) if at else "", str(constants[at]))


def _key(entry: polib.POEntry) -> Message:
    return entry.msgctxt or "", entry.msgid


def _chinese(entry: polib.POEntry) -> str:
    return entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr


def _shown(message: Message) -> str:
    context, text = message
    return f"{text!r} ({context})" if context else repr(text)


def main(arguments: list[str]) -> int:
    """The command line; 1 when the check finds anything."""
    match arguments:
        case ["check"]:
            found = [f"no Chinese: {line}" for line in missing()] + faults()
            print("\n".join(found) or "complete")
            return 1 if found else 0
        case ["compile"]:
            compile_all()
        case ["sort"]:
            sort()
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
