/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sidebar: whose record this is, the pages with what is new on each, and how old the data is.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-sidebar.h"
#include "cairn-words.h"
#include "parts/cairn-lazy-menu.h"
#include "parts/cairn-sync-status.h"

struct _CairnSidebar
{
  GtkBox parent_instance;

  AdwAvatar       *avatar;
  GtkLabel        *badge;
  GtkLabel        *birth;
  AdwHeaderBar    *header;
  GMenuModel      *menu;
  GtkMenuButton   *menu_button;
  GtkListBox      *list;
  GtkLabel        *messages_badge;
  GtkWidget       *messages_row;
  GtkLabel        *name;
  GtkWidget       *records_row;
  CairnSyncStatus *sync_status;

  CairnSession    *session;
  char            *page;        /* that is shown */
  gboolean         folded;
};

G_DEFINE_FINAL_TYPE (CairnSidebar, cairn_sidebar, GTK_TYPE_BOX)

enum
{
  PROP_FOLDED = 1,
  N_PROPS
};

enum
{
  PAGE_CHOSEN,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
update_person (CairnSidebar *self)
{
  const char *name = cairn_session_get_patient_name (self->session);
  const char *birth = cairn_session_get_patient_birth_date (self->session);
  g_autofree char *initials = cairn_words_initials (name);
  g_autofree char *date = birth != NULL ? cairn_words_birth (birth) : NULL;
  /* Translators: %s is a date of birth */
  g_autofree char *words = date != NULL ? g_strdup_printf (_("Born %s"), date) : NULL;

  gtk_label_set_text (self->name, name != NULL ? name : _("Your record"));
  gtk_label_set_text (self->birth, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->birth), words != NULL);
  /* The colour comes from the text, and the lock page has no more of the name than this. */
  adw_avatar_set_text (self->avatar, initials);
  adw_avatar_set_show_initials (self->avatar, *initials != '\0');
}

static void
set_badge (GtkLabel   *badge,
           GtkWidget  *row,
           guint       n,
           const char *words)
{
  g_autofree char *count = g_strdup_printf ("%u", n);

  gtk_label_set_text (badge, count);
  gtk_widget_set_visible (GTK_WIDGET (badge), n > 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
update_badges (CairnSidebar *self)
{
  guint n_new = cairn_session_get_n_new (self->session), n_unread = cairn_session_get_n_unread (self->session);
  /* Translators: name of the page of records, of which some are new */
  g_autofree char *records = g_strdup_printf (ngettext ("Records, %u new", "Records, %u new", n_new), n_new);
  /* Translators: name of the page of messages, of which some were not read */
  g_autofree char *messages = g_strdup_printf (ngettext ("Messages, %u unread", "Messages, %u unread", n_unread), n_unread);

  set_badge (self->badge, self->records_row, n_new, n_new > 0 ? records : _("Records"));
  set_badge (self->messages_badge, self->messages_row, n_unread, n_unread > 0 ? messages : _("Messages"));
}

static void
update_session (CairnSidebar *self)
{
  update_badges (self);
  update_person (self);
}

/* Whoever moves over the rows by keyboard is not there yet. */
static void
select_row (CairnSidebar *self)
{
  GtkListBoxRow *row;

  for (int i = 0; self->list != NULL && (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    if (g_strcmp0 (gtk_widget_get_name (GTK_WIDGET (row)), self->page) == 0)
      gtk_list_box_select_row (self->list, row);
}

static void
row_activated_cb (CairnSidebar  *self,
                  GtkListBoxRow *row)
{
  g_signal_emit (self, signals[PAGE_CHOSEN], 0, gtk_widget_get_name (GTK_WIDGET (row)));
}

/* Folded it has the window to itself. */
static void
set_folded (CairnSidebar *self,
            gboolean      folded)
{
  self->folded = folded;
  gtk_widget_set_hexpand (GTK_WIDGET (self), folded);
  adw_header_bar_set_show_end_title_buttons (self->header, folded);
}

static void
cairn_sidebar_dispose (GObject *object)
{
  CairnSidebar *self = CAIRN_SIDEBAR (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_SIDEBAR);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (cairn_sidebar_parent_class)->dispose (object);
}

static void
cairn_sidebar_finalize (GObject *object)
{
  g_free (CAIRN_SIDEBAR (object)->page);

  G_OBJECT_CLASS (cairn_sidebar_parent_class)->finalize (object);
}

static void
cairn_sidebar_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  if (id == PROP_FOLDED)
    g_value_set_boolean (value, CAIRN_SIDEBAR (object)->folded);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cairn_sidebar_set_property (GObject      *object,
                            guint         id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  if (id == PROP_FOLDED)
    set_folded (CAIRN_SIDEBAR (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cairn_sidebar_class_init (CairnSidebarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = cairn_sidebar_dispose;
  object_class->finalize = cairn_sidebar_finalize;
  object_class->get_property = cairn_sidebar_get_property;
  object_class->set_property = cairn_sidebar_set_property;

  properties[PROP_FOLDED] =
    g_param_spec_boolean ("folded", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[PAGE_CHOSEN] = g_signal_new ("page-chosen", CAIRN_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (CAIRN_TYPE_SYNC_STATUS);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnSidebar, avatar);
  gtk_widget_class_bind_template_child (widget_class, CairnSidebar, badge);
  gtk_widget_class_bind_template_child (widget_class, CairnSidebar, birth);
  gtk_widget_class_bind_template_child (widget_class, CairnSidebar, header);
  gtk_widget_class_bind_template_child (widget_class, CairnSidebar, list);
  gtk_widget_class_bind_template_child (widget_class, CairnSidebar, menu);
  gtk_widget_class_bind_template_child (widget_class, CairnSidebar, menu_button);
  gtk_widget_class_bind_template_child (widget_class, CairnSidebar, messages_badge);
  gtk_widget_class_bind_template_child (widget_class, CairnSidebar, messages_row);
  gtk_widget_class_bind_template_child (widget_class, CairnSidebar, name);
  gtk_widget_class_bind_template_child (widget_class, CairnSidebar, records_row);
  gtk_widget_class_bind_template_child (widget_class, CairnSidebar, sync_status);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, select_row);
}

static void
cairn_sidebar_init (CairnSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cairn_lazy_menu_attach (self->menu_button, self->menu);
}

/* Once. */
void
cairn_sidebar_set_session (CairnSidebar *self,
                           CairnSession *session)
{
  g_return_if_fail (CAIRN_IS_SIDEBAR (self));
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  cairn_sync_status_set_session (self->sync_status, session);
  g_signal_connect_object (session, "notify", G_CALLBACK (update_session), self, G_CONNECT_SWAPPED);
  update_session (self);
}

/* The page that is shown, by its row's name. */
void
cairn_sidebar_select (CairnSidebar *self,
                      const char   *page)
{
  g_return_if_fail (CAIRN_IS_SIDEBAR (self));

  if (page != self->page)
    {
      g_free (self->page);
      self->page = g_strdup (page);
    }
  select_row (self);
}
