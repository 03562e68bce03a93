require ["reject", "ereject"];
if true { reject "once"; }
if true { ereject "twice"; }
