require ["include", "variables", "foreverypart"];
global "seen";
foreverypart { set "seen" "${seen}r"; return; }
