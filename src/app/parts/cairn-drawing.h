/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What the drawings share: colours of the theme and small tabular text. */
GdkRGBA      cairn_drawing_get_color       (GtkWidget *widget, const char *name, float alpha);
PangoLayout *cairn_drawing_create_layout   (GtkWidget *widget, const char *text, double scale, gboolean bold);
int          cairn_drawing_get_line_height (GtkWidget *widget, double scale);
int          cairn_drawing_get_text_width  (GtkWidget *widget, const char *text, double scale);
void         cairn_drawing_text            (GtkWidget *widget, cairo_t *cr, const char *text, double scale, gboolean bold, double x,
                                            double y, double align, const GdkRGBA *color);
void         cairn_drawing_round_rect      (cairo_t *cr, double x, double y, double width, double height, double radius);
void         cairn_drawing_dot             (cairo_t *cr, double x, double y, double radius, const GdkRGBA *color);

G_END_DECLS
