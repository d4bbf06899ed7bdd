// SPDX-License-Identifier: MIT
/*
 * lighttpd: assignments, of strings that may be put together with "+" from others.
 * https://redmine.lighttpd.net/projects/lighttpd/wiki/Docs_ModAccessLog
 */
#include "conf/build.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define VARIABLES_MAX 64
#define NAME_MAX_     64
#define VALUE_MAX     1024
#define FORMAT        "accesslog"
#define DEFAULT       "%h %V %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\""

struct variable {
	char name[NAME_MAX_], value[VALUE_MAX];
};

struct lighttpd {
	struct variable variables[VARIABLES_MAX];
	size_t count, logs;
};

static struct str skip_space(struct str s)
{
	while (s.n && isspace((unsigned char)*s.p)) {
		s.p++;
		s.n--;
	}
	return s;
}

/* A name at the start of *s, which goes behind it. "var." before it says nothing. */
static struct str take_name(struct str *s)
{
	struct str name = {s->p, 0};

	while (name.n < s->n && (isalnum((unsigned char)s->p[name.n]) || s->p[name.n] == '_' ||
					s->p[name.n] == '-' || s->p[name.n] == '.'))
		name.n++;
	s->p += name.n;
	s->n -= name.n;
	if (str_starts(name, STR_LIT("var.")))
		name = (struct str){name.p + 4, name.n - 4};
	return name;
}

/* A string at the start of *s; only quotes are escaped. Returns its length in out. */
static size_t take_string(struct str *s, char *out, size_t cap)
{
	size_t n = 0, i = 1;

	for (; i < s->n && s->p[i] != '"'; i++) {
		i += s->p[i] == '\\' && i + 1 < s->n && (s->p[i + 1] == '"' || s->p[i + 1] == '\\');
		if (n < cap)
			out[n++] = s->p[i];
	}
	i += i < s->n;
	s->p += i;
	s->n -= i;
	return n;
}

static size_t copy_variable(const struct lighttpd *l, struct str name, char *out, size_t cap)
{
	for (size_t i = l->count; i-- > 0;) {
		struct str value = str_of(l->variables[i].value);
		if (!str_eq(str_of(l->variables[i].name), name))
			continue;
		size_t n = value.n < cap ? value.n : cap;
		memcpy(out, value.p, n);
		return n;
	}
	return 0;
}

/* "log_root + \"/access.log\"". Returns the length, 0 when it is no string. */
static size_t take_value(const struct lighttpd *l, struct str *s, char *out, size_t cap)
{
	size_t n = 0;

	for (;;) {
		*s = skip_space(*s);
		if (s->n && *s->p == '"')
			n += take_string(s, out + n, cap - n);
		else
			n += copy_variable(l, take_name(s), out + n, cap - n);
		struct str rest = skip_space(*s);
		if (rest.n == 0 || *rest.p != '+')
			return n;
		*s = (struct str){rest.p + 1, rest.n - 1};
	}
}

static void set_variable(struct lighttpd *l, struct str name, struct str value)
{
	if (l->count == VARIABLES_MAX || name.n >= NAME_MAX_ || value.n >= VALUE_MAX)
		return;
	struct variable *v = &l->variables[l->count++];
	snprintf(v->name, sizeof v->name, "%.*s", STR_FMT(name));
	snprintf(v->value, sizeof v->value, "%.*s", STR_FMT(value));
}

static void take_log(struct conf_build *b, struct str path)
{
	struct lighttpd *l = b->state;

	l->logs++;
	if (path.n && *path.p == '|')
		conf_add_pipe(b, path, STR_LIT(FORMAT));
	else if (path.n && *path.p == '/')
		conf_add_log(b, path, STR_LIT(FORMAT), STR_ABSENT);
	else
		conf_note(b, "log %.*s: the name is not given in full", STR_FMT(path));
}

static void read_lines(struct conf_build *b, struct str text);

static void include(void *context, const char *path)
{
	conf_read(context, path, read_lines);
}

static void take_include(struct conf_build *b, struct str what)
{
	char path[PATH_MAX];

	if (what.n && conf_join(path, b->dir, what) &&
		conf_file_expand(&b->budget, path, false, include, b) < 0)
		conf_note(b, "include %s: not read, it would be too much", path);
}

static void assign(struct conf_build *b, struct str name, struct str value)
{
	if (str_eq(name, STR_LIT("accesslog.filename")))
		take_log(b, value);
	else if (str_eq(name, STR_LIT("accesslog.format")))
		conf_add_format(b, STR_LIT(FORMAT), value, LOG_DIALECT_APACHE);
	else if (str_eq(name, STR_LIT("accesslog.use-syslog")) && str_eq(value, STR_LIT("enable")))
		conf_note(b, "the access log goes to syslog");
	else
		set_variable(b->state, name, value);
}

/* A statement may begin behind a brace: $HTTP["host"] == "x" { accesslog.filename = … }. */
static void take_line(struct conf_build *b, struct str line)
{
	char value[VALUE_MAX];
	struct str rest = skip_space(line);
	struct str name = take_name(&rest);

	if (name.n == 0) {
		const char *brace = rest.n && *rest.p == '$' ? memchr(rest.p, '{', rest.n) : NULL;
		if (brace)
			take_line(
				b, (struct str){brace + 1, (size_t)(rest.p + rest.n - brace) - 1});
		return;
	}
	rest = skip_space(rest);
	if (str_eq(name, STR_LIT("include"))) {
		size_t n = take_value(b->state, &rest, value, sizeof value);
		take_include(b, (struct str){value, n});
	} else if (str_eq(name, STR_LIT("include_shell"))) {
		conf_note(b,
			"include_shell: its command is not run; a log that it names is not known");
	} else if (rest.n > 1 && *rest.p == '=' && rest.p[1] != '=') {
		rest = (struct str){rest.p + 1, rest.n - 1};
		size_t n = take_value(b->state, &rest, value, sizeof value);
		if (n)
			assign(b, name, (struct str){value, n});
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

static int begin(struct conf_build *b)
{
	b->state = calloc(1, sizeof(struct lighttpd));
	if (!b->state)
		return -ENOMEM;
	conf_add_format(b, STR_LIT(FORMAT), STR_LIT(DEFAULT), LOG_DIALECT_APACHE);
	return 0;
}

static int read_main(struct conf_build *b, const char *path)
{
	struct lighttpd *l;
	int err = begin(b);

	if (err)
		return err;
	l = b->state;
	err = conf_read(b, path, read_lines);
	if (!err && l->logs == 0)
		conf_note(b, "no access log is configured: accesslog.filename of mod_accesslog is "
			     "missing");
	free(l);
	return err;
}

static void read_text(struct conf_build *b, struct str text)
{
	if (begin(b) < 0)
		return;
	read_lines(b, text);
	free(b->state);
}

const struct conf_server conf_lighttpd = {
	.name = "lighttpd",
	.dialect = LOG_DIALECT_APACHE,
	.read = read_main,
	.read_text = read_text,
};
