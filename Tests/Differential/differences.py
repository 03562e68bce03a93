"""What is known to differ: each row says how a pair would look without what makes the difference. A difference is
explained by a row if it goes away with it."""
import base64, copy, re

from messages import ODD_ADDRESSES
from scripts import ADDRESSED, FIELDS

NAMES = {name.lower().encode() for name in FIELDS + ADDRESSED + ["Content-Disposition", "Content-ID"]}


def script(pattern, replacement, flags=0):
    return lambda pair: changed(pair, "script", re.sub(pattern, replacement, pair.script, flags=flags))


def message(pattern, replacement, flags=0):
    return lambda pair: changed(pair, "message", re.sub(pattern, replacement, pair.message, flags=flags))


def changed(pair, name, text):
    other = copy.copy(pair)
    setattr(other, name, text)
    return other


def lower_domains(pair):
    other = changed(pair, "message", re.sub(rb"@[A-Za-z.-]+", lambda found: found.group().lower(), pair.message))
    other.sender, other.recipient = (re.sub("@.*", lambda found: found.group().lower(), a)
                                     for a in (pair.sender, pair.recipient))
    return other


def only_fields(pair):
    """Without lines in headers that are no fields."""
    fields, rest, end = split(pair)
    kept = [line for line in fields if re.match(rb"[!-9;-~]+[ \t]*:", line)]
    return changed(pair, "message", end.join(kept) + rest)


def split(pair):
    """The fields of a message, what stands behind them, and how lines end."""
    end = b"\r\n" if b"\r\n" in pair.message else b"\n"
    head, empty, body = pair.message.partition(end + end)
    return re.split(re.escape(end) + rb"(?![ \t])", head), empty + body, end


def names_changed(pair, change):
    """With each list of field names changed."""

    def changed_list(found):
        names = re.findall(rb'"([^"]*)"', found.group())
        if not all(name.lower() in NAMES for name in names):
            return found.group()
        return b"[%s]" % b", ".join(b'"%s"' % name for name in change(names))

    return changed(pair, "script", re.sub(rb'\["[^"\]]*"(?:, "[^"\]]*")*\]', changed_list, pair.script))


def first_names(pair):
    """With one name of those in a list, in tests of parts and of an edited header."""
    lines = pair.script.split(b"\n")
    for at, line in enumerate(lines):
        if b":mime" in line or b"addheader" in pair.script:
            lines[at] = names_changed(changed(pair, "script", line), lambda names: names[:1]).script
    return changed(pair, "script", b"\n".join(lines))


def names_once(pair):
    return names_changed(pair, lambda names: list({name.lower(): name for name in names}.values()))


def sorted_fields(pair):
    """Fields in the order of their names, and names as well: it is the same to go through either."""
    fields, rest, end = split(pair)
    fields.sort(key=lambda field: field.partition(b":")[0].strip().lower())
    other = names_changed(pair, lambda names: sorted(names, key=bytes.lower))
    return changed(other, "message", end.join(fields) + rest)


def whole_words(pair):
    """Two encoded words that share a character as one."""

    def joined(found):
        return b"=?utf-8?b?%s?=" % base64.b64encode(base64.b64decode(found.group(1)) + base64.b64decode(found.group(2)))

    return changed(pair, "message", re.sub(rb"=\?utf-8\?b\?([^?]*)\?=\r\n =\?utf-8\?b\?([^?]*)\?=", joined,
                                           pair.message))


def good_words(pair):
    """Without encoded words that hold something else than they say."""

    def checked(found):
        try:
            base64.b64decode(found.group(1) + b"===").decode()
            return found.group()
        except UnicodeDecodeError:
            return b"other"

    return changed(pair, "message", re.sub(rb"=\?utf-8\?b\?([^?]*)\?=", checked, pair.message, flags=re.I))


def parts_for_all(pair):
    """What claims to be a multipart and has no parts as text."""

    def told(found):
        boundary = found.group(1).strip(b'"')
        return found.group() if re.search(rb"\n--" + boundary +
                                          rb"\r?\n", pair.message) else b"Content-Type: text/plain"

    return changed(pair, "message",
                   re.sub(rb"Content-Type: multipart/\w+;\s+boundary=(\"[^\"]*\"|\S+)", told, pair.message))


def plain_addresses(pair):
    odd = b"|".join(sorted(map(re.escape, ODD_ADDRESSES), key=len, reverse=True))
    names = "|".join(ADDRESSED).encode()
    return message(rb"(?im)^((?:%s)[ \t]*:[ \t]*(?:\r\n )?)(?:%s)(?=\r?\n(?![ \t]))" % (names, odd),
                   rb"\1x@example.com")(pair)


