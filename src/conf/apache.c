// SPDX-License-Identifier: MIT
/*
 * Apache: a directive is a line. Sections (<VirtualHost>, <IfModule>) only say when a line counts:
 * all are taken as if they did.
 * https://httpd.apache.org/docs/2.4/configuring.html
 */
#include "conf/build.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define ALERTS_MAX  8
#define LINE_TEXT   8192
#define DEFINES_MAX 128
#define DEFINE_MAX  256
#define PARAM_MAX   64
#define COMMON      "%h %l %u %t \"%r\" %>s %b" /* where no LogFormat has been given */
#define NAMELESS    "TransferLog"
#define ERROR_LOG   "logs/error_log" /* DEFAULT_ERRORLOG in httpd.h */
#define BUFFER_SIZE "4k"             /* PIPE_BUF: LOG_BUFSIZE in mod_log_config.c */

struct define {
	char name[64], value[DEFINE_MAX];
};

/* Of a macro: "$name", "%name" or "@name", as it stands in its text. */
struct param {
	char text[PARAM_MAX];
};

struct apache {
	char server_root[PATH_MAX];
	struct define defines[DEFINES_MAX];
	size_t define_count;
	struct param params[ALERTS_MAX]; /* of the macro that we are in */
	size_t param_count;
	bool buffered;
	bool in_host, main_error_log; /* <VirtualHost>; an ErrorLog outside of all of them */
	uint32_t host_count;
	bool in_macro;        /* used somewhere: in which host nobody knows here */
	unsigned alternative; /* sections that are open and may not count: <IfDefine>, <IfModule !x>
			       */
};

/* The words of one line, their text in order. */
struct alerts {
	struct str at[ALERTS_MAX];
	size_t n;
	char text[LINE_TEXT];
};

/* Variables. */

static struct str defined(const struct apache *a, struct str name)
{
	for (size_t i = a->define_count; i-- > 0;)
		if (str_eq(str_of(a->defines[i].name), name))
			return str_of(a->defines[i].value);
	return STR_ABSENT;
}

static void define(struct apache *a, struct str name, struct str value)
{
	if (a->define_count == DEFINES_MAX || name.n >= sizeof a->defines->name ||
		value.n >= DEFINE_MAX)
		return;
	struct define *d = &a->defines[a->define_count++];
	snprintf(d->name, sizeof d->name, "%.*s", STR_FMT(name));
	snprintf(d->value, sizeof d->value, "%.*s", STR_FMT(value));
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* The name behind a "$" at text.p, with its braces: ${NAME}; $NAME where `bare` says so. Returns
 * the length with the "$", or 0. */
static size_t reference(struct str text, bool bare, struct str *ret_name)
{
	size_t i = 1, start = 1;
	bool braced = text.n > 2 && text.p[1] == '{';

	if (!braced && !bare)
		return 0;
	if (braced)
		start = ++i;
	while (i < text.n && (braced ? text.p[i] != '}' : is_name(text.p[i])))
		i++;
	if (braced && i == text.n)
		return 0;
	*ret_name = (struct str){text.p + start, i - start};
	return i + braced;
}

/* Writes text with its variables replaced, cut to cap. What is not known stays in a configuration,
 * and is nothing in a shell's file. Returns the length. */
static size_t expand(const struct apache *a, struct str text, bool shell, char *out, size_t cap)
{
	size_t n = 0, step;
	struct str name;

	for (size_t i = 0; i < text.n && n < cap; i += step) {
		struct str rest = {text.p + i, text.n - i}, piece = {rest.p, 1};
		step = 1;
		if (*rest.p == '$') {
			size_t length = reference(rest, shell, &name);
			struct str value = length ? defined(a, name) : STR_ABSENT;
			if (value.p || (length && shell)) {
				piece = value;
				step = length;
			}
		}
		size_t fits = piece.n < cap - n ? piece.n : cap - n;
		if (fits && piece.p)
			memcpy(out + n, piece.p, fits);
		n += fits;
	}
	return n;
}

/* "export NAME=VALUE" of /etc/apache2/envvars, line by line; its conditions are not followed. */
static void read_variable(struct apache *a, struct str line)
{
	char value[DEFINE_MAX];
	size_t i = 0;

	while (line.n && isspace((unsigned char)*line.p)) {
		line.p++;
		line.n--;
	}
	if (str_starts(line, STR_LIT("export ")))
		line = (struct str){line.p + 7, line.n - 7};
	while (i < line.n && is_name(line.p[i]))
		i++;
	if (i == 0 || i == line.n || line.p[i] != '=')
		return;
	struct str name = {line.p, i}, text = {line.p + i + 1, line.n - i - 1};
	if (text.n >= 2 && (*text.p == '"' || *text.p == '\'') && text.p[text.n - 1] == *text.p)
		text = (struct str){text.p + 1, text.n - 2};
	define(a, name, (struct str){value, expand(a, text, true, value, sizeof value)});
}

/* False: there are none. */
static bool read_variables(struct conf_build *b, const char *path)
{
	struct str text;
	char *buf;

	if (conf_file_read(&b->budget, path, &text, &buf) < 0)
		return false;
	for (const char *p = text.p, *end = text.p + text.n; p < end;) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		const char *stop = newline ? newline : end;
		read_variable(b->state, (struct str){p, (size_t)(stop - p)});
		p = stop + 1;
	}
	free(buf);
	return true;
}

