"""Requests for a time stamp: as OpenSSL reads them, and answered by an authority made for the test."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from vehicle_id.output.timestamp import timestamp_request

DIGEST = hashlib.sha256(b"a record").hexdigest()
needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")


def openssl(folder: Path, *arguments: str) -> str:
    ended = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_a_request_in_der() -> None:
    """By hand: a sequence of 61 bytes: version, imprint of sha256, nonce, certificate wanted."""
    found = timestamp_request(DIGEST, nonce=0x80)
    assert found.hex() == "303d0201013031300d060960864801650304020105000420" + DIGEST + "02020080" + "0101ff"


@pytest.mark.parametrize("digest", ["", "ab", "zz" * 32, "ab" * 31])
def test_what_is_no_sha256_is_refused(digest: str) -> None:
    with pytest.raises(ValueError):
        timestamp_request(digest)


@needs_openssl
@pytest.mark.parametrize("nonce", [0, 1, 127, 128, 2**63, 2**64 - 1])
def test_openssl_reads_the_digest_and_the_nonce(tmp_path: Path, nonce: int) -> None:
    (tmp_path / "r.tsq").write_bytes(timestamp_request(DIGEST, nonce=nonce))
    text = openssl(tmp_path, "ts", "-query", "-in", "r.tsq", "-text")
    dumped = re.findall(r"^ +[0-9a-f]{4} - (.{47})", text, re.MULTILINE)
    assert "".join(dumped).replace(" ", "").replace("-", "") == DIGEST
    assert "Hash Algorithm: sha256" in text and "Certificate required: yes" in text
    assert [int(found, 16) for found in re.findall("Nonce: 0x([0-9A-F]+)", text)] == [nonce]


CONFIG = """
[tsa]
default_tsa = t
[t]
serial = serial
signer_digest = sha256
digests = sha256
default_policy = 1.2.3.4
[ext]
extendedKeyUsage = critical,timeStamping
[req]
distinguished_name = name
[name]
"""


@needs_openssl
def test_an_authority_answers_and_its_answer_holds_for_this_digest_alone(tmp_path: Path) -> None:
    (tmp_path / "c.cnf").write_text(CONFIG)
    (tmp_path / "serial").write_text("01\n")
    new = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "2")
    openssl(tmp_path, *new, "-subj", "/CN=test", "-config", "c.cnf", "-extensions", "ext")
    (tmp_path / "r.tsq").write_bytes(timestamp_request(DIGEST))
    signed = ("-signer", "cert.pem", "-inkey", "key.pem", "-config", "c.cnf", "-section", "t")
    openssl(tmp_path, "ts", "-reply", "-queryfile", "r.tsq", *signed, "-out", "r.tsr")
    check = ("ts", "-verify", "-in", "r.tsr", "-CAfile", "cert.pem", "-digest")
    openssl(tmp_path, *check, DIGEST)
    other = subprocess.run(["openssl", *check, "ab" * 32], cwd=tmp_path, capture_output=True, check=False)
    assert other.returncode != 0
