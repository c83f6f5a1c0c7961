/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Messages: the list of threads and beside it the conversation that is open; on a phone one or the other. Threads are
 * opened by the action "messages.open", whose parameter is their key or the reference of a message.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-words.h"
#include "client/cairn-threads.h"
#include "messages/cairn-composer.h"
#include "messages/cairn-conversation-view.h"
#include "messages/cairn-messages-page.h"
#include "messages/cairn-new-message.h"
#include "messages/cairn-thread-list.h"
#include "messages/cairn-thread-print.h"
#include "parts/cairn-bar.h"

struct _CairnMessagesPage
{
  CairnFramePage parent_instance;

  AdwBin                *bars_beside;
  AdwBin                *bars_over_list;
  CairnBar              *closed_bar;
  GtkStack              *body_stack;
  CairnComposer         *composer;
  GtkWidget             *conversation_page;
  GtkStack              *conversation_stack;
  AdwWindowTitle        *conversation_title;
  AdwLeaflet            *leaflet;
  GtkWidget             *list_page;
  CairnNewMessage       *new_message;
  CairnThreadList       *threads;
  AdwToastOverlay       *toasts;
  CairnConversationView *view;

  CairnConversation     *conversation;
  CairnRecipients       *recipients;
  CairnThreads          *about;          /* the open thread alone: what it is called, who is in it */
  GtkWidget             *bars;
};

G_DEFINE_FINAL_TYPE (CairnMessagesPage, cairn_messages_page, CAIRN_TYPE_FRAME_PAGE)

static gboolean
is_folded (CairnMessagesPage *self)
{
  return adw_leaflet_get_folded (self->leaflet);
}

static gboolean
is_list_shown (CairnMessagesPage *self)
{
  return adw_leaflet_get_visible_child (self->leaflet) == self->list_page;
}

/* Under the header bar of the widest pane that can be seen. */
static void
place_bars (CairnMessagesPage *self)
{
  AdwBin *place = is_folded (self) && is_list_shown (self) ? self->bars_over_list : self->bars_beside;
  GtkWidget *parent;

  if (self->bars == NULL || (parent = gtk_widget_get_parent (self->bars)) == GTK_WIDGET (place) ||
      (parent != GTK_WIDGET (self->bars_over_list) && parent != GTK_WIDGET (self->bars_beside)))
    return;
  g_object_ref (self->bars);
  adw_bin_set_child (ADW_BIN (parent), NULL);
  adw_bin_set_child (place, self->bars);
  g_object_unref (self->bars);
}

static void
cairn_messages_page_take_bars (CairnFramePage *page,
                               GtkWidget      *bars)
{
  CairnMessagesPage *self = CAIRN_MESSAGES_PAGE (page);
  GtkWidget *parent = gtk_widget_get_parent (bars);

  g_set_weak_pointer (&self->bars, bars);
  if (GTK_IS_BOX (parent))
    {
      gtk_box_remove (GTK_BOX (parent), bars);
      adw_bin_set_child (self->bars_beside, bars);
    }
  place_bars (self);
}

static CairnThread *
dup_about (CairnMessagesPage *self)
{
  return self->about != NULL ? g_list_model_get_item (G_LIST_MODEL (self->about), 0) : NULL;
}

/* Closed is not shut: who writes opens it again. */
static void
show_closed (CairnMessagesPage *self,
             CairnThread       *thread)
{
  const char *why;
  g_autofree char *words = NULL;

  if (thread == NULL || !cairn_thread_get_closed (thread, &why))
    {
      cairn_bar_hide (self->closed_bar);
      return;
    }
  if (why != NULL)
    /* Translators: %s is why, in the clinic's words */
    words = g_strdup_printf (_("The clinic has closed this conversation: %s. If you write again, it is open again."), why);
  cairn_bar_show (self->closed_bar, words != NULL ? words : _("The clinic has closed this conversation. If you write again, it"
                                                              " is open again."));
}

