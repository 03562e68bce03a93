require "enotify";
notify "mailto:j%C3%B6rg@example.org";
