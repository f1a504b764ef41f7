"""The AWS CLI as a person calls it, but many calls in one process: starting the program
takes several times longer than what it then does.

Reads calls as lines of JSON, the words after `aws` and the whole environment, and
answers each with a line: what was printed, and the exit code.
"""

import contextlib
import functools
import io
import json
import os
import sys

before = set(os.environ)
from awscli.clidriver import create_clidriver  # noqa: E402

OWN = {name: value for name, value in os.environ.items() if name not in before}  # where its data are

# The descriptions of the services are read once, and not at each call. Version 2 of the AWS
# CLI has a botocore of its own.
session = sys.modules.get("awscli.botocore.session") or sys.modules["botocore.session"]
session.create_loader = functools.cache(session.create_loader)


def call(words, environment):
    os.environ.clear()
    os.environ.update(environment | OWN)
    out, problems = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(problems):
        try:
            code = create_clidriver().main(words)
        except SystemExit as end:
            code = end.code
    return {"stdout": out.getvalue(), "stderr": problems.getvalue(), "exit": code}


for line in sys.stdin:
    print(json.dumps(call(**json.loads(line))), flush=True)
