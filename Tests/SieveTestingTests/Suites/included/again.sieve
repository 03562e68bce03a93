require ["include", "variables"];
global ["seen", "shared"];
set "seen" "${seen}a";
