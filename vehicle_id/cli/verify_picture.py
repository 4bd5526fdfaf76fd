"""`vehicle-id verify-picture`: check and show what a signed picture states."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from vehicle_id.output.credentials import Credentials


def verify_picture(
    picture: Annotated[Path, typer.Argument(help="Picture with Content Credentials: .png, .jpg or .webp.")],
    trust: Annotated[
        Path | None,
        typer.Option(help="PEM file of the authorities that you believe. Without it the signer's name is not checked."),
    ] = None,
) -> None:
    """Check the signature of an exported picture and show what it states (extra 'c2pa')."""
    from vehicle_id.errors import RecordError
    from vehicle_id.output.credentials import read_credentials
    from vehicle_id.text import visible

    found = read_credentials(picture, trusted=trust)
    if found.state == "changed":  # then nothing that it states counts
        raise RecordError(f"the picture {picture} is not as it was signed: {'; '.join(found.faults)}")
    for line in _lines(found, trust):
        typer.echo(visible(line))
    if trust is not None and found.state != "trusted":
        raise RecordError(f"the certificate of {picture} does not come from an authority in {trust}")


def _lines(found: Credentials, trust: Path | None) -> list[str]:
    checked = "name not checked: --trust names authorities" if trust is None else "NOT of an authority that you believe"
    lines = [
        "intact  yes: the picture and what it states are as they were signed",
        f"signer  {found.signer} ({'of an authority that you believe' if found.state == 'trusted' else checked})",
        f"tool    {found.tool}",
    ]
    if found.answer is None:
        return [*lines, "answer  none: vehicle-id did not make this picture"]
    crop, answer, imagery = (_part(found.answer, name) for name in ("crop", "answer", "imagery"))
    return [
        *lines,
        f"crop    {crop.get('name')}, sha256 {crop.get('sha256')}",
        f"model   {answer.get('model')}, sha256 {answer.get('model_sha256')}",
        f"answer  {answer.get('label')} {score:.2f}: {answer.get('reason')}"
        if isinstance(score := answer.get("score"), float | int)
        else f"answer  {answer.get('label')}: {answer.get('reason')}",
        f"imagery {imagery.get('credit') or 'not credited'}, {imagery.get('licence') or 'licence not stated'}",
        f"limits  {found.answer.get('limits')}",
    ]


def _part(answer: dict[str, object], name: str) -> dict[str, object]:
    """A part of the statement; whoever has a key can write anything there."""
    part = answer.get(name)
    return part if isinstance(part, dict) else {}
