/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A page's four states: loading (said only after half a second), empty, content, error with a way to
 * try again. Only "content" is made in advance; the others when they are first needed.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-words.h"
#include "parts/cairn-states.h"

#define PATIENCE 500

struct _CairnStates
{
  AdwBin parent_instance;

  GtkStack      *stack;
  AdwStatusPage *empty;
  GtkWidget     *content;
  char          *empty_icon;
  char          *empty_title;
  char          *empty_description;
  char          *failure;
  CairnState     state;
  guint          patience;
};

static void cairn_states_buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CairnStates, cairn_states, ADW_TYPE_BIN,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, cairn_states_buildable_init))

enum
{
  PROP_STATE = 1,
  PROP_EMPTY_ICON,
  PROP_EMPTY_TITLE,
  PROP_EMPTY_DESCRIPTION,
  N_PROPS
};

enum
{
  RETRY,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];
static GtkBuildableIface *parent_buildable;

static void
show (CairnStates *self,
      const char  *name)
{
  gtk_stack_set_visible_child_name (self->stack, name);
}

static gboolean
patience_cb (gpointer data)
{
  CairnStates *self = data;

  self->patience = 0;
  if (gtk_stack_get_child_by_name (self->stack, "loading") == NULL)
    {
      GtkWidget *spinner = gtk_spinner_new ();

      gtk_widget_set_size_request (spinner, 32, 32);
      gtk_widget_set_halign (spinner, GTK_ALIGN_CENTER);
      gtk_widget_set_valign (spinner, GTK_ALIGN_CENTER);
      gtk_accessible_update_property (GTK_ACCESSIBLE (spinner), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Loading"), -1);
      gtk_spinner_start (GTK_SPINNER (spinner));
      gtk_stack_add_named (self->stack, spinner, "loading");
    }
  show (self, "loading");
  return G_SOURCE_REMOVE;
}

static void
show_loading (CairnStates *self)
{
  show (self, "blank");
  if (self->patience == 0)
    self->patience = g_timeout_add (PATIENCE, patience_cb, self);
}

static void
show_empty (CairnStates *self)
{
  if (self->empty == NULL)
    {
      self->empty = ADW_STATUS_PAGE (adw_status_page_new ());
      gtk_stack_add_named (self->stack, GTK_WIDGET (self->empty), "empty");
    }
  adw_status_page_set_icon_name (self->empty, self->empty_icon);
  adw_status_page_set_title (self->empty, self->empty_title != NULL ? self->empty_title : "");
  adw_status_page_set_description (self->empty, self->empty_description);
  show (self, "empty");
}

static void
retry_clicked_cb (CairnStates *self)
{
  cairn_states_set_state (self, CAIRN_STATE_LOADING);
  g_signal_emit (self, signals[RETRY], 0);
}

static GtkWidget *
create_detail (const char *message)
{
  GtkWidget *expander = gtk_expander_new (_("Technical detail"));
  GtkWidget *label = gtk_label_new (message);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_margin_top (label, 6);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_accessible_update_property (GTK_ACCESSIBLE (expander), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Technical detail"), -1);
  gtk_widget_set_halign (expander, GTK_ALIGN_CENTER);
  gtk_expander_set_child (GTK_EXPANDER (expander), label);
  return expander;
}

static void
show_error (CairnStates  *self,
            const char   *title,
            const GError *error)
{
  GtkWidget *old = gtk_stack_get_child_by_name (self->stack, "error");
  GtkWidget *page = adw_status_page_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *button = gtk_button_new_with_label (_("Try Again"));

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), "computer-fail-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (page), title);
  adw_status_page_set_description (ADW_STATUS_PAGE (page), cairn_words_error (error));
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "pill");
  gtk_widget_add_css_class (button, "suggested-action");
  g_signal_connect_object (button, "clicked", G_CALLBACK (retry_clicked_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), button);
  gtk_box_append (GTK_BOX (box), create_detail (error->message));
  adw_status_page_set_child (ADW_STATUS_PAGE (page), box);

  show (self, "blank");
  if (old != NULL)
    gtk_stack_remove (self->stack, old);
  gtk_stack_add_named (self->stack, page, "error");
  show (self, "error");
}

static void
set_state (CairnStates *self,
           CairnState   state)
{
  if (state != CAIRN_STATE_LOADING)
    g_clear_handle_id (&self->patience, g_source_remove);
  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
  /* A window that waits for its first page need wait no longer. */
  if (state != CAIRN_STATE_LOADING)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.ready", NULL);
}

static void
cairn_states_add_child (GtkBuildable *buildable,
                        GtkBuilder   *builder,
                        GObject      *child,
                        const char   *type)
{
  CairnStates *self = CAIRN_STATES (buildable);

  if (GTK_IS_WIDGET (child) && self->content == NULL && self->stack != NULL)
    {
      self->content = GTK_WIDGET (child);
      gtk_stack_add_named (self->stack, self->content, "content");
      return;
    }
  parent_buildable->add_child (buildable, builder, child, type);
}

static void
cairn_states_buildable_init (GtkBuildableIface *iface)
{
  parent_buildable = g_type_interface_peek_parent (iface);
  iface->add_child = cairn_states_add_child;
}

