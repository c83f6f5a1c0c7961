/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Dates, ages and errors in the words that people read. A date keeps the precision in which it was
 * written; one with a time and an offset is shown in this computer's zone.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>

#include "cairn-words.h"
#include "common/cairn-error.h"
#include "fhir/cairn-date.h"

#define MINUTE (60 * G_GINT64_CONSTANT (1000))
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static GDateTime *
from_ms (gint64 ms)
{
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc (ms / 1000);

  return utc != NULL ? g_date_time_to_local (utc) : NULL;
}

/* The date's own day and time as people here would say it; NULL when it is no legal date. */
static GDateTime *
from_written (const char *written,
              CairnDate  *date)
{
  if (written == NULL || !cairn_date_parse (written, date))
    return NULL;
  if (date->has_offset)
    return from_ms (date->start);
  return g_date_time_new_local (MAX (date->year, 1), MAX (date->month, 1), MAX (date->day, 1),
                                date->hour, date->minute, MIN (date->second, 59));
}

/* Whole calendar days from now to time, in local days. */
static int
days_from (GDateTime *now,
           GDateTime *time)
{
  GDate a, b;

  g_date_set_dmy (&a, g_date_time_get_day_of_month (now), g_date_time_get_month (now), g_date_time_get_year (now));
  g_date_set_dmy (&b, g_date_time_get_day_of_month (time), g_date_time_get_month (time), g_date_time_get_year (time));
  return g_date_days_between (&a, &b);
}

static char *
format (GDateTime  *time,
        const char *pattern)
{
  char *text = g_date_time_format (time, pattern);

  return text != NULL ? g_strstrip (text) : g_strdup ("");
}

/* "4 minutes ago", or the day when it is longer than a week. */
char *
cairn_words_age (gint64 when,
                 gint64 now)
{
  gint64 age = MAX (0, now - when);
  g_autoptr(GDateTime) time = NULL;

  if (age < MINUTE)
    return g_strdup (_("just now"));
  if (age < HOUR)
    return g_strdup_printf (ngettext ("%d minute ago", "%d minutes ago", age / MINUTE), (int) (age / MINUTE));
  if (age < DAY)
    return g_strdup_printf (ngettext ("%d hour ago", "%d hours ago", age / HOUR), (int) (age / HOUR));
  if (age < 7 * DAY)
    return g_strdup_printf (ngettext ("%d day ago", "%d days ago", age / DAY), (int) (age / DAY));
  time = from_ms (when);
  /* Translators: a date such as "3 September 2026", see strftime */
  return time != NULL ? format (time, C_("date", "%-e %B %Y")) : g_strdup ("");
}

static char *
day_words (GDateTime           *time,
           CairnDatePrecision   precision,
           GDateTime           *now)
{
  int days = days_from (now, time);

  if (precision == CAIRN_DATE_YEAR)
    return format (time, "%Y");
  if (precision == CAIRN_DATE_MONTH)
    /* Translators: a month such as "September 2026" */
    return format (time, C_("date", "%B %Y"));
  if (days > -7 && days < 7)
    /* Translators: a day of this week such as "Thu 19 Nov" */
    return format (time, C_("date", "%a %-e %b"));
  if (g_date_time_get_year (now) == g_date_time_get_year (time))
    /* Translators: a day of this year such as "14 October" */
    return format (time, C_("date", "%-e %B"));
  return format (time, C_("date", "%-e %B %Y"));
}

/* A day as short as it can be said: "Thu 19 Nov", "14 October", "3 September 2025", "2014". */
char *
cairn_words_day (const char *written,
                 gint64      now)
{
  CairnDate date;
  g_autoptr(GDateTime) time = from_written (written, &date);
  g_autoptr(GDateTime) today = from_ms (now);

  if (time == NULL)
    return g_strdup (written != NULL ? written : "");
  return day_words (time, date.precision, today);
}

/* The day of an instant, as short as it can be said. */
char *
cairn_words_instant (gint64 when,
                     gint64 now)
{
  g_autoptr(GDateTime) time = from_ms (when);
  g_autoptr(GDateTime) today = from_ms (now);

  return time != NULL ? day_words (time, CAIRN_DATE_DAY, today) : g_strdup ("");
}

char *
cairn_words_clock (gint64 when)
{
  g_autoptr(GDateTime) time = from_ms (when);

  return time != NULL ? format (time, C_("time", "%H:%M")) : g_strdup ("");
}

