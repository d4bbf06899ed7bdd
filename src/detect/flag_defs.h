/* SPDX-License-Identifier: MIT
 *
 * flag_defs: the one table of what can be judged. Each flag has a scope, what it must know to be
 * judged at all (needs), a severity, what would prove it wrong, and its thresholds, each of which
 * is a key of the config section [flags.NAME]. A detector says how far its thresholds are reached:
 * 1 is a flag; one that holds goes on down to FLAG_HOLDS.
 */
#ifndef NG_DETECT_FLAG_DEFS_H
#define NG_DETECT_FLAG_DEFS_H

#include "event/event.h"

#define FLAG_HOLDS      0.6 /* of its thresholds: below, it begins to end */
#define FLAG_THRESHOLDS 5

enum flag_id {
	FLAG_ACCEPT_QUEUE,
	FLAG_ERROR_SURGE,
	FLAG_TRAFFIC_GONE,
	FLAG_SLOW_ANSWERS,
	FLAG_SYN_FLOOD,
	FLAG_SYN_SPOOFED,
	FLAG_INITIAL_FLOOD,
	FLAG_SLOW_REQUEST,
	FLAG_SLOW_READ,
	FLAG_SILENT,
	FLAG_CONN_HOG,
	FLAG_TLS_CHURN,
	FLAG_PATH_FLOOD,
	FLAG_CACHE_BUST,
	FLAG_STUFFING,
	FLAG_AGENT_FLOOD,
	FLAG_H2_BURST,
	FLAG_QUIC_FLOOD,
	FLAG_BURST,
	FLAG_CRAWLER,
	FLAG_FAKE_CRAWLER,
	FLAG_SSH_BREAK_IN,
	FLAG_SSH_BRUTE_FORCE,
	FLAG_BRUTE_FORCE,
	FLAG_SCANNER,
	FLAG_EXPLOIT,
	FLAG_FORGED_CLIENT,
	FLAG_DIRECT_ORIGIN,
	FLAG_AGENT_SWITCHING,
	FLAG_BANDWIDTH,
	FLAG_GARBAGE,
	FLAG_HALF_OPEN,
	FLAG_LIMITER,
	FLAG_UNPARSED,
	FLAGS
};

/* What must be known. */
enum flag_need {
	NEED_CONNS = 1 << 0,      /* connections */
	NEED_HANDSHAKES = 1 << 1, /* each change of state */
	NEED_BYTES = 1 << 2,      /* bytes in and out of a connection */
	NEED_LISTING = 1 << 3,    /* a recent look at all sockets */
	NEED_LOGS = 1 << 4,       /* some access log is read */
	NEED_FRESH_LOGS = 1 << 5, /* without delay, and nearly all lines are understood */
	NEED_JOINED = 1 << 6,     /* logs name the addresses that connect */
	NEED_AUTH = 1 << 7,       /* an SSH log */
	NEED_SYN_SOURCES = 1 << 8,
	NEED_TIMES = 1 << 9, /* how long requests took */
	NEED_QUIC = 1 << 10, /* QUIC packets, where HTTP/3 is asked for */
	NEEDS = 11
};

struct flag_threshold {
	const char *key; /* in the config file */
	double on;
	const char *help; /* its unit, and what it is */
};

struct flag_def {
	const char *name;
	const char *title; /* in two or three words */
	char letter;       /* of its family, as rows are marked with it; see docs/judgement.md */
	uint8_t scopes;    /* bits 1 << enum flag_scope */
	uint8_t severity;
	uint16_t needs;       /* bits of enum flag_need */
	uint8_t judged;       /* times running that it must be found to begin */
	uint8_t off_after;    /* seconds below, to end */
	uint64_t within;      /* bits 1 << enum flag_id: flags that explain this one */
	const char *verdict;  /* what the machine suffers from, to begin a sentence with */
	const char *disproof; /* what would prove it wrong */
	struct flag_threshold thresholds[FLAG_THRESHOLDS];
};

extern const struct flag_def flag_defs[FLAGS];

/* What the operator has set. */
struct flag_settings {
	struct {
		bool disabled;
		double on[FLAG_THRESHOLDS];
	} of[FLAGS];
};

/* As the table has it. */
void flag_settings_init(struct flag_settings *s);

/* "the log is buffered" for the need that is missing; of one bit. */
const char *flag_need_name(enum flag_need need);

/* The flag of a name, or FLAGS. */
enum flag_id flag_find(struct str name);

/* The i-th flag's name and letter, as filters ask for them (struct filter_env); NULL: no more. */
const char *flag_name_at(size_t i, char *ret_letter);

/* The letter of a flag, as the model asks for it (struct model_limits); '\0' of an unknown one. */
char flag_letter(struct str name);

#endif
