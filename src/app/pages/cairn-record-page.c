/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One record: its value with the usual range, what it says in boxed lists, its text, and where it
 * comes from. Reads it again when the cache changes, so that a correction shows at once.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-print.h"
#include "pages/cairn-record-documents.h"
#include "fhir/cairn-value.h"
#include "pages/cairn-record-page.h"
#include "pages/cairn-record-print.h"
#include "parts/cairn-curve.h"
#include "parts/cairn-fact-row.h"
#include "parts/cairn-long-text.h"
#include "parts/cairn-note-card.h"
#include "parts/cairn-report-card.h"
#include "parts/cairn-result-card.h"
#include "parts/cairn-states.h"
#include "parts/cairn-trend-card.h"
#include "parts/cairn-trend-words.h"

struct _CairnRecordPage
{
  CairnFramePage parent_instance;

  GtkLabel        *before;
  CairnResultCard *card;
  CairnCurve      *curve;
  GtkWidget       *curve_card;
  AdwViewSwitcherBar *bar;
  AdwBin          *document_place;
  GtkBox          *document_list;
  GtkBox          *document_words;
  GtkBox          *lists;
  GtkLabel        *narrative;
  GtkWidget       *narrative_box;
  GtkWidget       *newer;
  GtkBox          *notes;
  GtkWidget       *older;
  CairnReportCard *report_card;
  CairnStates     *states;
  CairnTrendCard  *trend_card;
  AdwToastOverlay *toasts;
  GtkWidget       *turn_box;
  AdwViewStack    *views;
  GtkWidget       *warning;
  GtkLabel        *warning_text;

  CairnRecordDocuments *documents;
  char            *reference;
  char            *said;
  CairnTrend      *trend;       /* of the same test, once it is read */
  gboolean         loading;
  gboolean         stale;
};

G_DEFINE_FINAL_TYPE (CairnRecordPage, cairn_record_page, CAIRN_TYPE_FRAME_PAGE)

enum
{
  PROP_REFERENCE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void load (CairnRecordPage *self);

/* The cards have the date, the one usual range, the conclusion and the documents already, the header the clinical term. */
static gboolean
is_said (const CairnFacts *facts,
         const CairnFact  *fact)
{
  switch (fact->role)
    {
    case CAIRN_FACT_ROLE_ATTACHMENT:
      return TRUE;
    case CAIRN_FACT_ROLE_CONCLUSION:
      return cairn_report_card_says_all (facts);
    case CAIRN_FACT_ROLE_DATE:
      return cairn_result_card_has_result (facts);
    case CAIRN_FACT_ROLE_RANGE:
      return facts->range != NULL && g_strcmp0 (facts->range->text, fact->text) == 0;
    case CAIRN_FACT_ROLE_TERM:
      return TRUE;
    case CAIRN_FACT_ROLE_NOTE:
      return fact->note != NULL;
    case CAIRN_FACT_ROLE_PLAIN:
    case CAIRN_FACT_ROLE_STATUS:
    case CAIRN_FACT_ROLE_WARNING:
    default:
      return FALSE;
    }
}

/* A run of facts under one heading as a group of rows; what few people look for, and where the record
 * comes from, stay folded until somebody asks. */
static GtkWidget *
create_group (const char  *title,
              CairnFact  **facts,
              guint        n)
{
  GtkWidget *group = adw_preferences_group_new ();

  if (title != NULL)
    adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  for (guint i = 0; i < n; i++)
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), cairn_fact_row_new (facts[i]));
  return group;
}

static GtkWidget *
create_folded (const char  *title,
               CairnFact  **facts,
               guint        n)
{
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *expander = adw_expander_row_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name ("document-properties-symbolic");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (expander), title);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (expander), "");
  gtk_widget_add_css_class (icon, "dim-label");
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (expander), icon);
  for (guint i = 0; i < n; i++)
    adw_expander_row_add_row (ADW_EXPANDER_ROW (expander), cairn_fact_row_new (facts[i]));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), expander);
  return group;
}

