/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages on which somebody signs in for an app of others, and says what it may do. No script; their forms go on with a
 * session that works in the browser it was begun in and nowhere else. */
#include "config.h"

#include "portal-sign-in-page.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "common/cairn-error.h"
#include "common/cairn-scopes.h"
#include "portal-html.h"
#include "portal-page.h"
#include "portal-scope-parts.h"
#include "portal-scope-words.h"
#include "server/sign-in/portal-client.h"

#define BASE "../account/"   /* of the style sheet, from ./auth/ */

static void
reply (PortalCall *call, guint status, const PortalSignInPage *page, const char *title, const char *body)
{
  g_autofree char *target = page != NULL && page->redirect != NULL ? portal_client_dup_target (page->redirect) : NULL;

  portal_page_send (call, status, title, body, BASE, target);
}

static void
add_wrong (GString *body, const PortalSignInPage *page)
{
  if (page->wrong != NULL)
    portal_html_add (body, "<p class=\"wrong\" id=\"wrong\" role=\"alert\">", page->wrong, "</p>\n");
}

static void
begin_form (GString *body, const PortalSignInPage *page, const char *action)
{
  portal_html_add (body, "<form method=\"post\" action=\"", action, "\">\n");
  portal_html_add (body, "<input type=\"hidden\" name=\"session\" value=\"", page->handle, "\">\n");
}

/* Return presses the first button: the one that goes on. */
static void
end_form (GString *body, const char *go_on, const char *refuse)
{
  portal_html_add (body, "<button type=\"submit\">", go_on, "</button>\n");
  portal_html_add (body, "<button type=\"submit\" class=\"second\" formaction=\"refuse\" formnovalidate>", refuse,
                   "</button>\n</form>\n");
}

/* A label and the beginning of its field; the caller ends it with more attributes. */
static void
begin_field (GString *body, const char *id, const char *label)
{
  portal_html_add (body, "<label for=\"", id, "\">");
  portal_html_add (body, "", label, "</label>\n");
  portal_html_add (body, "<input id=\"", id, "\" name=\"");
  portal_html_add (body, "", id, "\"");
}

static void
end_field (GString *body, gboolean wrong, gboolean focus)
{
  g_string_append_printf (body, "%s%s>\n", wrong ? " aria-invalid=\"true\" aria-describedby=\"wrong\"" : "",
                          focus ? " autofocus" : "");
}

/* Who asks, before anything is typed. */
static void
add_client (GString *body, const PortalClient *client)
{
  g_autofree char *name = g_markup_printf_escaped ("<strong>%s</strong>", client->name), *words = NULL;

  /* Translators: %s is the name of an app */
  words = g_strdup_printf (_("The app %s asks to see your record here. Sign in with your account at this portal to go on."), name);
  g_string_append_printf (body, "<p>%s</p>\n", words);
  if (client->registered)
    portal_html_add (body, "<p class=\"note\">",
                     _("The clinic does not know this app. Go on only if you opened it yourself and trust who made it."), "</p>\n");
}

void
portal_sign_in_page_password (PortalCall *call, guint status, const PortalSignInPage *page)
{
  g_autoptr(GString) body = g_string_new (NULL);
  gboolean known = page->username != NULL;

  add_client (body, page->client);
  add_wrong (body, page);
  begin_form (body, page, "sign-in");
  begin_field (body, "username", _("User name or e-mail address"));
  portal_html_add (body, " type=\"text\" required autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\" maxlength=\"320\""
                         " value=\"", known ? page->username : "", "\"");
  end_field (body, page->wrong != NULL, !known);
  begin_field (body, "password", _("Password"));
  g_string_append (body, " type=\"password\" required autocomplete=\"current-password\" maxlength=\"1024\"");
  end_field (body, page->wrong != NULL, known);
  end_form (body, _("Sign In"), _("Cancel"));
  portal_html_add (body, "<p><a href=\"" BASE "forgot\">", _("Forgotten your password?"), "</a></p>\n");
  portal_html_add (body, "<p class=\"hint\">", _("No account yet? Make one with the Cairn app: choose “Create an account” there."), "</p>\n");
  portal_page_add_support (call, body);
  reply (call, status, page, _("Sign in"), body->str);
}

void
portal_sign_in_page_code (PortalCall *call, guint status, const PortalSignInPage *page)
{
  g_autoptr(GString) body = g_string_new (NULL);

  portal_html_add (body, "<p>", _("Your account asks for a second step: open your authenticator app and type the code that it shows."),
                   "</p>\n");
  add_wrong (body, page);
  begin_form (body, page, "sign-in");
  begin_field (body, "otp", _("One-time code"));
  g_string_append (body, " type=\"text\" inputmode=\"numeric\" autocomplete=\"one-time-code\" maxlength=\"20\"");
  end_field (body, page->wrong != NULL && !page->recovery, !page->recovery);
  g_string_append (body, page->recovery ? "<details open>\n" : "<details>\n");
  portal_html_add (body, "<summary>", _("No authenticator app at hand?"), "</summary>\n");
  begin_field (body, "recovery_code", _("Recovery code"));
  g_string_append (body, " type=\"text\" autocomplete=\"off\" spellcheck=\"false\" maxlength=\"40\"");
  end_field (body, page->wrong != NULL && page->recovery, page->recovery);
  g_string_append (body, "</details>\n");
  end_form (body, _("Go On"), _("Cancel"));
  portal_page_add_support (call, body);
  reply (call, status, page, _("One more step"), body->str);
}

