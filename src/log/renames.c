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
		struct log_rename *move = &m->at[i];
		if (move->name->dir_wd != event->wd || strcmp(move->file, event->name) != 0)
			continue;
		move->cookie = event->cookie;
		return;
	}
	if (name && m->n < LOG_RENAMES_MAX)
		m->at[m->n++] = (struct log_rename){.name = name, .cookie = event->cookie};
}

static void arrive(struct log_renames *m, const struct inotify_event *event)
{
	for (size_t i = 0; i < m->n; i++) {
		struct log_rename *move = &m->at[i];
		if (move->cookie != event->cookie || move->name->dir_wd != event->wd)
			continue;
		move->cookie = 0;
		snprintf(move->file, sizeof move->file, "%s", event->name);
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
	const struct log_rename *move = &m->at[i];
	const char *path = move->name->path, *slash = strrchr(path, '/');
	int dir = slash ? (int)(slash - path) + 1 : 0;
	char *to;

	if (move->cookie || asprintf(&to, "%.*s%s", dir, path, move->file) < 0)
		return NULL;
	return to;
}
