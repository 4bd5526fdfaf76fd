"""Solids fill their spans, moves obey their laws, joints rest at 0 and stay within their range."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vehicle_id.synth.mesh import (
    Assembly,
    Joint,
    Mesh,
    arch,
    ball,
    beam,
    box,
    copies,
    cylinder,
    join,
    lathe,
    plates,
    prism,
    quad,
    relief,
    slab,
    surface,
    taper,
    tube,
)
from vehicle_id.synth.paint import GLASS, STEEL, Paint

COAT = Paint(rgb=(0.4, 0.2, 0.1), gloss=0.2, coat=True)

metres = st.floats(-30, 30)
sizes = st.floats(0.01, 20)
points = st.tuples(metres, metres, metres)
axes = st.sampled_from(["x", "y", "z"])
angles = st.floats(-360, 360)


@st.composite
def spans(draw: st.DrawFn) -> tuple[float, float]:
    low = draw(metres)
    return low, low + draw(sizes)


def area_m2(mesh: Mesh) -> float:
    a, b, c = np.moveaxis(mesh.triangles, 1, 0)
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)


def bounds_of(*three: tuple[float, float]) -> np.ndarray:
    return np.array(three).T


def uneven() -> Mesh:
    """A mesh with no symmetry, of two paints."""
    return join([taper((0, 4), (-1, 1.5), (0.5, 2), (1, 2), (0, 1), COAT), box((5, 6), (2, 3), (0, 1), GLASS)])


@given(spans(), spans(), spans())
@settings(max_examples=40)
def test_a_box_fills_its_spans_and_nothing_else(x, y, z) -> None:  # type: ignore[no-untyped-def]
    mesh = box(x, y, z, STEEL)
    assert mesh.bounds == pytest.approx(bounds_of(x, y, z))
    a, b, c = (high - low for low, high in (x, y, z))
    assert area_m2(mesh) == pytest.approx(2 * (a * b + b * c + c * a), rel=1e-6)


@given(spans(), spans(), spans())
@settings(max_examples=25)
def test_a_rectangle_extruded_along_any_axis_is_a_box(x, y, z) -> None:  # type: ignore[no-untyped-def]
    whole = box(x, y, z, STEEL)

    def corners(first, second):  # type: ignore[no-untyped-def]
        return [(first[0], second[0]), (first[1], second[0]), (first[1], second[1]), (first[0], second[1])]

    for mesh in (prism(corners(x, z), y, STEEL), slab(corners(x, y), z, STEEL), arch(x, corners(y, z), STEEL)):
        assert mesh.bounds == pytest.approx(whole.bounds)
        assert area_m2(mesh) == pytest.approx(area_m2(whole), rel=1e-6)


@given(spans(), spans(), spans(), spans(), spans())
@settings(max_examples=25)
def test_the_foot_and_the_top_of_a_taper_have_their_own_spans(x, y, z, top_x, top_y) -> None:  # type: ignore[no-untyped-def]
    points = taper(x, y, z, top_x, top_y, STEEL).triangles.reshape(-1, 3)
    order = points[:, 2] > sum(z) / 2
    for part, expected in ((points[~order], (x, y)), (points[order], (top_x, top_y))):
        assert part[:, :2].min(0) == pytest.approx([low for low, _ in expected])
        assert part[:, :2].max(0) == pytest.approx([high for _, high in expected])


@given(axes, spans(), metres, metres, sizes)
@settings(max_examples=30)
def test_a_cylinder_lies_along_its_axis_with_its_radius_about_its_centre(axis, span, first, second, radius) -> None:  # type: ignore[no-untyped-def]
    along = "xyz".index(axis)
    others = [column for column in range(3) if column != along]
    points = cylinder(axis, span, (first, second), radius, STEEL).triangles.reshape(-1, 3)
    assert (points[:, along].min(), points[:, along].max()) == pytest.approx(span)
    out = np.hypot(*(points[:, others] - (first, second)).T)
    assert out.max() == pytest.approx(radius)
    assert set(np.round(out / radius, 6)) <= {0.0, 1.0}, "corners lie on the rim or on the axis"


@given(points, st.tuples(sizes, sizes, sizes))
@settings(max_examples=20)
def test_a_ball_fills_its_radii(centre, radii) -> None:  # type: ignore[no-untyped-def]
    low, high = ball(centre, radii, STEEL).bounds
    assert low == pytest.approx(np.array(centre) - radii)
    assert high == pytest.approx(np.array(centre) + radii)


@given(points, st.floats(0, 360), st.floats(-90, 90), st.floats(0.5, 15), st.floats(0.02, 0.3))
@settings(max_examples=60)
def test_a_tube_runs_from_end_to_end_at_its_radius_whichever_way_it_points(start, turn, rise, length, radius) -> None:  # type: ignore[no-untyped-def]
    turn, rise = np.radians(turn), np.radians(rise)
    towards = np.array([np.cos(rise) * np.cos(turn), np.cos(rise) * np.sin(turn), np.sin(rise)])
    end = tuple(np.array(start) + length * towards)
    from_start = tube(start, end, radius, STEEL).triangles.reshape(-1, 3) - start
    along = from_start @ towards
    out = np.linalg.norm(from_start - along[:, None] * towards, axis=1)
    assert (along.min(), along.max()) == pytest.approx((0, length), abs=1e-6)
    assert out.max() == pytest.approx(radius, rel=1e-4)
    assert out[out > radius / 2].min() == pytest.approx(radius, rel=1e-4), "round, not flattened"


@given(points, points, st.tuples(st.floats(0.1, 1), st.floats(0.1, 1)))
@settings(max_examples=40)
def test_a_beam_has_its_ends_as_its_middle_line(start, end, size) -> None:  # type: ignore[no-untyped-def]
    a, b = np.array(start), np.array(end)
    length = float(np.linalg.norm(b - a))
    if length < 0.1:
        return
    corners = np.unique(beam(start, end, size, STEEL).triangles.reshape(-1, 3).round(9), axis=0)
    towards = (b - a) / length
    along = (corners - a) @ towards
    assert (along.min(), along.max()) == pytest.approx((0, length), abs=1e-6)
    for place, middle in ((along < length / 2, a), (along > length / 2, b)):
        assert corners[place].mean(0) == pytest.approx(middle, abs=1e-5)
    assert np.linalg.norm(corners - a - along[:, None] * towards, axis=1) == pytest.approx(np.hypot(*size) / 2)


@pytest.mark.parametrize("axis", ["x", "y", "z"])
def test_a_lathe_closes_to_a_point_and_has_no_empty_triangle(axis) -> None:  # type: ignore[no-untyped-def]
    mesh = lathe(axis, [(0, 0), (1, 2), (3, 1), (4, 0)], (5, 6), STEEL)
    along = "xyz".index(axis)
    points = mesh.triangles.reshape(-1, 3)
    assert (points[:, along].min(), points[:, along].max()) == (0, 4)
    out = np.hypot(*(np.delete(points, along, axis=1) - (5, 6)).T)
    for place, radius in ((0, 0), (1, 2), (3, 1), (4, 0)):
        assert out[points[:, along] == place] == pytest.approx(radius)
    a, b, c = np.moveaxis(mesh.triangles, 1, 0)
    assert np.linalg.norm(np.cross(b - a, c - a), axis=1).min() > 1e-6


def test_a_relief_has_its_heights_over_its_rectangle() -> None:
    heights = np.arange(12.0).reshape(3, 4)
    mesh = relief((0, 2), (10, 13), heights, STEEL)
    found = {(x, y): z for x, y, z in mesh.triangles.reshape(-1, 3)}
    assert found == {(i, 10 + j): heights[i, j] for i in range(3) for j in range(4)}
    assert len(mesh.triangles) == 2 * 2 * 3
    assert np.array_equal(surface(np.zeros((3, 4, 3)), STEEL).bounds, np.zeros((2, 3)))


def test_plates_are_the_quads_of_their_corners() -> None:
    corners = [[(0, 0, 0), (2, 0, 0), (2, 3, 0), (0, 3, 0)], [(0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1)]]
    mesh = plates(corners, STEEL)
    assert area_m2(mesh) == pytest.approx(7)
    assert area_m2(quad(*corners[0], STEEL)) == pytest.approx(6)
    assert area_m2(quad(*corners[1], STEEL)) == pytest.approx(1)


def test_copies_are_the_part_at_each_place_with_its_paint() -> None:
    places = [(0, 0, 0), (10, 0, 0), (0, 5, 1)]
    many, one = copies(uneven(), places), uneven()
    expected = join([one.moved(place) for place in places])
    assert np.array_equal(many.triangles, expected.triangles)
    assert np.array_equal(many.rgb, expected.rgb)
    assert np.array_equal(many.gloss, expected.gloss)
    assert np.array_equal(many.coat, expected.coat)


def test_joining_no_mesh_gives_an_empty_one_that_can_be_moved() -> None:
    empty = join([])
    assert empty.triangles.shape == (0, 3, 3)
    assert len(join([empty, uneven()]).triangles) == len(uneven().triangles)
    assert len(empty.moved((1, 2, 3)).turned(30).scaled(2).repainted(COAT).triangles) == 0


def test_every_triangle_has_the_paint_it_was_given() -> None:
    mesh = box((0, 1), (0, 1), (0, 1), COAT)
    assert (mesh.rgb == COAT.rgb).all()
    assert (mesh.gloss == COAT.gloss).all()
    assert mesh.coat.all()
    assert not box((0, 1), (0, 1), (0, 1), GLASS).coat.any()


@pytest.mark.parametrize(
    ("axis", "first", "second"),
    [("x", (0, 1, 0), (0, 0, 1)), ("y", (0, 0, 1), (1, 0, 0)), ("z", (1, 0, 0), (0, 1, 0))],
)
def test_positive_turns_follow_the_right_hand_rule(axis, first, second) -> None:  # type: ignore[no-untyped-def]
    mesh = quad(first, (0, 0, 0), (0, 0, 0), (0, 0, 0), STEEL)
    assert mesh.turned(90, axis=axis).triangles[0, 0] == pytest.approx(second, abs=1e-12)


@given(angles, angles, axes, points)
@settings(max_examples=40)
def test_turns_add_up_keep_distances_and_leave_the_pivot(one, two, axis, pivot) -> None:  # type: ignore[no-untyped-def]
    mesh = uneven()
    turned = mesh.turned(one, axis=axis, about=pivot)
    both = mesh.turned(one + two, axis=axis, about=pivot).triangles
    assert turned.turned(two, axis=axis, about=pivot).triangles == pytest.approx(both, abs=1e-9)
    assert turned.turned(-one, axis=axis, about=pivot).triangles == pytest.approx(mesh.triangles, abs=1e-9)
    before, after = (np.linalg.norm(each.triangles - pivot, axis=2) for each in (mesh, turned))
    assert after == pytest.approx(before, abs=1e-9)
    along = "xyz".index(axis)
    assert turned.triangles[..., along] == pytest.approx(mesh.triangles[..., along])


@given(points, angles, axes)
@settings(max_examples=20)
def test_turning_about_a_point_is_turning_about_the_origin_there(place, degrees, axis) -> None:  # type: ignore[no-untyped-def]
    there = uneven().turned(degrees, axis=axis).moved(place)
    assert uneven().moved(place).turned(degrees, axis=axis, about=place).triangles == pytest.approx(
        there.triangles, abs=1e-9
    )


@given(points, st.tuples(sizes, sizes, sizes))
@settings(max_examples=20)
def test_moves_and_stretches_undo_each_other_and_carry_the_bounds(by, factors) -> None:  # type: ignore[no-untyped-def]
    mesh = uneven()
    assert mesh.moved(by).bounds == pytest.approx(mesh.bounds + np.array(by))
    assert mesh.scaled(factors).bounds == pytest.approx(mesh.bounds * np.array(factors))
    assert mesh.moved(by).moved(-np.array(by)).triangles == pytest.approx(mesh.triangles, abs=1e-9)
    assert mesh.scaled(factors).scaled(1 / np.array(factors)).triangles == pytest.approx(mesh.triangles)


def test_repainting_changes_the_coat_alone_and_keeps_which_parts_are_darker() -> None:
    light, dark = Paint(rgb=(0.6, 0.6, 0.6), coat=True), Paint(rgb=(0.2, 0.2, 0.2), coat=True)
    sides = [box((k, k + 1), (0, 1), (0, 1), paint) for k, paint in enumerate((light, dark, GLASS))]
    mesh = join(sides)
    red = mesh.repainted(Paint(rgb=(0.4, 0.04, 0.02), gloss=0.9, coat=True))
    assert np.array_equal(red.rgb[~mesh.coat], mesh.rgb[~mesh.coat])
    for name in ("triangles", "gloss", "coat"):
        assert np.array_equal(getattr(red, name), getattr(mesh, name))
    coats = red.rgb[mesh.coat]
    assert coats.mean(0) == pytest.approx([0.4, 0.04, 0.02], rel=0.01)
    assert coats[0] / coats[-1] == pytest.approx(3.0), "what was three times as light still is"


def test_a_mesh_without_coat_is_not_repainted_and_a_coat_is_at_most_white() -> None:
    glass = box((0, 1), (0, 1), (0, 1), GLASS)
    assert np.array_equal(glass.repainted(COAT).rgb, glass.rgb)
    bright = Paint(rgb=(0.9, 0.9, 0.9), coat=True)
    mesh = join([box((0, 1), (0, 1), (0, 1), COAT), box((1, 2), (0, 1), (0, 1), bright)]).repainted(bright)
    assert mesh.rgb.max() <= 0.95


def arm(degrees: tuple[float, float], used: float = 1.0) -> Assembly:
    """A rod of 1 m along x that turns about z at the origin, on a plate."""
    rod = Assembly(fixed=[quad((0, 0, 1), (1, 0, 1), (1, 0, 1), (0, 0, 1), STEEL)])
    joint = Joint(part=rod, pivot=(0, 0, 0), axis="z", degrees=degrees, used=used)
    return Assembly(fixed=[box((-1, 1), (-1, 1), (0, 0.1), STEEL)], joints=[joint])


def angle_of(mesh: Mesh) -> float:
    points = mesh.triangles[12:].reshape(-1, 3)
    tip = points[np.hypot(points[:, 0], points[:, 1]).argmax()]
    return float(np.degrees(np.arctan2(tip[1], tip[0])))


def test_a_joint_at_rest_is_at_zero_even_where_zero_is_outside_its_range() -> None:
    assert angle_of(arm((20, 50)).at_rest()) == 0


def test_the_angles_of_a_joint_fill_its_range() -> None:
    angles = [angle_of(arm((20, 50)).posed(np.random.default_rng(seed))) for seed in range(200)]
    assert min(angles) >= 20 and max(angles) <= 50
    assert min(angles) < 23 and max(angles) > 47


@pytest.mark.parametrize("used", [0.0, 0.25, 1.0])
def test_a_joint_is_out_of_rest_in_the_stated_share_of_vehicles(used: float) -> None:
    turned = [angle_of(arm((20, 50), used).posed(np.random.default_rng(seed))) != 0 for seed in range(400)]
    assert np.mean(turned) == pytest.approx(used, abs=0.07)


def test_a_joint_on_a_joint_turns_with_it_and_then_on_its_own() -> None:
    bucket = Assembly(fixed=[box((1.9, 2.1), (-0.1, 0.1), (-0.1, 0.1), STEEL)])
    hand = Joint(part=bucket, pivot=(1, 0, 0), axis="z", degrees=(90, 90), used=1)
    shoulder = Joint(part=Assembly(joints=[hand]), pivot=(0, 0, 0), axis="z", degrees=(90, 90), used=1)
    posed = Assembly(joints=[shoulder]).posed(np.random.default_rng(0))
    # (2, 0) -> about (1, 0) to (1, 1) -> about the origin to (-1, 1)
    assert posed.bounds.mean(0) == pytest.approx([-1, 1, 0], abs=1e-9)


@given(st.tuples(sizes, sizes, sizes), points)
@settings(max_examples=20)
def test_fitting_an_assembly_fits_its_rest(factors, shift) -> None:  # type: ignore[no-untyped-def]
    whole = arm((20, 50))
    fitted = whole.fitted(np.array(factors), np.array(shift))
    expected = whole.at_rest().scaled(factors).moved(shift)
    assert fitted.at_rest().triangles == pytest.approx(expected.triangles)
    assert fitted.joints[0].pivot == pytest.approx(shift), "a pivot at the origin goes where the origin goes"
    assert fitted.joints[0].degrees == (20, 50)


def test_pivots_are_stretched_with_their_parts() -> None:
    joint = Joint(part=Assembly(fixed=[uneven()]), pivot=(1, 2, 3), axis="y", degrees=(5, 9), used=0.3)
    (fitted,) = Assembly(joints=[joint]).fitted(np.array([2.0, 3.0, 4.0]), np.array([10.0, 20.0, 30.0])).joints
    assert fitted.pivot == (12, 26, 42)
    assert (fitted.axis, fitted.degrees, fitted.used) == ("y", (5, 9), 0.3)


def test_merging_changes_no_triangle_at_rest_or_posed() -> None:
    whole = Assembly(fixed=[uneven(), uneven().moved((9, 0, 0))], joints=arm((20, 50)).joints)
    merged = whole.merged()
    assert len(merged.fixed) == 1
    assert np.array_equal(merged.at_rest().triangles, whole.at_rest().triangles)
    one, other = (each.posed(np.random.default_rng(4)).triangles for each in (whole, merged))
    assert np.array_equal(one, other)
