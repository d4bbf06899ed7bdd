/* SPDX-License-Identifier: MIT
 *
 * ways: how an address can be kept off this machine. One table names the ways, what each does and
 * does not do; block_text() makes the commands of a plan as they can be copied into a root shell,
 * with what undoes them. Only WAY_NFT is ever carried out from here, in a table of our own:
 * block_steps() and block_script() make what `nft -f -` reads, and the text that is shown has the
 * same script; only what is held goes out beforehand there, for it may have ended by then.
 *
 * Everything here is pure but ways_detect(), which looks for programs and files.
 */
#ifndef NG_ACTION_WAYS_H
#define NG_ACTION_WAYS_H

#include "base/addr.h"
#include "base/clock.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

#define BLOCK_PREFIXES_MAX 32            /* of one plan, and of its steps (HELPER_PREFIXES_MAX) */
#define BLOCK_SECONDS_MAX  (30 * 86400u) /* longer is until undone */
#define BLOCK_V4_BITS_MIN  16            /* no wider prefix is blocked */
#define BLOCK_V6_BITS_MIN  32
#define BLOCK_TEXT_MAX     8192 /* of a command, or of what undoes it; NUL included */
#define BLOCK_JAIL_MAX     64   /* of a jail's name; NUL included */
#define BLOCK_WHY_MAX      160

/* What ways.c calls its own; lists are read with these names, too. */
#define BLOCK_TABLE "nethergaze"

enum way {
	WAY_NFT,      /* nftables, a table of our own */
	WAY_IPSET,    /* ipset and iptables */
	WAY_IPTABLES, /* a rule of iptables for each prefix */
	WAY_UFW,
	WAY_FIREWALLD,
	WAY_FAIL2BAN,
	WAY_CROWDSEC,
	WAY_ROUTE, /* a blackhole route */
	WAY_NGINX, /* and the other web servers: for a client that comes through a proxy */
	WAY_APACHE,
	WAY_CADDY,
	WAY_HAPROXY,
	WAYS
};

struct block_way {
	const char *name;     /* in events, columns and filters: "nft" */
	const char *title;    /* "nftables, in a table of its own" */
	const char *lacks[5]; /* what it does not do, a sentence each; NULL after the last */
	bool prefixes; /* takes more than an address; fail2ban: see block_plan.jail_prefixes */
	bool timeouts; /* ends by itself after block_plan.seconds */
	bool cuts;     /* connections that are established are cut off, too */
	bool web;      /* an edit of a web server's configuration: refuses requests, not packets */
	bool ours;     /* is carried out from here (when that is allowed) */
};

extern const struct block_way block_ways[WAYS];

/* WAYS when there is none of that name. */
enum way way_find(struct str name);

/* Whether this machine has a way, as far as files tell: no program is run. */
struct way_state {
	bool there; /* its program is installed */
	bool ready; /* and, as far as can be told, in effect: the firewall is active, the daemon
		       runs */
	char why[BLOCK_WHY_MAX]; /* why it is not ready, or what cannot be told; or "" */
};

/* Of the machine whose files are under root ("" is this one). Costs some dozen system calls. */
void ways_detect(const char *root, struct way_state ret_states[static WAYS]);

/* A program of that name is where root's programs are, under root. */
bool ways_has_program(const char *root, const char *name);

/* The way to suggest: nft where it is; else the first firewall that is in effect, else WAYS. */
enum way ways_best(const struct way_state states[static WAYS]);

/* A prefix that our table holds already. */
struct block_held {
	struct prefix net;
	uint32_t left_s; /* seconds until it ends by itself; 0: it does not */
};

struct block_plan {
	enum way way;
	const struct prefix *prefixes; /* canonical (prefix_parse makes them so), both families */
	uint32_t count;                /* 1..BLOCK_PREFIXES_MAX */
	uint32_t seconds;              /* 0: until undone */

	struct str jail;    /* WAY_FAIL2BAN: which, of `fail2ban-client status` */
	bool jail_prefixes; /* its set has the flag interval: a prefix is not silently ignored */

	const struct block_held *held; /* WAY_NFT: what our table holds now */
	uint32_t held_count;
};

/* Why a prefix is never blocked, whoever asks: wider than BLOCK_V?_BITS_MIN, bits beyond its
 * length, or it overlaps what every machine needs (loopback, link-local, multicast, unspecified).
 * NULL: nothing here is against it. What this machine in particular needs is for detect/blast to
 * say. */
const char *block_refusal(const struct prefix *net);

/* The commands of a plan. */
struct block_text {
	char command[BLOCK_TEXT_MAX]; /* lines, ends in a newline */
	char undo[BLOCK_TEXT_MAX];
	char note[BLOCK_WHY_MAX * 2]; /* what is particular to this plan, a sentence or more; "" */
};

/* 0; or, with why in words, -EINVAL: a prefix or the time is refused, or the way needs something
 * that the plan has not; -ENOTSUP: the way does not take prefixes; -EALREADY: all of it is blocked
 * already; -E2BIG: it does not fit into BLOCK_TEXT_MAX. */
int block_text(const struct block_plan *plan, struct block_text *ret_text, char why[BLOCK_WHY_MAX]);

/* WAY_NFT, to be carried out: the first `out` prefixes are taken out of our sets, the others are
 * put in, in one transaction. Sets without auto-merge refuse what overlaps (with auto-merge they
 * swallow an address, and it cannot be taken out again): so what is held within a prefix goes
 * first, and what is covered by a held one is not put in. nft (1.0.6) refuses all of it when what
 * goes out has just ended by itself, and takes no "add" before the "delete" there as in
 * unblock_script(): then the two have to be done one after the other. */
struct block_steps {
	struct prefix prefixes[BLOCK_PREFIXES_MAX];
	uint32_t count, out;
	uint32_t seconds;
	uint32_t covered; /* prefixes of the plan that a wider block holds already */
	uint32_t sooner;  /* of these, whose block ends sooner than was asked for */
};

/* 0; -EINVAL, -EALREADY or -E2BIG as block_text. */
int block_steps(const struct block_plan *plan, struct block_steps *ret_steps);

/* What `nft -f -` reads, NUL-terminated. The length; -EINVAL when the steps must not be taken: a
 * prefix is refused, a time is too long, counts do not fit; -E2BIG when buf is too small. */
int block_script(const struct block_steps *steps, char *buf, size_t cap);

/* The same to take prefixes out: one that is not in our sets any more is no error. */
int unblock_script(const struct prefix *prefixes, uint32_t count, char *buf, size_t cap);

/* To take our whole table out; it need not be there. */
#define UNBLOCK_ALL_SCRIPT "add table inet " BLOCK_TABLE "\ndelete table inet " BLOCK_TABLE "\n"

/* "1h", "1d2h", "90s" -> as nft, ipset, … take and print it: "1m30s". */
#define BLOCK_TIME_TEXT_MAX 32
const char *block_time_text(uint32_t seconds, char buf[static BLOCK_TIME_TEXT_MAX]);

#endif
