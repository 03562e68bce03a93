require ["include", "variables", "foreverypart"];
global "seen";
foreverypart { set "seen" "${seen}b"; break; }
