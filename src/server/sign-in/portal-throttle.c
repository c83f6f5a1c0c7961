/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Against guessing: tries count per account (known or not), per address and overall. A try is
 * counted before the password is looked at, and taken back when it was right, so that many at once
 * gain nothing. On the writer's thread, in the caller's transaction. */
#include "portal-throttle.h"

#define WINDOW_MS (15 * 60 * 1000)
#define WRONG_OVERALL 2000
#define IN_A_ROW 100                       /* then only the owner can help */
#define OWNER_WAIT_MS (60 * 60 * 1000)
#define FORGET_MS (24 * 60 * 60 * 1000)

static gint64
wait_of (const PortalCounter *counter, gint64 limit, gint64 now)
{
  if (counter->in_a_row >= IN_A_ROW)
    return OWNER_WAIT_MS;
  return counter->wrong >= limit ? MAX (counter->since + WINDOW_MS - now, 1000) : 0;
}

/* Counts a try; @wait is set to milliseconds when it must not be made. */
gboolean
portal_throttle_take (CairnConnection     *db,
                      const PortalConfig  *config,
                      const char          *account,
                      const char          *address,
                      gint64               now,
                      gint64              *wait,
                      GError             **error)
{
  const char *names[] = { account, address, "all" };
  gint64 limits[] = { config->wrong_per_account, config->wrong_per_address, WRONG_OVERALL };
  PortalCounter counters[3];

  *wait = 0;
  if (!portal_store_forget_counters (db, now - FORGET_MS, IN_A_ROW, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (!portal_store_load_counter (db, names[i], &counters[i], error))
        return FALSE;
      if (now - counters[i].since > WINDOW_MS)
        {
          counters[i].wrong = 0;
          counters[i].since = now;
        }
      *wait = MAX (*wait, wait_of (&counters[i], limits[i], now));
    }
  for (guint i = 0; i < G_N_ELEMENTS (names) && *wait == 0; i++)
    {
      counters[i].wrong++;
      if (i == 0)
        counters[i].in_a_row++;
      if (!portal_store_save_counter (db, names[i], &counters[i], error))
        return FALSE;
    }
  return TRUE;
}

/* The try that was just counted had the right password. */
gboolean
portal_throttle_right (CairnConnection *db,
                       const char *account,
                       const char *address,
                       GError **error)
{
  const char *names[] = { account, address, "all" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      PortalCounter counter;

      if (!portal_store_load_counter (db, names[i], &counter, error))
        return FALSE;
      counter.wrong = i == 0 ? 0 : MAX (counter.wrong - 1, 0);
      counter.in_a_row = 0;
      if (!portal_store_save_counter (db, names[i], &counter, error))
        return FALSE;
    }
  return TRUE;
}

/* Counts one of something that anybody may do only so often; @wait is set to milliseconds when it is too often. */
gboolean
portal_throttle_count (CairnConnection *db, const char *name, gint64 limit, gint64 now, gint64 *wait, GError **error)
{
  PortalCounter counter;

  *wait = 0;
  if (!portal_store_load_counter (db, name, &counter, error))
    return FALSE;
  if (now - counter.since > PORTAL_HOUR_MS)
    counter = (PortalCounter) { .since = now };
  if (counter.wrong >= limit)
    {
      *wait = MAX (counter.since + PORTAL_HOUR_MS - now, 1000);
      return TRUE;
    }
  counter.wrong++;
  return portal_store_save_counter (db, name, &counter, error);
}

/* The owner of an account has acted: a recovery, or a right code. */
gboolean
portal_throttle_forgive (CairnConnection *db, const char *name, gint64 now, GError **error)
{
  PortalCounter counter = { .since = now };

  return portal_store_save_counter (db, name, &counter, error);
}
