// SPDX-License-Identifier: MIT
/* fail_malloc: makes allocations of the program fail, where LD_PRELOAD names it (failing.h). */
#include "failing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* glibc's own, under the names that it keeps for replacements like this one. */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t alignment, size_t n);

/* A sanitiser's, where there is one: it has to know of all that it is to free. */
void *__interceptor_malloc(size_t n) __attribute__((weak));
void *__interceptor_calloc(size_t n, size_t size) __attribute__((weak));
void *__interceptor_realloc(void *p, size_t n) __attribute__((weak));
void *__interceptor_aligned_alloc(size_t alignment, size_t n) __attribute__((weak));

#define REAL(name, libc) (__interceptor_##name ? __interceptor_##name : __libc_##libc)

static int refused(const void *caller)
{
	if (!fails(caller))
		return 0;
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t n)
{
	return refused(CALLER) ? NULL : REAL(malloc, malloc)(n);
}

void *calloc(size_t n, size_t size)
{
	return refused(CALLER) ? NULL : REAL(calloc, calloc)(n, size);
}

void *realloc(void *p, size_t n)
{
	return refused(CALLER) ? NULL : REAL(realloc, realloc)(p, n);
}

void *aligned_alloc(size_t alignment, size_t n)
{
	return refused(CALLER) ? NULL : REAL(aligned_alloc, memalign)(alignment, n);
}

static char *copy(const char *text, size_t n)
{
	char *p = REAL(malloc, malloc)(n + 1);

	if (p) {
		memcpy(p, text, n);
		p[n] = '\0';
	}
	return p;
}

char *strdup(const char *text)
{
	return refused(CALLER) ? NULL : copy(text, strlen(text));
}

char *strndup(const char *text, size_t n)
{
	return refused(CALLER) ? NULL : copy(text, strnlen(text, n));
}

int asprintf(char **ret, const char *format, ...)
{
	va_list args;
	int n;

	if (refused(CALLER))
		return -1;
	va_start(args, format);
	n = vasprintf(ret, format, args);
	va_end(args);
	return n;
}

/* These allocate within libc. */

DIR *opendir(const char *path)
{
	int fd = refused(CALLER) ? -1 : open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir && fd >= 0)
		close(fd);
	return dir;
}
