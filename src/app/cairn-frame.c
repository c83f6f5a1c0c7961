/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sidebar and the pages beside it, for one open session. Under 600 pixels it folds into one column
 * with back navigation. Pages are built when first shown; locking destroys the frame with all of them.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-frame-page.h"
#include "cairn-frame.h"
#include "cairn-sidebar.h"
#include "client/cairn-recipients.h"
#include "pages/cairn-home-page.h"
#include "messages/cairn-messages-page.h"
#include "pages/cairn-record-page.h"
#include "pages/cairn-records-page.h"
#include "parts/cairn-lazy-menu.h"
#include "parts/cairn-session-bars.h"
#include "parts/cairn-sync-status.h"
#include "security/cairn-security-page.h"

#define AGE_SECONDS 20

struct _CairnFrame
{
  AdwBin parent_instance;

  GtkWidget       *back;
  GtkWidget       *bars;
  GtkWidget       *header;
  AdwLeaflet      *leaflet;
  GtkWidget       *more;
  GtkBox          *page_box;
  GMenuModel      *page_menu;
  GtkWidget       *print;
  GtkWidget       *save;
  GtkToggleButton *search;
  CairnSidebar    *sidebar;
  GtkStack        *stack;
  AdwViewSwitcherTitle *title;

  CairnSession    *session;
  CairnRecipients *recipients;
  CairnFramePage  *page;
  GBinding        *search_binding;
  GQueue           subpages;
  char            *top;
  guint            tick;
};

G_DEFINE_FINAL_TYPE (CairnFrame, cairn_frame, ADW_TYPE_BIN)

static gboolean
is_folded (CairnFrame *self)
{
  return adw_leaflet_get_folded (self->leaflet);
}

static gboolean
is_searchable (CairnFramePage *page)
{
  gboolean searchable = FALSE;

  if (page != NULL)
    g_object_get (page, "searchable", &searchable, NULL);
  return searchable;
}

/* What can be done with the page; on a phone behind one button. */
static void
update_tools (CairnFrame *self)
{
  gboolean can_save, can_print, folded = is_folded (self);

  g_object_get (self->page, "can-save", &can_save, "can-print", &can_print, NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "frame.save", can_save);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "frame.print", can_print);
  gtk_widget_set_visible (self->save, can_save && !folded);
  gtk_widget_set_visible (self->print, can_print && !folded);
  gtk_widget_set_visible (self->more, (can_save || can_print) && folded);
  adw_view_switcher_title_set_stack (self->title, cairn_frame_page_get_views (self->page));
  adw_view_switcher_title_set_view_switcher_enabled (self->title, !folded);
}

static void
update_header (CairnFrame *self)
{
  gboolean sub = !g_queue_is_empty (&self->subpages);
  g_autofree char *age = cairn_sync_status_dup_age (self->session);
  /* Translators: %s is an age such as "4 minutes ago" */
  g_autofree char *updated = g_strdup_printf (_("Updated %s"), age);
  const char *subtitle = "";

  if (self->page == NULL)
    return;
  if (sub)
    subtitle = cairn_frame_page_get_subtitle (self->page);
  else if (is_folded (self))
    subtitle = *age != '\0' ? updated : _("Not updated yet");
  if (CAIRN_FRAME_PAGE_GET_CLASS (self->page)->own_header)
    cairn_frame_page_set_subtitle (self->page, subtitle);
  adw_view_switcher_title_set_title (self->title, cairn_frame_page_get_title (self->page));
  adw_view_switcher_title_set_subtitle (self->title, subtitle);
  gtk_widget_set_visible (self->back, sub || is_folded (self));
  gtk_widget_set_visible (GTK_WIDGET (self->search), !sub || (is_searchable (self->page) && !is_folded (self)));
  update_tools (self);
  cairn_frame_page_set_narrow (self->page, is_folded (self));
}

static gboolean
tick_cb (gpointer data)
{
  CairnFrame *self = data;

  /* What the clinic says of messages and emergencies must be here when there is no connection. */
  if (self->recipients == NULL)
    self->recipients = cairn_recipients_new (self->session);
  update_header (self);
  return G_SOURCE_CONTINUE;
}

/* Of several panes each has a header bar; what there is to say stands under one of them. */
static void
place_bars (CairnFrame *self)
{
  g_autoptr(GtkWidget) widget = g_object_ref (self->bars);
  gboolean own_header = CAIRN_FRAME_PAGE_GET_CLASS (self->page)->own_header;

  gtk_widget_set_visible (self->header, !own_header);
  if (own_header)
    CAIRN_FRAME_PAGE_GET_CLASS (self->page)->take_bars (self->page, widget);
  else if (gtk_widget_get_parent (widget) != GTK_WIDGET (self->page_box))
    {
      adw_bin_set_child (ADW_BIN (gtk_widget_get_parent (widget)), NULL);
      gtk_box_insert_child_after (self->page_box, widget, self->header);
    }
}

