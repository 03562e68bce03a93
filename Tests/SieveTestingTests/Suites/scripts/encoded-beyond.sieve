require "encoded-character";
if header :contains "subject" "${Unicode:200000}" { discard; }