/* An instant in the corner of a row: "08:15" today, "Fri" this week, "14 Oct", "3 Sep 2025". */
char *
cairn_words_brief (gint64 when,
                   gint64 now)
{
  g_autoptr(GDateTime) time = from_ms (when);
  g_autoptr(GDateTime) today = from_ms (now);
  int days = time != NULL ? days_from (today, time) : 0;

  if (time == NULL)
    return g_strdup ("");
  if (days == 0)
    return cairn_words_clock (when);
  if (days > -7 && days < 0)
    /* Translators: a day of this week such as "Fri", see strftime */
    return format (time, C_("date", "%a"));
  if (g_date_time_get_year (today) == g_date_time_get_year (time))
    /* Translators: a day of this year such as "14 Oct" */
    return format (time, C_("date", "%-e %b"));
  return format (time, C_("date", "%-e %b %Y"));
}

/* A day in a list, with its time where that matters: today, later, or when it is asked for. */
char *
cairn_words_moment (const char *written,
                    gboolean    with_time,
                    gint64      now)
{
  CairnDate date;
  g_autoptr(GDateTime) time = from_written (written, &date);
  g_autoptr(GDateTime) today = from_ms (now);
  g_autofree char *day = cairn_words_day (written, now);
  g_autofree char *clock = NULL;

  if (time == NULL || date.precision <= CAIRN_DATE_DAY || (!with_time && days_from (today, time) < 0))
    return g_steal_pointer (&day);
  clock = format (time, C_("time", "%H:%M"));
  /* Translators: %1$s is a day, %2$s a time of day */
  return g_strdup_printf (_("%1$s, %2$s"), day, clock);
}

/* A date in full: "Thu 19 November 2026, 08:05", as precise as it was written. */
char *
cairn_words_date (const char *written,
                  gint64      now)
{
  CairnDate date;
  g_autoptr(GDateTime) time = from_written (written, &date);

  if (time == NULL)
    return g_strdup (written != NULL ? written : "");
  if (date.precision == CAIRN_DATE_YEAR)
    return format (time, "%Y");
  if (date.precision == CAIRN_DATE_MONTH)
    return format (time, C_("date", "%B %Y"));
  if (date.precision == CAIRN_DATE_DAY)
    /* Translators: a day in full such as "Thu 19 November 2026" */
    return format (time, C_("date", "%a %-e %B %Y"));
  /* Translators: a day and time such as "Thu 19 November 2026, 08:05" */
  return format (time, C_("date", "%a %-e %B %Y, %H:%M"));
}

/* A date in a line of small print: "14 Mar 1961". */
char *
cairn_words_birth (const char *written)
{
  CairnDate date;
  g_autoptr(GDateTime) time = from_written (written, &date);

  if (time == NULL)
    return g_strdup (written != NULL ? written : "");
  if (date.precision == CAIRN_DATE_YEAR)
    return format (time, "%Y");
  if (date.precision == CAIRN_DATE_MONTH)
    return format (time, C_("date", "%B %Y"));
  /* Translators: a date of birth such as "14 Mar 1961" */
  return format (time, C_("date", "%-e %b %Y"));
}

/* The month in the middle of a sentence: "May", "May 2024". */
char *
cairn_words_month (const char *written,
                   gboolean    with_year)
{
  CairnDate date;
  g_autoptr(GDateTime) time = from_written (written, &date);

  if (time == NULL)
    return g_strdup (written != NULL ? written : "");
  return format (time, with_year ? C_("date", "%B %Y") : "%B");
}

/* When something will be: "Today at 09:40", "In 3 days, at 09:40", "Thu 26 November 2026, 09:40". */
char *
cairn_words_when (const char *written,
                  gint64      now)
{
  CairnDate date;
  g_autoptr(GDateTime) time = from_written (written, &date);
  g_autoptr(GDateTime) today = from_ms (now);
  g_autofree char *clock = NULL;
  int days;

  if (time == NULL)
    return g_strdup (written != NULL ? written : "");
  days = days_from (today, time);
  if (date.precision < CAIRN_DATE_DAY || days < 0 || days > 7)
    return cairn_words_date (written, now);
  if (date.precision == CAIRN_DATE_DAY)
    {
      if (days == 0)
        return g_strdup (_("Today"));
      if (days == 1)
        return g_strdup (_("Tomorrow"));
      return g_strdup_printf (ngettext ("In %d day", "In %d days", days), days);
    }
  clock = format (time, C_("time", "%H:%M"));
  if (days == 0)
    /* Translators: %s is a time of day */
    return g_strdup_printf (_("Today at %s"), clock);
  if (days == 1)
    /* Translators: %s is a time of day */
    return g_strdup_printf (_("Tomorrow at %s"), clock);
  /* Translators: %1$d is a number of days, %2$s a time of day */
  return g_strdup_printf (ngettext ("In %1$d day, at %2$s", "In %1$d days, at %2$s", days), days, clock);
}

