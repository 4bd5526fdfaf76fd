"""Content Credentials of pictures: signed, read back, and every change found."""

from __future__ import annotations

import io
import json
import random
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from tests.conftest import plain
from vehicle_id.errors import InputError, MissingExtraError
from vehicle_id.output.credentials import LIMITS, PictureSigner, read_credentials
from vehicle_id.report.drawing import png
from vehicle_id.results import Record, Result
from vehicle_id.version import __version__

c2pa = pytest.importorskip("c2pa")
certificates = pytest.importorskip("tests.fixtures.certificates", exc_type=ImportError)
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa  # noqa: E402
from cryptography.x509.oid import ExtendedKeyUsageOID  # noqa: E402

PICTURE = png(Image.fromarray(plain("red", width=64, height=48)))
IMAGERY = {"credit": "PDOK", "licence": "CC BY 4.0"}


def record(path: str = "folder/bus.png") -> Record:
    stated = {"path": path, "label": "bus", "score": 0.9, "sha256": "ab" * 32, "width_px": 20, "height_px": 16}
    return {**Result().to_dict(), **stated, "model": "tiny-1.0", "model_sha256": "cd" * 32, "lon": 4.5}


def sign(files: certificates.Files, *, row: Record | None = None) -> bytes:
    signer = PictureSigner(certificate=files.chain, key=files.key)
    return signer.signed(PICTURE, row or record(), title="00001-bus.png", changes="box drawn", imagery=IMAGERY)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> certificates.Files:
    return certificates.write_chain(tmp_path_factory.mktemp("chain") / "pem")


@pytest.fixture
def signed(files: certificates.Files, tmp_path: Path) -> Path:
    path = tmp_path / "00001-bus.png"
    path.write_bytes(sign(files))
    return path


def test_a_signed_picture_states_its_crop_model_and_answer(signed: Path, files: certificates.Files) -> None:
    found = read_credentials(signed)
    assert (found.state, found.faults, found.signer) == ("intact", (), "Picture desk, A newsroom")
    assert found.tool == f"vehicle-id {__version__}"
    assert found.answer is not None
    assert found.answer["crop"] == {"name": "bus.png", "sha256": "ab" * 32, "width_px": 20, "height_px": 16}
    stated = {"label": "bus", "score": 0.9, "model": "tiny-1.0", "model_sha256": "cd" * 32, "lon": 4.5}
    assert found.answer["answer"] == {**stated, "status": "ok", "reason": "", "flags": []}
    assert found.answer["imagery"] == IMAGERY and found.answer["limits"] == LIMITS
    assert read_credentials(signed, trusted=files.root).state == "trusted"
    assert Image.open(signed).tobytes() == Image.open(io.BytesIO(PICTURE)).tobytes()


def test_the_actions_are_those_that_were_done_and_the_crop_is_the_parent(signed: Path) -> None:
    with c2pa.Reader("image/png", io.BytesIO(signed.read_bytes())) as reader:
        store = json.loads(reader.json())
    manifest = store["manifests"][store["active_manifest"]]
    [crop] = manifest["ingredients"]
    assert (crop["title"], crop["relationship"]) == ("bus.png", "parentOf") and "ab" * 32 in crop["description"]
    [actions] = [each["data"]["actions"] for each in manifest["assertions"] if each["label"].startswith("c2pa.actions")]
    assert [each["action"] for each in actions] == ["c2pa.opened", "c2pa.edited"]
    assert actions[1]["description"] == "box drawn"
    assert {each["softwareAgent"]["name"] for each in actions} == {"vehicle-id"}
    assert not any(
        each["code"].startswith("timeStamp") for each in store["validation_results"]["activeManifest"]["success"]
    )


def test_every_changed_byte_outside_the_manifest_is_found(signed: Path) -> None:
    content = signed.read_bytes()
    start = content.index(b"caBX") - 4
    end = start + 12 + int.from_bytes(content[start : start + 4], "big")
    for place in [*range(start), *range(end, len(content))]:
        changed = bytearray(content)
        changed[place] ^= 1
        signed.write_bytes(changed)
        with suppress(InputError):  # no longer a PNG, or the manifest is no longer found
            assert read_credentials(signed).state == "changed", place


def test_a_manifest_that_was_changed_never_states_something_else(signed: Path) -> None:
    content, stated, draw = signed.read_bytes(), read_credentials(signed), random.Random(7)
    start = content.index(b"caBX") + 4
    end = start + int.from_bytes(content[start - 8 : start - 4], "big")
    states = []
    for _ in range(150):
        changed = bytearray(content)
        changed[draw.randrange(start, end)] ^= draw.randrange(1, 256)
        signed.write_bytes(changed)
        try:
            found = read_credentials(signed)
        except InputError:
            continue
        states.append(found.state)
        assert found.state == "changed" or found == stated  # it has padding that nothing protects
    assert states.count("changed") > 10


