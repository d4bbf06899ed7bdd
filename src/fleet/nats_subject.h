/* SPDX-License-Identifier: MIT
 *
 * nats_subject: a machine's name as one token of a subject, and back. Letters, digits, "-" and "_"
 * stand for themselves, all other bytes are "%" and two hex digits: "web1.example.com" is
 * "web1%2Eexample%2Ecom".
 */
#ifndef NG_FLEET_NATS_SUBJECT_H
#define NG_FLEET_NATS_SUBJECT_H

#include "base/str.h"
#include "event/event_fleet.h"
#include "fleet/fleet_wire.h"

#include <stdbool.h>

#define NATS_TOKEN_MAX   (3 * FLEET_NAME_MAX)
#define NATS_SUBJECT_MAX (NATS_TOKEN_MAX + 16)

/* The name, cut to FLEET_NAME_MAX - 1 bytes. Returns the token's length; it has a NUL. */
size_t nats_token(char token[static NATS_TOKEN_MAX], struct str name);

/* The name that a token is of: clean, and not empty. False: it is of none. */
bool nats_name(struct str token, char name[static FLEET_NAME_MAX], size_t *ret_n);

/* "ng.HOST.summary": HOST, and what a message there is; FLEET_NOTHING: a subject that is not ours.
 * Sets between two that are kept (".live") are FLEET_SUMMARY. */
enum fleet_what nats_subject_read(struct str subject, struct str *ret_token);

#endif
