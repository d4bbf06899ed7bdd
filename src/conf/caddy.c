// SPDX-License-Identifier: MIT
/*
 * Caddy: the Caddyfile is lines of words and blocks; its JSON form names the writers. Where no log
 * is asked for, none is written. Logs of the global options are of what Caddy itself does, unless
 * they include the access logger or a site leaves its log to them.
 * https://caddyserver.com/docs/caddyfile/directives/log
 * https://caddyserver.com/docs/caddyfile/options#log
 */
#include "base/text.h"
#include "conf/build.h"

#include <ctype.h>
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#define ALERTS_MAX   8
#define JSON_DEPTH   64
#define SNIPPETS_MAX 64
#define SNIPPET_MAX  64 /* bytes of the name of one */

/* The log block that we are in. */
struct block {
	unsigned nest;           /* 0: we are in none */
	bool plain;              /* nothing is said in it: the default logger writes it */
	bool is_output;          /* an output has been seen, */
	char path[PATH_MAX];     /* to this file, or "" */
	bool includes, excludes; /* the access logger */
};

struct caddy {
	unsigned nest;
	bool is_global; /* in the block of global options */
	struct block log;
	char rest[PATH_MAX]; /* where the default logger writes, and so also access logs; or "" */
	size_t logs;         /* log directives of sites */
	char snippets[SNIPPETS_MAX][SNIPPET_MAX];
	size_t snippet_count;
};

/* The name of a placeholder at the start of text: "{args[0]}", "{$NAME:default}". Returns its
 * length with the braces, or 0; ret_default is absent when it has none. */
static size_t placeholder(struct str text, struct str *ret_default)
{
	const char *close = text.n && *text.p == '{' ? memchr(text.p, '}', text.n) : NULL;
	const char *colon = close ? memchr(text.p, ':', (size_t)(close - text.p)) : NULL;

	*ret_default = STR_ABSENT;
	if (colon && text.p[1] == '$')
		*ret_default = (struct str){colon + 1, (size_t)(close - colon) - 1};
	return close ? (size_t)(close - text.p) + 1 : 0;
}

/* What may stand there makes a glob of the path; a variable of the environment that has a default
 * is taken to be unset. False when nothing is left of the file's name, or of its directory. */
static bool glob_of(struct str path, char out[static PATH_MAX], size_t *ret_n)
{
	size_t n = 0, fixed = 0, step;

	for (size_t i = 0; i < path.n; i += step) {
		struct str piece = {path.p + i, 1}, value;
		step = placeholder((struct str){path.p + i, path.n - i}, &value);
		if (step)
			piece = value.p ? value : STR_LIT("*");
		if (piece.n >= PATH_MAX - n)
			return false;
		if (piece.n)
			memcpy(out + n, piece.p, piece.n);
		n += piece.n;
		const char *slash = piece.n ? memrchr(piece.p, '/', piece.n) : NULL;
		size_t named = slash ? (size_t)(piece.p + piece.n - slash) - 1 : piece.n;
		fixed = (slash ? 0 : fixed) + (step && !value.p ? 0 : named);
		step += step == 0;
	}
	*ret_n = n;
	return fixed > 0 && out[0] == '/';
}

static void take_path(struct conf_build *b, struct str path)
{
	char glob[PATH_MAX];
	size_t n;

	if (glob_of(path, glob, &n))
		conf_add_log(b, (struct str){glob, n}, STR_ABSENT, STR_ABSENT);
	else
		conf_note(b, "log %.*s: the name is not given in full", STR_FMT(path));
}

/* The words of a line; quotes and backticks hold one together. */
static size_t split(struct str line, struct str words[static ALERTS_MAX])
{
	size_t n = 0, i = 0;

	while (n < ALERTS_MAX) {
		while (i < line.n && isspace((unsigned char)line.p[i]))
			i++;
		if (i == line.n || line.p[i] == '#')
			break;
		char quote = line.p[i] == '"' || line.p[i] == '`' ? line.p[i++] : '\0';
		size_t start = i;
		while (i < line.n &&
			(quote ? line.p[i] != quote : !isspace((unsigned char)line.p[i])))
			i++;
		words[n++] = (struct str){line.p + start, i - start};
		i += quote && i < line.n;
	}
	return n;
}

/* What a logger may include or exclude: "http" and "http.log.access" are all access logs,
 * "http.log.access.log0" some. */
static bool is_access(struct str logger, bool whole)
{
	static const struct str access = {"http.log.access", 15};
	struct str brief = logger.n < access.n ? logger : access;
	struct str other = logger.n < access.n ? access : logger;

	if (brief.n == 0 || (whole && logger.n > access.n) || !str_starts(other, brief))
		return false;
	return other.n == brief.n || other.p[brief.n] == '.';
}

