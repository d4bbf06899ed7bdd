/* SPDX-License-Identifier: MIT
 *
 * block_parts: what the files of the block preview share: its state (block_panel.c) and its text
 * (block_sheet.c).
 */
#ifndef NG_CONSOLE_BLOCK_PARTS_H
#define NG_CONSOLE_BLOCK_PARTS_H

#include "console/block_plan.h"
#include "console/block_targets.h"
#include "tui/sheet.h"

/* What can be changed, in this order. */
enum block_field {
	FIELD_SCOPE,
	FIELD_FOR,
	FIELD_BY,
	BLOCK_FIELDS
};

/* What waits for an Enter. */
enum block_asked {
	ASKED_NOTHING,
	ASKED_COPY,
	ASKED_WRITE,
	ASKED_RUN, /* the consequence is said */
	ASKED_RUN_AT_ALL
};

struct block_panel {
	struct panel panel;
	struct block_targets targets;
	uint32_t scope, span; /* of targets.at[], of block_spans[] */
	enum way way;
	struct blast blast;
	enum block_asked asked;
	bool allowed; /* asked twice, and said so */
	struct list rows, lines;

	/* What all of it comes to. */
	struct command_block want;
	struct block_planned planned;
	struct block_text text;
	int err; /* of the text; then why says why */
	char why[BLOCK_WHY_MAX];
};

struct block_span {
	uint32_t seconds; /* 0: until undone */
	const char *text;
};

#define BLOCK_SPANS 5
extern const struct block_span block_spans[BLOCK_SPANS];

/* The way can be chosen here. */
bool block_offers(const struct block_panel *b, enum way way);

/* Why it must not be done, or by no such way, or only when asked once more; NULL: it may. */
const struct blast_refusal *block_refused(const struct block_panel *b);

/* block_sheet.c */
void block_write(struct sheet *s, const struct block_panel *b);
void block_title(const struct block_panel *b, struct area a);

/* The question, in one sentence; "" when nothing is asked. */
#define BLOCK_QUESTION_MAX 400
void block_question(const struct block_panel *b, char buf[static BLOCK_QUESTION_MAX]);

#endif
