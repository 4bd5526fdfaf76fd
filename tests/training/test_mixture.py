"""The joined training set: which renders train, validate and test."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest

from training.datasets import mixture
from vehicle_id.catalogue import load_catalogue
from vehicle_id.crops.labelled import select
from vehicle_id.crops.manifest import read_manifest


def rendered(folder: Path, vehicles: list[str]) -> Path:
    """The manifest of a folder of renders, one crop of each vehicle."""
    folder.mkdir()
    rows = [f"crops/{number}.png,car,0.3,{vehicle!r},rendered" for number, vehicle in enumerate(vehicles)]
    text = "\n".join(["path,label,gsd_m,vehicle,origin", *rows]).replace("'", '"')
    (folder / "manifest.csv").write_text(text + "\n", encoding="utf-8")
    return folder / "manifest.csv"


def test_meshes_of_one_design_share_a_fold_and_a_class_is_spread_over_the_folds() -> None:
    names = ["bus__a", "bus__b", "bus__c", "bus__d", "tractor_unit__daf_xf105", "tractor_trailer__daf_xf105_trailer"]
    folds = mixture.mesh_folds([{"label": name.partition("__")[0], "vehicle": name} for name in names])
    assert {folds[name] for name in names[:4]} == {0, 1, 2, 3}
    assert folds[names[4]] == folds[names[5]]


def test_half_a_calibrates_and_places_that_were_left_out_are_in_no_split(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"{number}.png,tank,0.3,image{number}\n" for number in range(40))
    (tmp_path / "dev.csv").write_text("path,label,gsd_m,image\n" + rows)
    (tmp_path / "ortho.csv").write_text("path,label,gsd_m,split\na.png,bus,0.1,left_out\nb.png,bus,0.1,train\n")
    (tmp_path / "mesh.csv").write_text(
        "path,label,gsd_m,vehicle,origin\n"
        + "".join(f"m{number}.png,bus,0.3,bus__{'ab'[number % 2]},mesh\n" for number in range(60))
    )
    named = {"--calibrating": "dev.csv", "--real": "ortho.csv", "--mesh": "mesh.csv", "--out": "all.csv"}
    arguments = [part for option, name in named.items() for part in (option, str(tmp_path / name))]
    fold = mixture.mesh_folds([{"label": "bus", "vehicle": "bus__a"}, {"label": "bus", "vehicle": "bus__b"}])["bus__b"]
    monkeypatch.setattr(sys, "argv", ["mixture.py", *arguments, "--fold", str(fold)])
    mixture.main()
    with (tmp_path / "all.csv").open(newline="", encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    fitting = [row for row in found if row["split"] == "calibrate"]
    half = {str(crop.path.name) for crop in select(read_manifest(tmp_path / "dev.csv"), half="a")}
    assert {row["path"] for row in fitting} == half and {row["label"] for row in fitting} == {"tracked_armour"}
    assert [row["path"] for row in found if row["label"] == "bus" and row["origin"] == "real"] == ["b.png"]
    meshes = [(row["vehicle"], row["split"]) for row in found if row["origin"] == "mesh"]
    assert set(meshes) == {("bus__a", "train"), ("bus__b", "test")}


def test_held_out_rows_never_train_and_renders_of_another_seed_only_validate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = load_catalogue()
    held = mixture.held_out(catalogue)
    leaves = len(catalogue.taxonomy.leaves)
    of_cars = [row.name for row in catalogue.of("car")]
    unseen, known = next(name for name in of_cars if name in held), next(name for name in of_cars if name not in held)
    first = rendered(tmp_path / "a", [known] * (leaves + 1) + [unseen])
    other = rendered(tmp_path / "b", [known, unseen, known])
    (tmp_path / "real.csv").write_text("path,label,gsd_m,split\nx.png,background,0.3,test\n")
    out = tmp_path / "out" / "all.csv"
    out.parent.mkdir()
    options = {"--rendered": first, "--validating": other, "--real": tmp_path / "real.csv", "--out": out}
    arguments = [str(part) for pair in options.items() for part in pair]
    monkeypatch.setattr(sys, "argv", ["mixture.py", *arguments, "--map", "background=none"])
    mixture.main()
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    splits = [(Path(row["path"]).parts[1], row["split"]) for row in rows if row["vehicle"]]
    assert splits == [*[("a", "val")] * leaves, ("a", "train"), ("a", "test"), ("b", "val"), ("b", "val")]
    assert [(row["label"], row["split"], row["origin"]) for row in rows if not row["vehicle"]] == [
        ("none", "test", "real")
    ]
    assert all((out.parent / row["path"]).resolve().is_relative_to(tmp_path) for row in rows)
