/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One message of a conversation, filled from a row of the cache or of the outbox. Main thread. */
#include "cairn-thread-private.h"

struct _CairnMessage
{
  GObject          parent_instance;

  CairnMessageRow  row;
  CairnOutboxItem *item;
  GListModel      *files;
  gboolean         loaded;
};

G_DEFINE_FINAL_TYPE (CairnMessage, cairn_message, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
cairn_message_finalize (GObject *object)
{
  CairnMessage *self = CAIRN_MESSAGE (object);

  g_clear_object (&self->item);
  g_clear_object (&self->files);
  cairn_message_row_free (g_memdup2 (&self->row, sizeof self->row));
  G_OBJECT_CLASS (cairn_message_parent_class)->finalize (object);
}

static void
cairn_message_class_init (CairnMessageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cairn_message_finalize;

  signals[CHANGED] = g_signal_new ("changed", CAIRN_TYPE_MESSAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cairn_message_init (CairnMessage *self)
{
}

CairnMessage *
cairn_message_new (gint64 place)
{
  CairnMessage *self = g_object_new (CAIRN_TYPE_MESSAGE, NULL);

  self->row.place = place;
  return self;
}

/* Attachments change only with the words or the version of their message, which has the same reference. */
static gboolean
is_same (const CairnMessageRow *a, const CairnMessageRow *b)
{
  return a->sent == b->sent && a->received == b->received && a->own == b->own && a->flags == b->flags &&
         a->attachments->len == b->attachments->len && g_strcmp0 (a->reference, b->reference) == 0 &&
         g_strcmp0 (a->words, b->words) == 0 && g_strcmp0 (a->sender, b->sender) == 0 && g_strcmp0 (a->role, b->role) == 0 &&
         g_strcmp0 (a->recipient, b->recipient) == 0;
}

/* Whether it says what @row says already. */
gboolean
cairn_message_is (CairnMessage *self, const CairnMessageRow *row)
{
  return self->loaded && is_same (&self->row, row);
}

/* Lets it say what @row says, of which it takes all; it is told only when that is something else than before. */
void
cairn_message_take (CairnMessage *self, CairnMessageRow *row)
{
  CairnMessageRow old = self->row;

  if (cairn_message_is (self, row))
    return;
  self->row = *row;
  self->loaded = TRUE;
  *row = old;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
item_cb (CairnMessage *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

void
cairn_message_set_item (CairnMessage *self, CairnOutboxItem *item)
{
  if (!g_set_object (&self->item, item))
    return;
  if (item != NULL)
    g_signal_connect_object (item, "notify", G_CALLBACK (item_cb), self, G_CONNECT_SWAPPED);
  item_cb (self);
}

void
cairn_message_set_files (CairnMessage *self, GListModel *files)
{
  g_set_object (&self->files, files);
}

/**
 * cairn_message_get_reference:
 * @self: a message
 *
 * Returns: (nullable): "Communication/id" at the portal; %NULL while it waits
 */
const char *
cairn_message_get_reference (CairnMessage *self)
{
  g_return_val_if_fail (CAIRN_IS_MESSAGE (self), NULL);
  return self->row.reference;
}

/**
 * cairn_message_get_words:
 * @self: a message
 *
 * Returns: (nullable): what it says, "" when it is nothing but attachments
 */
const char *
cairn_message_get_words (CairnMessage *self)
{
  g_return_val_if_fail (CAIRN_IS_MESSAGE (self), NULL);
  return self->row.words;
}

/**
 * cairn_message_get_sender:
 * @self: a message
 *
 * Returns: (nullable): who wrote it
 */
const char *
cairn_message_get_sender (CairnMessage *self)
{
  g_return_val_if_fail (CAIRN_IS_MESSAGE (self), NULL);
  return self->row.sender;
}

/**
 * cairn_message_get_role:
 * @self: a message
 *
 * Returns: (nullable): what that person does
 */
const char *
cairn_message_get_role (CairnMessage *self)
{
  g_return_val_if_fail (CAIRN_IS_MESSAGE (self), NULL);
  return self->row.role;
}

/**
 * cairn_message_get_recipient:
 * @self: a message
 *
 * Returns: (nullable): whom it is for
 */
const char *
cairn_message_get_recipient (CairnMessage *self)
{
  g_return_val_if_fail (CAIRN_IS_MESSAGE (self), NULL);
  return self->row.recipient;
}

/**
 * cairn_message_get_sent:
 * @self: a message
 *
 * Returns: when it was sent, or written here, ms since 1970, 0 when that isn't said
 */
gint64
cairn_message_get_sent (CairnMessage *self)
{
  g_return_val_if_fail (CAIRN_IS_MESSAGE (self), 0);
  return self->row.sent;
}

/**
 * cairn_message_get_received:
 * @self: a message
 *
 * Returns: when it was read as far as the portal knows, ms since 1970, 0 when it was not
 */
gint64
cairn_message_get_received (CairnMessage *self)
{
  g_return_val_if_fail (CAIRN_IS_MESSAGE (self), 0);
  return self->row.received;
}

/**
 * cairn_message_get_own:
 * @self: a message
 *
 * Returns: whether the patient wrote it, or who stands in for the patient
 */
gboolean
cairn_message_get_own (CairnMessage *self)
{
  g_return_val_if_fail (CAIRN_IS_MESSAGE (self), FALSE);
  return self->row.own;
}

/**
 * cairn_message_get_flags:
 * @self: a message
 *
 * Returns: as of its #CairnSummary: whether it was entered by mistake
 */
CairnFlags
cairn_message_get_flags (CairnMessage *self)
{
  g_return_val_if_fail (CAIRN_IS_MESSAGE (self), 0);
  return self->row.flags;
}

/**
 * cairn_message_get_attachments:
 * @self: a message
 *
 * Returns: (transfer none) (nullable) (element-type CairnAttachment): what is attached
 */
GPtrArray *
cairn_message_get_attachments (CairnMessage *self)
{
  g_return_val_if_fail (CAIRN_IS_MESSAGE (self), NULL);
  return self->row.attachments;
}

/**
 * cairn_message_get_files:
 * @self: a message
 *
 * Returns: (transfer none) (nullable): what is attached, a #GListModel of #CairnFile; %NULL for nothing
 */
GListModel *
cairn_message_get_files (CairnMessage *self)
{
  g_return_val_if_fail (CAIRN_IS_MESSAGE (self), NULL);
  return self->files;
}

/**
 * cairn_message_get_item:
 * @self: a message
 *
 * Returns: (transfer none) (nullable): it in the outbox, %NULL once it is at the portal
 */
CairnOutboxItem *
cairn_message_get_item (CairnMessage *self)
{
  g_return_val_if_fail (CAIRN_IS_MESSAGE (self), NULL);
  return self->item;
}

/**
 * cairn_message_get_loaded:
 * @self: a message
 *
 * Returns: whether it was read yet
 */
gboolean
cairn_message_get_loaded (CairnMessage *self)
{
  g_return_val_if_fail (CAIRN_IS_MESSAGE (self), FALSE);
  return self->loaded;
}