/* A span of time between two dates, of which one may be "": "2020 – March 2021", "From 2020", "Until 14 October 2021". */
char *
cairn_words_span (const char *since,
                  const char *until)
{
  g_autofree char *from = cairn_words_birth (since);
  g_autofree char *to = cairn_words_birth (until);

  if (*to == '\0')
    /* Translators: %s is a date */
    return g_strdup_printf (_("From %s"), from);
  if (*from == '\0')
    /* Translators: %s is a date */
    return g_strdup_printf (_("Until %s"), to);
  /* Translators: two dates */
  return g_strdup_printf (_("%1$s – %2$s"), from, to);
}

/* The heading under which a record stands in the timeline. */
char *
cairn_words_group (gboolean    has_start,
                   gint64      start,
                   const char *written,
                   gint64      now)
{
  CairnDate date;
  g_autoptr(GDateTime) time = has_start ? from_written (written, &date) : NULL;
  g_autoptr(GDateTime) today = from_ms (now);
  int days;

  if (time == NULL)
    return g_strdup (_("Without a date"));
  if (date.precision == CAIRN_DATE_YEAR)
    return format (time, "%Y");
  days = days_from (today, time);
  if (date.precision >= CAIRN_DATE_DAY && days > 0)
    return g_strdup (_("Coming up"));
  if (date.precision >= CAIRN_DATE_DAY && days > -7)
    return g_strdup (_("Last 7 days"));
  return format (time, C_("date", "%B %Y"));
}

char *
cairn_words_today (gint64 now)
{
  g_autoptr(GDateTime) time = from_ms (now);

  /* Translators: today, such as "Monday 23 November" */
  return format (time, C_("date", "%A %-e %B"));
}

/* Where a name begins behind the titles before it ("Dr. Amy Shaw"); at its end when it is titles only. */
static const char *
skip_titles (const char *name)
{
  static const char *const titles[] = { "mr", "mrs", "ms", "mx", "miss", "dr", "prof", "sir", "madam", "herr", "frau",
                                        "m", "mme", "mlle", NULL };

  while (*name != '\0')
    {
      gsize length = strcspn (name, " ");
      gsize stem = length > 0 && name[length - 1] == '.' ? length - 1 : length;
      g_autofree char *word = g_utf8_strdown (name, stem);

      /* "J." is a name, "Hon." none */
      if (length > 0 && !(stem < length && g_utf8_strlen (word, -1) > 1) && !g_strv_contains (titles, word))
        break;
      name += length + strspn (name + length, " ");
    }
  return name;
}

char *
cairn_words_greeting (const char *name,
                      gint64      now)
{
  g_autoptr(GDateTime) time = from_ms (now);
  int hour = g_date_time_get_hour (time);
  const char *own = skip_titles (name != NULL ? name : "");
  g_autofree char *first = g_strndup (own, strcspn (own, " "));

  if (name == NULL || *name == '\0')
    return g_strdup (_("Welcome back"));
  if (*first == '\0')
    return g_strdup (hour < 12 ? _("Good morning") : hour < 18 ? _("Good afternoon") : _("Good evening"));
  if (hour < 12)
    /* Translators: %s is a first name */
    return g_strdup_printf (_("Good morning, %s"), first);
  if (hour < 18)
    /* Translators: %s is a first name */
    return g_strdup_printf (_("Good afternoon, %s"), first);
  /* Translators: %s is a first name */
  return g_strdup_printf (_("Good evening, %s"), first);
}

/* The first letters of the first and the last name, with a blank between: all of a name that may
 * stand on a locked screen. */
char *
cairn_words_initials (const char *name)
{
  g_auto(GStrv) words = g_strsplit (skip_titles (name != NULL ? name : ""), " ", -1);
  GString *text = g_string_new (NULL);
  gunichar first = 0, last = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      gunichar letter = g_utf8_get_char (words[i]);

      if (!g_unichar_isalpha (letter))
        continue;
      last = first != 0 ? letter : 0;
      first = first != 0 ? first : letter;
    }
  if (first != 0)
    g_string_append_unichar (text, g_unichar_toupper (first));
  if (last != 0)
    g_string_append_unichar (g_string_append_c (text, ' '), g_unichar_toupper (last));
  return g_string_free (text, FALSE);
}

static gboolean
has_letter (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (g_unichar_isalpha (g_utf8_get_char (text)))
      return TRUE;
  return FALSE;
}

