/* SPDX-License-Identifier: MIT
 *
 * reports: writes the reports that are asked for: at the end of a run to the file that --report
 * names, and from the console of what is shown, a slice of a few milliseconds at a time.
 *
 * A file that --report names is replaced if it is a regular file, whole or not at all, and no link
 * is followed; whoever names it twice wants the latest. Files of our own naming never replace one.
 */
#ifndef NG_APP_REPORTS_H
#define NG_APP_REPORTS_H

#include "console/console.h"
#include "output/report.h"

#include "app/session.h"

/* What is being made for the console. All zero: nothing is. */
struct reports {
	struct report_work *work; /* owned; NULL: nothing is being made */
	struct console_shown of;  /* what it is made of, as the console said */
	struct filter filter;     /* its own copy */
};

/* Whether --report can be obeyed: by the name's end, and by the directory. 0; -EINVAL with why. */
int reports_check(const struct options *o, char reason[static 512]);

/* Writes what --report asks for, with a bar on stderr if it takes long. 0, or a negative errno. */
int reports_at_end(const struct session *s);

/* Begins a report of what the console shows; one that is being made is begun anew. What has come of
 * it is said by reports_poll, or here, when it cannot be. */
void reports_begin(struct reports *r, const struct session *s, struct console *c);

/* Goes on. True while there is more to do at once. */
bool reports_poll(struct reports *r, struct session *s, struct console *c);

/* Writes to the abuse desk of an address or a network, into a file and onto the clipboard. */
void reports_abuse(struct session *s, struct console *c, const struct prefix *about);

/* Drops what is being made: the model that it is of goes. */
void reports_drop(struct reports *r);

#endif
