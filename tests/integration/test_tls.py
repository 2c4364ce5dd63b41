# SPDX-License-Identifier: MIT
"""TLS: servers are checked always; `tls` of a service file names authorities and who we are."""

import os
import shutil
import ssl
import subprocess
import tempfile
from pathlib import Path

from harness import Case, hostile, ids


def openssl(folder, *args):
    subprocess.run(["openssl", *args], cwd=folder, check=True, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_key(folder, name):
    openssl(folder, "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{name}.key")


def make_authority(folder, name):
    make_key(folder, name)
    openssl(folder, "req", "-x509", "-key", f"{name}.key", "-subj", f"/CN={name}", "-days", "2",
            "-out", f"{name}.pem")


def make_certificate(folder, name, authority, names="IP:127.0.0.1"):
    make_key(folder, name)
    openssl(folder, "req", "-new", "-key", f"{name}.key", "-subj", f"/CN={name}", "-out",
            f"{name}.csr")
    (folder / f"{name}.ext").write_text(f"subjectAltName={names}\n")
    openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{authority}.pem", "-CAkey",
            f"{authority}.key", "-CAcreateserial", "-days", "2", "-extfile", f"{name}.ext",
            "-out", f"{name}.pem")


class Server(hostile.Hostile):
    """A Hostile server over TLS; notes whose certificates clients showed."""

    def __init__(self, folder, name, clients=None, optional=False, script=None):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
        if clients:
            self.context.load_verify_locations(folder / f"{clients}.pem")
            self.context.verify_mode = ssl.CERT_OPTIONAL if optional else ssl.CERT_REQUIRED
        self.peers = []
        self.to = None
        super().__init__(script)
        self.url = self.url.replace("http:", "https:")

    def _serve(self, connection):
        try:
            wrapped = self.context.wrap_socket(connection, server_side=True)
        except OSError:
            connection.close()
            return
        peer = wrapped.getpeercert()
        self.peers.append(dict(pair[0] for pair in peer["subject"])["commonName"] if peer else None)
        super()._serve(wrapped)

    def do_away(self, connection, request):
        connection.sendall(b"HTTP/1.1 307 Away\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
                           % self.to.encode())
        return True


class TlsCase(Case):
    mock_options = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.certs = Path(tempfile.mkdtemp(prefix="ovrmnd-certs-"))
        cls.addClassCleanup(shutil.rmtree, cls.certs, ignore_errors=True)
        for name in ("ours", "theirs"):
            make_authority(cls.certs, name)
        make_certificate(cls.certs, "server", "ours")
        make_certificate(cls.certs, "stranger", "theirs")
        make_certificate(cls.certs, "elsewhere", "ours", "DNS:example.com")
        make_certificate(cls.certs, "client", "ours")

    def serve(self, name="server", **more):
        server = Server(self.certs, name, **more)
        self.addCleanup(server.close)
        return server

    def put(self, *names, into=".ovrmnd/certs"):
        for name in names:
            self.write(f"{into}/{name}", (self.certs / name).read_bytes())
            os.chmod(self.dir / into / name, 0o600)

    def tls(self, text, server, **more):
        return self.endpoint("/x", url=server.url, top=f"tls: {text}", **more)

    def fails(self, server, *words, env=None):
        run = self.cli("call", "api.x", env=env)
        out = self.good(run, 1)
        for word in words:
            self.assertIn(word, out)
        self.assertEqual(server.requests, [], "something was sent")
        return out

    def line(self, run, *words):
        """One line, and below it where."""
        return self.refused(run, 3, *words)


