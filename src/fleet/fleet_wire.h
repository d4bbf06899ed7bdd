/* SPDX-License-Identifier: MIT
 *
 * fleet_wire: the messages between the one that looks and the carrier: one packet of a
 * SOCK_SEQPACKET pair each: a fixed head, then the machine's name, then the text (FLEET_TEXT_MAX: a
 * whole set fits). Each side checks what the other says.
 */
#ifndef NG_FLEET_FLEET_WIRE_H
#define NG_FLEET_FLEET_WIRE_H

#include "base/clock.h"
#include "base/str.h"
#include "event/event_fleet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FLEET_WHY_MAX 192
#define FLEET_ASK_MAX 1024 /* bytes of a question */

enum fleet_what {
	FLEET_NOTHING,
	FLEET_SUMMARY, /* a set: lines of NDJSON (event/event_fleet.h) */
	FLEET_FLAG,    /* flag and verdict records, as they come */
	FLEET_LIVE,    /* somebody looks ("on") or does no more ("off"): sets each second */
	FLEET_ASK,     /* a question, one line; token: to be given back with its answer */
	FLEET_ANSWER,  /* an answer record */
	FLEET_STATE,   /* of the carrier: "up", or "up: what is wrong", or "down: why" */
	FLEET_ACCOUNT, /* of the carrier: "sent=… bytes=… refused=… dropped=…"; with a machine:
			* "refused=…", messages of it that were not taken */
	FLEET_WHATS
};

struct fleet_message {
	enum fleet_what what;
	uint64_t token;
	usec_t at;          /* when it was published, where a stream tells of the past; 0: now */
	struct str machine; /* whose it is, or whom it is for; empty: this one's */
	struct str text;
};

struct fleet_head {
	uint32_t what, machine_n;
	uint64_t token, text_n;
	int64_t at;
};

#define FLEET_PACKET_MAX (sizeof(struct fleet_head) + FLEET_NAME_MAX + FLEET_TEXT_MAX)

/* True when it may be sent: of a kind, with a clean name that is not too long, and a text that
 * fits. */
bool fleet_message_is_fine(const struct fleet_message *m);

/* Sends a message without waiting. 0; -EAGAIN: there is no room now; -EMSGSIZE; or -EPIPE. */
int fleet_send(int fd, const struct fleet_message *m);

/* What a packet of n bytes says, which *ret borrows from. 0 or -EPROTO. */
int fleet_read(const char *packet, size_t n, struct fleet_message *ret);

/* Receives one without waiting into buf, from which *ret borrows. 1; 0: there is none now; -EPIPE:
 * the other is gone; or -EPROTO: it is none. */
int fleet_receive(int fd, char buf[static FLEET_PACKET_MAX], struct fleet_message *ret);

#endif
