# SPDX-License-Identifier: MIT
"""HTTP/2 over TLS against nginx with a certificate of our own, and proxies."""

import shutil
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import hostile
from harness import Case, ids

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin")
OPENSSL = shutil.which("openssl", path="/usr/bin")

CONF = """
daemon off; master_process off; pid {top}/pid; error_log stderr error;
events {{ worker_connections 512; }}
http {{
    log_format seen '$server_protocol $request_method $request_uri $connection';
    access_log {top}/access seen;
    client_body_temp_path {top}/1; proxy_temp_path {top}/2; fastcgi_temp_path {top}/3;
    uwsgi_temp_path {top}/4; scgi_temp_path {top}/5;
    server {{
        listen unix:{top}/unused;
        listen 127.0.0.1:{port} ssl http2;
        ssl_certificate {top}/server.pem; ssl_certificate_key {top}/server.key;
        location / {{ default_type application/json; return 200 '{{"uri":"$request_uri"}}'; }}
    }}
}}
"""


def free_port():
    """nginx cannot say which port it took: ask for a free one just before it starts."""
    holder, port = hostile.refused_port()
    holder.close()
    return port


@unittest.skipUnless(NGINX and OPENSSL, "nginx and openssl are not here")
class Tls(Case):
    mock_options = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = Path(tempfile.mkdtemp(prefix="ovrmnd-nginx-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.certificates()
        cls.port = free_port()
        conf = cls.folder / "nginx.conf"
        conf.write_text(CONF.format(top=cls.folder, port=cls.port))
        cls.nginx = subprocess.Popen([NGINX, "-e", "stderr", "-c", str(conf), "-p",
                                      str(cls.folder)],
                                     stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cls.addClassCleanup(cls.stop)
        for _ in range(200):
            if (cls.folder / "unused").exists():
                break
            time.sleep(0.02)

    @classmethod
    def stop(cls):
        cls.nginx.terminate()
        cls.nginx.wait(10)

    @classmethod
    def certificates(cls):
        """A CA, and a certificate of it for 127.0.0.1."""
        def openssl(*args):
            subprocess.run([OPENSSL, *args], cwd=cls.folder, check=True, capture_output=True)
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2",
                "-subj", "/CN=ovrmnd test CA")
        openssl("req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=x")
        (cls.folder / "ext").write_text("subjectAltName=IP:127.0.0.1")
        openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-out", "server.pem", "-days", "2", "-extfile", "ext")

    def setUp(self):
        super().setUp()
        self.endpoint("/item/{id}", url=f"https://127.0.0.1:{self.port}")
        self.trust = {"SSL_CERT_FILE": str(self.folder / "ca.pem")}

    def access(self):
        return (self.folder / "access").read_text().splitlines()

    def test_a_batch_goes_over_http_2_on_few_connections(self):
        before = len(self.access())
        run = self.batch("api.x", ids(60), "--parallel", "--concurrency", "10", env=self.trust)
        got = self.value(run)
        self.assertEqual([r["data"]["uri"] for r in got], [f"/item/{n}" for n in range(1, 61)])
        lines = [line.split() for line in self.access()[before:]]
        self.assertEqual({protocol for protocol, *_ in lines}, {"HTTP/2.0"})
        self.assertLessEqual(len({connection for *_, connection in lines}), 10)

    def test_a_large_batch_over_http_2_keeps_number_and_order(self):
        run = self.batch("api.x", ids(1500), "--parallel", "--concurrency", "100", "--format",
                         "ndjson", env=self.trust)
        self.assertEqual([r["data"]["uri"] for r in self.lines(run)],
                         [f"/item/{n}" for n in range(1, 1501)])

    def test_without_the_authority_it_fails_and_says_so(self):
        before = len(self.access())
        got = self.value(self.batch("api.x", ids(2)), 1)
        self.assertEqual(self.codes(got), ["API_REQUEST_FAILED"] * 2)
        self.assertRegex(got[0]["error"]["message"].lower(), "certificate")
        self.assertEqual(len(self.access()), before)

    def test_a_certificate_for_another_name_is_refused(self):
        self.endpoint("/item/{id}", url=f"https://localhost:{self.port}")
        got = self.value(self.cli("call", "api.x", "id=1", env=self.trust), 1)
        self.assertRegex(got["error"]["message"].lower(), "certificate|localhost|name")


class Proxies(Case):
    mock_options = None

    def setUp(self):
        super().setUp()
        self.proxy = hostile.Proxy()
        self.addCleanup(self.proxy.close)
        self.endpoint("/a/{id}", url="http://some.invalid:81")

    def test_the_proxy_of_the_environment_gets_the_whole_url(self):
        run = self.batch("api.x", ids(3), env={"http_proxy": self.proxy.url})
        self.assertEqual([r["data"] for r in self.value(run)], [{"ok": True}] * 3)
        self.assertEqual(self.proxy.targets,
                         [f"http://some.invalid:81/a/{n}" for n in (1, 2, 3)])

    def test_all_proxy_and_no_proxy_count_too(self):
        self.good(self.cli("call", "api.x", "id=1", env={"ALL_PROXY": self.proxy.url}))
        self.assertEqual(len(self.proxy.targets), 1)
        run = self.cli("call", "api.x", "id=1", env={"ALL_PROXY": self.proxy.url,
                                                    "NO_PROXY": "some.invalid"})
        self.assertEqual(run.status, 1)
        self.assertEqual(len(self.proxy.targets), 1)

    def test_a_proxy_that_refuses_the_way_through_says_with_what(self):
        refusing = hostile.Hostile(lambda request: "fail")
        self.addCleanup(refusing.close)
        self.endpoint("/a/{id}", method="POST", url="https://some.invalid")
        got = self.value(self.batch("api.x", ids(1), env={"https_proxy": refusing.url}), 1)
        self.assertEqual(self.codes(got), ["API_REQUEST_FAILED"])  # nothing reached the server
        self.assertIn("500", got[0]["error"]["message"])

    def test_a_proxy_that_cannot_be_reached_is_named_and_not_the_server(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # nobody listens there
            port = taken.getsockname()[1]
            for name, scheme, form in (("http_proxy", "http", "http://me:hush@127.0.0.1:{}/"),
                                       ("https_proxy", "https", "127.0.0.1:{}"),
                                       ("HTTPS_PROXY", "https", "me:hush@127.0.0.1:{}"),
                                       ("all_proxy", "http", "socks5h://me:hush@127.0.0.1:{}"),
                                       ("ALL_PROXY", "https", "http://127.0.0.1:{}")):
                self.endpoint("/a/{id}", url=f"{scheme}://some.invalid:81")
                got = self.value(self.cli("call", "api.x", "id=1",
                                          env={name: form.format(port)}), 1)
                self.assertEqual(got["error"]["message"],
                                 "Network error: no connection to the "
                                 f"proxy 127.0.0.1:{port} of {name}: Connection refused")

    def test_a_server_that_refuses_is_not_taken_for_the_proxy(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
            self.endpoint("/a/{id}", url=f"http://127.0.0.1:{port}")
            run = self.cli("call", "api.x", "id=1",
                           env={"http_proxy": "127.0.0.1:1", "no_proxy": "127.0.0.1"})
            self.assertIn(f"Connection refused (127.0.0.1:{port})",
                          self.value(run, 1)["error"]["message"])

    def test_a_proxy_that_does_not_answer_is_named_too(self):
        with socket.socket() as full:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            place = full.getsockname()
            waiting = [socket.socket() for _ in range(4)]
            for one in waiting:
                self.addCleanup(one.close)
                one.setblocking(False)
                one.connect_ex(place)
            run = self.cli("call", "api.x", "id=1", "--connect-timeout", "200ms",
                           env={"http_proxy": "127.0.0.1:%d" % place[1]})
            # Which of the two libcurl says depends on which of its two clocks strikes first.
            self.assertRegex(self.value(run, 1)["error"]["message"],
                             r"no connection (to the proxy \S+ of http_proxy within 200 ms|within "
                             r"200 ms \(some.invalid:81, by way of the proxy \S+ of http_proxy\))")
