require "variables";
set "own" "inside";
