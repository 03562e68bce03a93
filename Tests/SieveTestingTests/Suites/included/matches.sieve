require ["variables", "include"];
global "seen";
set "seen" "${1}";
if string :matches "inside" "in*" { set "seen" "${seen}${1}"; }
