// SPDX-License-Identifier: MIT
/*
 * nginx: directives are words that end in ";" or open a block. Only which block one is in matters,
 * and that no quote, comment or script within a block is taken for a brace.
 * https://nginx.org/en/docs/beginners_guide.html#conf_structure
 */
#include "conf/build.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define ALERTS_MAX 64
#define WORD_MAX   4096 /* bytes of all words of a directive: a log_format is the longest */
#define NEST_MAX   64

struct alerts {
	struct str at[ALERTS_MAX];
	size_t n, used;
	char text[WORD_MAX];
};

/* Of all files of a configuration. */
struct reading {
	size_t access_logs; /* directives */
	bool main_error_log;
	unsigned nest; /* blocks that are open where the file is included */
	/* Of each block that is open, which of all it is: the logs of one block have the same
	 * requests, and take the place of those of the block around it. */
	uint32_t blocks[NEST_MAX + 1], block_count;
};

struct nginx {
	const char *p, *end;
	unsigned nest;    /* blocks that are open */
	unsigned strange; /* the nest of the stream or mail block that we are in, or 0 */
	struct alerts words;
};

static bool put(struct alerts *w, char c)
{
	if (w->used == sizeof w->text)
		return false;
	w->text[w->used++] = c;
	return true;
}

/* What a backslash and c stand for (ngx_conf_read_token()). */
static char unescaped(char c)
{
	return c == 't' ? '\t' : c == 'r' ? '\r' : c == 'n' ? '\n' : c;
}

static bool is_escape(char c)
{
	return c && strchr("\"'\\trn", c);
}

static bool ends_word(char c)
{
	return isspace((unsigned char)c) || c == ';' || c == '{';
}

/* One word; quote is its quote or 0. Words beyond the bounds are read, and lost. */
static void read_word(struct nginx *x, char quote)
{
	struct alerts *w = &x->words;
	size_t start = w->used;
	bool fits = w->n < ALERTS_MAX;

	for (; x->p < x->end; x->p++) {
		char c = *x->p;
		if (quote ? c == quote : ends_word(c))
			break;
		if (c == '\\' && x->p + 1 < x->end) {
			x->p++;
			if (is_escape(*x->p))
				c = unescaped(*x->p);
			else
				fits = fits && put(w, '\\') && (c = *x->p, true);
		} else if (c == '$' && !quote && x->p + 1 < x->end && x->p[1] == '{') {
			fits = fits && put(w, c);
			c = *++x->p;
		}
		fits = fits && put(w, c);
	}
	x->p += quote && x->p < x->end;
	if (fits)
		w->at[w->n++] = (struct str){w->text + start, w->used - start};
}

static void skip_line(struct nginx *x)
{
	const char *newline = memchr(x->p, '\n', (size_t)(x->end - x->p));

	x->p = newline ? newline : x->end;
}

/* Reads a directive's words. Returns what ended them: ';', '{', '}', or 0 at the end. */
static char read_directive(struct nginx *x)
{
	x->words.n = x->words.used = 0;
	while (x->p < x->end) {
		char c = *x->p;
		if (c == '#') {
			skip_line(x);
		} else if (c == ';' || c == '{' || c == '}') {
			x->p++;
			return c;
		} else if (c == '"' || c == '\'') {
			x->p++;
			read_word(x, c);
		} else if (isspace((unsigned char)c)) {
			x->p++;
		} else {
			read_word(x, 0);
		}
	}
	return 0;
}

static bool ends_with(struct str s, struct str tail)
{
	return s.n >= tail.n && memcmp(s.p + s.n - tail.n, tail.p, tail.n) == 0;
}

/* A block of Lua: its braces, without those in strings and comments. */
static void skip_script(struct nginx *x)
{
	for (unsigned depth = 1; x->p < x->end && depth > 0; x->p++) {
		char c = *x->p;
		if (c == '{' || c == '}') {
			depth += c == '{' ? 1 : -1u;
		} else if (c == '-' && x->end - x->p > 1 && x->p[1] == '-') {
			skip_line(x);
			x->p -= x->p == x->end;
		} else if (c == '"' || c == '\'') {
			for (x->p++; x->p < x->end && *x->p != c && *x->p != '\n'; x->p++)
				x->p += *x->p == '\\' && x->p + 1 < x->end;
			x->p -= x->p == x->end;
		}
	}
}

/* Directives. */

static struct str value_of(struct str word, struct str key)
{
	if (!str_starts(word, key))
		return STR_ABSENT;
	return (struct str){word.p + key.n, word.n - key.n};
}

