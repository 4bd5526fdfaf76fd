"""Every example in the README and the docs runs, and what they list is what there is."""

from __future__ import annotations

import json
import re
import shlex
import sys
import tarfile
from pathlib import Path

import pytest

from tests.zoo import Animal
from vehicle_id import classifier
from vehicle_id.catalogue import load_catalogue
from vehicle_id.cli import app as app_module
from vehicle_id.errors import VehicleIdError
from vehicle_id.results import Result, Status

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(kind: str) -> list[object]:
    return [
        pytest.param(text, id=f"{page.name}-{number}")
        for page in PAGES
        if page.name != "scale.md"  # tests/distributed
        for number, (language, text) in enumerate(FENCE.findall(page.read_text()))
        if language == kind
    ]


def commands() -> list[object]:
    """Lines that begin with vehicle-id, but for those that train, render (tests/synth), or need a cluster or radar."""
    lines = {
        line: page.name
        for page in PAGES
        for _, text in FENCE.findall(page.read_text())
        for line in text.splitlines()
        if line.startswith("vehicle-id ")
        and "--engine ray" not in line  # tests/distributed
        and not re.match(r"vehicle-id (COMMAND|train|export|render|dataset \w+ CROPS|classify CHIPS)", line)
    }
    return [pytest.param(line, id=f"{name}: {line}") for line, name in lines.items()]


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder like a checkout, to write into, with a tar file of crops."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (tmp_path / "shards").mkdir()
    with tarfile.open(tmp_path / "shards" / "000.tar", "w") as tar:
        tar.add(ROOT / "examples" / "crops", "crops")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("text", blocks("python"))
def test_python_examples_run(text: str, workplace: Path) -> None:
    if "scene" in text:
        pytest.importorskip("rasterio")
    if "vehicle_id.train" in text:
        pytest.importorskip("torch")
    exec(compile(text, "example", "exec"), {})


@pytest.mark.parametrize("line", commands())
def test_commands_run(line: str, workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if ".parquet" in line:
        pytest.importorskip("pyarrow")
    if "examples/scene" in line:
        pytest.importorskip("rasterio")
    if line.endswith("classify crops"):
        pytest.importorskip("rasterio")
        scene = "examples/scene/lorry_park.tif --boxes examples/scene/lorries.geojson"
        run_line(f"vehicle-id crop {scene} --out crops", monkeypatch)
    if re.match("vehicle-id (verify-run|report|count|measure|convert|sort|timestamp) results.csv", line):
        run_line("vehicle-id classify examples/crops --out results.csv", monkeypatch)
    if "--sign-key" in line or "verify-picture" in line:
        pytest.importorskip("c2pa")
        from tests.fixtures.certificates import write_chain

        write_chain(workplace / "certificates")
        for path in [*(workplace / "certificates").iterdir()]:
            path.rename(workplace / path.name)
    if "verify-picture" in line:
        run_line("vehicle-id classify examples/crops --out results.csv", monkeypatch)
        sign = "--sign-certificate chain.pem --sign-key key.pem"
        run_line(f"vehicle-id report results.csv --png pictures {sign}", monkeypatch)
    if "own.json" in line and "gallery add" not in line:
        crane = "examples/crops/truck_crane.jpg --gsd-m 0.3 --label 'mobile crane' --parent plant"
        run_line(f"vehicle-id gallery add own.json {crane}", monkeypatch)
    run_line(line, monkeypatch)


def run_line(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "usable_cores", lambda: 1)  # fewer processes for decoding to start
    monkeypatch.setattr(sys, "argv", shlex.split(line))
    with pytest.raises(SystemExit) as stop:
        app_module.main()
    assert stop.value.code == 0


def test_every_page_is_in_the_navigation() -> None:
    listed = set(re.findall(r"(?<!reference/)\b(\w+\.md)", (ROOT / "mkdocs.yml").read_text()))
    assert listed == {page.name for page in (ROOT / "docs").glob("*.md")}


def test_every_status_field_and_exit_code_is_explained() -> None:
    answers = (ROOT / "docs" / "answers.md").read_text()
    for status in Status:
        assert f"| `{status.value}` |" in answers
    explained = set(re.findall(r"`(\w+)`", answers))
    named = {*Result().to_dict()} - {"length_low_m", "length_high_m", "width_low_m", "width_high_m"}
    assert named <= explained
    codes = {int(code) for code in re.findall(r"^\| (\d) \|", (ROOT / "docs" / "cli.md").read_text(), re.MULTILINE)}
    ours = {each.exit_code for each in _all(VehicleIdError)}
    assert codes == ours | {0, 2}


def test_every_flag_is_explained_and_no_other(zoo: dict[str, Animal]) -> None:
    """Flags of decoding occur in the zoo; the others are tested where they are set."""
    table = (ROOT / "docs" / "answers.md").read_text().split("## Flags")[1]
    set_by_decoding = {flag for animal in zoo.values() for flag in animal.flags}
    set_later = {"gsd_unknown", "gsd_finer_than_model", "touches_border", "window_much_larger_than_vehicle"}
    set_later |= {"depth_reduced", "squared", "scene_edge", "box_crossed"}
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == set_by_decoding | set_later


def _all(error: type[VehicleIdError]) -> set[type[VehicleIdError]]:
    return {error}.union(*(_all(child) for child in error.__subclasses__()))


def test_the_readme_counts_the_vehicles_of_the_catalogue() -> None:
    text = (ROOT / "README.md").read_text()
    assert {int(count) for count in re.findall(r"(\d+) vehicles with", text)} == {len(load_catalogue().vehicles)}


def test_the_page_on_speed_shows_what_was_measured() -> None:
    rows = json.loads((ROOT / "benchmarks" / "peers.json").read_text())["rows"]
    page = (ROOT / "docs" / "speed.md").read_text()
    table = page.partition("<!-- measured: begin -->")[2].partition("<!-- measured: end -->")[0]
    shown = [line.split(" | ")[:3] for line in table.splitlines() if line.startswith("| ")][1:]
    assert shown == [[f"| {each['name']}", each["network"], f"{each['crops_per_second']:.0f}"] for each in rows]
