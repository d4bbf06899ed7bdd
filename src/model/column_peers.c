// SPDX-License-Identifier: MIT
#include "model/column_parts.h"

static struct cell count_above_zero(uint64_t n)
{
	return n ? (struct cell){.kind = CELL_COUNT, .u = n} : (struct cell){.kind = CELL_NONE};
}

struct cell via_cell(const struct model *m, const struct host *h)
{
	const struct addr *via = &model_more(m, h)->via;

	return addr_is_unset(via) ? (struct cell){.kind = CELL_NONE}
				  : (struct cell){.kind = CELL_ADDR, .addr = via};
}

struct cell forwarded_cell(const struct model *m, const struct host *h)
{
	return count_above_zero(model_more(m, h)->forwarded);
}

struct cell clients_cell(const struct model *m, const struct host *h)
{
	return count_above_zero(model_more(m, h)->clients);
}

/* "198.51.100.7" of a client, "edge:3.4k" of its proxy. */
struct cell proxy_cell(const struct model *m, const struct host *h)
{
	uint64_t forwarded = model_more(m, h)->forwarded;

	if (!forwarded)
		return via_cell(m, h);
	return (struct cell){.kind = CELL_MAP, .n = 1, .map = {{"edge", forwarded}}};
}

struct cell auth_failed_cell(const struct model *m, const struct host *h)
{
	return count_above_zero(model_more(m, h)->auth_failed);
}

struct cell auth_accepted_cell(const struct model *m, const struct host *h)
{
	return count_above_zero(model_more(m, h)->auth_accepted);
}

struct cell auth_cell(const struct model *m, const struct host *h)
{
	const struct host_more *more = model_more(m, h);
	struct cell cell = {.kind = CELL_MAP};

	if (more->auth_failed)
		cell.map[cell.n++] = (struct cell_pair){"failed", more->auth_failed};
	if (more->auth_accepted)
		cell.map[cell.n++] = (struct cell_pair){"accepted", more->auth_accepted};
	return cell;
}

uint64_t forwarded_key(const struct model *m, const struct host *h)
{
	return model_more(m, h)->forwarded;
}

uint64_t auth_key(const struct model *m, const struct host *h)
{
	return model_more(m, h)->auth_failed;
}
