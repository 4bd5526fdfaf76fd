"""The classifier: the same answer for every kind of input, in order, whatever the crops are."""

from __future__ import annotations

import io
import itertools
import pickle  # noqa: TID251
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image

from tests.conftest import TINY, plain
from tests.zoo import Animal, geotiff
from vehicle_id import Classifier, Crop, InputError, Result, Status, read_manifest
from vehicle_id.crops.open import open_crop
from vehicle_id.errors import IntegrityError
from vehicle_id.parallel import AHEAD
from vehicle_id.results import ScenePlace

UTM = (1, 1, 0, 3, 1024, 0, 1, 1, 3072, 0, 1, 32633, 3076, 0, 1, 9001)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """70 crops of random colour: more than two batches."""
    rng = np.random.default_rng(0)
    for number in range(70):
        noise = rng.integers(0, 60, (rng.integers(20, 40), rng.integers(20, 40), 3))
        Image.fromarray((rng.integers(0, 196, 3) + noise).astype(np.uint8)).save(tmp_path / f"{number:02}.png")
    return tmp_path


def scores(results: list[Result]) -> np.ndarray:
    return np.array([[each.score for each in sorted(result.top, key=lambda p: p.label)] for result in results])


def test_every_kind_of_input_gives_the_same_scores(classifier: Classifier, folder: Path) -> None:
    paths = sorted(folder.iterdir())
    truth = [classifier.classify(path, gsd_m=0.3) for path in paths]
    inputs = {
        "str": [classifier.classify(str(path), gsd_m=0.3) for path in paths],
        "bytes": [classifier.classify(path.read_bytes(), gsd_m=0.3) for path in paths],
        "PIL": [classifier.classify(Image.open(path), gsd_m=0.3) for path in paths],
        "array": [classifier.classify(np.asarray(Image.open(path)), gsd_m=0.3) for path in paths],
        "arrays": list(classifier.classify_arrays([np.asarray(Image.open(path)) for path in paths], gsd_m=0.3)),
        "batch of 1": list(Classifier(TINY, batch_size=1).classify_paths(paths, gsd_m=0.3)),
        "batch of 64": list(Classifier(TINY, batch_size=64).classify_paths(paths, gsd_m=0.3)),
        "folder": list(classifier.classify_folder(folder, gsd_m=0.3)),
        "crops": list(classifier.classify_crops([Crop(path=path, gsd_m=0.3) for path in paths])),
    }
    for name, results in inputs.items():
        np.testing.assert_allclose(scores(results), scores(truth), atol=1e-5, err_msg=name)
        assert [r.label for r in results] == [r.label for r in truth], name


def test_results_come_in_input_order_with_failures_in_their_place(
    classifier: Classifier, folder: Path, zoo: dict[str, Animal]
) -> None:
    paths = [
        *itertools.chain.from_iterable(zip(sorted(folder.iterdir()), itertools.cycle(_failing(zoo)), strict=False))
    ]
    results = list(classifier.classify_paths(paths))
    assert [result.path for result in results] == [str(path) for path in paths]
    assert all(result.ok for result in results[::2])
    assert not any(result.ok for result in results[1::2])


def _failing(zoo: dict[str, Animal]) -> list[Path]:
    return [animal.path for animal in zoo.values() if animal.status is not Status.OK]


def test_the_whole_zoo_in_one_run(classifier: Classifier, zoo: dict[str, Animal]) -> None:
    results = {Path(r.path or "").name: r for r in classifier.classify_paths([a.path for a in zoo.values()])}
    assert set(results) == set(zoo)
    too_small = {"one_pixel.png", "ribbon.png", "wide.png"}  # they can be decoded, but have too few pixels
    for name, animal in zoo.items():
        assert results[name].status is (Status.TOO_SMALL if name in too_small else animal.status), name
        assert results[name].reason, name
        assert (results[name].label is None) == (not results[name].ok), name
        if results[name].ok:
            assert set(animal.flags) <= set(results[name].flags)


