require "encoded-character";
if header :contains "subject" "${Unicode:DF01}" { discard; }
