require ["include", "variables", "mime", "extracttext"];
global "seen";
if header :mime :contenttype :matches "content-type" "*" { set "seen" "${seen} ${1}"; }
extracttext :first 6 "text";
if not string "${text}" "" { set "seen" "${seen} (${text})"; }
