"""`vehicle-id verify`: check that a model is the published file, and that it answers here as published."""

from __future__ import annotations

from typing import Annotated

import typer

from vehicle_id.model.providers import ProviderName


def verify(
    model: Annotated[str | None, typer.Argument(help="Published name, or path of an ONNX file.")] = None,
    provider: Annotated[
        ProviderName, typer.Option(help="What runs the network; a missing provider is an error.", show_choices=True)
    ] = "auto",
) -> None:
    """Check a model's sha256 and run its golden crops on this machine."""
    from vehicle_id.cli.inspect import digest_line
    from vehicle_id.model import hub
    from vehicle_id.model.golden import check_golden
    from vehicle_id.model.opening import open_model

    file = hub.load(model)
    if file.published is None:
        typer.echo(f"sha256  {file.sha256} (a file given by path: compare it with the published one)")
    else:
        typer.echo(f"sha256  {file.sha256}, as published")
    session = open_model(file, provider=provider)
    typer.echo(f"intact  {digest_line(session)}")
    num_crops, worst = check_golden(session, file.beside("golden.json"))
    typer.echo(
        f"golden  {num_crops} crops answered as published on {session.provider}, largest logit difference {worst:.1e}"
    )
