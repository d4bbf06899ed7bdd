// SPDX-License-Identifier: MIT
/* Any bytes are the texts of a report. As HTML it is a page of our own tags that fetches nothing,
 * as JSON one object, as Markdown lines without a control character or a table that is torn;
 * redacted, no bystander's address is in it. */
#include "event/event.h"
#include "output/report_build.h"
#include "output/report_writers.h"

#include "../lib/page.h"

#include <json-c/json.h>
#include <stdlib.h>

static const struct report_column columns[] = {{"a", "A"}, {"b", "B"}};

static void require(int holds)
{
	if (!holds)
		abort();
}

static bool keeps(const void *ctx, const struct addr *a)
{
	(void)ctx;
	return addr_is_loopback(a);
}

static const struct redact masks = {keeps, NULL};

/* What the next byte asks for. */
static struct report_value value_of(struct report_build *b, unsigned kind, struct str s)
{
	switch (kind % 5) {
	case 0:
		return report_say(b, s);
	case 1:
		return report_name(b, s);
	case 2:
		return report_agent(b, s);
	case 3:
		return report_code(b, s);
	default:
		return report_count(s.n);
	}
}

static void put_block(struct report_build *b, unsigned what, struct str s)
{
	struct report_value value = value_of(b, what / 4, s);
	struct report_card *card = NULL;
	struct report_value *row = NULL;

	switch (what % 4) {
	case 0:
		report_paragraph(b, "%.*s", (int)s.n, s.p);
		break;
	case 1:
		card = report_card(b, s, what % 6);
		report_put(b, card, columns[0], value);
		break;
	case 2:
		row = report_row(b, report_table(b, columns, 2, "none"));
		if (row) {
			row[0] = value;
			row[1] = value_of(b, what / 2, s);
		}
		break;
	default:
		report_put(b, report_facts(b), columns[1], value);
	}
}

/* Pieces: a byte that says what, one that says how long, and the text. */
static void fill(struct report_build *b, struct str s)
{
	report_open(b, "section", "Section");
	b->r->machine = b->r->verdict = b->r->filter = report_text(b, s);
	while (s.n > 2) {
		size_t n = (unsigned char)s.p[1];
		unsigned what = (unsigned char)s.p[0];
		n = n < s.n - 2 ? n : s.n - 2;
		put_block(b, what, (struct str){s.p + 2, n});
		s = str_skip(s, n + 2);
	}
}

static void check_json(struct str page)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *o = json_tokener_parse_ex(tokener, page.p, (int)page.n);

	require(o && json_tokener_get_error(tokener) == json_tokener_success);
	json_object_put(o);
	json_tokener_free(tokener);
}

static void check_markdown(struct str page)
{
	for (size_t i = 0; i < page.n; i++)
		require((unsigned char)page.p[i] >= 0x20 || page.p[i] == '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report r = {.version = STR_LIT("0")};
	struct report_build b = {&r, NULL, size && data[0] & 1 ? &masks : NULL};

	fill(&b, (struct str){(const char *)data, size});
	for (int format = 0; format < REPORT_FORMATS && !r.failed; format++) {
		struct str page;
		char *text = NULL;
		require(report_write(&r, (enum report_format)format, &text, &page.n) == 0);
		page.p = text;
		if (format == REPORT_HTML)
			require(!page_stray(page) && !page_refers(page));
		else if (format == REPORT_JSON)
			check_json(page);
		else
			check_markdown(page);
		free(text);
	}
	report_done(&r);
	return 0;
}
