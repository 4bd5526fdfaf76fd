"""A cluster on this machine, once per session, and an object store on loopback; nothing leaves the machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.offline import socket_guard

QUICK = Path(__file__).parent / "quick"
PORTS = ("metrics_agent_port", "metrics_export_port", "runtime_env_agent_port", "dashboard_agent_listen_port")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def own_address() -> str:
    with socket.socket(type=socket.SOCK_DGRAM) as found:
        try:
            found.connect(("198.51.100.1", 9))  # a datagram socket: nothing is sent
        except OSError:
            return "127.0.0.1"
        return str(found.getsockname()[0])


@pytest.fixture(scope="session")
def this_machine() -> Iterator[None]:
    """Processes may talk to others on this machine."""
    before = dict(os.environ)
    os.environ[socket_guard.OWN] = "127.0.0.1,::1,localhost,0.0.0.0,::,"
    own = f"{own_address()},{socket.gethostname()}"
    os.environ[socket_guard.OWN] += f",{own}"
    os.environ["PYTHONPATH"] = os.pathsep.join([str(QUICK), before.get("PYTHONPATH", "")])
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ["RAY_USAGE_STATS_REPORT_URL"] = "http://127.0.0.1:9/"
    os.environ["RAY_BACKEND_LOG_LEVEL"] = "fatal"
    os.environ.update({"RAY_enable_worker_prestart": "0", "RAY_prestart_worker_first_driver": "0"})
    yield
    os.environ.clear()
    os.environ.update(before)


def node_arguments() -> dict[str, Any]:
    """Of a node that starts as little as it can: each process has 15 s, whatever else the machine does."""
    left_out = {"include_dashboard": False, "include_log_monitor": False, "no_monitor": True}
    return {**left_out, "object_store_memory": 80 << 20, **{name: free_port() for name in PORTS}}


def new_cluster(*, num_cpus: int, num_nodes: int = 0) -> tuple[Any, list[Any]]:
    """A head with some CPUs, and nodes of one CPU each. On a machine that is too busy Ray's processes do not start."""
    utils = pytest.importorskip("ray.cluster_utils", reason="needs the extra ray")
    for _ in range(2):
        made = utils.Cluster()
        try:
            made.add_node(num_cpus=num_cpus, **node_arguments())
            return made, [made.add_node(num_cpus=1, **node_arguments()) for _ in range(num_nodes)]
        except Exception as error:  # Ray raises `Exception` itself
            made.shutdown()
            if "timed out during startup" not in str(error):
                raise
    pytest.skip("Ray's processes do not start here in the 15 s that it gives them")


@pytest.fixture(scope="session")
def cluster(this_machine: None) -> Iterator[str]:
    """The address of a cluster with two CPUs on one node."""
    made, _ = new_cluster(num_cpus=2)
    yield made.address
    made.shutdown()


@pytest.fixture(scope="session")
def s3(this_machine: None) -> Iterator[str]:
    """The endpoint of an S3 server on loopback, with a bucket `archive`."""
    pytest.importorskip("s3fs", reason="needs s3fs")
    pytest.importorskip("moto", reason="needs moto")
    port = free_port()
    command = [sys.executable, "-c", f"from moto.server import main; main(['-H', '127.0.0.1', '-p', '{port}'])"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    endpoint = f"http://127.0.0.1:{port}"
    os.environ.update(
        AWS_ENDPOINT_URL=endpoint,
        AWS_ACCESS_KEY_ID="of-a-test",
        AWS_SECRET_ACCESS_KEY="of-a-test",
        AWS_DEFAULT_REGION="us-east-1",
        AWS_EC2_METADATA_DISABLED="true",
    )
    _wait_for(port, server)
    import fsspec

    fsspec.filesystem("s3").mkdir("archive")
    yield endpoint
    server.kill()
    server.wait()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert server.poll() is None, "the server ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not start")
