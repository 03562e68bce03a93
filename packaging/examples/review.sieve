# A program of the house looks first; then every message goes into the journal, new colleagues' mail waits for four eyes, and
# an order after hours wakes somebody. Needs policy.programs with "check-customer-data", and policy.lists with "supervised".
# At the end of a message (policy.scripts).
#
# What refuses comes before what sends: a message is refused or goes somewhere, not both (RFC 5429 section 2.4).
#
# Test it with: postern policy test review.svtest

require ["comparator-i;ascii-numeric", "copy", "date", "duplicate", "enotify", "envelope", "extlists", "reject",
         "relational", "variables", "vnd.postern.execute", "vnd.postern.hold"];

# 0 lets it pass, 1 refuses it with what the program prints; anything else, or a program that takes too long, has the
# message held.
if not execute :pipe :output "finding" "check-customer-data" "--strict" {
    reject "5.7.1 The check of customer data refuses this: ${finding}";
    stop;
}

# Once, however many recipients it has and however often it comes.
if not duplicate :header "Message-ID" {
    redirect :copy "journal@archive.example";
}

if allof (envelope :list "from" ":postern:supervised",
          not envelope :domain :is "to" "office.example") {
    hold :for "2d" :tag "four-eyes" :notify "team-lead@office.example" "from a supervised account";
    stop;
}

if allof (header :contains "Subject" ["order", "bestellung"],
          anyof (currentdate :value "lt" :comparator "i;ascii-numeric" "hour" "07",
                 currentdate :value "ge" :comparator "i;ascii-numeric" "hour" "19")) {
    hold :tag "after-hours" "an order outside business hours";
    notify :message "An order waits for a decision." "mailto:purchasing@office.example";
}
