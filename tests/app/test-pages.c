/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each page and window over a real session: portal in process, cache on disk, real keyring.
 */

#include "config.h"

#include "../server/portal-fixture.h"
#include "cairn-compat.h"
#include "cairn-door.h"
#include "cairn-frame.h"
#include "cairn-preferences-window.h"
#include "cairn-sidebar.h"
#include "cairn-window.h"
#include "client/cairn-session.h"
#include "client/cairn-trend.h"
#include "pages/cairn-home-page.h"
#include "pages/cairn-lock-page.h"
#include "pages/cairn-record-page.h"
#include "pages/cairn-records-page.h"
#include "pages/cairn-sign-in-page.h"
#include "pages/cairn-welcome-page.h"
#include "parts/cairn-home-card.h"
#include "parts/cairn-range-bar.h"
#include "parts/cairn-timeline.h"
#include "parts/cairn-sync-status.h"
#include "parts/cairn-trend-card.h"
#include "widget-test.h"

#define WAIT 10000

static const char bundle[] =
  "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":["
  "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p1\",\"birthDate\":\"1961-03-14\","
  "\"name\":[{\"text\":\"Maren Lindqvist\",\"given\":[\"Maren\"],\"family\":\"Lindqvist\"}]}},"
  "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"a1c\",\"status\":\"final\","
  "\"category\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/observation-category\","
  "\"code\":\"laboratory\"}]}],\"code\":{\"text\":\"Blood sugar (HbA1c)\"},\"subject\":{\"reference\":\"Patient/p1\"},"
  "\"effectiveDateTime\":\"2025-11-19T08:05:00Z\",\"valueQuantity\":{\"value\":6.10,\"unit\":\"%\"},"
  "\"interpretation\":[{\"coding\":[{\"code\":\"H\"}]}],"
  "\"referenceRange\":[{\"low\":{\"value\":4.0,\"unit\":\"%\"},\"high\":{\"value\":5.6,\"unit\":\"%\"}}]}},"
  "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"a1c-before\",\"status\":\"final\","
  "\"category\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/observation-category\","
  "\"code\":\"laboratory\"}]}],\"code\":{\"text\":\"Blood sugar (HbA1c)\"},\"subject\":{\"reference\":\"Patient/p1\"},"
  "\"effectiveDateTime\":\"2025-05-21\",\"valueQuantity\":{\"value\":6.2,\"unit\":\"%\"}}},"
  "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"wrong\",\"status\":\"entered-in-error\","
  "\"code\":{\"text\":\"Potassium\"},\"subject\":{\"reference\":\"Patient/p1\"},"
  "\"effectiveDateTime\":\"2025-11-18\",\"valueQuantity\":{\"value\":9.9,\"unit\":\"mmol/L\"}}},"
  "{\"resource\":{\"resourceType\":\"Condition\",\"id\":\"c1\",\"code\":{\"text\":\"High blood pressure\"},"
  "\"subject\":{\"reference\":\"Patient/p1\"},\"onsetDateTime\":\"2014\"}}]}";

static Fixture *portal;
static CairnSession *session;

static void
done_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static CairnSession *
sign_in_to (Fixture *there)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  CairnSession *made;

  cairn_session_sign_in_async (portal_get_url (there->portal), "maren", FIXTURE_PASSWORD, NULL, TRUE, NULL, done_cb,
                               &result);
  WAIT_FOR (result != NULL, WAIT);
  made = cairn_session_sign_in_finish (result, &error);
  g_assert_no_error (error);
  return made;
}

static void
sign_in (void)
{
  g_autoptr(GAsyncResult) synced = NULL;
  g_autoptr(CairnSyncReport) report = NULL;
  g_autoptr(GError) error = NULL;
  CairnSync *sync;

  session = sign_in_to (portal);
  sync = cairn_session_get_sync (session);
  cairn_sync_start_async (sync, NULL, done_cb, &synced);
  WAIT_FOR (synced != NULL, WAIT);
  report = cairn_sync_start_finish (sync, synced, &error);
  g_assert_no_error (error);
  g_assert_cmpint (report->result, ==, CAIRN_SYNC_COMPLETE);
}

