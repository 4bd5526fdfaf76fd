"""`classify` on terminals wide and narrow, into pipes, and with standard streams closed."""

from __future__ import annotations

import os
import shlex
import struct
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image

from tests.conftest import TINY, plain
from vehicle_id import verify_run
from vehicle_id.cli import app as app_module

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal and a POSIX shell")

CROPS = Path(__file__).parents[2] / "examples" / "crops"
NUM_CROPS = 15
CLASSIFY = [sys.executable, "-m", "vehicle_id.cli", "classify"]
PLAIN_RUN = ["--no-isolate", "--no-manifest"]  # the line about a found manifest would come first
TERMINAL = {"TERM": "xterm-256color"}
PLAIN = ({"TERM": "dumb"}, {"NO_COLOR": "1", **TERMINAL})
ALL = ("stdin", "stdout", "stderr")
SUMMARY = f"{NUM_CROPS} crops by tiny-0.1: "


class Ended(NamedTuple):
    """How a command ended, and what the terminal received."""

    code: int
    shown: str
    piped: str

    @property
    def lines(self) -> list[str]:
        return self.shown.replace("\r\n", "\n").splitlines()


def environment(**env: str) -> dict[str, str]:
    """The environment of the tests, without the variables that describe their terminal."""
    about_terminal = {"NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS", "LINES", "PYTHONIOENCODING", "PYTHONUTF8"}
    return {name: value for name, value in os.environ.items() if name not in about_terminal} | env


def on_terminal(crops: Path, *, columns: int, streams: tuple[str, ...] = ALL, **env: str) -> Ended:
    """Run `classify` in this process with these streams on a pseudo-terminal, the others piped."""
    import fcntl
    import pty
    import termios

    (terminal, theirs), (pipe, end) = pty.openpty(), os.pipe()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with ThreadPoolExecutor(2) as pool:
        shown, piped = pool.submit(_read, terminal), pool.submit(_read, pipe)
        with standard_streams([theirs if name in streams else end for name in ALL]), pytest.MonkeyPatch.context() as us:
            os.close(theirs)
            os.close(end)
            us.setattr(os, "environ", environment(**env))
            us.setattr(sys, "argv", ["vehicle-id", "classify", str(crops), "--model", str(TINY), *PLAIN_RUN])
            with pytest.raises(SystemExit) as stop:
                app_module.main()
    return Ended(stop.value.code, shown.result(), piped.result())


@contextmanager
def standard_streams(ends: list[int]) -> Iterator[None]:
    """Python's standard streams, and descriptors 0, 1 and 2, on these descriptors."""
    with pytest.MonkeyPatch.context() as us, ExitStack() as stack:
        for number, (name, end) in enumerate(zip(ALL, ends, strict=True)):
            before = os.dup(number)
            stack.callback(os.close, before)
            stack.callback(os.dup2, before, number)
            os.dup2(end, number)
            us.setattr(sys, name, stack.enter_context(open(number, "w" if number else "r", closefd=False)))
        yield


def _read(descriptor: int) -> str:
    """Everything from a pipe or terminal, until its other end is closed."""
    parts: list[bytes] = []
    with suppress(OSError):  # Linux raises it for a terminal
        parts.extend(iter(lambda: os.read(descriptor, 1 << 16), b""))
    os.close(descriptor)
    return b"".join(parts).decode()


def in_shell(redirections: str, *options: object, crops: Path = CROPS, **env: str) -> subprocess.CompletedProcess[str]:
    """Run `classify` in a shell that redirects its streams."""
    command = shlex.join(map(str, [*CLASSIFY, crops, "--model", TINY, "--no-manifest", *options]))
    script = f"{{ {command} {redirections}; }}"
    return subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False, env=environment(**env))


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """Crops with names in Cyrillic and in Chinese; the latter takes two columns a character."""
    folder = tmp_path / "crops"
    folder.mkdir()
    for name in ("самосвал", "自卸卡车" * 5):
        Image.fromarray(plain("red")).save(folder / f"{name}.png")
    return folder


@pytest.mark.parametrize("columns", [1, 30, 80, 200])
@pytest.mark.parametrize("env", [TERMINAL, *PLAIN], ids=["colour", "dumb", "no-color"])
def test_on_a_terminal_a_crop_is_one_line_and_nothing_but_text(columns: int, env: dict[str, str]) -> None:
    ended = on_terminal(CROPS, columns=columns, **env)
    assert ended.code == 0
    assert "\x1b" not in ended.shown and "Traceback" not in ended.shown
    rows, summary = ended.lines[: NUM_CROPS + 1], ended.lines[NUM_CROPS + 1 :]
    assert max(map(len, rows)) <= columns
    assert summary[0].startswith(SUMMARY) and len(summary) <= 2


def test_a_narrow_terminal_shows_the_answer_beside_the_end_of_the_name() -> None:
    rows = on_terminal(CROPS, columns=30, **TERMINAL).lines
    assert rows[0].split()[:2] == ["crop", "answer"]
    assert all(row.startswith("...") and row[10:12] == "  " and row[12] != " " for row in rows[1 : NUM_CROPS + 1])


def test_a_wide_terminal_shows_the_reason() -> None:
    rows = on_terminal(CROPS, columns=200, **TERMINAL).lines
    assert all("threshold" in row for row in rows[1 : NUM_CROPS + 1])


