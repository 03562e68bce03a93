#!/usr/bin/python3
"""The office's clients, and the question what became of their mail.

mail.py send HOST RECORD [--count N | --until FILE] [--clients N]   sends from several clients at once
mail.py missing RECORD JOURNAL                                      accepted, and not at the smart host

RECORD has a line of JSON for each message: {"message_id", "id"} when it was accepted, {"refused": why} when not.
"""
import argparse
import json
import re
import smtplib
import sys
import threading
import uuid
from pathlib import Path

MESSAGE = """From: App <app@office.test>\r
To: Someone <someone@elsewhere.test>\r
Subject: number {number}\r
Message-ID: {message_id}\r
Date: Mon, 23 Nov 2026 08:00:00 +0000\r
\r
Of the container test.\r
"""


class Client(threading.Thread):
    """Sends ten messages on each connection, until told to end."""

    def __init__(self, given, record, count):
        super().__init__()
        self.given, self.record, self.count = given, record, count

    def run(self):
        sent = 0
        while not self.is_done(sent):
            try:
                with smtplib.SMTP(self.given.host, 25, timeout=30) as connection:
                    connection.ehlo("client.office.test")
                    for _ in range(10):
                        if self.is_done(sent):
                            return
                        sent += 1
                        self.send(connection, sent)
            except (smtplib.SMTPException, OSError) as error:
                sent += 1
                self.record.write(json.dumps({"refused": repr(error)}) + "\n")

    def is_done(self, sent):
        return self.given.until.exists() if self.given.until else sent >= self.count

    def send(self, connection, number):
        message_id = f"<{uuid.uuid4()}@client.office.test>"
        connection.mail("app@office.test")
        connection.rcpt("someone@elsewhere.test")
        code, text = connection.data(MESSAGE.format(number=number, message_id=message_id).encode())
        if code != 250:
            raise smtplib.SMTPDataError(code, text)
        queued = re.search(rb"queued as (\S+)", text).group(1).decode()
        self.record.write(json.dumps({"message_id": message_id, "id": queued}) + "\n")


def send(given):
    with given.record.open("w", buffering=1) as record:
        clients = [Client(given, record, given.count // given.clients) for _ in range(given.clients)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
    lines = [json.loads(line) for line in given.record.read_text().splitlines()]
    refused = [line["refused"] for line in lines if "refused" in line]
    for why in refused[:5]:
        print("refused:", why, file=sys.stderr)
    print(len(lines) - len(refused))
    return 1 if refused else 0


def missing(given):
    accepted = {line["message_id"] for line in map(json.loads, given.record.read_text().splitlines())}
    told = map(json.loads, given.journal.read_text().splitlines())
    absent = accepted - {line["messageID"] for line in told if line["event"] == "message"}
    print(f"{len(absent)} of {len(accepted)} missing")
    return 1 if absent or not accepted else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)
    sending = commands.add_parser("send")
    sending.add_argument("host")
    sending.add_argument("record", type=Path)
    sending.add_argument("--count", type=int, default=1)
    sending.add_argument("--until", type=Path, help="go on until this file exists")
    sending.add_argument("--clients", type=int, default=1)
    sending.set_defaults(run=send)
    asking = commands.add_parser("missing")
    asking.add_argument("record", type=Path)
    asking.add_argument("journal", type=Path)
    asking.set_defaults(run=missing)
    given = parser.parse_args()
    return given.run(given)


sys.exit(main())
