/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A list of records under date headings, results folded under their report. GTK 4.8 builds some 200 row widgets for a list
 * of any length, and anew for each list that is another one; so a new list has one screenful of rows at first, and the
 * rest follows when nobody types any more, or turns to the list, a few rows in each frame.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-words.h"
#include "fhir/cairn-date.h"
#include "parts/cairn-record-row.h"
#include "parts/cairn-timeline.h"

/* What is yet to come would push all results out of sight; so many rows of it show at first. */
#define N_SOON 1
#define FIRST_ROWS 18
#define ROWS_A_FRAME 12
/* With so many rows the list view makes no more of them, whatever the list's length. */
#define ENOUGH_ROWS 240
/* How long the rest of a list waits for a next key. */
#define PAUSE_MS 300
/* The first list on the screen waits for its first frames only. */
#define FIRST_PAUSE_MS 40
/* A new list stands where it shall after so many frames. */
#define SETTLE_FRAMES 4

struct _CairnTimeline
{
  AdwBin parent_instance;

  GtkListView       *list;
  GtkScrolledWindow *scroller;

  CairnRecords      *records;
  GtkSliceListModel *slice;
  GHashTable        *items;     /* bound GtkListItems */
  GPtrArray         *rows;      /* all that were made: a key that is typed may take most of them out, a pause bring them back */
  gboolean           narrow;
  gboolean           shown;     /* there was a list before */
  gboolean           terse;     /* somebody types: the first rows will do */
  double             scroll;    /* where the next list shall stand; -1 where it stands */
  guint              frames;    /* since the list changed */
  guint              places;
  guint              pause;
  guint              shrinking;
  guint              widen_tick;
  guint              scroll_tick;
};

G_DEFINE_FINAL_TYPE (CairnTimeline, cairn_timeline, ADW_TYPE_BIN)

static char *
dup_group (CairnRecord *record)
{
  gint64 start = 0;
  gboolean has_start = cairn_record_get_start (record, &start);

  return cairn_words_group (has_start, start, cairn_record_get_date (record), cairn_date_now ());
}

/* What is part of a report stands under it, whatever its date; that report is what decides. */
static char *
dup_group_at (CairnTimeline *self,
              guint          position)
{
  g_autoptr(CairnRecord) record = g_list_model_get_item (G_LIST_MODEL (self->records), position);

  while (record != NULL && cairn_record_get_loaded (record) && cairn_record_get_is_part (record) && position > 0 &&
         cairn_records_get_folds (self->records))
    {
      g_object_unref (record);
      record = g_list_model_get_item (G_LIST_MODEL (self->records), --position);
    }
  if (record == NULL || !cairn_record_get_loaded (record))
    return NULL;
  return dup_group (record);
}

/* Headings depend on the neighbours, so they are set apart from the row's own words. */
static void
place_row (CairnTimeline *self,
           GtkListItem   *item)
{
  CairnRecordRow *row = CAIRN_RECORD_ROW (gtk_list_item_get_child (item));
  CairnRecord *record = gtk_list_item_get_item (item);
  guint position = gtk_list_item_get_position (item);
  gboolean folds = cairn_records_get_folds (self->records);
  g_autofree char *group = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  guint n_later = position + 1 == N_SOON ? cairn_records_get_n_later (self->records) : 0;
  gboolean first;

  if (row == NULL || record == NULL || position == GTK_INVALID_LIST_POSITION)
    return;
  if (!cairn_record_get_loaded (record))
    {
      cairn_record_row_set_more (row, 0);
      cairn_record_row_set_place (row, NULL, position == 0, position == 0, FALSE);
      return;
    }
  cairn_record_row_set_fold (row, folds && cairn_record_get_n_parts (record, NULL) > 0,
                             cairn_records_get_unfolded (self->records, record), folds && cairn_record_get_is_part (record));
  group = dup_group_at (self, position);
  before = position > 0 ? dup_group_at (self, position - 1) : NULL;
  after = dup_group_at (self, position + 1);
  first = position == 0 || (before != NULL && g_strcmp0 (before, group) != 0);
  cairn_record_row_set_more (row, n_later);
  cairn_record_row_set_place (row, first ? group : NULL, position == 0, first, n_later == 0 && g_strcmp0 (after, group) != 0);
}

static gboolean
place_rows_cb (gpointer data)
{
  CairnTimeline *self = data;
  GHashTableIter iter;
  gpointer item;

  self->places = 0;
  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    if (cairn_record_row_get_record (CAIRN_RECORD_ROW (gtk_list_item_get_child (item))) != NULL)
      place_row (self, item);
  return G_SOURCE_REMOVE;
}

