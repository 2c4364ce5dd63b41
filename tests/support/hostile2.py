# SPDX-License-Identifier: MIT
"""A server that speaks just enough HTTP/2, over TLS, to break it at the worst moments.

Frames are written by hand (RFC 9113), so that a script can say to the byte what the client sees.
Header blocks are not decoded: of a request it knows the method, by its place in HPACK's static
table, and the body. `script(request)` is called when a request has arrived whole and returns

    "ok"          an answer, 200
    "drop"        the connection ends, before any byte of an answer
    "abort"       it is reset
    "bye"         it is closed as TLS wants it, with close_notify
    "goaway"      GOAWAY that excludes the request's stream, then closed: it was not acted on
    "goaway-ok"   GOAWAY that includes it, then closed: it may have been
    ("reset", n)  RST_STREAM with that error code; 7 is REFUSED_STREAM

A client that offers no HTTP/2 is answered in HTTP/1.1, one request a connection, stream 0.
"""

import collections
import socket
import ssl
import struct
import subprocess
import threading

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY = 0, 1, 3, 4, 6, 7
END_STREAM, ACK, END_HEADERS, PADDED, PRIORITY = 1, 1, 4, 8, 32
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
METHODS = {0x82: "GET", 0x83: "POST"}

Request = collections.namedtuple("Request", "number connection stream method body")
"""`number` counts from 1 over all connections, in the order of arrival."""


def make_certificate(folder):
    """A certificate for 127.0.0.1 that signs itself: its file, and its key's."""
    certificate, key = folder / "server.crt", folder / "server.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=hostile",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    return certificate, key


class Hostile2:
    def __init__(self, script, certificate, key):
        self.script, self.lock = script, threading.Lock()
        self.requests, self.connections = [], 0
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.context.set_alpn_protocols(["h2", "http/1.1"])
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.socket.close()

    def bodies(self):
        """How often each body arrived."""
        with self.lock:
            return collections.Counter(request.body.decode() for request in self.requests)

    def _accept(self):
        while True:
            try:
                plain, _ = self.socket.accept()
            except OSError:
                return
            plain.settimeout(30)
            threading.Thread(target=self._serve, args=(plain,), daemon=True).start()

    def _serve(self, plain):
        with self.lock:
            self.connections += 1
            connection = self.connections
        try:
            with self.context.wrap_socket(plain, server_side=True) as tls:
                tls.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if tls.selected_alpn_protocol() == "h2":
                    Connection(self, tls, connection).run()
                else:
                    self._answer_plainly(tls, connection)
        except OSError:
            pass
        finally:
            plain.close()


    def _answer_plainly(self, tls, connection):
        head = b""
        while b"\r\n\r\n" not in head:
            part = tls.recv(4096)
            if not part:
                return
            head += part
        with self.lock:
            method = head.split()[0].decode()
            self.requests.append(Request(len(self.requests) + 1, connection, 0, method, b""))
        tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


class Connection:
    def __init__(self, server, tls, number):
        self.server, self.tls, self.number = server, tls, number
        self.streams, self.answered = {}, 0

    def run(self):
        if self._read(len(PREFACE)) != PREFACE:
            return
        self._send(SETTINGS, 0, 0)
        while True:
            head = self._read(9)
            if not head:
                return
            length, kind, flags = int.from_bytes(head[:3], "big"), head[3], head[4]
            stream = int.from_bytes(head[5:], "big") & 0x7fffffff
            payload = self._read(length)
            if not self._take(kind, flags, stream, payload):
                return

    def _take(self, kind, flags, stream, payload):
        """False: the connection ends."""
        if kind == SETTINGS and not flags & ACK:
            self._send(SETTINGS, ACK, 0)
        elif kind == PING and not flags & ACK:
            self._send(PING, ACK, 0, payload)
        elif kind == HEADERS:
            start = (1 if flags & PADDED else 0) + (5 if flags & PRIORITY else 0)
            method = next((METHODS[b] for b in payload[start:start + 4] if b in METHODS), "?")
            self.streams[stream] = [method, b""]
        elif kind == DATA:
            self.streams[stream][1] += payload
        if kind in (HEADERS, DATA) and flags & END_STREAM:
            return self._whole(stream)
        return True

    def _whole(self, stream):
        method, body = self.streams.pop(stream)
        with self.server.lock:
            request = Request(len(self.server.requests) + 1, self.number, stream, method, body)
            self.server.requests.append(request)
        action = self.server.script(request)
        if action == "ok":
            self._send(HEADERS, END_HEADERS | END_STREAM, stream, b"\x88")  # :status 200
            self.answered = stream
        elif action in ("goaway", "goaway-ok"):
            last = stream if action == "goaway-ok" else self.answered
            self._send(GOAWAY, 0, 0, struct.pack(">II", last, 0))
        elif action == "abort":
            self.tls.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif action == "bye":
            self.tls.settimeout(0.2)  # for the client's own close_notify
            self.tls.unwrap()
        elif isinstance(action, tuple):
            self._send(RST_STREAM, 0, stream, struct.pack(">I", action[1]))
        return action == "ok" or isinstance(action, tuple)

    def _send(self, kind, flags, stream, payload=b""):
        head = len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big")
        self.tls.sendall(head + payload)

    def _read(self, length):
        data = b""
        while len(data) < length:
            part = self.tls.recv(length - len(data))
            if not part:
                return b""
            data += part
        return data
