/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The documents of a record as rows: what each is, how large, and where it lies when that is not here.
 * A row does "record.document" with its number.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-words.h"
#include "fhir/cairn-date.h"
#include "parts/cairn-document-list.h"
#include "parts/cairn-document-words.h"

static void
add (GString    *text,
     const char *words)
{
  if (words == NULL || *words == '\0')
    return;
  if (text->len > 0)
    g_string_append (text, _(", "));
  g_string_append (text, words);
}

/* "PDF, 84 kB, 14 October 2026" */
static char *
dup_subtitle (CairnSession          *session,
              const CairnAttachment *attachment)
{
  g_autofree char *size = attachment->size > 0 ? g_format_size ((guint64) attachment->size) : NULL;
  g_autofree char *date = cairn_words_date (attachment->created, cairn_date_now ());
  g_autofree char *address = NULL;
  GString *text = g_string_new (NULL);

  add (text, cairn_document_words_type (attachment->type));
  add (text, size);
  add (text, date);
  switch (cairn_session_locate_document (session, attachment, &address))
    {
    case CAIRN_DOCUMENT_ELSEWHERE:
      add (text, address);
      break;
    case CAIRN_DOCUMENT_NOWHERE:
      add (text, _("not sent along"));
      break;
    case CAIRN_DOCUMENT_INSIDE:
    case CAIRN_DOCUMENT_PORTAL:
    default:
      break;
    }
  return g_string_free (text, FALSE);
}

static GtkWidget *
create_row (CairnSession          *session,
            const CairnAttachment *attachment,
            const char            *title)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name (cairn_document_words_icon (attachment->type));
  GtkWidget *chevron = gtk_image_new_from_icon_name ("go-next-symbolic");
  g_autofree char *subtitle = dup_subtitle (session, attachment);
  g_autofree char *escaped_title = g_markup_escape_text (attachment->title != NULL ? attachment->title : title, -1);
  g_autofree char *escaped_subtitle = g_markup_escape_text (subtitle, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), escaped_title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), escaped_subtitle);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  gtk_widget_add_css_class (chevron, "dim-label");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), chevron);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "u", attachment->number);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "record.document");
  return row;
}

/* A group of rows. */
GtkWidget *
cairn_document_list_new (CairnSession     *session,
                         const CairnFacts *facts)
{
  GtkWidget *group = adw_preferences_group_new ();
  GPtrArray *attachments = facts->report->attachments;

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group),
                                   g_dngettext (GETTEXT_PACKAGE, "Document", "Documents", attachments->len));
  for (guint i = 0; i < attachments->len; i++)
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                               create_row (session, g_ptr_array_index (attachments, i), facts->summary->title));
  return group;
}
