"""`vehicle-id classify --engine ray` against the local engine, and what a job costs besides its answers.

    python benchmarks/cluster.py FOLDER [--num 5000] [--rounds 2] [--workers 2] [--address HOST:PORT --pid PID]
    python benchmarks/cluster.py --scenes 200 [--workers 2]
    python benchmarks/cluster.py --plan 1000000

The first command answers the same crops in turn with the local engine and with workers of Ray: `--num` links to the
files of FOLDER. It compares every row, and prints crops per second after start-up, processor time per crop, and the
ratios of each round. Start-up ends, for the local engine, after the time of one crop and, for Ray, when the first
part is written; the parts that the other workers have begun by then make the rest up to one part per worker cheaper.
With --address the cluster is one that the process PID has started on this machine.

The second command answers ten boxes in each of so many copies of the example scene with Ray and with one process, which
takes the scenes in turn, and compares every row.

The third command plans a job of so many manifest rows, whose files do not exist, and prints the memory of the process
that plans and runs it, at a tenth of the rows and at all of them, with an answer of one row for each part in place of
workers.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

from vehicle_id.crops.sources import find_crops
from vehicle_id.output.readers import read_rows

SCENE = Path(__file__).parents[1] / "examples" / "scene" / "lorry_park.tif"
BOXES = 10
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


class Watched:
    """Processor seconds of a process and all that it started, also of those that nobody waits for."""

    def __init__(self, *roots: int) -> None:
        self._roots, self._seen, self._is_over = {*roots}, dict[int, float](), threading.Event()
        self._before, self.timeline = self._now(), list[tuple[float, float]]()
        """Seconds since 1970, and processor seconds by then."""
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """The seconds so far."""
        self._is_over.set()
        self._thread.join()
        return self._total()

    def _total(self) -> float:
        self._seen |= self._now()
        return sum(cpu_s - self._before.get(pid, 0.0) for pid, cpu_s in self._seen.items())

    def _watch(self) -> None:
        while not self._is_over.wait(0.25):
            self.timeline.append((time.time(), self._total()))

    def _now(self) -> dict[int, float]:
        found = dict(self._processes())
        ours = dict[int, float]()
        for pid, (_, cpu_s) in found.items():
            above = pid
            while above in found and above not in self._roots:
                above = found[above][0]
            if above in self._roots:
                ours[pid] = cpu_s
        return ours

    @staticmethod
    def _processes() -> Iterator[tuple[int, tuple[int, float]]]:
        for name in os.listdir("/proc"):
            if name.isdigit():
                try:
                    fields = Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()
                except OSError:
                    continue
                yield int(name), (int(fields[1]), (int(fields[11]) + int(fields[12])) / TICKS_PER_S)


def run(
    arguments: Sequence[str | Path], *, cluster: int | None = None
) -> tuple[float, float, list[tuple[float, float]]]:
    """Wall and processor seconds of the command, and the latter over time."""
    command = [sys.executable, "-m", "vehicle_id", "classify", *map(str, arguments)]
    with tempfile.TemporaryFile() as said:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said)
        watched = Watched(process.pid, *([] if cluster is None else [cluster]))
        code = process.wait()
        wall_s, cpu_s = time.perf_counter() - begun, watched.stop()
        said.seek(0)
        text = said.read().decode()
    if code:
        raise RuntimeError(f"{' '.join(command)} ended with {code}: {text}")
    return wall_s, cpu_s, watched.timeline


def compare(folder: Path, options: argparse.Namespace) -> None:
    """Both engines in turn."""
    with tempfile.TemporaryDirectory() as place:
        crops = Path(place) / "crops"
        crops.mkdir()
        for number, path in enumerate(islice(cycle(list(find_crops([folder]))), options.num)):
            (crops / f"{number:07}{path.suffix}").symlink_to(path.absolute())
        one = sorted(crops.iterdir())[0]
        start = run([one, "--out", Path(place) / "one.parquet"])
        rounds = list[dict[str, float]]()
        for number in range(options.rounds):
            here, there = Path(place) / f"local{number}.parquet", Path(place) / f"ray{number}.parquet"
            local = run([crops, "--out", here])
            on_ray = ["--engine", "ray", "--num-workers", str(options.workers), "--part-rows", str(options.part_rows)]
            on_ray += ["--address", options.address] if options.address else []
            ray = run([crops, *on_ray, "--out", there], cluster=options.pid)
            written = sorted(part.stat().st_mtime for part in there.iterdir())
            seconds, cpu_s = written[-1] - written[0], at(ray[2], written[-1]) - at(ray[2], written[0])
            num_after = options.num - options.part_rows
            rounds.append(
                {
                    "local_per_s": (options.num - 1) / (local[0] - start[0]),
                    "ray_per_s": num_after / seconds,
                    "local_cpu_ms": 1000 * (local[1] - start[1]) / options.num,
                    "ray_cpu_ms": 1000 * cpu_s / num_after,
                    "ray_start_s": ray[0] - seconds,
                    "ray_start_cpu_s": ray[1] - cpu_s,
                }
            )
            print(json.dumps({name: round(value, 2) for name, value in rounds[-1].items()}), flush=True)
        print("largest difference of a score:", difference(here, there))
        print("ratio of processor time:", [round(each["local_cpu_ms"] / each["ray_cpu_ms"], 2) for each in rounds])
        print("ratio of crops/s:", [round(each["ray_per_s"] / each["local_per_s"], 2) for each in rounds])
        print({name: round(median(each[name] for each in rounds), 2) for name in rounds[0]})
        sizes = [path.stat().st_size for path in crops.iterdir()]
        num_bytes = sum(part.stat().st_size for part in there.iterdir())
        print(f"bytes read per crop {sum(sizes) / len(sizes):.0f}, written {num_bytes / options.num:.0f}")


def compare_scenes(num: int, options: argparse.Namespace) -> None:
    """Boxes in copies of the example scene, with Ray and with one process; a part holds half of a scene's boxes."""
    from vehicle_id import Classifier, classify_scene
    from vehicle_id.scenes.reading import boxes_of_image, read_boxes

    with tempfile.TemporaryDirectory() as place:
        scenes = [Path(place) / f"scene{number:04}.tif" for number in range(num)]
        images, annotations = list[dict[str, Any]](), list[dict[str, Any]]()
        for number, scene in enumerate(scenes):
            shutil.copyfile(SCENE, scene)
            images.append({"id": number, "file_name": scene.name})
            for box in range(BOXES):
                corner = [37 * box + number % 29, 31 * box + number % 23]
                annotations.append({"id": len(annotations), "image_id": number, "bbox": [*corner, 48, 20]})
        boxes = Path(place) / "boxes.json"
        boxes.write_text(json.dumps({"images": images, "annotations": annotations}))
        out = Path(place) / "ray.parquet"
        on_ray = ["--engine", "ray", "--num-workers", str(options.workers), "--part-rows", str(BOXES // 2)]
        on_ray += ["--address", options.address] if options.address else []
        ray = run([*scenes, "--boxes", boxes, *on_ray, "--out", out], cluster=options.pid)
        begun, classifier, given = time.perf_counter(), Classifier(), read_boxes(boxes)
        most = num_rows = 0
        rows = read_rows(out)
        for scene in scenes:
            for result in classify_scene(scene, boxes=boxes_of_image(given, scene), classifier=classifier):
                most, num_rows = max(most, row_difference(result.to_dict(), next(rows))), num_rows + 1
        seconds = time.perf_counter() - begun
        left = sum(1 for _ in rows)
        print(f"{num} scenes, {num_rows} boxes, {len(list(out.iterdir()))} parts; rows of Ray alone: {left}")
        print(f"largest difference of a score: {most}")
        print(f"seconds: one process {seconds:.1f}, Ray with its start {ray[0]:.1f}")


def at(timeline: Sequence[tuple[float, float]], moment: float) -> float:
    """Processor seconds at a moment."""
    return max(cpu_s for when, cpu_s in timeline if when <= moment + 0.25)


def difference(one: Path, other: Path) -> float:
    """The largest difference of a number between the rows of two files, all else being the same."""
    return max(row_difference(a, b) for a, b in zip(read_rows(one), read_rows(other), strict=True))


def row_difference(a: dict[str, Any], b: dict[str, Any]) -> float:
    """The largest difference of a number between two rows.

    Raises:
        RuntimeError: they differ in anything else.
    """
    most = 0.0
    for name in a.keys() - {"chain"}:
        numbers, others = _numbers(a[name]), _numbers(b[name])
        most = max([most, *(abs(x - y) for x, y in zip(numbers, others, strict=True))])
        if _rest(a[name]) != _rest(b[name]):
            raise RuntimeError(f"{a['path']}: {name} is {a[name]} and {b[name]}")
    return most


def _numbers(value: Any) -> list[float]:
    if isinstance(value, list):
        return [each["score"] for each in value if isinstance(each, dict)]
    return [float(value)] if isinstance(value, (int, float)) else []


def _rest(value: Any) -> Any:
    if isinstance(value, list):
        return [each["label"] if isinstance(each, dict) else each for each in value]
    return None if isinstance(value, (int, float)) else value


def plan(num: int) -> None:
    """The memory of the process that plans a job and takes the summaries of its parts."""
    from types import SimpleNamespace

    import msgspec

    from vehicle_id.distributed.part_worker import JobOrder, PartSummary
    from vehicle_id.distributed.plan import plan_crops
    from vehicle_id.distributed.run import ClusterRun
    from vehicle_id.distributed.worker import Answering
    from vehicle_id.output.run import RunConfig

    class Summaries:
        """Every part is answered by a summary of a thousand rows, and its file is empty."""

        def __init__(self, rows: list[dict[str, Any]]) -> None:
            self._rows = rows

        def map_batches(self, *_: Any, **__: Any) -> Summaries:
            return self

        def iter_rows(self) -> Iterator[dict[str, Any]]:
            for row in self._rows:
                name = msgspec.json.decode(row["part"])["name"]
                (out / name).touch()
                summary = PartSummary(
                    name=name,
                    num_rows=1000,
                    statuses={"not_found": 1000},
                    labels={},
                    num_without_gsd=0,
                    chain="0" * 64,
                    num_bytes=0,
                    sha256="0" * 64,
                    node="here",
                    began=0.0,
                    ended=1.0,
                )
                yield {"summary": msgspec.json.encode({"summary": summary})}

    ray: Any = SimpleNamespace(
        data=SimpleNamespace(
            from_items=lambda rows, override_num_blocks: Summaries(rows), ActorPoolStrategy=lambda **_: None
        )
    )
    config = RunConfig(model="none", model_sha256="0" * 64, options={})
    with tempfile.TemporaryDirectory() as place:
        for share in (10, 1):
            manifest, out = Path(place) / f"{share}.csv", Path(place) / f"{share}.parquet"
            with manifest.open("w") as file:
                file.write("path,gsd_m,site\n")
                file.writelines(f"crops/{number:09}.jpg,0.3,north\n" for number in range(num // share))
            begun, parts = time.process_time(), plan_crops([], manifests=[str(manifest)], part_rows=1000)
            answering = Answering(sha256="0" * 64)
            order = JobOrder(out=str(out), folder=place, config=config, columns=parts.columns, answering=answering)
            job = ClusterRun(parts, order, num_workers=1)
            for _ in job.run(ray):
                pass
            peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            seconds = time.process_time() - begun
            done = f"{job.outcome.num_rows} rows in {job.outcome.num_parts} parts"
            print(f"{done}: peak {peak_mb:.1f} MB, {seconds:.1f} s of processor time")


def main() -> None:
    """Read the options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--num", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--part-rows", type=int, default=500)
    parser.add_argument("--address")
    parser.add_argument("--pid", type=int)
    parser.add_argument("--scenes", type=int, metavar="NUM")
    parser.add_argument("--plan", type=int, metavar="ROWS")
    options = parser.parse_args()
    if options.plan is not None:
        plan(options.plan)
    elif options.scenes is not None:
        compare_scenes(options.scenes, options)
    elif options.folder is None:
        parser.error("name a folder of crops, --scenes NUM, or --plan ROWS")
    else:
        compare(options.folder, options)


if __name__ == "__main__":
    main()
