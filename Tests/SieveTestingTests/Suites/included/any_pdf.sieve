require ["include", "variables", "mime"];
global "seen";
if header :mime :anychild :contenttype "content-type" "application/pdf" { set "seen" "${seen}1"; } else { set "seen" "${seen}0"; }
