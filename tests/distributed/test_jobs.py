"""A job without a cluster: the rows of one machine, parts that are left out, errors that leave finished parts whole."""

from __future__ import annotations

import csv
import errno
import os
from pathlib import Path
from typing import Any, NoReturn

import pytest
from PIL import Image

pytest.importorskip("pyarrow", reason="needs the extra ray")
import pyarrow as pa
import pyarrow.parquet as pq

pytest.importorskip("fsspec", reason="needs the extra ray")
import fsspec

from tests.conftest import TINY, plain
from tests.crops.test_shards import png, write
from tests.distributed.jobs import HERE, answers_in, order_for, parts_in, run_job
from vehicle_id import Classifier, InputError, ManifestError, OutputError, RecordError, read_manifest, verify_run
from vehicle_id.crops.manifest import Crop
from vehicle_id.crops.sources import CropSource
from vehicle_id.distributed import part_worker
from vehicle_id.distributed.plan import plan_crops
from vehicle_id.distributed.run import ClusterRun
from vehicle_id.distributed.worker import GALLERY, CropWorker, installed
from vehicle_id.errors import MissingExtraError, VehicleIdError
from vehicle_id.output import convert
from vehicle_id.results import Record


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Crops, bad files, tar files and one that is no tar file."""
    folder = tmp_path / "crops"
    folder.mkdir()
    for number, colour in enumerate(("red", "blue", "green", "black", "red")):
        Image.fromarray(plain(colour, width=20 + number)).save(folder / f"{number}.png")
    (folder / "text.png").write_text("no image")
    (folder / "empty.png").touch()
    write(
        folder / "s1.tar", [("a.png", png()), ("a.json", b'{"gsd_m": 0.4}'), ("b.png", b"no"), ("c.png", png("blue"))]
    )
    (folder / "s2.tar").write_bytes(b"no tar file" * 100)
    monkeypatch.chdir(tmp_path)
    return folder


def here(crops: Any) -> list[Record]:
    return [result.to_dict() for result in Classifier(TINY).classify_crops(crops)]


@pytest.mark.parametrize("part_rows", [1, 3, 100])
def test_a_folder_has_the_rows_that_one_machine_gives(folder: Path, tmp_path: Path, part_rows: int) -> None:
    out = tmp_path / "r.parquet"
    job = run_job(plan_crops(["crops"], part_rows=part_rows), out)
    expected = here(CropSource(["crops"]))
    assert answers_in(out) == expected
    assert [row["status"] for row in expected[5:]] == [
        *("empty", "ok", "not_an_image", "ok", "corrupt"),
        *(["not_an_image"]),
    ]
    assert job.outcome.num_rows == len(expected) == sum(job.outcome.statuses.values())
    assert verify_run(out).record.num_rows == len(expected)


def test_rows_of_a_manifest_beside_a_folder_come_back(folder: Path, tmp_path: Path) -> None:
    for shard in folder.glob("*.tar"):
        shard.unlink()
    (folder / "manifest.csv").write_text("path,gsd_m,site,own\n1.png,0.4,north,x\n2.png,wrong,,y\n")
    run_job(plan_crops(["crops"], part_rows=2), tmp_path / "r.parquet")
    rows = answers_in(tmp_path / "r.parquet")
    assert [{**row, "own": row["own"] or ""} for row in rows] == [
        {**row, "own": row["own"] or ""} for row in here(CropSource(["crops"]))
    ]


def test_a_manifest_is_read_in_pieces(folder: Path, tmp_path: Path) -> None:
    """Also one with a byte order mark, quoted line breaks, blank lines and other line ends."""
    manifest = folder / "m.csv"
    with manifest.open("w", newline="", encoding="utf-8-sig") as file:
        table = csv.writer(file, lineterminator="\r\n")
        table.writerow(["path", "gsd_m", "own"])
        for number in range(23):
            table.writerow([f"{number % 6}.png", "0.3" if number % 2 else "", f"é\n{number}, \U0001f69a"])
            file.write("\r\n" * (number % 3))
        table.writerows([["../outside.png", "", ""], ["s1.tar", "0.5", "all"], ["1.png", "0", ""]])
    plan = plan_crops([], manifests=["crops/m.csv"], part_rows=4)
    run_job(plan, tmp_path / "r.parquet")
    rows, expected = answers_in(tmp_path / "r.parquet"), here(read_manifest("crops/m.csv"))
    assert len(rows) == len(expected) == 28
    assert rows == expected


def test_a_manifest_that_is_no_manifest_is_an_error_with_its_line(folder: Path) -> None:
    (folder / "m.csv").write_text('path,own\n1.png,a\n2.png,"b\n3.png,c\n')
    with pytest.raises(ManifestError, match=r"row that begins on line 3 a quote is not closed"):
        list(plan_crops([], manifests=["crops/m.csv"], part_rows=1)._parts)
    (folder / "m.csv").write_text("file\n1.png\n")
    with pytest.raises(ManifestError, match="has no column 'path'"):
        plan_crops([], manifests=["crops/m.csv"], part_rows=1)
    (folder / "m.csv").write_text("path\n")
    with pytest.raises(ManifestError, match="lists no crop"):
        list(plan_crops([], manifests=["crops/m.csv"], part_rows=1)._parts)


def test_a_parquet_manifest_gives_the_rows_of_the_same_csv(folder: Path, tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"path": f"{n % 6}.png", "gsd_m": 0.25 if n % 2 else None, "site": "a", "n": n} for n in range(20)
    ]
    pq.write_table(pa.Table.from_pylist(rows), folder / "m.parquet", row_group_size=7)
    with (folder / "m.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, ["path", "gsd_m", "site", "n"])
        table.writeheader()
        table.writerows(rows)
    for name in ("m.parquet", "m.csv"):
        run_job(plan_crops([], manifests=[f"crops/{name}"], part_rows=3), tmp_path / f"{name}.parquet")
    assert answers_in(tmp_path / "m.parquet.parquet") == answers_in(tmp_path / "m.csv.parquet")
    with pytest.raises(ManifestError, match="has no column 'path': it has file"):
        pq.write_table(pa.table({"file": ["a"]}), folder / "m.parquet")
        plan_crops([], manifests=["crops/m.parquet"], part_rows=3)


def test_manifests_with_other_columns_make_parts_of_one_schema(folder: Path, tmp_path: Path) -> None:
    (folder / "m1.csv").write_text("path,one\n1.png,a\n")
    (folder / "m2.csv").write_text("path,two\n2.png,b\n")
    out = tmp_path / "r.parquet"
    run_job(plan_crops([], manifests=["crops/m1.csv", "crops/m2.csv"], part_rows=9), out)
    assert [(row["one"], row["two"]) for row in answers_in(out)] == [("a", None), (None, "b")]
    assert len({str(pq.read_schema(out / name)) for name in os.listdir(out)}) == 1


def test_a_run_over_finished_parts_writes_nothing(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.parquet"
    run_job(plan_crops(["crops"], part_rows=2), out)
    before, record = parts_in(out), verify_run(out).record
    job = run_job(plan_crops(["crops"], part_rows=2), out)
    assert parts_in(out) == before
    assert job.outcome.num_kept == job.outcome.num_rows == record.num_rows
    again = verify_run(out).record
    assert (again.chain, again.output, len(again.sessions)) == (record.chain, record.output, 2)


def test_a_job_that_begins_anew_has_one_session(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.parquet"
    run_job(plan_crops(["crops"], part_rows=2), out)
    run_job(plan_crops(["crops"], part_rows=2), out, resume=False)
    assert [each.num_kept for each in verify_run(out).record.sessions] == [0]


def test_a_lost_part_alone_is_answered_again(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.parquet"
    run_job(plan_crops(["crops"], part_rows=2), out)
    before, rows = parts_in(out), answers_in(out)
    (out / sorted(before)[1]).unlink()
    job = run_job(plan_crops(["crops"], part_rows=2), out)
    assert {name for name, found in parts_in(out).items() if found != before[name]} == {sorted(before)[1]}
    assert job.outcome.num_rows - job.outcome.num_kept == 2
    assert answers_in(out) == rows


def test_what_a_lost_worker_had_half_written_is_removed(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.parquet"
    run_job(plan_crops(["crops"], part_rows=2), out)
    lost, *_ = parts_in(out)
    (out / lost).rename(out / f".{lost}.abcd1234.part")
    run_job(plan_crops(["crops"], part_rows=2), out)
    assert sorted(os.listdir(out)) == sorted(parts_in(out)) and lost in parts_in(out)


def test_a_crop_that_changed_is_answered_again_and_its_old_part_leaves(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.parquet"
    run_job(plan_crops(["crops"], part_rows=2), out)
    before = parts_in(out)
    Image.fromarray(plain("blue", width=33)).save(folder / "0.png")
    run_job(plan_crops(["crops"], part_rows=2), out)
    assert len(parts_in(out).keys() - before.keys()) == len(before.keys() - parts_in(out).keys()) == 1
    assert answers_in(out) == here(CropSource(["crops"]))
    verify_run(out)


def test_other_options_need_another_folder_or_no_resume(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.parquet"
    run_job(plan_crops(["crops"], part_rows=2), out)
    before = parts_in(out)
    with pytest.raises(OutputError, match="it was made with top_k None, not 3: name another file, or replace it"):
        run_job(plan_crops(["crops"], part_rows=2), out, top_k=3)
    assert parts_in(out) == before
    run_job(plan_crops(["crops"], part_rows=2), out, top_k=3, resume=False)
    assert {len(row["top"]) for row in answers_in(out) if row["status"] == "ok"} == {3}


def test_what_is_no_part_is_left_alone(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.parquet"
    out.mkdir()
    (out / "notes.txt").touch()
    with pytest.raises(OutputError, match=r"holds 'notes.txt', which is no part"):
        run_job(plan_crops(["crops"], part_rows=2), out)
    (out / "notes.txt").rename(out / "part-00000.parquet")
    with pytest.raises(OutputError, match="was not written by a run of --engine ray"):
        run_job(plan_crops(["crops"], part_rows=2), out)


def test_a_full_disk_ends_the_job_and_leaves_finished_parts_whole(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vehicle_id import files

    sync, num = files.PartFile.sync, 0

    def full(part: files.PartFile) -> None:
        nonlocal num
        num += 1
        if num > 2:
            with files.output_errors(part.path):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(part)

    monkeypatch.setattr(files.PartFile, "sync", full)
    out = tmp_path / "r.parquet"
    with pytest.raises(OutputError, match=r"part-.*cannot be written: No space left on device"):
        run_job(plan_crops(["crops"], part_rows=2), out)
    assert len(parts_in(out)) == 2  # and no hidden file
    monkeypatch.undo()
    os.chdir(tmp_path)
    job = run_job(plan_crops(["crops"], part_rows=2), out)
    assert job.outcome.num_kept and answers_in(out) == here(CropSource(["crops"]))


def test_a_part_that_was_changed_is_named(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.parquet"
    run_job(plan_crops(["crops"], part_rows=2), out)
    name = sorted(os.listdir(out))[1]
    table = pq.read_table(out / name)
    rows = table.to_pylist()
    rows[1]["label"] = "bus"
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), out / name)
    with pytest.raises(RecordError, match=f"row 2 of the part {name} was changed"):
        run_job(plan_crops(["crops"], part_rows=2), out)


@pytest.mark.parametrize("change", ["a row", "the first row", "a part", "the order of parts"])
def test_verification_sees_what_was_taken_away(folder: Path, tmp_path: Path, change: str) -> None:
    out = tmp_path / "r.parquet"
    run_job(plan_crops(["crops"], part_rows=3), out)
    first, second = (out / name for name in sorted(os.listdir(out))[:2])
    if change == "a part":
        second.unlink()
    elif change == "the order of parts":
        content, other = first.read_bytes(), second.read_bytes()
        first.write_bytes(other)
        second.write_bytes(content)
    else:
        table = pq.read_table(first)
        pq.write_table(table.slice(0, 2) if change == "a row" else table.slice(1), first)
    with pytest.raises(RecordError):
        verify_run(out)


def test_results_of_parts_are_read_by_the_other_commands(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.parquet"
    run_job(plan_crops(["crops"], part_rows=3), out)
    made = convert.convert(out, [tmp_path / "r.csv"])
    assert made.first_changed is None


def test_a_node_with_another_version_or_without_the_folder_says_so(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_crops([str(folder)], part_rows=100)
    job = ClusterRun(plan, order_for(plan, tmp_path / "r.parquet"), num_workers=1)
    folder.rename(tmp_path / "elsewhere")
    with pytest.raises(InputError, match=r"does not exist on the node .*: name a folder that every node has"):
        list(job.run(HERE))
    monkeypatch.setattr(part_worker, "__version__", "9.9")
    with pytest.raises(InputError, match=r"has vehicle-id 9\.9, and the job is of"):
        list(job.run(HERE))


@pytest.mark.parametrize("error", [MissingExtraError("--boxes", "geo"), OutputError("the disk is full")])
def test_an_error_of_a_node_has_its_kind_and_its_sentence_here(error: VehicleIdError) -> None:
    def fail() -> NoReturn:
        raise error

    with pytest.raises(type(error)) as caught:
        part_worker.unpacked(part_worker.packed(fail))
    assert (str(caught.value), caught.value.exit_code) == (str(error), error.exit_code)


def test_a_manifest_that_changes_meanwhile_ends_the_job(folder: Path, tmp_path: Path) -> None:
    (folder / "m.csv").write_text("path\n1.png\n2.png\n")
    plan = plan_crops([], manifests=["crops/m.csv"], part_rows=1)
    job = ClusterRun(plan, order_for(plan, tmp_path / "r.parquet"), num_workers=1)
    (folder / "m.csv").write_text("path\n1.png\n3.png\n")
    with pytest.raises(ManifestError, match="was changed while the job ran: run the command again"):
        list(job.run(HERE))


def test_inputs_that_exclude_each_other_are_refused(folder: Path) -> None:
    (folder / "manifest.csv").write_text("path\n1.png\n")
    with pytest.raises(InputError, match="not joined to the members"):
        list(plan_crops(["crops"], part_rows=5)._parts)
    with pytest.raises(InputError, match="URLs are read alone"):
        plan_crops(["memory://a", "crops"], part_rows=5)
    with pytest.raises(InputError, match="name one manifest"):
        plan_crops(["crops"], manifests=["a.parquet"], part_rows=5)


def test_a_worker_answers_tables_with_paths_or_bytes(folder: Path) -> None:
    worker = CropWorker(TINY, isolate=False)
    names = [str(folder / f"{number}.png") for number in range(4)] + [str(folder / "text.png"), "gone.png"]
    table = pa.table({"path": names, "gsd_m": [0.4] * 6, "own": [1, 2, 3, 4, 5, None]})
    answered = worker(table)
    assert answered.schema == worker.schema(table.column_names)
    assert answered["own"].to_pylist() == ["1", "2", "3", "4", "5", None]
    expected = here([Crop(path=Path(name), gsd_m=0.4) for name in names])
    assert answered["label"].to_pylist() == [row["label"] for row in expected]
    assert answered["status"].to_pylist() == [row["status"] for row in expected]
    data = [Path(name).read_bytes() for name in names[:5]] + [None]
    of_bytes = worker(pa.table({"bytes": data, "gsd_m": [0.4] * 6}))
    assert of_bytes["label"].to_pylist()[:5] == answered["label"].to_pylist()[:5]
    assert of_bytes["status"].to_pylist() == [*answered["status"].to_pylist()[:5], "bad_row"]
    assert of_bytes["sha256"].to_pylist()[:5] == answered["sha256"].to_pylist()[:5]


def test_a_table_may_have_crops_of_several_storages(folder: Path) -> None:
    fsspec.filesystem("memory").pipe("/here/1.png", (folder / "1.png").read_bytes())
    names = [f"local://{folder}/0.png", "memory://here/1.png", f"local://{folder}/2.png"]
    answered = CropWorker(TINY, isolate=False)(pa.table({"path": names}))
    expected = here([Crop(path=folder / f"{number}.png") for number in range(3)])
    assert answered["path"].to_pylist() == names
    assert answered["label"].to_pylist() == [row["label"] for row in expected]


def test_a_tar_file_that_a_storage_does_not_have_is_a_row(folder: Path) -> None:
    fsspec.filesystem("memory").pipe("/here/1.png", (folder / "1.png").read_bytes())
    names = ["memory://here/gone.tar", "memory://here/gone.png", "memory://here/1.png"]
    answered = CropWorker(TINY, isolate=False)(pa.table({"path": names}))
    assert answered["path"].to_pylist() == names
    assert answered["status"].to_pylist() == ["not_found", "not_found", "ok"]


def test_jobs_of_one_model_and_two_galleries_share_no_file_on_a_node(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    one, two = (installed({"model.onnx": b"m", GALLERY: each}, "ab" * 32) for each in (b"1", b"2"))
    assert [(each / GALLERY).read_bytes() for each in (one, two)] == [b"1", b"2"]
    assert installed({"model.onnx": b"m", GALLERY: b"1"}, "ab" * 32) == one


def test_a_worker_refuses_another_model(folder: Path) -> None:
    from vehicle_id import IntegrityError

    worker = CropWorker(TINY, isolate=False, sha256="0" * 64)
    with pytest.raises(IntegrityError, match="install the same version of vehicle-id on every node"):
        worker(pa.table({"path": ["a.png"]}))
