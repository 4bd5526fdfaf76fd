"""On a real cluster on this machine: the command, a node that is lost, errors that come back from a node."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

pytest.importorskip("ray", reason="needs the extra ray")

from tests.conftest import TINY, plain
from tests.crops.test_shards import png, write
from tests.distributed.conftest import new_cluster
from tests.distributed.jobs import answers_in, parts_in
from vehicle_id import Classifier, verify_run
from vehicle_id.cli import app as app_module
from vehicle_id.crops.sources import CropSource

pytestmark = pytest.mark.filterwarnings("default")  # Ray leaves files open

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run `vehicle-id classify --engine ray`: its exit code, and what it says."""

    def run(*arguments: object) -> tuple[int, str]:
        command = ["vehicle-id", "classify", "--engine", "ray", "--model", TINY, *arguments]
        monkeypatch.setattr(sys, "argv", [*map(str, command)])
        code: Any = 0
        try:
            app_module.main()
        except SystemExit as stop:
            code = stop.code
        return code, capfd.readouterr().err

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "crops"
    folder.mkdir()
    for number, colour in enumerate(("red", "blue", "green", "black") * 3):
        Image.fromarray(plain(colour, width=20 + number)).save(folder / f"{number:02}.png")
    (folder / "text.png").write_text("no image")
    write(folder / "a.tar", [("a.png", png()), ("b.png", b"no"), ("c.png", png("blue"))])
    (folder / "b.tar").write_bytes(b"no tar file" * 100)
    return folder


def test_the_command_gives_the_rows_of_one_machine_and_then_adds_nothing(
    run: Run, cluster: str, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "r.parquet"
    arguments = (folder, "--address", cluster, "--num-workers", 2, "--part-rows", 3, "--gsd-m", 0.4, "--out", out)
    code, said = run(*arguments)
    assert code == 0, said
    expected = [result.to_dict() for result in Classifier(TINY).classify_crops(CropSource([folder]), gsd_m=0.4)]
    assert answers_in(out) == expected
    assert "17 crops by tiny-0.1" in said and "failed: not_an_image 2, corrupt 1" in said and "crops/s" in said
    before = parts_in(out)
    code, said = run(*arguments, "--strict")
    assert code == 1, said
    assert "17 of these rows are from an earlier run" in said
    assert parts_in(out) == before
    assert verify_run(out).record.options["gsd_m"] == 0.4


def test_what_is_wrong_on_a_node_is_one_sentence_and_its_exit_code(
    run: Run, cluster: str, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "r.parquet"
    out.mkdir()
    (folder / "m.csv").write_text("path\n" + "00.png\n" * 40)
    arguments = ("--manifest", folder / "m.csv", "--address", cluster, "--part-rows", 20, "--out", out)
    (folder / "m.csv").chmod(0o644)

    def change() -> None:
        """As soon as the first part is there, the rows of the second one are others."""
        while not parts_in(out):
            time.sleep(0.01)
        (folder / "m.csv").write_text("path\n" + "00.png\n" * 20 + "01.png\n" * 20)

    changing = threading.Thread(target=change, daemon=True)
    changing.start()
    code, said = run(*arguments, "--num-workers", 1)
    changing.join(10)
    if code == 0:
        pytest.skip("the second part was answered before its rows were changed")
    assert code == 3
    assert f"the manifest {folder}/m.csv was changed while the job ran: run the command again" in said
    assert "Traceback" not in said
    assert len(os.listdir(out)) == 1


def test_no_cluster_at_the_address_is_one_sentence(run: Run, this_machine: None, folder: Path, tmp_path: Path) -> None:
    code, said = run(folder, "--address", "ray://127.0.0.1:1", "--out", tmp_path / "r.parquet")
    assert code == 3 and "is an address of Ray Client" in said


def test_a_node_that_is_lost_costs_no_row_and_none_is_there_twice(run: Run, this_machine: None, tmp_path: Path) -> None:
    """Each node has room for one worker: the parts of the lost one wait until the other one has ended."""
    folder, out = tmp_path / "crops", tmp_path / "r.parquet"
    folder.mkdir()
    for number in range(240):
        Image.fromarray(plain("red", width=20 + number)).save(folder / f"{number:03}.png")
    made, nodes = new_cluster(num_cpus=0, num_nodes=2)
    try:
        out.mkdir()

        def lose() -> None:
            while len(os.listdir(out)) < 4:
                time.sleep(0.01)
            made.remove_node(nodes[1], allow_graceful=False)

        losing = threading.Thread(target=lose, daemon=True)
        losing.start()
        code, said = run(folder, "--address", made.address, "--num-workers", 2, "--part-rows", 4, "--out", out)
        losing.join(30)
    finally:
        made.shutdown()
    assert code == 0, said
    assert not losing.is_alive(), "no node was lost"
    paths = [row["path"] for row in answers_in(out)]
    assert paths == [str(folder / f"{number:03}.png") for number in range(240)]
    verify_run(out)


def test_a_dataset_is_answered(cluster: str, folder: Path) -> None:
    import ray

    from vehicle_id.distributed import classify_dataset

    names = [str(folder / f"{number:02}.png") for number in range(12)]
    ray.init(address=cluster, log_to_driver=False, logging_level="ERROR")
    try:
        ray.data.DataContext.get_current().enable_progress_bars = False
        rows = ray.data.from_items([{"path": name, "own": f"{at}"} for at, name in enumerate(names)])
        answered = classify_dataset(rows, TINY, gsd_m=0.4, isolate=False).take_all()
    finally:
        ray.shutdown()
    expected = Classifier(TINY).classify_paths(names, gsd_m=0.4)
    found = {row["path"]: (row["label"], row["score"], row["own"]) for row in answered}
    assert found == {
        result.path: (result.label, result.to_dict()["score"], f"{at}") for at, result in enumerate(expected)
    }


def settled_parts(out: Path) -> dict[str, tuple[int, int]]:
    """`parts_in`, once a part that a worker was writing when the command ended is written or given up."""
    before: dict[str, tuple[int, int]] = {}
    while before != (before := parts_in(out)):
        time.sleep(1.0)
    return before


@pytest.mark.usefixtures("nothing_is_ignored")
def test_ctrl_c_keeps_finished_parts(run: Run, cluster: str, tmp_path: Path) -> None:
    folder, out = tmp_path / "crops", tmp_path / "r.parquet"
    folder.mkdir()
    for number in range(300):
        Image.fromarray(plain("red", width=20 + number)).save(folder / f"{number:03}.png")
    out.mkdir()

    def ask() -> None:
        while not parts_in(out):
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=ask, daemon=True).start()
    arguments = (folder, "--address", cluster, "--num-workers", 1, "--part-rows", 2, "--out", out)
    code, said = run(*arguments)
    assert code == 130, said
    assert "stopped before the last crop; finished rows are kept" in said
    assert not (tmp_path / "r.parquet.run.json").exists()
    before = settled_parts(out)
    assert 0 < len(before) < 150
    code, said = run(*arguments)
    assert code == 0 and f"{2 * len(before)} of these rows are from an earlier run" in said
    assert {name: parts_in(out)[name] for name in before} == before
    assert len(answers_in(out)) == 300
