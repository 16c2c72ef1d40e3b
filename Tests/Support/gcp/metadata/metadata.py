#!/usr/bin/env python3
"""Stands in for three of Google's servers in tests: the metadata server of a machine, the token endpoint of OAuth, and the
keys that ID tokens are verified by.

As the metadata server (``GCE_METADATA_HOST``): ``/computeMetadata/v1/...``. As the token endpoint: ``POST /token``, for key
files and for refresh tokens. As the key server: ``/certs``.

For tests::

    POST /_stand-in/token    {"audience": "https://x", "claims": {"exp": "-60"}, "algorithm": "none", ...} -> {"token": ...}
    POST /_stand-in/rotate   {"keep": true} -> {"kid": ...}
    POST /_stand-in/faults   {"path": "/token", "status": 503, "times": 2, "retryAfter": "1", "seconds": 0.1}
    POST /_stand-in/settings {"expiresIn": 3599, "maxAge": 3600}
    GET  /_stand-in/key-file, /_stand-in/user-credentials, /_stand-in/requests
"""

import argparse
import collections
import http.server
import json
import os
import secrets
import signal
import sys
import threading
import time
import urllib.parse

from tokens import Issuer, Refused, ServiceAccount

ACCOUNT = "/computeMetadata/v1/instance/service-accounts/"


