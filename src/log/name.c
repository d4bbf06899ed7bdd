// SPDX-License-Identifier: MIT
#include "log/name.h"

#include <stdlib.h>
#include <string.h>

struct log_name *log_name_new(const char *path)
{
	struct log_name *name = calloc(1, sizeof *name);

	if (name && (name->path = strdup(path)) && log_stream_init(&name->stream, path) == 0)
		return name;
	log_name_free(name);
	return NULL;
}

void log_name_free(struct log_name *name)
{
	if (!name)
		return;
	free(name->path);
	log_stream_done(&name->stream);
	free(name);
}
