"""The draft of the card."""

from __future__ import annotations

from tests.train.run_report.test_results import counted
from vehicle_id.train.recipe import Recipe
from vehicle_id.train.run_report.card_draft import draft_card
from vehicle_id.train.run_report.findings import Finding


def test_what_is_known_is_filled_in_and_the_rest_is_asked() -> None:
    labels = ["car"] * 6 + ["bus"] * 2
    results = counted(labels, ["car"] * 7 + ["bus"])
    finding = Finding(topic="background", message="no label | says <b>", advice="add some")
    draft = draft_card(Recipe(name="mine", licence="CC BY 4.0"), results, [finding])
    assert draft.startswith("# mine-0.1 (draft of the card)")
    assert "- `licence`: CC BY 4.0" in draft and "- [ ] `limits`: Where was it never tested" in draft
    assert "| car | 7 | 6 | 1.00 (0.61 to 1.00) | 0.86 (0.49 to 0.97) | - | check each answer |" in draft
    assert "| bus | 3 | 2 | 0.50 (0.09 to 0.91) | 1.00 (0.21 to 1.00) | car 1 | too few crops to say |" in draft
    assert "- no label \\| says \\<b\\>." in draft
