"""A gallery: reference crops of the user's own classes as embeddings, in one JSON file with the model that made them.

The file holds no program and no picture but small ones that were encoded anew. It may come from anyone, so that its
size, its names and its numbers are limited. Knows no network.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Annotated, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from vehicle_id.errors import InputError
from vehicle_id.files import read_short, write_whole
from vehicle_id.results import UNKNOWN
from vehicle_id.taxonomy import NAME
from vehicle_id.text import said

SCHEMA: Final = 1
MAX_BYTES: Final = 1 << 27
"""Of the file: the references that a gallery may hold take a fifth of it."""
MAX_REFERENCES: Final = 4096
"""All are compared with one another: 130 MB in memory."""
MAX_LABELS: Final = 256
MAX_SIZE: Final = 4096
"""Numbers in an embedding."""

Sha256 = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Name = Annotated[str, msgspec.Meta(max_length=64)]
Vector = Annotated[bytes, msgspec.Meta(min_length=4, max_length=4 * MAX_SIZE)]


class Reference(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One crop of a class of the user's own."""

    label: Name
    path: Annotated[str, msgspec.Meta(max_length=16_384)]
    """As it was given; one that is no printable text is a `file:` URI."""
    sha256: Sha256
    """Of the crop's file."""
    gsd_m: Annotated[float, msgspec.Meta(gt=0, le=1e4)] | None = None
    """Metres per pixel that its embedding was made with."""
    embedding: Vector
    """float32, little-endian."""
    logits: Vector
    """What the network says of the crop: float32, little-endian, in the order of the model's labels."""
    thumbnail: Annotated[bytes, msgspec.Meta(max_length=1 << 16)] = b""
    """The crop as the network took it, as JPEG."""


class Gallery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Reference crops, all made by one model."""

    schema: int = SCHEMA
    model: Annotated[str, msgspec.Meta(max_length=256)]
    model_sha256: Sha256
    views: Annotated[int, msgspec.Meta(ge=1, le=16)]
    """Windows of each crop that were averaged."""
    parents: Annotated[dict[Name, Name], msgspec.Meta(max_length=MAX_LABELS)] = {}
    """Label -> node of the model's class tree that it is a kind of; a label without one stands at the top."""
    references: Annotated[tuple[Reference, ...], msgspec.Meta(max_length=MAX_REFERENCES)] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels in the order in which they were added."""
        return tuple(dict.fromkeys(each.label for each in self.references))

    @property
    def sha256(self) -> str:
        """Of the content, as `write_gallery` writes it."""
        return hashlib.sha256(self.to_json()).hexdigest()

    def embeddings(self) -> NDArray[np.float64]:
        """`[R, D]`, a row for each reference."""
        return _rows([each.embedding for each in self.references])

    def logits(self) -> NDArray[np.float64]:
        """`[R, C]`, a row for each reference."""
        return _rows([each.logits for each in self.references])

    def with_references(self, added: Iterable[Reference], *, parent: str | None = None) -> Gallery:
        """A gallery with further references; one that it has already, by its sha256, is left out.

        Args:
            added: of any labels.
            parent: of all their labels, in place of an earlier one.

        Raises:
            InputError: a crop is a reference of another label already, a label cannot be a name, or there are too many.
        """
        known = {each.sha256: each.label for each in self.references}
        labels, new = set[str](), list[Reference]()
        for each in added:
            labels.add(each.label)
            if each.sha256 not in known:
                known[each.sha256] = each.label
                new.append(each)
            elif known[each.sha256] != each.label:
                raise InputError(
                    f"{each.path} is a reference of {known[each.sha256]!r} already, and cannot be one of "
                    f"{each.label!r}: remove it first"
                )
        parents = dict(self.parents) | ({} if parent is None else dict.fromkeys(sorted(labels), parent))
        gallery = msgspec.structs.replace(self, references=(*self.references, *new), parents=parents)
        try:
            _check(gallery)
        except ValueError as error:
            raise InputError(f"the gallery cannot hold these references: {error}") from error
        return gallery

    def without(self, *, labels: Collection[str] = (), paths: Collection[str] = ()) -> Gallery:
        """A gallery without the references of some labels, and without those at some paths.

        Raises:
            InputError: it has no reference of a label or at a path.
        """
        strange = sorted({*labels} - {*self.labels}) or sorted({*paths} - {each.path for each in self.references})
        if strange:
            raise InputError(
                f"the gallery has no reference {strange[0]!r}: 'vehicle-id gallery list --paths' names all"
            )
        left = tuple(each for each in self.references if each.label not in labels and each.path not in paths)
        kept = {each.label for each in left}
        parents = {label: parent for label, parent in self.parents.items() if label in kept}
        return msgspec.structs.replace(self, references=left, parents=parents)

    def counts(self) -> Counter[str]:
        """References of each label."""
        return Counter(each.label for each in self.references)

    def to_json(self) -> bytes:
        """The content of the file."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"


def read_gallery(path: str | Path) -> Gallery:
    """Read and check a gallery.

    Raises:
        InputError: there is none, or it cannot be used.
    """
    try:
        data = read_short(path, MAX_BYTES)
        gallery = msgspec.json.decode(data, type=Gallery)
        _check(gallery)
    except FileNotFoundError as error:
        raise InputError(f"there is no gallery {path}: make it with 'vehicle-id gallery add'") from error
    except (OSError, ValueError, RecursionError, msgspec.MsgspecError) as error:
        raise InputError(f"the gallery {path} cannot be read: {said(error)}") from error
    return gallery


def write_gallery(gallery: Gallery, path: str | Path) -> None:
    """Write a gallery whole, or leave what was there.

    Raises:
        OutputError: the place cannot be written.
    """
    write_whole(path, gallery.to_json())


def vector_bytes(values: NDArray[np.floating]) -> bytes:
    """Numbers as a `Reference` holds them."""
    return values.astype("<f4").tobytes()


def _rows(vectors: list[bytes]) -> NDArray[np.float64]:
    if not vectors:
        return np.empty((0, 0))
    return np.array([np.frombuffer(each, "<f4") for each in vectors], np.float64).reshape(len(vectors), -1)


def _check(gallery: Gallery) -> None:
    """Raises ValueError for what `msgspec` does not see."""
    if gallery.schema != SCHEMA:
        raise ValueError(f"it follows schema {gallery.schema}, this version reads {SCHEMA}: upgrade vehicle-id")
    if len(gallery.references) > MAX_REFERENCES or len(gallery.labels) > MAX_LABELS:
        raise ValueError(f"it has more than {MAX_REFERENCES} references or {MAX_LABELS} labels")
    for name in (*gallery.labels, *gallery.parents, *gallery.parents.values()):
        if not NAME.fullmatch(name) or name == UNKNOWN:
            raise ValueError(
                f"{name[:64]!a} cannot be the name of a class: begin with a letter or digit, and use up to 64 of "
                "letters, digits, spaces and _ . , + - ( ) /"
            )
    if not all(each.path.isprintable() for each in gallery.references):
        raise ValueError("a path in it cannot be printed")
    for vectors in ([each.embedding for each in gallery.references], [each.logits for each in gallery.references]):
        if len({len(each) for each in vectors}) > 1 or any(len(each) % 4 for each in vectors):
            raise ValueError("its embeddings, or its logits, have different lengths")
        if not np.isfinite(_rows(vectors)).all() or np.abs(_rows(vectors)).max(initial=0.0) > 1e9:
            raise ValueError("its embeddings or logits hold numbers that no network gives")
