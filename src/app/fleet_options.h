/* SPDX-License-Identifier: MIT
 *
 * fleet_options: what the operator sets of many machines: where this one's summaries go, and which
 * machines' are shown here. docs/fleet.md
 */
#ifndef NG_APP_FLEET_OPTIONS_H
#define NG_APP_FLEET_OPTIONS_H

#include "base/clock.h"
#include "config/options.h"

/* What leaves this machine of paths, agents and referers. */
enum publish_detail {
	PUBLISH_NONE, /* nothing */
	PUBLISH_HASH, /* their hashes, which are the same on all machines with the same key */
	PUBLISH_FULL
};

#define FLEET_SSH_MAX 64 /* machines that are called by ssh */

struct fleet_options {
	char *publish; /* "-" (stdout), nats://…, tls://…, otlp+http(s)://…; NULL: nowhere */
	char *publish_name; /* of this machine; NULL: its host name */
	char *publish_key;  /* what the fleet's hashes are keyed by; NULL: everybody's */
	enum publish_detail detail;
	usec_t interval;
	bool allow_block; /* who asks may have addresses blocked here */
	uint64_t queue;   /* bytes that wait to be sent, at most */

	struct text_list hub; /* machines, by ssh; or one URL of NATS */
	char *hub_ssh;        /* the program that calls them, with options of its own */
	char *hub_command;    /* that ssh runs there */
	usec_t since;         /* how far back a stream is read; 0: from now on */

	char *hub_setup; /* the command was given: the URL */
	usec_t stream_age;
	uint64_t stream_bytes;

	char *nats_credentials, *nats_nkey; /* files */
	char *nats_ca, *nats_cert, *nats_cert_key;
	struct text_list otlp_headers; /* "Name: value" */
	char *otlp_ca;
};

/* Their tables, FLEET_OPTION_TABLES of them; they and their values live as long as the program. */
#define FLEET_OPTION_TABLES 4
const struct option_table *fleet_option_tables(void);

/* What is set, once the options are read. */
const struct fleet_options *fleet_options_set(void);

/* Whether the hub's machines are called by ssh, and not found by a URL. */
bool fleet_options_call(const struct fleet_options *o);

/* What only all options together tell. A hub that the configuration has is none for a run that was
 * told to do something else (a replay, --publish); one that a flag asks for is a mistake then:
 * -EINVAL, with the reason. A hub publishes nothing. */
int fleet_options_check(const struct options_state *s, char reason[static 512]);

#endif
