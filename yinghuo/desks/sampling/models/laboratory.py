"""The laboratory: plates, kits, instruments, entries typed twice, pools of kept tubes."""

__all__: list[str] = []
