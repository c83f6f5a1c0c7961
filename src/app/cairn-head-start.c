/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the first frame needs and another core can do while GTK reads its style: the fonts of Home are found and
 * read, and cairo draws their letters once, which it remembers; the lists of all icons are read.
 */
#include "cairn-head-start.h"

#include <pango/pangocairo.h>

/* Pixels that hold the letters in the largest style: what lies outside is not drawn. */
#define WIDTH 2400
#define HEIGHT 64

/* Styles of Home: weight, and size in points (0: the size of the desktop's font). The most frequent come first. */
static const struct
{
  PangoWeight weight;
  int         points;
} styles[] = {
  { PANGO_WEIGHT_NORMAL, 0 }, { PANGO_WEIGHT_BOLD, 0 }, { PANGO_WEIGHT_NORMAL, 9 }, { PANGO_WEIGHT_BOLD, 11 },
  { PANGO_WEIGHT_BOLD, 9 }, { PANGO_WEIGHT_BOLD, 15 }, { PANGO_WEIGHT_BOLD, 20 },
};

typedef struct
{
  PangoFontDescription *font;
  cairo_font_options_t *options;
  double                dpi;
} Glyphs;

/* Draws the letters and digits of the user's language where nobody looks: cairo remembers how a glyph of a font looks. */
static gpointer
draw_glyphs (gpointer data)
{
  Glyphs *glyphs = data;
  const char *sample = pango_language_get_sample_string (NULL);
  g_autofree char *capitals = g_utf8_strup (sample, -1);
  g_autofree char *text = g_strconcat (sample, capitals, "0123456789.,:·–", NULL);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_A8, WIDTH, HEIGHT);
  cairo_t *cr = cairo_create (surface);
  PangoFontMap *fonts = pango_cairo_font_map_new ();
  PangoContext *context = pango_font_map_create_context (fonts);
  g_autoptr(PangoLayout) layout = pango_layout_new (context);

  pango_cairo_context_set_resolution (context, glyphs->dpi);
  pango_cairo_context_set_font_options (context, glyphs->options);
  pango_context_set_round_glyph_positions (context, FALSE);
  pango_layout_set_text (layout, text, -1);
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    {
      g_autoptr(PangoFontDescription) font = pango_font_description_copy (glyphs->font);

      pango_font_description_set_weight (font, styles[i].weight);
      if (styles[i].points > 0)
        pango_font_description_set_size (font, styles[i].points * PANGO_SCALE);
      pango_layout_set_font_description (layout, font);
      pango_cairo_show_layout (cr, layout);
    }
  g_object_unref (context);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  pango_font_description_free (glyphs->font);
  cairo_font_options_destroy (glyphs->options);
  g_free (glyphs);
  return fonts;
}

static cairo_hint_style_t
hint_style (const char *name)
{
  return g_strcmp0 (name, "hintnone") == 0     ? CAIRO_HINT_STYLE_NONE
         : g_strcmp0 (name, "hintslight") == 0 ? CAIRO_HINT_STYLE_SLIGHT
         : g_strcmp0 (name, "hintfull") == 0   ? CAIRO_HINT_STYLE_FULL
                                               : CAIRO_HINT_STYLE_MEDIUM;
}

/* Returns: (transfer full): for cairn_head_start_take_fonts() */
GThread *
cairn_head_start_fonts (GtkSettings *settings)
{
  Glyphs *glyphs = g_new0 (Glyphs, 1);
  g_autofree char *font = NULL;
  g_autofree char *style = NULL;
  int antialias, dpi, hinting;

  g_object_get (settings, "gtk-font-name", &font, "gtk-xft-hintstyle", &style, "gtk-xft-antialias", &antialias,
                "gtk-xft-hinting", &hinting, "gtk-xft-dpi", &dpi, NULL);
  glyphs->font = pango_font_description_from_string (font);
  glyphs->dpi = dpi > 0 ? dpi / 1024.0 : 96;
  glyphs->options = cairo_font_options_create ();
  cairo_font_options_set_hint_metrics (glyphs->options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias (glyphs->options, antialias != 0 ? CAIRO_ANTIALIAS_GRAY : CAIRO_ANTIALIAS_NONE);
  cairo_font_options_set_hint_style (glyphs->options, hinting == 0 ? CAIRO_HINT_STYLE_NONE : hint_style (style));
  return g_thread_new ("fonts", draw_glyphs, glyphs);
}

/* Fonts that were found and read meanwhile become the program's; before the first widget. */
void
cairn_head_start_take_fonts (GThread *thread)
{
  g_autoptr(PangoFontMap) fonts = g_thread_join (thread);

  pango_cairo_font_map_set_default (PANGO_CAIRO_FONT_MAP (fonts));
}

static gpointer
read_icons (gpointer data)
{
  g_autoptr(GtkIconTheme) icons = data;

  gtk_icon_theme_has_icon (icons, "open-menu-symbolic");
  return NULL;
}

/* GTK reads the lists in a thread of its own, but drops them for each folder that is added; libadwaita's is the last. */
static void
folders_cb (GtkIconTheme *icons)
{
  g_auto(GStrv) folders = gtk_icon_theme_get_resource_path (icons);

  if (g_strv_contains ((const char *const *) folders, "/org/gnome/Adwaita/icons"))
    g_thread_unref (g_thread_new ("icons", read_icons, g_object_ref (icons)));
}

/* Before the application starts up. GtkIconTheme has a lock for its threads. */
void
cairn_head_start_icons (GtkIconTheme *icons)
{
  g_signal_connect (icons, "notify::resource-path", G_CALLBACK (folders_cb), NULL);
}
