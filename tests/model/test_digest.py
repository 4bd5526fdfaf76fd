"""The digest in a model file: a file with a changed or missing byte gives no answer."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.wire import field, fields, without_digest
from vehicle_id.errors import IntegrityError, ModelError
from vehicle_id.model import hub, trial
from vehicle_id.model import session as session_module
from vehicle_id.model.digest import DIGEST_KEY, check_digest, with_digest
from vehicle_id.model.onnx_file import inspect
from vehicle_id.model.opening import open_model
from vehicle_id.model.session import Session

RELEASED = Path(__file__).parents[2] / "models" / "overhead-1.0" / "model.onnx"


@pytest.fixture
def no_runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    """onnxruntime must not be given the bytes."""

    def given(*_: object, **__: object) -> None:
        raise AssertionError("onnxruntime was given the file")

    monkeypatch.setattr(session_module, "open_session", given)


@pytest.fixture(scope="module")
def released() -> bytes:
    """The shipped model, with a digest."""
    return with_digest(RELEASED.read_bytes())


def flipped(data: bytes, at: int, rng: np.random.Generator) -> bytes:
    changed = bytearray(data)
    changed[at] ^= int(rng.integers(1, 256))
    return bytes(changed)


def check(data: bytes) -> bool:
    return check_digest(data, inspect(data))


def test_the_digest_is_that_of_the_file_with_zeros_in_its_place(tiny: Path) -> None:
    data = tiny.read_bytes()
    digest = inspect(data).metadata[DIGEST_KEY]
    assert data.count(digest.encode()) == 1
    assert digest == hashlib.sha256(data.replace(digest.encode(), b"0" * 64)).hexdigest()
    assert check(data) and Session(data).has_digest


def test_a_published_model_is_known_by_its_sha256_and_its_own_digest_is_not_computed(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed = []
    monkeypatch.setattr(session_module, "check_digest", lambda *given: bool(computed.append(given)))
    assert Session(tiny.read_bytes(), is_published=True).has_digest and not computed
    file = hub.load()
    assert file.is_published and open_model(file).has_digest and not computed
    monkeypatch.setattr(trial, "_passed", {file.sha256})
    open_model(replace(file, is_published=False))
    assert len(computed) == 1


def test_adding_a_digest_changes_nothing_else_and_can_be_repeated(tiny: Path) -> None:
    plain = without_digest(tiny.read_bytes())
    assert (
        with_digest(plain).endswith(plain)
        and with_digest(with_digest(plain)) == with_digest(plain) == tiny.read_bytes()
    )
    assert not check(plain) and not Session(plain).has_digest


def test_a_digest_holds_wherever_it_stands(tiny: Path) -> None:
    [(_, first), *rest] = fields(tiny.read_bytes())
    moved = b"".join(each for _, each in rest) + first
    with pytest.raises(IntegrityError):  # of other bytes than those it was made of
        check(moved)
    digest = inspect(moved).metadata[DIGEST_KEY].encode()
    truth = hashlib.sha256(moved.replace(digest, b"0" * 64)).hexdigest().encode()
    assert check(moved.replace(digest, truth))


@pytest.mark.parametrize("stated", ["", "0", "0" * 64, "g" * 64])
def test_an_invalid_digest_is_refused(tiny: Path, stated: str) -> None:
    plain = without_digest(tiny.read_bytes())
    with pytest.raises(IntegrityError, match="do not match the sha256 inside it"):
        check(plain + field(14, field(1, DIGEST_KEY) + field(2, stated)))
    with pytest.raises(IntegrityError):
        check(plain + field(14, field(1, DIGEST_KEY)))


def test_capitals_are_another_digest(tiny: Path) -> None:
    data = tiny.read_bytes()
    digest = re.escape(inspect(data).metadata[DIGEST_KEY].encode())
    with pytest.raises(IntegrityError):
        check(re.sub(digest, lambda found: found[0].upper(), data))


def test_no_flipped_byte_of_the_first_hundred_is_answered(tiny: Path, no_runtime: None) -> None:
    data = tiny.read_bytes()
    for at in range(100):
        for value in (*(1 << bit for bit in range(8)), 0xFF, data[at] ^ 0x32):  # 0x32: the tag of a doc string
            if value:
                changed = bytearray(data)
                changed[at] ^= value
                with pytest.raises(ModelError):
                    Session(bytes(changed))


def test_no_flipped_byte_and_no_cut_of_the_tiny_model_is_answered(tiny: Path, no_runtime: None) -> None:
    data, rng = tiny.read_bytes(), np.random.default_rng(0)
    for at in rng.integers(0, len(data), 200):
        with pytest.raises(ModelError):
            Session(flipped(data, at, rng))
        with pytest.raises(ModelError):
            Session(data[:at])


def test_no_flipped_byte_and_no_cut_of_the_released_model_is_answered(released: bytes, no_runtime: None) -> None:
    rng = np.random.default_rng(1)
    ends = [*rng.integers(0, 1000, 5), *rng.integers(len(released) - 40_000, len(released), 5)]
    for at in [*ends, *rng.integers(0, len(released), 10)]:
        with pytest.raises(ModelError):
            Session(flipped(released, at, rng))
    for end in [*ends, *rng.integers(0, len(released), 30)]:
        with pytest.raises(ModelError):
            Session(released[:end])


def test_the_released_model_answers_alike_with_a_digest(released: bytes) -> None:
    chips = np.random.default_rng(0).integers(0, 256, (2, 96, 96, 3), np.uint8)
    extents = np.array([0, 12], np.float32)
    ours, theirs = Session(released), Session(RELEASED.read_bytes())
    assert ours.has_digest
    np.testing.assert_array_equal(ours.run(chips, extents).logits, theirs.run(chips, extents).logits)