class StandIn:
    """What the server knows."""

    def __init__(self, issuer, project):
        self.project = project
        self.email = f"tests@{project}.iam.gserviceaccount.com"
        self.issuer = Issuer(issuer, self.email)
        self.account = ServiceAccount(self.email, project)
        self.user = {"client_id": "stand-in.apps.googleusercontent.com", "client_secret": secrets.token_hex(12),
                     "refresh_token": "1//" + secrets.token_hex(20)}  # fmt: skip
        self.settings = {"expiresIn": 3599, "maxAge": 3600}
        self.faults = []
        self.requests = collections.Counter()
        self.lock = threading.Lock()

    def fault(self, path):
        with self.lock:
            self.requests[path] += 1
            for fault in self.faults:
                if fault["times"] > 0 and fault["path"] in path:
                    fault["times"] -= 1
                    return fault
        return None

    def access_token(self):
        return {"access_token": "ya29.stand-in-" + secrets.token_urlsafe(40), "expires_in": self.settings["expiresIn"],
                "token_type": "Bearer"}  # fmt: skip


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        """Nothing: a request may show a token."""

    def do_GET(self):
        self.handle_request(b"")

    def do_POST(self):
        self.handle_request(self.rfile.read(int(self.headers.get("content-length") or 0)))

    def handle_request(self, body):
        url = urllib.parse.urlsplit(self.path)
        stand_in = self.server.stand_in
        if url.path.startswith("/_stand-in/"):
            try:
                return self.control(url.path.removeprefix("/_stand-in/"), json.loads(body or b"{}"))
            except (ValueError, TypeError, KeyError) as error:
                return self.answer_json(400, {"error": str(error)})
        fault = stand_in.fault(url.path)
        if fault:
            time.sleep(fault.get("seconds", 0))
            if fault.get("status"):
                headers = {"Retry-After": str(fault["retryAfter"])} if "retryAfter" in fault else {}
                return self.answer_json(fault["status"], {"error": "stand_in_fault"}, headers)
        query = dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/" or url.path.startswith("/computeMetadata/"):
            return self.metadata(url.path, query)
        if url.path == "/token" and self.command == "POST":
            return self.oauth(dict(urllib.parse.parse_qsl(body.decode(errors="replace"))))
        if url.path == "/certs":
            headers = {"Cache-Control": f"public, max-age={stand_in.settings['maxAge']}, must-revalidate"}
            return self.answer_json(200, stand_in.issuer.key_set(), headers)
        if url.path == "/.well-known/openid-configuration":
            return self.answer_json(200, {"issuer": stand_in.issuer.issuer, "jwks_uri": self.server.url + "/certs"})
        self.answer_json(404, {"error": "not_found"})

    def metadata(self, path, query):
        stand_in = self.server.stand_in
        # The header keeps a browser, or a request that was forged through some server, from reading tokens.
        if path != "/" and (self.headers.get("metadata-flavor") != "Google" or "x-forwarded-for" in self.headers):
            return self.answer(403, "text/html", b"Missing required header: Metadata-Flavor")
        texts = {"/": "computeMetadata/\n", "/computeMetadata/v1/project/project-id": stand_in.project,
                 "/computeMetadata/v1/project/numeric-project-id": "123456789012",
                 "/computeMetadata/v1/universe/universe-domain": "googleapis.com"}  # fmt: skip
        if path in texts:
            return self.answer(200, "application/text", texts[path].encode())
        if not path.startswith(ACCOUNT):
            return self.answer(404, "text/html", b"Not Found")
        account, _, what = path.removeprefix(ACCOUNT).partition("/")
        if account not in ("default", stand_in.email):
            return self.answer(404, "text/html", b"Not Found")
        if what == "token":
            return self.answer_json(200, stand_in.access_token())
        if what == "email":
            return self.answer(200, "application/text", stand_in.email.encode())
        if what == "scopes":
            return self.answer(200, "application/text", b"https://www.googleapis.com/auth/cloud-platform\n")
        if what == "" and query.get("recursive") == "true":
            return self.answer_json(200, {"aliases": ["default"], "email": stand_in.email,
                                          "scopes": ["https://www.googleapis.com/auth/cloud-platform"]})  # fmt: skip
        if what == "identity":
            if "audience" not in query:
                return self.answer(400, "text/html", b"non-empty audience parameter required")
            without = () if query.get("format") == "full" else ("email", "email_verified")
            token = stand_in.issuer.token(query["audience"], without=without)
            return self.answer(200, "text/html", token.encode())
        self.answer(404, "text/html", b"Not Found")

    def oauth(self, form):
        stand_in = self.server.stand_in
        try:
            if form.get("grant_type") == "refresh_token":
                if any(form.get(name) != value for name, value in stand_in.user.items()):
                    raise Refused("Bad Request")
                scope = "https://www.googleapis.com/auth/cloud-platform"
                return self.answer_json(200, {**stand_in.access_token(), "scope": scope})
            if form.get("grant_type") == "urn:ietf:params:oauth:grant-type:jwt-bearer":
                claims = stand_in.account.check(form.get("assertion", ""), self.server.url + "/token")
                if "target_audience" in claims:
                    return self.answer_json(200, {"id_token": stand_in.issuer.token(claims["target_audience"])})
                return self.answer_json(200, stand_in.access_token())
        except Refused as refused:
            return self.answer_json(400, {"error": "invalid_grant", "error_description": str(refused)})
        self.answer_json(400, {"error": "unsupported_grant_type"})

    def control(self, what, body):
        stand_in = self.server.stand_in
        if what == "token":
            return self.answer_json(200, {"token": stand_in.issuer.token(**body)})
        if what == "rotate":
            return self.answer_json(200, {"kid": stand_in.issuer.rotate(**body)})
        if what == "faults":
            with stand_in.lock:
                stand_in.faults.append({"path": "", "times": 1, **body})
            return self.answer_json(200, {})
        if what == "settings":
            stand_in.settings.update(body)
            return self.answer_json(200, stand_in.settings)
        if what == "key-file":
            return self.answer_json(200, stand_in.account.key_file(self.server.url + "/token"))
        if what == "user-credentials":
            # Google's library always asks Google for these; others read where to ask from the file.
            return self.answer_json(200, {"type": "authorized_user", **stand_in.user,
                                          "quota_project_id": stand_in.project,
                                          "token_uri": self.server.url + "/token"})  # fmt: skip
        if what == "requests":
            with stand_in.lock:
                return self.answer_json(200, dict(stand_in.requests))
        self.answer_json(404, {"error": "not_found"})

    def answer_json(self, status, value, headers=None):
        self.answer(status, "application/json", json.dumps(value).encode(), headers)

    def answer(self, status, kind, body, headers=None):
        self.send_response(status)
        for name, value in {"Metadata-Flavor": "Google", "Content-Type": kind, "Content-Length": str(len(body)),
                            **(headers or {})}.items():  # fmt: skip
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    # As many as connect at once; the default of 5 drops some.
    request_queue_size = 256

    def __init__(self, host, port, issuer, project):
        super().__init__((host, port), Handler)
        self.url = f"http://{host}:{self.server_port}"
        self.stand_in = StandIn(issuer, project)

    def handle_error(self, request, client_address):
        # Clients hang up.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0, the default, for a free one")
    parser.add_argument("--port-file", help="the port is written there once the server listens")
    parser.add_argument("--issuer", default="https://accounts.google.com", help="whose tokens are made")
    parser.add_argument("--project", default="event-ledger-tests")
    options = parser.parse_args()
    server = Server(options.host, options.port, options.issuer, options.project)
    if options.port_file:
        with open(options.port_file + ".new", "w") as file:
            file.write(str(server.server_port))
        os.replace(options.port_file + ".new", options.port_file)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    server.serve_forever()


if __name__ == "__main__":
    main()
