#!/usr/bin/python3
"""Whether an AppArmor profile allows what a program did, without a kernel that enforces it.

confined.py PROFILE TRACE    PROFILE: of `apparmor_parser --preprocess`; TRACE: of `strace -f -y`, system calls that name files

Prints each path with what is not allowed. Looks at files only: permissions r, w, l and k of the rules, not at m, owner or
what the profile denies beside them.
"""
import re
import sys
from collections import defaultdict
from pathlib import Path

VARIABLE = re.compile(r"^@\{(\w+)\}\s*\+?=\s*(.*)")
RULE = re.compile(r"^(?:owner\s+|allow\s+)*([/@]\S*)\s+([a-zA-Z]+),")
CALL = re.compile(r"^(?:\d+\s+)?(\w+)\((.*)\)\s+= (\d+)(?:<(.*)>)?")
NAMED = re.compile(r'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"([^"]*)"')
SOCKET = re.compile(r'sun_path="([^"]*)"')
CHANGES = {"mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat", "renameat2", "chmod", "fchmodat"}


class Profile:
    def __init__(self, text):
        self.variables, self.rules = defaultdict(list), []
        for line in map(str.strip, text.splitlines()):
            if found := VARIABLE.match(line):
                self.variables[found[1]] += found[2].split()
            elif found := RULE.match(line):
                self.rules.append((self.pattern(found[1]), found[2]))

    def allows(self, path, wanted):
        return any(wanted in permissions and pattern.fullmatch(path) for pattern, permissions in self.rules)

    def pattern(self, glob):
        while found := re.search(r"@\{(\w+)\}", glob):
            values = (value.rstrip("/") for value in self.variables[found[1]])
            glob = glob.replace(found[0], "{" + ",".join(values) + "}")
        return re.compile(expression(glob))


def expression(glob):
    """apparmor.d(5): * and ? stop at a slash, ** does not, {a,b} is either."""
    parts, depth = [], 0
    for token in re.findall(r"\*\*|\\.|\[[^]]*\]|.", glob):
        depth += {"{": 1, "}": -1}.get(token, 0)
        plain = {"**": ".*", "*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")"}
        parts.append("|" if token == "," and depth else plain.get(token) or (token if token[0] in "\\[" else re.escape(token)))
    return "".join(parts)


def needs(line):
    """What a line of the trace needs: pairs of path and permission."""
    found = CALL.match(line)
    if not found:
        return
    call, arguments, _, opened = found.groups()
    if call in ("open", "openat", "openat2"):
        path = (opened or "").removesuffix(" (deleted)")
        if not path.startswith("/"):
            return
        if "O_DIRECTORY" in arguments:
            path = path.rstrip("/") + "/"
        if "O_PATH" not in arguments:
            yield from ((path, permission) for permission in modes(arguments))
        return
    if call in ("bind", "connect", "sendto", "sendmsg") and (socket := SOCKET.search(arguments)):
        yield socket[1], "w"
    paths = [str(Path(folder or "/") / name) for folder, name in NAMED.findall(arguments)]
    if call in ("link", "linkat") and paths:
        yield paths[-1], "l"
    elif call == "flock":
        yield re.search(r"<(.*?)>", arguments)[1], "k"
    elif call in CHANGES:
        folder = "/" if call in ("mkdir", "mkdirat", "rmdir") or "AT_REMOVEDIR" in arguments else ""
        yield from ((path + folder, "w") for path in paths)


def modes(flags):
    if "O_RDWR" in flags:
        return "rw"
    return "w" if "O_WRONLY" in flags else "r"


def main():
    profile = Profile(Path(sys.argv[1]).read_text())
    wanted = {need for line in Path(sys.argv[2]).read_text(errors="replace").splitlines() for need in needs(line)}
    refused = sorted((path, need) for path, need in wanted if not profile.allows(path, need))
    for path, need in refused:
        print(path, need)
    print(f"{len(wanted) - len(refused)} of {len(wanted)} allowed by {len(profile.rules)} rules")
    return 1 if refused or not wanted else 0


sys.exit(main())
