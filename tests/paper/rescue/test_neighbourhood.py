"""Sums and extremes of a field, compared with those written out place by place."""

from __future__ import annotations

import numpy as np
import pytest

from splitkit.paper.rescue.neighbourhood import blurred, gaussian, largest, weighted
from tests.support.paper.rescues import dice

FIELD = dice(1).normal(0, 1, (13, 9))


def _window(field: np.ndarray, row: int, column: int, reach: int) -> np.ndarray:
    return field[max(0, row - reach) : row + reach + 1, max(0, column - reach) : column + reach + 1]


@pytest.mark.parametrize("reach", [0, 1, 2, 3, 4, 5, 6, 20])
def test_the_largest_of_a_square(reach: int) -> None:
    found = largest(FIELD, reach)

    assert all(value == _window(FIELD, *place, reach).max() for place, value in np.ndenumerate(found))


def test_a_weighted_sum_ends_at_the_edge() -> None:
    kernel = np.array([1.0, 3, 2, 3, 1])
    padded = np.pad(FIELD, 2)
    for (row, column), value in np.ndenumerate(weighted(FIELD, kernel)):
        assert value == pytest.approx((padded[row : row + 5, column : column + 5] * np.outer(kernel, kernel)).sum())


@pytest.mark.parametrize("deviation", [0.3, 0.7, 1.0, 3.0, 7.0])
def test_a_mean_is_one_everywhere(deviation: float) -> None:
    assert gaussian(deviation).sum() == pytest.approx(1)
    assert blurred(np.full((13, 9), 5.0), deviation) == pytest.approx(np.full((13, 9), 5.0))
    assert blurred(FIELD, deviation).std() < FIELD.std()


def test_a_mean_leaves_the_field_alone() -> None:
    before = FIELD.copy()
    blurred(FIELD, 2.0), largest(FIELD, 2), weighted(FIELD, gaussian(1.0))

    assert (before == FIELD).all()
