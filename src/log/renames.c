// SPDX-License-Identifier: MIT
#include "log/renames.h"

#include "log/name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

static void leave(struct log_renames *m, const struct inotify_event *event, struct log_name *name)
{
	/* logrotate moves what it has moved before: access.log.1 becomes access.log.2. */
	for (size_t i = 0; i < m->n; i++) {
		struct log_rename *entry = &m->at[i];
		if (entry->wd != event->wd || strcmp(entry->file, event->name) != 0)
			continue;
		entry->cookie = event->cookie;
		return;
	}
	if (name && m->n < LOG_RENAMES_MAX)
		m->at[m->n++] =
			(struct log_rename){.name = name, .wd = event->wd, .cookie = event->cookie};
}

static void arrive(struct log_renames *m, const struct inotify_event *event)
{
	for (size_t i = 0; i < m->n; i++) {
		struct log_rename *entry = &m->at[i];
		if (entry->cookie != event->cookie || entry->wd != event->wd)
			continue;
		entry->cookie = 0;
		snprintf(entry->file, sizeof entry->file, "%s", event->name);
	}
}

void log_renames_take(
	struct log_renames *m, const struct inotify_event *event, struct log_name *name)
{
	if (event->mask & IN_MOVED_FROM)
		leave(m, event, name);
	else
		arrive(m, event);
}

char *log_renames_path(const struct log_renames *m, size_t i)
{
	const struct log_rename *entry = &m->at[i];
	const char *path = entry->name->path, *slash = strrchr(path, '/');
	int dir = slash ? (int)(slash - path) + 1 : 0;
	char *to;

	if (entry->cookie || asprintf(&to, "%.*s%s", dir, path, entry->file) < 0)
		return NULL;
	return to;
}
