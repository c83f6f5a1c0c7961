/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file of a message, as lists show it. Main thread. */
#include "cairn-file-private.h"

#include "client/cairn-client-enums.h"

G_DEFINE_FINAL_TYPE (CairnFile, cairn_file, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ERROR,
  PROP_PROBLEM,
  PROP_PROGRESS,
  PROP_SIZE,
  PROP_STATE,
  PROP_TITLE,
  PROP_TYPE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
notify (CairnFile *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
cairn_file_finalize (GObject *object)
{
  CairnFile *self = CAIRN_FILE (object);

  g_free (self->title);
  g_free (self->type);
  g_free (self->error);
  g_free (self->uuid);
  g_free (self->draft);
  g_free (self->owner);
  g_clear_pointer (&self->attachment, cairn_attachment_free);
  G_OBJECT_CLASS (cairn_file_parent_class)->finalize (object);
}

static void
cairn_file_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CairnFile *self = CAIRN_FILE (object);

  switch (id)
    {
    case PROP_ERROR:
      g_value_set_string (value, self->error);
      break;
    case PROP_PROBLEM:
      g_value_set_enum (value, (gint) self->problem);
      break;
    case PROP_PROGRESS:
      g_value_set_double (value, self->progress);
      break;
    case PROP_SIZE:
      g_value_set_int64 (value, self->size);
      break;
    case PROP_STATE:
      g_value_set_enum (value, (gint) self->state);
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_TYPE:
      g_value_set_string (value, self->type);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cairn_file_class_init (CairnFileClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = cairn_file_finalize;
  object_class->get_property = cairn_file_get_property;

  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);
  properties[PROP_PROBLEM] = g_param_spec_enum ("problem", NULL, NULL, CAIRN_TYPE_FILE_PROBLEM, CAIRN_FILE_FINE, flags);
  properties[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, 0, 1, 0, flags);
  properties[PROP_SIZE] = g_param_spec_int64 ("size", NULL, NULL, -1, G_MAXINT64, -1, flags);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, CAIRN_TYPE_FILE_STATE, CAIRN_FILE_READING, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_TYPE] = g_param_spec_string ("type", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
cairn_file_init (CairnFile *self)
{
  self->size = -1;
}

CairnFile *
cairn_file_new (const char *title)
{
  CairnFile *self = g_object_new (CAIRN_TYPE_FILE, NULL);

  self->title = g_strdup (title);
  return self;
}

CairnFile *
cairn_file_new_received (const char *owner, const CairnAttachment *attachment)
{
  CairnFile *self = cairn_file_new (attachment->title);

  self->owner = g_strdup (owner);
  self->attachment = cairn_attachment_copy (attachment);
  self->type = g_strdup (attachment->type);
  self->size = attachment->size;
  self->state = attachment->inside ? CAIRN_FILE_KEPT : CAIRN_FILE_PORTAL;
  return self;
}

void
cairn_file_set_title (CairnFile *self, const char *title)
{
  if (g_strcmp0 (self->title, title) == 0)
    return;
  g_free (self->title);
  self->title = g_strdup (title);
  notify (self, PROP_TITLE);
}

void
cairn_file_set_content (CairnFile *self, const char *type, gint64 size)
{
  if (g_strcmp0 (self->type, type) != 0)
    {
      g_free (self->type);
      self->type = g_strdup (type);
      notify (self, PROP_TYPE);
    }
  if (self->size == size)
    return;
  self->size = size;
  notify (self, PROP_SIZE);
}

void
cairn_file_set_state (CairnFile *self, CairnFileState state)
{
  if (self->state == state)
    return;
  self->state = state;
  notify (self, PROP_STATE);
}

void
cairn_file_set_progress (CairnFile *self, double progress)
{
  progress = CLAMP (progress, 0, 1);
  if (self->progress == progress)
    return;
  self->progress = progress;
  notify (self, PROP_PROGRESS);
}

void
cairn_file_set_problem (CairnFile *self, CairnFileProblem problem, const char *error)
{
  if (g_strcmp0 (self->error, error) != 0)
    {
      g_free (self->error);
      self->error = g_strdup (error);
      notify (self, PROP_ERROR);
    }
  if (self->problem == problem)
    return;
  self->problem = problem;
  notify (self, PROP_PROBLEM);
}

/**
 * cairn_file_get_title:
 * @self: a file
 *
 * Returns: (nullable): its name
 */
const char *
cairn_file_get_title (CairnFile *self)
{
  g_return_val_if_fail (CAIRN_IS_FILE (self), NULL);
  return self->title;
}

/**
 * cairn_file_get_media_type:
 * @self: a file
 *
 * Returns: (nullable): its media type
 */
const char *
cairn_file_get_media_type (CairnFile *self)
{
  g_return_val_if_fail (CAIRN_IS_FILE (self), NULL);
  return self->type;
}

/**
 * cairn_file_get_size:
 * @self: a file
 *
 * Returns: bytes, −1 when that isn't known
 */
gint64
cairn_file_get_size (CairnFile *self)
{
  g_return_val_if_fail (CAIRN_IS_FILE (self), -1);
  return self->size;
}

/**
 * cairn_file_get_state:
 * @self: a file
 *
 * Returns: where it stands
 */
CairnFileState
cairn_file_get_state (CairnFile *self)
{
  g_return_val_if_fail (CAIRN_IS_FILE (self), CAIRN_FILE_REFUSED);
  return self->state;
}

/**
 * cairn_file_get_problem:
 * @self: a file
 *
 * Returns: why it does not go, or did not come
 */
CairnFileProblem
cairn_file_get_problem (CairnFile *self)
{
  g_return_val_if_fail (CAIRN_IS_FILE (self), CAIRN_FILE_FINE);
  return self->problem;
}

/**
 * cairn_file_get_progress:
 * @self: a file
 *
 * Returns: how much of what is under way is done, 0 to 1
 */
double
cairn_file_get_progress (CairnFile *self)
{
  g_return_val_if_fail (CAIRN_IS_FILE (self), 0);
  return self->progress;
}

/**
 * cairn_file_get_error:
 * @self: a file
 *
 * Returns: (nullable): technical words about "problem"
 */
const char *
cairn_file_get_error (CairnFile *self)
{
  g_return_val_if_fail (CAIRN_IS_FILE (self), NULL);
  return self->error;
}
