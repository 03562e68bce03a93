#ifndef CSYSTEMD_SHIM_H
#define CSYSTEMD_SHIM_H

// The header's own macros would add the place in its C code to every journal entry.
#define SD_JOURNAL_SUPPRESS_LOCATION 1

#include <sys/uio.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

#endif
