"""``python3 -m unittest discover -s Tests/Support/gcp/fault-proxy``"""

import asyncio
import http.client
import http.server
import json
import os
import socket
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from fault_proxy import Control


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with what it was sent; ``/chunked`` in chunks, ``/until-end`` until the connection ends."""

    protocol_version = "HTTP/1.1"
    seen = []

    def log_message(self, *arguments):
        pass

    def do_POST(self):
        if "chunked" in self.headers.get("transfer-encoding", ""):
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers["content-length"]))
        type(self).seen.append(self.path)
        self.send_response(200)
        if self.path == "/chunked":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for i in range(0, len(body), 1000):
                piece = body[i : i + 1000]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")
        elif self.path == "/until-end":
            self.close_connection = True
            self.end_headers()
            self.wfile.write(body)
        else:
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)


class FaultProxyTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
        cls.server.handle_error = lambda *_: None
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.loop = asyncio.new_event_loop()
        threading.Thread(target=cls.loop.run_forever, daemon=True).start()
        cls.control = asyncio.run_coroutine_threadsafe(Control("127.0.0.1").open(0), cls.loop).result()

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()
        cls.loop.call_soon_threadsafe(cls.loop.stop)

    def setUp(self):
        Echo.seen.clear()
        self.port = self.tell("POST", "/routes", target=f"127.0.0.1:{self.server.server_port}")["port"]
        self.addCleanup(self.tell, "DELETE", f"/routes/{self.port}")
        self.client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.addCleanup(self.client.close)

    def tell(self, method, path, /, **body):
        client = http.client.HTTPConnection("127.0.0.1", self.control)
        client.request(method, path, json.dumps(body))
        answer = client.getresponse()
        value = json.loads(answer.read())
        client.close()
        self.assertEqual(answer.status, 200, value)
        return value

    def fault(self, kind, /, **settings):
        return self.tell("POST", f"/routes/{self.port}/faults", kind=kind, **settings)

    def counters(self):
        return self.tell("GET", f"/routes/{self.port}")["counters"]

    def post(self, path="/", body=b"hello", **options):
        self.client.request("POST", path, body, **options)
        answer = self.client.getresponse()
        return answer.status, answer.read()

    def lost(self, path="/", body=b"hello"):
        with self.assertRaises((OSError, http.client.HTTPException)) as caught:
            self.post(path, body)
        self.client.close()
        return caught.exception

    def test_forwards_every_kind_of_body(self):
        body = os.urandom(300_000)
        for path in ("/", "/chunked", "/until-end", "/"):
            self.assertEqual(self.post(path, body), (200, body))
        pieces = iter([b"a" * 10, b"b" * 70_000])
        self.assertEqual(self.post("/", pieces, encode_chunked=True)[1], b"a" * 10 + b"b" * 70_000)
        self.assertEqual(self.counters()["connections"], 2)

    def test_delays(self):
        self.fault("delay", seconds=0.3)
        start = time.monotonic()
        self.post()
        self.assertGreaterEqual(time.monotonic() - start, 0.3)

    def test_cuts_in_the_middle_of_the_body(self):
        self.fault("cut", bytes=3)
        lost = self.lost()
        self.assertEqual(lost.partial, b"hel")
        self.assertEqual(self.post(), (200, b"hello"))

    def test_resets_without_forwarding(self):
        self.fault("reset")
        self.assertIsInstance(self.lost(), ConnectionResetError)
        self.assertEqual(Echo.seen, [])

    def test_swallows_the_response_of_what_was_done(self):
        self.fault("swallow", path=":commit", times=2)
        self.post("/other")
        self.lost("/a:commit"), self.lost("/b:commit")
        self.post("/c:commit")
        self.assertEqual(Echo.seen, ["/other", "/a:commit", "/b:commit", "/c:commit"])

    def test_answers_by_itself(self):
        self.fault("status", status=429, retryAfter=7)
        self.client.request("POST", "/", b"x")
        answer = self.client.getresponse()
        self.assertEqual((answer.status, answer.headers["Retry-After"]), (429, "7"))
        self.assertEqual(json.loads(answer.read())["error"]["status"], "RESOURCE_EXHAUSTED")
        self.assertEqual(Echo.seen, [])
        self.fault("status", status=503, forward=True)
        self.assertEqual(self.post("/done")[0], 503)
        self.assertEqual(Echo.seen, ["/done"])

    def test_meets_every_third_after_the_first_two(self):
        self.fault("status", status=500, skip=2, every=3, times=2)
        self.assertEqual([self.post()[0] for _ in range(12)], [200] * 4 + [500, 200, 200, 500] + [200] * 4)

    def test_goes_away_and_comes_back(self):
        self.post()
        self.fault("away", seconds=600)
        self.assertIsInstance(self.lost(), OSError)
        self.assertIsInstance(self.lost(), ConnectionRefusedError)
        # Said anew, it counts from then on.
        self.fault("away", seconds=0.2)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                return self.assertEqual(self.post()[0], 200)
            except OSError:
                self.client.close()
                time.sleep(0.05)
        self.fail("it did not come back")

    def test_counts(self):
        fault = self.fault("swallow")
        self.lost()
        report = self.tell("GET", f"/routes/{self.port}")
        self.assertEqual(report["counters"]["swallow"], 1)
        self.assertEqual(report["faults"], [{**fault, "matched": 1, "injected": 1, "left": 0}])
        self.assertEqual(self.tell("DELETE", f"/routes/{self.port}/faults")["faults"], [])

    def test_refuses_faults_that_do_not_exist(self):
        with self.assertRaises(AssertionError):
            self.fault("explode")
        with self.assertRaises(AssertionError):
            self.fault("delay", minutes=3)

    def test_tunnels_other_protocols(self):
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            self.assertTrue(connection.recv(1000))
        self.assertEqual(self.counters()["tunnels"], 1)


if __name__ == "__main__":
    unittest.main()
