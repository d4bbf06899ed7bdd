// SPDX-License-Identifier: MIT
#include "log/journal_lib.h"

#include "base/str.h"

#include <dlfcn.h>

#define FUNCTION(NAME)                                                        \
	{                                                                     \
		"sd_journal_" #NAME, offsetof(struct journal_lib, NAME), true \
	}
#define MAY_LACK(NAME)                                                         \
	{                                                                      \
		"sd_journal_" #NAME, offsetof(struct journal_lib, NAME), false \
	}

static const struct function {
	const char *name;
	size_t at; /* in struct journal_lib */
	bool needed;
} functions[] = {
	FUNCTION(open),
	FUNCTION(open_directory),
	MAY_LACK(open_files_fd), /* systemd 230 */
	FUNCTION(close),
	FUNCTION(set_data_threshold),
	FUNCTION(add_match),
	FUNCTION(add_disjunction),
	FUNCTION(flush_matches),
	FUNCTION(seek_head),
	FUNCTION(seek_tail),
	FUNCTION(seek_cursor),
	FUNCTION(test_cursor),
	FUNCTION(get_cursor),
	FUNCTION(next),
	FUNCTION(previous),
	FUNCTION(restart_data),
	FUNCTION(enumerate_data),
	FUNCTION(get_realtime_usec),
	FUNCTION(get_fd),
	FUNCTION(process),
};

_Static_assert(sizeof(struct journal_lib) == ARRAY_LEN(functions) * sizeof(void *),
	"each function is looked up");

/* dlsym(3) says how a pointer to a function is made of its answer. */
static bool resolve(void *handle, struct journal_lib *lib)
{
	for (size_t i = 0; i < ARRAY_LEN(functions); i++) {
		const struct function *f = &functions[i];
		void *symbol = dlsym(handle, f->name);
		if (!symbol && f->needed)
			return false;
		memcpy((char *)lib + f->at, &symbol, sizeof symbol);
	}
	return true;
}

static const char *load(struct journal_lib *lib)
{
	void *handle = dlopen(JOURNAL_LIB_NAME, RTLD_NOW | RTLD_LOCAL);

	if (!handle)
		return JOURNAL_LIB_NAME " is not installed";
	if (resolve(handle, lib))
		return NULL; /* it stays loaded */
	dlclose(handle);
	return JOURNAL_LIB_NAME " is too old";
}

const struct journal_lib *journal_lib_load(const char **ret_why)
{
	static struct journal_lib lib;
	static const char *why;
	static bool tried;

	if (!tried)
		why = load(&lib);
	tried = true;
	*ret_why = why;
	return why ? NULL : &lib;
}
