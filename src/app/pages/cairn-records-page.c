/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The timeline: every record, newest first, under date headings; kinds, a time span and search narrow
 * it down. GTK 4.8 builds some 200 row widgets for a list of any length, so the first picture shows
 * one screenful and the rest follows a moment later. What narrows it down are the properties "kind" and
 * "period" (months as text), "" for everything.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-words.h"
#include "client/cairn-records.h"
#include "fhir/cairn-date.h"
#include "pages/cairn-records-page.h"
#include "parts/cairn-record-row.h"
#include "parts/cairn-states.h"

#define FIRST_ROWS 18
#define WIDEN_TICK 3
#define N_CHIPS 4
#define N_CHIPS_NARROW 2

struct _CairnRecordsPage
{
  CairnFramePage parent_instance;

  GtkBox             *chips;
  GtkLabel           *count;
  GtkListView        *list;
  GtkMenuButton      *more;
  GtkMenuButton      *period_button;
  GtkScrolledWindow  *scroller;
  GtkSearchBar       *search_bar;
  GtkSearchEntry     *search_entry;
  CairnStates        *states;

  CairnRecords       *records;
  GtkSliceListModel  *slice;
  GHashTable         *items;
  char               *kind;
  char               *period;
  gboolean            to_top;
  guint               places;
  int                 ticks;
};

G_DEFINE_FINAL_TYPE (CairnRecordsPage, cairn_records_page, CAIRN_TYPE_FRAME_PAGE)

enum
{
  PROP_KIND = 1,
  PROP_PERIOD,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* The kinds that are chips of their own when the list of kinds has them; the rest is under More. */
static const char *const chip_kinds[N_CHIPS] = { "test-result", "vital-sign", "report", "visit" };

/* Which chip a kind has, behind the one for everything; more than there are for none. */
static guint
get_chip (const char *id)
{
  guint i;

  for (i = 0; i < N_CHIPS && !g_str_equal (chip_kinds[i], id); i++);
  return i + 1;
}

static const char *
get_kind_title (const CairnKind *kind)
{
  return g_dpgettext2 (GETTEXT_PACKAGE, "kind", kind->title);
}

static char *
dup_group (CairnRecord *record)
{
  gint64 start = 0;
  gboolean has_start = cairn_record_get_start (record, &start);

  return cairn_words_group (has_start, start, cairn_record_get_date (record), cairn_date_now ());
}

/* Rows know their neighbours better than the list, which forgets what it was not asked for lately. */
static char *
dup_group_at (CairnRecordsPage *self,
              GHashTable       *bound,
              guint             position)
{
  CairnRecord *known = bound != NULL ? g_hash_table_lookup (bound, GUINT_TO_POINTER (position)) : NULL;
  g_autoptr(CairnRecord) record = known != NULL ? g_object_ref (known)
                                                : g_list_model_get_item (G_LIST_MODEL (self->records), position);

  if (record == NULL || !cairn_record_get_loaded (record))
    return NULL;
  return dup_group (record);
}

/* Headings depend on the neighbours, so they are set apart from the row's own words. */
static void
place_row (CairnRecordsPage *self,
           GHashTable       *bound,
           GtkListItem      *item)
{
  CairnRecordRow *row = CAIRN_RECORD_ROW (gtk_list_item_get_child (item));
  CairnRecord *record = gtk_list_item_get_item (item);
  guint position = gtk_list_item_get_position (item);
  g_autofree char *group = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gboolean first;

  if (row == NULL || record == NULL || position == GTK_INVALID_LIST_POSITION)
    return;
  if (!cairn_record_get_loaded (record))
    {
      cairn_record_row_set_place (row, NULL, position == 0, position == 0, FALSE);
      return;
    }
  group = dup_group (record);
  before = position > 0 ? dup_group_at (self, bound, position - 1) : NULL;
  after = dup_group_at (self, bound, position + 1);
  first = position == 0 || (before != NULL && !g_str_equal (before, group));
  cairn_record_row_set_place (row, first ? group : NULL, position == 0, first,
                              g_strcmp0 (after, group) != 0);
}

static gboolean
place_rows_cb (gpointer data)
{
  CairnRecordsPage *self = data;
  g_autoptr(GHashTable) bound = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer item;

  self->places = 0;
  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    g_hash_table_insert (bound, GUINT_TO_POINTER (gtk_list_item_get_position (item)), gtk_list_item_get_item (item));
  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    place_row (self, bound, item);
  return G_SOURCE_REMOVE;
}

static void
queue_places (CairnRecordsPage *self)
{
  if (self->places == 0)
    self->places = g_idle_add_full (G_PRIORITY_HIGH_IDLE, place_rows_cb, self, NULL);
}

static void
setup_cb (CairnRecordsPage *self,
          GtkListItem      *item)
{
  gtk_list_item_set_child (item, cairn_record_row_new ());
}

static void
bind_cb (CairnRecordsPage *self,
         GtkListItem      *item)
{
  CairnRecordRow *row = CAIRN_RECORD_ROW (gtk_list_item_get_child (item));
  CairnRecord *record = gtk_list_item_get_item (item);

  cairn_record_row_set_record (row, record);
  cairn_record_row_set_narrow (row, cairn_frame_page_get_narrow (CAIRN_FRAME_PAGE (self)));
  g_hash_table_add (self->items, item);
  g_signal_connect_object (record, "notify::loaded", G_CALLBACK (queue_places), self, G_CONNECT_SWAPPED);
  place_row (self, NULL, item);
}

static void
unbind_cb (CairnRecordsPage *self,
           GtkListItem      *item)
{
  CairnRecordRow *row = CAIRN_RECORD_ROW (gtk_list_item_get_child (item));

  g_hash_table_remove (self->items, item);
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (item), queue_places, self);
  cairn_record_row_set_record (row, NULL);
}

