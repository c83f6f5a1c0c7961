/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All threads, that with the newest message first, and the search over them. A chosen thread is told by the action
 * "messages.open", a message that was found by "messages.open-found".
 */

#include "config.h"

#include <glib/gi18n.h>

#include "client/cairn-draft.h"
#include "messages/cairn-message-words.h"
#include "messages/cairn-thread-cell.h"
#include "messages/cairn-thread-list.h"
#include "parts/cairn-states.h"
#include "parts/cairn-sync-status.h"

/* The open thread is looked for among so many: it comes to the top when something is written in it. */
#define N_NEAR 200
/* One screenful at first; the rest of the rows that GTK 4.8 makes of any list follow frame by frame. */
#define FIRST_ROWS 16
#define ROWS_A_FRAME 8
#define ENOUGH_ROWS 240

struct _CairnThreadList
{
  AdwBin parent_instance;

  GtkWidget          *draft;
  GtkLabel           *draft_words;
  GtkListView        *list;
  GtkSearchBar       *search_bar;
  GtkSearchEntry     *search_entry;
  CairnStates        *states;

  CairnSession       *session;
  CairnThreads       *threads;
  GtkSliceListModel  *slice;
  GtkSingleSelection *selection;
  CairnThread        *open;       /* the thread that is open, once it is known */
  char               *key;
  gboolean            search_mode;
  guint               grow;
  gboolean            wants_focus; /* as soon as there is something to go to */
};

G_DEFINE_FINAL_TYPE (CairnThreadList, cairn_thread_list, ADW_TYPE_BIN)

enum
{
  PROP_SEARCH_MODE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static gboolean
is_searched (CairnThreadList *self)
{
  return *gtk_editable_get_text (GTK_EDITABLE (self->search_entry)) != '\0';
}

static void
show_empty (CairnThreadList *self)
{
  if (is_searched (self))
    cairn_states_set_empty (self->states, "edit-find-symbolic", _("Nothing found"),
                            _("No message has all of these words. Try fewer or shorter ones."));
  else if (cairn_sync_get_running (cairn_session_get_sync (self->session)) &&
           cairn_sync_get_last_sync (cairn_session_get_sync (self->session)) == 0)
    cairn_states_set_empty (self->states, "view-refresh-symbolic", _("Your messages are on their way"),
                            _("They appear here as they arrive from the clinic."));
  else
    cairn_states_set_empty (self->states, "mail-unread-symbolic", _("No messages yet"),
                            _("What you and your care team write to each other appears here."));
}

static void
update_state (CairnThreadList *self)
{
  const GError *failure = cairn_sync_status_get_failure (self->session);
  g_autoptr(GError) error = NULL;
  gboolean loading;

  g_object_get (self->threads, "loading", &loading, "error", &error, NULL);
  if (g_list_model_get_n_items (G_LIST_MODEL (self->threads)) > 0)
    cairn_states_set_state (self->states, CAIRN_STATE_CONTENT);
  else if (error != NULL)
    cairn_states_set_error (self->states, error);
  else if (loading)
    cairn_states_set_state (self->states, CAIRN_STATE_LOADING);
  else if (failure != NULL && !is_searched (self))
    cairn_states_set_failure (self->states, _("Your messages could not be fetched"), failure);
  else
    show_empty (self);
}

/* A message to somebody new that is not finished has no thread to stand in. */
static void
update_draft (CairnThreadList *self)
{
  const char *draft = cairn_outbox_get_draft_line (cairn_session_get_outbox (self->session), "");
  g_autofree char *words = cairn_message_words_dup_draft (draft);

  gtk_widget_set_visible (self->draft, draft != NULL && !is_searched (self));
  gtk_label_set_text (self->draft_words, words);
}

static void
retry_cb (CairnThreadList *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.sync", NULL);
  update_state (self);
}

static gboolean
find_open (CairnThreadList *self,
           guint           *position)
{
  guint n = MIN (g_list_model_get_n_items (G_LIST_MODEL (self->threads)), N_NEAR);

  if (self->open != NULL && cairn_threads_find (self->threads, self->open, position))
    return TRUE;
  g_clear_object (&self->open);
  for (guint i = 0; self->key != NULL && i < n; i++)
    {
      g_autoptr(CairnThread) thread = g_list_model_get_item (G_LIST_MODEL (self->threads), i);

      if (g_strcmp0 (cairn_thread_get_key (thread), self->key) != 0)
        continue;
      self->open = g_steal_pointer (&thread);
      *position = i;
      return TRUE;
    }
  return FALSE;
}

/* The open thread is the selected one wherever it moves. */
static void
select_open (CairnThreadList *self)
{
  guint position = GTK_INVALID_LIST_POSITION;

  if (self->key == NULL || !find_open (self, &position))
    position = GTK_INVALID_LIST_POSITION;
  if (gtk_single_selection_get_selected (self->selection) != position)
    gtk_single_selection_set_selected (self->selection, position);
}

static gboolean
grow_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       data)
{
  CairnThreadList *self = data;
  guint size = gtk_slice_list_model_get_size (self->slice);

  gtk_slice_list_model_set_size (self->slice, size < ENOUGH_ROWS ? size + ROWS_A_FRAME : G_MAXUINT);
  if (size < ENOUGH_ROWS)
    return G_SOURCE_CONTINUE;
  select_open (self);
  self->grow = 0;
  return G_SOURCE_REMOVE;
}