/* Its last task may still hold it for a moment. */
static void
drop_session (void)
{
  gpointer weak = session;

  g_object_add_weak_pointer (G_OBJECT (session), &weak);
  g_clear_object (&session);
  WAIT_FOR (weak == NULL, WAIT);
}

static void
sign_out (void)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  cairn_session_sign_out_async (session, TRUE, NULL, done_cb, &result);
  WAIT_FOR (result != NULL, WAIT);
  g_assert_true (cairn_session_sign_out_finish (session, result, &error));
  g_assert_no_error (error);
  cairn_session_close (session);
  g_clear_object (&result);
  drop_session ();
}

static void
test_home (void)
{
  GtkWidget *page = GTK_WIDGET (cairn_home_page_new (session));
  GtkWidget *window = widget_test_show (page, 900, 700);

  WAIT_FOR (widget_test_find_label (page, "Blood sugar (HbA1c)") != NULL, WAIT);
  g_assert_nonnull (widget_test_find_label (page, "No visit planned"));
  WAIT_FOR (widget_test_find_label (page, "Trends you follow") != NULL, WAIT);
  g_assert_true (CAIRN_IS_HOME_CARD (widget_test_find_type (page, CAIRN_TYPE_HOME_CARD)));
  g_assert_nonnull (widget_test_find_label (page, "Medicines that are prescribed for you appear here."));
  g_assert_nonnull (widget_test_find_label (page, "6.10"));
  widget_test_destroy (window);
}

static void
sync_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       data)
{
  ++*(guint *) data;
}

static void
check_failure (CairnFramePage *frame_page,
               const char     *untrue)
{
  GtkWidget *page = GTK_WIDGET (frame_page);
  GtkWidget *window = widget_test_show (page, 900, 700);
  const GActionEntry entry = { "sync", sync_cb };
  g_autoptr(GSimpleActionGroup) group = g_simple_action_group_new ();
  guint n_syncs = 0;

  g_action_map_add_action_entries (G_ACTION_MAP (group), &entry, 1, &n_syncs);
  gtk_widget_insert_action_group (window, "win", G_ACTION_GROUP (group));
  WAIT_FOR (widget_test_find_label (page, "Your record could not be fetched") != NULL, WAIT);
  g_assert_nonnull (widget_test_find_label (page, "The clinic's portal could not be reached. Check your connection and try again."));
  g_assert_null (widget_test_find_label (page, untrue));
  g_signal_emit_by_name (widget_test_find_button (page, "Try Again"), "clicked");
  g_assert_cmpuint (n_syncs, ==, 1);
  WAIT_FOR (widget_test_find_label (page, "Your record could not be fetched") != NULL, WAIT);
  widget_test_destroy (window);
}

/* Before the first update nobody knows of visits; when it fails that is said, and nothing else. */
static void
test_nothing_came (void)
{
  Fixture *gone = fixture_new ();
  CairnSession *kept = session;
  g_autoptr(GAsyncResult) synced = NULL;
  g_autoptr(CairnSyncReport) report = NULL;
  GtkWidget *page, *window;

  json_object_unref (fixture_load (gone, bundle));
  fixture_add (gone, "maren", "p1");
  fixture_start (gone);
  session = sign_in_to (gone);
  page = GTK_WIDGET (cairn_home_page_new (session));
  window = widget_test_show (page, 900, 700);
  WAIT_FOR (widget_test_find_label (page, "Not known yet") != NULL, WAIT);
  widget_test_destroy (window);

  fixture_free (gone);
  cairn_sync_start_async (cairn_session_get_sync (session), NULL, done_cb, &synced);
  WAIT_FOR (synced != NULL, 6 * WAIT);
  report = cairn_sync_start_finish (cairn_session_get_sync (session), synced, NULL);
  g_assert_cmpint (report->result, ==, CAIRN_SYNC_FAILED);
  check_failure (cairn_home_page_new (session), "No visit planned");
  check_failure (cairn_records_page_new (session), "No records yet");
  sign_out ();
  session = kept;
}

