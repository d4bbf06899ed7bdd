/* SPDX-License-Identifier: MIT
 *
 * blast: what blocking some networks would stop, whom it would hurt, and why it is refused. Pure:
 * it reads the model and the judgement, and says nothing of how anything is blocked.
 *
 * Hosts and connections are walked over in slices, so that a table of any size holds nobody up;
 * what the last whole walk has found stays until the next is done.
 */
#ifndef NG_DETECT_BLAST_H
#define NG_DETECT_BLAST_H

#include "detect/detect.h"

#define BLAST_PREFIXES_MAX  32
#define BLAST_REFUSALS_MAX  12    /* that are told of one plan; there may be more */
#define BLAST_AT_ONCE       8192  /* hosts that are looked at in one step */
#define BLAST_CONNS_AT_ONCE 16384 /* connections, likewise */
#define BLAST_GOOD_SHARE    0.2   /* of all good requests: no more may be blocked */
#define BLAST_GOOD_LEAST    10    /* good requests, from which on that share means anything */
#define BLAST_SSH_GRACE     (120 * USEC_PER_SEC) /* sshd's LoginGraceTime: who is in by then is in */
#define BLAST_WHY_MAX       256

/* Why networks are not blocked. In the order in which they are told, the plainest first. */
enum refusal {
	REFUSAL_NONE,
	REFUSAL_NOBODY,    /* there is no network to name */
	REFUSAL_TOO_MANY,  /* more networks than one plan takes */
	REFUSAL_EVERYBODY, /* 0.0.0.0/0, ::/0 */
	REFUSAL_WIDE,      /* wider than a /16 or a /32 */
	REFUSAL_SSH,       /* the operator's own SSH session */
	REFUSAL_USER,      /* somebody is logged in from there */
	REFUSAL_LOGIN,     /* an SSH login from there was accepted in this run */
	REFUSAL_SSH_CONN,  /* a connection to sshd is established */
	REFUSAL_OWN,       /* this machine's own address */
	REFUSAL_GATEWAY,   /* a default gateway */
	REFUSAL_HOP,       /* a next hop */
	REFUSAL_NEIGHBOUR, /* beside a default gateway */
	REFUSAL_RESOLVER,  /* names are asked of it */
	REFUSAL_LINK,      /* a network that this machine is in */
	REFUSAL_PROXY,     /* a trusted proxy */
	REFUSAL_FORWARDS,  /* it passes on the requests of others */
	REFUSAL_OUT,       /* this machine has connected to it */
	REFUSAL_UNSPECIFIED,
	REFUSAL_LOOPBACK,
	REFUSAL_MULTICAST,
	REFUSAL_LINK_LOCAL,
	REFUSAL_PRIVATE,
	REFUSAL_CGNAT,      /* 100.64/10: thousands of subscribers, or a network beside this one */
	REFUSAL_GOOD,       /* most of those whom it would hit do nothing wrong */
	REFUSAL_FORGED,     /* the sources are made up: it would end nothing */
	REFUSAL_BEHIND,     /* it is only known by a log behind a proxy */
	REFUSAL_INCOMPLETE, /* there are more guards than fit, or than could be read */
	REFUSAL_UNTOLD,     /* nobody has said what must not be blocked */
	REFUSALS
};

/* What it takes to do it all the same. */
enum refusal_weight {
	REFUSAL_NEVER, /* nothing does */
	REFUSAL_TWICE, /* to be asked once more */
	REFUSAL_WEB    /* another way: by the web server, which knows the client */
};

struct refusal_info {
	const char *name; /* "own-address" */
	const char *why;  /* a sentence without its subject: "is an address of this machine" */
	enum refusal_weight weight;
};

extern const struct refusal_info refusals[REFUSALS];

/* One that holds of a plan. */
struct blast_refusal {
	enum refusal id;
	struct prefix net;   /* which of the plan's; unset: all of it */
	struct prefix guard; /* what it would hit; unset: itself */
};

/* Of one network of the plan. */
struct blast_net {
	struct prefix prefix;
	uint32_t hosts;           /* addresses that are known */
	uint32_t half_open, open; /* connections; open: established ones */
	uint64_t requests;        /* of the last five minutes */
	struct addr seen;         /* one of these; unset: none */
};

/* Added up over all hosts. */
struct blast_sum {
	struct blast_net net[BLAST_PREFIXES_MAX];
	uint32_t hosts, half_open, open;
	uint64_t requests;
	uint64_t syns, handshakes, logs; /* logs: requests since they are known */
	uint32_t good_hosts, good_open;  /* who does nothing wrong; their connections */
	uint64_t good;                   /* and requests */
	uint32_t remote;                 /* hosts that are only known through a proxy */
	uint64_t all_half_open, all_open, all_requests, all_good; /* of this machine */
	struct addr login, ssh, forwards, out;                    /* one of each; unset: none */
};

struct blast {
	uint32_t count; /* networks of the plan, that is of sum.net[] */
	bool too_many;  /* there were more */
	struct prefix prefixes[BLAST_PREFIXES_MAX];
	struct blast_sum sum; /* good once is_known */
	bool is_known;
	bool is_forged; /* likely: nobody there has answered a SYN-ACK */
	struct blast_refusal refused[BLAST_REFUSALS_MAX]; /* the gravest first */
	uint32_t refused_count;

	/* The walk that is under way. */
	struct blast_sum work;
	uint32_t next, next_conn; /* hosts first, then connections; POOL_NONE: none are */
	bool has_conns;           /* a host of the plan has */
	usec_t made;              /* when the last one was done, by the model */
};

/* Begins with another plan. Prefixes that lie in others of them are left out. */
void blast_begin(struct blast *b, const struct prefix *prefixes, uint32_t count);

/* Goes on, and begins again once a second. detect may be NULL. True when all is there that there is
 * to know for now. */
bool blast_step(struct blast *b, const struct model *m, const struct detect *detect);

/* Judges by what is known without the walk, and by what the last one has found. */
void blast_judge(struct blast *b, const struct model *m);

/* The heaviest reason not to; NULL: there is none. */
const struct blast_refusal *blast_worst(const struct blast *b);

/* "203.0.113.0/24 holds 203.0.113.7, which is an address of this machine". */
size_t blast_why(
	const struct blast *b, const struct blast_refusal *refused, char buf[static BLAST_WHY_MAX]);

/* Part of all, 0 to 1; 0 when there are none. */
static inline double blast_share(uint64_t part, uint64_t all)
{
	return all ? (double)part / (double)all : 0;
}

#endif