static void
queue_places (CairnTimeline *self)
{
  if (self->places == 0)
    self->places = g_idle_add_full (G_PRIORITY_HIGH_IDLE, place_rows_cb, self, NULL);
}

/* A row that no item has any more; NULL when there is none. */
static GtkWidget *
find_spare (CairnTimeline *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (gtk_widget_get_parent (self->rows->pdata[i]) == NULL)
      return self->rows->pdata[i];
  return NULL;
}

static void
setup_cb (CairnTimeline *self,
          GtkListItem   *item)
{
  GtkWidget *row = find_spare (self);

  if (row == NULL)
    {
      row = cairn_record_row_new ();
      g_ptr_array_add (self->rows, g_object_ref_sink (row));
    }
  gtk_list_item_set_child (item, row);
}

static void
bind_cb (CairnTimeline *self,
         GtkListItem   *item)
{
  CairnRecordRow *row = CAIRN_RECORD_ROW (gtk_list_item_get_child (item));
  g_autofree char *search = NULL;

  g_object_get (self->records, "search", &search, NULL);
  g_hash_table_add (self->items, item);
  g_signal_connect_object (gtk_list_item_get_item (item), "notify::loaded", G_CALLBACK (queue_places), self,
                           G_CONNECT_SWAPPED);
  cairn_record_row_set_search (row, search);
  cairn_record_row_set_record (row, gtk_list_item_get_item (item));
  cairn_record_row_set_narrow (row, self->narrow);
  place_row (self, item);
}

static void
unbind_cb (CairnTimeline *self,
           GtkListItem   *item)
{
  CairnRecordRow *row = CAIRN_RECORD_ROW (gtk_list_item_get_child (item));

  g_hash_table_remove (self->items, item);
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (item), queue_places, self);
  cairn_record_row_set_record (row, NULL);
}

static gboolean
is_whole (CairnTimeline *self)
{
  return gtk_slice_list_model_get_size (self->slice) == G_MAXUINT;
}

static void
widen (CairnTimeline *self,
       guint          size)
{
  gtk_slice_list_model_set_size (self->slice, size < ENOUGH_ROWS ? size : G_MAXUINT);
}

/* Who scrolls wants to read what was to follow a moment later. */
static void
scrolled_cb (CairnTimeline *self)
{
  if (self->scroll < 0 && !is_whole (self) && gtk_adjustment_get_value (gtk_scrolled_window_get_vadjustment (self->scroller)) > 0)
    widen (self, G_MAXUINT);
}

static gboolean
scroll_cb (GtkWidget     *widget,
           GdkFrameClock *clock,
           gpointer       data)
{
  CairnTimeline *self = data;
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  double room = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);

  /* Only rows that were given their room can be scrolled to, and only a whole list to somewhere else than its top. */
  if (++self->frames < 2 || (self->scroll > 0 && !is_whole (self)))
    return G_SOURCE_CONTINUE;
  if (room > 0 && gtk_widget_get_mapped (GTK_WIDGET (self->list)))
    gtk_adjustment_set_value (adjustment, self->scroll * room);
  if (self->frames < SETTLE_FRAMES)
    return G_SOURCE_CONTINUE;
  self->scroll = -1;
  self->scroll_tick = 0;
  return G_SOURCE_REMOVE;
}

static gboolean
widen_cb (GtkWidget     *widget,
          GdkFrameClock *clock,
          gpointer       data)
{
  CairnTimeline *self = data;

  if (!is_whole (self))
    widen (self, gtk_slice_list_model_get_size (self->slice) + ROWS_A_FRAME);
  if (!is_whole (self))
    return G_SOURCE_CONTINUE;
  self->frames = 0;
  self->widen_tick = 0;
  return G_SOURCE_REMOVE;
}

static gboolean
pause_cb (gpointer data)
{
  CairnTimeline *self = data;

  self->pause = 0;
  if (self->widen_tick == 0)
    self->widen_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), widen_cb, self, NULL);
  return G_SOURCE_REMOVE;
}

static void
queue_widen (CairnTimeline *self)
{
  if (is_whole (self) || self->widen_tick != 0 || (self->terse && self->scroll <= 0))
    return;
  g_clear_handle_id (&self->pause, g_source_remove);
  self->pause = g_timeout_add (self->shown ? PAUSE_MS : FIRST_PAUSE_MS, pause_cb, self);
}