static void
test_records (void)
{
  GtkWidget *page = GTK_WIDGET (cairn_records_page_new (session));
  GtkWidget *window = widget_test_show (page, 900, 700);

  WAIT_FOR (widget_test_find_label (page, "4 entries") != NULL, WAIT);
  WAIT_FOR (widget_test_find_label (page, "November 2025") != NULL, WAIT);
  WAIT_FOR (widget_test_find_label (page, "2014") != NULL, WAIT);
  g_object_set (page, "kind", "condition", NULL);
  WAIT_FOR (widget_test_find_label (page, "1 entry") != NULL, WAIT);
  WAIT_FOR (widget_test_find_label (page, "Potassium") == NULL, WAIT);
  gtk_widget_activate_action (page, "records.period", "s", "1");
  WAIT_FOR (widget_test_find_label (page, "Nothing here") != NULL, WAIT);
  gtk_widget_activate_action (page, "records.period", "s", "");
  gtk_widget_activate_action (page, "records.kind", "s", "");
  g_object_set (page, "search-mode", TRUE, NULL);
  gtk_editable_set_text (GTK_EDITABLE (widget_test_find_type (page, GTK_TYPE_SEARCH_ENTRY)), "pressure");
  WAIT_FOR (widget_test_find_label (page, "1 match") != NULL, WAIT);
  gtk_widget_activate_action (page, "records.period", "s", "1");
  WAIT_FOR (widget_test_find_label (page, "Search Everything") != NULL, WAIT);
  gtk_widget_activate_action (page, "records.widen", NULL);
  WAIT_FOR (widget_test_find_label (page, "1 match") != NULL, WAIT);
  gtk_editable_set_text (GTK_EDITABLE (widget_test_find_type (page, GTK_TYPE_SEARCH_ENTRY)), "");
  WAIT_FOR (widget_test_find_label (page, "4 entries") != NULL, WAIT);
  gtk_widget_activate_action (page, "records.status", "s", "unusual");
  WAIT_FOR (widget_test_find_label (page, "1 entry") != NULL, WAIT);
  g_assert_nonnull (widget_test_find_label (page, "Outside the usual"));
  g_object_set (page, "status", "", "period", "2014..2014-12", NULL);
  WAIT_FOR (widget_test_find_label (page, "2014 – December 2014") != NULL, WAIT);
  g_assert_nonnull (widget_test_find_type (page, CAIRN_TYPE_TIMELINE));
  widget_test_destroy (window);
}

/* What was shown is shown again, words of the search too, after the page was taken away. */
static void
test_records_view (void)
{
  CairnRecordsPage *page = CAIRN_RECORDS_PAGE (cairn_records_page_new (session));
  GtkWidget *window = widget_test_show (GTK_WIDGET (page), 900, 700);
  g_autofree char *view = NULL;
  g_autofree char *again = NULL;

  g_object_set (page, "kind", "vital-sign", "period", "2001..", "status", "", "search-mode", TRUE, NULL);
  gtk_editable_set_text (GTK_EDITABLE (widget_test_find_type (GTK_WIDGET (page), GTK_TYPE_SEARCH_ENTRY)), "a/b – -");
  view = cairn_records_page_dup_view (page);
  widget_test_destroy (window);
  page = CAIRN_RECORDS_PAGE (cairn_records_page_new (session));
  window = widget_test_show (GTK_WIDGET (page), 900, 700);
  cairn_records_page_restore_view (page, view);
  again = cairn_records_page_dup_view (page);
  g_assert_cmpstr (again, ==, view);
  WAIT_FOR (widget_test_find_label (GTK_WIDGET (page), "Nothing found") != NULL, WAIT);
  widget_test_destroy (window);
}

static void
test_record (void)
{
  GtkWidget *page = GTK_WIDGET (cairn_record_page_new (session, "Observation/a1c"));
  GtkWidget *window = widget_test_show (page, 600, 700);

  WAIT_FOR (widget_test_find_label (page, "Above the usual range") != NULL, WAIT);
  g_assert_nonnull (widget_test_find_label (page, "6.10"));
  g_assert_true (gtk_widget_get_mapped (widget_test_find_type (page, CAIRN_TYPE_RANGE_BAR)));
  g_assert_cmpstr (cairn_frame_page_get_title (CAIRN_FRAME_PAGE (page)), ==, "Blood sugar (HbA1c)");
  g_assert_null (widget_test_find_label (page, "Usual range"));   /* the bar has it */
  widget_test_destroy (window);
}

