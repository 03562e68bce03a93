require ["include", "variables"];
global ["seen", "shared"];
set "seen" "mark";
