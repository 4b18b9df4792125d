"""One JSON line each way, as worker.ts has it."""

import json
import resource
import sys


def serve(prepare):
    measure = None
    for line in sys.stdin:
        message = json.loads(line)
        try:
            if "prepare" in message:
                measure = prepare(message["prepare"])
                answer = {"ready": True}
            elif "peak" in message:
                answer = {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
            else:
                answer = measure()
        except Exception as error:  # the bench says what a contender could not do
            answer = {"error": repr(error)[:300]}
        sys.stdout.write("@" + json.dumps(answer) + "\n")
        sys.stdout.flush()


def read_network(task):
    with open(task["network"]) as file:
        return json.load(file)
