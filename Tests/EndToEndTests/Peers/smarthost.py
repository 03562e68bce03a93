#!/usr/bin/python3
"""A smart host that misbehaves when told to: an SMTP server (RFC 5321, 3207, 4954) that keeps what it is sent.

It says `listening PORT` when it is ready. Every line of the journal is one JSON object:

    {"event": "message", "at": 1795253894.5, "sender": "a@x", "recipients": ["b@y"], "messageID": "<1@x>",
     "user": "relay", "tls": "TLSv1.3", "bytes": 1234, "file": "000001"}
    {"event": "command", "verb": "MAIL", "tls": null, "user": null}     with --commands
    {"event": "connect"}, {"event": "login-refused"}

A message counts, and is in the journal, before its final reply is sent or withheld.
"""
import argparse
import asyncio
import base64
import binascii
import json
import re
import signal
import ssl
import time
from pathlib import Path

LINE_LIMIT = 64 * 1024
PLACES = ("connect", "ehlo", "auth", "mail", "rcpt", "data", "dot")


def options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--tls", choices=("starttls", "implicit", "off"), default="starttls")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--user", default="relay")
    parser.add_argument("--password", default="secret")
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--store", type=Path, help="folder for the messages' bytes")
    parser.add_argument("--commands", action="store_true", help="journal every command")
    parser.add_argument("--hide", action="append", default=[], metavar="KEYWORD", help="do not offer it after EHLO")
    parser.add_argument("--inject", action="store_true", help="say more in the clear behind the reply to STARTTLS")
    parser.add_argument("--latency", type=float, default=0, metavar="MS", help="hold every flight of replies back")
    parser.add_argument("--times", type=int, default=-1, metavar="N", help="--reply, --cut and --silent end after N times")
    parser.add_argument("--reply", action="append", default=[], metavar="PLACE=REPLY", help=f"PLACE: {', '.join(PLACES)}")
    parser.add_argument("--refuse", action="append", default=[], metavar="TEXT=REPLY", help="recipients that contain TEXT")
    parser.add_argument("--cut", choices=PLACES, help="close there without a reply")
    parser.add_argument("--silent", choices=PLACES, help="never reply from there on")
    return parser.parse_args()


class Host:
    """What all connections share: the options, the journal and the messages."""

    def __init__(self, given):
        self.given, self.count, self.left = given, 0, given.times
        self.replies = dict(pair.split("=", 1) for pair in given.reply)
        self.refusals = [pair.split("=", 1) for pair in given.refuse]
        self.journal = given.journal.open("a", buffering=1)
        self.context = None
        if given.tls != "off":
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(given.certificate, given.key)

    def tell(self, event, **fields):
        self.journal.write(json.dumps({"event": event, **fields}) + "\n")

    def fault(self, place):
        """What is wrong there now: None, "cut", "silent" or a reply."""
        given = self.given
        wrong = "cut" if given.cut == place else "silent" if given.silent == place else self.replies.get(place)
        if wrong is None or self.left == 0:
            return None
        self.left -= 1
        return wrong

    def keep(self, envelope, message):
        self.count += 1
        name = f"{self.count:06}"
        if self.given.store:
            (self.given.store / name).write_bytes(message)
        found = re.search(rb"^message-id:\s*(\S+)", message[: message.find(b"\r\n\r\n") + 2], re.I | re.M)
        message_id = found.group(1).decode("latin-1") if found else None
        self.tell("message", at=time.time(), messageID=message_id, bytes=len(message), file=name, **envelope)


