"""Copies the browser parts that npm installed into static/vendor, which git ignores: python -m yinghuo.web.vendor."""

import shutil
from pathlib import Path

HERE = Path(__file__).resolve().parent
PARTS = {
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf": "NotoSansSC-Regular.ttf",
    "zxing-wasm/dist/iife/reader/index.js": "zxing-reader.js",
    "zxing-wasm/dist/reader/zxing_reader.wasm": "zxing_reader.wasm",
}


def copy(source: Path = HERE.parent.parent / "node_modules", target: Path = HERE / "static" / "vendor") -> list[Path]:
    """Copies every part and returns the copies; FileNotFoundError when `npm ci` has not run."""
    target.mkdir(parents=True, exist_ok=True)
    return [Path(shutil.copyfile(source / part, target / name)) for part, name in PARTS.items()]


if __name__ == "__main__":
    for path in copy():
        print(path.name)
