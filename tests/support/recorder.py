# SPDX-License-Identifier: MIT
"""A server that writes down what it gets and answers what it is told.

It binds 127.0.0.1, port 0, and ends with `close()`.
"""

import collections
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Received = collections.namedtuple("Received", "method target headers body")
"""`headers` have lower-case names; `target` and `body` are as they came on the wire."""

Answer = collections.namedtuple("Answer", "status type body headers", defaults=((),))
"""`type` None: no Content-Type. `headers`: further ones, as pairs."""

OK = Answer(200, "application/json", '{"ok":true}')
SILENCE = Answer(0, None, "")  # none at all


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.recorder.take(Received(self.command, self.path, headers, body))
        if answer.status == 0:
            self.server.recorder.ended.wait(60)
            self.close_connection = True
            return
        self.send_response(answer.status)
        if answer.type is not None:
            self.send_header("Content-Type", answer.type)
        for name, value in answer.headers:
            self.send_header(name, value)
        data = answer.body.encode()
        if answer.status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    def log_message(self, *_):
        pass


class Recorder:
    def __init__(self):
        self.lock, self.ended = threading.Lock(), threading.Event()
        self.received, self.answers = [], []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.recorder = self
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def expect(self, answers):
        """Forgets what came; the answers are given in order, the last again and again."""
        with self.lock:
            self.received, self.answers = [], list(answers)

    def take(self, request):
        with self.lock:
            self.received.append(request)
            if len(self.answers) > 1:
                return self.answers.pop(0)
            return self.answers[0] if self.answers else OK

    def close(self):
        self.ended.set()
        self.server.shutdown()
        self.server.server_close()