def test_a_result_carries_its_provenance(classifier: Classifier, folder: Path) -> None:
    path = folder / "00.png"
    crop = Crop(path=path, gsd_m=0.4, date="2024-11-06", site="Tumangang")
    result = next(classifier.classify_crops([crop]))
    with Image.open(path) as image:
        assert (result.width_px, result.height_px) == image.size
    assert (result.model, result.date, result.site) == ("tiny-0.1", "2024-11-06", "Tumangang")
    assert (result.gsd_m, result.gsd_source) == (0.4, "manifest")
    assert result.sha256 and len(result.sha256) == 64
    assert result.model_sha256 == classifier.file.sha256


@pytest.mark.parametrize(
    ("row", "option", "expected"),
    [(0.1, 0.2, (0.1, "manifest")), (None, 0.2, (0.2, "option")), (None, None, (pytest.approx(0.3, rel=1e-3), "file"))],
)
def test_the_manifest_row_counts_before_the_option_and_the_file(
    classifier: Classifier, tmp_path: Path, row: float | None, option: float | None, expected: tuple[float, str]
) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(geotiff(plain("red"), scale=(0.3, 0.3, 0), keys=UTM))
    result = next(classifier.classify_crops([Crop(path=path, gsd_m=row)], gsd_m=option))
    assert (result.gsd_m, result.gsd_source) == expected


@pytest.mark.parametrize("isolate", [True, False])
def test_stated_bands_decide_what_is_seen(tmp_path: Path, isolate: bool) -> None:
    """A red picture is a car to the tiny model, a blue one a bus and a green one ground."""
    path = tmp_path / "red.png"
    Image.fromarray(plain("red")).save(path)
    with Classifier(TINY, isolate=isolate) as classifier:
        crops = [Crop(path=path, bands=bands) for bands in (None, "3,2,1", (1, 2, 3), "9,2,1")]
        results = list(classifier.classify_crops(crops, bands=(2, 1, 3)))
    assert [(each.label, each.bands, each.bands_source) for each in results] == [
        ("ground", "2,1,3", "option"),
        ("bus", "3,2,1", "manifest"),
        ("car", "1,2,3", "manifest"),
        (None, "9,2,1", "manifest"),
    ]
    assert results[3].status is Status.UNSUPPORTED


def test_bands_may_be_stated_wherever_crops_are_taken(classifier: Classifier, tmp_path: Path) -> None:
    path, array = tmp_path / "red.png", plain("red")
    Image.fromarray(array).save(path)
    assert classifier.classify(path, bands="3,2,1").label == classifier.classify(array, bands=(3, 2, 1)).label == "bus"
    for results in (
        classifier.classify_folder(tmp_path, bands="3,2,1"),
        classifier.classify_paths([path], bands="3,2,1"),
        classifier.classify_arrays([array], bands="3,2,1"),
    ):
        assert next(results).label == "bus"
    swapped = classifier.embed([path, plain("blue")], bands="3,2,1")
    np.testing.assert_allclose(swapped, classifier.embed([plain("blue"), array]), atol=1e-6)
    with pytest.raises(InputError, match="such as 3,2,1"):
        classifier.classify(path, bands="rgb")


def test_without_a_gsd_the_answer_says_so_and_has_no_size(classifier: Classifier) -> None:
    result = classifier.classify(plain("red"))
    assert (result.label, result.size, result.gsd_m) == ("car", None, None)
    assert "gsd_unknown" in result.flags


def test_with_a_gsd_it_measures_and_the_network_sees_it(classifier: Classifier) -> None:
    car, van = classifier.classify(plain("red"), gsd_m=0.4), classifier.classify(plain("red"), gsd_m=0.7)
    assert (car.label, van.label) == ("car", "van")
    assert car.size is not None and car.size.length_m == pytest.approx(4.0, rel=1e-4)
    assert "gsd_unknown" not in car.flags