static bool is_any_access(const struct str *words, size_t n, bool whole)
{
	for (size_t i = 0; i < n; i++)
		if (is_access(words[i], whole))
			return true;
	return false;
}

static void take_output(struct conf_build *b, struct caddy *c, const struct str *words, size_t n)
{
	c->log.is_output = true;
	if (n > 2 && str_eq(words[1], STR_LIT("file")) && words[2].n < PATH_MAX)
		snprintf(c->log.path, PATH_MAX, "%.*s", STR_FMT(words[2]));
	else if (n > 1 && !c->is_global)
		conf_note(b, "a log goes to %.*s", STR_FMT(words[1]));
}

/* A line of a log block, but of no block within. */
static void take_setting(struct conf_build *b, struct caddy *c, const struct str *words, size_t n)
{
	c->log.plain = false;
	if (str_eq(words[0], STR_LIT("output")))
		take_output(b, c, words, n);
	else if (str_eq(words[0], STR_LIT("include")))
		c->log.includes |= is_any_access(words + 1, n - 1, false);
	else if (str_eq(words[0], STR_LIT("exclude")))
		c->log.excludes |= is_any_access(words + 1, n - 1, true);
	/* Of others alone: not of what sites leave to it. */
	if (str_eq(words[0], STR_LIT("include")))
		c->log.excludes |= !c->log.includes;
}

static void end_site_log(struct conf_build *b, struct caddy *c)
{
	c->logs++;
	if (c->log.path[0])
		take_path(b, str_of(c->log.path));
	else if (c->log.plain && c->rest[0])
		take_path(b, str_of(c->rest));
	else if (!c->log.is_output)
		conf_note(b, "a log goes to standard error, and so to the journal");
}

static void end_global_log(struct conf_build *b, struct caddy *c)
{
	if (c->log.includes && c->log.path[0])
		take_path(b, str_of(c->log.path));
	else if (!c->log.excludes && c->log.path[0])
		memcpy(c->rest, c->log.path, sizeof c->rest);
	c->logs += c->log.includes;
}

static void end_log(struct conf_build *b, struct caddy *c)
{
	if (c->is_global)
		end_global_log(b, c);
	else
		end_site_log(b, c);
	c->log.nest = 0;
}

static void read_any(struct conf_build *b, struct str text);

static void include(void *context, const char *path)
{
	conf_read(context, path, read_any);
}

/* "(name) {" defines a snippet, which stands for lines, not for a file.
 * https://caddyserver.com/docs/caddyfile/concepts#snippets */
static void take_snippet(struct caddy *c, struct str word)
{
	if (c->snippet_count < SNIPPETS_MAX && word.n > 2 && word.n - 2 < SNIPPET_MAX)
		text_copy(c->snippets[c->snippet_count++], SNIPPET_MAX,
			(struct str){word.p + 1, word.n - 2});
}

static bool is_snippet(const struct caddy *c, struct str name)
{
	if (name.n && *name.p == '(')
		return true;
	for (size_t i = 0; i < c->snippet_count; i++)
		if (str_eq(str_of(c->snippets[i]), name))
			return true;
	return false;
}

static void take_import(struct conf_build *b, struct str what)
{
	char path[PATH_MAX];

	if (is_snippet(b->state, what))
		return;
	if (conf_join(path, b->dir, what) &&
		conf_file_expand(&b->budget, path, false, include, b) < 0)
		conf_note(b, "import %s: not read, it would be too much", path);
}

static void close_block(struct conf_build *b, struct caddy *c)
{
	if (c->log.nest && c->log.nest == c->nest)
		end_log(b, c);
	c->nest -= c->nest > 0;
	c->is_global &= c->nest > 0;
}

