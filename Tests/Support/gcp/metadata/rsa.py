"""RSA for the stand-in's tokens: signing and checking RS256, and keys in the forms in which they are handed out.

Written out here, so that the stand-in needs nothing but Python. It is good for tests only: neither constant in time nor
careful with its secrets.
"""

import base64
import hashlib
import secrets

_SMALL_PRIMES = [n for n in range(3, 2000, 2) if all(n % d for d in range(3, int(n**0.5) + 1, 2))]
_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unbase64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Key:
    """A private key of 2,048 bits."""

    def __init__(self, kid):
        self.kid = kid
        self.e = 65537
        while True:
            p, q = _prime(1024), _prime(1024)
            if p != q and (p * q).bit_length() == 2048 and (p - 1) * (q - 1) % self.e:
                break
        self.p, self.q, self.n = p, q, p * q
        self.d = pow(self.e, -1, (p - 1) * (q - 1))

    def sign(self, message):
        size = (self.n.bit_length() + 7) // 8
        return pow(int.from_bytes(_padded(message, size), "big"), self.d, self.n).to_bytes(size, "big")

    def verifies(self, message, signature):
        size = (self.n.bit_length() + 7) // 8
        if len(signature) != size:
            return False
        return pow(int.from_bytes(signature, "big"), self.e, self.n).to_bytes(size, "big") == _padded(message, size)

    def jwk(self):
        return {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": self.kid, "n": _number(self.n), "e": _number(self.e)}

    def private_pem(self):
        """PKCS #8, as in Google's key files."""
        p, q, d = self.p, self.q, self.d
        numbers = [0, self.n, self.e, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p)]
        inner = _der(0x30, b"".join(_der_integer(n) for n in numbers))
        return _pem("PRIVATE KEY", _der(0x30, _der_integer(0) + _RSA + _der(0x04, inner)))

    def public_pem(self):
        inner = _der(0x30, _der_integer(self.n) + _der_integer(self.e))
        return _pem("PUBLIC KEY", _der(0x30, _RSA + _der(0x03, b"\0" + inner)))


def _prime(bits):
    while True:
        n = secrets.randbits(bits) | 3 << bits - 2 | 1
        if all(n % p for p in _SMALL_PRIMES) and _is_prime(n):
            return n


def _is_prime(n):
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(8):
        x = pow(secrets.randbelow(n - 3) + 2, odd, n)
        if x in (1, n - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def _padded(message, size):
    """EMSA-PKCS1-v1_5 (RFC 8017, section 9.2)."""
    info = _SHA256 + hashlib.sha256(message).digest()
    return b"\0\1" + b"\xff" * (size - len(info) - 3) + b"\0" + info


def _number(n):
    return base64url(n.to_bytes((n.bit_length() + 7) // 8, "big"))


def _der(tag, content):
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _der_integer(n):
    return _der(0x02, n.to_bytes(n.bit_length() // 8 + 1, "big"))


def _pem(label, data):
    text = base64.b64encode(data).decode()
    lines = "\n".join(text[i : i + 64] for i in range(0, len(text), 64))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n"


_RSA = _der(0x30, bytes.fromhex("06092a864886f70d0101010500"))
