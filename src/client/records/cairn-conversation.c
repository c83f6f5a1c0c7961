/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The messages of one thread, and reading them. Main thread. */
#include "cairn-lazy-list.h"
#include "cairn-thread-private.h"

#include "client/cache/cairn-cache-messages.h"
#include "client/files/cairn-file-private.h"
#include "client/session/cairn-session-private.h"
#include "fhir/cairn-types.h"

/* So many messages are told to have been read at once. */
#define N_AT_ONCE 100

struct _CairnConversation
{
  CairnLazyList parent_instance;

  CairnOutbox  *outbox;
  char         *key;
  gboolean      marking;
};

typedef CairnLazyListClass CairnConversationClass;

G_DEFINE_TYPE (CairnConversation, cairn_conversation, CAIRN_TYPE_LAZY_LIST)

#define CAIRN_CONVERSATION(object) G_TYPE_CHECK_INSTANCE_CAST (object, CAIRN_TYPE_CONVERSATION, CairnConversation)
#define CAIRN_IS_CONVERSATION(object) G_TYPE_CHECK_INSTANCE_TYPE (object, CAIRN_TYPE_CONVERSATION)

enum
{
  PROP_0,
  PROP_KEY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* A thread that was opened here is called by the portal's name once the portal has it. */
static void
sent_cb (CairnOutbox *outbox, gint64 number, const char *reference, gpointer data)
{
  CairnConversation *self = data;
  g_autoptr(CairnOutboxItem) item = cairn_messages_find_item (outbox, number);
  g_autofree char *type = NULL;
  g_autofree char *id = NULL;

  if (item == NULL || !g_str_has_prefix (self->key, "urn:") || g_strcmp0 (cairn_outbox_item_get_thread (item), self->key) != 0 ||
      !cairn_reference_split (reference, &type, &id))
    return;
  g_free (self->key);
  self->key = g_steal_pointer (&id);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KEY]);
  cairn_lazy_list_read_again (CAIRN_LAZY_LIST (self));
}

static gpointer
dup_query (CairnLazyList *list)
{
  CairnConversation *self = CAIRN_CONVERSATION (list);
  CairnMessagesQuery *query = cairn_messages_query_new (self->key, NULL);

  cairn_messages_query_add_outbox (query, self->outbox);
  return query;
}

static GArray *
order (CairnConnection *connection, gconstpointer query, GError **error)
{
  return cairn_cache_messages_order (connection, query, error);
}

static GPtrArray *
rows (CairnConnection *connection, gconstpointer query, const gint64 *places, guint n, GError **error)
{
  return cairn_cache_messages_rows (connection, query, places, n, error);
}

static GObject *
new_item (CairnLazyList *list, gint64 place)
{
  return G_OBJECT (cairn_message_new (place));
}

/* (nullable): what is attached to a message that waits, or to one at the portal */
static GListModel *
list_files (CairnConversation *self, const CairnMessageRow *row)
{
  CairnSession *session = cairn_lazy_list_get_session (CAIRN_LAZY_LIST (self));
  GListStore *files;

  if (row->attachments->len == 0)
    return NULL;
  if (row->place < 0)
    return cairn_outbox_get_message_files (self->outbox, -row->place);
  files = g_list_store_new (CAIRN_TYPE_FILE);
  for (guint i = 0; i < row->attachments->len; i++)
    {
      g_autoptr(CairnFile) file = cairn_file_new_received (row->reference, row->attachments->pdata[i]);
      g_autofree char *address = NULL;

      cairn_session_locate_document (session, row->attachments->pdata[i], &address);
      if (address != NULL && row->kept != NULL && g_hash_table_contains (row->kept, address))
        cairn_file_set_state (file, CAIRN_FILE_KEPT);
      g_list_store_append (files, file);
    }
  return G_LIST_MODEL (files);
}

static void
fill (CairnLazyList *list, GObject *item, gpointer row)
{
  gint64 place = ((CairnMessageRow *) row)->place;
  g_autoptr(CairnOutboxItem) waiting = place < 0 ? cairn_messages_find_item (CAIRN_CONVERSATION (list)->outbox, -place) : NULL;

  if (!cairn_message_is (CAIRN_MESSAGE (item), row))
    {
      g_autoptr(GListModel) files = list_files (CAIRN_CONVERSATION (list), row);

      cairn_message_set_files (CAIRN_MESSAGE (item), files);
    }
  cairn_message_take (CAIRN_MESSAGE (item), row);
  cairn_message_set_item (CAIRN_MESSAGE (item), waiting);
}

static void
cairn_conversation_constructed (GObject *object)
{
  CairnConversation *self = CAIRN_CONVERSATION (object);

  self->outbox = g_object_ref (cairn_session_get_outbox (cairn_lazy_list_get_session (CAIRN_LAZY_LIST (self))));
  g_signal_connect_object (self->outbox, "items-changed", G_CALLBACK (cairn_lazy_list_read_again), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->outbox, "sent", G_CALLBACK (sent_cb), self, 0);
  G_OBJECT_CLASS (cairn_conversation_parent_class)->constructed (object);
}

static void
cairn_conversation_finalize (GObject *object)
{
  CairnConversation *self = CAIRN_CONVERSATION (object);

  g_clear_object (&self->outbox);
  g_free (self->key);
  G_OBJECT_CLASS (cairn_conversation_parent_class)->finalize (object);
}