static void take_line(struct conf_build *b, struct str line)
{
	struct caddy *c = b->state;
	struct str words[ALERTS_MAX];
	size_t n = split(line, words);
	bool opens = n && str_eq(words[n - 1], STR_LIT("{"));

	if (n == 0)
		return;
	if (str_eq(words[0], STR_LIT("}"))) {
		close_block(b, c);
		return;
	}
	bool direct = c->log.nest && c->log.nest == c->nest;
	if (opens && c->nest == 0 && words[0].n && *words[0].p == '(')
		take_snippet(c, words[0]);
	c->is_global |= opens && n == 1 && c->nest == 0;
	c->nest += opens;
	if (str_eq(words[0], STR_LIT("log")) && !c->log.nest) {
		c->log = (struct block){.nest = c->nest, .plain = true};
		if (!opens)
			end_log(b, c);
	} else if (direct) {
		take_setting(b, c, words, n);
	} else if (str_eq(words[0], STR_LIT("import")) && n > 1) {
		take_import(b, words[1]);
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

/* The member of an object, of this type; or NULL, also where there is no object. */
static struct json_object *member(struct json_object *o, const char *name, enum json_type type)
{
	struct json_object *value;

	if (!json_object_is_type(o, json_type_object) ||
		!json_object_object_get_ex(o, name, &value) || !json_object_is_type(value, type))
		return NULL;
	return value;
}

static bool names_access(struct json_object *names, bool whole)
{
	for (size_t i = 0; names && i < json_object_array_length(names); i++) {
		struct json_object *name = json_object_array_get_idx(names, i);
		if (json_object_is_type(name, json_type_string) &&
			is_access(str_of(json_object_get_string(name)), whole))
			return true;
	}
	return false;
}

/* A logger without a name of its own is the default one; newer versions have a list of them. */
static bool is_nameless(struct json_object *logger)
{
	if (json_object_is_type(logger, json_type_array))
		logger = json_object_array_get_idx(logger, 0);
	return json_object_is_type(logger, json_type_string) &&
	       json_object_get_string_len(logger) == 0;
}

/* Whether a server leaves the logs of a site to the default logger. */
static bool leaves_logs(struct json_object *server)
{
	struct json_object *logs = member(server, "logs", json_type_object);
	struct json_object *names = member(logs, "logger_names", json_type_object);
	struct json_object *rest = member(logs, "default_logger_name", json_type_string);
	bool found = logs && !names && (!rest || is_nameless(rest));

	if (!names)
		return found;
	json_object_object_foreach(names, key, logger)
	{
		(void)key;
		found |= is_nameless(logger);
	}
	return found;
}

/* {"apps":{"http":{"servers":{"NAME":{"logs":{}}}}}} */
static bool any_leaves_logs(struct json_object *root)
{
	struct json_object *apps = member(root, "apps", json_type_object);
	struct json_object *http = member(apps, "http", json_type_object);
	struct json_object *servers = member(http, "servers", json_type_object);
	bool found = false;

	if (!servers)
		return false;
	json_object_object_foreach(servers, key, server)
	{
		(void)key;
		found |= leaves_logs(server);
	}
	return found;
}

/* Without an include a logger takes all that is not excluded. */
static bool has_access(struct json_object *log, bool left)
{
	struct json_object *include = member(log, "include", json_type_array);

	if (include && json_object_array_length(include) > 0)
		return names_access(include, false);
	return left && !names_access(member(log, "exclude", json_type_array), true);
}

/* {"logging":{"logs":{"NAME":{"writer":{"output":"file","filename":"PATH"}}}}} */
static void take_json(struct conf_build *b, struct json_object *root)
{
	struct caddy *c = b->state;
	struct json_object *logging = member(root, "logging", json_type_object);
	struct json_object *logs = member(logging, "logs", json_type_object);
	bool left = any_leaves_logs(root);

	if (!logs)
		return;
	json_object_object_foreach(logs, key, log)
	{
		(void)key;
		struct json_object *writer = member(log, "writer", json_type_object);
		struct json_object *name = member(writer, "filename", json_type_string);
		if (!name || !has_access(log, left))
			continue;
		c->logs++;
		take_path(b, (struct str){json_object_get_string(name),
				     (size_t)json_object_get_string_len(name)});
	}
}

static bool is_json(struct str text)
{
	bool open = false;

	for (size_t i = 0; i < text.n; i++) {
		if (isspace((unsigned char)text.p[i]))
			continue;
		if (open)
			return text.p[i] == '"';
		if (text.p[i] != '{')
			return false;
		open = true;
	}
	return false;
}

static void read_json(struct conf_build *b, struct str text)
{
	struct json_tokener *tokener = json_tokener_new_ex(JSON_DEPTH);
	struct json_object *root = NULL;

	if (tokener && text.n <= CONF_FILE_MAX)
		root = json_tokener_parse_ex(tokener, text.p, (int)text.n);
	if (root)
		take_json(b, root);
	else
		conf_note(b, "the configuration is no JSON that can be read");
	json_object_put(root);
	json_tokener_free(tokener);
}

static void read_any(struct conf_build *b, struct str text)
{
	if (is_json(text))
		read_json(b, text);
	else
		read_lines(b, text);
}

static int read_main(struct conf_build *b, const char *path)
{
	struct caddy c = {0};

	b->state = &c;
	int err = conf_read(b, path, read_any);
	if (!err && c.logs == 0)
		conf_note(b, "no access log is configured: the directive log is missing");
	b->state = NULL;
	return err;
}

static void read_text(struct conf_build *b, struct str text)
{
	struct caddy c = {0};

	b->state = &c;
	read_any(b, text);
	b->state = NULL;
}

const struct conf_server conf_caddy = {
	.name = "caddy",
	.read = read_main,
	.read_text = read_text,
};
