/* SPDX-License-Identifier: MIT
 *
 * lookups: which addresses are asked about, and when. Questions are pulled, not pushed: while
 * there is room for some, those that somebody looks at come first, then those
 * that say that they are crawlers, then those that do most. A
 * flood of a million addresses costs a look at the table now and then, and no question more.
 */
#ifndef NG_APP_LOOKUPS_H
#define NG_APP_LOOKUPS_H

#include "app/look_ups.h"
#include "config/options.h"
#include "console/console.h"
#include "event/source.h"
#include "model/query.h"

struct lookups {
	struct source *link, *lookup, *rdns; /* borrowed: the session owns its sources; or NULL */
	usec_t ttl;                          /* how long an answer holds */
	usec_t next_look, next_scan;
	uint64_t scanned; /* the model's version at the last scan */
	uint32_t claim;   /* the next one to look at */
	unsigned turn;    /* which order the next scan goes by */
	struct rows rows;
};

/* Opens the sources that the options ask for, if there is somebody to ask (borrowed; NULL: nobody);
 * none is no error. 0; -ENOMEM; or -EINVAL: there is no such resolver. With the reason. */
int lookups_open(struct lookups *l, const struct look_ups *look_ups, const struct options *options,
	char reason[static 512]);
void lookups_done(struct lookups *l);

/* Asks who the address is now, whatever is known already. */
void lookups_ask(struct lookups *l, const struct model *m, const struct addr *ip);

/* Asks for more, if there is room. console: NULL in a headless run. */
void lookups_feed(struct lookups *l, const struct model *m, struct console *console, usec_t now);

/* Before a report: what is known without asking. */
void lookups_recall(struct lookups *l, const struct model *m, usec_t now, struct event_sink *sink);

#endif
