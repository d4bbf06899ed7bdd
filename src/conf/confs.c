// SPDX-License-Identifier: MIT
#include "conf/confs.h"

#include "log/format_string.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void server_confs_free(struct server_confs *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->log_count; i++)
		free(c->logs[i].path);
	for (size_t i = 0; i < c->error_log_count; i++)
		free(c->error_logs[i].path);
	for (size_t i = 0; i < c->format_count; i++)
		format_string_free(c->formats[i]);
	conf_stamps_done(&c->stamps);
	free(c);
}

const struct server_log *server_confs_find(const struct server_confs *c, const char *path)
{
	struct stat it, st;
	bool there = stat(path, &it) == 0;

	for (size_t i = 0; i < c->log_count; i++)
		if (strcmp(c->logs[i].path, path) == 0)
			return &c->logs[i];
	for (size_t i = 0; i < c->log_count; i++) {
		const char *named = c->logs[i].path;
		if (strpbrk(named, "*?[") && fnmatch(named, path, FNM_PATHNAME) == 0)
			return &c->logs[i];
		if (there && stat(named, &st) == 0 && st.st_dev == it.st_dev &&
			st.st_ino == it.st_ino && S_ISREG(st.st_mode))
			return &c->logs[i];
	}
	return NULL;
}

bool server_confs_look_up(const void *context, const char *path, struct log_configured *ret)
{
	const struct server_log *log = server_confs_find(context, path);

	if (!log)
		return false;
	*ret = (struct log_configured){
		.format = log->format, .buffered = log->buffered[0] ? log->buffered : NULL};
	return true;
}
