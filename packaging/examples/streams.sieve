# Which way mail takes, and how much of it: people, applications and mass mail have streams of their own, and a login that
# suddenly sends to thousands is stopped. Needs streams "office", "bulk" and "applications", and policy.lists with
# "bank-domains". At the end of a message (policy.scripts).
#
# Test it with: postern policy test streams.svtest

require ["envelope", "environment", "extlists", "regex", "variables", "vnd.postern.cidr", "vnd.postern.defer",
         "vnd.postern.hold", "vnd.postern.limit", "vnd.postern.stream"];

stream "office";

if anyof (header :contains "List-Unsubscribe" "http",
          header :is "Precedence" ["bulk", "list"],
          address :localpart :is "From" ["news", "newsletter"]) {
    stream "bulk";
} elsif anyof (environment :cidr "remote-ip" ["10.20.0.0/16", "fd00:20::/32"],
               header :regex "X-Mailer" "^(PHPMailer|Swift Mailer|nodemailer)") {
    stream "applications";
}

# The bank takes mail from this connection alone.
if envelope :domain :list "to" ":postern:bank-domains" {
    stream "office";
}

# Brakes: per login, else per machine. Each counts once the message is accepted.
set "who" "nobody";
if environment :matches "vnd.postern.auth-user" "?*" {
    set "who" "user ${1}${2}";
} elsif environment :matches "remote-ip" "?*" {
    set "who" "machine ${1}${2}";
}
if overlimit :per "recipient" "${who}" 2000 86400 {
    hold :tag "limit" :notify "postmaster@office.example" "${who} wrote to more than 2000 recipients in a day";
    stop;
}
if overlimit "${who}" 60 60 {
    defer "4.7.1 More than 60 messages a minute, try again later.";
}
