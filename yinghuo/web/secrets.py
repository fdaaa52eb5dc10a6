"""Keys from the environment; where one is missing, made once and kept in `var/keys`, outside the database."""

import contextlib
import os
import secrets
from pathlib import Path

from yinghuo.web.embedded import var_dir

KEY_BYTES = 32


def key(name: str) -> bytes:
    """The 32-byte key called `name`: YINGHUO_<NAME>_KEY in hexadecimal, else the file `var/keys/<name>`.

    ValueError if the environment holds something that is not 64 hexadecimal digits.
    """
    given = os.environ.get(f"YINGHUO_{name.upper()}_KEY")
    text = given if given else _kept(var_dir() / "keys" / name)
    value = bytes.fromhex(text)
    if len(value) != KEY_BYTES:
        raise ValueError(f"key {name}: expected {KEY_BYTES} bytes in hexadecimal")
    return value


def _kept(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(KEY_BYTES))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()
