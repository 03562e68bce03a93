require ["include", "variables"];
global ["seen", "shared"];
include "mark";
