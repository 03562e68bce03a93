require "reject";
if header :contains "Subject" "XXXX" {
    reject "Subject XXXX is unacceptable.";
} elsif address :is "from" "money@example.com" {
    reject "Mail from this sender is unwelcome.";
}