/* Lines. */

/* The next line, with those that a backslash joins; cut to the room. Returns false at the end. */
static bool read_line(const char **p, const char *end, char *out, size_t *ret_n)
{
	size_t n = 0;

	if (*p >= end)
		return false;
	for (; *p < end && **p != '\n'; ++*p) {
		bool joins = **p == '\\' && end - *p > 1 && (*p)[1] == '\n';
		if (joins)
			++*p;
		else if (n < LINE_TEXT)
			out[n++] = **p;
	}
	++*p;
	*ret_n = n;
	return true;
}

/* A word, in quotes or not (ap_getword_conf()): within, only quotes and backslashes are escaped. */
static void split(struct alerts *w, struct str line)
{
	size_t used = 0, i = 0;

	w->n = 0;
	while (w->n < ALERTS_MAX) {
		while (i < line.n && isspace((unsigned char)line.p[i]))
			i++;
		if (i == line.n)
			return;
		char quote = line.p[i] == '"' || line.p[i] == '\'' ? line.p[i++] : '\0';
		size_t start = used;
		for (; i < line.n; i++) {
			char c = line.p[i];
			if (quote ? c == quote : isspace((unsigned char)c))
				break;
			bool escapes = quote && c == '\\' && i + 1 < line.n &&
				       (line.p[i + 1] == quote || line.p[i + 1] == '\\');
			i += escapes;
			w->text[used++] = line.p[i];
		}
		i += quote && i < line.n;
		w->at[w->n++] = (struct str){w->text + start, used - start};
	}
}

/* Directives. */

/* <Macro NAME $PARAM …>, whose text counts as if it were used.
 * https://httpd.apache.org/docs/2.4/mod/mod_macro.html */
static void open_macro(struct apache *a, const struct alerts *w)
{
	a->param_count = 0;
	for (size_t i = 2; i < w->n; i++) {
		struct str text = w->at[i];
		text.n -= text.n && text.p[text.n - 1] == '>';
		if (text.n && text.n < PARAM_MAX)
			snprintf(
				a->params[a->param_count++].text, PARAM_MAX, "%.*s", STR_FMT(text));
	}
}

/* The length of the longest parameter at the start of text, or 0. */
static size_t param_at(const struct apache *a, struct str text)
{
	size_t longest = 0;

	for (size_t i = 0; i < a->param_count; i++) {
		struct str param = str_of(a->params[i].text);
		if (param.n > longest && str_starts(text, param))
			longest = param.n;
	}
	return longest;
}

/* Writes the path with "*" for each parameter. False when nothing is left of the file's name. */
static bool glob_of(
	const struct apache *a, struct str path, char out[static PATH_MAX], size_t *ret_n)
{
	size_t n = 0, fixed = 0;

	for (size_t i = 0; i < path.n && n + 1 < PATH_MAX; n++) {
		size_t step = param_at(a, (struct str){path.p + i, path.n - i});
		out[n] = step ? '*' : path.p[i];
		fixed = out[n] == '/' ? 0 : fixed + !step;
		i += step ? step : 1;
	}
	*ret_n = n;
	return fixed > 0;
}

/* Where a log goes whose directive names it so: a pipe, or a file's whole name in out. Absent, with
 * a note, when neither can be said. */
static struct str target_of(
	struct conf_build *b, const char *what, struct str path, char out[static PATH_MAX])
{
	const struct apache *a = b->state;
	char glob[PATH_MAX];
	size_t n;

