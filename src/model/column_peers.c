// SPDX-License-Identifier: MIT
#include "model/column_parts.h"

static struct cell count_above_zero(uint64_t n)
{
	return n ? (struct cell){.kind = CELL_COUNT, .u = n} : (struct cell){.kind = CELL_NONE};
}

struct cell via_cell(const struct model *m, const struct subject *s)
{
	const struct addr *via = &model_proxy(m, s->host)->via;

	return addr_is_unset(via) ? (struct cell){.kind = CELL_NONE}
				  : (struct cell){.kind = CELL_ADDR, .addr = via};
}

struct cell forwarded_cell(const struct model *m, const struct subject *s)
{
	return count_above_zero(model_proxy(m, s->host)->forwarded);
}

struct cell clients_cell(const struct model *m, const struct subject *s)
{
	return count_above_zero(model_proxy(m, s->host)->clients);
}

/* "198.51.100.7" of a client, "edge:3.4k" of its proxy. */
struct cell proxy_cell(const struct model *m, const struct subject *s)
{
	uint64_t forwarded = model_proxy(m, s->host)->forwarded;

	if (!forwarded)
		return via_cell(m, s);
	return (struct cell){.kind = CELL_MAP, .n = 1, .map = {{"edge", forwarded}}};
}

struct cell auth_failed_cell(const struct model *m, const struct subject *s)
{
	return count_above_zero(model_login(m, s->host)->failed);
}

struct cell auth_accepted_cell(const struct model *m, const struct subject *s)
{
	return count_above_zero(model_login(m, s->host)->accepted);
}

struct cell auth_cell(const struct model *m, const struct subject *s)
{
	const struct host_login *login = model_login(m, s->host);
	struct cell cell = {.kind = CELL_MAP};

	if (login->failed)
		cell.map[cell.n++] = (struct cell_pair){"failed", login->failed};
	if (login->accepted)
		cell.map[cell.n++] = (struct cell_pair){"accepted", login->accepted};
	return cell;
}

uint64_t forwarded_key(const struct model *m, const struct subject *s)
{
	return model_proxy(m, s->host)->forwarded;
}

uint64_t auth_key(const struct model *m, const struct subject *s)
{
	return model_login(m, s->host)->failed;
}
