# What looks like a leak does not leave unseen: classified documents are refused, payment cards and account numbers wait
# for a person. At the end of a message (policy.scripts).
#
# Test it with: postern policy test dlp.svtest

require ["body", "envelope", "reject", "vnd.postern.detect", "vnd.postern.hold"];

# Inside the house there is nothing to look for. Each recipient is judged alone.
if envelope :domain :is "to" "office.example" {
    stop;
}

# Marks of the office suite, and those that people write themselves. The sender hears at once why.
if anyof (header :is "X-Classification" ["secret", "confidential"],
          header :matches "Subject" ["[secret]*", "*[confidential]*"]) {
    reject "5.7.1 This document is classified and does not leave the house.";
    stop;
}

# Three different cards are a table of customers, whoever sends it.
if detect :minimum 3 "card-number" {
    hold :tag "dlp" "three or more card numbers";
    stop;
}

# A single card or account number is daily work for the accounts department, and for nobody else.
if allof (detect ["card-number", "iban"],
          not envelope :is "from" ["accounts@office.example", "billing@office.example"]) {
    hold :tag "dlp" "a card or account number, and not from the accounts";
    stop;
}

if body :text :contains ["strictly confidential", "for internal use only"] {
    hold :tag "wording" "calls itself internal";
}
