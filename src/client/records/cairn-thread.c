/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One thread of a list, filled from a row of the cache. Main thread. */
#include "cairn-thread-private.h"

struct _CairnThread
{
  GObject        parent_instance;

  CairnThreadRow row;
  CairnUnsent    unsent;
  gboolean       loaded;
};

G_DEFINE_FINAL_TYPE (CairnThread, cairn_thread, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
cairn_thread_finalize (GObject *object)
{
  CairnThread *self = CAIRN_THREAD (object);

  cairn_thread_row_free (g_memdup2 (&self->row, sizeof self->row));
  G_OBJECT_CLASS (cairn_thread_parent_class)->finalize (object);
}

static void
cairn_thread_class_init (CairnThreadClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cairn_thread_finalize;

  signals[CHANGED] = g_signal_new ("changed", CAIRN_TYPE_THREAD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cairn_thread_init (CairnThread *self)
{
}

CairnThread *
cairn_thread_new (gint64 place)
{
  CairnThread *self = g_object_new (CAIRN_TYPE_THREAD, NULL);

  self->row.place = place;
  return self;
}

static gboolean
is_same (const CairnThreadRow *a, const CairnThreadRow *b)
{
  return a->closed == b->closed && g_strcmp0 (a->closed_why, b->closed_why) == 0 && a->sent == b->sent && a->own == b->own &&
         a->found == b->found && a->n_unread == b->n_unread && g_strcmp0 (a->key, b->key) == 0 && g_strcmp0 (a->topic, b->topic) == 0 && g_strcmp0 (a->name, b->name) == 0 && g_strcmp0 (a->role, b->role) == 0 &&
         g_strcmp0 (a->reference, b->reference) == 0 && g_strcmp0 (a->words, b->words) == 0;
}

/* Lets it say what @row says, of which it takes all; it is told only when that is something else than before. */
void
cairn_thread_take (CairnThread *self, CairnThreadRow *row)
{
  CairnThreadRow old = self->row;

  if (self->loaded && is_same (&old, row))
    return;
  self->row = *row;
  self->loaded = TRUE;
  *row = old;
  g_signal_emit (self, signals[CHANGED], 0);
}

void
cairn_thread_set_unsent (CairnThread *self, CairnUnsent unsent)
{
  if (self->unsent == unsent)
    return;
  self->unsent = unsent;
  g_signal_emit (self, signals[CHANGED], 0);
}

gint64
cairn_thread_get_place (CairnThread *self)
{
  return self->row.place;
}

/**
 * cairn_thread_get_key:
 * @self: a thread
 *
 * Returns: (nullable): id of the message that opens it; of a thread that is not at the portal yet, a name of its own
 */
const char *
cairn_thread_get_key (CairnThread *self)
{
  g_return_val_if_fail (CAIRN_IS_THREAD (self), NULL);
  return self->row.key;
}

/**
 * cairn_thread_get_topic:
 * @self: a thread
 *
 * Returns: (nullable): what it is about
 */
const char *
cairn_thread_get_topic (CairnThread *self)
{
  g_return_val_if_fail (CAIRN_IS_THREAD (self), NULL);
  return self->row.topic;
}

/**
 * cairn_thread_get_name:
 * @self: a thread
 *
 * Returns: (nullable): who is on the other side: who wrote last of those, else whom the patient wrote to
 */
const char *
cairn_thread_get_name (CairnThread *self)
{
  g_return_val_if_fail (CAIRN_IS_THREAD (self), NULL);
  return self->row.name;
}

/**
 * cairn_thread_get_reference:
 * @self: a thread
 *
 * Returns: (nullable): the same as "Type/id"
 */
const char *
cairn_thread_get_reference (CairnThread *self)
{
  g_return_val_if_fail (CAIRN_IS_THREAD (self), NULL);
  return self->row.reference;
}

/**
 * cairn_thread_get_role:
 * @self: a thread
 *
 * Returns: (nullable): what that person does
 */
const char *
cairn_thread_get_role (CairnThread *self)
{
  g_return_val_if_fail (CAIRN_IS_THREAD (self), NULL);
  return self->row.role;
}

/**
 * cairn_thread_get_words:
 * @self: a thread
 *
 * Returns: (nullable): the last words, of a search those of the newest message that was found; "" when that message is nothing
 *   but attachments
 */
const char *
cairn_thread_get_words (CairnThread *self)
{
  g_return_val_if_fail (CAIRN_IS_THREAD (self), NULL);
  return self->row.words;
}

/**
 * cairn_thread_get_sent:
 * @self: a thread
 *
 * Returns: when those were sent, ms since 1970, 0 when that isn't said
 */
gint64
cairn_thread_get_sent (CairnThread *self)
{
  g_return_val_if_fail (CAIRN_IS_THREAD (self), 0);
  return self->row.sent;
}

/**
 * cairn_thread_get_own:
 * @self: a thread
 *
 * Returns: whether the patient said them
 */
gboolean
cairn_thread_get_own (CairnThread *self)
{
  g_return_val_if_fail (CAIRN_IS_THREAD (self), FALSE);
  return self->row.own;
}

/**
 * cairn_thread_get_found:
 * @self: a thread
 *
 * Returns: of a search, which message was found, for cairn_conversation_find(); else 0
 */
gint64
cairn_thread_get_found (CairnThread *self)
{
  g_return_val_if_fail (CAIRN_IS_THREAD (self), 0);
  return self->row.found;
}

/**
 * cairn_thread_get_n_unread:
 * @self: a thread
 *
 * Returns: how many of its messages nobody read
 */
guint
cairn_thread_get_n_unread (CairnThread *self)
{
  g_return_val_if_fail (CAIRN_IS_THREAD (self), 0);
  return self->row.n_unread;
}

/**
 * cairn_thread_get_closed:
 * @self: a thread
 * @why: (out) (nullable) (optional): what the clinic says of it
 *
 * Returns: whether the clinic has closed it; who writes in it opens it again
 */
gboolean
cairn_thread_get_closed (CairnThread *self, const char **why)
{
  g_return_val_if_fail (CAIRN_IS_THREAD (self), FALSE);
  if (why != NULL)
    *why = self->row.closed_why;
  return self->row.closed;
}

/**
 * cairn_thread_get_unsent:
 * @self: a thread
 *
 * Returns: whether all that was written in it is at the portal
 */
CairnUnsent
cairn_thread_get_unsent (CairnThread *self)
{
  g_return_val_if_fail (CAIRN_IS_THREAD (self), CAIRN_UNSENT_NOTHING);
  return self->unsent;
}

/**
 * cairn_thread_get_loaded:
 * @self: a thread
 *
 * Returns: whether it was read yet
 */
gboolean
cairn_thread_get_loaded (CairnThread *self)
{
  g_return_val_if_fail (CAIRN_IS_THREAD (self), FALSE);
  return self->loaded;
}