@pytest.mark.parametrize(("gsd_m", "status"), [(1.0, Status.OK), (1.01, Status.TOO_COARSE)])
def test_a_gsd_coarser_than_the_model_has_no_answer(classifier: Classifier, gsd_m: float, status: Status) -> None:
    assert classifier.classify(plain("blue"), gsd_m=gsd_m).status is status


def test_a_gsd_finer_than_the_model_is_flagged(classifier: Classifier) -> None:
    assert "gsd_finer_than_model" in classifier.classify(plain("blue"), gsd_m=0.04).flags


@pytest.mark.parametrize("gsd_m", [0.0, -0.3, float("nan"), float("inf")])
def test_an_impossible_gsd_is_an_error(classifier: Classifier, gsd_m: float) -> None:
    with pytest.raises(InputError, match="metres per pixel"):
        classifier.classify(plain("red"), gsd_m=gsd_m)


@pytest.mark.parametrize("given", [None, object(), 7, "a\0b", [[None]], {"a": 1}, np.array(["a"])])
def test_what_is_no_crop_is_a_row_with_a_reason(classifier: Classifier, given: Any) -> None:
    for results in ([classifier.classify(given)], classifier.classify_arrays([plain("red"), given, plain("red")])):
        statuses = [(each.status, bool(each.reason)) for each in results]
        assert statuses[len(statuses) // 2] in ((Status.UNSUPPORTED, True), (Status.UNREADABLE, True))
    assert np.isnan(classifier.embed([given])).all()


def test_a_bad_manifest_row_keeps_its_place(classifier: Classifier) -> None:
    crops = [Crop(path=Path("a.png"), problem="gsd_m 'x' is not a number")]
    assert next(classifier.classify_crops(crops)).status is Status.BAD_ROW


@pytest.mark.parametrize("source", ["truncated.jpg", "corrupt.png"])
def test_a_broken_pil_image_is_a_result_too(classifier: Classifier, zoo: dict[str, Animal], source: str) -> None:
    with Image.open(zoo[source].path) as image:
        assert classifier.classify(image).status is zoo[source].status


def test_a_single_crop_in_place_of_several_is_an_error(classifier: Classifier) -> None:
    with pytest.raises(InputError, match="takes several paths"):
        classifier.classify_paths("a.png")
    with pytest.raises(InputError, match="takes several crops"):
        classifier.classify_arrays(plain("red"))
    with pytest.raises(InputError, match="embed takes several crops"):
        classifier.embed("a.png")


@pytest.mark.parametrize("options", [{"batch_size": 0}, {"top_k": 0}, {"top_k": 2.5}, {"threads": "0"}])
def test_options_that_would_answer_nothing_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="at least 1"):
        Classifier(TINY, **options)


def test_numbers_as_text_are_numbers(classifier: Classifier) -> None:
    text: Any = "0.3"
    assert classifier.classify(plain("red"), gsd_m=text) == classifier.classify(plain("red"), gsd_m=0.3)
    options: Any = {"top_k": "2", "threads": "1", "batch_size": "4", "views": "1", "coverage": "0.9"}
    made = Classifier(TINY, **options)
    assert (made.threads, made.batch_size, made.views) == (1, 4, 1) and len(made.classify(plain("red")).top) == 2


WRONG: list[tuple[str, Callable[[Any], object]]] = [
    ("the ground sample distance is 'x', which is not a number", lambda clf: clf.classify(b"", gsd_m="x")),
    (r"the ground sample distance is \[1\]", lambda clf: clf.classify(b"", gsd_m=[1])),
    ("several crops are expected, not 5", lambda clf: clf.classify_paths(5)),
    ("several crops are expected, not None", lambda clf: clf.classify_arrays(None)),
    ("the path of a Crop is None", lambda clf: list(clf.classify_paths([None]))),
    (r"takes manifest rows \(Crop\), not 'a.jpg'", lambda clf: list(clf.classify_crops(["a.jpg"]))),
    ("several crops are expected, not None", lambda clf: list(clf.classify_crops(None))),
    ("an input is None", lambda clf: clf.classify_folder(None)),
    ("the manifest is 5", lambda clf: clf.classify_folder("tests", manifest=5)),
    ("the manifest is None", lambda _: read_manifest(cast(Any, None))),
    ("top_k is 'x', which is not a number", lambda _: Classifier(TINY, top_k=cast(Any, "x"))),
    ("views is x|views is 'x'", lambda _: Classifier(TINY, views=cast(Any, "x"))),
    ("coverage is 'x', which is not a number", lambda _: Classifier(TINY, coverage=cast(Any, "x"))),
    ("the model is 5", lambda _: Classifier(cast(Any, 5))),
]


