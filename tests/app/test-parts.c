/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "client/records/cairn-record-private.h"
#include "common/cairn-error.h"
#include "parts/cairn-bar.h"
#include "parts/cairn-caps-lock.h"
#include "parts/cairn-columns.h"
#include "parts/cairn-dates-popover.h"
#include "parts/cairn-fact-row.h"
#include "parts/cairn-field-error.h"
#include "parts/cairn-highlight.h"
#include "parts/cairn-kind-bar.h"
#include "parts/cairn-level-label.h"
#include "parts/cairn-note-card.h"
#include "parts/cairn-range-bar.h"
#include "parts/cairn-record-row.h"
#include "parts/cairn-states.h"
#include "parts/cairn-visit-card.h"
#include "widget-test.h"

static void
test_range_bar (void)
{
  GtkWidget *bar = cairn_range_bar_new ();
  CairnRange both = { TRUE, TRUE, 4.0, 5.6, (char *) "4.0–5.6 %" };
  CairnRange below = { FALSE, TRUE, 0, 5.0, (char *) "< 5.0" };
  CairnRange upside_down = { TRUE, TRUE, 5.6, 4.0, (char *) "5.6–4.0" };
  CairnRange none = { FALSE, FALSE, 0, 0, (char *) "see report" };
  GtkWidget *window;

  g_assert_false (cairn_range_bar_set (CAIRN_RANGE_BAR (bar), 1, NULL, CAIRN_LEVEL_UNKNOWN));
  g_assert_false (cairn_range_bar_set (CAIRN_RANGE_BAR (bar), 1, &none, CAIRN_LEVEL_UNKNOWN));
  g_assert_false (cairn_range_bar_set (CAIRN_RANGE_BAR (bar), 1, &upside_down, CAIRN_LEVEL_HIGH));
  g_assert_false (cairn_range_bar_set (CAIRN_RANGE_BAR (bar), NAN, &both, CAIRN_LEVEL_HIGH));
  g_assert_false (cairn_range_bar_set (CAIRN_RANGE_BAR (bar), INFINITY, &both, CAIRN_LEVEL_HIGH));
  g_assert_true (cairn_range_bar_set (CAIRN_RANGE_BAR (bar), 1e300, &below, CAIRN_LEVEL_VERY_HIGH));
  g_assert_true (cairn_range_bar_set (CAIRN_RANGE_BAR (bar), 6.1, &both, CAIRN_LEVEL_HIGH));
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_ROLE_METER);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, "High");

  window = widget_test_show (bar, 300, 100);
  g_assert_cmpint (gtk_widget_get_height (bar), >=, 30);
  widget_test_destroy (window);
}

/* The dot has the colour of its level, and mirrors where reading does. */
static void
test_range_bar_drawn (void)
{
  GtkWidget *bar = cairn_range_bar_new ();
  CairnRange range = { TRUE, TRUE, 4.0, 5.6, (char *) "4.0–5.6 %" };
  GtkCssProvider *colors = gtk_css_provider_new ();
  GtkWidget *window;
  guint dot;

  gtk_css_provider_load_from_data (colors, "@define-color warning_color #ff0102; @define-color error_color #0304ff;", -1);
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (colors),
                                              GTK_STYLE_PROVIDER_PRIORITY_USER);
  g_assert_true (cairn_range_bar_set (CAIRN_RANGE_BAR (bar), 6.1, &range, CAIRN_LEVEL_HIGH));
  window = widget_test_show (bar, 300, 60);
  dot = widget_test_count_color (bar, 255, 1, 2);
  g_assert_cmpuint (dot, >, 80);
  g_assert_cmpuint (dot, <, 160);
  gtk_widget_set_direction (bar, GTK_TEXT_DIR_RTL);
  g_assert_cmpuint (widget_test_count_color (bar, 255, 1, 2), ==, dot);
  g_assert_true (cairn_range_bar_set (CAIRN_RANGE_BAR (bar), 600, &range, CAIRN_LEVEL_VERY_HIGH));
  g_assert_cmpuint (widget_test_count_color (bar, 255, 1, 2), ==, 0);
  g_assert_cmpuint (widget_test_count_color (bar, 3, 4, 255), >, 80);
  widget_test_destroy (window);
  gtk_style_context_remove_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (colors));
  g_object_unref (colors);
}