static void
update_about (CairnMessagesPage *self)
{
  g_autoptr(CairnThread) thread = dup_about (self);
  const char *topic, *name;

  if (thread == NULL || !cairn_thread_get_loaded (thread))
    return;
  show_closed (self, thread);
  topic = cairn_thread_get_topic (thread);
  name = cairn_thread_get_name (thread);
  adw_window_title_set_title (self->conversation_title, topic != NULL && *topic != '\0' ? topic : _("Message"));
  adw_window_title_set_subtitle (self->conversation_title, name != NULL ? name : "");
  cairn_composer_set_recipient (self->composer, cairn_thread_get_reference (thread), name);
  cairn_composer_set_topic (self->composer, topic);
}

static void
about_changed_cb (CairnMessagesPage *self)
{
  g_autoptr(CairnThread) thread = dup_about (self);

  if (thread == NULL)
    return;
  g_signal_handlers_disconnect_by_func (thread, update_about, self);
  g_signal_connect_object (thread, "changed", G_CALLBACK (update_about), self, G_CONNECT_SWAPPED);
  update_about (self);
}

/* An answer is to the newest message that somebody else wrote and that is near. */
static void
update_answers (CairnMessagesPage *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->conversation));

  for (guint i = n; i > 0 && i + 20 > n; i--)
    {
      g_autoptr(CairnMessage) message = g_list_model_get_item (G_LIST_MODEL (self->conversation), i - 1);

      if (!cairn_message_get_loaded (message) || cairn_message_get_own (message) || cairn_message_get_reference (message) == NULL)
        continue;
      cairn_composer_set_answers (self->composer, cairn_message_get_reference (message));
      return;
    }
}

static void
watch_about (CairnMessagesPage *self,
             const char        *key)
{
  g_autofree char *place = g_strconcat (CAIRN_MESSAGES_PAGE_PLACE, key, NULL);

  cairn_frame_page_set_place (CAIRN_FRAME_PAGE (self), place);
  g_clear_object (&self->about);
  self->about = cairn_threads_new_one (cairn_frame_page_get_session (CAIRN_FRAME_PAGE (self)), key);
  g_signal_connect_object (self->about, "items-changed", G_CALLBACK (about_changed_cb), self, G_CONNECT_SWAPPED);
}

/* A thread that was opened here has come to the portal, and is called by its name there. */
static void
key_cb (CairnMessagesPage *self)
{
  const char *key = cairn_conversation_get_key (self->conversation);

  cairn_composer_set_key (self->composer, key);
  cairn_thread_list_set_key (self->threads, key);
  watch_about (self, key);
}

static void
close_conversation (CairnMessagesPage *self)
{
  if (self->conversation == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->conversation, self);
  cairn_frame_page_set_place (CAIRN_FRAME_PAGE (self), NULL);
  cairn_conversation_view_set_conversation (self->view, NULL);
  g_clear_object (&self->conversation);
  g_clear_object (&self->about);
}

static void
ask_recipients (CairnMessagesPage *self)
{
  self->recipients = cairn_recipients_new (cairn_frame_page_get_session (CAIRN_FRAME_PAGE (self)));
  cairn_composer_set_recipients (self->composer, self->recipients);
  cairn_new_message_set_recipients (self->new_message, self->recipients);
}

/* The pane beside the list shows a conversation or a new message. */
static void
show_body (CairnMessagesPage *self,
           const char        *name)
{
  gboolean conversation = g_str_equal (name, "conversation");

  g_object_set (self, "can-print", conversation, "can-save", conversation, NULL);
  cairn_composer_set_tall (self->composer, !conversation && !cairn_frame_page_get_narrow (CAIRN_FRAME_PAGE (self)));
  show_closed (self, NULL);
  gtk_stack_set_visible_child_name (self->body_stack, name);
  gtk_stack_set_visible_child_name (self->conversation_stack, "open");
  adw_leaflet_set_visible_child (self->leaflet, self->conversation_page);
}

