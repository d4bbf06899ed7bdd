// SPDX-License-Identifier: MIT
#include "tui/list.h"

#define WHEEL 3 /* rows */

void list_reset(struct list *l)
{
	l->rank = l->top = l->count = 0;
	l->pinned = false;
}

uint32_t list_last_top(const struct list *l)
{
	return l->count > l->height ? l->count - l->height : 0;
}

uint32_t list_end(const struct list *l)
{
	return l->count - l->top < l->height ? l->count : l->top + l->height;
}

void list_show(struct list *l, uint32_t rank)
{
	if (rank < l->top)
		l->top = rank;
	if (rank - l->top >= l->height)
		l->top = rank - l->height + 1;
}

static uint32_t furthest(const struct list *l)
{
	return l->text ? list_last_top(l) : l->count ? l->count - 1 : 0;
}

void list_fit(struct list *l, uint32_t count, uint32_t height)
{
	l->count = count;
	l->height = height ? height : 1;
	if (l->rank > furthest(l))
		l->rank = furthest(l);
	if (l->text)
		l->top = l->rank;
	list_show(l, l->rank);
	if (l->top > list_last_top(l))
		l->top = list_last_top(l);
}

void list_follow(struct list *l, const struct list_rows *rows)
{
	uint32_t rank;

	if (!l->pinned)
		l->rank = 0;
	else if (rows->find(rows->ctx, &rank))
		l->rank = rank;
}

void list_move(struct list *l, const struct list_rows *rows, int64_t by)
{
	if (rows)
		list_follow(l, rows);
	int64_t most = furthest(l), rank = (int64_t)l->rank + by;
	uint32_t to = rank < 0 ? 0 : rank > most ? (uint32_t)most : (uint32_t)rank;

	if (rows && !rows->take(rows->ctx, to))
		return;
	l->pinned = rows != NULL;
	l->rank = to;
	if (l->text)
		l->top = to;
}

bool list_step(enum action action, uint32_t height, int64_t *ret_by)
{
	switch (action) {
	case ACT_UP:
		*ret_by = -1;
		return true;
	case ACT_DOWN:
		*ret_by = 1;
		return true;
	case ACT_PAGE_UP:
		*ret_by = -(int64_t)height;
		return true;
	case ACT_PAGE_DOWN:
		*ret_by = height;
		return true;
	case ACT_TOP:
		*ret_by = -(int64_t)UINT32_MAX;
		return true;
	case ACT_END:
		*ret_by = UINT32_MAX;
		return true;
	default:
		return false;
	}
}

bool list_act(struct list *l, const struct list_rows *rows, enum action action)
{
	int64_t by;

	if (!list_step(action, l->height, &by))
		return false;
	if (rows && action == ACT_TOP) /* the first row, whoever is on it */
		l->pinned = false;
	else
		list_move(l, rows, by);
	return true;
}

bool list_mouse(struct list *l, const struct list_rows *rows, struct area a, const struct input *in)
{
	int y = in->mouse.y - a.y;
	uint32_t rank = l->top + (uint32_t)(y > 0 ? y : 0);

	if (in->mouse.button == MOUSE_WHEEL_UP || in->mouse.button == MOUSE_WHEEL_DOWN)
		list_move(l, rows, in->mouse.button == MOUSE_WHEEL_UP ? -WHEEL : WHEEL);
	if (in->mouse.button != MOUSE_LEFT || y < 0 || y >= a.h || rank >= l->count || l->text)
		return false;
	if (rows)
		list_follow(l, rows);
	list_move(l, rows, (int64_t)rank - l->rank);
	return true;
}
