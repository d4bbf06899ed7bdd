// SPDX-License-Identifier: MIT
/* Questions come from another machine: whatever they are, each is answered by one record that can
 * be read, or (live) by none. */
#include "app/publish_ask.h"
#include "event/json_read.h"

#include <stdint.h>
#include <stdlib.h>

#define T0 (INT64_C(1795335400) * USEC_PER_SEC)

static struct fleet_options options = {
	.detail = PUBLISH_FULL, .interval = USEC_PER_SEC, .allow_block = true};
static struct publish publish;
static struct publish_ask ask;
static struct record_reader *reader;
static struct model *model;
static bool show_private;
static int answers;

static void require(int holds)
{
	if (!holds)
		abort();
}

static void hear(void *ctx, enum fleet_what what, uint64_t token, struct str text)
{
	const char *wrong;
	struct event e;

	(void)ctx;
	require(what == FLEET_ANSWER && token == 7 && text.n && text.n <= FLEET_TEXT_MAX);
	require(memchr(text.p, '\n', text.n) == text.p + text.n - 1);
	require(record_read(reader, (struct str){text.p, text.n - 1}, &e, &wrong) == 1);
	require(e.kind == EVENT_ANSWER && (e.answer.lines.n || e.answer.note.n));
	answers++;
}

static void set_up(void)
{
	struct event e = event_make(EVENT_REQUEST, T0);

	model = model_new(&MODEL_LIMITS_DEFAULT);
	reader = record_reader_new();
	require(model && reader);
	e.request.ip = addr_from_v4((const uint8_t[]){192, 0, 2, 9});
	e.request.method = STR_LIT("GET");
	e.request.path = STR_LIT("/page");
	e.request.agent = STR_LIT("agent");
	model_apply(model, &e);
	publish_init(&publish, &(struct publish_options){.fleet = &options,
				       .model = model,
				       .show_private = &show_private,
				       .to = {.put = hear}});
	publish_ask_init(&ask, &publish);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!model)
		set_up();
	answers = 0;
	ask.asked = 0;
	publish_answer(&ask, (struct str){(const char *)data, size}, 7);
	require(answers <= 1);
	require(answers == 1 || (size >= 4 && memmem(data, size, "live", 4)));
	return 0;
}
