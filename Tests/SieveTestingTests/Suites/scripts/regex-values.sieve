require ["fileinto", "regex", "variables"];
if header :regex "List-ID" "<(.*)@" { fileinto "lists.${1}"; stop; }
if header :regex "Subject" "^\\[(.*)\\] (.*)$" { fileinto "subject.${1}.${2}"; stop; }