static guint
count_pins (void)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GListModel) pins = NULL;
  g_autoptr(GError) error = NULL;

  cairn_session_load_pins_async (session, NULL, done_cb, &result);
  WAIT_FOR (result != NULL, WAIT);
  pins = cairn_session_load_pins_finish (session, result, &error);
  g_assert_no_error (error);
  return g_list_model_get_n_items (pins);
}

/* The result before is told, drawn and turned to in place (cairn-result-card.c has both words); the trend can be followed. */
static void
test_record_trend (void)
{
  GtkWidget *page = GTK_WIDGET (cairn_record_page_new (session, "Observation/a1c"));
  GtkWidget *window = widget_test_show (page, 600, 900);
  GtkWidget *card = widget_test_find_type (page, CAIRN_TYPE_TREND_CARD), *pin;

  WAIT_FOR (widget_test_find_label (page, "0.10 lower than in May") != NULL, WAIT);
  WAIT_FOR (gtk_widget_get_mapped (card), WAIT);
  pin = widget_test_find_type (card, GTK_TYPE_TOGGLE_BUTTON);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (pin), TRUE);
  WAIT_FOR (count_pins () == 1, WAIT);
  g_object_set (page, "narrow", TRUE, NULL);
  WAIT_FOR (widget_test_find_label (page, "Wed 19 November 2025, 08:05 · 0.10 lower than in May") != NULL, WAIT);

  g_assert_null (widget_test_find_label (page, "Result After"));
  g_assert_true (gtk_widget_activate_action (page, "record.turn", "s", "Observation/a1c-before"));
  WAIT_FOR (widget_test_find_label (page, "Wed 21 May 2025") != NULL, WAIT);
  g_assert_nonnull (widget_test_find_label (page, "6.2"));
  WAIT_FOR (widget_test_find_label (page, "Result After") != NULL, WAIT);
  g_assert_null (widget_test_find_label (page, "Result Before"));
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (pin)));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (pin), FALSE);
  WAIT_FOR (count_pins () == 0, WAIT);
  widget_test_destroy (window);
}

/* A record that was entered by mistake says so before anything else, and shows no range. */
static void
test_wrong_record (void)
{
  GtkWidget *page = GTK_WIDGET (cairn_record_page_new (session, "Observation/wrong"));
  GtkWidget *window = widget_test_show (page, 600, 700);

  WAIT_FOR (widget_test_find_label (page, "Not valid") != NULL, WAIT);
  g_assert_nonnull (widget_test_find_label (page, "This was entered by mistake. It is not part of the record."));
  g_assert_false (gtk_widget_get_mapped (widget_test_find_type (page, CAIRN_TYPE_RANGE_BAR)));
  widget_test_destroy (window);
}

static void
test_missing_record (void)
{
  GtkWidget *page = GTK_WIDGET (cairn_record_page_new (session, "Observation/gone"));
  GtkWidget *window = widget_test_show (page, 600, 700);

  WAIT_FOR (widget_test_find_button (page, "Try Again") != NULL, WAIT);
  g_assert_nonnull (widget_test_find_label (page, "This record is not there any more."));
  widget_test_destroy (window);
}

static void
set_password (GtkWidget  *page,
              const char *password)
{
  gtk_editable_set_text (GTK_EDITABLE (widget_test_find_type (page, ADW_TYPE_PASSWORD_ENTRY_ROW)), password);
}