static void open_page (CairnFrame *self, CairnFramePage *page);

static void
set_page (CairnFrame     *self,
          CairnFramePage *page)
{
  static const char *const shown[] = {
    "notify::can-print", "notify::can-save", "notify::searchable", "notify::subtitle", "notify::title", "notify::views",
  };

  if (self->page != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->page, update_header, self);
      g_signal_handlers_disconnect_by_func (self->page, open_page, self);
    }
  if (self->search_binding != NULL)
    g_binding_unbind (self->search_binding);
  g_clear_weak_pointer (&self->search_binding);
  g_set_weak_pointer (&self->page, page);
  for (guint i = 0; i < G_N_ELEMENTS (shown); i++)
    g_signal_connect_object (page, shown[i], G_CALLBACK (update_header), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "open-page", G_CALLBACK (open_page), self, G_CONNECT_SWAPPED);
  g_set_weak_pointer (&self->search_binding,
                      g_object_bind_property (page, "search-mode", self->search, "active", G_BINDING_SYNC_CREATE));
  place_bars (self);
  gtk_stack_set_visible_child (self->stack, GTK_WIDGET (page));
  update_header (self);
}

/* On top of what is shown, with a way back. */
static void
open_page (CairnFrame     *self,
           CairnFramePage *page)
{
  gtk_stack_add_child (self->stack, GTK_WIDGET (page));
  g_queue_push_tail (&self->subpages, page);
  set_page (self, page);
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->page_box));
  gtk_widget_grab_focus (self->back);
}

static CairnFramePage *
ensure_page (CairnFrame *self,
             const char *name)
{
  GtkWidget *page = gtk_stack_get_child_by_name (self->stack, name);

  if (page == NULL)
    {
      if (g_str_equal (name, "records"))
        page = GTK_WIDGET (cairn_records_page_new (self->session));
      else if (g_str_equal (name, "messages"))
        page = GTK_WIDGET (cairn_messages_page_new (self->session));
      else
        page = GTK_WIDGET (cairn_home_page_new (self->session));
      gtk_stack_add_named (self->stack, page, name);
    }
  return CAIRN_FRAME_PAGE (page);
}

static void
drop_subpages (CairnFrame *self)
{
  GtkWidget *page;

  while ((page = g_queue_pop_tail (&self->subpages)) != NULL)
    gtk_stack_remove (self->stack, page);
}

static void
show_top (CairnFrame *self,
          const char *name)
{
  CairnFramePage *page = ensure_page (self, name);
  g_autofree char *copy = g_strdup (name);

  g_free (self->top);
  self->top = g_steal_pointer (&copy);
  set_page (self, page);
  drop_subpages (self);
  cairn_sidebar_select (self->sidebar, name);
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->page_box));
  update_header (self);
}

static void
page_chosen_cb (CairnFrame *self,
                const char *name)
{
  show_top (self, name);
}

