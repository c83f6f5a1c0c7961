/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moves the sample clinic's dates, which stand around 2024-01-01, to today. Every string that is a
 * FHIR date moves by whole days, and so does a date in an attachment, written there as "05 Jan 2024".
 * What lies within a year then comes to a working day: the clinic is closed at weekends, and only
 * messages and requests are written then. A time at +00:00 becomes the same time of day here. */
#include "portal-demo-dates.h"

#include <stdlib.h>
#include <string.h>

#include "common/cairn-json-edit.h"
#include "fhir/cairn-date.h"

#define NEAR_DAYS 366
#define WRITTEN 11   /* bytes of a date in an attachment */

typedef struct
{
  CairnJsonEdit *edit;
  GTimeZone     *zone;
  GDate          today;
  int            days;
  gboolean       any_day;   /* of the resource at hand: weekends too */
} Shift;

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", NULL };

/* A bare year could be a code as well; only these members hold one that is a date. */
static gboolean
names_a_date (const char *name)
{
  return name != NULL && (strstr (name, "Date") != NULL || strstr (name, "date") != NULL ||
                          g_str_equal (name, "start") || g_str_equal (name, "end"));
}

static gboolean
is_date (const char *text, const char *name, CairnDate *date)
{
  gsize length = strlen (text);

  return length >= 4 && length <= 40 && g_ascii_isdigit (*text) && cairn_date_parse (text, date) &&
         (date->precision != CAIRN_DATE_YEAR || names_a_date (name));
}

static void
add_days (GDate *day, int days)
{
  if (days >= 0)
    g_date_add_days (day, days);
  else
    g_date_subtract_days (day, -days);
}

static gboolean
is_weekend (const GDate *day)
{
  return g_date_get_weekday (day) >= G_DATE_SATURDAY;
}

/* What was moves back to Friday, what comes on to Monday, so that neither passes today. */
static void
move_day (const Shift *self, GDate *day)
{
  int away;

  add_days (day, self->days);
  away = g_date_days_between (&self->today, day);
  if (self->any_day || away == 0 || ABS (away) > NEAR_DAYS || !is_weekend (day))
    return;
  if (away < 0)
    add_days (day, G_DATE_FRIDAY - (int) g_date_get_weekday (day));
  else
    add_days (day, G_DATE_SUNDAY + 1 - (int) g_date_get_weekday (day));
}

/* "T09:40:00+00:00" as a time of the clinic's own */
static char *
dup_local (const Shift *self, const GDate *day, const char *time)
{
  g_autoptr(GDateTime) local = NULL;
  g_autofree char *offset = NULL;
  CairnDate clock;
  g_autofree char *whole = g_strconcat ("2024-01-01", time, NULL);

  if (!g_str_has_suffix (time, "+00:00") || !cairn_date_parse (whole, &clock))
    return g_strdup (time);
  local = g_date_time_new (self->zone, g_date_get_year (day), g_date_get_month (day),
                           g_date_get_day (day), clock.hour, clock.minute, 0);
  if (local == NULL)
    return g_strdup (time);
  offset = g_date_time_format (local, "%:z");
  return g_strdup_printf ("%.*s%s", (int) (strlen (time) - strlen ("+00:00")), time, offset);
}

/* The same date, days later, at the precision in which it is written. */
static char *
move (const Shift *self, const char *text, const CairnDate *date)
{
  g_autofree char *time = NULL;
  GDate day;

  g_date_clear (&day, 1);
  g_date_set_dmy (&day, MAX (date->day, 1), MAX (date->month, 1), date->year);
  if (date->precision == CAIRN_DATE_YEAR || date->precision == CAIRN_DATE_MONTH)
    add_days (&day, self->days);
  if (date->precision == CAIRN_DATE_YEAR)
    return g_strdup_printf ("\"%04d\"", g_date_get_year (&day));
  if (date->precision == CAIRN_DATE_MONTH)
    return g_strdup_printf ("\"%04d-%02d\"", g_date_get_year (&day), g_date_get_month (&day));
  move_day (self, &day);
  time = dup_local (self, &day, text + strlen ("2024-01-01"));
  return g_strdup_printf ("\"%04d-%02d-%02d%s\"", g_date_get_year (&day), g_date_get_month (&day),
                          g_date_get_day (&day), time);
}

static gboolean
are_digits (const char *place, int n)
{
  for (int i = 0; i < n; i++)
    if (!g_ascii_isdigit (place[i]))
      return FALSE;
  return TRUE;
}

