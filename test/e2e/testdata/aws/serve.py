"""The AWS CLI for many commands of a shell: the program is loaded once, and each call is a
fork of it.

Prints the port that it listens on. A call is a line, in base64: working directory, access
key and the words after `aws`, each ended by a zero byte. The answer are three lines: the
exit code, and what was printed to stdout and stderr, in base64.
"""

import base64
import contextlib
import functools
import io
import os
import signal
import socket
import sys

from awscli.clidriver import create_clidriver

# The descriptions of the services are read once, before the forks. Version 2 of the AWS CLI
# has a botocore of its own.
session = sys.modules.get("awscli.botocore.session") or sys.modules["botocore.session"]
session.create_loader = functools.cache(session.create_loader)
loader = create_clidriver().session.get_component("data_loader")
for service in ("backup", "kms", "rds", "iam", "organizations", "cloudformation", "service-quotas", "resourcegroupstaggingapi"):
    loader.load_service_model(service, "service-2")

signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks


def call(line):
    directory, key, *words = base64.b64decode(line).decode().split("\0")[:-1]
    os.chdir(directory)
    os.environ["AWS_ACCESS_KEY_ID"] = key
    out, problems = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(problems):
        try:
            code = create_clidriver().main(words)
        except SystemExit as end:
            code = end.code
    printed = [base64.b64encode(text.getvalue().encode()) for text in (out, problems)]
    return b"\n".join([str(code).encode(), *printed, b""])


with socket.create_server(("127.0.0.1", 0)) as server:
    print(server.getsockname()[1], flush=True)
    while True:
        connection, _ = server.accept()
        if os.fork() == 0:
            with connection, connection.makefile("rb") as lines:
                connection.sendall(call(lines.readline()))
            os._exit(0)
        connection.close()
