"""Content Credentials (C2PA 2) of exported pictures: which crop and which model a picture was made from, signed.

The certificate and the key are the user's own. A manifest says that whoever has the key states this, and that no byte
of the picture was changed since. It does not say that the crop is authentic, nor when the picture was signed: a time
stamp would need a service, and nothing here opens a connection. The file of the crop itself is not read here.

Specification: https://c2pa.org/specifications/. Needs the extra `c2pa`.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from vehicle_id.errors import InputError, needs_extra
from vehicle_id.files import read_short
from vehicle_id.results import SIZE_COLUMNS, Record
from vehicle_id.text import path_of, said, visible
from vehicle_id.version import __version__

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

ANSWER: Final = "vehicle_id.answer"
"""Label of the assertion that holds the answer."""
STATED: Final = (
    *("status", "label", "level", "family", "score", "reason", "flags", *SIZE_COLUMNS, "gsd_m", "gsd_source"),
    *("date", "site", "lon", "lat", "model", "model_sha256"),
)
"""Columns of a row that the assertion repeats."""
LIMITS: Final = (
    "States which crop and which model file this picture and this answer were made from. "
    "Does not state that the crop is authentic, nor that the answer is right."
)
PNG: Final = "image/png"
SUFFIXES: Final = {".png": PNG, ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}
"""Pictures whose manifests are read, by the ending of their names."""
LARGEST_PICTURE: Final = 1 << 28
LARGEST_PEM: Final = 1 << 20
CURVES: Final = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
CROP: Final = "crop"
"""Joins the action `c2pa.opened` to its ingredient; not written."""
_SETTINGS: Final[dict[str, Any]] = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_trust": False},
    "builder": {"thumbnail": {"enabled": False}},
}
"""Nothing is fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What the manifest of a picture says, and whether it can be believed."""

    state: Literal["changed", "intact", "trusted"]
    """`intact`: signed, and unchanged since. `trusted`: also by an authority that was named."""
    faults: tuple[str, ...]
    """What is wrong, in the words of the C2PA library."""
    signer: str
    """Name in the certificate, and the organisation; whoever makes a certificate chooses them."""
    tool: str
    """Program that wrote the manifest, with its version."""
    answer: dict[str, Any] | None
    """What vehicle-id stated; None where another program wrote the manifest."""


class PictureSigner:
    """Signs pictures with the user's certificate and key.

    Args:
        certificate: PEM file with the signer's certificate, then those of the authorities up to the root.
        key: PEM file with its private key, without a passphrase.

    Raises:
        MissingExtraError: without the extra `c2pa`.
        InputError: the files cannot be read, do not belong together, or cannot sign a picture.
    """

    def __init__(self, *, certificate: Path, key: Path) -> None:
        with needs_extra("signing pictures", "c2pa"):
            import c2pa
            import cryptography  # noqa: F401  # comes with c2pa
        self._c2pa, self._certificate_path = c2pa, certificate
        self._chain, self._key, self._algorithm = _checked_pair(certificate, key)

    def signed(self, png: bytes, record: Record, *, title: str, changes: str, imagery: dict[str, str | None]) -> bytes:
        """A PNG with its manifest.

        Args:
            png: the picture.
            record: the row of the crop that it shows.
            title: name of the file.
            changes: what was done to the pixels of the crop.
            imagery: credit and licence.

        Raises:
            InputError: no valid manifest can be made with this certificate.
        """
        c2pa, signed = self._c2pa, io.BytesIO()
        definition = json.dumps(_definition(record, title=title, changes=changes, imagery=imagery))
        info = c2pa.C2paSignerInfo(self._algorithm, self._chain, self._key, None)
        try:
            with (
                c2pa.Context.from_dict(_SETTINGS) as context,
                c2pa.Signer.from_info(info) as signer,
                c2pa.Builder(definition, context) as builder,
            ):
                builder.sign(signer, PNG, io.BytesIO(png), signed)
        except c2pa.C2paError as error:
            raise InputError(
                f"the certificate {self._certificate_path} cannot sign pictures: {said(error)}; docs/report.md says "
                "what it needs"
            ) from error
        found = _read(signed.getvalue(), PNG, str(self._certificate_path))
        if found.state == "changed":
            raise InputError(
                f"the certificate {self._certificate_path} makes no valid signature: {'; '.join(found.faults)}"
            )
        return signed.getvalue()


def read_credentials(picture: Path, *, trusted: Path | None = None) -> Credentials:
    """Read the manifest of a picture and compare it with the picture.

    Args:
        picture: a PNG, JPEG or WebP file.
        trusted: PEM file with the certificates of the authorities that are believed. None: the name of the signer is
            not checked.

    Raises:
        MissingExtraError: without the extra `c2pa`.
        InputError: the files cannot be read, or there is no manifest in the picture.
    """
    kind = SUFFIXES.get(picture.suffix.lower())
    if kind is None:
        raise InputError(f"the picture {picture} does not end in {', '.join(SUFFIXES)}")
    anchors = None
    if trusted is not None:
        anchors = _content(trusted, LARGEST_PEM)
        if b"-----BEGIN CERTIFICATE-----" not in anchors:
            raise InputError(f"{trusted} is no PEM file of certificates")
    return _read(_content(picture, LARGEST_PICTURE), kind, str(picture), anchors=anchors)


def _read(content: bytes, kind: str, name: str, *, anchors: bytes | None = None) -> Credentials:
    with needs_extra("reading the signature of a picture", "c2pa"):
        import c2pa
    settings: dict[str, Any] = {**_SETTINGS}
    try:
        if anchors is not None:
            settings["trust"] = {"trust_anchors": anchors.decode()}
            settings["verify"] = {**_SETTINGS["verify"], "verify_trust": True}
        with (
            c2pa.Context.from_dict(settings) as context,
            c2pa.Reader(kind, io.BytesIO(content), context=context) as reader,
        ):
            state, store = reader.get_validation_state(), msgspec.json.decode(reader.json(), type=_Store)
            manifest = store.manifests[store.active_manifest]
    except c2pa.C2paError.ManifestNotFound as error:
        raise InputError(
            f"there are no Content Credentials in {name}: it was not signed, or they were removed"
        ) from error
    except (c2pa.C2paError, ValueError, KeyError, msgspec.MsgspecError) as error:
        raise InputError(f"no Content Credentials can be read from {name}: {said(error)}") from error
    signature, generator = manifest.signature_info, next(iter(manifest.claim_generator_info), _Generator())
    faults = [each for each in store.validation_status if each.code != "signingCredential.untrusted"]
    answers = [each.data for each in manifest.assertions if each.label == ANSWER and isinstance(each.data, dict)]
    return Credentials(
        state="trusted" if state == "Trusted" else "intact" if state == "Valid" else "changed",
        faults=tuple(each.explanation or each.code for each in faults),
        signer=", ".join(filter(None, (signature.common_name, signature.issuer))) or "without a name",
        tool=" ".join(filter(None, (generator.name, generator.version))),
        answer=answers[0] if answers else None,
    )


class _Generator(msgspec.Struct):
    name: str | None = None
    version: str | None = None


class _Signature(msgspec.Struct):
    common_name: str | None = None
    issuer: str | None = None


class _Assertion(msgspec.Struct):
    label: str
    data: Any = None


class _Manifest(msgspec.Struct):
    claim_generator_info: list[_Generator] = []
    assertions: list[_Assertion] = []
    signature_info: _Signature = msgspec.field(default_factory=_Signature)


class _Fault(msgspec.Struct):
    code: str
    explanation: str | None = None


class _Store(msgspec.Struct):
    """What is used of the JSON that the C2PA library makes of the manifests in a picture."""

    active_manifest: str
    manifests: dict[str, _Manifest]
    validation_status: list[_Fault] = []


def _definition(record: Record, *, title: str, changes: str, imagery: dict[str, str | None]) -> dict[str, Any]:
    """The manifest: opened the crop, changed its picture, and what the model answered."""
    agent = {"name": "vehicle-id", "version": __version__}
    crop = {"name": visible(Path(path_of(record["path"])).name), "sha256": record["sha256"]}
    size = {"width_px": record["width_px"], "height_px": record["height_px"]}
    opened = {"action": "c2pa.opened", "softwareAgent": agent, "parameters": {"ingredientIds": [CROP]}}
    edited = {"action": "c2pa.edited", "softwareAgent": agent, "description": changes}
    stated = {name: record[name] for name in STATED if record[name] is not None}
    answer = {"tool": agent, "crop": {**crop, **size}, "answer": stated, "imagery": imagery, "limits": LIMITS}
    return {
        "claim_generator_info": [agent],
        "title": title,
        "format": PNG,
        "ingredients": [
            {
                "label": CROP,
                "title": crop["name"],
                "relationship": "parentOf",
                "description": f"sha256 {crop['sha256']}; its own credentials, if it has any, were not read",
            }
        ],
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [opened, edited]}},
            {"label": ANSWER, "kind": "Json", "data": answer},
        ],
    }


def _checked_pair(certificate: Path, key: Path) -> tuple[bytes, bytes, str]:
    """Chain, key and signature algorithm, as the C2PA library takes them."""
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization as pem

    chain = _content(certificate, LARGEST_PEM)
    try:
        first = x509.load_pem_x509_certificates(chain)[0]
    except ValueError as error:
        raise InputError(f"{certificate} is no PEM file of certificates: {said(error)}") from error
    try:
        private = pem.load_pem_private_key(_content(key, LARGEST_PEM), None)
    except TypeError as error:  # it has a passphrase
        raise InputError(
            f"the key {key} has a passphrase: write it without one for the time that you sign (openssl pkey -in ... "
            "-out ...), and delete that file"
        ) from error
    except ValueError as error:
        raise InputError(f"{key} is no PEM file of a private key: {said(error)}") from error
    if first.public_key() != private.public_key():
        raise InputError(f"the key {key} is not that of the first certificate in {certificate}")
    plain = private.private_bytes(pem.Encoding.PEM, pem.PrivateFormat.PKCS8, pem.NoEncryption())
    return chain, plain, _algorithm(private, key)


def _algorithm(private: PrivateKeyTypes, key: Path) -> str:
    """C2PA 2.1, 13.2: the algorithms that a signature may have."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    if isinstance(private, ec.EllipticCurvePrivateKey) and private.curve.name in CURVES:
        return CURVES[private.curve.name]
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return "ed25519"
    if isinstance(private, rsa.RSAPrivateKey) and private.key_size >= 2048:
        return "ps256"
    raise InputError(
        f"the key {key} is of a kind that cannot sign: take P-256, P-384, P-521, Ed25519, or RSA of 2048 bits"
    )


def _content(path: Path, most: int) -> bytes:
    try:
        return read_short(path, most)
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {said(error)}") from error
