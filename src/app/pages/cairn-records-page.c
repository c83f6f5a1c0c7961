/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The timeline: every record, newest first; kinds, a time span, a status and search narrow it down. What does are
 * the properties "kind", "period" (months as text, or "SINCE..UNTIL") and "status", "" for everything.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-words.h"
#include "client/cairn-records.h"
#include "pages/cairn-records-page.h"
#include "parts/cairn-dates-popover.h"
#include "parts/cairn-kind-bar.h"
#include "parts/cairn-states.h"
#include "parts/cairn-sync-status.h"
#include "parts/cairn-timeline.h"

struct _CairnRecordsPage
{
  CairnFramePage parent_instance;

  GtkLabel           *count;
  GtkWidget          *filters;
  CairnKindBar       *kinds;
  GtkMenuButton      *period_button;
  GtkSearchBar       *search_bar;
  GtkSearchEntry     *search_entry;
  GtkMenuButton      *status_button;
  CairnStates        *states;
  CairnTimeline      *timeline;

  CairnRecords       *records;
  char               *kind;
  char               *period;
  char               *status;
};

G_DEFINE_FINAL_TYPE (CairnRecordsPage, cairn_records_page, CAIRN_TYPE_FRAME_PAGE)

enum
{
  PROP_KIND = 1,
  PROP_PERIOD,
  PROP_STATUS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* What "status" may be, in the order of #CairnRecordsFilter. */
static const struct
{
  const char *status;
  const char *words;
} filters[CAIRN_RECORDS_N_FILTERS] = {
  { "", NC_("filter", "Any status") },
  { "new", NC_("filter", "New") },
  { "unusual", NC_("filter", "Outside the usual") },
  { "preliminary", NC_("filter", "Preliminary") },
  { "corrected", NC_("filter", "Corrected") },
  { "cancelled", NC_("filter", "Cancelled or stopped") },
  { "in-error", NC_("filter", "Entered by mistake") },
};

static gboolean
is_narrowed (CairnRecordsPage *self)
{
  return *self->kind != '\0' || *self->period != '\0' || *self->status != '\0';
}

static gboolean
is_searched (CairnRecordsPage *self)
{
  return *gtk_editable_get_text (GTK_EDITABLE (self->search_entry)) != '\0';
}

static void
show_empty (CairnRecordsPage *self)
{
  CairnSync *sync = cairn_session_get_sync (cairn_frame_page_get_session (CAIRN_FRAME_PAGE (self)));

  if (is_searched (self))
    cairn_states_set_empty (self->states, "edit-find-symbolic", _("Nothing found"),
                            is_narrowed (self) ? _("No record has all of these words among those chosen above.")
                                               : _("No record has all of these words. Try fewer or shorter ones."));
  else if (cairn_records_get_not_shared (self->records))
    cairn_states_set_empty (self->states, "channel-secure-symbolic", _("Not shared by this portal"),
                            _("Your clinic's portal does not give records of this kind to apps. The clinic may have some all"
                              " the same: ask there."));
  else if (cairn_records_get_missing (self->records) && !cairn_sync_get_running (sync))
    {
      cairn_states_set_empty (self->states, "dialog-warning-symbolic", _("This could not be fetched"),
                              _("The clinic's portal did not give records of this kind."));
      cairn_states_offer (self->states, _("Try Again"), "win.sync");
    }
  else if (*self->status != '\0' || *self->period != '\0')
    cairn_states_set_empty (self->states, "x-office-document-symbolic", _("Nothing here"),
                            _("No record is like that in this time."));
  else if (*self->kind != '\0')
    cairn_states_set_empty (self->states, "x-office-document-symbolic", _("None so far"),
                            _("Your clinic has sent no record of this kind. When there is one, it appears here."));
  else if (cairn_sync_get_running (sync))
    cairn_states_set_empty (self->states, "view-refresh-symbolic", _("Your record is on its way"),
                            _("It appears here as it arrives from the clinic."));
  else
    cairn_states_set_empty (self->states, "x-office-document-symbolic", _("No records yet"),
                            _("Test results, visits and notes appear here when the clinic has any."));
  if (is_narrowed (self) && (is_searched (self) || *self->status != '\0' || *self->period != '\0'))
    cairn_states_offer (self->states, is_searched (self) ? _("Search Everything") : _("Show Everything"), "records.widen");
}

/* The count says what it counts: what was found, or all there is. */
static void
show_count (CairnRecordsPage *self,
            guint             n)
{
  g_autofree char *words = is_searched (self)
                           ? g_strdup_printf (ngettext ("%'u match", "%'u matches", n), n)
                           : g_strdup_printf (ngettext ("%'u entry", "%'u entries", n), n);

  gtk_label_set_text (self->count, words);
}

static void
update_state (CairnRecordsPage *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->records));
  const GError *error = cairn_records_get_error (self->records);
  const GError *failure = cairn_sync_status_get_failure (cairn_frame_page_get_session (CAIRN_FRAME_PAGE (self)));

  /* Nothing to choose from */
  gtk_widget_set_visible (self->filters, n > 0 || cairn_records_get_loading (self->records) || is_narrowed (self) ||
                                         is_searched (self));
  if (n > 0 || !cairn_records_get_loading (self->records))
    show_count (self, n + cairn_records_get_n_later (self->records));
  if (n > 0)
    cairn_states_set_state (self->states, CAIRN_STATE_CONTENT);
  else if (error != NULL)
    cairn_states_set_error (self->states, error);
  else if (cairn_records_get_loading (self->records))
    cairn_states_set_state (self->states, CAIRN_STATE_LOADING);
  else if (failure != NULL && !cairn_records_get_not_shared (self->records))
    cairn_states_set_failure (self->states, *self->kind != '\0' ? _("This could not be fetched")
                                                               : _("Your record could not be fetched"), failure);
  else
    show_empty (self);
}