static void
remove_all (GtkBox *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
}

/* Comments of the care team stand close to a result, and behind what other records say. */
static void
show_notes (CairnRecordPage  *self,
            const CairnFacts *facts)
{
  GtkWidget *column = gtk_widget_get_parent (GTK_WIDGET (self->notes));
  gboolean any = FALSE;

  remove_all (self->notes);
  for (guint i = 0; i < facts->facts->len; i++)
    {
      const CairnFact *fact = g_ptr_array_index (facts->facts, i);

      if (fact->note == NULL)
        continue;
      any = TRUE;
      gtk_box_append (self->notes, cairn_note_card_new (fact));
    }
  gtk_widget_set_visible (GTK_WIDGET (self->notes), any);
  gtk_box_reorder_child_after (GTK_BOX (column), GTK_WIDGET (self->notes),
                               cairn_result_card_has_result (facts) ? self->turn_box : GTK_WIDGET (self->lists));
}

static void
show_facts (CairnRecordPage  *self,
            const CairnFacts *facts)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new ();
  CairnFact **all;
  guint n;
  GtkWidget *child;

  for (guint i = 0; i < facts->facts->len; i++)
    if (!is_said (facts, g_ptr_array_index (facts->facts, i)))
      g_ptr_array_add (list, g_ptr_array_index (facts->facts, i));
  all = (CairnFact **) list->pdata;
  n = list->len;
  remove_all (self->lists);
  for (guint from = 0, to; from < n; from = to)
    {
      const char *heading = all[from]->heading;

      for (to = from + 1; to < n && g_strcmp0 (all[to]->heading, heading) == 0; to++);
      if (all[from]->section >= CAIRN_FACT_SECTION_MORE)
        child = create_folded (heading, all + from, to - from);
      else
        child = create_group (heading, all + from, to - from);
      gtk_box_append (self->lists, child);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->lists), n > 0);
}

/* All that the page says: while it stays the same, rows stay, and with them the keyboard's place. */
static char *
dup_said (const CairnFacts *facts)
{
  GString *text = g_string_new (facts->summary->title);

  g_string_append_printf (text, "\n%s\n%s\n%s\n%s %s\n%d %d\n%s\n%s\n%s", facts->summary->version,
                          facts->summary->term, facts->summary->date, facts->value.text, facts->value.unit,
                          facts->level, facts->summary->flags, facts->warning, facts->narrative,
                          facts->range != NULL ? facts->range->text : NULL);
  for (guint i = 0; i < facts->facts->len; i++)
    {
      const CairnFact *fact = g_ptr_array_index (facts->facts, i);

      g_string_append_printf (text, "\n%s\n%s\n%s\n%s", fact->heading, fact->label, fact->text, fact->reference);
    }
  return g_string_free (text, FALSE);
}

/* What a corrected result said before, when the portal tells. */
static void
versions_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(CairnRecordPage) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) versions = cairn_session_load_versions_finish (CAIRN_SESSION (source), result, &error);
  const CairnSummary *before = versions != NULL && versions->len > 0 ? versions->pdata[0] : NULL;

  if (self->states == NULL || before == NULL || before->value == NULL)
    return;
  if (g_str_has_suffix (self->reference, before->id))   /* nobody turned the page in the meantime */
    {
      g_autofree char *value = cairn_value_dup_shown (before->value), *unit = cairn_unit_dup_shown (before->unit), *text = NULL;

      /* Translators: below "This was corrected …": %1$s is the value that a result had before, %2$s its unit */
      text = unit != NULL ? g_strdup_printf (_("It said %1$s %2$s before."), value, unit) : g_strdup_printf (_("It said %s before."), value);
      gtk_label_set_text (self->before, text);
      gtk_widget_set_visible (GTK_WIDGET (self->before), TRUE);
    }
}

