/* Laid under the relay with LD_PRELOAD. It notes which names in the spool were made and which folders were
 * synced, for `disk.py`, and can take a kind of sync away, so that the test shows that it would notice.
 *
 *   POWERCUT_ROOT     the spool's file system
 *   POWERCUT_NAMES    the file for the notes: "made 0 PATH", "begin THREAD FOLDER", "end THREAD FOLDER"
 *   POWERCUT_WITHOUT  "file" or "folder": such syncs only say that they were done
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *root;
static const char *without = "";
static int notes = -1;

__attribute__((constructor)) static void begin(void) {
    const char *file = getenv("POWERCUT_NAMES");
    root = getenv("POWERCUT_ROOT");
    if (getenv("POWERCUT_WITHOUT")) without = getenv("POWERCUT_WITHOUT");
    if (file) notes = syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int is_ours(const char *path) {
    return root && notes >= 0 && strncmp(path, root, strlen(root)) == 0;
}

/* One write each: lines of several threads stand in the order in which they came. */
static void note(const char *what, long thread, const char *path) {
    char line[PATH_MAX + 64];
    int length = snprintf(line, sizeof line, "%s %ld %s\n", what, thread, path);
    if (write(notes, line, length) != length) abort();
}

static int open_noting(int (*real)(const char *, int, ...), const char *path, int flags, mode_t mode) {
    int is_new = (flags & O_CREAT) && is_ours(path) && access(path, F_OK) != 0;
    int file = real(path, flags, mode);
    if (file >= 0 && is_new) note("made", 0, path);
    return file;
}

#define OPEN(name)                                                                          \
    int name(const char *path, int flags, ...) {                                            \
        static int (*real)(const char *, int, ...);                                         \
        if (!real) real = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #name);         \
        va_list rest;                                                                       \
        va_start(rest, flags);                                                              \
        mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0;           \
        va_end(rest);                                                                       \
        return open_noting(real, path, flags, mode);                                        \
    }

OPEN(open)
OPEN(open64)

int mkdir(const char *path, mode_t mode) {
    int result = syscall(SYS_mkdirat, AT_FDCWD, path, mode);
    if (result == 0 && is_ours(path)) note("made", 0, path);
    return result;
}

int rename(const char *path, const char *new_path) {
    int result = syscall(SYS_renameat, AT_FDCWD, path, AT_FDCWD, new_path);
    if (result == 0 && is_ours(new_path)) note("made", 0, new_path);
    return result;
}

static int sync_noting(int file, long number) {
    struct stat facts;
    char link[64], path[PATH_MAX] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    if (readlink(link, path, sizeof path - 1) < 0 || !is_ours(path) || fstat(file, &facts) != 0)
        return syscall(number, file);
    int is_folder = S_ISDIR(facts.st_mode);
    if (strcmp(without, is_folder ? "folder" : "file") == 0) return 0;
    if (!is_folder) return syscall(number, file);
    long thread = syscall(SYS_gettid);
    note("begin", thread, path);
    int result = syscall(number, file);
    if (result == 0) note("end", thread, path);
    return result;
}

int fsync(int file) { return sync_noting(file, SYS_fsync); }

int fdatasync(int file) { return sync_noting(file, SYS_fdatasync); }
