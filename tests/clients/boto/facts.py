"""Runs the facts of one service: functions whose docstring is the fact, in the order of the file.

Prints one line of JSON a fact. Nothing is set but what the environment says.
"""

import json
import sys
import traceback

FACTS = []


def fact(function):
    FACTS.append(function)
    return function


def refused(call, code, status, **arguments):
    """The sentence with which the call is refused; asserts its code and status."""
    from botocore.exceptions import ClientError

    try:
        call(**arguments)
    except ClientError as error:
        response = error.response
        found = (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"])
        assert found == (code, status), f"{found} is not {(code, status)}: {error}"
        return response["Error"].get("Message", "")
    raise AssertionError(f"{code} was expected, and nothing was refused")


def run():
    for function in FACTS:
        told = {"fact": function.__doc__}
        try:
            function()
        except Exception:
            told["error"] = traceback.format_exc(limit=4)
        print(json.dumps(told), flush=True)
    sys.exit(0)