static void
cairn_frame_dispose (GObject *object)
{
  CairnFrame *self = CAIRN_FRAME (object);

  g_clear_handle_id (&self->tick, g_source_remove);
  g_queue_clear (&self->subpages);
  g_clear_weak_pointer (&self->search_binding);
  g_clear_weak_pointer (&self->page);
  /* GTK takes a bound child out of its parent, which AdwBin does not notice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_FRAME);
  g_clear_object (&self->recipients);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (cairn_frame_parent_class)->dispose (object);
}

static void
cairn_frame_finalize (GObject *object)
{
  g_free (CAIRN_FRAME (object)->top);

  G_OBJECT_CLASS (cairn_frame_parent_class)->finalize (object);
}

static void
save (GtkWidget  *widget,
      const char *action,
      GVariant   *parameter)
{
  cairn_frame_page_save (CAIRN_FRAME (widget)->page);
}

static void
print (GtkWidget  *widget,
       const char *action,
       GVariant   *parameter)
{
  cairn_frame_page_print (CAIRN_FRAME (widget)->page);
}

static void
security (GtkWidget  *widget,
          const char *action,
          GVariant   *parameter)
{
  cairn_frame_open_security (CAIRN_FRAME (widget));
}

static void
cairn_frame_class_init (CairnFrameClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = cairn_frame_dispose;
  object_class->finalize = cairn_frame_finalize;

  g_type_ensure (CAIRN_TYPE_SESSION_BARS);
  g_type_ensure (CAIRN_TYPE_SIDEBAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-frame.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnFrame, back);
  gtk_widget_class_bind_template_child (widget_class, CairnFrame, bars);
  gtk_widget_class_bind_template_child (widget_class, CairnFrame, header);
  gtk_widget_class_bind_template_child (widget_class, CairnFrame, leaflet);
  gtk_widget_class_bind_template_child (widget_class, CairnFrame, more);
  gtk_widget_class_bind_template_child (widget_class, CairnFrame, page_box);
  gtk_widget_class_bind_template_child (widget_class, CairnFrame, page_menu);
  gtk_widget_class_bind_template_child (widget_class, CairnFrame, print);
  gtk_widget_class_bind_template_child (widget_class, CairnFrame, save);
  gtk_widget_class_bind_template_child (widget_class, CairnFrame, search);
  gtk_widget_class_bind_template_child (widget_class, CairnFrame, sidebar);
  gtk_widget_class_bind_template_child (widget_class, CairnFrame, stack);
  gtk_widget_class_bind_template_child (widget_class, CairnFrame, title);
  gtk_widget_class_install_action (widget_class, "frame.print", NULL, print);
  gtk_widget_class_install_action (widget_class, "frame.save", NULL, save);
  gtk_widget_class_install_action (widget_class, "frame.security", NULL, security);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_p, GDK_CONTROL_MASK, "frame.print", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_s, GDK_CONTROL_MASK, "frame.save", NULL);
  gtk_widget_class_bind_template_callback (widget_class, page_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, update_header);
}

/* It would fade in, on the first page too. */
static void
keep_title_still (CairnFrame *self)
{
  GtkWidget *squeezer = gtk_widget_get_first_child (GTK_WIDGET (self->title));

  if (ADW_IS_SQUEEZER (squeezer))
    adw_squeezer_set_transition_type (ADW_SQUEEZER (squeezer), ADW_SQUEEZER_TRANSITION_TYPE_NONE);
}

static void
cairn_frame_init (CairnFrame *self)
{
  g_queue_init (&self->subpages);
  gtk_widget_init_template (GTK_WIDGET (self));
  cairn_lazy_menu_attach (GTK_MENU_BUTTON (self->more), self->page_menu);
  keep_title_still (self);
}

GtkWidget *
cairn_frame_new (CairnSession *session)
{
  CairnFrame *self = g_object_new (CAIRN_TYPE_FRAME, NULL);
  CairnSync *sync = cairn_session_get_sync (session);

  self->session = g_object_ref (session);
  cairn_sidebar_set_session (self->sidebar, session);
  cairn_session_bars_set_session (CAIRN_SESSION_BARS (self->bars), session);
  g_signal_connect_object (session, "notify", G_CALLBACK (update_header), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (sync, "notify::last-sync", G_CALLBACK (update_header), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (sync, "notify::error", G_CALLBACK (update_header), self, G_CONNECT_SWAPPED);
  self->tick = g_timeout_add_seconds (AGE_SECONDS, tick_cb, self);
  update_header (self);
  return GTK_WIDGET (self);
}

/* Says all the time that none of this is about a real person. */
void
cairn_frame_mark_sample (CairnFrame *self)
{
  g_return_if_fail (CAIRN_IS_FRAME (self));

  cairn_session_bars_mark_sample (CAIRN_SESSION_BARS (self->bars));
}

/* One of the sidebar's pages, by its row's name; the keyboard goes with it. */
void
cairn_frame_show_page (CairnFrame *self,
                       const char *name)
{
  g_return_if_fail (CAIRN_IS_FRAME (self));

  show_top (self, name);
  cairn_frame_page_go_back (self->page);      /* of two panes on a phone, to the list */
  cairn_frame_page_take_focus (self->page);
}

/* The conversation of a thread, by its key or by the reference of one of its messages. */
void
cairn_frame_open_thread (CairnFrame *self,
                         const char *key)
{
  g_return_if_fail (CAIRN_IS_FRAME (self));

  show_top (self, "messages");
  cairn_messages_page_open_thread (CAIRN_MESSAGES_PAGE (self->page), key);
}

void
cairn_frame_write_message (CairnFrame *self)
{
  g_return_if_fail (CAIRN_IS_FRAME (self));

  show_top (self, "messages");
  cairn_messages_page_write_new (CAIRN_MESSAGES_PAGE (self->page));
}

/* The timeline, narrowed down to a kind. */
static void
show_records (CairnFrame *self,
              const char *kind,
              const char *status)
{
  show_top (self, "records");
  g_object_set (self->page, "kind", kind, "period", "", "status", status, "search-mode", FALSE, NULL);
  cairn_frame_page_take_focus (self->page);
}

void
cairn_frame_show_kind (CairnFrame *self,
                       const char *kind)
{
  g_return_if_fail (CAIRN_IS_FRAME (self));

  show_records (self, kind, "");
}

void
cairn_frame_show_status (CairnFrame *self,
                         const char *status)
{
  g_return_if_fail (CAIRN_IS_FRAME (self));

  show_records (self, "", status);
}

void
cairn_frame_open_record (CairnFrame *self,
                         const char *reference)
{
  CairnFramePage *page;

  g_return_if_fail (CAIRN_IS_FRAME (self));

  cairn_session_note_opened (self->session, reference);
  page = cairn_record_page_new (self->session, reference);
  cairn_frame_page_set_place (page, reference);
  open_page (self, page);
}

/* How one signs in, and where one is signed in; once only. */
void
cairn_frame_open_security (CairnFrame *self)
{
  CairnFramePage *page;

  g_return_if_fail (CAIRN_IS_FRAME (self));

  for (GList *l = self->subpages.head; l != NULL; l = l->next)
    if (CAIRN_IS_SECURITY_PAGE (l->data))
      return;
  page = cairn_security_page_new (self->session);
  cairn_frame_page_set_place (page, "security");
  open_page (self, page);
}

void
cairn_frame_go_back (CairnFrame *self)
{
  GtkWidget *gone;

  g_return_if_fail (CAIRN_IS_FRAME (self));

  if (cairn_frame_page_go_back (self->page))
    return;
  gone = g_queue_pop_tail (&self->subpages);
  if (gone == NULL)
    {
      adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
      return;
    }
  if (g_queue_is_empty (&self->subpages))
    set_page (self, ensure_page (self, self->top));
  else
    set_page (self, g_queue_peek_tail (&self->subpages));
  gtk_stack_remove (self->stack, gone);
  if (g_queue_is_empty (&self->subpages))
    cairn_frame_page_take_focus (self->page);
  else
    gtk_widget_grab_focus (self->back);
}

/* What would be lost of the page when it went now, in words; NULL for nothing. */
const char *
cairn_frame_get_unkept (CairnFrame *self)
{
  g_return_val_if_fail (CAIRN_IS_FRAME (self), NULL);

  return cairn_frame_page_get_unkept (self->page);
}

/* Search is about the page when that has something of its own to search, else about the whole record. */
void
cairn_frame_toggle_search (CairnFrame *self)
{
  gboolean on = FALSE;

  g_return_if_fail (CAIRN_IS_FRAME (self));

  if (is_searchable (self->page))
    g_object_get (self->page, "search-mode", &on, NULL);
  else
    show_top (self, "records");
  g_object_set (self->page, "search-mode", !on, NULL);
  if (g_queue_is_empty (&self->subpages))
    cairn_frame_page_take_focus (self->page);
}

/* Where the reader is, without a word of the record: "records/VIEW Observation/1". */
char *
cairn_frame_dup_place (CairnFrame *self)
{
  GtkWidget *records = gtk_stack_get_child_by_name (self->stack, "records");
  GtkWidget *top = gtk_stack_get_child_by_name (self->stack, self->top);
  GString *place = g_string_new (self->top);

  g_return_val_if_fail (CAIRN_IS_FRAME (self), NULL);

  if (records != NULL)
    {
      g_autofree char *view = cairn_records_page_dup_view (CAIRN_RECORDS_PAGE (records));

      g_string_append_printf (place, "/%s", view);
    }
  if (top != NULL && cairn_frame_page_get_place (CAIRN_FRAME_PAGE (top)) != NULL)
    g_string_append_printf (place, " %s", cairn_frame_page_get_place (CAIRN_FRAME_PAGE (top)));
  for (GList *l = self->subpages.head; l != NULL && cairn_frame_page_get_place (l->data) != NULL; l = l->next)
    g_string_append_printf (place, " %s", cairn_frame_page_get_place (l->data));
  return g_string_free (place, FALSE);
}

void
cairn_frame_restore_place (CairnFrame *self,
                           const char *place)
{
  g_auto(GStrv) parts = g_strsplit (place != NULL && *place != '\0' ? place : "home", " ", -1);
  g_auto(GStrv) top = g_strsplit (parts[0], "/", 2);

  g_return_if_fail (CAIRN_IS_FRAME (self));

  if (top[1] != NULL)
    cairn_records_page_restore_view (CAIRN_RECORDS_PAGE (ensure_page (self, "records")), top[1]);
  cairn_frame_show_page (self, top[0]);
  for (guint i = 1; parts[i] != NULL; i++)
    if (g_str_equal (parts[i], "security"))
      cairn_frame_open_security (self);
    else if (g_str_has_prefix (parts[i], CAIRN_MESSAGES_PAGE_PLACE))
      cairn_messages_page_open_thread (CAIRN_MESSAGES_PAGE (ensure_page (self, "messages")),
                                       parts[i] + strlen (CAIRN_MESSAGES_PAGE_PLACE));
    else
      cairn_frame_open_record (self, parts[i]);
}
