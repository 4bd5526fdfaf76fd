"""Labelled crops: a folder per class or a manifest, read by one function."""

from __future__ import annotations

from pathlib import Path

import pytest

from vehicle_id.crops.labelled import read_labelled, select
from vehicle_id.crops.manifest import Crop
from vehicle_id.errors import InputError, ManifestError


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_subfolders_are_classes_in_a_stable_order(tmp_path: Path) -> None:
    touch(tmp_path, "car/b.png", "bus/deep/c.jpg", "car/a.png", "bus/notes.txt", ".git/d.png", "loose.png")
    found = [(crop.label, crop.path.relative_to(tmp_path).as_posix()) for crop in read_labelled(tmp_path)]
    assert found == [("bus", "bus/deep/c.jpg"), ("car", "car/a.png"), ("car", "car/b.png")]


def test_classes_come_sorted_whatever_the_disk_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, "b/1.png", "c/1.png", "a/1.png")
    monkeypatch.setattr(Path, "iterdir", lambda folder: iter([folder / "b", folder / "c", folder / "a"]))
    assert [crop.label for crop in read_labelled(tmp_path)] == ["a", "b", "c"]


def test_a_folder_states_a_label_and_nothing_else(tmp_path: Path) -> None:
    touch(tmp_path, "car/a.png")
    assert list(read_labelled(str(tmp_path))) == [Crop(path=tmp_path / "car/a.png", label="car")]


def test_folders_named_for_splits_hold_the_class_folders(tmp_path: Path) -> None:
    touch(tmp_path, "train/car/a.png", "train/bus/b.png", "Valid/car/c.png", "test/bus/d.png")
    found = [(crop.split, crop.label, crop.path.name) for crop in read_labelled(tmp_path)]
    assert sorted(found) == [
        ("test", "bus", "d.png"), ("train", "bus", "b.png"), ("train", "car", "a.png"), ("val", "car", "c.png")
    ]  # fmt: skip
    assert [crop.path.name for crop in select(read_labelled(tmp_path), split="val")] == ["c.png"]


def test_a_class_named_train_beside_others_is_a_class(tmp_path: Path) -> None:
    touch(tmp_path, "train/a.png", "bus/b.png")
    assert [(crop.split, crop.label) for crop in read_labelled(tmp_path)] == [(None, "bus"), (None, "train")]


def test_split_folders_without_class_folders_say_so(tmp_path: Path) -> None:
    touch(tmp_path, "train/a.png", "val/b.png")
    with pytest.raises(InputError, match="train has no subfolders: make one per class"):
        read_labelled(tmp_path)


def test_a_class_may_be_named_like_a_pattern(tmp_path: Path) -> None:
    touch(tmp_path, "[8x8]/a.png")
    assert [crop.label for crop in read_labelled(tmp_path)] == ["[8x8]"]


@pytest.mark.parametrize("names", [(), ("a.png",), (".hidden/a.png",)])
def test_a_folder_without_class_folders(tmp_path: Path, names: tuple[str, ...]) -> None:
    touch(tmp_path, *names)
    with pytest.raises(InputError, match="has no subfolders: make one per class"):
        read_labelled(tmp_path)


def test_an_empty_class_folder_is_an_error_before_the_first_crop(tmp_path: Path) -> None:
    touch(tmp_path, "bus/a.png")
    (tmp_path / "car").mkdir()
    with pytest.raises(InputError, match="car"):
        read_labelled(tmp_path)


def test_a_folder_that_may_not_be_listed_is_an_input_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)  # root may list anything
    with pytest.raises(InputError):
        read_labelled(tmp_path)


def test_a_missing_path_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="gone: name a CSV manifest, or a folder with a subfolder per class"):
        read_labelled(tmp_path / "gone")


def test_a_manifest_gives_its_labelled_rows_with_all_they_state(tmp_path: Path) -> None:
    manifest = tmp_path / "crops.csv"
    manifest.write_text("path,label,gsd_m,group\na.png,car,0.3,g1\nb.png,,0.3,g1\nc.png,bus,wrong,\n")
    first, second = read_labelled(manifest)
    assert first == Crop(path=tmp_path / "a.png", label="car", gsd_m=0.3, group="g1")
    assert (second.label, second.problem) == ("bus", "gsd_m 'wrong' is not a number")


@pytest.mark.parametrize("content", ["path\na.png\n", "path,label\na.png,\nb.png, \n"])
def test_a_manifest_without_a_label(tmp_path: Path, content: str) -> None:
    manifest = tmp_path / "crops.csv"
    manifest.write_text(content)
    with pytest.raises(ManifestError, match="labels no crop: fill its column 'label'"):
        read_labelled(manifest)


def test_a_manifest_without_rows_is_an_error(tmp_path: Path) -> None:
    manifest = tmp_path / "crops.csv"
    manifest.write_text("path,label\n")
    with pytest.raises(ManifestError, match="lists no crop"):
        read_labelled(manifest)


def test_a_file_of_answers_is_refused_as_truth(tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text("path,label,model_sha256\na.png,car,ab12\n")
    with pytest.raises(ManifestError, match="holds the answers of a model"):
        read_labelled(tmp_path / "answers.csv")


def test_a_file_that_is_not_a_manifest(tmp_path: Path) -> None:
    touch(tmp_path, "a.png")
    with pytest.raises(ManifestError, match="has no column 'path'"):
        read_labelled(tmp_path / "a.png")


def of_groups(*groups: str | None) -> list[Crop]:
    return [Crop(path=Path(f"{number}.png"), label="car", group=group) for number, group in enumerate(groups)]


def test_a_split_is_selected() -> None:
    crops = [Crop(path=Path("a.png"), split="test"), Crop(path=Path("b.png")), Crop(path=Path("c.png"), split="val")]
    assert select(crops, split="test") == crops[:1]
    assert select(crops) == crops


def test_halves_are_disjoint_and_complete_and_never_split_a_group() -> None:
    crops = of_groups(*(f"image {number % 20}" for number in range(60)))
    a, b = select(crops, half="a"), select(crops, half="b")
    assert sorted([*a, *b], key=lambda crop: int(crop.path.stem)) == crops
    assert not {crop.group for crop in a} & {crop.group for crop in b}
    assert a and b


def test_a_group_always_stays_in_its_half() -> None:
    # their sha256 begin with dc, 2d, 6b and 76: another rule would mix the halves that steer and report
    assert [crop.group for crop in select(of_groups("north", "south", "east", "west"), half="a")] == ["north", "west"]


def test_crops_without_a_group_have_no_half() -> None:
    with pytest.raises(InputError, match="half 'b' is chosen by group, and 1 of 2 crops state none: fill 'group'"):
        select(of_groups("g", None), half="b")
