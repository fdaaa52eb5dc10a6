"""Areas: province > prefecture > county > street > grid cell.

Words: area, code, subtree, street, cell, outline.
Flow: `load_region` reads the tables under `data/` -> every row elsewhere carries `area_code` as plain text
-> a subtree is a prefix of the code, so `within` needs no join.
"""
