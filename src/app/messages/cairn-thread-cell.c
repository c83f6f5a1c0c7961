/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One thread in a list: what it is about, with whom, the last words and when, what is unread or unsent.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-words.h"
#include "client/cairn-draft.h"
#include "fhir/cairn-date.h"
#include "messages/cairn-message-words.h"
#include "messages/cairn-thread-cell.h"
#include "parts/cairn-highlight.h"

struct _CairnThreadCell
{
  GtkBox parent_instance;

  AdwAvatar   *avatar;
  GtkLabel    *badge;
  GtkWidget   *mark;
  GtkLabel    *name;
  GtkLabel    *time;
  GtkLabel    *topic;
  GtkLabel    *words;

  CairnOutbox  *outbox;
  CairnThreads *threads;
  CairnThread  *thread;
};

G_DEFINE_FINAL_TYPE (CairnThreadCell, cairn_thread_cell, GTK_TYPE_BOX)

/* One line of them is shown: the rest is not even shaped. */
#define MAX_WORDS 120
/* Bytes before a word that was found, so that it stands within a narrow line. */
#define BEFORE_FOUND 16

/* What is typed in it and not sent; NULL when nothing is. */
static const char *
get_draft (CairnThreadCell *self)
{
  const char *key = cairn_thread_get_key (self->thread);

  return key != NULL ? cairn_outbox_get_draft_line (self->outbox, key) : NULL;
}

static gboolean
is_found (CairnThreadCell *self)
{
  return cairn_thread_get_found (self->thread) != 0 && cairn_threads_get_search (self->threads) != NULL;
}

/* Of a search: the words that were found, and what stands before and after them. */
static char *
dup_found_words (CairnThreadCell *self)
{
  g_autofree char *words = cairn_highlight_dup_excerpt (cairn_thread_get_words (self->thread),
                                                        cairn_threads_get_search (self->threads), BEFORE_FOUND);
  g_autofree char *line = cairn_message_words_dup_line (words, MAX_WORDS);

  if (*line == '\0')
    return g_strdup (_("Attachment"));
  return cairn_thread_get_own (self->thread) ? g_strdup_printf (_("You: %s"), line) : g_steal_pointer (&line);
}

static void
mark (CairnThreadCell *self,
      GtkLabel        *label,
      gboolean         found)
{
  const char *search = found ? cairn_threads_get_search (self->threads) : NULL;
  g_autoptr(PangoAttrList) attributes = cairn_highlight_create (gtk_label_get_text (label), search);

  gtk_label_set_attributes (label, attributes);
}

static char *
dup_last_words (CairnThreadCell *self)
{
  CairnThread *thread = self->thread;
  const char *words = cairn_thread_get_words (thread), *draft = get_draft (self);
  g_autofree char *line = NULL;

  if (is_found (self))
    return dup_found_words (self);
  switch (cairn_thread_get_unsent (thread))
    {
    case CAIRN_UNSENT_FAILED:
      return g_strdup (_("Could not be sent"));
    case CAIRN_UNSENT_WAITING:
    case CAIRN_UNSENT_NOTHING:
    default:
      break;
    }
  line = cairn_message_words_dup_line (draft != NULL ? draft : words, MAX_WORDS);
  if (draft != NULL)
    return cairn_message_words_dup_draft (draft);
  if (*line == '\0')
    {
      g_free (line);
      line = g_strdup (_("Attachment"));
    }
  if (!cairn_thread_get_own (thread))
    return g_steal_pointer (&line);
  /* Translators: the patient's own last words in a conversation */
  return g_strdup_printf (_("You: %s"), line);
}

