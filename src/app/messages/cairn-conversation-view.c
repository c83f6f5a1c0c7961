/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The messages of one thread, oldest first, opened at the newest and kept there while the reader is. What stands in
 * sight of an active window has been read.
 */

#include "config.h"

#include "fhir/cairn-date.h"
#include "messages/cairn-conversation-view.h"
#include "messages/cairn-message-cell.h"
#include "messages/cairn-message-words.h"
#include "messages/cairn-tail.h"

/* Heights of rows are known frame by frame; after so many they hold still. */
#define SETTLE_FRAMES 6
#define NEAR_END 24
/* One screenful at first; the rest of the rows that the list makes of a longer one follow frame by frame. */
#define FIRST_ROWS 20
#define ROWS_A_FRAME 8
#define ENOUGH_ROWS 240
/* On the way to an older one that was found, more of them */
#define ROWS_TO_FOUND 32
/* So long what stands at a message that was found holds it there, while rows around it get their heights. */
#define FOUND_FRAMES 6
#define FOUND_MAX_FRAMES 180
/* Messages come by the hundred; so many rows a frame say what came. */
#define FILLED_A_FRAME 3

#define LATE_KEY "cairn-late"

struct _CairnConversationView
{
  AdwBin parent_instance;

  GtkListView       *list;
  GtkScrolledWindow *scroller;

  CairnConversation *conversation;
  CairnSession      *session;
  CairnTail         *tail;       /* what is shown of it */
  GtkRoot           *window;
  GHashTable        *items;      /* bound GtkListItems */
  GQueue             late;       /* those whose message has come and is not shown yet */
  int                width;      /* of the list */
  gboolean           narrow;
  gboolean           at_end;
  gint64             found;      /* the message to go to, 0 when there is none */
  char              *search;     /* words to mark */
  guint              found_frames;
  guint              tries;
  gboolean           moving;     /* by us */
  guint              frames;
  guint              places;
  guint              grow;
  guint              fill;
  guint              tick;
};

G_DEFINE_FINAL_TYPE (CairnConversationView, cairn_conversation_view, ADW_TYPE_BIN)

static void scrolled_cb (CairnConversationView *self);

static CairnMessage *
get_message (CairnConversationView *self,
             guint                  position)
{
  return g_list_model_get_item (G_LIST_MODEL (self->conversation), position);
}

static gboolean
is_same_person (CairnMessage *a,
                CairnMessage *b)
{
  return cairn_message_get_own (a) == cairn_message_get_own (b) &&
         (cairn_message_get_own (a) || g_strcmp0 (cairn_message_get_sender (a), cairn_message_get_sender (b)) == 0);
}

static void
place_cell (CairnConversationView *self,
            GtkListItem           *item)
{
  guint position = gtk_list_item_get_position (item) + cairn_tail_get_n_hidden (self->tail);
  CairnMessage *message = gtk_list_item_get_item (item);
  g_autoptr(CairnMessage) before = NULL, after = NULL;
  g_autofree char *day = NULL;
  gboolean last;

  if (self->conversation == NULL || message == NULL || !cairn_message_get_loaded (message))
    return;
  before = position > 0 ? get_message (self, position - 1) : NULL;
  after = get_message (self, position + 1);
  if (before == NULL || (cairn_message_get_loaded (before) &&
                         !cairn_message_words_same_day (cairn_message_get_sent (before), cairn_message_get_sent (message))))
    day = cairn_message_words_dup_day (cairn_message_get_sent (message), cairn_date_now ());
  last = after == NULL || !cairn_message_get_loaded (after) || !is_same_person (message, after) ||
         !cairn_message_words_same_day (cairn_message_get_sent (message), cairn_message_get_sent (after));
  cairn_message_cell_set_place (CAIRN_MESSAGE_CELL (gtk_list_item_get_child (item)), day, last);
}

static gboolean
places_cb (gpointer data)
{
  CairnConversationView *self = data;
  GHashTableIter iter;
  gpointer item;

  self->places = 0;
  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    if (g_object_get_data (item, LATE_KEY) == NULL)
      place_cell (self, item);
  return G_SOURCE_REMOVE;
}

/* Before the next frame is drawn. */
static void
queue_places (CairnConversationView *self)
{
  if (self->places == 0)
    self->places = g_idle_add_full (G_PRIORITY_HIGH_IDLE, places_cb, self, NULL);
}

