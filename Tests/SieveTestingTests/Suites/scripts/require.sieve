require ["fileinto", "reject"];
require "fileinto";
if header :contains "from" "coyote" { reject "no"; } else { fileinto "INBOX.harassment"; }
