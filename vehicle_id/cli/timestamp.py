"""`vehicle-id timestamp`: a request for a time stamp of the record of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def timestamp(
    results: Annotated[Path, typer.Argument(help="File of results with its record beside it.")],
    out: Annotated[
        Path | None, typer.Option(help="File to write the request to. Default: the name of the results and .tsq.")
    ] = None,
) -> None:
    """Write a request for a time stamp (RFC 3161) of the record of a run; you send it.

    The results are compared with their record first, as by verify-run.
    """
    from vehicle_id.files import check_not_input, write_whole
    from vehicle_id.output.run_record import record_path, verify_run
    from vehicle_id.output.timestamp import timestamp_request

    record = verify_run(results).record
    out = out or results.with_name(results.name + ".tsq")
    check_not_input(out, [results, record_path(results)], "what the time stamp is for")
    write_whole(out, timestamp_request(record.digest))
    reply = out.with_suffix(".tsr")
    typer.echo(
        f"wrote {out}: a request for a time stamp of digest {record.digest}\n"
        "send it to an authority and keep its reply:\n"
        f"  curl -H 'Content-Type: application/timestamp-query' --data-binary @{out} ADDRESS > {reply}\n"
        "check the reply with the authority's certificate:\n"
        f"  openssl ts -verify -digest {record.digest} -in {reply} -CAfile CERTIFICATE"
    )
