// SPDX-License-Identifier: MIT
/*
 * HAProxy: a line is a keyword and its arguments. It writes no file: its log goes to syslog, whose
 * configuration says where to. What is read here is the formats; each line of that log may be of
 * any of them, and of `option httplog`, which is known anyway.
 * https://docs.haproxy.org/2.8/configuration.html#2.2 (quoting), #8.2 (formats)
 */
#include "conf/build.h"

#include "base/text.h"
#include "log/custom.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define WORDS_MAX 16
#define LINE_TEXT 8192
#define USUAL     "/var/log/haproxy.log" /* of the packages' rsyslog rule */

/* `option httplog clf` (default_http_log_format's sibling clf_http_log_fmt in log.c). */
#define CLF                                                                                \
	"%{+Q}o %{-Q}ci - - [%trg] %r %ST %B \"\" \"\" %cp %ms %ft %b %s %TR %Tw %Tc %Tr " \
	"%Ta %tsc %ac %fc %bc %sc %rc %sq %bq %CC %CS %hrl %hsl"

struct haproxy {
	bool is_http, is_any; /* `option httplog` is asked for; any format is */
	bool to_syslog;
	size_t formats;
	char facilities[4][16]; /* that it logs to */
	size_t facility_count;
	bool in_rule; /* of syslog, in a block that is about it */
	size_t files;
};

struct words {
	struct str at[WORDS_MAX];
	size_t n, used;
	char text[LINE_TEXT];
};

static void put(struct words *w, char c)
{
	if (w->used < sizeof w->text)
		w->text[w->used++] = c;
}

/* A word, parts of which may be quoted: '' keeps all, "" lets a backslash escape. Returns where it
 * ends. */
static size_t read_word(struct words *w, struct str line, size_t i)
{
	size_t start = w->used;
	char quote = '\0';

	for (; i < line.n && (quote || !isspace((unsigned char)line.p[i])); i++) {
		char c = line.p[i];
		if (!quote && c == '#')
			break;
		if (quote ? c == quote : c == '"' || c == '\'') {
			quote = quote ? '\0' : c;
			continue;
		}
		if (c == '\\' && quote != '\'' && i + 1 < line.n)
			c = line.p[++i];
		put(w, c);
	}
	w->at[w->n++] = (struct str){w->text + start, w->used - start};
	return i;
}

static void split(struct words *w, struct str line)
{
	size_t i = 0;

	w->n = w->used = 0;
	while (w->n < WORDS_MAX) {
		while (i < line.n && isspace((unsigned char)line.p[i]))
			i++;
		if (i == line.n || line.p[i] == '#')
			return;
		i = read_word(w, line, i);
	}
}

static void each_line(
	struct conf_build *b, struct str text, void (*take)(struct conf_build *b, struct words *w))
{
	struct words *w = malloc(sizeof *w);

	for (const char *p = text.p, *end = text.p + text.n; w && p < end;) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		const char *stop = newline ? newline : end;
		split(w, (struct str){p, (size_t)(stop - p)});
		if (w->n)
			take(b, w);
		p = stop + 1;
	}
	free(w);
}

/* Its own configuration. */

/* The compiler takes a backslash for one that is in the file still. */
static void add_format(struct conf_build *b, struct str text)
{
	struct haproxy *h = b->state;
	char name[24], escaped[FORMAT_STRING_MAX];
	size_t n = 0;

	for (size_t i = 0; i < text.n && n + 2 < sizeof escaped; i++) {
		if (text.p[i] == '\\')
			escaped[n++] = '\\';
		escaped[n++] = text.p[i];
	}
	snprintf(name, sizeof name, "log-format %zu", ++h->formats);
	conf_add_format(b, str_of(name), (struct str){escaped, n}, LOG_DIALECT_HAPROXY);
	h->is_any = true;
}

static void take_option(struct conf_build *b, const struct words *w)
{
	struct haproxy *h = b->state;
	bool http = str_eq(w->at[1], STR_LIT("httplog"));

	if (http && w->n > 2 && str_eq(w->at[2], STR_LIT("clf")))
		add_format(b, STR_LIT(CLF));
	else if (http || str_eq(w->at[1], STR_LIT("httpslog")))
		h->is_http = h->is_any = true;
}

/* log ADDRESS [len N] [format F] [sample …] FACILITY [LEVEL [MINLEVEL]] */
static void take_log(struct conf_build *b, const struct words *w)
{
	struct haproxy *h = b->state;
	static const char *const elsewhere[] = {"stdout", "stderr", "fd@", "ring@"};

	for (size_t i = 0; i < ARRAY_LEN(elsewhere); i++) {
		if (!str_starts(w->at[1], str_of(elsewhere[i])))
			continue;
		conf_note(b, "log %.*s: not followed, no file", STR_FMT(w->at[1]));
		return;
	}
	if (str_eq(w->at[1], STR_LIT("global")))
		return;
	h->to_syslog = true;
	for (size_t i = 2; i < w->n && h->facility_count < ARRAY_LEN(h->facilities); i++)
		if (str_starts(w->at[i], STR_LIT("local")) && w->at[i].n == 6)
			snprintf(h->facilities[h->facility_count++], sizeof *h->facilities, "%.*s",
				STR_FMT(w->at[i]));
}

static void take_line(struct conf_build *b, struct words *w)
{
	if (w->n < 2)
		return;
	if (str_eq(w->at[0], STR_LIT("log-format")))
		add_format(b, w->at[1]);
	else if (str_eq(w->at[0], STR_LIT("option")))
		take_option(b, w);
	else if (str_eq(w->at[0], STR_LIT("log")))
		take_log(b, w);
}

static void read_lines(struct conf_build *b, struct str text)
{
	each_line(b, text, take_line);
}

