#!/usr/bin/env python3
"""Google's own library judges our tokens, and makes tokens for our verifier to judge.

Reads one JSON object from the standard input and writes one to the standard output:

  {"privateKey": PEM, "keyID": id,   a service account's key
   "assertion": token,               what the library signed with it
   "audience": text,                 whom the assertion is for
   "claims": {...}}                  of the token to make

  {"claims": {...},                  of the assertion, after google-auth has verified its signature
   "token": token}                   the claims signed by google-auth
"""
import base64
import json
import sys

from cryptography.hazmat.primitives import serialization
from google.auth import crypt, jwt


def main():
    order = json.load(sys.stdin)
    key = serialization.load_pem_private_key(order["privateKey"].encode(), password=None)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    header = jwt.decode_header(order["assertion"])
    assert header["kid"] == order["keyID"], "The assertion does not name its key."
    # The test's clock stands, so the times are not for google-auth to check; signature and audience are.
    claims = jwt.decode(order["assertion"], verify=False)
    signed, _, signature = order["assertion"].rpartition(".")
    signature = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    assert crypt.verify_signature(signed.encode(), signature, public), "google-auth refuses the signature."
    assert claims["aud"] == order["audience"], "The assertion is for somebody else."
    signer = crypt.RSASigner.from_string(order["privateKey"], key_id=order["keyID"])
    token = jwt.encode(signer, order["claims"]).decode()
    json.dump({"claims": claims, "token": token}, sys.stdout)


if __name__ == "__main__":
    main()