/* Digits and signs alone ("4.0–5.6 %") keep their order where reading goes from right to left. */
char *
cairn_words_isolate (const char *text)
{
  if (gtk_widget_get_default_direction () != GTK_TEXT_DIR_RTL || has_letter (text))
    return g_strdup (text);
  return g_strconcat ("\u2066", text, "\u2069", NULL);
}

/* What must be known before a record is believed, the gravest first; NULL when there is nothing. */
const char *
cairn_words_flags (CairnFlags flags)
{
  if (flags & CAIRN_FLAG_ENTERED_IN_ERROR)
    return _("Entered by mistake");
  if (flags & CAIRN_FLAG_NEGATED)
    return _("Ruled out");
  if (flags & CAIRN_FLAG_CANCELLED)
    return _("Cancelled or stopped");
  if (flags & CAIRN_FLAG_CORRECTED)
    return _("Corrected");
  if (flags & CAIRN_FLAG_PRELIMINARY)
    return _("Preliminary");
  if (flags & CAIRN_FLAG_INCOMPLETE)
    return _("Shown incompletely");
  return NULL;
}

/* The host of an address as people know it: what a password is about to be sent to. */
char *
cairn_words_host (const char *address)
{
  g_autofree char *full = strstr (address, "://") ? g_strdup (address) : g_strconcat ("https://", address, NULL);
  g_autoptr(GUri) uri = g_uri_parse (full, G_URI_FLAGS_NONE, NULL);

  if (uri == NULL || g_uri_get_host (uri) == NULL)
    return g_strdup (address);
  if (g_uri_get_port (uri) > 0)
    return g_strdup_printf ("%s:%d", g_uri_get_host (uri), g_uri_get_port (uri));
  return g_strdup (g_uri_get_host (uri));
}

/* "+1 555 0100" as an address to call; NULL when there is no number in it. */
char *
cairn_words_call (const char *phone)
{
  GString *number = g_string_new ("tel:");

  for (const char *c = phone; c != NULL && *c != '\0'; c++)
    if (g_ascii_isdigit (*c) || (*c == '+' && number->len == strlen ("tel:")))
      g_string_append_c (number, *c);
  return g_string_free (number, number->len < strlen ("tel:") + 3);
}

/* What an error means to a patient; its message is for the log and the technical detail. */
const char *
cairn_words_error (const GError *error)
{
  if (error == NULL || error->domain != CAIRN_ERROR)
    return _("Something went wrong.");

  switch ((CairnError) error->code)
    {
    case CAIRN_ERROR_NETWORK:
      return _("The clinic's portal could not be reached. Check your connection and try again.");
    case CAIRN_ERROR_CERTIFICATE:
      return _("The clinic's portal could not prove who it is, so nothing was sent to it.");
    case CAIRN_ERROR_NOT_PORTAL:
      return _("There is no patient portal at this address.");
    case CAIRN_ERROR_BUSY:
      return _("The clinic's portal is busy. Try again in a few minutes.");
    case CAIRN_ERROR_SERVER:
      return _("The clinic's portal has a problem of its own. Try again later.");
    case CAIRN_ERROR_CREDENTIALS:
      return _("The user name or the password is wrong.");
    case CAIRN_ERROR_SIGN_IN:
      return _("Your sign-in has ended. Sign in again.");
    case CAIRN_ERROR_FORBIDDEN:
      return _("The clinic's portal does not let this account see that.");
    case CAIRN_ERROR_NOT_FOUND:
      return _("This record is not there any more.");
    case CAIRN_ERROR_GONE:
      return _("The clinic has deleted this record.");
    case CAIRN_ERROR_CONFLICT:
      return _("Somebody else has changed this in the meantime.");
    case CAIRN_ERROR_REJECTED:
      return _("The clinic's portal refused this.");
    case CAIRN_ERROR_BAD_DATA:
      return _("The clinic's portal sent something that Cairn can not read.");
    case CAIRN_ERROR_TOO_LARGE:
      return _("The clinic's portal sent more than Cairn can take.");
    case CAIRN_ERROR_LOCKED:
      return _("Cairn is locked.");
    case CAIRN_ERROR_KEYRING:
      return _("The keyring of this computer could not be used.");
    case CAIRN_ERROR_STORAGE:
      return _("Your record could not be written to the disk. It may be full.");
    case CAIRN_ERROR_DAMAGED:
      return _("The copy on this computer was damaged. It will be fetched again.");
    case CAIRN_ERROR_IN_USE:
      return _("Another copy of Cairn is using this account.");
    case CAIRN_ERROR_FAILED:
    case CAIRN_ERROR_USAGE:
    default:
      return _("Something went wrong.");
    }
}