static gboolean
fill_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       data)
{
  CairnConversationView *self = data;

  for (guint i = 0; i < FILLED_A_FRAME && !g_queue_is_empty (&self->late); i++)
    {
      GtkListItem *item = g_queue_pop_tail (&self->late);   /* the newest, which is the nearest */

      g_object_set_data (G_OBJECT (item), LATE_KEY, NULL);
      place_cell (self, item);
    }
  if (!g_queue_is_empty (&self->late))
    return G_SOURCE_CONTINUE;
  queue_places (self);
  self->fill = 0;
  return G_SOURCE_REMOVE;
}

static void
message_cb (GtkListItem *item)
{
  CairnMessageCell *cell = CAIRN_MESSAGE_CELL (gtk_list_item_get_child (item));
  CairnConversationView *self = (gpointer) gtk_widget_get_ancestor (GTK_WIDGET (cell), CAIRN_TYPE_CONVERSATION_VIEW);

  if (self == NULL)
    return;
  if (cairn_message_cell_get_placed (cell))
    {
      cairn_message_cell_update (cell);
      queue_places (self);
      return;
    }
  if (g_object_get_data (G_OBJECT (item), LATE_KEY) != NULL)
    return;
  g_object_set_data (G_OBJECT (item), LATE_KEY, self);
  g_queue_push_tail (&self->late, item);
  if (self->fill == 0)
    self->fill = gtk_widget_add_tick_callback (GTK_WIDGET (self), fill_cb, self, NULL);
}

static void
setup_cb (CairnConversationView *self,
          GtkListItem           *item)
{
  gtk_list_item_set_child (item, cairn_message_cell_new (self->session));
}

static void
bind_cb (CairnConversationView *self,
         GtkListItem           *item)
{
  CairnMessageCell *cell = CAIRN_MESSAGE_CELL (gtk_list_item_get_child (item));

  g_hash_table_add (self->items, item);
  g_signal_connect_object (gtk_list_item_get_item (item), "changed", G_CALLBACK (message_cb), item, G_CONNECT_SWAPPED);
  cairn_message_cell_set_narrow (cell, self->narrow);
  cairn_message_cell_set_width (cell, self->width);
  cairn_message_cell_set_search (cell, self->search);
  cairn_message_cell_set_message (cell, gtk_list_item_get_item (item));
  place_cell (self, item);
}

static void
unbind_cb (CairnConversationView *self,
           GtkListItem           *item)
{
  g_hash_table_remove (self->items, item);
  if (g_object_get_data (G_OBJECT (item), LATE_KEY) != NULL)
    g_queue_remove (&self->late, item);
  g_object_set_data (G_OBJECT (item), LATE_KEY, NULL);
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (item), message_cb, item);
  cairn_message_cell_set_message (CAIRN_MESSAGE_CELL (gtk_list_item_get_child (item)), NULL);
}

/* What is in sight of a person has been read. */
static void
note_seen (CairnConversationView *self)
{
  if (self->conversation == NULL || self->window == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)) || !self->at_end ||
      !gtk_window_is_active (GTK_WINDOW (self->window)) || g_list_model_get_n_items (G_LIST_MODEL (self->conversation)) == 0)
    return;
  cairn_conversation_mark_read (self->conversation);
}

static void
update_width (CairnConversationView *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self->list));
  GHashTableIter iter;
  gpointer item;

  if (self->width == width)
    return;
  self->width = width;
  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    cairn_message_cell_set_width (CAIRN_MESSAGE_CELL (gtk_list_item_get_child (item)), width);
}

static CairnMessageCell *
find_cell (CairnConversationView *self,
           guint                  position)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    if (gtk_list_item_get_position (item) == position)
      return CAIRN_MESSAGE_CELL (gtk_list_item_get_child (item));
  return NULL;
}

/* A third of the way down is the message that was found, with what it answers above it. */
static void
hold_found (CairnConversationView *self,
            GtkWidget             *cell)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  graphene_rect_t bounds;

  if (!gtk_widget_compute_bounds (cell, GTK_WIDGET (self->scroller), &bounds))
    return;
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + bounds.origin.y -
                                        gtk_adjustment_get_page_size (adjustment) / 3);
  if (cairn_message_cell_get_placed (CAIRN_MESSAGE_CELL (cell)))
    self->found_frames++;
}

