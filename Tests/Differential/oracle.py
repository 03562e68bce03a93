"""What Debian's sieve-test wants with a pair."""
import os, re, subprocess

CONFIGURATION = """protocols =
log_path = /dev/stderr
mail_location = maildir:~/Maildir
mail_home = %(home)s
postmaster_address = postmaster@example.com
recipient_delimiter = +
plugin {
  sieve = file:%(home)s/sieve;active=%(home)s/active.sieve
  sieve_extensions = +editheader
  sieve_max_redirects = 32
}
"""
INCLUDED = {
    "one": 'require ["fileinto", "copy", "variables", "include"];\n'
           'global "g";\nset "v0" "inner";\nset "g" "${g}+";\nfileinto :copy "one ${g}";\n',
    "two": 'require ["fileinto", "copy", "include", "variables"];\n'
           'if header :matches "subject" "*a*" { fileinto :copy "two ${1}"; return; }\n'
    'include "one";\nfileinto :copy "end of two";\n',
    "three": 'require ["include"];\nif exists "x-two" { stop; }\nkeep;\n',
}


class Oracle:

    def __init__(self, folder, command):
        self.folder, self.command = folder, command
        home = folder + "/home"
        self.scripts = home + "/sieve"
        os.makedirs(self.scripts, exist_ok=True)
        for name, text in INCLUDED.items():
            with open("%s/%s.sieve" % (self.scripts, name), "w") as file:
                file.write(text)
        with open(folder + "/dovecot.conf", "w") as file:
            file.write(CONFIGURATION % {"home": home})
        # It refuses to run as root.
        self.user = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
        if self.user:
            subprocess.run(["chown", "-R", "65534:65534", home], check=True)
        self.environment = {"PATH": os.environ["PATH"], "HOME": home}

    def version(self):
        done = subprocess.run(["doveconf", "-n", "-c", self.folder + "/dovecot.conf"], capture_output=True, text=True)
        return (re.findall(r"Pigeonhole version (\S+)", done.stdout + done.stderr) or ["of unknown version"])[0]

    def answer(self, pair):
        with open(pair + ".envelope") as file:
            sender, recipient = file.read().split("\n")[:2]
        command = [
            self.command, "-C", "-c", self.folder + "/dovecot.conf", "-f", sender, "-a", recipient, "-r", recipient,
            pair + ".sieve", pair + ".eml"
        ]
        done = subprocess.run(command, capture_output=True, env=self.environment, **self.user)
        return understood(done.returncode, done.stdout.decode("utf-8", "replace"),
                          done.stderr.decode("utf-8", "replace"))


def understood(code, output, errors):
    """The answer in the words of ours."""
    if code < 0 or re.search("Panic|signal|corrupt", errors):
        return {"abort": errors.strip()[-500:]}
    if code == 1:
        return {"error": errors.strip()}
    if code != 0:
        return {"refusal": errors.strip()}
    performed, _, implicit = output.partition("\nImplicit keep:")
    actions = []
    for text in re.split(r"\n \* ", performed)[1:]:
        actions.append(action(text.rstrip("\n").removesuffix("\n        + preserve implicit keep")))
    if "(none)" not in implicit:
        actions.append("store INBOX")
    return {"actions": actions}


def action(text):
    found = re.fullmatch(
        r"store message in folder: (.*)|redirect message to: <(.*)>|reject message with reason: (.*)|(discard)", text,
        re.S)
    if not found:
        return text
    store, redirect, reject, discard = found.groups()
    for word, value in (("store ", store), ("redirect ", redirect), ("reject ", reject), ("", discard)):
        if value is not None:
            return word + value
