/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Base of the pages beside the sidebar. Its cancellable ends every call that the page has started when
 * the page goes: locking destroys pages, and none may write into a dead one.
 */

#include "config.h"

#include "cairn-frame-page.h"

typedef struct
{
  CairnSession *session;
  GCancellable *cancellable;
  char         *place;
  char         *title;
  char         *subtitle;
  AdwViewStack *views;
  gboolean      can_print;
  gboolean      can_save;
  gboolean      narrow;
  gboolean      search_mode;
  gboolean      searchable;
} CairnFramePagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (CairnFramePage, cairn_frame_page, ADW_TYPE_BIN)

enum
{
  PROP_CAN_PRINT = 1,
  PROP_CAN_SAVE,
  PROP_NARROW,
  PROP_SEARCH_MODE,
  PROP_SEARCHABLE,
  PROP_SESSION,
  PROP_SUBTITLE,
  PROP_TITLE,
  PROP_VIEWS,
  N_PROPS
};

enum
{
  OPEN_PAGE,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
cairn_frame_page_real_focus (CairnFramePage *self)
{
  gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}

static void
cairn_frame_page_dispose (GObject *object)
{
  CairnFramePagePrivate *priv = cairn_frame_page_get_instance_private (CAIRN_FRAME_PAGE (object));

  g_cancellable_cancel (priv->cancellable);
  g_clear_weak_pointer (&priv->views);

  G_OBJECT_CLASS (cairn_frame_page_parent_class)->dispose (object);
}

static void
cairn_frame_page_finalize (GObject *object)
{
  CairnFramePagePrivate *priv = cairn_frame_page_get_instance_private (CAIRN_FRAME_PAGE (object));

  g_clear_object (&priv->session);
  g_clear_object (&priv->cancellable);
  g_free (priv->place);
  g_free (priv->title);
  g_free (priv->subtitle);

  G_OBJECT_CLASS (cairn_frame_page_parent_class)->finalize (object);
}

static void
cairn_frame_page_get_property (GObject    *object,
                         guint       id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  CairnFramePagePrivate *priv = cairn_frame_page_get_instance_private (CAIRN_FRAME_PAGE (object));

  switch (id)
    {
    case PROP_CAN_PRINT:
      g_value_set_boolean (value, priv->can_print);
      break;
    case PROP_CAN_SAVE:
      g_value_set_boolean (value, priv->can_save);
      break;
    case PROP_NARROW:
      g_value_set_boolean (value, priv->narrow);
      break;
    case PROP_SEARCH_MODE:
      g_value_set_boolean (value, priv->search_mode);
      break;
    case PROP_SEARCHABLE:
      g_value_set_boolean (value, priv->searchable);
      break;
    case PROP_SESSION:
      g_value_set_object (value, priv->session);
      break;
    case PROP_SUBTITLE:
      g_value_set_string (value, priv->subtitle);
      break;
    case PROP_TITLE:
      g_value_set_string (value, priv->title);
      break;
    case PROP_VIEWS:
      g_value_set_object (value, priv->views);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
set_flag (GObject      *object,
          gboolean     *flag,
          const GValue *value,
          GParamSpec   *pspec)
{
  if (*flag == g_value_get_boolean (value))
    return;
  *flag = g_value_get_boolean (value);
  g_object_notify_by_pspec (object, pspec);
}

static void
cairn_frame_page_set_property (GObject      *object,
                         guint         id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  CairnFramePage *self = CAIRN_FRAME_PAGE (object);
  CairnFramePagePrivate *priv = cairn_frame_page_get_instance_private (self);

  switch (id)
    {
    case PROP_CAN_PRINT:
      set_flag (object, &priv->can_print, value, pspec);
      break;
    case PROP_CAN_SAVE:
      set_flag (object, &priv->can_save, value, pspec);
      break;
    case PROP_NARROW:
      cairn_frame_page_set_narrow (self, g_value_get_boolean (value));
      break;
    case PROP_SEARCH_MODE:
      set_flag (object, &priv->search_mode, value, pspec);
      break;
    case PROP_SEARCHABLE:
      set_flag (object, &priv->searchable, value, pspec);
      break;
    case PROP_SESSION:
      priv->session = g_value_dup_object (value);
      break;
    case PROP_SUBTITLE:
      cairn_frame_page_set_subtitle (self, g_value_get_string (value));
      break;
    case PROP_TITLE:
      cairn_frame_page_set_title (self, g_value_get_string (value));
      break;
    case PROP_VIEWS:
      cairn_frame_page_set_views (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cairn_frame_page_class_init (CairnFramePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = cairn_frame_page_dispose;
  object_class->finalize = cairn_frame_page_finalize;
  object_class->get_property = cairn_frame_page_get_property;
  object_class->set_property = cairn_frame_page_set_property;
  klass->focus = cairn_frame_page_real_focus;

  properties[PROP_CAN_PRINT] = g_param_spec_boolean ("can-print", NULL, NULL, FALSE, flags);
  properties[PROP_CAN_SAVE] = g_param_spec_boolean ("can-save", NULL, NULL, FALSE, flags);
  properties[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE, flags);
  properties[PROP_SEARCH_MODE] = g_param_spec_boolean ("search-mode", NULL, NULL, FALSE, flags);
  properties[PROP_SEARCHABLE] = g_param_spec_boolean ("searchable", NULL, NULL, FALSE, flags);
  properties[PROP_SESSION] =
    g_param_spec_object ("session", NULL, NULL, CAIRN_TYPE_SESSION,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SUBTITLE] = g_param_spec_string ("subtitle", NULL, NULL, NULL, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_VIEWS] = g_param_spec_object ("views", NULL, NULL, ADW_TYPE_VIEW_STACK, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[OPEN_PAGE] = g_signal_new ("open-page", CAIRN_TYPE_FRAME_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, CAIRN_TYPE_FRAME_PAGE);
}

static void
cairn_frame_page_init (CairnFramePage *self)
{
  CairnFramePagePrivate *priv = cairn_frame_page_get_instance_private (self);

  priv->cancellable = g_cancellable_new ();
}

CairnSession *
cairn_frame_page_get_session (CairnFramePage *self)
{
  CairnFramePagePrivate *priv = cairn_frame_page_get_instance_private (self);

  g_return_val_if_fail (CAIRN_IS_FRAME_PAGE (self), NULL);

  return priv->session;
}

/* Cancelled when the page is disposed of. */
GCancellable *
cairn_frame_page_get_cancellable (CairnFramePage *self)
{
  CairnFramePagePrivate *priv = cairn_frame_page_get_instance_private (self);

  g_return_val_if_fail (CAIRN_IS_FRAME_PAGE (self), NULL);

  return priv->cancellable;
}

const char *
cairn_frame_page_get_title (CairnFramePage *self)
{
  CairnFramePagePrivate *priv = cairn_frame_page_get_instance_private (self);

  g_return_val_if_fail (CAIRN_IS_FRAME_PAGE (self), NULL);

  return priv->title != NULL ? priv->title : "";
}

void
cairn_frame_page_set_title (CairnFramePage  *self,
                      const char *title)
{
  CairnFramePagePrivate *priv = cairn_frame_page_get_instance_private (self);

  g_return_if_fail (CAIRN_IS_FRAME_PAGE (self));

  if (g_strcmp0 (priv->title, title) == 0)
    return;
  g_free (priv->title);
  priv->title = g_strdup (title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  cairn_frame_page_get_title (self), -1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

const char *
cairn_frame_page_get_subtitle (CairnFramePage *self)
{
  CairnFramePagePrivate *priv = cairn_frame_page_get_instance_private (self);

  g_return_val_if_fail (CAIRN_IS_FRAME_PAGE (self), NULL);

  return priv->subtitle != NULL ? priv->subtitle : "";
}

void
cairn_frame_page_set_subtitle (CairnFramePage  *self,
                         const char *subtitle)
{
  CairnFramePagePrivate *priv = cairn_frame_page_get_instance_private (self);

  g_return_if_fail (CAIRN_IS_FRAME_PAGE (self));

  if (g_strcmp0 (priv->subtitle, subtitle) == 0)
    return;
  g_free (priv->subtitle);
  priv->subtitle = g_strdup (subtitle);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SUBTITLE]);
}

gboolean
cairn_frame_page_get_narrow (CairnFramePage *self)
{
  CairnFramePagePrivate *priv = cairn_frame_page_get_instance_private (self);

  g_return_val_if_fail (CAIRN_IS_FRAME_PAGE (self), FALSE);

  return priv->narrow;
}

/* The sidebar is folded away and the page has the width of a phone. */
void
cairn_frame_page_set_narrow (CairnFramePage *self,
                       gboolean   narrow)
{
  CairnFramePagePrivate *priv = cairn_frame_page_get_instance_private (self);

  g_return_if_fail (CAIRN_IS_FRAME_PAGE (self));

  if (priv->narrow == narrow)
    return;
  priv->narrow = narrow;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NARROW]);
}

AdwViewStack *
cairn_frame_page_get_views (CairnFramePage *self)
{
  CairnFramePagePrivate *priv = cairn_frame_page_get_instance_private (self);

  g_return_val_if_fail (CAIRN_IS_FRAME_PAGE (self), NULL);

  return priv->views;
}

/* NULL when there is one view only. */
void
cairn_frame_page_set_views (CairnFramePage *self,
                            AdwViewStack   *views)
{
  CairnFramePagePrivate *priv = cairn_frame_page_get_instance_private (self);

  g_return_if_fail (CAIRN_IS_FRAME_PAGE (self));

  if (g_set_weak_pointer (&priv->views, views))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VIEWS]);
}

/* Whether the page had somewhere to go back to. */
gboolean
cairn_frame_page_go_back (CairnFramePage *self)
{
  g_return_val_if_fail (CAIRN_IS_FRAME_PAGE (self), FALSE);

  return CAIRN_FRAME_PAGE_GET_CLASS (self)->go_back != NULL && CAIRN_FRAME_PAGE_GET_CLASS (self)->go_back (self);
}

const char *
cairn_frame_page_get_unkept (CairnFramePage *self)
{
  g_return_val_if_fail (CAIRN_IS_FRAME_PAGE (self), NULL);

  return CAIRN_FRAME_PAGE_GET_CLASS (self)->get_unkept != NULL ? CAIRN_FRAME_PAGE_GET_CLASS (self)->get_unkept (self) : NULL;
}

/* What brings a page back after the lock, without a word of the record: "Observation/1", "security"; NULL for a page that
 * does not come back. */
const char *
cairn_frame_page_get_place (CairnFramePage *self)
{
  CairnFramePagePrivate *priv = cairn_frame_page_get_instance_private (self);

  g_return_val_if_fail (CAIRN_IS_FRAME_PAGE (self), NULL);

  return priv->place;
}

void
cairn_frame_page_set_place (CairnFramePage *self,
                            const char     *place)
{
  CairnFramePagePrivate *priv = cairn_frame_page_get_instance_private (self);

  g_return_if_fail (CAIRN_IS_FRAME_PAGE (self));

  g_free (priv->place);
  priv->place = g_strdup (place);
}

/* Puts another page on top of this one; going back comes here again. */
void
cairn_frame_page_open (CairnFramePage *self,
                       CairnFramePage *other)
{
  g_return_if_fail (CAIRN_IS_FRAME_PAGE (self));
  g_return_if_fail (CAIRN_IS_FRAME_PAGE (other));

  g_signal_emit (self, signals[OPEN_PAGE], 0, other);
}

void
cairn_frame_page_save (CairnFramePage *self)
{
  g_return_if_fail (CAIRN_IS_FRAME_PAGE (self));

  if (CAIRN_FRAME_PAGE_GET_CLASS (self)->save != NULL)
    CAIRN_FRAME_PAGE_GET_CLASS (self)->save (self);
}

void
cairn_frame_page_print (CairnFramePage *self)
{
  g_return_if_fail (CAIRN_IS_FRAME_PAGE (self));

  if (CAIRN_FRAME_PAGE_GET_CLASS (self)->print != NULL)
    CAIRN_FRAME_PAGE_GET_CLASS (self)->print (self);
}

void
cairn_frame_page_take_focus (CairnFramePage *self)
{
  g_return_if_fail (CAIRN_IS_FRAME_PAGE (self));

  CAIRN_FRAME_PAGE_GET_CLASS (self)->focus (self);
}