/* One frame on the way to the message that was found; whether it is not over. */
static gboolean
approach_found (CairnConversationView *self)
{
  CairnMessageCell *cell;
  guint position, hidden;

  if (self->conversation == NULL || self->tries++ > FOUND_MAX_FRAMES || self->found_frames >= FOUND_FRAMES)
    return FALSE;
  if (g_list_model_get_n_items (G_LIST_MODEL (self->conversation)) == 0)
    return TRUE;
  if (!cairn_conversation_find (self->conversation, self->found, &position))
    return FALSE;
  hidden = cairn_tail_get_n_hidden (self->tail);
  if (position < hidden)
    {
      cairn_tail_show_more (self->tail, g_list_model_get_n_items (G_LIST_MODEL (self->tail)) >= ENOUGH_ROWS ? G_MAXUINT
                                                                                                         : ROWS_TO_FOUND);
      return TRUE;
    }
  cell = find_cell (self, position - hidden);
  self->moving = TRUE;
  if (cell != NULL && gtk_widget_get_height (GTK_WIDGET (cell)) > 0)
    hold_found (self, GTK_WIDGET (cell));
  else
    gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position - hidden);
  self->moving = FALSE;
  return TRUE;
}

static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       data)
{
  CairnConversationView *self = data;
  guint n = self->tail != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->tail)) : 0;
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);

  if (self->found != 0)
    {
      update_width (self);
      if (approach_found (self))
        return G_SOURCE_CONTINUE;
      self->found = 0;
    }
  self->frames++;
  update_width (self);
  /* Only a list that was given its room can be scrolled. */
  if (self->at_end && n > 0 && self->frames > 1)
    {
      self->moving = TRUE;
      if (self->frames <= 3)
        gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", n - 1);
      gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment));
      self->moving = FALSE;
    }
  if (self->frames < SETTLE_FRAMES)
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  if (!self->at_end)
    scrolled_cb (self);
  return G_SOURCE_REMOVE;
}

static void
settle (CairnConversationView *self)
{
  self->frames = 0;
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, self, NULL);
}

/* With so many rows the list view makes no more of them, whatever the list's length. */
static void
show_more (CairnConversationView *self)
{
  gboolean enough = g_list_model_get_n_items (G_LIST_MODEL (self->tail)) + ROWS_A_FRAME >= ENOUGH_ROWS;

  cairn_tail_show_more (self->tail, enough ? G_MAXUINT : ROWS_A_FRAME);
}

static gboolean
grow_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       data)
{
  CairnConversationView *self = data;

  /* Not before the first ones stand where they shall */
  if (self->found != 0 || (self->tick != 0 && self->frames < 3))
    return G_SOURCE_CONTINUE;
  if (self->tail != NULL && cairn_tail_get_n_hidden (self->tail) > 0)
    show_more (self);
  if (self->tail != NULL && cairn_tail_get_n_hidden (self->tail) > 0)
    return G_SOURCE_CONTINUE;
  self->grow = 0;
  return G_SOURCE_REMOVE;
}

static void
scrolled_cb (CairnConversationView *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);

  if (self->moving || self->tick != 0)
    return;
  self->at_end = gtk_adjustment_get_value (adjustment) >=
                 gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment) - NEAR_END;
  note_seen (self);
}

/* The room became another one: the newest message stays in sight. */
static void
room_cb (CairnConversationView *self)
{
  if (self->at_end && self->tick == 0 && !self->moving)
    settle (self);
}

static void
items_changed_cb (CairnConversationView *self)
{
  queue_places (self);
  if (self->at_end)
    settle (self);
  if (self->grow == 0 && cairn_tail_get_n_hidden (self->tail) > 0)
    self->grow = gtk_widget_add_tick_callback (GTK_WIDGET (self), grow_cb, self, NULL);
  note_seen (self);
}

static void
root_cb (CairnConversationView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (self->window != NULL)
    g_signal_handlers_disconnect_by_func (self->window, note_seen, self);
  g_set_weak_pointer (&self->window, GTK_IS_WINDOW (root) ? root : NULL);
  if (self->window != NULL)
    g_signal_connect_object (self->window, "notify::is-active", G_CALLBACK (note_seen), self, G_CONNECT_SWAPPED);
}

