"""The release script: the command on the card gives its numbers, and a card can be written again."""

from __future__ import annotations

import csv
import json
import shlex
import shutil
import sys
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from tests.conftest import TINY, plain
from training import release
from vehicle_id import Classifier
from vehicle_id.cli import app as app_module
from vehicle_id.model import hub

ROOT = Path(__file__).parents[2]


def decoded(text: str | bytes) -> list[release.Measurement]:
    return msgspec.yaml.decode(text, type=list[release.Measurement])


@pytest.mark.parametrize("file", sorted((ROOT / "training" / "measure").glob("*.yaml")), ids=lambda file: file.name)
def test_every_file_of_measurements_can_be_read(file: Path) -> None:
    measures = decoded(file.read_bytes())
    assert len({each.title for each in measures}) == len(measures) > 0


def test_a_label_maps_to_one_node_or_several() -> None:
    [measure] = decoded("[{title: t, data: d.csv, half: b, mapping: {car: [car, van], coach: bus}}]")
    assert measure.nodes() == {"car": ("car", "van"), "coach": ("bus",)}
    assert measure.command("m-1") == "vehicle-id evaluate d.csv --model m-1 --half b --map car=car,van --map coach=bus"


def test_the_command_on_the_card_gives_its_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Image.fromarray(plain("red")).save("red.png")
    with Path("d.csv").open("w", newline="") as file:
        rows = [["red.png", "car", image] for image in ("north", "south", "east", "west")]
        csv.writer(file).writerows([["path", "label", "image"], *rows, ["red.png", "coach", "north"]])
    [measure] = decoded("[{title: t, data: d.csv, half: a, mapping: {car: [car, van], coach: bus}, plots: p}]")
    record = release.measure(Classifier(TINY, top_k=9), [measure], tmp_path / "model")["t"]
    assert "plots/p/reliability.png" in record["plots"]
    assert all((tmp_path / "model" / each).read_bytes().startswith(b"\x89PNG") for each in record["plots"])
    assert record["command"] == measure.command("tiny-0.1")
    assert (record["num_crops"], record["top1"]["confusion"]) == (3, [[2, 0, 0], [1, 0, 0]])
    monkeypatch.setattr(sys, "argv", shlex.split(measure.command(str(TINY))))
    capsys.readouterr()
    with pytest.raises(SystemExit):
        app_module.main()
    printed, top1, ends = capsys.readouterr().out, record["top1"], record["intervals"]["top1"]
    for text, name in (("accuracy", "accuracy"), ("macro-F1", "macro_f1")):
        assert f"{text} {top1[name]:.4f} ({ends[name][0]:.2f} to {ends[name][1]:.2f})" in printed


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_a_release_has_every_variant(
    precision: str, finished: Path, crops: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "measure.yaml").write_text(f"[{{title: colours, data: {crops}}}]")
    (tmp_path / "models").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(release, "EXAMPLES", crops)
    options = ["--measure", "measure.yaml", "--extent-m", "12", "--precision", precision, "--default"]
    monkeypatch.setattr(sys, "argv", ["release", str(finished), *options])
    release.main()
    name = "colours-0.2" if precision == "fp32" else "colours-0.2-int8"
    files = {path.name for path in Path("models", name).iterdir()}
    variants = {"model-12m.onnx", "model-12m-families.onnx", "model-12m-classify.onnx"}
    documents = {"README.md", "golden.json", "metrics.json", "recipe.yaml", "stac-item.json"}
    assert files == {"model.onnx", *variants, *documents}
    index = msgspec.json.decode(Path("models/index.json").read_bytes())
    assert (index["default"], [*index["models"]]) == (name, [name])


def test_the_readme_and_the_item_of_a_released_model_are_written_again_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "models" / "overhead-1.0-int8", tmp_path / "models" / "overhead-1.0-int8")
    monkeypatch.chdir(tmp_path)
    before = {path: path.read_bytes() for path in Path("models").rglob("*") if path.is_file()}
    page = Path("models/overhead-1.0-int8/README.md")
    page.write_text("lost")
    item = Path("models/overhead-1.0-int8/stac-item.json")
    item.write_text("lost")
    monkeypatch.setattr(sys, "argv", ["release", "--card-only", "overhead-1.0-int8"])
    release.main()
    assert f"wrote {page}" in capsys.readouterr().out
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# overhead-1.0-int8\n") and "## Measured: renders at 0.3 m" in text
    assert "](plots/real/reliability.png)" in text
    [chips, _] = json.loads(item.read_bytes())["properties"]["mlm:input"]
    assert "bands" in chips["input"]["dim_order"]
    after = {path: path.read_bytes() for path in Path("models").rglob("*") if path.is_file()}
    assert {path for path in after if after[path] != before.get(path)} <= {page, item} and set(after) == set(before)


def test_a_released_model_is_measured_again_and_its_file_stays(
    crops: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "models" / "tiny-0.1"
    folder.mkdir(parents=True)
    shutil.copy(TINY, folder / "model.onnx")
    (tmp_path / "measure.yaml").write_text(f"[{{title: colours, data: {crops}}}]")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["release", "--measure-only", "tiny-0.1", "--measure", "measure.yaml"])
    release.main()
    assert (folder / "model.onnx").read_bytes() == TINY.read_bytes()
    record = json.loads((folder / "metrics.json").read_text())["colours"]
    assert f"macro-F1 {record['top1']['macro_f1']:.3f}" in (folder / "README.md").read_text()


@pytest.mark.parametrize(
    "given", [["--measure", "m.yaml"], ["run"], ["run", "--measure", "m", "--measure-only", "x-1"]]
)
def test_what_to_release_is_named_once(given: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["release", *given])
    with pytest.raises(SystemExit) as stop:
        release.main()
    assert stop.value.code == 2


def test_a_model_without_metrics_has_no_card_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["release", "--card-only", "none-1.0"])
    with pytest.raises(SystemExit, match=r"models/none-1\.0/model\.onnx cannot be read"):
        release.main()


def test_the_name_of_a_new_default_replaces_that_of_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("old-1.0", "new-2.0"):
        Path("models", name).mkdir(parents=True)
        Path("models", name, "model.onnx").write_bytes(name.encode())
    monkeypatch.setattr(release, "NAMED", ("page.md",))
    text = "`old-1.0`, `old-1.0-int8` and models/old-1.0/model.onnx; not gold-1.0, old-1.01 or old-1x0\n"
    Path("page.md").write_text(text)
    release.write_index("old-1.0", default=True)
    release.write_index("new-2.0", default=False)
    assert Path("page.md").read_text() == text
    release.write_index("new-2.0", default=True)
    assert json.loads(Path("models/index.json").read_text())["default"] == "new-2.0"
    shown = "`new-2.0`, `new-2.0-int8` and models/new-2.0/model.onnx; not gold-1.0, old-1.01 or old-1x0\n"
    assert Path("page.md").read_text() == shown


@pytest.mark.parametrize("path", release.NAMED)
def test_every_file_that_names_the_default_model_names_the_present_one(path: str) -> None:
    assert hub.read_index()[0].default in (ROOT / path).read_text()


def test_the_wheel_holds_the_default_model_and_the_small_one_of_the_readme() -> None:
    index, _ = hub.read_index()
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    held = {line.split("/")[1] for line in lines if line.startswith('"models/') and "index.json" not in line}
    (small,) = held - {index.default}
    assert small in index.models and small.endswith("-int8")
    assert f"--model {small}`, also in the wheel" in (ROOT / "README.md").read_text()
