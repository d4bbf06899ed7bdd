/* SPDX-License-Identifier: MIT
 *
 * option_defs: every setting in one table. Flags, config keys, environment variables, defaults,
 * ranges, --help and --print-config are all read from it; to add a setting, add an entry to
 * option_defs[] and a member to struct options.
 *
 * Other rooms have settings too (flags, keys, filters, formats). src/app hands them in as tables of
 * the same entries, and as checks of texts that only the other room understands.
 */
#ifndef NG_CONFIG_OPTION_DEFS_H
#define NG_CONFIG_OPTION_DEFS_H

#include "base/str.h"
#include "config/settings.h"

enum option_type {
	OPTION_SWITCH,   /* bool */
	OPTION_CHOICE,   /* char *, owned: one of choices */
	OPTION_ENUM,     /* an enum: which of choices, from 0 */
	OPTION_DURATION, /* usec_t; min and max in seconds */
	OPTION_UINT,     /* uint64_t */
	OPTION_BYTES,    /* uint64_t: "256M"; powers of 1024 */
	OPTION_NUMBER,   /* double */
	OPTION_SPEED,    /* double; "max" is 0 */
	OPTION_TEXT,     /* char *, owned */
	OPTION_TEXTS,    /* struct text_list */
	OPTION_NETS      /* struct text_list, each a network */
};

enum option_level {
	LEVEL_DEFAULT,
	LEVEL_FILE,
	LEVEL_ENV,
	LEVEL_FLAG
};

struct option_def {
	const char *key;     /* in the config file, "table.key"; NULL: not there */
	const char *alias;   /* another key for the same, always in full, or NULL */
	const char *flag;    /* without the dashes; NULL: no flag */
	const char *env;     /* without NETHERGAZE_; NULL: none */
	const char *arg;     /* what stands for the value in --help; NULL: a switch */
	const char *implied; /* value of the flag alone, when its argument is optional:
			      * --json[=ecs]; NULL: a flag with `arg` needs one */
	enum option_type type;
	bool inverted;  /* the flag says no to the key: --no-geoip, geoip.enabled */
	bool of_update; /* the flag belongs to the command geoip-update */
	bool of_all;    /* the flag goes with every command, and with none */
	bool more;      /* words that follow the flag's value are values of it, too: a list */
	bool or_zero;   /* of OPTION_BYTES: 0 is valid as well */
	size_t offset;  /* in the values of its table */
	double min, max;
	const char *choices;  /* "auto|ebpf|proc" */
	const char *fallback; /* default, as text; NULL: off or empty */
	const char *help;
};

extern const struct option_def option_defs[];
extern const size_t option_count;

#define OPTION_COUNT_MAX 512 /* in all tables */
#define OPTION_NAMES_MAX 256 /* that a config file gives to tables without a list of keys */
#define OPTION_WHY_MAX   192

/* A key of a table that takes any, as --print-config shows it. */
struct option_name {
	struct str name, text;
};

/* Settings of another room: a section of the config file. Either it has entries, or it takes any
 * key with a string, or both. All of it is borrowed until options_done. */
struct option_table {
	const char *section;           /* "flags.syn-flood"; the keys of defs lie below it */
	const struct option_def *defs; /* NULL: none */
	size_t count;
	void *values; /* offsets count from here; zeroed before options_init. Texts and lists in it
		       * are options' own, and freed by options_done */

	/* An array of tables, [[section]]: values is an array too, of so many places of `size`
	 * bytes, one for each table. Its entries have no defaults. 0: one [section]. */
	size_t tables_max, size;

	/* What no single entry can tell: combinations. 0, or -EINVAL with the reason in why. NULL:
	 * all are right. */
	int (*check)(const void *values, char why[static OPTION_WHY_MAX]);

	/* Takes a key that is not in defs, once for each of its strings. 0, -ENOMEM, -ENOENT for a
	 * key that does not exist, or -EINVAL with the reason in why. NULL: such keys are unknown.
	 */
	int (*take)(
		void *values, struct str name, struct str text, char why[static OPTION_WHY_MAX]);
	bool takes_lists; /* a key may have an array of strings */
	/* The i-th key with its default, for --print-config; false: no more. May be NULL. */
	bool (*name_at)(const void *values, size_t i, struct option_name *ret);
	const char *help;  /* what such a key is, for --print-config; NULL without take */
	const char *about; /* what its section is about, for --print-config; may be NULL */
};

/* What else a text option takes or refuses, as another room knows it. Borrowed. */
struct option_check {
	const char *key;     /* of the option, in full */
	const char *choices; /* "auto|json": taken without asking; NULL: none */
	const char *others;  /* what else is taken, in words: "a format string" */
	/* Of other texts, each item of a list. 0, -ENOMEM, or -EINVAL with the reason in why;
	 * without a reason the message names choices and others. */
	int (*check)(struct str text, char why[static OPTION_WHY_MAX]);
};

/* What other rooms bring. */
struct options_setup {
	const struct option_table *tables;
	size_t table_count;
	const struct option_check *checks;
	size_t check_count;
	const char *machine_dir; /* of the machine's config files; NULL: there are none */
};

struct options_state {
	struct options values;
	struct options_setup setup;
	enum option_level set[OPTION_COUNT_MAX]; /* where each value comes from */
	char error[512];   /* "where: what is wrong; expected …", without the program's name */
	char warning[256]; /* what looks mistyped and is left out of account; "" for nothing */
};

#endif
