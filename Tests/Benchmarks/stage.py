"""What the measurements share: a relay between clients and scripted smart hosts, all in one temporary folder."""
import json
import os
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SMARTHOST = HERE.parent / "EndToEndTests" / "Peers" / "smarthost.py"
BODY = ("x" * 70 + "\r\n") * 56     # about 4 KB


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(what, holds, bound=600):
    end = time.monotonic() + bound
    while not holds():
        if time.monotonic() > end:
            raise SystemExit(f"waited {bound} s in vain: {what}")
        time.sleep(0.02)


class Stage:
    """A folder, a certificate for localhost, and programs that end with it."""

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="postern-bench-"))
        self.programs = []
        self.certificate, self.key = self.folder / "certificate.pem", self.folder / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
             "-keyout", self.key, "-out", self.certificate], check=True, capture_output=True)
        (self.folder / "secret").write_text("secret")
        (self.folder / "secret").chmod(0o600)
        return self

    def __exit__(self, *_):
        for program in reversed(self.programs):
            program.kill()
            program.wait()
        shutil.rmtree(self.folder)

    def start(self, name, command):
        with (self.folder / f"{name}.out").open("ab") as out:
            program = subprocess.Popen([str(word) for word in command], stdout=out, stderr=out)
        self.programs.append(program)
        return program

    def smart_host(self, name, *options):
        return SmartHost(self, name, options)

    def relay(self, streams, wrapper=(), spool=None):
        return Relay(self, streams, wrapper, spool or self.folder / "spool")


class SmartHost:
    def __init__(self, stage, name, options):
        self.port, self.journal = free_port(), stage.folder / f"{name}.journal"
        stage.start(name, ["/usr/bin/python3", SMARTHOST, "--port", self.port, "--certificate", stage.certificate,
                           "--key", stage.key, "--journal", self.journal, *options])
        until(f"smart host {name}", lambda: accepts(self.port), 30)

    def arrivals(self):
        """When each message came, by Message-ID; the first time counts."""
        times = {}
        for line in self.journal.read_text().splitlines():
            entry = json.loads(line)
            if entry["event"] == "message":
                times.setdefault(entry["messageID"], entry["at"])
        return times

    def count(self):
        with self.journal.open("rb") as journal:
            return sum(b'"event": "message"' in line for line in journal)


class Relay:
    """The program that POSTERN names; `streams` maps a name to the lines of its keys, the first is the default."""

    def __init__(self, stage, streams, wrapper, spool):
        self.port = free_port()
        place = stage.folder
        keys = "\n".join(f"  {name}:\n" + "\n".join("    " + line for line in lines) for name, lines in streams.items())
        routes = ", ".join(f'{{recipient: "*@{name}.test", stream: {name}}}' for name in streams)
        configuration = place / "postern.yaml"
        configuration.write_text(f"""
hostname: relay.test
postmaster: postmaster@office.test
listeners: {{lan: {{address: ["127.0.0.1:{self.port}"], max_connections_per_client: 1000}}}}
spool: {{directory: {spool}}}
state: {{directory: {place}/state}}
control: {{socket: {place}/control.sock}}
credentials: {{host: {{username: relay, secret: {place}/secret}}}}
streams:
{keys}
routes: [{routes}]
default_stream: {next(iter(streams))}
""")
        binary = os.environ.get("POSTERN", HERE.parents[1] / ".build/release/postern")
        self.program = stage.start("relay", [*wrapper, binary, "serve", "--config", configuration])
        until("the relay", lambda: accepts(self.port), 30)

    def cpu(self):
        """Seconds of user and system time until now."""
        fields = Path(f"/proc/{self.program.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak_memory(self):
        """MB of resident memory, at most."""
        status = Path(f"/proc/{self.program.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024

    def memory(self):
        """What is resident now and was at most."""
        status = Path(f"/proc/{self.program.pid}/status").read_text()
        resident, own, peak = (int(status.partition(f"{name}:")[2].split()[0]) / 1024 for name in ("VmRSS", "RssAnon", "VmHWM"))
        return f"{resident:.1f} MB resident, {own:.1f} MB of it anonymous, {peak:.1f} MB at most"

    def submit(self, prefix, recipient, count, connections):
        """Submits messages; returns when each was answered 250, by Message-ID."""
        answered, numbers, lock = {}, iter(range(count)), threading.Lock()

        def client():
            with smtplib.SMTP("127.0.0.1", self.port) as smtp:
                smtp.ehlo()
                while True:
                    with lock:
                        number = next(numbers, None)
                    if number is None:
                        return
                    name = f"<{prefix}.{number}@bench.test>"
                    smtp.mail("a@office.test")
                    smtp.rcpt(recipient)
                    code, text = smtp.data(f"From: a@office.test\r\nMessage-ID: {name}\r\nSubject: bench\r\n\r\n{BODY}")
                    if code != 250:
                        raise SystemExit(f"not taken: {code} {text}")
                    answered[name] = time.time()

        threads = [threading.Thread(target=client) for _ in range(connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answered


def accepts(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def stream(stage, port, host="localhost"):
    """The keys of a stream to a scripted smart host."""
    return [f'smarthosts: ["{host}:{port}"]', "tls: starttls", f"ca_file: {stage.certificate}", "credential: host"]


signal.signal(signal.SIGTERM, lambda *_: exit(1))
