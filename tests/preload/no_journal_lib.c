// SPDX-License-Identifier: MIT
/* no_journal_lib: hides libsystemd from dlopen(3), where LD_PRELOAD names it. */
#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

void *dlopen(const char *file, int mode)
{
	static void *(*real)(const char *, int);

	if (file && strstr(file, "libsystemd"))
		return NULL;
	if (!real) {
		void *symbol = dlsym(RTLD_NEXT, "dlopen");
		memcpy(&real, &symbol, sizeof real);
	}
	return real ? real(file, mode) : NULL;
}