static void
items_changed_cb (CairnThreadList *self)
{
  update_state (self);
  select_open (self);
  if (self->grow == 0 && gtk_slice_list_model_get_size (self->slice) < ENOUGH_ROWS &&
      g_list_model_get_n_items (G_LIST_MODEL (self->threads)) > FIRST_ROWS)
    self->grow = gtk_widget_add_tick_callback (GTK_WIDGET (self), grow_cb, self, NULL);
  if (self->wants_focus && g_list_model_get_n_items (G_LIST_MODEL (self->threads)) > 0)
    cairn_thread_list_focus (self);
}

static void
search_changed_cb (CairnThreadList *self)
{
  if (self->threads == NULL)
    return;
  cairn_threads_set_search (self->threads, gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
  update_draft (self);
  update_state (self);
}

/* Enter and Down go on to what was found. */
static void
go_on (GtkWidget  *widget,
       const char *action,
       GVariant   *parameter)
{
  CairnThreadList *self = CAIRN_THREAD_LIST (widget);

  if (cairn_states_get_state (self->states) == CAIRN_STATE_CONTENT)
    gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

static void
search_activate_cb (CairnThreadList *self)
{
  go_on (GTK_WIDGET (self), NULL, NULL);
}

static void
activate_cb (CairnThreadList *self,
             guint            position)
{
  g_autoptr(CairnThread) thread = g_list_model_get_item (G_LIST_MODEL (self->threads), position);

  if (thread == NULL || cairn_thread_get_key (thread) == NULL)
    return;
  if (cairn_thread_get_found (thread) != 0)
    gtk_widget_activate_action (GTK_WIDGET (self), "messages.open-found", "(sxs)", cairn_thread_get_key (thread),
                                cairn_thread_get_found (thread), gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "messages.open", "s", cairn_thread_get_key (thread));
}

static void
setup_cb (CairnThreadList *self,
          GtkListItem     *item)
{
  gtk_list_item_set_child (item, cairn_thread_cell_new (cairn_session_get_outbox (self->session), self->threads));
}

static void
bind_cb (CairnThreadList *self,
         GtkListItem     *item)
{
  cairn_thread_cell_set_thread (CAIRN_THREAD_CELL (gtk_list_item_get_child (item)), gtk_list_item_get_item (item));
}

static void
unbind_cb (CairnThreadList *self,
           GtkListItem     *item)
{
  cairn_thread_cell_set_thread (CAIRN_THREAD_CELL (gtk_list_item_get_child (item)), NULL);
}

static void
cairn_thread_list_get_property (GObject    *object,
                                guint       id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  if (id == PROP_SEARCH_MODE)
    g_value_set_boolean (value, CAIRN_THREAD_LIST (object)->search_mode);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cairn_thread_list_set_property (GObject      *object,
                                guint         id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  CairnThreadList *self = CAIRN_THREAD_LIST (object);

  if (id != PROP_SEARCH_MODE)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  if (self->search_mode == g_value_get_boolean (value))
    return;
  self->search_mode = g_value_get_boolean (value);
  if (!self->search_mode)
    gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  g_object_notify_by_pspec (object, pspec);
}

static void
cairn_thread_list_dispose (GObject *object)
{
  CairnThreadList *self = CAIRN_THREAD_LIST (object);

  if (self->list != NULL)
    gtk_list_view_set_model (self->list, NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->slice);
  /* GTK takes a bound child out of its parent, which AdwBin does not notice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_THREAD_LIST);
  g_clear_object (&self->open);
  g_clear_object (&self->threads);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (cairn_thread_list_parent_class)->dispose (object);
}

static void
cairn_thread_list_finalize (GObject *object)
{
  g_free (CAIRN_THREAD_LIST (object)->key);

  G_OBJECT_CLASS (cairn_thread_list_parent_class)->finalize (object);
}

static void
cairn_thread_list_class_init (CairnThreadListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = cairn_thread_list_dispose;
  object_class->finalize = cairn_thread_list_finalize;
  object_class->get_property = cairn_thread_list_get_property;
  object_class->set_property = cairn_thread_list_set_property;

  properties[PROP_SEARCH_MODE] = g_param_spec_boolean ("search-mode", NULL, NULL, FALSE,
                                                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (CAIRN_TYPE_STATES);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-thread-list.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnThreadList, draft);
  gtk_widget_class_bind_template_child (widget_class, CairnThreadList, draft_words);
  gtk_widget_class_bind_template_child (widget_class, CairnThreadList, list);
  gtk_widget_class_bind_template_child (widget_class, CairnThreadList, search_bar);
  gtk_widget_class_bind_template_child (widget_class, CairnThreadList, search_entry);
  gtk_widget_class_bind_template_child (widget_class, CairnThreadList, states);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
  gtk_widget_class_install_action (widget_class, "threads.go-on", NULL, go_on);
}

static void
cairn_thread_list_init (CairnThreadList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));
  g_object_bind_property (self, "search-mode", self->search_bar, "search-mode-enabled",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
}

void
cairn_thread_list_set_session (CairnThreadList *self,
                               CairnSession    *session)
{
  g_return_if_fail (CAIRN_IS_THREAD_LIST (self));
  g_return_if_fail (CAIRN_IS_SESSION (session));
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  self->threads = cairn_threads_new (session);
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  self->slice = gtk_slice_list_model_new (g_object_ref (G_LIST_MODEL (self->threads)), 0, FIRST_ROWS);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->slice));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->threads, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (self->threads, "notify::loading", G_CALLBACK (update_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->threads, "notify::error", G_CALLBACK (update_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cairn_session_get_sync (session), "notify::running", G_CALLBACK (update_state), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (cairn_session_get_outbox (session), "draft-changed", G_CALLBACK (update_draft), self,
                           G_CONNECT_SWAPPED);
  update_draft (self);
  update_state (self);
}

/* The thread that is open beside the list; NULL when there is none. */
void
cairn_thread_list_set_key (CairnThreadList *self,
                           const char      *key)
{
  g_return_if_fail (CAIRN_IS_THREAD_LIST (self));

  if (g_strcmp0 (self->key, key) != 0)
    {
      g_free (self->key);
      self->key = g_strdup (key);
      g_clear_object (&self->open);
    }
  select_open (self);
}

void
cairn_thread_list_focus (CairnThreadList *self)
{
  g_return_if_fail (CAIRN_IS_THREAD_LIST (self));

  self->wants_focus = FALSE;
  if (self->search_mode)
    gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
  else if (cairn_states_get_state (self->states) == CAIRN_STATE_LOADING)
    self->wants_focus = TRUE;
  else if (cairn_states_get_state (self->states) == CAIRN_STATE_CONTENT)
    gtk_widget_grab_focus (GTK_WIDGET (self->list));
  else
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}
