"""The file of a gallery: what goes in comes out, what does not belong is refused in one sentence."""

from __future__ import annotations

import hashlib
import json
import pickle  # noqa: TID251
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from tests.gallery.galleries import gallery, reference
from vehicle_id.errors import InputError
from vehicle_id.gallery import references
from vehicle_id.gallery.references import Gallery, read_gallery, vector_bytes, write_gallery

TWO = gallery(reference("own", [1, 2], path="a.png"), reference("other", [3, 4], path="b.png"), parents={"own": "bus"})


def changed(**fields: Any) -> bytes:
    return json.dumps({**json.loads(TWO.to_json()), **fields}).encode()


def first(**fields: Any) -> bytes:
    stored = json.loads(TWO.to_json())["references"]
    return changed(references=[{**stored[0], **fields}, *stored[1:]])


def test_what_was_written_is_read(tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    write_gallery(TWO, file)
    assert read_gallery(file) == TWO
    assert TWO.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    np.testing.assert_array_equal(read_gallery(file).embeddings(), [[1, 2], [3, 4]])
    assert [path.name for path in tmp_path.iterdir()] == ["own.json"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "JSON|truncated"),
        (b"\x80\x04}", "malformed|JSON|decod"),
        (pickle.dumps({"schema": 1}), "malformed|JSON|decod"),
        (changed(schema=2), "upgrade vehicle-id"),
        (changed(more=1), "unknown field `more`"),
        (changed(model_sha256="x"), "model_sha256"),
        (changed(parents={"own": "=cmd"}), "cannot be the name of a class"),
        (first(label="unknown"), "cannot be the name of a class"),
        (first(label="\u202eown"), "cannot be the name of a class"),
        (first(path="a\x1b[31m.png"), "cannot be printed"),
        (first(embedding="AAAAAAAAAAAAAAAA"), "different lengths"),
        (first(embedding="AAAAAAA="), "different lengths"),
        (first(embedding=msgspec.to_builtins(vector_bytes(np.array([np.nan, 1])))), "no network gives"),
        (first(gsd_m=-1), "gsd_m"),
        (first(sha256="A" * 64), "sha256"),
        (first(thumbnail="A" * 100_000), "thumbnail"),
        (b'{"schema": ' + b"[" * 5000 + b"]" * 5000 + b"}", "cannot be read"),
    ],
)
def test_a_file_that_is_none_is_refused(data: bytes, why: str, tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    file.write_bytes(data)
    with pytest.raises(InputError, match=rf"the gallery .*own.json cannot be read: (.*{why}|.*)") as caught:
        read_gallery(file)
    assert caught.match(why)
    assert str(caught.value).isprintable()


def test_a_huge_file_is_not_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(references, "MAX_BYTES", 1 << 20)
    with (tmp_path / "own.json").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(InputError, match="larger than 1 MiB"):
        read_gallery(tmp_path / "own.json")


def test_no_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="make it with 'vehicle-id gallery add'"):
        read_gallery(tmp_path / "none.json")


def test_a_crop_is_a_reference_once_and_of_one_label() -> None:
    again = TWO.with_references([TWO.references[0], reference("own", [5, 6], path="c.png")])
    assert again.counts() == {"own": 2, "other": 1}
    with pytest.raises(InputError, match=r"a\.png is a reference of 'own' already"):
        TWO.with_references([msgspec.structs.replace(TWO.references[0], label="other")])


def test_a_parent_is_of_the_added_labels() -> None:
    assert TWO.with_references([reference("third", [1, 1])], parent="van").parents == {"own": "bus", "third": "van"}
    assert TWO.with_references([reference("own", [1, 1])], parent="van").parents == {"own": "van"}
    again = iter([TWO.references[1]])
    assert TWO.with_references(again, parent="van").parents == {"own": "bus", "other": "van"}


def test_a_gallery_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="cannot be the name of a class"):
        TWO.with_references([reference("a;b", [1, 1])])
    monkeypatch.setattr(references, "MAX_REFERENCES", 2)
    with pytest.raises(InputError, match="more than 2 references"):
        TWO.with_references([reference("own", [1, 1])])


def test_removing_by_label_and_by_path() -> None:
    assert TWO.without(labels=["own"]).labels == ("other",)
    assert TWO.without(labels=["own"]).parents == {}
    assert TWO.without(paths=["b.png"]).labels == ("own",)
    assert TWO.without(paths=["a.png", "b.png"]).references == ()
    for wrong in ({"labels": ["car"]}, {"paths": ["z.png"]}):
        with pytest.raises(InputError, match="has no reference"):
            TWO.without(**wrong)


def test_the_digest_is_that_of_the_content() -> None:
    assert TWO.sha256 != TWO.without(paths=["b.png"]).sha256
    assert TWO.sha256 == msgspec.json.decode(TWO.to_json(), type=Gallery).sha256
