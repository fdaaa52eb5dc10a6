"""The scenario of the response desk: exchange."""

from yinghuo.demo.response.scene import Scene


def play(scene: Scene) -> None:
    """Nothing yet."""
