/* SPDX-License-Identifier: MIT
 *
 * look_link: the console's side of who looks up: a process of its own behind a pair, or a looker in
 * this process, with the same messages and the same checks. It is a source, which puts nothing but
 * the news that the other side is gone; lookup.h and rdns.h take what it has received.
 *
 * The other side reads what strangers write. Whatever it says may have been said by one of them:
 * what is no message, or no answer that is due, ends it. It is not started again, which this
 * process may no longer do.
 */
#ifndef NG_ENRICH_LOOK_LINK_H
#define NG_ENRICH_LOOK_LINK_H

#include "enrich/look_wire.h"
#include "event/source.h"

#define LOOK_GONE_MAX 128
#define LOOK_SILENCE  (300 * USEC_PER_SEC) /* questions wait, and it says nothing: it hangs */

/* How the other side is reached. */
struct look_ops {
	int (*send)(void *ctx, const union look_message *m);      /* as look_send */
	ssize_t (*receive)(void *ctx, union look_message *ret_m); /* as look_receive */
	int (*fd)(void *ctx);                          /* readable when receive has some */
	void (*end)(void *ctx, char *buf, size_t cap); /* ends it, and says in words how it ended */
};

struct looker;

/* How a looker in this process is (ctx: it, borrowed): unit tests have one. */
extern const struct look_ops look_here;

struct look_link;

/* Borrows both. ops: NULL when there is nobody (look_link_lose says why). NULL when memory is out.
 */
struct look_link *look_link_new(const struct look_ops *ops, void *ctx);
void look_link_free(struct look_link *l);

/* The source; freeing that frees nothing. */
struct source *look_link_source(struct look_link *l);

/* Nobody is there; why, in words. */
void look_link_lose(struct look_link *l, const char *why);

/* Why nobody is there, in words; NULL: somebody is. */
const char *look_link_gone(const struct look_link *l);

/* Sends a question. 0; -EAGAIN: later; -EPIPE: nobody is there. */
int look_link_send(struct look_link *l, const union look_message *m);

/* Who takes the messages of a kind (fn NULL: nobody does, and none is due). They are checked; fn
 * says whether it was due, LOOK_FINE, or what is wrong with it. */
typedef enum look_fault look_take_fn(void *ctx, const union look_message *m);
void look_link_on(struct look_link *l, enum look_kind kind, look_take_fn *fn, void *ctx);

#endif
