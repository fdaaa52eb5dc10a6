"""The scenario of the response desk: cases."""

from yinghuo.demo.response.scene import Scene


def play(scene: Scene) -> None:
    """Nothing yet."""
