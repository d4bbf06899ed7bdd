// SPDX-License-Identifier: MIT
#include "config/options.h"

#include "base/addr.h"
#include "base/num.h"
#include "log/format_string.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

__attribute__((format(printf, 2, 3))) static int fail(
	struct options_state *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(s->error, sizeof s->error, format, args);
	va_end(args);
	return -EINVAL;
}

/* "auto|combined|…" behind the head, cut where it does not fit. Returns its length. */
static size_t list_formats(char *buf, size_t cap, const char *head)
{
	size_t n = (size_t)snprintf(buf, cap, "%sauto", head);

	for (size_t i = 0; i < log_format_count && n < cap; i++)
		n += (size_t)snprintf(buf + n, cap - n, "|%s", log_formats[i].name);
	return n < cap ? n : cap - 1;
}

const char *options_expected(const struct option_def *d, char buf[static OPTION_EXPECTED_MAX])
{
	size_t n;

	switch (d->type) {
	case OPTION_SWITCH:
		return "true or false";
	case OPTION_CHOICE:
		snprintf(buf, OPTION_EXPECTED_MAX, "one of %s", d->choices);
		return buf;
	case OPTION_FORMAT:
		n = list_formats(buf, OPTION_EXPECTED_MAX, "one of ");
		snprintf(buf + n, OPTION_EXPECTED_MAX - n,
			", or a format string as in nginx's "
			"log_format or Apache's LogFormat");
		return buf;
	case OPTION_SECS:
		snprintf(buf, OPTION_EXPECTED_MAX, "seconds from %g to %.10g", d->min, d->max);
		return buf;
	case OPTION_UINT:
		snprintf(buf, OPTION_EXPECTED_MAX, "a whole number from %.0f to %.0f", d->min,
			d->max);
		return buf;
	case OPTION_SPEED:
		return "a number above 0, or max";
	case OPTION_TEXT:
		return "a string";
	case OPTION_TEXTS:
		return "a string or an array of strings";
	case OPTION_NETS:
		return "a network such as 192.0.2.0/24, or an array of them";
	}
	return "";
}

/* 0, or -EINVAL with the reason. */
static int check_spec(struct str text, char why[static FORMAT_STRING_ERROR_MAX])
{
	struct log_format *format = NULL;
	int err = format_string_new(text, LOG_DIALECT_GUESS, text, &format, why);

	format_string_free(format);
	return err;
}

void options_refusal(
	const struct option_def *d, struct str text, char buf[static OPTION_REFUSAL_MAX])
{
	char expected[OPTION_EXPECTED_MAX], why[FORMAT_STRING_ERROR_MAX];
	int shown = text.n > 60 ? 60 : (int)text.n;
	bool spec = d->type == OPTION_FORMAT && format_string_is(text) && check_spec(text, why) < 0;

	snprintf(buf, OPTION_REFUSAL_MAX, "\"%.*s\" is not valid%s%s", shown, text.p ? text.p : "",
		spec ? ": " : "; expected ", spec ? why : options_expected(d, expected));
}

static int refuse(
	struct options_state *s, const struct option_def *d, const char *where, struct str text)
{
	char buf[OPTION_REFUSAL_MAX];

	options_refusal(d, text, buf);
	return fail(s, "%s: %s", where, buf);
}

/* Parsing a value. Each sets *at and returns 0, or returns -EINVAL. */

static int parse_switch(struct str text, bool *at)
{
	static const char *const words[] = {"false", "true", "0", "1", "no", "yes", "off", "on"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strlen(words[i]) == text.n && strncasecmp(words[i], text.p, text.n) == 0) {
			*at = i % 2;
			return 0;
		}
	}
	return -EINVAL;
}

static int parse_ranged(const struct option_def *d, struct str text, double *ret)
{
	double v;

	if (num_double(text, &v) < 0 || v < d->min || v > d->max)
		return -EINVAL;
	*ret = v;
	return 0;
}

static void list_clear(struct text_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct text_list){0};
}

/* One value, read and not yet in its place. */
struct value {
	bool truth;
	usec_t time;
	uint64_t whole;
	double number;
	char *text; /* owned; also a choice, and an item of a list */
};

static int parse_text(struct str text, char **ret)
{
	if (text.n == 0)
		return -EINVAL;
	*ret = strndup(text.p, text.n);
	return *ret ? 0 : -ENOMEM;
}

