require ["include", "variables"];
global ["seen", "shared"];
set "seen" "before";
return;
set "seen" "behind";
