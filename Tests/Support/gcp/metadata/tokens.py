"""Keys that rotate, and the tokens that are made with them."""

import hashlib
import hmac
import json
import secrets
import threading
import time

from rsa import Key, base64url, unbase64url


class Refused(Exception):
    """A token or an assertion that is not accepted."""


class Issuer:
    """Makes ID tokens as Google does, and, where a test asks for it, as an attacker would."""

    def __init__(self, issuer, email):
        self.issuer, self.email = issuer, email
        self._lock = threading.Lock()
        self._served = [self._new_key()]
        # Never served: what was signed with it must be refused.
        self._stranger = self._new_key()

    def _new_key(self):
        return Key(secrets.token_hex(20))

    def rotate(self, keep=True):
        """Signs with a new key from now on.

        :param keep: Whether the keys before are served on, as Google does for some days.
        """
        key = self._new_key()
        with self._lock:
            self._served = [key] + (self._served if keep else [])
        return key.kid

    def key_set(self):
        with self._lock:
            return {"keys": [key.jwk() for key in self._served]}

    def token(self, audience=None, claims=None, without=(), header=None, signed="current", algorithm="RS256"):
        """An ID token.

        :param claims: Replace or join the usual ones; ``iat``, ``exp`` and ``nbf`` as seconds, or as texts like ``-60``
            and ``+3600``, seconds from now.
        :param without: Claims that are left out.
        :param header: Replaces or joins the usual header.
        :param signed: ``current``, ``stranger`` (a key that is not served) or ``broken`` (a bit of the signature differs).
        :param algorithm: ``RS256``, ``none``, or ``HS256``: with the public key, which is no secret, as the secret.
        """
        now = int(time.time())
        content = {
            "iss": self.issuer, "aud": audience, "azp": "113774264463038321964", "sub": "113774264463038321964",
            "email": self.email, "email_verified": True, "iat": now, "exp": now + 3600,
        }  # fmt: skip
        content.update({name: _time(name, value, now) for name, value in (claims or {}).items()})
        content = {name: value for name, value in content.items() if name not in without and value is not None}
        with self._lock:
            key = self._stranger if signed == "stranger" else self._served[0]
            shown = self._served[0]
        head = {"alg": algorithm, "kid": shown.kid, "typ": "JWT"}
        head.update(header or {})
        head = {name: value for name, value in head.items() if value is not None}
        message = f"{_encoded(head)}.{_encoded(content)}".encode()
        if algorithm == "none":
            signature = b""
        elif algorithm == "HS256":
            signature = hmac.new(key.public_pem().encode(), message, hashlib.sha256).digest()
        else:
            signature = key.sign(message)
        if signed == "broken" and signature:
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        return f"{message.decode()}.{base64url(signature)}"


class ServiceAccount:
    """An account whose key file was handed out."""

    def __init__(self, email, project):
        self.email, self.project, self.key = email, project, Key(secrets.token_hex(20))

    def key_file(self, token_uri):
        return {
            "type": "service_account", "project_id": self.project, "private_key_id": self.key.kid,
            "private_key": self.key.private_pem(), "client_email": self.email,
            "client_id": "113774264463038321964", "token_uri": token_uri, "universe_domain": "googleapis.com",
        }  # fmt: skip

    def check(self, assertion, token_uri):
        """Checks an assertion as Google's token endpoint does (RFC 7523).

        :returns: Its claims.
        """
        try:
            head, content, signature = assertion.split(".")
            header, claims = json.loads(unbase64url(head)), json.loads(unbase64url(content))
            signature = unbase64url(signature)
        except (ValueError, TypeError) as error:
            raise Refused("Invalid JWT: it is malformed") from error
        now = time.time()
        if header.get("alg") != "RS256" or not self.key.verifies(f"{head}.{content}".encode(), signature):
            raise Refused("Invalid JWT Signature.")
        if claims.get("iss") != self.email:
            raise Refused("Invalid grant: account not found")
        # Google's own library names the public endpoint, whichever the key file says.
        if claims.get("aud") not in (token_uri, "https://oauth2.googleapis.com/token"):
            raise Refused("Invalid JWT: Failed audience check.")
        issued, expires = claims.get("iat", 0), claims.get("exp", 0)
        if expires < now or issued > now + 300 or expires - issued > 3600:
            raise Refused("Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.")
        if not claims.get("scope") and not claims.get("target_audience"):
            raise Refused("Invalid OAuth scope or ID token audience provided.")
        return claims


def _time(name, value, now):
    if name in ("iat", "exp", "nbf") and isinstance(value, str) and value[:1] in "+-":
        return now + int(value)
    return value


def _encoded(value):
    return base64url(json.dumps(value, separators=(",", ":")).encode())
