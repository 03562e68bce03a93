# What must not leave the house does not: mail for inner addresses, mail that calls itself internal, and mail that
# pretends to come from somebody else's domain. The sender is told at once, in the SMTP dialogue.

require ["envelope", "reject"];

if envelope :domain :matches "to" ["*.lan", "*.local", "*.internal"] {
    reject "This address exists inside the house only; the relay sends to the outside.";
    stop;
}

if anyof (header :is "X-Classification" ["internal", "confidential"],
          header :contains "Subject" "[internal]") {
    reject "This message is marked as internal. Take the mark off, or leave out the addresses outside.";
    stop;
}

# Null senders are reports: their From is a mailer's.
if allof (not envelope :is "from" "",
          not address :domain :is "From" "office.example") {
    reject "Mail leaves this house under office.example only; the From field names another domain.";
}
