/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <adwaita.h>
#include <math.h>

#include "parts/cairn-drawing.h"

/* A named colour of the theme, or the text's; in high contrast nearly twice as strong. */
GdkRGBA
cairn_drawing_get_color (GtkWidget  *widget,
                         const char *name,
                         float       alpha)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);
  GdkRGBA color;

  if (name == NULL || !gtk_style_context_lookup_color (context, name, &color))
    gtk_style_context_get_color (context, &color);
  if (adw_style_manager_get_high_contrast (adw_style_manager_get_default ()))
    alpha = MIN (1, alpha * 1.9f);
  color.alpha *= alpha;
  return color;
}

PangoLayout *
cairn_drawing_create_layout (GtkWidget  *widget,
                             const char *text,
                             double      scale,
                             gboolean    bold)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (widget, text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum"));
  if (bold)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  return layout;
}

int
cairn_drawing_get_line_height (GtkWidget *widget,
                               double     scale)
{
  g_autoptr(PangoLayout) layout = cairn_drawing_create_layout (widget, "0", scale, FALSE);
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  return height;
}

int
cairn_drawing_get_text_width (GtkWidget  *widget,
                              const char *text,
                              double      scale)
{
  g_autoptr(PangoLayout) layout = cairn_drawing_create_layout (widget, text, scale, FALSE);
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  return width;
}

/* @align: which part of the text stands at @x, from 0 for its left to 1 for its right. */
void
cairn_drawing_text (GtkWidget     *widget,
                    cairo_t       *cr,
                    const char    *text,
                    double         scale,
                    gboolean       bold,
                    double         x,
                    double         y,
                    double         align,
                    const GdkRGBA *color)
{
  g_autoptr(PangoLayout) layout = cairn_drawing_create_layout (widget, text, scale, bold);
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  gdk_cairo_set_source_rgba (cr, color);
  cairo_move_to (cr, round (x - width * align), round (y));
  pango_cairo_show_layout (cr, layout);
  cairo_new_path (cr);
}

void
cairn_drawing_round_rect (cairo_t *cr,
                          double   x,
                          double   y,
                          double   width,
                          double   height,
                          double   radius)
{
  radius = MIN (radius, MIN (width, height) / 2);
  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -G_PI_2, 0);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0, G_PI_2);
  cairo_arc (cr, x + radius, y + height - radius, radius, G_PI_2, G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 3 * G_PI_2);
  cairo_close_path (cr);
}

void
cairn_drawing_dot (cairo_t       *cr,
                   double         x,
                   double         y,
                   double         radius,
                   const GdkRGBA *color)
{
  cairo_arc (cr, x, y, radius, 0, 2 * G_PI);
  gdk_cairo_set_source_rgba (cr, color);
  cairo_fill (cr);
}