static void
show_empty (CairnRecordsPage *self)
{
  if (*gtk_editable_get_text (GTK_EDITABLE (self->search_entry)) != '\0')
    cairn_states_set_empty (self->states, "edit-find-symbolic", _("Nothing found"),
                            _("No record has all of these words. Try fewer or shorter ones."));
  else if (*self->kind != '\0' || *self->period != '\0')
    cairn_states_set_empty (self->states, "x-office-document-symbolic", _("Nothing here"),
                            _("There is no record of this kind in this time."));
  else if (cairn_sync_get_running (cairn_session_get_sync (cairn_frame_page_get_session (CAIRN_FRAME_PAGE (self)))))
    cairn_states_set_empty (self->states, "view-refresh-symbolic", _("Your record is on its way"),
                            _("It appears here as it arrives from the clinic."));
  else
    cairn_states_set_empty (self->states, "x-office-document-symbolic", _("No records yet"),
                            _("Test results, visits and notes appear here when the clinic has any."));
}

static void
scroll_to_top (CairnRecordsPage *self)
{
  self->to_top = TRUE;
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
}

/* What comes in holds on to the rows that it had; so the first one is asked for again when all is there. */
static gboolean
top_cb (GtkWidget     *widget,
        GdkFrameClock *clock,
        gpointer       data)
{
  CairnRecordsPage *self = data;

  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
  return G_SOURCE_REMOVE;
}

static void
update_state (CairnRecordsPage *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->records));
  const GError *error = cairn_records_get_error (self->records);
  g_autofree char *words = g_strdup_printf (ngettext ("%'u entry", "%'u entries", n), n);

  if (self->to_top && !cairn_records_get_loading (self->records))
    {
      self->to_top = FALSE;
      gtk_widget_add_tick_callback (GTK_WIDGET (self), top_cb, self, NULL);
    }
  gtk_label_set_text (self->count, words);
  if (n > 0)
    cairn_states_set_state (self->states, CAIRN_STATE_CONTENT);
  else if (error != NULL)
    cairn_states_set_error (self->states, error);
  else if (cairn_records_get_loading (self->records))
    cairn_states_set_state (self->states, CAIRN_STATE_LOADING);
  else
    show_empty (self);
}

static gboolean
widen_cb (GtkWidget     *widget,
          GdkFrameClock *clock,
          gpointer       data)
{
  CairnRecordsPage *self = data;

  if (++self->ticks < WIDEN_TICK)
    return G_SOURCE_CONTINUE;
  gtk_slice_list_model_set_size (self->slice, G_MAXUINT);
  return G_SOURCE_REMOVE;
}

static void
items_changed_cb (CairnRecordsPage *self)
{
  update_state (self);
  queue_places (self);
  if (self->ticks == 0 && g_list_model_get_n_items (G_LIST_MODEL (self->records)) > 0)
    {
      self->ticks = 1;
      gtk_widget_add_tick_callback (GTK_WIDGET (self), widen_cb, self, NULL);
    }
}

