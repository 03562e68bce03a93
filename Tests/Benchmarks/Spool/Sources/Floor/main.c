/* The floor: what the file system charges for a durable file, with nothing above it. `Floor FOLDER [writers [size [seconds]]]`
 *
 * Each thread makes files one after the other: create, write, sync, close, and a sync of the folder that all share
 * who came before it began. Prints a line of JSON like `Spool`; then the files go. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    long asked, durable;
    int is_led;
} folder = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, 0};

static int folder_descriptor;
static long byte_count = 4096;
static double ends_at;
static atomic_long file_count;

static double seconds_of(struct timespec time) { return (double)time.tv_sec + (double)time.tv_nsec / 1e9; }

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return seconds_of(time);
}

static double cpu_microseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return seconds_of(time) * 1e6;
}

/* Returns when a sync of the folder is done that began after the call. */
static void sync_folder(void) {
    pthread_mutex_lock(&folder.mutex);
    long mine = ++folder.asked;
    while (folder.durable < mine) {
        if (folder.is_led) {
            pthread_cond_wait(&folder.changed, &folder.mutex);
            continue;
        }
        long covered = folder.asked;
        folder.is_led = 1;
        pthread_mutex_unlock(&folder.mutex);
        if (fsync(folder_descriptor) != 0) err(1, "sync of the folder");
        pthread_mutex_lock(&folder.mutex);
        folder.durable = covered;
        folder.is_led = 0;
        pthread_cond_broadcast(&folder.changed);
    }
    pthread_mutex_unlock(&folder.mutex);
}

static void make_file(const char *name, const char *bytes) {
    int file = openat(folder_descriptor, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) err(1, "create %s", name);
    if (pwrite(file, bytes, (size_t)byte_count, 0) != byte_count) err(1, "write %s", name);
    if (fdatasync(file) != 0) err(1, "sync %s", name);
    close(file);
    sync_folder();
}

static void *write_files(void *unused) {
    char *bytes = malloc((size_t)byte_count);
    memset(bytes, 'm', (size_t)byte_count);
    while (now() < ends_at) {
        char name[32];
        snprintf(name, sizeof name, "floor-%ld", atomic_fetch_add(&file_count, 1));
        make_file(name, bytes);
    }
    free(bytes);
    return unused;
}

int main(int count, char **arguments) {
    if (count < 2) errx(2, "usage: Floor FOLDER [writers [size [seconds]]]");
    long writer_count = count > 2 ? atol(arguments[2]) : 1;
    if (count > 3) byte_count = atol(arguments[3]);
    double seconds = count > 4 ? atof(arguments[4]) : 5;
    folder_descriptor = open(arguments[1], O_RDONLY | O_DIRECTORY);
    if (folder_descriptor < 0) err(1, "%s", arguments[1]);

    double began = now(), cpu = cpu_microseconds();
    ends_at = began + seconds;
    pthread_t *threads = calloc((size_t)writer_count, sizeof *threads);
    for (long index = 0; index < writer_count; index++)
        if (pthread_create(&threads[index], NULL, write_files, NULL) != 0) errx(1, "no thread");
    for (long index = 0; index < writer_count; index++) pthread_join(threads[index], NULL);
    double took = now() - began, used = cpu_microseconds() - cpu;

    long made = atomic_load(&file_count);
    printf("{\"writers\":%ld,\"size\":%ld,\"files\":%ld,\"per_s\":%.0f,\"cpu_us_per_file\":%.0f}\n", writer_count,
           byte_count, made, (double)made / took, used / (double)(made > 0 ? made : 1));
    for (long number = 0; number < made; number++) {
        char name[32];
        snprintf(name, sizeof name, "floor-%ld", number);
        unlinkat(folder_descriptor, name, 0);
    }
    return 0;
}
