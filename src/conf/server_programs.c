// SPDX-License-Identifier: MIT
#include "conf/server_programs.h"

#include "conf/layouts.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#define WORDS_MAX 512

/* Command lines: nginx(8), httpd(8), caddy's and traefik's `help`, lighttpd(8), haproxy(1). */
static const struct server_program {
	const char *name;
	const struct conf_server *server;
	const char *conf_long; /* the option that names the main file, spelled out; or NULL */
	const char *valued;    /* options whose value is the next word */
	const char *beside;    /* the main file below the prefix; or NULL */
	char conf;             /* the option that names the main file; 0: none */
	char dir;              /* the one that says what a relative file starts from; 0: none */
	bool is_of_prefix;     /* it starts from where it was installed; else from where it runs */
} programs[] = {
	{"nginx", &conf_nginx, NULL, "cegp", "conf/nginx.conf", 'c', 'p', true},
	{"openresty", &conf_nginx, NULL, "cegp", "conf/nginx.conf", 'c', 'p', true},
	{"angie", &conf_nginx, NULL, "cegp", "conf/angie.conf", 'c', 'p', true},
	{"tengine", &conf_nginx, NULL, "cegp", "conf/nginx.conf", 'c', 'p', true},
	{"apache2", &conf_apache, NULL, "CDcdefkE", "conf/httpd.conf", 'f', 'd', true},
	{"httpd", &conf_apache, NULL, "CDcdefkE", "conf/httpd.conf", 'f', 'd', true},
	{"httpd-prefork", &conf_apache, NULL, "CDcdefkE", "conf/httpd.conf", 'f', 'd', true},
	{"httpd-event", &conf_apache, NULL, "CDcdefkE", "conf/httpd.conf", 'f', 'd', true},
	{"httpd-worker", &conf_apache, NULL, "CDcdefkE", "conf/httpd.conf", 'f', 'd', true},
	{"caddy", &conf_caddy, "config", "ac", "Caddyfile", 'c', 0, false},
	{"lighttpd", &conf_lighttpd, NULL, "fim", NULL, 'f', 0, false},
	{"haproxy", &conf_haproxy, NULL, "CLSfmnpx", NULL, 'f', 'C', false},
	{"traefik", &conf_traefik, "configfile", "", NULL, 0, 0, false},
	{"openlitespeed", &conf_litespeed, NULL, "", "conf/httpd_config.conf", 0, 0, true},
	{"litespeed", &conf_litespeed, NULL, "", "conf/httpd_config.conf", 0, 0, true},
};

#define COMM_MAX 15

const struct server_program *server_program_find(struct str comm)
{
	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		struct str name = str_of(programs[i].name);
		if (name.n > COMM_MAX)
			name.n = COMM_MAX;
		if (str_eq(name, comm))
			return &programs[i];
	}
	return NULL;
}

/* Words. */

struct command {
	struct str words[WORDS_MAX];
	size_t n;
};

static void split(struct command *c, struct str text, bool by_blanks)
{
	while (text.n && c->n < WORDS_MAX) {
		size_t n = 0;
		while (n < text.n && text.p[n] && !(by_blanks && text.p[n] == ' '))
			n++;
		if (n || !by_blanks)
			c->words[c->n++] = (struct str){text.p, n};
		text = str_skip(text, n + (n < text.n));
	}
}

/* "nginx: master process /usr/sbin/nginx -c x" is one word, of which blanks were made: a file's
 * name with a blank in it cannot be told from two. False: a worker, a helper. */
static bool split_title(struct command *c, struct str text)
{
	static const struct str master = {": master process ", 17};
	const char *colon = memmem(text.p, text.n, ": ", 2);
	const char *stop = memchr(text.p, '\0', text.n);

	if (!colon || (stop && colon > stop) || memchr(text.p, '/', (size_t)(colon - text.p))) {
		split(c, text, false);
		return true;
	}
	struct str rest = str_skip(text, (size_t)(colon - text.p));
	if (!str_take(&rest, master))
		return false;
	split(c, rest, true);
	return true;
}

/* What the arguments say. */

struct said {
	struct str confs[RUNNING_PATHS_MAX], dir;
	size_t conf_count;
};

static void add_conf(struct said *said, struct str path)
{
	if (path.n && said->conf_count < RUNNING_PATHS_MAX)
		said->confs[said->conf_count++] = path;
}

static bool is_same_word(struct str word, const char *name)
{
	return name && strlen(name) == word.n && strncasecmp(name, word.p, word.n) == 0;
}

/* "--key=value", "--key value"; Go's programs take one hyphen, too. */
static void take_long(const struct server_program *p, const struct command *c, size_t *i,
	struct said *said, struct running_server *s)
{
	struct str word = c->words[*i];

