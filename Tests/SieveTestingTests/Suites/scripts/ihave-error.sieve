require "ihave";
if not ihave "vnd.example.none" { error "nothing here can do it"; }
