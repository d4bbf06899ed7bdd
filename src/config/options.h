/* SPDX-License-Identifier: MIT
 *
 * options: every setting there is, in one table. Flags, config keys, environment variables,
 * defaults, ranges, --help and --print-config are all read from it; adding a setting is adding
 * an entry to option_defs[] and a member to struct options.
 *
 * Precedence: flags, then environment, then the config file, then defaults.
 */
#ifndef NG_CONFIG_OPTIONS_H
#define NG_CONFIG_OPTIONS_H

#include "base/clock.h"
#include "base/toml.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct text_list {
	char **items; /* owned */
	size_t count;
};

struct options {
	bool help, version, print_config, doctor;
	char *config; /* NULL: the usual places */

	struct text_list log_paths;
	char *log_format;  /* "auto", a name, or a string that compiles */
	char *server_root; /* NULL: this host's */
	struct text_list trusted_proxies;
	bool from_start, auth_log;
	char *auth_path; /* NULL: the usual places */

	char *source;
	usec_t connections_interval;
	char *btf; /* NULL: the kernel's own */

	bool show_private, geoip, whois_enabled, rdns_enabled;
	bool geoip_update;                  /* the command was given */
	char *geoip_city_db, *geoip_asn_db; /* NULL: what is found */
	char *geoip_data_dir;               /* NULL: the usual one */
	char *update_base;                  /* of DB-IP's files */
	struct text_list update_urls;       /* to be fetched instead */
	char *whois_bootstrap, *whois_server;
	usec_t whois_cache_ttl;
	uint64_t whois_max_workers;
	char *cache_dir;
	char *rdns_server; /* NULL: the host's resolvers */

	bool once, json;
	usec_t duration; /* -1: not given */
	char *record, *replay;
	double speed; /* 0: as fast as possible */
};

enum option_type {
	OPTION_SWITCH, /* bool */
	OPTION_CHOICE, /* char *, owned: one of choices */
	OPTION_FORMAT, /* char *, owned: auto, a name of log_formats[], or a format string */
	OPTION_SECS,   /* usec_t; min and max in seconds */
	OPTION_UINT,   /* uint64_t */
	OPTION_SPEED,  /* double; "max" is 0 */
	OPTION_TEXT,   /* char *, owned */
	OPTION_TEXTS,  /* struct text_list */
	OPTION_NETS    /* struct text_list, each a network */
};

enum option_level {
	LEVEL_DEFAULT,
	LEVEL_FILE,
	LEVEL_ENV,
	LEVEL_FLAG
};

struct option_def {
	const char *key;   /* in the config file, "table.key"; NULL: not there */
	const char *alias; /* another key for the same, or NULL */
	const char *flag;  /* without the dashes; NULL: no flag */
	const char *env;   /* without NETHERGAZE_; NULL: none */
	const char *arg;   /* what stands for the value in --help; NULL: a switch */
	enum option_type type;
	bool inverted;  /* the flag says no to the key: --no-geoip, geoip.enabled */
	bool reserved;  /* the original's; accepted, and without effect in this version */
	bool of_update; /* the flag belongs to the command geoip-update */
	bool of_all;    /* the flag goes with every command, and with none */
	size_t offset;  /* in struct options; SIZE_MAX for reserved ones */
	double min, max;
	const char *choices;  /* "auto|ebpf|proc" */
	const char *fallback; /* default, as text; NULL: off or empty */
	const char *help;
};

extern const struct option_def option_defs[];
extern const size_t option_count;

#define OPTION_COUNT_MAX 64

struct options_state {
	struct options values;
	enum option_level set[OPTION_COUNT_MAX]; /* where each value comes from */
	char error[512]; /* "where: what is wrong; expected …", without the program's name */
};

void options_init(struct options_state *s);
void options_done(struct options_state *s);

/* Each returns 0, or -EINVAL with s->error filled. */
int options_read_flags(struct options_state *s, int argc, char **argv);
int options_read_env(struct options_state *s, char **environ_list);
int options_read_text(struct options_state *s, const char *file, struct str text);

/* Reads the file that --config names, or the first usual one that exists. */
int options_read_config(struct options_state *s);

/* Checks what no single option can: combinations. */
int options_check(struct options_state *s);

/* True when the option of this flag was given at `level` or above. */
bool options_was_set(const struct options_state *s, const char *flag, enum option_level level);

/* Names, comma-separated, of reserved options that the user has set; "" when there are none. */
void options_reserved_used(const struct options_state *s, char *buf, size_t cap);

void options_print_help(FILE *out);
void options_print_config(FILE *out);

#endif
