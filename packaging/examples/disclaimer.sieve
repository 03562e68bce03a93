# The company's particulars under every letter that leaves the house: once, and never on what is signed or encrypted, which
# `disclaimer` leaves alone by itself. At the end of a message (policy.scripts).
#
# Test it with: postern policy test disclaimer.svtest

require ["body", "envelope", "subaddress", "variables", "vnd.postern.disclaimer"];

# Not for colleagues, machines and lists.
if anyof (envelope :domain :is "to" "office.example",
          header :is "Auto-Submitted" ["auto-generated", "auto-replied"],
          exists "List-Id") {
    stop;
}

set "company" "Office Example Ltd., Sample Street 1, Exampletown; registered as 12345";

# The answer to an answer has it already.
if body :text :contains "Office Example Ltd., Sample Street 1" {
    stop;
}

if envelope :detail :is "from" "sales" {
    set "terms" "Our terms: https://office.example/terms";
}

disclaimer :html "<hr><p style=\"font-size:small\">${company}<br>${terms}</p>" text:

-- 
${company}
${terms}
.
;
