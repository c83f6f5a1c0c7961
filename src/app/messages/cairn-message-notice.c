/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * When an answer comes, and that messages are not the way in an emergency: stands where one is written.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-words.h"
#include "messages/cairn-message-notice.h"
#include "messages/cairn-message-words.h"

/* A telephone number that can be called from the text. */
static char *
dup_link (const char *number)
{
  g_autofree char *isolated = g_strconcat ("\342\201\246", number, "\342\201\251", NULL);
  g_autofree char *escaped = g_markup_escape_text (isolated, -1);
  g_autofree char *address = cairn_words_call (number);

  return address != NULL ? g_strdup_printf ("<a href=\"%s\">%s</a>", address, escaped) : g_steal_pointer (&escaped);
}

/* Markup, for a label; the caller's. @reference: (nullable): whom it is for */
char *
cairn_message_notice_dup (CairnRecipients *recipients,
                          const char      *reference)
{
  const char *number = cairn_recipients_get_emergency_number (recipients);
  const char *phone = cairn_recipients_get_phone (recipients);
  CairnRecipient *recipient = reference != NULL ? cairn_recipients_find (recipients, reference) : NULL;
  guint hours = recipient != NULL ? cairn_recipient_get_reply_hours (recipient) : 0;
  g_autofree char *reply = cairn_message_words_dup_reply (hours > 0 ? hours : cairn_recipients_get_reply_hours (recipients));
  g_autofree char *number_link = number != NULL ? dup_link (number) : NULL;
  g_autofree char *phone_link = phone != NULL ? dup_link (phone) : NULL;
  GString *text = g_string_new (NULL);

  if (reply != NULL)
    g_string_append_printf (text, "%s ", reply);
  if (number_link != NULL)
    /* Translators: %s is a telephone number */
    g_string_append_printf (text, _("Not for emergencies: call %s."), number_link);
  else
    g_string_append (text, _("Not for emergencies."));
  if (phone_link != NULL)
    {
      g_string_append_c (text, ' ');
      /* Translators: %s is a telephone number */
      g_string_append_printf (text, _("Call the clinic: %s."), phone_link);
    }
  return g_string_free (text, FALSE);
}