/* A pointer on its way over the list is about to scroll it. */
static void
motion_cb (CairnTimeline *self)
{
  if (!is_whole (self) && self->pause == 0)
    pause_cb (self);
}

static void
items_changed_cb (CairnTimeline *self)
{
  queue_places (self);
  if (g_list_model_get_n_items (G_LIST_MODEL (self->records)) == 0)
    return;
  queue_widen (self);
  self->shown = TRUE;
  if (self->scroll >= 0 && self->scroll_tick == 0)
    {
      self->frames = 0;
      self->scroll_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), scroll_cb, self, NULL);
    }
}

static void
activate_cb (CairnTimeline *self,
             guint          position)
{
  g_autoptr(CairnRecord) record = g_list_model_get_item (G_LIST_MODEL (self->records), position);

  if (record != NULL && cairn_record_get_loaded (record))
    gtk_widget_activate_action (GTK_WIDGET (self), cairn_record_get_n_messages (record) > 0 ? "win.open-thread" : "win.open-record",
                                "s", cairn_record_get_reference (record));
}

/* The record of the row that has the keyboard. */
static CairnRecord *
get_focused (CairnTimeline *self)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
  GtkWidget *child = focus != NULL ? gtk_widget_get_first_child (focus) : NULL;
  GtkWidget *row = CAIRN_IS_RECORD_ROW (child) ? child
                   : focus != NULL ? gtk_widget_get_ancestor (focus, CAIRN_TYPE_RECORD_ROW) : NULL;

  return row != NULL ? cairn_record_row_get_record (CAIRN_RECORD_ROW (row)) : NULL;
}

static gboolean
is_at (CairnTimeline *self,
       CairnRecord   *record,
       guint          position)
{
  g_autoptr(CairnRecord) there = g_list_model_get_item (G_LIST_MODEL (self->records), position);

  return there == record;
}

/* The keyboard goes from the button to its row, the next ones follow. */
static void
show_later (GtkWidget  *widget,
            const char *action,
            GVariant   *parameter)
{
  CairnTimeline *self = CAIRN_TIMELINE (widget);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));
  GtkWidget *row = focus != NULL ? gtk_widget_get_ancestor (focus, CAIRN_TYPE_RECORD_ROW) : NULL;

  if (row != NULL && gtk_widget_is_ancestor (row, widget))
    gtk_widget_grab_focus (gtk_widget_get_parent (row));
  cairn_records_set_n_soon (self->records, G_MAXUINT);
}

static void
fold (GtkWidget  *widget,
      const char *action,
      GVariant   *parameter)
{
  CairnTimeline *self = CAIRN_TIMELINE (widget);
  CairnRecord *record = get_focused (self);

  if (record != NULL && g_variant_get_boolean (parameter) && cairn_records_get_n_later (self->records) > 0 &&
      is_at (self, record, N_SOON - 1))
    gtk_widget_activate_action (widget, "timeline.show-later", NULL);
  if (record != NULL && cairn_record_get_n_parts (record, NULL) > 0 && cairn_records_get_folds (self->records))
    cairn_records_set_unfolded (self->records, record, g_variant_get_boolean (parameter));
  queue_places (self);
}

/* The same from the row's own button, which knows its record by reference. */
static void
toggle (GtkWidget  *widget,
        const char *action,
        GVariant   *parameter)
{
  CairnTimeline *self = CAIRN_TIMELINE (widget);
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    {
      CairnRecord *record = gtk_list_item_get_item (item);

      if (g_strcmp0 (cairn_record_get_reference (record), g_variant_get_string (parameter, NULL)) != 0)
        continue;
      cairn_records_set_unfolded (self->records, record, !cairn_records_get_unfolded (self->records, record));
      queue_places (self);
      return;
    }
}