static void
show_conversation (CairnMessagesPage *self,
                   const char        *key)
{
  CairnSession *session = cairn_frame_page_get_session (CAIRN_FRAME_PAGE (self));

  if (self->conversation == NULL || !g_str_equal (cairn_conversation_get_key (self->conversation), key))
    {
      close_conversation (self);
      self->conversation = cairn_conversation_new (session, key);
      g_signal_connect_object (self->conversation, "notify::key", G_CALLBACK (key_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->conversation, "items-changed", G_CALLBACK (update_answers), self, G_CONNECT_SWAPPED);
      adw_window_title_set_title (self->conversation_title, "");
      adw_window_title_set_subtitle (self->conversation_title, "");
      cairn_composer_open (self->composer, key);
      cairn_conversation_view_set_conversation (self->view, self->conversation);
      watch_about (self, key);
    }
  cairn_thread_list_set_key (self->threads, key);
  show_body (self, "conversation");
  update_about (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    cairn_composer_take_focus (self->composer);
}

static void
new_message_changed_cb (CairnMessagesPage *self)
{
  cairn_composer_set_topic (self->composer, cairn_new_message_get_topic (self->new_message));
  cairn_composer_set_recipient (self->composer, cairn_new_message_get_reference (self->new_message),
                                cairn_new_message_get_name (self->new_message));
}

static void
incomplete_cb (CairnMessagesPage *self)
{
  if (gtk_stack_get_visible_child (self->body_stack) == GTK_WIDGET (self->new_message))
    cairn_new_message_show_missing (self->new_message);
}

/* A message that was begun before comes up as it was left. */
static void
draft_cb (CairnMessagesPage *self,
          const char        *topic,
          const char        *reference,
          const char        *name)
{
  cairn_new_message_fill (self->new_message, topic, reference, name);
  new_message_changed_cb (self);
}

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(CairnMessagesPage) self = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *key = cairn_session_find_thread_finish (CAIRN_SESSION (source), result, &error);

  if (key != NULL && self->leaflet != NULL)
    show_conversation (self, key);
  else if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_message ("Opening a thread: %s", error->message);
}

static void
open_thread (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  cairn_messages_page_open_thread (CAIRN_MESSAGES_PAGE (widget), g_variant_get_string (parameter, NULL));
}

/* A message that was found, by the words searched for. */
static void
open_found (GtkWidget  *widget,
            const char *action,
            GVariant   *parameter)
{
  CairnMessagesPage *self = CAIRN_MESSAGES_PAGE (widget);
  const char *key, *search;
  gint64 found;

  g_variant_get (parameter, "(&sx&s)", &key, &found, &search);
  show_conversation (self, key);
  cairn_conversation_view_go_to (self->view, found, search);
}

static void
sent_cb (CairnMessagesPage *self,
         const char        *key)
{
  show_conversation (self, key);
  cairn_conversation_view_go_to_end (self->view);
}

typedef struct
{
  CairnMessagesPage *page;
  char              *key;
  char              *words;
} Taking;

static void
taken_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  Taking *taking = data;
  g_autoptr(CairnMessagesPage) self = taking->page;
  g_autofree char *key = taking->key;
  g_autofree char *words = taking->words;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = cairn_outbox_take_finish (CAIRN_OUTBOX (source), result, &error);

  g_free (taking);
  if (self->leaflet == NULL)
    return;
  if (text == NULL)
    g_message ("Taking a message back: %s", error->message);
  else if (self->conversation != NULL && g_str_equal (cairn_conversation_get_key (self->conversation), key))
    {
      cairn_composer_add_words (self->composer, words);
      cairn_composer_take_focus (self->composer);
    }
}

/* What was written comes back to be written on. */
static void
take_back (GtkWidget  *widget,
           const char *action,
           GVariant   *parameter)
{
  CairnMessagesPage *self = CAIRN_MESSAGES_PAGE (widget);
  guint n = self->conversation != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->conversation)) : 0;

  for (guint i = n; i > 0; i--)
    {
      g_autoptr(CairnMessage) message = g_list_model_get_item (G_LIST_MODEL (self->conversation), i - 1);
      CairnOutboxItem *item = cairn_message_get_item (message);
      Taking *taking;

      if (item == NULL || cairn_outbox_item_get_number (item) != g_variant_get_int64 (parameter))
        continue;
      taking = g_new0 (Taking, 1);
      taking->page = g_object_ref (self);
      taking->key = g_strdup (cairn_conversation_get_key (self->conversation));
      taking->words = g_strdup (cairn_message_get_words (message));
      cairn_outbox_take_async (cairn_session_get_outbox (cairn_frame_page_get_session (CAIRN_FRAME_PAGE (self))),
                               cairn_outbox_item_get_number (item), NULL, taken_cb, taking);
      return;
    }
}

