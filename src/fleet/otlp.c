// SPDX-License-Identifier: MIT
#include "fleet/otlp.h"

#include "base/text.h"
#include "event/json_read.h"
#include "fleet/fleet_wire.h"
#include "fleet/otlp_record.h"

#include <stdlib.h>

/* How many of each kind of a set become records; of those that hold flags, FLAGGED_MAX more. */
enum part {
	PART_ADDRESS,
	PART_NETWORK,
	PART_HERDS, /* and by enum herd_of */
	PARTS = PART_HERDS + HERD_OFS
};

static const unsigned part_most[PARTS] = {
	[PART_ADDRESS] = 10,
	[PART_NETWORK] = 5,
	[PART_HERDS + HERD_OF_PATH] = 3,
	[PART_HERDS + HERD_OF_AGENT] = 3,
	[PART_HERDS + HERD_OF_REFERER] = 1,
	[PART_HERDS + HERD_OF_VHOST] = 3,
};

#define FLAGGED_MAX 70 /* all addresses and networks of a set */

/* The set that is being read: its machine's line is written when all others are known. */
struct set {
	struct str machine; /* absent: none */
	unsigned parts[PARTS], flagged;
	uint64_t left_out;
};

struct otlp {
	struct record_reader *reader;
	char name[FLEET_NAME_MAX];
	struct jsonw body;
	size_t records, messages;
	bool finished;
	struct set set;
	struct otlp_account account;
};

/* Everything before the records, and behind them. */

static void put_resource(struct otlp *o)
{
	struct jsonw *w = &o->body;

	jsonw_key(w, "resource");
	jsonw_open(w, '{');
	jsonw_key(w, "attributes");
	jsonw_open(w, '[');
	otlp_put_text(w, "service.name", STR_LIT("nethergaze"));
	otlp_put_text(w, "service.version", STR_LIT(NG_VERSION));
	otlp_put_text(w, "service.instance.id", str_of(o->name));
	otlp_put_text(w, "host.name", str_of(o->name));
	jsonw_close(w, ']');
	jsonw_close(w, '}');
}

static void open_request(struct otlp *o)
{
	struct jsonw *w = &o->body;

	jsonw_open(w, '{');
	jsonw_key(w, "resourceLogs");
	jsonw_open(w, '[');
	jsonw_open(w, '{');
	put_resource(o);
	jsonw_key(w, "scopeLogs");
	jsonw_open(w, '[');
	jsonw_open(w, '{');
	jsonw_key(w, "scope");
	jsonw_open(w, '{');
	jsonw_key(w, "name");
	jsonw_str(w, STR_LIT("nethergaze"));
	jsonw_key(w, "version");
	jsonw_str(w, STR_LIT(NG_VERSION));
	jsonw_close(w, '}');
	jsonw_key(w, "logRecords");
	jsonw_open(w, '[');
}

static void close_request(struct jsonw *w)
{
	static const char closing[] = "]}]}]}";

	for (const char *c = closing; *c; c++)
		jsonw_close(w, *c);
}

struct otlp *otlp_new(struct str name)
{
	struct otlp *o = calloc(1, sizeof *o);

	if (!o)
		return NULL;
	o->reader = record_reader_new();
	if (!o->reader) {
		free(o);
		return NULL;
	}
	o->name[text_sanitise(o->name, sizeof o->name - 1, name)] = '\0';
	open_request(o);
	return o;
}

void otlp_free(struct otlp *o)
{
	if (!o)
		return;
	record_reader_free(o->reader);
	jsonw_done(&o->body);
	free(o);
}

/* Records. */

static void put(struct otlp *o, const struct event *event, usec_t now)
{
	struct jsonw *w = &o->body;
	size_t n = w->n;
	bool comma = w->comma;

	otlp_put_record(w, event, now);
	if (w->n > OTLP_BODY_MAX) {
		w->n = n;
		w->comma = comma;
		o->account.left_out++;
	} else {
		o->records++;
	}
}

static void leave_out_more(uint64_t *left_out, uint64_t n)
{
	*left_out = (*left_out > INT64_MAX ? 0 : *left_out) + n;
}

/* The machine of the set that ends here. */
static void end_set(struct otlp *o, usec_t now)
{
	const char *error;
	struct event event;

	if (o->set.machine.p && record_read(o->reader, o->set.machine, &event, &error) == 1) {
		leave_out_more(&event.machine_said.left_out, o->set.left_out);
		put(o, &event, now);
	}
	o->set = (struct set){.machine = STR_ABSENT};
}

static enum part part_of(const struct event *event)
{
	if (event->kind == EVENT_HERD)
		return PART_HERDS + event->herd.of;
	return event->share.net.bits == ADDR_BITS ? PART_ADDRESS : PART_NETWORK;
}

/* Those of a kind come in the machine's own order, the heaviest first. */
static bool is_wanted(struct set *set, const struct event *event)
{
	enum part part = part_of(event);

	if (event->kind == EVENT_SHARE && event->share.flags.n && set->flagged < FLAGGED_MAX) {
		set->flagged++;
		return true;
	}
	if (set->parts[part] >= part_most[part])
		return false;
	set->parts[part]++;
	return true;
}

static void take_part(struct otlp *o, const struct event *event, usec_t now)
{
	if (is_wanted(&o->set, event))
		put(o, event, now);
	else
		o->set.left_out++;
}

static void take_line(struct otlp *o, struct str line, usec_t now)
{
	struct event event;
	const char *error;

	if (line.n > OTLP_LINE_MAX || record_read(o->reader, line, &event, &error) != 1) {
		o->account.refused++;
		return;
	}
	switch (event.kind) {
	case EVENT_MACHINE:
		end_set(o, now);
		o->set.machine = line;
		break;
	case EVENT_SHARE:
	case EVENT_HERD:
		take_part(o, &event, now);
		break;
	case EVENT_FLAG:
	case EVENT_VERDICT:
		put(o, &event, now);
		break;
	default:
		o->account.refused++;
	}
}

bool otlp_has_room(const struct otlp *o)
{
	return !o->finished && o->body.n < OTLP_BATCH;
}

void otlp_add(struct otlp *o, struct str text, usec_t now)
{
	while (text.n) {
		const char *end = memchr(text.p, '\n', text.n);
		struct str line = {text.p, end ? (size_t)(end - text.p) : text.n};
		text = str_skip(text, end ? line.n + 1 : line.n);
		if (line.n)
			take_line(o, line, now);
	}
	end_set(o, now);
	o->messages++;
}

size_t otlp_records(const struct otlp *o)
{
	return o->records;
}

size_t otlp_messages(const struct otlp *o)
{
	return o->messages;
}

struct str otlp_finish(struct otlp *o)
{
	if (!o->finished)
		close_request(&o->body);
	o->finished = true;
	return o->body.failed ? STR_ABSENT : (struct str){o->body.p, o->body.n};
}

void otlp_clear(struct otlp *o)
{
	if (o->body.failed)
		jsonw_done(&o->body);
	jsonw_clear(&o->body);
	o->records = o->messages = 0;
	o->finished = false;
	open_request(o);
}

const struct otlp_account *otlp_account(const struct otlp *o)
{
	return &o->account;
}