static void
test_lock (void)
{
  GtkWidget *page = cairn_lock_page_new (session);
  GtkWidget *window = widget_test_show (page, 600, 700);

  cairn_session_lock (session);
  g_assert_cmpint (cairn_session_get_state (session), ==, CAIRN_SESSION_LOCKED);
  g_assert_null (widget_test_find_label (page, "Maren Lindqvist"));
  set_password (page, "not this one, surely");
  gtk_widget_activate_action (page, "lock.unlock", NULL);
  WAIT_FOR (widget_test_find_label (page, "This password is wrong.") != NULL, WAIT);
  set_password (page, FIXTURE_PASSWORD);
  gtk_widget_activate_action (page, "lock.unlock", NULL);
  WAIT_FOR (cairn_session_get_state (session) == CAIRN_SESSION_OPEN, WAIT);
  widget_test_destroy (window);
}

static void
signed_in_cb (GtkWidget    *page,
              CairnSession *got,
              gpointer      data)
{
  *(CairnSession **) data = g_object_ref (got);
}

static void
test_sign_in (void)
{
  GtkWidget *page = cairn_sign_in_page_new ();
  GtkWidget *window = widget_test_show (page, 600, 700);
  CairnSession *got = NULL;

  cairn_sign_in_page_set_address (CAIRN_SIGN_IN_PAGE (page), portal_get_url (portal->portal), "maren");
  g_signal_connect (page, "signed-in", G_CALLBACK (signed_in_cb), &got);
  set_password (page, "not this one, surely");
  gtk_widget_activate_action (page, "door.next", NULL);
  WAIT_FOR (widget_test_find_label (page, "The user name or the password is wrong.") != NULL, WAIT);
  g_assert_null (got);
  widget_test_destroy (window);
}

/* Leaving the page ends what it has started. */
static void
test_sign_in_left (void)
{
  GtkWidget *page = cairn_sign_in_page_new ();
  GtkWidget *window = widget_test_show (page, 600, 700);

  cairn_sign_in_page_set_address (CAIRN_SIGN_IN_PAGE (page), portal_get_url (portal->portal), "maren");
  cairn_sign_in_page_take_focus (CAIRN_SIGN_IN_PAGE (page));
  set_password (page, "not this one, surely");
  gtk_widget_activate_action (page, "door.next", NULL);
  widget_test_destroy (window);
}

static void
address_cb (GtkWidget  *page,
            const char *address,
            gpointer    data)
{
  *(char **) data = g_strdup (address);
}

static void
test_welcome (void)
{
  g_autoptr(CairnAccounts) accounts = cairn_accounts_new ();
  gboolean read = cairn_accounts_reload (accounts, NULL);
  GtkWidget *page = g_object_new (CAIRN_TYPE_WELCOME_PAGE, NULL);
  GtkWidget *window = widget_test_show (page, 600, 700);
  GtkWidget *entry = widget_test_find_type (page, ADW_TYPE_ENTRY_ROW);
  g_autofree char *typed = g_strdup_printf (" %s ", portal_get_url (portal->portal));
  g_autofree char *address = NULL;

  g_assert_true (read);
  cairn_welcome_page_set_accounts (CAIRN_WELCOME_PAGE (page), accounts);
  g_signal_connect (page, "address", G_CALLBACK (address_cb), &address);
  WAIT_FOR (widget_test_find_label (page, "maren") != NULL, WAIT);
  gtk_editable_set_text (GTK_EDITABLE (entry), "two words");
  gtk_widget_activate_action (page, "welcome.go", NULL);
  WAIT_FOR (widget_test_find_label (page, "An address has no spaces; it looks like portal.clinic.example.") != NULL, WAIT);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "two words");
  gtk_editable_set_text (GTK_EDITABLE (entry), "ftp://portal.clinic.example");
  gtk_widget_activate_action (page, "welcome.go", NULL);
  WAIT_FOR (widget_test_find_label (page, "A clinic's address begins with https:// or with its name.") != NULL, WAIT);
  g_assert_null (address);
  gtk_editable_set_text (GTK_EDITABLE (entry), typed);
  gtk_widget_activate_action (page, "welcome.go", NULL);
  WAIT_FOR (address != NULL, WAIT);
  g_assert_cmpstr (address, ==, portal_get_url (portal->portal));
  widget_test_destroy (window);
}

