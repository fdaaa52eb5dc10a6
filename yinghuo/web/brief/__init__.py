"""The brief: what was printed beside what the system counts, how long things took, what is still open, and the proof.

Flow: `build` reads everything as of the newest signed checkpoint -> a `Brief` of plain rows
-> `as_markdown`, `as_html` in one language, `as_json` in both.
"""

from yinghuo.web.brief.build import Brief, StatedRow, build
from yinghuo.web.brief.rendering import as_html, as_json, as_markdown, context

__all__ = ["Brief", "StatedRow", "as_html", "as_json", "as_markdown", "build", "context"]