void
portal_sign_in_page_terms (PortalCall *call, guint status, const PortalSignInPage *page)
{
  g_autoptr(GString) body = g_string_new (NULL);

  portal_html_add (body, "<p>", _("The terms of use have changed since you agreed to them. Please read them before you go on."), "</p>\n");
  portal_html_add (body, "<div class=\"terms\" tabindex=\"0\" role=\"region\" aria-label=\"", _("Terms of use"), "\">");
  portal_html_add (body, "", call->service->terms, "</div>\n");
  begin_form (body, page, "sign-in");
  portal_html_add (body, "<input type=\"hidden\" name=\"accept_terms\" value=\"", call->service->terms_version, "\">\n");
  end_form (body, _("I Agree"), _("Cancel"));
  portal_page_add_support (call, body);
  reply (call, status, page, _("Terms of use"), body->str);
}

static void
add_people (GString *body, const GPtrArray *people, const char *patient)
{
  if (people->len == 1)
    {
      const PortalPerson *person = g_ptr_array_index (people, 0);

      portal_html_add (body, "<p>", _("It is about the record of:"), " ");
      portal_html_add (body, "<strong>", person->name, "</strong></p>\n");
      portal_html_add (body, "<input type=\"hidden\" name=\"patient\" value=\"", person->id, "\">\n");
    }
  if (people->len < 2)
    return;
  portal_html_add (body, "<fieldset>\n<legend>", _("Whose record?"), "</legend>\n");
  for (guint i = 0; i < people->len; i++)
    {
      const PortalPerson *person = g_ptr_array_index (people, i);

      portal_html_add (body, "<label class=\"choice\"><input type=\"radio\" name=\"patient\" required value=\"", person->id, "\"");
      g_string_append (body, g_strcmp0 (person->id, patient) == 0 ? " checked>" : ">");
      portal_html_add (body, "<span>", person->name, "</span></label>\n");
    }
  g_string_append (body, "</fieldset>\n");
}

/* "fhirUser" says the same as "openid" to people, and goes along with it. */
static void
add_choice (GString *body, const char *scope, gboolean with_user)
{
  g_autofree char *what = NULL, *how = NULL;

  if (!portal_scope_describe (scope, &what, &how))
    return;
  g_string_append (body, portal_scope_is_whole (scope) ? "<label class=\"choice whole\">" : "<label class=\"choice\">");
  portal_html_add (body, "<input type=\"checkbox\" name=\"scope\" checked value=\"", scope, with_user ? " fhirUser\">" : "\">");
  portal_html_add (body, "<span><strong>", what, "</strong>");
  portal_html_add (body, "<br><span class=\"hint\">", how, "</span></span></label>\n");
  if (portal_scope_is_whole (scope))
    portal_scope_add_parts (body);
}

static void
add_choices (GString *body, const char *asked)
{
  g_autoptr(CairnScopes) scopes = cairn_scopes_parse (asked);
  g_auto(GStrv) words = cairn_scopes_to_strv (scopes);

  if (cairn_scopes_has (scopes, "launch/patient"))
    g_string_append (body, "<input type=\"hidden\" name=\"scope\" value=\"launch/patient\">\n");
  portal_html_add (body, "<fieldset>\n<legend>", _("What it may do"), "</legend>\n");
  portal_html_add (body, "<p class=\"hint\">", _("Untick what you don’t want."), "</p>\n");
  for (guint i = 0; words[i] != NULL; i++)
    add_choice (body, words[i], g_str_equal (words[i], "openid") && cairn_scopes_has (scopes, "fhirUser"));
  g_string_append (body, "</fieldset>\n");
}

/* Where it all goes: to a page elsewhere, or into this computer. */
static void
add_place (GString *body, const PortalSignInPage *page)
{
  g_autofree char *target = portal_client_dup_target (page->redirect), *place = NULL, *words = NULL;

  if (g_str_has_prefix (target, "https://"))
    {
      place = g_markup_printf_escaped ("<strong dir=\"ltr\">%s</strong>", target + strlen ("https://"));
      /* Translators: %s is a host name */
      words = g_strdup_printf (_("What it reads goes to %s and whoever runs that: the clinic has no say in what happens to it there."), place);
    }
  else
    words = g_strdup (_("What it reads goes to this app on your device: the clinic has no say in what happens to it there."));
  g_string_append_printf (body, "<p>%s</p>\n", words);
  portal_html_add (body, "<p class=\"hint\">",
                   _("You can disconnect it at any time: in the Cairn app under Sign-In and Security, or by asking the clinic."), "</p>\n");
}