/* Back from signing in to the start, and what was typed is still there. */
static void
test_door (void)
{
  g_autoptr(CairnAccounts) accounts = cairn_accounts_new ();
  GtkWidget *door = cairn_door_new (accounts);
  GtkWidget *window = widget_test_show (door, 600, 700);
  GtkWidget *sign_in = widget_test_find_type (door, CAIRN_TYPE_SIGN_IN_PAGE);

  cairn_door_welcome (CAIRN_DOOR (door));
  cairn_door_sign_in (CAIRN_DOOR (door), "portal.clinic.example", "maren", "Sign in again.");
  WAIT_FOR (widget_test_find_label (door, "Sign in again.") != NULL, WAIT);
  set_password (door, "typed");
  gtk_widget_activate_action (sign_in, "door.back", NULL);
  WAIT_FOR (widget_test_find_label (door, "Welcome to Cairn") != NULL, WAIT);
  cairn_door_sign_in (CAIRN_DOOR (door), "portal.clinic.example", NULL, NULL);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (widget_test_find_type (door, ADW_TYPE_PASSWORD_ENTRY_ROW))),
                   ==, "typed");
  g_assert_null (cairn_door_steal_sample (CAIRN_DOOR (door)));
  widget_test_destroy (window);
}

static void
test_frame (void)
{
  GtkWidget *frame = cairn_frame_new (session);
  GtkWidget *window = widget_test_show (frame, 1000, 700);
  GtkListBox *list = GTK_LIST_BOX (widget_test_find_type (frame, GTK_TYPE_LIST_BOX));
  g_autofree char *place = NULL;

  cairn_frame_restore_place (CAIRN_FRAME (frame), NULL);
  WAIT_FOR (widget_test_find_label (frame, "Maren Lindqvist") != NULL, WAIT);
  g_assert_nonnull (widget_test_find_type (widget_test_find_type (frame, CAIRN_TYPE_SIDEBAR), CAIRN_TYPE_SYNC_STATUS));
  cairn_frame_show_status (CAIRN_FRAME (frame), "new");
  place = cairn_frame_dup_place (CAIRN_FRAME (frame));
  g_assert_cmpstr (place, ==, "records/-/-/new/-/-/0");
  g_free (g_steal_pointer (&place));
  cairn_frame_show_kind (CAIRN_FRAME (frame), "condition");
  cairn_frame_open_record (CAIRN_FRAME (frame), "Condition/c1");
  cairn_frame_open_record (CAIRN_FRAME (frame), "Observation/a1c");
  place = cairn_frame_dup_place (CAIRN_FRAME (frame));
  g_assert_cmpstr (place, ==, "records/condition/-/-/-/-/0 Condition/c1 Observation/a1c");
  WAIT_FOR (widget_test_find_label (frame, "Above the usual range") != NULL, WAIT);
  cairn_frame_go_back (CAIRN_FRAME (frame));
  cairn_frame_go_back (CAIRN_FRAME (frame));
  g_free (g_steal_pointer (&place));
  place = cairn_frame_dup_place (CAIRN_FRAME (frame));
  g_assert_cmpstr (place, ==, "records/condition/-/-/-/-/0");
  gtk_list_box_select_row (list, gtk_list_box_get_row_at_index (list, 0));   /* as the arrow keys do on their way */
  g_assert_true (gtk_list_box_get_selected_row (list) == gtk_list_box_get_row_at_index (list, 1));
  cairn_frame_toggle_search (CAIRN_FRAME (frame));
  cairn_frame_restore_place (CAIRN_FRAME (frame), "home Observation/a1c");
  WAIT_FOR (widget_test_find_label (frame, "Above the usual range") != NULL, WAIT);
  widget_test_destroy (window);
}

