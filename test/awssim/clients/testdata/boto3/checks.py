"""Checks with boto3, run one after the other in the order they are written in.

This process and the test that started it talk in lines of JSON: this one says
what came of each check and asks for simulated time to pass; the test answers
each request for time with an empty line.
"""

import contextlib
import json
import os
import sys
import traceback

import boto3
from botocore.exceptions import ClientError

MEMBER, CENTRAL, THROTTLED = "111111111111", "222222222222", "333333333333"
PRIMARY, SECONDARY = "eu-central-1", "eu-north-1"
ENDPOINT = os.environ["AWS_ENDPOINT_URL"]

_checks = []


def check(sentence):
    """Makes a function the check that the sentence is true."""

    def register(function):
        _checks.append((sentence, function))
        return function

    return register


def run():
    """Runs all checks. One that fails stops no other."""
    for sentence, function in _checks:
        problem = ""
        try:
            function()
        except Exception:
            problem = traceback.format_exc()
        _say(check=sentence, problem=problem)
    _say(checks=len(_checks))


def _say(**line):
    print(json.dumps(line), flush=True)


def pass_time(seconds):
    """Lets simulated time pass."""
    _say(seconds=seconds)
    sys.stdin.readline()


def pass_time_during(action, seconds):
    """Lets simulated time pass as soon as the next call of the action waits."""
    _say(seconds=seconds, during=action)
    sys.stdin.readline()


def client(service, account=MEMBER, region=PRIMARY):
    """A client of an account: its number is its access key."""
    return boto3.client(service, region_name=region, aws_access_key_id=account, aws_secret_access_key="local")


def equal(got, want):
    assert got == want, f"got {got!r}, want {want!r}"


@contextlib.contextmanager
def raises(exception, code=None, status=400, message=None):
    """Wants this exception with the code, by default its name, and the HTTP
    status. ClientError stands for errors that not every version of boto3 has a
    class for; all others must be of the client's own class, not one above it."""
    try:
        yield
    except ClientError as error:
        assert exception in (ClientError, type(error)), f"{type(error)} is not {exception}"
        equal(error.response["Error"]["Code"], code or exception.__name__)
        equal(error.response["ResponseMetadata"]["HTTPStatusCode"], status)
        if message is not None:
            equal(error.response["Error"]["Message"], message)
        assert error.response["Error"]["Message"], "an error without a message"
        return
    raise AssertionError(f"{exception.__name__} was not raised")


def all_pages(client_, operation, key, page_size, **arguments):
    """What a paginator finds, and on how many pages."""
    pages = client_.get_paginator(operation).paginate(PaginationConfig={"PageSize": page_size}, **arguments)
    found = [page.get(key, []) for page in pages]
    return [item for page in found for item in page], len(found)