def closed_parts(pair):
    """Each part with an empty line behind its header and something behind that."""
    fields, rest, end = split(pair)
    lines, state = [], "empty" if rest else "done"
    for line in rest[2 * len(end):].split(end) + [b"--b"]:
        is_delimiter = line.startswith(b"--b")
        if state == "header" and not re.match(rb"[!-9;-~]+[ \t]*:|[ \t]", line):
            lines += [] if line == b"" else [b""]
            state = "empty"
            if line == b"":
                lines.append(line)
                continue
        if state == "empty" and (is_delimiter or line == b""):
            lines.append(b"dGV4dA==")
        if state != "done":
            state = "body" if state == "empty" else state
        if is_delimiter:
            state = "header"
        lines.append(line)
    return changed(pair, "message", end.join(fields) + rest[:2 * len(end)] + end.join(lines[:-1]))


def only_good_base64(pair):
    """Base64 only where nothing else is in the part."""

    def checked(found):
        fields, body = found.group(1), found.group(2)
        is_good = re.fullmatch(rb"(?:[A-Za-z0-9+/]{4}|\r?\n)*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\s*", body)
        return found.group() if is_good else re.sub(rb"(?i)content-transfer-encoding: base64", b"X-Removed: yes",
                                                    fields) + body

    return message(rb"(?is)(content-transfer-encoding: base64\r?\n(?:[^\r\n]+\r?\n)*\r?\n)(.*?)(?=\r?\n--b|\Z)",
                   checked)(pair)


def needs_required(pair):
    """What extracttext needs, in the require."""
    missing = [
        name for name in (b'"variables"', b'"foreverypart"')
        if name not in pair.script and b'"extracttext"' in pair.script
    ]
    return script(rb"\Arequire \[", b"require [" + b"".join(name + b", " for name in missing))(pair)


def without_raw_bodies(pair):
    return script(rb"body :raw [^\n]*", b"size :over 0")(pair) if re.search(rb"(add|delete)header",
                                                                            pair.script) else pair


def without_nested_loops(pair):
    lines, depth, loops = pair.script.split(b"\n"), 0, []
    for at, line in enumerate(lines):
        if line.startswith(b"foreverypart"):
            if loops:
                lines[at] = b"if true {"
            else:
                loops.append(depth)
        depth += lines[at].endswith(b"{") - (line == b"}")
        if loops and depth == loops[-1] and line == b"}":
            loops.pop()
    return changed(pair, "script", b"\n".join(lines))


