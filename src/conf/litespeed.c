// SPDX-License-Identifier: MIT
/*
 * OpenLiteSpeed: a line is a name and a value, and may open a block. Virtual hosts have files of
 * their own, in which $VH_NAME and $VH_ROOT stand for what the main file says of the host.
 * https://docs.openlitespeed.org/config/
 */
#include "conf/build.h"
#include "log/custom.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* A block that may name a log: accesslog, errorlog. */
struct log_block {
	unsigned nest; /* 0: we are in none */
	bool errors, of_server;
	char path[PATH_MAX], format[FORMAT_STRING_MAX];
};

struct litespeed {
	char root[PATH_MAX]; /* $SERVER_ROOT */
	unsigned nest;
	uint32_t host_count;
	bool in_host, is_vhost_file;
	char name[256], vh_root[PATH_MAX], file[PATH_MAX]; /* of the host that we are in */
	struct log_block log;
};

static void copy(char *out, size_t cap, struct str text)
{
	snprintf(out, cap, "%.*s", text.n < cap ? (int)text.n : 0, text.n ? text.p : "");
}

/* With its variables replaced, from the server's root on. False when it is too long. */
static bool path_of(const struct litespeed *l, struct str text, char out[static PATH_MAX])
{
	const struct {
		struct str name, value;
	} variables[] = {
		{STR_LIT("$SERVER_ROOT"), str_of(l->root)},
		{STR_LIT("$VH_ROOT"), str_of(l->vh_root)},
		{STR_LIT("$VH_NAME"), str_of(l->name)},
	};
	char whole[PATH_MAX];
	size_t n = 0;

	while (text.n) {
		struct str piece = {text.p, 1};
		size_t step = 1;
		for (size_t i = 0; i < ARRAY_LEN(variables); i++)
			if (variables[i].value.n && str_starts(text, variables[i].name)) {
				piece = variables[i].value;
				step = variables[i].name.n;
			}
		if (n + piece.n >= sizeof whole)
			return false;
		memcpy(whole + n, piece.p, piece.n);
		n += piece.n;
		text = str_skip(text, step);
	}
	return n && conf_join(out, l->root, (struct str){whole, n});
}

static void end_log(struct conf_build *b, struct litespeed *l)
{
	const struct log_block *log = &l->log;
	struct str path = str_of(log->path);

	l->log.nest = 0;
	if (log->of_server || path.n == 0)
		return;
	if (memchr(path.p, '$', path.n)) {
		conf_note(b, "log %s: a variable of it is not known", log->path);
		return;
	}
	b->context = l->is_vhost_file || l->in_host ? 1 + l->host_count : CONF_MAIN;
	if (log->errors)
		conf_add_error_log(b, path);
	else
		conf_add_log(b, path, str_of(log->format), STR_ABSENT);
}

static void open_log(struct conf_build *b, struct litespeed *l, struct str path, bool errors)
{
	l->log = (struct log_block){.nest = l->nest, .errors = errors};
	if (!path_of(l, path, l->log.path))
		conf_note(b, "log %.*s: the name is too long", STR_FMT(path));
}

static void read_lines(struct conf_build *b, struct str text);

static void read_file(void *context, const char *path)
{
	conf_read(context, path, read_lines);
}

static void take_include(struct conf_build *b, struct str what)
{
	char path[PATH_MAX];

	if (path_of(b->state, what, path) &&
		conf_file_expand(&b->budget, path, true, read_file, b) < 0)
		conf_note(b, "include %s: not read, it would be too much", path);
}

/* Its file is read when all is known that the main file says of it. */
static void end_host(struct conf_build *b, struct litespeed *l)
{
	unsigned nest = l->nest;

	l->in_host = false;
	if (!l->file[0])
		return;
	l->is_vhost_file = true;
	l->nest = 0;
	conf_read(b, l->file, read_lines);
	l->nest = nest;
	l->is_vhost_file = false;
}

static void begin_host(struct litespeed *l, struct str name)
{
	l->in_host = true;
	l->host_count++;
	l->vh_root[0] = l->file[0] = '\0';
	copy(l->name, sizeof l->name, name);
}

