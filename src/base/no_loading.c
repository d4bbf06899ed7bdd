// SPDX-License-Identifier: MIT
/* dlopen(3) of a static program, for libraries that have an option for it (sqlite3's extensions):
 * nothing can be loaded. The C library's would look for itself on the disk, in the version that it
 * was linked with. It has its own uses for these names, so the linker wraps them (ld(1), --wrap).
 */
#include <stddef.h>

void *__wrap_dlopen(const char *file, int mode);
char *__wrap_dlerror(void);
void *__wrap_dlsym(void *handle, const char *name);
int __wrap_dlclose(void *handle);

void *__wrap_dlopen(const char *file, int mode)
{
	(void)file;
	(void)mode;
	return NULL;
}

char *__wrap_dlerror(void)
{
	static char why[] = "a static build loads no library";

	return why;
}

void *__wrap_dlsym(void *handle, const char *name)
{
	(void)handle;
	(void)name;
	return NULL;
}

int __wrap_dlclose(void *handle)
{
	(void)handle;
	return -1;
}
