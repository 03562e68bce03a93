"""Clients that send, a smart host that takes, and the ledger of what must be where."""
import random
import re
import socket
import socketserver
import threading
import time


def message(number):
    """Always the same bytes for a number: mostly small, some longer than what the relay keeps in memory."""
    chance = random.Random(number)
    size = chance.choice([200, 1_000, 4_000, 4_000, 20_000, 60_000, 200_000])
    line = b"%08d %s\r\n" % (number, bytes(chance.choices(b"abcdefghijklmnop", k=60)))
    head = b"From: a@office.test\r\nMessage-ID: <%d@powercut.test>\r\nSubject: %d\r\n\r\n" % (number, number)
    return head + line * (1 + chance.randrange(size) // len(line))


class Ledger:
    """What was promised of each message, and where it was seen."""

    def __init__(self):
        self.lock = threading.Lock()
        self.entries = {}       # number -> ID, once answered 250
        self.fates = {}         # number -> "held", "going", "deleted", or "unsure" while the relay is asked
        self.arrivals = {}      # number -> the lives of the relay in which it arrived
        self.foreign = []       # arrived and is not what was sent
        self.sent = self.life = 0

    def next(self):
        with self.lock:
            self.sent += 1
            return self.sent

    def acknowledge(self, number, entry):
        with self.lock:
            self.entries[number] = entry
            self.fates[number] = "going"

    def forget(self):
        """All of it has been accounted for."""
        with self.lock:
            self.entries, self.fates, self.arrivals = {}, {}, {}

    def arrive(self, content):
        found = re.search(rb"^Message-ID: <(\d+)@powercut", content, re.M)
        with self.lock:
            if not found or not content.endswith(message(int(found[1]))):
                self.foreign.append(content[:200])
            else:
                self.arrivals.setdefault(int(found[1]), []).append(self.life)


class Clients:
    """Send on several connections until the relay breaks off or refuses."""

    def __init__(self, port, ledger, count):
        self.port, self.ledger = port, ledger
        self.acknowledged = threading.Semaphore(0)
        self.threads = [threading.Thread(target=self.run) for _ in range(count)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def join(self):
        for thread in self.threads:
            thread.join()

    def run(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), 20) as peer:
                self.talk(peer, peer.makefile("rb"))
        except OSError:
            pass    # the relay was killed: what it had answered counts

    def talk(self, peer, replies):
        replies.readline()
        peer.sendall(b"EHLO client.test\r\n")
        while replies.readline().startswith(b"250-"):
            pass
        while True:
            number = self.ledger.next()
            peer.sendall(b"MAIL FROM:<a@office.test>\r\nRCPT TO:<b@x.test>\r\nDATA\r\n")
            if [replies.readline()[:3] for _ in range(3)] != [b"250", b"250", b"354"]:
                return
            peer.sendall(message(number) + b".\r\n")
            reply = replies.readline()
            if not reply.startswith(b"250 ") or not reply.endswith(b"\n"):
                return
            self.ledger.acknowledge(number, reply.split()[-1].decode())
            self.acknowledged.release()


class SmartHost(socketserver.ThreadingTCPServer):
    """Takes everything, sooner or later."""
    allow_reuse_address = True
    daemon_threads = True

    class Session(socketserver.StreamRequestHandler):
        def handle(self):
            try:
                self.talk()
            except OSError:
                pass    # the relay was killed

        def talk(self):
            self.say(b"220 smarthost.test")
            while line := self.rfile.readline():
                verb = line[:4].upper()
                if verb == b"DATA":
                    self.say(b"354 go on")
                    self.take()
                else:
                    self.say(b"221 bye" if verb == b"QUIT" else b"250 ok")

        def take(self):
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line[1:] if line.startswith(b".") else line)
            if line:
                self.server.ledger.arrive(b"".join(lines))
                time.sleep(self.server.delay)
                self.say(b"250 2.0.0 ok")

        def say(self, reply):
            self.wfile.write(reply + b"\r\n")

    def __init__(self, ledger):
        super().__init__(("127.0.0.1", 0), self.Session)
        self.ledger, self.delay = ledger, 0.0
        self.port = self.server_address[1]
        self.open = set()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def process_request_thread(self, request, client_address):
        self.open.add(threading.current_thread())
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.open.discard(threading.current_thread())

    def settle(self):
        """Until all that was sent before the relay died has been read."""
        while self.open:
            time.sleep(0.002)