static void
load_versions (CairnRecordPage  *self,
               const CairnFacts *facts)
{
  gtk_widget_set_visible (GTK_WIDGET (self->before), FALSE);
  if ((facts->summary->flags & CAIRN_FLAG_CORRECTED) != 0 && facts->summary->value != NULL)
    cairn_session_load_versions_async (cairn_frame_page_get_session (CAIRN_FRAME_PAGE (self)), self->reference,
                                       cairn_frame_page_get_cancellable (CAIRN_FRAME_PAGE (self)), versions_cb, g_object_ref (self));
}

static void
show (CairnRecordPage  *self,
      const CairnFacts *facts)
{
  const char *term = facts->summary->term;
  g_autofree char *said = dup_said (facts);

  if (g_strcmp0 (said, self->said) == 0)
    return;
  g_free (self->said);
  self->said = g_steal_pointer (&said);
  cairn_frame_page_set_title (CAIRN_FRAME_PAGE (self), facts->summary->title);
  cairn_frame_page_set_subtitle (CAIRN_FRAME_PAGE (self), g_strcmp0 (term, facts->summary->title) != 0 ? term : NULL);
  cairn_result_card_set_facts (self->card, facts);
  gtk_widget_set_visible (self->curve_card, facts->samples != NULL);
  cairn_curve_set_samples (self->curve, facts->samples);
  gtk_widget_set_visible (self->warning, facts->warning != NULL);
  cairn_long_text_set (self->warning_text, facts->warning != NULL ? facts->warning : "");
  load_versions (self, facts);
  show_notes (self, facts);
  show_facts (self, facts);
  gtk_widget_set_visible (GTK_WIDGET (self->report_card), facts->report != NULL && facts->report->conclusion != NULL);
  cairn_report_card_set_facts (self->report_card, facts, FALSE);
  cairn_record_documents_set_facts (self->documents, self->reference, facts);
  gtk_widget_set_visible (self->narrative_box, facts->narrative != NULL);
  cairn_long_text_set_headed (self->narrative, facts->narrative != NULL ? facts->narrative : "");
  cairn_states_set_state (self->states, CAIRN_STATE_CONTENT);
  g_object_set (self, "can-save", TRUE, "can-print", TRUE, NULL);
}

static const char *
get_id (CairnRecordPage *self)
{
  return g_str_has_prefix (self->reference, "Observation/") ? self->reference + strlen ("Observation/") : NULL;
}

/* A button to the result of the same test before or after this one. */
static void
show_turn (GtkWidget  *button,
           const char *id)
{
  g_autofree char *reference = id != NULL ? g_strdup_printf ("Observation/%s", id) : NULL;

  gtk_widget_set_visible (button, id != NULL);
  if (id != NULL)
    gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", reference);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), id != NULL ? "record.turn" : NULL);
}

static void
show_trend (CairnRecordPage *self)
{
  const char *id = get_id (self), *older = NULL, *newer = NULL;
  g_autofree char *change = NULL;

  if (self->trend != NULL && id != NULL && cairn_trend_get_neighbors (self->trend, id, &older, &newer))
    change = cairn_trend_words_change (self->trend, id);
  cairn_result_card_set_change (self->card, change);
  cairn_trend_card_set_trend (self->trend_card, self->trend, id);
  gtk_widget_set_visible (self->turn_box, older != NULL || newer != NULL);
  show_turn (self->older, older);
  show_turn (self->newer, newer);
}

static void
trend_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(CairnRecordPage) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnTrend) trend = cairn_session_load_trend_finish (CAIRN_SESSION (source), result, &error);

  if (self->states == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error != NULL)
    g_debug ("No trend: %s", error->message);
  g_set_object (&self->trend, trend);
  show_trend (self);
}

