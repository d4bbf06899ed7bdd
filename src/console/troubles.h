/* SPDX-License-Identifier: MIT
 *
 * troubles: what is wrong, of whatever kind, as one list by gravity: what the judgement has found,
 * what cannot be seen, what was lost, what the kernel's counters say, what is good to know. Of one
 * that stands in the list, another that says the same is left out. Draws nothing.
 */
#ifndef NG_CONSOLE_TROUBLES_H
#define NG_CONSOLE_TROUBLES_H

#include "model/model.h"

#define TROUBLES_MAX     16
#define TROUBLE_WHO_MAX  4 /* culprits that are named; of more it is said how many */
#define TROUBLE_TEXT_MAX 320
#define TROUBLE_ON_MAX   8  /* machines of a fleet that are told apart */
#define TROUBLE_ON_TEXT  96 /* bytes of their names */

/* Higher is worse. From TROUBLE_CALM on all is well enough to say so. */
enum gravity {
	GRAVITY_DELAYED = 8,
	GRAVITY_SOME_LINES = 10, /* a few that are in no known format */
	GRAVITY_NOTE = 15,
	GRAVITY_PROBE = 20, /* a better source is not in use */
	GRAVITY_LAG = 25,
	GRAVITY_ALERT = 30,
	GRAVITY_TERMINAL = 33, /* it is said once, until a key is pressed */
	GRAVITY_CALM = 35,     /* what is below does not say that something stands out */
	GRAVITY_FULL = 40,
	GRAVITY_LOG = 45, /* one of several logs, or its format */
	GRAVITY_SUSPECT = 50,
	GRAVITY_SERVER = 60, /* an alert that is bad */
	GRAVITY_LOST = 65,
	GRAVITY_BLIND = 70, /* no log at all, or no connections */
	GRAVITY_ATTACK = 80,
	GRAVITY_ACT = 90
};

struct culprit {
	char name[64];   /* an address, a network, a path, an agent; cut */
	char country[4]; /* "BR", or "" */
	uint32_t asn;    /* 0: not known */
	uint64_t n;      /* half-open ones of a flood; 0: not told */
};

struct trouble {
	int gravity;
	char letter;    /* of a flag's family; '\0': it is no flag */
	char title[32]; /* "SYN flood"; "" when the text is a whole sentence */
	char flag[FLAG_NAME_MAX];
	bool fleet;                  /* no machine of the fleet can see it alone */
	uint32_t on[TROUBLE_ON_MAX]; /* numbers of the machines whose judgement it is */
	uint32_t on_count;
	char machines[TROUBLE_ON_TEXT]; /* "web1 web7 +2"; "": of the one that is shown */
	uint16_t port;                  /* that it is about; 0: none */
	usec_t since;                   /* 0: it does not say */
	struct culprit who[TROUBLE_WHO_MAX];
	uint32_t who_count; /* of all culprits */
	uint32_t share;     /* percent of it that is theirs; 0: it does not say */
	const char *caveat; /* what qualifies the culprits, NULL for none; static */
	char text[TROUBLE_TEXT_MAX];
	char disproof[FLAG_TEXT_MAX];
};

struct troubles {
	size_t n;
	uint32_t findings; /* of the list, judgements that somebody or something stands out by */
	struct trouble at[TROUBLES_MAX]; /* the gravest first */
};

struct trouble_facts {
	const struct model *m;
	bool show_private;
	const struct member *member; /* the machine of the fleet that is shown; NULL: all */
	bool brief;                  /* without what is only good to know */
	uint16_t target;             /* the port that half-open connections go to, or 0 */
	const char *notice;          /* about the terminal; "": none */
};

void troubles_of(struct troubles *t, const struct trouble_facts *facts);

/* The flag is one of those that are shown. */
bool trouble_is_of(const struct trouble_facts *facts, const struct flag *flag);

/* The word for the whole: "SYN FLOOD", "scan", "half blind", "calm"; with how many more findings
 * there are. False: it is calm. */
#define TROUBLE_WORD_MAX 48
bool troubles_word(const struct troubles *t, char buf[static TROUBLE_WORD_MAX]);

#endif
