/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where a message is written. What is typed is kept as a draft on each keystroke, one a thread; sending moves it into
 * the outbox, which holds it back for ten seconds.
 *
 * Signal "sent" (key): it is in the outbox, under that thread.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-compat.h"
#include "cairn-words.h"
#include "client/cairn-draft.h"
#include "client/cairn-file.h"
#include "messages/cairn-composer.h"
#include "messages/cairn-composer-files.h"
#include "messages/cairn-file-chip.h"
#include "messages/cairn-message-notice.h"
#include "messages/cairn-message-words.h"

#define UNDO_SECONDS 10

struct _CairnComposer
{
  AdwBin parent_instance;

  GtkWidget     *attach;
  GtkBox        *chips;
  GtkLabel      *counter;
  GtkLabel      *notice;
  GtkWidget     *placeholder;
  GtkScrolledWindow *scroller;
  GtkWidget     *send;
  GtkLabel      *trouble;
  GtkTextView   *view;

  CairnSession  *session;
  GCancellable  *cancellable;
  GListModel    *files;          /* of the draft */
  CairnRecipients *recipients;
  char          *key;            /* NULL: a thread that is not there yet */
  char          *topic;
  char          *recipient;
  char          *recipient_name;
  char          *answers;
  gboolean       quiet;          /* the text is being set, not typed */
  gboolean       loading;
  gboolean       sending;
};

G_DEFINE_FINAL_TYPE (CairnComposer, cairn_composer, ADW_TYPE_BIN)

enum
{
  SENT,
  DRAFT,
  INCOMPLETE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static char *
dup_words (CairnComposer *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
set_words (CairnComposer *self,
           const char    *words)
{
  self->quiet = TRUE;
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->view), words, -1);
  self->quiet = FALSE;
}

static void
keep_draft (CairnComposer *self)
{
  g_autofree char *words = dup_words (self);
  CairnDraft draft = { .words = words };

  if (self->session == NULL || self->loading || self->sending)
    return;
  if (self->key == NULL)
    {
      draft.topic = self->topic;
      draft.recipient = self->recipient;
      draft.recipient_name = self->recipient_name;
    }
  cairn_outbox_keep_draft (cairn_session_get_outbox (self->session), self->key != NULL ? self->key : "", &draft);
}

static gsize
get_max_words (CairnComposer *self)
{
  gsize most = self->recipients != NULL ? cairn_recipients_get_max_words (self->recipients) : 0;

  return most > 0 ? MIN (most, CAIRN_MESSAGE_MAX_WORDS) : CAIRN_MESSAGE_MAX_WORDS;
}

/* What is missing is said when somebody tries to send, not before. */
static const char *
find_trouble (CairnComposer *self,
              const char    *words)
{
  if (self->key == NULL && self->recipient == NULL)
    return _("Choose whom to write to.");
  if (self->key == NULL && (self->topic == NULL || *self->topic == '\0'))
    return _("Say in the subject what it is about.");
  if (cairn_composer_files_count (self->files, CAIRN_FILE_REFUSED) > 0)
    return _("A file can not be sent. Remove it first.");
  if (*words == '\0' && cairn_composer_files_count (self->files, CAIRN_FILE_HERE) == 0)
    return _("Write a message first.");
  if (strlen (words) > get_max_words (self))
    return _("This is too long for one message. Send it in two.");
  return NULL;
}

static void
say (CairnComposer *self,
     const char    *words)
{
  gtk_label_set_text (self->trouble, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->trouble), words != NULL);
}

/* How much more fits, once it is not much any more. */
static void
count (CairnComposer *self)
{
  g_autofree char *words = dup_words (self);
  g_autofree char *room = cairn_message_words_dup_room (words, get_max_words (self));

  gtk_label_set_text (self->counter, room != NULL ? room : "");
  gtk_widget_set_visible (GTK_WIDGET (self->counter), room != NULL);
}

