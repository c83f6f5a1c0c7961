/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Before somebody signs out: what was written and isn't at the clinic is named, and each thing leads to where it is.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-leave.h"
#include "client/cairn-left.h"

#define MAX_ROWS 4

typedef struct
{
  GtkWindow       *window;
  CairnAnswerFunc  leave;
} Leaving;

static const char *
get_state (const CairnLeft *left)
{
  switch (left->state)
    {
    case CAIRN_LEFT_DRAFT:
      return _("Draft");
    case CAIRN_LEFT_FAILED:
      return _("Could not be sent");
    case CAIRN_LEFT_WAITING:
    default:
      return _("Waits to be sent");
    }
}

static void
go_cb (GtkWidget *row)
{
  GtkWindow *dialog = GTK_WINDOW (gtk_widget_get_root (row));
  GtkWindow *window = gtk_window_get_transient_for (dialog);
  const char *key = g_object_get_data (G_OBJECT (row), "key");

  if (window != NULL && *key != '\0')
    gtk_widget_activate_action (GTK_WIDGET (window), "win.open-thread", "s", key);
  else if (window != NULL)
    gtk_widget_activate_action (GTK_WIDGET (window), "win.new-message", NULL);
  gtk_window_close (dialog);
}

static GtkWidget *
create_row (const CairnLeft *left)
{
  gboolean message = g_str_equal (left->type, "Communication");
  gboolean named = left->topic != NULL && *left->topic != '\0';
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), named ? left->topic : message ? _("Message without a subject")
                                                                                          : _("Another request"));
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), get_state (left));
  if (!message || left->key == NULL)
    return row;
  g_object_set_data_full (G_OBJECT (row), "key", g_strdup (left->key), g_free);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("go-next-symbolic"));
  g_signal_connect (row, "activated", G_CALLBACK (go_cb), NULL);
  return row;
}

static GtkWidget *
create_list (GPtrArray *all)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6), *list = gtk_list_box_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Not sent yet"), -1);
  for (guint i = 0; i < MIN (all->len, MAX_ROWS); i++)
    gtk_list_box_append (GTK_LIST_BOX (list), create_row (all->pdata[i]));
  gtk_box_append (GTK_BOX (box), list);
  if (all->len > MAX_ROWS)
    {
      guint n = all->len - MAX_ROWS;
      g_autofree char *more = g_strdup_printf (ngettext ("and %u more", "and %u more", n), n);
      GtkWidget *label = gtk_label_new (more);

      gtk_widget_add_css_class (label, "dim-label");
      gtk_box_append (GTK_BOX (box), label);
    }
  return box;
}

static void
ask (Leaving         *leaving,
     const GPtrArray *all)
{
  const char *body = _("Cairn can not tell whether something still waits to be sent. Signing out deletes it.");

  if (all != NULL)
    body = ngettext ("This is not at the clinic yet. Signing out deletes it.",
                     "These are not at the clinic yet. Signing out deletes them.", all->len);
  cairn_compat_confirm_with (leaving->window, _("Sign out and delete unsent work?"), body,
                             all != NULL ? create_list ((GPtrArray *) all) : NULL, _("_Sign Out"), leaving->leave,
                             G_OBJECT (leaving->window));
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autofree Leaving *leaving = data;
  g_autoptr(GtkWindow) window = leaving->window;
  g_autoptr(GPtrArray) all = cairn_session_list_left_finish (CAIRN_SESSION (source), result, NULL);

  if (!gtk_widget_get_mapped (GTK_WIDGET (window)))
    return;
  if (all != NULL && all->len == 0)
    leaving->leave (window);
  else
    ask (leaving, all);
}

/* @leave gets the window: at once when nothing is left, else once the person says so. */
void
cairn_leave_ask (GtkWindow       *window,
                 CairnSession    *session,
                 CairnAnswerFunc  leave)
{
  Leaving *leaving = g_new0 (Leaving, 1);

  leaving->window = g_object_ref (window);
  leaving->leave = leave;
  cairn_session_list_left_async (session, NULL, listed_cb, leaving);
}
