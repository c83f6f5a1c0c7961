/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whom a new message is for and what it is about. The message itself is written in the composer below.
 *
 * Signal "changed": something else is chosen or typed.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-words.h"
#include "messages/cairn-message-words.h"
#include "messages/cairn-new-message.h"

struct _CairnNewMessage
{
  AdwBin parent_instance;

  AdwExpanderRow  *to;
  AdwEntryRow     *topic;

  CairnRecipients *recipients;
  GPtrArray       *rows;         /* of the list, in its order */
  GtkCheckButton  *none;         /* is chosen while nobody is */
  char            *reference;    /* who is chosen; a draft knows before the list has come */
  char            *name;
  gboolean         quiet;
};

G_DEFINE_FINAL_TYPE (CairnNewMessage, cairn_new_message, ADW_TYPE_BIN)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static char *
dup_about (CairnRecipient *recipient)
{
  const char *about = cairn_recipient_get_about (recipient);
  g_autofree char *reply = cairn_message_words_dup_reply (cairn_recipient_get_reply_hours (recipient));

  if (about == NULL || *about == '\0')
    return g_steal_pointer (&reply);
  if (reply == NULL)
    return g_strdup (about);
  /* Translators: %1$s is what somebody does, %2$s a sentence such as "Answers come within one day." */
  return g_strdup_printf (_("%1$s. %2$s"), about, reply);
}

static void
show_chosen (CairnNewMessage *self)
{
  const GError *error = self->recipients != NULL ? cairn_recipients_get_error (self->recipients) : NULL;
  gboolean any = self->rows->len > 0;

  adw_expander_row_set_enable_expansion (self->to, any);
  if (self->name != NULL)
    adw_expander_row_set_subtitle (self->to, self->name);
  else if (any)
    adw_expander_row_set_subtitle (self->to, _("Choose a person or a team"));
  else if (error != NULL)
    adw_expander_row_set_subtitle (self->to, _("Whom you can write to could not be fetched yet. It appears here when the portal"
                                               " can be reached."));
  else if (self->recipients == NULL || cairn_recipients_get_loading (self->recipients))
    adw_expander_row_set_subtitle (self->to, _("One moment…"));
  else
    adw_expander_row_set_subtitle (self->to, _("The clinic takes no messages from here. Please call."));
}

static void
choose (CairnNewMessage *self,
        CairnRecipient  *recipient)
{
  g_free (self->reference);
  g_free (self->name);
  self->reference = g_strdup (cairn_recipient_get_reference (recipient));
  self->name = g_strdup (cairn_recipient_get_name (recipient));
  gtk_widget_remove_css_class (GTK_WIDGET (self->to), "error");
  show_chosen (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
toggled_cb (CairnNewMessage *self,
            GtkCheckButton  *check)
{
  CairnRecipient *recipient = g_object_get_data (G_OBJECT (check), "recipient");

  if (self->quiet || !gtk_check_button_get_active (check))
    return;
  choose (self, recipient);
}

/* Enter on a row chooses it and goes on. */
static void
activated_cb (CairnNewMessage *self,
              AdwActionRow    *row)
{
  adw_expander_row_set_expanded (self->to, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->topic));
}

static GtkWidget *
create_row (CairnNewMessage *self,
            CairnRecipient  *recipient)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *check = gtk_check_button_new ();
  g_autofree char *about = dup_about (recipient);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), cairn_recipient_get_name (recipient));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), about != NULL ? about : "");
  gtk_check_button_set_group (GTK_CHECK_BUTTON (check), self->none);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check),
                               g_strcmp0 (self->reference, cairn_recipient_get_reference (recipient)) == 0);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, cairn_recipient_get_name (recipient),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, about != NULL ? about : "", -1);
  g_object_set_data_full (G_OBJECT (check), "recipient", g_object_ref (recipient), g_object_unref);
  g_signal_connect_object (check, "toggled", G_CALLBACK (toggled_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  g_signal_connect_object (row, "activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);
  return row;
}

static void
update (CairnNewMessage *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->recipients));

  self->quiet = TRUE;
  for (guint i = 0; i < self->rows->len; i++)
    adw_expander_row_remove (self->to, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(CairnRecipient) recipient = g_list_model_get_item (G_LIST_MODEL (self->recipients), i);
      GtkWidget *row = create_row (self, recipient);

      adw_expander_row_add_row (self->to, row);
      g_ptr_array_add (self->rows, row);
    }
  self->quiet = FALSE;
  show_chosen (self);
}

