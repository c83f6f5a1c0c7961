/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is said about a message: from whom, on which day, how far it has come.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cairn-words.h"
#include "messages/cairn-message-words.h"

/* What is left is said in the last tenth. */
#define NEAR_FULL 10

/* Nothing is held back for longer; what waits beyond it waits for another try. */
#define UNDO_MS 11000

CairnMessageStand
cairn_message_words_stand (CairnMessage *message,
                           gint64        now)
{
  CairnOutboxItem *item = cairn_message_get_item (message);
  gint64 not_before;

  if (item == NULL)
    return cairn_message_get_received (message) > 0 ? CAIRN_MESSAGE_READ : CAIRN_MESSAGE_SENT;
  switch (cairn_outbox_item_get_state (item))
    {
    case CAIRN_OUTBOX_SENDING:
      return CAIRN_MESSAGE_SENDING;
    case CAIRN_OUTBOX_REFUSED:
      return CAIRN_MESSAGE_REFUSED;
    case CAIRN_OUTBOX_CONFLICT:
      return CAIRN_MESSAGE_CONFLICT;
    case CAIRN_OUTBOX_WAITING:
    default:
      not_before = cairn_outbox_item_get_not_before (item);
      return not_before > now && not_before <= cairn_outbox_item_get_created (item) + UNDO_MS ? CAIRN_MESSAGE_UNDOABLE
                                                                                             : CAIRN_MESSAGE_WAITING;
    }
}

const char *
cairn_message_words_icon (CairnMessageStand stand)
{
  switch (stand)
    {
    case CAIRN_MESSAGE_UNDOABLE:
    case CAIRN_MESSAGE_WAITING:
    case CAIRN_MESSAGE_SENDING:
      return "content-loading-symbolic";
    case CAIRN_MESSAGE_REFUSED:
    case CAIRN_MESSAGE_CONFLICT:
      return "dialog-warning-symbolic";
    case CAIRN_MESSAGE_SENT:
    case CAIRN_MESSAGE_READ:
    default:
      return "emblem-ok-symbolic";
    }
}

/* Why the portal did not take a message, by the code that it gives. */
const char *
cairn_message_words_refusal (const char *code)
{
  if (g_strcmp0 (code, "recipient") == 0)
    return _("This person or team takes no messages from you any more. Take it back and write to somebody else.");
  if (g_strcmp0 (code, "thread") == 0)
    return _("This conversation is not there any more. Take it back and write it as a new message.");
  if (g_strcmp0 (code, "words") == 0)
    return _("It is too long. Take it back and send it in two.");
  if (g_strcmp0 (code, "attachments") == 0)
    return _("It has too many files. Take it back and send some of them in another message.");
  if (g_strcmp0 (code, "attachment") == 0)
    return _("A file of it has not arrived at the clinic. Try again.");
  return _("The clinic's portal did not take it. Nothing is lost: try again, or take it back.");
}

/* A moment in small print: "08:15" today, "Fri 16:02", "14 Oct, 16:02". */
static char *
dup_moment (gint64 when,
            gint64 now)
{
  g_autofree char *clock = cairn_words_clock (when);
  g_autofree char *day = cairn_words_brief (when, now);

  if (cairn_message_words_same_day (when, now))
    return g_steal_pointer (&clock);
  /* Translators: %1$s is a day such as "Fri" or "14 Oct", %2$s a time of day */
  return g_strdup_printf (_("%1$s %2$s"), day, clock);
}

char *
cairn_message_words_dup_stand (CairnMessage      *message,
                               CairnMessageStand  stand,
                               gboolean           online,
                               gint64             now)
{
  g_autofree char *when = dup_moment (stand == CAIRN_MESSAGE_READ ? cairn_message_get_received (message)
                                                                  : cairn_message_get_sent (message), now);

  switch (stand)
    {
    case CAIRN_MESSAGE_UNDOABLE:
      return g_strdup (_("Goes in a few seconds"));
    case CAIRN_MESSAGE_WAITING:
      return g_strdup (online ? _("Waiting to be sent") : _("Waiting for a connection"));
    case CAIRN_MESSAGE_SENDING:
      return g_strdup (_("Sending…"));
    case CAIRN_MESSAGE_REFUSED:
      return g_strdup (_("Could not be sent"));
    case CAIRN_MESSAGE_CONFLICT:
      return g_strdup (_("Not sent: the conversation has changed"));
    case CAIRN_MESSAGE_READ:
      /* Translators: %s is a moment such as "08:15" or "Fri 16:02" */
      return g_strdup_printf (_("Read, %s"), when);
    case CAIRN_MESSAGE_SENT:
    default:
      /* Translators: %s is a moment such as "08:15" or "Fri 16:02" */
      return g_strdup_printf (_("Sent, %s"), when);
    }
}

