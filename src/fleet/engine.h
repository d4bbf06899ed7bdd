/* SPDX-License-Identifier: MIT
 *
 * engine: what a carrier's process runs, by the scheme of its URL: NATS, OTLP. The process is
 * confined already (app/carrying): it has the network, its end of the pair, and the files that are
 * named to it here; it may start threads.
 *
 * How one joins: a `const struct carrier_engine` in a file of its own, with the schemes that are
 * its, and its place in engines[] (engines.c). `run` takes messages from o->fd by fleet_receive,
 * as fast as it can send them on: what it does not take waits in the console's queue, which is
 * bounded, and drops the oldest. It tells how it stands by engine_say whenever that changes, and
 * each second while its account does. It returns when the pair is closed (-EPIPE) or o->signals
 * (a signalfd) says SIGTERM; for nothing else: whatever fails is said, and tried again, more and
 * more slowly, for ever.
 */
#ifndef NG_FLEET_ENGINE_H
#define NG_FLEET_ENGINE_H

#include "base/clock.h"
#include "base/reason.h"
#include "fleet/fleet_wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Files with what it needs to be let in. They were read before the process gave up its user. */
enum engine_file {
	ENGINE_CREDENTIALS,
	ENGINE_NKEY,
	ENGINE_CA,
	ENGINE_CERT,
	ENGINE_CERT_KEY,
	ENGINE_COLLECTOR_CA,
	ENGINE_FILES
};

/* Borrowed, for as long as it runs. */
struct engine_options {
	const char *url;
	const char *name; /* of this machine, in subjects and resources; "" for a hub */
	bool hub;         /* messages of others come in */
	usec_t since;     /* how far back the hub begins; 0: with what is the case now */
	usec_t interval;  /* between two sets that are to be kept */
	const char *files[ENGINE_FILES]; /* paths that can be opened here; NULL: not given */
	const char *const *headers;      /* of HTTP requests: "Name: value" */
	size_t header_count;
	uint64_t queue; /* bytes that may wait here to be taken by the console */
	int fd;         /* its end of the pair */
	int signals;
};

struct carrier_engine {
	const char *schemes[4]; /* "nats://": what its URLs begin with; NULL after the last */
	bool hubs;              /* it can be a hub's */
	bool (*check)(const char *url, struct reason *ret_reason); /* what is wrong with it */
	const char *(*missing)(void); /* why this build has none, in words; NULL: it has */
	int (*run)(const struct engine_options *o); /* returns the process's exit status */
};

/* What an engine has done so far. */
struct engine_account {
	uint64_t sent, bytes; /* that went out, acknowledged where there are acknowledgements */
	uint64_t refused;     /* that whoever it speaks to did not take; or that is not taken */
	uint64_t dropped;     /* that found no room here */
};

/* Tells the console how it stands, and what it has done. why: "" for nothing. What does not fit
 * into the pair now is lost, and 0 or a negative errno says so: say it again. */
int engine_say(int fd, bool up, const char *why);
int engine_say_account(int fd, const struct engine_account *a);

/* The console's side: what they say. False: it is none of them. */
bool engine_read_state(struct str text, bool *ret_up, char why[static FLEET_WHY_MAX]);
bool engine_read_account(struct str text, struct engine_account *ret_account);

#endif
