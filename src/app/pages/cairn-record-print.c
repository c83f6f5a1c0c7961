/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A record on paper, or as a PDF. It is read again for that, so that what is printed is what is known
 * now.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-print.h"
#include "cairn-save.h"
#include "cairn-words.h"
#include "fhir/cairn-date.h"
#include "pages/cairn-record-print.h"
#include "print/cairn-sheet-facts.h"

/* Rows of a trend's table; the chart shows all. */
#define MAX_ROWS 24

typedef struct
{
  CairnSession    *session;
  AdwToastOverlay *toasts;
  CairnTrend      *trend;
  CairnFacts      *facts;
  char            *clinic;
  char            *reference;
  gboolean         prints;
} Job;

static void
job_free (Job *job)
{
  g_object_unref (job->session);
  g_object_unref (job->toasts);
  g_clear_object (&job->trend);
  g_clear_pointer (&job->facts, cairn_facts_free);
  g_free (job->clinic);
  g_free (job->reference);
  g_free (job);
}

static void
add_points (CairnSheet             *sheet,
            const CairnTrendSeries *series)
{
  g_autofree CairnSheetPoint *points = g_new (CairnSheetPoint, MAX (series->n_points, 1));
  const CairnTrendPoint *first = &series->points[0], *last = &series->points[series->n_points - 1];
  g_autofree char *from = cairn_words_birth (first->date), *to = cairn_words_birth (last->date);
  CairnSheetChart chart = {
    .points = points, .n_points = series->n_points, .unit = series->unit, .from = from, .to = to,
  };

  for (guint i = 0; i < series->n_points; i++)
    points[i] = (CairnSheetPoint) { series->points[i].time, series->points[i].number };
  if (series->range != NULL)
    {
      chart.has_low = series->range->has_low;
      chart.low = series->range->low;
      chart.has_high = series->range->has_high;
      chart.high = series->range->high;
    }
  cairn_sheet_add_chart (sheet, &chart);
  for (guint i = series->n_points; i > 0 && series->n_points - i < MAX_ROWS; i--)
    {
      const CairnTrendPoint *point = &series->points[i - 1];
      const char *level = cairn_level_get_words (point->level), *flag = cairn_words_flags (point->flags);
      g_autofree char *date = cairn_words_birth (point->date);
      g_autoptr(GString) words = g_string_new (point->text);

      if (point->unit != NULL)
        g_string_append_printf (words, " %s", point->unit);
      if (level != NULL)
        g_string_append_printf (words, " · %s", level);
      if (flag != NULL)
        g_string_append_printf (words, " · %s", flag);
      cairn_sheet_add_row (sheet, date, words->str);
    }
  if (series->n_points > MAX_ROWS)
    {
      g_autofree char *words = g_strdup_printf (ngettext ("%u older result is in the chart only.", "%u older results are in the chart only.",
                                                          series->n_points - MAX_ROWS), series->n_points - MAX_ROWS);

      cairn_sheet_add_text (sheet, words);
    }
}

static void
add_trend (CairnSheet *sheet,
           CairnTrend *trend)
{
  for (guint i = 0; i < cairn_trend_get_n_series (trend); i++)
    {
      const CairnTrendSeries *series = cairn_trend_get_series (trend, i);

      if (series->n_points < 2)
        continue;
      cairn_sheet_add_heading (sheet, series->label != NULL ? series->label : _("Over time"));
      add_points (sheet, series);
    }
}

/* The caller's. @trend and @clinic may be NULL. */
CairnSheet *
cairn_record_print_create (CairnSession     *session,
                           const CairnFacts *facts,
                           CairnTrend       *trend,
                           const char       *clinic)
{
  const char *birth = cairn_session_get_patient_birth_date (session);
  g_autofree char *born = birth != NULL ? cairn_words_birth (birth) : NULL;
  g_autoptr(GDateTime) now = g_date_time_new_now_local ();
  /* Translators: the day of printing, such as "24 November 2026" */
  g_autofree char *printed = g_date_time_format (now, C_("date", "%-e %B %Y"));
  CairnSheetHead head = {
    .clinic = clinic, .patient = cairn_session_get_patient_name (session), .born = born, .mark = cairn_sheet_mark (facts),
    .printed = printed, .rtl = gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL,
  };
  CairnSheet *sheet = cairn_sheet_new (&head);

  cairn_sheet_add_facts (sheet, facts);
  if (trend != NULL && (facts->summary->flags & CAIRN_FLAG_ENTERED_IN_ERROR) == 0)
    add_trend (sheet, trend);
  cairn_sheet_add_rest (sheet, facts);
  return sheet;
}

static void
go (Job *job)
{
  g_autofree char *name = cairn_save_dup_name (job->facts->summary->title, job->facts->summary->date, "application/pdf");
  CairnSheet *sheet = cairn_record_print_create (job->session, job->facts, job->trend, job->clinic);

  if (job->prints)
    cairn_print_sheet (job->toasts, job->facts->summary->title, sheet);
  else
    {
      double width, height;
      g_autoptr(GBytes) pdf = NULL;

      cairn_print_get_paper_size (&width, &height);
      pdf = cairn_sheet_dup_pdf (sheet, job->facts->summary->title, width, height);
      cairn_save_bytes (job->toasts, name, pdf);
      cairn_sheet_free (sheet);
    }
  job_free (job);
}

static void
clinic_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Job *job = data;
  g_autoptr(GError) error = NULL;

  job->clinic = cairn_session_load_clinic_finish (CAIRN_SESSION (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    job_free (job);
  else
    go (job);
}

static void
facts_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  Job *job = data;
  g_autoptr(GError) error = NULL;

  job->facts = cairn_session_load_finish (CAIRN_SESSION (source), result, &error);
  if (job->facts != NULL)
    {
      cairn_session_load_clinic_async (job->session, NULL, clinic_cb, job);
      return;
    }
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    adw_toast_overlay_add_toast (job->toasts, adw_toast_new (cairn_words_error (error)));
  job_free (job);
}

static void
start (CairnFramePage  *page,
       AdwToastOverlay *toasts,
       const char      *reference,
       CairnTrend      *trend,
       gboolean         prints)
{
  Job *job = g_new0 (Job, 1);

  job->session = g_object_ref (cairn_frame_page_get_session (page));
  job->toasts = g_object_ref (toasts);
  job->reference = g_strdup (reference);
  job->trend = trend != NULL ? g_object_ref (trend) : NULL;
  job->prints = prints;
  cairn_session_load_async (job->session, reference, cairn_frame_page_get_cancellable (page), facts_cb, job);
}

void
cairn_record_print_save (CairnFramePage  *page,
                         AdwToastOverlay *toasts,
                         const char      *reference,
                         CairnTrend      *trend)
{
  start (page, toasts, reference, trend, FALSE);
}

void
cairn_record_print_print (CairnFramePage  *page,
                          AdwToastOverlay *toasts,
                          const char      *reference,
                          CairnTrend      *trend)
{
  start (page, toasts, reference, trend, TRUE);
}
