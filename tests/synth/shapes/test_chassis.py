"""Heavy special chassis: sizes before the stretch, what is seen from above, what overhangs, what rises."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from vehicle_id.catalogue import Vehicle, load_catalogue
from vehicle_id.synth.draft import Draft, draw_draft, exact_draft
from vehicle_id.synth.mesh import Assembly, Floats, Mesh
from vehicle_id.synth.paint import GLASS, TYRE, Paint
from vehicle_id.synth.render import Tracer, View
from vehicle_id.synth.shapes.chassis import BUILDERS, TYPES
from vehicle_id.synth.shapes.chassis_frame import place_axles

SIZES = {
    "special_chassis_4_axles_bare": (11.65, 3.07, 2.92),
    "special_chassis_4_axles_loaded": (13.1, 3.1, 3.4),
    "special_chassis_6_7_axles_bare": (17.8, 3.1, 3.0),
    "special_chassis_6_7_axles_loaded": (22.3, 3.2, 4.4),
    "special_chassis_8_axles_bare": (22.7, 3.4, 3.3),
    "special_chassis_8_axles_loaded": (23.5, 3.4, 4.5),
    "special_chassis_9_plus_axles_bare": (26.0, 3.6, 3.5),
    "special_chassis_9_plus_axles_loaded": (25.0, 3.6, 4.4),
}
AXLES = {"4": {4}, "6_7": {6, 7}, "8": {8}, "9_plus": {9, 10, 11, 12}}
LOADED = [leaf for leaf in SIZES if leaf.endswith("loaded")]


def draft(leaf: str, seed: int, *, name: str = "a chassis", axles_m: tuple[float, ...] = ()) -> Draft:
    length, width, height = SIZES[leaf]
    row = Vehicle(
        name=name, classes=(leaf,), length_m=(length, length), width_m=(width, width), height_m=(height, height),
        colours=("olive", "green", "sand"), axles_m=axles_m,
    )  # fmt: skip
    return exact_draft(row, leaf, np.random.default_rng(seed))


def build(leaf: str, seed: int, **options: str) -> Assembly:
    return BUILDERS[leaf](draft(leaf, seed, **options))


def drafts() -> Iterator[Draft]:
    for leaf in SIZES:
        for seed, name in enumerate(["a chassis"] * 16 + [word for word, kind in TYPES.items() if kind.loads]):
            yield draft(leaf, seed, name=name)


def relative_size(draft: Draft) -> Floats:
    low, high = BUILDERS[draft.label](draft).at_rest().bounds
    size: Floats = (high - low) / [draft.length_m, draft.width_m, draft.height_m]
    return size


def from_above(mesh: Mesh, *, step_m: float = 0.1) -> tuple[Floats, Floats]:
    """Points met by rays from straight above `[N, 3]`, and their colours."""
    low, high = mesh.bounds
    width, height = (int(np.ceil(side / step_m)) for side in (high - low)[:2])
    x, y = (float(value) for value in ((low + high) / 2)[:2])
    hits = Tracer(mesh).look(View(gsd_m=step_m, height_px=height, width_px=width, centre_m=(x, y)), supersampling=1)
    met = hits.face >= 0
    return hits.point[met].astype(float), mesh.rgb[hits.face[met]]


def of(paint: Paint, colours: Floats) -> Floats:
    same: Floats = np.isclose(colours, paint.rgb).all(1)
    return same


def tyre_places(mesh: Mesh) -> list[float]:
    """Middles of the tyres along x, front to back."""
    tyres = mesh.triangles[of(TYRE, mesh.rgb)]
    low = tyres[(tyres[:, :, 2].min(1) < 0.02)]  # the faces that stand on the ground
    middles = np.unique(low[:, :, 0].mean(1).round(1))
    return [float(group.mean()) for group in np.split(middles, np.flatnonzero(np.diff(middles) > 0.7) + 1)][::-1]


@pytest.mark.parametrize("chosen", SIZES)
def test_every_variant_has_the_size_of_its_draft_before_any_stretch(chosen: str) -> None:
    for each in (each for each in drafts() if each.label == chosen):
        assert np.abs(relative_size(each) - 1).max() < 0.06, each.row.name


@pytest.mark.parametrize("leaf", SIZES)
def test_nothing_is_under_the_ground_in_any_pose(leaf: str) -> None:
    for seed in range(6):
        assert build(leaf, seed).posed(np.random.default_rng(seed)).bounds[0, 2] > -0.01


@pytest.mark.parametrize("leaf", SIZES)
def test_the_class_says_how_many_axles_there_are(leaf: str) -> None:
    wanted = AXLES[leaf.removeprefix("special_chassis_").partition("_axles_")[0]]
    assert {len(tyre_places(build(leaf, seed).at_rest())) for seed in range(8)} <= wanted


def test_axles_stand_where_the_row_puts_them() -> None:
    axles = (2.4, 4.6, 7.9, 10.1)
    mesh = BUILDERS["special_chassis_4_axles_bare"](draft("special_chassis_4_axles_bare", 3, axles_m=axles)).at_rest()
    assert tyre_places(mesh) == pytest.approx([11.65 - x for x in axles], abs=0.1)


def test_the_gap_between_axle_groups_is_wider_than_within() -> None:
    axles = place_axles((2, 3), 10.0, 0.0, 1.5)
    assert -np.diff(axles) == pytest.approx([10 / 4.5, 15 / 4.5, 10 / 4.5, 10 / 4.5])


def test_split_cabs_leave_a_low_centre_and_a_whole_cab_does_not() -> None:
    for name, low in (("MAZ-543", True), ("MZKT-7930", False)):
        for seed in range(4):
            points, _ = from_above(build("special_chassis_4_axles_bare", seed, name=name).at_rest())
            front = points[(points[:, 0] > 10.0) & (points[:, 0] < 10.6)]
            centre, side = front[np.abs(front[:, 1]) < 0.3, 2].max(), front[np.abs(front[:, 1]) > 0.9, 2].max()
            assert (centre < side - 0.4) == low, (name, seed)


def test_the_single_cab_of_the_543m_is_on_the_left() -> None:
    for seed in range(4):
        points, _ = from_above(build("special_chassis_4_axles_bare", seed, name="MAZ-543M").at_rest())
        high = points[(points[:, 0] > 9.5) & (points[:, 2] > 2.6)]
        assert high[:, 1].min() > 0


def test_the_canister_of_the_seven_axle_launcher_reaches_over_the_bumper() -> None:
    name, leaf = "Topol launcher on MAZ-7917", "special_chassis_6_7_axles_loaded"
    ahead = []
    for seed in range(20):
        mesh = build(leaf, seed, name=name).at_rest()
        corners = mesh.triangles.reshape(-1, 3)
        low = corners[corners[:, 2] < 1.6, 0].max()
        ahead.append(corners[:, 0].max() - low)
    assert np.median(ahead) > 1.8


@pytest.mark.parametrize("leaf", LOADED)
def test_a_load_is_higher_than_the_cab_and_a_bare_chassis_is_highest_at_the_cab(leaf: str) -> None:
    for seed in range(4):
        bare, _ = from_above(build(leaf.replace("loaded", "bare"), seed).at_rest(), step_m=0.2)
        load, _ = from_above(build(leaf, seed).at_rest(), step_m=0.2)
        assert bare[bare[:, 2].argmax(), 0] > 0.7 * bare[:, 0].max()
        rear = load[load[:, 0] < 0.6 * load[:, 0].max()]
        assert rear[:, 2].max() > 0.9 * load[:, 2].max()


def test_the_ground_shows_through_some_bare_frames() -> None:
    shares = []
    for seed in range(10):
        points, colours = from_above(build("special_chassis_8_axles_bare", seed).at_rest())
        shares.append(len(points) * 0.01 / (22.7 * 3.4))
        assert of(GLASS, colours).any()
    assert min(shares) < 0.93 < 0.97 < max(shares)


def test_a_few_canisters_stand_upright_on_legs_at_the_rear() -> None:
    leaf, upright = "special_chassis_8_axles_loaded", 0
    for seed in range(60):
        assembly = build(leaf, seed, name="Topol-M launcher on MZKT-79221")
        if assembly.joints:
            upright += 1
            assert assembly.posed(np.random.default_rng(seed)).bounds[1, 2] > 18
            assert assembly.at_rest().bounds[1, 2] < 5
    assert 1 <= upright <= 10


def test_wheels_show_at_the_side_off_nadir() -> None:
    mesh = build("special_chassis_8_axles_loaded", 2, name="Topol-M launcher on MZKT-79221").at_rest()
    view = View(gsd_m=0.1, height_px=200, width_px=300, off_nadir_deg=30, azimuth_deg=90, centre_m=(11.5, 0.0))
    hits = Tracer(mesh).look(view, supersampling=1)
    tyres = hits.face[hits.face >= 0]
    assert of(TYRE, mesh.rgb[tyres]).sum() > 100


@pytest.mark.parametrize("leaf", SIZES)
def test_the_same_draw_makes_the_same_mesh(leaf: str) -> None:
    one, two, other = (build(leaf, seed).at_rest().triangles for seed in (4, 4, 5))
    assert np.array_equal(one, two)
    assert one.shape != other.shape or not np.array_equal(one, other)


@pytest.mark.parametrize("leaf", SIZES)
def test_a_mesh_is_light_enough_to_render_by_the_thousand(leaf: str) -> None:
    assert all(150 < len(build(leaf, seed).at_rest().triangles) < 2400 for seed in range(5))


def test_the_rows_of_the_catalogue_can_be_built() -> None:
    catalogue = load_catalogue()
    for leaf in BUILDERS:
        for row in catalogue.of(leaf):
            for seed in (1, 2):
                drawn = draw_draft(row, leaf, np.random.default_rng(seed))
                assert np.abs(relative_size(drawn) - 1).max() < 0.06, row.name
