/* SPDX-License-Identifier: MIT
 *
 * logs: which logs a run follows, and in which formats. Access logs: those named by --log-path,
 * else those in the configuration of the web servers, else those in the usual places. Error logs:
 * those named by --error-log-path, else those in the configuration of these servers. And the log of
 * the SSH server, which may be in the journal, as those of units that --journal names are.
 */
#ifndef NG_APP_LOGS_H
#define NG_APP_LOGS_H

#include "app/journal_plan.h"
#include "conf/running.h"
#include "conf/servers.h"
#include "config/options.h"
#include "console/looked.h"
#include "log/tail.h"

enum logs_origin {
	LOGS_NAMED,      /* by --log-path */
	LOGS_CONFIGURED, /* in a server's configuration */
	LOGS_USUAL       /* where distributions put them */
};

struct logs_plan {
	enum logs_origin origin;
	struct running *running; /* the servers that run; NULL: nobody has looked */
	struct server_confs *confs;
	/* What was read before the configuration changed, whose formats may still be written; or
	 * NULL. */
	struct server_confs *before;
	struct log_format **others; /* the formats of both; owned, what it points to is not */
	size_t other_count;
	struct log_format *custom;       /* compiled from --log-format, or NULL */
	const struct log_format *format; /* of all logs; NULL: auto */
	struct log_input *inputs;
	size_t input_count;           /* of all of them: */
	size_t access_count;          /* first these, */
	size_t error_count;           /* then these, */
	const struct log_input *ssh;  /* and the last, or NULL */
	char *ssh_path;               /* owned; NULL: named by --auth-log-path, or none */
	struct journal_plan *journal; /* owned; its inputs are no log_input */
	char **usual;                 /* paths that inputs borrow; owned */
};

/* Where a server's configuration was found, and what it says; none when logs are named by hand.
 * Returns how many. */
size_t logs_plan_looked(const struct logs_plan *p, struct looked looked[static LOOKED_MAX]);

/* 0 or -ENOMEM; then, too, logs_plan_done is right. */
int logs_plan_init(struct logs_plan *p, const struct options *o);
void logs_plan_done(struct logs_plan *p);

/* The same of what was read anew; p is what it follows on, and keeps what the next does not take
 * over by logs_plan_replace(). */
int logs_plan_init_next(struct logs_plan *next, const struct options *o, const struct logs_plan *p,
	struct server_confs *confs);

/* next takes the place of p, with running (NULL: that of p still holds). Whoever borrows from p
 * must have gone over to next. */
void logs_plan_replace(struct logs_plan *p, struct logs_plan *next, struct running *running);

/* Instead: all stays as it was. */
void logs_plan_drop_next(struct logs_plan *next);

/* What a tail is told of it; borrows the plan. */
struct trusted_proxies;
struct log_tail_options logs_plan_tail_options(
	const struct logs_plan *p, const struct options *o, const struct trusted_proxies *trusted);

/* The directory that stands for "/" in the servers' configuration. */
const char *logs_plan_root(const struct options *o);

#endif