static void
output (CairnFramePage *page,
        gboolean        prints)
{
  CairnMessagesPage *self = CAIRN_MESSAGES_PAGE (page);

  if (self->conversation != NULL)
    cairn_thread_print_start (page, self->toasts, self->conversation, adw_window_title_get_title (self->conversation_title),
                              adw_window_title_get_subtitle (self->conversation_title), prints);
}

static void
cairn_messages_page_save (CairnFramePage *page)
{
  output (page, FALSE);
}

static void
cairn_messages_page_print (CairnFramePage *page)
{
  output (page, TRUE);
}

static gboolean
cairn_messages_page_go_back (CairnFramePage *page)
{
  CairnMessagesPage *self = CAIRN_MESSAGES_PAGE (page);

  if (!is_folded (self) || is_list_shown (self))
    return FALSE;
  adw_leaflet_set_visible_child (self->leaflet, self->list_page);
  cairn_thread_list_focus (self->threads);
  return TRUE;
}

static void
cairn_messages_page_focus (CairnFramePage *page)
{
  CairnMessagesPage *self = CAIRN_MESSAGES_PAGE (page);

  if (is_folded (self) && !is_list_shown (self))
    cairn_composer_take_focus (self->composer);
  else
    cairn_thread_list_focus (self->threads);
}

/* Folded there is nothing beside the list to show which thread is open. */
static void
folded_cb (CairnMessagesPage *self)
{
  place_bars (self);
}

/* Search is over the list, so the list comes up. */
static void
search_mode_cb (CairnMessagesPage *self)
{
  gboolean on;

  g_object_get (self, "search-mode", &on, NULL);
  if (on)
    adw_leaflet_set_visible_child (self->leaflet, self->list_page);
}

static void
narrow_cb (CairnMessagesPage *self)
{
  if (gtk_stack_get_visible_child (self->body_stack) == GTK_WIDGET (self->new_message))
    cairn_composer_set_tall (self->composer, !cairn_frame_page_get_narrow (CAIRN_FRAME_PAGE (self)));
  cairn_conversation_view_set_narrow (self->view, cairn_frame_page_get_narrow (CAIRN_FRAME_PAGE (self)));
}