static int parse_choice(const struct option_def *d, struct str text, char **ret)
{
	size_t n;

	for (const char *p = d->choices; *p; p += n + (p[n] == '|')) {
		n = strcspn(p, "|");
		if (str_eq((struct str){p, n}, text))
			return parse_text(text, ret);
	}
	return -EINVAL;
}

static int parse_format(struct str text, char **ret)
{
	char why[FORMAT_STRING_ERROR_MAX];
	bool known = str_eq(text, STR_LIT("auto")) || log_format_find(text);

	if (!known && !format_string_is(text))
		return -EINVAL;
	int err = known ? 0 : check_spec(text, why);
	return err ? err : parse_text(text, ret);
}

static int parse_value(const struct option_def *d, struct str text, struct value *ret)
{
	struct prefix net;
	double v;

	switch (d->type) {
	case OPTION_SWITCH:
		return parse_switch(text, &ret->truth);
	case OPTION_CHOICE:
		return parse_choice(d, text, &ret->text);
	case OPTION_FORMAT:
		return parse_format(text, &ret->text);
	case OPTION_SECS:
		if (parse_ranged(d, text, &v) < 0)
			return -EINVAL;
		ret->time = (usec_t)(v * (double)USEC_PER_SEC);
		return 0;
	case OPTION_UINT:
		return parse_ranged(d, text, &v) < 0 ? -EINVAL : num_u64(text, &ret->whole);
	case OPTION_SPEED:
		ret->number = 0;
		return str_eq(text, STR_LIT("max")) ? 0 : parse_ranged(d, text, &ret->number);
	case OPTION_TEXT:
	case OPTION_TEXTS:
		return parse_text(text, &ret->text);
	case OPTION_NETS:
		return prefix_parse(text, &net) < 0 ? -EINVAL : parse_text(text, &ret->text);
	}
	return -EINVAL;
}

static int list_add(struct text_list *list, struct value *v)
{
	char **items = realloc(list->items, (list->count + 1) * sizeof *items);

	if (!items)
		return -ENOMEM;
	list->items = items;
	items[list->count++] = v->text;
	v->text = NULL;
	return 0;
}

/* Moves the value to its place; text that was taken over is taken out of v. */
static int store(const struct option_def *d, void *at, struct value *v)
{
	switch (d->type) {
	case OPTION_SWITCH:
		*(bool *)at = v->truth;
		return 0;
	case OPTION_SECS:
		*(usec_t *)at = v->time;
		return 0;
	case OPTION_UINT:
		*(uint64_t *)at = v->whole;
		return 0;
	case OPTION_SPEED:
		*(double *)at = v->number;
		return 0;
	case OPTION_TEXT:
	case OPTION_CHOICE:
	case OPTION_FORMAT:
		free(*(char **)at);
		*(char **)at = v->text;
		v->text = NULL;
		return 0;
	case OPTION_TEXTS:
	case OPTION_NETS:
		return list_add(at, v);
	}
	return -EINVAL;
}

static bool is_list(const struct option_def *d)
{
	return d->type == OPTION_TEXTS || d->type == OPTION_NETS;
}

int options_set(struct options_state *s, size_t i, enum option_level level, struct str text)
{
	const struct option_def *d = &option_defs[i];
	struct value v = {0};

	int err = parse_value(d, text, &v);
	if (err)
		return err;
	/* Checked, but a higher level has spoken or the option has no place. */
	if (!d->reserved && s->set[i] <= level) {
		void *at = (char *)&s->values + d->offset;
		if (is_list(d) && s->set[i] < level)
			list_clear(at);
		err = store(d, at, &v);
	}
	free(v.text);
	if (!err && s->set[i] < level)
		s->set[i] = level;
	return err;
}

void options_init(struct options_state *s)
{
	*s = (struct options_state){0};
	s->values.duration = -1;
	for (size_t i = 0; i < option_count; i++)
		if (option_defs[i].fallback)
			options_set(s, i, LEVEL_DEFAULT, str_of(option_defs[i].fallback));
}

void options_done(struct options_state *s)
{
	for (size_t i = 0; i < option_count; i++) {
		const struct option_def *d = &option_defs[i];
		if (d->reserved)
			continue;
		void *at = (char *)&s->values + d->offset;
		if (is_list(d))
			list_clear(at);
		else if (d->type == OPTION_TEXT || d->type == OPTION_CHOICE ||
			 d->type == OPTION_FORMAT)
			free(*(char **)at);
	}
	*s = (struct options_state){0};
}