static void
retry_cb (CairnRecordsPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.sync", NULL);
  update_state (self);
}

static void
search_changed_cb (CairnRecordsPage *self)
{
  const char *words = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));
  g_autofree char *before = NULL;

  g_object_get (self->records, "search", &before, NULL);
  if (g_str_equal (before != NULL ? before : "", words))
    return;
  cairn_timeline_renew (self->timeline);
  cairn_records_set_search (self->records, words);
  update_state (self);
}

/* Words, also such as begin with a dead key; not what a button or the list itself does something with. */
static gboolean
is_typing (CairnRecordsPage *self,
           GtkWidget        *focus,
           guint             keyval,
           GdkModifierType   modifiers)
{
  gunichar letter = gdk_keyval_to_unicode (keyval);

  if ((modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK)) != 0)
    return FALSE;
  if ((letter == ' ' || letter == '+' || letter == '-') &&
      !(is_searched (self) && focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->timeline))))
    return FALSE;
  return g_unichar_isprint (letter) || (keyval >= GDK_KEY_dead_grave && keyval <= GDK_KEY_dead_greek);
}

/* Who types elsewhere on the page searches; the keyboard goes along, so that spaces come too. */
static gboolean
key_cb (CairnRecordsPage      *self,
        guint                  keyval,
        guint                  keycode,
        GdkModifierType        modifiers,
        GtkEventControllerKey *controller)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (GTK_IS_TEXT (focus))
    return GDK_EVENT_PROPAGATE;
  if (keyval == GDK_KEY_Escape && gtk_search_bar_get_search_mode (self->search_bar))
    {
      gtk_search_bar_set_search_mode (self->search_bar, FALSE);
      return GDK_EVENT_STOP;
    }
  if (!is_typing (self, focus, keyval, modifiers))
    return GDK_EVENT_PROPAGATE;
  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
  gtk_editable_set_position (GTK_EDITABLE (self->search_entry), -1);
  gtk_event_controller_key_forward (controller, GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (self->search_entry))));
  return GDK_EVENT_STOP;
}

/* Enter and Down go on to what was found. */
static void
go_on (GtkWidget  *widget,
       const char *action,
       GVariant   *parameter)
{
  CairnRecordsPage *self = CAIRN_RECORDS_PAGE (widget);

  if (cairn_states_get_state (self->states) == CAIRN_STATE_CONTENT)
    cairn_timeline_focus (self->timeline);
}

static void
search_activate_cb (CairnRecordsPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "records.go-on", NULL);
}

/* Coming to the list and leaving it: what stands in it has been looked at. */
static void
looked_cb (CairnRecordsPage *self)
{
  cairn_session_note_look (cairn_frame_page_get_session (CAIRN_FRAME_PAGE (self)));
}

static void
search_mode_cb (CairnRecordsPage *self)
{
  if (gtk_search_bar_get_search_mode (self->search_bar))
    gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

static void
typing_cb (CairnRecordsPage        *self,
           GParamSpec              *pspec,
           GtkEventControllerFocus *focus)
{
  cairn_timeline_set_terse (self->timeline, gtk_event_controller_focus_contains_focus (focus));
}

static void
narrow_cb (CairnRecordsPage *self)
{
  cairn_kind_bar_set_narrow (self->kinds, cairn_frame_page_get_narrow (CAIRN_FRAME_PAGE (self)));
  cairn_timeline_set_narrow (self->timeline, cairn_frame_page_get_narrow (CAIRN_FRAME_PAGE (self)));
}

static void
update_kind (CairnRecordsPage *self)
{
  const char *const kinds[] = { self->kind, NULL };

  cairn_kind_bar_set_kind (self->kinds, self->kind);
  cairn_timeline_renew (self->timeline);
  cairn_records_set_kinds (self->records, *self->kind != '\0' ? kinds : NULL);
  update_state (self);
}

static void
mark_chosen (GtkMenuButton *button,
             gboolean       chosen,
             const char    *words)
{
  gtk_menu_button_set_label (button, words);
  if (chosen)
    gtk_widget_add_css_class (GTK_WIDGET (button), "chosen");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (button), "chosen");
}

