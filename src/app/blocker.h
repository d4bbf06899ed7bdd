/* SPDX-License-Identifier: MIT
 *
 * blocker: carries out what the block preview asks for: puts prefixes into our own table of
 * nftables and takes them out, by the helper that may; or writes the command to a file. Each is
 * said as an act, with what came of it.
 */
#ifndef NG_APP_BLOCKER_H
#define NG_APP_BLOCKER_H

#include "app/block_undo.h"
#include "app/block_watch.h"
#include "app/hands.h"
#include "console/command.h"
#include "console/console.h"
#include "detect/blast.h"
#include "event/taker.h"
#include "model/model.h"

#define BLOCKER_RUNS_MAX  8    /* at a time */
#define BLOCKER_SETTLE_MS 2000 /* that the end of a run waits for them */

struct blocker_hands;

/* How a block gets on. nft refuses to take out what has just ended by itself, and all else with it:
 * then what is held goes out in a transaction of its own, which does not mind. */
enum blocker_stage {
	BLOCKER_AT_ONCE,
	BLOCKER_TAKES_OUT,
	BLOCKER_PUTS_IN,
};

/* One that is under way. */
struct blocker_run {
	struct blocker_hands *blocker; /* NULL: a free place */
	bool undoes;
	bool restores; /* what a block took the place of that was undone */
	enum blocker_stage stage;
	struct command_block want;
	struct block_steps steps;                  /* of a block */
	struct block_held was[BLOCK_PREFIXES_MAX]; /* what it takes the place of */
	uint32_t was_count;
	usec_t asked;
	char command[BLOCK_TEXT_MAX];
};

struct blocker_hands {
	struct taker taker;        /* first; to join the hub: what ends is not to be put back */
	const struct model *model; /* borrowed, as the next three */
	struct hands *hands;
	struct block_watch *watch; /* NULL: nothing is listed */
	struct console *console;   /* NULL: not yet, or not any more */
	bool replaying;            /* what is written then is no act of that run */
	bool enabled;              /* actions.enable_block_execution */
	char why[HANDS_WHY_MAX];   /* why nothing is run; "": it is */
	uint32_t first;            /* number of the first job */
	struct blocker_run runs[BLOCKER_RUNS_MAX];
	struct block_undos undos;
	struct way_state ways[WAYS];
};

/* The jobs join when blocks may be run here; why_not (or NULL) says why none may, whatever the
 * configuration says. 0 or -ENOSPC. b must not move afterwards. */
int blocker_init(struct blocker_hands *b, struct hands *hands, bool enabled, const char *why_not);

/* Why nothing is run, in words; NULL: it is. Once the helpers are spawned. */
const char *blocker_runs_nothing(struct blocker_hands *b);

/* Does what COMMAND_BLOCK, COMMAND_UNBLOCK or COMMAND_BLOCK_WRITE asks for, or says why not. */
void blocker_obey(struct blocker_hands *b, const struct model *m, const struct command *command);

/* Blocks, if it may be: false, and why not. What comes of it is said as an act. */
bool blocker_try(struct blocker_hands *b, const struct model *m, const struct command_block *want,
	char why[static BLAST_WHY_MAX]);

/* The run is about to end: waits for what is under way, BLOCKER_SETTLE_MS at most, and says of what
 * is left that it is not known how it ends. */
void blocker_settle(struct blocker_hands *b);

#endif
