require "redirect-dsn";
redirect :notify "NEVER,FAILURE" "a@example.org";