	while (word.n && *word.p == '-')
		word = str_skip(word, 1);
	const char *equals = word.n ? memchr(word.p, '=', word.n) : NULL;
	struct str key = {word.p, equals ? (size_t)(equals - word.p) : word.n};
	struct str value = equals ? str_skip(word, key.n + 1) : STR_ABSENT;
	bool is_conf = is_same_word(key, p->conf_long);
	if (is_conf && !equals && *i + 1 < c->n)
		value = c->words[++*i];
	if (is_conf)
		add_conf(said, value);
	if (s->argument_count < RUNNING_ARGUMENTS_MAX)
		s->arguments[s->argument_count++] = (struct conf_argument){key, value};
}

static void take_short(
	const struct server_program *p, const struct command *c, size_t *i, struct said *said)
{
	struct str word = c->words[*i];
	char letter = word.p[1];
	struct str value = str_skip(word, 2);

	if (!letter || !strchr(p->valued, letter))
		return;
	if (str_starts(value, STR_LIT("=")))
		value = str_skip(value, 1);
	if (!value.n && *i + 1 < c->n)
		value = c->words[++*i];
	if (letter == p->conf)
		add_conf(said, value);
	else if (letter == p->dir)
		said->dir = value;
}

static void take_words(const struct server_program *p, const struct command *c, struct said *said,
	struct running_server *s)
{
	for (size_t i = 1; i < c->n; i++) {
		struct str word = c->words[i];
		if (word.n < 2 || *word.p != '-')
			continue;
		if (word.p[1] == '-' || !p->conf)
			take_long(p, c, &i, said, s);
		else
			take_short(p, c, &i, said);
	}
}

/* Paths. */

static bool add_path(struct running_server *s, const char *dir, struct str path)
{
	char whole[PATH_MAX];

	if (s->path_count == RUNNING_PATHS_MAX || !path.n || (*path.p != '/' && !dir[0]) ||
		!conf_join(whole, dir, path))
		return true;
	s->paths[s->path_count] = strdup(whole);
	return s->paths[s->path_count++] != NULL;
}

/* PREFIX/sbin/nginx, PREFIX/bin/httpd. False: it lies elsewhere. */
static bool install_prefix(const char *exe, char out[static PATH_MAX])
{
	struct str dir = str_of(exe);

	for (int up = 0; up < 2; up++) {
		const char *slash = dir.n ? memrchr(dir.p, '/', dir.n) : NULL;
		dir.n = slash ? (size_t)(slash - dir.p) : 0;
		struct str last = slash ? str_of(slash) : STR_ABSENT;
		if (up == 1 && !str_starts(last, STR_LIT("/bin/")) &&
			!str_starts(last, STR_LIT("/sbin/")))
			return false;
	}
	return dir.n && snprintf(out, PATH_MAX, "%.*s", STR_FMT(dir)) < PATH_MAX;
}

static bool add_layouts(struct running_server *s)
{
	bool fits = true;

	for (size_t i = 0; i < layout_count && fits; i++)
		for (size_t k = 0; layouts[i].server == s->server && layouts[i].paths[k] && fits;
			k++)
			fits = add_path(s, "", str_of(layouts[i].paths[k]));
	return fits;
}

/* Nobody has said which one: the places where the program itself looks. */
static bool add_guesses(const struct server_program *p, struct running_server *s, const char *dir)
{
	s->is_guess = true;
	if (p->beside && !add_path(s, dir, str_of(p->beside)))
		return false;
	return add_layouts(s);
}

static bool settle(const struct server_program *p, const struct said *said, const char *exe,
	const char *cwd, struct running_server *s)
{
	char built[PATH_MAX] = "", dir[PATH_MAX] = "";
	bool fits = true;

	if (!p->is_of_prefix)
		snprintf(built, sizeof built, "%s", cwd);
	else if (!install_prefix(exe, built))
		built[0] = '\0';
	if (!said->dir.n || !conf_join(dir, cwd, said->dir))
		snprintf(dir, sizeof dir, "%s", built);
	s->is_packaged = p->is_of_prefix && strcmp(dir, "/usr") == 0;
	if (p->is_of_prefix && !s->is_packaged)
		snprintf(s->prefix, sizeof s->prefix, "%s", dir);
	for (size_t i = 0; i < said->conf_count && fits; i++)
		fits = add_path(s, dir, said->confs[i]);
	return fits && (s->path_count || add_guesses(p, s, dir));
}

/* Of a link in /proc/PID. */
static const char *path_of(const char *link)
{
	return link[0] == '/' ? link : "";
}

bool server_program_read(const struct server_program *p, struct str command, const char *exe,
	const char *cwd, struct running_server *s)
{
	struct command *c = calloc(1, sizeof *c);
	struct said said = {0};

	if (!c)
		return false;
	s->server = p->server;
	s->words = malloc(command.n + 1);
	bool fits = s->words != NULL;
	if (fits) {
		memcpy(s->words, command.p, command.n);
		s->words[command.n] = '\0';
		fits = split_title(c, (struct str){s->words, command.n}) && c->n > 0;
	}
	if (fits) {
		take_words(p, c, &said, s);
		fits = settle(p, &said, path_of(exe), path_of(cwd), s);
	}
	free(c);
	return fits;
}