bool options_was_set(const struct options_state *s, const char *flag, enum option_level level)
{
	for (size_t i = 0; i < option_count; i++)
		if (option_defs[i].flag && strcmp(option_defs[i].flag, flag) == 0)
			return s->set[i] >= level;
	return false;
}

/* Flags. */

#define LONG_FLAG 256 /* no character, so no short option */

static int set_flag(struct options_state *s, size_t i, const char *arg)
{
	const struct option_def *d = &option_defs[i];
	struct str text = arg ? str_of(arg) : d->inverted ? STR_LIT("false") : STR_LIT("true");
	char where[64];

	snprintf(where, sizeof where, "--%s", d->flag);
	/* A list default gives way to the first flag, later flags add to it. */
	return options_set(s, i, LEVEL_FLAG, text) < 0 ? refuse(s, d, where, text) : 0;
}

/* What getopt_long(3) did not take: optopt is a short option, or 0, or of a long one its val. */
static int refuse_flag(struct options_state *s, const char *arg)
{
	char letter[] = {'-', (char)optopt, '\0'};

	return fail(s, "%s: no such option, or not to be used so; expected one of those in --help",
		optopt > 0 && optopt < LONG_FLAG ? letter : arg);
}

static bool is_taken(const struct options_state *s, const struct option_def *d)
{
	return d->flag && (d->of_all || d->of_update == s->values.geoip_update);
}

int options_read_flags(struct options_state *s, int argc, char **argv)
{
	struct option longs[OPTION_COUNT_MAX + 1] = {0};
	int which[OPTION_COUNT_MAX], n = 0, c, at = 0;

	if (argc > 1 && strcmp(argv[1], "geoip-update") == 0) {
		s->values.geoip_update = true;
		argc--;
		argv++;
	}
	for (size_t i = 0; i < option_count; i++) {
		const struct option_def *d = &option_defs[i];
		if (!is_taken(s, d))
			continue;
		which[n] = (int)i;
		longs[n++] = (struct option){
			d->flag, d->arg ? required_argument : no_argument, NULL, LONG_FLAG};
	}
	opterr = 0;
	optind = 0; /* a fresh start, also for a second call */
	while ((c = getopt_long(argc, argv, "+:hV", longs, &at)) != -1) {
		int err = 0;
		if (c == LONG_FLAG)
			err = set_flag(s, (size_t)which[at], optarg);
		else if (c == 'h')
			s->values.help = true;
		else if (c == 'V')
			s->values.version = true;
		else if (c == ':')
			err = fail(s, "%s: no value; expected one after it (see --help)",
				argv[optind - 1]);
		else
			err = refuse_flag(s, argv[optind - 1]);
		if (err)
			return err;
	}
	if (optind < argc)
		return fail(s,
			"\"%s\": unexpected argument; expected options only (see --help; "
			"logs are named by --log-path)",
			argv[optind]);
	return 0;
}

/* Environment. */

int options_read_env(struct options_state *s, char **environ_list)
{
	static const struct str prefix = {"NETHERGAZE_", 11};

	for (char **e = environ_list; *e; e++) {
		struct str pair = str_of(*e);
		const char *eq = strchr(*e, '=');
		if (!eq || !str_starts(pair, prefix))
			continue;
		struct str name = {*e + prefix.n, (size_t)(eq - *e) - prefix.n};
		struct str text = str_of(eq + 1);
		for (size_t i = 0; i < option_count; i++) {
			const struct option_def *d = &option_defs[i];
			char where[64];
			if (!d->env || !str_eq(str_of(d->env), name) || text.n == 0)
				continue;
			snprintf(where, sizeof where, "NETHERGAZE_%s", d->env);
			if (options_set(s, i, LEVEL_ENV, text) < 0)
				return refuse(s, d, where, text);
		}
	}
	return 0;
}

