"""Pages of the laboratory: worklist, plates, files, results typed twice, pools, kits, instruments."""

from django.urls import URLPattern, path

from yinghuo.desks.sampling.views.laboratory import files, instruments, kits, plates, pools, typing, worklist

addresses: list[URLPattern] = [
    path("laboratory", worklist.worklist, name="laboratory"),
    path("laboratory/plates", plates.plates, name="plates"),
    path("laboratory/plates/new", plates.new_plate, name="new_plate"),
    path("laboratory/plates/<uuid:plate_id>", plates.plate, name="plate"),
    path("laboratory/plates/<uuid:plate_id>/layout.csv", plates.plate_for_instrument, name="plate_for_instrument"),
    path("laboratory/plates/<uuid:plate_id>/read", files.read_plate, name="read_plate"),
    path("laboratory/plates/<uuid:plate_id>/<slug:act>", plates.act_on_plate, name="act_on_plate"),
    path("laboratory/files", files.result_files, name="result_files"),
    path("laboratory/files/<uuid:file_id>", files.result_file, name="result_file"),
    path("laboratory/files/<uuid:file_id>/rejected.csv", files.rejected_rows, name="rejected_rows"),
    path("laboratory/files/<uuid:file_id>/<slug:act>", files.act_on_file, name="act_on_file"),
    path("laboratory/typing", typing.typing, name="typing"),
    path("laboratory/typing/<uuid:typing_id>", typing.typed, name="typed"),
    path("laboratory/pools", pools.pools, name="pools"),
    path("laboratory/pools/<uuid:pool_id>", pools.pool, name="pool"),
    path("laboratory/kits", kits.kits, name="kits"),
    path("laboratory/kits/new", kits.new_kit, name="new_kit"),
    path("laboratory/instruments", instruments.instruments, name="instruments"),
    path("laboratory/instruments/<uuid:instrument_id>", instruments.instrument, name="instrument"),
]
