/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All threads of a record, the newest first. Main thread. */
#include "cairn-lazy-list.h"
#include "cairn-thread-private.h"

struct _CairnThreads
{
  CairnLazyList parent_instance;

  CairnOutbox  *outbox;
  char         *key;
  char         *search;
};

typedef CairnLazyListClass CairnThreadsClass;

G_DEFINE_TYPE (CairnThreads, cairn_threads, CAIRN_TYPE_LAZY_LIST)

#define CAIRN_THREADS(object) G_TYPE_CHECK_INSTANCE_CAST (object, CAIRN_TYPE_THREADS, CairnThreads)
#define CAIRN_IS_THREADS(object) G_TYPE_CHECK_INSTANCE_TYPE (object, CAIRN_TYPE_THREADS)

static gboolean
is_message (CairnOutboxItem *item)
{
  return cairn_outbox_item_get_thread (item) != NULL &&
         g_strcmp0 (cairn_outbox_item_get_resource_type (item), "Communication") == 0;
}

void
cairn_messages_query_add_outbox (CairnMessagesQuery *query, CairnOutbox *outbox)
{
  g_autoptr(CairnOutboxItem) item = NULL;

  for (guint i = 0; (item = g_list_model_get_item (G_LIST_MODEL (outbox), i)) != NULL; i++)
    {
      if (is_message (item))
        cairn_messages_query_add (query, cairn_outbox_item_get_number (item), cairn_outbox_item_get_thread (item),
                                  cairn_outbox_item_get_text (item), cairn_outbox_item_get_created (item));
      g_clear_object (&item);
    }
}

CairnUnsent
cairn_messages_find_unsent (CairnOutbox *outbox, const char *key)
{
  CairnUnsent unsent = CAIRN_UNSENT_NOTHING;
  g_autoptr(CairnOutboxItem) item = NULL;

  for (guint i = 0; key != NULL && (item = g_list_model_get_item (G_LIST_MODEL (outbox), i)) != NULL; i++)
    {
      CairnOutboxState state = cairn_outbox_item_get_state (item);

      if (is_message (item) && g_str_equal (cairn_outbox_item_get_thread (item), key))
        unsent = MAX (unsent, state == CAIRN_OUTBOX_WAITING || state == CAIRN_OUTBOX_SENDING ? CAIRN_UNSENT_WAITING
                                                                                              : CAIRN_UNSENT_FAILED);
      g_clear_object (&item);
    }
  return unsent;
}

CairnOutboxItem *
cairn_messages_find_item (CairnOutbox *outbox, gint64 number)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (outbox)); i++)
    {
      g_autoptr(CairnOutboxItem) item = g_list_model_get_item (G_LIST_MODEL (outbox), i);

      if (cairn_outbox_item_get_number (item) == number)
        return g_steal_pointer (&item);
    }
  return NULL;
}

static void
update_unsent (gpointer item, gpointer data)
{
  CairnThreads *self = data;

  cairn_thread_set_unsent (item, cairn_messages_find_unsent (self->outbox, cairn_thread_get_key (item)));
}

static void
state_cb (CairnThreads *self)
{
  cairn_lazy_list_foreach (CAIRN_LAZY_LIST (self), update_unsent, self);
}

