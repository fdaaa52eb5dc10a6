"""Pooling designs: how many assays a design needs, how many positive people it finds, and which is best for a share."""

from yinghuo.engines.pooling.arrays import square_array
from yinghuo.engines.pooling.choosing import (
    LARGEST_SHARE,
    MINIMAX_POOL,
    best_square_array,
    best_three_stage,
    best_two_stage,
    worth_pooling,
)
from yinghuo.engines.pooling.dilution import diluted_sensitivity, shift_ct
from yinghuo.engines.pooling.performance import Performance
from yinghuo.engines.pooling.stages import three_stage, two_stage

__all__ = [
    "LARGEST_SHARE",
    "MINIMAX_POOL",
    "Performance",
    "best_square_array",
    "best_three_stage",
    "best_two_stage",
    "diluted_sensitivity",
    "shift_ct",
    "square_array",
    "three_stage",
    "two_stage",
    "worth_pooling",
]