void
portal_sign_in_page_consent (PortalCall             *call,
                             const PortalSignInPage *page,
                             const char             *asked,
                             const GPtrArray        *people,
                             const char             *patient)
{
  g_autoptr(GString) body = g_string_new (NULL);
  g_autofree char *title = NULL;

  if (page->client->registered)
    portal_html_add (body, "<p class=\"note\">",
                     _("The clinic does not know this app. Go on only if you opened it yourself and trust who made it."), "</p>\n");
  begin_form (body, page, "consent");
  add_people (body, people, patient);
  add_choices (body, asked);
  add_place (body, page);
  end_form (body, _("Allow"), _("Don’t Allow"));
  /* Translators: %s is the name of an app */
  title = g_strdup_printf (_("Connect “%s” with your record?"), page->client->name);
  reply (call, 200, page, title, body->str);
}

static void
add_way_back (GString *body, const PortalSignInPage *page)
{
  begin_form (body, page, "refuse");
  portal_html_add (body, "<button type=\"submit\">", _("Back to the App"), "</button>\n</form>\n");
}

void
portal_sign_in_page_waiting (PortalCall *call, const PortalSignInPage *page)
{
  g_autoptr(GString) body = g_string_new (NULL);

  portal_html_add (body, "<p>", _("Your account is good, but the clinic has not yet connected it with a record, so that there is nothing to share."),
                   "</p>\n");
  portal_html_add (body, "<p>", _("You get a message when it is done. Then start again in the app."), "</p>\n");
  add_way_back (body, page);
  portal_page_add_support (call, body);
  reply (call, 200, page, _("No record yet"), body->str);
}

/* Recovery codes are nothing to be shown in a browser that may be anybody's. */
void
portal_sign_in_page_set_up (PortalCall *call, const PortalSignInPage *page)
{
  g_autoptr(GString) body = g_string_new (NULL);

  portal_html_add (body, "<p>", _("The clinic asks for two steps at sign-in: a password, and a code from an authenticator app. Your account has no such app yet."),
                   "</p>\n");
  portal_html_add (body, "<p>", _("Sign in with Cairn once, where it is set up in a minute. Then start again here."), "</p>\n");
  add_way_back (body, page);
  portal_page_add_support (call, body);
  reply (call, 200, page, _("A second step is needed"), body->str);
}

void
portal_sign_in_page_dead (PortalCall *call)
{
  g_autoptr(GString) body = g_string_new (NULL);

  portal_html_add (body, "<p>", _("It was finished, took longer than ten minutes, or was begun in another browser. Nothing was shared."), "</p>\n");
  portal_html_add (body, "<p>", _("Go back to the app and start again there."), "</p>\n");
  portal_page_add_support (call, body);
  reply (call, 400, NULL, _("This sign-in has run out"), body->str);
}

/* Nobody is sent anywhere that isn't proven. */
void
portal_sign_in_page_stranger (PortalCall *call, const char *why)
{
  g_autoptr(GString) body = g_string_new (NULL);

  portal_html_add (body, "<p>", why, "</p>\n");
  portal_html_add (body, "<p>", _("Nothing was shared, and there is nothing that you can do here. Tell who made the app, and close this page."),
                   "</p>\n");
  portal_page_add_support (call, body);
  reply (call, 400, NULL, _("This app can’t be connected"), body->str);
}

void
portal_sign_in_page_wait (PortalCall *call, gint64 ms)
{
  g_autoptr(GString) body = g_string_new (NULL);
  g_autofree char *seconds = g_strdup_printf ("%" G_GINT64_FORMAT, (ms + 999) / 1000), *words = NULL;
  int minutes = MIN ((ms + 59999) / 60000, 600);

  words = g_strdup_printf (ngettext ("There were too many tries. Wait %d minute, then start again in the app.",
                                     "There were too many tries. Wait %d minutes, then start again in the app.", minutes),
                           minutes);
  portal_call_add_header (call, "Retry-After", seconds);
  portal_html_add (body, "<p>", words, "</p>\n");
  portal_html_add (body, "<p><a href=\"" BASE "forgot\">", _("A new password ends the wait"), "</a></p>\n");
  portal_page_add_support (call, body);
  reply (call, 429, NULL, _("Please wait"), body->str);
}

void
portal_sign_in_page_failed (PortalCall *call, const GError *error)
{
  g_autoptr(GString) body = g_string_new (NULL);
  gboolean busy = g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_IN_USE);

  g_message ("A request failed: %s", error->message);
  portal_html_add (body, "<p>", _("The portal could not do this. Nothing was shared. Try again in a little while."), "</p>\n");
  portal_page_add_support (call, body);
  reply (call, busy ? 503 : 500, NULL, _("Something went wrong"), body->str);
}