static void
outbox_cb (GListModel *outbox, guint position, guint removed, guint added, gpointer data)
{
  CairnThreads *self = data;

  for (guint i = position; i < position + added; i++)
    {
      g_autoptr(CairnOutboxItem) item = g_list_model_get_item (outbox, i);

      g_signal_connect_object (item, "notify", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
    }
  state_cb (self);
  cairn_lazy_list_read_again (CAIRN_LAZY_LIST (self));
}

static gpointer
dup_query (CairnLazyList *list)
{
  CairnThreads *self = CAIRN_THREADS (list);
  CairnMessagesQuery *query = cairn_messages_query_new (self->key, self->search);

  cairn_messages_query_add_outbox (query, self->outbox);
  return query;
}

static GArray *
order (CairnConnection *connection, gconstpointer query, GError **error)
{
  return cairn_cache_threads_order (connection, query, error);
}

static GPtrArray *
rows (CairnConnection *connection, gconstpointer query, const gint64 *places, guint n, GError **error)
{
  return cairn_cache_threads_rows (connection, query, places, n, error);
}

static GObject *
new_item (CairnLazyList *list, gint64 place)
{
  return G_OBJECT (cairn_thread_new (place));
}

static void
fill (CairnLazyList *list, GObject *item, gpointer row)
{
  cairn_thread_take (CAIRN_THREAD (item), row);
  update_unsent (item, list);
}

static void
cairn_threads_constructed (GObject *object)
{
  CairnThreads *self = CAIRN_THREADS (object);

  G_OBJECT_CLASS (cairn_threads_parent_class)->constructed (object);
  self->outbox = g_object_ref (cairn_session_get_outbox (cairn_lazy_list_get_session (CAIRN_LAZY_LIST (self))));
  g_signal_connect_object (self->outbox, "items-changed", G_CALLBACK (outbox_cb), self, 0);
  outbox_cb (G_LIST_MODEL (self->outbox), 0, 0, g_list_model_get_n_items (G_LIST_MODEL (self->outbox)), self);
}

static void
cairn_threads_finalize (GObject *object)
{
  CairnThreads *self = CAIRN_THREADS (object);

  g_clear_object (&self->outbox);
  g_free (self->key);
  g_free (self->search);
  G_OBJECT_CLASS (cairn_threads_parent_class)->finalize (object);
}

static void
cairn_threads_class_init (CairnThreadsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = cairn_threads_constructed;
  object_class->finalize = cairn_threads_finalize;
  klass->item_type = CAIRN_TYPE_THREAD;
  klass->dup_query = dup_query;
  klass->query_free = (GDestroyNotify) cairn_messages_query_free;
  klass->order = order;
  klass->rows = rows;
  klass->new_item = new_item;
  klass->fill = fill;
}

static void
cairn_threads_init (CairnThreads *self)
{
}

/**
 * cairn_threads_new:
 * @session: whose threads
 *
 * Returns: (transfer full): all of them, which are read shortly after
 */
CairnThreads *
cairn_threads_new (CairnSession *session)
{
  g_return_val_if_fail (CAIRN_IS_SESSION (session), NULL);
  return g_object_new (CAIRN_TYPE_THREADS, "session", session, NULL);
}

/**
 * cairn_threads_new_one:
 * @session: whose threads
 * @key: of a thread
 *
 * Returns: (transfer full): a list of that one alone, empty while there is none such
 */
CairnThreads *
cairn_threads_new_one (CairnSession *session, const char *key)
{
  CairnThreads *self;

  g_return_val_if_fail (CAIRN_IS_SESSION (session), NULL);
  g_return_val_if_fail (key != NULL, NULL);
  self = g_object_new (CAIRN_TYPE_THREADS, "session", session, NULL);   /* which reads shortly after */
  self->key = g_strdup (key);
  return self;
}

/**
 * cairn_threads_set_search:
 * @self: threads
 * @search: (nullable): words that all must occur in one message, the last one as a beginning
 */
void
cairn_threads_set_search (CairnThreads *self, const char *search)
{
  g_return_if_fail (CAIRN_IS_THREADS (self));

  if (search != NULL && *search == '\0')
    search = NULL;
  if (g_strcmp0 (self->search, search) == 0)
    return;
  g_free (self->search);
  self->search = g_strdup (search);
  cairn_lazy_list_restart (CAIRN_LAZY_LIST (self));
}

/**
 * cairn_threads_get_search:
 * @self: threads
 *
 * Returns: (nullable): what is searched for
 */
const char *
cairn_threads_get_search (CairnThreads *self)
{
  g_return_val_if_fail (CAIRN_IS_THREADS (self), NULL);
  return self->search;
}

/**
 * cairn_threads_find:
 * @self: threads
 * @thread: one that was among them
 * @position: (out): where it is
 *
 * Returns: whether it is there
 */
gboolean
cairn_threads_find (CairnThreads *self, CairnThread *thread, guint *position)
{
  g_return_val_if_fail (CAIRN_IS_THREADS (self), FALSE);
  g_return_val_if_fail (CAIRN_IS_THREAD (thread), FALSE);

  return cairn_lazy_list_find (CAIRN_LAZY_LIST (self), cairn_thread_get_place (thread), position);
}
