/* SPDX-License-Identifier: MIT
 *
 * look_wire: what the console and the process that looks up say to each other, one fixed message to
 * a packet. Neither side trusts the other: a packet is a message only if look_check says so, and of
 * what it carries nothing is believed that can be checked.
 *
 * A question has a number. Each is answered once, whatever comes of it; about a network's there may
 * be LOOK_BEGUN before, when something went out. All else that the process says is LOOK_READY,
 * first of all, and pieces of RDAP's tables.
 */
#ifndef NG_ENRICH_LOOK_WIRE_H
#define NG_ENRICH_LOOK_WIRE_H

#include "base/addr.h"
#include "enrich/network_info.h"

#include <sys/types.h>

#define LOOK_VERSION     1
#define LOOK_NETWORKS    32 /* questions about networks that the process has at once */
#define LOOK_NAMES       16 /* and about names */
#define LOOK_BEGUN_MOST  16 /* times that something goes out for one question: hops */
#define LOOK_WHY_MAX     160
#define LOOK_NAME_MAX    1024 /* of a name, in its clean form */
#define LOOK_PIECE_MAX   2048
#define LOOK_URGENCY_MAX 2
#define LOOK_TABLES      2            /* ipv4.json, ipv6.json */
#define LOOK_TABLE_MAX   (256u << 10) /* bytes */

enum look_kind {
	LOOK_ASK = 1,  /* to the process: whose network is it? */
	LOOK_URGE,     /* to the process: that question is more urgent now */
	LOOK_ASK_NAME, /* to the process: what is the address called? */
	LOOK_READY,
	LOOK_BEGUN,
	LOOK_ANSWER,
	LOOK_NAME,
	LOOK_TABLE,
	LOOK_KINDS
};

/* Why a packet is refused. */
enum look_fault {
	LOOK_FINE,
	LOOK_BAD_SIZE,
	LOOK_BAD_VERSION,
	LOOK_BAD_KIND, /* unknown, or one that this side does not take, or not now */
	LOOK_BAD_ID,   /* in use; or of no question */
	LOOK_BAD_NUMBER,
	LOOK_BAD_ADDRESS, /* not the one that was asked for, or none to ask for */
	LOOK_BAD_TEXT,    /* without an end */
	LOOK_FAULTS
};

enum look_outcome {
	LOOK_FOUND = 1,
	LOOK_UNKNOWN, /* who should know says that there is nothing to know */
	LOOK_FAILED,  /* nobody answered; why says it */
	LOOK_DROPPED, /* its turn did not come */
	LOOK_SERVED,  /* an answer about another address is one about this, too */
	LOOK_OUTCOMES
};

enum {
	LOOK_NAME_ANSWERED = 1 << 0,  /* there is a name, or it is known that there is none */
	LOOK_NAME_CONFIRMED = 1 << 1, /* it leads back to the address */
	LOOK_NAME_SILENT = 1 << 2,    /* it is not known whether it does */
	LOOK_NAME_FLAGS = (1 << 3) - 1
};

struct look_head {
	uint32_t version, kind; /* LOOK_VERSION, enum look_kind */
};

struct look_ask {
	struct look_head head;
	uint32_t id, urgency; /* up to LOOK_URGENCY_MAX, which comes first */
	uint8_t ip[16];
};

struct look_urge {
	struct look_head head;
	uint32_t id, urgency;
};

struct look_ask_name {
	struct look_head head;
	uint32_t id, zero;
	uint8_t ip[16];
};

struct look_ready {
	struct look_head head;
	int32_t err;  /* 0, or a negative errno: it has ended; -EINVAL: rdns.server is none */
	uint32_t uid; /* whom it runs as */
	char why[LOOK_WHY_MAX];
};

/* Totals of what went out, by protocol: [0] RDAP, [1] whois. */
struct look_counts {
	uint64_t asked[2], answered[2], failed[2];
};

struct look_begun {
	struct look_head head;
	uint32_t id, is_whois;
	struct look_counts counts;
};

struct look_answer {
	struct look_head head;
	uint32_t id, outcome, is_whois, bits; /* of net, 0 unless LOOK_FOUND */
	uint8_t ip[16], net[16];
	char name[64], handle[64], country[4], org[128], abuse[128], registered[12];
	char why[LOOK_WHY_MAX];
	struct look_counts counts;
};

struct look_name {
	struct look_head head;
	uint32_t id, flags;
	uint8_t ip[16];
	char name[LOOK_NAME_MAX]; /* "": none */
};

/* The pieces of a table come one after the other, from its first byte, each but the last a full
 * one.
 */
struct look_table {
	struct look_head head;
	uint32_t table, total, at, n; /* bytes */
	uint8_t bytes[LOOK_PIECE_MAX];
};

union look_message {
	struct look_head head;
	struct look_ask ask;
	struct look_urge urge;
	struct look_ask_name ask_name;
	struct look_ready ready;
	struct look_begun begun;
	struct look_answer answer;
	struct look_name name;
	struct look_table table;
};

_Static_assert(sizeof(struct look_ask) == 32, "no padding");
_Static_assert(sizeof(struct look_urge) == 16, "no padding");
_Static_assert(sizeof(struct look_ask_name) == 32, "no padding");
_Static_assert(sizeof(struct look_ready) == 16 + LOOK_WHY_MAX, "no padding");
_Static_assert(sizeof(struct look_begun) == 64, "no padding");
_Static_assert(sizeof(struct look_answer) == 24 + 32 + 400 + LOOK_WHY_MAX + 48, "no padding");
_Static_assert(sizeof(struct look_name) == 32 + LOOK_NAME_MAX, "no padding");
_Static_assert(sizeof(struct look_table) == 24 + LOOK_PIECE_MAX, "no padding");

/* Checks a packet of n bytes, which *m begins with: its size, version and kind, and each value that
 * can be judged without knowing the question. to_process: this side is the process. */
enum look_fault look_check(const union look_message *m, size_t n, bool to_process);

/* Why, in words. */
const char *look_fault_text(enum look_fault fault);

/* Bytes of a message of this kind. */
size_t look_size(enum look_kind kind);

/* A message of this kind, all else of it zero. */
void look_begin(union look_message *m, enum look_kind kind);

/* What a registry said, into the message; and out of it, made fit once more (network_info.h). */
void look_put_info(struct look_answer *m, const struct network_info *info);
void look_take_info(const struct look_answer *m, struct network_info *ret_info);

/* Sends without waiting. 0; -EAGAIN: there is no room; -EPIPE: nobody is there. */
int look_send(int fd, const union look_message *m);

/* Receives a packet without waiting: its bytes, which may be more than a message has; 0: the other
 * side has ended; -EAGAIN. */
ssize_t look_receive(int fd, union look_message *ret_m);

#endif
