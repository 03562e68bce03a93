require ["include", "foreverypart"];
foreverypart { include "lone_break"; }