static void
cairn_states_dispose (GObject *object)
{
  CairnStates *self = CAIRN_STATES (object);

  g_clear_handle_id (&self->patience, g_source_remove);

  G_OBJECT_CLASS (cairn_states_parent_class)->dispose (object);
}

static void
cairn_states_finalize (GObject *object)
{
  CairnStates *self = CAIRN_STATES (object);

  g_free (self->empty_icon);
  g_free (self->empty_title);
  g_free (self->empty_description);
  g_free (self->failure);

  G_OBJECT_CLASS (cairn_states_parent_class)->finalize (object);
}

static void
cairn_states_get_property (GObject    *object,
                           guint       id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  CairnStates *self = CAIRN_STATES (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_int (value, self->state);
      break;
    case PROP_EMPTY_ICON:
      g_value_set_string (value, self->empty_icon);
      break;
    case PROP_EMPTY_TITLE:
      g_value_set_string (value, self->empty_title);
      break;
    case PROP_EMPTY_DESCRIPTION:
      g_value_set_string (value, self->empty_description);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
replace (char        **where,
         const GValue *value)
{
  g_free (*where);
  *where = g_value_dup_string (value);
}

static void
cairn_states_set_property (GObject      *object,
                           guint         id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  CairnStates *self = CAIRN_STATES (object);

  switch (id)
    {
    case PROP_EMPTY_ICON:
      replace (&self->empty_icon, value);
      break;
    case PROP_EMPTY_TITLE:
      replace (&self->empty_title, value);
      break;
    case PROP_EMPTY_DESCRIPTION:
      replace (&self->empty_description, value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cairn_states_class_init (CairnStatesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = cairn_states_dispose;
  object_class->finalize = cairn_states_finalize;
  object_class->get_property = cairn_states_get_property;
  object_class->set_property = cairn_states_set_property;

  properties[PROP_STATE] =
    g_param_spec_int ("state", NULL, NULL, CAIRN_STATE_LOADING, CAIRN_STATE_ERROR, CAIRN_STATE_LOADING,
                      G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_EMPTY_ICON] =
    g_param_spec_string ("empty-icon", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_EMPTY_TITLE] =
    g_param_spec_string ("empty-title", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_EMPTY_DESCRIPTION] =
    g_param_spec_string ("empty-description", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[RETRY] = g_signal_new ("retry", CAIRN_TYPE_STATES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
cairn_states_init (CairnStates *self)
{
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_add_named (self->stack, gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), "blank");
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->stack));
}

CairnState
cairn_states_get_state (CairnStates *self)
{
  g_return_val_if_fail (CAIRN_IS_STATES (self), CAIRN_STATE_LOADING);

  return self->state;
}

void
cairn_states_set_state (CairnStates *self,
                        CairnState   state)
{
  g_return_if_fail (CAIRN_IS_STATES (self));
  g_return_if_fail (state != CAIRN_STATE_ERROR);

  if (state == CAIRN_STATE_LOADING)
    show_loading (self);
  else if (state == CAIRN_STATE_EMPTY)
    show_empty (self);
  else
    show (self, "content");
  set_state (self, state);
}

void
cairn_states_set_error (CairnStates  *self,
                        const GError *error)
{
  cairn_states_set_failure (self, _("This could not be shown"), error);
}

/* The same with words of the page's own for what went wrong. Said again, it leaves the keyboard where it is. */
void
cairn_states_set_failure (CairnStates  *self,
                          const char   *title,
                          const GError *error)
{
  g_return_if_fail (CAIRN_IS_STATES (self));
  g_return_if_fail (title != NULL);
  g_return_if_fail (error != NULL);

  if (self->state == CAIRN_STATE_ERROR && g_strcmp0 (self->failure, error->message) == 0)
    return;
  g_free (self->failure);
  self->failure = g_strdup (error->message);
  g_message ("%s", error->message);
  show_error (self, title, error);
  set_state (self, CAIRN_STATE_ERROR);
}

void
cairn_states_set_empty (CairnStates *self,
                        const char  *icon,
                        const char  *title,
                        const char  *description)
{
  g_return_if_fail (CAIRN_IS_STATES (self));

  g_object_set (self, "empty-icon", icon, "empty-title", title, "empty-description", description, NULL);
  cairn_states_set_state (self, CAIRN_STATE_EMPTY);
  if (adw_status_page_get_child (self->empty) != NULL)
    gtk_widget_set_visible (adw_status_page_get_child (self->empty), FALSE);
}

/* With a button on the empty page, until that says something else. */
void
cairn_states_offer (CairnStates *self,
                    const char  *label,
                    const char  *action)
{
  GtkWidget *button;

  g_return_if_fail (CAIRN_IS_STATES (self));
  g_return_if_fail (self->state == CAIRN_STATE_EMPTY);

  button = adw_status_page_get_child (self->empty);
  if (button == NULL)
    {
      button = gtk_button_new ();
      gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
      gtk_widget_add_css_class (button, "pill");
      adw_status_page_set_child (self->empty, button);
    }
  gtk_button_set_label (GTK_BUTTON (button), label);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_visible (button, TRUE);
}