class Session(asyncio.Protocol):
    """One connection. Each command has its method; replies of one flight go out together."""

    def __init__(self, host):
        self.host, self.given = host, host.given
        self.buffer, self.replies = bytearray(), []
        self.user = self.tls = self.sender = self.login = None
        self.recipients, self.body, self.greeted, self.mute, self.securing = [], None, False, False, False

    # The connection.

    def connection_made(self, transport):
        self.transport = transport
        secured = transport.get_extra_info("ssl_object")
        self.tls = secured.version() if secured else None
        if self.greeted:
            return
        self.greeted = True
        self.host.tell("connect")
        self.answer("connect", "220 smarthost.test ESMTP")
        self.flush()

    def data_received(self, data):
        self.buffer += data
        if not self.securing:       # what comes with the end of a handshake waits for the transport that answers it
            self.obey()

    def obey(self):
        while not self.mute and (self.take_body() if self.body is not None else self.take_line()):
            pass
        self.flush()

    def flush(self):
        if not self.replies:
            return
        flight, self.replies = "".join(reply + "\r\n" for reply in self.replies).encode(), []
        if self.given.latency:
            asyncio.get_running_loop().call_later(self.given.latency / 1000, self.send, flight)
        else:
            self.send(flight)

    def send(self, flight):
        if not self.transport.is_closing():
            self.transport.write(flight)

    def answer(self, place, reply):
        """Replies, or does what is wrong at this place; says whether all was well."""
        wrong = self.host.fault(place)
        if wrong == "cut":
            self.mute = True
            self.flush()
            self.transport.abort()
        elif wrong == "silent":
            self.mute = True
        else:
            self.replies.append(wrong or reply)
        return wrong is None

    # Framing.

    def take_line(self):
        end = self.buffer.find(b"\r\n")
        if end < 0:
            if len(self.buffer) > LINE_LIMIT:
                self.transport.abort()
            return False
        line = bytes(self.buffer[:end]).decode("utf-8", "surrogateescape")
        del self.buffer[: end + 2]
        if self.login:
            self.continue_login(line)
            return True
        verb, _, rest = line.partition(" ")
        if self.given.commands:
            self.host.tell("command", verb=verb.upper(), tls=self.tls, user=self.user)
        getattr(self, "on_" + verb.lower(), self.on_unknown)(rest.strip())
        return not self.transport.is_closing() and not self.securing

    def take_body(self):
        """The message's end is CRLF . CRLF; the first line may be the dot already."""
        start = max(0, self.body - 4)
        end = 0 if self.buffer.startswith(b".\r\n") else self.buffer.find(b"\r\n.\r\n", start)
        if end < 0:
            self.body = len(self.buffer)
            return False
        cut = end + 2 if self.buffer[end:end + 1] == b"\r" else end
        message = bytes(self.buffer[:cut])
        del self.buffer[: cut + 3]
        self.body = None
        self.end_of_message(message.replace(b"\r\n..", b"\r\n.") if b"\r\n.." in message else message)
        return True

    def end_of_message(self, message):
        if message.startswith(b".."):
            message = message[1:]
        envelope = {"sender": self.sender, "recipients": self.recipients, "user": self.user, "tls": self.tls}
        self.sender, self.recipients = None, []
        refused = self.host.replies.get("dot") and self.host.left != 0
        if not refused:
            self.host.keep(envelope, message)
        self.answer("dot", f"250 2.0.0 Ok: queued as {self.host.count:06}")

    # The commands.

    def on_ehlo(self, name):
        self.sender, self.recipients = None, []
        offers = ["PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", "DSN", "SIZE 1073741824"]
        offers += ["STARTTLS"] if self.given.tls == "starttls" and not self.tls else []
        offers += ["AUTH PLAIN LOGIN"] if self.tls or self.given.tls == "off" else []
        offers = [offer for offer in offers if offer.split()[0] not in self.given.hide]
        lines = ["smarthost.test", *offers]
        self.answer("ehlo", "\r\n".join(["250-" + line for line in lines[:-1]] + ["250 " + lines[-1]]))

    def on_helo(self, name):
        self.answer("ehlo", "250 smarthost.test")

    def on_starttls(self, _):
        if self.tls or self.given.tls != "starttls" or "STARTTLS" in self.given.hide:
            self.replies.append("502 5.5.1 no STARTTLS here")
            return
        self.replies += ["220 2.0.0 go ahead"] + ["250-smarthost.test", "250 AUTH PLAIN"] * self.given.inject
        self.flush()
        self.buffer.clear()
        self.securing = True
        asyncio.ensure_future(self.start_tls())

    async def start_tls(self):
        loop = asyncio.get_running_loop()
        try:
            plain = self.transport
            secured = await loop.start_tls(plain, self, self.host.context, server_side=True)
            self.connection_made(secured)
            self.securing = False
            self.obey()
        except (ssl.SSLError, OSError) as error:
            self.host.tell("tls-failed", reason=str(error))
            self.transport.abort()

    def on_auth(self, rest):
        mechanism, _, initial = rest.partition(" ")
        if "AUTH" in self.given.hide or not (self.tls or self.given.tls == "off"):
            self.replies.append("502 5.5.1 no AUTH here")
        elif mechanism.upper() == "PLAIN":
            self.login = ["PLAIN"]
            self.continue_login(initial) if initial else self.replies.append("334 ")
        elif mechanism.upper() == "LOGIN":
            self.login = ["LOGIN"]
            self.continue_login(initial) if initial else self.replies.append("334 VXNlcm5hbWU6")
        else:
            self.replies.append("504 5.5.4 no such mechanism")

    def continue_login(self, line):
        try:
            self.login.append(base64.b64decode(line, validate=True).decode())
        except (binascii.Error, ValueError):
            self.login = None
            self.replies.append("501 5.5.2 no base64")
            return
        if self.login[0] == "LOGIN" and len(self.login) == 2:
            self.replies.append("334 UGFzc3dvcmQ6")
            return
        words = self.login[1].split("\0")[1:] if self.login[0] == "PLAIN" else self.login[1:]
        self.login = None
        if words != [self.given.user, self.given.password]:
            self.host.tell("login-refused")
            self.replies.append("535 5.7.8 wrong name or password")
        elif self.answer("auth", "235 2.7.0 welcome"):
            self.user = words[0]

    def on_mail(self, rest):
        if self.given.tls != "off" and not self.user:
            self.replies.append("530 5.7.0 authenticate first")
        elif self.sender is not None:
            self.replies.append("503 5.5.1 one sender is enough")
        elif self.answer("mail", "250 2.1.0 Ok"):
            self.sender = rest.partition("<")[2].partition(">")[0]

    def on_rcpt(self, rest):
        address = rest.partition("<")[2].partition(">")[0]
        refusal = next((reply for text, reply in self.host.refusals if text in address), None)
        if self.sender is None:
            self.replies.append("503 5.5.1 MAIL first")
        elif refusal:
            self.replies.append(refusal)
        elif self.answer("rcpt", "250 2.1.5 Ok"):
            self.recipients.append(address)

    def on_data(self, _):
        if not self.recipients:
            self.replies.append("503 5.5.1 RCPT first")
        elif self.answer("data", "354 go ahead"):
            self.body = 0

    def on_rset(self, _):
        self.sender, self.recipients = None, []
        self.replies.append("250 2.0.0 Ok")

    def on_noop(self, _):
        self.replies.append("250 2.0.0 Ok")

    def on_quit(self, _):
        self.replies.append("221 2.0.0 bye")
        self.flush()
        self.mute = True
        asyncio.get_running_loop().call_later(self.given.latency / 1000, self.transport.close)

    def on_unknown(self, _):
        self.replies.append("500 5.5.1 what?")


async def main():
    host = Host(options())
    given, loop = host.given, asyncio.get_running_loop()
    context = host.context if given.tls == "implicit" else None
    server = await loop.create_server(lambda: Session(host), given.address, given.port, ssl=context, backlog=512)
    print("listening", server.sockets[0].getsockname()[1], flush=True)
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    await stopped.wait()


asyncio.run(main())
