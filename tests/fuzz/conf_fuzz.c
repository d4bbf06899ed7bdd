// SPDX-License-Identifier: MIT
/* The first byte chooses the server, "d" being the first, the rest is its configuration. No file is
 * read. */
#include "base/text.h"
#include "conf/build.h"

#include <stdint.h>
#include <stdlib.h>

static void require(int holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct conf_server *const servers[] = {&conf_nginx, &conf_apache, &conf_caddy,
		&conf_lighttpd, &conf_haproxy, &conf_traefik, &conf_litespeed};
	enum {
		SERVERS = sizeof servers / sizeof servers[0]
	};
	struct server_confs *c = calloc(1, sizeof *c);

	if (size > 0 && c &&
		server_confs_read_text(c, servers[(uint8_t)(data[0] - 'd') % SERVERS],
			(struct str){(const char *)data + 1, size - 1}) < 0)
		abort();
	for (size_t i = 0; c && i < c->log_count; i++) {
		require(c->logs[i].path[0] == '/');
		require(text_is_clean(str_of(c->logs[i].buffered)));
	}
	for (size_t i = 0; c && i < c->error_log_count; i++)
		require(c->error_logs[i].path[0] == '/');
	for (size_t i = 0; c && i < c->note_count; i++)
		require(text_is_clean(str_of(c->notes[i].text)));
	for (size_t i = 0; c && i < c->format_count; i++)
		require(text_is_clean(str_of(c->formats[i]->name)));
	server_confs_free(c);
	return 0;
}
