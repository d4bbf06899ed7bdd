// SPDX-License-Identifier: MIT
/* Any bytes are the command line of a process that is called as a web server is: anybody can start
 * one. The first byte chooses the server, a line each is what its exe and cwd lead to. */
#include "conf/server_programs.h"

#include <stdlib.h>

static void require(int holds)
{
	if (!holds)
		abort();
}

/* A line of the input, as a text of at most a path's length. */
static void take_line(struct str *from, char text[static PATH_MAX])
{
	const char *end = memchr(from->p, '\n', from->n);
	size_t n = end ? (size_t)(end - from->p) : 0, kept = n < PATH_MAX - 1 ? n : PATH_MAX - 1;

	memcpy(text, from->p, kept);
	text[kept] = '\0';
	*from = str_skip(*from, n + !!end);
}

static void check(const struct running_server *s)
{
	require(s->server && s->path_count <= RUNNING_PATHS_MAX);
	require(s->argument_count <= RUNNING_ARGUMENTS_MAX);
	require(memchr(s->prefix, '\0', sizeof s->prefix) != NULL);
	require(!s->prefix[0] || s->prefix[0] == '/');
	for (size_t i = 0; i < s->path_count; i++)
		require(s->paths[i][0] == '/' && strlen(s->paths[i]) < PATH_MAX);
}

static void done(struct running_server *s)
{
	for (size_t i = 0; i < s->path_count; i++)
		free(s->paths[i]);
	free(s->words);
	free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"nginx", "apache2", "httpd", "caddy", "lighttpd",
		"haproxy", "traefik", "openlitespeed", "angie"};
	static char exe[PATH_MAX], cwd[PATH_MAX];

	if (size < 1)
		return 0;
	struct str rest = {(const char *)data + 1, size - 1};
	const char *name = names[data[0] % ARRAY_LEN(names)];
	take_line(&rest, exe);
	take_line(&rest, cwd);
	if (rest.n == 0 || rest.n >= RUNNING_WORDS_MAX)
		return 0;
	char *words = malloc(rest.n + 1); /* as it is read: with a NUL behind it */
	struct running_server *s = calloc(1, sizeof *s);
	require(words && s);
	memcpy(words, rest.p, rest.n);
	words[rest.n] = '\0';
	if (server_program_read(
		    server_program_find(str_of(name)), (struct str){words, rest.n}, exe, cwd, s))
		check(s);
	free(words);
	done(s);
	return 0;
}