@pytest.mark.parametrize("columns", [30, 80])
def test_characters_of_two_columns_stay_on_the_line(foreign: Path, columns: int) -> None:
    from rich.cells import cell_len

    rows = on_terminal(foreign, columns=columns, **TERMINAL).lines[:3]
    assert "вал.png  " in rows[1] and "车.png  " in rows[2]
    assert max(map(cell_len, rows)) <= columns


def test_a_bar_is_drawn_where_the_rows_go_into_a_pipe() -> None:
    ended = on_terminal(CROPS, columns=80, streams=("stderr",), **TERMINAL)
    assert ended.code == 0
    assert len(ended.piped.splitlines()) == NUM_CROPS + 1 and "\x1b" not in ended.piped
    assert f"{NUM_CROPS} crops" in ended.shown and "\x1b" in ended.shown and "haul_truck" not in ended.shown


@pytest.mark.parametrize("env", PLAIN, ids=["dumb", "no-color"])
def test_no_bar_is_drawn_where_plain_text_is_requested(env: dict[str, str]) -> None:
    ended = on_terminal(CROPS, columns=80, streams=("stderr",), **env)
    assert ended.code == 0
    assert "\x1b" not in ended.shown and ended.lines[0].startswith(SUMMARY)


def test_what_is_piped_holds_no_escape_sequence_even_when_colour_is_forced() -> None:
    ended = in_shell("", "--no-isolate", FORCE_COLOR="1", **TERMINAL)
    assert ended.returncode == 0
    assert "\x1b" not in ended.stdout + ended.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_no_error(closed: str, tmp_path: Path) -> None:
    outs = [tmp_path / "r.csv", tmp_path / "r.jsonl"]
    isolate = "--isolate" if closed == "<&- >&- 2>&-" else "--no-isolate"
    ended = in_shell(closed, "--out", outs[0], "--out", outs[1], isolate)
    assert ended.returncode == 0
    assert [len(out.read_text().splitlines()) for out in outs] == [NUM_CROPS + 1, NUM_CROPS]
    assert len(ended.stdout.splitlines()) == (0 if " >&-" in f" {closed}" else NUM_CROPS + 1)
    assert ended.stderr.startswith("" if "2>&-" in closed else SUMMARY) and "Traceback" not in ended.stderr


def test_an_error_keeps_its_code_when_stderr_is_closed() -> None:
    assert in_shell(">&- 2>&-", "--gsd-m", "0").returncode == 3


@pytest.mark.parametrize("closed", ["", "<&- >&- 2>&-"], ids=["open", "closed"])
def test_what_native_code_says_on_stderr_does_not_land_in_the_output(closed: str, tmp_path: Path) -> None:
    """Without a replacement, the output file takes the number of the closed stream."""
    code = (
        "import os, sys; from vehicle_id.cli.streams import prepare_streams; prepare_streams()\n"
        "with open(sys.argv[1], 'wb') as out: os.write(2, b'a warning'); out.write(b'rows')"
    )
    script = shlex.join([sys.executable, "-c", code, str(tmp_path / "out")])
    assert subprocess.run(["sh", "-c", f"{script} {closed}"], capture_output=True, check=False).returncode == 0
    assert (tmp_path / "out").read_bytes() == b"rows"


@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        *({"PYTHONIOENCODING": encoding} for encoding in ("ascii", "cp1252")),
    ],
    ids=lambda env: "-".join(env.values()),
)
def test_names_that_the_encoding_lacks_do_not_end_the_run(foreign: Path, env: dict[str, str]) -> None:
    command = [*CLASSIFY, foreign, "--model", TINY, "--out", foreign.parent / "r.csv", "--no-isolate"]
    ended = subprocess.run(command, capture_output=True, check=False, env=environment(**env))
    assert ended.returncode == 0, ended.stderr
    assert len(ended.stdout.splitlines()) == 3
    assert len((foreign.parent / "r.csv").read_bytes().splitlines()) == 3


def test_a_name_that_the_encoding_lacks_is_written_as_escapes(foreign: Path) -> None:
    ended = in_shell("", "--no-isolate", crops=foreign, PYTHONIOENCODING="latin-1")
    assert r"\u0441\u0430\u043c\u043e\u0441\u0432\u0430\u043b.png" in ended.stdout


def test_a_reader_of_one_line_gets_it_and_the_command_succeeds(tmp_path: Path) -> None:
    ended = in_shell(f"; echo $? > {shlex.quote(str(tmp_path / 'code'))}; }} | {{ head -1")
    assert ended.stdout.split() == ["crop", "answer", "confidence", "size", "reason"]
    assert "Traceback" not in ended.stderr and "Broken" not in ended.stderr
    assert (tmp_path / "code").read_text() == "0\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no device that is always full")
@pytest.mark.parametrize("crops", [CROPS, "gone.jpg"])
def test_messages_that_cannot_be_written_end_no_run(tmp_path: Path, crops: Path | str) -> None:
    out = tmp_path / "r.csv"
    line = [*CLASSIFY, str(crops), "--model", str(TINY), "--no-isolate", "--out", str(out)]
    with open("/dev/full", "w") as full:  # noqa: PTH123
        ended = subprocess.run(line, stderr=full, stdout=subprocess.PIPE, env=environment(), check=False)
    assert ended.returncode == (3 if crops == "gone.jpg" else 0)
    assert crops == "gone.jpg" or verify_run(out).record.complete
