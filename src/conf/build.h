/* SPDX-License-Identifier: MIT
 *
 * build: what the readers of configurations share. They add formats and logs as they read; at the
 * end each log is matched with its format, and what was found goes to a struct server_confs.
 */
#ifndef NG_CONF_BUILD_H
#define NG_CONF_BUILD_H

#include "conf/confs.h"
#include "conf/file.h"
#include "log/format_string.h"

#include <ctype.h>
#include <limits.h>

#define CONF_NAME_MAX 64
#define CONF_LOGS_MAX (4 * SERVER_LOGS_MAX) /* directives: many hosts may write one log */

struct conf_build;

/* A word that a running server was given: "--key=value". */
struct conf_argument {
	struct str key, value;
};

/* A web server. Where its configuration lies: conf/layouts.c; how it is started:
 * conf/server_programs.c. */
struct conf_server {
	const char *name;
	enum log_dialect dialect; /* of formats that a log spells out, where the server has such */
	/* It can do without a configuration: its arguments say the same. */
	bool by_arguments;
	/* Reads the file and what it includes; path may be NULL if by_arguments. 0 or a negative
	 * errno: of the main file. */
	int (*read)(struct conf_build *b, const char *path);
	/* Reads text that is no file's; for the fuzzers, and to be called by read. */
	void (*read_text)(struct conf_build *b, struct str text);
};

extern const struct conf_server conf_nginx, conf_apache, conf_caddy, conf_lighttpd, conf_haproxy,
	conf_traefik, conf_litespeed;

/* A format by its name, or as a log spells it out. */
struct conf_format {
	char name[CONF_NAME_MAX];
	char *text;   /* owned */
	bool literal; /* has no name that could be asked for */
	enum log_dialect dialect;
	bool is_other; /* once compiled: what it spells out are no requests */
	const struct log_format *compiled;
};

/* A log whose format is still a name, or the text of a format, or "" for the server's default. */
struct conf_log {
	char *path, *format; /* owned */
	char buffered[SERVER_BUFFER_MAX];
	uint32_t context; /* see struct conf_build */
	bool conditional;
	bool stripped; /* see struct conf_build */
	bool no_file;  /* a device: it cannot be followed */
	bool no_use;   /* it is not there, or cannot be read: any other is better */
	bool repeats;  /* another has its requests; set by conf_once() */

	/* Of conf_once(). */
	uint32_t file;         /* the first log of the same path */
	uint32_t next_of_file; /* or CONF_NO_LOG */
	uint32_t last_of_file; /* of that first one */
	unsigned weight;       /* 0: it cannot be followed, or has no requests */
	bool chosen;           /* of that first one: the file is followed */
	bool would_repeat;     /* of that first one: requests in it are followed elsewhere */
	uint32_t not_since;    /* of that first one: choices until which it would not */
	uint32_t group;        /* of its context */
};

/* What is known of the logs of one context, for conf_once(). */
struct conf_group {
	uint32_t covered; /* the first log that has all requests and is followed; or CONF_NO_LOG */
	uint32_t chosen;  /* a file that is followed, or CONF_NO_LOG */
	bool more;        /* others, too */
	uint8_t looked;   /* 1: it has a choice, 2: it is settled */
};

#define CONF_NO_LOG     UINT32_MAX
#define CONF_EVERYWHERE UINT32_MAX
#define CONF_MAIN       1u /* of the server itself: whatever has no log of its own writes there */

struct conf_build {
	struct server_confs *confs;
	const struct conf_server *server;
	struct conf_budget budget;
	char dir[PATH_MAX]; /* of the main file: included paths are relative to it */
	/* What a running server is known to start its relative paths from; "": to be guessed. */
	char prefix[PATH_MAX];
	bool runs;        /* it is a running server's */
	bool is_packaged; /* a distribution's, wherever its configuration lies */
	const struct conf_argument *arguments; /* of a running server, borrowed; or NULL */
	size_t argument_count;
	struct conf_format formats[SERVER_FORMATS_MAX];
	size_t format_count;
	struct conf_log logs[CONF_LOGS_MAX];
	size_t log_count;
	struct index files;                      /* logs by their paths: the first of each */
	uint32_t order[CONF_LOGS_MAX];           /* of the logs by their contexts */
	struct conf_group groups[CONF_LOGS_MAX]; /* by the place in it of a context's first log */
	struct conf_group all;                   /* of all contexts */
	uint32_t choices;
	char *error_logs[SERVER_LOGS_MAX]; /* paths, owned, each once */
	size_t error_log_count;
	struct index error_files;
	void *state; /* the reader's own */

	/* Where the next log is written from: each of those of one context has each of its
	 * requests. 0: nobody knows; CONF_EVERYWHERE: from every one. */
	uint32_t context;
	bool conditional; /* the next log has only some of them */
	bool stripped;    /* the next log's format begins with a word that is not written */
};

/* Without what is blank at its ends; whether it is that word, in either case. */
static inline struct str conf_trim(struct str s)
{
	while (s.n && isspace((unsigned char)*s.p))
		s = str_skip(s, 1);
	while (s.n && isspace((unsigned char)s.p[s.n - 1]))
		s.n--;
	return s;
}

static inline bool conf_is(struct str word, const char *name)
{
	return strlen(name) == word.n && strncasecmp(name, word.p, word.n) == 0;
}

/* For one server's configuration below root; conf_build_finish() ends it. NULL root: text only, no
 * file is read. NULL when out of memory. */
struct conf_build *conf_build_new(
	struct server_confs *confs, const struct conf_server *server, const char *root);

/* Matches logs and formats, gives them to the confs, and frees b. */
void conf_build_finish(struct conf_build *b);

/* There is no such configuration: nor are the formats that it would have without a word. */
void conf_forget(struct conf_build *b);

/* Of several logs of one context chooses the one that says most; the others repeat it, and are
 * noted. weigh says how much a log's format says. */
void conf_once(struct conf_build *b, unsigned (*weigh)(struct conf_build *b, const char *format));

/* A later format of the same name takes the place of the earlier one. */
void conf_add_format(
	struct conf_build *b, struct str name, struct str text, enum log_dialect dialect);

/* path is absolute, and may be a glob. Strings are cut at a NUL. */
void conf_add_log(struct conf_build *b, struct str path, struct str format, struct str buffered);

/* The same for an error log. */
void conf_add_error_log(struct conf_build *b, struct str path);

/* A log that goes to no file: lines in its format may come all the same, from elsewhere. */
void conf_add_nowhere(struct conf_build *b, struct str format);

/* "|/usr/bin/rotatelogs … /var/log/x.%Y 86400": the names that it writes, as a glob. Notes a pipe
 * to anything else. */
void conf_add_pipe(struct conf_build *b, struct str command, struct str format);
void conf_add_error_pipe(struct conf_build *b, struct str command);

/* Reads a file by `take`, which may read those that it includes; notes what keeps an included one
 * from being read, unless it is a directory. 0 or a negative errno. */
int conf_read(struct conf_build *b, const char *path,
	void (*take)(struct conf_build *b, struct str text));

__attribute__((format(printf, 2, 3))) void conf_note(struct conf_build *b, const char *format, ...);

/* "/" and what is absolute stay; else below dir. False when it is too long. */
bool conf_join(char out[static PATH_MAX], const char *dir, struct str path);

/* Reads text as this server's configuration, without any file. */
int server_confs_read_text(
	struct server_confs *confs, const struct conf_server *server, struct str text);

#endif