int options_check(struct options_state *s)
{
	const struct options *v = &s->values;

	if (v->replay && v->record)
		return fail(s, "--replay with --record: expected one of them: a replay is already "
			       "recorded");
	if (v->replay && (options_was_set(s, "log-path", LEVEL_FLAG) ||
				 options_was_set(s, "source", LEVEL_FLAG)))
		return fail(
			s, "--replay with --log-path or --source: expected the recording alone");
	if (v->btf && access(v->btf, R_OK) < 0)
		return fail(s, "--btf %s: %s; expected a file of BTF, as from pahole or bpftool",
			v->btf, strerror(errno));
	if (!v->replay && options_was_set(s, "speed", LEVEL_FLAG))
		return fail(s, "--speed: expected together with --replay");
	return 0;
}

void options_reserved_used(const struct options_state *s, char *buf, size_t cap)
{
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < option_count; i++) {
		const struct option_def *d = &option_defs[i];
		/* Switching a feature off that is not there yet is no surprise. */
		if (!d->reserved || s->set[i] == LEVEL_DEFAULT || d->inverted)
			continue;
		int w = snprintf(buf + n, cap - n, "%s%s", n ? ", " : "", d->key);
		if (w < 0 || (size_t)w >= cap - n)
			return;
		n += (size_t)w;
	}
}

/* Help. */

#define HELP_INDENT 29
#define HELP_WIDTH  80

/* Words from column HELP_INDENT on, broken before HELP_WIDTH. */
static void print_wrapped(FILE *out, const char *text)
{
	int column = HELP_INDENT;

	while (*text) {
		int n = (int)strcspn(text, " ");
		if (column > HELP_INDENT && column + 1 + n > HELP_WIDTH) {
			fprintf(out, "\n%*s", HELP_INDENT, "");
			column = HELP_INDENT;
		}
		bool first = column == HELP_INDENT;
		fprintf(out, "%s%.*s", first ? "" : " ", n, text);
		column += n + !first;
		text += n + (text[n] == ' ');
	}
	fputc('\n', out);
}

static void print_option(FILE *out, const struct option_def *d)
{
	char head[64], choices[128] = "", fallback[64] = "", text[384];
	int n = snprintf(
		head, sizeof head, "  --%s%s%s", d->flag, d->arg ? " " : "", d->arg ? d->arg : "");

	if (n < HELP_INDENT)
		fprintf(out, "%-*s", HELP_INDENT, head);
	else
		fprintf(out, "%s\n%*s", head, HELP_INDENT, "");
	if (d->type == OPTION_CHOICE)
		snprintf(choices, sizeof choices, " (%s)", d->choices);
	if (d->type == OPTION_FORMAT) {
		size_t k = list_formats(choices, sizeof choices - 2, " (");
		snprintf(choices + k, sizeof choices - k, ")");
	}
	if (d->fallback && d->arg && !d->reserved)
		snprintf(fallback, sizeof fallback, " [%s]", d->fallback);
	snprintf(text, sizeof text, "%s%s%s", d->help, choices, fallback);
	print_wrapped(out, text);
}

static bool is_of_console(const struct option_def *d)
{
	return !d->reserved && !d->of_update;
}

static bool is_of_update(const struct option_def *d)
{
	return d->of_update;
}

static bool is_reserved(const struct option_def *d)
{
	return d->reserved;
}

void options_print_help(FILE *out)
{
	static const struct {
		const char *title;
		bool (*has)(const struct option_def *d);
	} parts[] = {
		{"", is_of_console},
		{"\ngeoip-update fetches the free GeoIP databases of DB-IP, and takes:\n",
			is_of_update},
		{"\nAccepted for compatibility, without effect in this version:\n", is_reserved},
	};

	fputs("Usage: nethergaze [OPTION]...\n"
	      "       nethergaze geoip-update [--url URL]... [--data-dir DIR]\n"
	      "Live triage console for a web server: TCP connections joined with access logs.\n\n",
		out);
	for (size_t k = 0; k < ARRAY_LEN(parts); k++) {
		fputs(parts[k].title, out);
		for (size_t i = 0; i < option_count; i++)
			if (option_defs[i].flag && parts[k].has(&option_defs[i]))
				print_option(out, &option_defs[i]);
	}
	fputs("\nEach config key may also be set by its environment variable; --print-config "
	      "names\n"
	      "both. Flags win over the environment, which wins over the config file:\n"
	      "$XDG_CONFIG_HOME/nethergaze/config.toml (or ~/.config/…), else ~/.nethergaze.toml.\n"
	      "Exit status: 0 done, 1 failure while running, 2 bad usage or config.\n",
		out);
}
