require ["include", "variables", "mime", "foreverypart"];
global "seen";
foreverypart {
    if header :mime :contenttype :matches "content-type" "*" { set "seen" "${seen} ${1}"; }
}
set "seen" "${seen};";
