"""Google's own library judges the stand-in: ``python3 -m unittest discover -s Tests/Support/gcp/metadata``."""

import json
import os
import subprocess
import sys
import threading
import unittest
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from metadata import Server

try:
    import google.auth.exceptions
    import google.auth.transport.requests
    import google.oauth2.credentials
    import google.oauth2.id_token
    import google.oauth2.service_account
    import jwt

    REFUSALS = (ValueError, google.auth.exceptions.GoogleAuthError, jwt.exceptions.PyJWTError)
except ImportError:
    google = None

AUDIENCE = "https://worker.example/run"


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("127.0.0.1", 0, "https://accounts.google.com", "a-project")
        cls.url = cls.server.url
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()

    def get(self, path, headers=None):
        with urllib.request.urlopen(urllib.request.Request(self.url + path, headers=headers or {})) as answer:
            return answer.headers, answer.read().decode()

    def post(self, path, body):
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        with urllib.request.urlopen(urllib.request.Request(self.url + path, data=data)) as answer:
            return json.loads(answer.read())

    def status(self, call):
        with self.assertRaises(urllib.error.HTTPError) as caught:
            call()
        caught.exception.close()
        return caught.exception.code


class PlainTests(Case):
    def test_refuses_requests_without_the_header(self):
        self.assertEqual(self.status(lambda: self.get("/computeMetadata/v1/project/project-id")), 403)
        forwarded = {"Metadata-Flavor": "Google", "X-Forwarded-For": "10.0.0.1"}
        self.assertEqual(self.status(lambda: self.get("/computeMetadata/v1/project/project-id", forwarded)), 403)

    def test_tells_the_project(self):
        headers, text = self.get("/computeMetadata/v1/project/project-id", {"Metadata-Flavor": "Google"})
        self.assertEqual(text, "a-project")
        self.assertEqual(headers["Metadata-Flavor"], "Google")

    def test_fails_as_often_as_it_was_told(self):
        self.post("/_stand-in/faults", {"path": "/certs", "status": 503, "times": 2})
        self.assertEqual([self.status(lambda: self.get("/certs")) for _ in range(2)], [503, 503])
        self.get("/certs")

    def test_counts_requests(self):
        before = json.loads(self.get("/_stand-in/requests")[1]).get("/certs", 0)
        self.get("/certs")
        self.assertEqual(json.loads(self.get("/_stand-in/requests")[1])["/certs"], before + 1)

    def test_refuses_an_assertion_that_somebody_else_signed(self):
        token = self.post("/_stand-in/token", {"audience": self.url + "/token"})["token"]
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": token}
        self.assertEqual(self.status(lambda: self.post("/token", urllib.parse.urlencode(form).encode())), 400)

    def test_keys_are_those_that_openssl_reads(self):
        pem = json.loads(self.get("/_stand-in/key-file")[1])["private_key"]
        try:
            check = subprocess.run(["openssl", "rsa", "-check", "-noout"], input=pem.encode(), capture_output=True)
        except FileNotFoundError:
            self.skipTest("openssl is not installed")
        self.assertIn(b"RSA key ok", check.stdout + check.stderr)


@unittest.skipUnless(google, "google-auth or pyjwt is not installed")
class GoogleAuthTests(Case):
    def setUp(self):
        self.request = google.auth.transport.requests.Request()

    def verify(self, token, audience=AUDIENCE):
        return google.oauth2.id_token.verify_token(
            token, self.request, audience=audience, certs_url=self.url + "/certs"
        )

    def refuses(self, **changes):
        token = self.post("/_stand-in/token", {"audience": AUDIENCE, **changes})["token"]
        with self.assertRaises(REFUSALS):
            self.verify(token)

    def test_reads_metadata(self):
        # google-auth reads the address when it is imported.
        script = (
            "import google.auth, google.auth.transport.requests as t;"
            "from google.auth import compute_engine;"
            "c = compute_engine.Credentials(); r = t.Request(); c.refresh(r);"
            "i = compute_engine.IDTokenCredentials(r, %r, use_metadata_identity_endpoint=True); i.refresh(r);"
            "print(c.service_account_email, c.valid, google.auth.compute_engine._metadata.get_project_id(r), i.token)"
        )
        host = self.url.removeprefix("http://")
        done = subprocess.run(
            [sys.executable, "-c", script % AUDIENCE], capture_output=True, text=True, check=True,
            env={**os.environ, "GCE_METADATA_HOST": host, "GCE_METADATA_IP": host, "GCE_METADATA_TIMEOUT": "60"},
        )  # fmt: skip
        email, valid, project, token = done.stdout.split()
        self.assertEqual((email, valid, project), ("tests@a-project.iam.gserviceaccount.com", "True", "a-project"))
        self.assertEqual(self.verify(token)["aud"], AUDIENCE)

    def test_gets_tokens_for_a_key_file(self):
        info = json.loads(self.get("/_stand-in/key-file")[1])
        credentials = google.oauth2.service_account.Credentials.from_service_account_info(info, scopes=["a"])
        credentials.refresh(self.request)
        self.assertTrue(credentials.valid)

    def test_gets_id_tokens_for_a_key_file(self):
        info = json.loads(self.get("/_stand-in/key-file")[1])
        credentials = google.oauth2.service_account.IDTokenCredentials.from_service_account_info(
            info, target_audience=AUDIENCE
        )
        credentials.refresh(self.request)
        self.assertEqual(self.verify(credentials.token)["email"], info["client_email"])

    def test_gets_tokens_for_a_refresh_token(self):
        info = json.loads(self.get("/_stand-in/user-credentials")[1])
        arguments = {name: info[name] for name in ("client_id", "client_secret", "refresh_token", "token_uri")}
        credentials = google.oauth2.credentials.Credentials(None, **arguments)
        credentials.refresh(self.request)
        self.assertTrue(credentials.valid)
        arguments["refresh_token"] = "1//wrong"
        with self.assertRaises(google.auth.exceptions.RefreshError):
            google.oauth2.credentials.Credentials(None, **arguments).refresh(self.request)

    def test_verifies_a_good_token(self):
        token = self.post("/_stand-in/token", {"audience": AUDIENCE})["token"]
        self.assertEqual(self.verify(token)["iss"], "https://accounts.google.com")

    def test_refuses_bad_tokens(self):
        self.refuses(audience="https://other.example")
        self.refuses(claims={"iat": "-7200", "exp": "-3600"})
        self.refuses(claims={"iat": "+3600", "exp": "+7200"})
        self.refuses(signed="stranger")
        self.refuses(signed="broken")
        self.refuses(algorithm="none")
        self.refuses(algorithm="HS256")
        self.refuses(header={"kid": "unknown"})

    def test_rotates_keys(self):
        old = self.post("/_stand-in/token", {"audience": AUDIENCE})["token"]
        kid = self.post("/_stand-in/rotate", {"keep": True})["kid"]
        new = self.post("/_stand-in/token", {"audience": AUDIENCE})["token"]
        self.assertEqual([key["kid"] for key in json.loads(self.get("/certs")[1])["keys"]][0], kid)
        self.verify(old), self.verify(new)
        self.post("/_stand-in/rotate", {"keep": False})
        with self.assertRaises(REFUSALS):
            self.verify(new)


if __name__ == "__main__":
    unittest.main()
