require ["include", "variables"];
global ["seen", "shared"];
set "seen" "${shared}";
set "shared" "from inside";
