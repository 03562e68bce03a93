if header :contains "subject" "present" {
    keep;
    stop;
}
discard;