static void
cairn_conversation_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (cairn_conversation_view_parent_class)->map (widget);

  settle (CAIRN_CONVERSATION_VIEW (widget));
  note_seen (CAIRN_CONVERSATION_VIEW (widget));
}

static void
drop_conversation (CairnConversationView *self)
{
  if (self->conversation == NULL)
    return;
  g_signal_handlers_disconnect_by_func (self->conversation, items_changed_cb, self);
  gtk_list_view_set_model (self->list, NULL);
  g_clear_object (&self->tail);
  g_clear_object (&self->conversation);
}

static void
cairn_conversation_view_dispose (GObject *object)
{
  CairnConversationView *self = CAIRN_CONVERSATION_VIEW (object);

  g_clear_handle_id (&self->places, g_source_remove);
  g_clear_weak_pointer (&self->window);
  if (self->list != NULL)
    drop_conversation (self);
  /* GTK takes a bound child out of its parent, which AdwBin does not notice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_CONVERSATION_VIEW);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (cairn_conversation_view_parent_class)->dispose (object);
}

static void
cairn_conversation_view_finalize (GObject *object)
{
  g_hash_table_unref (CAIRN_CONVERSATION_VIEW (object)->items);
  g_free (CAIRN_CONVERSATION_VIEW (object)->search);

  G_OBJECT_CLASS (cairn_conversation_view_parent_class)->finalize (object);
}

static void
cairn_conversation_view_class_init (CairnConversationViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_conversation_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = cairn_conversation_view_finalize;
  widget_class->map = cairn_conversation_view_map;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/cairnhealth/Cairn/ui/cairn-conversation-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnConversationView, list);
  gtk_widget_class_bind_template_child (widget_class, CairnConversationView, scroller);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
}

static void
cairn_conversation_view_init (CairnConversationView *self)
{
  GtkAdjustment *adjustment;

  self->items = g_hash_table_new (NULL, NULL);
  g_queue_init (&self->late);
  self->at_end = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (scrolled_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (room_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::root", G_CALLBACK (root_cb), NULL);
}

static void
set_search (CairnConversationView *self,
            const char            *search)
{
  GHashTableIter iter;
  gpointer item;

  g_free (self->search);
  self->search = g_strdup (search);
  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    cairn_message_cell_set_search (CAIRN_MESSAGE_CELL (gtk_list_item_get_child (item)), search);
}

/* NULL: none. */
void
cairn_conversation_view_set_conversation (CairnConversationView *self,
                                          CairnConversation     *conversation)
{
  GtkNoSelection *selection;

  g_return_if_fail (CAIRN_IS_CONVERSATION_VIEW (self));

  drop_conversation (self);
  if (conversation == NULL)
    return;
  self->conversation = g_object_ref (conversation);
  g_clear_object (&self->session);
  g_object_get (conversation, "session", &self->session, NULL);
  self->at_end = TRUE;
  self->found = 0;
  set_search (self, NULL);
  self->tail = cairn_tail_new (G_LIST_MODEL (conversation), FIRST_ROWS);
  selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->tail)));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  g_object_unref (selection);
  g_signal_connect_object (conversation, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  settle (self);
}

void
cairn_conversation_view_set_narrow (CairnConversationView *self,
                                    gboolean               narrow)
{
  GHashTableIter iter;
  gpointer item;

  g_return_if_fail (CAIRN_IS_CONVERSATION_VIEW (self));

  self->narrow = narrow;
  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    cairn_message_cell_set_narrow (CAIRN_MESSAGE_CELL (gtk_list_item_get_child (item)), narrow);
}

/* A message that a search found (cairn_thread_get_found()), and the words that it was found by. */
void
cairn_conversation_view_go_to (CairnConversationView *self,
                               gint64                 found,
                               const char            *search)
{
  g_return_if_fail (CAIRN_IS_CONVERSATION_VIEW (self));

  set_search (self, search);
  self->at_end = FALSE;
  self->found = found;
  self->found_frames = self->tries = 0;
  settle (self);
}

/* What was just written shall be seen. */
void
cairn_conversation_view_go_to_end (CairnConversationView *self)
{
  g_return_if_fail (CAIRN_IS_CONVERSATION_VIEW (self));

  self->found = 0;
  self->at_end = TRUE;
  settle (self);
}