static void
test_level_label (void)
{
  GtkWidget *label = g_object_new (CAIRN_TYPE_LEVEL_LABEL, NULL);
  GtkWidget *window = widget_test_show (label, 200, 40);

  for (int level = CAIRN_LEVEL_UNKNOWN; level <= CAIRN_LEVEL_UNUSUAL; level++)
    {
      cairn_level_label_set_level (CAIRN_LEVEL_LABEL (label), level);
      g_assert_cmpint (gtk_widget_get_visible (label), ==, level != CAIRN_LEVEL_UNKNOWN);
    }
  cairn_level_label_set_level (CAIRN_LEVEL_LABEL (label), CAIRN_LEVEL_USUAL);
  WAIT_FOR (widget_test_find_label (label, "Usual") != NULL, 1000);
  cairn_level_label_set_notice (CAIRN_LEVEL_LABEL (label), "Not valid");
  g_assert_nonnull (widget_test_find_label (label, "Not valid"));
  widget_test_destroy (window);
}

static CairnRecord *
create_record (const char *value,
               CairnFlags  flags)
{
  CairnCacheRow row = {
    .rowid = 1, .type = (char *) "Observation", .id = (char *) "a1c", .kind = (char *) "test-result",
    .date = (char *) "2014-05-06", .has_start = TRUE, .start = G_GINT64_CONSTANT (1399334400000),
    .title = (char *) "Blood sugar (HbA1c)", .term = (char *) "Haemoglobin A1c", .value = (char *) value,
    .unit = strpbrk (value, "0123456789") != NULL ? (char *) "mm[Hg]" : NULL, .interpretation = (char *) "H", .flags = flags,
  };

  return cairn_record_new (&row);
}

static void
test_record_row (void)
{
  g_autoptr(CairnRecord) record = create_record ("6.1", CAIRN_FLAG_CORRECTED);
  g_autoptr(CairnRecord) wrong = create_record ("6.1", CAIRN_FLAG_ENTERED_IN_ERROR);
  g_autoptr(CairnRecord) sentence = create_record ("a little more than it was last May", CAIRN_FLAG_NONE);
  g_autoptr(CairnRecord) pressure = create_record ("165.6072990375972/115.11742498678552", CAIRN_FLAG_NONE);
  CairnRecordRow *row = CAIRN_RECORD_ROW (g_object_ref_sink (cairn_record_row_new ()));
  GtkWidget *window = widget_test_show (GTK_WIDGET (row), 360, 80);
  static const char said[] = "Blood sugar (HbA1c), 6.1 mmHg, High, 6 May 2014 · Corrected";

  cairn_record_row_set_record (row, record);
  cairn_record_row_set_place (row, "May 2014", TRUE, TRUE, FALSE);
  WAIT_FOR (widget_test_find_label (GTK_WIDGET (row), "6.1") != NULL, 1000);
  g_assert_nonnull (widget_test_find_label (GTK_WIDGET (row), "May 2014"));
  g_assert_nonnull (widget_test_find_label (GTK_WIDGET (row), "6 May 2014 · Corrected"));
  g_assert_nonnull (widget_test_find_label (GTK_WIDGET (row), "High"));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, said);

  /* what must not be believed says so, and has no level */
  cairn_record_row_set_record (row, wrong);
  cairn_record_row_set_place (row, NULL, FALSE, FALSE, TRUE);
  g_assert_nonnull (widget_test_find_label (GTK_WIDGET (row), "Not valid"));
  g_assert_null (widget_test_find_label (GTK_WIDGET (row), "High"));
  g_assert_null (widget_test_find_label (GTK_WIDGET (row), "May 2014"));

  /* a sentence stands below, where it has room */
  cairn_record_row_set_record (row, sentence);
  g_assert_nonnull (widget_test_find_label (GTK_WIDGET (row), "6 May 2014 · a little more than it was last May"));
  g_assert_null (widget_test_find_label (GTK_WIDGET (row), "a little more than it was last May"));

  /* no more digits than were measured, and the unit as people write it */
  cairn_record_row_set_record (row, pressure);
  g_assert_nonnull (widget_test_find_label (GTK_WIDGET (row), "165.61/115.12"));
  g_assert_nonnull (widget_test_find_label (GTK_WIDGET (row), "mmHg"));

  cairn_record_row_set_record (row, NULL);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (row);
}