static void
cairn_conversation_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_KEY)
    g_value_set_string (value, CAIRN_CONVERSATION (object)->key);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cairn_conversation_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_KEY)
    CAIRN_CONVERSATION (object)->key = g_value_dup_string (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cairn_conversation_class_init (CairnConversationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = cairn_conversation_constructed;
  object_class->finalize = cairn_conversation_finalize;
  object_class->get_property = cairn_conversation_get_property;
  object_class->set_property = cairn_conversation_set_property;
  klass->from_end = TRUE;
  klass->item_type = CAIRN_TYPE_MESSAGE;
  klass->dup_query = dup_query;
  klass->query_free = (GDestroyNotify) cairn_messages_query_free;
  klass->order = order;
  klass->rows = rows;
  klass->new_item = new_item;
  klass->fill = fill;

  properties[PROP_KEY] = g_param_spec_string ("key", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY |
                                              G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
cairn_conversation_init (CairnConversation *self)
{
}

/**
 * cairn_conversation_new:
 * @session: whose conversation
 * @key: of a thread
 *
 * Returns: (transfer full): its messages, which are read shortly after
 */
CairnConversation *
cairn_conversation_new (CairnSession *session, const char *key)
{
  g_return_val_if_fail (CAIRN_IS_SESSION (session), NULL);
  g_return_val_if_fail (key != NULL, NULL);
  return g_object_new (CAIRN_TYPE_CONVERSATION, "session", session, "key", key, NULL);
}

/**
 * cairn_conversation_get_key:
 * @self: a conversation
 *
 * Returns: (transfer none): key of its thread
 */
const char *
cairn_conversation_get_key (CairnConversation *self)
{
  g_return_val_if_fail (CAIRN_IS_CONVERSATION (self), NULL);
  return self->key;
}

/**
 * cairn_conversation_find:
 * @self: a conversation
 * @found: a message that a search found (cairn_thread_get_found())
 * @position: (out): where it is
 *
 * Returns: whether it is there
 */
gboolean
cairn_conversation_find (CairnConversation *self, gint64 found, guint *position)
{
  g_return_val_if_fail (CAIRN_IS_CONVERSATION (self), FALSE);
  return cairn_lazy_list_find (CAIRN_LAZY_LIST (self), found, position);
}

/* One round of reading: what is unread, and whether the outbox has all of it. */
typedef struct
{
  CairnConversation *self;
  GPtrArray         *unread;
  guint              n_left;
} Round;

static void
round_free (Round *round)
{
  round->self->marking = FALSE;
  g_object_unref (round->self);
  g_clear_pointer (&round->unread, g_ptr_array_unref);
  g_free (round);
}

static void
noted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Round *round = data;
  g_autoptr(GError) error = NULL;

  if (cairn_database_run_finish (CAIRN_DATABASE (source), result, &error) != NULL)
    cairn_session_note_changed (cairn_lazy_list_get_session (CAIRN_LAZY_LIST (round->self)));
  else
    g_message ("That messages were read can't be noted: %s", error->message);
  round_free (round);
}

static gpointer
note_read (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return cairn_cache_messages_read_here (connection, data, error) ? data : NULL;
}

/* What the outbox has counts as read here from now on. */
static void
added_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Round *round = data;
  g_autoptr(GError) error = NULL;
  CairnDatabase *database;

  if (cairn_outbox_add_finish (CAIRN_OUTBOX (source), result, &error) == 0)
    g_message ("That a message was read can't be sent: %s", error->message);
  if (--round->n_left > 0)
    return;
  database = cairn_session_get_database (cairn_lazy_list_get_session (CAIRN_LAZY_LIST (round->self)), TRUE, NULL);
  if (database != NULL)
    cairn_database_run_async (database, note_read, g_ptr_array_ref (round->unread), (GDestroyNotify) g_ptr_array_unref, NULL,
                              NULL, noted_cb, round);
  else
    round_free (round);
}

static void
unread_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Round *round = data;

  round->unread = cairn_database_run_finish (CAIRN_DATABASE (source), result, NULL);
  if (round->unread == NULL || round->unread->len == 0)
    {
      round_free (round);
      return;
    }
  round->n_left = round->unread->len;
  for (guint i = 0; i < round->unread->len; i++)
    {
      const CairnCacheUnread *unread = round->unread->pdata[i];
      CairnOutboxWrite write = { .type = "Communication", .bytes = unread->text, .target = unread->reference,
                                 .version = unread->version, .quiet = TRUE };

      cairn_outbox_add_async (round->self->outbox, &write, NULL, added_cb, round);
    }
}

static gpointer
list_unread (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return cairn_cache_messages_unread (connection, data, N_AT_ONCE, error);
}

/**
 * cairn_conversation_mark_read:
 * @self: a conversation that a person sees
 *
 * Notes that what is in it was read: here at once, at the portal when it can be reached ("received", by way of the outbox).
 */
void
cairn_conversation_mark_read (CairnConversation *self)
{
  CairnDatabase *database;
  Round *round;

  g_return_if_fail (CAIRN_IS_CONVERSATION (self));

  database = cairn_session_get_database (cairn_lazy_list_get_session (CAIRN_LAZY_LIST (self)), TRUE, NULL);
  if (database == NULL || self->marking)
    return;
  self->marking = TRUE;
  round = g_new0 (Round, 1);
  round->self = g_object_ref (self);
  cairn_database_run_async (database, list_unread, g_strdup (self->key), g_free, (GDestroyNotify) g_ptr_array_unref, NULL,
                            unread_cb, round);
}