/* Months as text ("1", "12", "60"), two dates ("2020..2021-03", each may be absent), or "" for any time. */
static void
update_period (CairnRecordsPage *self)
{
  int months = atoi (self->period);
  const char *dots = strstr (self->period, "..");
  g_autofree char *since = NULL;
  g_autofree char *words = NULL;

  if (dots != NULL)
    {
      since = g_strndup (self->period, (gsize) (dots - self->period));
      words = cairn_words_span (since, dots + 2);
    }
  else if (months > 0)
    {
      g_autoptr(GDateTime) now = g_date_time_new_now_local ();
      g_autoptr(GDateTime) then = g_date_time_add_months (now, -months);

      since = g_date_time_format (then, "%Y-%m-%d");
    }
  mark_chosen (self->period_button, *self->period != '\0',
               dots != NULL ? words
               : months == 0 ? _("Any time") : months == 1 ? _("Last month")
               : months == 12 ? _("Last year") : _("Last 5 years"));
  cairn_timeline_renew (self->timeline);
  cairn_records_set_since (self->records, since);
  cairn_records_set_until (self->records, dots != NULL ? dots + 2 : NULL);
  update_state (self);
}

static void
update_status (CairnRecordsPage *self)
{
  guint filter;

  for (filter = CAIRN_RECORDS_N_FILTERS - 1; filter > 0 && !g_str_equal (filters[filter].status, self->status); filter--)
    ;
  mark_chosen (self->status_button, filter != CAIRN_RECORDS_ALL, g_dpgettext2 (NULL, "filter", filters[filter].words));
  cairn_timeline_renew (self->timeline);
  cairn_records_set_filter (self->records, filter);
  update_state (self);
}

static void
chosen_dates_cb (const char *since,
                 const char *until,
                 gpointer    data)
{
  g_autofree char *period = g_strdup_printf ("%s..%s", since, until);

  g_object_set (data, "period", g_str_equal (period, "..") ? "" : period, NULL);
}

static void
choose_dates (GtkWidget  *widget,
              const char *action,
              GVariant   *parameter)
{
  CairnRecordsPage *self = CAIRN_RECORDS_PAGE (widget);
  const char *dots = strstr (self->period, "..");
  g_autofree char *since = dots != NULL ? g_strndup (self->period, (gsize) (dots - self->period)) : NULL;
  CairnDatesPopover *popover = CAIRN_DATES_POPOVER (cairn_dates_popover_new (since, dots != NULL ? dots + 2 : NULL));

  cairn_dates_popover_set_func (popover, chosen_dates_cb, self);
  cairn_dates_popover_popup (popover, GTK_WIDGET (self->period_button));
}

/* Of every kind, time and status; what is searched for stays. The keyboard goes on from there. */
static void
show_all (GtkWidget  *widget,
          const char *action,
          GVariant   *parameter)
{
  CairnRecordsPage *self = CAIRN_RECORDS_PAGE (widget);

  g_object_set (self, "kind", "", "period", "", "status", "", NULL);
  cairn_frame_page_take_focus (CAIRN_FRAME_PAGE (self));
}

static void
cairn_records_page_focus (CairnFramePage *page)
{
  CairnRecordsPage *self = CAIRN_RECORDS_PAGE (page);

  if (gtk_search_bar_get_search_mode (self->search_bar))
    gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
  else
    cairn_timeline_focus (self->timeline);
}