static void
test_placeholder (void)
{
  g_autoptr(CairnRecord) record = cairn_record_new_placeholder ();
  GtkWidget *row = cairn_record_row_new ();
  GtkWidget *window = widget_test_show (row, 360, 80);

  cairn_record_row_set_record (CAIRN_RECORD_ROW (row), record);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, "Loading");
  widget_test_destroy (window);
}

static void
retry_cb (GtkWidget *widget,
          gpointer   data)
{
  *(gboolean *) data = TRUE;
}

static void
test_states (void)
{
  CairnStates *states = g_object_new (CAIRN_TYPE_STATES, NULL);
  GtkWidget *window = widget_test_show (GTK_WIDGET (states), 400, 400);
  g_autoptr(GError) error = g_error_new (CAIRN_ERROR, CAIRN_ERROR_NETWORK, "connection refused");
  gboolean asked = FALSE;

  g_signal_connect (states, "retry", G_CALLBACK (retry_cb), &asked);
  cairn_states_set_state (states, CAIRN_STATE_LOADING);
  WAIT_FOR (widget_test_find_type (GTK_WIDGET (states), GTK_TYPE_SPINNER) != NULL, 2000);
  cairn_states_set_empty (states, "edit-find-symbolic", "Nothing found", "Try other words.");
  g_assert_cmpint (cairn_states_get_state (states), ==, CAIRN_STATE_EMPTY);
  WAIT_FOR (widget_test_find_label (GTK_WIDGET (states), "Nothing found") != NULL, 1000);
  g_test_expect_message ("cairn", G_LOG_LEVEL_MESSAGE, "connection refused");
  cairn_states_set_error (states, error);
  g_test_assert_expected_messages ();
  g_assert_cmpint (cairn_states_get_state (states), ==, CAIRN_STATE_ERROR);
  g_signal_emit_by_name (widget_test_find_button (GTK_WIDGET (states), "Try Again"), "clicked");
  g_assert_true (asked);
  g_assert_cmpint (cairn_states_get_state (states), ==, CAIRN_STATE_LOADING);
  widget_test_destroy (window);
}

static int
get_x (GtkWidget *widget,
       GtkWidget *parent)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (widget, parent, &bounds));
  return bounds.origin.x;
}

/* A report says how many results it has and how many of them matter; new is a word, not just bold. */
static void
test_more (void)
{
  GtkWidget *row = cairn_record_row_new ();
  GtkWidget *window = widget_test_show (row, 400, 120);

  cairn_record_row_set_more (CAIRN_RECORD_ROW (row), 4);
  g_assert_nonnull (widget_test_find_label (row, "4 more"));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (widget_test_find_button (row, "4 more")),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Show 4 more that are coming up");
  cairn_record_row_set_more (CAIRN_RECORD_ROW (row), 0);
  WAIT_FOR (widget_test_find_label (row, "4 more") == NULL, 1000);
  widget_test_destroy (window);
}

