"""The code on whose speed `docs/speed.md` reports, and its digest: a test compares it with that of the page.

Only what moves each crop on its way is listed, and no code that decides or checks, which changes often and costs
little. Changes of comments, docstrings and blank lines change no digest. Knows nothing of what is measured.
"""

from __future__ import annotations

import ast
import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).parents[1]
WHOLE: tuple[str, ...] = ()
MEASURED: dict[str, tuple[str, ...]] = {
    "vehicle_id/parallel.py": ("map_ordered", "keep_freed_memory", "return_large_blocks"),
    "vehicle_id/classifier.py": (
        *("Classifier._stream", "Classifier._prepare_batch", "Classifier._open", "Classifier._decoded"),
        "Classifier._score",
    ),
    "vehicle_id/crops/chips.py": ("make_chip", "make_chips", "stack", "_chip_of", "turned_chip", "_cut", "_resized"),
    "vehicle_id/crops/decoder.py": ("Decoder.open_crops", "Decoder._ask"),
    "vehicle_id/crops/decoder_messages.py": ("Request.pack", "read_request", "pack_reply", "read_reply"),
    "vehicle_id/crops/decoder_process.py": ("serve_streams", "_answer_one", "answer"),
    "vehicle_id/crops/isolation.py": ("Decoders._take", "Decoders.open_crops"),
    "vehicle_id/processes/fork.py": WHOLE,
    "vehicle_id/processes/pipes.py": WHOLE,
    "vehicle_id/model/providers.py": ("_session",),
    "vehicle_id/model/session.py": ("Session.run",),
    "vehicle_id/model/views.py": ("mean_of_windows",),
    "vehicle_id/output/hash_chain.py": ("Chain.add", "canonical", "joined"),
    "vehicle_id/output/journal.py": ("Journal.add", "Journal._commit"),
    "vehicle_id/output/run.py": ("Run.write",),
    "vehicle_id/output/formats.py": ("CsvWriter", "to_cell"),
    "vehicle_id/output/writers.py": ("Writers.write",),
    "vehicle_id/results.py": ("Result.to_dict",),
}
"""Files, and in them the classes and functions that are measured; `WHOLE` is all of the file."""


def digest() -> str:
    """Of the measured code and the default model, 64 hexadecimal digits.

    Raises:
        KeyError: a class or function is no longer where the list says.
    """
    index = json.loads((ROOT / "models" / "index.json").read_text(encoding="utf-8"))
    hashed = hashlib.sha256(index["models"][index["default"]]["sha256"].encode())
    for path, names in MEASURED.items():
        source = (ROOT / path).read_text(encoding="utf-8")
        for lines in [code_of(source, name) for name in names] or [code_of(source)]:
            hashed.update("\n".join([path, *lines, ""]).encode())
    return hashed.hexdigest()


def code_of(source: str, name: str = "") -> list[str]:
    """The lines of a module, or of a class or function in it such as `Classifier.classify`, that are code.

    Raises:
        KeyError: there is none of that name.
    """
    node: ast.AST = ast.parse(source)
    for part in filter(None, name.split(".")):
        named = {getattr(each, "name", None): each for each in ast.iter_child_nodes(node)}
        node = named[part]
    first, last = getattr(node, "lineno", 1), getattr(node, "end_lineno", len(source.splitlines()))
    left_out = {line for each in ast.walk(node) for line in _lines_of_texts(each)}
    numbered = enumerate(source.splitlines(), 1)
    lines = [line.rstrip() for number, line in numbered if first <= number <= last and number not in left_out]
    return [line for line in lines if line and not line.lstrip().startswith("#")]


def _lines_of_texts(node: ast.AST) -> range:
    """Of a text that stands alone: a docstring, or one below a constant."""
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    return range(node.lineno, (node.end_lineno or node.lineno) + 1) if is_text else range(0)
