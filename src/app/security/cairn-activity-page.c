/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What was done with the account, day by day, newest first; older pages when they are asked for.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-account-words.h"
#include "cairn-words.h"
#include "fhir/cairn-date.h"
#include "parts/cairn-field-error.h"
#include "security/cairn-activity-page.h"
#include "security/cairn-security-words.h"

struct _CairnActivityPage
{
  CairnFramePage parent_instance;

  GtkWidget       *body;
  CairnFieldError *error;
  GtkWidget       *more_button;

  CairnSecurity   *security;
  GtkListBox      *day_list;    /* the last day's */
  char            *day;
  guint            shown;
  gboolean         busy;
};

G_DEFINE_FINAL_TYPE (CairnActivityPage, cairn_activity_page, CAIRN_TYPE_FRAME_PAGE)

static void
begin_day (CairnActivityPage *self,
           const char        *day)
{
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *list = gtk_list_box_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), day);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, day, -1);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), list);
  gtk_box_append (GTK_BOX (self->body), group);
  self->day_list = GTK_LIST_BOX (list);
  g_free (self->day);
  self->day = g_strdup (day);
}

static void
add_rows (CairnActivityPage *self)
{
  GPtrArray *activity = cairn_security_get_activity (self->security);
  gint64 now = cairn_date_now ();

  for (; activity != NULL && self->shown < activity->len; self->shown++)
    {
      const CairnActivity *event = g_ptr_array_index (activity, self->shown);
      g_autofree char *day = cairn_words_instant (event->time, now);

      if (g_strcmp0 (day, self->day) != 0)
        begin_day (self, day);
      gtk_list_box_append (self->day_list, cairn_security_words_row (event, FALSE));
    }
  gtk_widget_set_visible (self->more_button, cairn_security_get_more_activity (self->security));
}

static void
more_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(CairnActivityPage) self = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *words = NULL;

  cairn_security_step_finish (CAIRN_SECURITY (source), result, &error);
  if (self->body == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->busy = FALSE;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "activity.more", TRUE);
  if (error == NULL)
    {
      add_rows (self);
      return;
    }
  words = cairn_account_words_refusal (cairn_security_get_refusal (self->security), error);
  cairn_field_error_show (self->error, self->more_button, words);
}

static void
more (GtkWidget  *widget,
      const char *action,
      GVariant   *parameter)
{
  CairnActivityPage *self = CAIRN_ACTIVITY_PAGE (widget);

  if (self->busy || !cairn_security_get_more_activity (self->security))
    return;
  cairn_field_error_clear (self->error);
  self->busy = TRUE;
  gtk_widget_action_set_enabled (widget, "activity.more", FALSE);
  cairn_security_load_activity_async (self->security, cairn_frame_page_get_cancellable (CAIRN_FRAME_PAGE (self)), more_cb,
                                      g_object_ref (self));
}

static void
cairn_activity_page_dispose (GObject *object)
{
  CairnActivityPage *self = CAIRN_ACTIVITY_PAGE (object);

  /* GTK takes a bound child out of its parent, which AdwBin does not notice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_ACTIVITY_PAGE);
  g_clear_object (&self->security);
  g_clear_pointer (&self->day, g_free);

  G_OBJECT_CLASS (cairn_activity_page_parent_class)->dispose (object);
}

static void
cairn_activity_page_class_init (CairnActivityPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_activity_page_dispose;

  g_type_ensure (CAIRN_TYPE_FIELD_ERROR);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-activity-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnActivityPage, body);
  gtk_widget_class_bind_template_child (widget_class, CairnActivityPage, error);
  gtk_widget_class_bind_template_child (widget_class, CairnActivityPage, more_button);
  gtk_widget_class_install_action (widget_class, "activity.more", NULL, more);
}

static void
cairn_activity_page_init (CairnActivityPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cairn_frame_page_set_title (CAIRN_FRAME_PAGE (self), _("Activity"));
}

CairnFramePage *
cairn_activity_page_new (CairnSecurity *security)
{
  CairnActivityPage *self = g_object_new (CAIRN_TYPE_ACTIVITY_PAGE, "session", cairn_security_get_session (security), NULL);

  self->security = g_object_ref (security);
  add_rows (self);
  return CAIRN_FRAME_PAGE (self);
}
