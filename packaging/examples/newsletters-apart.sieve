# Mass mail goes its own way, and a person looks at what may be a mistake. Needs a stream named "marketing".

require ["copy", "editheader", "envelope", "vnd.postern.hold", "vnd.postern.stream"];

# What lists call themselves, or what comes from the newsletter's domain.
if anyof (exists "List-Unsubscribe",
          header :is "Precedence" ["bulk", "list"],
          envelope :domain :is "from" "news.office.example") {
    stream "marketing";

    # A newsletter that nobody can leave gets the provider's account into trouble.
    if not exists "List-Unsubscribe" {
        hold :tag "newsletter" "mass mail without List-Unsubscribe";
    }
    stop;
}

# Large attachments to many people have been sent by mistake before.
if size :over 20M {
    hold :tag "large" "more than 20 MB";
    stop;
}

# The books keep a copy of every invoice; our own marks are nobody else's business.
if address :is "From" "billing@office.example" {
    redirect :copy "archive@office.example";
}
deleteheader "X-Internal-Note";