	if (a->param_count && path.n && !glob_of(a, path, glob, &n)) {
		conf_note(b, "%s %.*s: the name is only known at run time", what, STR_FMT(path));
		return STR_ABSENT;
	}
	if (a->param_count && path.n)
		path = (struct str){glob, n};
	if (path.n && *path.p == '|') {
		snprintf(out, PATH_MAX, "%.*s", STR_FMT(path));
		return str_of(out);
	}
	if (str_starts(path, STR_LIT("syslog")) || str_eq(path, STR_LIT("journald"))) {
		conf_note(b, "%s %s goes to %.*s", *what == 'e' ? "an" : "a", what, STR_FMT(path));
		return STR_ABSENT;
	}
	if (path.n && memmem(path.p, path.n, "${", 2)) {
		conf_note(b, "%s %.*s: a variable of it is not known", what, STR_FMT(path));
		return STR_ABSENT;
	}
	return path.n && conf_join(out, a->server_root, path) ? str_of(out) : STR_ABSENT;
}

/* The logs of a host have the same requests, and take the place of those of the server. */
static void take_log(struct conf_build *b, struct str path, struct str format, struct str condition,
	bool everywhere)
{
	const struct apache *a = b->state;
	char text[PATH_MAX];
	struct str target = target_of(b, "log", path, text);

	bool lost = a->in_macro && !a->in_host;
	b->context = everywhere   ? CONF_EVERYWHERE
		     : lost       ? 0
		     : a->in_host ? 1 + a->host_count
				  : CONF_MAIN;
	b->conditional = condition.n > 0 || a->alternative > 0;
	if (target.n && *target.p == '|')
		conf_add_pipe(b, target, format);
	else if (target.n)
		conf_add_log(b, target, format, STR_ABSENT);
	else
		conf_add_nowhere(b, format);
}

/* https://httpd.apache.org/docs/2.4/mod/core.html#errorlog */
static void take_error_log(struct conf_build *b, struct str path)
{
	struct apache *a = b->state;
	char text[PATH_MAX];
	struct str target = target_of(b, "error log", path, text);

	a->main_error_log |= !a->in_host;
	if (target.n && *target.p == '|')
		conf_add_error_pipe(b, target);
	else if (target.n)
		conf_add_error_log(b, target);
}

static void read_lines(struct conf_build *b, struct str text);

static void include(void *context, const char *path)
{
	conf_read(context, path, read_lines);
}

static void take_include(struct conf_build *b, struct str path)
{
	const struct apache *a = b->state;
	char whole[PATH_MAX];

	if (conf_join(whole, a->server_root, path) &&
		conf_file_expand(&b->budget, whole, true, include, b) < 0)
		conf_note(b, "Include %s: not read, it would be too much", whole);
}

static void take_format(struct conf_build *b, const struct alerts *w)
{
	bool named = w->n > 2;

	conf_add_format(b, named ? w->at[2] : STR_LIT(NAMELESS), w->at[1], LOG_DIALECT_APACHE);
}

/* Its lines may count or not, and others instead of them. <IfModule x> mostly does. */
static bool is_alternative(const struct alerts *w)
{
	return conf_is(w->at[0], "<IfDefine") || conf_is(w->at[0], "<IfVersion") ||
	       conf_is(w->at[0], "<IfFile") || conf_is(w->at[0], "<IfDirective") ||
	       conf_is(w->at[0], "<IfSection") ||
	       (conf_is(w->at[0], "<IfModule") && w->n > 1 && w->at[1].n && *w->at[1].p == '!');
}

/* Of <IfModule> nobody knows which one: then one too many is closed, which says less. */
static bool closes_alternative(const struct alerts *w)
{
	return conf_is(w->at[0], "</IfDefine>") || conf_is(w->at[0], "</IfVersion>") ||
	       conf_is(w->at[0], "</IfFile>") || conf_is(w->at[0], "</IfDirective>") ||
	       conf_is(w->at[0], "</IfSection>") || conf_is(w->at[0], "</IfModule>");
}

static void take_section(struct conf_build *b, const struct alerts *w)
{
	struct apache *a = b->state;

	if (conf_is(w->at[0], "<Macro")) {
		open_macro(b->state, w);
		a->in_macro = true;
	} else if (conf_is(w->at[0], "</Macro>")) {
		a->param_count = 0;
		a->in_macro = false;
	} else if (is_alternative(w)) {
		a->alternative++;
	} else if (a->alternative && closes_alternative(w)) {
		a->alternative--;
	} else if (conf_is(w->at[0], "<VirtualHost")) {
		a->in_host = true;
		a->host_count++;
	} else if (conf_is(w->at[0], "</VirtualHost>"))
		a->in_host = false;
}

