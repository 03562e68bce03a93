# Judges outgoing mail: runs at the end of each message, once for each recipient.
# The language is Sieve (RFC 5228) with the extensions that `require` names; `postern check` compiles this file.
# What no rule decides goes out. The rules below are examples; take off the "#" of those that fit.

require ["envelope", "copy", "editheader", "reject", "vnd.postern.hold", "vnd.postern.stream"];

# A message that says of itself that it must not leave the house: the sender is told at once.
#if header :is "X-Classification" "internal" {
#    reject "This message is marked as internal.";
#    stop;
#}

# A message that a person shall see first: it waits for `postern queue release` or `postern queue delete`.
#if header :contains "Subject" "[review]" {
#    hold "review was asked for in the subject";
#}

# Mail of the newsletter goes its own way, so that it never stands before other mail.
#if envelope :domain :is "from" "news.office.example" {
#    stream "marketing";
#}

# A copy of what the billing office sends.
#if address :is "From" "billing@office.example" {
#    redirect :copy "archive@office.example";
#}

# What our own programs note in the header is nobody else's business.
#deleteheader "X-Internal-Note";