static void
update (CairnComposer *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  gboolean any = gtk_text_buffer_get_char_count (buffer) > 0;
  gboolean ready = any || cairn_composer_files_count (self->files, CAIRN_FILE_HERE) > 0;

  gtk_widget_set_visible (self->placeholder, !any);
  count (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "composer.send", ready && !self->sending &&
                                 cairn_composer_files_count (self->files, CAIRN_FILE_READING) == 0);
}

static void
file_cb (CairnComposer *self)
{
  update (self);
}

static void
files_cb (CairnComposer *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->files); i++)
    {
      g_autoptr(CairnFile) file = g_list_model_get_item (self->files, i);

      g_signal_handlers_disconnect_by_func (file, file_cb, self);
      g_signal_connect_object (file, "notify::state", G_CALLBACK (file_cb), self, G_CONNECT_SWAPPED);
    }
  say (self, NULL);
  update (self);
}

/* Whoever chose a file, or took it out, goes on writing. */
static void
files_changed_cb (CairnComposer *self)
{
  files_cb (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/* The files of the draft of this thread. */
static void
watch_files (CairnComposer *self)
{
  g_autoptr(GListModel) files = cairn_outbox_get_draft_files (cairn_session_get_outbox (self->session), self->key != NULL ? self->key : "");

  if (self->files != NULL)
    g_signal_handlers_disconnect_by_func (self->files, files_changed_cb, self);
  g_set_object (&self->files, files);
  g_signal_connect_object (files, "items-changed", G_CALLBACK (files_changed_cb), self, G_CONNECT_SWAPPED);
  cairn_file_chips_set (self->chips, self->session, files, self->recipients);
  files_cb (self);
}

static void
changed_cb (CairnComposer *self)
{
  update (self);
  if (self->quiet)
    return;
  say (self, NULL);
  keep_draft (self);
}

static void
sent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(CairnComposer) self = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *key = NULL;
  gint64 number = cairn_session_send_message_finish (CAIRN_SESSION (source), result, &key, &error);

  self->sending = FALSE;
  if (self->view == NULL)
    return;
  if (number != 0)
    {
      set_words (self, "");
      g_signal_emit (self, signals[SENT], 0, key);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    say (self, cairn_words_error (error));
  gtk_text_view_set_editable (self->view, TRUE);
  update (self);
}

static void
send (GtkWidget  *widget,
      const char *action,
      GVariant   *parameter)
{
  CairnComposer *self = CAIRN_COMPOSER (widget);
  g_autofree char *words = g_strstrip (dup_words (self));
  const char *trouble = find_trouble (self, words);
  CairnMessageWrite write = { .key = self->key, .topic = self->topic, .recipient = self->recipient,
                              .recipient_name = self->recipient_name, .answers = self->answers, .words = words,
                              .undo_seconds = UNDO_SECONDS };

  if (self->session == NULL || self->loading || self->sending)
    return;
  say (self, trouble);
  if (trouble != NULL)
    {
      gtk_widget_error_bell (widget);
      g_signal_emit (self, signals[INCOMPLETE], 0);
      return;
    }
  self->sending = TRUE;
  gtk_text_view_set_editable (self->view, FALSE);
  update (self);
  /* On its way it can't be called back by leaving the page. */
  cairn_session_send_message_async (self->session, &write, NULL, sent_cb, g_object_ref (self));
}

/* Where files that are chosen, dropped or pasted go. */
static const char *
get_place (gpointer      object,
           CairnOutbox **outbox)
{
  CairnComposer *self = object;

  if (self->session == NULL || self->sending)
    return NULL;
  *outbox = cairn_session_get_outbox (self->session);
  return self->key != NULL ? self->key : "";
}

static void
attach (GtkWidget  *widget,
        const char *action,
        GVariant   *parameter)
{
  cairn_composer_files_choose (widget, get_place, cairn_recipients_get_file_types (CAIRN_COMPOSER (widget)->recipients));
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(CairnComposer) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnDraft) draft = cairn_outbox_load_draft_finish (CAIRN_OUTBOX (source), result, &error);

  if (self->view == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->loading = FALSE;
  gtk_text_view_set_editable (self->view, TRUE);
  if (draft == NULL)
    return;
  set_words (self, draft->words);
  if (self->key == NULL)
    g_signal_emit (self, signals[DRAFT], 0, draft->topic, draft->recipient, draft->recipient_name);
}

/* When an answer comes, and that this is not the way in an emergency: always in sight. */
static void
show_notice (CairnComposer *self)
{
  g_autofree char *markup = cairn_message_notice_dup (self->recipients, self->recipient);

  gtk_label_set_markup (self->notice, markup);
  gtk_widget_set_visible (self->attach, cairn_recipients_get_max_files (self->recipients) > 0);
  update (self);
}

static gboolean
call_cb (CairnComposer *self,
         const char    *address)
{
  g_autofree char *words = g_strdup_printf (_("There is no app for calls on this computer. The number is %s."),
                                            address + strlen ("tel:"));

  cairn_compat_open_uri (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), address, words);
  return GDK_EVENT_STOP;
}

static void
cancel (CairnComposer *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
cairn_composer_dispose (GObject *object)
{
  CairnComposer *self = CAIRN_COMPOSER (object);

  cancel (self);
  /* GTK takes a bound child out of its parent, which AdwBin does not notice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_COMPOSER);
  g_clear_object (&self->files);
  g_clear_object (&self->recipients);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (cairn_composer_parent_class)->dispose (object);
}

static void
cairn_composer_finalize (GObject *object)
{
  CairnComposer *self = CAIRN_COMPOSER (object);

  g_free (self->key);
  g_free (self->topic);
  g_free (self->recipient);
  g_free (self->recipient_name);
  g_free (self->answers);

  G_OBJECT_CLASS (cairn_composer_parent_class)->finalize (object);
}

static void
cairn_composer_class_init (CairnComposerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_composer_dispose;
  G_OBJECT_CLASS (klass)->finalize = cairn_composer_finalize;

  signals[SENT] = g_signal_new ("sent", CAIRN_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                G_TYPE_STRING);
  /* Topic, recipient and recipient's name of a draft for a thread that is not there yet */
  signals[DRAFT] = g_signal_new ("draft", CAIRN_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                                 G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);

  /* Somebody wanted to send what is not complete. */
  signals[INCOMPLETE] = g_signal_new ("incomplete", CAIRN_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnComposer, attach);
  gtk_widget_class_bind_template_child (widget_class, CairnComposer, chips);
  gtk_widget_class_bind_template_child (widget_class, CairnComposer, counter);
  gtk_widget_class_bind_template_child (widget_class, CairnComposer, notice);
  gtk_widget_class_bind_template_child (widget_class, CairnComposer, placeholder);
  gtk_widget_class_bind_template_child (widget_class, CairnComposer, scroller);
  gtk_widget_class_bind_template_child (widget_class, CairnComposer, send);
  gtk_widget_class_bind_template_child (widget_class, CairnComposer, trouble);
  gtk_widget_class_bind_template_child (widget_class, CairnComposer, view);
  gtk_widget_class_bind_template_callback (widget_class, call_cb);
  gtk_widget_class_install_action (widget_class, "composer.attach", NULL, attach);
  gtk_widget_class_install_action (widget_class, "composer.send", NULL, send);
}

static void
cairn_composer_init (CairnComposer *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cairn_composer_files_accept (GTK_WIDGET (self), self->view, get_place);
  g_signal_connect_object (gtk_text_view_get_buffer (self->view), "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
replace (char       **where,
         const char  *text)
{
  char *copy = g_strdup (text);

  g_free (*where);
  *where = copy;
}

void
cairn_composer_set_session (CairnComposer *self,
                            CairnSession  *session)
{
  g_return_if_fail (CAIRN_IS_COMPOSER (self));

  g_set_object (&self->session, session);
}

/* Who takes messages, and what the clinic says of them. */
void
cairn_composer_set_recipients (CairnComposer   *self,
                               CairnRecipients *recipients)
{
  g_return_if_fail (CAIRN_IS_COMPOSER (self));

  g_set_object (&self->recipients, recipients);
  g_signal_connect_object (recipients, "notify", G_CALLBACK (show_notice), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (recipients, "items-changed", G_CALLBACK (show_notice), self, G_CONNECT_SWAPPED);
  show_notice (self);
}

/* Another thread: its draft comes up. NULL: one that is not there yet. */
void
cairn_composer_open (CairnComposer *self,
                     const char    *key)
{
  g_return_if_fail (CAIRN_IS_COMPOSER (self));
  g_return_if_fail (self->session != NULL);

  cancel (self);
  replace (&self->key, key);
  replace (&self->topic, NULL);
  replace (&self->recipient, NULL);
  replace (&self->recipient_name, NULL);
  replace (&self->answers, NULL);
  say (self, NULL);
  set_words (self, "");
  watch_files (self);
  self->loading = TRUE;
  gtk_text_view_set_editable (self->view, FALSE);
  self->cancellable = g_cancellable_new ();
  cairn_outbox_load_draft_async (cairn_session_get_outbox (self->session), key != NULL ? key : "", self->cancellable, loaded_cb,
                                 g_object_ref (self));
}

/* The same thread goes by another name now. */
void
cairn_composer_set_key (CairnComposer *self,
                        const char    *key)
{
  g_return_if_fail (CAIRN_IS_COMPOSER (self));

  replace (&self->key, key);
  watch_files (self);
}

void
cairn_composer_set_recipient (CairnComposer *self,
                              const char    *reference,
                              const char    *name)
{
  g_return_if_fail (CAIRN_IS_COMPOSER (self));

  replace (&self->recipient, reference);
  replace (&self->recipient_name, name);
  show_notice (self);
  if (self->key == NULL)
    {
      say (self, NULL);
      keep_draft (self);
    }
}

void
cairn_composer_set_topic (CairnComposer *self,
                          const char    *topic)
{
  g_return_if_fail (CAIRN_IS_COMPOSER (self));

  replace (&self->topic, topic);
  if (self->key == NULL)
    {
      say (self, NULL);
      keep_draft (self);
    }
}

/* The message that this one answers; NULL: none. */
void
cairn_composer_set_answers (CairnComposer *self,
                            const char    *reference)
{
  g_return_if_fail (CAIRN_IS_COMPOSER (self));

  replace (&self->answers, reference);
}

/* What was taken back comes in front of what was typed since. */
void
cairn_composer_add_words (CairnComposer *self,
                          const char    *words)
{
  g_autofree char *typed = NULL;
  g_autofree char *all = NULL;

  g_return_if_fail (CAIRN_IS_COMPOSER (self));

  typed = dup_words (self);
  all = *typed != '\0' ? g_strconcat (words, "\n\n", typed, NULL) : g_strdup (words);
  set_words (self, all);
  keep_draft (self);
  update (self);
}

/* With nothing above it there is room for more lines. */
void
cairn_composer_set_tall (CairnComposer *self,
                         gboolean       tall)
{
  g_return_if_fail (CAIRN_IS_COMPOSER (self));

  gtk_scrolled_window_set_min_content_height (self->scroller, -1);
  gtk_scrolled_window_set_max_content_height (self->scroller, tall ? 320 : 160);
  gtk_scrolled_window_set_min_content_height (self->scroller, tall ? 160 : 36);
}

void
cairn_composer_take_focus (CairnComposer *self)
{
  g_return_if_fail (CAIRN_IS_COMPOSER (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}
