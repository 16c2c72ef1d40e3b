#!/usr/bin/env python3
"""Google's own client judges cloud-tasks-local: ``tasks.py HOST:PORT``, or the address in CLOUD_TASKS_EMULATOR_HOST.

It prints a line for each thing that is not as the service has it, and ends with 1 if there was one.
"""

import datetime
import http.server
import json
import os
import queue
import sys
import threading
import time
import urllib.request
import uuid

from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import tasks_v2
from google.cloud.tasks_v2.services.cloud_tasks.transports.rest import CloudTasksRestTransport
from google.protobuf import duration_pb2, field_mask_pb2, timestamp_pb2


def client(host):
    """The client takes https for granted; its transport can be told otherwise."""
    transport = CloudTasksRestTransport(host=host, credentials=AnonymousCredentials(), url_scheme="http")
    return tasks_v2.CloudTasksClient(transport=transport)


class Worker(http.server.BaseHTTPRequestHandler):
    """Receives tasks; ``/fail/n`` fails n times, each with the status 500."""

    def log_message(self, *arguments):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        received = self.server.received
        received.put((self.path, self.headers, body))
        failures = int(self.path.rsplit("/", 1)[1]) if self.path.startswith("/fail/") else 0
        count = int(self.headers["X-CloudTasks-TaskRetryCount"])
        self.send_response(500 if count < failures else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()


class Judge:
    def __init__(self, host):
        self.host, self.client = host, client(host)
        self.problems = 0
        self.parent = f"projects/judge-{uuid.uuid4().hex[:12]}/locations/europe-west1"
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Worker)
        self.server.received = queue.Queue()
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def check(self, what, is_so):
        if not is_so:
            self.problems += 1
            print(f"not so: {what}")

    def refused(self, what, kind, call):
        try:
            call()
        except kind:
            return
        except Exception as error:
            what = f"{what} ({type(error).__name__}: {error})"
        self.check(what, False)

    def received(self, seconds=60):
        try:
            return self.server.received.get(timeout=seconds)
        except queue.Empty:
            self.check("a task arrives", False)
            return "", {}, b""

    def nothing_received(self, what):
        time.sleep(1)
        self.check(what, self.server.received.empty())

    def eventually(self, what, holds):
        deadline = time.monotonic() + 60
        while not holds():
            if time.monotonic() > deadline:
                return self.check(what, False)
            time.sleep(0.05)

    def exists(self, name):
        try:
            self.client.get_task(name=name)
            return True
        except exceptions.NotFound:
            return False

    def queue(self, name, **settings):
        return self.client.create_queue(parent=self.parent, queue={"name": f"{self.parent}/queues/{name}", **settings})

    def create(self, queue, path="/", name=None, **settings):
        request = {"url": self.url + path, "http_method": tasks_v2.HttpMethod.POST, **settings.pop("request", {})}
        task = {"http_request": request, **settings}
        if name:
            task["name"] = f"{queue.name}/tasks/{name}"
        return self.client.create_task(parent=queue.name, task=task)

    def in_an_hour(self):
        time = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
        stamp = timestamp_pb2.Timestamp()
        stamp.FromDatetime(time)
        return stamp

    # What is judged

    def queues(self):
        made = self.queue("a", rate_limits={"max_dispatches_per_second": 7})
        self.check("a queue has what it was made with", made.rate_limits.max_dispatches_per_second == 7)
        self.check("a queue runs", made.state == tasks_v2.Queue.State.RUNNING)
        self.check("a queue has defaults", made.retry_config.max_attempts == 100)
        self.check("a queue can be got", self.client.get_queue(name=made.name) == made)
        self.refused("a queue exists once", exceptions.Conflict, lambda: self.queue("a"))
        missing = f"{self.parent}/queues/missing"
        self.refused("a queue may be missing", exceptions.NotFound, lambda: self.client.get_queue(name=missing))
        self.refused(
            "no task without a queue", exceptions.NotFound,
            lambda: self.client.create_task(parent=missing, task={"http_request": {"url": self.url}}),
        )  # fmt: skip
        for name in "bcd":
            self.queue(name)
        listed = self.client.list_queues(request={"parent": self.parent, "page_size": 3})
        self.check("queues are listed in pages", [q.name[-1] for q in listed] == ["a", "b", "c", "d"])
        patched = self.client.update_queue(
            queue={"name": made.name, "retry_config": {"max_attempts": -1, "min_backoff": duration_pb2.Duration(seconds=2)}},
            update_mask=field_mask_pb2.FieldMask(paths=["retry_config.max_attempts", "retry_config.min_backoff"]),
        )
        self.check("a mask limits what is patched", patched.rate_limits.max_dispatches_per_second == 7)
        self.check("a patch sets", patched.retry_config.max_attempts == -1)
        self.check("a patch sets durations", patched.retry_config.min_backoff == datetime.timedelta(seconds=2))
        self.check("pausing", self.client.pause_queue(name=made.name).state == tasks_v2.Queue.State.PAUSED)
        self.check("resuming", self.client.resume_queue(name=made.name).state == tasks_v2.Queue.State.RUNNING)
        self.client.delete_queue(name=f"{self.parent}/queues/d")
        self.refused(
            "a deleted queue is gone", exceptions.NotFound,
            lambda: self.client.get_queue(name=f"{self.parent}/queues/d"),
        )  # fmt: skip

    def tasks(self):
        queue = self.queue("tasks")
        later = {"schedule_time": self.in_an_hour(), "request": {"body": b"secret"}}
        made = self.create(queue, name="one", **later)
        self.check("the basic view has no body", made.http_request.body == b"")
        full = self.client.get_task(request={"name": made.name, "response_view": tasks_v2.Task.View.FULL})
        self.check("the full view has the body", full.http_request.body == b"secret")
        self.check("the default deadline is ten minutes", full.dispatch_deadline == datetime.timedelta(minutes=10))
        self.refused("a name is used once", exceptions.Conflict, lambda: self.create(queue, name="one", **later))
        for name in ("two", "three", "four"):
            self.create(queue, name=name, **later)
        listed = [task.name.rsplit("/")[-1] for task in self.client.list_tasks(request={"parent": queue.name, "page_size": 2})]
        self.check("tasks are listed in pages", listed == ["four", "one", "three", "two"])
        self.client.delete_task(name=made.name)
        self.check("a deleted task is gone", not self.exists(made.name))
        self.refused("it is deleted once", exceptions.NotFound, lambda: self.client.delete_task(name=made.name))
        self.refused("its name is remembered", exceptions.Conflict, lambda: self.create(queue, name="one", **later))
        self.client.purge_queue(name=queue.name)
        self.eventually("a purged queue is empty", lambda: not list(self.client.list_tasks(parent=queue.name)))
        self.nothing_received("what was deleted is not sent")
        bad = exceptions.BadRequest
        self.refused("a URL is needed", bad, lambda: self.create(queue, request={"url": "ftp://x"}))
        self.refused("no deadline of a second", bad, lambda: self.create(queue, dispatch_deadline={"seconds": 1}))
        oauth = {"oauth_token": {"service_account_email": "a@b.c"}}
        self.refused("no access tokens", bad, lambda: self.create(queue, request=oauth))

    def dispatching(self):
        queue = self.queue("dispatching", retry_config={"min_backoff": {"nanos": 50_000_000}})
        request = {"body": b"hello", "headers": {"X-Mine": "1", "X-CloudTasks-QueueName": "forged"},
                   "oidc_token": {"service_account_email": "a@b.iam.gserviceaccount.com", "audience": "https://me"}}  # fmt: skip
        made = self.create(queue, "/fail/2", request=request)
        arrivals = [self.received() for _ in range(3)]
        path, headers, body = arrivals[0]
        self.check("the body arrives", (path, body) == ("/fail/2", b"hello"))
        self.check("headers arrive", headers.get("X-Mine") == "1")
        self.check("the queue is told", headers.get("X-CloudTasks-QueueName") == "dispatching")
        self.check("the task is told", headers.get("X-CloudTasks-TaskName") == made.name.rsplit("/")[-1])
        self.check("the agent is told", headers.get("User-Agent") == "Google-Cloud-Tasks")
        self.check("the time is told", abs(float(headers.get("X-CloudTasks-TaskETA", 0)) - time.time()) < 60)
        counts = [headers.get("X-CloudTasks-TaskRetryCount") for _, headers, _ in arrivals]
        self.check("retries are counted", counts == ["0", "1", "2"])
        self.check("the status before is told", arrivals[1][1].get("X-CloudTasks-TaskPreviousResponse") == "500")
        self.token(headers.get("Authorization", ""))
        self.eventually("a task that was done is gone", lambda: not self.exists(made.name))

    def token(self, header):
        """google-auth verifies the token with the key that the server serves."""
        from google.auth.transport.requests import Request
        from google.oauth2 import id_token

        token = header.removeprefix("Bearer ")
        claims = id_token.verify_token(token, Request(), "https://me", certs_url=f"http://{self.host}/certs")
        self.check("the token is the account's", claims["email"] == "a@b.iam.gserviceaccount.com")

    def giving_up(self):
        retry = {"max_attempts": 3, "min_backoff": {"nanos": 20_000_000}, "max_backoff": {"nanos": 20_000_000}}
        queue = self.queue("giving-up", retry_config=retry)
        made = self.create(queue, "/fail/100")
        for _ in range(3):
            self.received()
        self.eventually("a task is given up after its attempts", lambda: not self.exists(made.name))
        self.nothing_received("what was given up is not sent again")

    def pausing(self):
        queue = self.queue("pausing")
        self.client.pause_queue(name=queue.name)
        made = self.create(queue)
        self.nothing_received("a paused queue sends nothing")
        run = self.client.run_task(name=made.name)
        self.check("what is run was sent", run.dispatch_count == 1)
        self.received()
        self.eventually("what was run is gone", lambda: not self.exists(made.name))
        other = self.create(queue, request={"body": b"other"})
        self.client.resume_queue(name=queue.name)
        self.check("a resumed queue sends", self.received()[2] == b"other")
        self.eventually("and the task is gone", lambda: not self.exists(other.name))

    def rates(self):
        queue = self.queue("rates", rate_limits={"max_dispatches_per_second": 20, "max_concurrent_dispatches": 4})
        start = time.monotonic()
        for _ in range(40):
            self.create(queue)
        for _ in range(40):
            self.received()
        # Ten at once, by the burst, and the other thirty at 20 a second.
        self.check("the rate is kept", time.monotonic() - start >= 1.3)

    def faults(self):
        def tell(**fault):
            data = json.dumps(fault).encode()
            urllib.request.urlopen(urllib.request.Request(f"http://{self.host}/_local/faults", data=data)).close()

        queue = self.queue("faults", retry_config={"min_backoff": {"nanos": 50_000_000}})
        tell(kind="create", status=503, done=True, queue=queue.name)
        later = {"schedule_time": self.in_an_hour()}
        # The client tries again by itself, as it does with the service, and then finds the task made.
        self.refused(
            "a create whose answer was lost", (exceptions.ServiceUnavailable, exceptions.Conflict),
            lambda: self.create(queue, name="lost", **later),
        )  # fmt: skip
        self.check("was done all the same", self.exists(f"{queue.name}/tasks/lost"))
        tell(kind="dropResponse", queue=queue.name)
        self.create(queue, request={"body": b"again"})
        self.check("a lost answer is a failure", [self.received()[2] for _ in range(2)] == [b"again"] * 2)
        tell(kind="dispatchTwice", queue=queue.name)
        self.create(queue, request={"body": b"twice"})
        self.check("a task may come twice", [self.received()[2] for _ in range(2)] == [b"twice"] * 2)

    def run(self):
        for part in (self.queues, self.tasks, self.dispatching, self.giving_up, self.pausing, self.rates, self.faults):
            try:
                part()
            except Exception as error:
                self.problems += 1
                print(f"not so: {part.__name__} ended with {type(error).__name__}: {error}")
            while not self.server.received.empty():
                self.server.received.get()
        return self.problems


def main():
    host = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("CLOUD_TASKS_EMULATOR_HOST")
    if not host:
        sys.exit("Give HOST:PORT, or set CLOUD_TASKS_EMULATOR_HOST.")
    sys.exit(1 if Judge(host).run() else 0)


if __name__ == "__main__":
    main()
