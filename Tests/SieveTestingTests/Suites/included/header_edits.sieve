require ["include", "variables", "editheader"];
global "seen";
if exists "x-added" { set "seen" "${seen}added "; }
if exists "x-deleted" { set "seen" "${seen}deleted "; }
addheader "X-Inside" "yes";
deleteheader "X-Kept";
