"""The Runtime API of AWS Lambda on loopback: events out, answers in.

Source: "Using the Lambda runtime API for custom runtimes" of AWS's documentation. What
asks it is AWS's own client, `awslambdaric`, in the process of the function.
"""

import contextlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue

from cnnbook.deploy.loopback import Handler, Loopback
from cnnbook.deploy.processes import running

PREFIX = "/2018-06-01/runtime"
ARN = "arn:aws:lambda:eu-central-1:123456789012:function:fashion"
PATIENCE = 60.0  # seconds until a function that says nothing is given up


class RuntimeApi:
    """Hands out events of `ask` and returns what the function answers."""

    def __init__(self):
        self._events, self._answers = Queue(), Queue()
        self._number = 0
        api = self

        class RuntimeHandler(Handler):
            def do_GET(self):
                number, event = api._events.get()
                self.send_response(200)
                deadline = str(int(1000 * (time.time() + 30)))
                self.send_header("Lambda-Runtime-Aws-Request-Id", f"id-{number}")
                self.send_header("Lambda-Runtime-Deadline-Ms", deadline)
                self.send_header("Lambda-Runtime-Invoked-Function-Arn", ARN)
                # without these two, awslambdaric 4.2.2 ends by a segmentation fault
                self.send_header("Lambda-Runtime-Trace-Id", f"Root=1-{number}")
                self.send_header("Content-Type", "application/json")
                self.finish_with(json.dumps(event).encode())

            def do_POST(self):
                kind = self.path.removeprefix(PREFIX).strip("/").split("/")
                api._answers.put((kind, json.loads(self.read_body())))
                self.send_response(202)
                self.finish_with(b"{}")

        self._server = Loopback(RuntimeHandler)
        self.address = f"127.0.0.1:{self._server.server_port}"
        self.stop = self._server.stop

    def ask(self, event: dict) -> tuple[str, dict]:
        """(kind, answer) of the function; kind is "response" or "error"."""
        self._number += 1
        self._events.put((self._number, event))
        kind, body = self.next_answer()
        if kind[:2] != ["invocation", f"id-{self._number}"]:
            raise RuntimeError(f"the function did not answer, it posted {kind}: {body}")
        return kind[2], body

    def next_answer(self) -> tuple[list[str], dict]:
        """(the end of the path, body) of what the function posts next."""
        try:
            return self._answers.get(timeout=PATIENCE)
        except Empty:
            raise RuntimeError(
                f"the function posted nothing in {PATIENCE:g} seconds. Does it import "
                "what it was packed with?"
            ) from None


@contextlib.contextmanager
def started_function(
    package: str | Path, *, handler: str = "handler.handler", memory: int = 1024
) -> Iterator[RuntimeApi]:
    """Run the function in a folder by AWS's client; the API that asks it.

    `memory` is what the function is told that it has, in MB; nothing here limits it.
    """
    api = RuntimeApi()
    variables = {
        "AWS_LAMBDA_RUNTIME_API": api.address,
        "AWS_LAMBDA_FUNCTION_NAME": "fashion",
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": memory,
        "AWS_LAMBDA_LOG_GROUP_NAME": "group",
        "AWS_LAMBDA_LOG_STREAM_NAME": "stream",
        "LAMBDA_TASK_ROOT": package,
    }
    command = ["python3", "-m", "awslambdaric", handler]
    try:
        with running(command, package, variables):
            yield api
    finally:
        api.stop()