static void
test_fold (void)
{
  CairnCacheRow row = { 1, (char *) "DiagnosticReport", (char *) "1", NULL, NULL, (char *) "report", (char *) "2020-01-02", TRUE, 0,
                        (char *) "Blood count", .is_new = TRUE, .n_parts = 12, .n_unusual = 2 };
  g_autoptr(CairnRecord) record = cairn_record_new (&row);
  GtkWidget *widget = cairn_record_row_new ();
  GtkWidget *window = widget_test_show (widget, 400, 80);

  cairn_record_row_set_record (CAIRN_RECORD_ROW (widget), record);
  cairn_record_row_set_fold (CAIRN_RECORD_ROW (widget), TRUE, FALSE, FALSE);
  g_assert_nonnull (widget_test_find_label (widget, "New · 2 January 2020 · 12 results"));
  g_assert_nonnull (widget_test_find_label (widget, "2 outside the usual"));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Blood count, New · 2 January 2020 · 12 results, 2 outside the usual,"
                                       " its results are folded away");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (widget_test_find_type (widget, GTK_TYPE_BUTTON)),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Show Results");
  widget_test_destroy (window);
}

static void
dates_cb (const char *since, const char *until, gpointer data)
{
  g_string_append_printf (data, "%s..%s", since, until);
}

static void
test_dates_popover (void)
{
  GtkWidget *button = gtk_menu_button_new ();
  GtkWidget *window = widget_test_show (button, 400, 300);
  CairnDatesPopover *popover = CAIRN_DATES_POPOVER (cairn_dates_popover_new ("2020", "2019-13"));
  g_autoptr(GString) chosen = g_string_new (NULL);
  GtkWidget *widget = GTK_WIDGET (popover);
  gpointer weak = popover;

  g_object_add_weak_pointer (G_OBJECT (popover), &weak);
  cairn_dates_popover_set_func (popover, dates_cb, chosen);
  cairn_dates_popover_popup (popover, button);
  g_signal_emit_by_name (widget_test_find_button (widget, "Show"), "clicked");
  g_assert_true (gtk_widget_get_visible (widget_test_find_label (widget, "A date is a year, a month or a day: 2024, 2024-03,"
                                                                 " 2024-03-15.")));
  gtk_editable_set_text (GTK_EDITABLE (gtk_window_get_focus (GTK_WINDOW (window))), "2019");
  g_signal_emit_by_name (widget_test_find_button (widget, "Show"), "clicked");
  g_assert_nonnull (widget_test_find_label (widget, "This ends before it begins."));
  g_assert_cmpstr (chosen->str, ==, "");
  gtk_editable_set_text (GTK_EDITABLE (gtk_window_get_focus (GTK_WINDOW (window))), " 2021-03 ");
  g_signal_emit_by_name (widget_test_find_button (widget, "Show"), "clicked");
  g_assert_cmpstr (chosen->str, ==, "2020..2021-03");
  WAIT_FOR (weak == NULL, 20000);
  widget_test_destroy (window);
}

/* Two abreast when there is room for both, mirrored from right to left, else one below the other. */
static void
test_columns (void)
{
  GtkWidget *columns = g_object_new (CAIRN_TYPE_COLUMNS, "min-column", 100, "spacing", 10, NULL);
  GtkWidget *a = gtk_label_new ("a");
  GtkWidget *b = gtk_label_new ("b");
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *window;

  gtk_widget_set_parent (a, columns);
  gtk_widget_set_parent (b, columns);
  gtk_widget_set_hexpand (columns, TRUE);
  gtk_box_append (GTK_BOX (box), columns);
  window = widget_test_show (box, 220, 100);
  g_assert_cmpint (get_x (a, columns), ==, 0);
  g_assert_cmpint (get_x (b, columns), >=, 110);
  gtk_widget_set_direction (columns, GTK_TEXT_DIR_RTL);
  gtk_widget_queue_allocate (columns);
  gtk_test_widget_wait_for_draw (columns);
  WAIT_FOR (get_x (b, columns) == 0, 1000);
  gtk_widget_set_direction (columns, GTK_TEXT_DIR_LTR);
  gtk_window_set_default_size (GTK_WINDOW (window), 150, 100);
  WAIT_FOR (get_x (b, columns) == 0, 3000);
  widget_test_destroy (window);
}

