// SPDX-License-Identifier: MIT
/* Records under the names of the Elastic Common Schema. */
#include "unit.h"

#include "event/event.h"
#include "model/column.h"
#include "output/ecs.h"
#include "output/record_fields.h"

#define HEAD(kind)                                                             \
	"\"ecs.version\":\"" ECS_VERSION "\",\"event.module\":\"nethergaze\"," \
	"\"event.dataset\":\"nethergaze." kind "\","
#define T "\"@timestamp\":\"2026-03-02T03:08:03.071000Z\","

static void check(const char *line, const char *want)
{
	struct jsonw w = {0};

	ecs_put(&w, str_of(line));
	assert_false(w.failed);
	assert_str((struct str){w.p, w.n}, want);
	jsonw_done(&w);
}

static void records(void **state)
{
	(void)state;
	check("{\"t\":\"request\",\"ts\":1772420883.071000,\"ip\":\"203.0.113.9\",\"path\":\"/"
	      "a?b=c\","
	      "\"proto\":\"HTTP/1.1\",\"took_us\":1500,\"cut\":true}\n",
		"{" T HEAD(
			"request") "\"event.kind\":\"event\",\"event.category\":[\"web\"],"
				   "\"event.type\":[\"access\"],\"source.ip\":\"203.0.113.9\","
				   "\"url.original\":\"/a?b=c\","
				   "\"url.path\":\"/"
				   "a\",\"url.query\":\"b=c\",\"http.version\":\"1.1\","
				   "\"event.duration\":1500000,\"nethergaze.request.cut\":true}\n");
	check("{\"t\":\"tick\",\"ts\":1772420883.071000}",
		"{" T HEAD("tick") "\"event.kind\":\"event\",\"event.type\":[\"info\"]}\n");
	check("{\"t\":\"auth\",\"ts\":1772420883.071000,\"outcome\":\"invalid\"}",
		"{" T HEAD(
			"auth") "\"event.kind\":\"event\",\"event.category\":[\"authentication\"],"
				"\"event.type\":[\"start\"],\"event.outcome\":\"failure\"}\n");
}

/* The source of ECS is who opened the connection. */
static void ways(void **state)
{
	(void)state;
	check("{\"t\":\"conn\",\"ts\":1772420883.071000,\"ip\":\"203.0.113.9\",\"lport\":443,"
	      "\"dir\":"
	      "\"in\"}",
		"{" T HEAD("conn") "\"event.kind\":\"event\",\"event.category\":[\"network\"],"
				   "\"event.type\":[\"connection\"],\"network.transport\":\"tcp\","
				   "\"source.ip\":\"203.0.113.9\",\"destination.port\":443,"
				   "\"network.direction\":\"ingress\"}\n");
	check("{\"t\":\"conn\",\"ts\":1772420883.071000,\"ip\":\"203.0.113.9\",\"lport\":443,"
	      "\"dir\":"
	      "\"out\"}",
		"{" T HEAD("conn") "\"event.kind\":\"event\",\"event.category\":[\"network\"],"
				   "\"event.type\":[\"connection\"],\"network.transport\":\"tcp\","
				   "\"destination.ip\":\"203.0.113.9\",\"source.port\":443,"
				   "\"network.direction\":\"egress\"}\n");
}

/* What clients write stays text, whatever it looks like. */
static void hostile_text(void **state)
{
	(void)state;
	check("{\"t\":\"request\",\"ts\":1772420883.071000,\"path\":\"/"
	      "\\\"},{\\\\\",\"agent\":\"\\\\\"}",
		"{" T HEAD(
			"request") "\"event.kind\":\"event\",\"event.category\":[\"web\"],"
				   "\"event.type\":[\"access\"],\"url.original\":\"/\\\"},{\\\\\","
				   "\"url.path\":\"/"
				   "\\\"},{\\\\\",\"user_agent.original\":\"\\\\\"}\n");
}

static void what_is_no_record(void **state)
{
	static const char *const lines[] = {"", "{", "{}", "x", "{\"t\"", "{\"t\":", "{\"t\":\"a",
		"{\"ts\":1}", "{\"t\":\"a\",", "[1]"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		check(lines[i], "");
}

static bool event_has(const char *kind, const char *name)
{
	for (size_t i = 0; i < EVENT_KINDS; i++) {
		const struct event_kind_info *k = &event_kinds[i];
		if (!k->name || (kind && strcmp(k->name, kind) != 0))
			continue;
		for (size_t n = 0; n < k->count; n++)
			if (strcmp(k->fields[n].name, name) == 0)
				return true;
	}
	return false;
}

static bool record_has(const char *kind, const char *name)
{
	for (size_t i = 0; i < record_field_count; i++)
		if (strcmp(record_fields[i].record, kind) == 0 &&
			strcmp(record_fields[i].name, name) == 0)
			return true;
	const struct column *c = strcmp(kind, "host") == 0 ? column_find(str_of(name)) : NULL;
	return c && c->json;
}

/* Each row names a member that there is. */
static void names(void **state)
{
	const char *kind, *name;

	(void)state;
	for (size_t i = 0; ecs_name_at(i, &kind, &name); i++) {
		if (!kind && (strcmp(name, "ts") == 0 || strcmp(name, "machine") == 0))
			continue;
		if (!event_has(kind, name) && !(kind && record_has(kind, name)))
			fail_msg("%s has no %s", kind ? kind : "no record", name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records),
		cmocka_unit_test(ways),
		cmocka_unit_test(hostile_text),
		cmocka_unit_test(what_is_no_record),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
