/*
 * Records what a process asks of the files under one directory: loaded before its C library, it passes each call on and writes
 * down what the disk was told, in the order in which it was told. One call at a time is let through, so that the order is true.
 *
 *   ORIEL_RECORD_UNDER=DIRECTORY ORIEL_RECORD_TO=FILE LD_PRELOAD=recorder.so PROGRAM
 *
 * A record: the kind (1 byte), the lengths of two paths (4 bytes each), an offset or length (8), the length of the data (8), then
 * the paths and the data; numbers in the order of bytes of the machine.
 *
 *   C path          a file was made           W path at data  bytes were written at an offset
 *   T path length   it was cut or extended    S path          it was flushed, a file or a directory
 *   R from to       it was renamed            U path          its name was removed
 *
 * What is mapped into memory is not seen: SQLite maps only the index of its log, which it makes anew after a crash.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static int journal = -1;
static char under[PATH_MAX];

__attribute__((constructor)) static void begin(void)
{
    const char *directory = getenv("ORIEL_RECORD_UNDER");
    const char *to = getenv("ORIEL_RECORD_TO");
    if (directory && to && realpath(directory, under))
        journal = syscall(SYS_openat, AT_FDCWD, to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void put(const void *bytes, size_t length)
{
    const char *from = bytes;
    while (length > 0) {
        long wrote = syscall(SYS_write, journal, from, length);
        if (wrote < 0 && errno != EINTR)
            abort();
        if (wrote > 0) {
            from += wrote;
            length -= wrote;
        }
    }
}

static void record(char kind, const char *path, const char *other, uint64_t number, const void *data, uint64_t length)
{
    uint32_t lengths[2] = {strlen(path), strlen(other)};
    int before = errno;
    put(&kind, 1);
    put(lengths, sizeof lengths);
    put(&number, sizeof number);
    put(&length, sizeof length);
    put(path, lengths[0]);
    put(other, lengths[1]);
    put(data, length);
    errno = before;
}

/* Whether a path is one of those that are recorded. */
static int recorded(const char *path)
{
    size_t length = strlen(under), whole = strlen(path);
    if (journal < 0 || length == 0 || strncmp(path, under, length) != 0 || (path[length] != '/' && path[length] != 0))
        return 0;
    return whole < 4 || strcmp(path + whole - 4, "-shm") != 0;
}

/* The path of an open file, where it is recorded. */
static int path_of(int file, char *path)
{
    char link[64];
    int before = errno;
    if (journal < 0)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX - 1);
    errno = before;
    if (length <= 0)
        return 0;
    path[length] = 0;
    return recorded(path);
}

/* The whole path of a name in a directory. */
static int path_in(int directory, const char *name, char *path)
{
    char parent[PATH_MAX];
    if (journal < 0)
        return 0;
    if (name[0] == '/')
        snprintf(path, PATH_MAX, "%s", name);
    else if (directory == AT_FDCWD || !path_of(directory, parent) || snprintf(path, PATH_MAX, "%s/%s", parent, name) >= PATH_MAX)
        return 0;
    return recorded(path);
}

static int opened(int directory, const char *name, int flags, mode_t mode)
{
    char path[PATH_MAX];
    if (!(flags & (O_CREAT | O_TRUNC)) || !path_in(directory, name, path))
        return syscall(SYS_openat, directory, name, flags, mode);
    pthread_mutex_lock(&turn);
    int there = syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0;
    int file = syscall(SYS_openat, directory, name, flags, mode);
    if (file >= 0 && !there)
        record('C', path, "", 0, "", 0);
    if (file >= 0 && there && (flags & O_TRUNC))
        record('T', path, "", 0, "", 0);
    pthread_mutex_unlock(&turn);
    return file;
}

#define MODE(flags, mode) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }

int open(const char *name, int flags, ...) { MODE(flags, mode) return opened(AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE(flags, mode) return opened(AT_FDCWD, name, flags, mode); }
int openat(int in, const char *name, int flags, ...) { MODE(flags, mode) return opened(in, name, flags, mode); }
int openat64(int in, const char *name, int flags, ...) { MODE(flags, mode) return opened(in, name, flags, mode); }

static ssize_t wrote(int file, const struct iovec *parts, int count, off_t at, int placed)
{
    char path[PATH_MAX];
    if (!path_of(file, path))
        return placed ? pwritev(file, parts, count, at) : (ssize_t)syscall(SYS_writev, file, parts, count);
    pthread_mutex_lock(&turn);
    if (!placed) {
        struct stat state;
        at = syscall(SYS_lseek, file, 0, SEEK_CUR);
        if ((fcntl(file, F_GETFL) & O_APPEND) && fstat(file, &state) == 0)
            at = state.st_size;
    }
    ssize_t done = placed ? pwritev(file, parts, count, at) : (ssize_t)syscall(SYS_writev, file, parts, count);
    ssize_t left = done;
    for (int part = 0; part < count && left > 0; part++) {
        size_t length = parts[part].iov_len < (size_t)left ? parts[part].iov_len : (size_t)left;
        record('W', path, "", at, parts[part].iov_base, length);
        at += length;
        left -= length;
    }
    pthread_mutex_unlock(&turn);
    return done;
}

#define ONE(bytes, length) &(struct iovec){(void *)(bytes), (length)}, 1

ssize_t write(int file, const void *bytes, size_t length) { return wrote(file, ONE(bytes, length), 0, 0); }
ssize_t writev(int file, const struct iovec *parts, int count) { return wrote(file, parts, count, 0, 0); }
ssize_t pwrite(int file, const void *bytes, size_t length, off_t at) { return wrote(file, ONE(bytes, length), at, 1); }
ssize_t pwrite64(int file, const void *bytes, size_t length, off_t at) { return wrote(file, ONE(bytes, length), at, 1); }

static int cut(int file, off_t length)
{
    char path[PATH_MAX];
    int known = path_of(file, path);
    pthread_mutex_lock(&turn);
    int done = syscall(SYS_ftruncate, file, length);
    if (done == 0 && known)
        record('T', path, "", length, "", 0);
    pthread_mutex_unlock(&turn);
    return done;
}

int ftruncate(int file, off_t length) { return cut(file, length); }
int ftruncate64(int file, off_t length) { return cut(file, length); }

static int flushed(int file, long call)
{
    char path[PATH_MAX];
    int known = path_of(file, path);
    pthread_mutex_lock(&turn);
    int done = syscall(call, file);
    if (done == 0 && known)
        record('S', path, "", 0, "", 0);
    pthread_mutex_unlock(&turn);
    return done;
}

int fsync(int file) { return flushed(file, SYS_fsync); }
int fdatasync(int file) { return flushed(file, SYS_fdatasync); }

int rename(const char *from, const char *to)
{
    pthread_mutex_lock(&turn);
    int done = NEXT(rename)(from, to);
    if (done == 0 && recorded(from) && recorded(to))
        record('R', from, to, 0, "", 0);
    pthread_mutex_unlock(&turn);
    return done;
}

static int removed(int directory, const char *name, int flags)
{
    char path[PATH_MAX];
    int known = path_in(directory, name, path);
    pthread_mutex_lock(&turn);
    int done = syscall(SYS_unlinkat, directory, name, flags);
    if (done == 0 && known && !(flags & AT_REMOVEDIR))
        record('U', path, "", 0, "", 0);
    pthread_mutex_unlock(&turn);
    return done;
}

int unlink(const char *name) { return removed(AT_FDCWD, name, 0); }
int unlinkat(int directory, const char *name, int flags) { return removed(directory, name, flags); }
