// SPDX-License-Identifier: MIT
#include "config/options.h"

#include "base/nearest.h"
#include "base/text.h"
#include "config/parts.h"

#include <getopt.h>

#define LONG_FLAG 256 /* not a character, so not a short option */
#define PREFIX    "NETHERGAZE_"
#define SHOWN_MAX 40 /* bytes of a name that somebody else chose */

/* Flags. */

/* What getopt_long(3) is told, and which option each of its entries is. */
struct flag_list {
	struct option longs[OPTION_COUNT_MAX + 1];
	size_t which[OPTION_COUNT_MAX];
	int n;
};

static bool is_taken(const struct options_state *s, const struct option_def *d)
{
	return d->flag && (d->of_all || d->of_update == s->values.geoip_update);
}

static int argument_of(const struct option_def *d)
{
	if (d->implied)
		return optional_argument;
	return d->arg ? required_argument : no_argument;
}

static void list_flags(const struct options_state *s, struct flag_list *ret)
{
	struct option_ref o;

	*ret = (struct flag_list){0};
	for (size_t i = 0; option_at(s, i, &o); i++) {
		if (!is_taken(s, o.def))
			continue;
		ret->which[ret->n] = i;
		ret->longs[ret->n++] =
			(struct option){o.def->flag, argument_of(o.def), NULL, LONG_FLAG};
	}
}

static int set_flag(struct options_state *s, size_t i, const char *arg)
{
	struct option_ref o;
	char refusal[OPTION_REFUSAL_MAX];

	option_at(s, i, &o);
	if (!arg)
		arg = o.def->implied ? o.def->implied : o.def->inverted ? "false" : "true";
	/* A list default gives way to the first flag, later flags add to it. */
	if (options_set(s, &o, LEVEL_FLAG, str_of(arg), refusal) < 0)
		return options_fail(s, "--%s: %s", o.def->flag, refusal);
	return 0;
}

/* What getopt_long(3) did not take: optopt is a short option, or 0, or of a long one its val. */
static int refuse_flag(struct options_state *s, const struct flag_list *list, const char *arg)
{
	char letter[] = {'-', (char)optopt, '\0'};
	struct nearest near;

	if (optopt > 0 && optopt < LONG_FLAG)
		arg = letter;
	nearest_init(&near, STR_ABSENT);
	if (optopt == 0 && strncmp(arg, "--", 2) == 0)
		nearest_init(&near, (struct str){arg + 2, strcspn(arg + 2, "=")});
	for (int i = 0; i < list->n; i++)
		nearest_offer(&near, str_of(list->longs[i].name));
	return options_fail(s, "%s: unknown or misused option (see --help)%s%s%s", arg,
		near.name[0] ? "; did you mean --" : "", near.name, near.name[0] ? "?" : "");
}

/* c: what getopt_long(3) returned; at: the entry of its list. */
static int take_flag(
	struct options_state *s, const struct flag_list *list, int c, int at, const char *arg)
{
	switch (c) {
	case LONG_FLAG:
		return set_flag(s, list->which[at], optarg);
	case 'h':
		s->values.help = true;
		return 0;
	case 'V':
		s->values.version = true;
		return 0;
	case ':':
		return options_fail(s, "%s: no value; expected one after it (see --help)", arg);
	default:
		return refuse_flag(s, list, arg);
	}
}

/* Words behind a flag that takes more than one are its values, too. True when it took one. */
static bool take_more(struct options_state *s, const struct flag_list *list, int at,
	const char *word, int *ret_err)
{
	struct option_ref o;

	if (!option_at(s, list->which[at], &o) || !o.def->more)
		return false;
	*ret_err = set_flag(s, o.i, word);
	return true;
}

/* Commands that are spelled as such are flags, too. */
static void take_command(struct options_state *s, int *argc, char ***argv)
{
	static char hub_setup[] = "--hub-setup";

	if (*argc > 1 && strcmp((*argv)[1], "geoip-update") == 0) {
		s->values.geoip_update = true;
		(*argc)--;
		(*argv)++;
	} else if (*argc > 1 && strcmp((*argv)[1], hub_setup + 2) == 0) {
		(*argv)[1] = hub_setup;
	}
}

int options_read_flags(struct options_state *s, int argc, char **argv)
{
	struct flag_list list;
	int c, at = 0, last = -1, err = 0;

	take_command(s, &argc, &argv);
	list_flags(s, &list);
	opterr = 0;
	optind = 0; /* a fresh start, also for a second call */
	while (optind < argc || !optind) {
		c = getopt_long(argc, argv, "+:hV", list.longs, &at);
		if (c != -1) {
			last = c == LONG_FLAG ? at : -1;
			err = take_flag(s, &list, c, at, argv[optind - 1]);
		} else if (optind >= argc || last < 0 ||
			   !take_more(s, &list, last, argv[optind], &err)) {
			break;
		} else {
			optind++;
		}
		if (err)
			return err;
	}
	if (optind < argc)
		return options_fail(s,
			"\"%s\": unexpected argument; expected only options (see --help; use "
			"--log-path for logs)",
			argv[optind]);
	return 0;
}

/* Environment. */

/* Most likely a typing error, but other programs may use the prefix, too. */
static void warn_of_variable(struct options_state *s, struct str name)
{
	struct str shown = text_clip(name, SHOWN_MAX);
	struct nearest near;
	struct option_ref o;

	nearest_init(&near, name);
	for (size_t i = 0; option_at(s, i, &o); i++)
		nearest_offer(&near, str_of(o.def->env));
	options_warn(s, PREFIX "%.*s: unknown variable%s%s%s", STR_FMT(shown),
		near.name[0] ? ", did you mean " PREFIX : "", near.name, near.name[0] ? "?" : "");
}

static int set_variable(struct options_state *s, struct str name, struct str text)
{
	char refusal[OPTION_REFUSAL_MAX];
	struct option_ref o;
	bool known = false;

	for (size_t i = 0; option_at(s, i, &o); i++) {
		if (!o.def->env || !str_eq(str_of(o.def->env), name))
			continue;
		known = true;
		if (options_set(s, &o, LEVEL_ENV, text, refusal) < 0)
			return options_fail(s, PREFIX "%s: %s", o.def->env, refusal);
	}
	if (!known)
		warn_of_variable(s, name);
	return 0;
}

int options_read_env(struct options_state *s, char **environ_list)
{
	const struct str prefix = STR_LIT(PREFIX);
	int err = 0;

	for (char **e = environ_list; *e && !err; e++) {
		const char *eq = strchr(*e, '=');
		if (!eq || !eq[1] || !str_starts(str_of(*e), prefix))
			continue;
		err = set_variable(s, (struct str){*e + prefix.n, (size_t)(eq - *e) - prefix.n},
			str_of(eq + 1));
	}
	return err;
}
