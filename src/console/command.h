/* SPDX-License-Identifier: MIT
 *
 * command: what the operator wants done by others than the console, in a bounded queue that the
 * app empties after each round of input. The console never calls what is above or beside it.
 */
#ifndef NG_CONSOLE_COMMAND_H
#define NG_CONSOLE_COMMAND_H

#include "action/ways.h"
#include "base/addr.h"
#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>

#define COMMANDS_MAX 16 /* more wait for nobody: the newest is dropped and counted */

enum command_kind {
	COMMAND_NONE,
	COMMAND_LOOKUP,      /* ask who .ip is registered to, now */
	COMMAND_MARK,        /* this moment, to compare with later */
	COMMAND_RECORD,      /* begin to record, or end it */
	COMMAND_REPORT,      /* write a report of what is shown */
	COMMAND_ABUSE,       /* write to the abuse desk of .net */
	COMMAND_REFRESH,     /* read now what would be read later */
	COMMAND_HOOK,        /* run hook number .hook.index, on the row that was under the cursor */
	COMMAND_BLOCK,       /* .block: carry it out */
	COMMAND_BLOCK_WRITE, /* .block: write its command to a file */
	COMMAND_ASK,         /* .ask: put a question to a machine of the fleet */
	COMMAND_UNBLOCK,     /* .block's prefixes: take them out of our table */
	COMMAND_DEMO,        /* end this run, and play the demo */
	COMMAND_REPLAY_PAUSE, /* .on: stand still or go on; of a replay, as all below */
	COMMAND_REPLAY_STEP,  /* while paused: to the end of the next group of events of one time */
	COMMAND_REPLAY_SEEK,  /* to .at, a time of the recording; back means to start anew */
	COMMAND_REPLAY_SPEED, /* to .speed times the recorded pace; 0: as fast as it can be read */
};

/* What is to be blocked, and how. */
struct command_block {
	struct prefix prefixes[BLOCK_PREFIXES_MAX];
	uint32_t count;
	uint32_t seconds; /* 0: until undone */
	enum way way;
};

#define COMMAND_ASK_MAX 512 /* bytes of a question, with its end */

/* The machine's answer comes by console_answer. */
struct command_ask {
	uint32_t member; /* its number */
	char text[COMMAND_ASK_MAX];
};

struct command {
	enum command_kind kind;
	union {
		struct addr ip;
		struct prefix net;
		bool on;
		usec_t at;
		double speed;
		struct command_block block;
		struct command_ask ask;
		struct {
			size_t index; /* of those that the console was given */
			bool on_row;  /* false: nothing with an address is under the cursor */
			struct prefix prefix;
		} hook;
	};
};

struct commands {
	struct command at[COMMANDS_MAX];
	size_t first, n;
	size_t dropped;
};

static inline void commands_put(struct commands *q, struct command command)
{
	if (q->n == COMMANDS_MAX) {
		q->dropped++;
		return;
	}
	q->at[(q->first + q->n++) % COMMANDS_MAX] = command;
}

/* False when there is none. */
static inline bool commands_take(struct commands *q, struct command *ret_command)
{
	if (q->n == 0)
		return false;
	*ret_command = q->at[q->first];
	q->first = (q->first + 1) % COMMANDS_MAX;
	q->n--;
	return true;
}

#endif