/* How many chips show; each of them whole, and the chosen one among them. */
static guint
count_chips (GtkWidget  *bar,
             const char *chosen)
{
  guint n = 0;
  gboolean found = FALSE;

  for (GtkWidget *child = gtk_widget_get_first_child (bar); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      int natural;

      if (!GTK_IS_TOGGLE_BUTTON (child) || !gtk_widget_get_mapped (child))
        continue;
      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
      g_assert_cmpint (gtk_widget_get_allocated_width (child), >=, natural);
      g_assert_cmpint (get_x (child, bar) + gtk_widget_get_allocated_width (child), <=, gtk_widget_get_width (bar));
      found = found || g_strcmp0 (gtk_button_get_label (GTK_BUTTON (child)), chosen) == 0;
      n++;
    }
  g_assert_true (found);
  return n;
}

static void
test_kind_bar (void)
{
  GtkWidget *bar = g_object_new (CAIRN_TYPE_KIND_BAR, NULL);
  GtkWidget *window = widget_test_show (bar, 700, 100);

  WAIT_FOR (gtk_widget_get_width (bar) >= 600 && count_chips (bar, "Everything") == 5, 3000);
  gtk_window_set_default_size (GTK_WINDOW (window), 330, 100);
  WAIT_FOR (gtk_widget_get_width (bar) <= 330, 3000);
  g_assert_cmpuint (count_chips (bar, "Everything"), <, 5);
  cairn_kind_bar_set_narrow (CAIRN_KIND_BAR (bar), TRUE);
  cairn_kind_bar_set_kind (CAIRN_KIND_BAR (bar), "visit");
  gtk_test_widget_wait_for_draw (bar);
  g_assert_cmpuint (count_chips (bar, "Visits"), >=, 2);
  cairn_kind_bar_set_kind (CAIRN_KIND_BAR (bar), "condition");
  gtk_test_widget_wait_for_draw (bar);
  g_assert_nonnull (widget_test_find_label (bar, "Conditions"));
  widget_test_destroy (window);
}

static void
test_bar (void)
{
  GtkWidget *bar = g_object_new (CAIRN_TYPE_BAR, "icon", "network-offline-symbolic", "button", "Sign In",
                                 "attention", TRUE, NULL);
  GtkWidget *window = widget_test_show (bar, 360, 100);

  g_assert_false (gtk_widget_get_visible (bar));
  cairn_bar_show (CAIRN_BAR (bar), "No connection.");
  WAIT_FOR (widget_test_find_label (bar, "No connection.") != NULL, 2000);
  cairn_bar_hide (CAIRN_BAR (bar));
  WAIT_FOR (!gtk_widget_get_visible (bar), 2000);
  widget_test_destroy (window);
}

static void
test_field_error (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *entry = adw_entry_row_new ();
  GtkWidget *error = g_object_new (CAIRN_TYPE_FIELD_ERROR, NULL);
  GtkWidget *caps_lock = g_object_new (CAIRN_TYPE_CAPS_LOCK, NULL);
  GtkWidget *window;

  gtk_list_box_append (GTK_LIST_BOX (list), entry);
  gtk_box_append (GTK_BOX (box), list);
  gtk_box_append (GTK_BOX (box), error);
  gtk_box_append (GTK_BOX (box), caps_lock);
  gtk_editable_set_text (GTK_EDITABLE (entry), "typed");
  window = widget_test_show (box, 360, 200);
  cairn_field_error_show (CAIRN_FIELD_ERROR (error), entry, "This password is wrong.");
  WAIT_FOR (widget_test_find_label (error, "This password is wrong.") != NULL, 1000);
  g_assert_true (gtk_widget_has_css_class (entry, "error"));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "typed");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "This password is wrong.");
  cairn_field_error_clear (CAIRN_FIELD_ERROR (error));
  g_assert_false (gtk_widget_has_css_class (entry, "error"));
  widget_test_destroy (window);
}