class Authorities(TlsCase):
    def test_an_unknown_server_is_refused(self):
        server = self.serve()
        self.endpoint("/x", url=server.url)
        self.fails(server, "API_REQUEST_FAILED", "certificate")

    def test_nothing_turns_the_check_off(self):
        server = self.serve()
        for extra in ("insecure: true", "verify: false", "rejectUnauthorized: false"):
            self.tls("{ %s }" % extra, server)
            self.line(self.cli("call", "api.x"), "unknown key")
        self.endpoint("/x", url=server.url)
        for option in ("--insecure", "-k"):
            self.refused(self.cli("call", "api.x", option), 2, option)
        self.fails(server, "certificate",
                   env={"NODE_TLS_REJECT_UNAUTHORIZED": "0", "CURL_INSECURE": "1"})

    def test_ca_vouches_for_it(self):
        server = self.serve()
        self.put("ours.pem")
        self.tls("{ ca: certs/ours.pem }", server)
        self.assertEqual(self.value(self.cli("call", "api.x")), {"ok": True})

    def test_ca_is_in_place_of_all_others(self):
        hashed = self.top / "hashed"
        hashed.mkdir()
        shutil.copy(self.certs / "ours.pem", hashed)
        openssl(hashed, "rehash", ".")
        env = {"SSL_CERT_FILE": str(self.certs / "ours.pem"), "SSL_CERT_DIR": str(hashed)}
        server = self.serve()
        self.endpoint("/x", url=server.url)
        self.good(self.cli("call", "api.x", env=env))
        self.put("theirs.pem")
        self.tls("{ ca: certs/theirs.pem }", server)
        server.requests.clear()
        self.fails(server, "certificate", env=env)

    def test_the_wrong_host_is_refused(self):
        server = self.serve("elsewhere")
        self.put("ours.pem")
        self.tls("{ ca: certs/ours.pem }", server)
        self.fails(server, "127.0.0.1")

    def test_another_authoritys_server_is_refused(self):
        server = self.serve("stranger")
        self.put("ours.pem")
        self.tls("{ ca: certs/ours.pem }", server)
        self.fails(server, "certificate")

    def test_a_bench_uses_it(self):
        server = self.serve()
        self.put("ours.pem")
        self.tls("{ ca: certs/ours.pem }", server)
        self.good(self.cli("bench", "api.x", "--batch-file", self.write("i.json", "[{},{}]"),
                           "--variant", "a=", "--variant", "b=--parallel", "--rounds", "2"))
        self.assertEqual(len(server.requests) % 2, 0)
        self.assertGreaterEqual(len(server.requests), 8)

    def test_graphql_too(self):
        server = self.serve(script=lambda request: "data")
        server.do_data = lambda connection, request: connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n"
            b'{"data":{"a":1}}\n') or True
        self.put("ours.pem")
        self.service(f"""
            serviceName: api
            baseUrl: {server.url}
            tls: {{ ca: certs/ours.pem }}
            graphqlEndpoint: /g
            graphqlOperations:
              - {{ name: x, operationType: query, query: "{{ a }}" }}
            """)
        self.assertEqual(self.value(self.cli("call", "api.x")), {"a": 1})


class Identity(TlsCase):
    def test_a_server_that_asks_gets_the_certificate(self):
        server = self.serve(clients="ours")
        self.put("ours.pem", "client.pem", "client.key")
        self.tls("{ ca: certs/ours.pem, cert: certs/client.pem, key: certs/client.key }", server)
        run = self.batch("api.x", ids(3), "--parallel")
        self.assertEqual(self.codes(self.value(run)), ["ok"] * 3)
        self.assertEqual(set(server.peers), {"client"})
        self.assertNotIn(b"chmod", run.err)

    def test_without_one_the_server_refuses(self):
        server = self.serve(clients="ours")
        self.put("ours.pem")
        self.tls("{ ca: certs/ours.pem }", server)
        self.fails(server)

    def test_the_key_may_be_in_the_certificates_file(self):
        server = self.serve(clients="ours")
        self.put("ours.pem")
        both = self.write(".ovrmnd/both.pem", (self.certs / "client.pem").read_bytes()
                          + (self.certs / "client.key").read_bytes())
        os.chmod(both, 0o600)
        self.tls("{ ca: certs/ours.pem, cert: both.pem }", server)
        self.good(self.cli("call", "api.x"))
        self.assertEqual(server.peers, ["client"])

    def test_another_origin_does_not_see_it(self):
        other = self.serve(clients="ours", optional=True)
        server = self.serve(clients="ours", script=lambda request: "away")
        server.to = other.url + "/there"
        self.put("ours.pem", "client.pem", "client.key")
        self.tls("{ ca: certs/ours.pem, cert: certs/client.pem, key: certs/client.key }", server)
        self.good(self.batch("api.x", ids(3)))
        self.assertEqual(set(server.peers), {"client"})
        self.assertEqual(set(other.peers), {None})

    def test_a_cached_response_is_anothers(self):
        server = self.serve(clients="ours")
        make_certificate(self.certs, "second", "ours")
        self.put("ours.pem", "client.pem", "client.key", "second.pem", "second.key")
        text = "{ ca: certs/ours.pem, cert: certs/%s.pem, key: certs/%s.key }"
        for name in ("client", "client", "second"):
            self.tls(text % (name, name), server, extra="cacheTTL: 100")
            self.good(self.cli("call", "api.x"))
        self.assertEqual(server.peers, ["client", "second"])

    def test_a_key_that_others_can_read_is_warned_of(self):
        server = self.serve(clients="ours")
        self.put("ours.pem", "client.pem", "client.key")
        os.chmod(self.dir / ".ovrmnd/certs/client.key", 0o644)
        self.tls("{ ca: certs/ours.pem, cert: certs/client.pem, key: certs/client.key }", server)
        run = self.cli("call", "api.x")
        self.good(run)
        self.assertIn(b"others than you", run.err)
        self.assertIn(b".ovrmnd/api.yaml:3:", run.err)