static void
cairn_records_page_constructed (GObject *object)
{
  CairnRecordsPage *self = CAIRN_RECORDS_PAGE (object);
  CairnSession *session = cairn_frame_page_get_session (CAIRN_FRAME_PAGE (self));

  G_OBJECT_CLASS (cairn_records_page_parent_class)->constructed (object);

  self->records = cairn_records_new (session);
  cairn_timeline_set_records (self->timeline, self->records);
  g_signal_connect_object (self->records, "items-changed", G_CALLBACK (update_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->records, "notify::n-later", G_CALLBACK (update_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->records, "notify::loading", G_CALLBACK (update_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cairn_session_get_sync (session), "notify::running", G_CALLBACK (update_state), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self, "map", G_CALLBACK (looked_cb), NULL);
  g_signal_connect (self, "unmap", G_CALLBACK (looked_cb), NULL);
  g_signal_connect (self, "notify::narrow", G_CALLBACK (narrow_cb), NULL);
  g_object_bind_property (self, "search-mode", self->search_bar, "search-mode-enabled",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  update_state (self);
}

static void
cairn_records_page_dispose (GObject *object)
{
  CairnRecordsPage *self = CAIRN_RECORDS_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_RECORDS_PAGE);
  g_clear_object (&self->records);

  G_OBJECT_CLASS (cairn_records_page_parent_class)->dispose (object);
}

static void
cairn_records_page_finalize (GObject *object)
{
  CairnRecordsPage *self = CAIRN_RECORDS_PAGE (object);

  g_free (self->kind);
  g_free (self->period);
  g_free (self->status);

  G_OBJECT_CLASS (cairn_records_page_parent_class)->finalize (object);
}

static char **
get_text (CairnRecordsPage *self,
          guint             id)
{
  switch (id)
    {
    case PROP_KIND:
      return &self->kind;
    case PROP_PERIOD:
      return &self->period;
    case PROP_STATUS:
      return &self->status;
    default:
      return NULL;
    }
}

static void
cairn_records_page_get_property (GObject    *object,
                                 guint       id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  CairnRecordsPage *self = CAIRN_RECORDS_PAGE (object);
  char **text = get_text (self, id);

  if (text != NULL)
    g_value_set_string (value, *text);
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
  char **text = get_text (self, id);

  if (text == NULL)
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
  else if (id == PROP_PERIOD)
    update_period (self);
  else
    update_status (self);
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
  properties[PROP_STATUS] = g_param_spec_string ("status", NULL, NULL, "", flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (CAIRN_TYPE_KIND_BAR);
  g_type_ensure (CAIRN_TYPE_STATES);
  g_type_ensure (CAIRN_TYPE_TIMELINE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/cairnhealth/Cairn/ui/cairn-records-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnRecordsPage, count);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordsPage, filters);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordsPage, kinds);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordsPage, period_button);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordsPage, search_bar);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordsPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordsPage, states);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordsPage, status_button);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordsPage, timeline);
  gtk_widget_class_bind_template_callback (widget_class, key_cb);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_mode_cb);
  gtk_widget_class_bind_template_callback (widget_class, typing_cb);
  gtk_widget_class_install_action (widget_class, "records.go-on", NULL, go_on);
  gtk_widget_class_install_property_action (widget_class, "records.kind", "kind");
  gtk_widget_class_install_action (widget_class, "records.choose-dates", NULL, choose_dates);
  gtk_widget_class_install_action (widget_class, "records.widen", NULL, show_all);
  gtk_widget_class_install_property_action (widget_class, "records.period", "period");
  gtk_widget_class_install_property_action (widget_class, "records.status", "status");
}

static void
cairn_records_page_init (CairnRecordsPage *self)
{
  self->kind = g_strdup ("");
  self->period = g_strdup ("");
  self->status = g_strdup ("");
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));
}

static void
append_part (GString    *view,
             const char *part)
{
  g_autofree char *escaped = g_uri_escape_string (part, NULL, TRUE);

  g_string_append_printf (view, "%s%s", view->len > 0 ? "/" : "", *escaped != '\0' ? escaped : "-");
}

/* What is shown and how far it is scrolled, to be shown again after a lock: words of the search stay in memory alone. */
char *
cairn_records_page_dup_view (CairnRecordsPage *self)
{
  GString *view = g_string_new (NULL);
  char scroll[G_ASCII_DTOSTR_BUF_SIZE];

  g_return_val_if_fail (CAIRN_IS_RECORDS_PAGE (self), NULL);

  append_part (view, self->kind);
  append_part (view, self->period);
  append_part (view, self->status);
  append_part (view, gtk_search_bar_get_search_mode (self->search_bar) ? "search" : "");
  append_part (view, gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
  append_part (view, g_ascii_dtostr (scroll, sizeof scroll, cairn_timeline_get_scroll (self->timeline)));
  return g_string_free (view, FALSE);
}

void
cairn_records_page_restore_view (CairnRecordsPage *self,
                                 const char       *view)
{
  g_auto(GStrv) parts = g_strsplit (view, "/", -1);

  g_return_if_fail (CAIRN_IS_RECORDS_PAGE (self));

  if (g_strv_length (parts) != 6)
    return;
  for (guint i = 0; i < 6; i++)
    {
      char *plain = g_str_equal (parts[i], "-") ? g_strdup ("") : g_uri_unescape_string (parts[i], NULL);

      g_free (parts[i]);
      parts[i] = plain != NULL ? plain : g_strdup ("");
    }
  g_object_set (self, "kind", parts[0], "period", parts[1], "status", parts[2], "search-mode", *parts[3] != '\0', NULL);
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), parts[4]);
  search_changed_cb (self);
  cairn_timeline_set_scroll (self->timeline, g_ascii_strtod (parts[5], NULL));
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
