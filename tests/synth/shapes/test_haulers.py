"""Mining trucks: sizes before the stretch, what is seen from above, what moves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from vehicle_id.catalogue import Vehicle, load_catalogue
from vehicle_id.synth.draft import Draft, draw_draft, exact_draft
from vehicle_id.synth.mesh import Floats, Mesh, join
from vehicle_id.synth.paint import GLASS, TYRE
from vehicle_id.synth.render import Tracer, View
from vehicle_id.synth.shapes.haulers import BUILDERS

SEEDS = range(30)
SIZES = {
    "rigid_hauler_30t": (7.11, 3.86, 3.93),
    "rigid_hauler_45t": (8.56, 4.24, 4.48),
    "rigid_hauler_55t": (8.89, 5.24, 4.61),
    "rigid_hauler_90t": (10.34, 5.36, 4.64),
    "rigid_hauler_130t": (11.5, 6.4, 5.9),
    "rigid_hauler_180t": (12.6, 6.95, 6.32),
    "rigid_hauler_220t": (13.36, 7.78, 6.6),
    "rigid_hauler_320t": (14.5, 9.25, 7.22),
    "articulated_hauler": (11.0, 3.4, 3.9),
}
RIGID = [leaf for leaf in SIZES if leaf.startswith("rigid")]


def vehicle(leaf: str, *, maker: str = "BelAZ", name: str = "a truck", wheelbase_m: float | None = None) -> Vehicle:
    length, width, height = SIZES[leaf]
    return Vehicle(
        name=name, maker=maker, classes=(leaf,), length_m=(length, length), width_m=(width, width),
        height_m=(height, height), wheelbase_m=wheelbase_m, colours=("yellow", "white", "orange"),
    )  # fmt: skip


def draft(leaf: str, seed: int, *, maker: str = "BelAZ", name: str = "a truck") -> Draft:
    return exact_draft(vehicle(leaf, maker=maker, name=name), leaf, np.random.default_rng(seed))


def drafts() -> Iterator[Draft]:
    for leaf in SIZES:
        for seed in SEEDS:
            maker, name = (("BelAZ", "BelAZ-7513"), ("Caterpillar", "Cat 777G"), ("Komatsu", "Komatsu 830E"))[seed % 3]
            yield draft(leaf, seed, maker=maker, name=name)


def extent(mesh: Mesh) -> Floats:
    low, high = mesh.bounds
    size: Floats = high - low
    return size


def seen_from_above(mesh: Mesh) -> tuple[Floats, NDArray[np.int32]]:
    """Points that rays from straight above meet, `[N, 3]`, and the triangles they lie on."""
    low, high = mesh.bounds
    middle = (low + high) / 2
    side = int(np.ceil((high - low)[:2].max() / 0.1)) + 2
    view = View(gsd_m=0.1, height_px=side, width_px=side, centre_m=(float(middle[0]), float(middle[1])))
    hits = Tracer(mesh).look(view, supersampling=1)
    hit = hits.face >= 0
    return hits.point[hit].astype(float), hits.face[hit]


def panes_seen_from_above(mesh: Mesh) -> int:
    _, face = seen_from_above(mesh)
    return int(np.all(np.isclose(mesh.rgb[face], GLASS.rgb), axis=1).sum())


def test_fills_the_draft_before_any_stretch() -> None:
    for each in drafts():
        mesh = BUILDERS[each.label](each).at_rest()
        share = extent(mesh) / (each.length_m, each.width_m, each.height_m)
        assert np.all(np.abs(share - 1) < 0.02), (each.label, each.row.name, share)
        assert mesh.bounds[0, 2] >= -1e-9
        assert 150 <= len(mesh.triangles) <= 1200


@pytest.mark.parametrize("leaf", SIZES)
def test_same_state_same_mesh(leaf: str) -> None:
    first, second = (BUILDERS[leaf](draft(leaf, 5)).at_rest() for _ in range(2))
    assert np.array_equal(first.triangles, second.triangles)
    assert np.array_equal(first.rgb, second.rgb)
    other = BUILDERS[leaf](draft(leaf, 6)).at_rest()
    assert len(other.triangles) != len(first.triangles) or not np.array_equal(other.triangles, first.triangles)


@pytest.mark.parametrize("leaf", ["rigid_hauler_30t", "rigid_hauler_130t", "rigid_hauler_320t"])
def test_canopy_hides_the_cab_from_above(leaf: str) -> None:
    hidden = []
    for seed in range(12):
        assembly = BUILDERS[leaf](draft(leaf, seed))
        covered, bare = (panes_seen_from_above(mesh) for mesh in (assembly.at_rest(), join(assembly.fixed)))
        assert bare > 5  # the cab has windows to be seen
        hidden.append(covered < 0.35 * bare)
    assert np.mean(hidden) > 0.7


@pytest.mark.parametrize("leaf", RIGID)
def test_nothing_comes_through_the_floor_or_the_front_wall(leaf: str) -> None:
    for seed in range(10):
        each = draft(leaf, seed)
        assembly = BUILDERS[leaf](each)
        fixed = len(join(assembly.fixed).triangles)
        where, face = seen_from_above(assembly.at_rest())
        inside = (np.abs(where[:, 1]) < 0.4 * each.width_m) & (where[:, 0] < 0.64 * each.length_m)
        assert not (inside & (face < fixed)).any(), (leaf, seed)


@pytest.mark.parametrize("leaf", SIZES)
def test_raised_body_stands_higher_and_clears_the_ground(leaf: str) -> None:
    for seed in range(6):
        assembly = BUILDERS[leaf](draft(leaf, seed))
        hoist = assembly.joints[0]
        raised = hoist.part.at_rest().turned(hoist.degrees[0], axis=hoist.axis, about=hoist.pivot)
        assert raised.bounds[1, 2] > 1.1 * assembly.at_rest().bounds[1, 2]
        assert raised.bounds[0, 2] > 0


def test_loaded_body_is_filled_and_empty_one_is_hollow() -> None:
    """Halfway along the body the load lies near the rim, the floor of an empty one well below it; both are met."""
    depths = []
    for seed in SEEDS:
        each = draft("rigid_hauler_130t", seed)
        view = View(gsd_m=0.5, height_px=3, width_px=3, centre_m=(0.4 * each.length_m, 0.0))
        hits = Tracer(BUILDERS[each.label](each).at_rest()).look(view, supersampling=1)
        depths.append(float(np.median(hits.point[:, 2])) / each.height_m)
    assert max(depths) <= 1
    filled, hollow = [d for d in depths if d > 0.75], [d for d in depths if d < 0.6]
    assert len(filled) >= 5
    assert len(hollow) >= 5


def test_wheels_grow_with_the_payload() -> None:
    shares = []
    for leaf in ("rigid_hauler_30t", "rigid_hauler_130t", "rigid_hauler_320t"):
        mesh = BUILDERS[leaf](draft(leaf, 1)).at_rest()
        tyres = mesh.triangles[np.all(np.isclose(mesh.rgb, TYRE.rgb), axis=1)]
        shares.append(tyres[..., 2].max() / SIZES[leaf][2])
    assert shares == sorted(shares)
    assert shares[-1] > 1.15 * shares[0]


def test_belaz_cab_sits_on_the_left_and_cat_777_in_the_middle() -> None:
    for maker, name, left in (("BelAZ", "BelAZ-7557", True), ("Caterpillar", "Cat 777G", False)):
        mesh = join(BUILDERS["rigid_hauler_90t"](draft("rigid_hauler_90t", 3, maker=maker, name=name)).fixed)
        middle = mesh.triangles[np.all(np.isclose(mesh.rgb, GLASS.rgb), axis=1)][..., 1].mean()
        assert (middle > 1.0) == left
        assert middle > -0.1


def test_articulated_hauler_bends_at_its_hinge() -> None:
    each = draft("articulated_hauler", 2)
    hinge = BUILDERS[each.label](each).joints[1]
    assert hinge.axis == "z"
    assert 0.55 * each.length_m < hinge.pivot[0] < 0.65 * each.length_m
    front = hinge.part.at_rest()
    bent = front.turned(30, about=hinge.pivot)
    assert bent.bounds[1, 1] > front.bounds[1, 1] + 0.8
    assert front.bounds[0, 0] >= hinge.pivot[0] - 0.5


def test_rows_of_the_catalogue() -> None:
    catalogue = load_catalogue()
    for leaf in SIZES:
        for row in catalogue.of(leaf):
            each = draw_draft(row, leaf, np.random.default_rng(1))
            share = extent(BUILDERS[leaf](each).at_rest()) / (each.length_m, each.width_m, each.height_m)
            assert np.all(np.abs(share - 1) < 0.06), (row.name, share)
