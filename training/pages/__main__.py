"""Measure every figure of the docs that depends on the default model, and write it into the pages.

    python -m training.pages [--page counting] [--model NAME] [--data data] [--shared ../shared/data]
    python -m training.pages --docs      only write the pages again from the record
    python -m training.pages --outputs   only write what the commands in the pages print, and the picture of the report

Without options all pages are measured and the outputs written, with the default model. Crops that are missing are made
once in the folder of --data: renders with a fixed seed (a stopped rendering continues), the others from the folder of
--shared. A page whose data are not there is left as it is, with a sentence. Each measurement is kept in pages.json as
soon as it is made; `--resume` leaves out those that are already of this model.

Takes about seven minutes of processor time, and twelve more for the renders where they are not there.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

from training.pages.blocks import BLOCKS, read_record, write_record
from training.pages.data import MissingDataError
from training.pages.measurements import MEASUREMENTS, Place
from training.pages.outputs import OUTPUTS
from training.pages.picture import write_picture
from vehicle_id.model import hub

PAGES = tuple(dict.fromkeys(Path(block.page).stem for block in BLOCKS))


def main() -> None:
    """Read the command line, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--page", action="append", choices=PAGES, help="only the figures of this page; may be repeated")
    parser.add_argument("--only", action="append", choices=MEASUREMENTS, help="only this measurement; may be repeated")
    parser.add_argument("--model", help="published name; default: the default model")
    parser.add_argument("--data", type=Path, default=Path("data"), help="work folder")
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"), help="data sets of others")
    parser.add_argument("--resume", action="store_true", help="leave out what was measured with this model before")
    parser.add_argument("--docs", action="store_true", help="measure nothing, write the pages from the record")
    parser.add_argument("--outputs", action="store_true", help="measure nothing, write the sample outputs")
    options = parser.parse_args()
    model = options.model or hub.read_index()[0].default
    blocks = [block for block in BLOCKS if options.page is None or Path(block.page).stem in options.page]
    if not options.docs and not options.outputs:
        wanted = {name for block in blocks for name in block.measurements}
        chosen = wanted & {*options.only} if options.only else wanted
        measure(Place(model=model, work=options.data, shared=options.shared), chosen, resume=options.resume)
    if not options.outputs:
        record = read_record()
        for block in blocks:
            if all(name in record for name in block.measurements):
                block.write(record)
    if options.outputs or (options.page is None and not options.docs):
        for output in OUTPUTS:
            output.write()
        try:
            write_picture()
        except RuntimeError as error:
            print(error, file=sys.stderr)


def measure(place: Place, names: set[str], *, resume: bool) -> None:
    """Measure, and keep each measurement when it is made; what lacks its data is a sentence."""
    for name, measurement in MEASUREMENTS.items():
        if name not in names or (resume and read_record().get(name, {}).get("model") == place.model):
            continue
        begun = time.process_time()
        try:
            figures = measurement(place)
        except MissingDataError as missing:
            print(f"{name}: left as it is: {missing}", file=sys.stderr, flush=True)
            continue
        day = datetime.now(timezone.utc).date().isoformat()
        write_record({**read_record(), name: {"model": place.model, "measured": day, "figures": figures}})
        print(f"{name}: measured in {time.process_time() - begun:.0f} s of processor time", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
