"""The hub: a name, a path, a folder or nothing -> the bytes of a model, as published, or an error."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from vehicle_id.errors import IntegrityError, ModelError, ModelNotFoundError
from vehicle_id.model import hub


def publish(root: Path, models: dict[str, bytes], *, default: str, **changes: Any) -> Path:
    """A folder of models with their index; `changes` overwrite each entry's fields."""
    entries = {}
    for name, data in models.items():
        (root / name).mkdir(parents=True)
        (root / name / "model.onnx").write_bytes(data)
        entries[name] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), **changes}
    root.mkdir(exist_ok=True)
    (root / "index.json").write_text(json.dumps({"default": default, "models": entries}))
    return root


@pytest.fixture
def root(tmp_path: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two published models, the second of which is the default; nothing in the wheel."""
    models = {"tiny-0.1": tiny.read_bytes(), "other-2.0": b"not for running"}
    root = publish(tmp_path / "models", models, default="other-2.0")
    monkeypatch.setattr(hub, "ROOTS", (tmp_path / "wheel", root))
    return root


def test_a_name_gives_the_published_bytes(root: Path, tiny: Path) -> None:
    file = hub.load("tiny-0.1")
    assert file.path == root / "tiny-0.1" / "model.onnx"
    assert file.data == tiny.read_bytes()
    assert file.sha256 == hashlib.sha256(file.data).hexdigest()
    assert file.published is not None and file.published.sha256 == file.sha256
    assert file.beside("golden.json") == root / "tiny-0.1" / "golden.json"


def test_no_name_gives_the_default(root: Path) -> None:
    assert hub.load().path == root / "other-2.0" / "model.onnx"


def test_a_path_is_taken_as_it_is(root: Path, tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(tiny.read_bytes())
    for given in (tiny, str(tiny), tmp_path / "model.bin", str(tmp_path / "model.bin")):
        file = hub.load(given)
        assert file.path == Path(given)
        assert file.data == tiny.read_bytes()
        assert file.published is None


def test_a_folder_gives_the_model_in_it(root: Path) -> None:
    for given in (root / "tiny-0.1", str(root / "tiny-0.1")):
        file = hub.load(given)
        assert file.path == root / "tiny-0.1" / "model.onnx"
        assert file.published is None


def test_a_file_in_the_current_folder_cannot_pass_for_a_published_model(
    root: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny-0.1").write_bytes(b"mine")
    assert hub.load("tiny-0.1").published is not None
    assert hub.load("./tiny-0.1").data == b"mine"


def test_a_folder_beside_does_not_hide_a_published_name(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    assert hub.load("tiny-0.1").published is not None


def test_a_half_copied_model_is_found_by_its_size(root: Path) -> None:
    file = root / "tiny-0.1" / "model.onnx"
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(IntegrityError, match="has 100 bytes, published are"):
        hub.load("tiny-0.1")


def test_the_first_root_with_an_index_answers(root: Path, tmp_path: Path) -> None:
    publish(tmp_path / "wheel", {"tiny-0.1": b"from the wheel"}, default="tiny-0.1")
    assert hub.load().data == b"from the wheel"
    index, folder = hub.read_index()
    assert (index.default, list(index.models), folder) == ("tiny-0.1", ["tiny-0.1"], tmp_path / "wheel")


def test_other_bytes_than_the_published_ones_are_refused(root: Path) -> None:
    file = root / "tiny-0.1" / "model.onnx"
    changed = bytearray(file.read_bytes())
    changed[-1] ^= 1
    file.write_bytes(changed)
    with pytest.raises(IntegrityError, match="install vehicle-id again") as caught:
        hub.load("tiny-0.1")
    assert hashlib.sha256(changed).hexdigest() in str(caught.value)
    assert hub.load(file).data == changed  # by path it is the user's own


@pytest.mark.parametrize("given", ["gone.onnx", "no/such/model", Path("gone"), "tests/"])
def test_no_file_at_the_path(root: Path, given: str | Path) -> None:
    with pytest.raises(ModelNotFoundError, match="no model file at"):
        hub.load(given)


def test_a_run_that_was_not_exported_says_so(root: Path, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "best.safetensors").touch()
    with pytest.raises(ModelNotFoundError, match=r"no model file at .*: export the run first, with '"):
        hub.load(tmp_path / "run")


@pytest.mark.parametrize("given", ["tiny", "tiny-0.2", "", ".."])
def test_an_unknown_name_lists_what_is_known(root: Path, given: str) -> None:
    with pytest.raises(ModelNotFoundError, match=f"no model named '{given}': name one of other-2.0, tiny-0.1, or"):
        hub.load(given)


def test_a_default_that_is_not_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "ROOTS", (publish(tmp_path / "models", {"a-1.0": b"a"}, default="b-1.0"),))
    with pytest.raises(ModelNotFoundError, match=r"no model named 'b-1\.0': name one of a-1\.0"):
        hub.load()


def test_an_install_without_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "ROOTS", (tmp_path / "wheel", tmp_path / "checkout"))
    for given in (None, "tiny-0.1"):
        with pytest.raises(ModelNotFoundError, match="contains no models: name a model by its path"):
            hub.load(given)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"default": "a"}',
        b'{"default": "a", "models": {}, "extra": 1}',
        b'{"default": "a", "models": {"a": {"sha256": "x", "bytes": "many"}}}',
        b'{"default": "\xff", "models": {}}',
    ],
)
def test_a_damaged_index(root: Path, content: bytes) -> None:
    (root / "index.json").write_bytes(content)
    with pytest.raises(ModelError, match=r"the model index .* is damaged"):
        hub.load("tiny-0.1")


def refuse(_: Path, _mode: str = "r") -> bytes:
    raise PermissionError(13, "Permission denied")


def test_an_index_that_may_not_be_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_bytes", refuse)  # root may read anything
    with pytest.raises(ModelError, match="Permission denied"):
        hub.read_index()


def test_a_model_that_may_not_be_read(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ModelError, match=r"tiny\.onnx cannot be read: Permission denied"):
        hub.load(tiny)


def test_a_published_model_that_this_install_does_not_have(root: Path) -> None:
    (root / "tiny-0.1" / "model.onnx").unlink()
    with pytest.raises(ModelNotFoundError, match=r"tiny-0\.1 is not in this install, which has other-2\.0: name"):
        hub.load("tiny-0.1")
    (root / "other-2.0" / "model.onnx").unlink()
    with pytest.raises(ModelNotFoundError, match="which has no model: name the path of its model"):
        hub.load("other-2.0")


def test_a_model_that_is_too_large_is_not_read(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "MAX_MODEL_BYTES", 1 << 10)
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ModelError, match="is larger than 0 MiB"):
        hub.load(tiny)


def test_a_link_to_an_endless_file_is_not_a_model(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").symlink_to("/dev/zero")
    with pytest.raises(ModelError, match="is not a regular file"):
        hub.load(tmp_path)
