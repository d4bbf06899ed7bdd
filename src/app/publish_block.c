// SPDX-License-Identifier: MIT
#include "app/publish_block.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

static void end(struct publish_block *b, bool ok, const char *why)
{
	char text[PUBLISH_BLOCK_WHY];

	snprintf(text, sizeof text, "%s", why);
	memcpy(b->why, text, sizeof text);
	b->ok = ok;
	b->stage = PUBLISH_BLOCK_DONE;
	free(b->blast);
	b->blast = NULL;
}

void publish_block_done(struct publish_block *b)
{
	free(b->blast);
	*b = (struct publish_block){0};
}

static bool refuse(struct publish_block *b, const char *why)
{
	snprintf(b->why, sizeof b->why, "%s", why);
	return false;
}

bool publish_block_begin(struct publish_block *b, struct blocker_hands *blocker,
	const struct addr *ip, uint32_t seconds)
{
	const char *nothing = blocker ? blocker_runs_nothing(blocker) : "nothing is blocked here";

	if (b->stage != PUBLISH_BLOCK_NONE)
		return false;
	if (nothing)
		return refuse(b, nothing);
	b->blast = malloc(sizeof *b->blast);
	if (!b->blast)
		return refuse(b, "out of memory");
	b->want = (struct command_block){
		.prefixes = {{*ip, ADDR_BITS}}, .count = 1, .seconds = seconds, .way = WAY_NFT};
	blast_begin(b->blast, b->want.prefixes, 1);
	b->until = clock_usec(CLOCK_MONOTONIC) + PUBLISH_BLOCK_PATIENCE;
	b->stage = PUBLISH_BLOCK_JUDGED;
	return true;
}

/* Nobody is there to be asked once more. */
static void judge(struct publish_block *b, struct blocker_hands *blocker, const struct model *m)
{
	char why[BLAST_WHY_MAX];

	blast_judge(b->blast, m);
	const struct blast_refusal *worst = blast_worst(b->blast);
	if (worst) {
		blast_why(b->blast, worst, why);
		end(b, false, why);
		return;
	}
	b->stage = PUBLISH_BLOCK_ASKED; /* an act may come before this returns */
	if (!blocker_try(blocker, m, &b->want, why))
		end(b, false, why);
}

bool publish_block_poll(struct publish_block *b, struct blocker_hands *blocker,
	const struct model *m, const struct detect *detect)
{
	bool waits = b->stage == PUBLISH_BLOCK_JUDGED || b->stage == PUBLISH_BLOCK_ASKED;

	if (waits && clock_usec(CLOCK_MONOTONIC) > b->until)
		end(b, false, "not known: no answer came in time");
	if (b->stage != PUBLISH_BLOCK_JUDGED)
		return false;
	if (!blast_step(b->blast, m, detect))
		return true;
	judge(b, blocker, m);
	return false;
}

void publish_block_take(struct publish_block *b, const struct event_act *act)
{
	char who[ADDR_TEXT_MAX], text[PUBLISH_BLOCK_WHY];

	if (b->stage != PUBLISH_BLOCK_ASKED || !str_eq(act->what, STR_LIT("block")))
		return;
	size_t n = addr_format(&b->want.prefixes[0].addr, who);
	if (!str_eq(act->who, (struct str){who, n}))
		return;
	text_copy(text, sizeof text, act->result);
	end(b, act->ok, text);
}
