"""The head of an HTML page that makes no request: its style and script are allowed by their hash alone."""

from __future__ import annotations

import base64
import hashlib
import html

from vehicle_id.text import visible


def head(title: str, *, style: str, script: str = "") -> str:
    """The page up to the beginning of its body.

    Args:
        title: may come from a stranger.
        style: of the page, all of it.
        script: that stands in the page; none without it.
    """
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(style=style, script=script)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(visible(title))}</title>\n<style>{style}</style>\n</head><body>\n"
    )


def policy(*, style: str, script: str = "") -> str:
    """What a page may do: show the pictures in it, use this style, and run this script."""
    allowed = [f"style-src 'sha256-{_digest(style)}'"]
    if script:
        allowed.append(f"script-src 'sha256-{_digest(script)}'")
    return f"default-src 'none'; img-src data:; {'; '.join(allowed)}; base-uri 'none'; form-action 'none'"


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
