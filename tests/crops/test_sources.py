"""Where crops come from: what is found, in which order, and what a manifest adds."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from vehicle_id import Classifier
from vehicle_id.crops import sources
from vehicle_id.crops.sources import CropSource, find_crops
from vehicle_id.errors import InputError, ManifestError
from vehicle_id.results import Status


def test_find_crops_goes_deep_in_a_stable_order(tmp_path: Path) -> None:
    for name in ("b.png", "a.JPG", "deep/c.tif", "deep/er/d.webp", ".hidden.png", ".git/e.png", "notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "folder.png").mkdir()
    found = [path.relative_to(tmp_path).as_posix() for path in find_crops([tmp_path])]
    assert found == ["a.JPG", "b.png", "deep/c.tif", "deep/er/d.webp"]


JPEG = b"\xff\xd8\xff\xe0 and more"


def test_a_jpeg_is_found_by_content_whatever_its_suffix(tmp_path: Path) -> None:
    for name in ("a.jfif", "b.jpe", "c.JPG_large", "d", "e.dat", "f.txt"):
        (tmp_path / name).write_bytes(JPEG)
    (tmp_path / "g.dat").write_bytes(b"\xff\xd8 not quite")
    (tmp_path / "h").write_bytes(b"")
    assert [path.name for path in find_crops([tmp_path])] == ["a.jfif", "b.jpe", "c.JPG_large", "d", "e.dat", "f.txt"]


def test_what_is_passed_over_is_counted_and_named(tmp_path: Path) -> None:
    for name in ("a.jpg", "b.heic", "deep/C.HEIC", "d.jp2", "e", "m.csv", "a.json", "a.tfw", ".hidden.heic"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(JPEG if name == "a.jpg" else b"x")
    source = CropSource([tmp_path])
    assert [crop.path.name for crop in source] == ["a.jpg"]
    assert source.passed_over.sentence == (
        "passed over 4 files of other formats: 2 .heic (such as b.heic), 1 .jp2 (such as d.jp2), "
        "1 without a suffix (such as e)"
    )
    assert CropSource([tmp_path / "a.jpg"]).passed_over.sentence is None


def test_a_folder_of_other_formats_alone_says_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "a.heic").write_bytes(b"x")
    with pytest.raises(InputError, match=r"passed over 1 file of other formats: 1 \.heic"):
        find_crops([tmp_path])


def test_a_sentence_on_many_kinds_stays_short_and_printable(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(JPEG)
    for number in range(12):
        (tmp_path / f"b.k{number}\x1b[31m").write_bytes(b"x")
    source = CropSource([tmp_path])
    assert len(list(source)) == 1
    sentence = source.passed_over.sentence or ""
    assert sentence.endswith("and 4 other kinds") and "\x1b" not in sentence


def test_looking_into_files_waits_for_no_pipe_and_fails_at_no_link(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "gone").symlink_to("nowhere")
    (tmp_path / "long").symlink_to("x" * 300)
    (tmp_path / "a.png").write_bytes(b"x")
    source = CropSource([tmp_path])
    assert [crop.path.name for crop in source] == ["a.png"]
    assert source.passed_over.counts.total() == 4


def test_find_crops_takes_files_and_patterns(tmp_path: Path) -> None:
    for name in ("a.png", "b.png", "c.dat"):
        (tmp_path / name).touch()
    assert [p.name for p in find_crops([f"{tmp_path}/*.png"])] == ["a.png", "b.png"]
    assert [p.name for p in find_crops([tmp_path / "c.dat", tmp_path / "a.png"])] == ["c.dat", "a.png"]
    (tmp_path / "[x].png").touch()
    assert [p.name for p in find_crops([f"{tmp_path}/[x].png"])] == ["[x].png"]


def test_missing_and_empty_places_keep_their_row_beside_others(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    (tmp_path / "empty").mkdir()
    places = [tmp_path / "gone", tmp_path / "empty", f"{tmp_path}/*.none", tmp_path / "a.png"]
    assert [p.name for p in find_crops(places)] == ["gone", "empty", "*.none", "a.png"]


@pytest.mark.parametrize(
    ("places", "sentence"),
    [
        ([], "no crops given"),
        (["gone"], "gone does not exist: name a folder, a file or a pattern"),
        (["two", "words"], 'two, words does not exist: a name with spaces needs quotes, as in "two words"'),
        (
            ["https://example.com/a.png"],
            "https://example.com/a.png does not exist: nothing is fetched here: download it",
        ),
        (["empty"], "no crops found in empty"),
        (["*.none"], r"\*.none matches no file"),
        (["gone", "empty"], "no crops found in gone, empty"),
        ([""], "an input is empty"),
    ],
)
def test_inputs_without_a_crop_are_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, places: list[str], sentence: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "two words").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=f"^{sentence}"):
        find_crops(places)


def test_one_path_in_place_of_a_list_is_not_taken_apart(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="takes several inputs, not"):
        CropSource(str(tmp_path))


def test_a_source_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    source = CropSource([tmp_path])
    assert len(list(source)) == 1
    with pytest.raises(InputError, match="was read already"):
        list(source)


def test_a_folder_that_may_not_be_listed_gets_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.png").touch()
    (tmp_path / "locked").mkdir()
    real = os.scandir

    def scandir(folder: Path) -> object:
        if Path(folder).name == "locked":
            raise PermissionError
        return real(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    assert [p.name for p in find_crops([tmp_path])] == ["a.png", "locked"]


def test_folders_nested_deeper_than_the_recursion_limit(tmp_path: Path) -> None:
    here = Path.cwd()
    os.chdir(tmp_path)
    try:
        for _ in range(1200):  # a path of that depth is too long for one call
            os.mkdir("d")  # noqa: PTH102
            os.chdir("d")
        Path("deep.png").write_bytes(b"x")
        os.chdir(tmp_path)
        found = list(find_crops(["."]))
    finally:
        os.chdir(here)
        subprocess.run(["rm", "-rf", tmp_path / "d"], check=True)  # rmtree calls itself for each folder
    assert len(found) == 1 and found[0].name in ("deep.png", "d")


def tar_of(path: Path, *names: str) -> None:
    (path.parent / "member").write_bytes(b"x")
    with tarfile.open(path, "w") as tar:
        for name in names:
            tar.add(path.parent / "member", name)
    (path.parent / "member").unlink()


def test_a_manifest_adds_to_files_and_to_members_of_tar_files(tmp_path: Path) -> None:
    folder = tmp_path / "crops"
    folder.mkdir()
    (folder / "a.png").write_bytes(b"x")
    tar_of(folder / "b.tar", "c.png", "d.png")
    (tmp_path / "m.csv").write_text(
        "path,gsd_m,site\ncrops/a.png,0.3,pit\ncrops/b.tar,,quarry\ncrops/b.tar/d.png,0.5,\n"
    )
    source = CropSource([folder], manifest=tmp_path / "m.csv")
    found = {crop.path.name: (crop.gsd_m, crop.site) for crop in source}
    assert found == {"a.png": (0.3, "pit"), "c.png": (None, "quarry"), "d.png": (0.5, "quarry")}
    assert (source.num_rows, source.num_matched) == (3, 3)


def test_a_manifest_alone_names_the_crops_and_its_tar_files_are_unpacked(tmp_path: Path) -> None:
    tar_of(tmp_path / "b.tar", "c.png")
    (tmp_path / "m.csv").write_text("path\na.png\nb.tar\n")
    source = CropSource([], manifest=tmp_path / "m.csv")
    assert [crop.path.name for crop in source] == ["a.png", "c.png"]
    assert source.num_rows == 0


def test_rows_about_other_crops_match_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    (tmp_path / "m.csv").write_text("path,gsd_m\nother.png,0.3\n")
    source = CropSource([tmp_path / "a.png"], manifest=tmp_path / "m.csv")
    assert [crop.gsd_m for crop in source] == [None]
    assert (source.num_rows, source.num_matched) == (1, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_pattern_does_not_follow_links_to_folders_for_ever(tmp_path: Path) -> None:
    """Two links to their own folder are 2 ** 40 paths for Python's glob."""
    for name in ("a.png", "deep/b.png", "deep/er/c.png", ".hidden/d.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    for name in ("one", "two", "deep/three"):
        (tmp_path / name).symlink_to(tmp_path)
    assert [p.name for p in find_crops([f"{tmp_path}/**/*.png"])] == ["a.png", "b.png", "c.png"]
    assert [p.name for p in find_crops([f"{tmp_path}/**/**/er/*.png"])] == ["c.png"]
    assert [p.name for p in find_crops([f"{tmp_path}/*/b.png"])] == ["b.png"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
@pytest.mark.parametrize("name", ["a.png", "a.tar"])
@pytest.mark.parametrize("target", ["x" * 300, "itself"])
def test_a_link_that_leads_nowhere_is_a_row(tmp_path: Path, classifier: Classifier, name: str, target: str) -> None:
    (tmp_path / name).symlink_to(tmp_path / name if target == "itself" else target)
    [row] = classifier.classify_folder(tmp_path)
    assert row.status is Status.UNREADABLE
    [row] = classifier.classify_paths([tmp_path / ("y" * 300 + name)])
    assert row.status is Status.UNREADABLE


def test_rows_that_match_nothing_are_counted_and_the_first_is_named(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        (tmp_path / name).touch()
    (tmp_path / "m.csv").write_text("path\na.png\nx.png\nb.png\ny.png\n")
    source = CropSource([tmp_path], manifest=tmp_path / "m.csv")
    assert len(list(source)) == 2 and source.mismatch is not None
    assert source.mismatch.endswith(f"belong to none of these crops, the first to {tmp_path / 'x.png'}")
    assert source.mismatch.startswith("2 of the 4 rows of ")


def test_the_manifest_in_a_given_folder_is_used(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.png").touch()
    (tmp_path / "one/manifest.csv").write_text("path,gsd_m,id\na.png,0.3,7\n")
    (tmp_path / "two/manifest.csv").write_text("path,gsd_m,lot\na.png,0.5,27\n")
    folders = [tmp_path / name for name in ("one", "two", "three")]
    source = CropSource(folders)
    assert source.manifests == (tmp_path / "one/manifest.csv", tmp_path / "two/manifest.csv")
    assert [(crop.gsd_m, dict(crop.extra)) for crop in source] == [
        (0.3, {"id": "7", "lot": ""}),
        (0.5, {"id": "", "lot": "27"}),
        (None, {"id": "", "lot": ""}),
    ]
    assert [crop.gsd_m for crop in CropSource(folders, find_manifest=False)] == [None] * 3
    other = CropSource(folders, manifest=tmp_path / "one/manifest.csv")
    assert [crop.gsd_m for crop in other] == [0.3, None, None]


def test_a_file_in_the_folder_that_is_no_manifest_can_be_left_aside(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    (tmp_path / "manifest.csv").write_text("name,size\n")
    with pytest.raises(ManifestError, match=r"has no column 'path'.*; --no-manifest .* leaves it aside"):
        CropSource([tmp_path])


def test_a_large_manifest_of_a_folder_is_used_only_if_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.png").touch()
    (tmp_path / "manifest.csv").write_text("path,site\na.png,pit\n")
    monkeypatch.setattr(sources, "MAX_FOUND_BYTES", 8)
    with pytest.raises(ManifestError, match="name it with --manifest to use it, or leave it aside"):
        CropSource([tmp_path])
    assert [crop.site for crop in CropSource([tmp_path], manifest=tmp_path / "manifest.csv")] == ["pit"]


def test_members_of_a_tar_file_have_the_own_columns_of_their_row_or_of_the_whole(tmp_path: Path) -> None:
    tar_of(tmp_path / "b.tar", "c.png", "d.png")
    (tmp_path / "manifest.csv").write_text("path,id\nb.tar,whole\nb.tar/d.png,d\n")
    assert [crop.extra["id"] for crop in CropSource([tmp_path])] == ["whole", "d"]


def _make_unreadable(kind: str, manifest: Path) -> None:
    if kind == "pipe":
        os.mkfifo(manifest)
    else:
        manifest.symlink_to({"link to nothing": "gone.csv", "loop": manifest, "long link": "x" * 300}[kind])


@pytest.mark.skipif(sys.platform == "win32", reason="makes pipes and links")
@pytest.mark.parametrize("kind", ["pipe", "link to nothing", "loop", "long link"])
def test_a_manifest_that_is_there_and_cannot_be_read_is_an_error(tmp_path: Path, kind: str) -> None:
    """What it states, first of all the distances, would be lost silently."""
    (tmp_path / "a.png").touch()
    _make_unreadable(kind, tmp_path / "manifest.csv")
    with pytest.raises(ManifestError, match=r"manifest.csv cannot be read: .*; --no-manifest .* leaves it aside"):
        CropSource([tmp_path])
    assert [crop.path.name for crop in CropSource([tmp_path], find_manifest=False)] == ["a.png"]


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO, errno.ESTALE])
def test_so_is_one_that_the_system_does_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    (tmp_path / "a.png").touch()
    real = os.stat

    def fails(path: Any, *rest: Any, **more: Any) -> os.stat_result:
        if str(path).endswith("manifest.csv"):
            raise OSError(code, os.strerror(code))
        return real(path, *rest, **more)

    monkeypatch.setattr(os, "stat", fails)
    assert CropSource([tmp_path]).manifests == ()  # there is none
    (tmp_path / "manifest.csv").write_text("path,gsd_m\na.png,0.3\n")
    with pytest.raises(ManifestError, match=os.strerror(code)):
        CropSource([tmp_path])


def test_a_folder_named_like_a_manifest_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").mkdir()
    (tmp_path / "manifest.csv" / "a.png").touch()
    source = CropSource([tmp_path, tmp_path / "manifest.csv", tmp_path / "manifest.csv" / "a.png"])
    assert source.manifests == () and len(list(source)) == 3
