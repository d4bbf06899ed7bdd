/* SPDX-License-Identifier: MIT
 *
 * otlp: messages of the fleet (fleet/fleet_wire.h) as one request of OTLP: an
 * ExportLogsServiceRequest in JSON (https://opentelemetry.io/docs/specs/otlp/, otlp_record.h).
 * Pure: text in, text out; otlp_send sends it.
 *
 * A set becomes a record of the machine, with its figures; one of each address and network that
 * holds a flag; and one each of the few heaviest of every kind. The rest is counted in the
 * machine's record (nethergaze.machine.left_out): who stores logs pays by the record, and a set
 * comes every ten seconds.
 *
 * What is read is our own text. It is bounded all the same, for others have put words into it.
 */
#ifndef NG_FLEET_OTLP_H
#define NG_FLEET_OTLP_H

#include "base/clock.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

#define OTLP_BATCH    (512u << 10) /* bytes from which on a request takes no more messages */
#define OTLP_BODY_MAX (1u << 20)   /* bytes of a request; records beyond are left out */
#define OTLP_LINE_MAX (16u << 10)  /* bytes of a line that is read */

struct otlp;

struct otlp_account {
	uint64_t refused;  /* lines that are no record, or none for here */
	uint64_t left_out; /* records beyond OTLP_BODY_MAX */
};

/* name: of this machine. NULL when memory is out. */
struct otlp *otlp_new(struct str name);
void otlp_free(struct otlp *o);

/* Adds the records of a message, when there is room. now: wall time. */
bool otlp_has_room(const struct otlp *o);
void otlp_add(struct otlp *o, struct str text, usec_t now);

/* Records that wait, and the messages that they are of. */
size_t otlp_records(const struct otlp *o);
size_t otlp_messages(const struct otlp *o);

/* Ends the request: nothing can be added until otlp_clear. Borrowed until then; absent when memory
 * was out. */
struct str otlp_finish(struct otlp *o);
void otlp_clear(struct otlp *o);

const struct otlp_account *otlp_account(const struct otlp *o);

#endif
