/* SPDX-License-Identifier: MIT
 *
 * blocker: carries out what the block preview asks for: puts prefixes into our own table of
 * nftables and takes them out, by the helper that may; or writes the command to a file. Each is
 * said as an act, with what came of it.
 */
#ifndef NG_APP_BLOCKER_H
#define NG_APP_BLOCKER_H

#include "app/block_watch.h"
#include "app/hands.h"
#include "console/command.h"
#include "console/console.h"
#include "model/model.h"

#define BLOCKER_RUNS_MAX  8  /* at a time */
#define BLOCKER_UNDOS_MAX 32 /* blocks of which it is remembered what they took the place of */
#define BLOCKER_WAS_MAX   32 /* prefixes that one took the place of */

struct blocker_hands;

/* One that is under way. */
struct blocker_run {
	struct blocker_hands *blocker; /* NULL: a free place */
	bool undoes;
	struct command_block want;
	struct block_steps steps;               /* of a block */
	struct block_held was[BLOCKER_WAS_MAX]; /* what it takes the place of */
	uint32_t was_count;
	usec_t asked;
	char command[512];
};

/* What stood in a prefix before it was blocked: to be put back when it is let in again. */
struct blocker_undo {
	struct prefix net; /* no bits: none */
	usec_t at;
	struct block_held was[BLOCKER_WAS_MAX];
	uint32_t count;
};

struct blocker_hands {
	struct hands *hands;       /* borrowed, as the next two */
	struct block_watch *watch; /* NULL: nothing is listed */
	struct console *console;   /* NULL: not yet, or not any more */
	bool replaying;            /* what is written then is no act of that run */
	bool enabled;              /* actions.enable_block_execution */
	char why[HANDS_WHY_MAX];   /* why nothing is run; "": it is */
	uint32_t first;            /* number of the first job */
	struct blocker_run runs[BLOCKER_RUNS_MAX];
	struct blocker_undo undos[BLOCKER_UNDOS_MAX];
	uint32_t undo_count; /* that there ever were */
	struct way_state ways[WAYS];
};

/* The jobs join when blocks may be run here; why_not (or NULL) says why none may, whatever the
 * configuration says. 0 or -ENOSPC. b must not move afterwards. */
int blocker_init(struct blocker_hands *b, struct hands *hands, bool enabled, const char *why_not);

/* Why nothing is run, in words; NULL: it is. Once the helpers are spawned. */
const char *blocker_runs_nothing(struct blocker_hands *b);

/* Does what COMMAND_BLOCK, COMMAND_UNBLOCK or COMMAND_BLOCK_WRITE asks for, or says why not. */
void blocker_obey(struct blocker_hands *b, const struct model *m, const struct command *command);

#endif
