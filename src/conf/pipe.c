// SPDX-License-Identifier: MIT
/*
 * Programs that take a log by a pipe, and which files they write it to. The command is read as
 * text: nothing is run.
 */
#include "conf/build.h"

#include <ctype.h>

#define NEST_MAX 4 /* "sh -c 'exec nice cat >x'" */

enum writes {
	WRITES_FILE,     /* the first word that is no option */
	WRITES_CURRENT,  /* DIR/current, of the first word that is an absolute path */
	WRITES_HOSTS,    /* DIR/HOST/NAME, of the last word */
	WRITES_REDIRECT, /* what stands behind the last ">" */
	WRITES_SYSLOG,
	WRITES_AS_SHELL, /* what the command behind -c does */
	WRITES_AS_NEXT,  /* what the command behind its options does */
};

static const struct writer {
	struct str program;
	const char *valued; /* options whose value is the next word */
	enum writes writes;
	bool numbered; /* a name without a "%" has the time appended */
} writers[] = {
	/* https://httpd.apache.org/docs/2.4/programs/rotatelogs.html */
	{{"rotatelogs", 10}, "Lnp", WRITES_FILE, true},
	{{"cronolog", 8}, "HSlPpdxsz", WRITES_FILE, false}, /* cronolog(1) */
	{{"httplog", 7}, "bgsu", WRITES_FILE, false},       /* httplog(8) */
	{{"tee", 3}, "", WRITES_FILE, false},
	{{"vlogger", 7}, "dfgrstu", WRITES_HOSTS, false}, /* vlogger(1); ISPConfig's too */
	{{"multilog", 8}, "", WRITES_CURRENT, false},     /* https://cr.yp.to/daemontools */
	{{"svlogd", 6}, "blrR", WRITES_CURRENT, false},
	{{"s6-log", 6}, "dl", WRITES_CURRENT, false},
	{{"cat", 3}, "", WRITES_REDIRECT, false},
	{{"grep", 4}, "", WRITES_REDIRECT, false},
	{{"egrep", 5}, "", WRITES_REDIRECT, false},
	{{"sed", 3}, "", WRITES_REDIRECT, false},
	{{"awk", 3}, "", WRITES_REDIRECT, false},
	{{"logger", 6}, "", WRITES_SYSLOG, false},
	{{"systemd-cat", 11}, "", WRITES_SYSLOG, false},
	{{"sh", 2}, "", WRITES_AS_SHELL, false},
	{{"bash", 4}, "", WRITES_AS_SHELL, false},
	{{"dash", 4}, "", WRITES_AS_SHELL, false},
	{{"exec", 4}, "", WRITES_AS_NEXT, false},
	{{"env", 3}, "uC", WRITES_AS_NEXT, false},
	{{"nice", 4}, "n", WRITES_AS_NEXT, false},
	{{"ionice", 6}, "cn", WRITES_AS_NEXT, false},
	{{"stdbuf", 6}, "ioe", WRITES_AS_NEXT, false},
	{{"sudo", 4}, "ugCDhpRrTt", WRITES_AS_NEXT, false},
};

/* A command that is read, and the name that comes of it. */
struct pipe {
	struct conf_build *b;
	const char *what; /* "a log", "an error log" */
	struct str program;
	struct str rest; /* words that are not read yet */
	char out[PATH_MAX];
	size_t n;
	bool strips; /* the first word of each line is not written */
};

static struct str next_word(struct str *rest)
{
	while (rest->n && isspace((unsigned char)*rest->p))
		*rest = str_skip(*rest, 1);
	char quote = rest->n && (*rest->p == '"' || *rest->p == '\'') ? *rest->p : '\0';
	size_t i = quote != '\0', start = i;
	while (i < rest->n && (quote ? rest->p[i] != quote : !isspace((unsigned char)rest->p[i])))
		i++;
	struct str word = {rest->p + start, i - start};
	i += quote && i < rest->n;
	*rest = str_skip(*rest, i);
	return word;
}

static struct str base_name(struct str word)
{
	const char *slash = word.n ? memrchr(word.p, '/', word.n) : NULL;

	return slash ? str_skip(word, (size_t)(slash - word.p) + 1) : word;
}

static const struct writer *writer_of(struct str program)
{
	for (size_t i = 0; i < ARRAY_LEN(writers); i++)
		if (str_eq(base_name(program), writers[i].program))
			return &writers[i];
	return NULL;
}

/* The next word that is no option; what stood before it is put by the options' letters. */
static struct str next_argument(
	struct pipe *p, const struct writer *w, struct str ret_values[static 128])
{
	struct str word;

	while ((word = next_word(&p->rest)).n && *word.p == '-') {
		unsigned char letter = word.n > 1 ? (unsigned char)word.p[1] : 0;
		if (!letter || letter >= 128 || letter == '-')
			continue;
		ret_values[letter] = str_skip(word, 2);
		if (word.n == 2 && strchr(w->valued, (char)letter))
			ret_values[letter] = next_word(&p->rest);
	}
	return word;
}

/* Names. */

static void put(struct pipe *p, struct str text)
{
	for (size_t i = 0; i < text.n && p->n + 2 < sizeof p->out; i++)
		p->out[p->n++] = text.p[i];
}

