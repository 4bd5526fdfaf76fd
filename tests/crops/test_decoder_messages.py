"""Replies of a decoder that was taken over: each is the crop that was asked for, a refusal of it, or no reply."""

from __future__ import annotations

import io
import math
import random
import struct
from dataclasses import replace

import numpy as np
import pytest

from vehicle_id.crops import decoder, decoder_messages
from vehicle_id.crops.decoder_messages import BadReplyError, Request, StaleReplyError, Stated, pack_reply, read_reply
from vehicle_id.crops.images import MAX_PIXELS
from vehicle_id.crops.open import DecodedCrop, open_crop
from vehicle_id.errors import CropError
from vehicle_id.results import Status

REQUEST = Request(number=7, chip_px=8, views=2, stated=(Stated(gsd_m=0.5),))
CROP = open_crop(np.full((4, 6, 3), 200, np.uint8), chip_px=8, gsd_m=0.5, views=2)
GOOD = pack_reply(7, [CROP])


class Reader:
    """A stream of bytes that notes the most that was asked of it at once."""

    def __init__(self, data: bytes) -> None:
        self.stream, self.most = io.BytesIO(data), 0

    def __call__(self, num_bytes: int) -> bytes:
        self.most = max(self.most, num_bytes)
        data = self.stream.read(num_bytes)
        if len(data) < num_bytes:
            raise EOFError
        return data


def read_all(data: bytes, request: Request = REQUEST) -> list[DecodedCrop | CropError]:
    reader = Reader(data)
    try:
        return read_reply(reader, request)
    finally:
        assert reader.most <= len(request.stated) << 16


def read(data: bytes) -> DecodedCrop:
    [crop] = read_all(data)
    if isinstance(crop, CropError):
        raise crop
    return crop


def reply(note: bytes, *, number: int = 7, pixels: bytes = bytes(384), num_note: int | None = None) -> bytes:
    notes = b"[" + note + b"]"
    length = len(notes) if num_note is None else num_note
    return struct.pack(">QII", number, length, len(pixels)) + notes + pixels


def test_a_crop_returns_as_it_was() -> None:
    found = read(GOOD)
    assert replace(found, chips=()) == replace(CROP, chips=())
    for mine, theirs in zip(found.chips, CROP.chips, strict=True):
        np.testing.assert_array_equal(mine.pixels, theirs.pixels)
        assert mine.extent_m == theirs.extent_m


def test_the_bands_that_are_shown_return_as_they_were() -> None:
    for bands in ("3,2,1", "2", "65536,1,999"):
        assert read(pack_reply(7, [replace(CROP, bands=bands)])).bands == bands


@pytest.mark.parametrize("bands", [None, (4,), (3, 2, 1), (65535, 65535, 1)])
def test_the_bands_that_are_asked_for_reach_the_decoder(bands: tuple[int, ...] | None) -> None:
    request = replace(REQUEST, stated=(Stated(bands=bands), Stated(gsd_m=0.5)))
    assert decoder_messages.read_request(Reader(request.pack([9, 0]))) == (request, (9, 0))


def test_a_reply_with_other_bands_than_those_asked_for_is_refused() -> None:
    request = replace(REQUEST, stated=(Stated(gsd_m=0.5, bands=(3, 2, 1)),))
    [crop] = read_all(pack_reply(7, [replace(CROP, bands="3,2,1")]), request)
    assert isinstance(crop, DecodedCrop) and crop.bands == "3,2,1"
    for bands in ("1,2,3", "3", None):
        with pytest.raises(BadReplyError):
            read_all(pack_reply(7, [replace(CROP, bands=bands)]), request)


def test_a_refusal_returns_as_it_was() -> None:
    with pytest.raises(CropError) as caught:
        read(pack_reply(7, [CropError(Status.CORRUPT, "half \udc80 a character")]))
    assert (caught.value.status, caught.value.reason) == (Status.CORRUPT, "half \\udc80 a character")
    with pytest.raises(CropError) as caught:
        read(pack_reply(7, [CropError(Status.CORRUPT, "long" * 1000)]))
    assert len(caught.value.reason) == decoder_messages.MAX_REASON_CHARACTERS


PAIR = Request(number=7, chip_px=8, views=2, stated=(Stated(gsd_m=0.5), Stated()))


def test_a_group_returns_in_its_order() -> None:
    other = replace(CROP, gsd_m=None, chips=tuple(replace(chip, extent_m=0.0) for chip in CROP.chips))
    first, second = read_all(pack_reply(7, [CropError(Status.CORRUPT, "x"), other]), PAIR)
    assert isinstance(first, CropError) and isinstance(second, DecodedCrop)
    np.testing.assert_array_equal(second.chips[1].pixels, CROP.chips[1].pixels)


@pytest.mark.parametrize(
    "crops", [[CROP], [CROP] * 3, [CROP, CROP], []], ids=["one", "three", "a distance not stated", "none"]
)
def test_another_group_than_was_sent_is_refused(crops: list[DecodedCrop]) -> None:
    request = replace(PAIR, stated=(Stated(gsd_m=0.5), Stated(gsd_m=0.4))) if len(crops) == 2 else PAIR
    with pytest.raises(BadReplyError):
        read_all(pack_reply(7, crops), request)


