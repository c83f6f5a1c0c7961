/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One message of a conversation as a bubble: the patient's own at the end with how far they have come, those of
 * others at the start with who wrote them. The day stands above the first message of it.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-words.h"
#include "fhir/cairn-date.h"
#include "client/cairn-file.h"
#include "messages/cairn-file-chip.h"
#include "messages/cairn-message-cell.h"
#include "messages/cairn-message-layout.h"
#include "messages/cairn-message-words.h"
#include "parts/cairn-highlight.h"
#include "parts/cairn-long-text.h"

struct _CairnMessageCell
{
  GtkWidget parent_instance;

  AdwAvatar    *avatar;
  GtkBox       *bubble;
  GtkLabel     *day;
  GtkBox       *files;
  GtkImage     *icon;
  GtkBox       *meta;
  GtkWidget    *mistake;
  GtkLabel     *stand;
  GtkWidget    *retry;
  GtkWidget    *take_back;
  GtkWidget    *undo;
  GtkLabel     *words;
  GtkLabel     *why;

  CairnSession *session;
  CairnMessage *message;
  char         *search;      /* words to mark */
  gboolean      last;        /* of those that one person wrote one after the other */
  gboolean      narrow;
  gboolean      placed;      /* among its neighbours */
  guint         timer;       /* until it can no longer be taken back */
};

G_DEFINE_FINAL_TYPE (CairnMessageCell, cairn_message_cell, GTK_TYPE_WIDGET)

static void update (CairnMessageCell *self);

static void
set_class (gpointer    widget,
           const char *name,
           gboolean    on)
{
  if (on)
    gtk_widget_add_css_class (GTK_WIDGET (widget), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (widget), name);
}

static void
name_cell (CairnMessageCell *self,
           const char       *from,
           const char       *stand)
{
  GString *name = g_string_new (NULL);
  const char *words = cairn_message_get_words (self->message);

  if (gtk_widget_get_visible (GTK_WIDGET (self->day)))
    g_string_append_printf (name, "%s. ", gtk_label_get_text (self->day));
  g_string_append_printf (name, "%s: ", from);
  if (gtk_widget_get_visible (self->mistake))
    g_string_append_printf (name, "%s. ", _("Entered by mistake"));
  if (words != NULL)
    g_string_append (name, words);
  if (stand != NULL)
    g_string_append_printf (name, ". %s", stand);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name->str, -1);
  g_string_free (name, TRUE);
}

static gboolean
timer_cb (gpointer data)
{
  CairnMessageCell *self = data;

  self->timer = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

static void
update_own (CairnMessageCell *self)
{
  gint64 now = cairn_date_now ();
  CairnMessageStand stand = cairn_message_words_stand (self->message, now);
  CairnOutboxItem *item = cairn_message_get_item (self->message);
  g_autofree char *words = cairn_message_words_dup_stand (self->message, stand, cairn_session_get_online (self->session), now);
  gboolean failed = stand == CAIRN_MESSAGE_REFUSED || stand == CAIRN_MESSAGE_CONFLICT;

  gtk_label_set_text (self->stand, words);
  gtk_image_set_from_icon_name (self->icon, cairn_message_words_icon (stand));
  gtk_widget_set_visible (GTK_WIDGET (self->icon), TRUE);
  gtk_widget_set_visible (self->undo, stand == CAIRN_MESSAGE_UNDOABLE);
  gtk_widget_set_visible (self->take_back, failed || stand == CAIRN_MESSAGE_WAITING);
  gtk_widget_set_visible (self->retry, failed);
  gtk_widget_set_visible (GTK_WIDGET (self->meta), self->last || item != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->why), failed);
  if (failed)
    gtk_label_set_text (self->why, cairn_message_words_refusal (cairn_outbox_item_get_refusal (item)));
  set_class (self->stand, "error", failed);
  set_class (self->icon, "error", failed);
  set_class (self->stand, "dim-label", !failed);
  set_class (self->icon, "dim-label", !failed);
  g_clear_handle_id (&self->timer, g_source_remove);
  if (stand == CAIRN_MESSAGE_UNDOABLE)
    self->timer = g_timeout_add ((guint) (cairn_outbox_item_get_not_before (item) - now) + 20, timer_cb, self);
  name_cell (self, _("You"), words);
}

