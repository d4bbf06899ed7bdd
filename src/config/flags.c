// SPDX-License-Identifier: MIT
#include "config/options.h"

#include "config/parts.h"

#include <getopt.h>

#define LONG_FLAG 256 /* no character, so no short option */

static int set_flag(struct options_state *s, size_t i, const char *arg)
{
	const struct option_def *d = &option_defs[i];
	struct str text = arg ? str_of(arg) : d->inverted ? STR_LIT("false") : STR_LIT("true");
	char where[64];

	snprintf(where, sizeof where, "--%s", d->flag);
	/* A list default gives way to the first flag, later flags add to it. */
	return options_set(s, i, LEVEL_FLAG, text) < 0 ? options_refuse(s, d, where, text) : 0;
}

/* What getopt_long(3) did not take: optopt is a short option, or 0, or of a long one its val. */
static int refuse_flag(struct options_state *s, const char *arg)
{
	char letter[] = {'-', (char)optopt, '\0'};

	return options_fail(s,
		"%s: no such option, or not to be used so; expected one of those in --help",
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
			err = options_fail(s, "%s: no value; expected one after it (see --help)",
				argv[optind - 1]);
		else
			err = refuse_flag(s, argv[optind - 1]);
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
				return options_refuse(s, d, where, text);
		}
	}
	return 0;
}
