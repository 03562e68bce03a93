require ["variables", "include"];
set "global.data.from" "me@example.com";
