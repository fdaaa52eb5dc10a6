"""What the laboratory says: sentences of what is refused, causes of rejected rows."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REFUSALS: dict[str, Promise] = {
    "bench.taken": _("Tube %(tube)s does not wait any more: it is %(state)s. Nothing was changed."),
    "bench.unknown_tube": _(
        "Tube %(tube)s was not received by this laboratory. Check the code; if it is right, receive its box first."
    ),
    "file.by_well": _(
        "Files of %(instrument)s name wells, not tubes: open the plate and read the file there. Nothing was changed."
    ),
    "file.empty": _("The file is empty. Export it again from the instrument."),
    "file.full_sheet": _(
        "The file has exactly %(rows)s rows, as many as a spreadsheet can hold: what did not fit may be missing. "
        "Nothing was read. Export it as CSV, or confirm that nothing is missing."
    ),
    "file.head": _(
        "No line of the file has the columns %(columns)s. Nothing was read. Check the columns of the instrument."
    ),
    "file.not_read": _("The file %(name)s is not read to its end yet. Wait, or look at what it says."),
    "file.own": _("You handed the file %(name)s in yourself. Somebody else releases it."),
    "file.sheets": _("Several sheets have these columns: %(sheets)s. Nothing was read; keep one sheet in a file."),
    "file.unknown": _("There is no such file in your laboratory."),
    "file.unreadable": _("The file cannot be read at row %(row)s (%(detail)s). Nothing of it was kept."),
    "instrument.columns": _("Name each column once: tube or well, and the Ct of at least one target."),
    "instrument.name": _("Another instrument is called “%(name)s”, or the name is empty. Choose another one."),
    "instrument.unknown": _("There is no such instrument in your laboratory."),
    "instrument.unmapped": _("The columns of %(name)s are not named yet. Take a sample of its files first."),
    "kit.control": _("The internal control needs a name that no target has, and a limit up to 99."),
    "kit.layout_few": _("A plate needs a positive and a negative control at least."),
    "kit.layout_full": _("Leave room for tubes on the plate."),
    "kit.layout_kind": _("A control is positive, negative or blank."),
    "kit.layout_well": _("Name each well once, A1 to H12."),
    "kit.limits": _("Limits are Ct between 0 and 99; the grey zone ends no lower than where positive ends."),
    "kit.name": _("Give the kit a name."),
    "kit.needs": _("A positive result needs one target at least and not more than the kit has."),
    "kit.source": _("Say where the limits are written, for example the leaflet and its edition."),
    "kit.targets": _("Name at least one target, each once."),
    "kit.unknown": _(
        "No limits of the kit “%(kit)s” are in force on the day of the assay. Add them on the page of kits."
    ),
    "plate.barcode": _("Another plate has the barcode %(barcode)s. Scan the code of this plate."),
    "plate.empty": _("Nothing but controls is on plate %(plate)s. Fill it first."),
    "plate.full": _("Plate %(plate)s is full. Start it, or take something out."),
    "plate.not_filling": _("Plate %(plate)s was started already. Nothing is put in or taken out."),
    "plate.not_read": _("Plate %(plate)s was not read yet, or is released."),
    "plate.own_reading": _("You read plate %(plate)s yourself. A second person releases it."),
    "plate.step": _("The plate is not where this step begins. Somebody may have been faster: open it again."),
    "plate.unknown": _("There is no such plate in your laboratory."),
    "plate.well_empty": _(
        "Something came up in wells that are empty on plate %(plate)s: %(wells)s. It looks like another plate’s file. "
        "Nothing was kept."
    ),
    "plate.wells_missing": _("The file does not have all wells of plate %(plate)s: %(wells)s. Nothing was kept."),
    "pool.again": _("Tube %(tube)s comes from a pool that was taken apart: it is assayed singly now."),
    "pool.code": _("Another pool has the code %(pool)s."),
    "pool.not_single": _(
        "Tube %(tube)s holds %(people)s people. Only tubes of one person are mixed in the laboratory."
    ),
    "pool.on_plate": _("Pool %(pool)s is on a plate, or has a result. It stays as it is."),
    "pool.size": _("A pool has %(least)s to %(most)s tubes; these are %(size)s."),
    "pool.unknown": _("There is no such pool in your laboratory."),
    "typing.differs": _("Two entries for tube %(tube)s differ already. A third person decides between them."),
    "typing.kit": _("The first entry names the kit “%(kit)s”. Use the same, or have the first entry looked at."),
    "typing.same_person": _("You typed tube %(tube)s already, otherwise. The second entry is another person’s."),
    "typing.third": _("You typed one of the two entries for tube %(tube)s. A third person decides."),
    "typing.unknown": _("There is no such entry in your laboratory."),
    "typing.unknown_tube": _("There is no tube %(tube)s in your area. Check the code; typing never makes a tube."),
}
CAUSES: dict[str, Promise] = {
    "row.beside_bad": _("another row of %(key)s cannot be used; none of them was"),
    "row.cells": _("%(have)s cells, %(need)s are needed"),
    "row.ct": _("“%(value)s” is no Ct"),
    "row.key": _("no tube or well is named"),
    "row.target_twice": _("the target %(target)s stands here a second time"),
    "row.tube": _("“%(key)s” can be no tube code: 4 to 40 letters, digits, hyphens"),
    "row.twice": _("%(key)s stands in an earlier row already; that one counts"),
    "row.well": _("“%(key)s” is no well, and no tube or pool of this plate"),
}


def cause(code: str, facts: dict[str, str]) -> str:
    """Why a row was rejected, in the language of the request."""
    return str(CAUSES[code]) % facts
