"""All builders: every row of the catalogue is built to its size before the stretch."""

from __future__ import annotations

import pytest

from tests.synth.shapes.overhead import catalogue_samples, filled
from vehicle_id.synth.shapes import BUILDERS, Builder, build
from vehicle_id.synth.shapes.variation import varied


@pytest.mark.parametrize(("leaf", "builder"), [(leaf, each) for leaf, all_ in BUILDERS.items() for each in all_])
def test_rows_of_the_catalogue_are_built_to_size(leaf: str, builder: Builder) -> None:
    for sample in catalogue_samples(leaf, seeds=10):
        assert filled(sample, builder(sample)) == pytest.approx(1, abs=0.06), (sample.row.name, sample.length_m)


@pytest.mark.parametrize(("leaf", "builder"), [(leaf, each) for leaf, all_ in BUILDERS.items() for each in all_])
def test_variation_keeps_what_a_builder_adds_to_an_assembly(leaf: str, builder: Builder) -> None:
    """Laden wagons carry their load in a field of their own until they are fitted."""
    for sample in catalogue_samples(leaf, seeds=2):
        built = builder(sample).merged()
        after = varied(built, sample)
        assert type(after) is type(built)
        kept = {name: getattr(built, name) for name in built.__dataclass_fields__ if name not in ("fixed", "joints")}
        assert {name: getattr(after, name) for name in kept} == kept


@pytest.mark.parametrize("leaf", ["flat_car_containers", "flat_car_vehicles"])
def test_a_loaded_flat_car_has_a_load(leaf: str) -> None:
    """Of the whole way to the mesh, whichever builder the vehicle draws."""
    for sample in catalogue_samples(leaf, seeds=10):
        assert build(sample).at_rest().bounds[1, 2] > sample.height_m + 0.9, sample.row.name


def test_some_gondolas_are_heaped() -> None:
    heights = [build(each).at_rest().bounds[1, 2] / each.height_m for each in catalogue_samples("gondola", seeds=10)]
    assert min(heights) < 1.01 and max(heights) > 1.02