NOTE = '{"extents_m":[3.0,3.0],"width_px":6,"height_px":4,"gsd_m":0.5,%s}'
BAD_NOTES = {
    "a width of zero": '{"extents_m":[3.0,3.0],"width_px":0,"height_px":4,"gsd_m":0.5}',
    "a width of 10^30": f'{{"extents_m":[3.0,3.0],"width_px":{10**30},"height_px":4,"gsd_m":0.5}}',
    "a negative width": '{"extents_m":[3.0,3.0],"width_px":-6,"height_px":4,"gsd_m":0.5}',
    "too many pixels": f'{{"extents_m":[3.0,3.0],"width_px":{MAX_PIXELS},"height_px":4,"gsd_m":0.5}}',
    "an extent too few": '{"extents_m":[3.0],"width_px":6,"height_px":4,"gsd_m":0.5}',
    "an infinite extent": '{"extents_m":[3.0,1e999],"width_px":6,"height_px":4,"gsd_m":0.5}',
    "a negative extent": '{"extents_m":[3.0,-3.0],"width_px":6,"height_px":4,"gsd_m":0.5}',
    "an unknown extent": '{"extents_m":[3.0,0.0],"width_px":6,"height_px":4,"gsd_m":0.5}',
    "another distance than stated": '{"extents_m":[3.0,3.0],"width_px":6,"height_px":4,"gsd_m":0.6}',
    "no distance though stated": '{"extents_m":[0.0,0.0],"width_px":6,"height_px":4}',
    "a text for a number": '{"extents_m":[3.0,3.0],"width_px":"6","height_px":4,"gsd_m":0.5}',
    "a flag with a line break": NOTE % r'"flags":["a\n"]',
    "a flag with an escape": NOTE % r'"flags":["\u001b[31m"]',
    "flags by the hundred": NOTE % '"flags":["a"%s]' % (',"a"' * 99),
    "an infinite stretch": NOTE % '"stretch":[0,1e999]',
    "bands with an escape": NOTE % r'"bands":"3,2,1\u001b[31m"',
    "bands with a line break": NOTE % r'"bands":"3,2,1\n"',
    "bands by the thousand": NOTE % '"bands":"1%s"' % (",1" * 1000),
    "a band of many digits": NOTE % '"bands":"%s"' % ("9" * 99),
    "an unknown field": NOTE % '"more":1',
    "an unknown status": NOTE % '"status":"fine"',
    "a status of its parent": '{"status":"crashed","reason":"x"}',
    "pixels beside a refusal": '{"status":"corrupt","reason":"x"}',
    "a long reason": '{"status":"corrupt","reason":"%s"}' % ("x" * 3000),
    "deep nesting": "[" * 60_000,
    "null": "null",
    "nothing": "",
    "half of it": NOTE[:20],
}

NO_PIXELS = ("a status of its parent", "a long reason")


@pytest.mark.parametrize("kind", list(BAD_NOTES))
def test_a_note_that_cannot_be_true_is_refused(kind: str) -> None:
    with pytest.raises(BadReplyError):
        read(reply(BAD_NOTES[kind].encode(), pixels=b"" if kind in NO_PIXELS else bytes(384)))


@pytest.mark.parametrize(
    "data",
    [
        reply(b'{"reason":"\xff\xfe"}'),
        reply(b"{}", num_note=1 << 31),
        struct.pack(">QII", 7, 2, (1 << 32) - 1) + b"{}",
        reply(NOTE[:-4].encode() + b"}", pixels=bytes(385)),
        reply(NOTE[:-4].encode() + b"}", pixels=b""),
    ],
)
def test_wrong_lengths_and_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    with pytest.raises(BadReplyError):
        read(data)


def test_the_reply_to_another_request_is_stale() -> None:
    with pytest.raises(StaleReplyError):
        read(pack_reply(6, [CROP]))


def test_20_000_changed_replies_are_answered_or_refused() -> None:
    rng = random.Random(19)
    texts = [b"1e999", b"NaN", b"-1", b"\xff", b"{", b"[", b'"', b"null", b"9" * 40, b"\\u0000", b"\\ud800", b"ok"]
    ends = dict.fromkeys(("crop", "refusal", "bad", "short"), 0)
    goods = [GOOD, pack_reply(7, [CropError(Status.TRUNCATED, "the file ends early")])]
    for _ in range(20_000):
        data = bytearray(rng.choice(goods))
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(min(len(data), 200))
            if rng.random() < 0.5:
                data[at] = rng.randrange(256)
            else:
                data[at : at + rng.randrange(4)] = rng.choice(texts)
        end = ended(bytes(data))
        ends[end] += 1
    assert min(ends.values()) > 100


def ended(data: bytes) -> str:
    try:
        crop = read(data)
    except CropError as error:
        assert error.status in set(Status) - {Status.OK} and len(error.reason) <= 2000
        return "refusal"
    except BadReplyError:
        return "bad"
    except EOFError:
        return "short"
    assert [chip.pixels.shape for chip in crop.chips] == [(8, 8, 3)] * 2
    assert all(math.isfinite(chip.extent_m) and chip.extent_m > 0 for chip in crop.chips) and crop.gsd_m == 0.5
    assert 0 < crop.width_px * crop.height_px <= MAX_PIXELS
    return "crop"


def test_a_decoder_that_answers_nonsense_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a process that answers every crop with what it should not."""
    from tests.crops.apart import open_apart
    from tests.crops.test_isolation import png
    from vehicle_id.crops.isolation import Decoders

    start = decoder.start_python
    monkeypatch.setattr(decoder, "start_python", lambda _module, _function: start("tests.crops.taken_over", "serve"))
    pool = Decoders(1)
    with pool.one() as one:
        for _ in range(2):
            with pytest.raises(CropError, match="returned no valid answer and was ended") as caught:
                open_apart(one, png())
            assert caught.value.status is Status.CRASHED
        monkeypatch.undo()
        one._discard()
        assert open_apart(one, png()).width_px == 20
    pool.close()