static void
update_theirs (CairnMessageCell *self)
{
  g_autofree char *from = cairn_message_words_dup_from (self->message, cairn_date_now ());
  const char *sender = cairn_message_get_sender (self->message);
  g_autofree char *initials = cairn_words_initials (sender);

  /* The colour comes from the text, which is without titles. */
  adw_avatar_set_text (self->avatar, initials);
  adw_avatar_set_show_initials (self->avatar, *initials != '\0');
  gtk_widget_set_opacity (GTK_WIDGET (self->avatar), self->last ? 1 : 0);
  gtk_label_set_text (self->stand, from);
  set_class (self->stand, "error", FALSE);
  set_class (self->stand, "dim-label", TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->icon), FALSE);
  gtk_widget_set_visible (self->undo, FALSE);
  gtk_widget_set_visible (self->take_back, FALSE);
  gtk_widget_set_visible (self->retry, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->why), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->meta), self->last);
  g_clear_handle_id (&self->timer, g_source_remove);
  name_cell (self, from, NULL);
}

/* At the side of who wrote it. */
static void
place_bubble (CairnMessageCell *self,
              gboolean          own)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));
  gboolean is_view = *cairn_message_get_words (self->message) != '\0' && !gtk_widget_get_visible (GTK_WIDGET (self->words));

  gtk_widget_set_visible (GTK_WIDGET (self->avatar), !own);
  cairn_message_layout_set_side (CAIRN_MESSAGE_LAYOUT (layout), own, self->narrow, is_view);
  set_class (self->bubble, "mine", own);
  set_class (self->bubble, "theirs", !own);
}

static void
mark (CairnMessageCell *self)
{
  g_autoptr(PangoAttrList) attributes = cairn_highlight_create (gtk_label_get_text (self->words), self->search);

  gtk_label_set_attributes (self->words, attributes);
}

static void
update (CairnMessageCell *self)
{
  CairnMessage *message = self->message;
  const char *words = message != NULL ? cairn_message_get_words (message) : NULL;
  gboolean own;

  gtk_widget_set_visible (GTK_WIDGET (self->bubble), words != NULL);
  if (words == NULL)
    {
      gtk_widget_set_visible (GTK_WIDGET (self->meta), FALSE);
      gtk_widget_set_opacity (GTK_WIDGET (self->avatar), 0);
      return;
    }
  own = cairn_message_get_own (message);
  set_class (self->words, "struck", (cairn_message_get_flags (message) & CAIRN_FLAG_ENTERED_IN_ERROR) != 0);
  gtk_widget_set_visible (self->mistake, (cairn_message_get_flags (message) & CAIRN_FLAG_ENTERED_IN_ERROR) != 0);
  cairn_long_text_set (self->words, words);
  mark (self);
  if (*words == '\0')
    gtk_widget_set_visible (GTK_WIDGET (self->words), FALSE);
  cairn_file_chips_set (self->files, self->session, cairn_message_get_files (message), NULL);
  place_bubble (self, own);
  if (own)
    update_own (self);
  else
    update_theirs (self);
}

static void
act (GtkWidget  *widget,
     const char *action,
     GVariant   *parameter)
{
  CairnMessageCell *self = CAIRN_MESSAGE_CELL (widget);
  CairnOutboxItem *item = self->message != NULL ? cairn_message_get_item (self->message) : NULL;

  if (item == NULL)
    return;
  if (g_str_equal (action, "message.retry"))
    cairn_outbox_retry (cairn_session_get_outbox (self->session), cairn_outbox_item_get_number (item));
  else
    gtk_widget_activate_action (widget, "conversation.take-back", "x", cairn_outbox_item_get_number (item));
}

static void
cairn_message_cell_dispose (GObject *object)
{
  CairnMessageCell *self = CAIRN_MESSAGE_CELL (object);

  cairn_message_cell_set_message (self, NULL);
  gtk_widget_set_layout_manager (GTK_WIDGET (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), CAIRN_TYPE_MESSAGE_CELL);
  g_clear_object (&self->session);
  g_clear_pointer (&self->search, g_free);

  G_OBJECT_CLASS (cairn_message_cell_parent_class)->dispose (object);
}

