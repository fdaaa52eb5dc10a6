"""How numbers, dates and times are written: the same in both languages: 41,208 · 2022-03-13 · 13:05."""
