"""Every write about items, places and moves."""

from yinghuo.core.stock.actions.counting import take_stock
from yinghuo.core.stock.actions.moves import move
from yinghuo.core.stock.actions.register import NewItem, NewPlace, add_item, add_place

__all__ = ["NewItem", "NewPlace", "add_item", "add_place", "move", "take_stock"]
