# Printers, scanners and old programs send mail that lacks what mail needs, and tell more than they should: it is completed,
# refused where it cannot be, and inner details are taken out. At the end of a message (policy.scripts).
#
# Test it with: postern policy test hygiene.svtest

require ["comparator-i;ascii-numeric", "date", "editheader", "environment", "reject", "relational", "variables"];

if header :count "gt" :comparator "i;ascii-numeric" "From" "1" {
    reject "5.6.0 More than one From field.";
    stop;
}
if not address :domain :is "From" "office.example" {
    reject "5.7.1 The From address must be one of office.example.";
    stop;
}

# A clock that was never set: the date of the message is the date that we saw it.
if date :value "lt" :comparator "i;ascii-numeric" "Date" "year" "2020" {
    deleteheader "Date";
}
if not exists "Date" {
    if currentdate :matches "std11" "*" {
        addheader :last "Date" "${1}";
    }
}
if not exists "Message-ID" {
    if environment :matches "vnd.postern.queue-id" "?*" {
        addheader :last "Message-ID" "<${1}${2}@relay.office.example>";
    }
}
if not exists "Subject" {
    addheader :last "Subject" "(no subject)";
}

# Names and addresses of inner machines are nobody else's business.
deleteheader "X-Originating-IP";
deleteheader "X-Mailer";
deleteheader :matches "Received" ["*(*.lan *", "*[10.*", "*[192.168.*"];