def test_another_authority_is_not_trusted(signed: Path, tmp_path: Path) -> None:
    other = certificates.write_chain(tmp_path / "other")
    assert read_credentials(signed, trusted=other.root).state == "intact"


def test_a_name_that_no_text_can_hold_is_stated_with_escapes(files: certificates.Files, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(sign(files, row=record("file:a%FF%0Ab.png")))
    answer = read_credentials(tmp_path / "a.png").answer
    assert answer is not None and answer["crop"]["name"] == "a\\udcff\\nb.png"


@pytest.mark.parametrize("kind", ["P-384", "P-521", "Ed25519", "RSA"])
def test_every_kind_of_key_that_is_allowed_signs(kind: str, tmp_path: Path) -> None:
    keys = {
        "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
        "P-521": lambda: ec.generate_private_key(ec.SECP521R1()),
        "Ed25519": ed25519.Ed25519PrivateKey.generate,
        "RSA": lambda: rsa.generate_private_key(65537, 2048),
    }
    files = certificates.write_chain(tmp_path / "pem", key=keys[kind]())
    (tmp_path / "a.png").write_bytes(sign(files))
    assert read_credentials(tmp_path / "a.png", trusted=files.root).state == "trusted"


def test_files_that_cannot_sign_are_one_sentence(files: certificates.Files, tmp_path: Path) -> None:
    other = certificates.write_chain(tmp_path / "other")
    certificates.write_key(tmp_path / "locked.pem", ec.generate_private_key(ec.SECP256R1()), passphrase=b"x")
    certificates.write_key(tmp_path / "k1.pem", ec.generate_private_key(ec.SECP256K1()))
    cases = {
        (files.chain, other.key): r"the key .*key\.pem is not that of the first certificate in .*chain\.pem",
        (files.chain, tmp_path / "locked.pem"): r"the key .*locked\.pem has a passphrase: write it without one",
        (files.chain, files.chain): r"chain\.pem is no PEM file of a private key",
        (files.key, files.key): r"key\.pem is no PEM file of certificates",
        (tmp_path / "gone.pem", files.key): r"gone\.pem cannot be read: No such file",
        (tmp_path, files.key): r"cannot be read",
    }
    for (certificate, key), message in cases.items():
        with pytest.raises(InputError, match=message):
            PictureSigner(certificate=certificate, key=key)


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    files = certificates.write_chain(tmp_path / "pem", key=ec.generate_private_key(ec.SECP256K1()))
    with pytest.raises(InputError, match="is of a kind that cannot sign: take P-256"):
        PictureSigner(certificate=files.chain, key=files.key)


def test_a_certificate_that_ended_or_is_for_something_else_signs_nothing(tmp_path: Path) -> None:
    for name, options in {"ended": {"days": -1}, "web": {"usage": ExtendedKeyUsageOID.SERVER_AUTH}}.items():
        with pytest.raises(InputError, match=r"the certificate .*chain\.pem (cannot sign pictures|makes no valid)"):
            sign(certificates.write_chain(tmp_path / name, **options))


def test_pictures_without_credentials_and_other_files_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PICTURE)
    with pytest.raises(InputError, match=r"there are no Content Credentials in .*a\.png: it was not signed"):
        read_credentials(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"text")
    with pytest.raises(InputError, match=r"no Content Credentials can be read from .*b\.png"):
        read_credentials(tmp_path / "b.png")
    with pytest.raises(InputError, match=r"c\.pdf does not end in \.png"):
        read_credentials(tmp_path / "c.pdf")
    with pytest.raises(InputError, match=r"gone\.png cannot be read: No such file"):
        read_credentials(tmp_path / "gone.png")


def test_trusted_authorities_that_are_no_certificates_are_one_sentence(signed: Path, tmp_path: Path) -> None:
    for content in (b"\xff\xfe", b"text"):
        (tmp_path / "trust.pem").write_bytes(content)
        with pytest.raises(InputError, match=r"trust\.pem is no PEM file of certificates"):
            read_credentials(signed, trusted=tmp_path / "trust.pem")


def test_without_the_library_the_extra_is_named(
    files: certificates.Files, signed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "c2pa", None)
    with pytest.raises(
        MissingExtraError, match=r"signing pictures needs the extra 'c2pa': pip install 'vehicle-id\[c2pa"
    ):
        PictureSigner(certificate=files.chain, key=files.key)
    with pytest.raises(MissingExtraError, match="the signature of a picture needs the extra 'c2pa'"):
        read_credentials(signed)