static void
load_trend (CairnRecordPage *self)
{
  if (get_id (self) != NULL)
    cairn_session_load_trend_async (cairn_frame_page_get_session (CAIRN_FRAME_PAGE (self)), self->reference,
                                    cairn_frame_page_get_cancellable (CAIRN_FRAME_PAGE (self)), trend_cb, g_object_ref (self));
}

static void
pin_done_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(CairnRecordPage) self = data;
  g_autoptr(GError) error = NULL;

  if (!cairn_session_pin_finish (CAIRN_SESSION (source), result, &error))
    {
      g_message ("%s", error->message);
      if (self->states != NULL)
        load_trend (self);   /* the pin shows what is so */
    }
}

static void
follow_cb (CairnRecordPage *self,
           gboolean         follow)
{
  if (self->trend != NULL)
    cairn_session_pin_async (cairn_frame_page_get_session (CAIRN_FRAME_PAGE (self)), cairn_trend_get_key (self->trend),
                             cairn_trend_get_title (self->trend), follow, NULL, pin_done_cb, g_object_ref (self));
}

/* Turns to another record in place: going back leaves them all. */
static void
turn_cb (GtkWidget  *widget,
         const char *action,
         GVariant   *target)
{
  CairnRecordPage *self = CAIRN_RECORD_PAGE (widget);

  g_free (self->reference);
  self->reference = g_variant_dup_string (target, NULL);
  show_trend (self);
  load (self);
}

static void
load_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(CairnRecordPage) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnFacts) facts = cairn_session_load_finish (CAIRN_SESSION (source), result, &error);

  self->loading = FALSE;
  if (self->states == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (facts != NULL)
    {
      show (self, facts);
      load_trend (self);
    }
  else
    {
      g_clear_pointer (&self->said, g_free);
      cairn_states_set_error (self->states, error);
    }
  if (self->stale)
    load (self);
}

static void
load (CairnRecordPage *self)
{
  if (self->loading)
    {
      self->stale = TRUE;
      return;
    }
  self->loading = TRUE;
  self->stale = FALSE;
  cairn_session_load_async (cairn_frame_page_get_session (CAIRN_FRAME_PAGE (self)), self->reference,
                            cairn_frame_page_get_cancellable (CAIRN_FRAME_PAGE (self)), load_cb, g_object_ref (self));
}

static void
cairn_record_page_constructed (GObject *object)
{
  CairnRecordPage *self = CAIRN_RECORD_PAGE (object);

  G_OBJECT_CLASS (cairn_record_page_parent_class)->constructed (object);

  cairn_states_set_state (self->states, CAIRN_STATE_LOADING);
  g_signal_connect_object (cairn_frame_page_get_session (CAIRN_FRAME_PAGE (self)), "changed", G_CALLBACK (load), self,
                           G_CONNECT_SWAPPED);
  load (self);
}

static void
cairn_record_page_dispose (GObject *object)
{
  g_clear_pointer (&CAIRN_RECORD_PAGE (object)->documents, cairn_record_documents_free);
  /* GTK takes a bound child out of its parent, which AdwBin does not notice. */
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), CAIRN_TYPE_RECORD_PAGE);

  G_OBJECT_CLASS (cairn_record_page_parent_class)->dispose (object);
}

static void
cairn_record_page_finalize (GObject *object)
{
  g_free (CAIRN_RECORD_PAGE (object)->reference);
  g_free (CAIRN_RECORD_PAGE (object)->said);
  g_clear_object (&CAIRN_RECORD_PAGE (object)->trend);

  G_OBJECT_CLASS (cairn_record_page_parent_class)->finalize (object);
}

