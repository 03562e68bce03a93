"""Scripts for pairs: each test leaves a mark among the actions, and so does what a match or a variable holds."""
from messages import NAMES, WORDS

REQUIRE = [
    "fileinto", "copy", "envelope", "body", "date", "index", "variables", "relational", "regex", "subaddress",
    "editheader", "mime", "foreverypart", "extracttext", "reject", "ihave", "include", "encoded-character",
    "environment", "comparator-i;ascii-numeric", "comparator-i;octet"
]
FIELDS = NAMES + ["X-None", "Date", "Content-Type", "Received", "From", "To", "Cc", "x-one", "MIME-Version"]
ADDRESSED = ["From", "To", "Cc", "Reply-To", "Sender", "Resent-To", "Bcc"]
REGEXES = [
    "^[a-z]+$", "[0-9]+", "a.*", "(alpha|beta)", "^.{3,10}$", "[[:digit:]]{2}", "t$", "[^a-z]", "^$",
    "([a-z]+) ([a-z]+)", "(a|ab)(c|bcd)?", "x*", "(.*)@(.*)", "[[:alpha:]]+[[:space:]][[:alnum:]]", "^(.*[^ ]) *$",
    "b?e+t{1}a", "\\[list\\]", "\\*", "(a*)(a|b)*", "[]a]", "[a\\]+", "([0-9]{4}[ -]?){4}", "^(re|fwd?): *", "(x)?(y)?",
    ".", "(^a|b$)", "al(ph)?a|be.a", "[[:upper:]]"
]
DATE_PARTS = [
    "year", "month", "day", "date", "julian", "hour", "minute", "second", "time", "iso8601", "std11", "zone", "weekday"
]
ZONES = [':zone "+0000" ', ':zone "-0530" ', ':zone "+1400" ', ":originalzone "]
MODIFIERS = [":lower", ":upper", ":lowerfirst", ":upperfirst", ":quotewildcard", ":length"]
RELATIONS = ["gt", "ge", "lt", "le", "eq", "ne"]


def quoted(text):
    return '"%s"' % text.replace("\\", "\\\\").replace('"', '\\"')


def listed(texts):
    return quoted(texts[0]) if len(texts) == 1 else "[%s]" % ", ".join(map(quoted, texts))


