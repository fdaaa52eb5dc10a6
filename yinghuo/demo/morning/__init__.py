"""This morning's round: one plant, from plan and labels over phones, boxes and couriers to plates, files and messages.

It runs beside the two months that the newspaper printed, on 10 May before the early shift, so that every page of the
sampling desk has something under way. Everything goes through the public actions; everybody is invented.
"""

from yinghuo.demo.morning.round import Morning

__all__ = ["Morning"]