static struct str without_slash(struct str s)
{
	while (s.n > 1 && s.p[s.n - 1] == '/')
		s.n--;
	return s;
}

static void take_setting(
	struct conf_build *b, struct litespeed *l, struct str key, struct str value)
{
	if (l->log.nest && conf_is(key, "useServer"))
		l->log.of_server = str_eq(value, STR_LIT("1"));
	else if (l->log.nest && conf_is(key, "logFormat"))
		copy(l->log.format, sizeof l->log.format, value);
	else if (l->in_host && conf_is(key, "vhRoot"))
		path_of(l, without_slash(value), l->vh_root);
	else if (l->in_host && conf_is(key, "configFile"))
		path_of(l, value, l->file);
	else if (conf_is(key, "include"))
		take_include(b, value);
}

/* `x`, "x" or x; within quotes a backslash stands before a quote. */
static struct str unquoted(struct str s, char *out, size_t cap)
{
	size_t n = 0;

	s = conf_trim(s);
	bool quoted = s.n > 1 && (*s.p == '"' || *s.p == '`') && s.p[s.n - 1] == *s.p;
	for (size_t i = quoted; i + quoted < s.n && n < cap; i++) {
		i += s.p[i] == '\\' && i + 1 + quoted < s.n && s.p[i + 1] == '"';
		out[n++] = s.p[i];
	}
	return (struct str){out, n};
}

static void close_block(struct conf_build *b, struct litespeed *l)
{
	if (l->log.nest && l->log.nest == l->nest)
		end_log(b, l);
	l->nest -= l->nest > 0;
	if (l->in_host && l->nest == 0)
		end_host(b, l);
}

static void take_line(struct conf_build *b, struct str line)
{
	struct litespeed *l = b->state;
	char buf[FORMAT_STRING_MAX];
	struct str s = conf_trim(line);

	if (s.n == 0 || *s.p == '#')
		return;
	if (*s.p == '}') {
		close_block(b, l);
		return;
	}
	bool opens = s.p[s.n - 1] == '{';
	s.n -= opens;
	size_t n = 0;
	while (n < s.n && !isspace((unsigned char)s.p[n]))
		n++;
	struct str key = {s.p, n}, value = unquoted(str_skip(s, n), buf, sizeof buf);
	l->nest += opens;
	bool errors = conf_is(key, "errorlog");
	if (errors || conf_is(key, "accesslog")) {
		open_log(b, l, value, errors);
		if (!opens)
			end_log(b, l);
	} else if (opens && l->nest == 1 && conf_is(key, "virtualHost")) {
		begin_host(l, value);
	} else {
		take_setting(b, l, key, value);
	}
}

static void read_lines(struct conf_build *b, struct str text)
{
	for (const char *p = text.p, *end = text.p + text.n; p < end;) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		const char *stop = newline ? newline : end;
		take_line(b, (struct str){p, (size_t)(stop - p)});
		p = stop + 1;
	}
}

static struct litespeed *begin(struct conf_build *b)
{
	struct litespeed *l = calloc(1, sizeof *l);
	static const struct str conf = {"/conf", 5};
	struct str dir = str_of(b->dir);

	/* /usr/local/lsws/conf/httpd_config.conf speaks of paths below /usr/local/lsws. */
	if (dir.n > conf.n && str_eq(str_skip(dir, dir.n - conf.n), conf))
		dir.n -= conf.n;
	if (l)
		copy(l->root, sizeof l->root, dir);
	b->state = l;
	return l;
}

static int read_main(struct conf_build *b, const char *path)
{
	struct litespeed *l = begin(b);

	if (!l)
		return -ENOMEM;
	int err = conf_read(b, path, read_lines);
	if (!err && b->log_count == 0)
		conf_note(b, "no access log that can be followed is configured (accesslog)");
	free(l);
	return err;
}

static void read_text(struct conf_build *b, struct str text)
{
	struct litespeed *l = begin(b);

	if (l)
		read_lines(b, text);
	free(l);
}

const struct conf_server conf_litespeed = {
	.name = "litespeed",
	.dialect = LOG_DIALECT_APACHE,
	.read = read_main,
	.read_text = read_text,
};
