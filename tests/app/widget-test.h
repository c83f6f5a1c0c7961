/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

typedef gboolean (*WidgetMatch) (GtkWidget *widget, gconstpointer data);

/* Runs the main loop until cond holds; fails after ms milliseconds. */
#define WAIT_FOR(cond, ms) \
  G_STMT_START { \
    gint64 wait_end = g_get_monotonic_time () + (ms) * G_GINT64_CONSTANT (1000); \
    while (!(cond) && g_get_monotonic_time () < wait_end) \
      widget_test_iterate (); \
    g_assert_true (cond); \
  } G_STMT_END

void       widget_test_init        (int *argc, char ***argv);
void       widget_test_iterate     (void);
GtkWidget *widget_test_show        (GtkWidget *child, int width, int height);
void       widget_test_destroy     (GtkWidget *window);
GtkWidget *widget_test_find        (GtkWidget *root, WidgetMatch match, gconstpointer data);
GtkWidget *widget_test_find_type   (GtkWidget *root, GType type);
GtkWidget *widget_test_find_label  (GtkWidget *root, const char *text);
GtkWidget *widget_test_find_button (GtkWidget *root, const char *label);
guint      widget_test_count_color (GtkWidget *widget, guint8 red, guint8 green, guint8 blue);

G_END_DECLS
