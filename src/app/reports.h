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

#include "app/own_file.h"
#include "console/console.h"
#include "output/report.h"

#include "app/session.h"

/* What is being made for the console. All zero: nothing is. */
struct reports {
	struct report_work *work; /* owned; NULL: nothing is being made */
	struct console_shown of;  /* what it is made of, as the console said */
	struct filter filter;     /* its own copy */
	/* Of an incident of a daemon: its recording, and the report's own path. */
	char recording[OWN_FILE_PATH_MAX], path[OWN_FILE_PATH_MAX];
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

/* Begins a report of the present state, to lie beside the recording of an incident under the same
 * name, which ends in .html. 0 or a negative errno. */
int reports_incident(struct reports *r, const struct session *s, const char *recording);

/* Goes on. 1: there is more to do; 0: it is written; or a negative errno, and it is dropped. The
 * path is that of what was written, or could not be; "" for what goes on. */
int reports_incident_poll(struct reports *r, char path[static OWN_FILE_PATH_MAX]);

/* Drops what is being made: the model that it is of goes. */
void reports_drop(struct reports *r);

#endif
