# SPDX-License-Identifier: MIT
"""Servers that misbehave below HTTP, on raw sockets, and count what reached them.

A Hostile server answers by script: a function from a Request to the name of an action, one of
the methods `do_...` below. All bind 127.0.0.1, port 0, and end with `close()`.
"""

import collections
import socket
import struct
import threading

Request = collections.namedtuple("Request", "method target headers body nth total")
Request.__doc__ = """`nth` counts requests on this connection, `total` on this server, from 1."""

BODY = b'{"ok":true}'


def refused_port():
    """A port of 127.0.0.1 where nothing listens: bound, so that no one else gets it."""
    holder = socket.socket()
    holder.bind(("127.0.0.1", 0))
    return holder, holder.getsockname()[1]


class Hostile:
    def __init__(self, script=None, on_accept=None, listener=None):
        self.script = script or (lambda request: "answer")
        self.on_accept = on_accept  # "reset", "close" or "stall": before anything is read
        self.requests = []
        self.connections = 0
        self.lock = threading.Lock()
        self.ended = threading.Event()
        self.open = set()
        self.listener = listener or socket.create_server(("127.0.0.1", 0), backlog=512)
        self.listener.listen(512)
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.ended.set()
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
        with self.lock:
            for connection in self.open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def deliveries(self):
        """How often each (method, target, body) came."""
        with self.lock:
            return collections.Counter((r.method, r.target, r.body) for r in self.requests)

    # ---- the server ----

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                self.connections += 1
                self.open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            if self.on_accept:
                getattr(self, "do_" + self.on_accept)(connection, None)
                return
            with connection.makefile("rb") as stream:
                nth = 0
                while not self.ended.is_set():
                    nth += 1
                    request = self._read(stream, nth)
                    if not request:
                        return
                    if not getattr(self, "do_" + self.script(request))(connection, request):
                        return
        except OSError:
            pass
        finally:
            with self.lock:
                self.open.discard(connection)
            connection.close()

    def _read(self, stream, nth):
        line = stream.readline()
        if not line.strip():
            return None
        method, target, _ = line.decode("latin-1").split(" ", 2)
        headers = {}
        while (line := stream.readline().strip()):
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", 0)))
        with self.lock:
            request = Request(method, target, headers, body, nth, len(self.requests) + 1)
            self.requests.append(request)
        return request

    # ---- actions: true keeps the connection ----

    def do_answer(self, connection, request, body=BODY):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                           b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        return True

    def do_number(self, connection, request):
        """The answer says how many requests came so far."""
        return self.do_answer(connection, request, b'{"number":%d}' % request.total)

    def do_answer_and_close(self, connection, request):
        self.do_answer(connection, request)
        return False

    def do_fail(self, connection, request):
        connection.sendall(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n")
        return True

    def do_turn_away(self, connection, request, more=b""):
        connection.sendall(b"HTTP/1.1 429 Too Many Requests\r\n%sContent-Length: 0\r\n\r\n" % more)
        return True

    def do_turn_away_for_an_hour(self, connection, request):
        return self.do_turn_away(connection, request, b"Retry-After: 3600\r\n")

    def do_see_other(self, connection, request):
        connection.sendall(b"HTTP/1.1 303 See Other\r\nLocation: /seen\r\n"
                           b"Content-Length: 0\r\n\r\n")
        return True

    def do_not_found(self, connection, request):
        connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        return True

    def do_close(self, connection, request):
        return False

    def do_reset(self, connection, request):
        # Linger for 0 seconds: closing sends RST. The stream's own reference is closed after.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False

    def do_stall(self, connection, request):
        self.ended.wait(60)
        return False

    def do_half_head(self, connection, request):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Ty")
        return False

    def do_half_body(self, connection, request):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                           b"Content-Length: 100\r\n\r\n{\"half\":")
        return False

    def do_half_chunked(self, connection, request):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                           b"Transfer-Encoding: chunked\r\n\r\n8\r\n{\"half\":\r\n")
        return False

    def do_stall_in_body(self, connection, request):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                           b"Content-Length: 100\r\n\r\n{\"half\":")
        return self.do_stall(connection, request)

    def do_garbage(self, connection, request):
        connection.sendall(b"\x00\xff\x16\x03 this is not HTTP\r\n\r\n")
        return False


class Proxy:
    """A proxy for plain HTTP that forwards nothing: it notes the request and answers itself."""

    def __init__(self):
        self.server = Hostile()
        self.url = self.server.url
        self.close = self.server.close

    @property
    def targets(self):
        return [request.target for request in self.server.requests]
