"""Makes pairs that differ as small as they can be: what is left of script and message is what matters."""
import copy, re


class Cut:
    """A text of a pair in pieces, and the sets of pieces that may be left out together."""

    def __init__(self, pair, name, separator):
        self.pair, self.name, self.separator = pair, name, separator
        text = getattr(pair, name)
        self.end = separator if text.endswith(separator) else b""
        self.pieces = text.removesuffix(separator).split(separator)

    def without(self, left_out):
        smaller = copy.copy(self.pair)
        setattr(smaller, self.name,
                self.separator.join(piece for at, piece in enumerate(self.pieces) if at not in left_out) + self.end)
        return smaller

    def runs(self, length):
        """So many pieces in a row."""
        return [set(range(at, min(at + length, len(self.pieces)))) for at in range(0, len(self.pieces), length)]

    def blocks(self):
        """Commands with their blocks, the outermost first."""
        found = []
        for start, line in enumerate(self.pieces):
            if re.match(rb"(if|elsif|else|foreverypart)\b", line):
                end = self.end_of_block(start)
                found.append(set(range(start, end + 1)))
        return found

    def wrappers(self):
        """What stands around the block of a command."""
        return [{at
                 for at in block if at <= opening or at == max(block)} for block in self.blocks()
                for opening in [self.opening(min(block))]]

    def opening(self, start):
        return next((at for at in range(start, len(self.pieces)) if self.pieces[at].endswith(b"{")), start)

    def end_of_block(self, start):
        depth = 0
        for at in range(start, len(self.pieces)):
            depth += self.pieces[at].endswith(b"{") - (self.pieces[at] == b"}")
            if depth == 0 and at >= self.opening(start):
                return at
        return start


STEPS = [
    ("script", b"\n", Cut.blocks),
    ("script", b"\n", Cut.wrappers),
    ("script", b"\n", lambda cut: cut.runs(1)),
    ("message", b"\r\n", lambda cut: cut.runs(6)),
    ("message", b"\r\n", lambda cut: cut.runs(1)),
    ("script", b"\n", Cut.blocks),
    ("script", b"\n", Cut.wrappers),
    ("script", b" ", lambda cut: cut.runs(1)),
    ("message", b"\r\n", lambda cut: cut.runs(1)),
    ("script", b"\n", lambda cut: cut.runs(1)),
]


def shrunk(pairs, kinds_of):
    """The pairs by number, each with all left out that does not change how it differs. `kinds_of` tells of many pairs
    at once how they differ; None: not at all. All shrink side by side, so that many are asked about at a time."""
    pairs, kinds = dict(pairs), kinds_of(pairs)
    for name, separator, ways in STEPS:
        cuts = {n: Cut(pair, name, separator) for n, pair in pairs.items()}
        needless = tried(cuts, {n: ways(cut) for n, cut in cuts.items()}, kinds, kinds_of)
        # What can be left out one by one may not all be left out together: the most of it that can.
        together = {
            n: [set().union(*some[:count]) for count in range(len(some), 0, -1)]
            for n, some in needless.items()
        }
        for n, some in tried(cuts, together, kinds, kinds_of).items():
            if some:
                pairs[n] = cuts[n].without(some[0])
    return pairs


def tried(cuts, ways, kinds, kinds_of):
    """Of several ways to leave something out of each pair those that do not change how it differs."""
    candidates = {
        "%s-%d" % (n, at): cuts[n].without(left_out)
        for n, some in ways.items()
        for at, left_out in enumerate(some)
    }
    found = kinds_of(candidates)
    return {
        n: [left_out for at, left_out in enumerate(some) if found["%s-%d" % (n, at)] == kinds[n]]
        for n, some in ways.items()
    }