static void
name_row (CairnThreadCell *self,
          const char     *words,
          const char     *time)
{
  guint n = cairn_thread_get_n_unread (self->thread);
  g_autofree char *unread = n > 0 ? g_strdup_printf (ngettext ("%u unread", "%u unread", n), n) : NULL;
  GString *name = g_string_new (gtk_label_get_text (self->topic));
  const char *const parts[] = { unread, gtk_label_get_text (self->name), time, words };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (parts[i] != NULL && *parts[i] != '\0')
      g_string_append_printf (name, ", %s", parts[i]);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name->str, -1);
  g_string_free (name, TRUE);
}

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
update (CairnThreadCell *self)
{
  CairnThread *thread = self->thread;
  gboolean loaded = thread != NULL && cairn_thread_get_loaded (thread);
  const char *name = loaded ? cairn_thread_get_name (thread) : NULL;
  const char *topic = loaded ? cairn_thread_get_topic (thread) : NULL;
  CairnUnsent unsent = loaded ? cairn_thread_get_unsent (thread) : CAIRN_UNSENT_NOTHING;
  guint n_unread = loaded ? cairn_thread_get_n_unread (thread) : 0;
  g_autofree char *words = loaded ? dup_last_words (self) : g_strdup ("");
  g_autofree char *time = loaded ? cairn_words_brief (cairn_thread_get_sent (thread), cairn_date_now ()) : g_strdup ("");
  g_autofree char *initials = cairn_words_initials (name);
  g_autofree char *count = g_strdup_printf ("%u", n_unread);
  g_autofree char *shown = NULL;

  if (loaded && (topic == NULL || *topic == '\0'))
    topic = _("Message");
  gtk_label_set_text (self->topic, topic != NULL ? topic : "");
  if (loaded && name == NULL)
    name = _("Care team");
  if (loaded && cairn_thread_get_closed (thread, NULL))
    /* Translators: %s is a person; the conversation with them is closed */
    shown = g_strdup_printf (_("%s · Closed"), name);
  gtk_label_set_text (self->name, shown != NULL ? shown : name != NULL ? name : "");
  gtk_label_set_text (self->time, time);
  gtk_label_set_text (self->words, words);
  mark (self, self->topic, loaded && is_found (self));
  mark (self, self->words, loaded && is_found (self));
  gtk_label_set_text (self->badge, count);
  gtk_widget_set_visible (GTK_WIDGET (self->badge), n_unread > 0);
  gtk_widget_set_visible (self->mark, unsent != CAIRN_UNSENT_NOTHING);
  if (unsent != CAIRN_UNSENT_NOTHING)
    gtk_image_set_from_icon_name (GTK_IMAGE (self->mark), unsent == CAIRN_UNSENT_FAILED ? "dialog-warning-symbolic"
                                                                                       : "content-loading-symbolic");
  set_class (self->topic, "heading", n_unread > 0);
  if (loaded && is_found (self))
    unsent = CAIRN_UNSENT_NOTHING;
  set_class (self->words, "error", unsent == CAIRN_UNSENT_FAILED);
  set_class (self->words, "accent", unsent != CAIRN_UNSENT_FAILED && loaded && !is_found (self) && get_draft (self) != NULL);
  set_class (self->words, "dim-label", unsent != CAIRN_UNSENT_FAILED && (!loaded || is_found (self) || get_draft (self) == NULL));
  /* The colour comes from the text, which is without titles. */
  adw_avatar_set_text (self->avatar, initials);
  adw_avatar_set_show_initials (self->avatar, *initials != '\0');
  if (loaded)
    name_row (self, words, time);
}

static void
draft_cb (CairnOutbox *outbox,
          const char  *key,
          gpointer     data)
{
  CairnThreadCell *self = data;

  if (self->thread != NULL && g_strcmp0 (cairn_thread_get_key (self->thread), key) == 0)
    update (self);
}

static void
cairn_thread_cell_dispose (GObject *object)
{
  cairn_thread_cell_set_thread (CAIRN_THREAD_CELL (object), NULL);
  g_clear_object (&CAIRN_THREAD_CELL (object)->outbox);
  g_clear_object (&CAIRN_THREAD_CELL (object)->threads);
  gtk_widget_dispose_template (GTK_WIDGET (object), CAIRN_TYPE_THREAD_CELL);

  G_OBJECT_CLASS (cairn_thread_cell_parent_class)->dispose (object);
}

static void
cairn_thread_cell_class_init (CairnThreadCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_thread_cell_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-thread-cell.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnThreadCell, avatar);
  gtk_widget_class_bind_template_child (widget_class, CairnThreadCell, badge);
  gtk_widget_class_bind_template_child (widget_class, CairnThreadCell, mark);
  gtk_widget_class_bind_template_child (widget_class, CairnThreadCell, name);
  gtk_widget_class_bind_template_child (widget_class, CairnThreadCell, time);
  gtk_widget_class_bind_template_child (widget_class, CairnThreadCell, topic);
  gtk_widget_class_bind_template_child (widget_class, CairnThreadCell, words);
}

static void
cairn_thread_cell_init (CairnThreadCell *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
cairn_thread_cell_new (CairnOutbox  *outbox,
                       CairnThreads *threads)
{
  CairnThreadCell *self = g_object_new (CAIRN_TYPE_THREAD_CELL, NULL);

  self->outbox = g_object_ref (outbox);
  self->threads = g_object_ref (threads);
  g_signal_connect_object (outbox, "draft-changed", G_CALLBACK (draft_cb), self, 0);
  return GTK_WIDGET (self);
}

/* NULL: it says nothing. */
void
cairn_thread_cell_set_thread (CairnThreadCell *self,
                             CairnThread    *thread)
{
  g_return_if_fail (CAIRN_IS_THREAD_CELL (self));

  if (self->thread != NULL)
    g_signal_handlers_disconnect_by_func (self->thread, update, self);
  g_set_object (&self->thread, thread);
  if (thread == NULL)
    return;
  g_signal_connect_object (thread, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}
