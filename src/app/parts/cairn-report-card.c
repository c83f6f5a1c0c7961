/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A report in one sentence: its conclusion, else its name.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-words.h"
#include "fhir/cairn-date.h"
#include "parts/cairn-report-card.h"

/* Of a conclusion, what stands on the card at any width: letters, and line breaks among them. */
#define SAID_MAX 140
#define LINES_MAX 3

/* Lines of the card: of a conclusion that fits, and of one that a row below says in full. */
#define LINES 8
#define LINES_CUT 3

/* Letters that more than fill the lines of the card. */
#define SHOWN_MAX 1000

struct _CairnReportCard
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkLabel  *caption;
  GtkLabel  *heading;
  GtkImage  *icon;
  GtkLabel  *warning;
};

G_DEFINE_FINAL_TYPE (CairnReportCard, cairn_report_card, GTK_TYPE_WIDGET)

static void
cairn_report_card_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CAIRN_TYPE_REPORT_CARD);

  G_OBJECT_CLASS (cairn_report_card_parent_class)->dispose (object);
}

static void
cairn_report_card_class_init (CairnReportCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_report_card_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/cairnhealth/Cairn/ui/cairn-report-card.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnReportCard, box);
  gtk_widget_class_bind_template_child (widget_class, CairnReportCard, caption);
  gtk_widget_class_bind_template_child (widget_class, CairnReportCard, heading);
  gtk_widget_class_bind_template_child (widget_class, CairnReportCard, icon);
  gtk_widget_class_bind_template_child (widget_class, CairnReportCard, warning);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
cairn_report_card_init (CairnReportCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
cairn_report_card_new (void)
{
  return g_object_new (CAIRN_TYPE_REPORT_CARD, NULL);
}

/* "Chest X-ray, Dr. Helen Okafor, 14 October 2026", without what the heading says already. */
static char *
dup_caption (const CairnFacts *facts,
             gboolean          with_title)
{
  g_autoptr(GPtrArray) parts = g_ptr_array_new ();
  g_autofree char *date = cairn_words_date (facts->summary->date, cairn_date_now ());

  if (with_title)
    g_ptr_array_add (parts, facts->summary->title);
  if (facts->report != NULL && facts->report->author != NULL)
    g_ptr_array_add (parts, facts->report->author);
  if (*date != '\0')
    g_ptr_array_add (parts, date);
  g_ptr_array_add (parts, NULL);
  /* Translators: between the parts of a line such as "Chest X-ray, Dr. Helen Okafor, 14 October 2026" */
  return g_strjoinv (_(", "), (char **) parts->pdata);
}

/* Whether the card has room for the whole conclusion. */
gboolean
cairn_report_card_says_all (const CairnFacts *facts)
{
  const char *text = facts->report != NULL ? facts->report->conclusion : NULL;
  guint n_lines = 0;

  if (text == NULL || g_utf8_strlen (text, -1) > SAID_MAX)
    return FALSE;
  while ((text = strchr (text, '\n')) != NULL && *text++ != '\0')
    n_lines++;
  return n_lines <= LINES_MAX;
}

/* @warn: whether nothing else on the page says what must be known. */
void
cairn_report_card_set_facts (CairnReportCard  *self,
                             const CairnFacts *facts,
                             gboolean          warn)
{
  const char *conclusion = facts->report != NULL ? facts->report->conclusion : NULL;
  gboolean mistaken = facts->summary->flags & CAIRN_FLAG_ENTERED_IN_ERROR;
  gboolean usual = facts->report != NULL && facts->report->usual && !mistaken;
  const char *said = conclusion != NULL ? conclusion : facts->summary->title;
  g_autofree char *words = g_utf8_strlen (said, -1) > SHOWN_MAX ? g_utf8_substring (said, 0, SHOWN_MAX) : g_strdup (said);
  g_autofree char *heading = cairn_words_isolate (words);
  g_autofree char *caption = dup_caption (facts, conclusion != NULL);

  g_return_if_fail (CAIRN_IS_REPORT_CARD (self));

  gtk_label_set_text (self->heading, heading);
  gtk_label_set_lines (self->heading, conclusion == NULL || cairn_report_card_says_all (facts) ? LINES : LINES_CUT);
  gtk_label_set_text (self->caption, caption);
  gtk_widget_set_visible (GTK_WIDGET (self->caption), *caption != '\0');
  gtk_label_set_text (self->warning, facts->warning != NULL ? facts->warning : "");
  gtk_widget_set_visible (GTK_WIDGET (self->warning), warn && facts->warning != NULL);
  gtk_image_set_from_icon_name (self->icon, usual ? "emblem-ok-symbolic" : warn && facts->warning != NULL ? "dialog-warning-symbolic"
                                                                         : "x-office-document-symbolic");
  gtk_widget_set_css_classes (GTK_WIDGET (self->icon), (const char *[]) { usual ? "success" : warn && facts->warning != NULL ? "warning"
                                                                          : "dim-label", NULL });
  gtk_widget_set_css_classes (GTK_WIDGET (self->heading), (const char *[]) { "heading", mistaken ? "struck" : NULL, NULL });
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, heading,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, caption, -1);
}