/* "05 Jan 2024" */
static gboolean
read_written (const char *place, GDate *day)
{
  g_autofree char *month = g_strndup (place + 3, 3);

  if (!are_digits (place, 2) || place[2] != ' ' || place[6] != ' ' || !are_digits (place + 7, 4))
    return FALSE;
  for (int i = 0; months[i] != NULL; i++)
    if (g_str_equal (months[i], month) && g_date_valid_dmy (atoi (place), i + 1, atoi (place + 7)))
      {
        g_date_set_dmy (day, atoi (place), i + 1, atoi (place + 7));
        return TRUE;
      }
  return FALSE;
}

/* At a place in bytes that are no text as a whole: what takes as much room takes its place. */
static gboolean
move_written (const Shift *self, char *place)
{
  g_autofree char *moved = NULL;
  GDate day;

  g_date_clear (&day, 1);
  if (!read_written (place, &day))
    return FALSE;
  move_day (self, &day);
  moved = g_strdup_printf ("%02d %s %04d", g_date_get_day (&day), months[g_date_get_month (&day) - 1],
                           g_date_get_year (&day));
  memcpy (place, moved, WRITTEN);
  return TRUE;
}

/* An attachment's bytes, in base64. */
static void
shift_attachment (Shift *self, CairnJson data)
{
  g_autofree char *text = cairn_json_dup_string (data);
  g_autofree char *bytes = NULL, *coded = NULL, *raw = NULL;
  gboolean moved = FALSE;
  gsize length;

  if (text == NULL)
    return;
  bytes = (char *) g_base64_decode (text, &length);
  for (gsize i = 0; i + WRITTEN <= length; i++)
    moved = move_written (self, bytes + i) || moved;
  if (!moved)
    return;
  coded = g_base64_encode ((guchar *) bytes, length);
  raw = g_strconcat ("\"", coded, "\"", NULL);
  cairn_json_edit_replace (self->edit, data, raw);
}

static void
shift_string (Shift *self, CairnJson value, const char *name)
{
  g_autofree char *text = value.length <= 42 ? cairn_json_dup_string (value) : NULL;
  g_autofree char *raw = NULL;
  CairnDate date;

  if (text == NULL || !is_date (text, name, &date))
    return;
  raw = move (self, text, &date);
  cairn_json_edit_replace (self->edit, value, raw);
}

/* A free time on a day when the clinic is closed is none. */
static void
close_slot (Shift *self, CairnJson slot)
{
  g_autofree char *start = cairn_json_dup_text_at (slot, "start");
  CairnDate date;
  GDate day;

  if (start == NULL || !cairn_date_parse (start, &date))
    return;
  g_date_clear (&day, 1);
  g_date_set_dmy (&day, date.day, date.month, date.year);
  add_days (&day, self->days);
  if (is_weekend (&day))
    cairn_json_edit_replace (self->edit, cairn_json_member (slot, "status"), "\"busy-unavailable\"");
}

/* Deeper than the gate lets anything be it can't get. */
static void
shift_in (Shift *self, CairnJson value, const char *name)
{
  static const char *const any_day[] = { "Communication", "QuestionnaireResponse", "Slot", "Task", NULL };
  g_autofree char *type = cairn_json_is_object (value) ? cairn_json_dup_text_at (value, "resourceType") : NULL;
  gboolean attachment = cairn_json_is_object (value) && cairn_json_member (value, "contentType").text != NULL;
  CairnJsonIter iter;
  CairnJson member_name, member;

  if (type != NULL)
    self->any_day = g_strv_contains (any_day, type);
  if (g_strcmp0 (type, "Slot") == 0)
    close_slot (self, value);
  cairn_json_iter_init (&iter, value);
  while (cairn_json_iter_next (&iter, &member_name, &member))
    {
      g_autofree char *own = cairn_json_dup_string (member_name);

      if (attachment && g_strcmp0 (own, "data") == 0)
        shift_attachment (self, member);
      else if (cairn_json_type (member) == CAIRN_JSON_STRING)
        shift_string (self, member, own != NULL ? own : name);
      else
        shift_in (self, member, own != NULL ? own : name);
    }
}

/* The text with its dates moved by the days from 2024-01-01 to today; times are those of its zone. */
char *
portal_demo_shift (CairnJson value, GDateTime *today, gsize *length)
{
  g_autoptr(CairnJsonEdit) edit = cairn_json_edit_new (value);
  Shift self = { .edit = edit, .zone = g_date_time_get_timezone (today) };
  GDate origin;

  g_date_clear (&origin, 1);
  g_date_clear (&self.today, 1);
  g_date_set_dmy (&origin, 1, 1, 2024);
  g_date_set_dmy (&self.today, g_date_time_get_day_of_month (today), g_date_time_get_month (today),
                  g_date_time_get_year (today));
  self.days = g_date_days_between (&origin, &self.today);
  shift_in (&self, value, NULL);
  return cairn_json_edit_apply (edit, length);
}