/* Where syslog puts it. rsyslog's rules, as far as they stand in a line or in a block of their own:
 * "local0.* -/var/log/x", ":programname, startswith, "haproxy" { /var/log/x }".
 * https://www.rsyslog.com/doc/configuration/filters.html */

static bool has(struct str word, const char *part)
{
	return memmem(word.p, word.n, part, strlen(part)) != NULL;
}

static bool is_of_facility(const struct haproxy *h, struct str word)
{
	for (size_t i = 0; i < h->facility_count; i++) {
		struct str name = str_of(h->facilities[i]);
		if (str_starts(word, name) && word.n > name.n && word.p[name.n] == '.')
			return !has(word, ".none");
	}
	return false;
}

/* The rule's facility (authpriv.none;local2.*) is one of ours. */
static bool selects(const struct haproxy *h, struct str selector)
{
	while (selector.n) {
		const char *semicolon = memchr(selector.p, ';', selector.n);
		size_t n = semicolon ? (size_t)(semicolon - selector.p) : selector.n;
		if (is_of_facility(h, (struct str){selector.p, n}))
			return true;
		selector = str_skip(selector, n + (n < selector.n));
	}
	return false;
}

/* A package brings its rule along, whether HAProxy runs or not: a log that nobody has written yet
 * is missed once it runs, and is found then. */
static bool is_missed(const struct conf_build *b, struct str path)
{
	char text[PATH_MAX];

	if (b->runs || path.n >= sizeof text)
		return true;
	text_copy(text, sizeof text, path);
	return conf_file_is_there(&b->budget, text);
}

static void take_target(struct conf_build *b, struct str word)
{
	struct haproxy *h = b->state;

	const char *file = word.n ? memmem(word.p, word.n, "file=/", 6) : NULL;
	if (file) /* action(type="omfile" file="…") */
		word = str_skip(word, (size_t)(file - word.p) + 5);
	while (file && word.n && strchr(")}", word.p[word.n - 1]))
		word.n--;
	if (word.n > 1 && *word.p == '-')
		word = str_skip(word, 1);
	const char *end = word.n ? memchr(word.p, ';', word.n) : NULL; /* a template behind it */
	if (end)
		word.n = (size_t)(end - word.p);
	if (word.n < 2 || *word.p != '/' || str_starts(word, STR_LIT("/dev/")) ||
		has(word, "/dev/log"))
		return;
	h->files++;
	if (!is_missed(b, word)) {
		conf_note(b, "%.*s, where syslog puts its log, is not there, and it does not run",
			STR_FMT(word));
		return;
	}
	/* One of several formats, and of what is known anyway: any. */
	bool one = h->formats == 1 && !h->is_http;
	conf_add_log(b, word, one ? STR_LIT("log-format 1") : STR_ABSENT, STR_ABSENT);
}

static void take_rule(struct conf_build *b, struct words *w)
{
	struct haproxy *h = b->state;
	bool ours = h->in_rule || selects(h, w->at[0]), opens = false;

	if (str_starts(w->at[0], STR_LIT("$"))) /* $AddUnixListenSocket */
		return;
	for (size_t i = 0; i < w->n; i++) {
		ours |= has(w->at[i], "haproxy") && w->at[i].p[0] != '/' &&
			!str_starts(w->at[i], STR_LIT("-/"));
		opens |= has(w->at[i], "{");
	}
	for (size_t i = 0; i < w->n && ours; i++)
		take_target(b, w->at[i]);
	h->in_rule = (h->in_rule || (ours && opens)) && !str_eq(w->at[w->n - 1], STR_LIT("}"));
}

static void read_rules(struct conf_build *b, struct str text)
{
	struct haproxy *h = b->state;

	h->in_rule = false;
	each_line(b, text, take_rule);
}

static void read_rule_file(void *context, const char *path)
{
	conf_read(context, path, read_rules);
}

static void find_files(struct conf_build *b)
{
	struct haproxy *h = b->state;

	conf_file_expand(&b->budget, "/etc/rsyslog.conf", false, read_rule_file, b);
	conf_file_expand(&b->budget, "/etc/rsyslog.d/*.conf", false, read_rule_file, b);
	if (!h->files && conf_file_is_there(&b->budget, USUAL))
		take_target(b, STR_LIT(USUAL));
	if (!h->files)
		conf_note(b, "its log goes to syslog, and no rule of rsyslog names a file for it");
}

static void include(void *context, const char *path)
{
	conf_read(context, path, read_lines);
}

/* -f may name a directory, of which it reads *.cfg. */
static int read_file_or_all(struct conf_build *b, const char *path)
{
	char pattern[PATH_MAX];
	int err = conf_read(b, path, read_lines);

	if (err != -EISDIR || !conf_join(pattern, path, STR_LIT("*.cfg")))
		return err;
	int count = conf_file_expand(&b->budget, pattern, false, include, b);
	return count < 0 ? count : 0;
}

static int read_main(struct conf_build *b, const char *path)
{
	struct haproxy h = {0};

	b->state = &h;
	int err = read_file_or_all(b, path);
	if (!err && !h.is_any)
		conf_note(b, "no requests are logged: option httplog or log-format is missing");
	else if (!err && h.to_syslog)
		find_files(b);
	b->state = NULL;
	return err;
}

static void read_text(struct conf_build *b, struct str text)
{
	struct haproxy h = {0};

	b->state = &h;
	read_lines(b, text);
	read_rules(b, text);
	b->state = NULL;
}

const struct conf_server conf_haproxy = {
	.name = "haproxy",
	.dialect = LOG_DIALECT_HAPROXY,
	.read = read_main,
	.read_text = read_text,
};