@pytest.mark.parametrize(("sentence", "call"), WRONG)
def test_a_value_of_another_kind_is_an_error_in_one_sentence(
    classifier: Classifier, sentence: str, call: Callable[[Any], object]
) -> None:
    with pytest.raises(InputError, match=sentence):
        call(classifier)


def test_arrays_may_have_an_id_and_a_gsd_each(classifier: Classifier) -> None:
    crops = [plain("red"), plain("blue"), plain("red")]
    found = list(classifier.classify_arrays(crops, gsd_m=[0.3, None, 0.5], ids=["a", 7, "c"]))
    assert [(each.gsd_m, each.extra) for each in found] == [(0.3, {"id": "a"}), (None, {"id": "7"}), (0.5, {"id": "c"})]
    alone = classifier.classify(crops[2], gsd_m=0.5)
    assert (found[2].label, found[2].size, alone.extra) == (alone.label, alone.size, {})


@pytest.mark.parametrize(
    "given", [{"ids": "ab"}, {"ids": "abcd"}, {"gsd_m": [0.3, None]}, {"gsd_m": [0.3] * 3 + [None]}]
)
def test_ids_and_gsds_are_as_many_as_the_crops(classifier: Classifier, given: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="more or fewer crops than ids or ground sample distances"):
        list(classifier.classify_arrays([plain("red")] * 3, **given))


def test_embeddings_are_those_of_the_network_in_input_order(classifier: Classifier, folder: Path) -> None:
    paths: list[Any] = sorted(folder.iterdir())
    found = classifier.embed([*paths, folder / "gone.png"], gsd_m=0.3)
    assert found.shape[0] == 71 and found.dtype == np.float32
    assert np.isnan(found[-1]).all() and not np.isnan(found[:-1]).any()
    chip = open_crop(paths[3], chip_px=classifier.card.chip_px, gsd_m=0.3).chip
    truth = classifier.session.run(chip.pixels[None], np.array([chip.extent_m], np.float32)).embedding
    assert truth is not None
    np.testing.assert_allclose(found[3], truth[0], atol=1e-5)
    assert classifier.embed([]).shape == (0, truth.shape[1])


def test_candidates_are_named_only_where_asked_for(classifier: Classifier) -> None:
    assert classifier.classify(plain("blue"), gsd_m=0.4).candidates is None
    assert Classifier(TINY, coverage=0.9).classify(plain("blue"), gsd_m=0.4).candidates == ("bus",)
    with pytest.raises(InputError, match=r"give 0\.8, 0\.9"):
        Classifier(TINY, coverage=0.7)


def test_results_are_lazy(classifier: Classifier) -> None:
    endless = classifier.classify_arrays(plain("red") for _ in itertools.count())
    assert next(endless).label == "car"


def test_memory_does_not_grow_with_the_folder() -> None:
    classifier, crop = Classifier(TINY, threads=2), plain("red", width=200, height=200)
    list(classifier.classify_arrays([crop]))
    tracemalloc.start()
    for _ in classifier.classify_arrays(crop.copy() for _ in range(1280)):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # how many of them wait at once is a matter of timing, up to this; one batch is being filled, one more is slack
    assert peak < (classifier.threads + AHEAD + 3) * classifier.batch_size * crop.nbytes