ROWS = [
    ("abort: backslash at the end of a key of :matches", script(rb'(\\\\)+"', rb'"')),
    ("abort: loop in a loop over parts", without_nested_loops),
    ("abort: deleteheader with :count",
     script(rb'(deleteheader\b[^;"]*?) :count "\w+" :comparator "[^"]*"( "[^"]*") .*;', rb"\1\2;")),
    ("abort: deleteheader with :regex",
     script(rb'(deleteheader\b[^;"]*?) :regex(?: :comparator "[^"]*")?( "[^"]*") .*;', rb"\1\2;")),
    ("order of fields added at the end", script(rb"addheader :last", b"addheader")),
    ("text behind ? in front of the first star",
     script(rb'(?<!\\)"((?:\\.|[^"*\\])*\?(?:\\.|[^"*\\])*(?:\\.|[^"*?\\])(?:\\.|[^"*\\])*\*)', rb'"*\1')),
    ("abort: more ? behind a star than there is text", script(rb'\*\?+(?=[^"*?])', b"*")),
    ("abort: more ? behind a star than there is text", script(rb"\*\?{2,}", b"*?")),
    ("line in the header that is no field", only_fields),
    ("tab that folds a field", message(rb"\r?\n\t", b"\r\n ")),
    ("blanks at the front of a field", message(rb"(?m)^([!-9;-~]+[ \t]*:)[ \t]*(\r?\n[ \t]+)+", rb"\1 ")),
    ("blanks at the front of an added field", script(rb'" lead"', b'"lead"')),
    ("encoded words in unknown character sets", message(rb"=\?x-unknown\?", b"=?utf-8?")),
    ("encoded words with a bad end", message(rb"=4\?=", b"?=")),
    ("blank between an encoded word and what is none", message(rb"(=\?[!->@-~]*\?[qQbB]\?[!->@-~]*)(?=[\r ])",
                                                               rb"\1?=")),
    ("blank between an encoded word and one in no encoding", message(rb"\?X\?", b"?b?")),
    ("character in two encoded words", whole_words),
    ("encoded words that are not of their character set", good_words),
    ("line in the header that is no field", message(rb"multipart/digest", b"multipart/mixed")),
    ("HTML", message(rb"(?i)text/html", b"text/plain")),
    ("unknown transfer encoding", message(rb"(?i)content-transfer-encoding: x-unknown", b"X-Removed: yes")),
    ("content type without a subtype", message(rb"(?m)^Content-Type: text(?=\r?\n)", b"Content-Type: text/plain")),
    ("multipart without parts", parts_for_all),
    ("part without a body, or without an end to its header", closed_parts),
    ("addresses that cannot be read", plain_addresses),
    ("part of a character", script(rb":first \d+", b"")),
    ("case of domains", lower_domains),
    ("case of domains", script(rb'(:domain [^\n]*)"i;octet"', rb'\1"i;ascii-casemap"')),
    ("case of types", message(rb"ATTACHMENT|TEXT/Plain|Mixed", lambda found: found.group().lower())),
    ("parameter that is not there",
     script(rb'(:param \S+|:param \[.*\]) :matches "Content-Type" "\*"', rb'\1 :matches "Content-Type" "?*"')),
    ("field named twice", names_once),
    ("? and characters of several bytes", message(rb"[\x80-\xff]+|=\?[!->@-~]*\?[qQbB]\?[!->@-~]*\?=", b"word")),
    ("UTC in iso8601", script(rb'"iso8601"', b'"std11"')),
    ("index of a date", script(rb"\b(date) :index \d+( :last)?", rb"\1")),
    ("zone of more than a day", message(rb"\+9999", b"+0000")),
    ("count of one field", script(rb":index \d+( :last)? (\S+ )?:count", rb"\2:count")),
    ("count of parts of addresses",
     script(rb"(address|envelope) (:index \d+ (?::last )?)?:(user|detail|localpart|domain) :count", rb"\1 \2:count")),
    ("raw body behind an edited header", without_raw_bodies),
    ("extracttext without what it needs", needs_required),
    ("numbers without a digit", script(rb'("i;ascii-numeric" [^\n]*)"x?"', rb'\1"5"')),
    ("redirect twice to one address", script(rb'redirect :copy "r\d@example.com";', b"")),
    ("parts behind the first, with :anychild", script(rb" :anychild", b"")),
    ("message in a transfer encoding",
     message(rb"(?i)message/rfc822(\r?\n(?:[!-9;-~]+:[^\r\n]*\r?\n)*?content-transfer-encoding: [bq])", rb"text/plain\1")),
    ("base64 with other text in it", only_good_base64),
    ("empty prologue and epilogue", script(rb':content (?:""|"multipart")', b':content "text"')),
    ("lines that end in LF", message(rb"\r?\n", b"\r\n")),
    ("constant tests", script(rb"\btrue\b", b"size :over 0")),
    ("constant tests", script(rb"\bfalse\b", b"size :under 0")),
    ("order of fields of several names", first_names),
    ("order of fields of several names", sorted_fields),
]


def is_clean(pair):
    """Nothing in it is known to make a difference."""
    return all(same(change(pair), pair) for _, change in ROWS)


def explanations(pairs, kinds_of):
    """By number the rows that explain a pair, as few as can be, or none; and the pair without all that is known."""
    used = {n: [row for row in ROWS if not same(row[1](pair), pair)] for n, pair in pairs.items()}
    alone = kinds_of({"%s-%d" % (n, at): row[1](pairs[n]) for n, rows in used.items() for at, row in enumerate(rows)})
    found = {
        n: [row]
        for n, rows in used.items()
        for at, row in reversed(list(enumerate(rows))) if alone["%s-%d" % (n, at)] is None
    }
    clean = {n: without(pair, ROWS) for n, pair in pairs.items() if n not in found}
    kinds = kinds_of(clean)
    several = {n: [row for row in ROWS] for n in clean if kinds[n] is None}
    for row in ROWS:
        fewer = {n: [other for other in rows if other is not row] for n, rows in several.items()}
        kinds = kinds_of({n: without(pairs[n], rows) for n, rows in fewer.items()})
        several |= {n: rows for n, rows in fewer.items() if kinds[n] is None}
    return {n: [name for name, _ in rows] for n, rows in (found | several).items()}, clean


def without(pair, rows):
    for _, change in rows:
        pair = change(pair)
    return pair


def same(one, other):
    return vars(one) == vars(other)