/* Locked, the window holds no word of the record; unlocked, it is where it was. */
static void
test_window (void)
{
  g_autoptr(GtkApplication) application = GTK_APPLICATION (adw_application_new ("io.github.cairnhealth.Cairn.Test",
                                                                                G_APPLICATION_NON_UNIQUE));
  g_autoptr(CairnAccounts) accounts = cairn_accounts_new ();
  g_autoptr(GSettings) settings = cairn_compat_get_settings ();
  g_autoptr(GAsyncResult) result = NULL;
  CairnWindow *window;
  gpointer weak;

  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  window = cairn_window_new (application, accounts, settings);
  weak = window;
  g_object_add_weak_pointer (G_OBJECT (window), &weak);
  cairn_window_welcome (window);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  cairn_window_sign_in (window, "portal.clinic.example", "maren", "Sign in again.");
  WAIT_FOR (widget_test_find_label (GTK_WIDGET (window), "portal.clinic.example") != NULL, WAIT);

  cairn_window_set_session (window, session);
  WAIT_FOR (widget_test_find_label (GTK_WIDGET (window), "Blood sugar (HbA1c)") != NULL, WAIT);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.open-record", "s", "Observation/a1c");
  WAIT_FOR (widget_test_find_label (GTK_WIDGET (window), "Above the usual range") != NULL, WAIT);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.lock", NULL);
  WAIT_FOR (widget_test_find_label (GTK_WIDGET (window), "Cairn is locked") != NULL, WAIT);
  g_assert_null (widget_test_find_type (GTK_WIDGET (window), CAIRN_TYPE_FRAME));

  cairn_session_unlock_async (session, FIXTURE_PASSWORD, NULL, done_cb, &result);
  WAIT_FOR (result != NULL, WAIT);
  g_assert_true (cairn_session_unlock_finish (session, result, NULL));
  g_clear_object (&result);
  WAIT_FOR (widget_test_find_label (GTK_WIDGET (window), "Above the usual range") != NULL, WAIT);

  gtk_window_destroy (GTK_WINDOW (window));
  WAIT_FOR (weak == NULL, WAIT);

  /* the window closes the session that it was given */
  g_assert_cmpint (cairn_session_get_state (session), ==, CAIRN_SESSION_CLOSED);
  drop_session ();
  sign_in ();
}

static void
test_preferences (void)
{
  g_autoptr(GSettings) settings = cairn_compat_get_settings ();
  GtkWidget *window = cairn_preferences_window_new (settings);
  gpointer weak = window;

  g_object_add_weak_pointer (G_OBJECT (window), &weak);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);
  g_settings_set_uint (settings, "lock-minutes", 7);
  g_assert_cmpfloat (gtk_spin_button_get_value (GTK_SPIN_BUTTON (widget_test_find_type (window, GTK_TYPE_SPIN_BUTTON))),
                     ==, 7);
  g_settings_set_string (settings, "ca-file", "/nowhere/ca.pem");
  WAIT_FOR (widget_test_find_label (window, "/nowhere/ca.pem") != NULL, WAIT);
  gtk_widget_activate_action (window, "preferences.clear-ca", NULL);
  WAIT_FOR (widget_test_find_label (window, "/nowhere/ca.pem") == NULL, WAIT);
  gtk_window_destroy (GTK_WINDOW (window));
  WAIT_FOR (weak == NULL, WAIT);
}

int
main (int   argc,
      char *argv[])
{
  int code;

  widget_test_init (&argc, &argv);
  portal = fixture_new ();
  json_object_unref (fixture_load (portal, bundle));
  fixture_add (portal, "maren", "p1");
  fixture_start (portal);
  sign_in ();

  g_test_add_func ("/pages/home", test_home);
  g_test_add_func ("/pages/nothing-came", test_nothing_came);
  g_test_add_func ("/pages/records", test_records);
  g_test_add_func ("/pages/records-view", test_records_view);
  g_test_add_func ("/pages/record", test_record);
  g_test_add_func ("/pages/record/trend", test_record_trend);
  g_test_add_func ("/pages/record/entered-in-error", test_wrong_record);
  g_test_add_func ("/pages/record/missing", test_missing_record);
  g_test_add_func ("/pages/lock", test_lock);
  g_test_add_func ("/pages/sign-in", test_sign_in);
  g_test_add_func ("/pages/sign-in/left", test_sign_in_left);
  g_test_add_func ("/pages/welcome", test_welcome);
  g_test_add_func ("/door", test_door);
  g_test_add_func ("/frame", test_frame);
  g_test_add_func ("/preferences", test_preferences);
  g_test_add_func ("/window", test_window);
  code = g_test_run ();

  sign_out ();
  fixture_free (portal);
  return code;
}