static void
cairn_messages_page_constructed (GObject *object)
{
  CairnMessagesPage *self = CAIRN_MESSAGES_PAGE (object);
  CairnSession *session = cairn_frame_page_get_session (CAIRN_FRAME_PAGE (self));

  G_OBJECT_CLASS (cairn_messages_page_parent_class)->constructed (object);

  cairn_thread_list_set_session (self->threads, session);
  cairn_composer_set_session (self->composer, session);
  ask_recipients (self);
  g_object_bind_property (self, "search-mode", self->threads, "search-mode", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_signal_connect (self, "notify::search-mode", G_CALLBACK (search_mode_cb), NULL);
  g_signal_connect (self, "notify::narrow", G_CALLBACK (narrow_cb), NULL);
}

static void
cairn_messages_page_dispose (GObject *object)
{
  CairnMessagesPage *self = CAIRN_MESSAGES_PAGE (object);

  g_clear_weak_pointer (&self->bars);
  g_clear_object (&self->recipients);
  if (self->leaflet != NULL)
    close_conversation (self);
  /* GTK takes a bound child out of its parent, which AdwBin does not notice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_MESSAGES_PAGE);
  self->leaflet = NULL;

  G_OBJECT_CLASS (cairn_messages_page_parent_class)->dispose (object);
}

static void
cairn_messages_page_class_init (CairnMessagesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  CairnFramePageClass *page_class = CAIRN_FRAME_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->constructed = cairn_messages_page_constructed;
  G_OBJECT_CLASS (klass)->dispose = cairn_messages_page_dispose;
  page_class->own_header = TRUE;
  page_class->focus = cairn_messages_page_focus;
  page_class->go_back = cairn_messages_page_go_back;
  page_class->print = cairn_messages_page_print;
  page_class->save = cairn_messages_page_save;
  page_class->take_bars = cairn_messages_page_take_bars;

  g_type_ensure (CAIRN_TYPE_BAR);
  g_type_ensure (CAIRN_TYPE_COMPOSER);
  g_type_ensure (CAIRN_TYPE_CONVERSATION_VIEW);
  g_type_ensure (CAIRN_TYPE_NEW_MESSAGE);
  g_type_ensure (CAIRN_TYPE_THREAD_LIST);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-messages-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnMessagesPage, bars_beside);
  gtk_widget_class_bind_template_child (widget_class, CairnMessagesPage, bars_over_list);
  gtk_widget_class_bind_template_child (widget_class, CairnMessagesPage, body_stack);
  gtk_widget_class_bind_template_child (widget_class, CairnMessagesPage, closed_bar);
  gtk_widget_class_bind_template_child (widget_class, CairnMessagesPage, composer);
  gtk_widget_class_bind_template_child (widget_class, CairnMessagesPage, conversation_page);
  gtk_widget_class_bind_template_child (widget_class, CairnMessagesPage, conversation_stack);
  gtk_widget_class_bind_template_child (widget_class, CairnMessagesPage, conversation_title);
  gtk_widget_class_bind_template_child (widget_class, CairnMessagesPage, leaflet);
  gtk_widget_class_bind_template_child (widget_class, CairnMessagesPage, list_page);
  gtk_widget_class_bind_template_child (widget_class, CairnMessagesPage, new_message);
  gtk_widget_class_bind_template_child (widget_class, CairnMessagesPage, threads);
  gtk_widget_class_bind_template_child (widget_class, CairnMessagesPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, CairnMessagesPage, view);
  gtk_widget_class_bind_template_callback (widget_class, draft_cb);
  gtk_widget_class_bind_template_callback (widget_class, folded_cb);
  gtk_widget_class_bind_template_callback (widget_class, incomplete_cb);
  gtk_widget_class_bind_template_callback (widget_class, new_message_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, sent_cb);
  gtk_widget_class_install_action (widget_class, "conversation.take-back", "x", take_back);
  gtk_widget_class_install_action (widget_class, "messages.open", "s", open_thread);
  gtk_widget_class_install_action (widget_class, "messages.open-found", "(sxs)", open_found);
}

static void
cairn_messages_page_init (CairnMessagesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* @key: of a thread, or "Communication/id" of one of its messages. */
void
cairn_messages_page_open_thread (CairnMessagesPage *self,
                                 const char        *key)
{
  g_return_if_fail (CAIRN_IS_MESSAGES_PAGE (self));
  g_return_if_fail (key != NULL);

  if (g_str_has_prefix (key, "Communication/"))
    cairn_session_find_thread_async (cairn_frame_page_get_session (CAIRN_FRAME_PAGE (self)), key,
                                     cairn_frame_page_get_cancellable (CAIRN_FRAME_PAGE (self)), found_cb, g_object_ref (self));
  else
    show_conversation (self, key);
}

/* To somebody, about something: a thread that is not there yet. */
void
cairn_messages_page_write_new (CairnMessagesPage *self)
{
  g_return_if_fail (CAIRN_IS_MESSAGES_PAGE (self));

  close_conversation (self);
  cairn_thread_list_set_key (self->threads, NULL);
  adw_window_title_set_title (self->conversation_title, _("New Message"));
  adw_window_title_set_subtitle (self->conversation_title, "");
  cairn_new_message_fill (self->new_message, NULL, NULL, NULL);
  cairn_composer_open (self->composer, NULL);
  show_body (self, "new");
  cairn_new_message_take_focus (self->new_message);
}

CairnFramePage *
cairn_messages_page_new (CairnSession *session)
{
  return g_object_new (CAIRN_TYPE_MESSAGES_PAGE,
                       "session", session,
                       "title", _("Messages"),
                       "searchable", TRUE,
                       NULL);
}
