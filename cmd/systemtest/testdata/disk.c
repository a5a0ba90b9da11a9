// A disk that stalls, is full or fails, for the daemon alone: preloaded, it stands before the calls by which SQLite writes
// journal.db and its WAL. The file named by DISK_ORDERS says what it does, as "SERIAL WHAT NUMBER":
//
//	1 ok 0          all is well
//	2 stall 8000    each sync takes 8000 ms, until another order is given
//	3 full 0        each write fails with ENOSPC
//	4 error 7       the 7th call from now on fails with EIO, and only that one
//	5 broken 0      each call fails with EIO
//	6 copyfull 0    each write of a backup's copy fails with ENOSPC; journal.db is well
//	7 copystall 800 each write of a backup's copy takes 800 ms; journal.db is well
//
// The log named by DISK_LOG gets one octet for each failure.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long serial = -1, calls;

struct order {
	long serial, number;
	char what[16];
};

static int order(struct order *o) {
	const char *path = getenv("DISK_ORDERS");
	char text[64];
	int fd = path ? syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0) : -1;
	if (fd < 0)
		return 0;
	ssize_t n = syscall(SYS_read, fd, text, sizeof text - 1);
	syscall(SYS_close, fd);
	if (n <= 0)
		return 0;
	text[n] = 0;
	return sscanf(text, "%ld %15s %ld", &o->serial, o->what, &o->number) == 3;
}

static int is(int fd, const char *name) {
	char link[64], path[512];
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t n = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
	if (n <= 0)
		return 0;
	path[n] = 0;
	return strstr(path, name) && !strstr(path, "-shm");
}

static int fail(int with) {
	const char *path = getenv("DISK_LOG");
	int fd = path ? syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
	if (fd >= 0) {
		syscall(SYS_write, fd, "x", 1);
		syscall(SYS_close, fd);
	}
	errno = with;
	return 1;
}

// copying says of a call on a backup's copy whether it is to fail.
static int copying(int sync) {
	struct order o;
	if (sync || !order(&o))
		return 0;
	if (!strcmp(o.what, "copyfull"))
		return fail(ENOSPC);
	if (!strcmp(o.what, "copystall")) {
		struct timespec t = {o.number / 1000, o.number % 1000 * 1000 * 1000};
		nanosleep(&t, 0);
	}
	return 0;
}

// fails says whether this call is to fail, with errno set; a stall happens in it.
static int fails(int fd, int sync) {
	struct order o;
	if (is(fd, "/backup-"))
		return copying(sync);
	if (!is(fd, "/journal.db") || !order(&o))
		return 0;
	if (!strcmp(o.what, "stall") && sync) {
		for (long slept = 0; slept < o.number; slept += 10) {
			struct order now;
			struct timespec t = {0, 10 * 1000 * 1000};
			nanosleep(&t, 0);
			if (order(&now) && now.serial != o.serial)
				break;
		}
		return 0;
	}
	if (!strcmp(o.what, "full") && !sync)
		return fail(ENOSPC);
	if (!strcmp(o.what, "broken"))
		return fail(EIO);
	if (strcmp(o.what, "error"))
		return 0;
	pthread_mutex_lock(&lock);
	if (o.serial != serial) {
		serial = o.serial;
		calls = 0;
	}
	int now = ++calls == o.number;
	pthread_mutex_unlock(&lock);
	return now ? fail(EIO) : 0;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int fsync(int fd) { return fails(fd, 1) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return fails(fd, 1) ? -1 : REAL(fdatasync)(fd); }
int ftruncate(int fd, off_t n) { return fails(fd, 0) ? -1 : REAL(ftruncate)(fd, n); }
int ftruncate64(int fd, off64_t n) { return fails(fd, 0) ? -1 : REAL(ftruncate64)(fd, n); }
ssize_t write(int fd, const void *b, size_t n) { return fails(fd, 0) ? -1 : REAL(write)(fd, b, n); }
ssize_t pwrite(int fd, const void *b, size_t n, off_t at) { return fails(fd, 0) ? -1 : REAL(pwrite)(fd, b, n, at); }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t at) { return fails(fd, 0) ? -1 : REAL(pwrite64)(fd, b, n, at); }
