/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a session tells of itself. Main thread. */
#include "cairn-session-private.h"

/**
 * cairn_session_get_account:
 * @self: a session
 *
 * Returns: (transfer none): whose record it is
 */
CairnAccount *
cairn_session_get_account (CairnSession *self)
{
  g_return_val_if_fail (CAIRN_IS_SESSION (self), NULL);
  return self->account;
}

/**
 * cairn_session_get_state:
 * @self: a session
 *
 * Returns: its state
 */
CairnSessionState
cairn_session_get_state (CairnSession *self)
{
  g_return_val_if_fail (CAIRN_IS_SESSION (self), CAIRN_SESSION_CLOSED);
  return self->state;
}

/**
 * cairn_session_get_expired:
 * @self: a session
 *
 * Returns: whether the portal wants a new sign-in
 */
gboolean
cairn_session_get_expired (CairnSession *self)
{
  g_return_val_if_fail (CAIRN_IS_SESSION (self), FALSE);
  return cairn_grant_get_expired (self->grant);
}

/**
 * cairn_session_get_online:
 * @self: a session
 *
 * Returns: whether the portal answered last time
 */
gboolean
cairn_session_get_online (CairnSession *self)
{
  g_return_val_if_fail (CAIRN_IS_SESSION (self), FALSE);
  return cairn_grant_get_online (self->grant);
}

/**
 * cairn_session_get_remembered:
 * @self: a session
 *
 * Returns: whether anything outlives the program
 */
gboolean
cairn_session_get_remembered (CairnSession *self)
{
  g_return_val_if_fail (CAIRN_IS_SESSION (self), FALSE);
  return self->remembered;
}

/**
 * cairn_session_get_cache_renewed:
 * @self: a session
 *
 * Returns: whether the cache was damaged or keyless and was made anew
 */
gboolean
cairn_session_get_cache_renewed (CairnSession *self)
{
  g_return_val_if_fail (CAIRN_IS_SESSION (self), FALSE);
  return self->cache_renewed;
}

/**
 * cairn_session_get_outbox_kept_aside:
 * @self: a session
 *
 * Returns: (nullable): new name of an outbox that could not be opened
 */
const char *
cairn_session_get_outbox_kept_aside (CairnSession *self)
{
  g_return_val_if_fail (CAIRN_IS_SESSION (self), NULL);
  return self->outbox_kept_aside;
}

/**
 * cairn_session_get_patient_name:
 * @self: a session
 *
 * Returns: (nullable): whose record it is, in words
 */
const char *
cairn_session_get_patient_name (CairnSession *self)
{
  g_return_val_if_fail (CAIRN_IS_SESSION (self), NULL);
  return self->patient_name;
}

/**
 * cairn_session_get_patient_birth_date:
 * @self: a session
 *
 * Returns: (nullable): birth date as written
 */
const char *
cairn_session_get_patient_birth_date (CairnSession *self)
{
  g_return_val_if_fail (CAIRN_IS_SESSION (self), NULL);
  return self->patient_birth_date;
}

/**
 * cairn_session_get_n_new:
 * @self: a session
 *
 * Returns: how many records are new since the last look; results under a report that is new itself count once
 */
guint
cairn_session_get_n_new (CairnSession *self)
{
  g_return_val_if_fail (CAIRN_IS_SESSION (self), 0);
  return self->n_new;
}

/**
 * cairn_session_get_n_unread:
 * @self: a session
 *
 * Returns: how many messages of the care team the patient has not read, as of the last change of the cache
 */
guint
cairn_session_get_n_unread (CairnSession *self)
{
  g_return_val_if_fail (CAIRN_IS_SESSION (self), 0);
  return self->n_unread;
}

/**
 * cairn_session_get_outbox:
 * @self: a session
 *
 * Returns: (transfer none): what was written here and isn't at the portal yet
 */
CairnOutbox *
cairn_session_get_outbox (CairnSession *self)
{
  g_return_val_if_fail (CAIRN_IS_SESSION (self), NULL);
  return self->outbox;
}

/**
 * cairn_session_get_sync:
 * @self: a session
 *
 * Returns: (transfer none): its sync
 */
CairnSync *
cairn_session_get_sync (CairnSession *self)
{
  g_return_val_if_fail (CAIRN_IS_SESSION (self), NULL);
  return self->sync;
}

/**
 * cairn_session_get_error:
 * @self: a session
 *
 * Returns: (nullable): the last problem worth saying
 */
const GError *
cairn_session_get_error (CairnSession *self)
{
  g_return_val_if_fail (CAIRN_IS_SESSION (self), NULL);
  return self->error;
}
