"""Kill -9 of the listener between storing and acknowledging: the client sends again, and there is one result."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import hl7
import pytest
from django.db import connection
from hl7.client import MLLPClient

from tests.desks.sampling.messages_world import Laboratory, simple
from yinghuo.desks.sampling.models import Message, Result

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "127.0.0.1"


def free_port() -> int:
    with socket.create_server((HERE, 0)) as taken:
        return int(taken.getsockname()[1])


def started(command: list[str], port: int, url: str) -> "subprocess.Popen[bytes]":
    """A listener in its own process, once its port answers."""
    process = subprocess.Popen(command, env=os.environ | {"DATABASE_URL": url})
    for _ in range(300):
        try:
            socket.create_connection((HERE, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return process
    process.kill()
    raise AssertionError("the listener does not answer")


def test_a_message_stored_and_never_acknowledged_is_one_result_when_it_is_sent_again(server_url: str) -> None:
    Laboratory()
    url = server_url.replace("/postgres?", f"/{connection.settings_dict['NAME']}?")
    port = free_port()
    dying = started([sys.executable, "-m", "tests.desks.sampling.messages_dying", str(port)], port, url)
    with MLLPClient(HERE, port) as client, pytest.raises(ConnectionError):
        if client.send_message(simple("M1")) == b"":
            raise ConnectionResetError
    assert dying.wait(10) == -9
    assert (Result.objects.count(), Message.objects.get().times) == (1, 1)
    program = str(Path(sys.executable).parent / "yinghuo")
    living = started([program, "hl7-listen", f"--port={port}"], port, url)
    try:
        with MLLPClient(HERE, port) as client:
            answer = hl7.parse(client.send_message(simple("M1")).decode().strip("\x0b\x1c\r"))
        assert str(answer.segment("MSA")[1]) == "AA"
    finally:
        living.terminate()
        living.wait(20)
    assert (Result.objects.count(), Message.objects.get().times) == (1, 2)