/* "Tomás Herrera, nurse, 08:15" */
char *
cairn_message_words_dup_from (CairnMessage *message,
                              gint64        now)
{
  const char *sender = cairn_message_get_sender (message), *role = cairn_message_get_role (message);
  g_autofree char *clock = cairn_words_clock (cairn_message_get_sent (message));

  if (sender == NULL)
    sender = _("Care team");
  if (cairn_message_get_sent (message) == 0)
    return g_strdup (sender);
  if (role == NULL)
    /* Translators: %1$s is a person, %2$s a time of day */
    return g_strdup_printf (_("%1$s, %2$s"), sender, clock);
  /* Translators: %1$s is a person, %2$s what they do, %3$s a time of day */
  return g_strdup_printf (_("%1$s, %2$s, %3$s"), sender, role, clock);
}

static int
days_between (gint64 from,
              gint64 to)
{
  g_autoptr(GDateTime) utc_a = g_date_time_new_from_unix_utc (from / 1000), utc_b = g_date_time_new_from_unix_utc (to / 1000);
  g_autoptr(GDateTime) a = utc_a != NULL ? g_date_time_to_local (utc_a) : NULL;
  g_autoptr(GDateTime) b = utc_b != NULL ? g_date_time_to_local (utc_b) : NULL;
  GDate first, second;

  if (a == NULL || b == NULL)
    return 0;
  g_date_set_dmy (&first, g_date_time_get_day_of_month (a), g_date_time_get_month (a), g_date_time_get_year (a));
  g_date_set_dmy (&second, g_date_time_get_day_of_month (b), g_date_time_get_month (b), g_date_time_get_year (b));
  return g_date_days_between (&first, &second);
}

gboolean
cairn_message_words_same_day (gint64 a,
                              gint64 b)
{
  /* Within a day, or not: only what is near needs the calendar. */
  return ABS (a - b) < 24 * 60 * 60 * 1000 && days_between (a, b) == 0;
}

/* The heading over a day's messages. */
char *
cairn_message_words_dup_day (gint64 when,
                             gint64 now)
{
  int days = days_between (when, now);

  if (when == 0)
    return g_strdup (_("Without a date"));
  if (days == 0)
    return g_strdup (_("Today"));
  if (days == 1)
    return g_strdup (_("Yesterday"));
  return cairn_words_instant (when, now);
}

/* "Draft: How it begins", or that there is one. */
char *
cairn_message_words_dup_draft (const char *words)
{
  g_autofree char *line = cairn_message_words_dup_line (words, 100);

  /* Translators: %s is what is typed and not sent yet */
  return *line != '\0' ? g_strdup_printf (_("Draft: %s"), line) : g_strdup (_("Draft"));
}

/* When an answer can be expected; NULL when nobody says. */
char *
cairn_message_words_dup_reply (guint hours)
{
  guint days = (hours + 23) / 24;

  if (hours == 0)
    return NULL;
  if (hours < 24)
    return g_strdup_printf (ngettext ("Answers come within %u hour.", "Answers come within %u hours.", hours), hours);
  if (days == 1)
    return g_strdup (_("Answers come within one day."));
  return g_strdup_printf (ngettext ("Answers come within %u day.", "Answers come within %u days.", days), days);
}

/* The beginning of a text as one line. */
char *
cairn_message_words_dup_line (const char *words,
                              guint       max)
{
  GString *line = g_string_new (NULL);
  gboolean space = FALSE;
  guint n = 0;

  for (const char *at = words != NULL ? words : ""; *at != '\0' && n < max; at = g_utf8_next_char (at))
    {
      gunichar letter = g_utf8_get_char (at);

      if (g_unichar_isspace (letter) || g_unichar_iscntrl (letter))
        {
          space = line->len > 0;
          continue;
        }
      if (space)
        g_string_append_c (line, ' ');
      space = FALSE;
      g_string_append_unichar (line, letter);
      n++;
    }
  return g_string_free (line, FALSE);
}

/* A limit is in bytes, people count letters: how many more of theirs fit. NULL while there is room enough. @most: bytes */
char *
cairn_message_words_dup_room (const char *words,
                              gsize       most)
{
  gsize length = strlen (words);
  gulong letters = (gulong) g_utf8_strlen (words, -1), n;

  if (length == 0 || length < most - most / NEAR_FULL)
    return NULL;
  n = (gulong) ((double) (length > most ? length - most : most - length) * (double) letters / (double) length + 0.5);
  if (length > most)
    return g_strdup_printf (ngettext ("%lu letter too many for one message", "%lu letters too many for one message", MAX (n, 1)),
                            MAX (n, 1));
  return g_strdup_printf (ngettext ("Room for %lu more letter", "Room for %lu more letters", n), n);
}