class Script:
    """One statement or test a line, so that lines can be left out to find what matters."""

    def __init__(self, random, message):
        self.r, self.message, self.mark, self.loops = random, message, 0, 0
        self.has_edits = False
        lines = []
        for _ in range(self.r.randint(3, 7)):
            lines += self.statement(0)
        if self.has_edits:
            lines += self.header_marks()
        if self.chance(0.6):
            lines.append('fileinto :copy "v ${v0}|${v1}|${v2}";')
        self.text = "require %s;\n%s\n" % (listed(REQUIRE), "\n".join(lines))
        if self.chance(0.02):
            self.text = self.broken(self.text)
        self.sender = self.one([
            "alice@example.com", "bob+sales+x@Example.NET", "carol.d@customer.test", "dan@[192.0.2.1]",
            '"a b"@example.com'
        ])
        self.recipient = self.one(
            ["bob+detail@customer.test", "Bob@EXAMPLE.com", "eve@sub.example.org", "+x@example.com", "u+@example.com"])

    def one(self, choices):
        return self.r.choice(choices)

    def chance(self, share):
        return self.r.random() < share

    def marked(self, text=""):
        self.mark += 1
        return 'fileinto :copy "m%d%s";' % (self.mark, text)

    def broken(self, text):
        """With something left out, doubled or put in another place: it should be refused by both or by none."""
        words = text.split(" ")
        at = self.r.randrange(len(words))
        kind = self.r.randint(0, 3)
        if kind == 0:
            del words[at]
        elif kind == 1:
            words.insert(at, words[self.r.randrange(len(words))])
        elif kind == 2:
            return text.replace(self.one(["{", "}", ";", '"', "(", ")", "[", ",", ":"]), self.one(["", " ", ";", "{"]),
                                1)
        else:
            words[at] = self.one([
                "if", ":copy", "not", '"x"', "12", "1Q", "/* c */", "# c\n", "", "stop;", "text:\nx\n.\n", "else",
                "\"\\\""
            ])
        return " ".join(words)

    # Texts and keys

    def text_of_message(self):
        pool = self.message.texts + self.message.addresses
        return self.one(pool) if pool and self.chance(0.8) else self.one(WORDS + [""])

    def key(self, kind):
        text = self.text_of_message()
        if kind == ":is":
            return self.one([text, text, text.swapcase(), text + " ", text.strip(), "${v%d}" % self.r.randint(0, 2)])
        if kind == ":contains":
            at = self.r.randint(0, max(len(text) - 1, 0))
            return self.one([text[at:at + self.r.randint(0, 6)], text[at:at + 3].upper(), text, "@", "e", " ", "${1}"])
        if kind == ":matches":
            return self.glob(text)
        return self.one(REGEXES)

    def glob(self, text):
        key = ""
        while text:
            kind, length = self.r.randint(0, 5), self.r.randint(1, 4)
            key += "*" if kind == 0 else "?" * min(length, len(text)) if kind == 1 else "".join(
                "\\" + c if c in "*?\\" else c for c in text[:length])
            text = text[length:]
        return self.one([
            key, key, key, "*" + key, key + "*", "*" + key + "*", "*", "?*", "**", "*?", "\\*", "*@*", "?",
            "*\\" if self.chance(0.02) else "?*", "* *", key + "?"
        ])

    def matching(self):
        """Match type, comparator, keys."""
        kind = self.r.randint(0, 13)
        comparator = self.one(["", "", "", ' :comparator "i;octet"', ' :comparator "i;ascii-casemap"'])
        if kind <= 9:
            name = ":is" if kind <= 2 else ":contains" if kind <= 4 else ":matches" if kind <= 7 else ":regex"
            if name == ":is" and self.chance(0.1):
                return ':is :comparator "i;ascii-numeric"', listed([self.one(["3", "007", "7", "x", "", "12"])])
            return name + comparator, listed([self.key(name) for _ in range(self.one([1, 1, 1, 2, 3]))])
        relation = self.one(RELATIONS)
        if kind <= 11:
            return ':count "%s" :comparator "i;ascii-numeric"' % relation, listed([str(self.r.randint(0, 3))])
        keys = [self.one(["3", "12", "007", "x", "", self.text_of_message(), "2026", "9abc"])]
        return ':value "%s"%s' % (relation, self.one([comparator, ' :comparator "i;ascii-numeric"'])), listed(keys)

    def names(self, choices):
        return listed(self.r.sample(choices, self.one([1, 1, 1, 2, 3])))

    def index(self):
        return self.one(["", "", "", " :index %d" % self.r.randint(1, 3), " :index %d :last" % self.r.randint(1, 3)])

    # Tests

    def test(self, depth=0):
        """The lines of a test."""
        kind = self.r.randint(0, 23 if depth < 3 else 18)
        if kind <= 18:
            return [self.plain_test(kind)]
        if kind <= 20:
            return ["not"] + self.test(depth + 1)
        word, unit = self.one([("allof", "true"), ("anyof", "false")])
        lines = ["%s(%s" % (word, unit)]
        for _ in range(self.r.randint(1, 3)):
            lines += [","] if self.chance(0.01) else []
            inner = self.test(depth + 1)
            lines += [", " + inner[0]] + inner[1:]
        return lines + [")"]

    def plain_test(self, kind):
        match, keys = self.matching()
        if kind <= 4:
            index = self.index()
            return "header%s %s %s %s" % (index, match, self.names(FIELDS)
                                          if not index or self.chance(0.02) else listed([self.one(FIELDS)]), keys)
        if kind <= 7:
            part = self.one(["", ":localpart ", ":domain ", ":all ", ":user ", ":detail "])
            index = self.index()
            return "address%s %s%s %s %s" % (index, part, match, self.names(ADDRESSED)
                                             if not index or self.chance(0.02) else listed([self.one(ADDRESSED)]), keys)
        if kind == 8:
            part = self.one(["", ":localpart ", ":domain ", ":user ", ":detail ", ":all "])
            return "envelope %s%s %s %s" % (part, match, self.one(['"from"', '"to"', '["from", "to"]', '"TO"']), keys)
        if kind == 9:
            return "exists %s" % self.names(FIELDS + ADDRESSED)
        if kind == 10:
            size = len(self.message.bytes) + self.r.randint(-2, 2)
            return "size :%s %s" % (self.one(
                ["over", "under"]), self.one([str(size),
                                              str(size), "1K", "0", "1M",
                                              str(self.r.randint(0, 900))]))
        if kind <= 13:
            how = self.one([
                ":text", ":text", ":raw", ':content "text"', ':content "text/html"', ':content "application"',
                ':content ""', ':content ["image", "text/plain"]', ':content "multipart"', ':content "message"',
                ':content "message/rfc822"', ':content "TEXT/PLAIN"', ""
            ])
            return "body %s %s %s" % (how, match, keys)
        if kind == 14:
            part = self.one(DATE_PARTS)
            key = self.one(["2024", "07", "12", "3", "2026-01-01", "+0200", "4", "00:05:30", "06:00:00", "61000", "30"])
            how = self.one([
                ':value "%s"' % self.one(RELATIONS), ":is", ":matches",
                ':value "%s" :comparator "i;ascii-numeric"' % self.one(RELATIONS)
            ])
            return 'date%s %s%s "%s" "%s" "%s"' % (self.index() if self.chance(0.05) else "", self.one(ZONES), how,
                                                   self.one(["date", "received", "x-one"
                                                             ]), part, "*" if how == ":matches" else key)
        if kind == 15:
            key = self.one(["2026", "11", "5", "0", "2026-11-21", "2026-11-22"])
            return 'currentdate %s%s "%s" "%s"' % (self.one(ZONES[:3]), self.one([
                ":is", ':value "ge"', ":matches"
            ]), self.one(["year", "month", "day", "date", "weekday", "zone", "julian"]), key)
        if kind == 16:
            return 'string %s %s %s' % (
                match if "comparator" in match else match + ' :comparator "i;ascii-casemap"',
                listed(self.r.sample(["${v0}", "${V1}", "a${v2}", "", "${1}"], self.r.randint(1, 2))), keys)
        if kind == 17:
            return self.mime_test(match, keys)
        return self.one([
            "true", "false", 'ihave ["fileinto", "variables"]', 'ihave "x-nonsense"',
            'environment :matches "vnd.none.x" "*"', 'string :is "a@b" "a${hex:40}b"',
            'string :is "${unicode:263A}" "\u263a"', 'string :is "${hex:24 7b}x}" "${x}"',
            'string :is "${unicode:4x}" "x"'
        ])

    def mime_test(self, match, keys):
        child = self.one(["", " :anychild", " :anychild"])
        kind = self.r.randint(0, 5)
        if kind == 0:
            return "exists :mime%s %s" % (child,
                                          self.names(["Content-Type", "Content-Disposition", "Content-ID", "Subject"]))
        if kind == 1:
            return "address :mime%s %s \"from\" %s" % (child, match, keys)
        if kind == 2:
            return "header :mime%s %s %s %s" % (child, match,
                                                self.names(["Content-Type", "Content-Disposition", "Subject"]), keys)
        if kind == 3:
            option, key = self.one([(":type", "text"), (":subtype", "plain"), (":contenttype", "text/html"),
                                    (":type", ""), (":subtype", "*"), (":contenttype", "*/*")])
            return 'header :mime%s %s :matches "Content-Type" "%s"' % (child, option, key)
        if kind == 4:
            return 'header :mime%s :param %s :matches "Content-Type" "%s"' % (
                child, self.one(['"charset"', '"name"', '["x", "boundary"]', '"NAME"'
                                 ]), "*" if self.chance(0.02) else "?*")
        return 'header :mime%s %s "Content-Disposition" "?*"' % (
            child,
            self.one([':param "filename" :matches', ":type :matches", ":contenttype :matches", ":subtype :matches"]))

    # Statements

    def statement(self, depth):
        kind = self.r.randint(0, 20)
        if kind <= 8:
            return self.branch(depth)
        if kind <= 11:
            return [self.setting()]
        if kind <= 13 and depth == 0:
            return self.edit()
        if kind <= 15 and depth < 3 and (self.loops == 0 or self.chance(0.03)):
            return self.loop(depth)
        if kind == 16:
            return [self.final()]
        if kind == 17:
            return ['redirect %s"r%d@example.com";' % (self.one(["", ":copy "]), self.r.randint(0, 2))]
        if kind == 18:
            return [
                self.one(['include "%s";', 'include :once "%s";', 'include :personal :optional "%s";']) %
                self.one(["one", "two", "one", "three"])
            ]
        return [self.one([self.marked(" ${v0}"), self.marked(), 'fileinto "plain%d";' % self.r.randint(0, 1)])]

    def final(self):
        if self.chance(0.35):
            return self.one(["stop;", "keep;", "discard;", "stop;"])
        return self.one([
            "keep;", "keep;", "discard;", 'reject "no ${v0}";' if self.chance(0.2) else "keep;",
            'error "raised";' if self.chance(0.1) else "keep;", "return;" if self.chance(0.3) else "keep;"
        ])

    def setting(self):
        chosen = self.r.sample(MODIFIERS, self.one([0, 0, 1, 1, 2]))
        value = self.one([
            "${1}", "${0}x", "${v0}-${v1}", "Report ${2}",
            quoted(self.text_of_message())[1:-1], "${V0}${3}", "a${v0", "${ v1}", "$${v1}", "${unset}", "\\*?"
        ])
        return 'set %s"v%d" "%s";' % ("".join(m + " " for m in chosen), self.r.randint(0, 2), value)

    def branch(self, depth):
        test = self.test()
        lines = ["if " + test[0]] + test[1:] + ["{"] + self.block(depth) + ["}"]
        for _ in range(self.one([0, 0, 0, 1, 2])):
            test = self.test()
            lines += ["elsif " + test[0]] + test[1:] + ["{"] + self.block(depth) + ["}"]
        return lines + (["else {"] + self.block(depth) + ["}"] if self.chance(0.3) else [])

    def block(self, depth):
        lines = [self.marked(self.one(["", " ${1}|${2}", " ${0}", " ${1}|${2}|${3}"]))]
        return lines + (self.statement(depth + 1) if depth < 3 and self.chance(0.35) else [])

    def loop(self, depth):
        self.loops += 1
        name = self.one(["", "", ' :name "l%d"' % self.loops])
        lines = ["foreverypart%s {" % name]
        for _ in range(self.r.randint(1, 2)):
            lines += self.part_statement(depth)
        if self.chance(0.15):
            lines.append("break%s;" % name)
        self.loops -= 1
        return lines + ["}"]

    def part_statement(self, depth):
        kind = self.r.randint(0, 6)
        if kind <= 2:
            return ["if " + self.mime_test(*self.matching()), "{", self.marked(" ${1}"), "}"]
        if kind == 3:
            return [
                "extracttext %s\"v%d\";" %
                (self.one(["", ":first 5 ", ":lower ", ":upper :first 3 ", ":length "]), self.r.randint(0, 2))
            ]
        if kind == 4:
            return ['set "v0" "${v0}.";']
        return self.statement(depth + 1)

    def edit(self):
        self.has_edits = True
        name = self.one(["X-One", "X-New", "Subject", "x-two"])
        if self.chance(0.5):
            return [
                'addheader %s"%s" %s;' %
                (self.one(["", ":last "]), name,
                 self.one([
                     '"alpha"', '"Report ${1}"', '"caf\u00e9 x"', '" lead"' if self.chance(0.1) else '"x"',
                     '"a longer text %s"' % ("word " * self.one([1, 20, 40]))
                 ]))
            ]
        match, keys = self.matching()
        while (":count" in match or ":regex" in match) and self.chance(0.9):
            match, keys = self.matching()
        pattern = "" if self.chance(0.4) else " " + keys
        return ["deleteheader%s %s\"%s\"%s;" % (self.index(), match + " " if pattern else "", name, pattern)]

    def header_marks(self):
        lines = []
        for name in ["X-One", "X-New", "Subject"]:
            for index in self.r.sample([":index 1", ":index 1 :last", ":index 2", ":index 2 :last"], 2):
                lines += ['if header %s :matches "%s" "*" {' % (index, name), self.marked(" %s ${1}" % name), "}"]
        return lines