/* log_format NAME [escape=…] 'text' 'text' …; the texts are one. */
static void take_format(struct conf_build *b, const struct alerts *w)
{
	char text[WORD_MAX];
	size_t n = 0, first = 2;
	struct str escape = w->n > 2 ? value_of(w->at[2], STR_LIT("escape=")) : STR_ABSENT;

	first += escape.p != NULL;
	for (size_t i = first; i < w->n; i++) {
		memcpy(text + n, w->at[i].p, w->at[i].n);
		n += w->at[i].n;
	}
	bool raw = str_eq(escape, STR_LIT("none"));
	if (w->n > 2)
		conf_add_format(b, w->at[1], (struct str){text, n},
			raw ? LOG_DIALECT_NGINX_RAW : LOG_DIALECT_NGINX);
}

/* "/var/log/nginx/$host.log": each variable may be anything. False when nothing else is left. */
static bool path_of(struct str word, char out[static PATH_MAX], size_t *ret_n)
{
	size_t n = 0, fixed = 0;

	for (size_t i = 0; i < word.n && n + 1 < PATH_MAX; i++) {
		if (word.p[i] != '$') {
			fixed += word.p[i] != '/';
			out[n++] = word.p[i];
			continue;
		}
		bool braced = i + 1 < word.n && word.p[i + 1] == '{';
		i += braced;
		while (i + 1 < word.n &&
			(isalnum((unsigned char)word.p[i + 1]) || word.p[i + 1] == '_'))
			i++;
		i += braced;
		out[n++] = '*';
	}
	out[n] = '\0';
	*ret_n = n;
	return fixed > 0 && out[0] != '*';
}

/* Relative to what nginx was built with: Debian's and nginx.org's differ. */
static const char *log_prefix(struct conf_build *b, const char *path)
{
	char beside[PATH_MAX];

	if (b->prefix[0])
		return b->prefix;
	if (strcmp(b->dir, "/usr/local/etc/nginx") == 0)
		return "/usr/local";
	if (conf_join(beside, b->dir, str_of(path)) && conf_file_is_there(&b->budget, beside))
		return b->dir;
	return "/usr/share/nginx";
}

static void take_log(struct conf_build *b, const struct alerts *w, uint32_t block)
{
	static const struct str syslog = {"syslog:", 7};
	struct str format = STR_LIT("combined"), buffered = STR_ABSENT;
	char path[PATH_MAX], whole[PATH_MAX];
	size_t n;

	((struct reading *)b->state)->access_logs++;
	b->context = block;
	b->conditional = false;
	if (w->n < 2 || str_eq(w->at[1], STR_LIT("off")))
		return;
	if (str_starts(w->at[1], syslog)) {
		conf_note(b, "access_log %.*s: goes to syslog", STR_FMT(w->at[1]));
		return;
	}
	for (size_t i = 2; i < w->n; i++) {
		struct str size = value_of(w->at[i], STR_LIT("buffer="));
		if (size.p)
			buffered = size;
		else if (str_starts(w->at[i], STR_LIT("if=")))
			b->conditional = true;
		else if (str_starts(w->at[i], STR_LIT("gzip"))) {
			conf_note(b, "access_log %.*s: compressed as it is written",
				STR_FMT(w->at[1]));
			return;
		} else if (i == 2 && !memchr(w->at[i].p, '=', w->at[i].n))
			format = w->at[i];
	}
	if (!path_of(w->at[1], path, &n) ||
		!conf_join(whole, log_prefix(b, path), (struct str){path, n})) {
		conf_note(b, "access_log %.*s: the name is only known at run time",
			STR_FMT(w->at[1]));
		return;
	}
	conf_add_log(b, str_of(whole), format, buffered);
}

/* error_log FILE [LEVEL]; https://nginx.org/en/docs/ngx_core_module.html#error_log */
static void take_error_log(struct conf_build *b, const struct alerts *w, bool is_main)
{
	static const char *const elsewhere[] = {"syslog:", "memory:", "stderr"};
	char whole[PATH_MAX];

	((struct reading *)b->state)->main_error_log |= is_main;
	if (w->n < 2)
		return;
	for (size_t i = 0; i < ARRAY_LEN(elsewhere); i++) {
		if (!str_starts(w->at[1], str_of(elsewhere[i])))
			continue;
		conf_note(b, "error_log %.*s: not followed, no file", STR_FMT(w->at[1]));
		return;
	}
	bool quiet = w->n > 2 &&
		     (str_eq(w->at[2], STR_LIT("crit")) || str_eq(w->at[2], STR_LIT("alert")) ||
			     str_eq(w->at[2], STR_LIT("emerg")));
	if (quiet)
		conf_note(b, "error_log %.*s %.*s: its level leaves out refused requests",
			STR_FMT(w->at[1]), STR_FMT(w->at[2]));
	struct str path = w->at[1];
	char text[PATH_MAX];
	if (path.n >= sizeof text)
		return;
	snprintf(text, sizeof text, "%.*s", STR_FMT(path));
	if (conf_join(whole, log_prefix(b, text), path))
		conf_add_error_log(b, str_of(whole));
}