/* "x.%Y%m%d" becomes "x.*". False when it has no time in it. */
static bool put_dated(struct pipe *p, struct str name)
{
	bool dated = false;

	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] != '%') {
			put(p, (struct str){name.p + i, 1});
			continue;
		}
		i++;
		if (p->n == 0 || p->out[p->n - 1] != '*')
			put(p, STR_LIT("*"));
		dated = true;
	}
	return dated;
}

static void name_file(struct pipe *p, const struct writer *w)
{
	struct str values[128] = {0}, name = next_argument(p, w, values);
	bool exact = values['t'].p != NULL; /* rotatelogs -t: truncated instead */

	if (name.n == 0 || *name.p != '/')
		return;
	if (!put_dated(p, name) && w->numbered && !exact)
		put(p, STR_LIT(".*")); /* and the time at which the file begins */
}

static void name_current(struct pipe *p, const struct writer *w)
{
	struct str values[128] = {0}, word;

	while ((word = next_argument(p, w, values)).n && *word.p != '/')
		continue;
	put(p, word);
	if (word.n)
		put(p, STR_LIT("/current"));
}

/* vlogger [-s LINK] [-t TEMPLATE] … DIR: each line begins with its host, which is taken off. */
static void name_hosts(struct pipe *p, const struct writer *w)
{
	struct str values[128] = {0}, dir = next_argument(p, w, values);
	bool errors = values['e'].p != NULL;
	struct str name = values['s'].n   ? values['s']
			  : values['t'].n ? values['t']
			  : errors        ? STR_LIT("%m%d%Y-error.log")
					  : STR_LIT("%m%d%Y-access.log");

	if (dir.n == 0 || *dir.p != '/')
		return;
	while (dir.n > 1 && dir.p[dir.n - 1] == '/')
		dir.n--;
	put(p, dir);
	put(p, STR_LIT("/*/"));
	put_dated(p, name);
	p->strips = !errors;
}

/* ">x", "> x", ">>x", "1>>x" */
static void name_redirect(struct pipe *p)
{
	struct str word, name = STR_ABSENT;

	while ((word = next_word(&p->rest)).p && (word.n || p->rest.n)) {
		const char *open = word.n ? memchr(word.p, '>', word.n) : NULL;
		if (!open || (open != word.p && *word.p != '1'))
			continue;
		name = str_skip(word, (size_t)(open - word.p));
		while (name.n && *name.p == '>')
			name = str_skip(name, 1);
		if (!name.n)
			name = next_word(&p->rest);
	}
	if (name.n && *name.p == '/')
		put(p, name);
}

/* Takes the command's first word, and, where that is a program that starts another, goes on with
 * that one's. NULL: nobody knows what it writes. */
static const struct writer *find_writer(struct pipe *p)
{
	struct str values[128] = {0}, word = next_word(&p->rest);
	const struct writer *w = NULL;

	for (unsigned i = 0; i < NEST_MAX; i++) {
		/* "NAME=VALUE command" */
		while (word.n && *word.p != '/' && memchr(word.p, '=', word.n))
			word = next_word(&p->rest);
		p->program = word;
		w = writer_of(word);
		if (!w || w->writes < WRITES_AS_SHELL)
			return w;
		word = next_argument(p, w, values);
		if (w->writes == WRITES_AS_SHELL && values['c'].p) {
			p->rest = word;
			word = next_word(&p->rest);
		}
	}
	return NULL;
}

/* Where nothing comes of it, notes where the log goes. */
static void read_command(struct pipe *p, struct str command)
{
	p->rest = command;
	while (p->rest.n && (*p->rest.p == '|' || *p->rest.p == '$'))
		p->rest = str_skip(p->rest, 1);
	const struct writer *w = find_writer(p);
	if (!w) {
		conf_note(p->b, "%s goes to the program %.*s", p->what, STR_FMT(p->program));
		return;
	}
	if (w->writes == WRITES_SYSLOG) {
		conf_note(p->b, "%s goes to the program %.*s, and so to syslog", p->what,
			STR_FMT(p->program));
		return;
	}
	if (w->writes == WRITES_FILE)
		name_file(p, w);
	else if (w->writes == WRITES_CURRENT)
		name_current(p, w);
	else if (w->writes == WRITES_HOSTS)
		name_hosts(p, w);
	else
		name_redirect(p);
	if (p->n == 0)
		conf_note(p->b, "%s goes to %.*s, to a file that is not named in full", p->what,
			STR_FMT(p->program));
}

void conf_add_pipe(struct conf_build *b, struct str command, struct str format)
{
	struct pipe p = {.b = b, .what = "a log"};

	read_command(&p, command);
	if (p.n == 0) {
		conf_add_nowhere(b, format);
		return;
	}
	b->stripped = p.strips;
	conf_add_log(b, (struct str){p.out, p.n}, format, STR_ABSENT);
	b->stripped = false;
}

void conf_add_error_pipe(struct conf_build *b, struct str command)
{
	struct pipe p = {.b = b, .what = "an error log"};

	read_command(&p, command);
	if (p.n > 0)
		conf_add_error_log(b, (struct str){p.out, p.n});
}
