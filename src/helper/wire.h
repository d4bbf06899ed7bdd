/* SPDX-License-Identifier: MIT
 *
 * wire: what a helper and the console say to each other, one fixed message to a packet. Neither
 * side trusts the other: a packet is a message only if wire_read says so.
 */
#ifndef NG_HELPER_WIRE_H
#define NG_HELPER_WIRE_H

#include "helper/job.h"

#include <sys/types.h>

#define WIRE_BYTES_MAX   4096
#define WIRE_SECONDS_MAX (366u * 86400) /* nothing is asked for longer */

enum wire_kind {
	WIRE_ASK = 1, /* to the helper: a job, with its values */
	WIRE_READY,   /* from the helper, first of all: it has given up what it does not need */
	WIRE_OUTPUT,  /* from the helper: a piece of what the program of a question has written */
	WIRE_DONE,    /* from the helper: that program has ended */
	WIRE_STREAM, /* from the helper, with a descriptor: that program has begun, and writes there
		      */
	WIRE_REFUSED, /* from the helper, last: a packet was no message that it takes */
	WIRE_KINDS
};

/* Why a packet is refused. */
enum wire_fault {
	WIRE_FINE,
	WIRE_BAD_SIZE, /* of no kind, or not of its kind's size */
	WIRE_BAD_KIND, /* a kind that this side does not take */
	WIRE_BAD_JOB,
	WIRE_BAD_COUNT, /* too many prefixes, or bytes */
	WIRE_BAD_PREFIX,
	WIRE_BAD_TIME,
	WIRE_BAD_ID, /* in use, or of no question */
	WIRE_BAD_FD, /* a pipe that is none, or where none belongs */
	WIRE_FAULTS
};

struct wire_prefix {
	uint8_t addr[16];
	uint8_t bits;
	uint8_t zero[3];
};

struct wire_ask {
	uint32_t kind, id, job;
	uint32_t seconds, number, count;
	struct wire_prefix prefixes[HELPER_PREFIXES_MAX]; /* zero beyond the count */
};

struct wire_ready {
	uint32_t kind;
	int32_t err;
};

struct wire_output {
	uint32_t kind, id, n;
	uint8_t bytes[WIRE_BYTES_MAX];
};

struct wire_done {
	uint32_t kind, id;
	int32_t err, status;
	uint32_t cut;
};

struct wire_stream {
	uint32_t kind, id;
};

struct wire_refused {
	uint32_t kind, fault;
};

union wire_message {
	uint32_t kind; /* of enum wire_kind */
	struct wire_ask ask;
	struct wire_ready ready;
	struct wire_output output;
	struct wire_done done;
	struct wire_stream stream;
	struct wire_refused refused;
};

_Static_assert(sizeof(struct wire_prefix) == 20, "no padding");
_Static_assert(sizeof(struct wire_ask) == 24 + 20 * HELPER_PREFIXES_MAX, "no padding");
_Static_assert(sizeof(struct wire_ready) == 8, "no padding");
_Static_assert(sizeof(struct wire_output) == 12 + WIRE_BYTES_MAX, "no padding");
_Static_assert(sizeof(struct wire_done) == 20, "no padding");
_Static_assert(sizeof(struct wire_stream) == 8, "no padding");
_Static_assert(sizeof(struct wire_refused) == 8, "no padding");

/* What the side that reads takes. */
struct wire_side {
	bool is_helper;
	uint32_t jobs; /* of the helper: how many there are */
};

/* Checks a packet of n bytes, which *message begins with: its size, kind and each value but the id,
 * which only the caller knows. */
enum wire_fault wire_check(
	const union wire_message *message, size_t n, const struct wire_side *side);

/* Bytes of a message of this kind. */
size_t wire_size(enum wire_kind kind);

/* Why, in words. */
const char *wire_fault_text(enum wire_fault fault);

/* A question with its values. They are not checked: the helper does that. */
void wire_put_args(struct wire_ask *ask, const struct helper_args *args);
void wire_take_args(const struct wire_ask *ask, struct helper_args *ret_args);

/* Sends without waiting; -EAGAIN when there is no room, -EPIPE when nobody is there. */
int wire_send(int fd, const union wire_message *message);

/* The same, with a descriptor (SCM_RIGHTS), which stays open here. */
int wire_send_fd(int fd, const union wire_message *message, int passed);

/* Receives a packet without waiting: its bytes, which may be more than a message has; 0 when the
 * other side has ended; or -EAGAIN. */
ssize_t wire_receive(int fd, union wire_message *ret_message);

/* The same, with a descriptor that may come along, in *ret_passed: the caller's, or -1. */
ssize_t wire_receive_fd(int fd, union wire_message *ret_message, int *ret_passed);

#endif
