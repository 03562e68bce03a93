# What may be attached: no programs under any name, nothing that cannot be looked into, and documents with macros only
# inside the house. At the end of a message (policy.scripts).
#
# Test it with: postern policy test attachments.svtest

require ["envelope", "foreverypart", "mime", "reject", "variables", "vnd.postern.attachment", "vnd.postern.hold"];

if size :over 35M {
    reject "5.3.4 More than 35 MB. Please send a link to the file server instead.";
    stop;
}

# By what it is, and what is in it if it is an archive: a false name does not help.
if attachment :type :is ["application/x-dosexec", "application/x-executable", "application/x-msi"] {
    reject "5.7.1 Programs are not sent by mail.";
    stop;
}

# By name: what a double click would start.
if attachment :name :matches ["*.exe", "*.com", "*.scr", "*.js", "*.vbs", "*.lnk", "*.iso", "*.hta"] {
    reject "5.7.1 Files of this kind are not sent by mail.";
    stop;
}

# Part by part, as RFC 5703 does it: documents that may hold macros.
foreverypart :name "parts" {
    if header :mime :param "filename" :matches "Content-Disposition" ["*.docm", "*.xlsm", "*.pptm"] {
        set "macros" "yes";
        break :name "parts";
    }
}
if allof (string :is "${macros}" "yes",
          not envelope :domain :is "to" "office.example") {
    hold :tag "macros" "a document with macros to an address outside";
    stop;
}

if attachment :encrypted {
    hold :tag "archive" "an archive that cannot be looked into";
}
