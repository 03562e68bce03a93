"""Messages for pairs: plain and odd ones, as mail programs, scanners and spammers write them."""
import base64, quopri

NAMES = ["Subject", "X-One", "X-Two", "Keywords", "Comments"]
LOCALS = ["ann", "bob+sales", "carol.d", '"dan e"', "eve+a+b", "f", "+g", "h+", "BoB", "i_j-k"]
DOMAINS = [
    "example.com", "sub.example.org", "customer.test", "example.net", "example.com", "customer.test", "Example.net",
    "a.b.c.example", "[192.0.2.1]"
]
WORDS = [
    "alpha", "Beta", "gamma delta", "report 42", "URGENT", "[list] news", "50% off", "a*b?c", "x", "007", "12", "3",
    "caf\u00e9", "\u00dcbergr\u00f6\u00dfe", "\u65e5\u672c\u8a9e", "back\\slash", "\"quoted\"", "tab\there", "a  b",
    "1,000", "-5", "9abc", "${v0}", "4111 1111 1111 1111", "end.", "\u20ac5", "a=b", "x-y_z"
]
SENTENCES = [
    "some alpha text", "report 42 is here", "card 4111 1111 1111 1111", "urgent: BETA", "caf\u00e9 au lait", "",
    "  indented", "two  blanks", "a line with = signs =20 in it", "-- ", "From here", ".dot", "\u65e5\u672c",
    "trailing blank ", "-x-", "50% of a*b"
]
ZONES = ["+0000", "+0200", "-0730", "+1300", "-0000", "GMT", "EST", "UT", "PDT", "Z", "", "+0545", "(CET)", "+9999"]
MONTHS = ["Jan", "Feb", "Mar", "Jul", "Dec", "feb", "Foo"]
TYPES = [
    "text/plain", "text/plain; charset=utf-8", "text/plain; charset=iso-8859-1",
    "TEXT/Plain; charset=\"us-ascii\"; format=flowed", "text/html; charset=utf-8", "text/html",
    "text/calendar; method=REQUEST", "application/octet-stream; name=\"f 1.exe\"", "application/pdf; name=a.pdf",
    "image/png", "text", "", "text/plain; charset=unknown-8", "message/rfc822", "message/delivery-status",
    "application/x; name*=utf-8''caf%C3%A9.txt", "application/x; name*0=\"long\"; name*1=\"name.doc\"",
    "text/x-a; x=\"semi;colon\"; y=z (note)"
]
HTML = [
    "<p>alpha <b>beta</b></p>", "<style>alpha</style>text&amp;more", "<!-- alpha -->gamma<br>delta", "a&lt;b&gt;c",
    "<a href=\"http://example.com/x>y\">link</a>", "one<td>two</td>", "<SCRIPT>beta</SCRIPT>end",
    "caf&eacute; &#233; &#x20ac;", "plain"
]

ODD_ADDRESSES = [
    b"", b"nobody", b"<>", b"a@b@c.example", b"undisclosed-recipients:;", b"ann@example.com,,f@example.com",
    b"ann@example.com f@example.com", b"Ann <ann@example.com", b"<ann@example.com>>", b"ann@", b"@example.com",
    b"<@route.example,@b.example:ann@example.com>", b"ann . d @ example . com", b"Ann. B <ann@example.com>",
    b"ann@example.com;", b"\"unclosed <ann@example.com>", b"ann@example.com, ", b"(only a comment)",
    b"ann@ex_ample.com", b"a..b@example.com", b".a@example.com", b"ann@example.com (unclosed",
    b"Group: ann@example.com, f@example.com"
]


