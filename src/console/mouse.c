// SPDX-License-Identifier: MIT
#include "console/mouse.h"

#include "console/nav.h"

static bool is_in(struct area a, const struct input *in)
{
	return in->mouse.y >= a.y && in->mouse.y - a.y < a.h && in->mouse.x >= a.x &&
	       in->mouse.x - a.x < a.w;
}

/* The panel that was drawn there; of two the one on top, which was drawn last. */
static struct panel *panel_at(const struct view *v, const struct input *in)
{
	struct panel *top = nav_top(v);

	if (is_in(v->areas[nav_id(v, top)], in))
		return top;
	for (int i = 0; i < PANELS; i++)
		if (is_in(v->areas[i], in))
			return v->panels[i];
	return NULL;
}

static bool is_second(struct clicks *clicks, const struct input *in, usec_t now)
{
	bool second = clicks->at && now - clicks->at <= DOUBLE_CLICK && clicks->y == in->mouse.y &&
		      clicks->x - in->mouse.x <= 1 && in->mouse.x - clicks->x <= 1;

	*clicks = (struct clicks){in->mouse.x, in->mouse.y, second ? 0 : now};
	return second;
}

/* A click on a panel of the main view gives it the keys. Others stay as they are while something
 * lies on top of them. */
static void click(
	struct view *v, struct panel *p, struct clicks *clicks, const struct input *in, usec_t now)
{
	enum panel_id id = nav_id(v, p);

	if (v->depth && p != nav_top(v))
		return;
	if (!v->depth && id <= PANEL_TOPS)
		v->focus = id;
	bool second = is_second(clicks, in, now);
	if (p->ops->mouse && p->ops->mouse(p, v->areas[id], in) && second)
		nav_ask(v, p->ops->where & IN_VIEWS ? ACT_OPEN : ACT_ACCEPT);
}

static void do_spot(struct view *v, const struct spot *spot)
{
	if (spot->tab != SPOT_NO_TAB)
		nav_tab(v, (enum tab)spot->tab);
	else
		nav_ask(v, spot->action);
}

void mouse_take(struct view *v, struct clicks *clicks, const struct input *in, usec_t now)
{
	bool once = !in->mouse.released && !in->mouse.dragged;
	bool wheel = once &&
		     (in->mouse.button == MOUSE_WHEEL_UP || in->mouse.button == MOUSE_WHEEL_DOWN);
	bool pressed = once && in->mouse.button == MOUSE_LEFT;
	const struct spot *spot = pressed ? spots_find(v->spots, in->mouse.y, in->mouse.x) : NULL;
	struct panel *p = panel_at(v, in);

	if (spot)
		do_spot(v, spot);
	else if (p && pressed)
		click(v, p, clicks, in, now);
	else if (p && wheel && p->ops->mouse)
		p->ops->mouse(p, v->areas[nav_id(v, p)], in);
}
