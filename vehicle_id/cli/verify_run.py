"""`vehicle-id verify-run`: check that results are as the run wrote them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def verify_run(
    results: Annotated[Path, typer.Argument(help="File of results, or folder of parts, with its record beside it.")],
    crops: Annotated[
        bool, typer.Option("--crops", help="Also compare the content of every crop with the hash in its row.")
    ] = False,
) -> None:
    """Compare results with the record of their run: every row, the file, and the record itself."""
    from vehicle_id.errors import RecordError
    from vehicle_id.output.run_record import verify_run as check
    from vehicle_id.text import count_of, visible

    verified = check(results, crops=crops)
    record = verified.record
    first, last = record.sessions[0], record.sessions[-1]
    whole = "complete" if record.complete else "stopped before the last crop"
    sessions = count_of(len(record.sessions), "session")
    # whoever can make a record anew can write into it what a terminal would obey
    answered_by = visible(f"{record.model} ({record.model_sha256[:12]})")
    typer.echo(f"rows    {record.num_rows}, unchanged; answered by {answered_by}")
    typer.echo(visible(f"run     {first.started} to {last.ended}, {sessions}, {whole}"))
    if crops:
        typer.echo(f"crops   {verified.num_crops - len(verified.changed)} of {verified.num_crops} are unchanged")
    typer.echo(f"digest  {record.digest} (compare it with a copy that was kept elsewhere)")
    if verified.changed:
        shown = ", ".join(verified.changed[:5]) + (", ..." if len(verified.changed) > 5 else "")
        num = len(verified.changed)
        verbs = ("was", "is") if num == 1 else ("were", "are")
        raise RecordError(f"{count_of(num, 'crop')} {verbs[0]} changed or {verbs[1]} missing: {shown}")
