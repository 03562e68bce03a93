require "reject";
if true { reject "no"; }
if true { keep; }
