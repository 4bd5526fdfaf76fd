"""The errors: the exit code of each, and the tree that their module draws."""

from __future__ import annotations

import pickle  # noqa: TID251
import re

import pytest

from vehicle_id import errors
from vehicle_id.results import Status

CODES = {
    "VehicleIdError": 1,
    "InputError": 3,
    "ManifestError": 3,
    "CatalogueError": 3,
    "ModelError": 4,
    "ModelNotFoundError": 4,
    "IntegrityError": 4,
    "CardError": 4,
    "OutputError": 5,
    "MissingExtraError": 6,
    "TrainError": 7,
    "RecordError": 8,
}
RAISED = {
    name: each
    for name, each in vars(errors).items()
    if isinstance(each, type) and issubclass(each, errors.VehicleIdError)
}


def drawn_tree() -> dict[str, tuple[str | None, int]]:
    """Name -> drawn parent and drawn code, which a child without its own takes from its parent."""
    assert errors.__doc__ is not None
    drawing = errors.__doc__.split("\n\n")[1]
    tree: dict[str, tuple[str | None, int]] = {}
    branch: list[str] = []
    for line in drawing.splitlines():
        match = re.match(r"    ([ │├└─]*)(\w+)(?: +(\d) )?", line)
        assert match is not None, line
        depth = len(match[1]) // 4
        parent = branch[depth - 1] if depth else None
        inherited = 1 if parent is None else tree[parent][1]
        tree[match[2]] = parent, int(match[3] or inherited)
        branch = [*branch[:depth], match[2]]
    return tree


@pytest.mark.parametrize("name", list(CODES))
def test_exit_codes_are_frozen(name: str) -> None:
    assert RAISED[name].exit_code == CODES[name]


def test_no_error_is_without_a_frozen_code() -> None:
    assert set(RAISED) == set(CODES)


def test_the_drawn_tree_names_every_error_with_its_parent_and_code() -> None:
    real = {
        name: (None if each is errors.VehicleIdError else each.__base__.__name__, each.exit_code)
        for name, each in RAISED.items()
    }
    assert drawn_tree() == real


def test_the_only_other_exception_is_the_internal_crop_error() -> None:
    exceptions = {name for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, Exception)}
    assert exceptions - set(RAISED) == {"CropError"}


def test_codes_differ_from_those_of_success_and_wrong_usage() -> None:
    assert not {0, 2} & set(CODES.values())


def test_a_missing_extra_says_what_to_type() -> None:
    error = errors.MissingExtraError("writing .parquet", "parquet")
    assert str(error) == "writing .parquet needs the extra 'parquet': pip install 'vehicle-id[parquet]'"


def test_a_crop_error_carries_status_and_reason() -> None:
    error = errors.CropError(Status.EMPTY, "the file holds no bytes")
    assert (error.status, error.reason, str(error)) == (Status.EMPTY, "the file holds no bytes", error.reason)


MADE = {
    "MissingExtraError": errors.MissingExtraError("writing .parquet", "parquet"),
    "CropError": errors.CropError(Status.EMPTY, "the file holds no bytes"),
    **{name: each("one sentence") for name, each in RAISED.items() if name != "MissingExtraError"},
}


@pytest.mark.parametrize("name", list(MADE))
def test_every_error_returns_whole_from_another_process(name: str) -> None:
    """A pool of processes pickles what its workers raise, and waits for ever if that fails."""
    error = MADE[name]
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        found = pickle.loads(pickle.dumps(error, protocol))
        assert type(found) is type(error) and str(found) == str(error) and vars(found) == vars(error)


def test_no_error_of_the_package_is_left_out() -> None:
    assert set(MADE) == set(CODES) | {"CropError"}
