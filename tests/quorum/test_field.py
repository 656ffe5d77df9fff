"""GF(256) is a field, and interpolation over it keeps what Shamir promises."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shamir_mnemonic import shamir

from splitkit.quorum.field import EXP, LOG, MODULUS, SECRET_X, interpolate, multiply
from tests.support.sampling import examples

law = settings(deadline=None, database=None, max_examples=examples(80))
elements = st.integers(0, 255)
values = st.binary(min_size=4, max_size=4)


@st.composite
def polynomials(draw):
    """Coefficients of a polynomial, and more x than its degree."""
    coefficients = draw(st.lists(elements, min_size=1, max_size=16))
    xs = draw(st.lists(elements, min_size=len(coefficients), max_size=20, unique=True))
    return coefficients, xs


def evaluate(coefficients, x):
    """By Horner's rule."""
    result = 0
    for coefficient in reversed(coefficients):
        result = multiply(result, x) ^ coefficient
    return bytes([result])


def slow_product(a, b):
    """By shift and reduce, straight from the definition."""
    result = 0
    for bit in range(8):
        result ^= (a << bit) if b >> bit & 1 else 0
    for bit in reversed(range(8, 16)):
        result ^= (MODULUS << bit - 8) if result >> bit & 1 else 0
    return result


def test_the_product_is_that_of_polynomials_modulo_11b():
    assert all(multiply(a, b) == slow_product(a, b) for a in range(256) for b in range(256))


@law
@given(elements, elements, elements)
def test_multiplication_is_commutative_associative_and_distributes(a, b, c):
    assert multiply(a, b) == multiply(b, a)
    assert multiply(multiply(a, b), c) == multiply(a, multiply(b, c))
    assert multiply(a, b ^ c) == multiply(a, b) ^ multiply(a, c)
    assert multiply(a, 1) == a
    assert multiply(a, 0) == 0


def test_every_element_but_zero_has_one_inverse():
    for a in range(1, 256):
        assert sum(multiply(a, b) == 1 for b in range(256)) == 1


def test_the_tables_are_those_of_the_shamir_mnemonic_package():
    assert list(EXP) == list(shamir.EXP_TABLE[:255])
    assert list(LOG[1:]) == list(shamir.LOG_TABLE[1:])
    assert sorted(EXP) == list(range(1, 256))


@law
@given(polynomials(), elements)
def test_as_many_points_as_coefficients_give_the_polynomial_everywhere(polynomial, x):
    coefficients, xs = polynomial
    points = {at: evaluate(coefficients, at) for at in xs}
    assert interpolate(points, x) == evaluate(coefficients, x)


@law
@given(st.lists(elements, min_size=2, max_size=16), st.data())
def test_one_point_fewer_fits_every_secret(coefficients, data):
    xs = data.draw(st.lists(st.integers(0, 15), min_size=len(coefficients), max_size=len(coefficients), unique=True))
    seen = {x: evaluate(coefficients, x) for x in xs[1:]}
    hidden = [interpolate(seen | {SECRET_X: bytes([secret])}, xs[0]) for secret in range(256)]
    assert len(set(hidden)) == 256
    for secret, value in enumerate(hidden):
        assert interpolate(seen | {xs[0]: value}, SECRET_X) == bytes([secret])


@law
@given(st.dictionaries(elements, values, min_size=1, max_size=16), elements)
def test_interpolation_is_that_of_the_shamir_mnemonic_package(points, x):
    theirs = shamir._interpolate([shamir.RawShare(at, value) for at, value in points.items()], x)
    assert interpolate(points, x) == theirs


@law
@given(st.dictionaries(elements, values, min_size=1, max_size=16), elements)
def test_the_order_of_the_points_does_not_matter(points, x):
    assert interpolate(dict(reversed(points.items())), x) == interpolate(points, x)


def test_no_points_and_uneven_points_are_refused():
    for points in ({}, {1: b"ab", 2: b"a"}):
        with pytest.raises(ValueError, match="one length"):
            interpolate(points, 0)