static void
search_changed_cb (CairnRecordsPage *self)
{
  cairn_records_set_search (self->records, gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
  scroll_to_top (self);
  update_state (self);
}

/* Enter and Down go on to what was found. */
static void
go_on (GtkWidget  *widget,
       const char *action,
       GVariant   *parameter)
{
  CairnRecordsPage *self = CAIRN_RECORDS_PAGE (widget);

  if (cairn_states_get_state (self->states) == CAIRN_STATE_CONTENT)
    gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

static void
search_activate_cb (CairnRecordsPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "records.go-on", NULL);
}

static void
search_mode_cb (CairnRecordsPage *self)
{
  if (gtk_search_bar_get_search_mode (self->search_bar))
    gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

static void
activate_cb (CairnRecordsPage *self,
             guint             position)
{
  g_autoptr(CairnRecord) record = g_list_model_get_item (G_LIST_MODEL (self->records), position);

  if (record != NULL && cairn_record_get_loaded (record))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.open-record", "s", cairn_record_get_reference (record));
}

static void
add_chip (CairnRecordsPage *self,
          const char       *label,
          const char       *kind)
{
  GtkWidget *chip = gtk_toggle_button_new_with_label (label);

  gtk_widget_add_css_class (chip, "chip");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (chip), "s", kind);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (chip), "records.kind");
  gtk_box_append (self->chips, chip);
}

static void
add_kinds (CairnRecordsPage *self)
{
  g_autoptr(GMenu) menu = g_menu_new ();

  add_chip (self, C_("kind", "Everything"), "");
  for (guint i = 0; i < N_CHIPS; i++)
    {
      const CairnKind *kind = cairn_kind_lookup (chip_kinds[i]);

      if (kind != NULL)
        add_chip (self, get_kind_title (kind), kind->id);
    }
  for (const CairnKind *const *kind = cairn_kind_list (); *kind != NULL; kind++)
    if ((*kind)->in_timeline)
      {
        g_autoptr(GMenuItem) item = g_menu_item_new (get_kind_title (*kind), NULL);

        g_menu_item_set_action_and_target (item, "records.kind", "s", (*kind)->id);
        g_menu_append_item (menu, item);
      }
  gtk_menu_button_set_menu_model (self->more, G_MENU_MODEL (menu));
  /* The button in it takes the focus, and as an arrow has no words. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (GTK_WIDGET (self->more))),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("More Kinds"), -1);
}

/* The menu of all kinds says which one is chosen when no chip does; on a phone it is but an arrow. There are
 * as many chips as have room beside it. */
static void
update_more (CairnRecordsPage *self)
{
  const CairnKind *kind = *self->kind != '\0' ? cairn_kind_lookup (self->kind) : NULL;
  gboolean narrow = cairn_frame_page_get_narrow (CAIRN_FRAME_PAGE (self));
  guint n = narrow ? N_CHIPS_NARROW : N_CHIPS;
  gboolean chosen = kind != NULL && get_chip (self->kind) > n;
  const char *plain = narrow ? "" : _("More");
  guint at = 0;

  n = !chosen ? n : narrow ? 0 : N_CHIPS - 1;
  for (GtkWidget *chip = gtk_widget_get_first_child (GTK_WIDGET (self->chips)); chip != NULL;
       chip = gtk_widget_get_next_sibling (chip))
    gtk_widget_set_visible (chip, at++ <= n);

  gtk_menu_button_set_label (self->more, chosen ? get_kind_title (kind) : plain);
  if (chosen)
    gtk_widget_add_css_class (GTK_WIDGET (self->more), "chosen");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->more), "chosen");
}

static void
narrow_cb (CairnRecordsPage *self)
{
  gboolean narrow = cairn_frame_page_get_narrow (CAIRN_FRAME_PAGE (self));
  GHashTableIter iter;
  gpointer item;

  update_more (self);
  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    cairn_record_row_set_narrow (CAIRN_RECORD_ROW (gtk_list_item_get_child (item)), narrow);
}

static void
update_kind (CairnRecordsPage *self)
{
  const char *const kinds[] = { self->kind, NULL };

  update_more (self);
  cairn_records_set_kinds (self->records, *self->kind != '\0' ? kinds : NULL);
  scroll_to_top (self);
  update_state (self);
}

/* Months as text ("1", "12", "60"), or "" for any time. */
static void
update_period (CairnRecordsPage *self)
{
  int months = atoi (self->period);
  g_autoptr(GDateTime) now = g_date_time_new_now_local ();
  g_autoptr(GDateTime) then = g_date_time_add_months (now, -months);
  g_autofree char *since = g_date_time_format (then, "%Y-%m-%d");

  gtk_menu_button_set_label (self->period_button,
                             months == 0 ? _("Any time")
                             : months == 1 ? _("Last month")
                             : months == 12 ? _("Last year") : _("Last 5 years"));
  if (months > 0)
    gtk_widget_add_css_class (GTK_WIDGET (self->period_button), "chosen");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->period_button), "chosen");
  cairn_records_set_since (self->records, months > 0 ? since : NULL);
  scroll_to_top (self);
  update_state (self);
}