static void
cairn_record_page_set_property (GObject      *object,
                                guint         id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  if (id == PROP_REFERENCE)
    CAIRN_RECORD_PAGE (object)->reference = g_value_dup_string (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

/* The header has no room for the views on a phone. */
static void
update_bar (CairnRecordPage *self)
{
  CairnFramePage *page = CAIRN_FRAME_PAGE (self);

  adw_view_switcher_bar_set_reveal (self->bar, cairn_frame_page_get_narrow (page) && cairn_frame_page_get_views (page) != NULL);
}

static void
open_document (GtkWidget  *widget,
               const char *action,
               GVariant   *parameter)
{
  cairn_record_documents_open (CAIRN_RECORD_PAGE (widget)->documents, g_variant_get_uint32 (parameter));
}

static void
cairn_record_page_save (CairnFramePage *page)
{
  CairnRecordPage *self = CAIRN_RECORD_PAGE (page);

  if (!cairn_record_documents_save (self->documents))
    cairn_record_print_save (page, self->toasts, self->reference, self->trend);
}

static void
cairn_record_page_print (CairnFramePage *page)
{
  CairnRecordPage *self = CAIRN_RECORD_PAGE (page);
  CairnPaper *paper = cairn_record_documents_get_paper (self->documents);

  if (paper != NULL)
    cairn_print_paper (self->toasts, cairn_frame_page_get_title (page), paper);
  else
    cairn_record_print_print (page, self->toasts, self->reference, self->trend);
}

static void
cairn_record_page_class_init (CairnRecordPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = cairn_record_page_constructed;
  object_class->dispose = cairn_record_page_dispose;
  object_class->finalize = cairn_record_page_finalize;
  object_class->set_property = cairn_record_page_set_property;

  properties[PROP_REFERENCE] =
    g_param_spec_string ("reference", NULL, NULL, NULL,
                         G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (CAIRN_TYPE_CURVE);
  CAIRN_FRAME_PAGE_CLASS (klass)->print = cairn_record_page_print;
  CAIRN_FRAME_PAGE_CLASS (klass)->save = cairn_record_page_save;
  gtk_widget_class_install_action (widget_class, "record.document", "u", open_document);

  g_type_ensure (CAIRN_TYPE_REPORT_CARD);
  g_type_ensure (CAIRN_TYPE_RESULT_CARD);
  gtk_widget_class_install_action (widget_class, "record.turn", "s", turn_cb);
  g_type_ensure (CAIRN_TYPE_STATES);
  g_type_ensure (CAIRN_TYPE_TREND_CARD);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/cairnhealth/Cairn/ui/cairn-record-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnRecordPage, bar);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordPage, before);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordPage, card);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordPage, curve);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordPage, curve_card);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordPage, document_list);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordPage, document_place);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordPage, document_words);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordPage, lists);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordPage, narrative);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordPage, narrative_box);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordPage, newer);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordPage, notes);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordPage, older);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordPage, report_card);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordPage, states);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordPage, trend_card);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordPage, turn_box);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordPage, views);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordPage, warning);
  gtk_widget_class_bind_template_child (widget_class, CairnRecordPage, warning_text);
  gtk_widget_class_bind_template_callback (widget_class, follow_cb);
  gtk_widget_class_bind_template_callback (widget_class, load);
}

static void
cairn_record_page_init (CairnRecordPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_object_bind_property (self, "narrow", self->card, "narrow", G_BINDING_SYNC_CREATE);
  self->documents = cairn_record_documents_new (CAIRN_FRAME_PAGE (self), self->views, self->document_place,
                                                self->document_list, self->document_words);
  g_signal_connect (self, "notify::narrow", G_CALLBACK (update_bar), NULL);
  g_signal_connect (self, "notify::views", G_CALLBACK (update_bar), NULL);
}

CairnFramePage *
cairn_record_page_new (CairnSession *session,
                       const char   *reference)
{
  return g_object_new (CAIRN_TYPE_RECORD_PAGE,
                       "session", session,
                       "reference", reference,
                       NULL);
}

const char *
cairn_record_page_get_reference (CairnRecordPage *self)
{
  g_return_val_if_fail (CAIRN_IS_RECORD_PAGE (self), NULL);

  return self->reference;
}
