require "variables";
set :lower :upper "b" "a";
