/* SPDX-License-Identifier: MIT
 *
 * names: the questions about addresses' names that are under way, by c-ares. The process that looks
 * up has it (looker.h); rdns.h is who asks. Bounded: LOOK_NAMES addresses, of each a few names, of
 * each a few tries.
 */
#ifndef NG_ENRICH_NAMES_H
#define NG_ENRICH_NAMES_H

#include "base/clock.h"
#include "base/reason.h"
#include "enrich/look_wire.h"

#define NAMES_RESOLV "/etc/resolv.conf" /* is taken anew when it changes, as by glibc */

struct names;

struct names_options {
	const char
		*server; /* "IP" or "IP:PORT" in place of the host's resolvers; NULL or "": these */
	const char *resolv; /* NULL: NAMES_RESOLV */
};

/* NULL, with the reason and *ret_err, when memory is out (-ENOMEM) or there is no such server
 * (-EINVAL). */
struct names *names_new(const struct names_options *options, struct reason *reason, int *ret_err);
void names_free(struct names *n);

/* Readable when names_turn has work. */
int names_fd(const struct names *n);

/* Milliseconds until it has, all the same; -1: none. */
int names_wait(const struct names *n);

/* Takes a question. False: the number is in use, or there is no room. */
bool names_ask(struct names *n, const struct look_ask_name *ask, usec_t now);

/* Goes on as far as it can without waiting. */
void names_turn(struct names *n, usec_t now);

/* What is to be told next, which stays so until names_told. False: nothing. */
bool names_next(const struct names *n, union look_message *ret_m);
void names_told(struct names *n);

#endif