static void take_directive(struct conf_build *b, const struct alerts *w)
{
	struct apache *a = b->state;
	struct str name = w->n > 1 ? w->at[0] : STR_ABSENT;

	if (conf_is(name, "LogFormat"))
		take_format(b, w);
	else if (conf_is(name, "CustomLog") || conf_is(name, "GlobalLog"))
		take_log(b, w->at[1], w->n > 2 ? w->at[2] : STR_LIT(NAMELESS),
			w->n > 3 ? w->at[3] : STR_ABSENT, conf_is(name, "GlobalLog"));
	else if (conf_is(name, "TransferLog"))
		take_log(b, w->at[1], STR_LIT(NAMELESS), STR_ABSENT, false);
	else if (conf_is(name, "ErrorLog"))
		take_error_log(b, w->at[1]);
	else if (conf_is(name, "BufferedLogs"))
		a->buffered = conf_is(w->at[1], "on");
	else if (conf_is(name, "Define") && w->n > 2)
		define(a, w->at[1], w->at[2]);
	else if (conf_is(name, "ServerRoot"))
		conf_join(a->server_root, "", w->at[1]);
	else if (conf_is(name, "Include") || conf_is(name, "IncludeOptional"))
		take_include(b, w->at[1]);
}

static void read_lines(struct conf_build *b, struct str text)
{
	const char *p = text.p, *end = text.p + text.n;
	struct alerts *w = malloc(sizeof *w);
	char *line = malloc(2 * LINE_TEXT);
	size_t n;

	while (w && line && read_line(&p, end, line, &n)) {
		char *whole = line + LINE_TEXT;
		n = expand(b->state, (struct str){line, n}, false, whole, LINE_TEXT);
		split(w, (struct str){whole, n});
		char first = w->n && w->at[0].n ? *w->at[0].p : '#';
		if (first == '<')
			take_section(b, w);
		else if (first != '#')
			take_directive(b, w);
	}
	free(line);
	free(w);
}

static int begin(struct conf_build *b)
{
	struct apache *a = calloc(1, sizeof *a);
	static const struct str conf = {"/conf", 5};
	struct str dir = str_of(b->dir);

	if (!a)
		return -ENOMEM;
	b->state = a;
	/* /etc/httpd/conf/httpd.conf speaks of paths below /etc/httpd. */
	if (dir.n > conf.n && str_eq((struct str){dir.p + dir.n - conf.n, conf.n}, conf))
		dir.n -= conf.n;
	if (b->prefix[0])
		dir = str_of(b->prefix);
	snprintf(a->server_root, sizeof a->server_root, "%.*s", STR_FMT(dir));
	conf_add_format(b, STR_LIT(NAMELESS), STR_LIT(COMMON), LOG_DIALECT_APACHE);
	return 0;
}

static void end(struct conf_build *b)
{
	struct apache *a = b->state;

	for (size_t i = 0; i < b->log_count && a->buffered; i++)
		strcpy(b->logs[i].buffered, BUFFER_SIZE);
	free(a);
}

static int read_main(struct conf_build *b, const char *path)
{
	char variables[PATH_MAX];
	int err = begin(b);

	if (err)
		return err;
	/* Debian's apache2ctl sets them, whichever file the server reads. */
	bool beside =
		conf_join(variables, b->dir, STR_LIT("envvars")) && read_variables(b, variables);
	if (!beside && b->is_packaged)
		read_variables(b, "/etc/apache2/envvars");
	err = conf_read(b, path, read_lines);
	if (!err && !((struct apache *)b->state)->main_error_log)
		take_error_log(b, STR_LIT(ERROR_LOG));
	if (!err && b->log_count == 0)
		conf_note(b, "no access log that can be followed is configured (CustomLog)");
	end(b);
	return err;
}

static void read_text(struct conf_build *b, struct str text)
{
	if (begin(b) < 0)
		return;
	read_lines(b, text);
	end(b);
}

const struct conf_server conf_apache = {
	.name = "apache",
	.dialect = LOG_DIALECT_APACHE,
	.read = read_main,
	.read_text = read_text,
};
