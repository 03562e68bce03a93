require ["variables", "include", "fileinto"];
global "i_am_on_vacation";
set "global.i_am_on_vacation" "1";
if string :is "${i_am_on_vacation}" "1" { fileinto "away"; }