def test_a_folder_must_hold_a_crop(classifier: Classifier, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no crops found"):
        classifier.classify_folder(tmp_path)


def bar() -> np.ndarray:
    """A bright bar at 30 degrees, not quite centred, on red: a heading, and no symmetry."""
    y, x = np.indices((40, 40)) - 20.0
    on = np.abs(x * 0.5 + y * 0.866 - 2) < 4
    return np.where(on[..., None], 255, [180, 0, 0]).astype(np.uint8)


def test_four_views_are_the_mean_of_four_windows_and_do_not_depend_on_the_batch() -> None:
    crop = np.pad(bar(), ((10, 10), (10, 10), (0, 0)), mode="edge")  # 60 by 60 pixels
    windows = [crop, crop[3:57, 3:57], crop[6:54, 6:54], np.pad(crop, ((4, 5), (4, 5), (0, 0)), constant_values=128)]
    expected = np.mean([scores([Classifier(TINY).classify(each, gsd_m=0.2)]) for each in windows], axis=0)
    classifier = Classifier(TINY, views=4, batch_size=8)
    results = list(classifier.classify_arrays([crop, bar(), crop], gsd_m=0.2))
    np.testing.assert_allclose(scores([results[0]]), expected, atol=1e-5)
    assert results[0].size == results[2].size != results[1].size
    with Classifier(TINY, views=4, isolate=True) as isolated:
        data = io.BytesIO()
        Image.fromarray(crop).save(data, "PNG")
        np.testing.assert_allclose(
            scores([isolated.classify(data.getvalue(), gsd_m=0.2)]), scores([results[0]]), atol=1e-6
        )


@pytest.mark.parametrize("views", [0, 5])
def test_views_that_do_not_exist_are_refused(views: int) -> None:
    with pytest.raises(InputError, match=f"views is {views}: give 1 to 4"):
        Classifier(TINY, views=views)


def test_tta_gives_the_same_answer_however_the_crop_is_turned() -> None:
    classifier = Classifier(TINY, tta=True)
    truth = classifier.classify(bar(), gsd_m=0.2)
    assert truth.heading_deg is not None and 0 < truth.heading_deg < 90
    for turns in range(4):
        for flipped in (False, True):
            view = np.ascontiguousarray(np.rot90(np.fliplr(bar()) if flipped else bar(), turns))
            result = classifier.classify(view, gsd_m=0.2)
            np.testing.assert_allclose(scores([result]), scores([truth]), atol=1e-5)
            expected = (180 - truth.heading_deg if flipped else truth.heading_deg) + 90 * turns
            assert result.heading_deg == pytest.approx(expected % 180, abs=1.0)


def test_one_classifier_serves_many_threads(classifier: Classifier, folder: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    truth = scores(list(classifier.classify_folder(folder)))
    with ThreadPoolExecutor(16) as pool:
        for found in pool.map(lambda _: scores(list(classifier.classify_folder(folder))), range(16)):
            np.testing.assert_allclose(found, truth, atol=1e-6)


def test_a_folder_may_come_with_a_manifest(classifier: Classifier, folder: Path, tmp_path: Path) -> None:
    first, *others = sorted(path.name for path in folder.iterdir())
    (folder.parent / "m.csv").write_text(f"path,gsd_m,site\n{folder.name}/{first},0.25,yard\n")
    results = list(classifier.classify_folder(folder, gsd_m=0.5, manifest=folder.parent / "m.csv"))
    assert [(each.gsd_m, each.gsd_source, each.site) for each in results] == [
        (0.25, "manifest", "yard"),
        *[(0.5, "option", None)] * len(others),
    ]


def test_own_columns_come_back_with_the_answer(classifier: Classifier, folder: Path) -> None:
    names = sorted(path.name for path in folder.iterdir())
    rows = "".join(f"{name},{number}\n" for number, name in enumerate(names))
    (folder / "manifest.csv").write_text("path,id\n" + rows)
    assert [each.extra["id"] for each in classifier.classify_folder(folder)] == [str(n) for n in range(70)]
    assert not any(each.extra for each in classifier.classify_folder(folder, find_manifest=False))
    crops = [Crop(path=folder / "gone.png", extra={"id": "7"})]
    assert [each.extra for each in classifier.classify_crops(crops)] == [{"id": "7"}]


def test_the_place_of_a_crop_comes_back_with_the_answer(classifier: Classifier, folder: Path) -> None:
    first = min(path.name for path in folder.iterdir())
    (folder / "manifest.csv").write_text(f"path,lon,lat,sun_elevation_deg\n{first},-37.5,55.25,30\n")
    placed, *others = [each.place for each in classifier.classify_folder(folder)]
    assert placed == ScenePlace(lon=-37.5, lat=55.25, sun_elevation_deg=30.0)
    assert not any(others)


def test_a_manifest_about_other_crops_is_a_warning(classifier: Classifier, folder: Path) -> None:
    (folder.parent / "m.csv").write_text("path,gsd_m\nother.png,0.25\n")
    results = classifier.classify_folder(folder, gsd_m=0.5, manifest=folder.parent / "m.csv")
    with pytest.warns(UserWarning, match="none of the 1 rows of .*m.csv belongs to one of these crops"):
        assert len(list(results)) == 70


def test_a_path_is_not_a_manifest_row(classifier: Classifier) -> None:
    with pytest.raises(InputError, match=r"classify_crops takes manifest rows, not 'a.jpg': use classify_paths"):
        classifier.classify_crops("a.jpg")


def test_a_lone_crop_at_the_end_of_a_stream_is_answered_as_in_a_batch(folder: Path) -> None:
    """Without its double it is multiplied by another routine, which rounds otherwise."""
    paths = sorted(folder.iterdir())
    whole = list(Classifier(TINY, batch_size=70).classify_paths(paths, gsd_m=0.3))
    for size in (3, 23, 69):  # 70 = 23 * 3 + 1
        assert list(Classifier(TINY, batch_size=size).classify_paths(paths, gsd_m=0.3)) == whole
        assert list(Classifier(TINY, batch_size=size, threads=1).classify_paths(paths[-1:], gsd_m=0.3)) == whole[-1:]


@pytest.mark.parametrize("options", [{"views": 2}, {"tta": True}, {"views": 3, "tta": True}])
def test_the_double_of_a_lone_crop_has_no_answer_of_its_own(folder: Path, options: dict[str, object]) -> None:
    path = min(folder.iterdir())
    [result] = Classifier(TINY, batch_size=16, **options).classify_paths([path])  # type: ignore[arg-type]
    assert result.label == Classifier(TINY, **options).classify(path).label  # type: ignore[arg-type]


def test_a_classifier_is_pickled_as_the_arguments_it_was_made_with() -> None:
    made = Classifier(str(TINY), top_k=2, batch_size=3, threads=2, tta=True, coverage=0.9, isolate=True)
    found = pickle.loads(pickle.dumps(made))
    with made, found:
        assert found._arguments == made._arguments
        assert found.classify(plain("red")) == made.classify(plain("red"))
    with pytest.raises(InputError, match="closed"):
        found.classify(TINY)


def test_a_classifier_whose_model_is_another_one_now_is_not_unpickled(tmp_path: Path) -> None:
    from vehicle_id.model import hub

    file = tmp_path / "model.onnx"
    file.write_bytes(TINY.read_bytes())
    pickled = pickle.dumps(Classifier(file))
    file.write_bytes(hub.load().data)
    with pytest.raises(IntegrityError, match="use the same model file in all processes"):
        pickle.loads(pickled)


def test_a_closed_classifier_says_so() -> None:
    with Classifier(TINY, threads=1, isolate=True) as classifier:
        assert classifier.classify(plain("red")).label == "car"
    for use in (lambda: classifier.classify(plain("red")), lambda: list(classifier.classify_paths(["a.png"]))):
        with pytest.raises(InputError, match="this Classifier is closed: make another one"):
            use()