static void read_text(struct conf_build *b, struct str text);

static void include(void *context, const char *path)
{
	conf_read(context, path, read_text);
}

static void take_include(struct conf_build *b, const struct nginx *x)
{
	struct reading *reading = b->state;
	const struct alerts *w = &x->words;
	char path[PATH_MAX];

	if (w->n < 2 || !conf_join(path, b->dir, w->at[1]))
		return;
	reading->nest += x->nest;
	if (conf_file_expand(&b->budget, path, false, include, b) < 0)
		conf_note(b, "include %s: not read, it would be too much", path);
	reading->nest -= x->nest;
}

/* NULL: too deep. */
static uint32_t *block_of(struct conf_build *b, const struct nginx *x)
{
	struct reading *reading = b->state;
	unsigned depth = reading->nest + x->nest;

	return depth <= NEST_MAX ? &reading->blocks[depth] : NULL;
}

static void take_directive(struct conf_build *b, struct nginx *x)
{
	const uint32_t *block = block_of(b, x);
	struct str name = x->words.n ? x->words.at[0] : STR_ABSENT;

	if (x->strange)
		return;
	if (str_eq(name, STR_LIT("log_format")))
		take_format(b, &x->words);
	else if (str_eq(name, STR_LIT("access_log")))
		take_log(b, &x->words, block ? *block : 0);
	else if (str_eq(name, STR_LIT("include")))
		take_include(b, x);
	else if (str_eq(name, STR_LIT("error_log")))
		take_error_log(b, &x->words, x->nest + ((struct reading *)b->state)->nest == 0);
}

static void open_block(struct conf_build *b, struct nginx *x)
{
	struct str name = x->words.n ? x->words.at[0] : STR_ABSENT;

	if (ends_with(name, STR_LIT("_by_lua_block"))) {
		skip_script(x);
		return;
	}
	x->nest++;
	uint32_t *block = block_of(b, x);
	if (block)
		*block = ++((struct reading *)b->state)->block_count;
	if (!x->strange && (str_eq(name, STR_LIT("stream")) || str_eq(name, STR_LIT("mail"))))
		x->strange = x->nest;
}

static void close_block(struct nginx *x)
{
	if (x->strange == x->nest)
		x->strange = 0;
	x->nest -= x->nest > 0;
}

static void read_text(struct conf_build *b, struct str text)
{
	struct nginx *x = calloc(1, sizeof *x);
	char end;

	if (!x)
		return;
	x->p = text.p;
	x->end = text.p + text.n;
	while ((end = read_directive(x))) {
		if (end == ';')
			take_directive(b, x);
		else if (end == '{')
			open_block(b, x);
		else
			close_block(x);
	}
	free(x);
}

/* Where nothing else is said, nginx has this one; Debian's and nginx.org's are built so. */
static bool default_path(struct conf_build *b, const char *name, char out[static PATH_MAX])
{
	bool own = strcmp(b->dir, "/etc/nginx") != 0 && !b->is_packaged;

	return conf_join(out, own ? log_prefix(b, name) : "/var/log/nginx",
		str_of(own ? name : strchr(name, '/') + 1));
}

static void add_defaults(struct conf_build *b, const struct reading *reading)
{
	char path[PATH_MAX];

	b->context = 0;
	b->conditional = false;
	if (reading->access_logs == 0 && default_path(b, "logs/access.log", path))
		conf_add_log(b, str_of(path), STR_LIT("combined"), STR_ABSENT);
	/* That of a block is only the block's. */
	if (!reading->main_error_log && default_path(b, "logs/error.log", path))
		conf_add_error_log(b, str_of(path));
}

/* PREFIX/conf/nginx.conf is where it is if nobody says otherwise when it is built. */
static void guess_prefix(struct conf_build *b)
{
	static const struct str conf = {"/conf", 5};
	struct str dir = str_of(b->dir);

	if (b->prefix[0] || dir.n <= conf.n || !str_eq(str_skip(dir, dir.n - conf.n), conf))
		return;
	memcpy(b->prefix, dir.p, dir.n - conf.n);
	b->prefix[dir.n - conf.n] = '\0';
}

static int read_main(struct conf_build *b, const char *path)
{
	struct reading reading = {0};

	guess_prefix(b);
	b->state = &reading;
	int err = conf_read(b, path, read_text);
	if (!err)
		add_defaults(b, &reading);
	if (!err && b->log_count == 0)
		conf_note(b, "no access log that can be followed is configured");
	b->state = NULL;
	return err;
}

static void read_main_text(struct conf_build *b, struct str text)
{
	struct reading reading = {0};

	b->state = &reading;
	read_text(b, text);
	b->state = NULL;
}

const struct conf_server conf_nginx = {
	.name = "nginx",
	.dialect = LOG_DIALECT_NGINX,
	.read = read_main,
	.read_text = read_main_text,
};