static void
test_fact_row (void)
{
  CairnFact plain = { .label = (char *) "Status", .text = (char *) "final" };
  CairnFact linked = { .label = (char *) "Ordered by", .text = (char *) "Dr. Raman", .reference = (char *) "Practitioner/1" };
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *row = cairn_fact_row_new (&plain);
  GtkWidget *link = cairn_fact_row_new (&linked);
  GtkWidget *window;

  gtk_list_box_append (GTK_LIST_BOX (list), row);
  gtk_list_box_append (GTK_LIST_BOX (list), link);
  window = widget_test_show (list, 360, 200);
  g_assert_false (gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (row)));
  g_assert_true (gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (link)));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (link), GTK_ACCESSIBLE_PROPERTY_LABEL, "Ordered by: Dr. Raman");
  widget_test_destroy (window);
}

/* "[Blo]od pressure": what is marked in brackets */
static char *
dup_marked (const char *text,
            const char *search)
{
  g_autoptr(PangoAttrList) list = cairn_highlight_create (text, search);
  GSList *attributes = list != NULL ? pango_attr_list_get_attributes (list) : NULL;
  GString *marked = g_string_new (NULL);

  for (guint i = 0; i <= strlen (text); i++)
    {
      for (GSList *a = attributes; a != NULL; a = a->next)
        {
          PangoAttribute *attribute = a->data;

          if (attribute->klass->type == PANGO_ATTR_WEIGHT && attribute->end_index == i)
            g_string_append_c (marked, ']');
          if (attribute->klass->type == PANGO_ATTR_WEIGHT && attribute->start_index == i)
            g_string_append_c (marked, '[');
        }
      g_string_append_c (marked, text[i]);
    }
  g_slist_free_full (attributes, (GDestroyNotify) pango_attribute_destroy);
  return g_string_free (marked, FALSE);
}

