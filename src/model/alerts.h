/* SPDX-License-Identifier: MIT
 *
 * alerts: what is wrong with the host as a whole, or worth knowing, in plain words. Screen and
 * text table say the same. Nothing is said while all is well.
 */
#ifndef NG_MODEL_ALERTS_H
#define NG_MODEL_ALERTS_H

#include "model/model.h"

#define ALERTS_MAX     8
#define ALERT_TEXT_MAX 160

/* What it is about, for a view that says the same otherwise. */
enum alert_of {
	ALERT_VERDICT, /* the machine's */
	ALERT_LOST,
	ALERT_CLOCK,
	ALERT_THINNED, /* a recording */
	ALERT_COOKIES,
	ALERT_QUEUE,
	ALERT_DROPS,
	ALERT_RELAY,
	ALERT_NAT,
	ALERT_UNJOINED, /* logs and connections */
	ALERT_SOURCES   /* of many half-open connections or SYNs */
};

struct alert {
	enum alert_of of;
	bool bad; /* connections are being lost, or may soon be; else only good to know */
	char text[ALERT_TEXT_MAX];
};

struct alerts {
	size_t n;
	struct alert at[ALERTS_MAX]; /* the gravest first */
};

void alerts_of(struct alerts *w, const struct model *m, bool show_private);

#endif
