"""A small client of the Colonies protocol. Needs nothing but Python 3.

    c = Client("http://localhost:8080")
    process = c.call(key, "submitfuncspecmsg", spec={...})

As a program it makes keys:  python3 colonies.py key [PRIVATE_KEY]
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
import sys
import urllib.error
import urllib.request

# --- secp256k1 -----------------------------------------------------------------------------------------------------

P = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
     0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8)


def _double(p):
    """Twice a point, in Jacobian coordinates; no inversion, so a signature costs milliseconds."""
    x, y, z = p
    a = y * y % P
    b = 4 * x * a % P
    c = 3 * x * x % P
    x2 = (c * c - 2 * b) % P
    return x2, (c * (b - x2) - 8 * a * a) % P, 2 * y * z % P


def _add(p, q):
    """A point in Jacobian coordinates and one that is not."""
    if p[2] == 0:
        return q[0], q[1], 1
    x, y, z = p
    zz = z * z % P
    h = (q[0] * zz - x) % P
    r = (q[1] * zz * z - y) % P
    if h == 0:
        return _double(p) if r == 0 else (1, 1, 0)
    hh = h * h % P
    v = x * hh % P
    x3 = (r * r - hh * h - 2 * v) % P
    return x3, (r * (v - x3) - y * hh * h) % P, z * h % P


def _times(k, point):
    result = (1, 1, 0)
    for bit in bin(k)[2:]:
        result = _double(result)
        if bit == "1":
            result = _add(result, point)
    inverse = pow(result[2], -1, P)
    return result[0] * inverse * inverse % P, result[1] * pow(inverse, 3, P) % P


def new_key():
    """A private key: 64 hex digits."""
    return f"{secrets.randbelow(N - 1) + 1:064x}"


def identity(key):
    """The id that belongs to a private key: SHA3-256 of the public key as hex text."""
    x, y = _times(int(key, 16), G)
    return hashlib.sha3_256(f"04{x:064x}{y:064x}".encode()).hexdigest()


def _nonces(secret, digest):
    """RFC 6979: the same message is signed the same way, and no random numbers are needed."""
    seed = secret.to_bytes(32, "big") + (int.from_bytes(digest, "big") % N).to_bytes(32, "big")
    k, v = bytes(32), b"\x01" * 32

    def mac(*parts):
        return hmac.new(k, b"".join(parts), hashlib.sha256).digest()

    for mark in b"\x00", b"\x01":
        k = mac(v, mark, seed)
        v = mac(v)
    while True:
        v = mac(v)
        candidate = int.from_bytes(v, "big")
        if 0 < candidate < N:
            yield candidate
        k = mac(v, b"\x00")
        v = mac(v)


def sign(key, text):
    """The signature of a text: r, s and the recovery id, 130 hex digits."""
    secret, digest = int(key, 16), hashlib.sha3_256(text.encode()).digest()
    for k in _nonces(secret, digest):
        x, y = _times(k, G)
        r = x % N
        s = pow(k, -1, N) * (int.from_bytes(digest, "big") + r * secret) % N
        if r == 0 or s == 0 or x >= N:
            continue
        recovery = y & 1
        if s > N // 2:
            s, recovery = N - s, recovery ^ 1
        return f"{r:064x}{s:064x}{recovery:02x}"


# --- messages ------------------------------------------------------------------------------------------------------


class Refused(Exception):
    """The server said no."""

    def __init__(self, status, message):
        super().__init__(f"{status}: {message}")
        self.status = status


class Unreachable(Exception):
    """The server could not be asked, or its answer did not come; nobody knows whether it did what it was told."""


class Client:
    """Talks to one server."""

    def __init__(self, url, timeout=30):
        self.url = url.rstrip("/") + "/api"
        self.timeout = timeout

    def call(self, key, message, wait=0, **members):
        """Sends a message, and gives what the server answers; it may take wait seconds longer than usual."""
        payload = base64.b64encode(json.dumps({"msgtype": message, **members}).encode()).decode()
        body = json.dumps({"payloadtype": message, "payload": payload, "signature": sign(key, payload)}).encode()
        request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=self.timeout + wait) as answer:
                reply = json.load(answer)
        except urllib.error.HTTPError as error:
            try:
                reply = json.load(error)
                problem = json.loads(base64.b64decode(reply["payload"]))
            except (ValueError, KeyError, OSError) as wrong:
                raise Unreachable(f"{self.url} answered {error.code}, and not in the Colonies protocol") from wrong
            raise Refused(problem["status"], problem["message"]) from None
        except (OSError, ValueError) as error:
            raise Unreachable(f"{self.url}: {error}") from error
        return json.loads(base64.b64decode(reply["payload"]))


def server_url():
    """Where the server is, by the variables that all Colonies clients read."""
    secure = os.environ.get("COLONIES_TLS", "false") == "true"
    host = os.environ.get("COLONIES_SERVER_HOST", "localhost")
    port = os.environ.get("COLONIES_SERVER_PORT", "8080")
    return f"{'https' if secure else 'http'}://{host}:{port}"


def variable(name, standard=None):
    """A variable of the environment; without it and without a standard the program ends."""
    value = os.environ.get(name) or standard
    if value is None:
        sys.exit(f"{name} is not set; see README.md.")
    return value


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or sys.argv[1] != "key":
        sys.exit(__doc__)
    private = sys.argv[2] if len(sys.argv) == 3 else new_key()
    print(f"prvkey={private}\nid={identity(private)}")