static void
cairn_timeline_dispose (GObject *object)
{
  CairnTimeline *self = CAIRN_TIMELINE (object);

  g_clear_handle_id (&self->places, g_source_remove);
  g_clear_handle_id (&self->pause, g_source_remove);
  g_clear_handle_id (&self->shrinking, g_source_remove);
  if (self->list != NULL)
    gtk_list_view_set_model (self->list, NULL);
  /* GTK takes a bound child out of its parent, which AdwBin does not notice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_TIMELINE);
  g_ptr_array_set_size (self->rows, 0);
  g_clear_object (&self->slice);
  g_clear_object (&self->records);

  G_OBJECT_CLASS (cairn_timeline_parent_class)->dispose (object);
}

static void
cairn_timeline_finalize (GObject *object)
{
  CairnTimeline *self = CAIRN_TIMELINE (object);

  g_hash_table_unref (self->items);
  g_ptr_array_unref (self->rows);

  G_OBJECT_CLASS (cairn_timeline_parent_class)->finalize (object);
}

static void
cairn_timeline_class_init (CairnTimelineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_timeline_dispose;
  G_OBJECT_CLASS (klass)->finalize = cairn_timeline_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-timeline.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnTimeline, list);
  gtk_widget_class_bind_template_child (widget_class, CairnTimeline, scroller);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, motion_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
  gtk_widget_class_install_action (widget_class, "timeline.fold", "b", fold);
  gtk_widget_class_install_action (widget_class, "timeline.show-later", NULL, show_later);
  gtk_widget_class_install_action (widget_class, "timeline.toggle", "s", toggle);
}

static void
cairn_timeline_init (CairnTimeline *self)
{
  self->items = g_hash_table_new (NULL, NULL);
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  self->scroll = -1;
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->scroller), "value-changed", G_CALLBACK (scrolled_cb),
                           self, G_CONNECT_SWAPPED);
}

void
cairn_timeline_set_records (CairnTimeline *self,
                            CairnRecords  *records)
{
  GtkNoSelection *selection;

  g_return_if_fail (CAIRN_IS_TIMELINE (self));
  g_return_if_fail (CAIRN_IS_RECORDS (records));
  g_return_if_fail (self->records == NULL);

  self->records = g_object_ref (records);
  cairn_records_set_n_soon (records, N_SOON);
  g_signal_connect_object (records, "notify::n-later", G_CALLBACK (queue_places), self, G_CONNECT_SWAPPED);
  self->slice = gtk_slice_list_model_new (g_object_ref (G_LIST_MODEL (records)), 0, FIRST_ROWS);
  selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->slice)));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  g_object_unref (selection);
  g_signal_connect_object (records, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

/* On a phone rows are narrower and have no chevron. */
void
cairn_timeline_set_narrow (CairnTimeline *self,
                           gboolean       narrow)
{
  GHashTableIter iter;
  gpointer item;

  g_return_if_fail (CAIRN_IS_TIMELINE (self));

  self->narrow = narrow;
  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    cairn_record_row_set_narrow (CAIRN_RECORD_ROW (gtk_list_item_get_child (item)), narrow);
}

static void
shrink (CairnTimeline *self)
{
  g_clear_handle_id (&self->pause, g_source_remove);
  if (self->widen_tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->widen_tick);
  self->widen_tick = 0;
  widen (self, FIRST_ROWS);
}

static gboolean
shrink_cb (gpointer data)
{
  CairnTimeline *self = data;

  self->shrinking = 0;
  shrink (self);
  return G_SOURCE_REMOVE;
}

/* The list is about to be another one, which begins at its top. It is asked for first, so that the rows of the old one go
 * while it is read. */
void
cairn_timeline_renew (CairnTimeline *self)
{
  g_return_if_fail (CAIRN_IS_TIMELINE (self));

  self->scroll = 0;
  if (self->shrinking == 0)
    self->shrinking = g_idle_add_full (G_PRIORITY_HIGH_IDLE + 1, shrink_cb, self, NULL);
}

/* Somebody is about to type, or has finished: each key may bring another list, of which the first rows show, and taking
 * away the rows of a long one would hold up the first. A list that is scrolled stays as it is until it is renewed. */
void
cairn_timeline_set_terse (CairnTimeline *self,
                          gboolean       terse)
{
  g_return_if_fail (CAIRN_IS_TIMELINE (self));

  if (self->terse == terse)
    return;
  self->terse = terse;
  if (!terse)
    queue_widen (self);
  else if (self->scroll <= 0 && gtk_adjustment_get_value (gtk_scrolled_window_get_vadjustment (self->scroller)) <= 0)
    shrink (self);
}

void
cairn_timeline_focus (CairnTimeline *self)
{
  g_return_if_fail (CAIRN_IS_TIMELINE (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

/* How far it is scrolled, from 0 to 1. */
double
cairn_timeline_get_scroll (CairnTimeline *self)
{
  GtkAdjustment *adjustment;
  double room;

  g_return_val_if_fail (CAIRN_IS_TIMELINE (self), 0);

  adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  room = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
  return room > 0 ? gtk_adjustment_get_value (adjustment) / room : 0;
}

/* Where it shall stand once it is there. */
void
cairn_timeline_set_scroll (CairnTimeline *self,
                           double         scroll)
{
  g_return_if_fail (CAIRN_IS_TIMELINE (self));

  self->scroll = CLAMP (scroll, 0, 1);
}