static void
cairn_message_cell_class_init (CairnMessageCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_message_cell_dispose;

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, CAIRN_TYPE_MESSAGE_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-message-cell.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnMessageCell, avatar);
  gtk_widget_class_bind_template_child (widget_class, CairnMessageCell, bubble);
  gtk_widget_class_bind_template_child (widget_class, CairnMessageCell, day);
  gtk_widget_class_bind_template_child (widget_class, CairnMessageCell, files);
  gtk_widget_class_bind_template_child (widget_class, CairnMessageCell, icon);
  gtk_widget_class_bind_template_child (widget_class, CairnMessageCell, meta);
  gtk_widget_class_bind_template_child (widget_class, CairnMessageCell, mistake);
  gtk_widget_class_bind_template_child (widget_class, CairnMessageCell, retry);
  gtk_widget_class_bind_template_child (widget_class, CairnMessageCell, stand);
  gtk_widget_class_bind_template_child (widget_class, CairnMessageCell, take_back);
  gtk_widget_class_bind_template_child (widget_class, CairnMessageCell, undo);
  gtk_widget_class_bind_template_child (widget_class, CairnMessageCell, words);
  gtk_widget_class_bind_template_child (widget_class, CairnMessageCell, why);
  gtk_widget_class_install_action (widget_class, "message.retry", NULL, act);
  gtk_widget_class_install_action (widget_class, "message.take-back", NULL, act);
}

static void
cairn_message_cell_init (CairnMessageCell *self)
{
  GtkLayoutManager *layout;

  gtk_widget_init_template (GTK_WIDGET (self));
  layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));
  cairn_message_layout_set_children (CAIRN_MESSAGE_LAYOUT (layout), GTK_WIDGET (self->day), GTK_WIDGET (self->avatar),
                                     GTK_WIDGET (self->bubble), GTK_WIDGET (self->meta));
}

GtkWidget *
cairn_message_cell_new (CairnSession *session)
{
  CairnMessageCell *self = g_object_new (CAIRN_TYPE_MESSAGE_CELL, NULL);

  self->session = g_object_ref (session);
  return GTK_WIDGET (self);
}

CairnMessage *
cairn_message_cell_get_message (CairnMessageCell *self)
{
  g_return_val_if_fail (CAIRN_IS_MESSAGE_CELL (self), NULL);

  return self->message;
}

/* NULL: it says nothing. */
void
cairn_message_cell_set_message (CairnMessageCell *self,
                                CairnMessage     *message)
{
  g_return_if_fail (CAIRN_IS_MESSAGE_CELL (self));

  g_clear_handle_id (&self->timer, g_source_remove);
  g_set_object (&self->message, message);
  if (message == NULL)
    return;
  self->placed = FALSE;
  if (!cairn_message_get_loaded (message))
    update (self);
}

/* Whether it says what its message says, among its neighbours. */
gboolean
cairn_message_cell_get_placed (CairnMessageCell *self)
{
  g_return_val_if_fail (CAIRN_IS_MESSAGE_CELL (self), FALSE);

  return self->placed;
}

/* Its message says something else now. */
void
cairn_message_cell_update (CairnMessageCell *self)
{
  g_return_if_fail (CAIRN_IS_MESSAGE_CELL (self));

  if (self->message != NULL)
    update (self);
}

/* What depends on the neighbours: the day above it, if any, and whether the same person goes on below. */
void
cairn_message_cell_set_place (CairnMessageCell *self,
                              const char       *day,
                              gboolean          last)
{
  g_return_if_fail (CAIRN_IS_MESSAGE_CELL (self));

  if (self->placed && self->last == last && g_str_equal (gtk_label_get_text (self->day), day != NULL ? day : ""))
    return;
  self->placed = TRUE;
  gtk_label_set_text (self->day, day != NULL ? day : "");
  gtk_widget_set_visible (GTK_WIDGET (self->day), day != NULL);
  self->last = last;
  gtk_widget_set_margin_bottom (GTK_WIDGET (self), last ? 12 : 6);
  update (self);
}

void
cairn_message_cell_set_narrow (CairnMessageCell *self,
                               gboolean          narrow)
{
  g_return_if_fail (CAIRN_IS_MESSAGE_CELL (self));

  if (self->narrow == narrow)
    return;
  self->narrow = narrow;
  update (self);
}

/* How wide the list is in which it stands. */
void
cairn_message_cell_set_width (CairnMessageCell *self,
                              int               width)
{
  g_return_if_fail (CAIRN_IS_MESSAGE_CELL (self));

  cairn_message_layout_set_width (CAIRN_MESSAGE_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), width);
}

/* NULL: no words of it are marked. */
void
cairn_message_cell_set_search (CairnMessageCell *self,
                               const char       *search)
{
  g_return_if_fail (CAIRN_IS_MESSAGE_CELL (self));

  if (g_strcmp0 (self->search, search) == 0)
    return;
  g_free (self->search);
  self->search = g_strdup (search);
  mark (self);
}
