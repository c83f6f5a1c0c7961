/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The trends that the patient follows (in outbox.db). On the database's thread. */
#include "cairn-pins.h"

#include "common/cairn-error.h"

#define MAX_PINS 24   /* what fits on Home */

/**
 * cairn_pin_free:
 * @self: (transfer full): a pin
 */
void
cairn_pin_free (CairnPin *self)
{
  g_free (self->key);
  g_free (self->title);
  g_free (self);
}

/**
 * cairn_pins_list:
 * @connection: a connection to the outbox
 * @error: return location
 *
 * Returns: (transfer full) (element-type CairnPin) (nullable): the pins in the order in which they were made
 */
GPtrArray *
cairn_pins_list (CairnConnection *connection, GError **error)
{
  g_autoptr(GPtrArray) pins = g_ptr_array_new_with_free_func ((GDestroyNotify) cairn_pin_free);
  CairnStatement *statement;
  gboolean row;

  statement = cairn_connection_prepare (connection, "SELECT key, title FROM pin ORDER BY number", error);
  while (statement != NULL && cairn_statement_step (statement, &row, error))
    {
      CairnPin *pin;

      if (!row)
        return g_steal_pointer (&pins);
      pin = g_new (CairnPin, 1);
      pin->key = g_strdup (cairn_statement_text (statement, 0, NULL));
      pin->title = g_strdup (cairn_statement_text (statement, 1, NULL));
      g_ptr_array_add (pins, pin);
    }
  return NULL;
}

/**
 * cairn_pins_has:
 * @connection: a connection to the outbox
 * @key: of a series
 * @has: (out): whether it is pinned
 * @error: return location
 *
 * Returns: whether that could be told
 */
gboolean
cairn_pins_has (CairnConnection *connection, const char *key, gboolean *has, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (connection, "SELECT 1 FROM pin WHERE key = :key", error);

  *has = FALSE;
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":key", key, -1);
  if (!cairn_statement_step (statement, has, error))
    return FALSE;
  cairn_statement_reset (statement);
  return TRUE;
}

static gboolean
has_room (CairnConnection *connection, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (connection, "SELECT count(*) FROM pin", error);
  gboolean row;
  gint64 n;

  if (statement == NULL || !cairn_statement_step (statement, &row, error))
    return FALSE;
  n = row ? cairn_statement_int64 (statement, 0) : 0;
  cairn_statement_reset (statement);
  if (n < MAX_PINS)
    return TRUE;
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_TOO_LARGE, "More than %d trends can't be followed", MAX_PINS);
  return FALSE;
}

/**
 * cairn_pins_set:
 * @connection: a connection to the outbox
 * @key: of a series
 * @title: what it is called
 * @pinned: whether to follow it
 * @error: return location; %CAIRN_ERROR_TOO_LARGE when there are too many
 *
 * Returns: whether it is so now
 */
gboolean
cairn_pins_set (CairnConnection *connection, const char *key, const char *title, gboolean pinned, GError **error)
{
  CairnStatement *statement;
  gboolean has;

  if (!cairn_pins_has (connection, key, &has, error) || (pinned && !has && !has_room (connection, error)))
    return FALSE;
  statement = cairn_connection_prepare (connection, pinned ? "INSERT INTO pin (key, title) VALUES (:key, :title)"
                                        " ON CONFLICT (key) DO UPDATE SET title = excluded.title"
                                        : "DELETE FROM pin WHERE key = :key", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":key", key, -1);
  if (pinned)
    cairn_statement_bind_text (statement, ":title", title, -1);
  return cairn_statement_run (statement, error);
}