static void
cairn_records_page_focus (CairnFramePage *page)
{
  CairnRecordsPage *self = CAIRN_RECORDS_PAGE (page);

  if (gtk_search_bar_get_search_mode (self->search_bar))
    gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

static void
cairn_records_page_constructed (GObject *object)
{
  CairnRecordsPage *self = CAIRN_RECORDS_PAGE (object);
  CairnSession *session = cairn_frame_page_get_session (CAIRN_FRAME_PAGE (self));
  GtkNoSelection *selection;

  G_OBJECT_CLASS (cairn_records_page_parent_class)->constructed (object);

  self->records = cairn_records_new (session);
  self->slice = gtk_slice_list_model_new (g_object_ref (G_LIST_MODEL (self->records)), 0, FIRST_ROWS);
  selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->slice)));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  g_object_unref (selection);

  g_signal_connect_object (self->records, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->records, "notify::loading", G_CALLBACK (update_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cairn_session_get_sync (session), "notify::running", G_CALLBACK (update_state), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::narrow", G_CALLBACK (narrow_cb), NULL);
  g_object_bind_property (self, "search-mode", self->search_bar, "search-mode-enabled",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  add_kinds (self);
  items_changed_cb (self);
}

static void
cairn_records_page_dispose (GObject *object)
{
  CairnRecordsPage *self = CAIRN_RECORDS_PAGE (object);

  g_clear_handle_id (&self->places, g_source_remove);
  if (self->list != NULL)
    gtk_list_view_set_model (self->list, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_RECORDS_PAGE);
  g_clear_object (&self->slice);
  g_clear_object (&self->records);

  G_OBJECT_CLASS (cairn_records_page_parent_class)->dispose (object);
}

static void
cairn_records_page_finalize (GObject *object)
{
  CairnRecordsPage *self = CAIRN_RECORDS_PAGE (object);

  g_hash_table_unref (self->items);
  g_free (self->kind);
  g_free (self->period);

  G_OBJECT_CLASS (cairn_records_page_parent_class)->finalize (object);
}

static void
cairn_records_page_get_property (GObject    *object,
                                 guint       id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  CairnRecordsPage *self = CAIRN_RECORDS_PAGE (object);

  if (id == PROP_KIND)
    g_value_set_string (value, self->kind);
  else if (id == PROP_PERIOD)
    g_value_set_string (value, self->period);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cairn_records_page_set_property (GObject      *object,
                                 guint         id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  CairnRecordsPage *self = CAIRN_RECORDS_PAGE (object);
  char **text = id == PROP_KIND ? &self->kind : &self->period;

  if (id != PROP_KIND && id != PROP_PERIOD)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  if (g_strcmp0 (*text, g_value_get_string (value)) == 0)
    return;
  g_free (*text);
  *text = g_strdup (g_value_get_string (value) != NULL ? g_value_get_string (value) : "");
  if (id == PROP_KIND)
    update_kind (self);
  else
    update_period (self);
  g_object_notify_by_pspec (object, pspec);
}

static void
cairn_records_page_class_init (CairnRecordsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = cairn_records_page_constructed;
  object_class->dispose = cairn_records_page_dispose;
  object_class->finalize = cairn_records_page_finalize;
  object_class->get_property = cairn_records_page_get_property;
  object_class->set_property = cairn_records_page_set_property;
  CAIRN_FRAME_PAGE_CLASS (klass)->focus = cairn_records_page_focus;

  properties[PROP_KIND] = g_param_spec_string ("kind", NULL, NULL, "", flags);
  properties[PROP_PERIOD] = g_param_spec_string ("period", NULL, NULL, "", flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (CAIRN_TYPE_STATES);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/cairnhealth/Cairn/ui/cairn-records-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnRecordsPage, chips);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordsPage, count);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordsPage, list);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordsPage, more);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordsPage, period_button);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordsPage, scroller);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordsPage, search_bar);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordsPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordsPage, states);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_mode_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
  gtk_widget_class_install_action (widget_class, "records.go-on", NULL, go_on);
  gtk_widget_class_install_property_action (widget_class, "records.kind", "kind");
  gtk_widget_class_install_property_action (widget_class, "records.period", "period");
}

static void
cairn_records_page_init (CairnRecordsPage *self)
{
  self->items = g_hash_table_new (NULL, NULL);
  self->kind = g_strdup ("");
  self->period = g_strdup ("");
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));
  gtk_search_bar_set_key_capture_widget (self->search_bar, GTK_WIDGET (self));
}

CairnFramePage *
cairn_records_page_new (CairnSession *session)
{
  return g_object_new (CAIRN_TYPE_RECORDS_PAGE,
                       "session", session,
                       "title", _("Records"),
                       "searchable", TRUE,
                       NULL);
}