static void
topic_cb (CairnNewMessage *self)
{
  gtk_widget_remove_css_class (GTK_WIDGET (self->topic), "error");
  if (!self->quiet)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
cairn_new_message_dispose (GObject *object)
{
  CairnNewMessage *self = CAIRN_NEW_MESSAGE (object);

  /* GTK takes a bound child out of its parent, which AdwBin does not notice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_NEW_MESSAGE);
  g_clear_object (&self->recipients);
  g_clear_object (&self->none);

  G_OBJECT_CLASS (cairn_new_message_parent_class)->dispose (object);
}

static void
cairn_new_message_finalize (GObject *object)
{
  CairnNewMessage *self = CAIRN_NEW_MESSAGE (object);

  g_ptr_array_unref (self->rows);
  g_free (self->reference);
  g_free (self->name);

  G_OBJECT_CLASS (cairn_new_message_parent_class)->finalize (object);
}

static void
cairn_new_message_class_init (CairnNewMessageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_new_message_dispose;
  G_OBJECT_CLASS (klass)->finalize = cairn_new_message_finalize;

  signals[CHANGED] = g_signal_new ("changed", CAIRN_TYPE_NEW_MESSAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-new-message.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnNewMessage, to);
  gtk_widget_class_bind_template_child (widget_class, CairnNewMessage, topic);
  gtk_widget_class_bind_template_callback (widget_class, topic_cb);
}

static void
cairn_new_message_init (CairnNewMessage *self)
{
  self->rows = g_ptr_array_new ();
  self->none = GTK_CHECK_BUTTON (g_object_ref_sink (gtk_check_button_new ()));
  gtk_check_button_set_active (self->none, TRUE);
  gtk_widget_init_template (GTK_WIDGET (self));
  show_chosen (self);
}

void
cairn_new_message_set_recipients (CairnNewMessage *self,
                                  CairnRecipients *recipients)
{
  g_return_if_fail (CAIRN_IS_NEW_MESSAGE (self));
  g_return_if_fail (self->recipients == NULL);

  self->recipients = g_object_ref (recipients);
  g_signal_connect_object (recipients, "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (recipients, "notify", G_CALLBACK (show_chosen), self, G_CONNECT_SWAPPED);
  update (self);
}

/* What a draft says. */
void
cairn_new_message_fill (CairnNewMessage *self,
                        const char      *topic,
                        const char      *reference,
                        const char      *name)
{
  g_return_if_fail (CAIRN_IS_NEW_MESSAGE (self));

  g_free (self->reference);
  g_free (self->name);
  self->reference = g_strdup (reference);
  self->name = g_strdup (name);
  self->quiet = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->topic), topic != NULL ? topic : "");
  self->quiet = FALSE;
  if (reference == NULL)
    gtk_check_button_set_active (self->none, TRUE);
  if (self->recipients != NULL)
    update (self);
  adw_expander_row_set_expanded (self->to, reference == NULL);
}

/* Who is chosen; NULL: nobody. */
const char *
cairn_new_message_get_reference (CairnNewMessage *self)
{
  g_return_val_if_fail (CAIRN_IS_NEW_MESSAGE (self), NULL);

  return self->reference;
}

const char *
cairn_new_message_get_name (CairnNewMessage *self)
{
  g_return_val_if_fail (CAIRN_IS_NEW_MESSAGE (self), NULL);

  return self->name;
}

const char *
cairn_new_message_get_topic (CairnNewMessage *self)
{
  g_return_val_if_fail (CAIRN_IS_NEW_MESSAGE (self), NULL);

  return gtk_editable_get_text (GTK_EDITABLE (self->topic));
}

void
cairn_new_message_take_focus (CairnNewMessage *self)
{
  g_return_if_fail (CAIRN_IS_NEW_MESSAGE (self));

  if (self->reference != NULL && *gtk_editable_get_text (GTK_EDITABLE (self->topic)) == '\0')
    gtk_widget_grab_focus (GTK_WIDGET (self->topic));
  else
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}

/* Marks what is missing, and takes the keyboard there; FALSE: nothing is. */
gboolean
cairn_new_message_show_missing (CairnNewMessage *self)
{
  GtkWidget *missing = NULL;

  g_return_val_if_fail (CAIRN_IS_NEW_MESSAGE (self), FALSE);

  if (self->reference == NULL)
    missing = GTK_WIDGET (self->to);
  else if (*gtk_editable_get_text (GTK_EDITABLE (self->topic)) == '\0')
    missing = GTK_WIDGET (self->topic);
  if (missing == NULL)
    return FALSE;
  gtk_widget_add_css_class (missing, "error");
  if (missing == GTK_WIDGET (self->to))
    adw_expander_row_set_expanded (self->to, TRUE);
  if (missing == GTK_WIDGET (self->topic))
    gtk_widget_grab_focus (missing);
  else
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
  return TRUE;
}
