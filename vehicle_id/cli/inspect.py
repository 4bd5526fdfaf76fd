"""`vehicle-id inspect`: show what a model answers, how it decides and what it was trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from vehicle_id.text import count_of

if TYPE_CHECKING:
    from vehicle_id.model.card import ModelCard
    from vehicle_id.model.hub import ModelFile
    from vehicle_id.model.session import Session
    from vehicle_id.taxonomy import Taxonomy


def inspect(
    model: Annotated[str | None, typer.Argument(help="Published name, or path of an ONNX file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole card as JSON.")] = False,
) -> None:
    """Show a model's card."""
    from vehicle_id.model import hub
    from vehicle_id.model.opening import open_model

    file = hub.load(model)
    session = open_model(file, provider="cpu")
    card = session.card
    if as_json:
        typer.echo(card.to_json())
        return
    typer.echo("\n".join(_lines(card)))
    typer.echo("\n".join(_file_lines(file, session)))


def _file_lines(file: ModelFile, session: Session) -> list[str]:
    graph = session.graph
    return [
        f"file         {file.path} ({len(file.data) / 1e6:.1f} MB)",
        f"graph        {graph.num_nodes} nodes of {len(graph.operators)} types, opset {graph.opset}, "
        f"{graph.weight_bytes / 1e6:.1f} MB of weights",
        f"sha256       {file.sha256}",
        f"intact       {digest_line(session)}",
    ]


def digest_line(session: Session) -> str:
    """Whether the file contains a digest, which was checked when it was loaded."""
    if session.has_digest:
        return "yes: the digest inside the file matches its bytes (it does not say who wrote the file)"
    return "not known: the file contains no digest, as files of older versions"


def _lines(card: ModelCard) -> list[str]:
    decision = card.decision
    gsd = "any" if card.gsd_range_m is None else f"{card.gsd_range_m[0]:g} to {card.gsd_range_m[1]:g} m per pixel"
    limit, method = decision.unknown_threshold, decision.unknown_method
    return [
        f"model        {card.full_name}, made {card.created or 'at an unstated time'}",
        *([f"             {card.description}"] if card.description else []),
        f"chip         {card.chip_px} px; crops of {gsd}, short side at least {card.min_side_px} px",
        f"views        {count_of(card.views, 'window')} of each crop averaged",
        f"weights      {card.precision}",
        f"unknown      {'never' if limit is None else f'score {method!r} above {limit:.3f}'}",
        f"coverage     {', '.join(decision.conformal) or 'none: it lists no candidates'}",
        f"thresholds   {_listed(decision.thresholds)}",
        *([f"             {_listed(decision.node_thresholds)} (by node)"] if decision.node_thresholds else []),
        f"validation   {_listed(card.metrics) or 'not measured'}",
        f"licence      {card.licence or 'not stated'}",
        *(f"data         {each}" for each in card.attribution),
        f"limits       {card.limits or 'not stated'}",
        "",
        *_tree_lines(card, card.taxonomy()),
        "",
    ]


def _listed(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in figures.items())


def _tree_lines(card: ModelCard, taxonomy: Taxonomy) -> list[str]:
    names = sorted(taxonomy.names, key=lambda each: taxonomy.path(each)[::-1])
    by_size = {name: " (only by size)" if taxonomy[name].needs_size else "" for name in names}
    titles = ["  " * taxonomy.depth(name) + name + by_size[name] for name in names]
    wide = 2 + max(map(len, titles))
    lines = [f"{'class':<{wide}}{'level':<12}{'real train/val/test':<22}{'meshes':<22}rendered"]
    for name, title in zip(names, titles, strict=True):
        line = f"{title:<{wide}}{taxonomy[name].level:<12}"
        if name in card.counts:
            c = card.counts[name]
            real = f"{c.real_train}/{c.real_val}/{c.real_test}"
            mesh = f"{c.mesh_train}/{c.mesh_val}/{c.mesh_test}"
            line += f"{real:<22}{mesh:<22}{c.rendered_train}/{c.rendered_val}/{c.rendered_test}"
        lines.append(line.rstrip())
    return lines
