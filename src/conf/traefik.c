// SPDX-License-Identifier: MIT
/*
 * Traefik: its static configuration, in YAML, in TOML or as arguments; only accessLog matters.
 * https://doc.traefik.io/traefik/observability/access-logs/
 */
#include "conf/build.h"

#include <stdio.h>

struct traefik {
	bool in_log;  /* in the section */
	bool enabled; /* there is one */
	char path[PATH_MAX];
};

/* 'x', "x" or x, with a comment behind it. */
static struct str value_of(struct str text)
{
	struct str s = conf_trim(text);
	char quote = s.n && (*s.p == '"' || *s.p == '\'') ? *s.p : '\0';

	if (quote) {
		const char *close = memchr(s.p + 1, quote, s.n - 1);
		return close ? (struct str){s.p + 1, (size_t)(close - s.p) - 1} : STR_ABSENT;
	}
	const char *comment = s.n ? memmem(s.p, s.n, " #", 2) : NULL;
	if (comment)
		s.n = (size_t)(comment - s.p);
	return conf_trim(s);
}

static void take_path(struct traefik *t, struct str path)
{
	t->enabled = true;
	if (path.n < sizeof t->path)
		snprintf(t->path, sizeof t->path, "%.*s", STR_FMT(path));
}

/* "accessLog:" at the left edge opens YAML's section, and what else stands there closes it;
 * "[accessLog]" is TOML's. */
static void take_line(struct traefik *t, struct str line)
{
	struct str s = conf_trim(line);

	if (s.n == 0 || *s.p == '#')
		return;
	if (*s.p == '[') {
		t->in_log = conf_is(value_of(s), "[accessLog]");
		t->enabled |= t->in_log;
		return;
	}
	size_t n = 0;
	while (n < s.n && s.p[n] != ':' && s.p[n] != '=')
		n++;
	struct str key = conf_trim((struct str){s.p, n}), rest = str_skip(s, n + (n < s.n));
	if (n < s.n && s.p[n] == ':' && s.p == line.p) {
		t->in_log = conf_is(key, "accessLog");
		t->enabled |= t->in_log && !conf_is(value_of(rest), "false");
	} else if (t->in_log && conf_is(key, "filePath")) {
		take_path(t, value_of(rest));
	}
}

static void read_lines(struct conf_build *b, struct str text)
{
	for (const char *p = text.p, *end = text.p + text.n; p < end;) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		const char *stop = newline ? newline : end;
		take_line(b->state, (struct str){p, (size_t)(stop - p)});
		p = stop + 1;
	}
}

/* "--accesslog.filepath=PATH", "--accesslog" */
static void take_arguments(struct conf_build *b, struct traefik *t)
{
	for (size_t i = 0; i < b->argument_count; i++) {
		const struct conf_argument *argument = &b->arguments[i];
		t->enabled |=
			conf_is(argument->key, "accesslog") && !conf_is(argument->value, "false");
		if (conf_is(argument->key, "accesslog.filepath"))
			take_path(t, argument->value);
	}
}

static void finish(struct conf_build *b, const struct traefik *t)
{
	if (!t->enabled)
		conf_note(b, "no access log is configured: accessLog is missing");
	else if (t->path[0] == '/')
		conf_add_log(b, str_of(t->path), STR_ABSENT, STR_ABSENT);
	else if (t->path[0])
		conf_note(b, "log %s: the name is not given in full", t->path);
	else
		conf_note(b, "a log goes to standard output");
}

static int read_main(struct conf_build *b, const char *path)
{
	struct traefik t = {0};

	b->state = &t;
	int err = path ? conf_read(b, path, read_lines) : 0;
	take_arguments(b, &t);
	if (!err)
		finish(b, &t);
	b->state = NULL;
	return err;
}

static void read_text(struct conf_build *b, struct str text)
{
	struct traefik t = {0};

	b->state = &t;
	read_lines(b, text);
	finish(b, &t);
	b->state = NULL;
}

const struct conf_server conf_traefik = {
	.name = "traefik",
	.by_arguments = true,
	.read = read_main,
	.read_text = read_text,
};
