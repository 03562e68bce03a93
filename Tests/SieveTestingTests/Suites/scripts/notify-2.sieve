require ["enotify", "variables", "envelope"];
if header :matches "from" "*@*.example.org" {
    if envelope :all :matches "from" "*" { set "env_from" " [really: ${1}]"; }
    if header :matches "Subject" "*" { set "subject" "${1}"; }
    if address :matches :all "from" "*" { set "from_addr" "${1}"; }
    notify :message "${from_addr}${env_from}: ${subject}" "mailto:alm@example.com";
}
