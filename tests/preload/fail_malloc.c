// SPDX-License-Identifier: MIT
/* fail_malloc: makes allocations of the program fail, where LD_PRELOAD names it.
 *
 *	FAIL_MALLOC_AT=N     the N-th one fails, the next succeeds again
 *	FAIL_MALLOC_FROM=N   the N-th one fails and so does every one after it
 *	FAIL_MALLOC_COUNT=F  writes to F at the end how many there were
 *	FAIL_MALLOC_NOT=L-H  those between these addresses of the file do not count: the test's own
 *
 * Only what the program itself asks for counts, not what libraries ask for on their own: whether
 * they bear it is not ours to test. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
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

static uintptr_t text_start, text_end; /* of the program */
static uintptr_t not_start, not_end;   /* of what does not count */
static unsigned long at, from, count;

static unsigned long number(const char *name)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 10) : 0;
}

/* The program is what comes first. */
static int find_text(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	(void)data;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		if (p->p_type == PT_LOAD && p->p_flags & PF_X) {
			text_start = info->dlpi_addr + p->p_vaddr;
			text_end = text_start + p->p_memsz;
		}
	}
	not_start += info->dlpi_addr;
	not_end += info->dlpi_addr;
	return 1;
}

__attribute__((constructor)) static void begin(void)
{
	const char *excluded = getenv("FAIL_MALLOC_NOT");
	char *rest;

	if (excluded) {
		not_start = strtoul(excluded, &rest, 16);
		not_end = strtoul(rest + 1, NULL, 16);
	}
	at = number("FAIL_MALLOC_AT");
	from = number("FAIL_MALLOC_FROM");
	dl_iterate_phdr(find_text, NULL);
}

/* What the program starts is not to be failed too, nor to write the count. */
__attribute__((destructor)) static void end(void)
{
	const char *path = getenv("FAIL_MALLOC_COUNT");
	char text[32];
	int n = snprintf(text, sizeof text, "%lu\n", count);
	int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;

	if (fd < 0)
		return;
	if (write(fd, text, (size_t)n) != n)
		abort();
	close(fd);
}

static int fails(const void *caller)
{
	if ((uintptr_t)caller < text_start || (uintptr_t)caller >= text_end)
		return 0;
	if ((uintptr_t)caller >= not_start && (uintptr_t)caller < not_end)
		return 0;
	unsigned long n = __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED);
	if (n != at && (!from || n < from))
		return 0;
	errno = ENOMEM;
	return 1;
}

#define CALLER __builtin_return_address(0)

void *malloc(size_t n)
{
	return fails(CALLER) ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
	return fails(CALLER) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
	return fails(CALLER) ? NULL : __libc_realloc(p, n);
}

void *aligned_alloc(size_t alignment, size_t n)
{
	return fails(CALLER) ? NULL : __libc_memalign(alignment, n);
}

static char *copy(const char *text, size_t n)
{
	char *p = __libc_malloc(n + 1);

	if (p) {
		memcpy(p, text, n);
		p[n] = '\0';
	}
	return p;
}

char *strdup(const char *text)
{
	return fails(CALLER) ? NULL : copy(text, strlen(text));
}

char *strndup(const char *text, size_t n)
{
	return fails(CALLER) ? NULL : copy(text, strnlen(text, n));
}

int asprintf(char **ret, const char *format, ...)
{
	va_list args;
	int n;

	if (fails(CALLER))
		return -1;
	va_start(args, format);
	n = vasprintf(ret, format, args);
	va_end(args);
	return n;
}

/* These allocate within libc. */

DIR *opendir(const char *path)
{
	int fd = fails(CALLER) ? -1 : open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir && fd >= 0)
		close(fd);
	return dir;
}
