/* SPDX-License-Identifier: MIT
 *
 * settings: what the options of nethergaze itself are set to.
 */
#ifndef NG_CONFIG_SETTINGS_H
#define NG_CONFIG_SETTINGS_H

#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text_list {
	char **items; /* owned */
	size_t count;
};

/* What a row is. */
enum option_group {
	OPTION_GROUP_NONE, /* an address */
	OPTION_GROUP_NET,  /* a /24 or /48 */
	OPTION_GROUP_AS,
	OPTION_GROUP_COUNTRY,
	OPTION_GROUP_MACHINE /* of a fleet */
};

/* Which names the members of records have. */
enum option_json {
	OPTION_JSON_NONE, /* there are none */
	OPTION_JSON_NATIVE,
	OPTION_JSON_ECS
};

/* What becomes of a run that cannot give up what it does not use. */
enum option_sandbox {
	OPTION_SANDBOX_AUTO,   /* it is said */
	OPTION_SANDBOX_STRICT, /* nothing runs */
	OPTION_SANDBOX_OFF     /* only capabilities are given up */
};

/* What recordings are compressed by that get their names here. */
enum option_compression {
	OPTION_COMPRESSION_NONE,
	OPTION_COMPRESSION_GZIP,
	OPTION_COMPRESSION_ZSTD
};

/* What the console looks like. */
enum option_theme {
	OPTION_THEME_AUTO,
	OPTION_THEME_DARK,
	OPTION_THEME_LIGHT,
	OPTION_THEME_MONO
};

struct options {
	bool help, version, print_config, doctor, list_formats, json_schema;
	char *config;                  /* NULL: the usual places */
	struct text_list config_files; /* no option: those that were read, in their order */

	struct text_list log_paths;
	char *log_format;  /* "auto", a name, or a string that compiles */
	char *server_root; /* NULL: this host's */
	bool running_servers;
	struct text_list trusted_proxies;
	bool from_start, auth_log, error_log;
	char *auth_path;                  /* NULL: the usual places */
	struct text_list journal_units;   /* whose log is in the journal */
	char *journal_dir;                /* NULL: this machine's, or below server_root */
	struct text_list error_log_paths; /* none: those of the servers' configuration */

	usec_t log_interval, auth_interval; /* between two looks at logs */
	uint64_t max_log_lines;             /* 0: as many as there is memory for */
	uint64_t max_log_entries_per_ip;

	char *source;
	usec_t connections_interval;
	uint64_t namespaces_per_user; /* network namespaces of one user but root, at most */
	char *btf;                    /* NULL: the kernel's own */

	char *interface; /* NULL or "": that of the default route */
	usec_t bandwidth_interval;

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
	struct text_list
		sandbox_read;    /* files and directories that logs and configuration lie in */
	struct text_list ranges; /* files of crawlers' addresses, "FILE" or "NAME=FILE" */

	char *history_path; /* NULL: the usual one */
	uint64_t history_max_addresses;
	usec_t history_max_age;

	char *filter;                           /* NULL: everything */
	struct text_list cidr_allow, cidr_deny; /* networks; none: all, and none */
	/* What marks an address as suspicious, and what else scanners and exploits are known by. */
	uint64_t suspicious_burst_rpm, suspicious_min_conns;
	struct text_list scanner_agents, exploit_paths;

	enum option_group group; /* in --once, and at the console's start */
	enum option_theme theme;
	enum option_sandbox sandbox;
	bool mouse;
	bool once;
	enum option_json json;
	bool suspicious;        /* only rows that are flagged or marked */
	bool history;           /* what was seen is kept for the next runs */
	bool block_execution;   /* blocks may be carried out from the console */
	bool as_recorded;       /* a replay does not judge anew */
	bool demo;              /* a replay of what is part of the program */
	bool redact;            /* reports mask bystanders and secrets */
	bool record_on_finding; /* a grave finding begins a recording */
	bool daemon;            /* a recorder that runs all year */
	char *explain;          /* a line of a log; NULL: none */
	char *report;           /* NULL: none is written at the end */
	char *record, *replay;
	uint64_t record_max_size,
		record_files; /* bytes of a file; how many are kept; 0: no limit */
	enum option_compression record_compression;
	uint64_t record_max_total; /* bytes, with --daemon; 0: no limit */
	usec_t record_max_span;    /* of a file, with --daemon */
	uint64_t record_moves;     /* a second, beyond which they are thinned; 0: never */
	uint64_t record_minutes, record_memory; /* kept in memory for R; bytes; 0 minutes: none */
	char *metrics_listen, *metrics_file;    /* NULL: none */
	usec_t metrics_interval;
	usec_t duration; /* -1: not given */
	double speed;    /* 0: as fast as possible */
};

#endif
