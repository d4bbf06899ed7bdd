/* SPDX-License-Identifier: MIT
 *
 * custom: log formats that are made at run time, from nginx's log_format or Apache's LogFormat
 * strings (format_string.h compiles them). Such a format is a list of fields, each with the literal
 * text that stands behind it.
 */
#ifndef NG_LOG_CUSTOM_H
#define NG_LOG_CUSTOM_H

#include "log/format.h"

#define LOG_PARTS_MAX     96
#define FORMAT_STRING_MAX 4096 /* bytes of a format string */
#define LOG_NAME_MAX      64

enum log_field {
	/* Text: ends where the literal behind it is found. */
	LOG_SKIP,
	LOG_LIST,     /* of upstreams: "a, b : c" */
	LOG_UPSTREAM, /* the same, of their statuses */
	LOG_ADDR,     /* the remote address: the peer's, unless the format has LOG_PEER */
	LOG_PEER,     /* what the remote address was before a module took a forwarded one */
	LOG_CLIENT,
	LOG_CLAIMS,
	LOG_VHOST,
	LOG_REQUEST, /* "GET / HTTP/1.1" */
	LOG_URI,
	LOG_ARGS, /* behind the '?', or with it; of a path that stands elsewhere in the line */
	LOG_REFERER,
	LOG_AGENT,
	LOG_TIME_STRF, /* strftime(3), by the part's pattern */
	/* Known by their syntax: they end where it does. */
	LOG_METHOD,
	LOG_PROTO,
	LOG_STATUS,
	LOG_BYTES,
	LOG_NUMBER, /* passed over */
	LOG_TOOK,   /* how long, in the part's unit */
	LOG_PORT,
	LOG_TIME_CLF,  /* 22/Nov/2026:08:14:15 +0000 */
	LOG_TIME_ISO,  /* 2026-11-22T08:14:15+00:00 */
	LOG_TIME_SEC,  /* since the epoch; a fraction is passed over */
	LOG_TIME_MSEC, /* whole milliseconds */
	LOG_TIME_USEC,
	LOG_FIELDS
};

struct log_part {
	uint8_t field;           /* enum log_field */
	bool quoted;             /* between quotes, which the server escapes within */
	bool tail;               /* a LOG_URI that may end in "?-": no query */
	uint16_t after, after_n; /* the literal behind it, in text[] */
	uint16_t pattern;        /* LOG_TIME_STRF: in text[], NUL-terminated */
	uint32_t unit;           /* LOG_TOOK: in ns */
};

struct log_custom {
	struct log_format format; /* `self` leads to it */
	char name[LOG_NAME_MAX];
	bool is_raw;         /* the server escapes nothing */
	bool is_hashed;      /* it writes #NN for what it escapes: HAProxy */
	bool is_json;        /* the template is an object: the table's JSON format may know more */
	bool json_misleads;  /* but what it takes for an address is another variable */
	bool json_says_took; /* and calls LOG_TOOK and LOG_UPSTREAM as the template does */
	bool has_peer;       /* LOG_PEER is among the parts, */
	bool port_of_remote; /* and LOG_PORT belongs to LOG_ADDR, which may be another */
	unsigned ip_part;    /* the one that joins; 0: none, or no free text stands before it */
	uint16_t lead_n;     /* literal before the first field, text[0..lead_n) */
	unsigned count;
	unsigned needed; /* parts up to the last that matters: a line without the rest is cut off */
	struct log_part parts[LOG_PARTS_MAX];
	char text[FORMAT_STRING_MAX + LOG_PARTS_MAX * 2];
};

/* The log_format.parse of a struct log_custom. */
int log_custom_parse(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *ret);

#endif
