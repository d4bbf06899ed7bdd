// SPDX-License-Identifier: MIT
/*
 * Caddy: the Caddyfile is lines of words and blocks; its JSON form names the writers. Where no log
 * is asked for, none is written.
 * https://caddyserver.com/docs/caddyfile/directives/log
 */
#include "source/conf_build.h"

#include <ctype.h>
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#define WORDS_MAX  8
#define JSON_DEPTH 64

struct caddy {
	unsigned nest, log_nest; /* log_nest: of the log block that we are in, or 0 */
	bool is_output;          /* an output of that block has been seen */
	size_t logs;             /* log directives */
};

static void take_path(struct conf_build *b, struct str path)
{
	if (path.n == 0 || path.p[0] != '/' || memchr(path.p, '{', path.n))
		conf_note(b, "log %.*s: the name is not given in full", STR_FMT(path));
	else
		conf_add_log(b, path, STR_ABSENT, STR_ABSENT);
}

/* The words of a line; quotes and backticks hold one together. */
static size_t split(struct str line, struct str words[static WORDS_MAX])
{
	size_t n = 0, i = 0;

	while (n < WORDS_MAX) {
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

static void take_output(struct conf_build *b, struct caddy *c, const struct str *words, size_t n)
{
	c->is_output = true;
	if (n > 2 && str_eq(words[1], STR_LIT("file")))
		take_path(b, words[2]);
	else if (n > 1)
		conf_note(b, "a log goes to %.*s", STR_FMT(words[1]));
}

static void end_log(struct conf_build *b, struct caddy *c)
{
	if (!c->is_output)
		conf_note(b, "a log goes to standard error, and so to the journal");
	c->log_nest = 0;
}

static void read_any(struct conf_build *b, struct str text);

static void include(void *context, const char *path)
{
	conf_read(context, path, read_any);
}

static void take_import(struct conf_build *b, struct str what)
{
	char path[PATH_MAX];

	/* The name of a snippet is no path, and finds nothing. */
	if (conf_join(path, b->dir, what) &&
		conf_file_expand(&b->budget, path, false, include, b) < 0)
		conf_note(b, "import %s: not read, it would be too much", path);
}

static void take_line(struct conf_build *b, struct str line)
{
	struct caddy *c = b->state;
	struct str words[WORDS_MAX];
	size_t n = split(line, words);
	bool opens = n && str_eq(words[n - 1], STR_LIT("{"));

	if (n == 0)
		return;
	if (str_eq(words[0], STR_LIT("}"))) {
		if (c->log_nest && c->log_nest == c->nest)
			end_log(b, c);
		c->nest -= c->nest > 0;
		return;
	}
	c->nest += opens;
	if (str_eq(words[0], STR_LIT("log")) && !c->log_nest) {
		c->logs++;
		c->is_output = false;
		c->log_nest = c->nest;
		if (!opens)
			end_log(b, c);
	} else if (c->log_nest && str_eq(words[0], STR_LIT("output"))) {
		take_output(b, c, words, n);
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

/* {"logging":{"logs":{"NAME":{"writer":{"output":"file","filename":"PATH"}}}}} */
static void take_json(struct conf_build *b, struct json_object *root)
{
	struct caddy *c = b->state;
	struct json_object *logging, *logs, *writer, *name;

	if (!json_object_object_get_ex(root, "logging", &logging) ||
		!json_object_object_get_ex(logging, "logs", &logs) ||
		!json_object_is_type(logs, json_type_object))
		return;
	json_object_object_foreach(logs, key, log)
	{
		(void)key;
		if (!json_object_object_get_ex(log, "writer", &writer) ||
			!json_object_object_get_ex(writer, "filename", &name) ||
			!json_object_is_type(name, json_type_string))
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

static const char *const paths[] = {"/etc/caddy/Caddyfile", "/etc/caddy/caddy.json", NULL};

const struct conf_server conf_caddy = {
	.name = "caddy",
	.paths = paths,
	.dialect = LOG_DIALECT_APACHE,
	.read = read_main,
	.read_text = read_text,
};
