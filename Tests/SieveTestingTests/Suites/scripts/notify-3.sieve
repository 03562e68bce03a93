require ["enotify", "variables"];
set "notif_method" "mailto:tim@example.com?subject=SIEVE&body=You%20got%20mail";
if header :contains "subject" "Your dog" { set "notif_method" "mailto:pager@example.com"; }
if header :contains "to" "sievemailinglist@example.org" { set "notif_method" ""; }
if not string :is "${notif_method}" "" { notify "${notif_method}"; }
if header :contains "from" "boss@example.org" {
    if header :matches "Subject" "*" { set "subject" "${1}"; }
    if not header :contains "subject" "FYI:" {
        notify :importance "1" :message "BOSS: ${subject}" "mailto:pager@example.com";
    }
}
