require ["variables", "include"];
set "global.12" "value";
