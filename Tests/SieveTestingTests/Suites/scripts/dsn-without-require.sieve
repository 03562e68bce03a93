redirect :notify "NEVER" "a@example.org";
