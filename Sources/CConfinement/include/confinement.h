#ifndef POSTERN_CONFINEMENT_H
#define POSTERN_CONFINEMENT_H

#include <sys/types.h>

/* What a program is started with. Every descriptor is above 2. */
struct confined_start {
    const char *path;
    char *const *arguments;
    char *const *environment;
    int input;
    int output;
    int errors;
    /* A Landlock ruleset. */
    int ruleset;
    /* Seconds of processor time; a last bound for what left its process group. */
    unsigned long processor_seconds;
    /* Bytes of memory of one process. */
    unsigned long memory;
    /* Processes of the user, those of the daemon among them. Does not bind root. */
    unsigned long processes;
    unsigned long files;
};

/* The Landlock ABI of the kernel; 0: it has none, or it is turned off. */
int confined_landlock_version(void);

/* A ruleset that denies every access to files, and signals to others where the kernel can. Its descriptor, or -1. */
int confined_ruleset(void);

/* Lets a folder with all below it, or a file, be read and executed, and a device be written. 0, or -1. */
int confined_allow(int ruleset, const char *path, int writes);

/* A pipe of which no program inherits an end by itself. 0, or -1. */
int confined_pipe(int ends[2]);

/* Starts the program in a process group of its own. 0, or the errno of what did not work. */
int confined_spawn(const struct confined_start *start, pid_t *pid);

/* A descriptor that becomes readable when the process ends, or -1. */
int confined_watch(pid_t pid);

/* Nobody with our user ID may look into our memory from now on. 0, or -1. */
int confined_hide_memory(void);

#endif
