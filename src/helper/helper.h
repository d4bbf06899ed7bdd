/* SPDX-License-Identifier: MIT
 *
 * helper: a process of our own that runs other programs, so that the console's never does. It is
 * spawned before privileges are dropped, keeps only those that its kind needs, and is asked over a
 * SOCK_SEQPACKET pair in fixed messages. What it can run is a table of jobs that both sides have
 * from the start: a question names an entry and carries values (addresses, prefixes, a duration, a
 * number), never text. No shell is involved unless a job's argv names one.
 *
 * The blocker keeps CAP_NET_ADMIN and, where it is there, CAP_NET_RAW (iptables lists rules by sets
 * of ipset, and all that iptables-legacy has, through a raw socket), in its ambient set so that a
 * program it runs has them; the runner
 * keeps no capability and runs with the uid that the console has. Both set no_new_privs and end
 * when the console's end of the pair is closed.
 *
 * A program gets: argv, the environment PATH and LANG and what the job passes on, /dev/null or the
 * job's text as stdin, one pipe as stdout and stderr, a process group of its own, which is killed
 * when its time is over. Of a job that streams the console gets that pipe (of one that talks, a
 * socket), and the helper only keeps the program: it ends when it does, when nobody reads what it
 * writes, or with the helper.
 */
#ifndef NG_HELPER_HELPER_H
#define NG_HELPER_HELPER_H

#include "helper/job.h"

/* How it went. */
struct helper_result {
	int err;    /* 0: it ran; a negative errno: it could not be started, or the helper is gone
		     * (-EPIPE), or it ran out of time (-ETIMEDOUT) */
	int status; /* exit status; or 128 and the signal that ended it */
	struct str
		output; /* raw bytes of stdout and stderr: text from outside; until done returns */
	bool cut;       /* there was more */
	int stream; /* of a job that streams, if err is 0: the pipe's reading end, or of one that
		     * talks the socket, which does not wait. It belongs to done. Else -1 */
};

typedef void helper_done_fn(void *ctx, const struct helper_result *result);

struct helper;

/* Spawns one, and waits until it has given up what it does not need. The jobs (borrowed, with their
 * ctx) must not change afterwards: the helper has them as they are now. filtered: it refuses
 * itself, and what it runs, system calls that neither has a use for, if the kernel can (refuse.h).
 * Before any thread is started. NULL with a negative errno in *ret_err; -EPERM: there is no
 * CAP_NET_ADMIN for a blocker. */
struct helper *helper_new(enum helper_kind kind, const struct helper_job *jobs, uint32_t job_count,
	bool filtered, int *ret_err);

/* Closes the pair, waits until the process has ended, and frees. What it was running is killed;
 * questions under way are not answered any more. Not from a done. Accepts NULL. */
void helper_free(struct helper *h);

/* To be watched: readable when helper_take has something to do; and from when the helper is gone
 * on. */
int helper_fd(const struct helper *h);

/* The process, for messages. */
int helper_pid(const struct helper *h);

/* Why the helper is gone, in words; NULL while it is there. helper_take finds out. */
const char *helper_gone(const struct helper *h);

/* Asks for a job. done is called by helper_take, once, unless helper_free comes first. The blocker
 * does one after the other, in the order in which it was asked; the runner some at a time. 0;
 * -EBUSY when HELPER_WAITING_MAX are under way; -EPIPE when the helper is gone; or -EINVAL: there
 * is no such job, there are too many prefixes, or the time is too long. */
int helper_ask(struct helper *h, uint32_t job, const struct helper_args *args, helper_done_fn *done,
	void *ctx);

/* Takes what the helper has said, without waiting. When it is gone, each question that waits is
 * answered -EPIPE. */
void helper_take(struct helper *h);

/* Questions that wait for their answer. */
uint32_t helper_waiting(const struct helper *h);

#endif
