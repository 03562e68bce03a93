// What Swift cannot do: between fork and exec nothing may be called that takes a lock or memory, and the
// confinement has to be put on in between.
#define _GNU_SOURCE
#include "confinement.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Headers of older systems lack what newer kernels know.
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif
#define RIGHT_REFER (1ULL << 13)
#define RIGHT_TRUNCATE (1ULL << 14)
#define RIGHT_IOCTL (1ULL << 15)
#define SCOPE_ABSTRACT_SOCKETS (1ULL << 0)
#define SCOPE_SIGNALS (1ULL << 1)

struct ruleset_attributes {
    uint64_t files;
    uint64_t network;
    uint64_t scoped;
};

static const uint64_t reading =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

// A service may be started without 0, 1 or 2, which are then given to the next that asks: the child puts its own there.
static int raised(int descriptor) {
    int other, problem;
    if (descriptor > 2 || descriptor < 0) return descriptor;
    other = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    problem = errno;
    close(descriptor);
    errno = problem;
    return other;
}

int confined_landlock_version(void) {
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return version < 0 ? 0 : (int)version;
}

int confined_ruleset(void) {
    int version = confined_landlock_version();
    struct ruleset_attributes attributes = {.files = RIGHT_REFER - 1, .network = 0, .scoped = 0};
    size_t size = sizeof attributes.files;
    // What the kernel said: it may know nothing of it, or a filter of the service may refuse it.
    if (version < 1) return -1;
    if (version >= 2) attributes.files |= RIGHT_REFER;
    if (version >= 3) attributes.files |= RIGHT_TRUNCATE;
    if (version >= 5) attributes.files |= RIGHT_IOCTL;
    if (version >= 6) {
        attributes.scoped = SCOPE_ABSTRACT_SOCKETS | SCOPE_SIGNALS;
        size = sizeof attributes;
    }
    return raised((int)syscall(SYS_landlock_create_ruleset, &attributes, size, 0));
}

int confined_allow(int ruleset, const char *path, int writes) {
    struct landlock_path_beneath_attr rule = {.allowed_access = reading, .parent_fd = -1};
    struct stat facts;
    int result;
    rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (rule.parent_fd < 0) return -1;
    if (fstat(rule.parent_fd, &facts) == 0 && !S_ISDIR(facts.st_mode))
        rule.allowed_access &= ~(uint64_t)LANDLOCK_ACCESS_FS_READ_DIR;
    if (writes) rule.allowed_access |= LANDLOCK_ACCESS_FS_WRITE_FILE;
    result = (int)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(rule.parent_fd);
    return result;
}

// A bound below ours that the service has already stays: nobody but root can raise it.
static int limit(int resource, unsigned long value) {
    struct rlimit bound;
    if (getrlimit(resource, &bound) != 0) return -1;
    if (bound.rlim_max != RLIM_INFINITY && bound.rlim_max < value) value = bound.rlim_max;
    bound.rlim_cur = bound.rlim_max = value;
    return setrlimit(resource, &bound);
}

// In the child. Only what is safe after fork in a process of many threads.
static int enter(const struct confined_start *start) {
    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigset_t none;
    int number;
    if (setpgid(0, 0) != 0) return errno;
    for (number = 1; number < NSIG; number++) sigaction(number, &standard, NULL);
    if (dup2(start->input, 0) < 0 || dup2(start->output, 1) < 0 || dup2(start->errors, 2) < 0) return errno;
    if (chdir("/") != 0) return errno;
    umask(077);
    if (limit(RLIMIT_CORE, 0) != 0 || limit(RLIMIT_CPU, start->processor_seconds) != 0) return errno;
    if (limit(RLIMIT_AS, start->memory) != 0 || limit(RLIMIT_NPROC, start->processes) != 0) return errno;
    if (limit(RLIMIT_NOFILE, start->files) != 0) return errno;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
    if (syscall(SYS_landlock_restrict_self, start->ruleset, 0) != 0) return errno;
    // Not at once: the descriptor that tells of a failed exec is among them.
    if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) != 0) return errno;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(start->path, start->arguments, start->environment);
    return errno;
}

int confined_pipe(int ends[2]) {
    int problem;
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    ends[0] = raised(ends[0]);
    ends[1] = raised(ends[1]);
    if (ends[0] >= 0 && ends[1] >= 0) return 0;
    problem = errno;
    if (ends[0] >= 0) close(ends[0]);
    if (ends[1] >= 0) close(ends[1]);
    errno = problem;
    return -1;
}

int confined_spawn(const struct confined_start *start, pid_t *pid) {
    int news[2], failure = 0;
    ssize_t count;
    sigset_t all, before;
    if (confined_pipe(news) != 0) return errno;
    // A handler of ours must not run in the child.
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    *pid = fork();
    if (*pid == 0) {
        failure = enter(start);
        count = write(news[1], &failure, sizeof failure);
        _exit(count < 0 ? 126 : 127);
    }
    if (*pid < 0) failure = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(news[1]);
    if (*pid > 0) {
        do count = read(news[0], &failure, sizeof failure); while (count < 0 && errno == EINTR);
        if (count != (ssize_t)sizeof failure) failure = 0;
        if (failure != 0)
            while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR) {}
    }
    close(news[0]);
    return failure;
}

int confined_watch(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int confined_hide_memory(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
