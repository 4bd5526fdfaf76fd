"""Tracked armour: sizes before the stretch, what is seen from above, what turns."""

from __future__ import annotations

import numpy as np
import pytest

from vehicle_id.catalogue import Vehicle, load_catalogue
from vehicle_id.synth.draft import Draft, draw_draft, exact_draft
from vehicle_id.synth.mesh import Assembly, Floats, Mesh
from vehicle_id.synth.render import Tracer, View
from vehicle_id.synth.shapes.armour import BUILDERS

SIZES = {
    "T-72": ("tank", 9.53, 3.59, 2.23),
    "M1A1 Abrams": ("tank", 9.8, 3.66, 2.44),
    "a tank": ("tank", 9.0, 3.3, 2.4),
    "BMP-2": ("armoured_carrier", 6.73, 3.15, 2.45),
    "M113": ("armoured_carrier", 4.86, 2.69, 2.5),
    "MT-LB": ("armoured_carrier", 6.45, 2.86, 1.87),
    "a carrier": ("armoured_carrier", 6.5, 2.9, 2.2),
}


def draft(name: str, seed: int) -> Draft:
    leaf, length, width, height = SIZES[name]
    row = Vehicle(
        name=name, classes=(leaf,), length_m=(length, length), width_m=(width, width), height_m=(height, height),
        colours=("olive", "sand"),
    )  # fmt: skip
    return exact_draft(row, leaf, np.random.default_rng(seed))


def build(name: str, seed: int) -> Assembly:
    return BUILDERS[SIZES[name][0]](draft(name, seed))


def relative_size(draft: Draft) -> Floats:
    low, high = BUILDERS[draft.label](draft).at_rest().bounds
    size: Floats = (high - low) / [draft.length_m, draft.width_m, draft.height_m]
    return size


def outline(mesh: Mesh, *, step_m: float = 0.05) -> Floats:
    """Points met by rays from straight above, `[N, 3]`."""
    low, high = mesh.bounds
    width, height = (int(np.ceil(side / step_m)) for side in (high - low)[:2])
    x, y = (float(value) for value in ((low + high) / 2)[:2])
    hits = Tracer(mesh).look(View(gsd_m=step_m, height_px=height, width_px=width, centre_m=(x, y)), supersampling=1)
    return hits.point[hits.face >= 0].astype(float)


@pytest.mark.parametrize("name", SIZES)
def test_every_variant_has_the_size_of_its_draft_before_any_stretch(name: str) -> None:
    for seed in range(30):
        assert np.abs(relative_size(draft(name, seed)) - 1).max() < 0.06, seed


@pytest.mark.parametrize("name", SIZES)
def test_nothing_is_under_the_ground_in_any_pose(name: str) -> None:
    for seed in range(20):
        assert build(name, seed).posed(np.random.default_rng(seed)).bounds[0, 2] > -0.01


@pytest.mark.parametrize("name", ["T-72", "M1A1 Abrams"])
def test_before_the_hull_there_is_nothing_but_the_barrel(name: str) -> None:
    for seed in range(8):
        points = outline(build(name, seed).at_rest())
        ahead = points[points[:, 0] > 0.85 * SIZES[name][1]]
        assert 0.02 < np.ptp(ahead[:, 1]) < 0.6
        assert np.ptp(points[points[:, 0] < 0.6 * SIZES[name][1], 1]) > 0.95 * SIZES[name][2]


def test_round_and_angular_turrets_differ_in_what_lies_high_over_the_deck() -> None:
    shares = {}
    for name in ("T-72", "M1A1 Abrams"):
        height, length, width = SIZES[name][3], SIZES[name][1], SIZES[name][2]
        built = (build(name, seed) for seed in range(12))
        above = [outline(each.at_rest(), step_m=0.1) for each in built if each.joints]
        shares[name] = np.median([(each[:, 2] > 0.8 * height).sum() * 0.1**2 / (length * width) for each in above])
    assert shares["M1A1 Abrams"] > 2 * shares["T-72"]


@pytest.mark.parametrize("name", ["T-72", "BMP-2"])
def test_a_slewed_turret_takes_the_gun_along(name: str) -> None:
    assembly = next(each for each in (build(name, seed) for seed in range(10)) if each.joints)
    joint = assembly.joints[0]
    gun_tip = joint.part.at_rest().turned(90.0, axis="z", about=joint.pivot).bounds[1]
    assert gun_tip[1] > 2.0
    rest = joint.part.at_rest().bounds
    assert rest[1, 0] - joint.pivot[0] > 2.0


def test_some_tanks_are_seen_with_their_turret_turned_and_some_under_cloth() -> None:
    lengths, covered = [], 0
    for seed in range(60):
        assembly = build("T-72", seed)
        covered += not assembly.joints
        lengths.append(np.ptp(assembly.posed(np.random.default_rng(seed)).bounds[:, 0]))
    assert 1 <= covered <= 14
    assert min(lengths) < 8.5
    assert np.median(lengths) > 9.3


def test_the_bow_of_the_wedge_is_lower_than_that_of_the_box() -> None:
    share = {}
    for name in ("BMP-2", "M113"):
        _, length, _, height = SIZES[name]
        points = outline(build(name, 1).at_rest())
        bow = points[(points[:, 0] > 0.72 * length) & (points[:, 0] < 0.76 * length) & (np.abs(points[:, 1]) > 0.2)]
        share[name] = np.median(bow[:, 2]) / height
    assert share["BMP-2"] < share["M113"] - 0.1


def test_a_carrier_of_unknown_name_may_be_any_of_the_three() -> None:
    assert len({len(build("a carrier", seed).fixed) for seed in range(20)}) >= 3


@pytest.mark.parametrize("name", SIZES)
def test_the_same_draw_makes_the_same_mesh(name: str) -> None:
    one, two, other = (build(name, seed).at_rest() for seed in (4, 4, 5))
    assert np.array_equal(one.triangles, two.triangles)
    assert one.triangles.shape != other.triangles.shape or not np.array_equal(one.triangles, other.triangles)


def test_the_coat_is_dull_and_open_to_camouflage() -> None:
    mesh = build("T-72", 1).at_rest()
    assert mesh.gloss[mesh.coat].max() < 0.1
    assert mesh.coat.mean() > 0.3


def test_the_rows_of_the_catalogue_can_be_built() -> None:
    catalogue = load_catalogue()
    for leaf in BUILDERS:
        for row in catalogue.of(leaf):
            for seed in (1, 2):
                drawn = draw_draft(row, leaf, np.random.default_rng(seed))
                assert np.abs(relative_size(drawn) - 1).max() < 0.06, row.name
                assert 150 < len(BUILDERS[leaf](drawn).at_rest().triangles) < 1500