class BadFiles(TlsCase):
    """All told before anything is sent, with the place of the key."""

    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.put("ours.pem", "client.pem", "client.key")

    def bad(self, text, *words, env=None):
        self.tls(text, self.server)
        err = self.line(self.cli("call", "api.x", env=env), ".ovrmnd/api.yaml:3:", *words)
        self.assertEqual(self.server.connections, 0)
        return err

    def test_a_file_that_is_not_there(self):
        self.bad("{ ca: certs/none.pem }", "'ca'", ".ovrmnd/certs/none.pem", "No such file")
        self.bad("{ cert: certs/client.pem, key: none.key }", "'key'", "No such file")

    def test_a_folder_or_a_pipe(self):
        os.mkfifo(self.dir / ".ovrmnd/pipe")
        self.bad("{ ca: certs }", "'ca'")
        self.bad("{ ca: pipe }", "'ca'")
        self.bad("{ ca: /dev/zero }", "'ca'")

    def test_what_is_no_certificate(self):
        self.write(".ovrmnd/text.pem", "hello\n")
        self.bad("{ ca: text.pem }", "not PEM", "-----BEGIN")

    def test_a_key_without_a_certificate(self):
        self.bad("{ key: certs/client.key }", "'key' needs 'cert'")

    def test_a_certificate_without_a_key(self):
        self.bad("{ cert: certs/client.pem }", "no private key")
        self.bad("{ cert: certs/client.pem, key: certs/ours.pem }", "no private key")

    def test_a_key_with_a_passphrase(self):
        openssl(self.certs, "pkcs8", "-topk8", "-in", "client.key", "-out", "locked.key",
                "-passout", "pass:hush")
        self.put("locked.key")
        self.bad("{ cert: certs/client.pem, key: certs/locked.key }", "passphrase")

    def test_a_key_of_another_certificate(self):
        self.put("server.key")
        self.tls("{ ca: certs/ours.pem, cert: certs/client.pem, key: certs/server.key }",
                 self.server)
        self.fails(self.server, "API_REQUEST_FAILED")

    def test_variables_are_filled_in(self):
        self.tls("{ ca: '${CA}' }", self.server)
        self.good(self.cli("call", "api.x", env={"CA": str(self.certs / "ours.pem")}))
        self.server.connections = 0
        self.assertIn("CA is not defined", self.refused(self.cli("call", "api.x"), 3))
        self.bad("{ ca: '${CA}' }", "empty", env={"CA": ""})

    def test_paths_that_are_no_text(self):
        for value in ("1", "[a]", "''", "'a\nb'"):
            self.tls("{ ca: %s }" % value, self.server)
            self.line(self.cli("call", "api.x"), "'ca'")


class Whose(TlsCase):
    """A project's files may be anybody's; the user's own are not."""

    def setUp(self):
        super().setUp()
        self.server = self.serve(clients="ours")
        self.put("ours.pem")
        self.put("client.pem", "client.key", into="../home/certs")
        self.own = self.home / "certs"

    def refuse(self, cert, env=None):
        self.tls("{ ca: certs/ours.pem, cert: '%s' , key: '%s' }" % cert, self.server)
        self.line(self.cli("call", "api.x", env=env), "leads out of the project")
        self.assertEqual(self.server.connections, 0)

    def test_a_project_cannot_name_the_users_certificate(self):
        self.refuse((self.own / "client.pem", self.own / "client.key"))
        self.refuse(("../../home/certs/client.pem", "../../home/certs/client.key"))
        self.refuse(("${HOME}/certs/client.pem", "${HOME}/certs/client.key"))

    def test_nor_by_a_link(self):
        for name in ("client.pem", "client.key"):
            (self.dir / ".ovrmnd" / name).symlink_to(self.own / name)
        self.refuse(("client.pem", "client.key"))

    def test_nor_by_its_dot_env(self):
        self.write(".env", f"MY_CERT={self.own}/client.pem\nMY_KEY={self.own}/client.key\n")
        self.refuse(("${MY_CERT}", "${MY_KEY}"))

    def test_a_variable_that_the_user_sets_may(self):
        self.tls("{ ca: certs/ours.pem, cert: '${MY_CERT}', key: '${MY_KEY}' }", self.server)
        self.good(self.cli("call", "api.x", env={"MY_CERT": str(self.own / "client.pem"),
                                                 "MY_KEY": str(self.own / "client.key")}))
        self.assertEqual(self.server.peers, ["client"])

    def test_the_users_own_services_and_a_named_folder_may(self):
        text = (self.tls("{ ca: '%s', cert: '%s', key: '%s' }" % (
            self.certs / "ours.pem", self.own / "client.pem", self.own / "client.key"),
            self.server)).read_text()
        (self.dir / ".ovrmnd/api.yaml").unlink()
        self.write("../home/.ovrmnd/api.yaml", text)
        self.good(self.cli("call", "api.x"))
        self.good(self.cli("call", "api.x", "--config", self.home / ".ovrmnd"))
        self.assertEqual(set(self.server.peers), {"client"})
