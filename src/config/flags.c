// SPDX-License-Identifier: MIT
#include "config/options.h"

#include "config/parts.h"

#include <getopt.h>

#define LONG_FLAG 256 /* no character, so no short option */

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

static void list_flags(const struct options_state *s, struct flag_list *ret)
{
	struct option_ref o;

	*ret = (struct flag_list){0};
	for (size_t i = 0; option_at(s, i, &o); i++) {
		if (!is_taken(s, o.def))
			continue;
		ret->which[ret->n] = i;
		ret->longs[ret->n++] = (struct option){
			o.def->flag, o.def->arg ? required_argument : no_argument, NULL, LONG_FLAG};
	}
}

static int set_flag(struct options_state *s, size_t i, const char *arg)
{
	struct option_ref o;
	char refusal[OPTION_REFUSAL_MAX];

	option_at(s, i, &o);
	struct str text = arg ? str_of(arg) : o.def->inverted ? STR_LIT("false") : STR_LIT("true");
	/* A list default gives way to the first flag, later flags add to it. */
	if (options_set(s, &o, LEVEL_FLAG, text, refusal) < 0)
		return options_fail(s, "--%s: %s", o.def->flag, refusal);
	return 0;
}

/* What getopt_long(3) did not take: optopt is a short option, or 0, or of a long one its val. */
static int refuse_flag(struct options_state *s, const char *arg)
{
	char letter[] = {'-', (char)optopt, '\0'};

	return options_fail(s,
		"%s: no such option, or not to be used so; expected one of those in --help",
		optopt > 0 && optopt < LONG_FLAG ? letter : arg);
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
		return refuse_flag(s, arg);
	}
}

int options_read_flags(struct options_state *s, int argc, char **argv)
{
	struct flag_list list;
	int c, at = 0;

	if (argc > 1 && strcmp(argv[1], "geoip-update") == 0) {
		s->values.geoip_update = true;
		argc--;
		argv++;
	}
	list_flags(s, &list);
	opterr = 0;
	optind = 0; /* a fresh start, also for a second call */
	while ((c = getopt_long(argc, argv, "+:hV", list.longs, &at)) != -1) {
		int err = take_flag(s, &list, c, at, argv[optind - 1]);
		if (err)
			return err;
	}
	if (optind < argc)
		return options_fail(s,
			"\"%s\": unexpected argument; expected options only (see --help; "
			"logs are named by --log-path)",
			argv[optind]);
	return 0;
}

/* Environment. */

static int set_variable(struct options_state *s, struct str name, struct str text)
{
	char refusal[OPTION_REFUSAL_MAX];
	struct option_ref o;

	for (size_t i = 0; option_at(s, i, &o); i++) {
		if (!o.def->env || !str_eq(str_of(o.def->env), name))
			continue;
		if (options_set(s, &o, LEVEL_ENV, text, refusal) < 0)
			return options_fail(s, "NETHERGAZE_%s: %s", o.def->env, refusal);
	}
	return 0;
}

int options_read_env(struct options_state *s, char **environ_list)
{
	static const struct str prefix = {"NETHERGAZE_", 11};
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
