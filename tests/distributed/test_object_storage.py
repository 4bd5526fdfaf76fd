"""Object storage, against a server on loopback: the rows of local files, and one sentence where access is refused."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

pytest.importorskip("pyarrow", reason="needs the extra ray")
pytest.importorskip("fsspec", reason="needs the extra ray")
pytest.importorskip("s3fs", reason="needs s3fs")

import fsspec

from tests.conftest import plain
from tests.crops.test_shards import png, write
from tests.distributed.jobs import answers_in, run_job
from vehicle_id import InputError, OutputError, verify_run
from vehicle_id.crops import images
from vehicle_id.distributed import part_folder, storage
from vehicle_id.distributed.plan import plan_crops

pytestmark = pytest.mark.filterwarnings("default")  # of botocore


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "crops"
    folder.mkdir()
    for number, colour in enumerate(("red", "blue", "green", "black")):
        Image.fromarray(plain(colour, width=20 + number)).save(folder / f"{number}.png")
    (folder / "empty.png").touch()
    (folder / "text.png").write_text("no image")
    write(folder / "s1.tar", [("a.png", png()), ("a.json", b'{"gsd_m": 0.4}'), ("d/c.png", png("blue"))])
    (folder / "s2.tar").write_bytes(b"no tar file" * 100)
    (folder / "m.csv").write_text("path,gsd_m,own\n1.png,0.4,a\ngone.png,,b\n../x.png,,c\ns1.tar,0.5,d\n3.png,x,e\n")
    return folder


@pytest.fixture
def bucket(s3: str, folder: Path) -> str:
    """The same files in the storage."""
    url = f"s3://archive/{folder.parent.name}"
    fsspec.filesystem("s3").put(f"{folder}/", f"{url}/", recursive=True)
    return url


def renamed(rows: list[dict[str, Any]], folder: Path, url: str) -> list[dict[str, Any]]:
    return [{**row, "path": row["path"].replace(str(folder), url)} for row in rows]


@pytest.mark.parametrize("what", ["folder", "manifest", "shard"])
def test_source_and_sink_in_a_bucket_give_the_rows_of_local_files(
    bucket: str, folder: Path, tmp_path: Path, what: str
) -> None:
    def plan(place: str) -> Any:
        if what == "manifest":
            return plan_crops([], manifests=[f"{place}/m.csv"], part_rows=2)
        return plan_crops([place if what == "folder" else f"{place}/s1.tar"], part_rows=2)

    run_job(plan(str(folder)), tmp_path / "here.parquet")
    job = run_job(plan(bucket), f"{bucket}/out/r.parquet")
    fsspec.filesystem("s3").get(f"{bucket}/out/", f"{tmp_path}/", recursive=True)
    there = tmp_path / "r.parquet"
    # the manifest of the local folder is no crop, and no other
    assert answers_in(there) == renamed(answers_in(tmp_path / "here.parquet"), folder, bucket)
    assert verify_run(there).record.num_rows == job.outcome.num_rows > 1
    again = run_job(plan(bucket), f"{bucket}/out/r.parquet")
    assert again.outcome.num_kept == job.outcome.num_rows


def test_a_crop_that_is_too_large_is_not_read_whole(
    bucket: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "MAX_BYTES", 60)
    run_job(plan_crops([f"{bucket}/0.png"], part_rows=2), tmp_path / "r.parquet")
    [row] = answers_in(tmp_path / "r.parquet")
    assert row["status"] == "too_large"
    assert images.MAX_BYTES > 60


def test_refused_access_ends_the_job_with_a_sentence(bucket: str, tmp_path: Path) -> None:
    """With keys that the server knows nothing of, as after they have expired."""
    refused = type("Refused", (part_folder._Bucket,), {})("s3://archive/x")
    error = PermissionError("The provided token has expired.")
    with pytest.raises(InputError, match=r"access was refused \(The provided token has expired\.\): check the"):
        storage._content("s3://archive/a.png", error, refused)
    with (
        pytest.raises(OutputError, match=r"s3://archive/x/p cannot be written: access was refused"),
        refused._writing("s3://archive/x/p"),
    ):
        raise error


def test_no_credentials_at_all_is_one_sentence(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_") and "KEY" in name]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    try:
        with pytest.raises(InputError, match=r"access was refused \(.*credentials.*\): check the credentials on every"):
            list(plan_crops([bucket], part_rows=2)._parts)
    finally:
        fsspec.get_filesystem_class("s3").clear_instance_cache()


def test_what_is_not_there_is_one_sentence(s3: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"s3://archive/none/m.csv cannot be read: it does not exist"):
        plan_crops([], manifests=["s3://archive/none/m.csv"], part_rows=2)
    with pytest.raises(InputError, match=r"no crops found in s3://archive/none"):
        list(plan_crops(["s3://archive/none"], part_rows=2)._parts)
    with pytest.raises(InputError, match=r"strange://a cannot be opened"):
        list(plan_crops(["strange://a"], part_rows=2)._parts)
    with pytest.raises(OutputError, match=r"cannot be written: "):
        part_folder.part_folder("s3://no-such-bucket-here/r.parquet").write("part", b"x")
