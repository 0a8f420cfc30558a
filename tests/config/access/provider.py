"""A small OpenID Connect provider on the loopback, which says whatever a test wants it to."""

import base64
import json
import threading
import time
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt

CLIENT, SECRET = "portico", "the client's secret"


@dataclass
class FakeProvider:
    """`person` is who is signed in there; `token` and `about` overrule what it says."""

    url: str = ""
    person: dict = field(default_factory=dict)
    token: dict = field(default_factory=dict)
    about: dict = field(default_factory=dict)
    down: bool = False
    asked: list[str] = field(default_factory=list)
    grants: dict[str, dict] = field(default_factory=dict)

    def authorize(self, location: str) -> str:
        """What the browser would do there; answers the code."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        code = f"code-{len(self.grants)}"
        self.grants[code] = query
        return code

    def configuration(self, _) -> dict:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def exchange(self, form: dict[str, str]) -> dict | None:
        grant = self.grants.pop(form.get("code", ""), None)
        if grant is None or form.get("client_secret") != SECRET:
            return None
        proof = sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(proof).rstrip(b"=").decode() != grant["code_challenge"]:
            return None
        now = int(time.time())
        said = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60}
        claims = {**said, "nonce": grant["nonce"], **self.person, **self.token}
        token = jwt.encode(claims, "k" * 32, algorithm="HS256", headers={"kid": "1"})
        return {"access_token": "access", "token_type": "Bearer", "id_token": token}

    def userinfo(self, _) -> dict:
        return {**self.person, **self.about}

    def answer(self, path: str, form: dict[str, str]) -> dict | None:
        self.asked.append(path)
        doors = {
            "/.well-known/openid-configuration": self.configuration,
            "/token": self.exchange,
            "/userinfo": self.userinfo,
        }
        return None if self.down or path not in doors else doors[path](form)


def serve(provider: FakeProvider) -> ThreadingHTTPServer:
    """Answers on a free port until `shutdown()`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            length = int(self.headers.get("Content-Length", 0))
            form = parse_qs(self.rfile.read(length).decode())
            said = provider.answer(self.path, {name: values[0] for name, values in form.items()})
            self.send_response(200 if said is not None else 400)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(said or {"error": "invalid_request"}).encode())

        do_POST = do_GET  # noqa: N815  (the name is http.server's)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
