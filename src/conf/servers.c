// SPDX-License-Identifier: MIT
#include "conf/servers.h"

#include "base/text.h"
#include "conf/build.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const struct conf_server *const servers[] = {
	&conf_nginx, &conf_apache, &conf_caddy, &conf_lighttpd};

_Static_assert(ARRAY_LEN(servers) <= ARRAY_LEN(((struct server_confs *)0)->reads),
	"each server may have been read");

static void note_read(struct conf_build *b, const char *path, int err)
{
	struct server_read *read = &b->confs->reads[b->confs->read_count++];

	*read = (struct server_read){.server = b->server->name, .err = err};
	text_sanitise(read->path, sizeof read->path - 1, str_of(path));
	if (b->budget.bytes == 0 || b->budget.files == 0 || b->budget.globs == 0)
		conf_note(b, "the configuration is too large to be read whole");
}

static int read_server(struct server_confs *c, const struct conf_server *server, const char *root)
{
	struct conf_build *b = conf_build_new(c, server, root);
	int err = -ENOENT;

	if (!b)
		return -ENOMEM;
	for (const char *const *path = server->paths; *path && err == -ENOENT; path++) {
		snprintf(b->dir, sizeof b->dir, "%.*s", (int)(strrchr(*path, '/') - *path), *path);
		err = server->read(b, *path);
		if (err == -ENOTDIR)
			err = -ENOENT;
		if (err != -ENOENT)
			note_read(b, *path, err);
	}
	conf_build_finish(b);
	return 0;
}

struct server_confs *server_confs_new(const char *root)
{
	struct server_confs *c = calloc(1, sizeof *c);

	for (size_t i = 0; c && i < ARRAY_LEN(servers); i++) {
		if (read_server(c, servers[i], root) == 0)
			continue;
		server_confs_free(c);
		return NULL;
	}
	return c;
}
