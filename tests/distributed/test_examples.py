"""Every example of docs/scale.md runs, where its engine is installed."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
ENGINES = ("ray", "dask", "pyspark")

pytestmark = pytest.mark.filterwarnings("default")  # of the engines


def example(engine: str) -> str:
    """The example that imports an engine."""
    [found] = [text for text in EXAMPLES if re.search(rf"^(import|from) {engine}\b", text, re.MULTILINE)]
    return found


def test_the_page_has_an_example_of_each_engine() -> None:
    assert len(EXAMPLES) == len({example(engine) for engine in ENGINES}) == len(ENGINES)


def test_the_example_of_dask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("dask.dataframe", reason="needs dask")
    monkeypatch.chdir(ROOT)
    exec(compile(example("dask"), "example", "exec"), {})
    assert re.search(r"examples/crops/tank\.jpg +tank +0\.9", capsys.readouterr().out)


def test_the_example_of_ray(cluster: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import ray

    monkeypatch.chdir(ROOT)
    ray.init(address=cluster, log_to_driver=False, logging_level="ERROR")
    try:
        exec(compile(example("ray"), "example", "exec"), {})
    finally:
        ray.shutdown()
    assert "'path': 'examples/crops/aircraft.jpg', 'label': 'aircraft'" in capsys.readouterr().out


@pytest.mark.long
def test_the_example_of_spark(
    this_machine: None, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pyspark", reason="needs pyspark")
    if shutil.which("java") is None:
        pytest.skip("Spark needs a JVM")
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    exec(compile(example("pyspark"), "example", "exec"), {})
    assert re.search(r"examples/crops/tank\.jpg.*tank", capfd.readouterr().out)
