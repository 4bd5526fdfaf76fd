"""Model name or path -> verified bytes of a local file.

Looked up in this order: a path on disk, the models inside the installed package, the models of a source checkout. A
named model must match the sha256 of the index. Its file is read once: the bytes that were hashed are the bytes that
run. Opens no connection.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

import msgspec

from vehicle_id.errors import IntegrityError, ModelError, ModelNotFoundError
from vehicle_id.model.onnx_file import MAX_MODEL_BYTES
from vehicle_id.text import said

_PACKAGE = Path(__file__).parents[1]
ROOTS = (_PACKAGE / "_models", _PACKAGE.parent / "models")
"""Folders that may contain `index.json` and models: of the wheel, then of the checkout."""

_AGAIN = "install vehicle-id again"


class IndexEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One published model."""

    sha256: str
    bytes: int


class Index(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`models/index.json`: the models of a release, and which one answers when none is named."""

    default: str
    models: dict[str, IndexEntry]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """A model's bytes and their origin."""

    path: Path
    data: bytes
    sha256: str
    published: IndexEntry | None
    """The index entry that it matches; None for a file given by path."""
    is_published: bool
    """Whether the bytes are those of a published model, however the file was given."""

    def beside(self, name: str) -> Path:
        """Path of a file in the model's folder, such as `golden.json`."""
        return self.path.parent / name


def load(model: str | Path | None = None) -> ModelFile:
    """Find a model and read it.

    Args:
        model: a published name (`overhead-2.0`), the path of an ONNX file or of a folder that holds
            `model.onnx`, or None for the default model.

    Raises:
        ModelNotFoundError: there is no such model.
        IntegrityError: a published model whose bytes differ from the published ones.
        ModelError: the file cannot be read.
    """
    path, entry = _find(model)
    try:
        found = path.stat()
        if not S_ISREG(found.st_mode):  # a stranger's folder may contain a link to a file that never ends
            raise ModelError(f"the model {path} is not a regular file")
        size = found.st_size
        if entry is not None and size != entry.bytes:
            raise IntegrityError(f"the model file {path} has {size} bytes, published are {entry.bytes}: {_AGAIN}")
        if size > MAX_MODEL_BYTES:
            raise ModelError(f"the model file {path} is larger than {MAX_MODEL_BYTES >> 20} MiB")
        with path.open("rb") as file:
            data = file.read(size + 1)
        if len(data) != size:
            raise ModelError(f"the model file {path} changes while it is read: copy it when it is complete")
    except FileNotFoundError as error:
        if entry is None:
            is_run = os.path.exists(path.parent / "best.safetensors")
            hint = f": export the run first, with 'vehicle-id export {path.parent} --out DIR'" if is_run else ""
            raise ModelNotFoundError(f"no model file at {path}{hint}") from error
        name, here = path.parent.name, ", ".join(_installed()) or "no model"
        raise ModelNotFoundError(
            f"the model {name} is not in this install, which has {here}: name the path of its model.onnx, from "
            f"models/{name} of the repository"
        ) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise ModelError(f"the model file {path} cannot be read: {said(error)}") from error
    sha256 = hashlib.sha256(data).hexdigest()
    if entry is not None and sha256 != entry.sha256:
        raise IntegrityError(f"the model file {path} has sha256 {sha256}, published is {entry.sha256}: {_AGAIN}")
    is_published = entry is not None or sha256 in _published()
    return ModelFile(path=path, data=data, sha256=sha256, published=entry, is_published=is_published)


def _published() -> set[str]:
    """Sha256 of all published models; none where this install contains no models."""
    try:
        index, _ = read_index()
    except ModelError:
        return set()
    return {entry.sha256 for entry in index.models.values()}


def _installed() -> list[str]:
    """Names of the published models whose files are here."""
    index, root = read_index()
    return [name for name in sorted(index.models) if os.path.isfile(root / name / "model.onnx")]


def read_index() -> tuple[Index, Path]:
    """The index of published models and the folder it describes.

    Raises:
        ModelNotFoundError: this install holds no models.
        ModelError: the index is damaged.
    """
    for root in ROOTS:
        file = root / "index.json"
        if os.path.isfile(file):
            try:
                return msgspec.json.decode(file.read_bytes(), type=Index), root
            except (OSError, UnicodeDecodeError, msgspec.MsgspecError) as error:
                raise ModelError(f"the model index {file} is damaged: {error}") from error
    raise ModelNotFoundError("this install of vehicle-id contains no models: name a model by its path")


def _find(model: str | Path | None) -> tuple[Path, IndexEntry | None]:
    if model is not None and _is_path(model):
        path = Path(model)
        return path / "model.onnx" if os.path.isdir(path) else path, None
    index, root = read_index()
    name = index.default if model is None else str(model)
    if name not in index.models:
        known = ", ".join(sorted(index.models))
        raise ModelNotFoundError(f"no model named {name!r}: name one of {known}, or a path such as ./{name}")
    return root / name / "model.onnx", index.models[name]


def _is_path(model: str | Path) -> bool:
    """A bare word is a name: a file of that name in the current folder never passes for a published model."""
    return isinstance(model, Path) or model.endswith(".onnx") or os.sep in model or "/" in model