class Message:
    """Bytes, and what a script may look for in them."""

    def __init__(self, random):
        self.r = random
        self.texts, self.addresses, self.types, self.parameters = [], [], [], []
        lines = self.header()
        self.bytes = b"\r\n".join(lines + self.part(0, self.chance(0.5))) + self.one([b"\r\n", b"\r\n", b""])
        if self.chance(0.03):
            self.bytes = self.bytes.replace(b"\r\n", b"\n")

    def one(self, choices):
        return self.r.choice(choices)

    def chance(self, share):
        return self.r.random() < share

    # Fields

    def header(self):
        fields = [
            b"Received: from h%d.example.com (x [192.0.2.%d])\r\n by mx.example.net; %s" % (n, n, self.date())
            for n in range(self.r.randint(0, 3))
        ]
        for name in ["From", "To", "Cc", "Reply-To", "Sender", "Resent-To", "Bcc"]:
            if self.chance(0.9 if name in ("From", "To") else 0.3):
                fields.append(self.field(name, self.address_list()))
        if self.chance(0.8):
            fields.append(self.field("Date", self.date()))
        for name in NAMES:
            for _ in range(self.one([0, 1, 1, 2, 3])):
                fields.append(self.field(name, self.value()))
        self.r.shuffle(fields)
        if self.chance(0.01):
            fields.insert(
                self.r.randint(0, len(fields)),
                self.one([b"no colon here", b": no name", b"Two Words: x", b"Empty:", b"X-One", b" folded first"]))
        return fields

    def field(self, name, value):
        name = self.one([name, name, name, name, name.lower(), name.upper()]).encode()
        between = self.one([b": "] * 30 + [b":", b":  ", b" : ", b":\t"] * 2 + [b":\r\n "])
        return name + between + value

    def value(self):
        words = [self.word() for _ in range(self.one([1, 1, 1, 2, 3]))]
        text = b"".join(words[:1] + [
            self.one([b" ", b" ", b"  ", b"\r\n ", b"\r\n  ", b" \r\n ", b"\r\n\t" if self.chance(0.1) else b" "]) + w
            for w in words[1:]
        ])
        return self.one([text] * 10 + [text + b" ", text + b"\r\n ", b"", b" "])

    def word(self):
        word = self.one(WORDS)
        self.texts.append(word)
        if word.isascii() and self.chance(0.85):
            return word.encode()
        return self.encoded(word)

    def encoded(self, word):
        """As encoded word, most of the time a good one."""
        charset = self.one(
            ["utf-8", "UTF-8", "iso-8859-1", "windows-1252", "utf-8*de", "x-unknown" if self.chance(0.1) else "utf-8"])
        try:
            raw = word.encode({"utf-8*de": "utf-8", "x-unknown": "utf-8"}.get(charset, charset))
        except UnicodeEncodeError:
            charset, raw = "utf-8", word.encode()
        q = b"".join(b"_" if c == 32 else b"%c" % c if 48 <= c < 123 and c not in b"=?_:;<>@[\\]^`" else b"=%02X" % c
                     for c in raw)
        b = base64.b64encode(raw)
        kind = self.r.randint(0, 29)
        if kind == 0:
            return word.encode()
        if kind == 1:
            return raw
        if kind == 2:
            return b"=?%s?q?%s" % (charset.encode(), q)
        if kind == 3:
            return b"=?%s?b?%s?=" % (charset.encode(), b.rstrip(b"="))
        if kind == 4:
            return b"=?%s?X?%s?=" % (charset.encode(), b)
        if kind == 5 and self.chance(0.2):
            return b"=?%s?q?%s=4?=" % (charset.encode(), q)
        if kind == 6:
            half = len(raw) // 2
            return b"=?utf-8?b?%s?=\r\n =?utf-8?b?%s?=" % (base64.b64encode(raw[:half]), base64.b64encode(raw[half:]))
        if kind == 7:
            return b"x=?%s?q?%s?=y" % (charset.encode(), q)
        letter, text = self.one([(b"q", q), (b"Q", q), (b"b", b), (b"B", b)])
        return b"=?%s?%s?%s?=" % (charset.encode(), letter, text)

    def address_list(self):
        if self.chance(0.06):
            return self.one(ODD_ADDRESSES)
        some = [self.address() for _ in range(self.one([1, 1, 1, 2, 3]))]
        if self.chance(0.1):
            some = [b"Friends: " + b", ".join(some) + b";"] + ([self.address()] if self.chance(0.4) else [])
        return self.one([b", ", b",", b",\r\n ", b" , "]).join(some)

    def address(self):
        plain = "%s@%s" % (self.one(LOCALS), self.one(DOMAINS))
        self.addresses.append(plain)
        plain = plain.encode()
        return self.one([
            plain, plain,
            b"<%s>" % plain,
            b"Some Body <%s>" % plain,
            b'"Q, uoted" <%s>' % plain,
            b"%s (a comment)" % plain,
            b"=?utf-8?q?caf=C3=A9?= <%s>" % plain,
            b"(c) Ann (d) <%s>" % plain,
            b"\"a \\\" b\" <%s>" % plain,
            b"X<%s>" % plain
        ])

    def date(self):
        text = "%s%d %s %s %02d:%02d%s %s" % (
            self.one(["", "Thu, ", "Mon,"]), self.one([1, 9, 10, 28, 31]), self.one(MONTHS) if self.chance(0.3) else
            self.one(MONTHS[:5]), self.one([1999, 2024, 2026, 2026, 26, 98, 1969, 2040]) if self.chance(0.4) else 2026,
            self.one([0, 6, 12, 23]) if self.chance(0.97) else 25, self.one(
                [0, 5, 59]), self.one(["", ":00", ":07", ":59", ":60"]) if self.chance(0.4) else ":30",
            self.one(ZONES) if self.chance(0.4) else self.one(ZONES[:5]))
        return (self.one(["", " ", "yesterday", text +
                          " (CEST)", text.replace(" ", "  "), "(c) " + text]) if self.chance(0.1) else text).encode()

    # Bodies

    def part(self, depth, is_multipart):
        """The end of a part's header, the empty line and the body."""
        if depth < 4 and is_multipart:
            return self.multipart(depth)
        if depth == 0 and self.chance(0.5):
            return [b""] + self.text()
        kind = self.one(TYPES)
        head = ["Content-Type: " + kind] if kind else []
        self.types.append(kind)
        if self.chance(0.3):
            name = self.one(['"f%d.exe"' % depth, "a.docm", "\"=?utf-8?q?caf=C3=A9.zip?=\"", "x"])
            head.append("%s: %s; filename=%s" %
                        (self.one(["Content-Disposition"] * 3 + ["content-disposition"]),
                         self.one(["attachment", "inline", "attachment"] + ["ATTACHMENT"] * self.chance(0.05)), name))
        if self.chance(0.1):
            head.append("Content-ID: <p%d@example.com>" % depth)
        if kind.startswith("message/rfc822") and depth < 4:
            return [h.encode() for h in head] + [b""] + self.inner(depth)
        lines = [h.encode("utf-8") for h in head]
        return lines + self.coded([line.encode() for line in self.html()] if "html" in kind else self.text(kind))

    def inner(self, depth):
        fields = [self.field("Subject", self.value()), self.field("From", self.address_list())]
        return fields + self.part(depth + 1, self.chance(0.3))

    def html(self):
        lines = [self.one(HTML) for _ in range(self.r.randint(1, 3))]
        self.texts += ["alpha", "beta", "text&more"]
        return lines

    def text(self, kind=""):
        lines = [self.one(SENTENCES) for _ in range(self.r.randint(0, 5))]
        self.texts += [line for line in lines if line.strip()]
        charset = "iso-8859-1" if "8859" in kind else "utf-8"
        return [line.encode(charset, "replace") for line in lines]

    def coded(self, lines):
        """With the field of a transfer encoding, the empty line, and the text in it."""
        text = b"\r\n".join(lines)
        kind = self.r.randint(0, 11)
        if kind <= 2:
            coded = base64.encodebytes(text).replace(b"\n", b"\r\n").rstrip().split(b"\r\n")
            if self.chance(0.1):
                coded = self.one([
                    coded + [b"!!"], [c.rstrip(b"=") for c in coded], [b" " + c for c in coded],
                    coded + [b"", b"footer"]
                ])
            return [self.one([b"Content-Transfer-Encoding: base64", b"content-transfer-encoding: BASE64"]), b""] + coded
        if kind <= 5:
            coded = quopri.encodestring(text.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n").split(b"\r\n")
            if self.chance(0.2):
                coded = self.one(
                    [coded + [b"bad =zz end", b"soft ="], [c + b" " for c in coded], [c.lower() for c in coded]])
            return [b"Content-Transfer-Encoding: quoted-printable", b""] + coded
        return self.one([
            [], [], [b"Content-Transfer-Encoding: 8bit"],
            [b"Content-Transfer-Encoding: x-unknown" if self.chance(0.1) else b"Content-Transfer-Encoding: 7bit"]
        ]) + [b""] + lines

    def multipart(self, depth):
        boundary = b"b%d" % depth if self.chance(0.8) else b"b %d=x" % depth
        subtype = self.one([
            b"mixed", b"alternative", b"related", b"Mixed", b"mixed", b"signed", b"report",
            b"digest" if self.chance(0.2) else b"mixed"
        ])
        self.types.append("multipart/" + subtype.decode())
        quoted = b'"%s"' % boundary if b" " in boundary or self.chance(0.5) else boundary
        head = [b"MIME-Version: 1.0"] if depth == 0 else []
        head += [b"Content-Type: multipart/%s;%sboundary=%s" % (subtype, self.one([b" ", b"\r\n "]), quoted), b""]
        lines = self.one([[], [], [b"prologue alpha"], [b""]])
        for _ in range(self.r.randint(0 if self.chance(0.02) else 1, 3)):
            lines += [b"--" + boundary + self.one([b""] * 8 + [b" ", b"x" if self.chance(0.2) else b""])]
            lines += self.part(depth + 1, self.chance(0.2)) if self.chance(0.95) else self.one(
                [[], [b""], [b"", b""], [b"not a header", b"", b"x"], [b"alpha"]])
        end = self.one([[b"--" + boundary + b"--"]] * 9 + [[], [b"--" + boundary], [b"--" + boundary + b"-"]])
        return head + lines + end + self.one([[], [], [b"epilogue beta"], [b""], [b"", b"epilogue"]])
