"""The relay as a daemon on the disk, and its control socket."""
import http.client
import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

CONFIGURATION = """\
hostname: relay.test
postmaster: postmaster@office.test
listeners:
  lan: {{address: ["127.0.0.1:{port}"], networks: [127.0.0.0/8], tls: off, max_connections_per_client: 1000}}
spool: {{directory: {spool}, min_free: 1 MiB}}
state: {{directory: {work}/state}}
control: {{socket: {work}/control.sock}}
streams:
  office: {{smarthosts: ["127.0.0.1:{smarthost}"], tls: off, connections: 4, retry: [1s]}}
default_stream: office
"""


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def state(file):
    """R, S, D, T ...: what a thread is doing; X: it has ended."""
    try:
        return file.read_text().rsplit(") ", 1)[1][0]
    except OSError:
        return "X"


class Connection(http.client.HTTPConnection):
    """HTTP over a socket in the file system."""

    def __init__(self, path):
        super().__init__("localhost", timeout=20)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(self.path)


class Daemon:
    def __init__(self, program, disk, work, smarthost, without):
        self.disk, self.work, self.port = disk, work, free_port()
        self.configuration = work / "postern.yaml"
        self.configuration.write_text(
            CONFIGURATION.format(port=self.port, spool=disk.spool, work=work, smarthost=smarthost))
        self.command = [program, "serve", "--config", str(self.configuration)]
        self.environment = os.environ | {
            "LD_PRELOAD": str(work / "shim.so"), "POWERCUT_ROOT": str(disk.mount),
            "POWERCUT_NAMES": str(disk.names), "POWERCUT_WITHOUT": without or ""}
        self.log = (work / "relay.log").open("ab")
        self.process = None

    def start(self):
        """Returns when it takes mail and has looked through the whole spool."""
        self.process = subprocess.Popen(
            self.command, env=self.environment, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)
        end = time.monotonic() + 30
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1):
                    if self.ask("GET", "/status")[0].get("scan_complete", True):
                        return
            except OSError as error:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"the relay does not start: {error}; see {self.log.name}") from error
            time.sleep(0.005)

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()

    def freeze(self):
        """No instruction of it runs any more; what a thread asked of the disk may go on. Without this, a sync that is
        under way when the file system shuts down may say that it was done although it was not."""
        self.process.send_signal(signal.SIGSTOP)
        tasks = Path(f"/proc/{self.process.pid}/task")
        while any(state(task / "stat") not in "TtDZX" for task in tasks.iterdir()):
            pass

    def ask(self, method, path, **members):
        """The objects of the answer; an OSError if there is none."""
        connection = Connection(str(self.work / "control.sock"))
        try:
            connection.request(method, path, json.dumps(members) if method == "POST" else None)
            answer = connection.getresponse()
            return [json.loads(line) for line in answer.read().splitlines()]
        except (http.client.HTTPException, ValueError) as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()

    def shares(self):
        """What waits, by entry: `waiting`, `retrying` or `held`."""
        return {share["id"].split("/")[0]: share["state"] for share in self.ask("GET", "/queue")}

    def act(self, action, entry):
        """Whether it was done, as far as the daemon says so."""
        return any(done.get("result") for done in self.ask("POST", f"/queue/{action}", ids=[entry]))
