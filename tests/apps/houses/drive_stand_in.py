"""A server that speaks the routes of Google Drive v3 that are used, and misbehaves on demand."""

import hashlib
import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt

FOLDER = "1folderOfTheHouses"
EMAIL = "mirror@nest.iam.example"
PAGE = 3
"""Files of one list: few, so that there are more pages than one."""


class Drive:
    """Folders and files; `faults` holds what the next requests get instead."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.folders = {FOLDER: []}
        self.files = {}
        self.token = "token-1"
        self.signed_in = 0
        self.faults = []
        """(what the path and query hold, fault); each is used once."""
        self.seen = []
        """(path, Range header) of every download."""

    def put(self, id, name, content, folder=FOLDER, mime_type="image/jpeg"):
        self.files[id] = {
            "id": id,
            "name": name,
            "mimeType": mime_type,
            "md5Checksum": hashlib.md5(content).hexdigest(),
            "size": str(len(content)),
            "modifiedTime": datetime(2026, 3, 1, tzinfo=UTC).isoformat().replace("+00:00", "Z"),
            "content": content,
        }
        if id not in self.folders[folder]:
            self.folders[folder].append(id)

    def put_folder(self, id, name):
        self.files[id] = {
            "id": id,
            "name": name,
            "mimeType": "application/vnd.google-apps.folder",
            "modifiedTime": "2026-03-01T00:00:00Z",
        }
        self.folders[FOLDER].append(id)
        self.folders[id] = []

    def remove(self, id):
        del self.files[id]
        for held in self.folders.values():
            if id in held:
                held.remove(id)

    def fault(self, where, **fault):
        self.faults.append((where, fault))

    def take_fault(self, path):
        for n, (where, fault) in enumerate(self.faults):
            if where in path:
                del self.faults[n]
                return fault
        return None

    def credentials(self, url):
        pem = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return {
            "type": "service_account",
            "client_email": EMAIL,
            "private_key": pem.decode(),
            "token_uri": f"{url}/token",
        }

    def certificate(self):
        return self.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    @property
    def drive(self):
        return self.server.drive

    def do_POST(self):
        body = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        if fault := self.drive.take_fault(self.path):
            return self.send(**fault)
        audience = f"http://127.0.0.1:{self.server.server_port}/token"
        claims = jwt.decode(body["assertion"][0], certs=self.drive.certificate(), audience=audience)
        assert claims["iss"] == EMAIL
        assert claims["scope"].endswith("/auth/drive.readonly")
        self.drive.signed_in += 1
        return self.send(200, {"access_token": self.drive.token, "expires_in": 3600})

    def do_GET(self):
        if self.headers.get("authorization") != f"Bearer {self.drive.token}":
            return self.send(401, {"error": {"code": 401}})
        path = self.path
        if "alt=media" in path:
            self.drive.seen.append((urlsplit(path).path, self.headers.get("range")))
        fault = self.drive.take_fault(path)
        if fault and "cut" not in fault and "content" not in fault and "whole" not in fault:
            return self.send(**fault)
        if "alt=media" in path:
            return self.download(urlsplit(path).path.rpartition("/")[2], fault or {})
        return self.list(parse_qs(urlsplit(path).query))

    def list(self, query):
        folder = query["q"][0].split("'")[1]
        assert query["q"][0] == f"'{folder}' in parents and trashed = false"
        if folder not in self.drive.folders:
            return self.send(404, {"error": {"code": 404, "message": "File not found: ."}})
        start = int(query.get("pageToken", ["0"])[0])
        held = self.drive.folders[folder]
        files = [
            {k: v for k, v in self.drive.files[id].items() if k != "content"}
            for id in held[start : start + PAGE]
        ]
        more = {"nextPageToken": str(start + PAGE)} if start + PAGE < len(held) else {}
        return self.send(200, {"files": files} | more)

    def download(self, id, fault):
        """`cut`: so many bytes, then the line breaks. `whole`: it knows no Range."""
        if id not in self.drive.files:
            return self.send(404, {"error": {"code": 404}})
        content = fault.get("content", self.drive.files[id]["content"])
        start = 0
        if (asked := self.headers.get("range")) and not fault.get("whole"):
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            if start >= len(content):
                return self.send(416, {})
        self.send_response(206 if start else 200)
        self.send_header("content-length", str(len(content) - start))
        self.end_headers()
        end = fault.get("cut", len(content))
        self.wfile.write(content[start:end])
        if end < len(content):
            self.close_connection = True
        return None

    def send(self, status, body=None, **headers):
        content = json.dumps(body or {}).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(content)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.drive = Drive()
        self.url = f"http://127.0.0.1:{self.server_port}"
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self._thread.join(10)
        self.server_close()