static void
test_highlight (void)
{
  static const struct
  {
    const char *text, *search, *marked;
  } cases[] = {
    { "Blood pressure", "blo", "[Blo]od pressure" },
    { "Blood pressure, blood", "BLOOD pr", "[Blood] [pr]essure, [blood]" },
    { "Bloodless", "blood pressure", "Bloodless" },   /* all but the last word are whole ones */
    { "Bloodless", "blood ", "Bloodless" },
    { "underblood", "blood", "underblood" },
    { "X-ray of the knee", "x-ray kn", "[X-ray] of the [kn]ee" },
    { "X ray", "x-ray", "[X ray]" },
    { "Café crème", "cafe CREME", "[Café] [crème]" },
    { "e\u0301clair", "ecl", "[e\u0301cl]air" },
    { "4548-4", "4548-4", "[4548-4]" },
    { "尿検査の結果", "検査", "尿[検査]の結果" },
    { "검사결과", "결과", "검사[결과]" },
    { "<b>bold</b> & more", "b", "<[b]>[b]old</[b]> & more" },
    { "a*b(c", "\"*( b", "a*[b](c" },
    { "Blood", "", "Blood" },
    { "Blood", "-", "Blood" },
    { "", "x", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *marked = dup_marked (cases[i].text, cases[i].search);

      g_assert_cmpstr (marked, ==, cases[i].marked);
    }
}

static void
test_note_card (void)
{
  CairnNote said = { (char *) "Dr. Amara Okafor", (char *) "2020-05-04", (char *) "See you in <May>." };
  CairnNote bare = { NULL, NULL, (char *) "Repeated." };
  CairnFact by_doctor = { .label = (char *) "Comment", .text = (char *) "Dr. Amara Okafor, 4 May 2020: See you in <May>.", .note = &said };
  CairnFact by_nobody = { .label = (char *) "Comment", .text = (char *) "Repeated.", .note = &bare };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *first = cairn_note_card_new (&by_doctor);
  GtkWidget *second = cairn_note_card_new (&by_nobody), *window;

  gtk_box_append (GTK_BOX (box), first);
  gtk_box_append (GTK_BOX (box), second);
  window = widget_test_show (box, 360, 200);
  g_assert_nonnull (widget_test_find_label (first, "Dr. Amara Okafor"));
  g_assert_nonnull (widget_test_find_label (first, "See you in <May>."));
  g_assert_nonnull (widget_test_find_label (second, "Comment"));
  g_assert_nonnull (widget_test_find_label (second, "Repeated."));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (first), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Dr. Amara Okafor, 4 May 2020: See you in <May>.");
  widget_test_destroy (window);
}

/* What can be done about a visit stands beside it, and nothing that can't. */
static void
test_visit_card (void)
{
  CairnCacheRow row = { .type = (char *) "Appointment", .id = (char *) "a", .kind = (char *) "appointment", .title = (char *) "Check-up",
                        .date = (char *) "2031-05-04T09:40:00Z", .has_start = TRUE, .start = G_GINT64_CONSTANT (1935740400000) };
  CairnHome home = { .appointment_with = (char *) "Dr. Okafor", .appointment_where = (char *) "Room 4" };
  GtkWidget *card = g_object_new (CAIRN_TYPE_VISIT_CARD, NULL), *window;

  cairn_visit_card_set_home (CAIRN_VISIT_CARD (card), &home, FALSE);
  window = widget_test_show (card, 360, 200);
  g_assert_nonnull (widget_test_find_label (card, "Not known yet"));
  cairn_visit_card_set_home (CAIRN_VISIT_CARD (card), &home, TRUE);
  g_assert_nonnull (widget_test_find_label (card, "No visit planned"));
  home.appointment = cairn_record_new (&row);
  cairn_visit_card_set_home (CAIRN_VISIT_CARD (card), &home, TRUE);
  g_assert_nonnull (widget_test_find_label (card, "Check-up with Dr. Okafor"));
  g_assert_nonnull (widget_test_find_label (card, "Room 4"));
  g_assert_null (widget_test_find_button (card, "Call"));
  home.phone = (char *) "+1 (555) 0100";
  cairn_visit_card_set_home (CAIRN_VISIT_CARD (card), &home, TRUE);
  g_assert_nonnull (widget_test_find_button (card, "Call"));
  g_assert_null (widget_test_find_button (card, "Directions"));
  home.address = (char *) "31 Mill Road";
  cairn_visit_card_set_home (CAIRN_VISIT_CARD (card), &home, TRUE);
  g_assert_nonnull (widget_test_find_button (card, "Directions"));
  widget_test_destroy (window);
  g_object_unref (home.appointment);
}

int
main (int   argc,
      char *argv[])
{
  widget_test_init (&argc, &argv);
  g_test_add_func ("/parts/range-bar", test_range_bar);
  g_test_add_func ("/parts/range-bar/drawn", test_range_bar_drawn);
  g_test_add_func ("/parts/level-label", test_level_label);
  g_test_add_func ("/parts/record-row", test_record_row);
  g_test_add_func ("/parts/record-row/placeholder", test_placeholder);
  g_test_add_func ("/parts/states", test_states);
  g_test_add_func ("/parts/record-row/fold", test_fold);
  g_test_add_func ("/parts/record-row/more", test_more);
  g_test_add_func ("/parts/dates-popover", test_dates_popover);
  g_test_add_func ("/parts/columns", test_columns);
  g_test_add_func ("/parts/kind-bar", test_kind_bar);
  g_test_add_func ("/parts/bar", test_bar);
  g_test_add_func ("/parts/field-error", test_field_error);
  g_test_add_func ("/parts/fact-row", test_fact_row);
  g_test_add_func ("/parts/highlight", test_highlight);
  g_test_add_func ("/parts/note-card", test_note_card);
  g_test_add_func ("/parts/visit-card", test_visit_card);
  return g_test_run ();
}
