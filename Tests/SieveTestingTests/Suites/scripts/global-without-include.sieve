require "variables";
set "global.i_am_on_vacation" "1";
