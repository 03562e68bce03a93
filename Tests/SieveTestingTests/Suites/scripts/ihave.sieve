require "ihave";
if ihave "vnd.example.none" {
    strange :of ["this"] "kind";
} elsif allof (ihave ["envelope", "copy"], envelope :contains "from" "@") {
    redirect :copy "archive@example.org";
} else {
    discard;
}
